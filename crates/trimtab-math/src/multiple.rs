//! P-values corrected for the number of tests.
#![cfg_attr(test, allow(clippy::unwrap_used))]

/// How p-values are corrected for their number M. The first two bound the chance of a single false discovery, the others the
/// expected share of false ones among the discoveries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Correction {
    /// `min(M p, 1)`. Source: C. Bonferroni (1936).
    Bonferroni,
    /// Over the p-values in ascending order `max_{j<=i} min((M - j + 1) p_(j), 1)`; never less powerful than Bonferroni.
    /// Source: S. Holm (1979), *Scandinavian Journal of Statistics* 6(2), pages 65-70.
    Holm,
    /// From the largest down `min_{j>=i} min(M / j p_(j), 1)`; for tests that are independent or positively dependent.
    /// Source: Y. Benjamini, Y. Hochberg (1995), *Journal of the Royal Statistical Society B* 57(1), pages 289-300.
    Bh,
    /// The same times `c(M) = sum_{j<=M} 1/j`; holds under any dependence.
    /// Source: Y. Benjamini, D. Yekutieli (2001), *Annals of Statistics* 29(4), pages 1165-1188.
    Bhy,
}

/// The corrected p-values, in the order given. `tests` is M, at least their number: more when other tests were made whose
/// p-values are not known.
pub fn corrected(p: &[f64], tests: usize, correction: Correction) -> Vec<f64> {
    let m = tests.max(p.len()) as f64;
    let mut ascending: Vec<usize> = (0..p.len()).collect();
    ascending.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    let mut out = vec![0.0; p.len()];
    let mut step_up = |factor: f64| {
        let mut lowest = 1.0_f64;
        for (j, &k) in ascending.iter().enumerate().rev() {
            lowest = lowest.min(m * factor / (j + 1) as f64 * p[k]);
            out[k] = lowest;
        }
    };
    match correction {
        Correction::Bonferroni => out.iter_mut().zip(p).for_each(|(o, p)| *o = (m * p).min(1.0)),
        Correction::Holm => {
            let mut highest = 0.0_f64;
            for (j, &k) in ascending.iter().enumerate() {
                highest = highest.max(((m - j as f64) * p[k]).min(1.0));
                out[k] = highest;
            }
        }
        Correction::Bh => step_up(1.0),
        Correction::Bhy => step_up((1..=m as usize).map(|j| 1.0 / j as f64).sum()),
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corrections_by_hand() {
        // The six p-values of Harvey and Liu (2015), Backtesting: 0.005, 0.009, 0.0128, 0.0135, 0.045, 0.06, and M = 6.
        let p = [0.009, 0.005, 0.0128, 0.06, 0.0135, 0.045];
        let near = |correction, expected: [f64; 6]| {
            for (a, b) in corrected(&p, 6, correction).into_iter().zip(expected) {
                assert!((a - b).abs() < 1e-12, "{correction:?} {a} {b}");
            }
        };
        near(Correction::Bonferroni, [0.054, 0.03, 0.0768, 0.36, 0.081, 0.27]);
        near(Correction::Holm, [0.045, 0.03, 0.0512, 0.09, 0.0512, 0.09]);
        // 6 / j p = 0.03, 0.027, 0.0256, 0.02025, 0.054, 0.06, then the lowest from the right.
        near(Correction::Bh, [0.020_25, 0.020_25, 0.020_25, 0.06, 0.020_25, 0.054]);
        // c(6) = 2.45: 6 c / j p = 0.0735, 0.06615, 0.06272, 0.0496125, 0.1323, 0.147, then the lowest from the right.
        near(Correction::Bhy, [0.049_612_5, 0.049_612_5, 0.049_612_5, 0.147, 0.049_612_5, 0.1323]);
    }

    #[test]
    fn tests_that_are_not_shown_count_too() {
        assert_eq!(corrected(&[0.01], 5, Correction::Holm), [0.05]);
        assert_eq!(corrected(&[0.01], 0, Correction::Bh), [0.01]);
        assert!(corrected(&[], 3, Correction::Bhy).is_empty());
    }
}
