//! How unusual the newest reading of a series is.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::series::last;
use crate::signals::Against;
use crate::{Cx, Documented, Gauge, Words};
use trimtab_core::Result;

/// A series against its own last readings: $g = (x_0 - \bar x)/\sigma_x$, or $g = x_0 - \bar x$, or
/// $g = \frac1n \#\{k : x_k \le x_0\}$.
///
/// $x_k$: the last $n$ = `readings` readings published by today, $x_0$ the newest, all in the revision known today;
/// $\bar x$, $\sigma_x$: mean and sample standard deviation. The form is chosen by `how`. It differs from
/// `reading-against-past`, which reads a gauge as it stood on each of those days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeriesAgainstPast {
    /// The name of the series in the data.
    pub series: String,
    /// The number of readings $n$: 252 of a daily series is a year.
    pub readings: u32,
    /// The form of the comparison.
    #[serde(default)]
    pub how: Against,
    /// How many civil days old the newest reading's period may be; none means any age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
}

impl Documented for SeriesAgainstPast {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.fear-percentile]
        kind     = "series-against-past"
        series   = "vix"
        readings = 252
        how      = "percentile"
        [allocator.portfolio]
        kind      = "when"
        gauge     = "@fear-percentile"
        above     = 0.8
        then      = { kind = "fixed", weights = { SHY = 1.0 } }
        otherwise = { kind = "fixed", weights = { SPY = 1.0 } }
    "#;
    const SOURCE: &str = "Whaley (2009), Understanding the VIX, Journal of Portfolio Management 35(3), p. 98 \
                          (levels are read against the index's own history)";
    fn check(&self) -> Result<(), String> {
        if self.readings < 2 { Err("`readings` is at least 2".into()) } else { Ok(()) }
    }
}

impl Gauge for SeriesAgainstPast {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let x = last(cx, &self.series, self.readings as usize, self.days)?;
        let now = self.how.of(&x);
        cx.because(|| format!("{} is {}: {now:.4}", self.series, x[x.len() - 1]));
        Ok(now)
    }

    fn explain(&self, words: &mut Words) {
        let (how, n) = (self.how.words(), self.readings);
        words.line(format!("{}: {how}, {n} readings", self.series));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;
    use crate::testing::{market_with, reading};

    #[test]
    fn against_the_last_four() {
        let market = market_with(&[("A", vec![1.0; 5])], vec![("x", vec![99., 1., 5., 2., 4.])]);
        let of = |how| {
            let gauge = SeriesAgainstPast { series: "x".into(), readings: 4, how, days: None };
            reading(&gauge, &market, 4, &mut Memory::default())
        };
        assert_eq!((of(Against::Percentile), of(Against::Difference)), (0.75, 1.0));
        // Deviations 2, -2, 1, -1: their squares add up to 10, over 3.
        assert!((of(Against::ZScore) - 1.0 / (10.0_f64 / 3.0).sqrt()).abs() < 1e-12);
    }
}
