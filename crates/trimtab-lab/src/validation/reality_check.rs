//! White's reality check: is the best of many trials better than the benchmark, given that it was chosen?
//!
//! `V = max_k sqrt(T) f_k` with f_k the mean of trial k over the benchmark; under the null hypothesis that no trial is
//! better, its distribution is that of `V* = max_k sqrt(T) (f*_k - f_k)`, f* the means over resampled periods. Poor
//! trials make it conservative; [`super::superior_ability`] leaves them out.
//!
//! Source: H. White (2000), A Reality Check for Data Snooping, *Econometrica* 68(5).
use super::{Draws, Tail};

/// V, and how often chance did better. The trials of `draws` are differences to the benchmark: higher is better.
pub fn reality_check(draws: &Draws) -> (f64, Tail) {
    let root = (draws.periods() as f64).sqrt();
    let highest = |row: &[f64]| root * row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let observed = highest(draws.means());
    (observed, Tail::of(observed, draws.rows().map(highest)))
}
