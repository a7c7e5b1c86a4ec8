//! Sums, moments and quantiles of plain slices.
//!
//! Every sum runs in a fixed number of lanes: 8 for up to two sums at once, 4 for up to four, 2 beyond, so that all
//! accumulators stay in registers and additions overlap. The order of additions, and so the last digit, depends on
//! nothing else. Deviations are always taken from the mean of a first pass: a one-pass sum of squares loses half the
//! digits when the mean is large against the spread.

/// Relative spread below which a series counts as constant: the rounding of its mean alone makes deviations of
/// this size. Smaller would call the noise of a constant series a volatility; larger would hide real ones.
pub(crate) const FLAT: f64 = 8.0 * f64::EPSILON;

/// Sum of `f(x)` over `xs`.
pub fn sum_of(xs: &[f64], f: impl Fn(f64) -> f64) -> f64 {
    let [sum] = sums_of(xs, |x| [f(x)]);
    sum
}

/// `K` sums in one pass over `xs`.
pub fn sums_of<const K: usize>(xs: &[f64], f: impl Fn(f64) -> [f64; K]) -> [f64; K] {
    match K {
        0..=2 => in_lanes::<K, 8>(xs, f),
        3..=4 => in_lanes::<K, 4>(xs, f),
        _ => in_lanes::<K, 2>(xs, f),
    }
}

/// `K` sums in one pass over the pairs of `xs` and `ys`; the longer slice is cut.
pub fn sums_of_pairs<const K: usize>(
    xs: &[f64],
    ys: &[f64],
    f: impl Fn(f64, f64) -> [f64; K],
) -> [f64; K] {
    let n = xs.len().min(ys.len());
    match K {
        0..=2 => pairs_in_lanes::<K, 8>(&xs[..n], &ys[..n], f),
        3..=4 => pairs_in_lanes::<K, 4>(&xs[..n], &ys[..n], f),
        _ => pairs_in_lanes::<K, 2>(&xs[..n], &ys[..n], f),
    }
}

fn in_lanes<const K: usize, const L: usize>(xs: &[f64], f: impl Fn(f64) -> [f64; K]) -> [f64; K] {
    let mut lanes = [[0.0; L]; K];
    let (blocks, rest) = xs.as_chunks::<L>();
    for block in blocks {
        for lane in 0..L {
            let terms = f(block[lane]);
            for k in 0..K {
                lanes[k][lane] += terms[k];
            }
        }
    }
    let mut sums = lanes.map(|lane| fold(&lane));
    for &x in rest {
        let terms = f(x);
        for k in 0..K {
            sums[k] += terms[k];
        }
    }
    sums
}

fn pairs_in_lanes<const K: usize, const L: usize>(
    xs: &[f64],
    ys: &[f64],
    f: impl Fn(f64, f64) -> [f64; K],
) -> [f64; K] {
    let mut lanes = [[0.0; L]; K];
    let (x_blocks, x_rest) = xs.as_chunks::<L>();
    let (y_blocks, y_rest) = ys.as_chunks::<L>();
    for (bx, by) in x_blocks.iter().zip(y_blocks) {
        for lane in 0..L {
            let terms = f(bx[lane], by[lane]);
            for k in 0..K {
                lanes[k][lane] += terms[k];
            }
        }
    }
    let mut sums = lanes.map(|lane| fold(&lane));
    for (&x, &y) in x_rest.iter().zip(y_rest) {
        let terms = f(x, y);
        for k in 0..K {
            sums[k] += terms[k];
        }
    }
    sums
}

/// Sum of `xs`.
pub fn sum(xs: &[f64]) -> f64 {
    sum_of(xs, |x| x)
}

/// Product of `1 + x` over `xs`: what one unit grows to. 1 for an empty slice.
pub fn growth(xs: &[f64]) -> f64 {
    let mut lanes = [1.0; 8];
    let (blocks, rest) = xs.as_chunks::<8>();
    for block in blocks {
        for lane in 0..8 {
            lanes[lane] *= 1.0 + block[lane];
        }
    }
    lanes.iter().product::<f64>() * rest.iter().map(|x| 1.0 + x).product::<f64>()
}

/// Arithmetic mean. `None` for an empty slice.
pub fn mean(xs: &[f64]) -> Option<f64> {
    (!xs.is_empty()).then(|| sum(xs) / xs.len() as f64)
}

/// Arithmetic mean and sample standard deviation, divisor n - 1: those of [`Moments`], without the higher moments, for who
/// asks thousands of windows. `None` below two values.
pub fn mean_and_deviation(xs: &[f64]) -> Option<(f64, f64)> {
    let n = xs.len() as f64;
    let first = mean(xs).filter(|_| xs.len() >= 2)?;
    // As in `Moments::of`: the first mean is off by its rounding e.
    let [e, s2] = sums_of(xs, |x| [x - first, (x - first) * (x - first)]).map(|s| s / n);
    let (mean, m2) = (first + e, s2 - e * e);
    let flat = m2 <= (FLAT * mean).powi(2);
    Some((mean, if flat { 0.0 } else { (m2 * n / (n - 1.0)).sqrt() }))
}

/// Sum of the lanes, by halves.
pub(crate) fn fold(lanes: &[f64]) -> f64 {
    match lanes {
        [a] => *a,
        [a, b] => a + b,
        _ => {
            let (low, high) = lanes.split_at(lanes.len() / 2);
            fold(low) + fold(high)
        }
    }
}

fn powers(d: f64) -> [f64; 4] {
    let d2 = d * d;
    [d, d2, d2 * d, d2 * d2]
}

/// Mean and the central population moments of a series: `m_k = (1/n) sum (x - mean)^k`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// Number of values, n.
    pub n: usize,
    /// Arithmetic mean.
    pub mean: f64,
    /// Second central moment (population variance). Exactly 0 for a constant series.
    pub m2: f64,
    /// Third central moment.
    pub m3: f64,
    /// Fourth central moment.
    pub m4: f64,
}

impl Moments {
    /// The moments of `xs`. `None` for an empty slice.
    pub fn of(xs: &[f64]) -> Option<Self> {
        let mean = mean(xs)?;
        Some(Self::about(xs.len(), mean, sums_of(xs, |x| powers(x - mean))))
    }

    /// The moments of `xs - ys`. `None` when they are empty or of different length.
    pub fn of_difference(xs: &[f64], ys: &[f64]) -> Option<Self> {
        if xs.len() != ys.len() || xs.is_empty() {
            return None;
        }
        let [sum] = sums_of_pairs(xs, ys, |x, y| [x - y]);
        let mean = sum / xs.len() as f64;
        Some(Self::about(xs.len(), mean, sums_of_pairs(xs, ys, |x, y| powers(x - y - mean))))
    }

    /// From the sums of the powers of the deviations from `mean`.
    fn about(n: usize, mean: f64, sums: [f64; 4]) -> Self {
        // The first mean is off by its rounding e; the moments about mean + e follow by the binomial theorem.
        let [e, s2, s3, s4] = sums.map(|s| s / n as f64);
        let mean = mean + e;
        let m2 = s2 - e * e;
        if m2 <= (FLAT * mean).powi(2) {
            return Self { n, mean, m2: 0.0, m3: 0.0, m4: 0.0 };
        }
        let m3 = s3 - 3.0 * e * s2 + 2.0 * e * e * e;
        let m4 = s4 - 4.0 * e * s3 + 6.0 * e * e * s2 - 3.0 * e * e * e * e;
        Self { n, mean, m2, m3, m4 }
    }

    /// Sample variance, divisor n - 1. `None` below two values.
    pub fn variance(&self) -> Option<f64> {
        (self.n >= 2).then(|| self.m2 * self.n as f64 / (self.n - 1) as f64)
    }

    /// Sample standard deviation, divisor n - 1. `None` below two values.
    pub fn deviation(&self) -> Option<f64> {
        self.variance().map(f64::sqrt)
    }

    /// Population standard deviation, divisor n.
    pub fn deviation_population(&self) -> f64 {
        self.m2.sqrt()
    }

    /// Population skewness `m3 / m2^(3/2)`. `None` for a constant series.
    pub fn skewness(&self) -> Option<f64> {
        (self.m2 > 0.0).then(|| self.m3 / (self.m2 * self.m2.sqrt()))
    }

    /// Population excess kurtosis `m4 / m2^2 - 3`. `None` for a constant series.
    pub fn kurtosis_excess(&self) -> Option<f64> {
        (self.m2 > 0.0).then(|| self.m4 / (self.m2 * self.m2) - 3.0)
    }

    /// Adjusted Fisher-Pearson skewness G1, `g1 sqrt(n (n-1)) / (n-2)`. `None` below three values.
    pub fn skewness_sample(&self) -> Option<f64> {
        let n = self.n as f64;
        let g1 = self.skewness()?;
        (self.n >= 3).then(|| g1 * (n * (n - 1.0)).sqrt() / (n - 2.0))
    }

    /// Adjusted excess kurtosis G2, `((n+1) g2 + 6) (n-1) / ((n-2)(n-3))`. `None` below four values.
    pub fn kurtosis_excess_sample(&self) -> Option<f64> {
        let n = self.n as f64;
        let g2 = self.kurtosis_excess()?;
        (self.n >= 4).then(|| ((n + 1.0) * g2 + 6.0) * (n - 1.0) / ((n - 2.0) * (n - 3.0)))
    }
}

/// Means and central co-moments of a pair of series, all with divisor n.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comoments {
    /// Number of pairs, n.
    pub n: usize,
    /// Mean of the first series.
    pub mean_x: f64,
    /// Mean of the second series.
    pub mean_y: f64,
    /// Variance of the first series. Exactly 0 when it is constant.
    pub xx: f64,
    /// Variance of the second series. Exactly 0 when it is constant.
    pub yy: f64,
    /// Covariance.
    pub xy: f64,
    /// Mean of `(x - mean_x)(y - mean_y)^2`.
    pub xyy: f64,
    /// Mean of `(y - mean_y)^3`.
    pub yyy: f64,
}

impl Comoments {
    /// The co-moments of `xs` and `ys`. `None` when they are empty or of different length.
    pub fn of(xs: &[f64], ys: &[f64]) -> Option<Self> {
        if xs.len() != ys.len() {
            return None;
        }
        let (mean_x, mean_y) = (mean(xs)?, mean(ys)?);
        let n = xs.len() as f64;
        let [e, h, uu, vv, uv, uvv, vvv] = sums_of_pairs(xs, ys, |x, y| {
            let (u, v) = (x - mean_x, y - mean_y);
            [u, v, u * u, v * v, u * v, u * v * v, v * v * v]
        })
        .map(|s| s / n);
        // e and h are the rounding of the two means, as in `Moments::of`.
        let (mean_x, mean_y) = (mean_x + e, mean_y + h);
        let (xx, yy, xy) = (uu - e * e, vv - h * h, uv - e * h);
        let xyy = uvv - 2.0 * h * uv - e * vv + 2.0 * e * h * h;
        let yyy = vvv - 3.0 * h * vv + 2.0 * h * h * h;
        let xx = if xx <= (FLAT * mean_x).powi(2) { 0.0 } else { xx };
        let yy = if yy <= (FLAT * mean_y).powi(2) { 0.0 } else { yy };
        let xy = if xx == 0.0 || yy == 0.0 { 0.0 } else { xy };
        Some(Self { n: xs.len(), mean_x, mean_y, xx, yy, xy, xyy, yyy })
    }

    /// Slope of the least-squares line of x on y, `xy / yy`. `None` when y is constant.
    pub fn slope(&self) -> Option<f64> {
        (self.yy > 0.0).then(|| self.xy / self.yy)
    }

    /// Pearson correlation. `None` when either series is constant.
    pub fn correlation(&self) -> Option<f64> {
        (self.xx > 0.0 && self.yy > 0.0)
            .then(|| (self.xy / (self.xx.sqrt() * self.yy.sqrt())).clamp(-1.0, 1.0))
    }
}

/// Quantile of an ascending slice by linear interpolation of order statistics: rank `h = p (n - 1)` counted from 0
/// (Hyndman and Fan 1996, definition 7; the default of R and numpy). `None` when empty or `p` is outside 0..=1.
pub fn quantile(ascending: &[f64], p: f64) -> Option<f64> {
    if ascending.is_empty() || !(0.0..=1.0).contains(&p) {
        return None;
    }
    let rank = p * (ascending.len() - 1) as f64;
    // 0.07 times 100 is not quite 7: a rank that misses a whole number by its rounding alone is that number.
    let whole = rank.round();
    let rank = if (rank - whole).abs() <= 4.0 * f64::EPSILON * whole { whole } else { rank };
    let low = rank.floor() as usize;
    let high = (low + 1).min(ascending.len() - 1);
    let part = rank - low as f64;
    Some(ascending[low] + part * (ascending[high] - ascending[low]))
}

/// Correlation of a series with itself `lag` steps earlier, as the Pearson correlation of the two overlapping
/// stretches (each with its own mean). `None` when fewer than two pairs remain or either stretch is constant.
pub fn autocorrelation(xs: &[f64], lag: usize) -> Option<f64> {
    if xs.len() < lag + 2 {
        return None;
    }
    let pairs = (xs.len() - lag) as f64;
    let mean = mean(xs)?;
    // Sums over the whole series about its mean; those of a stretch lack the `lag` values at one end.
    let [sum, squares] = sums_of(xs, |x| [x - mean, (x - mean) * (x - mean)]);
    let [products] = sums_of_pairs(&xs[lag..], xs, |x, y| [(x - mean) * (y - mean)]);
    let without = |end: &[f64]| {
        let [s, q] = sums_of(end, |x| [x - mean, (x - mean) * (x - mean)]);
        (sum - s, squares - q)
    };
    let (late, late_squares) = without(&xs[..lag]);
    let (early, early_squares) = without(&xs[xs.len() - lag..]);
    let (xx, yy) = (late_squares - late * late / pairs, early_squares - early * early / pairs);
    // Where little is left of the squares, the difference has lost its digits: measure the stretches themselves.
    if xx.min(yy) <= 1e-6 * squares {
        return Comoments::of(&xs[lag..], &xs[..xs.len() - lag])?.correlation();
    }
    Some(((products - late * early / pairs) / (xx.sqrt() * yy.sqrt())).clamp(-1.0, 1.0))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64, tol: f64) {
        assert!((a - b).abs() <= tol * b.abs().max(1e-300), "{a} is not {b}");
    }

    #[test]
    fn moments_of_one_to_five() {
        let m = Moments::of(&[1.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
        assert_eq!((m.mean, m.m2, m.m3, m.m4), (3.0, 2.0, 0.0, 6.8));
        assert_eq!(m.variance(), Some(2.5));
        near(m.kurtosis_excess().unwrap(), -1.3, 1e-15);
        near(m.kurtosis_excess_sample().unwrap(), -1.2, 1e-14);
    }

    #[test]
    fn moments_of_a_difference_are_those_of_the_differences() {
        let xs: Vec<f64> = (0..33).map(|i| f64::from(i * i % 17)).collect();
        let ys: Vec<f64> = (0..33).map(|i| f64::from(i * 7 % 5)).collect();
        let plain: Vec<f64> = xs.iter().zip(&ys).map(|(x, y)| x - y).collect();
        assert_eq!(Moments::of_difference(&xs, &ys), Moments::of(&plain));
        assert_eq!(Moments::of_difference(&xs, &xs).unwrap().m2, 0.0);
        assert_eq!(Moments::of_difference(&xs, &ys[1..]), None);
    }

    #[test]
    fn a_lone_value_has_a_mean_and_no_spread() {
        let m = Moments::of(&[0.3]).unwrap();
        assert_eq!((m.mean, m.m2), (0.3, 0.0));
        assert_eq!((m.variance(), m.skewness(), m.skewness_sample()), (None, None, None));
        assert_eq!(Moments::of(&[]), None);
    }

    #[test]
    fn a_constant_series_has_no_spread_whatever_its_rounding() {
        for c in [0.1, 1e-5, -3e7, 0.0004] {
            for n in [2, 3, 7, 252, 5_040] {
                let m = Moments::of(&vec![c; n]).unwrap();
                assert_eq!(m.m2, 0.0, "{n} times {c}");
                assert_eq!(Comoments::of(&vec![c; n], &vec![1.0; n]).unwrap().xx, 0.0);
            }
        }
    }

    #[test]
    fn mean_and_deviation_alone_are_those_of_the_moments() {
        assert_eq!(mean_and_deviation(&[0.3]), None);
        for n in 2..70 {
            let xs: Vec<f64> = (0..n).map(|i| 1e3 + f64::from(i * i % 13)).collect();
            let (mean, deviation) = mean_and_deviation(&xs).unwrap();
            let moments = Moments::of(&xs).unwrap();
            near(mean, moments.mean, 1e-15);
            near(deviation, moments.deviation().unwrap(), 1e-12);
            assert_eq!(mean_and_deviation(&vec![0.1; xs.len()]).unwrap().1, 0.0);
        }
    }

    #[test]
    fn deviations_survive_a_large_mean() {
        let xs: Vec<f64> = (0..1000).map(|i| 1e9 + f64::from(i % 7)).collect();
        let plain: Vec<f64> = (0..1000).map(|i| f64::from(i % 7)).collect();
        let (a, b) = (Moments::of(&xs).unwrap(), Moments::of(&plain).unwrap());
        near(a.m2, b.m2, 1e-12);
        near(a.m4, b.m4, 1e-12);
    }

    #[test]
    fn sums_do_not_depend_on_where_the_blocks_end() {
        for n in 0..40 {
            let xs: Vec<f64> = (0..n).map(f64::from).collect();
            assert_eq!(sum(&xs), f64::from(n * (n - 1) / 2));
            near(growth(&xs[..xs.len().min(9)]), (1..=n.min(9)).map(f64::from).product(), 1e-15);
            let [s] = sums_of_pairs(&xs, &xs, |x, y| [x * y]);
            assert_eq!(s, xs.iter().map(|x| x * x).sum::<f64>());
        }
    }

    #[test]
    fn quantiles_interpolate_between_ranks() {
        let xs = [1.0, 2.0, 4.0, 8.0];
        assert_eq!(quantile(&xs, 0.0), Some(1.0));
        assert_eq!(quantile(&xs, 1.0), Some(8.0));
        assert_eq!(quantile(&xs, 0.5), Some(3.0));
        near(quantile(&xs, 0.9).unwrap(), 6.8, 1e-15);
        assert_eq!(quantile(&xs, 1.01), None);
        let hundred: Vec<f64> = (0..=100).map(f64::from).collect();
        assert_eq!(quantile(&hundred, 0.07), Some(7.0));
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn an_exact_line_has_its_slope_and_correlation_one() {
        let ys: Vec<f64> = (0..50).map(|i| f64::from(i * i % 17)).collect();
        let xs: Vec<f64> = ys.iter().map(|y| 2.5 * y - 1.0).collect();
        let c = Comoments::of(&xs, &ys).unwrap();
        near(c.slope().unwrap(), 2.5, 1e-14);
        near(c.correlation().unwrap(), 1.0, 1e-14);
        assert_eq!(Comoments::of(&xs, &ys[1..]), None);
    }

    #[test]
    fn an_alternating_series_has_autocorrelation_minus_one() {
        let xs: Vec<f64> = (0..20).map(|i| if i % 2 == 0 { 1.0 } else { -1.0 }).collect();
        near(autocorrelation(&xs, 1).unwrap(), -1.0, 1e-15);
        near(autocorrelation(&xs, 2).unwrap(), 1.0, 1e-15);
        assert_eq!(autocorrelation(&xs, 19), None);
        let rough: Vec<f64> = (0..60).map(|i| f64::from(i * i % 37)).collect();
        for lag in [0, 1, 2, 7, 30] {
            let plain =
                Comoments::of(&rough[lag..], &rough[..60 - lag]).unwrap().correlation().unwrap();
            near(autocorrelation(&rough, lag).unwrap(), plain, 1e-13);
        }
        // All movement lies in the value that one stretch lacks.
        assert_eq!(autocorrelation(&[1.0, 1.0, 1.0, 1.0, 1e6], 1), None);
    }
}
