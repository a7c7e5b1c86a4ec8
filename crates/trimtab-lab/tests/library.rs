//! A row of a sweep is a run of its own, to the last bit, for every strategy that ships.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::print_stdout)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rayon::prelude::*;
use trimtab_core::{
    Asset, Calendar, Columns, Date, Exchange, Fact, Market, Panel, Series, Span, Unit,
};
use trimtab_lab::RiskFree;
use trimtab_lab::sweep::{Axis, Design, Engine, Figures, Sweep};
use trimtab_sim::{Options, light};
use trimtab_strategy::{Strategy, Template};

/// Every strategy that ships, with its text, by name.
fn library() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../strategies");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let toml = files.filter(|path| path.extension().is_some_and(|ending| ending == "toml"));
    let read = |path: std::path::PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read_to_string(path).unwrap())
    };
    toml.map(read).collect()
}

/// Numbers between -0.5 and 0.5, the same for the same name.
fn chance(name: &str) -> impl FnMut() -> f64 {
    let seed = name
        .bytes()
        .fold(88_172_645_463_325_252_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
    let mut state = seed | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64 - 0.5
    }
}

/// Words in quotes that could be symbols.
fn symbols(texts: &BTreeMap<String, String>) -> BTreeSet<String> {
    let symbol = |word: &&str| {
        let fits = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || ".-^".contains(c);
        !word.is_empty()
            && word.starts_with(|c: char| c.is_ascii_uppercase())
            && word.chars().all(fits)
    };
    let lines = texts.values().flat_map(|text| text.lines());
    let words = lines.flat_map(|line| line.split('"').skip(1).step_by(2));
    words.filter(symbol).map(str::to_owned).collect()
}

/// What strategies read beside prices: the words after `series =`, and what cash earns.
fn series_names(texts: &BTreeMap<String, String>) -> BTreeSet<String> {
    let after = |text: &String| {
        let places =
            text.match_indices("series").map(|(at, _)| text[at + 6..].trim_start().to_owned());
        let named = places.filter_map(|rest| {
            Some(rest.strip_prefix('=')?.trim_start().strip_prefix('"')?.to_owned())
        });
        named.filter_map(|rest| rest.split('"').next().map(str::to_owned)).collect::<Vec<_>>()
    };
    texts.values().flat_map(after).chain(["bills".to_owned()]).collect()
}

/// From the first session on every asset has a price of its own walk.
fn market(texts: &BTreeMap<String, String>) -> Market {
    let symbols = &symbols(texts);
    let sessions = Exchange::Nyse.sessions(Date::constant(2008, 1, 2), Date::constant(2012, 6, 29));
    let walk = |symbol: &String| {
        let (mut chance, mut price) = (chance(symbol), 80.0);
        let wild = 0.01 + 0.03 * (chance() + 0.5);
        let mut step = |_: &Date| {
            price *= 1.0 + chance() * wild + 0.0002;
            price
        };
        sessions.iter().map(&mut step).collect::<Vec<f64>>()
    };
    let close = Panel::from_columns(symbols.iter().map(walk).collect());
    let columns = Columns { close, open: None, high: None, low: None, volume: None };
    let series = |name: &String| {
        let (mut chance, first) = (chance(name), Date::constant(1985, 1, 1));
        let unit = if name == "bills" { Unit::PercentPerYear } else { Unit::Level };
        let mut value = 20.0;
        let facts = (0..330).map(|month| {
            let about = first.checked_add(Span::new().months(month)).unwrap();
            value = (value * (1.0 + 0.1 * chance())).clamp(1.0, 60.0);
            Fact { about, known: about.checked_add(Span::new().days(40)).unwrap(), value }
        });
        Series::new(name.as_str(), unit, facts.collect()).unwrap()
    };
    let assets = symbols.iter().map(|symbol| Asset::new(symbol.as_str())).collect();
    let series = series_names(texts).iter().map(series).collect();
    Market::new(Calendar::new(sessions).unwrap(), assets, columns, vec![], series).unwrap()
}

fn set(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(path, value)| ((*path).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn a_sweep_of_every_strategy_is_its_separate_runs() {
    let library = library();
    let market = market(&library);
    let options = Options { from: Some(Date::constant(2009, 6, 1)), ..Options::default() };
    let per_year = market.calendar().frequency().per_year();
    let one = |(name, text): (&String, &String)| {
        let base = Strategy::parse(name, text).unwrap();
        let axes = base.range.iter().map(|(path, range)| {
            Axis::range(path.clone(), range.from, range.to, range.step).unwrap()
        });
        let mut axes: Vec<Axis> = axes.collect();
        // Those without ranges are swept over what every strategy has: two roads, so that not all sets share one.
        axes.push(Axis::parse("execution.sizing=value,shares").unwrap());
        let design = Design::random(axes, 6, 11).unwrap();
        let mut template = Template::new(name, text).unwrap();
        template.fix("costs.cash", "none").unwrap();
        let (engine, zero) = (Engine::Light, RiskFree::ZERO);
        let sweep = Sweep::new(&template, &design, &market, &options, engine, zero).unwrap();
        for (ix, row) in sweep.rows(0..design.len()).into_iter().enumerate() {
            let mut own = set(&[("costs.cash", "none")]);
            own.extend(design.paths().iter().cloned().zip(design.set(ix)));
            match Strategy::parse_with(name, text, &own) {
                Err(_) => assert!(row.error.is_some() && row.figures.is_none(), "{name} {own:?}"),
                Ok(strategy) => {
                    let run = light(&strategy, &market, &options).unwrap();
                    let figures = run.ended.is_none().then(|| Figures::of(&run, per_year, zero));
                    assert_eq!(row.figures, figures, "{name} {own:?}");
                }
            }
        }
        usize::from(!base.range.is_empty())
    };
    let ranged: usize = library.par_iter().map(one).sum();
    println!("{} strategies, {ranged} with ranges of their own", library.len());
    assert!(library.len() >= 87 && ranged >= 15);
}
