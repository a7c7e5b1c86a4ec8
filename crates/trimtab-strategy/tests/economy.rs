//! The strategies that read the economy decide as an independent program does, on figures as they were known on the day.
//!
//! `oracle/economy.py` computes `oracle/economy.json` from the files of `../shared`; its first lines say how.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::print_stdout)]

mod prices;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use trimtab_core::{Date, Fact, Kind, Market, Series, Span, Unit};
use trimtab_strategy::{Book, Cx, Memory, Strategy};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
const ORACLE: &str = include_str!("oracle/economy.json");

/// The strategy on the history of this repository; the others are on funds.
const ON_MONTHS: &str = "growth-trend-timing-monthly";

fn shared(path: &str) -> PathBuf {
    Path::new(ROOT).join("../shared/data").join(path)
}

/// The columns of a table by name.
fn columns(path: &Path) -> BTreeMap<String, Vec<String>> {
    let text = prices::text(path).unwrap();
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let mut columns = vec![Vec::new(); names.len()];
    for line in lines {
        columns.iter_mut().zip(line.split(',')).for_each(|(c, cell)| c.push(cell.to_owned()));
    }
    names.into_iter().map(str::to_owned).zip(columns).collect()
}

/// The first day of the month that comes `months` after the one of a date or month.
fn month(text: &str, months: i64) -> Date {
    let first: Date = format!("{}-01", &text[..7]).parse().unwrap();
    first.saturating_add(Span::new().months(months))
}

/// A table of a date and a value, known so many days after the end of its day or month.
fn plain(name: &str, path: &str, [date, value]: [&str; 2], months: bool, days: i64) -> Series {
    let table = columns(&shared(path));
    let fact = |(day, value): (&String, &String)| {
        let value: f64 = value.parse().ok().filter(|x| !months || *x > 0.0)?;
        let about: Date = day.parse().unwrap();
        let about = if months { about.last_of_month() } else { about };
        Some(Fact { about, known: about.saturating_add(Span::new().days(days)), value })
    };
    let facts = table[date].iter().zip(&table[value]).filter_map(fact).collect();
    Series::new(name, Unit::Level, facts).unwrap()
}

/// Vintages of months: known when the month is over.
fn vintages(name: &str) -> Series {
    let table = columns(&shared("macro/fredmd_pit.csv.gz"));
    let fact = |ix: usize| Fact {
        about: month(&table["obs"][ix], 0).last_of_month(),
        known: month(&table["vintage"][ix], 1),
        value: table["value"][ix].parse().unwrap(),
    };
    let own = (0..table["obs"].len()).filter(|ix| table["series"][*ix] == name);
    Series::new(name, Unit::Level, own.map(fact).collect()).unwrap()
}

/// Vintages of quarters: known when the quarter is over.
fn growth_of_the_economy() -> Series {
    let table = columns(&shared("macro/us_gdp_vintages.csv.gz"));
    let fact = |ix: usize| Fact {
        about: month(&table["time"][ix], 2).last_of_month(),
        known: month(&table["pub_date"][ix], 3),
        value: table["value"][ix].parse().unwrap(),
    };
    Series::new("GDPC1", Unit::Level, (0..table["time"].len()).map(fact).collect()).unwrap()
}

fn market() -> Option<Market> {
    let funds = shared("etf_adjclose_yahoo_1993_2018.csv.gz");
    if !funds.exists() {
        println!("skipped: ../shared/data is absent");
        return None;
    }
    let mut series = vec![vintages("UNRATE"), vintages("CPIAUCSL"), growth_of_the_economy()];
    let daily = |name: &str, path: &str, columns| plain(name, path, columns, false, 1);
    for name in ["DGS3MO", "DGS6MO", "DGS2", "DGS5", "DGS7", "DGS10"] {
        series.push(daily(name, "macro/treasury_curve_daily.csv.gz", ["date", name]));
    }
    for name in ["EFFR", "T10YIE", "BAMLH0A0HYM2"] {
        series.push(daily(name, &format!("macro/{name}.csv"), ["Date", "Value"]));
    }
    series.push(daily("VIXCLS", "macro/vix_ohlc_daily.csv", ["DATE", "CLOSE"]));
    series.push(plain("PE10", "macro/shiller_sp500.csv.gz", ["Date", "PE10"], true, 31));
    prices::table_with(&funds, series)
}

fn text(name: &str) -> String {
    let path = Path::new(ROOT).join(format!("strategies/{name}.toml"));
    std::fs::read_to_string(path).unwrap()
}

fn strategy(name: &str) -> Strategy {
    // IWN is not in the file of funds; the rule is the same with another one.
    Strategy::parse(name, &text(name).replace("IWN", "IWM"))
        .unwrap_or_else(|error| panic!("{error}"))
}

type Decisions = BTreeMap<String, BTreeMap<String, f64>>;

/// Compares all decisions of a strategy; how many.
fn compare(name: &str, decisions: &Decisions, market: &Market) -> usize {
    let strategy = strategy(name);
    for (date, expected) in decisions {
        let day = market.calendar().on_or_before(date.parse().unwrap()).unwrap();
        let (book, mut memory) = (Book::default(), Memory::default());
        let mut cx = Cx::new(market.as_of(day), &book, &mut memory, &strategy.universe);
        let decided = strategy.weights(&mut cx).unwrap_or_else(|e| panic!("{name} on {date}: {e}"));
        let decided: BTreeMap<String, f64> =
            decided.iter().map(|(asset, w)| (market.symbol(asset).to_owned(), w)).collect();
        let of =
            |weights: &BTreeMap<String, f64>, s: &String| weights.get(s).copied().unwrap_or(0.0);
        let close = |s: &String| (of(&decided, s) - of(expected, s)).abs() < 1e-9;
        assert!(
            decided.keys().chain(expected.keys()).all(close),
            "{name} on {date}: {decided:?}, expected {expected:?}"
        );
    }
    decisions.len()
}

#[test]
fn decisions_by_the_economy_are_those_of_an_independent_program() {
    let Some(market) = market() else { return };
    let oracle: BTreeMap<String, Decisions> = serde_json::from_str(ORACLE).unwrap();
    let on_funds = oracle.iter().filter(|(name, _)| *name != ON_MONTHS);
    let compared: usize = on_funds.map(|(name, days)| compare(name, days, &market)).sum();
    assert_eq!(compared, 9 * (oracle.len() - 1));
}

#[test]
fn decisions_on_the_embedded_economy_are_those_of_an_independent_program() {
    let history = Path::new(ROOT).join("history");
    let table = columns(&history.join("macro.csv.gz"));
    let fact = |ix: usize| Fact {
        about: table["about"][ix].parse().unwrap(),
        known: table["known"][ix].parse().unwrap(),
        value: table["value"][ix].parse().unwrap(),
    };
    let own = (0..table["about"].len()).filter(|ix| table["series"][*ix] == "UNRATE");
    let series = Series::new("UNRATE", Unit::Level, own.map(fact).collect()).unwrap();
    let market = prices::table_with(&history.join("monthly.csv.gz"), vec![series]).unwrap();
    let oracle: BTreeMap<String, Decisions> = serde_json::from_str(ORACLE).unwrap();
    assert_eq!(compare(ON_MONTHS, &oracle[ON_MONTHS], &market), 5);
}

/// The same rule on the latest revision decides otherwise on two month-ends, as the other program finds too: in November
/// 2002 and March 2003 unemployment was not printed above its average, and was later said to have been.
#[test]
fn revised_unemployment_decides_otherwise() {
    let Some(market) = market() else { return };
    let revised = market.with_latest_revisions().unwrap();
    // Bill funds are younger; the rule is the same with another fund.
    let text = text("growth-trend-timing").replace("BIL", "TLT");
    let strategy = Strategy::parse("growth-trend-timing", &text).unwrap();
    let decide = |market: &Market, day| {
        let (book, mut memory) = (Book::default(), Memory::default());
        strategy.weights(&mut Cx::new(market.as_of(day), &book, &mut memory, &[]))
    };
    let (mut made, mut others) = (0, Vec::new());
    for day in (0..market.days() as u32).map(trimtab_core::Day) {
        if !market.calendar().ends_month(day) {
            continue;
        }
        match (decide(&market, day), decide(&revised, day)) {
            (Ok(own), Ok(other)) => {
                made += 1;
                if own != other {
                    others.push(market.calendar().date(day).to_string());
                }
            }
            (Err(error), _) | (_, Err(error)) => assert_eq!(error.kind(), Kind::Data, "{error}"),
        }
    }
    assert!(made > 190, "{made}");
    assert_eq!(others, ["2002-11-29", "2003-03-31"]);
}
