//! Trading calendars: on which days an exchange holds a session.
//!
//! A calendar here is a set of rules, not a list of dates, so it reaches into the future as far as
//! the rules hold; closures that no rule foresees (funerals, storms, attacks) stand in one table.

use jiff::civil::{Date, Weekday, date};

/// An exchange, as far as the calendar is concerned: its sessions, half days and closures.
///
/// A *session* is a day on which the exchange opens at all; a *half day* is a session whose early
/// end was fixed in advance because of a neighbouring holiday.
///
/// ```
/// use jiff::civil::date;
/// use trimtab_core::exchange::Exchange;
///
/// let nyse = Exchange::Nyse;
/// assert_eq!(nyse.holiday(date(2025, 4, 18)), Some("Good Friday"));
/// assert_eq!(nyse.next_session(date(2025, 4, 17)), date(2025, 4, 21));
/// assert!(nyse.is_half_day(date(2025, 11, 28)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exchange {
    /// The New York Stock Exchange, whose days Nasdaq and the other US equity markets share.
    ///
    /// Holidays follow NYSE Rule 7.2 and its forerunners; one-off closures follow the exchange's own
    /// list of special closings. Exact from [`Exchange::known_since`], Saturday sessions (held until
    /// May 1952) included; before that the rules of 1950 are only extrapolated. Later closures that
    /// nobody could foresee need an entry in the table of this module.
    ///
    /// Half days end at 13:00 New York time (14:00 until 1992). Unforeseen or prolonged early ends
    /// are not half days: snow, power cuts, the news of 1963 and 1981, the shortened hours of
    /// 1966 to 1970 and of autumn 1987. Nor are the two-hour Saturday sessions.
    Nyse,
    /// Every Monday to Friday, without any holiday: for data that has no exchange behind it.
    Weekdays,
}

impl Exchange {
    /// First day from which the calendar is exact; `None` where it is exact by definition.
    ///
    /// Earlier days get an answer too, but one that applies the rules of that first year.
    pub fn known_since(self) -> Option<Date> {
        match self {
            Exchange::Nyse => Some(date(1950, 1, 1)),
            Exchange::Weekdays => None,
        }
    }

    /// Whether the exchange holds a session on `day`.
    pub fn is_session(self, day: Date) -> bool {
        let weekday = day.weekday();
        match self {
            Exchange::Nyse => nyse_trades_on(day, weekday) && nyse_closure(day, weekday).is_none(),
            Exchange::Weekdays => !is_weekend(weekday),
        }
    }

    /// Whether `day` is a session whose early end was fixed in advance.
    pub fn is_half_day(self, day: Date) -> bool {
        match self {
            Exchange::Nyse => {
                let weekday = day.weekday();
                nyse_ends_early(day, weekday)
                    && nyse_trades_on(day, weekday)
                    && nyse_closure(day, weekday).is_none()
            }
            Exchange::Weekdays => false,
        }
    }

    /// Name of the closure that keeps the exchange shut on `day`.
    ///
    /// `None` for sessions and for ordinary weekends: a holiday that falls on a weekend closes
    /// nothing, its observed day (Friday or Monday), if there is one, carries the name.
    pub fn holiday(self, day: Date) -> Option<&'static str> {
        let weekday = day.weekday();
        match self {
            Exchange::Nyse if nyse_trades_on(day, weekday) => nyse_closure(day, weekday),
            Exchange::Nyse | Exchange::Weekdays => None,
        }
    }

    /// The first session strictly after `day`.
    ///
    /// # Panics
    ///
    /// If there is none before the end of representable time (31 December 9999).
    pub fn next_session(self, day: Date) -> Date {
        let mut next = day;
        loop {
            next = next.tomorrow().expect("a session follows every day before the end of 9999");
            if self.is_session(next) {
                return next;
            }
        }
    }

    /// The last session strictly before `day`.
    ///
    /// # Panics
    ///
    /// If there is none after the beginning of representable time (1 January -9999).
    pub fn previous_session(self, day: Date) -> Date {
        let mut previous = day;
        loop {
            previous =
                previous.yesterday().expect("a session precedes every day after the year -9999");
            if self.is_session(previous) {
                return previous;
            }
        }
    }

    /// All sessions from `from` to `to`, both included, in order; empty if `from` is after `to`.
    pub fn sessions(self, from: Date, to: Date) -> Vec<Date> {
        let mut sessions = Vec::new();
        let mut day = from;
        while day <= to {
            if self.is_session(day) {
                sessions.push(day);
            }
            match day.tomorrow() {
                Ok(tomorrow) => day = tomorrow,
                Err(_) => break, // `to` is the last day that can be written
            }
        }
        sessions
    }
}

/// Closures that follow from no rule, in order.
///
/// Source: the New York Stock Exchange's list of special closings, compared with two calendar packages
/// (see the tests). The Wednesdays of 1968 have their own rule, [`in_paperwork_crisis`].
const SPECIAL_CLOSURES: [(Date, &str); 27] = [
    (date(1950, 12, 23), "Saturday before Christmas"),
    (date(1956, 12, 24), "Christmas Eve"),
    (date(1958, 12, 26), "Day after Christmas"),
    (date(1961, 5, 29), "Day before Memorial Day"),
    (date(1963, 11, 25), "Funeral of President Kennedy"),
    (date(1968, 2, 12), "Lincoln's Birthday"),
    (date(1968, 4, 9), "Mourning for Martin Luther King Jr."),
    (date(1968, 7, 5), "Day after Independence Day"),
    (date(1968, 11, 11), "Veterans Day"),
    (date(1969, 2, 10), "Snowstorm"),
    (date(1969, 3, 31), "Funeral of President Eisenhower"),
    (date(1969, 7, 21), "First landing on the Moon"),
    (date(1972, 12, 28), "Funeral of President Truman"),
    (date(1973, 1, 25), "Funeral of President Johnson"),
    (date(1977, 7, 14), "New York City blackout"),
    (date(1985, 9, 27), "Hurricane Gloria"),
    (date(1994, 4, 27), "Funeral of President Nixon"),
    (date(2001, 9, 11), SEPTEMBER_11),
    (date(2001, 9, 12), SEPTEMBER_11),
    (date(2001, 9, 13), SEPTEMBER_11),
    (date(2001, 9, 14), SEPTEMBER_11),
    (date(2004, 6, 11), "Funeral of President Reagan"),
    (date(2007, 1, 2), "Mourning for President Ford"),
    (date(2012, 10, 29), HURRICANE_SANDY),
    (date(2012, 10, 30), HURRICANE_SANDY),
    (date(2018, 12, 5), "Mourning for President G. H. W. Bush"),
    (date(2025, 1, 9), "Mourning for President Carter"),
];
const SEPTEMBER_11: &str = "Attacks of 11 September";
const HURRICANE_SANDY: &str = "Hurricane Sandy";

/// Half days that follow from no rule, as in [`SPECIAL_CLOSURES`]. Before 1990 the exchange decided
/// from year to year whether Christmas Eve ended early.
const SPECIAL_HALF_DAYS: [Date; 6] = [
    date(1951, 12, 24),
    date(1974, 12, 24),
    date(1975, 12, 24),
    date(1997, 12, 26),
    date(1999, 12, 31),
    date(2003, 12, 26),
];

fn is_weekend(weekday: Weekday) -> bool {
    matches!(weekday, Weekday::Saturday | Weekday::Sunday)
}

/// Whether `day` belongs to the trading week: Monday to Friday, and until 24 May 1952 the Saturdays
/// outside June to September.
fn nyse_trades_on(day: Date, weekday: Weekday) -> bool {
    match weekday {
        Weekday::Sunday => false,
        Weekday::Saturday => day <= date(1952, 5, 24) && !(6..=9).contains(&day.month()),
        _ => true,
    }
}

/// Why the exchange is shut on a day of the trading week; `None` for a session.
fn nyse_closure(day: Date, weekday: Weekday) -> Option<&'static str> {
    nyse_holiday(day, weekday).or_else(|| special_closure(day, weekday))
}

/// The yearly holidays (NYSE Rule 7.2 and its forerunners), one month after another.
fn nyse_holiday(day: Date, weekday: Weekday) -> Option<&'static str> {
    let year = day.year();
    let on = |month_day: i8, saturday: Saturday| observes(day, weekday, month_day, saturday);
    let nth = |n: i8, wanted: Weekday| {
        let last = 7 * n;
        weekday == wanted && (last - 6..=last).contains(&day.day())
    };
    match day.month() {
        // A Saturday's New Year closes nothing: the Friday before ends the accounting year.
        1 if on(1, Saturday::Lost) => Some("New Year's Day"),
        1 if year >= 1998 && nth(3, Weekday::Monday) => Some("Martin Luther King Jr. Day"),
        2 if year <= 1953 && on(12, Saturday::Lost) => Some("Lincoln's Birthday"),
        2 if year <= 1970 && on(22, Saturday::friday_if((1964..=1970).contains(&year))) => {
            Some("Washington's Birthday")
        }
        2 if year >= 1971 && nth(3, Weekday::Monday) => Some("Washington's Birthday"),
        3 | 4 if weekday == Weekday::Friday && is_good_friday(day) => Some("Good Friday"),
        // Saturday 30 May 1970 was not moved: the exchange was open on the Friday before.
        5 if year <= 1970 && on(30, Saturday::friday_if((1964..=1969).contains(&year))) => {
            Some("Memorial Day")
        }
        5 if year >= 1971 && weekday == Weekday::Monday && day.day() > 24 => Some("Memorial Day"),
        6 if year >= 2022 && on(19, Saturday::Friday) => Some("Juneteenth"),
        7 if on(4, Saturday::friday_if(year >= 1954)) => Some("Independence Day"),
        9 if nth(1, Weekday::Monday) => Some("Labor Day"),
        10 if year <= 1953 && on(12, Saturday::Lost) => Some("Columbus Day"),
        11 if is_election_day(day, weekday) => Some("Election Day"),
        11 if year <= 1953 && on(11, Saturday::Lost) => Some("Armistice Day"),
        11 if nth(4, Weekday::Thursday) => Some("Thanksgiving Day"),
        12 if on(25, Saturday::friday_if(year >= 1954)) => Some("Christmas Day"),
        _ => None,
    }
}

/// What becomes of a holiday with a fixed date that falls on a Saturday.
#[derive(Clone, Copy, PartialEq)]
enum Saturday {
    /// The Saturday itself is closed, which after 1952 means nothing.
    Lost,
    /// The Friday before is closed instead.
    Friday,
}

impl Saturday {
    fn friday_if(moved: bool) -> Saturday {
        if moved { Saturday::Friday } else { Saturday::Lost }
    }
}

/// Whether the holiday of day `month_day` of this month is kept on `day`: on its date, on Monday when
/// that is a Sunday, and on Friday when it is a Saturday and the rule of the time moves it.
fn observes(day: Date, weekday: Weekday, month_day: i8, saturday: Saturday) -> bool {
    match day.day() - month_day {
        0 => true,
        1 => weekday == Weekday::Monday,
        -1 => weekday == Weekday::Friday && saturday == Saturday::Friday,
        _ => false,
    }
}

/// The Tuesday after the first Monday of November: each year to 1967, then with each presidential
/// election until 1980.
fn is_election_day(day: Date, weekday: Weekday) -> bool {
    let kept = day.year() <= 1967 || (day.year() <= 1980 && day.year() % 4 == 0);
    kept && weekday == Weekday::Tuesday && (2..=8).contains(&day.day())
}

/// Whether `day` is the Friday before Easter Sunday of the Gregorian calendar.
///
/// Meeus, *Astronomical Algorithms*, 2nd ed., ch. 8: from the year, g is its place in the 19-year
/// cycle of the Moon, c and y its century and the years therein; h is the age of the Moon, l the days
/// to the next Sunday, m a correction for two late dates. Easter is day (h + l - 7 m + 114) mod 31 + 1
/// of month (h + l - 7 m + 114) div 31.
fn is_good_friday(day: Date) -> bool {
    let year = i32::from(day.year());
    let g = year.rem_euclid(19);
    let (c, y) = (year.div_euclid(100), year.rem_euclid(100));
    let h = (19 * g + c - c.div_euclid(4) - (c - (c + 8).div_euclid(25) + 1).div_euclid(3) + 15)
        .rem_euclid(30);
    let l = (32 + 2 * c.rem_euclid(4) + 2 * (y / 4) - h - y % 4).rem_euclid(7);
    let m = (g + 11 * h + 22 * l) / 451;
    let easter = h + l - 7 * m + 114; // 31 times the month, plus the day less one
    // Two days earlier, counted from 1 March = 0, so that March runs into April.
    let good_friday = (easter / 31 - 3) * 31 + easter % 31 - 2;
    let counted = (i32::from(day.month()) - 3) * 31 + i32::from(day.day()) - 1;
    counted == good_friday
}

/// Closures outside the yearly rules.
fn special_closure(day: Date, weekday: Weekday) -> Option<&'static str> {
    if in_paperwork_crisis(day, weekday) {
        return Some("Paperwork crisis");
    }
    let at = SPECIAL_CLOSURES.binary_search_by_key(&day, |&(closed, _)| closed).ok()?;
    Some(SPECIAL_CLOSURES[at].1)
}

/// From 12 June to 18 December 1968 the exchange closed on Wednesdays to let the back offices catch
/// up, except in the weeks that already had a holiday (3 July, 4 September, 6, 13 and 27 November).
fn in_paperwork_crisis(day: Date, weekday: Weekday) -> bool {
    weekday == Weekday::Wednesday
        && day.year() == 1968
        && (date(1968, 6, 12)..=date(1968, 12, 18)).contains(&day)
        && !matches!((day.month(), day.day()), (7, 3) | (9, 4) | (11, 6 | 13 | 27))
}

/// Whether the rules end this day early, provided that it is a session.
fn nyse_ends_early(day: Date, weekday: Weekday) -> bool {
    use Weekday::{Friday, Monday, Thursday, Tuesday, Wednesday};
    let year = day.year();
    let by_rule = match (day.month(), day.day()) {
        // The eve of Independence Day where the holiday is Tuesday to Friday. When it is a Thursday,
        // the Friday after was the short day until 2012.
        (7, 3) if year >= 1995 => {
            matches!(weekday, Monday | Tuesday | Thursday) || (year >= 2013 && weekday == Wednesday)
        }
        (7, 5) => (1995..=2012).contains(&year) && weekday == Friday,
        // The day after Thanksgiving (the fourth Thursday).
        (11, 23..=29) => year >= 1992 && weekday == Friday,
        // On a Friday it is Christmas Day observed.
        (12, 24) => year >= 1990,
        _ => false,
    };
    by_rule || SPECIAL_HALF_DAYS.contains(&day)
}
