//! Sharpe ratio with a penalty for autocorrelation over the whole record ("smart Sharpe").
//!
//! `sharpe / sqrt(1 + 2 sum_{k=1}^{n-1} (1 - k/n) c^k)`, c = |autocorrelation of e at lag 1|. The sum has the closed
//! form `c / (1-c) (1 - (1 - c^n) / (n (1-c)))`. The absolute value punishes reversal as well as persistence.
//!
//! Source: the convention of the quantstats package since 2021; compare [`super::sharpe_lo`], which keeps the sign.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "sharpe_smart",
    name: "Smart Sharpe ratio",
    group: Group::Reward,
    unit: Unit::Ratio,
    better: Better::Higher,
    convention: "Sharpe ratio over sqrt(1 + 2 sum (1 - k/n) |c|^k), c the autocorrelation at lag 1",
    value: sharpe_smart,
}];

/// The Sharpe ratio over its penalty.
pub fn sharpe_smart(run: &Prepared<'_>) -> Option<f64> {
    over(super::sharpe::sharpe(run)?, penalty(run)?)
}

/// `sqrt(1 + 2 sum_{k=1}^{n-1} (1 - k/n) c^k)`.
pub fn penalty(run: &Prepared<'_>) -> Option<f64> {
    let c = run.excess_autocorrelation?.abs();
    Some((1.0 + 2.0 * fading_sum(c, run.n())).sqrt())
}

/// `sum_{k=1}^{q-1} (1 - k/q) c^k` for |c| <= 1.
pub(super) fn fading_sum(c: f64, q: f64) -> f64 {
    // Near c = 1 the closed form is 0/0; there the sum is (q - 1) / 2.
    if (1.0 - c).abs() * q < 1e-6 {
        return 0.5 * (q - 1.0);
    }
    c / (1.0 - c) * (1.0 - (1.0 - c.powf(q)) / (q * (1.0 - c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closed_form_is_the_sum() {
        for (c, q) in [(0.3_f64, 5_u32), (0.05, 252), (0.99, 40), (1.0 - 1e-12, 30)] {
            let sum: f64 =
                (1..q).map(|k| (1.0 - f64::from(k) / f64::from(q)) * c.powi(k as i32)).sum();
            let closed = fading_sum(c, f64::from(q));
            assert!((closed - sum).abs() < 1e-9 * sum, "{closed} is not {sum}");
        }
    }
}
