//! A run beside its benchmark.
use super::months::Months;
use super::path::{depth_max, wealth};
use super::{excess_of, positive};
use crate::record::Record;
use trimtab_math::moments::{Comoments, Moments, sums_of_pairs};

/// The benchmark and its relation to the run.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Versus {
    /// Moments of the benchmark returns b.
    pub moments: Moments,
    /// Mean of the benchmark's excess returns.
    pub excess_mean: f64,
    /// Standard deviation (n - 1) of the benchmark's excess returns. `None` below two periods.
    pub excess_deviation: Option<f64>,
    /// Co-moments of the excess returns: x the run, y the benchmark.
    pub comoments: Comoments,
    /// Moments of the active returns r - b.
    pub active: Moments,
    /// The benchmark's wealth at each level, one unit at the start.
    pub wealth: Vec<f64>,
    /// The benchmark's wealth at the end.
    pub growth: f64,
    /// The benchmark's largest depth.
    pub depth_max: f64,
    /// Periods in which the benchmark rose (b > 0).
    pub rise: Side,
    /// Periods in which the benchmark fell (b < 0).
    pub fall: Side,
    /// Periods in which the benchmark stood still (b = 0).
    pub still: Side,
    /// Slope of the run's excess return on the benchmark's where the latter is positive.
    pub beta_bull: Option<f64>,
    /// The same where it is negative.
    pub beta_bear: Option<f64>,
    /// Periods in which the run beat the benchmark (r > b).
    pub beaten: usize,
    /// Months in which the run's compounded return beat the benchmark's.
    pub beaten_months: usize,
}

/// The run and the benchmark over the periods on one side of the benchmark's market.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Side {
    /// Number of such periods.
    pub count: usize,
    /// What one unit in the run grows to over them alone.
    pub growth: f64,
    /// What one unit in the benchmark grows to over them alone.
    pub growth_benchmark: f64,
    /// Periods in which the run moved to the same side: r > 0 in a rise, r < 0 in a fall, r = 0 where b = 0.
    pub same: usize,
    /// Periods in which the run beat the benchmark.
    pub beaten: usize,
}

impl Versus {
    pub(super) fn of(
        record: &Record<'_>,
        benchmark: &[f64],
        excess: &[f64],
        months: &Months,
    ) -> Self {
        let returns = record.returns();
        let excess_benchmark = excess_of(record, benchmark);
        let comoments = Comoments::of(excess, &excess_benchmark).expect("aligned by the record");
        let n = returns.len() as f64;
        let wealth = wealth(benchmark);
        let [rise, fall, still] = sides(returns, benchmark);
        let beaten_months = months
            .months
            .iter()
            .filter(|m| m.value > wealth[m.last] / wealth[m.first] - 1.0)
            .count();
        Self {
            moments: Moments::of(benchmark).expect("a record has a return"),
            excess_mean: comoments.mean_y,
            excess_deviation: (n >= 2.0).then(|| (comoments.yy * n / (n - 1.0)).sqrt()),
            active: Moments::of_difference(returns, benchmark).expect("a record has a return"),
            beta_bull: slope_where(excess, &excess_benchmark, &comoments, |b| b > 0.0),
            beta_bear: slope_where(excess, &excess_benchmark, &comoments, |b| b < 0.0),
            beaten: rise.beaten + fall.beaten + still.beaten,
            comoments,
            growth: wealth[benchmark.len()],
            depth_max: depth_max(wealth.iter().copied()),
            wealth,
            rise,
            fall,
            still,
            beaten_months,
        }
    }

    /// Slope of the run's excess return on the benchmark's.
    pub fn beta(&self) -> Option<f64> {
        self.comoments.slope()
    }

    /// Intercept of that line, per period.
    pub fn alpha(&self) -> Option<f64> {
        Some(self.comoments.mean_x - self.beta()? * self.comoments.mean_y)
    }
}

/// The periods by the direction of the benchmark: rise, fall, still.
///
/// Selects instead of branches throughout: the direction changes at random, so a branch would be mispredicted half the
/// time.
fn sides(returns: &[f64], benchmark: &[f64]) -> [Side; 3] {
    let pick = |here: bool, x: f64| if here { x } else { 1.0 };
    let growths = products(returns, benchmark, |r, b| {
        let (up, down) = (b > 0.0, b < 0.0);
        [pick(up, 1.0 + r), pick(up, 1.0 + b), pick(down, 1.0 + r), pick(down, 1.0 + b)]
    });
    let count = |here: bool| if here { 1.0 } else { 0.0 };
    let counts = sums_of_pairs(returns, benchmark, |r, b| {
        let (up, down, beaten) = (b > 0.0, b < 0.0, r > b);
        [
            count(up),
            count(up & (r > 0.0)),
            count(up & beaten),
            count(down),
            count(down & (r < 0.0)),
            count(down & beaten),
        ]
    });
    let side = |growths: &[f64], counts: &[f64]| Side {
        count: counts[0] as usize,
        growth: growths[0],
        growth_benchmark: growths[1],
        same: counts[1] as usize,
        beaten: counts[2] as usize,
    };
    let (rise, fall) = (side(&growths[..2], &counts[..3]), side(&growths[2..], &counts[3..]));
    let mut still = Side { count: 0, growth: 1.0, growth_benchmark: 1.0, same: 0, beaten: 0 };
    if rise.count + fall.count < returns.len() {
        for (&r, _) in returns.iter().zip(benchmark).filter(|(_, b)| **b == 0.0) {
            still.count += 1;
            still.growth *= 1.0 + r;
            still.same += usize::from(r == 0.0);
            still.beaten += usize::from(r > 0.0);
        }
    }
    [rise, fall, still]
}

/// Four products over the pairs of `xs` and `ys`, in four lanes.
fn products(xs: &[f64], ys: &[f64], f: impl Fn(f64, f64) -> [f64; 4]) -> [f64; 4] {
    let mut lanes = [[1.0; 4]; 4];
    let (x_blocks, x_rest) = xs.as_chunks::<4>();
    let (y_blocks, y_rest) = ys.as_chunks::<4>();
    for (bx, by) in x_blocks.iter().zip(y_blocks) {
        for lane in 0..4 {
            let terms = f(bx[lane], by[lane]);
            for k in 0..4 {
                lanes[k][lane] *= terms[k];
            }
        }
    }
    let mut products = lanes.map(|[a, b, c, d]| (a * b) * (c * d));
    for (&x, &y) in x_rest.iter().zip(y_rest) {
        let terms = f(x, y);
        for k in 0..4 {
            products[k] *= terms[k];
        }
    }
    products
}

/// Least-squares slope of x on y over the pairs whose y passes `keep`. `None` below two pairs or when y is constant.
fn slope_where(x: &[f64], y: &[f64], about: &Comoments, keep: impl Fn(f64) -> bool) -> Option<f64> {
    // Deviations from the overall means: close enough to the partial means that nothing cancels.
    let [n, sx, sy, sxy, syy] = sums_of_pairs(x, y, |x, y| {
        let one = if keep(y) { 1.0 } else { 0.0 };
        let (u, v) = ((x - about.mean_x) * one, (y - about.mean_y) * one);
        [one, u, v, u * v, v * v]
    });
    if n < 2.0 {
        return None;
    }
    let yy = syy - sy * sy / n;
    // Below the rounding of the two terms the difference is noise: y is constant on this side.
    (yy > 8.0 * f64::EPSILON * positive(syy)).then(|| (sxy - sx * sy / n) / yy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_without_movement_of_the_benchmark_belong_to_neither_rise_nor_fall() {
        let [rise, fall, still] = sides(&[0.1, 0.2, -0.1, 0.0], &[0.05, 0.0, -0.2, -0.1]);
        assert_eq!((rise.count, fall.count, still.count), (1, 2, 1));
        assert_eq!((rise.same, fall.same, still.same), (1, 1, 0));
        assert_eq!((rise.beaten, fall.beaten, still.beaten), (1, 2, 1));
        assert!((fall.growth - 0.9).abs() < 1e-15 && still.growth == 1.2);
        assert!((fall.growth_benchmark - 0.72).abs() < 1e-15);
    }

    #[test]
    fn the_partial_slope_is_that_of_the_kept_pairs_alone() {
        let y: Vec<f64> = (0..40).map(|i| f64::from(i * 37 % 23) - 11.0).collect();
        let x: Vec<f64> =
            y.iter().map(|y| if *y > 0.0 { 3.0 * y + 1.0 } else { 0.5 * y }).collect();
        let about = Comoments::of(&x, &y).unwrap();
        assert!((slope_where(&x, &y, &about, |b| b > 0.0).unwrap() - 3.0).abs() < 1e-13);
        assert!((slope_where(&x, &y, &about, |b| b < 0.0).unwrap() - 0.5).abs() < 1e-13);
        assert_eq!(slope_where(&x, &y, &about, |b| b > 10.5), None);
        assert_eq!(slope_where(&[1.0, 2.0], &[5.0, 5.0], &about, |b| b > 0.0), None);
    }
}
