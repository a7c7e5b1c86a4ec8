//! How fast a series grows.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::series::apart;
use crate::{Cx, Documented, Gauge, Words};
use trimtab_core::{Error, Result};

/// Growth over several readings of one vintage: $g = (x_{-k} / x_{-k-n})^{p/n} - 1$, or without $p$ just
/// $g = x_{-k} / x_{-k-n} - 1$.
///
/// $x_{-k}$: the reading $k$ = `ago` periods before the newest that is published by today; $n$ = `readings`; $p$ =
/// `per_year`, readings a year, which annualises. Periods of months, quarters and years are counted by the calendar, so that
/// a reading that is missing in between counts; days and weeks are counted by their readings. Both are taken from what was published by today, so that a change of the
/// base year is in both or in neither. The trend of inflation is its growth less that of $k$ readings ago (`reading-sum`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeriesGrowth {
    /// The name of the series in the data; its values are above zero.
    pub series: String,
    /// How many periods the growth spans, $n$: 12 of a monthly series is a year.
    pub readings: u32,
    /// How many periods before the newest it ends, $k$.
    #[serde(default)]
    pub ago: u32,
    /// Readings a year $p$, to annualise: 4 of a quarterly series. None means growth over the span as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_year: Option<f64>,
    /// How many civil days old the newest reading's period may be; none means any age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
}

impl Documented for SeriesGrowth {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.inflation]
        kind     = "series-growth"
        series   = "consumer-prices"
        readings = 12
        [gauge.inflation-before]
        kind     = "series-growth"
        series   = "consumer-prices"
        readings = 12
        ago      = 6
        [gauge.inflation-rises]
        kind  = "reading-sum"
        parts = [{ of = "@inflation" }, { of = "@inflation-before", weight = -1.0 }]
        [allocator.portfolio]
        kind      = "when"
        gauge     = "@inflation-rises"
        above     = 0.0
        then      = { kind = "fixed", weights = { TIP = 0.5, DBC = 0.5 } }
        otherwise = { kind = "fixed", weights = { TLT = 1.0 } }
    "#;
    const SOURCE: &str = "Croushore, Stark (2001), A real-time data set for macroeconomists, \
                          Journal of Econometrics 105(1), p. 111 (growth inside one vintage, because base years change)";
    fn check(&self) -> Result<(), String> {
        if self.readings == 0 {
            return Err("`readings` is at least 1".into());
        }
        match self.per_year {
            Some(p) if !(p.is_finite() && p > 0.0) => {
                Err("`per_year` is the number of readings in a year: 4, 12 or 52".into())
            }
            _ => Ok(()),
        }
    }
}

impl Gauge for SeriesGrowth {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let (then, now) = apart(cx, &self.series, self.readings, self.ago, self.days)?;
        if then <= 0.0 || now <= 0.0 {
            let said = format!("{} went from {then} to {now}: growth needs values above zero", self.series);
            return Err(Error::data(said).hint("use `series-change` for rates and balances"));
        }
        let growth = match self.per_year {
            Some(p) => (now / then).powf(p / f64::from(self.readings)) - 1.0,
            None => now / then - 1.0,
        };
        cx.because(|| format!("{} went from {then} to {now}: {:.3} %", self.series, 100.0 * growth));
        Ok(growth)
    }

    fn explain(&self, words: &mut Words) {
        let yearly = if self.per_year.is_some() { ", a year" } else { "" };
        let ago = if self.ago > 0 { format!(", {} readings ago", self.ago) } else { String::new() };
        words.line(format!("the growth of {} over {} readings{yearly}{ago}", self.series, self.readings));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market_with, reading};
    use crate::{Book, Memory};
    use trimtab_core::{Day, Kind};

    #[test]
    fn a_quarter_over_a_year_and_of_before() {
        let x = vec![100.0, 110.0, 104.5, 107.635];
        let market = market_with(&[("A", vec![1.0; 4])], vec![("x", x)]);
        let read = |readings, ago, per_year| {
            let gauge = SeriesGrowth { series: "x".into(), readings, ago, per_year, days: None };
            reading(&gauge, &market, 3, &mut Memory::default())
        };
        assert!((read(1, 0, None) - 0.03).abs() < 1e-12);
        assert!((read(1, 0, Some(4.0)) - (1.03_f64.powi(4) - 1.0)).abs() < 1e-12);
        assert!((read(2, 0, Some(4.0)) - ((107.635_f64 / 110.0).powi(2) - 1.0)).abs() < 1e-12);
        assert!((read(1, 1, None) - -0.05).abs() < 1e-12);
    }

    #[test]
    fn nothing_grows_from_zero() {
        let market = market_with(&[("A", vec![1.0; 2])], vec![("x", vec![0.0, 1.0])]);
        let gauge =
            SeriesGrowth { series: "x".into(), readings: 1, ago: 0, per_year: None, days: None };
        let (book, mut memory) = (Book::default(), Memory::default());
        let mut cx = Cx::new(market.as_of(Day(1)), &book, &mut memory, &[]);
        assert_eq!(gauge.read(&mut cx).unwrap_err().kind(), Kind::Data);
    }
}
