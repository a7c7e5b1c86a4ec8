//! Price files beside the project that tests look at where they are.
// Not every test asks for all of them.
#![allow(dead_code)]
use std::io::Read;
use std::path::Path;

use trimtab_core::{Asset, Calendar, Columns, Date, Levels, Market, Panel, Series};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../..");

/// Closes of 54 funds, or none, with a note, where the file is absent.
pub(crate) fn funds() -> Option<Market> {
    market("shared/data/etf_adjclose_yahoo_1993_2018.csv.gz")
}

/// A file with a column `date` and one of total-return closes for each symbol, empty where there is none.
pub(crate) fn market(path: &str) -> Option<Market> {
    let market = table(&Path::new(ROOT).join(path));
    if market.is_none() {
        println!("skipped: ../{path} is absent");
    }
    market
}

/// The same wherever the file is.
pub(crate) fn table(path: &Path) -> Option<Market> {
    table_with(path, Vec::new())
}

/// The text of a file, unpacked.
pub(crate) fn text(path: &Path) -> Option<String> {
    let bytes = std::fs::read(path).ok()?;
    let mut text = String::new();
    match path.extension().is_some_and(|ending| ending == "gz") {
        true => flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap(),
        false => (&bytes[..]).read_to_string(&mut text).unwrap(),
    };
    Some(text)
}

/// The same with series.
pub(crate) fn table_with(path: &Path, series: Vec<Series>) -> Option<Market> {
    let text = text(path)?;
    let mut lines = text.lines();
    let symbols: Vec<&str> = lines.next().unwrap().split(',').skip(1).collect();
    let (mut sessions, mut columns) = (Vec::new(), vec![Vec::new(); symbols.len()]);
    for line in lines {
        let (date, prices) = line.split_once(',').unwrap();
        sessions.push(date.parse::<Date>().unwrap());
        for (column, price) in columns.iter_mut().zip(prices.split(',')) {
            column.push(price.parse().unwrap_or(f64::NAN));
        }
    }
    let asset = |symbol: &&str| Asset { levels: Levels::Adjusted, ..Asset::new(*symbol) };
    let assets = symbols.iter().map(asset).collect();
    let close = Panel::from_columns(columns);
    let columns = Columns { close, open: None, high: None, low: None, volume: None };
    let calendar = Calendar::new(sessions).unwrap();
    Some(Market::new(calendar, assets, columns, Vec::new(), series).unwrap())
}
