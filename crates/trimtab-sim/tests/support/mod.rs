//! Markets for tests: a small reader of price files, and markets made of formulas.
#![allow(dead_code, unreachable_pub, clippy::disallowed_methods, clippy::print_stdout)]
pub mod random;

use std::io::Read;
use std::path::PathBuf;

use jiff::civil::{Date, date};
use trimtab_core::{
    Action, Asset, Calendar, Columns, Exchange, Fact, Levels, Market, Panel, Series, Unit,
};
use trimtab_sim::{Options, Run, backtest};
use trimtab_strategy::Strategy;

pub const BREADTH: &str = r#"
    root = "@portfolio"
    [signal.trend]
    kind = "sma-ratio"
    fast = 20
    slow = 200
    [signal.bond-trend]
    kind = "sma-ratio"
    fast = 20
    slow = 60
    [allocator.portfolio]
    kind    = "ladder"
    by      = "@trend"
    among   = ["XLB", "XLE", "XLF", "XLI", "XLK", "XLP", "XLU", "XLV", "XLY", "IYR"]
    below   = 1.0
    least   = 0.10
    step    = 0.16
    most    = 0.90
    offence = { kind = "equal-weight", among = ["SPY"] }
    defence = { kind = "top", n = 1, by = "@bond-trend", among = ["SHY", "TLT", "AGG", "TIP"] }
    [limit.reserve]
    kind  = "cash-reserve"
    least = 0.001
    [execution]
    sizing = "value"
    [costs]
    half_spread = { one_way_bps = 5 }
    cash = "none"
"#;

/// A file beside the repository; `None`, with a note, where it is absent.
pub fn shared(path: &str) -> Option<String> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(path);
    let Ok(bytes) = std::fs::read(&file) else {
        println!("skipped: ../shared/{path} is absent");
        return None;
    };
    let mut text = String::new();
    flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
    Some(text)
}

/// Closes by date, one column an asset, from `from` to `to`; only the named assets, all when none is named.
pub fn read(text: &str, from: Date, to: Date, only: &[&str]) -> Market {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let symbols: Vec<String> =
        reader.headers().unwrap().iter().skip(1).map(str::to_owned).collect();
    let kept: Vec<usize> = (0..symbols.len())
        .filter(|ix| only.is_empty() || only.contains(&symbols[*ix].as_str()))
        .collect();
    let (mut sessions, mut columns) = (Vec::new(), vec![Vec::new(); kept.len()]);
    for row in reader.records() {
        let row = row.unwrap();
        let on: Date = row[0].parse().unwrap();
        if on < from || on > to {
            continue;
        }
        sessions.push(on);
        for (column, ix) in columns.iter_mut().zip(&kept) {
            column.push(row[ix + 1].parse().unwrap_or(f64::NAN));
        }
    }
    let asset = |ix: &usize| Asset { levels: Levels::Adjusted, ..Asset::new(symbols[*ix].clone()) };
    let assets = kept.iter().map(asset).collect();
    Market::new(Calendar::new(sessions).unwrap(), assets, closes(columns), vec![], vec![]).unwrap()
}

pub fn closes(columns: Vec<Vec<f64>>) -> Columns {
    Columns { close: Panel::from_columns(columns), open: None, high: None, low: None, volume: None }
}

/// The funds of a price file that existed for at least a decade, from `from` to 2018; [`read`] with all but one fund.
pub fn funds(path: &str, from: Date) -> Option<Market> {
    let text = shared(path)?;
    let symbols: Vec<&str> = text.lines().next().unwrap().split(',').skip(1).collect();
    let only: Vec<&str> = symbols.into_iter().filter(|symbol| *symbol != "VXX").collect();
    Some(read(&text, from, date(2018, 12, 31), &only))
}

/// The date of the session with that number.
pub fn date_of(session: u32) -> Date {
    sessions(session as usize + 1).sessions()[session as usize]
}

/// Sessions of the New York Stock Exchange from 2015-01-02 on.
pub fn sessions(n: usize) -> Calendar {
    let all = Exchange::Nyse.sessions(date(2015, 1, 2), date(2026, 12, 31));
    Calendar::new(all[..n].to_vec()).unwrap()
}

/// Assets A, B, C … with these closes and actions.
pub fn market(columns: Vec<Vec<f64>>, actions: Vec<Action>) -> Market {
    let (n, days) = (columns.len(), columns[0].len());
    with((n, days), closes(columns), actions, |_, _| {}, vec![])
}

/// The same from all columns, with each asset changed by `f`.
pub fn with(
    (n, days): (usize, usize),
    columns: Columns,
    actions: Vec<Action>,
    f: impl Fn(usize, &mut Asset),
    series: Vec<Series>,
) -> Market {
    let assets = (0..n).map(|ix| {
        let mut asset = Asset::new(char::from(b'A' + ix as u8).to_string());
        f(ix, &mut asset);
        asset
    });
    Market::new(sessions(days), assets.collect(), columns, actions, series).unwrap()
}

/// Bills at a constant rate, known since long before.
pub fn bills(percent: f64) -> Series {
    let day = date(2014, 1, 2);
    Series::new(
        "bills",
        Unit::PercentPerYear,
        vec![Fact { about: day, known: day, value: percent }],
    )
    .unwrap()
}

pub fn parse(text: &str) -> Strategy {
    Strategy::parse("test", text).unwrap()
}

/// Runs, and checks the books.
pub fn run(text: &str, market: &Market) -> Run {
    run_with(text, market, &Options::default())
}

pub fn run_with(text: &str, market: &Market, options: &Options) -> Run {
    let run = backtest(&parse(text), market, options).unwrap();
    run.audit().unwrap();
    run
}

pub fn assert_close(x: f64, y: f64, relative: f64) {
    assert!((x - y).abs() <= relative * y.abs().max(1e-300), "{x} is not {y}");
}
