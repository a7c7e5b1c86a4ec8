//! Hansen's test for superior predictive ability (SPA).
//!
//! `T = max(0, max_k sqrt(n) d_k / w_k)`, d_k the mean of trial k over the benchmark in n periods, w_k^2 its long-run
//! variance ([`super::long_run_variance`]). The null distribution is that of
//! `T* = max(0, max_k sqrt(n) (d*_k - g_k) / w_k)`, and g says how bad trials count:
//!
//! * lower: g = max(d, 0), bad trials are as bad as they look: the test is liberal;
//! * consistent: g = d where `d >= -w sqrt(2 ln ln n / n)`, else 0: clearly bad trials drop out;
//! * upper: g = d, every trial is as good as the benchmark: conservative, White's reality check with a scale.
//!
//! Source: P. Hansen (2005), A Test for Superior Predictive Ability, *Journal of Business and Economic Statistics*
//! 23(4).
use super::{Draws, Tail};

/// Whether each trial is measured in units of its own uncertainty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Divided by w, as the paper has it: a trial that is wild by nature does not drown the others.
    Own,
    /// Not divided: w decides only which trials are clearly bad. The package arch 8.0.0 computes this one, and without
    /// the maximum with 0, whatever its option `studentize` says.
    Common,
}

/// What the test found.
#[derive(Clone, Debug, PartialEq)]
pub struct SuperiorAbility {
    /// T, in units of w or of sqrt(n) d.
    pub statistic: f64,
    /// The best trial by the same scale.
    pub best: usize,
    /// Liberal.
    pub lower: Tail,
    /// The one to report.
    pub consistent: Tail,
    /// Conservative.
    pub upper: Tail,
    /// For each trial how often the greatest T* of all is above its own statistic (consistent): a p-value that is
    /// right for the whole family at once; that of the best trial is the test's.
    pub each: Vec<Tail>,
}

/// Tests whether any trial of `draws` (differences to the benchmark, higher is better) is above zero. `variances` are
/// those of [`super::long_run_variance`] for the same trials. A trial whose variance is zero takes no part.
///
/// # Panics
/// When `variances` has not one entry for each trial: that is a bug of the caller.
pub fn superior_ability(draws: &Draws, variances: &[f64], scale: Scale) -> SuperiorAbility {
    let means = draws.means();
    assert_eq!(means.len(), variances.len(), "one variance for each trial");
    let root = (draws.periods() as f64).sqrt();
    let factor = |w2: &f64| match scale {
        Scale::Common => root,
        Scale::Own if *w2 > 0.0 => root / w2.sqrt(),
        Scale::Own => 0.0,
    };
    let factors: Vec<f64> = variances.iter().map(factor).collect();
    let floor = match scale {
        Scale::Own => 0.0,
        Scale::Common => f64::NEG_INFINITY,
    };
    let own: Vec<f64> = means.iter().zip(&factors).map(|(d, f)| d * f).collect();
    let best = (0..own.len()).fold(0, |best, k| if own[k] > own[best] { k } else { best });
    let statistic = own[best].max(floor);
    let valid = valid(draws, variances);
    let centre = |k: usize| {
        let d = means[k];
        [d.max(0.0), if valid[k] { d } else { 0.0 }, d].map(|g| (d - g) * factors[k])
    };
    let shifts: Vec<[f64; 3]> = (0..means.len()).map(centre).collect();
    let highest = |row: &[f64]| {
        let mut most = [floor; 3];
        for ((x, factor), shift) in row.iter().zip(&factors).zip(&shifts) {
            let x = x * factor;
            for (most, shift) in most.iter_mut().zip(shift) {
                *most = most.max(x + shift);
            }
        }
        most
    };
    let maxima: Vec<[f64; 3]> = draws.rows().map(highest).collect();
    let tail = |observed: f64, g: usize| Tail::of(observed, maxima.iter().map(|m| m[g]));
    SuperiorAbility {
        statistic,
        best,
        lower: tail(statistic, 0),
        consistent: tail(statistic, 1),
        upper: tail(statistic, 2),
        each: own.iter().map(|own| tail(own.max(floor), 1)).collect(),
    }
}

/// Which trials are not clearly bad: `d >= -w sqrt(2 ln ln n / n)`. Below three periods, where ln ln n is no number or
/// negative, every trial that varies is valid.
pub(super) fn valid(draws: &Draws, variances: &[f64]) -> Vec<bool> {
    let n = draws.periods() as f64;
    let iterated = if n > std::f64::consts::E { 2.0 * n.ln().ln() / n } else { f64::INFINITY };
    let one = |(d, w2): (&f64, &f64)| *d >= -(w2 * iterated).sqrt();
    draws.means().iter().zip(variances).map(one).collect()
}
