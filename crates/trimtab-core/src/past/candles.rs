//! What lies between two closes: opens, highs, lows and the money that changed hands.
use crate::market::Panel;
use crate::{AssetId, Calendar, Day, Error, Past, Result, Window};

/// Past periods of one asset on the scale of its total-return index, oldest first.
///
/// Each price is quoted price times index over quoted close of its own session, so ratios across periods count
/// dividends and splits, and nothing depends on a later one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Candles {
    /// Prices at the first open of each period.
    pub open: Vec<f64>,
    /// The highest price of each period.
    pub high: Vec<f64>,
    /// The lowest price of each period.
    pub low: Vec<f64>,
    /// Prices at the last close of each period: those of [`Past::closes`].
    pub close: Vec<f64>,
}

impl Past<'_> {
    /// The last `window` sessions, weeks or months as open, high, low and close; the newest ends today.
    ///
    /// A week (month) runs from the session after the close that [`Past::closes`] samples for it one step earlier up
    /// to its own.
    ///
    /// # Errors
    /// [`crate::Kind::Data`] when the history is shorter or has a hole, or the data hold closes only.
    pub fn candles(self, asset: AssetId, window: Window) -> Result<Candles> {
        let columns = &self.market.columns;
        let open = self.panel(asset, columns.open.as_ref(), "opens")?;
        let high = self.panel(asset, columns.high.as_ref(), "highs")?;
        let low = self.panel(asset, columns.low.as_ref(), "lows")?;
        let (quoted, total) = (columns.close.column(asset), self.market.total.column(asset));
        let mut candles = Candles::default();
        for (first, last) in self.periods(asset, window)? {
            let (mut highest, mut lowest) = (f64::MIN, f64::MAX);
            for t in first.index()..=last.index() {
                let factor = total[t] / quoted[t];
                if [open[t], high[t], low[t]].iter().any(|x| x.is_nan()) {
                    return Err(self.no_range(asset, Day(t as u32)));
                }
                highest = highest.max(high[t] * factor);
                lowest = lowest.min(low[t] * factor);
            }
            let start = first.index();
            candles.open.push(open[start] * total[start] / quoted[start]);
            candles.high.push(highest);
            candles.low.push(lowest);
            candles.close.push(total[last.index()]);
        }
        Ok(candles)
    }

    /// The money that changed hands in each of the last `window` sessions, weeks or months, as quoted close times
    /// shares traded, today's period last.
    ///
    /// # Errors
    /// [`crate::Kind::Data`] when the history is shorter or has a hole, or the data hold no volume.
    pub fn traded(self, asset: AssetId, window: Window) -> Result<Vec<f64>> {
        let columns = &self.market.columns;
        let (quoted, shares) =
            (columns.close.column(asset), self.panel(asset, columns.volume.as_ref(), "volume")?);
        let mut traded = Vec::with_capacity(window.count());
        for (first, last) in self.periods(asset, window)? {
            let mut sum = 0.0;
            for t in first.index()..=last.index() {
                if shares[t].is_nan() {
                    return Err(self.no_range(asset, Day(t as u32)));
                }
                sum += quoted[t] * shares[t];
            }
            traded.push(sum);
        }
        Ok(traded)
    }

    /// First and last session of each period of `window`, oldest first; no hole in any.
    fn periods(self, asset: AssetId, window: Window) -> Result<Vec<(Day, Day)>> {
        let calendar = &self.market.calendar;
        let back = |step: u32| match window {
            // The session before the first one ends a period that nobody asked for.
            Window::Sessions(_) => Some(i64::from(self.today.0) - i64::from(step)),
            Window::Weeks(_) => index(Calendar::weeks_back(calendar, self.today, step)),
            Window::Months(_) => index(Calendar::months_back(calendar, self.today, step)),
        };
        let count = window.count() as u32;
        let ends: Option<Vec<i64>> = (0..=count).rev().map(back).collect();
        let ends = ends.filter(|e| e[0] >= -1).ok_or_else(|| self.too_short(asset, window))?;
        self.check_span(asset, Day((ends[0] + 1) as u32), window)?;
        let periods: Vec<(Day, Day)> =
            ends.windows(2).map(|e| (Day((e[0] + 1) as u32), Day(e[1] as u32))).collect();
        match periods.iter().find(|(first, last)| first > last) {
            None => Ok(periods),
            Some((_, last)) => Err(Error::data(format!(
                "{} has no session of its own in one of the last {window} before {}",
                self.symbol(asset),
                calendar.date(*last)
            ))
            .hint("the data are sparser than the window: count sessions or months")),
        }
    }

    fn panel<'p>(self, asset: AssetId, panel: Option<&'p Panel>, what: &str) -> Result<&'p [f64]> {
        panel.map(|panel| panel.column(asset)).ok_or_else(|| {
            Error::data(format!("the data hold no {what}")).hint(
                "load open, high, low, close and volume, or use a rule that needs closes only",
            )
        })
    }

    fn no_range(self, asset: AssetId, day: Day) -> Error {
        let date = self.market.calendar.date(day);
        let said = format!("{} lacks open, high, low or volume on {date}", self.symbol(asset));
        Error::data(said).hint("repair the data, or use a rule that needs closes only")
    }
}

fn index(day: Option<Day>) -> Option<i64> {
    day.map(|day| i64::from(day.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Action, ActionKind, Asset, Columns, Exchange, Market};
    use jiff::civil::date;

    const A: AssetId = AssetId(0);

    /// Forty sessions around a close of 100; a split into two on session 30, a dividend of 1 on session 35.
    fn market() -> Market {
        let sessions = Exchange::Nyse.sessions(date(2018, 1, 2), date(2018, 12, 31));
        let calendar = Calendar::new(sessions[..40].to_vec()).unwrap();
        let close = |t: usize| if t < 30 { 100.0 + t as f64 } else { (100.0 + t as f64) / 2.0 };
        let column = |f: f64| Panel::from_columns(vec![(0..40).map(|t| close(t) * f).collect()]);
        let columns = Columns {
            close: column(1.0),
            open: Some(column(0.99)),
            high: Some(column(1.02)),
            low: Some(column(0.97)),
            volume: Some(column(10.0)),
        };
        let split = ActionKind::Split { factor: 2.0 };
        let dividend = ActionKind::Dividend { per_share: 1.0, pay: None };
        let actions = vec![
            Action { day: Day(30), asset: A, kind: split },
            Action { day: Day(35), asset: A, kind: dividend },
        ];
        Market::new(calendar, vec![Asset::new("A")], columns, actions, Vec::new()).unwrap()
    }

    #[test]
    fn candles_stand_on_the_scale_of_the_index() {
        let market = market();
        let past = market.as_of(Day(39));
        let candles = past.candles(A, Window::Sessions(20)).unwrap();
        assert_eq!(candles.close, past.closes(A, Window::Sessions(20)).unwrap().as_ref());
        for t in 0..20 {
            let ratio = |x: f64| x / candles.close[t];
            assert!((ratio(candles.open[t]) - 0.99).abs() < 1e-12);
            assert!((ratio(candles.high[t]) - 1.02).abs() < 1e-12);
            assert!((ratio(candles.low[t]) - 0.97).abs() < 1e-12);
        }
        // The split is no jump: session 29 is index 9 of the window.
        assert!((candles.close[10] / candles.close[9] - 130.0 / 129.0).abs() < 1e-12);
        assert!(past.candles(A, Window::Sessions(40)).is_ok());
        assert!(past.candles(A, Window::Sessions(41)).is_err());
    }

    #[test]
    fn a_month_is_first_open_highest_lowest_last_close() {
        let market = market();
        // 2018-02-28 is session 39; January ends with session 20.
        let past = market.as_of(Day(39));
        assert_eq!(past.date(), date(2018, 2, 28));
        let month = past.candles(A, Window::Months(1)).unwrap();
        let days = past.candles(A, Window::Sessions(19)).unwrap();
        assert_eq!(month.open, days.open[..1]);
        assert_eq!(month.close, days.close[18..]);
        assert_eq!(month.high[0], days.high.iter().copied().fold(0.0, f64::max));
        assert_eq!(month.low[0], days.low.iter().copied().fold(f64::MAX, f64::min));
        let traded = past.traded(A, Window::Months(1)).unwrap();
        let sum: f64 = past.traded(A, Window::Sessions(19)).unwrap().iter().sum();
        assert!((traded[0] - sum).abs() < 1e-9);
    }

    #[test]
    fn growth_counts_dividends_and_ends_with_the_asset() {
        let market = market();
        let past = market.as_of(Day(39));
        let growth = past.growth_since(A, Day(34)).unwrap();
        assert!((growth - (67.5 + 1.0) / 67.0 * 69.5 / 67.5).abs() < 1e-12);
        assert_eq!(past.growth_since(A, Day(39)).unwrap(), 1.0);
        assert_eq!(past.listed_since(A), Some(Day(0)));
        assert_eq!(past.sessions(Window::Sessions(2)).unwrap(), [Day(38), Day(39)]);
        assert_eq!(past.sessions(Window::Months(2)).unwrap(), [Day(20), Day(39)]);
        assert!(past.sessions(Window::Months(4)).is_err());
    }
}
