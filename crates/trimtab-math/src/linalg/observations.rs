//! [`Observations`]: T observations of N variables, packed eight variables side by side.

use std::fmt;

use super::tile::{Lane, WIDTH};

/// T observations of N variables (series), every number finite, T and N at least 1.
///
/// Stored in panels of eight series, observation after observation, the form in which the sums of
/// products run at the speed of the registers. T and N are the letters of the formulas.
#[derive(Clone, Debug, PartialEq)]
pub struct Observations {
    t: usize,
    n: usize,
    lanes: Vec<Lane>,
}

impl Observations {
    /// Packs N series of T observations each.
    ///
    /// # Errors
    /// [`ObservationsError`]: nothing given, series of different lengths, a number that is not
    /// finite.
    pub fn from_columns<C: AsRef<[f64]>>(columns: &[C]) -> Result<Self, ObservationsError> {
        let t = common_length(columns)?;
        let n = columns.len();
        let mut lanes = vec![[0.0; WIDTH]; n.div_ceil(WIDTH) * t];
        let zeros = vec![0.0; if n.is_multiple_of(WIDTH) { 0 } else { t }];
        let mut check = [0.0; WIDTH];
        for (panel, out) in columns.chunks(WIDTH).zip(lanes.chunks_mut(t)) {
            let columns = side_by_side(panel, &zeros, t);
            let mut sums = [0.0; WIDTH];
            for (i, lane) in out.iter_mut().enumerate() {
                let v: Lane = std::array::from_fn(|k| columns[k][i]);
                for k in 0..WIDTH {
                    sums[k] += ZERO_IF_FINITE * v[k];
                }
                *lane = v;
            }
            for k in 0..WIDTH {
                check[k] += sums[k];
            }
        }
        if check == [0.0; WIDTH] {
            return Ok(Self { t, n, lanes });
        }
        let (series, at) = find(columns, |v| !v.is_finite());
        Err(ObservationsError::NotFinite { series, at })
    }

    /// Packs the relative changes `x_t = p_t / p_(t-1) - 1` of N series of T + 1 levels.
    ///
    /// # Errors
    /// As [`Observations::from_columns`], and [`ObservationsError::NotPositive`] for a level that
    /// is zero or negative, [`ObservationsError::Empty`] for fewer than two levels.
    pub fn from_levels<C: AsRef<[f64]>>(levels: &[C]) -> Result<Self, ObservationsError> {
        let t = common_length(levels)? - 1;
        let n = levels.len();
        if t == 0 {
            return Err(ObservationsError::Empty);
        }
        let mut lanes = vec![[0.0; WIDTH]; n.div_ceil(WIDTH) * t];
        let ones = vec![1.0; if n.is_multiple_of(WIDTH) { 0 } else { t + 1 }];
        let (mut check, mut least) = ([0.0; WIDTH], [f64::INFINITY; WIDTH]);
        for (panel, out) in levels.chunks(WIDTH).zip(lanes.chunks_mut(t)) {
            let columns = side_by_side(panel, &ones, t + 1);
            let mut before: Lane = columns.map(|c| c[0]);
            let (mut sums, mut low) = (before.map(|p| ZERO_IF_FINITE * p), before);
            for (i, lane) in out.iter_mut().enumerate() {
                let p: Lane = std::array::from_fn(|k| columns[k][i + 1]);
                for k in 0..WIDTH {
                    lane[k] = p[k] / before[k] - 1.0;
                    sums[k] += ZERO_IF_FINITE * p[k] + ZERO_IF_FINITE * lane[k];
                    low[k] = if p[k] < low[k] { p[k] } else { low[k] };
                }
                before = p;
            }
            for k in 0..WIDTH {
                check[k] += sums[k];
                least[k] = if low[k] < least[k] { low[k] } else { least[k] };
            }
        }
        if check == [0.0; WIDTH] && least.iter().all(|v| *v > 0.0) {
            return Ok(Self { t, n, lanes });
        }
        Err(broken_level(levels))
    }

    /// Number of observations.
    #[must_use]
    pub fn t(&self) -> usize {
        self.t
    }

    /// Number of variables.
    #[must_use]
    pub fn n(&self) -> usize {
        self.n
    }

    /// The observations of variable j.
    pub fn series(&self, j: usize) -> impl Iterator<Item = f64> + '_ {
        let panel = &self.lanes[j / WIDTH * self.t..(j / WIDTH + 1) * self.t];
        panel.iter().map(move |lane| lane[j % WIDTH])
    }

    /// Arithmetic mean of each variable, `sum_t x_t / T`.
    #[must_use]
    pub fn mean(&self) -> Vec<f64> {
        let mut means = Vec::with_capacity(self.n + WIDTH);
        let mut push = |sums: Lane| means.extend_from_slice(&sums.map(|s| s / self.t as f64));
        // Two panels at a time: an addition need not wait for the one before.
        for panels in self.lanes.chunks(2 * self.t) {
            let (first, second) = panels.split_at(self.t);
            let (mut one, mut two) = ([0.0; WIDTH], [0.0; WIDTH]);
            if second.is_empty() {
                first.iter().for_each(|lane| add(lane, &mut one));
                push(one);
            } else {
                for (a, b) in first.iter().zip(second) {
                    add(a, &mut one);
                    add(b, &mut two);
                }
                push(one);
                push(two);
            }
        }
        means.truncate(self.n);
        means
    }

    /// `sum_t w_t x_t` of each variable.
    #[must_use]
    pub fn weighted_sum(&self, w: &[f64]) -> Vec<f64> {
        self.project(w)
    }

    /// Subtracts `centre[j]` from every observation of variable j.
    #[must_use]
    pub fn centred(mut self, centre: &[f64]) -> Self {
        for (b, panel) in self.lanes.chunks_mut(self.t).enumerate() {
            let mut c = [0.0; WIDTH];
            let n = self.n.min((b + 1) * WIDTH) - b * WIDTH;
            c[..n].copy_from_slice(&centre[b * WIDTH..b * WIDTH + n]);
            for lane in panel {
                for k in 0..WIDTH {
                    lane[k] -= c[k];
                }
            }
        }
        self
    }

    /// Multiplies observation t of every variable by `w[t]`.
    #[must_use]
    pub fn scaled(mut self, w: &[f64]) -> Self {
        for panel in self.lanes.chunks_mut(self.t) {
            for (lane, &w) in panel.iter_mut().zip(w) {
                for v in lane.iter_mut() {
                    *v *= w;
                }
            }
        }
        self
    }

    /// Replaces every number by `f` of it; `f(0)` must be 0 and `f` finite.
    pub(crate) fn map(mut self, f: impl Fn(f64) -> f64) -> Self {
        for lane in &mut self.lanes {
            for v in lane.iter_mut() {
                *v = f(*v);
            }
        }
        self
    }

    pub(super) fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    pub(super) fn panels(&self) -> impl Iterator<Item = &[Lane]> {
        self.lanes.chunks(self.t)
    }
}

#[inline]
fn add(lane: &Lane, sums: &mut Lane) {
    for k in 0..WIDTH {
        sums[k] += lane[k];
    }
}

/// `0 v` is 0 for a finite v and NaN otherwise: a check that needs no branch.
const ZERO_IF_FINITE: f64 = 0.0;

fn common_length<C: AsRef<[f64]>>(columns: &[C]) -> Result<usize, ObservationsError> {
    let expected = columns.first().map_or(0, |c| c.as_ref().len());
    if expected == 0 {
        return Err(ObservationsError::Empty);
    }
    match columns.iter().position(|c| c.as_ref().len() != expected) {
        None => Ok(expected),
        Some(series) => {
            let found = columns[series].as_ref().len();
            Err(ObservationsError::Ragged { series, found, expected })
        }
    }
}

/// The columns of a panel; those missing from the last panel are `filling`.
fn side_by_side<'a, C: AsRef<[f64]>>(
    panel: &'a [C],
    filling: &'a [f64],
    length: usize,
) -> [&'a [f64]; WIDTH] {
    std::array::from_fn(|k| panel.get(k).map_or(filling, |c| c.as_ref())).map(|c| &c[..length])
}

/// First (series, place) of a number with the property; the caller knows that there is one.
fn find<C: AsRef<[f64]>>(columns: &[C], property: impl Fn(f64) -> bool) -> (usize, usize) {
    (columns.iter().enumerate())
        .find_map(|(j, c)| c.as_ref().iter().position(|&v| property(v)).map(|at| (j, at)))
        .expect("the check over all numbers saw one")
}

/// What is wrong with levels whose changes failed the check.
fn broken_level<C: AsRef<[f64]>>(levels: &[C]) -> ObservationsError {
    let all = || levels.iter().flat_map(|c| c.as_ref());
    if all().any(|v| !v.is_finite()) {
        let (series, at) = find(levels, |v| !v.is_finite());
        ObservationsError::NotFinite { series, at }
    } else if all().any(|v| *v <= 0.0) {
        let (series, at) = find(levels, |v| v <= 0.0);
        ObservationsError::NotPositive { series, at }
    } else {
        // Two positive levels whose ratio overflows.
        let (series, at) = (levels.iter().enumerate())
            .find_map(|(j, c)| {
                c.as_ref().windows(2).position(|p| !(p[1] / p[0]).is_finite()).map(|at| (j, at))
            })
            .expect("the check over all changes saw one");
        ObservationsError::NotFinite { series, at }
    }
}

/// Why numbers are no [`Observations`]. Indices count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObservationsError {
    /// No series, or no observation.
    Empty,
    /// A series has another length than the first.
    Ragged {
        /// the series
        series: usize,
        /// its length
        found: usize,
        /// the length of the first
        expected: usize,
    },
    /// A number is NaN or infinite.
    NotFinite {
        /// the series
        series: usize,
        /// the observation
        at: usize,
    },
    /// A level from which changes are taken is zero or negative.
    NotPositive {
        /// the series
        series: usize,
        /// the level
        at: usize,
    },
}

impl fmt::Display for ObservationsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "no observations"),
            Self::Ragged { series, found, expected } => {
                write!(f, "series {series} has {found} observations, the first has {expected}")
            }
            Self::NotFinite { series, at } => {
                write!(f, "observation {at} of series {series} is not a finite number")
            }
            Self::NotPositive { series, at } => {
                write!(f, "level {at} of series {series} is not positive")
            }
        }
    }
}

impl std::error::Error for ObservationsError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_of_levels() {
        let p: Vec<Vec<f64>> =
            (0..11).map(|j| (0..6).map(|t| 100.0 + (t * (j + 1)) as f64).collect()).collect();
        let x = Observations::from_levels(&p).unwrap();
        assert_eq!((x.t(), x.n()), (5, 11));
        for (j, p) in p.iter().enumerate() {
            let plain: Vec<f64> = p.windows(2).map(|w| w[1] / w[0] - 1.0).collect();
            assert_eq!(x.series(j).collect::<Vec<_>>(), plain);
        }
        assert_eq!(x.combine(&[0.0; 11]), vec![0.0; 5]);
    }

    #[test]
    fn errors_name_the_place() {
        use ObservationsError as E;
        let none: [&[f64]; 0] = [];
        assert_eq!(Observations::from_columns(&none), Err(E::Empty));
        assert_eq!(Observations::from_levels(&[[1.0]]), Err(E::Empty));
        let ragged = Observations::from_columns(&[vec![1.0, 2.0], vec![1.0]]);
        assert_eq!(ragged, Err(E::Ragged { series: 1, found: 1, expected: 2 }));
        let hole = Observations::from_columns(&[[1.0, 2.0], [1.0, f64::NAN]]);
        assert_eq!(hole, Err(E::NotFinite { series: 1, at: 1 }));
        let hole = Observations::from_levels(&[[1.0, 2.0], [f64::INFINITY, 1.0]]);
        assert_eq!(hole, Err(E::NotFinite { series: 1, at: 0 }));
        let zero = Observations::from_levels(&[[1.0, 2.0, 0.0], [1.0, 1.0, 1.0]]);
        assert_eq!(zero, Err(E::NotPositive { series: 0, at: 2 }));
        let burst = Observations::from_levels(&[[1e-300, 1e300]]);
        assert_eq!(burst, Err(E::NotFinite { series: 0, at: 0 }));
    }

    #[test]
    fn centring_leaves_no_mean() {
        let x = Observations::from_columns(&[[1.0, 2.0, 6.0], [0.5, -0.5, 3.0]]).unwrap();
        assert_eq!(x.mean(), vec![3.0, 1.0]);
        let c = x.clone().centred(&x.mean());
        assert_eq!(c.mean(), vec![0.0, 0.0]);
        assert_eq!(c.scaled(&[1.0, 0.0, 2.0]).series(0).collect::<Vec<_>>(), vec![-2.0, 0.0, 6.0]);
    }
}
