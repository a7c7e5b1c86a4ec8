//! The sessions of a market, and what is known in advance about the ones to come.
use jiff::civil::{Date, date};
use jiff::{ToSpan, Unit};

use crate::{Day, Error, Exchange, Result};

/// How often a market is observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequency {
    /// Every session.
    Daily,
    /// Once a week.
    Weekly,
    /// Once a month.
    Monthly,
}

impl Frequency {
    /// Observations a year, the factor of annualisation: 252, 52 or 12.
    pub fn per_year(self) -> f64 {
        match self {
            Frequency::Daily => 252.0,
            Frequency::Weekly => 52.0,
            Frequency::Monthly => 12.0,
        }
    }
}

/// The sessions of a market, in order.
///
/// A calendar is public knowledge: which day will be the month's last session is known long before.
/// Beyond the last session it is continued by the rules of the exchange.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    sessions: Vec<Date>,
    exchange: Exchange,
    frequency: Frequency,
}

impl Calendar {
    /// A calendar of the given sessions; exchange and frequency are inferred from them.
    ///
    /// # Errors
    /// When there is no session, or they are not strictly increasing.
    pub fn new(sessions: Vec<Date>) -> Result<Self> {
        if sessions.is_empty() {
            return Err(Error::data("there is not a single session"));
        }
        if let Some(pair) = sessions.windows(2).find(|pair| pair[0] >= pair[1]) {
            let said = format!("session {} does not come after {}", pair[1], pair[0]);
            return Err(Error::data(said).hint("sort the rows and remove duplicates"));
        }
        let (frequency, exchange) = (frequency(&sessions), exchange(&sessions));
        Ok(Self { sessions, exchange, frequency })
    }

    /// All sessions.
    pub fn sessions(&self) -> &[Date] {
        &self.sessions
    }
    /// The number of sessions.
    pub fn len(&self) -> usize {
        self.sessions.len()
    }
    /// A calendar is never empty.
    pub fn is_empty(&self) -> bool {
        false
    }
    /// Whose rules continue the calendar.
    pub fn exchange(&self) -> Exchange {
        self.exchange
    }
    /// How far apart sessions lie.
    pub fn frequency(&self) -> Frequency {
        self.frequency
    }
    /// The civil date of a session.
    pub fn date(&self, day: Day) -> Date {
        self.sessions[day.index()]
    }
    /// The last session.
    pub fn last(&self) -> Day {
        Day(self.sessions.len() as u32 - 1)
    }
    /// The last session on or before `date`.
    pub fn on_or_before(&self, date: Date) -> Option<Day> {
        let count = self.sessions.partition_point(|d| *d <= date);
        count.checked_sub(1).map(|ix| Day(ix as u32))
    }
    /// The first session on or after `date`.
    pub fn on_or_after(&self, date: Date) -> Option<Day> {
        let ix = self.sessions.partition_point(|d| *d < date);
        (ix < self.sessions.len()).then_some(Day(ix as u32))
    }

    /// The date of the session after `day`, by rule when the data end with it.
    pub fn next_date(&self, day: Day) -> Date {
        match self.sessions.get(day.index() + 1) {
            Some(date) => *date,
            None => self.following(self.date(day)),
        }
    }

    /// The dates of the sessions after `day`: those of the data, then by rule without end.
    pub fn dates_after(&self, day: Day) -> impl Iterator<Item = Date> + '_ {
        let known = self.sessions[day.index() + 1..].iter().copied();
        let last = self.sessions[self.sessions.len() - 1];
        known.chain(std::iter::successors(Some(last), |date| Some(self.following(*date))).skip(1))
    }

    fn following(&self, date: Date) -> Date {
        match self.frequency {
            Frequency::Daily => self.exchange.next_session(date),
            Frequency::Weekly => {
                let on = self.exchange.next_session(date.saturating_add(6.days()));
                if week_of(on) == week_of(date) { self.exchange.next_session(on) } else { on }
            }
            Frequency::Monthly => {
                let month = date.first_of_month().saturating_add(2.months());
                self.exchange.previous_session(month)
            }
        }
    }

    /// Whether `day` is the last session of its month.
    pub fn ends_month(&self, day: Day) -> bool {
        month_of(self.next_date(day)) != month_of(self.date(day))
    }
    /// The last session of the month of `day` that the data hold.
    pub fn month_end(&self, day: Day) -> Day {
        const LONGEST: usize = 31;
        let (month, rest) = (month_of(self.date(day)), &self.sessions[day.index()..]);
        let rest = &rest[..rest.len().min(LONGEST)];
        Day(day.0 + rest.partition_point(|date| month_of(*date) == month) as u32 - 1)
    }
    /// Whether `day` is the last session of its week (Monday to Sunday).
    pub fn ends_week(&self, day: Day) -> bool {
        week_of(self.next_date(day)) != week_of(self.date(day))
    }

    /// The session whose distance from `day` is one month (`back = 1`), two months and so on.
    ///
    /// From a month's last session it is the last session of that earlier month; from any other day it is
    /// the last session on or before the same day of that month. `None` before the first session.
    pub fn months_back(&self, day: Day, back: u32) -> Option<Day> {
        if back == 0 {
            return Some(day);
        }
        let today = self.date(day);
        let first = today.first_of_month().checked_sub((i64::from(back)).months()).ok()?;
        let until = if self.ends_month(day) {
            first.last_of_month()
        } else {
            date(first.year(), first.month(), today.day().min(first.days_in_month()))
        };
        self.on_or_before(until)
    }

    /// The session `back` weeks before `day`: from a week's last session the last one of that week,
    /// else the last session on or before the same weekday. `None` before the first session.
    pub fn weeks_back(&self, day: Day, back: u32) -> Option<Day> {
        if back == 0 {
            return Some(day);
        }
        let mut until = self.date(day).checked_sub((i64::from(back) * 7).days()).ok()?;
        if self.ends_week(day) {
            until = until.checked_add((7 - until.weekday().to_monday_one_offset()).days()).ok()?;
        }
        self.on_or_before(until)
    }
}

/// Years and months as one number that grows by one a month.
pub(crate) fn month_of(date: Date) -> i32 {
    i32::from(date.year()) * 12 + i32::from(date.month()) - 1
}

/// The Monday-to-Sunday week as a number that grows by one a week.
pub(crate) fn week_of(date: Date) -> i32 {
    days_between(jiff::civil::date(1900, 1, 1), date).div_euclid(7)
}

/// Civil days from `from` to `to`.
pub(crate) fn days_between(from: Date, to: Date) -> i32 {
    from.until((Unit::Day, to)).map_or(0, |span| span.get_days())
}

fn frequency(sessions: &[Date]) -> Frequency {
    let mut gaps: Vec<i32> = sessions.windows(2).map(|p| days_between(p[0], p[1])).collect();
    gaps.sort_unstable();
    match gaps.get(gaps.len() / 2) {
        Some(gap) if *gap >= 20 => Frequency::Monthly,
        Some(gap) if *gap >= 5 => Frequency::Weekly,
        _ => Frequency::Daily,
    }
}

fn exchange(sessions: &[Date]) -> Exchange {
    match sessions.iter().all(|d| Exchange::Nyse.is_session(*d)) {
        true => Exchange::Nyse,
        false => Exchange::Weekdays,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nyse(from: Date, to: Date) -> Calendar {
        Calendar::new(Exchange::Nyse.sessions(from, to)).unwrap()
    }

    #[test]
    fn the_month_end_is_known_on_the_last_day_of_the_data() {
        let calendar = nyse(date(2018, 1, 2), date(2018, 12, 31));
        assert_eq!(calendar.frequency(), Frequency::Daily);
        assert!(calendar.ends_month(calendar.last()));
        let cut = nyse(date(2018, 1, 2), date(2018, 12, 28));
        assert!(!cut.ends_month(cut.last()) && cut.ends_week(cut.last()));
    }

    #[test]
    fn a_month_back_from_a_month_end_is_a_month_end() {
        let calendar = nyse(date(2018, 1, 2), date(2018, 12, 31));
        let back = |from: Date, n| {
            let day = calendar.on_or_before(from).unwrap();
            calendar.months_back(day, n).map(|d| calendar.date(d))
        };
        assert_eq!(back(date(2018, 6, 29), 1), Some(date(2018, 5, 31)));
        assert_eq!(back(date(2018, 6, 29), 3), Some(date(2018, 3, 29)));
        assert_eq!(back(date(2018, 6, 15), 1), Some(date(2018, 5, 15)));
        assert_eq!(back(date(2018, 6, 15), 3), Some(date(2018, 3, 15)));
        assert_eq!(back(date(2018, 3, 30), 1), Some(date(2018, 2, 28)));
        assert_eq!(back(date(2018, 2, 15), 2), None);
    }

    #[test]
    fn monthly_observations_continue_by_month() {
        let sessions = vec![date(2017, 1, 31), date(2017, 2, 28), date(2017, 3, 31)];
        let calendar = Calendar::new(sessions).unwrap();
        assert_eq!(calendar.frequency(), Frequency::Monthly);
        assert_eq!(calendar.next_date(Day(2)), date(2017, 4, 28));
        assert!(calendar.ends_month(Day(2)));
        assert_eq!(calendar.months_back(Day(2), 2), Some(Day(0)));
        assert_eq!(calendar.months_back(Day(2), 3), None);
    }

    #[test]
    fn unordered_sessions_are_refused() {
        assert!(Calendar::new(vec![date(2017, 2, 1), date(2017, 1, 1)]).is_err());
        assert!(Calendar::new(Vec::new()).is_err());
    }
}
