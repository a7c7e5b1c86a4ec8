//! Small markets and quick decisions for the tests of single kinds.
use crate::{Book, Cx, Memory, Strategy};
use trimtab_core::{
    Asset, AssetId, Calendar, Columns, Date, Day, Exchange, Fact, Market, Panel, Scores, Series,
    Unit, Weights,
};

/// A market of closes from the first session of 2015 on, by symbol.
pub(crate) fn market(columns: &[(&str, Vec<f64>)]) -> Market {
    market_with(columns, Vec::new())
}

/// The same with series of facts, each known on the day it is about: one number a session.
pub(crate) fn market_with(columns: &[(&str, Vec<f64>)], series: Vec<(&str, Vec<f64>)>) -> Market {
    let (from, to) = (Date::constant(2015, 1, 1), Date::constant(2024, 12, 31));
    let sessions = Exchange::Nyse.sessions(from, to)[..columns[0].1.len()].to_vec();
    let assets = columns.iter().map(|(symbol, _)| Asset::new(*symbol)).collect();
    let close = Panel::from_columns(columns.iter().map(|(_, closes)| closes.clone()).collect());
    let columns = Columns { close, open: None, high: None, low: None, volume: None };
    let series = series.into_iter().map(|(name, values)| {
        let fact = |(day, value): (&Date, f64)| Fact { about: *day, known: *day, value };
        Series::new(name, Unit::Level, sessions.iter().zip(values).map(fact).collect()).unwrap()
    });
    let series = series.collect();
    Market::new(Calendar::new(sessions).unwrap(), assets, columns, Vec::new(), series).unwrap()
}

/// A market of one asset from open, high, low and close, a million shares a session.
pub(crate) fn market_of_candles(candles: &[[f64; 4]]) -> Market {
    let (from, to) = (Date::constant(2015, 1, 1), Date::constant(2024, 12, 31));
    let sessions = Exchange::Nyse.sessions(from, to)[..candles.len()].to_vec();
    let column = |ix: usize| Panel::from_columns(vec![candles.iter().map(|c| c[ix]).collect()]);
    let columns = Columns {
        open: Some(column(0)),
        high: Some(column(1)),
        low: Some(column(2)),
        close: column(3),
        volume: Some(Panel::from_columns(vec![vec![1e6; candles.len()]])),
    };
    let calendar = Calendar::new(sessions).unwrap();
    Market::new(calendar, vec![Asset::new("A")], columns, Vec::new(), Vec::new()).unwrap()
}

/// A strategy from its file.
pub(crate) fn strategy(text: &str) -> Strategy {
    Strategy::parse("test", text).unwrap_or_else(|error| panic!("{error}"))
}

/// The weights at the close of `day`, decided out of the blue.
pub(crate) fn weights(strategy: &Strategy, market: &Market, day: u32) -> Weights {
    weights_of(strategy, market, day, &Book::default(), &mut Memory::default())
}

/// The weights at the close of `day`, with book and memory.
pub(crate) fn weights_of(
    strategy: &Strategy,
    market: &Market,
    day: u32,
    book: &Book,
    memory: &mut Memory,
) -> Weights {
    let mut cx = Cx::new(market.as_of(Day(day)), book, memory, &strategy.universe);
    strategy.weights(&mut cx).unwrap_or_else(|error| panic!("{error}"))
}

/// The scores of all listed assets.
pub(crate) fn scores(signal: &dyn crate::Signal, market: &Market, day: u32) -> Scores {
    let (book, mut memory) = (Book::default(), Memory::default());
    let mut cx = Cx::new(market.as_of(Day(day)), &book, &mut memory, &[]);
    let all: Vec<AssetId> = cx.past().listed().collect();
    signal.score(&mut cx, &all).unwrap_or_else(|error| panic!("{error}"))
}

/// The score of the first asset.
pub(crate) fn score(signal: &dyn crate::Signal, market: &Market, day: u32) -> f64 {
    scores(signal, market, day).of(AssetId(0)).expect("the first asset has a score")
}

/// The reading of a gauge.
pub(crate) fn reading(
    gauge: &dyn crate::Gauge,
    market: &Market,
    day: u32,
    memory: &mut Memory,
) -> f64 {
    let book = Book::default();
    let mut cx = Cx::new(market.as_of(Day(day)), &book, memory, &[]);
    gauge.read(&mut cx).unwrap_or_else(|error| panic!("{error}"))
}
