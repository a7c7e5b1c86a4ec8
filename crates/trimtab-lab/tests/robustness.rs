//! A whole scrutiny on made-up markets: skill that is there is found, and skill that is not is not.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use trimtab_core::{Asset, Calendar, Columns, Date, Day, Exchange, Market, Panel};
use trimtab_lab::robustness::{
    Asked, Earlier, Evidence, Family, Scrutiny, Tried, Verdict, scrutiny,
};
use trimtab_lab::validation::Dice;
use trimtab_sim::Options;
use trimtab_strategy::Strategy;

const TREND: &str = r#"
    universe = ["A"]
    root = "@switch"
    [signal.cross]
    kind = "sma-ratio"
    fast = 5
    slow = 40
    [gauge.market]
    kind  = "score-of"
    asset = "A"
    by    = "@cross"
    [allocator.switch]
    kind  = "when"
    gauge = "@market"
    above = 1.0
    then  = { kind = "fixed", weights = { A = 1.0 } }
    [schedule]
    every = "week"
    [costs]
    half_spread = { one_way_bps = 2 }
    cash = "none"
    [range]
    "cross.fast" = { from = 3, to = 9, step = 1 }
    "cross.slow" = { from = 20, to = 60, step = 10 }
"#;

const HALF: &str = r#"
    universe = ["A"]
    root = { kind = "fixed", weights = { A = 0.5 } }
    [costs]
    cash = "none"
"#;

/// Ten years of an asset whose drift changes every 120 sessions between `up` and `down`.
fn market(up: f64, down: f64) -> Market {
    let sessions: Vec<Date> = Exchange::Weekdays
        .sessions(Date::constant(2005, 1, 3), Date::constant(2014, 12, 31))
        .into_iter()
        .collect();
    let (mut dice, mut price) = (Dice::new(21, 0), 100.0);
    let next = |t: usize| {
        let drift = if (t / 120).is_multiple_of(2) { up } else { down };
        price *= 1.0 + drift + 0.008 * dice.normal();
        price
    };
    let close = Panel::from_columns(vec![(0..sessions.len()).map(next).collect()]);
    let columns = Columns { close, open: None, high: None, low: None, volume: None };
    let calendar = Calendar::new(sessions).unwrap();
    Market::new(calendar, vec![Asset::new("A")], columns, vec![], vec![]).unwrap()
}

fn validated(market: &Market) -> Scrutiny {
    after(market, None)
}

/// After what `tried` tells of.
fn after(market: &Market, tried: Option<Tried<'_>>) -> Scrutiny {
    let make = |set: &[(String, String)]| Strategy::parse_with("trend", TREND, set);
    let (strategy, benchmark) = (make(&[]).unwrap(), Strategy::parse("half", HALF).unwrap());
    let own: BTreeMap<String, f64> = strategy
        .range
        .keys()
        .map(|path| (path.clone(), Strategy::number_at(TREND, path).unwrap()))
        .collect();
    assert_eq!(own["cross.slow"], 40.0);
    let library = [benchmark.clone()];
    scrutiny(&Asked {
        strategy: &strategy,
        make: &make,
        own: &own,
        benchmark: &benchmark,
        library: &library,
        market,
        options: &Options::default(),
        family: 16,
        tried,
        markets: 12,
        seed: 1,
    })
    .unwrap()
}

fn says(found: &Scrutiny, what: &str) -> Evidence {
    found.findings.iter().find(|finding| finding.what == what).unwrap().says
}

#[test]
fn skill_that_is_there_is_found() {
    let found = validated(&market(0.0016, -0.0014));
    assert_ne!(found.verdict, Verdict::NotShown, "{:?}", found.findings);
    assert!(found.tests.p <= 0.05 && found.tests.named, "{:?}", found.tests);
    for what in ["significance", "timing", "costs", "parameters", "track record"] {
        assert_eq!(says(&found, what), Evidence::For, "{what} {:?}", found.findings);
    }
    assert_eq!((found.timing_luck.len(), found.delays.len(), found.frequencies.len()), (5, 5, 5));
    // The strategy as it is decides on the last session of the week: one of the days that are tried.
    assert_eq!(found.timing_luck[0].figures, found.figures);
    for pair in found.costs.windows(2) {
        assert!(pair[0].figures.return_yearly > pair[1].figures.return_yearly);
    }
    // Two numbers of the averages and one threshold, one weight.
    assert_eq!(found.numbers, 4);
    assert_eq!((found.tests.trials, found.neighbours.as_ref().unwrap().count), (16, 4));
    assert!(found.tests.overfitting.is_some() && found.walk_rolling.is_some());
    let [blocks, regimes] = &found.markets[..] else { panic!("two kinds of markets") };
    assert!(blocks.ahead > 0.5 && blocks.markets == 12, "{blocks:?}");
    assert_eq!(regimes.markets + regimes.failed, 12);
    for band in &found.bands {
        assert!(band.low <= band.value && band.value <= band.high || band.key == "drawdown_max");
    }
    assert_eq!(found.bands.len(), 5);
    assert_eq!(found.library.len(), 2);
    assert!(found.selection.is_some());
}

#[test]
fn what_was_tried_before_is_paid_for() {
    let market = market(0.001, -0.0006);
    let alone = validated(&market).tests;
    assert_eq!((alone.trials, alone.compared, alone.earlier_known), (16, 16, false));
    // The same family once more, and 400 others of which nothing is known but their Sharpe ratios.
    let tried = |family: &Family, _: Day| {
        let curves = family.members[1..].iter().map(|m| m.curve.returns.clone()).collect();
        let sharpes = family.excess()?.sharpes();
        Ok(Some(Earlier { trials: 431, sharpes, curves }))
    };
    let later = after(&market, Some(&tried)).tests;
    assert_eq!((later.trials, later.compared, later.earlier_known), (431, 31, true));
    let (effective, before) = (later.trials_effective.unwrap(), alone.trials_effective.unwrap());
    assert!(effective > 5.0 * before, "{effective} {before}");
    assert!(later.deflated.unwrap() < alone.deflated.unwrap());
    assert!(later.p > alone.p && later.p_best > alone.p_best, "{later:?} {alone:?}");
}

#[test]
fn a_market_without_trends_shows_no_skill() {
    let found = validated(&market(0.0003, 0.0003));
    assert_eq!(found.verdict, Verdict::NotShown, "{:?}", found.findings);
    assert_eq!(says(&found, "significance"), Evidence::Against);
}

#[test]
fn threads_change_nothing() {
    let market = market(0.001, -0.0005);
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| serde_json::to_string(&validated(&market)).unwrap())
    };
    assert_eq!(on(1), on(3));
}
