//! Prices of symbols become a market: one calendar, one panel a field, actions by session.
use jiff::civil::Date;
use trimtab_core::{
    Action, ActionKind, Asset, AssetId, Calendar, Columns, Delisting, Error, Market, Panel, Result,
    Series,
};

use crate::hash::{ContentHash, Hasher};
use crate::meta::Metas;
use crate::notice::{Log, NoticeKind};
use crate::prices::Prices;

/// Puts the market together. `all` is sorted by symbol, which is the order of assets and of ties.
///
/// # Errors
/// When nothing has a price, or the market refuses its parts.
pub(crate) fn assemble(
    all: &[Prices],
    sessions: Vec<Date>,
    metas: &Metas,
    series: Vec<Series>,
    carry: u32,
    log: &mut Log,
) -> Result<(Market, ContentHash)> {
    if sessions.is_empty() {
        return Err(Error::data("the data hold no price").hint("name files of prices with --data"));
    }
    let calendar = Calendar::new(sessions)?;
    let days = calendar.sessions();
    let rows: Vec<Vec<u32>> = all.iter().map(|prices| places(&prices.dates, days)).collect();
    let columns = |values: fn(&Prices) -> &Vec<f64>| -> Vec<Vec<f64>> {
        let scatter = |(prices, rows): (&Prices, &Vec<u32>)| {
            let mut column = vec![f64::NAN; days.len()];
            for (value, row) in values(prices).iter().zip(rows) {
                if *row != NO_SESSION {
                    column[*row as usize] = *value;
                }
            }
            column
        };
        all.iter().zip(&rows).map(scatter).collect()
    };
    let optional = |values: fn(&Prices) -> &Vec<f64>| {
        all.iter().any(|prices| !values(prices).is_empty()).then(|| columns(values))
    };
    let mut close = columns(|p| &p.close);
    let mut bars = [optional(|p| &p.open), optional(|p| &p.high), optional(|p| &p.low)];
    let mut volume = optional(|p| &p.volume);
    let assets: Vec<Asset> = all.iter().map(|prices| asset(prices, metas)).collect();
    let actions = actions(all, &calendar, log);
    for (ix, prices) in all.iter().enumerate() {
        let filled = carried(&mut close[ix], ix, &actions, carry);
        for day in &filled {
            bars.iter_mut().flatten().for_each(|panel| panel[ix][*day] = close[ix][*day]);
            volume.iter_mut().for_each(|panel| panel[ix][*day] = 0.0);
        }
        say_repaired(&prices.symbol, &filled, days, carry, log);
        say_life(&prices.symbol, &close[ix], days, metas, log);
    }
    let hash = hash(days, &assets, &close, &bars, &volume, &actions, &series);
    let [open, high, low] = bars.map(|panel| panel.map(Panel::from_columns));
    let close = Panel::from_columns(close);
    let columns = Columns { close, open, high, low, volume: volume.map(Panel::from_columns) };
    let market = Market::new(calendar, assets, columns, actions, series)?;
    Ok((market, hash))
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

/// Dividends and splits by session. One whose date is no session takes effect on the next.
fn actions(all: &[Prices], calendar: &Calendar, log: &mut Log) -> Vec<Action> {
    let mut actions = Vec::new();
    for (ix, prices) in all.iter().enumerate() {
        let asset = AssetId(ix as u16);
        let mut place = |date: Date, what: &str| {
            let day = calendar.on_or_after(date);
            let text = match day {
                Some(day) if calendar.date(day) == date => return Some(day),
                Some(day) => {
                    format!("the {what} of {date}, no session, counts on {}", calendar.date(day))
                }
                None => format!("the {what} of {date} is after the last session and not used"),
            };
            log.say(NoticeKind::Doubtful, &prices.symbol, text);
            day
        };
        for (date, per_share) in &prices.dividends {
            if let Some(day) = place(*date, "dividend") {
                let kind = ActionKind::Dividend { per_share: *per_share, pay: None };
                actions.push(Action { day, asset, kind });
            }
        }
        for (date, factor) in &prices.splits {
            if let Some(day) = place(*date, "split") {
                actions.push(Action { day, asset, kind: ActionKind::Split { factor: *factor } });
            }
        }
    }
    // The order of the market, so that the hash does not depend on the order of files.
    let rank = |kind: &ActionKind| match kind {
        ActionKind::Dividend { .. } => 0,
        ActionKind::SpinOff { .. } => 1,
        ActionKind::Split { .. } => 2,
    };
    actions.sort_by_key(|a| (a.day, a.asset, rank(&a.kind)));
    actions
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

/// Says where an asset has holes, and that it ends before the market does.
fn say_life(symbol: &str, close: &[f64], days: &[Date], metas: &Metas, log: &mut Log) {
    let priced = |x: &f64| !x.is_nan();
    let (Some(first), Some(last)) = (close.iter().position(priced), close.iter().rposition(priced))
    else {
        return;
    };
    let holes: Vec<usize> = (first..last).filter(|t| close[*t].is_nan()).collect();
    if let Some(hole) = holes.first() {
        let text = format!(
            "{} of {} sessions have no close, the first {}; strategies that need them stop with an error, \
             `--repair carry=N` fills them",
            holes.len(),
            last - first + 1,
            days[*hole]
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
    close: &[Vec<f64>],
    bars: &[Option<Vec<Vec<f64>>>; 3],
    volume: &Option<Vec<Vec<f64>>>,
    actions: &[Action],
    series: &[Series],
) -> ContentHash {
    let mut hasher = Hasher::new();
    hasher.sessions(days);
    hasher.count(assets.len());
    for (ix, asset) in assets.iter().enumerate() {
        hasher.asset(asset);
        hasher.column(&close[ix]);
        for panel in bars.iter().chain([volume]) {
            hasher.column(panel.as_ref().map_or(&[], |panel| &panel[ix]));
        }
    }
    hasher.actions(actions);
    let mut ordered: Vec<&Series> = series.iter().collect();
    ordered.sort_by_key(|s| s.name());
    hasher.count(ordered.len());
    ordered.into_iter().for_each(|s| hasher.series(s));
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
    fn dates_find_their_session() {
        let day = |d| jiff::civil::date(2018, 1, d);
        let days: Vec<Date> = [2, 3, 4, 5, 8].map(day).to_vec();
        assert_eq!(places(&[day(3), day(6), day(8)], &days), [1, NO_SESSION, 4]);
        assert_eq!(places(&[day(9)], &days), [NO_SESSION]);
    }
}
