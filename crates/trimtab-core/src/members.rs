//! Who belonged to an index, and since when that was known.
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::{AssetId, Calendar, Day, Error, Result};

/// One announcement: from `about` on the asset belongs, or does not belong, as was known from `known` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Membership {
    /// The first day on which it holds.
    pub about: Date,
    /// The day on which the world learned it.
    pub known: Date,
    /// Whether the asset belongs from then on.
    pub belongs: bool,
    /// Who.
    pub asset: AssetId,
}

/// The members of an index or another universe, by date.
///
/// At the close of a day an asset belongs if the newest announcement about it says so: of those that were known by then and
/// whose day has come, the one with the latest `about`, of several the one known last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Universe {
    name: String,
    announced: Vec<Membership>,
}

impl Universe {
    /// A universe from announcements in any order.
    ///
    /// # Errors
    /// [`crate::Kind::Data`] when there is none.
    pub fn new(name: impl Into<String>, mut announced: Vec<Membership>) -> Result<Self> {
        let name = name.into();
        if announced.is_empty() {
            return Err(Error::data(format!("the universe {name} has no member at any time")));
        }
        announced.sort_unstable();
        announced.dedup();
        // Who leaves and joins on one day stays.
        let joins: BTreeSet<Membership> = announced.iter().copied().filter(|m| m.belongs).collect();
        announced.retain(|m| m.belongs || !joins.contains(&Membership { belongs: true, ..*m }));
        Ok(Self { name, announced })
    }

    /// What a strategy calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All announcements, in order.
    pub fn announced(&self) -> &[Membership] {
        &self.announced
    }

    /// The same with other announcements, perhaps none: of a name that is known nothing may be known yet.
    pub(crate) fn with(&self, announced: impl Iterator<Item = Membership>) -> Self {
        Self { name: self.name.clone(), announced: announced.collect() }
    }
}

/// By which the newest announcement is the greatest: about, known, belongs.
type Order = (Date, Date, bool);

/// A universe by session: when each asset belonged, as known at the close.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Spells {
    /// By asset, each with the sessions on which its state changed: it belongs from the first to the second, and so on.
    changes: Vec<(AssetId, Vec<Day>)>,
}

impl Spells {
    pub(crate) fn of(universe: &Universe, calendar: &Calendar) -> Self {
        let mut seen: Vec<(Date, Membership)> =
            universe.announced.iter().map(|m| (m.about.max(m.known), *m)).collect();
        seen.sort_unstable_by_key(|(from, m)| (*from, m.about, m.known, m.belongs));
        // What is seen only grows, and the newest announcement is the greatest: one pass in the order of being seen.
        let mut states: BTreeMap<AssetId, (Order, Vec<Day>)> = BTreeMap::new();
        for (from, m) in seen {
            // What is seen after the last session is not seen.
            let Some(day) = calendar.on_or_after(from) else { break };
            let order = (m.about, m.known, m.belongs);
            let nothing = ((Date::MIN, Date::MIN, false), Vec::new());
            let (newest, changes) = states.entry(m.asset).or_insert(nothing);
            if order < *newest {
                continue;
            }
            *newest = order;
            let belongs = changes.len() % 2 == 1;
            match belongs == m.belongs {
                true => {}
                // It came and went before the next session.
                false if changes.last() == Some(&day) => {
                    changes.pop();
                }
                false => changes.push(day),
            }
        }
        let changes = states.into_iter().map(|(asset, (_, changes))| (asset, changes));
        Self { changes: changes.filter(|(_, changes)| !changes.is_empty()).collect() }
    }

    /// Who belongs on that day, in asset order.
    pub(crate) fn on(&self, day: Day) -> impl Iterator<Item = AssetId> + '_ {
        let belongs = move |changes: &[Day]| changes.partition_point(|from| *from <= day) % 2 == 1;
        self.changes.iter().filter(move |(_, changes)| belongs(changes)).map(|(asset, _)| *asset)
    }

    /// The first session with a member.
    pub(crate) fn first(&self) -> Option<Day> {
        self.changes.iter().filter_map(|(_, changes)| changes.first().copied()).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn day(d: i8) -> Date {
        date(2024, 1, d)
    }

    /// Sessions on the 2nd to the 5th, and the 8th to the 12th.
    fn calendar() -> Calendar {
        Calendar::new((2..=5).chain(8..=12).map(day).collect()).unwrap()
    }

    fn on(announced: &[(i8, i8, u16, bool)]) -> Vec<Vec<u16>> {
        let all = announced.iter().map(|(about, known, asset, belongs)| Membership {
            about: day(*about),
            known: day(*known),
            belongs: *belongs,
            asset: AssetId(*asset),
        });
        let universe = Universe::new("X", all.collect()).unwrap();
        let spells = Spells::of(&universe, &calendar());
        (0..9).map(|t| spells.on(Day(t)).map(|asset| asset.0).collect()).collect()
    }

    #[test]
    fn members_are_those_of_the_newest_announcement_known_by_then() {
        // Announced on the 2nd for the 4th; the 7th is a Sunday.
        let seen = on(&[(4, 2, 7, true), (7, 7, 7, false), (1, 1, 3, true)]);
        let expected = [&[3][..], &[3], &[3, 7], &[3, 7], &[3], &[3], &[3], &[3], &[3]];
        assert_eq!(seen, expected);
        // Learned late: nobody knew on the 3rd that it belonged since the 2nd.
        assert_eq!(on(&[(2, 5, 1, true)])[..4], [vec![], vec![], vec![], vec![1]]);
        // A correction of the same day wins over what it corrects, an older announcement that comes late does not.
        let seen = on(&[(3, 3, 1, true), (3, 5, 1, false), (2, 9, 1, true)]);
        assert_eq!(seen.concat(), [1, 1], "on the 3rd and the 4th only");
        // One spell ends on the day on which the next begins: no gap.
        let seen = on(&[(2, 2, 1, true), (9, 9, 1, false), (9, 9, 1, true)]);
        assert!(seen.iter().all(|members| members == &[1]));
        // Between two sessions it came and went.
        assert!(on(&[(6, 6, 1, true), (7, 7, 1, false)]).concat().is_empty());
        assert!(Universe::new("X", Vec::new()).is_err());
    }
}
