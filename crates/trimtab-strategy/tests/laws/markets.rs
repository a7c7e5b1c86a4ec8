//! Markets for the laws: seeded random walks over the symbols that examples use.
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use trimtab_core::{
    Action, ActionKind, Asset, AssetId, Calendar, Columns, Date, Day, Exchange, Fact, Market,
    Membership, Panel, Series, Span, Unit, Universe,
};

/// What examples may trade.
pub(crate) const SYMBOLS: [&str; 20] = [
    "SPY", "SHY", "TLT", "AGG", "TIP", "XLB", "XLE", "XLF", "XLI", "XLK", "XLP", "XLU", "XLV",
    "XLY", "IYR", "GLD", "EEM", "EFA", "DBC", "QQQ",
];

/// Prices of one asset as a walk with its own volatility, with open, high and low around the close.
struct Walk {
    open: Vec<f64>,
    high: Vec<f64>,
    low: Vec<f64>,
    close: Vec<f64>,
    volume: Vec<f64>,
}

fn walk(days: usize, seed: u64) -> Walk {
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let sigma = 0.002 + 0.012 * dice.random::<f64>();
    let mut walk = Walk { open: vec![], high: vec![], low: vec![], close: vec![], volume: vec![] };
    let mut price = 50.0 + 100.0 * dice.random::<f64>();
    for _ in 0..days {
        let mut step = || 1.0 + sigma * (dice.random::<f64>() + dice.random::<f64>() - 0.98);
        let open = price * step();
        price = open * step();
        walk.open.push(open);
        walk.high.push(open.max(price) * (1.0 + sigma * dice.random::<f64>()));
        walk.low.push(open.min(price) * (1.0 - sigma * dice.random::<f64>()));
        walk.close.push(price);
        walk.volume.push(1e6 * (0.5 + dice.random::<f64>()));
    }
    walk
}

/// A market of `days` sessions with the assets in the given order, dividends, a split and two series.
pub(crate) fn market_of(symbols: &[&str], days: usize) -> Market {
    let from = Date::constant(2015, 1, 2);
    let sessions = Exchange::Nyse.sessions(from, Date::constant(2019, 12, 31))[..days].to_vec();
    let walks: Vec<Walk> = symbols.iter().map(|s| walk(days, seed_of(s))).collect();
    let panel = |field: fn(&Walk) -> &Vec<f64>| {
        Panel::from_columns(walks.iter().map(|w| field(w).clone()).collect())
    };
    let columns = Columns {
        close: panel(|w| &w.close),
        open: Some(panel(|w| &w.open)),
        high: Some(panel(|w| &w.high)),
        low: Some(panel(|w| &w.low)),
        volume: Some(panel(|w| &w.volume)),
    };
    let mut actions = Vec::new();
    for (ix, symbol) in symbols.iter().enumerate() {
        let asset = AssetId(ix as u16);
        let first = (seed_of(symbol) % 40) as u32 + 5;
        for day in (first..days as u32).step_by(63).map(Day) {
            let kind = ActionKind::Dividend { per_share: 0.4, pay: None };
            actions.push(Action { day, asset, kind });
        }
    }
    let calendar = Calendar::new(sessions.clone()).unwrap();
    let mut series = vec![
        series("bills", Unit::PercentPerYear, &sessions),
        series("vix", Unit::Level, &sessions),
    ];
    series.extend(MONTHLY.map(revised));
    series.extend(DAILY.map(published_later));
    let assets = symbols.iter().map(|s| Asset::new(*s)).collect();
    let market = Market::new(calendar, assets, columns, actions, series).unwrap();
    market.with_universes(vec![index(symbols, &sessions)]).unwrap()
}

/// The universe of examples: every third symbol belongs from the beginning, the others join in the course of time, each announced
/// ten sessions before; who joined leaves and comes back.
fn index(symbols: &[&str], sessions: &[Date]) -> Universe {
    let mut announced = Vec::new();
    for (ix, symbol) in symbols.iter().enumerate() {
        let (seed, asset) = (seed_of(symbol) as usize, AssetId(ix as u16));
        let mut one = |from: usize, notice: usize, belongs: bool| {
            let (Some(about), Some(known)) = (sessions.get(from), sessions.get(from - notice))
            else {
                return;
            };
            announced.push(Membership { about: *about, known: *known, belongs, asset });
        };
        let joins = if seed % 3 == 0 { 0 } else { 20 + seed % 150 };
        one(joins, joins.min(10), true);
        one(joins + 100 + seed % 50, 10, false);
        one(joins + 200 + seed % 50, 0, true);
    }
    Universe::new("SP500", announced).unwrap()
}

/// Monthly figures that are published in the course of the next month and revised afterwards.
const MONTHLY: [&str; 6] =
    ["unemployment", "consumer-prices", "cape", "cape-abroad", "stock-price", "stock-dividend"];

/// Figures of every session that are published on the next day.
const DAILY: [&str; 5] = ["DGS3MO", "DGS6MO", "DGS2", "DGS10", "EFFR"];

/// From 1990 to the end of the markets: a first print after ten days, another value after forty, and one after a year.
fn revised(name: &str) -> Series {
    const MONTHS: i64 = 360;
    let mut dice = ChaCha8Rng::seed_from_u64(seed_of(name));
    let first = Date::constant(1990, 1, 1);
    let mut facts = Vec::new();
    for month in 0..MONTHS {
        let about = first.saturating_add(Span::new().months(month)).last_of_month();
        let value = 10.0 + 20.0 * dice.random::<f64>();
        for (days, revision) in [(10, 1.0), (40, 1.02), (365, 0.97)] {
            let known = about.saturating_add(Span::new().days(days));
            facts.push(Fact { about, known, value: value * revision });
        }
    }
    Series::new(name, Unit::Level, facts).unwrap()
}

fn published_later(name: &str) -> Series {
    let mut dice = ChaCha8Rng::seed_from_u64(seed_of(name));
    let to = Date::constant(2019, 12, 31);
    let days = Exchange::Nyse.sessions(Date::constant(2014, 12, 1), to);
    let fact = |day: &Date| Fact {
        about: *day,
        known: day.saturating_add(Span::new().days(1)),
        value: 5.0 * dice.random::<f64>(),
    };
    Series::new(name, Unit::Level, days.iter().map(fact).collect()).unwrap()
}

fn series(name: &str, unit: Unit, sessions: &[Date]) -> Series {
    let mut dice = ChaCha8Rng::seed_from_u64(seed_of(name));
    let facts = sessions.iter().map(|d| Fact {
        about: *d,
        known: *d,
        value: 1.0 + 30.0 * dice.random::<f64>(),
    });
    Series::new(name, unit, facts.collect()).unwrap()
}

/// The same walk for the same symbol, wherever it stands in the market.
fn seed_of(symbol: &str) -> u64 {
    symbol
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}

/// All symbols.
pub(crate) fn market(days: usize) -> Market {
    market_of(&SYMBOLS, days)
}
