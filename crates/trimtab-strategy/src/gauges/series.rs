//! What a series says.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Cx, Documented, Gauge, Words};
use trimtab_core::{Error, Fact, Result};

/// The newest published reading of a series: $g = x_k$ with $k = \arg\max \{ a_j : p_j \le t \}$.
///
/// $x_j$, $a_j$, $p_j$: value, period and publication day of reading $j$, in its latest revision known at $t$. With
/// `days` a reading about a period that ended longer ago is refused instead of used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// The name of the series in the data.
    pub series: String,
    /// How many civil days old the reading's period may be; none means any age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
}

impl Documented for Series {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.fear]
        kind   = "series"
        series = "vix"
        days   = 10
        [allocator.portfolio]
        kind      = "when"
        gauge     = "@fear"
        above     = 20.0
        then      = { kind = "fixed", weights = { SHY = 1.0 } }
        otherwise = { kind = "fixed", weights = { SPY = 1.0 } }
    "#;
    const SOURCE: &str = "Croushore, Stark (2001), A real-time data set for macroeconomists, \
                          Journal of Econometrics 105(1), p. 111 (what was known when)";
}

impl Gauge for Series {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let fact = newest(cx, &self.series, self.days)?;
        cx.because(|| format!("{} is {} (about {})", self.series, fact.value, fact.about));
        Ok(fact.value)
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("the newest published reading of {}", self.series));
    }
}

/// The newest published reading, whose period may have ended `days` civil days ago.
///
/// # Errors
/// When the series is unknown or hindsight, nothing of it is published yet, or it is older.
pub(super) fn newest(cx: &Cx<'_>, series: &str, days: Option<u32>) -> Result<Fact> {
    match cx.past().latest(series) {
        Some(fact) => fresh(cx, series, days, fact),
        // Tells an unknown name from a series that has not begun.
        None => cx.past().series(series).and_then(|_| {
            let date = cx.past().date();
            Err(Error::data(format!("nothing of {series} is published by {date}"))
                .hint("start later"))
        }),
    }
}

/// The last `count` published readings of today's vintage, newest last; the period of the newest may have ended `days`
/// civil days ago.
///
/// # Errors
/// As [`newest`], and when fewer are published.
pub(super) fn last(
    cx: &Cx<'_>,
    series: &str,
    count: usize,
    days: Option<u32>,
) -> Result<Vec<f64>> {
    let facts = cx.past().last_readings(series, count)?;
    match facts.last() {
        Some(newest) if facts.len() == count => {
            fresh(cx, series, days, *newest)?;
            Ok(facts.iter().map(|fact| fact.value).collect())
        }
        _ => {
            let (date, have) = (cx.past().date(), facts.len());
            let said =
                format!("{have} readings of {series} are published by {date}, {count} needed");
            Err(Error::data(said).hint("start later, or ask for fewer readings"))
        }
    }
}

/// The reading, unless it is older than the caller allows.
fn fresh(cx: &Cx<'_>, series: &str, days: Option<u32>, fact: Fact) -> Result<Fact> {
    let old = (cx.past().date() - fact.about).get_days();
    match days {
        Some(days) if i64::from(old) > i64::from(days) => {
            let said = format!("the newest {series} is about {}, {old} days ago", fact.about);
            Err(Error::data(said).hint("load newer data, or allow more `days`"))
        }
        _ => Ok(fact),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::market_with;
    use crate::{Book, Memory};
    use trimtab_core::{Day, Kind};

    #[test]
    fn unknown_and_unpublished_are_told_apart() {
        let market = market_with(&[("A", vec![1.0; 30])], vec![("x", vec![4.0])]);
        let (book, mut memory) = (Book::default(), Memory::default());
        let mut cx = Cx::new(market.as_of(Day(29)), &book, &mut memory, &[]);
        let read = |cx: &mut Cx<'_>, series: &str, days| {
            Series { series: series.into(), days }.read(cx).map_err(|e| e.kind())
        };
        assert_eq!(read(&mut cx, "x", None), Ok(4.0));
        assert_eq!(read(&mut cx, "x", Some(60)), Ok(4.0));
        assert_eq!(read(&mut cx, "x", Some(20)), Err(Kind::Data));
        assert_eq!(read(&mut cx, "y", None), Err(Kind::Spec));
        let two = |days| last(&cx, "x", 2, days).map_err(|e| e.kind());
        assert_eq!(two(None), Err(Kind::Data));
        assert_eq!(last(&cx, "x", 1, Some(60)).unwrap(), [4.0]);
        assert_eq!(last(&cx, "x", 1, Some(20)).unwrap_err().kind(), Kind::Data);
    }
}
