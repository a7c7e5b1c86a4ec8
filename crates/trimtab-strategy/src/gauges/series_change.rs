//! How a series has moved.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::series::apart;
use crate::{Cx, Documented, Gauge, Words};
use trimtab_core::{Error, Result};

/// The change of a series over several readings: $g = x_0 - x_{-n}$ or $g = x_0 / x_{-n} - 1$.
///
/// $x_0$: the newest reading published by today; $x_{-n}$: the one $n$ = `readings` periods before it, both in the revision
/// known today. Periods of months, quarters and years are counted by the calendar, so that a reading that is missing in
/// between counts; days and weeks are counted by their readings. The form is chosen by `how`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeriesChange {
    /// The name of the series in the data.
    pub series: String,
    /// How many periods back $n$: 12 of a monthly series is a year.
    pub readings: u32,
    /// Difference or ratio.
    #[serde(default)]
    pub how: Change,
    /// How many civil days old the newest reading's period may be; none means any age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
}

/// How two readings are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// $x - y$: for rates and shares.
    #[default]
    Difference,
    /// $x / y - 1$: for indices and prices; $y$ must not be zero.
    Ratio,
}

impl Change {
    pub(super) fn of(self, x: f64, y: f64) -> Result<f64> {
        match self {
            Change::Difference => Ok(x - y),
            Change::Ratio if y == 0.0 => {
                Err(Error::data("the ratio to a reading of zero")
                    .hint("use `how = \"difference\"`"))
            }
            Change::Ratio => Ok(x / y - 1.0),
        }
    }
}

impl Documented for SeriesChange {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.tightening]
        kind     = "series-change"
        series   = "bills"
        readings = 63
        [allocator.portfolio]
        kind      = "when"
        gauge     = "@tightening"
        above     = 0.0
        then      = { kind = "fixed", weights = { SHY = 1.0 } }
        otherwise = { kind = "fixed", weights = { TLT = 1.0 } }
    "#;
    const SOURCE: &str = "Jensen, Mercer, Johnson (1996), Business conditions, monetary policy, and expected security \
                          returns, Journal of Financial Economics 40(2), p. 213";
    fn check(&self) -> Result<(), String> {
        if self.readings == 0 { Err("`readings` is at least 1".into()) } else { Ok(()) }
    }
}

impl Gauge for SeriesChange {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let (then, now) = apart(cx, &self.series, self.readings, 0, self.days)?;
        cx.because(|| format!("{} went from {then} to {now}", self.series));
        self.how.of(now, then)
    }

    fn explain(&self, words: &mut Words) {
        let how = match self.how {
            Change::Difference => "change",
            Change::Ratio => "relative change",
        };
        words.line(format!("the {how} of {} over {} readings", self.series, self.readings));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;
    use crate::testing::{market_with, reading};

    #[test]
    fn three_readings_back() {
        let market = market_with(&[("A", vec![1.0; 6])], vec![("x", vec![1., 2., 4., 8., 5., 6.])]);
        let of = |how| {
            let gauge = SeriesChange { series: "x".into(), readings: 3, how, days: None };
            reading(&gauge, &market, 4, &mut Memory::default())
        };
        assert_eq!((of(Change::Difference), of(Change::Ratio)), (3.0, 1.5));
    }
}
