//! What stocks may return over the years to come.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::series::newest;
use crate::{AnyGauge, Cx, Documented, Gauge, Node, Words};
use trimtab_core::{Date, Error, Fact, Fraction, Result, Span};
use trimtab_math::overlap::OverlapLine;

/// The expected return of stocks over $x$ years, percent a year: $100/V + \pi$, or $100\,(e^{a + b \ln V} - 1)$.
///
/// $V$: the newest `valuation`, over `per` where given: price over ten years' earnings (CAPE), or market capitalisation over GDP.
/// By `earnings-yield`: $\pi$ = `inflation`, expected inflation in percent a year. By `regression`: $a$, $b$ of the yearly log
/// return over the following $x$ = `years` on $\ln V$, over every month whose $x$ years are over by now; with `take` the lower
/// or upper end of the band that holds the outcome with probability `confidence`, by the covariance of Newey and West over the
/// overlap and with as many degrees of freedom as there are $x$ years that do not overlap, less two. Valuations at or below
/// zero mean that there is none and are left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedReturn {
    /// The series of the valuation, or of what is divided by `per`; monthly.
    pub valuation: String,
    /// A series that the valuation is divided by, each in its newest reading of the same age: GDP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per: Option<String>,
    /// How it is estimated.
    #[serde(default)]
    pub by: Estimator,
    /// The horizon $x$ in years.
    #[serde(default = "ten")]
    pub years: f64,
    /// For the earnings yield: expected inflation $\pi$, percent a year; without it the return is real.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inflation: Option<Node<AnyGauge>>,
    /// For the regression: the series of a total-return index, or of a price beside `dividend`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<String>,
    /// For the regression: the series of the dividends of twelve months that belong to the price `index`, a twelfth of which is
    /// reinvested every month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dividend: Option<String>,
    /// Which number of the regression is read.
    #[serde(default)]
    pub take: Take,
    /// The probability that the outcome lies within the band.
    #[serde(default = "nine_tenths")]
    pub confidence: Fraction,
    /// How many civil days old the valuation's period may be; none means any age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
}

fn ten() -> f64 {
    10.0
}
fn nine_tenths() -> Fraction {
    Fraction::try_from(0.9).expect("between 0 and 1")
}

/// How a return is expected from a valuation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Estimator {
    /// One over the valuation, plus expected inflation.
    #[default]
    EarningsYield,
    /// The line through all finished spans.
    Regression,
}

/// Which number of an estimate with a band.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Take {
    /// The estimate.
    #[default]
    Estimate,
    /// The lower end of the band.
    Low,
    /// The upper end of the band.
    High,
}

impl Documented for ExpectedReturn {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.stocks]
        kind      = "expected-return"
        valuation = "cape"
        by        = "regression"
        years     = 5
        index     = "stock-price"
        dividend  = "stock-dividend"
        [gauge.stocks-by-yield]
        kind      = "expected-return"
        valuation = "cape"
        inflation = { kind = "constant", value = 2.0 }
        [gauge.bonds]
        kind   = "yield-of-maturity"
        years  = 5
        quoted = { DGS2 = 2, DGS10 = 10 }
        [gauge.premium]
        kind  = "reading-sum"
        parts = [
            { of = "@stocks", weight = 0.5 },
            { of = "@stocks-by-yield", weight = 0.5 },
            { of = "@bonds", weight = -1.0 },
        ]
        [allocator.portfolio]
        kind      = "graded"
        gauge     = "@premium"
        none      = -4.0
        full      = 4.0
        then      = { kind = "fixed", weights = { SPY = 1.0 } }
        otherwise = { kind = "fixed", weights = { TLT = 1.0 } }
    "#;
    const SOURCE: &str = "Campbell, Shiller (1998), Valuation ratios and the long-run stock market outlook, Journal of Portfolio \
                          Management 24(2), p. 11; band: Newey, West (1987), Econometrica 55(3), p. 703";
    fn check(&self) -> Result<(), String> {
        if !(self.years.is_finite() && self.years * MONTHS >= 1.0) {
            return Err("`years` is at least one month".into());
        }
        let regression = self.by == Estimator::Regression;
        match (regression, &self.index, &self.inflation) {
            (true, None, _) => Err("`index`: a regression needs the returns".into()),
            (true, _, Some(_)) => Err("`inflation` belongs to the earnings yield".into()),
            (false, Some(_), _) => Err("`index` belongs to the regression".into()),
            (false, ..) if self.take != Take::Estimate => {
                Err("`take`: only the regression has a band".into())
            }
            _ if self.dividend.is_some() && !regression => {
                Err("`dividend` belongs to the regression".into())
            }
            _ if !(self.confidence.get() > 0.0 && self.confidence.get() < 1.0) => {
                Err("`confidence` lies strictly between 0 and 1".into())
            }
            _ => Ok(()),
        }
    }
}

const MONTHS: f64 = 12.0;

/// Readings of one vintage by their dates.
struct Levels(Vec<Fact>);

impl Levels {
    /// The newest value about a day up to `date`.
    fn at(&self, date: Date) -> Option<f64> {
        let after = self.0.partition_point(|fact| fact.about <= date);
        Some(self.0[after.checked_sub(1)?].value)
    }
}

impl ExpectedReturn {
    /// The valuations of today's vintage above zero, by month: the newest last.
    fn valuations(&self, cx: &Cx<'_>) -> Result<Vec<(Date, f64)>> {
        let newest = newest(cx, &self.valuation, self.days)?;
        let facts = cx.past().series(&self.valuation)?;
        let mut all: Vec<(Date, f64)> = facts.iter().map(|fact| (fact.about, fact.value)).collect();
        if let Some(per) = &self.per {
            let divisor = Levels(cx.past().series(per)?);
            // A quarter's GDP comes out later than a day's prices. What is divided in the past is as old as what is today.
            let age = match divisor.0.last() {
                Some(fact) => (newest.about - fact.about).get_days().max(0),
                None => return Err(Error::data(format!("nothing of {per} is published yet")).hint("start later")),
            };
            let age = Span::new().days(age);
            let ratio = |(date, x): &(Date, f64)| {
                let y = divisor.at(date.saturating_sub(age)).filter(|y| *y > 0.0)?;
                Some((*date, x / y))
            };
            all = all.iter().filter_map(ratio).collect();
        }
        if all.last().is_none_or(|(_, v)| *v <= 0.0) {
            let said = format!("the newest valuation by {}, about {}, is none", self.valuation, newest.about);
            return Err(Error::data(said).hint("a valuation is above zero; load one that is"));
        }
        all.retain(|(_, v)| *v > 0.0);
        // One a month, its last, so that `years` are a number of steps.
        let month = |date: Date| (date.year(), date.month());
        let mut monthly: Vec<(Date, f64)> = Vec::with_capacity(all.len());
        for (date, v) in all {
            match monthly.last_mut() {
                Some(last) if month(last.0) == month(date) => *last = (date, v),
                _ => monthly.push((date, v)),
            }
        }
        Ok(monthly)
    }

    /// The total-return index of today's vintage.
    fn index(&self, cx: &Cx<'_>) -> Result<Levels> {
        let name = self.index.as_ref().ok_or_else(|| Error::spec("a regression needs `index`"))?;
        let mut prices = cx.past().series(name)?;
        let Some(dividend) = &self.dividend else { return Ok(Levels(prices)) };
        let dividends = Levels(cx.past().series(dividend)?);
        let (mut level, mut before) = (1.0, None);
        // Before the first dividend nothing can be reinvested.
        prices.retain(|fact| dividends.at(fact.about).is_some());
        for fact in &mut prices {
            let price = fact.value;
            let paid = dividends.at(fact.about).unwrap_or_default() / MONTHS;
            if let Some(before) = before {
                level *= (price + paid) / before;
            }
            (before, fact.value) = (Some(price), level);
        }
        Ok(Levels(prices))
    }

    /// The line of yearly log returns on the logarithm of the valuation.
    fn line(&self, cx: &Cx<'_>, valuations: &[(Date, f64)]) -> Result<OverlapLine> {
        let index = self.index(cx)?;
        let last = index.0.last().map(|fact| fact.about);
        let h = (self.years * MONTHS).round() as usize;
        let (mut x, mut y) = (Vec::new(), Vec::new());
        for pair in valuations.windows(h + 1) {
            let ((from, v), (to, _)) = (pair[0], pair[h]);
            if last.is_none_or(|last| to > last) {
                break;
            }
            if let (Some(a), Some(b)) = (index.at(from), index.at(to)) {
                x.push(v.ln());
                y.push((b / a).ln() / self.years);
            }
        }
        OverlapLine::fit(&x, &y, h).filter(|line| line.slope.is_finite()).ok_or_else(|| {
            let said = format!(
                "{} months of {} are followed by {} years of returns by {}; three spans that do not overlap are needed",
                x.len(),
                self.valuation,
                self.years,
                cx.past().date()
            );
            Error::data(said).hint("load a longer history, or shorten `years`")
        })
    }
}

/// A yearly log return in percent.
fn percent(log: f64) -> f64 {
    100.0 * log.exp_m1()
}

impl Gauge for ExpectedReturn {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let valuations = self.valuations(cx)?;
        let v = valuations[valuations.len() - 1].1;
        if self.by == Estimator::EarningsYield {
            let inflation = self.inflation.as_ref().map_or(Ok(0.0), |node| node.read(cx))?;
            let reading = 100.0 / v + inflation;
            cx.because(|| format!("{v:.2} a unit of earnings and {inflation:.2} % inflation: {reading:.2} % a year"));
            return Ok(reading);
        }
        let line = self.line(cx, &valuations)?;
        let (x, confidence) = (v.ln(), self.confidence.get());
        let band = line.band(x, confidence).ok_or_else(|| Error::data("the band is not defined"))?;
        let [low, estimate, high] = [-band, 0.0, band].map(|off| percent(line.at(x) + off));
        cx.because(|| {
            format!(
                "a valuation of {v:.4}: {estimate:.2} % a year over {} years, {low:.2} to {high:.2} % with probability {confidence}",
                self.years
            )
        });
        Ok(match self.take {
            Take::Estimate => estimate,
            Take::Low => low,
            Take::High => high,
        })
    }

    fn explain(&self, words: &mut Words) {
        let what = match (&self.per, self.by) {
            (None, Estimator::EarningsYield) => format!("one over {}", self.valuation),
            (Some(per), Estimator::EarningsYield) => format!("{per} over {}", self.valuation),
            (None, _) => format!("the past returns after such a {}", self.valuation),
            (Some(per), _) => format!("the past returns after such a {} over {per}", self.valuation),
        };
        words.line(format!("the expected return of stocks over {} years by {what}", self.years));
        if let Some(inflation) = &self.inflation {
            words.gauge("inflation", inflation);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market_with, reading};
    use crate::{Book, Memory};
    use trimtab_core::{Asset, Calendar, Columns, Day, Kind, Market, Panel, Series, Unit};

    #[test]
    fn the_earnings_yield_and_inflation_add_up() {
        let market = market_with(&[("A", vec![1.0])], vec![("cape", vec![25.0])]);
        let text = "valuation = \"cape\"\ninflation = { kind = \"constant\", value = 2.5 }";
        let gauge: ExpectedReturn = toml::from_str(text).unwrap();
        gauge.check().unwrap();
        assert_eq!(reading(&gauge, &market, 0, &mut Memory::default()), 6.5);
    }

    /// Sixty years of months: returns of each following year are 20 % less ten points for each unit of ln V, exactly.
    fn history() -> Market {
        let start = Date::constant(1950, 1, 31);
        let on = |k: i64| start.first_of_month().saturating_add(Span::new().months(k)).last_of_month();
        let v = |k: i64| 20.0 * (1.0 + 0.5 * (k as f64 * 0.05).sin());
        // ln I(k + 12) = ln I(k) + 0.2 - 0.1 ln V(k).
        let mut log = vec![0.0; 12];
        for k in 0..(720 - 12) {
            log.push(log[k] + 0.2 - 0.1 * v(k as i64).ln());
        }
        let series = |name: &str, f: &dyn Fn(i64) -> f64| {
            let fact = |k: i64| Fact { about: on(k), known: on(k), value: f(k) };
            Series::new(name, Unit::Level, (0..720).map(fact).collect()).unwrap()
        };
        let all = vec![series("v", &v), series("i", &|k| log[k as usize].exp())];
        let sessions = vec![on(40), on(719)];
        let columns = Columns {
            close: Panel::from_columns(vec![vec![1.0; 2]]),
            open: None,
            high: None,
            low: None,
            volume: None,
        };
        Market::new(Calendar::new(sessions).unwrap(), vec![Asset::new("A")], columns, vec![], all).unwrap()
    }

    fn regression(extra: &str) -> ExpectedReturn {
        let text = format!("valuation = \"v\"\nby = \"regression\"\nyears = 1\nindex = \"i\"\n{extra}");
        let gauge: ExpectedReturn = toml::from_str(&text).unwrap();
        gauge.check().unwrap();
        gauge
    }

    #[test]
    fn a_regression_finds_the_line_that_made_the_returns() {
        let market = history();
        let v = 20.0 * (1.0 + 0.5 * (719.0_f64 * 0.05).sin());
        let expected = 100.0 * (0.2 - 0.1 * v.ln()).exp_m1();
        for take in ["estimate", "low", "high"] {
            let gauge = regression(&format!("take = \"{take}\""));
            let read = reading(&gauge, &market, 1, &mut Memory::default());
            assert!((read - expected).abs() < 1e-6, "{take}: {read}, not {expected}");
        }
    }

    #[test]
    fn too_short_a_history_is_not_enough() {
        // The 41 months by the first session hold 29 whole years that overlap, and hardly more than two that do not.
        let market = history();
        let (book, mut memory) = (Book::default(), Memory::default());
        let mut cx = Cx::new(market.as_of(Day(0)), &book, &mut memory, &[]);
        let error = regression("").read(&mut cx).unwrap_err();
        assert_eq!(error.kind(), Kind::Data);
        assert!(error.message().starts_with("29 months"), "{error}");
    }

    #[test]
    fn estimators_take_what_belongs_to_them() {
        for bad in [
            "by = \"regression\"",
            "index = \"i\"",
            "take = \"low\"",
            "by = \"regression\"\nindex = \"i\"\nconfidence = 1.0",
        ] {
            let gauge: ExpectedReturn = toml::from_str(&format!("valuation = \"v\"\n{bad}")).unwrap();
            assert!(gauge.check().is_err(), "{bad}");
        }
    }
}
