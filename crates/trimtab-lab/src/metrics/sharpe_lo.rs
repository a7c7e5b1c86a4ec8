//! Sharpe ratio annualised for returns with first-order autocorrelation.
//!
//! `eta mean(e) / sd(e)`, `eta = sqrt(P) / sqrt(1 + 2 sum_{k=1}^{P-1} (1 - k/P) c^k)`, c the autocorrelation of e at
//! lag 1. With c = 0 it is the Sharpe ratio; persistence (c > 0) lowers it, reversal raises it. P is rounded to whole
//! periods.
//!
//! Source: A. W. Lo (2002), The Statistics of Sharpe Ratios, *Financial Analysts Journal* 58(4), eq. 20 and 22.
use super::prelude::*;
use super::sharpe_smart::fading_sum;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "sharpe_lo",
    name: "Sharpe ratio for autocorrelated returns",
    group: Group::Reward,
    unit: Unit::Ratio,
    better: Better::Higher,
    convention: "Lo (2002): scaled by eta of an AR(1) instead of sqrt(P)",
    value: sharpe_lo,
}];

/// `eta mean(e) / sd(e)`.
pub fn sharpe_lo(run: &Prepared<'_>) -> Option<f64> {
    let q = run.periods_yearly().round().max(1.0);
    let c = run.excess_autocorrelation?;
    let inner = if c < 0.0 { plain_sum(c, q) } else { fading_sum(c, q) };
    over(super::sharpe::sharpe_period(run)? * q.sqrt(), (1.0 + 2.0 * inner).sqrt())
}

/// The same sum for a negative base, whose power of a float would not exist.
fn plain_sum(c: f64, q: f64) -> f64 {
    let signed = if q % 2.0 == 0.0 { 1.0 } else { -1.0 } * (-c).powf(q);
    c / (1.0 - c) * (1.0 - (1.0 - signed) / (q * (1.0 - c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_negative_base_sums_with_alternating_signs() {
        for q in [2_u32, 5, 12, 252] {
            let sum: f64 =
                (1..q).map(|k| (1.0 - f64::from(k) / f64::from(q)) * (-0.4_f64).powi(k as i32)).sum();
            assert!((plain_sum(-0.4, f64::from(q)) - sum).abs() < 1e-14);
        }
    }
}
