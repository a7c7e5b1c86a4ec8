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

/// Two readings of today's vintage, the older first: the one `ago` periods before the newest, and the one `readings` periods before
/// that. Months, quarters and years are counted by the calendar, so that a period without a reading is counted too; days and
/// weeks are counted by their readings.
///
/// # Errors
/// As [`last`], and when one of the two periods has no reading.
pub(super) fn apart(
    cx: &Cx<'_>,
    series: &str,
    readings: u32,
    ago: u32,
    days: Option<u32>,
) -> Result<(f64, f64)> {
    let count = (readings + ago) as usize + 1;
    let facts = cx.past().last_readings(series, count.max(FREQUENCY))?;
    let Some(newest) = facts.last().filter(|_| facts.len() >= count) else {
        // Says how many there are.
        return last(cx, series, count, days).map(|x| (x[0], x[readings as usize]));
    };
    fresh(cx, series, days, *newest)?;
    let Some(months) = months_of(&facts) else {
        let at = |back: u32| facts[facts.len() - 1 - back as usize].value;
        return Ok((at(readings + ago), at(ago)));
    };
    let period = |fact: &Fact| {
        (i32::from(fact.about.year()) * 12 + i32::from(fact.about.month()) - 1).div_euclid(months)
    };
    let at = |back: u32| {
        let wanted = period(newest) - i32::try_from(back).unwrap_or(i32::MAX);
        let found = facts.iter().rev().find(|fact| period(fact) == wanted);
        found.map(|fact| fact.value).ok_or_else(|| {
            let said = format!(
                "{series} has no reading {back} periods of {months} month{} before the newest, about {}",
                if months == 1 { "" } else { "s" },
                newest.about
            );
            Error::data(said)
                .hint("load the missing reading, or say with `reading-fallback` what counts instead")
        })
    };
    Ok((at(readings + ago)?, at(ago)?))
}

/// So many readings tell how far apart the periods of a series are; fewer are taken where there are no more.
const FREQUENCY: usize = 13;

/// The months of a period: 1, 3 or 12 by the median distance of the readings; none of days and weeks.
fn months_of(facts: &[Fact]) -> Option<i32> {
    let mut gaps: Vec<i32> =
        facts.windows(2).map(|pair| (pair[1].about - pair[0].about).get_days()).collect();
    gaps.sort_unstable();
    match gaps.get(gaps.len().checked_sub(1)? / 2)? {
        ..=15 => None,
        16..=60 => Some(1),
        61..=200 => Some(3),
        _ => Some(12),
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

    /// Quarters from 2010 on, without the one that ends in September 2011.
    fn quarters() -> trimtab_core::Market {
        use trimtab_core::{Calendar, Columns, Date, Exchange, Panel, Span, Unit};
        let (from, to) = (Date::constant(2010, 1, 1), Date::constant(2013, 12, 31));
        let sessions = Exchange::Nyse.sessions(from, to);
        let fact = |k: i64| {
            let about = Date::constant(2010, 1, 1).saturating_add(Span::new().months(3 * k + 2));
            let about = about.last_of_month();
            let known = about.saturating_add(Span::new().days(30));
            Fact { about, known, value: 100.0 + k as f64 }
        };
        let facts = (0..15).filter(|k| *k != 6).map(fact).collect();
        let series = trimtab_core::Series::new("gdp", Unit::Level, facts).unwrap();
        let close = Panel::from_columns(vec![vec![1.0; sessions.len()]]);
        let columns = Columns { close, open: None, high: None, low: None, volume: None };
        let assets = vec![trimtab_core::Asset::new("A")];
        let calendar = Calendar::new(sessions).unwrap();
        trimtab_core::Market::new(calendar, assets, columns, Vec::new(), vec![series]).unwrap()
    }

    #[test]
    fn a_missing_quarter_does_not_make_a_year_of_five() {
        let market = quarters();
        let (book, mut memory) = (Book::default(), Memory::default());
        let mut read = |date: &str, readings, ago| {
            let day = market.calendar().on_or_before(date.parse().unwrap()).unwrap();
            let cx = Cx::new(market.as_of(day), &book, &mut memory, &[]);
            apart(&cx, "gdp", readings, ago, None).map_err(|error| error.message().to_owned())
        };
        // The quarter to June 2012 is number 9, the year before it number 5; by readings it would be number 4.
        assert_eq!(read("2012-08-15", 4, 0), Ok((105.0, 109.0)));
        assert_eq!(read("2012-08-15", 4, 1), Ok((104.0, 108.0)));
        assert_eq!(read("2011-08-15", 1, 0), Ok((104.0, 105.0)));
        // The year before September 2012 is the missing quarter, and so is what September 2011 grew from June.
        let missing = read("2012-11-15", 4, 0).unwrap_err();
        assert!(missing.contains("no reading 4 periods of 3 months before"), "{missing}");
        assert!(read("2012-02-15", 1, 0).is_err());
        assert!(read("2010-05-15", 1, 0).unwrap_err().contains("1 readings of gdp"));
    }
}
