//! Online portfolio selection against the authors' own runs, the published survey, and bounds.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::needless_range_loop)]

mod formula;

use formula::Uniform;
use proptest::prelude::*;
use trimtab_math::online::*;

struct Market {
    relatives: Vec<f64>,
    n: usize,
}

fn market(name: &str) -> Option<Market> {
    let text = formula::shared(&format!("truth/olps/{name}_price_relatives.csv"))?;
    let n = text.lines().next().unwrap().split(',').count();
    let relatives = text.lines().flat_map(|l| l.split(',')).map(|v| v.parse().unwrap()).collect();
    Some(Market { relatives, n })
}

/// A rule by the name and parameters of the reference files; the last parameter is the cost.
fn rule(name: &str, n: usize, p: &[f64]) -> Box<dyn OnlinePortfolio> {
    let olmar = |average| MovingAverageReversion::new(n, p[0], average).unwrap();
    let pamr = |how| PassiveAggressive::new(n, p[0], how).unwrap();
    let cwmr = |form| ConfidenceWeighted::new(n, p[0], p[1], form).unwrap();
    match name {
        "ubah" => Box::new(BuyAndHold::uniform(n).unwrap()),
        "ucrp" => Box::new(ConstantRebalanced::uniform(n).unwrap()),
        "eg" => Box::new(ExponentiatedGradient::new(n, p[0]).unwrap()),
        "pamr" => Box::new(pamr(Aggressiveness::Hard)),
        "pamr_1" => Box::new(pamr(Aggressiveness::Capped(p[1]))),
        "pamr_2" => Box::new(pamr(Aggressiveness::Squared(p[1]))),
        "cwmr_var" => Box::new(cwmr(ConfidenceForm::Variance)),
        "cwmr_stdev" => Box::new(cwmr(ConfidenceForm::Deviation)),
        "olmar1" => Box::new(olmar(MovingAverage::Simple { window: p[1] as usize })),
        "olmar2" => Box::new(olmar(MovingAverage::Exponential { alpha: p[1] })),
        _ => panic!("no rule {name}"),
    }
}

fn best_rule(m: &Market) -> Box<dyn OnlinePortfolio> {
    let mut weights = vec![0.0; m.n];
    weights[best_series(&m.relatives, m.n).unwrap()] = 1.0;
    Box::new(ConstantRebalanced::new(&weights).unwrap())
}

#[test]
fn final_wealth_is_that_of_the_authors() {
    let Some(table) = formula::shared("truth/olps/final_wealth.csv") else { return };
    let mut seen = 0;
    for line in table.lines().skip(1) {
        let (left, rest) = line.split_once('"').unwrap();
        let (parameters, right) = rest.split_once('"').unwrap();
        let left: Vec<&str> = left.split(',').collect();
        let p: Vec<f64> = parameters
            .trim_matches(['[', ']'])
            .split_whitespace()
            .map(|v| v.parse().unwrap())
            .collect();
        let want: f64 = right.split(',').nth(1).unwrap().parse().unwrap();
        let (set, name) = (left[0], left[3]);
        let Some(m) = market(set) else { return };
        let mut rule = if name == "best" { best_rule(&m) } else { rule(name, m.n, &p) };
        let got = run(&mut *rule, &m.relatives, *p.last().unwrap()).unwrap();
        let error = (got.wealth.last().unwrap() / want - 1.0).abs();
        // CWMR adds a rounding unit to a nearly singular matrix: 1e-6 is the reference's own word.
        let tolerance = if name.starts_with("cwmr") { 1e-6 } else { 1e-9 };
        assert!(error < tolerance, "{set} {name} {parameters}: {error:e}");
        seen += 1;
    }
    assert_eq!(seen, 45);
}

#[test]
fn daily_weights_are_those_of_the_authors() {
    let Some(m) = market("msci") else { return };
    let cases: [(&str, &str, &[f64]); 13] = [
        ("ubah_tc0", "ubah", &[0.0]),
        ("ucrp_tc0.0025", "ucrp", &[0.0025]),
        ("eg_tc0", "eg", &[0.05, 0.0]),
        ("eg_tc0.0025", "eg", &[0.05, 0.0025]),
        ("pamr_tc0", "pamr", &[0.5, 0.0]),
        ("pamr_tc0.0025", "pamr", &[0.5, 0.0025]),
        ("pamr_1_tc0", "pamr_1", &[0.5, 500.0, 0.0]),
        ("pamr_2_tc0", "pamr_2", &[0.5, 500.0, 0.0]),
        ("cwmr_var_tc0", "cwmr_var", &[2.0, 0.5, 0.0]),
        ("cwmr_stdev_tc0", "cwmr_stdev", &[2.0, 0.5, 0.0]),
        ("olmar1_tc0", "olmar1", &[10.0, 5.0, 0.0]),
        ("olmar1_tc0.0025", "olmar1", &[10.0, 5.0, 0.0025]),
        ("olmar2_tc0", "olmar2", &[10.0, 0.5, 0.0]),
    ];
    for (file, name, p) in cases {
        let Some(text) = formula::shared(&format!("truth/olps/weights/w_msci_{file}.csv")) else {
            return;
        };
        let got = run(&mut *rule(name, m.n, p), &m.relatives, *p.last().unwrap()).unwrap();
        let mut worst = 0.0_f64;
        for (day, line) in text.lines().enumerate() {
            for (w, v) in got.weights[day].iter().zip(line.split(',')) {
                worst = worst.max((w - v.parse::<f64>().unwrap()).abs());
            }
        }
        // The files carry 12 digits.
        let tolerance = if name.starts_with("cwmr") { 1e-6 } else { 1e-9 };
        assert!(worst < tolerance, "{file}: {worst:e}");
    }
}

/// Final wealth as the survey prints it (Li, Hoi 2014, table 4; the median reversion from Huang et
/// al. 2016), for rules that the files of the authors leave out.
#[test]
fn final_wealth_is_that_of_the_survey() {
    let printed = [
        ("djia", [1.53, 2.29, 2.67, 1.24]),
        ("msci", [0.86, 3.22, 16.76, 1.51]),
        ("sp500", [3.34, 5.89, 8.28, 4.07]),
    ];
    for (set, want) in printed {
        let Some(m) = market(set) else { return };
        let mut rules: Vec<(Box<dyn OnlinePortfolio>, f64)> = vec![
            (Box::new(OnlineNewtonStep::new(m.n, 0.0, 1.0, 0.125).unwrap()), want[0]),
            (Box::new(RobustMedianReversion::new(m.n, 5.0, 5).unwrap()), want[2]),
        ];
        // The others agree as well, but 29 x 29 windows take their time.
        if set == "djia" {
            rules.push((Box::new(CompoundAnticor::new(m.n, 30).unwrap()), want[1]));
        }
        for (mut rule, want) in rules {
            let got = *run(&mut *rule, &m.relatives, 0.0).unwrap().wealth.last().unwrap();
            assert!((got - want).abs() < 0.0051, "{set}: {got} {want}");
        }
        let best = best_constant_rebalanced(&m.relatives, m.n).unwrap();
        assert!((best.log_wealth.exp() - want[3]).abs() < 0.0051);
        assert!(best.bound - best.log_wealth < 1e-10);
    }
}

/// Relatives by formula: n series, t periods, with reversion so that the rules have work to do.
fn relatives(t: usize, n: usize, seed: u64) -> Vec<f64> {
    let mut u = Uniform(seed);
    (0..t * n).map(|_| 1.0 + 0.03 * u.normal().clamp(-3.0, 3.0)).collect()
}

/// One of every rule.
fn every_rule(n: usize) -> Vec<Box<dyn OnlinePortfolio>> {
    let mut all: Vec<Box<dyn OnlinePortfolio>> = vec![
        Box::new(OnlineNewtonStep::new(n, 0.01, 1.0, 0.125).unwrap()),
        Box::new(RobustMedianReversion::new(n, 5.0, 5).unwrap()),
        Box::new(Anticor::new(n, 6).unwrap()),
        Box::new(Anticor::single(n, 4).unwrap()),
        Box::new(CompoundAnticor::new(n, 6).unwrap()),
        Box::new(Universal::simulated(n, 200, 7, Prior::Uniform).unwrap()),
        Box::new(Universal::simulated(n, 200, 7, Prior::Half).unwrap()),
        Box::new(ConstantRebalanced::new(&vec![3.0; n]).unwrap()),
    ];
    let reference: [(&str, &[f64]); 9] = [
        ("ubah", &[]),
        ("eg", &[0.05]),
        ("pamr", &[0.5]),
        ("pamr_1", &[0.5, 500.0]),
        ("pamr_2", &[0.5, 500.0]),
        ("cwmr_var", &[2.0, 0.5]),
        ("cwmr_stdev", &[2.0, 0.5]),
        ("olmar1", &[10.0, 5.0]),
        ("olmar2", &[10.0, 0.5]),
    ];
    all.extend(reference.into_iter().map(|(name, p)| rule(name, n, p)));
    all
}

#[test]
fn weights_are_weights_and_know_the_past_alone() {
    let (t, n) = (40, 5);
    let x = relatives(t, n, 3);
    let mut other = x.clone();
    for v in &mut other[30 * n..] {
        *v = 2.0 - *v;
    }
    let pairs = every_rule(n).into_iter().zip(every_rule(n));
    for (k, (mut a, mut b)) in pairs.enumerate() {
        let a = run(&mut *a, &x, 0.001).unwrap();
        let b = run(&mut *b, &other, 0.001).unwrap();
        for day in 0..t {
            let w = &a.weights[day];
            assert!((w.iter().sum::<f64>() - 1.0).abs() < 1e-12, "rule {k}");
            assert!(w.iter().all(|w| (0.0..=1.0 + 1e-12).contains(w)), "rule {k}: {w:?}");
            if day <= 30 {
                assert_eq!(w, &b.weights[day], "rule {k} saw the future");
            }
        }
    }
    // The function of the past and the running rule are the same thing.
    for (mut a, mut b) in every_rule(n).into_iter().zip(every_rule(n)) {
        let free = run(&mut *a, &x, 0.0).unwrap();
        assert_eq!(weights_after(&mut *b, &x[..17 * n]).unwrap(), free.weights[17]);
    }
}

/// Periods in which all prices move alike teach nothing but must not break anything.
#[test]
fn still_markets_are_no_trouble() {
    let n = 4;
    let mut x = relatives(30, n, 5);
    x[..2 * n].fill(1.0);
    x[12 * n..15 * n].fill(1.02);
    for mut rule in every_rule(n) {
        let run = run(&mut *rule, &x, 0.0).unwrap();
        assert!(run.weights.iter().flatten().all(|w| w.is_finite()));
    }
}

/// Two periods by hand: 0.5/0.5, relatives (2, 1), then back to 0.5/0.5 at 1 % cost.
#[test]
fn costs_by_hand() {
    let mut rule = ConstantRebalanced::uniform(2).unwrap();
    let got = run(&mut rule, &[2.0, 1.0, 1.0, 1.0], 0.01).unwrap();
    let first = 1.5 * (1.0 - 0.005);
    assert!((got.wealth[0] - first).abs() < 1e-15);
    let traded = (0.5_f64 - 1.0 / first).abs() + (0.5_f64 - 0.5 / first).abs();
    assert!((got.wealth[1] - first * (1.0 - 0.005 * traded)).abs() < 1e-15);
}

/// The wealth of the universal portfolio is the mean of all constant ones; for relatives (2, 1/2)
/// and (1/2, 2) it is the integral of a polynomial.
#[test]
fn the_universal_portfolio_earns_the_mean_of_all() {
    let x = [2.0, 0.5, 0.5, 2.0];
    let mut rule = Universal::quadrature(2, Prior::Uniform).unwrap();
    let got = run(&mut rule, &x, 0.0).unwrap().wealth[1];
    // Integral of (2 b + (1 - b) / 2) (b / 2 + 2 (1 - b)) over [0, 1].
    let want = 1.0 + 9.0 / 4.0 / 6.0;
    assert!((got - want).abs() < 1e-14, "{got} {want}");
    // Simulation comes to the same within its error, for both priors.
    let x = relatives(50, 2, 9);
    for prior in [Prior::Uniform, Prior::Half] {
        let mut exact = Universal::quadrature(40, prior).unwrap();
        let mut drawn = Universal::simulated(2, 20_000, 1, prior).unwrap();
        let (a, b) = (run(&mut exact, &x, 0.0).unwrap(), run(&mut drawn, &x, 0.0).unwrap());
        assert!((a.wealth[49] / b.wealth[49] - 1.0).abs() < 1e-3);
        // More nodes change nothing: the rule is exact.
        let mut finer = Universal::quadrature(80, prior).unwrap();
        let c = run(&mut finer, &x, 0.0).unwrap();
        assert!((a.wealth[49] / c.wealth[49] - 1.0).abs() < 1e-13);
        // Cover 1991, th. 6.1: behind the best constant portfolio by at most ln (T + 1).
        let best = best_constant_rebalanced(&x, 2).unwrap();
        assert!(best.log_wealth - a.wealth[49].ln() <= (51.0_f64).ln());
    }
}

#[test]
fn the_best_constant_portfolio_is_best() {
    // Doubling and halving in turn: half and half, growth 1.25 a period.
    let x = [2.0, 1.0, 0.5, 1.0, 2.0, 1.0, 0.5, 1.0];
    let best = best_constant_rebalanced(&x, 2).unwrap();
    assert!((best.weights[0] - 0.5).abs() < 1e-7);
    assert!((best.log_wealth - 2.0 * (1.5_f64 * 0.75).ln()).abs() < 1e-10);
    let (t, n) = (60, 8);
    let x = relatives(t, n, 21);
    let best = best_constant_rebalanced(&x, n).unwrap();
    assert!(best.bound - best.log_wealth <= 1e-10 && best.bound >= best.log_wealth);
    let mut u = Uniform(4);
    for _ in 0..200 {
        let w: Vec<f64> = (0..n).map(|_| -u.next().ln()).collect();
        let mut other = ConstantRebalanced::new(&w).unwrap();
        let wealth = *run(&mut other, &x, 0.0).unwrap().wealth.last().unwrap();
        assert!(wealth.ln() <= best.bound);
    }
    assert_eq!(best_series(&[1.0, 2.0, 1.0, 1.0], 2), Ok(1));
}

#[test]
fn bad_inputs_are_named() {
    assert!(matches!(BuyAndHold::uniform(0), Err(OnlineError::Empty)));
    let e = Period::new(&[1.0, 0.0], 1.0).map(|_| ()).unwrap_err();
    assert_eq!(e, OnlineError::Relative { index: 1, value: 0.0 });
    let mut rule = BuyAndHold::uniform(3).unwrap();
    let e = run(&mut rule, &[1.0, 1.0, 1.0, 1.0], 0.0).unwrap_err();
    assert_eq!(e, OnlineError::Length { len: 1, n: 3 });
    assert!(ExponentiatedGradient::new(2, f64::NAN).is_err());
    assert!(MovingAverageReversion::new(2, 10.0, MovingAverage::Simple { window: 1 }).is_err());
    assert!(Hedge::new(2, HedgeRate::Fixed(0.1), 1.0, 0.0).is_err());
    let mut h = Hedge::new(2, HedgeRate::Fixed(0.1), 0.0, 0.0).unwrap();
    assert_eq!(h.learn(&[0.0, 1.5]), Err(OnlineError::Loss { index: 1, value: 1.5 }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Regret after costs never exceeds its bound: random losses, and an adversary who always hits
    /// the expert with the largest weight.
    #[test]
    fn regret_stays_within_its_bound(n in 2_usize..7, seed in 0_u64..1000, cost in 0.0_f64..2.0,
                                     share in 0.0_f64..0.1, eta in 0.01_f64..2.0) {
        let t = 300;
        let mut random = Uniform(seed);
        for (adversary, rate) in [(false, HedgeRate::Fixed(eta)), (true, HedgeRate::Fixed(eta)),
                                  (false, HedgeRate::Periods(t)), (true, HedgeRate::Periods(t))] {
            let mut h = Hedge::new(n, rate, share, cost).unwrap();
            let mut losses = vec![];
            for _ in 0..t {
                let heavy = (0..n).fold(0, |b, i| if h.weights()[i] > h.weights()[b] { i } else { b });
                let l: Vec<f64> = (0..n)
                    .map(|i| if adversary { f64::from(u8::from(i == heavy)) } else { random.next().round() })
                    .collect();
                h.learn(&l).unwrap();
                losses.push(l);
            }
            prop_assert!(h.regret() <= h.bound(0) + 1e-9, "{} {}", h.regret(), h.bound(0));
            // Against the best pair of experts with one switch.
            let column = |i: usize, days: std::ops::Range<usize>| losses[days].iter().map(|l| l[i]).sum::<f64>();
            let mut best = f64::INFINITY;
            for at in (0..t).step_by(10) {
                let first = (0..n).map(|i| column(i, 0..at)).fold(f64::INFINITY, f64::min);
                let second = (0..n).map(|i| column(i, at..t)).fold(f64::INFINITY, f64::min);
                best = best.min(first + second);
            }
            prop_assert!(h.loss() - best <= h.bound(1) + 1e-9);
        }
    }
}
