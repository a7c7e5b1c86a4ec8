//! A series against its own average.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::series::last;
use super::series_change::Change;
use crate::{Cx, Documented, Gauge, Words};
use trimtab_core::Result;

/// A series against the mean of its last readings: $g = x_0 - \bar x_n$ or $g = x_0 / \bar x_n - 1$ with
/// $\bar x_n = \frac1n \sum_{j=0}^{n-1} x_{-j}$.
///
/// $x_0$: the newest reading published by today, itself part of the mean; $n$ = `readings`; all in the revision known
/// today. The form is chosen by `how`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeriesToAverage {
    /// The name of the series in the data.
    pub series: String,
    /// The number of readings $n$: 12 of a monthly series is a year.
    pub readings: u32,
    /// Difference or ratio.
    #[serde(default)]
    pub how: Change,
    /// How many civil days old the newest reading's period may be; none means any age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
}

impl Documented for SeriesToAverage {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.fear-rises]
        kind     = "series-to-average"
        series   = "vix"
        readings = 63
        how      = "ratio"
        [allocator.portfolio]
        kind      = "when"
        gauge     = "@fear-rises"
        above     = 0.0
        then      = { kind = "fixed", weights = { SHY = 1.0 } }
        otherwise = { kind = "fixed", weights = { SPY = 1.0 } }
    "#;
    const SOURCE: &str = "Philosophical Economics (2016), In search of the perfect recession indicator \
                          (unemployment against its twelve-month average)";
    fn check(&self) -> Result<(), String> {
        if self.readings == 0 { Err("`readings` is at least 1".into()) } else { Ok(()) }
    }
}

impl Gauge for SeriesToAverage {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let x = last(cx, &self.series, self.readings as usize, self.days)?;
        let (now, mean) = (x[x.len() - 1], x.iter().sum::<f64>() / x.len() as f64);
        cx.because(|| format!("{} is {now}, its average {mean:.4}", self.series));
        self.how.of(now, mean)
    }

    fn explain(&self, words: &mut Words) {
        let how = match self.how {
            Change::Difference => "less",
            Change::Ratio => "relative to",
        };
        words
            .line(format!("{} {how} the mean of its last {} readings", self.series, self.readings));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;
    use crate::testing::{market_with, reading};

    #[test]
    fn against_the_mean_of_four() {
        let market = market_with(&[("A", vec![1.0; 5])], vec![("x", vec![9., 1., 2., 3., 6.])]);
        let of = |how| {
            let gauge = SeriesToAverage { series: "x".into(), readings: 4, how, days: None };
            reading(&gauge, &market, 4, &mut Memory::default())
        };
        assert_eq!((of(Change::Difference), of(Change::Ratio)), (3.0, 1.0));
    }
}
