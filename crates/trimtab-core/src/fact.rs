//! Readings with two dates: what they describe, and when the world learned them.
use jiff::civil::Date;

use crate::{Error, Result};

/// One reading of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fact {
    /// The last civil date of the period it describes.
    pub about: Date,
    /// The civil date from whose close on it may be used.
    pub known: Date,
    /// The reading, in the [`Unit`] of its series.
    pub value: f64,
}

/// The first print of a period: what was new on the day on which it came out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Release {
    /// The last civil date of the period it describes.
    pub about: Date,
    /// The day on which it came out.
    pub known: Date,
    /// The first print.
    pub value: f64,
    /// What was said on that day of the period before; none of the first period.
    pub previous: Option<f64>,
    /// Whether the day is a usual delay that was assumed, and not one on record: a pseudo-vintage.
    pub assumed: bool,
}

/// What the numbers of a series mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A rate in percent a year, as central banks publish it: `5.25`.
    PercentPerYear,
    /// Anything else: an index, a count, a price.
    Level,
}

/// A named series of facts, in the order in which they became known.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    name: String,
    unit: Unit,
    hindsight: bool,
    /// Facts known before this day have days of publication that were assumed.
    assumed_before: Option<Date>,
    facts: Vec<Fact>,
    periods: Periods,
}

/// The same facts by period: what was said of each, in the order in which it was said.
#[derive(Clone, Debug, Default, PartialEq)]
struct Periods {
    about: Vec<Date>,
    /// Where the prints of each period begin among `known` and `value`; one more than there are periods.
    starts: Vec<u32>,
    known: Vec<Date>,
    value: Vec<f64>,
}

impl Periods {
    fn of(facts: &[Fact]) -> Self {
        let mut order: Vec<&Fact> = facts.iter().collect();
        // Stable: within a period the order of becoming known is kept.
        order.sort_by_key(|fact| fact.about);
        let mut periods = Self::default();
        for fact in order {
            if periods.about.last() != Some(&fact.about) {
                periods.about.push(fact.about);
                periods.starts.push(periods.known.len() as u32);
            }
            periods.known.push(fact.known);
            periods.value.push(fact.value);
        }
        periods.starts.push(periods.known.len() as u32);
        periods
    }

    /// What was known of period `k` at the close of `today`.
    fn as_of(&self, k: usize, today: Date) -> Option<Fact> {
        let prints = self.starts[k] as usize..self.starts[k + 1] as usize;
        let known = self.known[prints.clone()].partition_point(|known| *known <= today);
        let at = prints.start + known.checked_sub(1)?;
        Some(Fact { about: self.about[k], known: self.known[at], value: self.value[at] })
    }

    /// Periods that had ended by `today`, the newest first: nothing is known before it ends.
    fn back(&self, today: Date) -> impl Iterator<Item = Fact> {
        let ended = self.about.partition_point(|about| *about <= today);
        (0..ended).rev().filter_map(move |k| self.as_of(k, today))
    }
}

impl Series {
    /// Sorts the facts by when they became known.
    ///
    /// # Errors
    /// When a value is not finite, a fact is known before the period it describes ends, or two facts
    /// share both dates.
    pub fn new(name: impl Into<String>, unit: Unit, mut facts: Vec<Fact>) -> Result<Self> {
        let name = name.into();
        facts.sort_by_key(|f| (f.known, f.about));
        for fact in &facts {
            if !fact.value.is_finite() {
                return Err(Error::data(format!(
                    "{name}: the value about {} is missing",
                    fact.about
                ))
                .hint("leave out readings that do not exist"));
            }
            if fact.known < fact.about {
                let said =
                    format!("{name}: {} was known on {}, before it ended", fact.about, fact.known);
                return Err(Error::data(said).hint("`known` is the day of publication"));
            }
        }
        if let Some(pair) =
            facts.windows(2).find(|p| (p[0].known, p[0].about) == (p[1].known, p[1].about))
        {
            let said = format!(
                "{name}: two values about {} became known on {}",
                pair[0].about, pair[0].known
            );
            return Err(Error::data(said));
        }
        let periods = Periods::of(&facts);
        Ok(Self { name, unit, hindsight: false, assumed_before: None, facts, periods })
    }

    /// Marks it as hindsight: dates or labels that were given long after their period, such as recessions. Strategies
    /// are refused it; reports may show it.
    #[must_use]
    pub fn hindsight(self) -> Self {
        Self { hindsight: true, ..self }
    }

    /// Marks facts known before `day` as pseudo-vintages: their days of publication are a usual delay that was assumed.
    /// [`Date::MAX`] marks all.
    #[must_use]
    pub fn assumed_before(self, day: Date) -> Self {
        Self { assumed_before: Some(day), ..self }
    }

    /// The same series with other facts.
    ///
    /// # Errors
    /// As [`Series::new`].
    pub fn with_facts(&self, facts: Vec<Fact>) -> Result<Self> {
        let series = Self::new(self.name.clone(), self.unit, facts)?;
        Ok(Self { hindsight: self.hindsight, assumed_before: self.assumed_before, ..series })
    }

    /// The name strategies call it by.
    pub fn name(&self) -> &str {
        &self.name
    }
    /// What its numbers mean.
    pub fn unit(&self) -> Unit {
        self.unit
    }
    /// Whether nobody could know it at the time.
    pub fn is_hindsight(&self) -> bool {
        self.hindsight
    }
    /// All facts, by when they became known.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// For each session the index of the newest reading known at its close: the greatest `about`, and
    /// of that the latest revision.
    pub(crate) fn newest_by_session(&self, sessions: &[Date]) -> Vec<Option<u32>> {
        let (mut next, mut newest) = (0, None::<usize>);
        let mut column = Vec::with_capacity(sessions.len());
        for session in sessions {
            while let Some(fact) = self.facts.get(next).filter(|f| f.known <= *session) {
                if newest.is_none_or(|ix| self.facts[ix].about <= fact.about) {
                    newest = Some(next);
                }
                next += 1;
            }
            column.push(newest.map(|ix| ix as u32));
        }
        column
    }

    /// The series as the world knew it at the close of `today`, its vintage: one reading for each period, the latest
    /// revision known then, by period.
    pub fn as_of(&self, today: Date) -> Vec<Fact> {
        let mut vintage: Vec<Fact> = self.periods.back(today).collect();
        vintage.reverse();
        vintage
    }

    /// The last `count` readings of that vintage, or all when it has fewer, by period.
    pub fn last_as_of(&self, today: Date, count: usize) -> Vec<Fact> {
        let mut last: Vec<Fact> = self.periods.back(today).take(count).collect();
        last.reverse();
        last
    }

    /// The last `count` days on which something was published, up to `today`, the newest last.
    pub fn releases_as_of(&self, today: Date, count: usize) -> Vec<Date> {
        let known = self.facts.partition_point(|fact| fact.known <= today);
        let mut days: Vec<Date> = Vec::with_capacity(count);
        for fact in self.facts[..known].iter().rev() {
            if days.last() == Some(&fact.known) {
                continue;
            }
            if days.len() == count {
                break;
            }
            days.push(fact.known);
        }
        days.reverse();
        days
    }

    /// The first prints of the last `count` periods of which one was out by `today`, by period.
    pub fn first_prints_as_of(&self, today: Date, count: usize) -> Vec<Release> {
        let ended = self.periods.about.partition_point(|about| *about <= today);
        let first = |k: usize| {
            let at = self.periods.starts[k] as usize;
            let known = self.periods.known[at];
            let previous = || Some(self.periods.as_of(k.checked_sub(1)?, known)?.value);
            (known <= today).then(|| Release {
                about: self.periods.about[k],
                known,
                value: self.periods.value[at],
                previous: previous(),
                assumed: self.assumed_before.is_some_and(|day| known < day),
            })
        };
        let mut last: Vec<Release> = (0..ended).rev().filter_map(first).take(count).collect();
        last.reverse();
        last
    }

    /// Gives the fact with this index another value; returns the one it had.
    pub(crate) fn replace_value(&mut self, ix: usize, value: f64) -> f64 {
        let fact = &mut self.facts[ix];
        let before = std::mem::replace(&mut fact.value, value);
        let k = self.periods.about.partition_point(|about| *about < fact.about);
        let prints = self.periods.starts[k] as usize..self.periods.starts[k + 1] as usize;
        if let Some(at) = prints.into_iter().find(|at| self.periods.known[*at] == fact.known) {
            self.periods.value[at] = value;
        }
        before
    }

    /// How many periods were ever given another value than at first.
    pub fn revised_periods(&self) -> usize {
        let prints = self.periods.starts.windows(2);
        let values = prints.map(|p| &self.periods.value[p[0] as usize..p[1] as usize]);
        values.filter(|values| values.iter().any(|x| x != &values[0])).count()
    }

    /// What a backtest on revised figures would see: each period from the day of its first print on, but with the value
    /// that it has in the last revision. For reports that show what revisions are worth, never for decisions.
    pub(crate) fn with_latest_revisions(&self) -> Self {
        let count = self.periods.about.len();
        let fact = |k: usize| {
            let (first, end) = (self.periods.starts[k], self.periods.starts[k + 1]);
            let (known, value) =
                (self.periods.known[first as usize], self.periods.value[end as usize - 1]);
            Fact { about: self.periods.about[k], known, value }
        };
        let mut facts: Vec<Fact> = (0..count).map(fact).collect();
        facts.sort_by_key(|f| (f.known, f.about));
        let periods = Periods::of(&facts);
        Self { facts, periods, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn fact(about: Date, known: Date, value: f64) -> Fact {
        Fact { about, known, value }
    }

    #[test]
    fn a_revision_is_unknown_before_its_day() {
        let (july, august) = (date(2008, 7, 31), date(2008, 8, 31));
        let facts = vec![
            fact(august, date(2008, 9, 5), 6.1),
            fact(july, date(2008, 8, 1), 5.7),
            fact(july, date(2008, 9, 5), 5.8),
        ];
        let series = Series::new("unemployment", Unit::Level, facts).unwrap();
        let values = |on| series.as_of(on).iter().map(|f| f.value).collect::<Vec<_>>();
        assert_eq!(values(date(2008, 9, 4)), [5.7]);
        assert_eq!(values(date(2008, 9, 5)), [5.8, 6.1]);
        let last = |on, n| series.last_as_of(on, n).iter().map(|f| f.value).collect::<Vec<_>>();
        assert_eq!(last(date(2008, 9, 4), 1), [5.7]);
        assert_eq!(last(date(2008, 9, 5), 1), [6.1]);
        assert_eq!(last(date(2008, 9, 5), 9), [5.8, 6.1]);
        assert_eq!(last(date(2008, 7, 31), 9), [] as [f64; 0]);
        let (first, second) = (date(2008, 8, 1), date(2008, 9, 5));
        assert_eq!(series.releases_as_of(date(2008, 9, 4), 9), [first]);
        assert_eq!(series.releases_as_of(second, 9), [first, second]);
        assert_eq!(series.releases_as_of(second, 1), [second]);
        let sessions = [date(2008, 7, 31), date(2008, 9, 4), date(2008, 9, 5)];
        let newest: Vec<_> = series
            .newest_by_session(&sessions)
            .into_iter()
            .map(|ix| ix.map(|ix| series.facts()[ix as usize].value))
            .collect();
        assert_eq!(newest, [None, Some(5.7), Some(6.1)]);
    }

    #[test]
    fn revised_figures_are_dated_by_their_first_print() {
        let (july, august) = (date(2008, 7, 31), date(2008, 8, 31));
        let facts = vec![
            fact(july, date(2008, 8, 1), 5.7),
            fact(august, date(2008, 9, 5), 6.1),
            fact(july, date(2009, 1, 9), 5.8),
        ];
        let series = Series::new("unemployment", Unit::Level, facts).unwrap().hindsight();
        let revised = series.with_latest_revisions();
        assert_eq!(
            revised.facts(),
            [fact(july, date(2008, 8, 1), 5.8), fact(august, date(2008, 9, 5), 6.1)]
        );
        assert_eq!((series.revised_periods(), revised.revised_periods()), (1, 0));
        assert!(revised.is_hindsight() && series.with_facts(Vec::new()).unwrap().is_hindsight());
    }

    /// The vintage of a day is what a plain scan of all facts finds, for every day and any order of revisions.
    #[test]
    fn a_vintage_is_what_a_scan_of_all_facts_finds() {
        let start = date(2000, 1, 31);
        let day = |n: i64| start.saturating_add(jiff::Span::new().days(n));
        // A linear congruential generator: Knuth, volume 2, section 3.3.4, line 26 of table 1.
        let mut state = 1_u64;
        let mut dice = |sides: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % sides
        };
        let mut facts = std::collections::BTreeMap::new();
        for _ in 0..400 {
            let about = dice(40) as i64 * 30;
            let known = about + dice(600) as i64;
            facts.insert((known, about), dice(1000) as f64);
        }
        let all: Vec<Fact> =
            facts.iter().map(|((known, about), x)| fact(day(*about), day(*known), *x)).collect();
        let series = Series::new("x", Unit::Level, all.clone()).unwrap();
        for today in (0..1900).step_by(13).map(day) {
            let mut scan = std::collections::BTreeMap::new();
            for fact in all.iter().filter(|fact| fact.known <= today) {
                scan.insert(fact.about, *fact);
            }
            let scan: Vec<Fact> = scan.into_values().collect();
            assert_eq!(series.as_of(today), scan, "{today}");
            let five = &scan[scan.len().saturating_sub(5)..];
            assert_eq!(series.last_as_of(today, 5), five, "{today}");
        }
    }

    #[test]
    fn impossible_facts_are_refused() {
        let day = date(2008, 7, 31);
        for bad in [fact(day, date(2008, 7, 30), 1.0), fact(day, day, f64::NAN)] {
            assert!(Series::new("x", Unit::Level, vec![bad]).is_err());
        }
        assert!(
            Series::new("x", Unit::Level, vec![fact(day, day, 1.0), fact(day, day, 2.0)]).is_err()
        );
    }

    #[test]
    fn a_first_print_stands_beside_what_was_said_of_the_period_before() {
        let (june, july, august) = (date(2008, 6, 30), date(2008, 7, 31), date(2008, 8, 31));
        let facts = vec![
            fact(june, date(2008, 7, 10), 5.5),
            fact(july, date(2008, 8, 1), 5.7),
            fact(july, date(2008, 9, 5), 5.8),
            fact(august, date(2008, 9, 5), 6.1),
            fact(august, date(2008, 10, 3), 6.2),
        ];
        let series = Series::new("unemployment", Unit::Level, facts).unwrap();
        let series = series.assumed_before(date(2008, 8, 1));
        let told = |on, count| {
            let prints = series.first_prints_as_of(on, count);
            prints.iter().map(|p| (p.value, p.previous, p.assumed)).collect::<Vec<_>>()
        };
        // August was compared with July as revised that day, and its own revision changes nothing of that.
        let august = (6.1, Some(5.8), false);
        assert_eq!(told(date(2008, 12, 31), 2), [(5.7, Some(5.5), false), august]);
        assert_eq!(told(date(2008, 9, 4), 9), [(5.5, None, true), (5.7, Some(5.5), false)]);
        assert!(told(date(2008, 7, 9), 9).is_empty());
    }
}
