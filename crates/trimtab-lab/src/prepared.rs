//! What many metrics share, computed once.
//!
//! The order of work follows cost: one sort, one running product, a few vectorised passes. After it most metrics are a
//! handful of multiplications, and the longest a single pass.
mod logs;
mod months;
mod path;
mod signs;
mod versus;

use crate::metrics::variance_ratio::variance_ratio;
use crate::record::{Record, RiskFree};
use std::borrow::Cow;
use trimtab_math::moments::{Moments, autocorrelation, growth, sum_of, sums_of};

pub use months::{Months, Span};
pub use path::{Episode, Path};
pub(crate) use path::{depth_max, wealth};
pub use signs::Signs;
pub use versus::{Side, Versus};

/// A record with its shared intermediate results. Metrics are functions of this.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Prepared<'a> {
    /// The record itself.
    pub record: Record<'a>,
    /// Moments of the returns r.
    pub moments: Moments,
    /// Returns above the risk-free rate, e = r - f.
    pub excess: Cow<'a, [f64]>,
    /// Moments of the excess returns.
    pub excess_moments: Moments,
    /// Autocorrelation of the returns at lag 1.
    pub autocorrelation: Option<f64>,
    /// Autocorrelation of the excess returns at lag 1.
    pub excess_autocorrelation: Option<f64>,
    /// The returns in ascending order.
    pub ascending: Vec<f64>,
    /// `ln(1 + r)` of each period.
    pub logs: Vec<f64>,
    /// Variance ratio of five periods of the logs, and its z.
    pub variance_ratio: Option<(f64, Option<f64>)>,
    /// Gains, losses and their runs.
    pub signs: Signs,
    /// Shortfalls below the target of the record, the mean, and the risk-free rate.
    pub shortfall: Shortfall,
    /// Wealth and drawdowns.
    pub path: Path,
    /// Compounded returns by month, quarter and year.
    pub months: Months,
    /// What one unit of cash grew to.
    pub growth_risk_free: f64,
    /// The comparison with the benchmark, where there is one.
    pub versus: Option<Versus>,
}

/// Mean partial moments of the returns about a threshold, all with divisor n.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Shortfall {
    /// `mean max(target - r, 0)`.
    pub target_first: f64,
    /// `mean max(target - r, 0)^2`.
    pub target_second: f64,
    /// `mean max(target - r, 0)^3`.
    pub target_third: f64,
    /// `mean max(r - target, 0)`.
    pub target_above: f64,
    /// `mean max(mean(r) - r, 0)^2`.
    pub mean_second: f64,
    /// `mean min(e, 0)^2` of the excess returns e.
    pub excess_second: f64,
}

impl<'a> Prepared<'a> {
    /// Computes everything the metrics share.
    pub fn new(record: Record<'a>) -> Self {
        let returns = record.returns();
        let moments = Moments::of(returns).expect("a record has a return");
        let excess = excess_of(&record, returns);
        let excess_moments = match record.risk_free() {
            RiskFree::Constant(f) => Moments { mean: moments.mean - f, ..moments },
            RiskFree::Series(_) => Moments::of(&excess).expect("a record has a return"),
        };
        let path = Path::of(returns);
        let months = Months::of(&record, &path.wealth);
        let logs = logs::logs(returns);
        let autocorrelated = autocorrelation(returns, 1);
        let versus = record.benchmark().map(|b| Versus::of(&record, b, &excess, &months));
        Self {
            moments,
            shortfall: Shortfall::of(&record, &excess, moments.mean),
            excess_moments,
            excess_autocorrelation: match record.risk_free() {
                RiskFree::Constant(_) => autocorrelated,
                RiskFree::Series(_) => autocorrelation(&excess, 1),
            },
            autocorrelation: autocorrelated,
            ascending: ascending(returns),
            variance_ratio: variance_ratio(&logs),
            logs,
            signs: Signs::of(returns),
            path,
            months,
            growth_risk_free: match record.risk_free() {
                RiskFree::Series(rates) => growth(rates),
                RiskFree::Constant(f) => (1.0 + f).powf(returns.len() as f64),
            },
            versus,
            excess,
            record,
        }
    }

    /// Number of periods, n, as a float.
    pub fn n(&self) -> f64 {
        self.record.len() as f64
    }

    /// Periods a year, P.
    pub fn periods_yearly(&self) -> f64 {
        self.record.periods_yearly()
    }

    /// `growth^(P / n) - 1`: the yearly rate at which one unit grows to `growth` over the record.
    pub fn yearly(&self, growth: f64) -> f64 {
        growth.powf(self.periods_yearly() / self.n()) - 1.0
    }

    /// Yearly return by number of periods, R.
    pub fn return_yearly(&self) -> f64 {
        self.yearly(self.path.growth)
    }

    /// Yearly return of cash by number of periods, F.
    pub fn risk_free_yearly(&self) -> f64 {
        self.yearly(self.growth_risk_free)
    }

    /// Calendar days from the first to the last date.
    pub fn days(&self) -> f64 {
        let dates = self.record.dates();
        crate::prepared::days_between(dates[0], dates[dates.len() - 1])
    }
}

/// Calendar days from `a` to `b`.
pub(crate) fn days_between(a: trimtab_core::Date, b: trimtab_core::Date) -> f64 {
    (b.duration_since(a).as_hours() / 24) as f64
}

/// `returns` less the risk-free rate of `record`.
fn excess_of<'a>(record: &Record<'a>, returns: &'a [f64]) -> Cow<'a, [f64]> {
    match record.risk_free() {
        RiskFree::Constant(0.0) => Cow::Borrowed(returns),
        RiskFree::Constant(f) => Cow::Owned(returns.iter().map(|r| r - f).collect()),
        RiskFree::Series(rates) => {
            Cow::Owned(returns.iter().zip(rates).map(|(r, f)| r - f).collect())
        }
    }
}

/// The finite `returns` in ascending order. Sorted as integers of the same order, which compare in one instruction.
fn ascending(returns: &[f64]) -> Vec<f64> {
    let mut keys: Vec<u64> = returns.iter().map(|r| key(r.to_bits())).collect();
    keys.sort_unstable();
    keys.into_iter().map(|k| f64::from_bits(unkey(k))).collect()
}

/// From the bits of a float to an integer with the same order: negative numbers are reversed, positive ones lifted
/// above them.
fn key(bits: u64) -> u64 {
    bits ^ (((bits as i64 >> 63) as u64) | SIGN)
}

fn unkey(key: u64) -> u64 {
    key ^ ((((!key) as i64 >> 63) as u64) | SIGN)
}

/// The sign bit.
const SIGN: u64 = 1 << 63;

impl Shortfall {
    fn of(record: &Record<'_>, excess: &[f64], mean: f64) -> Self {
        let n = record.len() as f64;
        let target = record.target();
        let [first, second, third, above, about_mean] = sums_of(record.returns(), |r| {
            let below = positive(target - r);
            let low = positive(mean - r);
            [below, below * below, below * below * below, positive(r - target), low * low]
        });
        let excess_second = sum_of(excess, |e| positive(-e) * positive(-e));
        Self {
            target_first: first / n,
            target_second: second / n,
            target_third: third / n,
            target_above: above / n,
            mean_second: about_mean / n,
            excess_second: excess_second / n,
        }
    }
}

/// `max(x, 0)`, in the form that compiles to one instruction.
pub(crate) fn positive(x: f64) -> f64 {
    if x > 0.0 { x } else { 0.0 }
}
