//! When to decide. Never inside an allocator: when is not how.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use trimtab_core::{Calendar, Date, Day, Fraction, Past, Positive, Result, Window};

/// When to decide, and how far holdings may drift before it matters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Schedule {
    /// The period: one decision in each.
    pub every: Every,
    /// Which session of the period: `-1` the last, `-2` the last but one, `1` the first, `2` the second.
    /// A period with fewer sessions is decided at its nearest one.
    pub session: Session,
    /// When the very first decision is made.
    pub first: First,
    /// Decide more often while the market moves fast.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brisk: Option<Brisk>,
    /// Trade only what has drifted out of a band.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub band: Option<Band>,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            every: Every::Month,
            session: Session(-1),
            first: First::OnSchedule,
            brisk: None,
            band: None,
        }
    }
}

/// How long a period of the schedule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Every {
    /// Every session of the market.
    Session,
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// Three months from January, April, July or October on.
    Quarter,
    /// A calendar year.
    Year,
    /// At the first possible session, then never again: buy and hold.
    Once,
}

/// When the very first decision is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum First {
    /// When the schedule says so, like every other; until then the account waits in cash.
    #[default]
    OnSchedule,
    /// At the first session at which the strategy can decide: a fixed mix is bought on the first day, not
    /// at the end of its first year.
    AtOnce,
}

/// A session's place in its period, from the front (1, 2, …) or from the end (-1, -2, …).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i32", into = "i32")]
pub struct Session(i32);

impl Session {
    /// The place as written.
    pub fn get(self) -> i32 {
        self.0
    }
}

impl TryFrom<i32> for Session {
    type Error = String;
    fn try_from(n: i32) -> Result<Self, String> {
        match n {
            0 => Err("sessions count from 1 (first) or from -1 (last)".into()),
            -400..=400 => Ok(Self(n)),
            _ => Err(format!("no period has {} sessions", n.abs())),
        }
    }
}

impl From<Session> for i32 {
    fn from(session: Session) -> i32 {
        session.0
    }
}

impl JsonSchema for Session {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Session".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "minimum": -400, "maximum": 400, "not": { "const": 0 } })
    }
}

/// Decide by a shorter period while the market moves fast.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Brisk {
    /// Whose volatility tells.
    pub of: String,
    /// Over how many returns it is measured.
    pub window: Window,
    /// The market moves fast when the yearly volatility is above this: `0.25` is 25 % a year.
    pub above: Positive,
    /// The shorter period.
    pub every: Every,
}

/// How far a holding may drift from its target before it is traded. Give one or both; both must be left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// In points of the portfolio: 0.05 lets a target of 20 % drift from 15 % to 25 %.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absolute: Option<Fraction>,
    /// As a fraction of the target: 0.25 lets a target of 20 % drift from 15 % to 25 %.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relative: Option<Positive>,
    /// Where a breach is repaired to.
    #[serde(default)]
    pub to: BandTo,
    /// What is traded on a breach.
    #[serde(default)]
    pub trade: Drifted,
    /// When the band is looked at.
    #[serde(default)]
    pub check: Check,
}

/// Where a holding that left its band is brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BandTo {
    /// To the target itself.
    #[default]
    Target,
    /// Half-way between the edge and the target.
    Centre,
    /// Just inside the band: the cheapest when costs are proportional.
    Edge,
}

/// What is traded when a holding left its band.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Drifted {
    /// Every holding.
    #[default]
    All,
    /// Only the holdings that left their band.
    Drifted,
}

/// When a band is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// At each decision of the schedule.
    #[default]
    Schedule,
    /// At the close of every session, against the newest decision.
    Session,
}

impl Band {
    /// How far a holding of target `w` may drift: the wider of the two widths given, `None` without any.
    pub fn width(&self, w: f64) -> Option<f64> {
        let absolute = self.absolute.map(Fraction::get);
        let relative = self.relative.map(|r| r.get() * w.abs());
        match (absolute, relative) {
            (Some(a), Some(r)) => Some(a.max(r)),
            (a, r) => a.or(r),
        }
    }
}

impl Schedule {
    /// A decision at the close of every session at `session` of its period.
    pub fn of(every: Every, session: i32) -> Result<Self, String> {
        Ok(Self { every, session: Session::try_from(session)?, ..Self::default() })
    }

    /// Whether a decision is due at today's close.
    ///
    /// # Errors
    /// When a market-dependent schedule cannot measure the market.
    pub fn due(&self, past: Past<'_>) -> Result<bool> {
        let (calendar, today) = (past.calendar(), past.today());
        if due(self.every, self.session.0, calendar, today) {
            return Ok(true);
        }
        let Some(brisk) = &self.brisk else { return Ok(false) };
        if !due(brisk.every, -1, calendar, today) {
            return Ok(false);
        }
        let closes = past.closes(past.find(&brisk.of)?, brisk.window.and_one())?;
        let yearly = crate::signals::deviation(&closes) * past.per_year_of(brisk.window).sqrt();
        Ok(yearly > brisk.above.get())
    }

    /// The date of the next decision after today, by the calendar alone: a market that moves fast may decide earlier.
    /// `None` for a schedule that never decides again.
    pub fn next_after(&self, past: Past<'_>) -> Option<Date> {
        /// Sessions of two years: every period of the schedule is over by then.
        const AHEAD: usize = 600;
        if self.every == Every::Once {
            return None;
        }
        let (calendar, today) = (past.calendar(), past.today());
        let known = calendar.sessions()[..=today.index()].iter().copied();
        let ahead = Calendar::new(known.chain(calendar.dates_after(today).take(AHEAD)).collect());
        let ahead = ahead.expect("dates after a session go on");
        let mut days = (today.0 + 1..ahead.len() as u32).map(Day);
        days.find(|day| due(self.every, self.session.0, &ahead, *day)).map(|day| ahead.date(day))
    }

    /// The schedule in a phrase.
    pub fn words(&self) -> String {
        let session = match (self.every, self.session.0) {
            (Every::Session, _) => return "at every session".into(),
            (Every::Once, _) => return "once, then never again".into(),
            (_, -1) => "the last session".into(),
            (_, 1) => "the first session".into(),
            (_, n) if n > 0 => format!("session {n}"),
            (_, n) => format!("session {} before the end", -n - 1),
        };
        let period = match self.every {
            Every::Week => "week",
            Every::Month => "month",
            Every::Quarter => "quarter",
            _ => "year",
        };
        let brisk = self.brisk.as_ref().map_or(String::new(), |b| {
            format!(
                ", and more often while {} moves by more than {:.0} % a year",
                b.of,
                b.above.get() * 1e2
            )
        });
        let first = match self.first {
            First::OnSchedule => "",
            First::AtOnce => "at once, then ",
        };
        format!("{first}at the close of {session} of each {period}{brisk}")
    }
}

/// The number of the period that `date` belongs to.
pub(crate) fn period(every: Every, date: Date) -> i32 {
    let month = i32::from(date.year()) * 12 + i32::from(date.month()) - 1;
    match every {
        Every::Week => {
            let monday = i32::from(date.weekday().to_monday_zero_offset());
            (date - EPOCH).get_days() - monday
        }
        Every::Month => month,
        Every::Quarter => month.div_euclid(3),
        Every::Year => i32::from(date.year()),
        Every::Session | Every::Once => 0,
    }
}

/// Weeks are counted by their Mondays as days from here.
const EPOCH: Date = Date::constant(1900, 1, 1);

fn due(every: Every, session: i32, calendar: &Calendar, today: Day) -> bool {
    match every {
        Every::Session | Every::Once => return true,
        _ => {}
    }
    let own = period(every, calendar.date(today));
    let earlier = || (0..today.0).rev().map(|t| calendar.date(Day(t)));
    let later = || calendar.dates_after(today);
    let inside = |dates: &mut dyn Iterator<Item = Date>, most: usize| {
        dates.take(most).take_while(|d| period(every, *d) == own).count()
    };
    let (mut before, mut after) = (earlier(), later());
    if session > 0 {
        let wanted = session as usize - 1;
        let found = inside(&mut before, wanted + 1);
        found == wanted || (found < wanted && inside(&mut after, 1) == 0)
    } else {
        let wanted = session.unsigned_abs() as usize - 1;
        let found = inside(&mut after, wanted + 1);
        found == wanted || (found < wanted && inside(&mut before, 1) == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_core::Exchange;

    fn calendar() -> Calendar {
        let (from, to) = (Date::constant(2017, 1, 3), Date::constant(2018, 12, 31));
        Calendar::new(Exchange::Nyse.sessions(from, to)).unwrap()
    }

    fn dates(every: Every, session: i32) -> Vec<String> {
        let calendar = calendar();
        let days = (0..calendar.len() as u32).map(Day);
        days.filter(|d| due(every, session, &calendar, *d))
            .map(|d| calendar.date(d).to_string())
            .collect()
    }

    #[test]
    fn one_decision_a_period_whatever_the_offset() {
        for session in (-23..=23).filter(|n| *n != 0) {
            assert_eq!(dates(Every::Month, session).len(), 24, "session {session}");
        }
        assert_eq!(dates(Every::Quarter, -1).len(), 8);
        assert_eq!(dates(Every::Year, 1), ["2017-01-03", "2018-01-02"]);
        assert_eq!(dates(Every::Session, -1).len(), 502);
    }

    #[test]
    fn known_days() {
        assert_eq!(dates(Every::Month, -1)[..3], ["2017-01-31", "2017-02-28", "2017-03-31"]);
        assert_eq!(dates(Every::Month, -2)[0], "2017-01-30");
        assert_eq!(dates(Every::Month, 1)[1], "2017-02-01");
        assert_eq!(dates(Every::Week, -1)[..2], ["2017-01-06", "2017-01-13"]);
        assert_eq!(dates(Every::Week, 1)[..3], ["2017-01-03", "2017-01-09", "2017-01-17"]);
    }

    #[test]
    fn the_next_decision_is_known_by_the_calendar() {
        let market = crate::testing::market(&[("A", vec![1.0; 30])]); // from 2015-01-02 on
        let next = |every, session, day| {
            let next = Schedule::of(every, session).unwrap().next_after(market.as_of(Day(day)));
            next.map(|date| date.to_string())
        };
        assert_eq!(next(Every::Month, -1, 0).unwrap(), "2015-01-30");
        assert_eq!(next(Every::Month, -1, 19).unwrap(), "2015-02-27"); // itself a decision day
        assert_eq!(next(Every::Month, 1, 29).unwrap(), "2015-03-02");
        assert_eq!(next(Every::Week, -1, 29).unwrap(), "2015-02-20");
        assert_eq!(next(Every::Year, -1, 29).unwrap(), "2015-12-31");
        assert_eq!(next(Every::Session, -1, 29).unwrap(), "2015-02-17");
        assert_eq!(next(Every::Once, -1, 0), None);
    }

    #[test]
    fn the_wider_band_counts() {
        let band: Band = toml::from_str("absolute = 0.05\nrelative = 0.5").unwrap();
        assert_eq!((band.width(0.2), band.width(0.02)), (Some(0.1), Some(0.05)));
    }
}
