//! When the next figure is due.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Cx, Documented, Gauge, Words};
use trimtab_core::{Date, Error, Result, Span};

/// Civil days until a series is published next: $g = \max(0, d - t)$.
///
/// $t$: today; $d$: the first of the announced `dates` on or after today, or, without them, the last publication plus the
/// median distance $m$ of the `releases` before it. A figure that is overdue by that habit is due today: zero.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NextRelease {
    /// The name of the series in the data.
    pub series: String,
    /// The agency's release calendar: days of publication as announced beforehand. None means by habit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub dates: Vec<Date>,
    /// How many distances between publications tell the habit.
    #[serde(default = "twelve")]
    pub releases: u32,
}

fn twelve() -> u32 {
    12
}

impl Documented for NextRelease {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.days-to-jobs]
        kind     = "next-release"
        series   = "unemployment"
        releases = 6
        [allocator.portfolio]
        kind      = "when"
        gauge     = "@days-to-jobs"
        above     = 3.0
        then      = { kind = "fixed", weights = { SPY = 1.0 } }
        otherwise = { kind = "fixed", weights = { SHY = 1.0 } }
    "#;
    const SOURCE: &str = "Savor, Wilson (2013), How much do investors care about macroeconomic risk? Evidence from scheduled \
                          economic announcements, Journal of Financial and Quantitative Analysis 48(2), p. 343";
    fn check(&self) -> Result<(), String> {
        if self.releases == 0 { Err("`releases` is at least 1".into()) } else { Ok(()) }
    }
}

impl NextRelease {
    fn due(&self, cx: &Cx<'_>) -> Result<Date> {
        let today = cx.past().date();
        if !self.dates.is_empty() {
            return self.dates.iter().copied().filter(|day| *day >= today).min().ok_or_else(|| {
                Error::data(format!("no release of {} after {today} is listed", self.series))
                    .hint("add the announced days to `dates`")
            });
        }
        let known = cx.past().releases(&self.series, self.releases as usize + 1)?;
        let mut gaps: Vec<i32> = known.windows(2).map(|p| (p[1] - p[0]).get_days()).collect();
        gaps.sort_unstable();
        let (Some(last), Some(median)) = (known.last(), gaps.get(gaps.len() / 2)) else {
            let said = format!("{} releases of {} are known by {today}", known.len(), self.series);
            return Err(Error::data(said).hint("two tell a distance: start later, or list the `dates`"));
        };
        Ok(last.saturating_add(Span::new().days(*median)))
    }
}

impl Gauge for NextRelease {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let (due, today) = (self.due(cx)?, cx.past().date());
        let days = (due - today).get_days().max(0);
        cx.because(|| format!("{} is due on {due}", self.series));
        Ok(f64::from(days))
    }

    fn explain(&self, words: &mut Words) {
        let how = if self.dates.is_empty() { "by habit" } else { "by its calendar" };
        words.line(format!("civil days until {} is published next, {how}", self.series));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;
    use crate::testing::{market_with, reading};

    #[test]
    fn by_calendar_and_by_habit() {
        // Known on 2, 5, 6, 7 and 8 January 2015, then nothing.
        let market = market_with(&[("A", vec![1.0; 8])], vec![("x", vec![1.0; 5])]);
        let gauge = |dates: &[&str]| NextRelease {
            series: "x".into(),
            dates: dates.iter().map(|day| day.parse().unwrap()).collect(),
            releases: 12,
        };
        let read = |gauge: &NextRelease, day| reading(gauge, &market, day, &mut Memory::default());
        // The distances are 3, 1, 1 and 1: after 8 January the next is due on the 9th, and overdue on the 13th.
        assert_eq!([4, 5, 7].map(|day| read(&gauge(&[]), day)), [1.0, 0.0, 0.0]);
        let listed = gauge(&["2015-01-02", "2015-01-09", "2015-02-06"]);
        assert_eq!([0, 1, 6].map(|day| read(&listed, day)), [0.0, 4.0, 25.0]);
    }
}
