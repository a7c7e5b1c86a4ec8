//! `Market` holds all we ever learn; [`Past`] is the only window strategies get, [`Bar`] the only one brokers get.
mod sums;
mod what_if;

pub use what_if::Quote;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use jiff::civil::Date;

use sums::Sums;

use crate::members::Spells;
use crate::{Action, ActionKind, Calendar, Error, Membership, Past, Result, Series, Universe};

/// The index of an asset in its market.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AssetId(pub u16);

impl AssetId {
    /// As an index of vectors over assets.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// The index of a session in the market's calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub u32);

impl Day {
    /// As an index of vectors over sessions.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One field for all assets and sessions. Column-major, so one asset's history is one slice.
/// `NaN` stands for "no value" and never leaves the market: readers get `None` or an error.
#[derive(Clone, Debug)]
pub struct Panel {
    days: usize,
    values: Vec<f64>,
}

impl Panel {
    /// Columns of equal length, one for each asset.
    ///
    /// # Panics
    /// When the lengths differ: that is a bug of the caller.
    pub fn from_columns(columns: Vec<Vec<f64>>) -> Self {
        let days = columns.first().map_or(0, Vec::len);
        assert!(columns.iter().all(|c| c.len() == days), "columns differ in length");
        Self { days, values: columns.concat() }
    }

    /// Columns of `days` values each, one behind the other.
    ///
    /// # Panics
    /// When a column is not whole: that is a bug of the caller.
    pub fn from_values(days: usize, values: Vec<f64>) -> Self {
        assert!(values.len().is_multiple_of(days.max(1)), "a column is not whole");
        Self { days, values }
    }

    /// The history of one asset.
    pub(crate) fn column(&self, asset: AssetId) -> &[f64] {
        &self.values[asset.index() * self.days..][..self.days]
    }

    fn get(&self, asset: AssetId, day: Day) -> Option<f64> {
        let x = self.column(asset)[day.index()];
        (!x.is_nan()).then_some(x)
    }

    fn map_from(&mut self, start: usize, f: &mut impl FnMut(AssetId, Day, f64) -> f64) {
        for (ix, column) in self.values.chunks_mut(self.days).enumerate() {
            for (day, x) in column.iter_mut().enumerate().skip(start) {
                *x = f(AssetId(ix as u16), Day(day as u32), *x);
            }
        }
    }
}

/// What an asset's prices are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Levels {
    /// Prices as traded; dividends and splits stand beside them.
    Raw,
    /// Prices with dividends and splits folded in: total returns are right, price levels, share counts,
    /// dividend dates and taxes are not.
    Adjusted,
}

/// How an asset's life ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Delisting {
    /// Shares turn into cash at the last price.
    LastPrice,
    /// Shares turn into cash at the last price times one plus this return.
    Return(f64),
}

/// Rules of an open-end fund: it trades once a day at its net asset value, by amount.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FundRules {
    /// Fraction of the proceeds kept when shares held for `days` or less are redeemed.
    pub redemption_fee: f64,
    /// Civil days after which redemption is free.
    pub days: u32,
}

/// What is known of an asset besides its prices.
#[derive(Clone, Debug, PartialEq)]
pub struct Asset {
    /// The ticker.
    pub symbol: String,
    /// Earlier tickers of the same asset.
    pub formerly: Vec<String>,
    /// What its prices are.
    pub levels: Levels,
    /// What happens after its last session, when that is before the market's last.
    pub delisting: Delisting,
    /// Set for open-end (mutual) funds.
    pub fund: Option<FundRules>,
}

impl Asset {
    /// An exchange-traded asset with raw prices.
    pub fn new(symbol: impl Into<String>) -> Self {
        Self {
            symbol: symbol.into(),
            formerly: Vec::new(),
            levels: Levels::Raw,
            delisting: Delisting::LastPrice,
            fund: None,
        }
    }
}

/// The price and volume panels a market is built from. Only closes are required.
#[derive(Clone, Debug)]
pub struct Columns {
    /// Prices at the close.
    pub close: Panel,
    /// Prices at the open.
    pub open: Option<Panel>,
    /// Highest prices.
    pub high: Option<Panel>,
    /// Lowest prices.
    pub low: Option<Panel>,
    /// Shares traded.
    pub volume: Option<Panel>,
}

/// Everything ever learned about prices, corporate actions and series.
#[derive(Clone, Debug)]
pub struct Market {
    pub(crate) calendar: Calendar,
    pub(crate) assets: Vec<Asset>,
    pub(crate) columns: Columns,
    /// Total-return index of each asset, grown forward from its first close: no future in it.
    pub(crate) total: Panel,
    /// Running sums of these indices, made when first asked for.
    sums: Vec<OnceLock<Sums>>,
    pub(crate) lives: Vec<Life>,
    pub(crate) series: BTreeMap<String, (Series, Vec<Option<u32>>)>,
    pub(crate) universes: BTreeMap<String, (Universe, Spells)>,
    symbols: BTreeMap<String, AssetId>,
    /// The same for short symbols: a strategy looks symbols up at every decision.
    short: Short,
    /// By day, then asset.
    actions: Vec<Action>,
}

/// First and last session with a price, and the sessions in between without one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Life {
    pub(crate) first: Day,
    pub(crate) last: Day,
    pub(crate) holes: Vec<Day>,
}

impl Market {
    /// Puts the parts together and computes the total-return indices.
    ///
    /// # Errors
    /// When sizes disagree, a symbol appears twice, an asset has no price at all, a price is not
    /// positive, or an action lies outside the market.
    pub fn new(
        calendar: Calendar,
        assets: Vec<Asset>,
        columns: Columns,
        mut actions: Vec<Action>,
        series: Vec<Series>,
    ) -> Result<Self> {
        let symbols = index(&assets)?;
        check_sizes(&calendar, &assets, &columns)?;
        let lives = lives(&calendar, &assets, &columns.close)?;
        check_actions(&calendar, &assets, &actions)?;
        actions.sort_by_key(Action::order);
        let total = total_return(&assets, &columns.close, &actions, &lives);
        let mut by_name = BTreeMap::new();
        for series in series {
            let newest = series.newest_by_session(calendar.sessions());
            by_name.insert(series.name().to_owned(), (series, newest));
        }
        let (short, sums) = (Short::of(&symbols), assets.iter().map(|_| OnceLock::new()).collect());
        Ok(Self {
            calendar,
            assets,
            columns,
            total,
            sums,
            lives,
            series: by_name,
            universes: BTreeMap::new(),
            symbols,
            short,
            actions,
        })
    }

    /// The same market with universes beside it.
    ///
    /// # Errors
    /// [`crate::Kind::Data`] when two have the same name.
    pub fn with_universes(mut self, universes: Vec<Universe>) -> Result<Self> {
        for universe in universes {
            let spells = Spells::of(&universe, &self.calendar);
            let name = universe.name().to_owned();
            if self.universes.insert(name.clone(), (universe, spells)).is_some() {
                return Err(Error::data(format!("two universes are called {name}")));
            }
        }
        Ok(self)
    }

    /// The sessions.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }
    /// The running sums of an asset's total-return index.
    #[inline]
    pub(crate) fn sums(&self, id: AssetId) -> &Sums {
        let first = self.lives[id.index()].first;
        self.sums[id.index()].get_or_init(|| Sums::of(self.total.column(id), first.index()))
    }
    /// The number of sessions.
    pub fn days(&self) -> usize {
        self.calendar.len()
    }
    /// The assets, in the order of their ids.
    pub fn assets(&self) -> &[Asset] {
        &self.assets
    }
    /// One asset.
    pub fn asset(&self, id: AssetId) -> &Asset {
        &self.assets[id.index()]
    }
    /// The ticker of an asset.
    pub fn symbol(&self, id: AssetId) -> &str {
        &self.assets[id.index()].symbol
    }
    /// The asset of that ticker, present or former.
    ///
    /// # Errors
    /// [`crate::Kind::Spec`] with the nearest known ticker.
    pub fn find(&self, symbol: &str) -> Result<AssetId> {
        let found = match key(symbol) {
            Some(key) => self.short.find(key),
            None => self.symbols.get(symbol).copied(),
        };
        found.ok_or_else(|| self.unknown(symbol))
    }

    fn unknown(&self, symbol: &str) -> Error {
        let error = Error::spec(format!("unknown asset `{symbol}`"));
        let upper = symbol.to_uppercase();
        match self.symbols.keys().find(|known| **known == upper) {
            Some(known) => error.hint(format!("did you mean `{known}`?")),
            None if self.assets.len() <= 40 => {
                let known: Vec<&str> = self.assets.iter().map(|a| a.symbol.as_str()).collect();
                error.hint(format!("the data hold {}", known.join(" ")))
            }
            None => error.hint(format!("the data hold {} other assets", self.assets.len())),
        }
    }

    /// The names of the series, in order.
    pub fn series_names(&self) -> impl Iterator<Item = &str> {
        self.series.keys().map(String::as_str)
    }
    /// A series with all its facts, for reports; strategies use [`Past::latest`].
    pub fn series(&self, name: &str) -> Option<&Series> {
        self.series.get(name).map(|(series, _)| series)
    }
    /// The universes with all their announcements, by name; strategies use [`Past::members`].
    pub fn universes(&self) -> impl Iterator<Item = &Universe> {
        self.universes.values().map(|(universe, _)| universe)
    }
    /// First and last session with a price.
    pub fn life(&self, id: AssetId) -> (Day, Day) {
        let life = &self.lives[id.index()];
        (life.first, life.last)
    }
    /// Sessions between them without a price.
    pub fn holes(&self, id: AssetId) -> &[Day] {
        &self.lives[id.index()].holes
    }
    /// All corporate actions, by day.
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// What is known at the close of `today`.
    ///
    /// # Panics
    /// When the market has no such session: that is a bug of the caller.
    pub fn as_of(&self, today: Day) -> Past<'_> {
        assert!(today.index() < self.days(), "no such session");
        Past::new(self, today)
    }

    /// What the session `day` brings.
    pub fn bar(&self, day: Day) -> Bar<'_> {
        assert!(day.index() < self.days(), "no such session");
        Bar { market: self, day }
    }

    /// Total-return index of an asset over all sessions (`NaN` where it has no price), for reports and
    /// engines that precompute; strategies use [`Past::closes`].
    pub fn total_return(&self, id: AssetId) -> &[f64] {
        self.total.column(id)
    }

    /// Closes as quoted over all sessions (`NaN` where it has no price), for engines that precompute; strategies
    /// use [`Past::level`].
    pub fn closes(&self, id: AssetId) -> &[f64] {
        self.columns.close.column(id)
    }

    /// The market as it was at the close of `last`: everything later is cut off.
    pub fn cut(&self, last: Day) -> Result<Self> {
        let until = self.calendar.date(last);
        let series = self.series.values().map(|(s, _)| {
            let known = s.facts().iter().copied().filter(|f| f.known <= until).collect();
            s.with_facts(known)
        });
        let mut cut = self.slice(0..last.index() + 1, series.collect::<Result<_>>()?)?;
        let universes = cut.universes().map(|universe| {
            universe.with(universe.announced().iter().copied().filter(|m| m.known <= until))
        });
        let universes = universes.collect();
        cut.universes.clear();
        cut.with_universes(universes)
    }

    /// The sessions `kept` with the assets that have a price in or around them; days count from the first of them.
    fn slice(&self, kept: Range<usize>, series: Vec<Series>) -> Result<Self> {
        let calendar = Calendar::new(self.calendar.sessions()[kept.clone()].to_vec())?;
        let alive = |ix: &usize| {
            let life = &self.lives[*ix];
            life.first.index() < kept.end && life.last.index() >= kept.start
        };
        let assets: Vec<usize> = (0..self.assets.len()).filter(alive).collect();
        let cut = |panel: &Panel| {
            let column = |&ix: &usize| panel.column(AssetId(ix as u16))[kept.clone()].to_vec();
            Panel::from_columns(assets.iter().map(column).collect())
        };
        let columns = Columns {
            close: cut(&self.columns.close),
            open: self.columns.open.as_ref().map(cut),
            high: self.columns.high.as_ref().map(cut),
            low: self.columns.low.as_ref().map(cut),
            volume: self.columns.volume.as_ref().map(cut),
        };
        let place = |id: AssetId| {
            assets.iter().position(|&ix| ix == id.index()).map(|ix| AssetId(ix as u16))
        };
        let inside = self.actions.iter().filter(|a| kept.contains(&a.day.index()));
        let actions = inside.filter_map(|a| {
            let day = Day(a.day.0 - kept.start as u32);
            Some(Action { day, asset: place(a.asset)?, kind: a.kind.moved(&place)? })
        });
        let universes = self.universes().map(|universe| {
            let moved = |m: &Membership| Some(Membership { asset: place(m.asset)?, ..*m });
            universe.with(universe.announced().iter().filter_map(moved))
        });
        let universes = universes.collect();
        let actions = actions.collect();
        let assets = assets.iter().map(|&ix| self.assets[ix].clone()).collect();
        Self::new(calendar, assets, columns, actions, series)?.with_universes(universes)
    }

    /// Every price after `day` replaced by `f(asset, session, price)`, for proofs that nothing looks ahead.
    /// Corporate actions after `day` are dropped, series values are passed through `g`, who joined a universe after
    /// `day` leaves it and the other way round.
    pub fn scrambled_after(
        &self,
        day: Day,
        mut f: impl FnMut(AssetId, Day, f64) -> f64,
        g: impl Fn(f64) -> f64,
    ) -> Result<Self> {
        let (start, mut columns, until) =
            (day.index() + 1, self.columns.clone(), self.calendar.date(day));
        columns.close.map_from(start, &mut f);
        for panel in [&mut columns.open, &mut columns.high, &mut columns.low].into_iter().flatten()
        {
            panel.map_from(start, &mut f);
        }
        let actions = self.actions.iter().copied().filter(|a| a.day <= day).collect();
        let series = self.series.values().map(|(s, _)| {
            let facts = s.facts().iter().map(|fact| match fact.known > until {
                true => crate::Fact { value: g(fact.value), ..*fact },
                false => *fact,
            });
            s.with_facts(facts.collect())
        });
        let series = series.collect::<Result<_>>()?;
        let universes = self.universes().map(|universe| {
            universe.with(universe.announced().iter().map(|m| match m.known > until {
                true => Membership { belongs: !m.belongs, ..*m },
                false => *m,
            }))
        });
        let universes = universes.collect();
        Self::new(self.calendar.clone(), self.assets.clone(), columns, actions, series)?
            .with_universes(universes)
    }

    /// The same market quoted in other units: every price and cash amount of an asset times `factor(asset)`.
    /// For proofs that units do not matter.
    pub fn rescaled(&self, factor: impl Fn(AssetId) -> f64) -> Result<Self> {
        let mut columns = self.columns.clone();
        let mut scale = |asset, _, x: f64| x * factor(asset);
        columns.close.map_from(0, &mut scale);
        for panel in [&mut columns.open, &mut columns.high, &mut columns.low].into_iter().flatten()
        {
            panel.map_from(0, &mut scale);
        }
        let actions = self.actions.iter().map(|action| match action.kind {
            ActionKind::Dividend { per_share, pay } => {
                let per_share = per_share * factor(action.asset);
                Action { kind: ActionKind::Dividend { per_share, pay }, ..*action }
            }
            _ => *action,
        });
        let (actions, series) =
            (actions.collect(), self.series.values().map(|(s, _)| s.clone()).collect());
        Self::new(self.calendar.clone(), self.assets.clone(), columns, actions, series)?
            .with_universes(self.universes().cloned().collect())
    }

    /// The same market without the close of `asset` on `day`. For proofs that holes are noticed.
    pub fn with_hole(&self, asset: AssetId, day: Day) -> Result<Self> {
        let mut columns = self.columns.clone();
        columns.close.map_from(0, &mut |a, d, x| if (a, d) == (asset, day) { f64::NAN } else { x });
        let series = self.series.values().map(|(s, _)| s.clone()).collect();
        Self::new(
            self.calendar.clone(),
            self.assets.clone(),
            columns,
            self.actions.clone(),
            series,
        )?
        .with_universes(self.universes().cloned().collect())
    }
}

impl ActionKind {
    fn moved(self, place: &impl Fn(AssetId) -> Option<AssetId>) -> Option<Self> {
        Some(match self {
            ActionKind::SpinOff { into, ratio, basis } => {
                ActionKind::SpinOff { into: place(into)?, ratio, basis }
            }
            other => other,
        })
    }
}

/// What one session brings: prices, volume, actions. For brokers and books, never for strategies.
#[derive(Clone, Copy, Debug)]
pub struct Bar<'m> {
    market: &'m Market,
    day: Day,
}

impl<'m> Bar<'m> {
    /// The session.
    pub fn day(self) -> Day {
        self.day
    }
    /// Its civil date.
    pub fn date(self) -> Date {
        self.market.calendar.date(self.day)
    }
    /// The market it belongs to, for symbols and calendars.
    pub fn market(self) -> &'m Market {
        self.market
    }
    /// The price at the close, if the asset traded.
    pub fn close(self, asset: AssetId) -> Option<f64> {
        self.market.columns.close.get(asset, self.day)
    }
    /// The price at the open, if known.
    pub fn open(self, asset: AssetId) -> Option<f64> {
        self.market.columns.open.as_ref()?.get(asset, self.day)
    }
    /// The highest price, if known.
    pub fn high(self, asset: AssetId) -> Option<f64> {
        self.market.columns.high.as_ref()?.get(asset, self.day)
    }
    /// The lowest price, if known.
    pub fn low(self, asset: AssetId) -> Option<f64> {
        self.market.columns.low.as_ref()?.get(asset, self.day)
    }
    /// Shares traded, if known.
    pub fn volume(self, asset: AssetId) -> Option<f64> {
        self.market.columns.volume.as_ref()?.get(asset, self.day)
    }
    /// Whether this is the first session after the asset's last: its shares turn into cash.
    pub fn delists(self, asset: AssetId) -> bool {
        self.market.lives[asset.index()].last.0 + 1 == self.day.0
    }
    /// The corporate actions whose ex-day is today: by asset, dividends before spin-offs before splits.
    pub fn actions(self) -> &'m [Action] {
        let all = &self.market.actions;
        let start = all.partition_point(|a| a.day < self.day);
        let end = all.partition_point(|a| a.day <= self.day);
        &all[start..end]
    }
}

/// Short symbols by their keys, in a table that is looked up in one step or two.
#[derive(Clone, Debug)]
struct Short {
    /// A power of two of places, at most half of them taken.
    places: Vec<Option<(u64, AssetId)>>,
}

impl Short {
    fn of(symbols: &BTreeMap<String, AssetId>) -> Self {
        let mut short = Self { places: vec![None; (2 * symbols.len()).next_power_of_two()] };
        for (symbol, id) in symbols {
            let Some(key) = key(symbol) else { continue };
            let mut at = short.place(key);
            while short.places[at].is_some() {
                at = (at + 1) & (short.places.len() - 1);
            }
            short.places[at] = Some((key, *id));
        }
        short
    }

    fn find(&self, key: u64) -> Option<AssetId> {
        let mut at = self.place(key);
        while let Some((own, id)) = self.places[at] {
            if own == key {
                return Some(id);
            }
            at = (at + 1) & (self.places.len() - 1);
        }
        None
    }

    /// Where the search for a key begins.
    fn place(&self, key: u64) -> usize {
        // The golden ratio as an odd number: neighbouring symbols are scattered. See Knuth, volume 3, section 6.4.
        const SCATTER: u64 = 0x9E37_79B9_7F4A_7C15;
        const UPPER: u32 = 32;
        (key.wrapping_mul(SCATTER) >> UPPER) as usize & (self.places.len() - 1)
    }
}

/// A symbol of up to eight bytes as a number. `None` for longer ones, and for those that begin with a zero byte, which would
/// not differ from shorter ones.
fn key(symbol: &str) -> Option<u64> {
    let bytes = symbol.as_bytes();
    if bytes.len() > 8 || bytes.first() == Some(&0) {
        return None;
    }
    Some(bytes.iter().fold(0, |key, byte| key << 8 | u64::from(*byte)))
}

fn index(assets: &[Asset]) -> Result<BTreeMap<String, AssetId>> {
    if assets.is_empty() {
        return Err(Error::data("the data hold no asset"));
    }
    let mut symbols = BTreeMap::new();
    for (ix, asset) in assets.iter().enumerate() {
        let id = u16::try_from(ix).map(AssetId).map_err(|_| {
            Error::data(format!("{} assets are too many", assets.len()))
                .hint(format!("a market holds up to {}", u16::MAX))
        })?;
        for symbol in std::iter::once(&asset.symbol).chain(&asset.formerly) {
            if symbols.insert(symbol.clone(), id).is_some() {
                return Err(Error::data(format!("two assets are called {symbol}"))
                    .hint("rename one, or load only one of the files"));
            }
        }
    }
    Ok(symbols)
}

fn check_sizes(calendar: &Calendar, assets: &[Asset], columns: &Columns) -> Result<()> {
    let size = calendar.len() * assets.len();
    let Columns { close, open, high, low, volume } = columns;
    let panels = [Some(close), open.as_ref(), high.as_ref(), low.as_ref(), volume.as_ref()];
    if panels.into_iter().flatten().any(|p| p.values.len() != size || p.days != calendar.len()) {
        return Err(Error::data("prices and calendar differ in length"));
    }
    Ok(())
}

fn lives(calendar: &Calendar, assets: &[Asset], close: &Panel) -> Result<Vec<Life>> {
    let life = |(ix, asset): (usize, &Asset)| {
        let column = close.column(AssetId(ix as u16));
        if let Some(bad) = column.iter().position(|x| *x <= 0.0 || x.is_infinite()) {
            let date = calendar.sessions()[bad];
            return Err(Error::data(format!(
                "{} closes at {} on {date}",
                asset.symbol, column[bad]
            ))
            .hint("a price is positive; run `trimtab data check`"));
        }
        let (Some(first), Some(last)) =
            (column.iter().position(|x| !x.is_nan()), column.iter().rposition(|x| !x.is_nan()))
        else {
            return Err(Error::data(format!("{} has no price at all", asset.symbol)));
        };
        let holes = (first..=last).filter(|&t| column[t].is_nan()).map(|t| Day(t as u32)).collect();
        Ok(Life { first: Day(first as u32), last: Day(last as u32), holes })
    };
    assets.iter().enumerate().map(life).collect()
}

fn check_actions(calendar: &Calendar, assets: &[Asset], actions: &[Action]) -> Result<()> {
    for action in actions {
        let known = |id: AssetId| id.index() < assets.len();
        let valid = match action.kind {
            ActionKind::Dividend { per_share, pay } => {
                per_share.is_finite()
                    && per_share >= 0.0
                    && pay.is_none_or(|pay| {
                        calendar.sessions().get(action.day.index()).is_none_or(|ex| pay >= *ex)
                    })
            }
            ActionKind::Split { factor } => factor.is_finite() && factor > 0.0,
            ActionKind::SpinOff { into, ratio, basis } => {
                known(into) && ratio.is_finite() && ratio > 0.0 && (0.0..=1.0).contains(&basis)
            }
        };
        if !valid || !known(action.asset) || action.day.index() >= calendar.len() {
            return Err(Error::data(format!("an impossible corporate action: {action:?}")));
        }
    }
    Ok(())
}

/// Grows each close forward: $I_t = I_{t-1}\,(P_t f_t + D_t + S_t) / P_{t-1}$ with split factor $f$, dividend $D$
/// per old share and value $S$ of shares spun off, and $I$ = the first close at the start. Because it starts
/// at the first close and not at the last, no index value depends on anything later.
fn total_return(assets: &[Asset], close: &Panel, actions: &[Action], lives: &[Life]) -> Panel {
    let mut total = close.clone();
    // Stable: the actions of one asset stay in the order of the market.
    let mut by_asset: Vec<&Action> = actions.iter().collect();
    by_asset.sort_by_key(|action| action.asset);
    let mut of_assets = by_asset.chunk_by(|a, b| a.asset == b.asset).peekable();
    for (ix, life) in lives.iter().enumerate() {
        let id = AssetId(ix as u16);
        let own = of_assets.next_if(|own| own[0].asset == id).unwrap_or_default();
        let mut own = own.iter().peekable();
        if own.peek().is_none() || assets[ix].levels == Levels::Adjusted {
            continue;
        }
        let prices = close.column(id);
        let column = &mut total.values[ix * close.days..][..close.days];
        let (mut level, mut before) = (prices[life.first.index()], prices[life.first.index()]);
        // Actions of a hole wait for the next price; shares and cash per share of the last price.
        let (mut shares, mut cash) = (1.0, 0.0);
        for t in life.first.index()..=life.last.index() {
            while let Some(action) = own.next_if(|a| a.day.index() <= t) {
                if action.day <= life.first {
                    continue;
                }
                match action.kind {
                    ActionKind::Split { factor } => shares *= factor,
                    ActionKind::Dividend { per_share, .. } => cash += per_share * shares,
                    ActionKind::SpinOff { into, ratio, .. } => {
                        cash += shares * ratio * close.get(into, Day(t as u32)).unwrap_or(0.0);
                    }
                }
            }
            if prices[t].is_nan() || t == life.first.index() {
                continue;
            }
            level *= (prices[t] * shares + cash) / before;
            (before, shares, cash) = (prices[t], 1.0, 0.0);
            column[t] = level;
        }
    }
    total
}

#[cfg(test)]
mod tests;
