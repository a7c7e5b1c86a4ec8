//! The sessions of a market: the dates on which anything has a price, less those on which no exchange was open.
use jiff::civil::{Date, Weekday};
use trimtab_core::{Calendar, Exchange, Frequency};

use crate::fault::{Fault, What};
use crate::prices::Prices;

/// When this share of the dates are sessions of the New York Stock Exchange, the data follow it: other North American
/// exchanges differ from it on one day in fifty, a file with a bad row now and then on far fewer than that.
const FOLLOWS: f64 = 0.995;

/// When less than this share of the dates are Saturdays or Sundays, those are exceptions: an asset that trades seven
/// days a week has two in seven.
const WEEKENDS_RARE: f64 = 0.02;

/// All dates with a close, in order.
pub(crate) fn union(all: &[Prices]) -> Vec<Date> {
    let mut union: Vec<Date> = Vec::new();
    for prices in all {
        if is_subset(&prices.dates, &union) {
            continue;
        }
        let priced = prices.dates.iter().zip(&prices.close).filter(|(_, close)| !close.is_nan());
        union.extend(priced.map(|(date, _)| *date));
        // Two sorted runs: the stable sort merges them in one pass.
        union.sort();
        union.dedup();
    }
    union
}

fn is_subset(dates: &[Date], union: &[Date]) -> bool {
    // The usual case, and much the fastest: the same dates to the end.
    let Some(first) = dates.first() else { return true };
    let start = union.partition_point(|d| d < first);
    union[start..].get(..dates.len()) == Some(dates)
}

/// Rows of days on which the exchange was closed and fewer than half of the assets alive have a price: errors of a
/// vendor, such as a lone weekend row. A day without a session on which most assets have one is believed, since
/// rules made today do not know the closures of tomorrow.
pub(crate) fn closed_days(all: &[Prices], union: &[Date]) -> Vec<(usize, Fault)> {
    let Ok(calendar) = Calendar::new(union.to_vec()) else { return Vec::new() };
    if calendar.frequency() != Frequency::Daily || calendar.exchange() == Exchange::Nyse {
        return Vec::new();
    }
    let share = |test: &dyn Fn(&Date) -> bool| {
        union.iter().filter(|date| test(date)).count() as f64 / union.len() as f64
    };
    let strange = |date: &Date| !Exchange::Nyse.is_session(*date);
    let weekend = |date: &Date| matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
    let follows = 1.0 - share(&strange) >= FOLLOWS;
    let weekends_rare = share(&weekend) < WEEKENDS_RARE;
    let suspects = union
        .iter()
        .filter(|date| strange(date) && if weekend(date) { weekends_rare } else { follows });
    let mut faults = Vec::new();
    for date in suspects {
        let alive = |p: &&Prices| p.dates.first() <= Some(date) && Some(date) <= p.dates.last();
        let rows: Vec<(usize, usize)> = all
            .iter()
            .enumerate()
            .filter_map(|(ix, p)| Some((ix, p.dates.binary_search(date).ok()?)))
            .collect();
        let living = all.iter().filter(alive).count();
        if living > 1 && rows.len() * 2 >= living {
            continue;
        }
        for (ix, row) in rows {
            let text = match Exchange::Nyse.holiday(*date) {
                Some(holiday) => holiday.to_owned(),
                None => format!("{:?}", date.weekday()),
            };
            let (line, symbol) = (all[ix].lines[row], all[ix].symbol.clone());
            let date = Some(*date);
            faults.push((
                ix,
                Fault { line, column: None, date, symbol, what: What::ClosedDay, text },
            ));
        }
    }
    faults
}

/// Leaves out the rows of these dates.
pub(crate) fn leave_out(all: &mut [Prices], faults: &[(usize, Fault)]) {
    for (ix, fault) in faults {
        let prices = &mut all[*ix];
        let row = fault.date.and_then(|date| prices.dates.binary_search(&date).ok());
        if let Some(row) = row {
            prices.remove(row);
        }
    }
}

impl Prices {
    fn remove(&mut self, row: usize) {
        self.dates.remove(row);
        self.lines.remove(row);
        for field in
            [&mut self.close, &mut self.open, &mut self.high, &mut self.low, &mut self.volume]
        {
            if !field.is_empty() {
                field.remove(row);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use std::sync::Arc;
    use trimtab_core::Levels;

    fn prices(symbol: &str, dates: Vec<Date>) -> Prices {
        Prices {
            symbol: symbol.to_owned(),
            levels: Levels::Raw,
            file: Arc::from("x.csv"),
            lines: (2..).take(dates.len()).collect(),
            close: vec![1.0; dates.len()],
            open: Vec::new(),
            high: Vec::new(),
            low: Vec::new(),
            volume: Vec::new(),
            dividends: Vec::new(),
            splits: Vec::new(),
            dates,
        }
    }

    fn with(extra: &[Date]) -> Vec<Date> {
        let mut dates = Exchange::Nyse.sessions(date(2014, 1, 1), date(2018, 12, 31));
        dates.extend(extra);
        dates.sort();
        dates
    }

    #[test]
    fn a_lone_weekend_row_is_refused_and_a_common_day_believed() {
        let (sunday, holiday, common) = (date(2016, 5, 8), date(2016, 12, 26), date(2018, 11, 22));
        let mut all = vec![
            prices("A", with(&[sunday, common])),
            prices("B", with(&[common])),
            prices("C", with(&[holiday, common])),
        ];
        let faults = closed_days(&all, &union(&all));
        let found: Vec<_> =
            faults.iter().map(|(ix, f)| (*ix, f.date.unwrap(), f.text.as_str())).collect();
        assert_eq!(found, [(0, sunday, "Sunday"), (2, holiday, "Christmas Day")]);
        leave_out(&mut all, &faults);
        assert_eq!(all[0].dates, with(&[common]));
        assert_eq!(closed_days(&all, &union(&all)), []);
    }

    #[test]
    fn other_calendars_are_left_alone() {
        // Every day of the week, and every weekday without holidays.
        for exchange in [None, Some(Exchange::Weekdays)] {
            let mut dates = vec![date(2014, 1, 1)];
            while *dates.last().unwrap() < date(2018, 12, 31) {
                dates.push(dates.last().unwrap().tomorrow().unwrap());
            }
            dates.retain(|d| exchange.is_none_or(|e| e.is_session(*d)));
            let all = [prices("A", dates)];
            assert_eq!(closed_days(&all, &union(&all)), []);
        }
    }

    #[test]
    fn unions_are_sorted_without_doubles() {
        let day = |d| date(2018, 1, d);
        let all = [
            prices("A", vec![day(3), day(4)]),
            prices("B", vec![day(2), day(4), day(5)]),
            prices("C", vec![day(4), day(5)]),
        ];
        assert_eq!(union(&all), [day(2), day(3), day(4), day(5)]);
    }
}
