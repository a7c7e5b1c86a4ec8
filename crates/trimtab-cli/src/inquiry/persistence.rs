//! `trimtab study persistence`: whether momentum, value and volatility persist.
use serde_json::{Value, json};
use trimtab_core::{AssetId, Date, Day, Error, Market, Result};
use trimtab_lab::persistence::{RankPersistence, Tested, arch_test, ljung_box, rank_persistence};
use trimtab_math::moments::autocorrelation;
use trimtab_strategy::Strategy;

use super::months::{ends, growth, levels};
use crate::args::{self, Format};
use crate::history::Opened;
use crate::report::DISCLAIMER;
use crate::say::{self, Outcome};
use crate::text::{Side, columns, percent, wrap};

/// Months of the past that momentum looks at, without the last one; and those of value, whose sign is turned.
const MOMENTUM: usize = 12;
const VALUE: usize = 60;

/// Lags of the tests: two weeks of sessions, or ten months.
const LAGS: usize = 10;
const ARCH_LAGS: usize = 5;

/// An order of assets at one horizon.
struct Order {
    by: &'static str,
    horizon: usize,
    found: RankPersistence,
}

/// What one asset's returns remember.
struct Memory {
    symbol: String,
    returns: usize,
    /// Of returns: whether they follow each other.
    ljung_box: Option<Tested>,
    /// Of squared returns: whether volatility clusters.
    ljung_box_squares: Option<Tested>,
    arch: Option<Tested>,
    /// Autocorrelation of the size of returns with the step before.
    size_autocorrelation: Option<f64>,
}

impl Order {
    fn json(&self) -> Value {
        json!({ "by": self.by, "horizon": self.horizon, "found": self.found })
    }
}

impl Memory {
    fn json(&self) -> Value {
        json!({
            "symbol": self.symbol,
            "returns": self.returns,
            "ljung_box": self.ljung_box,
            "ljung_box_squares": self.ljung_box_squares,
            "arch": self.arch,
            "size_autocorrelation": self.size_autocorrelation,
        })
    }
}

/// Asks and prints.
pub(crate) fn run(args: &args::Persistence) -> Outcome {
    let opened = opened(args)?;
    let market = &opened.market;
    let assets: Vec<AssetId> = match args.assets.is_empty() {
        true => (0..market.assets().len() as u16).map(AssetId).collect(),
        false => args.assets.iter().map(|s| market.find(s)).collect::<Result<_>>()?,
    };
    let days = ends(market, args.from, args.to)?;
    let mut notices = opened.notices.clone();
    let orders = orders(market, &assets, &days, &args.horizon, &mut notices);
    let memories: Vec<Memory> =
        assets.iter().filter_map(|asset| memory(market, *asset, args.from, args.to)).collect();
    if orders.is_empty() && memories.is_empty() {
        return Err(Error::data("nothing can be said of so few prices")
            .hint("give an asset with a year of prices or more")
            .into());
    }
    match args.format {
        Format::Json => say::json(&json!({
            "orders": orders.iter().map(Order::json).collect::<Vec<_>>(),
            "assets": memories.iter().map(Memory::json).collect::<Vec<_>>(),
            "notices": notices,
            "disclaimer": DISCLAIMER,
        })),
        Format::Table => say::result(&table(&orders, &memories, &notices)),
    }
}

fn opened(args: &args::Persistence) -> Result<Opened> {
    match args.data.paths.is_empty() {
        true => Opened::shipped(args.history.unwrap_or(args::Shipped::Monthly)),
        false => {
            let any = Strategy::parse("any", "root = { kind = \"equal-weight\" }")?;
            Opened::open(&args.data, None, args.quiet, &any)
        }
    }
}

/// Momentum and value across assets at each horizon; what cannot be asked is noted.
fn orders(
    market: &Market,
    assets: &[AssetId],
    days: &[Day],
    horizons: &[usize],
    notices: &mut Vec<String>,
) -> Vec<Order> {
    let levels: Vec<Vec<Option<f64>>> =
        assets.iter().map(|asset| levels(market, *asset, days)).collect();
    let mut found = Vec::new();
    for (by, of) in
        [("momentum", momentum as fn(&[Option<f64>], usize) -> Option<f64>), ("value", value)]
    {
        for horizon in horizons {
            let date = |at: usize| -> Vec<(Option<f64>, Option<f64>)> {
                let ahead = |own: &Vec<Option<f64>>| growth(own, at + horizon, *horizon);
                levels.iter().map(|own| (of(own, at), ahead(own))).collect()
            };
            let dates: Vec<_> = (0..days.len().saturating_sub(*horizon)).map(date).collect();
            match rank_persistence(&dates, *horizon) {
                Ok(own) => found.push(Order { by, horizon: *horizon, found: own }),
                Err(error) => notices.push(format!("{by} over {horizon} months: {error}")),
            }
        }
    }
    found
}

fn momentum(levels: &[Option<f64>], at: usize) -> Option<f64> {
    growth(levels, at.checked_sub(1)?, MOMENTUM - 1)
}

fn value(levels: &[Option<f64>], at: usize) -> Option<f64> {
    growth(levels, at, VALUE).map(|r| -r)
}

/// Tests of one asset's returns between sessions; `None` with too few of them.
fn memory(market: &Market, asset: AssetId, from: Option<Date>, to: Option<Date>) -> Option<Memory> {
    let calendar = market.calendar();
    let (first, last) = market.life(asset);
    let within = |day: &Day| {
        let date = calendar.date(*day);
        from.is_none_or(|from| date >= from) && to.is_none_or(|to| date <= to)
    };
    let days: Vec<Day> = (first.0..=last.0).map(Day).filter(within).collect();
    let levels = levels(market, asset, &days);
    let returns: Vec<f64> = (1..days.len()).filter_map(|at| growth(&levels, at, 1)).collect();
    if returns.len() < 5 * LAGS {
        return None;
    }
    let squares: Vec<f64> = returns.iter().map(|r| r * r).collect();
    let sizes: Vec<f64> = returns.iter().map(|r| r.abs()).collect();
    Some(Memory {
        symbol: market.symbol(asset).to_owned(),
        returns: returns.len(),
        ljung_box: ljung_box(&returns, LAGS),
        ljung_box_squares: ljung_box(&squares, LAGS),
        arch: arch_test(&returns, ARCH_LAGS),
        size_autocorrelation: autocorrelation(&sizes, 1),
    })
}

fn table(orders: &[Order], memories: &[Memory], notices: &[String]) -> String {
    let mut text = String::new();
    if !orders.is_empty() {
        text += "Does the order of assets persist?\n";
        text += &wrap(
            "Rank correlation of what is known at a month-end with what assets return over the months after it. Momentum: return of \
             eleven months up to a month ago; value: return of sixty months, sign turned. Errors after Newey and West.",
            100,
            "",
        );
        let head =
            ["", "Months ahead", "Rank correlation", "Error", "t", "p", "Above zero", "Dates"];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        rows.extend(orders.iter().map(|order| {
            let own = &order.found;
            vec![
                order.by.to_owned(),
                order.horizon.to_string(),
                format!("{:+.3}", own.correlation),
                format!("{:.3}", own.error),
                own.t.map_or("-".to_owned(), |t| format!("{t:.1}")),
                own.p.map_or("-".to_owned(), |p| format!("{p:.3}")),
                percent(own.positive),
                own.dates.to_string(),
            ]
        }));
        text += &columns(&rows, &[Side::Left, Side::Right]);
    }
    if !memories.is_empty() {
        text += "\nDo returns remember, and does volatility cluster?\n";
        let p = |x: &Option<Tested>| x.map_or("-".to_owned(), |x| format!("{:.3}", x.p));
        let head = [
            "",
            "Returns",
            "p, they follow each other",
            "p, squares do",
            "p, ARCH",
            "Size after size",
        ];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        rows.extend(memories.iter().map(|own| {
            vec![
                own.symbol.clone(),
                own.returns.to_string(),
                p(&own.ljung_box),
                p(&own.ljung_box_squares),
                p(&own.arch),
                own.size_autocorrelation.map_or("-".to_owned(), |r| format!("{r:.2}")),
            ]
        }));
        text += &columns(&rows, &[Side::Left, Side::Right]);
        text += &wrap(
            "Ljung and Box with ten lags on returns and on their squares, Engle's test with five. Small p-values of squares and ARCH: what \
             was rough yesterday is rough today, which is what scaling by volatility lives on.",
            100,
            "",
        );
    }
    text += &crate::report::table::notices(notices);
    text + &format!("\n{DISCLAIMER}\n")
}
