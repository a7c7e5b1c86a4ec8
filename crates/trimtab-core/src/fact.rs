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
    facts: Vec<Fact>,
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
        Ok(Self { name, unit, facts })
    }

    /// The name strategies call it by.
    pub fn name(&self) -> &str {
        &self.name
    }
    /// What its numbers mean.
    pub fn unit(&self) -> Unit {
        self.unit
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

    /// The series as the world knew it at the close of `today`: one reading for each period, the latest
    /// revision known then, by period.
    pub fn as_of(&self, today: Date) -> Vec<Fact> {
        let known = self.facts.partition_point(|f| f.known <= today);
        let mut vintage = self.facts[..known].to_vec();
        // Stable: within a period the order of becoming known is kept, and the last one stays.
        vintage.sort_by_key(|f| f.about);
        vintage.reverse();
        vintage.dedup_by_key(|f| f.about);
        vintage.reverse();
        vintage
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
        let sessions = [date(2008, 7, 31), date(2008, 9, 4), date(2008, 9, 5)];
        let newest: Vec<_> = series
            .newest_by_session(&sessions)
            .into_iter()
            .map(|ix| ix.map(|ix| series.facts()[ix as usize].value))
            .collect();
        assert_eq!(newest, [None, Some(5.7), Some(6.1)]);
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
}
