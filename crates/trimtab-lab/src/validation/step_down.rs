//! The stepwise test of Romano and Wolf (StepM): which trials are better than the benchmark.
//!
//! All trials whose statistic is above the critical value of the maximum are accepted; the maximum is then taken over
//! the others only, and so on until none is added. The probability that any accepted trial is not better stays below
//! the level. The null distribution is the consistent one of [`super::superior_ability`].
//!
//! Sources: J. Romano and M. Wolf (2005), Stepwise Multiple Testing as Formalized Data Snooping, *Econometrica* 73(4); P.-H. Hsu, Y.-C. Hsu, C.-M. Kuan (2010), *Journal of Empirical Finance* 17(3), for the step-SPA.
use trimtab_math::moments::quantile;

use super::superior_ability::valid;
use super::{Draws, Scale};

/// The trials that are better than the benchmark at the family-wise level `level` (0.05), in order.
///
/// # Panics
/// When `variances` has not one entry for each trial, or the level is not inside 0..1: bugs of the caller.
pub fn step_down(draws: &Draws, variances: &[f64], scale: Scale, level: f64) -> Vec<usize> {
    let n = draws.means().len();
    assert!(variances.len() == n && level > 0.0 && level < 1.0, "a variance each, a level in 0..1");
    let factor = |w2: &f64| match scale {
        Scale::Common => 1.0,
        Scale::Own if *w2 > 0.0 => 1.0 / w2.sqrt(),
        Scale::Own => 0.0,
    };
    let factors: Vec<f64> = variances.iter().map(factor).collect();
    let own: Vec<f64> = draws.means().iter().zip(&factors).map(|(d, f)| d * f).collect();
    let valid = valid(draws, variances);
    let shift: Vec<f64> = (0..n).map(|k| if valid[k] { 0.0 } else { own[k] }).collect();
    let mut better = vec![false; n];
    loop {
        let rest: Vec<usize> = (0..n).filter(|k| !better[*k]).collect();
        if rest.is_empty() {
            break;
        }
        let highest = |row: &[f64]| {
            rest.iter().map(|&k| row[k] * factors[k] + shift[k]).fold(f64::NEG_INFINITY, f64::max)
        };
        let mut maxima: Vec<f64> = draws.rows().map(highest).collect();
        maxima.sort_unstable_by(f64::total_cmp);
        let critical = quantile(&maxima, 1.0 - level).expect("there is at least one replicate");
        // A scaled statistic below zero is never better, though the quantile of few trials may lie there.
        let least = if scale == Scale::Own { critical.max(0.0) } else { critical };
        let added: Vec<usize> = rest.into_iter().filter(|&k| own[k] > least).collect();
        if added.is_empty() {
            break;
        }
        added.into_iter().for_each(|k| better[k] = true);
    }
    (0..n).filter(|k| better[*k]).collect()
}
