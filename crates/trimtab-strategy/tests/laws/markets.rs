//! Markets for the laws: seeded random walks over the symbols that examples use.
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use trimtab_core::{
    Action, ActionKind, Asset, AssetId, Calendar, Columns, Date, Day, Exchange, Fact, Market,
    Panel, Series, Unit,
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
    let series = vec![
        series("bills", Unit::PercentPerYear, &sessions),
        series("vix", Unit::Level, &sessions),
    ];
    let assets = symbols.iter().map(|s| Asset::new(*s)).collect();
    Market::new(calendar, assets, columns, actions, series).unwrap()
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
