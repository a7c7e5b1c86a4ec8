//! Dates as vendors write them, decided for a column as a whole.
use jiff::civil::Date;

/// Years that are believed. Outside them a date is a typing error or a time stamp read in the wrong unit, and the
/// calendar rules of exchanges, which walk day by day, must not run to the end of representable time.
const YEARS: std::ops::RangeInclusive<i16> = 1700..=2200;

/// Which part of a date a column writes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// `2018-12-31`, `2018/12/31`, `20181231`, `2018-12`, each with or without a time behind it.
    Year,
    /// `12/31/2018`.
    Month,
    /// `31/12/2018` or `31.12.2018`.
    Day,
}

/// Why a column of dates cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ambiguous {
    /// The index of a cell that shows the problem.
    pub(crate) cell: usize,
    /// What is wrong, in a sentence.
    pub(crate) said: &'static str,
}

/// The dates of a column; `None` for each cell that is none.
///
/// Year first is tried for each cell. Day and month first are told apart by the whole column, since
/// `03/04/2018` alone is either: one cell with a number above 12 decides.
pub(crate) fn parse_column(cells: &[&[u8]]) -> Result<Vec<Option<Date>>, Ambiguous> {
    let dates: Vec<Option<Date>> = cells.iter().map(|cell| parse_one(cell)).collect();
    if !dates.contains(&None) {
        return Ok(dates);
    }
    let style = style(cells)?;
    Ok(cells.iter().map(|cell| parse(cell, style)).collect())
}

/// A date written year first, as in options and in our own files.
pub(crate) fn parse_one(cell: &[u8]) -> Option<Date> {
    parse(cell, Style::Year)
}

/// The date that many days after 1970-01-01; the inverse of [`epoch_days`].
pub(crate) fn from_epoch_days(days: i64) -> Option<Date> {
    let days = i32::try_from(days).ok()?.checked_add(EPOCH)?;
    // Eras of 400 years have the same days; within one, leap days fall after 4, 100 and 400 years.
    let (era, day) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // Months from March on, 153 days every five.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = i16::try_from(era * 400 + year + later).ok()?;
    civil(year, month as i16, day as i16)
}

/// The date `days` after `date`, or `date` itself where that is beyond belief.
pub(crate) fn plus_days(date: Date, days: u32) -> Date {
    /// The shortest month.
    const SURE: u32 = 28;
    let day = date.day() as u32 + days;
    if day <= SURE
        && let Ok(later) = Date::new(date.year(), date.month(), day as i8)
    {
        return later;
    }
    from_epoch_days(i64::from(epoch_days(date)) + i64::from(days)).unwrap_or(date)
}

/// Days from 0000-03-01 to 1970-01-01, and days of four hundred years.
const EPOCH: i32 = 719_468;
const ERA: i32 = 146_097;

/// Days since 1970-01-01, by the count of days before each year and month.
pub(crate) fn epoch_days(date: Date) -> i32 {
    // Years run from March, so that leap days end them.
    let shifted = i32::from(date.year()) - i32::from(date.month() <= 2);
    let (era, year) = (shifted.div_euclid(400), shifted.rem_euclid(400));
    let month = (i32::from(date.month()) + 9) % 12;
    let day = (153 * month + 2) / 5 + i32::from(date.day()) - 1;
    era * ERA + year * 365 + year / 4 - year / 100 + day - EPOCH
}

fn style(cells: &[&[u8]]) -> Result<Style, Ambiguous> {
    let mut style = None;
    let mut seen = None;
    for (ix, cell) in cells.iter().enumerate() {
        if parse(cell, Style::Year).is_some() {
            continue;
        }
        let Some((first, second, _)) = parts(cell) else { continue };
        seen = Some(ix);
        let shown = match (first > 12, second > 12) {
            (true, false) => Style::Day,
            (false, true) => Style::Month,
            _ => continue,
        };
        if *style.get_or_insert(shown) != shown {
            let said = "some dates have the day first and some the month";
            return Err(Ambiguous { cell: ix, said });
        }
    }
    match (style, seen) {
        (Some(style), _) => Ok(style),
        (None, None) => Ok(Style::Year),
        (None, Some(cell)) => Err(Ambiguous {
            cell,
            said: "day and month cannot be told apart: no number is above 12",
        }),
    }
}

fn parse(cell: &[u8], style: Style) -> Option<Date> {
    if style != Style::Year
        && let Some((first, second, year)) = parts(cell)
    {
        let (month, day) = if style == Style::Month { (first, second) } else { (second, first) };
        return civil(year, month, day);
    }
    let (date, rest) = match cell {
        [y @ .., b'-' | b'/', m1, m2, b'-' | b'/', d1, d2] if y.len() == 4 => {
            return civil(number(y)?, number(&[*m1, *m2])?, number(&[*d1, *d2])?);
        }
        [b'0'..=b'9', _, _, _, b'-' | b'/', _, _, b'-' | b'/', _, _, ..] => {
            let date = civil(number(&cell[..4])?, number(&cell[5..7])?, number(&cell[8..10])?);
            (date, &cell[10..])
        }
        // A month alone stands for its first day; series say whether that begins or ends the period.
        [_, _, _, _, b'-' | b'/', _, _] => {
            (civil(number(&cell[..4])?, number(&cell[5..])?, 1), &[][..])
        }
        _ if cell.len() >= 8 && cell[..8].iter().all(u8::is_ascii_digit) => {
            let date = civil(number(&cell[..4])?, number(&cell[4..6])?, number(&cell[6..8])?);
            (date, &cell[8..])
        }
        _ => return None,
    };
    // A time of day may follow; the civil date is the exchange's own and is not moved to another zone.
    match rest {
        [] => date,
        [b'T' | b' ', b'0'..=b'9', ..] => date,
        _ => None,
    }
}

/// The numbers of `1/2/2018` or `31.12.2018`.
fn parts(cell: &[u8]) -> Option<(i16, i16, i16)> {
    let cell = cell.split(|b| *b == b' ').next()?;
    let mut numbers = cell.split(|b| matches!(b, b'/' | b'.' | b'-'));
    let (first, second, year) = (numbers.next()?, numbers.next()?, numbers.next()?);
    let short = |part: &[u8]| (1..=2).contains(&part.len());
    if numbers.next().is_some() || !short(first) || !short(second) || year.len() != 4 {
        return None;
    }
    Some((number(first)?, number(second)?, number(year)?))
}

fn number(digits: &[u8]) -> Option<i16> {
    digits.iter().try_fold(0, |sum: i16, digit| {
        let digit = digit.wrapping_sub(b'0');
        (digit < 10).then(|| sum * 10 + i16::from(digit))
    })
}

fn civil(year: i16, month: i16, day: i16) -> Option<Date> {
    believed(Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?)
}

fn believed(date: Date) -> Option<Date> {
    YEARS.contains(&date.year()).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Unit;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn column(cells: &[&str]) -> Result<Vec<Option<Date>>, Ambiguous> {
        parse_column(&cells.iter().map(|c| c.as_bytes()).collect::<Vec<_>>())
    }

    #[test]
    fn every_way_to_write_a_day() {
        let day = Some(date(2018, 3, 4));
        for cell in [
            "2018-03-04",
            "2018/03/04",
            "20180304",
            "2018-03-04T00:00:00Z",
            "2018-03-04 00:00:00-05:00",
            "2018-03-04T00:00:00.000Z",
        ] {
            assert_eq!(parse_one(cell.as_bytes()), day, "{cell}");
        }
        assert_eq!(parse_one(b"2018-03"), Some(date(2018, 3, 1)));
        assert_eq!(column(&["03/04/2018", "3/31/2018"]), Ok(vec![day, Some(date(2018, 3, 31))]));
        assert_eq!(column(&["4.3.2018", "31.3.2018"]), Ok(vec![day, Some(date(2018, 3, 31))]));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for cell in ["", "2018-02-29", "2018-13-01", "20181", "2018-03-04x", "1500-01-01", "NaN"] {
            assert_eq!(parse_one(cell.as_bytes()), None, "{cell}");
        }
    }

    #[test]
    fn a_column_that_could_be_either_is_refused() {
        assert!(column(&["03/04/2018", "05/06/2018"]).is_err());
        assert!(column(&["31/03/2018", "03/31/2018"]).is_err());
    }

    proptest! {
        #[test]
        fn epoch_days_agree_with_civil_arithmetic(days in -90_000i64..80_000, ahead in 0u32..400) {
            let day = from_epoch_days(days).unwrap();
            let epoch = date(1970, 1, 1);
            prop_assert_eq!(i64::from(epoch_days(day)), days);
            prop_assert_eq!(i64::from(epoch.until((Unit::Day, day)).unwrap().get_days()), days);
            let later = day.saturating_add(jiff::ToSpan::days(i64::from(ahead)));
            prop_assert_eq!(plus_days(day, ahead), later);
            prop_assert_eq!(parse_one(day.to_string().as_bytes()), Some(day));
        }

        #[test]
        fn no_bytes_panic(cells in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..14), 0..6)) {
            let cells: Vec<&[u8]> = cells.iter().map(Vec::as_slice).collect();
            let _ = parse_column(&cells);
        }
    }
}
