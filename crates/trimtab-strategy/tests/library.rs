//! The library: every file reads, says where it comes from, and decides as an independent program does.
//!
//! `oracle/decisions.py` computes `oracle/decisions.json` from the price file of `../shared`, `oracle/optimisers.py` those with
//! an optimiser, `oracle/regimes.py` those with fitted regimes, `oracle/learned.py` those that learn, `oracle/economy.py` those that read the economy, which the
//! test `economy` compares; their first lines say how.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::print_stdout)]

mod prices;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use prices::funds;
use trimtab_core::{
    Asset, Calendar, Columns, Date, Day, Exchange, Fact, Kind, Market, Panel, Series, Unit, Weights,
};
use trimtab_strategy::{Book, Cx, Evidence, Memory, Strategy};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
const ORACLE: &str = include_str!("oracle/decisions.json");
const OPTIMISERS: &str = include_str!("oracle/optimisers.json");
const REGIMES: &str = include_str!("oracle/regimes.json");
const ECONOMY: &str = include_str!("oracle/economy.json");
const LEARNED: &str = include_str!("oracle/learned.json");

/// Every file of the library with its text, by name.
fn library() -> BTreeMap<String, String> {
    let folder = Path::new(ROOT).join("strategies");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let toml = files.filter(|path| path.extension().is_some_and(|e| e == "toml"));
    let name = |path: &PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    toml.map(|path| (name(&path), std::fs::read_to_string(&path).unwrap())).collect()
}

fn parse(name: &str, text: &str) -> Strategy {
    Strategy::parse(name, text).unwrap_or_else(|error| panic!("{error}"))
}

fn by_symbol(market: &Market, weights: &Weights) -> BTreeMap<String, f64> {
    weights.iter().map(|(asset, w)| (market.symbol(asset).to_owned(), w)).collect()
}

#[test]
fn every_file_reads_prints_and_explains() {
    for (name, text) in library() {
        let strategy = parse(&name, &text);
        let back = Strategy::from_canonical(&strategy.canonical()).unwrap();
        assert_eq!((&strategy, strategy.canonical()), (&back, back.canonical()), "{name}");
        assert!(strategy.explain().lines().count() >= 4, "{name}");
        assert!(!strategy.title.is_empty(), "{name}");
    }
}

#[test]
fn every_file_says_where_it_comes_from() {
    for (name, text) in library() {
        let provenance = parse(&name, &text).provenance;
        assert!(provenance.source.len() > 20, "{name} has no source");
        assert!(provenance.rationale.len() > 20, "{name} has no rationale");
        let evidence = provenance.evidence.unwrap_or_else(|| panic!("{name} has no evidence"));
        let own = evidence == Evidence::Own;
        assert!(own || !provenance.variant.is_empty(), "{name} does not say which variant it is");
        let figures = provenance.statistics.is_empty();
        assert_eq!(figures, provenance.statistics_of.is_empty(), "{name}: figures of what?");
    }
}

#[test]
fn every_file_decides_at_every_month_end() {
    let Some(market) = funds() else { return };
    let days = (0..market.days() as u32).map(Day);
    // From when every fund is listed: a fallback that does not exist yet is an error once decisions have begun.
    let start: Date = "2008-06-30".parse().unwrap();
    let due =
        |day: &Day| market.calendar().ends_month(*day) && market.calendar().date(*day) >= start;
    let ends: Vec<Day> = days.filter(due).collect();
    let (mut run, mut elsewhere) = (0, Vec::new());
    for (name, text) in library() {
        let strategy = parse(&name, &text);
        let (mut memory, mut made) = (Memory::default(), 0);
        let book = Book { weights: Weights::cash(), value: 1e5, peak: 1e5 };
        for day in &ends {
            let past = market.as_of(*day);
            let mut cx = Cx::new(past, &book, &mut memory, &strategy.universe);
            match strategy.weights(&mut cx) {
                Ok(weights) => {
                    assert!(weights.iter().all(|(_, w)| w > 0.0 && w.is_finite()), "{name}");
                    assert!(weights.gross() <= strategy.leverage() + 1e-9, "{name}");
                    made += 1;
                }
                Err(error) if error.kind() == Kind::Data && made == 0 => {}
                Err(error) if error.message().starts_with("unknown ") => break,
                Err(error) => panic!("{name} on {}: {error}", past.date()),
            }
        }
        match made {
            0 => elsewhere.push(name),
            _ => run += 1,
        }
        assert!(made == 0 || made > 100);
    }
    println!("{run} decided; these need other data: {}", elsewhere.join(" "));
    assert!(run >= 45, "only {run} could decide");
}

/// The strategies on month-ends of indices; all others are on funds.
const ON_MONTHS: [&str; 2] = ["sector-breadth-monthly", "sixty-forty-monthly"];

type Oracle = BTreeMap<String, BTreeMap<String, serde_json::Value>>;

/// What the independent programs hold, by strategy and date.
fn oracle(text: &str) -> Oracle {
    serde_json::from_str(text).unwrap()
}

#[test]
fn every_strategy_has_an_independent_computation_of_its_decisions() {
    let library = library();
    let oracle: Oracle =
        [ORACLE, OPTIMISERS, REGIMES, ECONOMY, LEARNED].into_iter().flat_map(oracle).collect();
    let missing: Vec<&String> = library.keys().filter(|name| !oracle.contains_key(*name)).collect();
    assert!(missing.is_empty(), "add {missing:?} to a program of tests/oracle");
    let unknown: Vec<&String> = oracle.keys().filter(|name| !library.contains_key(*name)).collect();
    assert!(unknown.is_empty(), "{unknown:?} are not in the library");
}

#[test]
fn decisions_are_those_of_an_independent_program() {
    let Some(market) = funds() else { return };
    let on_funds = |name: &String| !ON_MONTHS.contains(&name.as_str());
    let compared = compare(&market, &oracle(ORACLE), on_funds);
    assert_eq!(compared, 5 * (oracle(ORACLE).len() - ON_MONTHS.len()));
}

#[test]
fn decisions_on_months_are_those_of_an_independent_program() {
    let path = Path::new(ROOT).join("history/monthly.csv.gz");
    let market = prices::table(&path).expect("the history ships with the program");
    let on_months = |name: &String| ON_MONTHS.contains(&name.as_str());
    assert_eq!(compare(&market, &oracle(ORACLE), on_months), 5 * ON_MONTHS.len());
}

#[test]
fn optimal_decisions_are_those_of_an_independent_program() {
    let Some(market) = funds() else { return };
    let compared = compare(&market, &oracle(OPTIMISERS), |_| true);
    assert_eq!(compared, 5 * oracle(OPTIMISERS).len());
}

#[test]
fn decisions_by_regime_are_those_of_hmmlearn_and_jumpmodels() {
    let Some(market) = funds() else { return };
    assert_eq!(compare(&market, &oracle(REGIMES), |_| true), 5 * oracle(REGIMES).len());
}

#[test]
fn learned_decisions_are_those_of_numpy() {
    let Some(market) = funds() else { return };
    let on_funds = |name: &String| name != COUNTRIES;
    assert_eq!(compare(&market, &oracle(LEARNED), on_funds), 5);
}

/// The strategy on made-up figures of countries, whose prices do not matter to it.
const COUNTRIES: &str = "country-valuation";

#[test]
fn countries_are_ranked_by_what_was_known_of_them() {
    let strategy = parse(COUNTRIES, &library()[COUNTRIES]);
    let codes = ["US", "JP", "DE", "GB", "FR", "CA", "AU", "HK"];
    let series = codes.iter().enumerate().map(|(country, code)| {
        let name = format!("DDDM01{code}A156NWDB");
        let fact = |year: usize| Fact {
            about: Date::constant(year as i16, 12, 31),
            known: Date::constant(year as i16 + 1, 9, 30),
            value: (40 + (37 * year + 61 * country * country + 11 * country * year) % 90) as f64,
        };
        Series::new(name, Unit::Level, (2000..2017).map(fact).collect()).unwrap()
    });
    let series = series.collect();
    let (from, to) = (Date::constant(2011, 1, 3), Date::constant(2017, 12, 29));
    let sessions = Exchange::Nyse.sessions(from, to);
    let symbols = ["SPY", "EWJ", "EWG", "EWU", "EWQ", "EWC", "EWA", "EWH"];
    let close = Panel::from_columns(vec![vec![100.0; sessions.len()]; symbols.len()]);
    let columns = Columns { close, open: None, high: None, low: None, volume: None };
    let assets = symbols.iter().map(|symbol| Asset::new(*symbol)).collect();
    let calendar = Calendar::new(sessions).unwrap();
    let market = Market::new(calendar, assets, columns, Vec::new(), series).unwrap();
    assert_eq!(compare(&market, &oracle(LEARNED), |name| name == COUNTRIES), 5);
    // A month before the figure is out, the one of the year before still counts.
    let before = oracle(LEARNED)[COUNTRIES]["2014-10-30"].clone();
    let early = market.calendar().on_or_before("2015-09-29".parse().unwrap()).unwrap();
    let (book, mut memory) = (Book::default(), Memory::default());
    let mut cx = Cx::new(market.as_of(early), &book, &mut memory, &strategy.universe);
    let decided = by_symbol(&market, &strategy.weights(&mut cx).unwrap());
    let expected: BTreeMap<String, f64> = serde_json::from_value(before).unwrap();
    assert!(expected.iter().all(|(symbol, w)| (decided[symbol] - w).abs() < 1e-9));
}

/// Compares the decisions of those strategies that `of` names; how many.
fn compare(market: &Market, oracle: &Oracle, of: impl Fn(&String) -> bool) -> usize {
    let (library, mut compared) = (library(), 0);
    for (name, decisions) in oracle.iter().filter(|(name, _)| of(name)) {
        let text = library.get(name).unwrap_or_else(|| panic!("{name} is not in the library"));
        // Neither REM nor VEU is in the file of funds; the rules are the same with other ones.
        let strategy =
            parse(name, &text.replace("\"REM\"", "\"IYR\"").replace("\"VEU\"", "\"VEA\""));
        for (date, expected) in decisions.iter().filter(|(date, _)| *date != "growth") {
            let expected: BTreeMap<String, f64> = serde_json::from_value(expected.clone()).unwrap();
            let day = market.calendar().on_or_before(date.parse().unwrap()).unwrap();
            let (book, mut memory) = (Book::default(), Memory::default());
            let mut cx = Cx::new(market.as_of(day), &book, &mut memory, &strategy.universe);
            let decided = strategy.weights(&mut cx).unwrap_or_else(|e| panic!("{name}: {e}"));
            let decided = by_symbol(market, &decided);
            let close = |symbol: &String| {
                let of = |weights: &BTreeMap<String, f64>| weights.get(symbol).copied();
                (of(&decided).unwrap_or(0.0) - of(&expected).unwrap_or(0.0)).abs() < 1e-9
            };
            assert!(
                decided.keys().chain(expected.keys()).all(close),
                "{name} on {date}: {decided:?}, expected {expected:?}"
            );
            compared += 1;
        }
    }
    compared
}
