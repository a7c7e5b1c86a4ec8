//! Everything known at the close of one day, and nothing else.
mod candles;

pub use candles::Candles;

use std::borrow::Cow;

use jiff::civil::Date;

use crate::{AssetId, Calendar, Day, Error, Fact, Market, Release, Result, Series, Window};

/// Everything known at the close of one day, and nothing else.
///
/// There is no way forward: [`Past::earlier`] only goes back, and the market behind the view is private.
///
/// ```compile_fail
/// fn peek(past: trimtab_core::Past<'_>) -> &[f64] {
///     past.market.total_return(trimtab_core::AssetId(0))
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Past<'m> {
    market: &'m Market,
    today: Day,
}

impl<'m> Past<'m> {
    pub(crate) fn new(market: &'m Market, today: Day) -> Self {
        Self { market, today }
    }

    /// The session at whose close we stand.
    pub fn today(self) -> Day {
        self.today
    }
    /// Its civil date.
    pub fn date(self) -> Date {
        self.market.calendar.date(self.today)
    }
    /// The civil date of an earlier session.
    ///
    /// # Panics
    /// When `day` is in the future.
    pub fn date_of(self, day: Day) -> Date {
        assert!(day <= self.today, "a past has no future");
        self.market.calendar.date(day)
    }
    /// The calendar: public knowledge, also of days to come.
    pub fn calendar(self) -> &'m Calendar {
        &self.market.calendar
    }
    /// Observations a year of this market: 252, 52 or 12.
    pub fn per_year(self) -> f64 {
        self.market.calendar.frequency().per_year()
    }
    /// Observations a year of closes sampled by `window`.
    pub fn per_year_of(self, window: Window) -> f64 {
        match window {
            Window::Sessions(_) => self.per_year(),
            Window::Weeks(_) => 52.0,
            Window::Months(_) => 12.0,
        }
    }

    /// Every asset of the market that is listed today, in asset order.
    pub fn listed(self) -> impl Iterator<Item = AssetId> + 'm {
        (0..self.market.assets.len() as u16).map(AssetId).filter(move |a| self.is_listed(*a))
    }
    /// Whether the asset has had its first price and is not known to have had its last.
    pub fn is_listed(self, asset: AssetId) -> bool {
        let life = &self.market.lives[asset.index()];
        // The session after the last price is when the market learns of the end.
        life.first <= self.today && self.today <= life.last
    }
    /// Whether the asset has had its last price.
    pub fn is_delisted(self, asset: AssetId) -> bool {
        self.market.lives[asset.index()].last < self.today
    }
    /// The asset of that ticker, present or former.
    ///
    /// # Errors
    /// [`crate::Kind::Spec`] when the market has none.
    pub fn find(self, symbol: &str) -> Result<AssetId> {
        self.market.find(symbol)
    }
    /// The ticker of an asset.
    pub fn symbol(self, asset: AssetId) -> &'m str {
        self.market.symbol(asset)
    }

    /// The assets that belong to a universe today, as is known today, in asset order; those that have ended or have no price
    /// yet among them.
    ///
    /// # Errors
    /// [`crate::Kind::Spec`] when the market has no such universe, [`crate::Kind::Data`] when nothing belongs to it today.
    pub fn members(self, universe: &str) -> Result<Vec<AssetId>> {
        let Some((_, spells)) = self.market.universes.get(universe) else {
            let known: Vec<&str> = self.market.universes.keys().map(String::as_str).collect();
            let error = Error::spec(format!("unknown universe `{universe}`"));
            return Err(match known.is_empty() {
                true => error.hint("load a table of members with the prices: symbol,from,to"),
                false => error.hint(format!("the data hold: {}", known.join(", "))),
            });
        };
        let members: Vec<AssetId> = spells.on(self.today).collect();
        if !members.is_empty() {
            return Ok(members);
        }
        let date = self.date();
        let error = Error::data(format!("nothing is known to belong to {universe} on {date}"));
        Err(match spells.first().filter(|first| *first <= self.today) {
            Some(_) => error.hint("complete the table of members, or end before"),
            None => error.hint("start later, or complete the table of members"),
        })
    }

    /// The last `window` closes as a total-return index, today's last.
    ///
    /// Only ratios mean something: the index starts at the asset's first close. Windows of sessions borrow from
    /// the market; weeks and months are sampled with [`Calendar::weeks_back`] and [`Calendar::months_back`].
    ///
    /// # Errors
    /// [`crate::Kind::Data`] when the asset's history is shorter, has a hole in the window, or has ended.
    pub fn closes(self, asset: AssetId, window: Window) -> Result<Cow<'m, [f64]>> {
        let column = self.market.total.column(asset);
        match window {
            Window::Sessions(n) => {
                let end = self.today.index() + 1;
                let start = end.checked_sub(n as usize).map(|t| Day(t as u32));
                let start = start.ok_or_else(|| self.too_short(asset, window))?;
                self.check_span(asset, start, window)?;
                Ok(Cow::Borrowed(&column[start.index()..end]))
            }
            Window::Weeks(n) => self.sampled(asset, window, n, Calendar::weeks_back),
            Window::Months(n) => self.sampled(asset, window, n, Calendar::months_back),
        }
    }

    /// The mean of the last `window` closes as a total-return index: $c + \frac1n \sum (x_i - c)$, $c$ today's.
    ///
    /// A price that never moved has exactly itself as mean, whatever the window: a ratio of two means is then exactly one,
    /// and "strictly below" stays false. Over sessions it costs the same for every window, and yet depends on
    /// nothing outside of it.
    ///
    /// # Errors
    /// As [`Past::closes`].
    #[inline]
    pub fn mean(self, asset: AssetId, window: Window) -> Result<f64> {
        if let Window::Sessions(n) = window
            && let Some(start) = (self.today.index() + 1).checked_sub(n as usize)
        {
            self.check_span(asset, Day(start as u32), window)?;
            let (last, n) = (self.today.index(), n as usize);
            let c = self.market.total.column(asset)[last];
            if let Some(mean) = self.market.sums(asset).mean(c, last, n) {
                return Ok(mean);
            }
        }
        self.mean_of_few(asset, window)
    }

    #[cold]
    fn mean_of_few(self, asset: AssetId, window: Window) -> Result<f64> {
        let closes = self.closes(asset, window)?;
        let c = closes[closes.len() - 1];
        Ok(c + closes.iter().map(|x| x - c).sum::<f64>() / closes.len() as f64)
    }

    fn sampled(
        self,
        asset: AssetId,
        window: Window,
        count: u32,
        back: impl Fn(&Calendar, Day, u32) -> Option<Day>,
    ) -> Result<Cow<'m, [f64]>> {
        let column = self.market.total.column(asset);
        let life = &self.market.lives[asset.index()];
        let mut closes = Vec::with_capacity(count as usize);
        for step in (0..count).rev() {
            let day = back(&self.market.calendar, self.today, step);
            let day =
                day.filter(|d| *d >= life.first).ok_or_else(|| self.too_short(asset, window))?;
            if column[day.index()].is_nan() {
                return Err(self.no_price(asset, day));
            }
            closes.push(column[day.index()]);
        }
        Ok(Cow::Owned(closes))
    }

    /// The sessions that [`Past::closes`] reads for `window`, today's last.
    ///
    /// # Errors
    /// [`crate::Kind::Data`] when the calendar does not reach that far back.
    pub fn sessions(self, window: Window) -> Result<Vec<Day>> {
        let calendar = &self.market.calendar;
        let back = |step| match window {
            Window::Sessions(_) => self.today.0.checked_sub(step).map(Day),
            Window::Weeks(_) => calendar.weeks_back(self.today, step),
            Window::Months(_) => calendar.months_back(self.today, step),
        };
        let days: Option<Vec<Day>> = (0..window.count() as u32).rev().map(back).collect();
        days.ok_or_else(|| {
            let (today, first) = (self.date(), calendar.date(Day(0)));
            Error::data(format!("needs {window} by {today}; the data begin on {first}"))
                .hint("start later, or shorten the window")
        })
    }

    /// The first session with a price of the asset, once it has come.
    pub fn listed_since(self, asset: AssetId) -> Option<Day> {
        let first = self.market.lives[asset.index()].first;
        (first <= self.today).then_some(first)
    }

    /// What one unit held at the close of `day` has grown to by today's close, in total return; of an asset that has
    /// ended, by its last close.
    ///
    /// # Errors
    /// [`crate::Kind::Data`] when the asset has no price on one of the two days.
    pub fn growth_since(self, asset: AssetId, day: Day) -> Result<f64> {
        let column = self.market.total.column(asset);
        let until = self.today.min(self.market.lives[asset.index()].last);
        let day = day.min(until);
        match [day, until].into_iter().find(|d| column[d.index()].is_nan()) {
            Some(hole) => Err(self.no_price(asset, hole)),
            None => Ok(column[until.index()] / column[day.index()]),
        }
    }

    /// Refuses spans that begin before the first price, contain a hole, or end after the last price.
    #[inline]
    fn check_span(self, asset: AssetId, start: Day, window: Window) -> Result<()> {
        let life = &self.market.lives[asset.index()];
        match start >= life.first && self.today <= life.last && life.holes.is_empty() {
            true => Ok(()),
            false => self.check_odd_span(asset, start, window),
        }
    }

    #[cold]
    fn check_odd_span(self, asset: AssetId, start: Day, window: Window) -> Result<()> {
        let life = &self.market.lives[asset.index()];
        if start < life.first {
            return Err(self.too_short(asset, window));
        }
        if self.today > life.last {
            return Err(self.no_price(asset, Day(life.last.0 + 1)));
        }
        let hole = life.holes.partition_point(|d| *d < start);
        match life.holes.get(hole).filter(|d| **d <= self.today) {
            Some(day) => Err(self.no_price(asset, *day)),
            None => Ok(()),
        }
    }

    fn too_short(self, asset: AssetId, window: Window) -> Error {
        let (symbol, first) = (self.symbol(asset), self.market.lives[asset.index()].first);
        let known = match first <= self.today {
            true => format!("the first is of {}", self.market.calendar.date(first)),
            false => "it is not listed yet".to_owned(),
        };
        Error::data(format!("{symbol} needs closes of {window} by {}; {known}", self.date()))
            .hint("start later, or shorten the window")
    }

    fn no_price(self, asset: AssetId, day: Day) -> Error {
        let date = self.market.calendar.date(day);
        if self.is_delisted(asset) {
            return Error::data(format!(
                "{} has no price any more since {date}",
                self.symbol(asset)
            ))
            .hint("take it out of the strategy from then on");
        }
        if self.listed_since(asset).is_none() {
            let said = format!("{} is not listed yet on {}", self.symbol(asset), self.date());
            return Error::data(said).hint("start later");
        }
        Error::data(format!("{} has no close on {date}", self.symbol(asset)))
            .hint("repair the data, or load them with `--repair carry=5`")
    }

    /// The close as quoted, not adjusted: for levels, limit prices and share counts.
    ///
    /// # Errors
    /// [`crate::Kind::Data`] when the asset has no price today.
    pub fn level(self, asset: AssetId) -> Result<f64> {
        let close = self.market.columns.close.column(asset)[self.today.index()];
        if close.is_nan() { Err(self.no_price(asset, self.today)) } else { Ok(close) }
    }

    /// The newest reading whose publication day has come, in its latest revision; none of a series of hindsight.
    pub fn latest(self, series: &str) -> Option<Fact> {
        let (series, newest) = self.market.series.get(series).filter(|(s, _)| !s.is_hindsight())?;
        newest[self.today.index()].map(|ix| series.facts()[ix as usize])
    }

    /// A series as the world knew it today: one reading a period, in its latest revision, by period.
    ///
    /// # Errors
    /// [`crate::Kind::Spec`] when the market has no such series, or it is hindsight.
    pub fn series(self, name: &str) -> Result<Vec<Fact>> {
        Ok(self.knowable(name)?.as_of(self.date()))
    }

    /// The last `count` readings of [`Past::series`], or all when there are fewer.
    ///
    /// # Errors
    /// As [`Past::series`].
    pub fn last_readings(self, name: &str, count: usize) -> Result<Vec<Fact>> {
        Ok(self.knowable(name)?.last_as_of(self.date(), count))
    }

    /// The last `count` days on which something of a series was published, the newest last; fewer when there were fewer.
    ///
    /// # Errors
    /// As [`Past::series`].
    pub fn releases(self, name: &str, count: usize) -> Result<Vec<Date>> {
        Ok(self.knowable(name)?.releases_as_of(self.date(), count))
    }

    /// The first prints of the last `count` periods that were out today, by period: what was new on each day.
    ///
    /// # Errors
    /// As [`Past::series`].
    pub fn first_prints(self, name: &str, count: usize) -> Result<Vec<Release>> {
        Ok(self.knowable(name)?.first_prints_as_of(self.date(), count))
    }

    /// A series that is no hindsight.
    fn knowable(self, name: &str) -> Result<&'m Series> {
        match self.market.series.get(name) {
            Some((series, _)) if series.is_hindsight() => Err(Error::spec(format!(
                "`{name}` is hindsight: its values were given long after the periods they are about"
            ))
            .hint(
                "a strategy cannot read it; load it with its days of publication (series,about,known,value), or read \
                 what was known at the time, such as unemployment against its average",
            )),
            Some((series, _)) => Ok(series),
            None => {
                let known: Vec<&str> = self.market.series_names().collect();
                Err(Error::spec(format!("unknown series `{name}`"))
                    .hint(format!("the data hold: {}", known.join(", "))))
            }
        }
    }

    /// The view `sessions` earlier; `None` before the first session.
    pub fn earlier(self, sessions: u32) -> Option<Past<'m>> {
        Some(Past { today: Day(self.today.0.checked_sub(sessions)?), ..self })
    }
}
