//! Classes that are known only afterwards: for reports, and never for decisions.
use super::Classes;
use crate::record::Record;
use trimtab_core::{Error, Result};
use trimtab_math::moments::{mean_and_deviation, quantile};

/// How far the benchmark falls from its high in a bear market, and rises from its low in a bull market, as a fraction.
const TURN: f64 = 0.2;

/// The part of all days that are called rough.
const ROUGH: f64 = 0.25;

/// Inflation from this rate on, as a fraction a year: half as much again as central banks aim for.
const INFLATION: f64 = 0.03;

impl Classes {
    /// Bull and bear markets of the benchmark: a bear market lasts from a high to the low after it where the fall is 20 % or more, a
    /// bull market from that low to the high before the next such fall. Each is known only once the turn has come.
    ///
    /// Source: A. Lunde, A. Timmermann (2004), Duration dependence in stock prices: an analysis of bull and bear markets, *Journal
    /// of Business and Economic Statistics* 22(3), page 253.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Data`] without a benchmark.
    pub fn phases(record: &Record<'_>) -> Result<Self> {
        let mut wealth = vec![1.0];
        for b in benchmark(record)? {
            wealth.push(wealth[wealth.len() - 1] * (1.0 + b));
        }
        let mut labels = vec![Some(0); wealth.len() - 1];
        let (mut bear, mut extreme) = (false, 0);
        // The market is what it was until it has turned by 20 % from its extreme; then it is the other since the extreme.
        for (t, level) in wealth.iter().enumerate() {
            let beyond = if bear { *level <= wealth[extreme] } else { *level >= wealth[extreme] };
            let turned = match bear {
                false => *level <= (1.0 - TURN) * wealth[extreme],
                true => *level >= (1.0 + TURN) * wealth[extreme],
            };
            if turned {
                bear = !bear;
                labels[extreme..].fill(Some(usize::from(bear)));
            }
            if beyond || turned {
                extreme = t;
            }
        }
        Ok(Self { names: named(["bull market", "bear market"]), labels })
    }

    /// The roughest quarter of all periods, and the rest: by the deviation of the benchmark's last `window` log returns.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Data`] without a benchmark, or for a window below two periods.
    pub fn roughness(record: &Record<'_>, window: usize) -> Result<Self> {
        if window < 2 {
            return Err(Error::data(format!("a window of {window} periods has no deviation")));
        }
        let logs: Vec<f64> = benchmark(record)?.iter().map(|b| b.ln_1p()).collect();
        let deviation = |end: usize| {
            let window = logs.get((end + 1).checked_sub(window)?..=end)?;
            mean_and_deviation(window).map(|(_, deviation)| deviation)
        };
        let deviations: Vec<Option<f64>> = (0..logs.len()).map(deviation).collect();
        let mut ascending: Vec<f64> = deviations.iter().flatten().copied().collect();
        ascending.sort_unstable_by(f64::total_cmp);
        let edge = quantile(&ascending, 1.0 - ROUGH).unwrap_or(f64::INFINITY);
        let labels = deviations.iter().map(|d| d.map(|d| usize::from(d > edge))).collect();
        Ok(Self { names: named(["usual volatility", "high volatility"]), labels })
    }

    /// Periods with inflation of 3 % a year or more, and the rest: `inflation` has a rate for each period, as a fraction a year, or
    /// none.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Data`] when there is not one for each period of the record.
    pub fn inflation(record: &Record<'_>, inflation: &[Option<f64>]) -> Result<Self> {
        if inflation.len() != record.len() {
            let said = format!("{} rates for {} periods", inflation.len(), record.len());
            return Err(Error::data(said).hint("give one rate for each period"));
        }
        let labels = inflation.iter().map(|i| i.map(|i| usize::from(i >= INFLATION))).collect();
        Ok(Self { names: named(["inflation below 3 %", "inflation of 3 % or more"]), labels })
    }

    /// Unbroken stretches of class `class`: the first period and the last of each.
    pub fn stretches(&self, class: usize) -> Vec<(usize, usize)> {
        let mut found: Vec<(usize, usize)> = Vec::new();
        for t in (0..self.labels.len()).filter(|t| self.labels[*t] == Some(class)) {
            match found.last_mut() {
                Some((_, last)) if *last + 1 == t => *last = t,
                _ => found.push((t, t)),
            }
        }
        found
    }
}

fn named(names: [&str; 2]) -> Vec<String> {
    names.map(str::to_owned).to_vec()
}

fn benchmark<'a>(record: &Record<'a>) -> Result<&'a [f64]> {
    record.benchmark().ok_or_else(|| {
        Error::data("phases of a market are read from the benchmark, and the record has none")
            .hint("give the record a benchmark, or labels of your own")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::RiskFree;
    use trimtab_core::Date;

    fn days(n: usize) -> Vec<Date> {
        let first = Date::constant(2001, 1, 1);
        (0..=n as i64).map(|d| first.checked_add(jiff::Span::new().days(d)).unwrap()).collect()
    }

    fn with<T>(returns: &[f64], then: impl FnOnce(&Record<'_>) -> T) -> T {
        let dates = days(returns.len());
        let record = Record::new(&dates, returns, RiskFree::ZERO, 252.0).unwrap();
        then(&record.with_benchmark(returns).unwrap())
    }

    #[test]
    fn bears_last_from_the_high_to_the_low() {
        // 1.1 (high), then 0.99, 0.85 (23 % below), 0.80 (low), 0.90, 1.0 (25 % above), 1.1, 1.0 (9 % below).
        let levels = [1.0, 1.1, 0.99, 0.85, 0.80, 0.90, 1.0, 1.1, 1.0];
        let returns: Vec<f64> = levels.windows(2).map(|p| p[1] / p[0] - 1.0).collect();
        let classes = with(&returns, |record| Classes::phases(record).unwrap());
        let labels: Vec<usize> = classes.labels().iter().flatten().copied().collect();
        assert_eq!(labels, [0, 1, 1, 1, 0, 0, 0, 0]);
        assert_eq!(classes.stretches(1), [(1, 3)]);
        assert_eq!(classes.stretches(0), [(0, 0), (4, 7)]);
    }

    #[test]
    fn a_quarter_of_the_periods_is_rough() {
        // Ever a little larger, so that no two windows are alike.
        let returns: Vec<f64> = (0..100)
            .map(|t| {
                let size = if (40..64).contains(&t) { 0.01 } else { 0.001 };
                f64::from((t * t) % 7 - 3) * size * (1.0 + 0.001 * f64::from(t))
            })
            .collect();
        let classes = with(&returns, |record| Classes::roughness(record, 5).unwrap());
        assert_eq!(classes.labels()[..4], [None; 4]);
        let rough: usize = classes.labels().iter().flatten().sum();
        assert_eq!(rough, 24);
        assert!(classes.stretches(1).iter().all(|(from, to)| *from >= 40 && *to < 68));
    }

    #[test]
    fn inflation_needs_a_rate_for_each_period() {
        with(&[0.01, -0.01, 0.0], |record| {
            let classes = Classes::inflation(record, &[Some(0.02), None, Some(0.03)]).unwrap();
            assert_eq!(classes.labels(), [Some(0), None, Some(1)]);
            assert!(Classes::inflation(record, &[None]).is_err());
        });
    }
}
