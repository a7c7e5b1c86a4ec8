//! Markets that could have been: whole days of the past in another order.
//!
//! Returns of a strategy cannot be shuffled to see what luck did, because the shuffled returns keep its decisions. Here the
//! days of the market are resampled, all assets and series together, and the strategy decides anew on what comes out.
//!
//! * Blocks of days in a row ([`crate::validation::Blocks`]) keep trends and calm spells up to the length of a block.
//! * Regimes ([`Regimes`]): days are drawn from the calm or the wild ones, and a Markov chain says which; it keeps the
//!   clustering of volatility and the drift of each regime, but no order within them.
mod regimes;

pub use regimes::{Regimes, regimes};

use trimtab_core::{
    Action, ActionKind, AssetId, Calendar, Columns, Day, Error, Fact, Levels, Market, Panel,
    Result, Series,
};

/// The days that can be drawn: sessions on which all assets have a return.
#[derive(Clone, Debug)]
pub struct Pool<'m> {
    market: &'m Market,
    assets: Vec<AssetId>,
    days: Vec<Day>,
}

/// Fewest days: with less than two years of months there is nothing to resample.
const LEAST: usize = 24;

impl<'m> Pool<'m> {
    /// The days on which each of `assets` has a price, and had one the session before.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Data`] when these are fewer than 24, with the asset that begins last.
    pub fn new(market: &'m Market, assets: &[AssetId]) -> Result<Self> {
        let has =
            |day: u32| assets.iter().all(|asset| market.bar(Day(day)).close(*asset).is_some());
        let present: Vec<bool> = (0..market.days() as u32).map(has).collect();
        let days: Vec<Day> = (1..present.len())
            .filter(|t| present[*t] && present[t - 1])
            .map(|t| Day(t as u32))
            .collect();
        if days.len() < LEAST || assets.is_empty() {
            let late = assets.iter().max_by_key(|asset| market.life(**asset).0);
            let said = format!(
                "{} sessions on which all {} assets have a return",
                days.len(),
                assets.len()
            );
            return Err(Error::data(said).hint(match late {
                Some(late) => {
                    format!("{} begins last; leave it out of the universe", market.symbol(*late))
                }
                None => "name the assets in `universe`".to_owned(),
            }));
        }
        Ok(Self { market, assets: assets.to_vec(), days })
    }

    /// How many days there are.
    pub fn len(&self) -> usize {
        self.days.len()
    }
    /// A pool is never empty.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The mean logarithmic total return of the assets on each day.
    pub fn averages(&self) -> Vec<f64> {
        let mean = |day: &Day| {
            let log = |asset: &AssetId| self.growth(*asset, *day).ln();
            self.assets.iter().map(log).sum::<f64>() / self.assets.len() as f64
        };
        self.days.iter().map(mean).collect()
    }

    fn growth(&self, asset: AssetId, day: Day) -> f64 {
        let index = self.market.total_return(asset);
        index[day.index()] / index[day.index() - 1]
    }

    /// The market in which the days of `order` (indices of the pool) followed each other.
    ///
    /// It begins on the session before the first day of the pool, at the prices of that session, and keeps the
    /// calendar from there. Prices grow by the total return of the drawn day less its dividend, which is paid as a
    /// dividend again; splits and spin-offs are part of the growth. Opens, highs and lows keep their distance to the
    /// close. Of a series the reading known at the drawn day is known again, from the first day on which it differs from
    /// the day before; so at the joints of blocks a series jumps.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Data`] when the order is longer than the calendar or a price would not be positive.
    pub fn rebuilt(&self, order: &[usize]) -> Result<Market> {
        let first = self.days[0].index() - 1;
        let sessions = self.market.calendar().sessions();
        if order.len() + 1 > sessions.len() - first {
            return Err(Error::data(format!(
                "{} days for {} sessions",
                order.len(),
                sessions.len() - first
            )));
        }
        let dates = sessions[first..=first + order.len()].to_vec();
        let sources: Vec<Day> = order.iter().map(|ix| self.days[*ix]).collect();
        let mut actions = Vec::new();
        let assets: Vec<_> = self.assets.iter().map(|id| self.market.asset(*id).clone()).collect();
        let mut closes = Vec::new();
        for (ix, id) in self.assets.iter().enumerate() {
            closes.push(self.prices(AssetId(ix as u16), *id, &sources, &mut actions));
        }
        let all = || std::iter::once(Day(first as u32)).chain(sources.iter().copied());
        let beside = |of: &dyn Fn(AssetId, Day) -> Option<f64>| {
            let column = |(id, close): (&AssetId, &Vec<f64>)| {
                let ratio = |(day, close): (Day, &f64)| {
                    let own = self.market.bar(day).close(*id).unwrap_or(f64::NAN);
                    of(*id, day).map_or(f64::NAN, |x| close * x / own)
                };
                all().zip(close).map(ratio).collect::<Vec<_>>()
            };
            let columns: Vec<Vec<f64>> = self.assets.iter().zip(&closes).map(column).collect();
            let any = columns.iter().flatten().any(|x| !x.is_nan());
            any.then(|| Panel::from_columns(columns))
        };
        let bar = |day| self.market.bar(day);
        let volume = |id: &AssetId| {
            all().map(|day| bar(day).volume(*id).unwrap_or(f64::NAN)).collect::<Vec<_>>()
        };
        let volumes: Vec<Vec<f64>> = self.assets.iter().map(volume).collect();
        let columns = Columns {
            open: beside(&|id, day| bar(day).open(id)),
            high: beside(&|id, day| bar(day).high(id)),
            low: beside(&|id, day| bar(day).low(id)),
            volume: volumes
                .iter()
                .flatten()
                .any(|x| !x.is_nan())
                .then(|| Panel::from_columns(volumes)),
            close: Panel::from_columns(closes),
        };
        let source: Vec<Day> = all().collect();
        let series = self.market.series_names().map(|name| self.series(name, &source, &dates));
        let series = series.collect::<Result<Vec<_>>>()?;
        Market::new(Calendar::new(dates)?, assets, columns, actions, series)
    }

    /// Closes of one asset; its dividends go to `actions`.
    fn prices(
        &self,
        new: AssetId,
        id: AssetId,
        sources: &[Day],
        actions: &mut Vec<Action>,
    ) -> Vec<f64> {
        let raw = self.market.asset(id).levels == Levels::Raw;
        let close = |day: Day| self.market.bar(day).close(id).expect("a pool has prices");
        let mut price = close(Day(self.days[0].0 - 1));
        let mut prices = vec![price];
        for (t, day) in sources.iter().enumerate() {
            let own = self.market.bar(*day).actions().iter().filter(|a| raw && a.asset == id);
            let dividend: f64 = own
                .map(|action| match action.kind {
                    ActionKind::Dividend { per_share, .. } => per_share,
                    _ => 0.0,
                })
                .sum();
            let paid = dividend / close(Day(day.0 - 1));
            if paid > 0.0 {
                let kind = ActionKind::Dividend { per_share: paid * price, pay: None };
                actions.push(Action { day: Day(t as u32 + 1), asset: new, kind });
            }
            price *= self.growth(id, *day) - paid;
            prices.push(price);
        }
        prices
    }

    fn series(&self, name: &str, source: &[Day], dates: &[trimtab_core::Date]) -> Result<Series> {
        let unit = self.market.series(name).map(Series::unit).expect("the market named it");
        let mut before = None;
        let mut facts = Vec::new();
        for (day, date) in source.iter().zip(dates) {
            let now = self.market.as_of(*day).latest(name);
            if let Some(fact) = now.filter(|_| now != before) {
                facts.push(Fact { about: *date, known: *date, value: fact.value });
            }
            before = now;
        }
        Series::new(name, unit, facts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validation::{Blocks, Dice};
    use trimtab_core::{Asset, Date, Unit};

    /// Two assets, one with dividends and a split, and a series; the second begins three days late.
    fn market() -> Market {
        let dates: Vec<Date> = (1..=30).map(|day| Date::constant(2024, 1, day)).collect();
        let a: Vec<f64> = (0..30)
            .map(|t| {
                (100.0 + f64::from(t) + (f64::from(t) * 1.7).sin())
                    / if t >= 20 { 2.0 } else { 1.0 }
            })
            .collect();
        let b: Vec<f64> = (0..30)
            .map(
                |t| if t < 3 { f64::NAN } else { 50.0 * (1.0 + 0.01 * (f64::from(t) * 2.3).cos()) },
            )
            .collect();
        let open = a.iter().map(|x| 0.99 * x).collect();
        let actions = vec![
            Action {
                day: Day(12),
                asset: AssetId(0),
                kind: ActionKind::Dividend { per_share: 1.5, pay: Some(dates[14]) },
            },
            Action { day: Day(20), asset: AssetId(0), kind: ActionKind::Split { factor: 2.0 } },
        ];
        let facts =
            (0..6).map(|k| Fact { about: dates[5 * k], known: dates[5 * k], value: k as f64 });
        let columns = Columns {
            open: Some(Panel::from_columns(vec![open, vec![f64::NAN; 30]])),
            close: Panel::from_columns(vec![a, b]),
            high: None,
            low: None,
            volume: None,
        };
        let assets = vec![Asset::new("A"), Asset::new("B")];
        let series = Series::new("bills", Unit::PercentPerYear, facts.collect()).unwrap();
        Market::new(Calendar::new(dates).unwrap(), assets, columns, actions, vec![series]).unwrap()
    }

    #[test]
    fn the_days_in_their_own_order_are_the_market() {
        let market = market();
        let pool = Pool::new(&market, &[AssetId(0), AssetId(1)]).unwrap();
        assert_eq!(pool.len(), 26);
        let same = pool.rebuilt(&(0..26).collect::<Vec<_>>()).unwrap();
        for id in [AssetId(0), AssetId(1)] {
            let (old, new) = (market.total_return(id), same.total_return(id));
            for t in 0..26 {
                let (a, b) = (old[t + 4] / old[t + 3], new[t + 1] / new[t]);
                assert!((a / b - 1.0).abs() < 1e-13, "{a} {b}");
            }
        }
        // The split is gone, so prices go on at the old scale; the dividend is the same part of the price.
        let dividends: Vec<&Action> = same.actions().iter().collect();
        assert!(matches!(dividends[..], [Action { day: Day(9), asset: AssetId(0), .. }]));
        let bar = same.bar(Day(25));
        assert!(
            (bar.open(AssetId(0)).unwrap() / bar.close(AssetId(0)).unwrap() - 0.99).abs() < 1e-13
        );
        assert_eq!(bar.open(AssetId(1)), None);
        let read = |m: &Market, day| m.as_of(Day(day)).latest("bills").map(|f| f.value);
        for t in 0..27 {
            assert_eq!(read(&same, t), read(&market, t + 3));
        }
    }

    #[test]
    fn whole_days_keep_assets_and_series_together() {
        let market = market();
        let pool = Pool::new(&market, &[AssetId(0), AssetId(1)]).unwrap();
        let order = Blocks::stationary(26, 4.0).unwrap().indices(&mut Dice::new(1, 0));
        let drawn = pool.rebuilt(&order).unwrap();
        for (t, ix) in order.iter().enumerate() {
            let source = Day(*ix as u32 + 4);
            for id in [AssetId(0), AssetId(1)] {
                let new = drawn.total_return(id);
                assert!((new[t + 1] / new[t] / pool.growth(id, source) - 1.0).abs() < 1e-13);
            }
            let read = |m: &Market, day| m.as_of(day).latest("bills").map(|f| f.value);
            assert_eq!(read(&drawn, Day(t as u32 + 1)), read(&market, source));
        }
    }

    #[test]
    fn too_little_to_resample_is_refused() {
        let market = market();
        assert!(Pool::new(&market, &[]).is_err());
        let pool = Pool::new(&market, &[AssetId(0)]).unwrap();
        assert!(pool.rebuilt(&[0; 30]).is_err());
        let cut = market.cut(Day(20)).unwrap();
        let error = Pool::new(&cut, &[AssetId(0), AssetId(1)]).unwrap_err();
        assert!(error.to_string().contains("B begins last"), "{error}");
    }
}
