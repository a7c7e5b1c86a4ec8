//! Sold, and bought back.
use serde::Serialize;
use trimtab_core::{AssetId, Date, Day, Market};
use trimtab_sim::{Run, Trade};

use super::{share, value_before, years};

/// Sales that were bought back soon: whipsaws where the price had risen meanwhile, good luck where it had fallen.
///
/// A sale of the value v of an asset whose total-return index stands at s is u = v / s units. A purchase within
/// [`Whipsaws::WINDOW_YEARS`] buys units back, the oldest first; at an index of b each matched unit cost `b - s`, so
/// dividends missed meanwhile count. A round trip costs `u (b - s) / V`, V the account before the sale. What the money
/// earned elsewhere in between is not counted, and trading costs stand under their own name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Whipsaws {
    /// Every round trip, by date of the purchase.
    pub trips: Vec<RoundTrip>,
    /// Round trips a year that bought back higher.
    pub count_yearly: f64,
    /// What those cost, a fraction of the account a year.
    pub cost_yearly: f64,
    /// What round trips that bought back lower saved, a fraction of the account a year.
    pub saved_yearly: f64,
}

/// One sale, or a part of it, and the purchase that undid it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RoundTrip {
    /// What was sold and bought back.
    #[serde(skip)]
    pub asset: AssetId,
    /// The session of the sale.
    #[serde(skip)]
    pub day: Day,
    /// When it was sold.
    pub sold: Date,
    /// When it was bought back.
    pub bought: Date,
    /// How far its total return went meanwhile: 0.02 is two per cent higher.
    pub moved: f64,
    /// What was sold and bought back, as a fraction of the account before the sale.
    pub share: f64,
    /// What that cost, as a fraction of the account before the sale; negative when it saved.
    pub cost: f64,
}

/// Units sold and not yet bought back.
struct Gap {
    asset: AssetId,
    day: Day,
    index: f64,
    units: f64,
    value: f64,
}

impl Whipsaws {
    /// A quarter: what is bought back later was a decision of its own, not a false alarm of the first. Ten times longer
    /// would call every cycle a whipsaw, ten times shorter would miss the strategies that decide once a month.
    pub const WINDOW_YEARS: f64 = 0.25;

    /// Trades of less than this share of the account only bring drifted weights back. At a tenth of it every monthly
    /// rebalancing would count; at ten times as much, sleeves that leave and come back would not.
    pub const LEAST: f64 = 0.02;

    /// Finds those of `run`.
    pub fn of(run: &Run, market: &Market) -> Self {
        let window = (Self::WINDOW_YEARS * market.calendar().frequency().per_year()).round() as u32;
        let mut gaps: Vec<Gap> = Vec::new();
        let mut trips = Vec::new();
        for trade in &run.trades {
            if !share(run, trade).is_some_and(|share| share >= Self::LEAST) {
                continue;
            }
            let Some(index) = index_at_fill(trade, market) else { continue };
            let units = trade.fill.gross.as_f64().abs() / index;
            let (asset, day) = (trade.fill.asset, trade.filled);
            if !trade.fill.buys() {
                gaps.push(Gap { asset, day, index, units, value: value_before(run, day) });
                continue;
            }
            gaps.retain(|gap| day.0 - gap.day.0 <= window);
            buy_back(&mut gaps, &mut trips, (trade, index, units), market);
        }
        let years = years(run, market).max(f64::MIN_POSITIVE);
        let costs = || trips.iter().map(|trip: &RoundTrip| trip.cost);
        Self {
            count_yearly: costs().filter(|cost| *cost > 0.0).count() as f64 / years,
            cost_yearly: costs().filter(|cost| *cost > 0.0).sum::<f64>() / years,
            saved_yearly: -costs().filter(|cost| *cost < 0.0).sum::<f64>() / years,
            trips,
        }
    }
}

/// Fills gaps of the asset with `units` bought at `index`, the oldest first.
fn buy_back(
    gaps: &mut Vec<Gap>,
    trips: &mut Vec<RoundTrip>,
    (trade, index, mut units): (&Trade, f64, f64),
    market: &Market,
) {
    for gap in gaps.iter_mut().filter(|gap| gap.asset == trade.fill.asset) {
        let matched = units.min(gap.units);
        if matched <= 0.0 {
            break;
        }
        (gap.units, units) = (gap.units - matched, units - matched);
        trips.push(RoundTrip {
            asset: gap.asset,
            day: gap.day,
            sold: market.calendar().date(gap.day),
            bought: trade.fill.date,
            moved: index / gap.index - 1.0,
            share: matched * gap.index / gap.value,
            cost: matched * (index - gap.index) / gap.value,
        });
    }
    gaps.retain(|gap| gap.units > 0.0);
}

/// The asset's total-return index at the price of the fill.
fn index_at_fill(trade: &Trade, market: &Market) -> Option<f64> {
    let (asset, at) = (trade.fill.asset, trade.filled);
    let index = market.total_return(asset)[at.index()];
    let close = market.bar(at).close(asset)?;
    let index = index * trade.fill.price / close;
    (index.is_finite() && index > 0.0).then_some(index)
}
