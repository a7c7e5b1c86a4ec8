//! Variance ratio of five periods, and its test against a random walk.
//!
//! `VR(q) = s_q^2 / s_1^2`, q = 5, of log returns x: `s_1^2 = sum (x - mean)^2 / (n - 1)`,
//! `s_q^2 = sum (x_t + .. + x_{t-q+1} - q mean)^2 / m` over the overlapping sums, `m = q (n - q + 1)(1 - q/n)`. One for a
//! random walk, above for trends, below for reversal. z is robust to changing variance:
//! `(VR - 1) / sqrt(sum_{k=1}^{q-1} (2 (q-k) / q)^2 d_k)`,
//! `d_k = sum u_t^2 u_{t-k}^2 / (sum u_t^2)^2`, u = x - mean.
//!
//! Source: A. Lo and C. MacKinlay (1988), Stock Market Prices Do Not Follow Random Walks, *Review of Financial Studies*
//! 1(1), eq. 12-20.
use super::prelude::*;
use trimtab_math::moments::{mean, sum_of, sums_of_pairs};

/// Periods in the long difference.
const SPAN: usize = 5;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "variance_ratio_5",
        name: "Variance ratio of 5 periods",
        group: Group::Shape,
        unit: Unit::Ratio,
        better: Better::Neither,
        convention: "Lo-MacKinlay (1988), overlapping sums of log returns, unbiased",
        value: |run| Some(run.variance_ratio?.0),
    },
    Metric {
        key: "variance_ratio_5_z",
        name: "Variance ratio of 5 periods, z",
        group: Group::Shape,
        unit: Unit::Ratio,
        better: Better::Neither,
        convention: "(VR - 1) over its standard error robust to changing variance",
        value: |run| run.variance_ratio?.1,
    },
];

/// The variance ratio of five periods of the log returns `x`, and its z. `None` for five or fewer, or constant ones.
pub fn variance_ratio(x: &[f64]) -> Option<(f64, Option<f64>)> {
    let (n, q) = (x.len() as f64, SPAN as f64);
    if x.len() <= SPAN {
        return None;
    }
    let mean = mean(x)?;
    let u: Vec<f64> = x.iter().map(|x| x - mean).collect();
    let total = sum_of(&u, |u| u * u);
    if total <= n * (f64::EPSILON * mean).powi(2) {
        return None;
    }
    let mut long = u[..=u.len() - SPAN].to_vec();
    for k in 1..SPAN {
        for (sum, u) in long.iter_mut().zip(&u[k..]) {
            *sum += u;
        }
    }
    let long = sum_of(&long, |sum| sum * sum);
    let ratio = long / (q * (n - q + 1.0) * (1.0 - q / n)) / (total / (n - 1.0));
    let squares: Vec<f64> = u.iter().map(|u| u * u).collect();
    let variance: f64 = (1..SPAN)
        .map(|k| {
            let [d] = sums_of_pairs(&squares[k..], &squares, |a, b| [a * b]);
            let weight = 2.0 * (q - k as f64) / q;
            weight * weight * d / (total * total)
        })
        .sum();
    Some((ratio, over(ratio - 1.0, variance.sqrt())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trends_are_above_one_and_reversal_below() {
        let trend: Vec<f64> = (0..200).map(|i| if i / 10 % 2 == 0 { 0.01 } else { -0.01 }).collect();
        let saw: Vec<f64> = (0..200).map(|i| if i % 2 == 0 { 0.01 } else { -0.01 }).collect();
        let (up, z) = variance_ratio(&trend).unwrap();
        assert!(up > 3.0 && z.unwrap() > 3.0);
        let (down, z) = variance_ratio(&saw).unwrap();
        assert!((down - 0.2).abs() < 0.02 && z.unwrap() < -3.0);
        assert!(variance_ratio(&[0.01; 20]).is_none());
        assert!(variance_ratio(&saw[..5]).is_none());
    }
}
