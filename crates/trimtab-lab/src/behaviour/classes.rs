//! Classes of periods, and two ways to get them from the trailing returns of the benchmark.
use crate::record::Record;
use trimtab_core::{Error, Result};
use trimtab_math::moments::{mean, mean_and_deviation};

/// A class for each period of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Classes {
    pub(super) names: Vec<String>,
    pub(super) labels: Vec<Option<usize>>,
}

/// When a label is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// From data that ended before the period.
    Before,
    /// From data that ended with the period.
    During,
}

/// How [`Classes::markets`] tells markets apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MarketRule {
    /// Trailing periods looked at.
    pub window: usize,
    /// Size of the t statistic of the window's mean log return from which the market has a direction.
    pub trend: f64,
}

impl MarketRule {
    /// Three months of `periods_yearly` periods a year, and a trend from 0.6745: the median size of a standard normal
    /// variable, so that a random walk has a direction half of the time.
    pub fn yearly(periods_yearly: f64) -> Self {
        Self {
            window: ((periods_yearly / 4.0).round() as usize).max(2),
            trend: 0.674_489_750_196_081_7,
        }
    }
}

/// How [`Classes::regimes`] tells regimes apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RegimeRule {
    /// Periods of the moving average that the benchmark stands above in a bull market.
    pub average: usize,
    /// Trailing periods of the volatility.
    pub volatility: usize,
}

impl RegimeRule {
    /// Ten months for the average and three for the volatility, in periods of which there are `periods_yearly` a year.
    pub fn yearly(periods_yearly: f64) -> Self {
        let months = |m: f64| ((periods_yearly * m / 12.0).round() as usize).max(2);
        Self { average: months(10.0), volatility: months(3.0) }
    }
}

impl Classes {
    /// Classes called `names`, with an index into them, or `None`, for each period.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Data`] when a label points beyond the names.
    pub fn new(names: Vec<String>, labels: Vec<Option<usize>>) -> Result<Self> {
        if let Some(bad) = labels.iter().flatten().find(|l| **l >= names.len()) {
            return Err(Error::data(format!("label {bad} with {} names", names.len())));
        }
        Ok(Self { names, labels })
    }

    /// The names of the classes.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The class of each period; `None` where it is not known.
    pub fn labels(&self) -> &[Option<usize>] {
        &self.labels
    }

    /// Up, down, flat and choppy markets.
    ///
    /// Over the last w log returns x of the benchmark: `t = mean(x) / sd(x) sqrt(w)`. Up where t >= trend, down where
    /// t <= -trend. Without direction, flat where sd(x) is at most the median of all its values so far, else choppy.
    /// A window without any movement is flat.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Data`] without a benchmark, or for a window below two periods.
    pub fn markets(record: &Record<'_>, rule: &MarketRule, seen: Seen) -> Result<Self> {
        let logs = logs(record, rule.window)?;
        let mut volatilities = Median::default();
        let levels = levels(logs.len(), |level| {
            let window = logs.get(level.checked_sub(rule.window)?..level)?;
            let (mean, sd) = mean_and_deviation(window)?;
            volatilities.insert(sd);
            let t = if sd > 0.0 { mean / sd * (rule.window as f64).sqrt() } else { 0.0 };
            Some(match t {
                t if t >= rule.trend => 0,
                t if t <= -rule.trend => 1,
                _ if sd <= volatilities.value() => 2,
                _ => 3,
            })
        });
        Ok(Self { names: named(&["up", "down", "flat", "choppy"]), labels: shifted(&levels, seen) })
    }

    /// Calm and rough bull and bear markets.
    ///
    /// Bull where the benchmark's wealth is at or above its mean over the last `average` levels, else bear; rough where the
    /// deviation of its last `volatility` log returns is above the median of all its values so far, else calm.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Data`] without a benchmark, or for a window below two periods.
    pub fn regimes(record: &Record<'_>, rule: &RegimeRule, seen: Seen) -> Result<Self> {
        let logs = logs(record, rule.volatility.min(rule.average))?;
        let mut wealth = vec![1.0];
        for b in record.benchmark().unwrap_or_default() {
            wealth.push(wealth[wealth.len() - 1] * (1.0 + b));
        }
        let mut volatilities = Median::default();
        let levels = levels(logs.len(), |level| {
            let window = logs.get(level.checked_sub(rule.volatility)?..level)?;
            let (_, sd) = mean_and_deviation(window)?;
            volatilities.insert(sd);
            let trail = wealth.get((level + 1).checked_sub(rule.average)?..=level)?;
            let bear = wealth[level] < mean(trail)?;
            let rough = sd > volatilities.value();
            Some(2 * usize::from(bear) + usize::from(rough))
        });
        let names = named(&["calm bull", "rough bull", "calm bear", "rough bear"]);
        Ok(Self { names, labels: shifted(&levels, seen) })
    }
}

pub(super) fn named(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

pub(super) fn logs(record: &Record<'_>, window: usize) -> Result<Vec<f64>> {
    if window < 2 {
        return Err(Error::data(format!("a window of {window} periods has no deviation")));
    }
    let benchmark = record.benchmark().ok_or_else(|| {
        Error::data("kinds of market are read from the benchmark, and the record has none")
            .hint("give the record a benchmark, or labels of your own")
    })?;
    Ok(benchmark.iter().map(|b| b.ln_1p()).collect())
}

/// The class at each level 0..=n, computed in order of time.
fn levels(n: usize, class: impl FnMut(usize) -> Option<usize>) -> Vec<Option<usize>> {
    (0..=n).map(class).collect()
}

/// From classes at levels to classes of periods: the level before the period, or the one that ends it.
fn shifted(levels: &[Option<usize>], seen: Seen) -> Vec<Option<usize>> {
    match seen {
        Seen::Before => levels[..levels.len() - 1].to_vec(),
        Seen::During => levels[1..].to_vec(),
    }
}

/// The median of what was inserted so far.
#[derive(Default)]
struct Median {
    ascending: Vec<f64>,
}

impl Median {
    fn insert(&mut self, x: f64) {
        let at = self.ascending.partition_point(|y| *y < x);
        self.ascending.insert(at, x);
    }

    /// The median; the mean of the middle two of an even number.
    fn value(&self) -> f64 {
        trimtab_math::moments::quantile(&self.ascending, 0.5).unwrap_or(0.0)
    }
}
