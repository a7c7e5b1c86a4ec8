//! What a run left behind, as slices.
use trimtab_core::{Date, Error, Result};

/// The returns of a run, with their dates, an optional benchmark, and the risk-free rate.
///
/// `dates` has one entry more than `returns`: `dates[0]` is the day the run began, when one unit was invested;
/// `returns[t]` is the simple return of the period that ended on `dates[t + 1]`. An equity curve of T + 1 points gives
/// its T + 1 dates and T returns. Returns are fractions: 0.01 is one per cent.
///
/// ```
/// use trimtab_core::Date;
/// use trimtab_lab::{Prepared, Record, RiskFree};
///
/// let dates: Vec<Date> = (1..=4).map(|day| Date::constant(2024, 1, day)).collect();
/// let record = Record::new(&dates, &[0.01, -0.02, 0.015], RiskFree::ZERO, 252.0).unwrap();
/// let run = Prepared::new(record);
/// assert!((run.path.depth_max - 0.02).abs() < 1e-15);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    dates: &'a [Date],
    returns: &'a [f64],
    benchmark: Option<&'a [f64]>,
    risk_free: RiskFree<'a>,
    periods_yearly: f64,
    target: f64,
}

/// What cash would have earned in each period. There is no default: a rate of zero is a statement of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RiskFree<'a> {
    /// The return of cash in each period, one value for each return of the run.
    Series(&'a [f64]),
    /// The same return in every period. Reports say so.
    Constant(f64),
}

impl<'a> RiskFree<'a> {
    /// Cash earns nothing, because the user says so.
    pub const ZERO: RiskFree<'static> = RiskFree::Constant(0.0);

    /// The constant that compounds to `rate` in a year of `periods_yearly` periods: `(1 + rate)^(1/P) - 1`.
    pub fn yearly(rate: f64, periods_yearly: f64) -> RiskFree<'static> {
        RiskFree::Constant(((rate.ln_1p()) / periods_yearly).exp_m1())
    }

    /// The return of cash in period `t`, counted from 0.
    pub fn at(&self, t: usize) -> f64 {
        match self {
            RiskFree::Series(rates) => rates[t],
            RiskFree::Constant(rate) => *rate,
        }
    }
}

impl<'a> Record<'a> {
    /// A record of `returns` over the periods between `dates`, `periods_yearly` of them a year (252 trading days, 52
    /// weeks, 12 months).
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Data`] when there is no return, the lengths disagree, the dates do not ascend, a return is
    /// not finite or not above -1, or `periods_yearly` is not positive.
    pub fn new(
        dates: &'a [Date],
        returns: &'a [f64],
        risk_free: RiskFree<'a>,
        periods_yearly: f64,
    ) -> Result<Self> {
        if returns.is_empty() {
            return Err(Error::data("a record needs at least one return"));
        }
        if dates.len() != returns.len() + 1 {
            return Err(Error::data(format!(
                "{} returns need {} dates, got {}",
                returns.len(),
                returns.len() + 1,
                dates.len()
            ))
            .hint("give the day the run began first, then the last day of each period"));
        }
        if let Some(t) = dates.windows(2).position(|w| w[0] >= w[1]) {
            return Err(Error::data(format!("{} is followed by {}", dates[t], dates[t + 1]))
                .hint("sort the dates and drop the doubles"));
        }
        if !(periods_yearly > 0.0 && periods_yearly.is_finite()) {
            return Err(Error::data(format!(
                "{periods_yearly} periods a year is not a positive number"
            )));
        }
        let record =
            Self { dates, returns, benchmark: None, risk_free, periods_yearly, target: 0.0 };
        record.check_returns(returns, "the run")?;
        match risk_free {
            RiskFree::Series(rates) => record.check_returns(rates, "the risk-free rate")?,
            RiskFree::Constant(rate) if rate.is_finite() && rate > -1.0 => {}
            RiskFree::Constant(rate) => {
                return Err(Error::data(format!(
                    "the risk-free rate {rate} is not a return above -1"
                )));
            }
        }
        Ok(record)
    }

    /// With the returns of a benchmark over the same periods.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Data`] when the length differs or a return is not finite or not above -1.
    pub fn with_benchmark(mut self, returns: &'a [f64]) -> Result<Self> {
        self.check_returns(returns, "the benchmark")?;
        self.benchmark = Some(returns);
        Ok(self)
    }

    /// Other returns over the same dates, with the same cash and the same target; without a benchmark.
    ///
    /// # Errors
    /// [`Kind::Data`](trimtab_core::Kind::Data) when they are not as many, or not all of them finite and above -1.
    pub fn of_returns(self, returns: &'a [f64]) -> Result<Self> {
        self.check_returns(returns, "the other run")?;
        Ok(Self { returns, benchmark: None, ..self })
    }

    /// With a minimum acceptable return per period for the metrics that measure against one (downside deviation,
    /// Sortino on a target, Omega, Kappa, upside potential, prospect ratio). Zero unless set.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Data`] when `target` is not finite.
    pub fn with_target(mut self, target: f64) -> Result<Self> {
        if !target.is_finite() {
            return Err(Error::data(format!("the target return {target} is not finite")));
        }
        self.target = target;
        Ok(self)
    }

    /// The day the run began, then the last day of each period.
    pub fn dates(&self) -> &'a [Date] {
        self.dates
    }

    /// Simple returns of the run, one per period.
    pub fn returns(&self) -> &'a [f64] {
        self.returns
    }

    /// Simple returns of the benchmark, one per period.
    pub fn benchmark(&self) -> Option<&'a [f64]> {
        self.benchmark
    }

    /// What cash earned in each period.
    pub fn risk_free(&self) -> RiskFree<'a> {
        self.risk_free
    }

    /// Periods a year, P.
    pub fn periods_yearly(&self) -> f64 {
        self.periods_yearly
    }

    /// Minimum acceptable return per period.
    pub fn target(&self) -> f64 {
        self.target
    }

    /// Number of periods, n.
    pub fn len(&self) -> usize {
        self.returns.len()
    }

    /// Never: a record has at least one return.
    pub fn is_empty(&self) -> bool {
        self.returns.is_empty()
    }

    /// The part of the record from period `first` to before `end`, both counted from 0.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Data`] when no period is left or `end` lies beyond the record.
    pub fn part(&self, first: usize, end: usize) -> Result<Record<'a>> {
        if first >= end || end > self.len() {
            return Err(Error::data(format!(
                "periods {first}..{end} of a record of {}",
                self.len()
            )));
        }
        Ok(Record {
            dates: &self.dates[first..=end],
            returns: &self.returns[first..end],
            benchmark: self.benchmark.map(|b| &b[first..end]),
            risk_free: match self.risk_free {
                RiskFree::Series(rates) => RiskFree::Series(&rates[first..end]),
                constant => constant,
            },
            ..*self
        })
    }

    fn check_returns(&self, returns: &[f64], whose: &str) -> Result<()> {
        if returns.len() != self.returns.len() {
            return Err(Error::data(format!(
                "{whose} has {} returns, the run {}",
                returns.len(),
                self.returns.len()
            ))
            .hint("align both on the same dates first"));
        }
        match returns.iter().position(|r| !(r.is_finite() && *r > -1.0)) {
            None => Ok(()),
            Some(t) => Err(Error::data(format!(
                "{whose} returned {} on {}",
                returns[t],
                self.dates[t + 1]
            ))
            .hint(if returns[t].is_finite() {
                "simple returns lie above -1, as fractions; cut the record before the day all was lost"
            } else {
                "fill or drop the missing value before measuring"
            })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_core::Kind;

    fn days(n: i8) -> Vec<Date> {
        (1..=n).map(|d| Date::constant(2020, 1, d)).collect()
    }

    #[test]
    fn what_does_not_fit_is_refused_with_a_reason() {
        let d = days(3);
        let make = |d: &[Date], r: &[f64], p| {
            Record::new(d, r, RiskFree::ZERO, p).map(|_| ()).map_err(|e| (e.kind(), e.to_string()))
        };
        let data = |text: Result<(), (Kind, String)>, part: &str| {
            let (kind, text) = text.unwrap_err();
            assert_eq!(kind, Kind::Data);
            assert!(text.contains(part), "{text}");
        };
        assert!(make(&d, &[0.1, 0.2], 252.0).is_ok());
        data(make(&d[..1], &[], 252.0), "at least one");
        data(make(&d, &[0.1], 252.0), "1 returns need 2 dates, got 3");
        data(make(&[d[1], d[0], d[2]], &[0.1, 0.2], 252.0), "2020-01-02 is followed by 2020-01-01");
        data(make(&d, &[0.1, f64::NAN], 252.0), "2020-01-03");
        data(make(&d, &[-1.0, 0.0], 252.0), "above -1");
        data(make(&d, &[0.1, 0.2], 0.0), "periods a year");
        let ok = Record::new(&d, &[0.1, 0.2], RiskFree::ZERO, 252.0).unwrap();
        assert!(ok.with_benchmark(&[0.1]).is_err());
        assert!(ok.with_benchmark(&[0.1, f64::INFINITY]).is_err());
        assert!(ok.with_target(f64::NAN).is_err());
        assert!(Record::new(&d, &[0.1, 0.2], RiskFree::Series(&[0.0]), 252.0).is_err());
        assert!(Record::new(&d, &[0.1, 0.2], RiskFree::Constant(f64::NAN), 252.0).is_err());
    }

    #[test]
    fn a_yearly_rate_compounds_back() {
        let RiskFree::Constant(f) = RiskFree::yearly(0.05, 252.0) else { panic!("not constant") };
        assert!(((1.0 + f).powi(252) - 1.05).abs() < 1e-13);
    }

    #[test]
    fn a_part_keeps_everything_aligned() {
        let d = days(5);
        let rates = [0.1, 0.2, 0.3, 0.4];
        let all = Record::new(&d, &[0.01, 0.02, 0.03, 0.04], RiskFree::Series(&rates), 12.0)
            .unwrap()
            .with_benchmark(&[0.05, 0.06, 0.07, 0.08])
            .unwrap();
        let part = all.part(1, 3).unwrap();
        assert_eq!(part.dates(), &d[1..4]);
        assert_eq!(part.returns(), [0.02, 0.03]);
        assert_eq!(part.benchmark().unwrap(), [0.06, 0.07]);
        assert_eq!(part.risk_free().at(1), 0.3);
        assert!(all.part(2, 2).is_err());
        assert!(all.part(2, 5).is_err());
    }
}
