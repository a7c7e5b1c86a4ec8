//! What a release brought that was not known before.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::series::newest;
use crate::{Cx, Documented, Gauge, Words};
use trimtab_core::{Error, Release, Result};

/// The newest release against what was said before it: $g = x - y$, or $g = (x - y)/\sigma$.
///
/// $x$: the first print of the newest period that is out today; $y$: what was said on the day of that release of the period
/// before, or with `expected` what that series said of the same period by that day. $\sigma$: the root of the mean square of
/// the last $n$ = `releases` differences before this one; without `releases` the difference stays in the units of the series.
/// Revisions of later days change nothing. With `within`, $g = 0$ once the release is more than so many civil days old.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseSurprise {
    /// The name of the series in the data.
    pub series: String,
    /// The series that holds what was expected, about the same periods: files with a column `expected` make one called
    /// `NAME-expected`. None means against the value of the period before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// How many releases before tell the usual size $\sigma$; none means the difference as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub releases: Option<u32>,
    /// How many civil days a release counts; none means until the next one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<u32>,
}

impl Documented for ReleaseSurprise {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.jobs-shock]
        kind     = "release-surprise"
        series   = "unemployment"
        releases = 6
        within   = 40
        [allocator.portfolio]
        kind      = "when"
        gauge     = "@jobs-shock"
        above     = 1.0
        then      = { kind = "fixed", weights = { SHY = 1.0 } }
        otherwise = { kind = "fixed", weights = { SPY = 1.0 } }
    "#;
    const SOURCE: &str = "Balduzzi, Elton, Green (2001), Economic news and bond prices: evidence from the U.S. Treasury \
                          market, Journal of Financial and Quantitative Analysis 36(4), p. 523";
    fn check(&self) -> Result<(), String> {
        match self.releases {
            Some(0 | 1) => Err("`releases` is at least 2".into()),
            _ => Ok(()),
        }
    }
}

impl ReleaseSurprise {
    /// What was said before the release, if anything was.
    fn before(&self, cx: &Cx<'_>, release: &Release) -> Result<Option<f64>> {
        let Some(expected) = &self.expected else { return Ok(release.previous) };
        let said = cx.past().first_prints(expected, usize::MAX)?;
        let same = said.iter().rev().find(|said| said.about == release.about);
        Ok(same.filter(|said| said.known <= release.known).map(|said| said.value))
    }

    /// Why there is nothing to compare with.
    fn alone(&self, release: &Release) -> Error {
        match &self.expected {
            None => Error::data(format!("{} about {} is the first", self.series, release.about))
                .hint("start later"),
            Some(expected) => Error::data(format!(
                "{expected} says nothing of {} by {}",
                release.about, release.known
            ))
            .hint("load what was expected of every release, or leave out `expected`"),
        }
    }
}

impl Gauge for ReleaseSurprise {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let count = self.releases.map_or(1, |n| n as usize + 1);
        let prints = cx.past().first_prints(&self.series, count)?;
        let Some((release, earlier)) = prints.split_last().filter(|_| prints.len() == count) else {
            newest(cx, &self.series, None)?;
            let said = format!("{} releases of {} are out, {count} needed", prints.len(), self.series);
            return Err(Error::data(said).hint("start later, or take fewer `releases`"));
        };
        let old = (cx.past().date() - release.known).get_days();
        if self.within.is_some_and(|days| i64::from(old) > i64::from(days)) {
            cx.because(|| format!("{} came {old} days ago and no longer counts", self.series));
            return Ok(0.0);
        }
        let surprise = |release: &Release| -> Result<(f64, f64)> {
            let before = self.before(cx, release)?.ok_or_else(|| self.alone(release))?;
            Ok((release.value - before, before))
        };
        let (own, before) = surprise(release)?;
        let mut reading = own;
        if let Some(n) = self.releases {
            let earlier = earlier.iter().map(|r| Ok(surprise(r)?.0)).collect::<Result<Vec<f64>>>()?;
            let usual = (earlier.iter().map(|x| x * x).sum::<f64>() / f64::from(n)).sqrt();
            if usual <= 0.0 {
                let said = format!("the last {n} releases of {} brought nothing new", self.series);
                return Err(Error::data(said).hint("take more `releases`, or leave them out"));
            }
            reading = own / usual;
        }
        cx.because(|| {
            let assumed = if release.assumed { ", a day that is assumed" } else { "" };
            let (series, value, known) = (&self.series, release.value, release.known);
            format!("{series} came out at {value} on {known}{assumed}, after {before}: {reading:+.3}")
        });
        Ok(reading)
    }

    fn explain(&self, words: &mut Words) {
        let against = match &self.expected {
            Some(expected) => format!("what {expected} said"),
            None => "the value before".to_owned(),
        };
        let scale = self.releases.map_or(String::new(), |n| format!(", over its usual size in {n} releases"));
        words.line(format!("the newest release of {} less {against}{scale}", self.series));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market_with, reading};
    use crate::{Book, Memory};
    use trimtab_core::{Day, Kind};

    #[test]
    fn surprises_by_hand() {
        let x = vec![4.0, 5.0, 3.0, 4.0, 6.0];
        let expected = vec![4.0, 4.5, 4.0, 3.0, 5.5];
        let market = market_with(&[("A", vec![1.0; 9])], vec![("x", x), ("e", expected)]);
        let gauge = |expected: Option<&str>, releases, within| ReleaseSurprise {
            series: "x".into(),
            expected: expected.map(str::to_owned),
            releases,
            within,
        };
        let read = |gauge: ReleaseSurprise, day| reading(&gauge, &market, day, &mut Memory::default());
        assert_eq!([1, 2, 4, 8].map(|day| read(gauge(None, None, None), day)), [1.0, -2.0, 2.0, 2.0]);
        // Differences before the newest: 1, -2, 1, whose mean square is 2.
        assert!((read(gauge(None, Some(3), None), 4) - 2.0 / 2.0_f64.sqrt()).abs() < 1e-12);
        assert_eq!([1, 2, 4].map(|day| read(gauge(Some("e"), None, None), day)), [0.5, -1.0, 0.5]);
        // Known on 8 January 2015; the ninth session is the 14th.
        assert_eq!([5, 6].map(|days| read(gauge(None, None, Some(days)), 8)), [0.0, 2.0]);
        let (book, mut memory) = (Book::default(), Memory::default());
        let mut fail = |gauge: ReleaseSurprise, day| {
            let mut cx = Cx::new(market.as_of(Day(day)), &book, &mut memory, &[]);
            gauge.read(&mut cx).unwrap_err().kind()
        };
        assert_eq!(fail(gauge(None, None, None), 0), Kind::Data);
        assert_eq!(fail(gauge(None, Some(5), None), 4), Kind::Data);
        assert_eq!(fail(gauge(Some("z"), None, None), 4), Kind::Spec);
    }
}
