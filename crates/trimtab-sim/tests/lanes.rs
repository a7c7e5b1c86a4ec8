//! Runs by columns and in lanes are the runs day by day, to the last bit.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]
mod support;

use jiff::civil::date;
use proptest::prelude::*;
use proptest::strategy::Strategy as _;
use support::{BREADTH, assert_close, parse, read, shared};
use trimtab_core::{Asset, Calendar, Columns, Exchange, Market, Panel};
use trimtab_sim::{Light, Options, Track};
use trimtab_strategy::{Days, Strategy};

/// Prices of six assets that wander; the last two are listed later.
fn market(seed: u64) -> Market {
    let sessions = Exchange::Nyse.sessions(date(2010, 1, 1), date(2012, 6, 30));
    let mut state = seed | 1;
    let mut chance = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64 - 0.5
    };
    let mut column = |listed: usize| {
        let mut price = 20.0 + 100.0 * (chance() + 0.5);
        let mut step = |t: usize| {
            price *= 1.0 + chance() * 0.04 + 0.0002;
            if t < listed { f64::NAN } else { price }
        };
        (0..sessions.len()).map(&mut step).collect::<Vec<f64>>()
    };
    let close = Panel::from_columns([0, 0, 0, 0, 40, 150].map(&mut column).to_vec());
    let columns = Columns { close, open: None, high: None, low: None, volume: None };
    let assets = ["A", "B", "C", "D", "E", "F"].map(Asset::new).to_vec();
    Market::new(Calendar::new(sessions).unwrap(), assets, columns, vec![], vec![]).unwrap()
}

/// The rules of one set, by a few numbers.
#[derive(Clone, Debug)]
struct Rules {
    tree: usize,
    fast: u32,
    slow: u32,
    share: u32,
    threshold: u32,
}

fn rules() -> impl proptest::strategy::Strategy<Value = Rules> {
    (0..TREES.len(), 1..30u32, 20..120u32, 0..=100u32, 0..40u32).prop_map(
        |(tree, fast, slow, share, threshold)| Rules { tree, fast, slow, share, threshold },
    )
}

const TREES: [&str; 6] = [
    r#"root = { kind = "ladder", by = "@trend", among = ["A", "B", "C", "D"], below = BELOW, least = 0.0, step = SHARE, most = 0.9,
             offence = { kind = "equal-weight", among = ["A", "C"] }, defence = { kind = "top", n = 1, by = "@trend", among = ["B", "C", "D"] } }"#,
    r#"root = { kind = "top", n = 2, by = "@trend", above = BELOW, instead = { kind = "fixed", weights = { B = SHARE } } }"#,
    r#"root = { kind = "when", gauge = { kind = "breadth", by = "@trend", least = BELOW }, above = SHARE,
             then = { kind = "inverse-volatility", among = ["D", "A"], window = SLOW }, otherwise = { kind = "fixed", weights = { E = 0.4, B = 0.6 } } }"#,
    r#"root = { kind = "blend", parts = [{ share = SHARE, of = { kind = "equal-weight", among = ["F", "A"] } },
             { share = 0.0, of = { kind = "top", n = 3, lowest = true, by = "@trend" } }] }"#,
    r#"root = { kind = "top", n = 1, by = { kind = "total-return", window = SLOW }, among = ["A", "B", "D"] }"#,
    r#"root = { kind = "when", gauge = { kind = "score-of", asset = "B", by = "@trend" }, above = BELOW,
             then = { kind = "fixed", weights = { A = SHARE } } }"#,
];

/// A strategy of the rules under a schedule and costs.
fn strategy(rules: &Rules, frame: &str) -> Strategy {
    let below = format!("{}", 0.9 + f64::from(rules.threshold) / 200.0);
    let tree = TREES[rules.tree]
        .replace("SHARE", &format!("{}", f64::from(rules.share) / 100.0))
        .replace("SLOW", &format!("{}", rules.slow))
        .replace("BELOW", &below);
    let signal = match tree.contains("@trend") {
        true => format!(
            "[signal.trend]\nkind = \"sma-ratio\"\nfast = {}\nslow = {}\n",
            rules.fast, rules.slow
        ),
        false => String::new(),
    };
    parse(&format!("{tree}\n{signal}{frame}"))
}

fn frames() -> impl proptest::strategy::Strategy<Value = String> {
    let every = prop::sample::select(vec!["session", "week", "month", "quarter"]);
    let cash = prop::sample::select(vec!["\"none\"", "{ percent = 3.0 }"]);
    let reserve =
        prop::sample::select(vec!["", "[limit.r]\nkind = \"cash-reserve\"\nleast = 0.02\n"]);
    (every, cash, reserve, 0..40u32, 0..20u32, 0..300u32).prop_map(
        |(every, cash, reserve, slippage, spread, minimum)| {
            format!(
                "{reserve}[schedule]\nevery = \"{every}\"\n[execution]\nsizing = \"value\"\nshares = \"fractional\"\n\
                 minimum_trade = {minimum}.0\n[costs]\nslippage = {{ one_way_bps = {slippage} }}\n\
                 half_spread = {{ one_way_bps = {spread} }}\ncash = {cash}\n"
            )
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn every_lane_is_a_run_of_its_own_to_the_last_bit(
        seed in any::<u64>(),
        frame in frames(),
        sets in prop::collection::vec(rules(), 8),
        warm in prop::bool::ANY,
    ) {
        let market = market(seed);
        let first_decision = warm.then(|| date(2011, 3, 9));
        let options = Options { first_decision, ..Options::default() };
        let sets: Vec<Strategy> = sets.iter().map(|rules| strategy(rules, &frame)).collect();
        let track = Track::new(&sets[0], &market, &options).unwrap();
        let days = Days::new(&market, track.decides_on().unwrap().to_vec());
        let columns: Vec<_> = sets.iter().map(|set| set.columns(&days)).collect();
        let alone: Vec<Light> = sets.iter().map(|set| track.day_by_day(set).unwrap()).collect();
        for ((set, alone), columns) in sets.iter().zip(&alone).zip(&columns) {
            // Where an asset is listed later there are columns only for trees that name their assets.
            let mut equity = Vec::<[f64; 1]>::new();
            let by_columns = columns.as_ref().map(|columns| track.lanes([columns], &mut equity));
            if by_columns.is_some_and(|lanes| lanes.done[0]) {
                prop_assert_eq!(equity.as_flattened(), &alone.equity[..]);
            }
            prop_assert_eq!(&track.run(set).unwrap(), alone);
        }
        let there: Vec<usize> = (0..8).filter(|ix| columns[*ix].is_some()).collect();
        if there.is_empty() {
            return Ok(());
        }
        let picked: [usize; 8] = std::array::from_fn(|lane| there[lane % there.len()]);
        let mut rows = Vec::new();
        let lanes = track.lanes(picked.map(|ix| columns[ix].as_ref().unwrap()), &mut rows);
        for (lane, ix) in picked.into_iter().enumerate().filter(|(lane, _)| lanes.done[*lane]) {
            let alone = &alone[ix];
            let equity: Vec<f64> = rows.iter().map(|row| row[lane]).collect();
            prop_assert_eq!(&equity, &alone.equity);
            prop_assert_eq!(lanes.decisions[lane], alone.decisions);
            prop_assert_eq!(lanes.rebalances[lane], alone.rebalances);
            prop_assert_eq!(lanes.costs[lane].to_bits(), alone.costs.to_bits());
            prop_assert_eq!(lanes.turnover[lane].to_bits(), alone.turnover.to_bits());
        }
    }
}

/// Were none of these roads plain, the law above would compare nothing.
#[test]
fn the_roads_of_the_law_are_mostly_walked_in_lanes() {
    let market = market(7);
    let frame = "[execution]\nsizing = \"value\"\nshares = \"fractional\"\n[costs]\ncash = \"none\"\n\
                 slippage = { one_way_bps = 5 }\n";
    let options = Options { first_decision: Some(date(2011, 3, 9)), ..Options::default() };
    for tree in 0..TREES.len() {
        let rules = Rules { tree, fast: 5, slow: 60, share: 40, threshold: 20 };
        let set = strategy(&rules, frame);
        let track = Track::new(&set, &market, &options).unwrap();
        let days = Days::new(&market, track.decides_on().unwrap().to_vec());
        let columns = set.columns(&days).unwrap_or_else(|| panic!("tree {tree} has no columns"));
        let lanes = track.lanes([&columns], &mut Vec::<[f64; 1]>::new());
        assert!(lanes.done[0] && lanes.rebalances[0] > 1, "tree {tree}");
    }
}

#[test]
fn the_yardstick_by_columns_meets_its_anchor() {
    let Some(text) = shared("peers/prices_20.csv.gz") else { return };
    let market = read(&text, date(2000, 1, 1), date(2100, 1, 1), &[]);
    let (strategy, options) = (parse(BREADTH), Options::default());
    let track = Track::new(&strategy, &market, &options).unwrap();
    let days = Days::new(&market, track.decides_on().unwrap().to_vec());
    let mut equity = Vec::new();
    let lanes = track.lanes([&strategy.columns(&days).unwrap()], &mut equity);
    assert!(lanes.done[0]);
    assert_close(equity.last().unwrap()[0], 677_519.122087428, 1e-12);
    assert_eq!(lanes.rebalances, [222]);
    assert_eq!(track.run(&strategy).unwrap(), track.day_by_day(&strategy).unwrap());
}
