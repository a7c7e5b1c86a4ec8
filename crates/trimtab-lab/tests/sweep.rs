//! A sweep gives what runs of their own give.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use proptest::strategy::Strategy as _;
use trimtab_core::{Asset, Calendar, Columns, Date, Exchange, Market, Panel};
use trimtab_lab::sweep::{Axis, Design, Engine, Row, Sweep};
use trimtab_lab::{MetricSet, Prepared, Record, RiskFree};
use trimtab_sim::{Light, Options, backtest, light};
use trimtab_strategy::{Strategy, Template};

const RULES: &str = r#"
    root = "@portfolio"
    [signal.trend]
    kind = "sma-ratio"
    fast = 20
    slow = 100
    [allocator.portfolio]
    kind    = "ladder"
    by      = "@trend"
    among   = ["A", "B", "C"]
    below   = 1.0
    least   = 0.1
    step    = 0.3
    most    = 0.9
    offence = { kind = "equal-weight", among = ["A", "B"] }
    defence = { kind = "top", n = 1, by = "@trend", among = ["C", "D"] }
    [costs]
    slippage = { one_way_bps = 5 }
    cash     = "none"
"#;

/// Four assets that wander by a fixed recipe.
fn market() -> Market {
    let sessions =
        Exchange::Nyse.sessions(Date::constant(2010, 1, 1), Date::constant(2013, 12, 31));
    let mut state = 88_172_645_463_325_252_u64;
    let mut chance = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64 - 0.5
    };
    let mut column = || {
        let mut price = 100.0;
        let mut step = |_: &Date| {
            price *= 1.0 + chance() * 0.03 + 0.0002;
            price
        };
        sessions.iter().map(&mut step).collect::<Vec<f64>>()
    };
    let close = Panel::from_columns((0..4).map(|_| column()).collect());
    let columns = Columns { close, open: None, high: None, low: None, volume: None };
    let assets = ["A", "B", "C", "D"].map(Asset::new).to_vec();
    Market::new(Calendar::new(sessions).unwrap(), assets, columns, vec![], vec![]).unwrap()
}

fn design(texts: &[&str]) -> Design {
    Design::grid(texts.iter().map(|text| Axis::parse(text).unwrap()).collect()).unwrap()
}

fn rows(market: &Market, design: &Design, engine: Engine, risk_free: RiskFree<'_>) -> Vec<Row> {
    rows_of(RULES, market, design, engine, risk_free)
}

fn rows_of(
    rules: &str,
    market: &Market,
    design: &Design,
    engine: Engine,
    risk_free: RiskFree<'_>,
) -> Vec<Row> {
    let (template, options) = (Template::new("rules", rules).unwrap(), Options::default());
    let sweep = Sweep::new(&template, design, market, &options, engine, risk_free).unwrap();
    sweep.rows(0..design.len())
}

/// The rules on a road on which several accounts are led at once.
fn plain() -> String {
    format!("{RULES}[execution]\nsizing = \"value\"\nshares = \"fractional\"\n")
}

/// The strategy of a set, read from the text anew.
fn alone(design: &Design, ix: usize) -> Strategy {
    let set: Vec<(String, String)> = design.paths().iter().cloned().zip(design.set(ix)).collect();
    Strategy::parse_with("rules", RULES, &set).unwrap()
}

#[test]
fn every_row_is_bit_for_bit_that_of_a_run_of_its_own() {
    let market = market();
    // Another schedule and other costs need another track.
    let design = design(&[
        "trend.fast=5..15:10",
        "trend.slow=60..140:40",
        "portfolio.step=0.1..0.4:0.15",
        "schedule.every=month,week",
        "costs.preset=liquid,none",
    ]);
    let rates = vec![0.0001; market.days() - 1];
    let options = Options::default();
    let per_year = market.calendar().frequency().per_year();
    for (engine, risk_free) in
        [(Engine::Light, RiskFree::ZERO), (Engine::Books, RiskFree::Series(&rates))]
    {
        for (ix, row) in rows(&market, &design, engine, risk_free).into_iter().enumerate() {
            let strategy = alone(&design, ix);
            let run = match engine {
                Engine::Light => light(&strategy, &market, &options).unwrap(),
                Engine::Books => Light::from(backtest(&strategy, &market, &options).unwrap()),
            };
            let figures = row.figures.unwrap();
            assert_eq!(figures.final_value, run.last_value());
            assert_eq!((figures.decisions, figures.rebalances), (run.decisions, run.rebalances));
            assert_eq!(figures.costs, run.costs);
            let returns = run.returns();
            let record =
                Record::new(market.calendar().sessions(), &returns, risk_free, per_year).unwrap();
            let set = MetricSet::of(&Prepared::new(record));
            for (own, name) in [
                (figures.sharpe, "sharpe"),
                (figures.volatility_yearly, "volatility_yearly"),
                (Some(figures.return_yearly_periods), "return_yearly_periods"),
                (Some(figures.drawdown_max), "drawdown_max"),
            ] {
                let (own, metric) = (own.unwrap(), set.get(name).unwrap());
                assert!((own / metric - 1.0).abs() < 1e-12, "{name}: {own} beside {metric}");
            }
        }
    }
}

#[test]
fn the_number_of_threads_changes_no_row() {
    let market = market();
    let design = design(&["trend.fast=5..25:5", "trend.slow=60..160:20"]);
    for rules in [RULES.to_owned(), plain()] {
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| rows_of(&rules, &market, &design, Engine::Light, RiskFree::ZERO))
        };
        let one = with(1);
        assert_eq!(one.len(), 30);
        assert!(one.iter().any(|row| row.figures != one[0].figures));
        assert_eq!(one, with(3));
    }
}

#[test]
fn a_set_that_makes_no_strategy_says_why_and_stops_nobody() {
    let market = market();
    let design = design(&["portfolio.least=0.2,0.95,0.3"]);
    let rows = rows(&market, &design, Engine::Light, RiskFree::ZERO);
    let error = rows[1].error.as_ref().unwrap().to_string();
    assert!(rows[1].figures.is_none() && error.contains("above"), "{error}");
    assert!(rows[0].figures.is_some() && rows[2].figures.is_some());
    let unknown = Design::table(vec!["trend.slaw".into()], vec![vec!["1".into()]]).unwrap();
    let (template, options) = (Template::new("rules", RULES).unwrap(), Options::default());
    let zero = RiskFree::ZERO;
    let sweep = Sweep::new(&template, &unknown, &market, &options, Engine::Light, zero);
    assert!(sweep.unwrap_err().to_string().contains("trend.slaw"));
}

/// A value for each of the paths below: parameters of nodes, of nodes written in place, of what is no node; some that cannot
/// be read, and some that would make another tree.
fn value_of(path: usize) -> impl proptest::strategy::Strategy<Value = String> {
    let of: &[&str] = match path {
        0 => &["3", "5", "8", "0", "\"6 weeks\""],
        1 => &["40", "60", "\"4 months\""],
        2 => &["0.0", "0.1", "0.25", "0.5", "1.0"],
        3 => &["0.0", "0.2", "0.95"],
        4 => &["1", "2", "3"],
        5 => &["[\"A\"]", "[\"A\", \"C\"]", "[\"D\"]", "[\"X\"]", "@trend"],
        6 => &["\"month\"", "\"week\""],
        _ => &["{ one_way_bps = 5 }", "{ one_way_bps = 50 }"],
    };
    prop::sample::select(of.to_vec()).prop_map(str::to_owned)
}

const PATHS: [&str; 8] = [
    "trend.fast",
    "trend.slow",
    "portfolio.step",
    "portfolio.least",
    "portfolio.defence.n",
    "portfolio.offence.among",
    "schedule.every",
    "costs.slippage",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn every_row_led_with_others_is_bit_for_bit_that_of_its_set_alone(
        sets in prop::collection::vec(
            (value_of(0), value_of(1), value_of(2), value_of(3), value_of(4), value_of(5), value_of(6), value_of(7)),
            2..40,
        ),
        width in 1..=8usize,
        rate in prop::sample::select(vec![0.0, 0.0001]),
        series in prop::bool::ANY,
    ) {
        let (market, rules, options) = (market(), plain(), Options::default());
        let all = sets.into_iter().map(|(a, b, c, d, e, f, g, h)| vec![a, b, c, d, e, f, g, h]);
        let sets: Vec<Vec<String>> = all.map(|set| set[..width].to_vec()).collect();
        let paths: Vec<String> = PATHS[..width].iter().map(|path| (*path).to_owned()).collect();
        let good = |set: &Vec<String>| {
            let set: Vec<_> = paths.iter().cloned().zip(set.iter().cloned()).collect();
            Strategy::parse_with("rules", &rules, &set).is_ok()
        };
        let Some(first) = sets.iter().position(good) else { return Ok(()) };
        let design = Design::table(paths.clone(), sets[first..].to_vec()).unwrap();
        let rates = vec![rate; market.days() - 1];
        let cash = if series { RiskFree::Series(&rates) } else { RiskFree::Constant(rate) };
        let template = Template::new("rules", &rules).unwrap();
        let sweep = Sweep::new(&template, &design, &market, &options, Engine::Light, cash).unwrap();
        let together = sweep.rows(0..design.len());
        for (ix, row) in together.iter().enumerate() {
            prop_assert_eq!(row, &sweep.row(ix), "set {:?}", design.set(ix));
        }
        // In two parts, as a sweep that was cut off.
        let half = design.len() / 2;
        let parts = [sweep.rows(0..half), sweep.rows(half..design.len())].concat();
        prop_assert_eq!(parts, together);
    }
}
