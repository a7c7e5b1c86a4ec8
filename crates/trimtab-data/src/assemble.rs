//! Prices of symbols become a market: one calendar, one panel a field, actions by session.
use jiff::civil::Date;
use rayon::prelude::*;
use trimtab_core::{
    Action, ActionKind, Asset, AssetId, Calendar, Columns, Delisting, Error, Levels, Market, Panel,
    Result, Series, Universe,
};

use std::collections::BTreeMap;

use crate::actions::{Told, ToldKind};
use crate::hash::{ContentHash, Hasher};
use crate::load::Options;
use crate::members::{self, Member};
use crate::meta::Metas;
use crate::notice::{Log, NoticeKind};
use crate::prices::Prices;

/// What is known besides prices and series.
#[derive(Clone, Debug)]
pub(crate) struct About<'a> {
    pub(crate) metas: &'a Metas,
    /// Rows of tables of corporate actions.
    pub(crate) told: &'a [Told],
    /// Over how many sessions without a close the one before is carried.
    pub(crate) carry: u32,
    /// Who belonged to what when.
    pub(crate) universes: Vec<Universe>,
}

impl About<'_> {
    /// Nothing but prices.
    pub(crate) const NOTHING: About<'static> =
        About { metas: &Metas::new(), told: &[], carry: 0, universes: Vec::new() };
}

/// Puts the market together. `all` is sorted by symbol, which is the order of assets and of ties.
///
/// # Errors
/// When nothing has a price, or the market refuses its parts.
pub(crate) fn assemble(
    all: &[Prices],
    sessions: Vec<Date>,
    about: About<'_>,
    series: Vec<Series>,
    log: &mut Log,
) -> Result<(Market, ContentHash)> {
    let (metas, carry) = (about.metas, about.carry);
    if sessions.is_empty() {
        return Err(Error::data("the data hold no price").hint("name files of prices with --data"));
    }
    let calendar = Calendar::new(sessions)?;
    let days = calendar.sessions();
    let rows: Vec<Rows> = all.par_iter().map(|prices| Rows::of(&prices.dates, days)).collect();
    let columns = |values: fn(&Prices) -> &Vec<f64>| -> Vec<f64> {
        let mut panel = vec![0.0; all.len() * days.len()];
        let each = panel.par_chunks_mut(days.len()).zip(all).zip(&rows);
        each.for_each(|((column, prices), rows)| rows.scatter(values(prices), column));
        panel
    };
    let optional = |values: fn(&Prices) -> &Vec<f64>| {
        all.iter().any(|prices| !values(prices).is_empty()).then(|| columns(values))
    };
    let mut close = columns(|p| &p.close);
    let mut bars = [optional(|p| &p.open), optional(|p| &p.high), optional(|p| &p.low)];
    let mut volume = optional(|p| &p.volume);
    let assets: Vec<Asset> = all.iter().map(|prices| asset(prices, metas)).collect();
    let actions = actions(all, &about, &calendar, log)?;
    for (ix, prices) in all.iter().enumerate().filter(|_| carry > 0) {
        let start = ix * days.len();
        let close = &mut close[start..][..days.len()];
        let filled = carried(close, ix, &actions, carry);
        for day in &filled {
            bars.iter_mut().flatten().for_each(|panel| panel[start + day] = close[*day]);
            volume.iter_mut().for_each(|panel| panel[start + day] = 0.0);
        }
        say_repaired(&prices.symbol, &filled, days, carry, log);
    }
    let lives: Vec<Life> = close.par_chunks(days.len()).map(Life::of).collect();
    for (prices, life) in all.iter().zip(&lives) {
        say_life(&prices.symbol, life, days, metas, log);
    }
    let facts = (series.as_slice(), about.universes.as_slice());
    let hash = hash(days, &assets, &close, &bars, &volume, &actions, facts);
    let panel = |values| Panel::from_values(days.len(), values);
    let [open, high, low] = bars.map(|values| values.map(panel));
    let columns = Columns { close: panel(close), open, high, low, volume: volume.map(panel) };
    let market = Market::new(calendar, assets, columns, actions, series)?;
    Ok((market.with_universes(about.universes)?, hash))
}

/// Where the rows of an asset stand among the sessions.
#[derive(Debug, PartialEq)]
enum Rows {
    /// One after the other from this session on, as nearly always.
    From(usize),
    /// The session of each row.
    Each(Vec<u32>),
}

impl Rows {
    fn of(dates: &[Date], days: &[Date]) -> Self {
        let start = dates.first().map_or(0, |first| days.partition_point(|d| d < first));
        match days[start..].get(..dates.len()) == Some(dates) {
            true => Rows::From(start),
            false => Rows::Each(places(dates, days)),
        }
    }

    /// Puts values into a column, `NaN` where there is none.
    fn scatter(&self, values: &[f64], column: &mut [f64]) {
        match self {
            Rows::From(start) => {
                let end = start + values.len();
                column[..*start].fill(f64::NAN);
                column[*start..end].copy_from_slice(values);
                column[end..].fill(f64::NAN);
            }
            Rows::Each(rows) => {
                column.fill(f64::NAN);
                for (value, row) in values.iter().zip(rows).filter(|(_, row)| **row != NO_SESSION) {
                    column[*row as usize] = *value;
                }
            }
        }
    }
}

const NO_SESSION: u32 = u32::MAX;

/// The session of each date; both are sorted.
fn places(dates: &[Date], days: &[Date]) -> Vec<u32> {
    let mut next = dates.first().map_or(0, |first| days.partition_point(|d| d < first));
    let place = |date: &Date| {
        while days.get(next).is_some_and(|day| day < date) {
            next += 1;
        }
        if days.get(next) == Some(date) { next as u32 } else { NO_SESSION }
    };
    dates.iter().map(place).collect()
}

fn asset(prices: &Prices, metas: &Metas) -> Asset {
    let mut asset = Asset::new(prices.symbol.clone());
    asset.levels = prices.levels;
    if let Some(meta) = metas.get(&prices.symbol) {
        asset.formerly.clone_from(&meta.formerly);
        asset.delisting = meta.delisting.unwrap_or(Delisting::LastPrice);
        asset.fund = meta.fund;
    }
    asset
}

/// Corporate actions by session. One whose date is no session takes effect on the next.
///
/// # Errors
/// When a company is spun off that has no prices: its shares would be lost from sight.
fn actions(
    all: &[Prices],
    about: &About<'_>,
    calendar: &Calendar,
    log: &mut Log,
) -> Result<Vec<Action>> {
    let told = by_asset(all, about, log);
    let mut actions = Vec::new();
    for (ix, prices) in all.iter().enumerate() {
        let rows = told.get(&ix).map_or(&[][..], Vec::as_slice);
        let mut dated = beside_prices(prices, rows, log);
        for row in rows {
            dated.push((row.ex, kind_of(row, all)?));
        }
        for (date, kind) in dated {
            if let Some(day) = session(date, &prices.symbol, &kind, calendar, log) {
                actions.push(Action { day, asset: AssetId(ix as u16), kind });
            }
        }
    }
    // The order of the market, so that the hash does not depend on the order of files.
    actions.sort_by_key(Action::order);
    Ok(actions)
}

/// The rows of tables of actions by the index of their asset; those of assets without raw prices have no use.
fn by_asset<'a>(
    all: &[Prices],
    about: &About<'a>,
    log: &mut Log,
) -> BTreeMap<usize, Vec<&'a Told>> {
    let mut told: BTreeMap<usize, Vec<&Told>> = BTreeMap::new();
    for row in about.told {
        match place_of(&row.symbol, all, about.metas) {
            Some(ix) if all[ix].levels == Levels::Raw => told.entry(ix).or_default().push(row),
            Some(_) => {
                let text = format!("closes are adjusted, so {}:{} has no use", row.file, row.line);
                log.say(NoticeKind::Unused, &row.symbol, text);
            }
            None => {
                let text = format!("there are no prices, so {}:{} has no use", row.file, row.line);
                log.say(NoticeKind::Unused, &row.symbol, text);
            }
        }
    }
    told
}

/// The universes of tables of members, for these prices.
///
/// # Errors
/// Those of [`members::universes`].
pub(crate) fn universes(
    rows: &[Member],
    all: &[Prices],
    metas: &Metas,
    options: &Options,
    log: &mut Log,
) -> Result<Vec<Universe>> {
    let place = |symbol: &str| place_of(symbol, all, metas).map(|ix| AssetId(ix as u16));
    members::universes(rows, place, options.to, options.repairs.drop_members, log)
}

/// The index of a symbol, present or former, among the sorted prices.
pub(crate) fn place_of(symbol: &str, all: &[Prices], metas: &Metas) -> Option<usize> {
    let place = |symbol: &str| all.binary_search_by(|p| p.symbol.as_str().cmp(symbol)).ok();
    place(symbol).or_else(|| {
        let now = metas.iter().find(|(_, meta)| meta.formerly.iter().any(|f| f == symbol));
        now.and_then(|(now, _)| place(now))
    })
}

/// What stands in columns beside the prices. A table of actions is believed before them: its dividends and spin-offs
/// replace the dividends of that ex-day, because it knows pay days, and because vendors write a spin-off as a dividend;
/// its splits replace splits.
fn beside_prices(prices: &Prices, rows: &[&Told], log: &mut Log) -> Vec<(Date, ActionKind)> {
    let dividends = prices.dividends.iter().map(|(date, per_share)| {
        (*date, ActionKind::Dividend { per_share: *per_share, pay: None })
    });
    let splits =
        prices.splits.iter().map(|(date, factor)| (*date, ActionKind::Split { factor: *factor }));
    let mut kept = Vec::new();
    for (date, kind) in dividends.chain(splits) {
        let is_split = |row: &Told| matches!(row.kind, ToldKind::Split { .. });
        let split = matches!(kind, ActionKind::Split { .. });
        let same = |row: &&&Told| row.ex == date && is_split(row) == split;
        let mut same = rows.iter().filter(same).peekable();
        let Some(row) = same.peek() else {
            kept.push((date, kind));
            continue;
        };
        let (file, line) = (&row.file, row.line);
        let repeats = same.any(|row| match (&row.kind, kind) {
            (ToldKind::Dividend { per_share, .. }, ActionKind::Dividend { per_share: p, .. }) => {
                *per_share == p
            }
            (ToldKind::Split { factor }, ActionKind::Split { factor: f }) => *factor == f,
            _ => false,
        });
        if !repeats {
            let text = format!(
                "the {} of {date} in {} is replaced by {file}:{line}",
                words(&kind),
                prices.file
            );
            log.say(NoticeKind::Assumed, &prices.symbol, text);
        }
    }
    kept
}

fn kind_of(row: &Told, all: &[Prices]) -> Result<ActionKind> {
    Ok(match &row.kind {
        ToldKind::Dividend { per_share, pay } => {
            ActionKind::Dividend { per_share: *per_share, pay: *pay }
        }
        ToldKind::Split { factor } => ActionKind::Split { factor: *factor },
        ToldKind::SpinOff { into, ratio, basis } => {
            let ix = all.binary_search_by(|p| p.symbol.as_str().cmp(into)).map_err(|_| {
                Error::data(format!(
                    "{} spins off {into}, and the data have no price of it",
                    row.symbol
                ))
                .place(format!("{}:{}", row.file, row.line))
                .hint(
                    "name its price file with --data, or write the spin-off as a dividend in cash",
                )
            })?;
            ActionKind::SpinOff { into: AssetId(ix as u16), ratio: *ratio, basis: *basis }
        }
    })
}

fn words(kind: &ActionKind) -> String {
    match kind {
        ActionKind::Dividend { per_share, .. } => format!("dividend of {per_share}"),
        ActionKind::Split { factor } => format!("split by {factor}"),
        ActionKind::SpinOff { ratio, .. } => format!("spin-off of {ratio}"),
    }
}

/// The session on which an action takes effect.
fn session(
    date: Date,
    symbol: &str,
    kind: &ActionKind,
    calendar: &Calendar,
    log: &mut Log,
) -> Option<trimtab_core::Day> {
    if date < calendar.sessions()[0] {
        return None; // Before anybody can hold it.
    }
    let day = calendar.on_or_after(date);
    let what = words(kind);
    let text = match day {
        Some(day) if calendar.date(day) == date => return Some(day),
        Some(day) => format!("the {what} on {date}, no session, counts on {}", calendar.date(day)),
        None => format!("the {what} on {date} is after the last session and not used"),
    };
    log.say(NoticeKind::Doubtful, symbol, text);
    day
}

/// Carries closes over sessions without one, at most `limit` in a row and never before the first or after the last
/// close; a split on the way divides the price. Returns the sessions that were filled.
fn carried(close: &mut [f64], asset: usize, actions: &[Action], limit: u32) -> Vec<usize> {
    let mut filled = Vec::new();
    let Some(last) = close.iter().rposition(|x| !x.is_nan()).filter(|_| limit > 0) else {
        return filled;
    };
    let splits: Vec<(usize, f64)> = actions
        .iter()
        .filter(|a| a.asset.index() == asset)
        .filter_map(|a| match a.kind {
            ActionKind::Split { factor } => Some((a.day.index(), factor)),
            _ => None,
        })
        .collect();
    let (mut price, mut age) = (f64::NAN, 0);
    for (day, close) in close.iter_mut().enumerate().take(last) {
        if !close.is_nan() {
            (price, age) = (*close, 0);
            continue;
        }
        age += 1;
        for (_, factor) in splits.iter().filter(|(on, _)| *on == day) {
            price /= factor;
        }
        if !price.is_nan() && age <= limit {
            *close = price;
            filled.push(day);
        }
    }
    filled
}

fn say_repaired(symbol: &str, filled: &[usize], days: &[Date], carry: u32, log: &mut Log) {
    if let Some(first) = filled.first() {
        let text = format!(
            "the close was carried over {} sessions without one, at most {carry} in a row, the first {}",
            filled.len(),
            days[*first]
        );
        log.say(NoticeKind::Repaired, symbol, text);
    }
}

/// From the first close of an asset to the last one.
struct Life {
    first: usize,
    last: usize,
    /// Sessions in between without a close, and the first of them.
    holes: usize,
    hole: usize,
}

impl Life {
    /// What a column shows; the market refuses one without any close.
    fn of(close: &[f64]) -> Self {
        let priced = |x: &f64| !x.is_nan();
        let first = close.iter().position(priced).unwrap_or(0);
        let last = close.iter().rposition(priced).unwrap_or(0);
        let within = &close[first..=last];
        let holes = within.iter().filter(|x| x.is_nan()).count();
        let hole = within.iter().position(|x| x.is_nan()).map_or(first, |t| first + t);
        Self { first, last, holes, hole }
    }
}

/// Says where an asset has holes, and that it ends before the market does.
fn say_life(symbol: &str, life: &Life, days: &[Date], metas: &Metas, log: &mut Log) {
    let Life { first, last, holes, hole } = *life;
    if holes > 0 {
        let text = format!(
            "{holes} of {} sessions have no close, the first {}; strategies that need them stop with an error, \
             `--repair carry=N` fills them",
            last - first + 1,
            days[hole]
        );
        log.say(NoticeKind::Doubtful, symbol, text);
    }
    let stated =
        metas.get(symbol).is_some_and(|m| m.delisting.is_some() || m.last_session.is_some());
    if last + 1 < days.len() && !stated {
        let text = format!(
            "the last close is of {}, {} sessions before the data end: taken as delisted, shares turn into cash at \
             that price",
            days[last],
            days.len() - 1 - last
        );
        log.say(NoticeKind::Assumed, symbol, text);
    }
}

fn hash(
    days: &[Date],
    assets: &[Asset],
    close: &[f64],
    bars: &[Option<Vec<f64>>; 3],
    volume: &Option<Vec<f64>>,
    actions: &[Action],
    (series, universes): (&[Series], &[Universe]),
) -> ContentHash {
    let mut hasher = Hasher::new();
    hasher.sessions(days);
    hasher.count(assets.len());
    for (ix, asset) in assets.iter().enumerate() {
        hasher.asset(asset);
        let rows = ix * days.len()..(ix + 1) * days.len();
        hasher.column(&close[rows.clone()]);
        for panel in bars.iter().chain([volume]) {
            hasher.column(panel.as_ref().map_or(&[], |panel| &panel[rows.clone()]));
        }
    }
    hasher.actions(actions);
    let mut ordered: Vec<&Series> = series.iter().collect();
    ordered.sort_by_key(|s| s.name());
    hasher.count(ordered.len());
    ordered.into_iter().for_each(|s| hasher.series(s));
    // Nothing follows without them: markets of before keep their hash.
    universes.iter().for_each(|universe| hasher.universe(universe));
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_core::Day;

    fn split(day: u32, factor: f64) -> Action {
        Action { day: Day(day), asset: AssetId(0), kind: ActionKind::Split { factor } }
    }

    #[test]
    fn closes_are_carried_within_a_life_and_across_a_split() {
        let nan = f64::NAN;
        let mut close = [nan, 8.0, nan, nan, nan, 2.0, nan];
        let filled = carried(&mut close, 0, &[split(3, 4.0)], 2);
        assert_eq!(filled, [2, 3]);
        assert_eq!(close[1..4], [8.0, 8.0, 2.0]);
        assert!(close[0].is_nan() && close[4].is_nan() && close[6].is_nan());
        assert_eq!(carried(&mut close, 0, &[], 0), [0; 0]);
    }

    #[test]
    fn rows_stand_where_their_sessions_are() {
        let day = |d| jiff::civil::date(2018, 1, d);
        let days: Vec<Date> = [2, 3, 4, 5, 8].map(day).to_vec();
        let column = |dates: &[Date], values: &[f64]| {
            let mut column = [7.0; 5];
            Rows::of(dates, &days).scatter(values, &mut column);
            column.map(|x| if x.is_nan() { 0.0 } else { x })
        };
        assert_eq!(Rows::of(&[day(3), day(4)], &days), Rows::From(1));
        assert_eq!(column(&[day(3), day(4)], &[1.0, 2.0]), [0.0, 1.0, 2.0, 0.0, 0.0]);
        assert_eq!(column(&[day(3), day(6), day(8)], &[1.0, 2.0, 3.0]), [0.0, 1.0, 0.0, 0.0, 3.0]);
        assert_eq!(column(&[], &[]), [0.0; 5]);
        // A field that the asset's source lacks.
        assert_eq!(column(&[day(3), day(4)], &[]), [0.0; 5]);
    }

    #[test]
    fn dates_find_their_session() {
        let day = |d| jiff::civil::date(2018, 1, d);
        let days: Vec<Date> = [2, 3, 4, 5, 8].map(day).to_vec();
        assert_eq!(places(&[day(3), day(6), day(8)], &days), [1, NO_SESSION, 4]);
        assert_eq!(places(&[day(9)], &days), [NO_SESSION]);
    }
}
