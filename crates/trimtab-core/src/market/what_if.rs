//! Markets that might have been: another last close, a later beginning. For questions and proofs, never for runs.
use std::sync::OnceLock;

use super::{ActionKind, AssetId, Day, Levels, Market, Panel};
use crate::{Action, Error, Result};

/// What [`Market::requote`] replaced, to be put back.
#[derive(Clone, Copy, Debug)]
pub struct Quote {
    asset: AssetId,
    day: Day,
    close: f64,
    high: Option<f64>,
    low: Option<f64>,
    total: f64,
}

impl Market {
    /// Moves the close of `asset` on `day`, for questions of the kind "what if it closed at …" that are asked as of
    /// that day. High and low of the session give way where they must, the total-return index follows. Later sessions
    /// stay as they are and mean nothing until [`Market::restore`] puts the answer back.
    ///
    /// A spin-off on that very day keeps the value that it had.
    ///
    /// # Errors
    /// [`crate::Kind::Data`] when the asset has no close on that day, or `close` is no price.
    pub fn requote(&mut self, asset: AssetId, day: Day, close: f64) -> Result<Quote> {
        let at = |panel: &Panel| panel.column(asset)[day.index()];
        let before = Quote {
            asset,
            day,
            close: at(&self.columns.close),
            high: self.columns.high.as_ref().map(at),
            low: self.columns.low.as_ref().map(at),
            total: at(&self.total),
        };
        if before.close.is_nan() || !(close.is_finite() && close > 0.0) {
            let (symbol, date) = (self.symbol(asset), self.calendar.date(day));
            return Err(Error::data(format!("{symbol} cannot close at {close} on {date}")));
        }
        let after = Quote {
            close,
            high: before.high.map(|high| high.max(close)),
            low: before.low.map(|low| low.min(close)),
            total: self.total_at(&before, close),
            ..before
        };
        self.restore(after);
        Ok(before)
    }

    /// Puts back what [`Market::requote`] replaced, to the last bit.
    pub fn restore(&mut self, quote: Quote) {
        let set = |panel: &mut Panel, x: f64| {
            let days = panel.days;
            panel.values[quote.asset.index() * days + quote.day.index()] = x;
        };
        set(&mut self.columns.close, quote.close);
        set(&mut self.total, quote.total);
        for (panel, x) in [(&mut self.columns.high, quote.high), (&mut self.columns.low, quote.low)]
        {
            if let (Some(panel), Some(x)) = (panel, x) {
                set(panel, x);
            }
        }
        self.sums[quote.asset.index()] = OnceLock::new();
    }

    /// Gives the newest reading of a series that is known on `day` another value, for questions of the kind "what if it had
    /// been …" that are asked as of that day, and returns the value it had. Giving that back restores the market.
    ///
    /// # Errors
    /// [`crate::Kind::Data`] when nothing of the series is known by then, or `value` is no number.
    pub fn reread(&mut self, series: &str, day: Day, value: f64) -> Result<f64> {
        let date = self.calendar.date(day);
        let known = self.series.get_mut(series);
        let known = known.and_then(|(own, newest)| Some((own, newest[day.index()]?)));
        match known {
            Some((own, ix)) if value.is_finite() => Ok(own.replace_value(ix as usize, value)),
            _ => Err(Error::data(format!("{series} cannot read {value} on {date}"))),
        }
    }

    /// The total-return index when the close of `quote` were `close`: $I' = I + (P' - P)\,f\,I_b / P_b$ with the shares $f$
    /// that one share became since the price before, $P_b$, and the index $I_b$ of that session.
    fn total_at(&self, quote: &Quote, close: f64) -> f64 {
        let (prices, total) = (self.closes(quote.asset), self.total_return(quote.asset));
        let Some(before) = (0..quote.day.index()).rev().find(|t| !prices[*t].is_nan()) else {
            return close;
        };
        let raw = self.asset(quote.asset).levels == Levels::Raw;
        let since = |action: &&Action| {
            raw && action.asset == quote.asset
                && action.day.index() > before
                && action.day <= quote.day
        };
        let shares = |action: &Action| match action.kind {
            ActionKind::Split { factor } => factor,
            _ => 1.0,
        };
        let became: f64 = self.actions.iter().filter(since).map(shares).product();
        quote.total + (close - quote.close) * became * total[before] / prices[before]
    }

    /// The market with every series in its latest revision, each reading from the day of its first print on: what a
    /// backtest on revised figures believes it knew. For reports, never for decisions.
    ///
    /// # Errors
    /// None but for a market that is damaged.
    pub fn with_latest_revisions(&self) -> Result<Self> {
        let (calendar, assets) = (self.calendar.clone(), self.assets.clone());
        let series = self.series.values().map(|(series, _)| series.with_latest_revisions());
        let (columns, actions) = (self.columns.clone(), self.actions.clone());
        Self::new(calendar, assets, columns, actions, series.collect())
    }

    /// The market as if its data began with session `first`. Days count from there; assets that had their last price
    /// before are unknown.
    ///
    /// # Errors
    /// None but for a market that is damaged.
    pub fn since(&self, first: Day) -> Result<Self> {
        let series = self.series.values().map(|(series, _)| series.clone()).collect();
        self.slice(first.index()..self.days(), series)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{A, market};
    use super::*;
    use crate::Window;
    use jiff::civil::date;

    fn with_actions(closes: [f64; 4]) -> Market {
        let dividend = ActionKind::Dividend { per_share: 2.0, pay: Some(date(2018, 1, 5)) };
        let actions = vec![
            Action { day: Day(1), asset: A, kind: dividend },
            Action { day: Day(2), asset: A, kind: ActionKind::Split { factor: 2.0 } },
            Action { day: Day(2), asset: A, kind: dividend },
        ];
        market(vec![closes.to_vec(), vec![1.0, f64::NAN, 2.0, 3.0]], actions).unwrap()
    }

    #[test]
    fn another_close_is_the_market_that_had_it() {
        for day in 0..4 {
            let mut closes = [100.0, 98.0, 49.0, 51.0];
            let mut asked = with_actions(closes);
            let before = format!("{asked:?}");
            let quote = asked.requote(A, Day(day), 60.0).unwrap();
            closes[day as usize] = 60.0;
            let had = with_actions(closes);
            let mean = |market: &Market| {
                market.as_of(Day(day)).mean(A, Window::Sessions(day + 1)).unwrap()
            };
            assert!((mean(&asked) / mean(&had) - 1.0).abs() < 1e-15);
            let (x, y) = (asked.total_return(A), had.total_return(A));
            assert!((x[day as usize] / y[day as usize] - 1.0).abs() < 1e-15, "{x:?} {y:?}");
            assert_eq!(asked.closes(A), had.closes(A));
            asked.restore(quote);
            assert_eq!(format!("{asked:?}"), before);
        }
        let mut market = with_actions([1.0; 4]);
        assert!(market.requote(AssetId(1), Day(1), 2.0).is_err());
        assert!(market.requote(A, Day(1), f64::NAN).is_err());
        assert!(market.requote(A, Day(1), 0.0).is_err());
    }

    #[test]
    fn a_later_beginning_has_the_same_ratios() {
        let whole = with_actions([100.0, 98.0, 49.0, 51.0]);
        let late = whole.since(Day(1)).unwrap();
        assert_eq!(late.calendar().sessions(), &whole.calendar().sessions()[1..]);
        let ratio = |market: &Market, day: u32| {
            let closes = market.as_of(Day(day)).closes(A, Window::Sessions(3)).unwrap();
            closes[2] / closes[0]
        };
        assert!((ratio(&late, 2) / ratio(&whole, 3) - 1.0).abs() < 1e-15);
        assert_eq!(late.life(AssetId(1)), (Day(1), Day(2)));
    }

    #[test]
    fn who_ended_before_the_beginning_is_unknown() {
        let nan = f64::NAN;
        let whole =
            market(vec![vec![1.0, 2.0, nan, nan], vec![1.0, 2.0, 3.0, 4.0]], vec![]).unwrap();
        let late = whole.since(Day(2)).unwrap();
        assert_eq!((late.assets().len(), late.symbol(A)), (1, "A1"));
    }

    #[test]
    fn another_reading_is_read_until_the_first_is_given_back() {
        let whole = with_actions([100.0, 98.0, 49.0, 51.0]);
        let days = whole.calendar().sessions().to_vec();
        let fact = |about: usize, known: usize, value| crate::Fact {
            about: days[about],
            known: days[known],
            value,
        };
        let facts = vec![fact(0, 1, 4.0), fact(0, 2, 4.5), fact(2, 3, 5.0)];
        let series = crate::Series::new("x", crate::Unit::Level, facts).unwrap();
        let (calendar, assets) = (whole.calendar.clone(), whole.assets.clone());
        let columns = whole.columns.clone();
        let mut market = Market::new(calendar, assets, columns, vec![], vec![series]).unwrap();
        let before = format!("{market:?}");
        // On day 2 the newest is the revision of the first period.
        assert_eq!(market.reread("x", Day(2), 9.0).unwrap(), 4.5);
        let read = |market: &Market, day| market.as_of(Day(day)).latest("x").map(|f| f.value);
        assert_eq!([1, 2, 3].map(|day| read(&market, day)), [Some(4.0), Some(9.0), Some(5.0)]);
        let vintage = market.as_of(Day(2)).series("x").unwrap();
        assert_eq!((vintage.len(), vintage[0].value), (1, 9.0));
        assert_eq!(market.reread("x", Day(2), 4.5).unwrap(), 9.0);
        assert_eq!(format!("{market:?}"), before);
        assert!(
            market.reread("x", Day(0), 1.0).is_err() && market.reread("y", Day(3), 1.0).is_err()
        );
        assert!(market.reread("x", Day(3), f64::NAN).is_err());
    }
}
