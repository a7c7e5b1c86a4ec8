//! The exchange calendar against facts: session counts and half days as two independent Python
//! packages give them (exchange_calendars 4.13 from 1970, pandas_market_calendars 5.5 from 1950; on
//! their common span they agree on every session), single closures by name, and laws.
#![allow(clippy::unwrap_used)]

use jiff::civil::{Date, Weekday, date};
use trimtab_core::exchange::Exchange;

const NYSE: Exchange = Exchange::Nyse;
const FIRST: Date = date(1950, 1, 1);
const LAST: Date = date(2040, 12, 31);

/// FNV-1a (64 bits) over the ISO dates without separators: one number that changes with any date.
fn fingerprint(days: &[Date]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in days.iter().flat_map(|day| day.to_string().into_bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}

fn each_day(from: Date, to: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(from), |day| day.tomorrow().ok()).take_while(move |&day| day <= to)
}

/// Sessions of each year, one decade a row, Saturday sessions of 1950 to 1952 included.
const SESSIONS: [&[usize]; 10] = [
    &[281, 283, 271, 251, 252, 252, 251, 252, 252, 253],
    &[252, 250, 252, 251, 253, 252, 252, 251, 226, 250],
    &[254, 253, 251, 252, 253, 253, 253, 252, 252, 253],
    &[253, 253, 253, 253, 253, 252, 253, 253, 253, 252],
    &[253, 253, 254, 253, 252, 252, 254, 253, 252, 252],
    &[252, 248, 252, 252, 252, 252, 251, 251, 253, 252],
    &[252, 252, 250, 252, 252, 252, 252, 251, 251, 252],
    &[253, 252, 251, 250, 252, 250, 251, 251, 251, 251],
    &[251, 251, 252, 251, 250, 251, 252, 251, 251, 251],
    &[251],
];

#[test]
fn each_year_has_as_many_sessions_as_the_oracles_count() {
    for (decade, counts) in (1950..).step_by(10).zip(SESSIONS) {
        for (year, &count) in (decade..).zip(counts) {
            let sessions = NYSE.sessions(date(year, 1, 1), date(year, 12, 31));
            assert_eq!(sessions.len(), count, "sessions of {year}");
        }
    }
}

#[test]
fn every_session_since_1950_is_the_oracle_s() {
    let sessions = NYSE.sessions(FIRST, LAST);
    assert_eq!(sessions.len(), 22_974);
    assert_eq!(fingerprint(&sessions), 0xd38c_fb5a_68ad_ef57);
}

#[test]
fn the_span_of_the_published_comparison_has_9527_sessions_and_79_half_days() {
    let sessions = NYSE.sessions(date(1990, 1, 1), date(2027, 11, 1));
    assert_eq!(sessions.len(), 9_527);
    assert_eq!(sessions.iter().filter(|&&day| NYSE.is_half_day(day)).count(), 79);
}

#[test]
fn every_half_day_since_1990_is_the_oracle_s() {
    // Month and day: 3 and 5 July, the Friday after Thanksgiving, 24, 26 and 31 December.
    const HALF_DAYS: [(i16, &[i16]); 38] = [
        (1990, &[1224]),
        (1991, &[1224]),
        (1992, &[1127, 1224]),
        (1993, &[1126]),
        (1994, &[1125]),
        (1995, &[703, 1124]),
        (1996, &[705, 1129, 1224]),
        (1997, &[703, 1128, 1224, 1226]),
        (1998, &[1127, 1224]),
        (1999, &[1126, 1231]),
        (2000, &[703, 1124]),
        (2001, &[703, 1123, 1224]),
        (2002, &[705, 1129, 1224]),
        (2003, &[703, 1128, 1224, 1226]),
        (2004, &[1126]),
        (2005, &[1125]),
        (2006, &[703, 1124]),
        (2007, &[703, 1123, 1224]),
        (2008, &[703, 1128, 1224]),
        (2009, &[1127, 1224]),
        (2010, &[1126]),
        (2011, &[1125]),
        (2012, &[703, 1123, 1224]),
        (2013, &[703, 1129, 1224]),
        (2014, &[703, 1128, 1224]),
        (2015, &[1127, 1224]),
        (2016, &[1125]),
        (2017, &[703, 1124]),
        (2018, &[703, 1123, 1224]),
        (2019, &[703, 1129, 1224]),
        (2020, &[1127, 1224]),
        (2021, &[1126]),
        (2022, &[1125]),
        (2023, &[703, 1124]),
        (2024, &[703, 1129, 1224]),
        (2025, &[703, 1128, 1224]),
        (2026, &[1127, 1224]),
        (2027, &[1126]),
    ];
    for (year, expected) in HALF_DAYS {
        let found: Vec<i16> = each_day(date(year, 1, 1), date(year, 12, 31))
            .filter(|&day| NYSE.is_half_day(day))
            .map(|day| i16::from(day.month()) * 100 + i16::from(day.day()))
            .collect();
        assert_eq!(found, expected, "half days of {year}");
    }
}

#[test]
fn before_1990_christmas_eve_ended_early_in_three_years_only() {
    let found: Vec<Date> =
        each_day(FIRST, date(1989, 12, 31)).filter(|&day| NYSE.is_half_day(day)).collect();
    assert_eq!(found, [date(1951, 12, 24), date(1974, 12, 24), date(1975, 12, 24)]);
}

#[test]
fn good_friday_is_two_days_before_easter_from_1583_to_4099() {
    // Fingerprint of Easter less two days by dateutil.easter.
    let fridays: Vec<Date> = each_day(date(1583, 1, 1), date(4099, 12, 31))
        .filter(|&day| NYSE.holiday(day) == Some("Good Friday"))
        .collect();
    assert_eq!(fridays.len(), 4099 - 1583 + 1);
    assert_eq!(fingerprint(&fridays), 0x1031_3450_adaa_66ab);
    // The earliest and the latest Easter there can be: 22 March 1818, 25 April 1943.
    assert!(fridays.contains(&date(1818, 3, 20)) && fridays.contains(&date(1943, 4, 23)));
}

#[test]
fn closures_bear_their_names() {
    for (day, name) in [
        (date(1951, 11, 12), "Armistice Day"),
        (date(1953, 10, 12), "Columbus Day"),
        (date(1950, 2, 13), "Lincoln's Birthday"),
        (date(1963, 11, 25), "Funeral of President Kennedy"),
        (date(1968, 6, 12), "Paperwork crisis"),
        (date(1968, 12, 18), "Paperwork crisis"),
        (date(1969, 7, 21), "First landing on the Moon"),
        (date(1980, 11, 4), "Election Day"),
        (date(1998, 1, 19), "Martin Luther King Jr. Day"),
        (date(2001, 9, 14), "Attacks of 11 September"),
        (date(2012, 10, 30), "Hurricane Sandy"),
        (date(2020, 7, 3), "Independence Day"),
        (date(2021, 7, 5), "Independence Day"),
        (date(2021, 12, 24), "Christmas Day"),
        (date(2022, 6, 20), "Juneteenth"),
        (date(2022, 12, 26), "Christmas Day"),
        (date(2023, 1, 2), "New Year's Day"),
        (date(2024, 2, 19), "Washington's Birthday"),
        (date(2024, 5, 27), "Memorial Day"),
        (date(2024, 9, 2), "Labor Day"),
        (date(2024, 11, 28), "Thanksgiving Day"),
        (date(2025, 1, 9), "Mourning for President Carter"),
    ] {
        assert_eq!(NYSE.holiday(day), Some(name), "{day}");
        assert!(!NYSE.is_session(day), "{day}");
    }
}

#[test]
fn days_that_look_like_holidays_but_were_sessions() {
    for day in [
        date(1968, 7, 3),   // the Wednesdays of weeks with a holiday stayed open in 1968
        date(1968, 11, 27), //
        date(1970, 5, 29),  // Saturday's Memorial Day was not moved in 1970
        date(1982, 11, 2),  // Election Day, no longer kept
        date(1997, 1, 20),  // Martin Luther King Jr. Day, kept from 1998
        date(1999, 12, 31), // Saturday's New Year is not moved into the old year
        date(2010, 12, 31), //
        date(2021, 12, 31), //
        date(2021, 6, 18),  // Juneteenth, kept from 2022
        date(2024, 10, 14), // Columbus Day
        date(2024, 11, 11), // Veterans Day
    ] {
        assert!(NYSE.is_session(day), "{day}");
        assert_eq!(NYSE.holiday(day), None, "{day}");
    }
}

#[test]
fn saturday_sessions_ended_in_may_1952() {
    assert!(NYSE.is_session(date(1950, 5, 27)));
    assert!(!NYSE.is_session(date(1950, 6, 3)), "no Saturdays in summer");
    assert_eq!(NYSE.holiday(date(1950, 11, 11)), Some("Armistice Day"));
    assert_eq!(NYSE.previous_session(date(1953, 1, 1)), date(1952, 12, 31));
    let last = each_day(FIRST, LAST)
        .filter(|&day| day.weekday() == Weekday::Saturday && NYSE.is_session(day))
        .last();
    assert_eq!(last, Some(date(1952, 5, 24)));
}

#[test]
fn next_and_previous_are_strict_and_inverse() {
    for exchange in [NYSE, Exchange::Weekdays] {
        let sessions = exchange.sessions(FIRST, LAST);
        for pair in sessions.windows(2) {
            assert_eq!(exchange.next_session(pair[0]), pair[1]);
            assert_eq!(exchange.previous_session(pair[1]), pair[0]);
        }
        for day in each_day(date(2001, 9, 1), date(2001, 9, 30)) {
            let (before, after) = (exchange.previous_session(day), exchange.next_session(day));
            assert!(before < day && day < after);
            let between = exchange.sessions(before.tomorrow().unwrap(), after.yesterday().unwrap());
            assert_eq!(between, if exchange.is_session(day) { vec![day] } else { vec![] });
        }
    }
}

#[test]
fn a_day_is_a_session_or_a_weekend_or_a_named_closure() {
    for day in each_day(date(1953, 1, 1), LAST) {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        let states = [NYSE.is_session(day), weekend, NYSE.holiday(day).is_some()];
        assert_eq!(states.iter().filter(|&&state| state).count(), 1, "{day}: {states:?}");
        assert!(!NYSE.is_half_day(day) || NYSE.is_session(day), "{day}");
    }
}

#[test]
fn weekdays_know_no_holiday() {
    let days = Exchange::Weekdays;
    assert_eq!(days.sessions(date(2024, 12, 23), date(2025, 1, 3)).len(), 10);
    assert_eq!(days.holiday(date(2024, 12, 25)), None);
    assert!(!days.is_half_day(date(2024, 12, 24)));
    assert!(!days.is_session(date(2024, 12, 28)));
    assert_eq!(days.known_since(), None);
    assert_eq!(NYSE.known_since(), Some(FIRST));
}

#[test]
fn sessions_of_an_empty_or_extreme_span() {
    assert_eq!(NYSE.sessions(date(2024, 1, 5), date(2024, 1, 4)), []);
    assert_eq!(NYSE.sessions(date(2024, 1, 6), date(2024, 1, 7)), []);
    assert_eq!(NYSE.sessions(date(2024, 1, 5), date(2024, 1, 5)), [date(2024, 1, 5)]);
    assert_eq!(Exchange::Weekdays.sessions(date(9999, 12, 30), Date::MAX).len(), 2);
    // Rules reach everywhere a date can be written.
    assert!(NYSE.sessions(Date::MIN, date(-9998, 1, 1)).len() > 200);
}

#[test]
#[should_panic(expected = "a session follows every day before the end of 9999")]
fn there_is_no_session_after_the_end_of_time() {
    NYSE.next_session(Date::MAX);
}
