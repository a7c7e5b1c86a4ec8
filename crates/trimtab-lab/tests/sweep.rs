//! A sweep gives what runs of their own give.
#![allow(clippy::unwrap_used)]

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
    let (template, options) = (Template::new("rules", RULES).unwrap(), Options::default());
    let sweep = Sweep::new(&template, design, market, &options, engine, risk_free).unwrap();
    sweep.rows(0..design.len())
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
            assert_eq!(figures.sharpe, set.get("sharpe"));
            assert_eq!(figures.volatility_yearly, set.get("volatility_yearly"));
            assert_eq!(Some(figures.return_yearly_periods), set.get("return_yearly_periods"));
            assert_eq!(Some(figures.drawdown_max), set.get("drawdown_max"));
        }
    }
}

#[test]
fn the_number_of_threads_changes_no_row() {
    let market = market();
    let design = design(&["trend.fast=5..25:5", "trend.slow=60..160:20"]);
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| rows(&market, &design, Engine::Light, RiskFree::ZERO))
    };
    let one = with(1);
    assert_eq!(one.len(), 30);
    assert!(one.iter().any(|row| row.figures != one[0].figures));
    assert_eq!(one, with(3));
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
