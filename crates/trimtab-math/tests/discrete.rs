//! Counts, least sizes and lots against plain enumeration.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::needless_range_loop
)]

mod qp_support;

use qp_support::{Dice, covariance};
use trimtab_math::discrete::{DiscreteError, Rules, minimum};
use trimtab_math::linalg::Sym;
use trimtab_math::qp::{Problem, Row, solve};

struct Case {
    q: Sym,
    c: Vec<f64>,
    lower: Vec<f64>,
    upper: Vec<f64>,
    rows: Vec<Row>,
}

impl Case {
    fn new(dice: &mut Dice, n: usize, shorts: bool) -> Self {
        let q = covariance(dice, n, n + 10, false);
        let c = (0..n).map(|_| q.trace() / n as f64 * dice.unit()).collect();
        let mut rows = vec![Row::budget(n, 1.0)];
        if dice.chance(0.4) {
            let a = (0..n).map(|j| f64::from(u8::from(j % 3 == 0))).collect();
            rows.push(Row::at_most(a, 0.5));
        }
        let low = if shorts { -0.3 } else { 0.0 };
        Self { q, c, lower: vec![low; n], upper: vec![0.6; n], rows }
    }
    fn problem(&self) -> Problem<'_> {
        Problem {
            quadratic: &self.q,
            linear: &self.c,
            lower: &self.lower,
            upper: &self.upper,
            rows: &self.rows,
        }
    }
}

/// The best value over every choice of who is held long, short, or not.
fn enumerated(case: &Case, most: usize, least: &[f64]) -> f64 {
    let n = case.c.len();
    let sides = if case.lower[0] < 0.0 { 3_usize } else { 2 };
    let mut best = f64::INFINITY;
    for code in 0..sides.pow(n as u32) {
        let (mut lower, mut upper) = (case.lower.clone(), case.upper.clone());
        let (mut rest, mut held) = (code, 0);
        for j in 0..n {
            match rest % sides {
                0 => (lower[j], upper[j]) = (0.0, 0.0),
                1 => lower[j] = least[j],
                _ => upper[j] = -least[j],
            }
            held += usize::from(rest % sides > 0);
            rest /= sides;
        }
        if held > most {
            continue;
        }
        let problem = Problem { lower: &lower, upper: &upper, ..case.problem() };
        if let Ok(s) = solve(&problem, None) {
            best = best.min(s.value);
        }
    }
    best
}

#[test]
fn counts_and_least_sizes_equal_enumeration() {
    let (mut excluded, mut nodes) = (0, 0);
    for seed in 0..300 {
        let mut dice = Dice(seed);
        let shorts = dice.chance(0.3);
        let n = if shorts { 2 + dice.below(4) } else { 2 + dice.below(8) };
        let case = Case::new(&mut dice, n, shorts);
        let most = 1 + dice.below(n);
        let floor = [0.0, 0.05, 0.2, 0.35][dice.below(4)];
        let least: Vec<f64> = (0..n).map(|_| floor * (0.5 + 0.5 * dice.unit())).collect();
        let best = enumerated(&case, most, &least);
        let rules = Rules { most: Some(most), least: &least, lots: &[] };
        match minimum(&case.problem(), &rules, 1_000_000) {
            Ok(m) => {
                assert!(m.proved, "{seed}");
                let gap = (m.value - best).abs();
                assert!(gap <= 1e-9 * (best.abs() + m.quadratic), "{seed}: {} {best}", m.value);
                assert!(m.x.iter().filter(|x| **x != 0.0).count() <= most);
                for (x, l) in m.x.iter().zip(&least) {
                    assert!(*x == 0.0 || x.abs() >= l - 1e-12, "{seed}: {x} below {l}");
                }
                nodes += m.nodes;
            }
            Err(DiscreteError::Excluded { .. } | DiscreteError::Linear(_)) => {
                assert_eq!(best, f64::INFINITY, "{seed}");
                excluded += 1;
            }
            Err(e) => panic!("{seed}: {e}"),
        }
    }
    println!("{nodes} programmes, {excluded} cases without an answer");
    assert!(excluded < 150);
}

#[test]
fn lots_equal_enumeration() {
    for seed in 0..100 {
        let mut dice = Dice(seed ^ 77);
        let n = 4; // the last is cash and takes any amount
        let mut case = Case::new(&mut dice, n, false);
        case.upper = vec![1.0; n];
        let mut lots: Vec<f64> = (0..n).map(|_| 0.07 + 0.1 * dice.unit()).collect();
        lots[n - 1] = 0.0;
        let mut best = f64::INFINITY;
        let most: Vec<usize> = (0..3).map(|j| (1.0 / lots[j]) as usize).collect();
        for i in 0..=most[0] {
            for j in 0..=most[1] {
                for k in 0..=most[2] {
                    let mut x = [i as f64 * lots[0], j as f64 * lots[1], k as f64 * lots[2], 0.0];
                    x[3] = 1.0 - x[0] - x[1] - x[2];
                    let row =
                        |r: &Row| -> f64 { r.coefficients.iter().zip(x).map(|(a, x)| a * x).sum() };
                    if x[3] < 0.0 || case.rows.iter().any(|r| row(r) > r.upper + 1e-12) {
                        continue;
                    }
                    let along: f64 = case.c.iter().zip(x).map(|(c, x)| c * x).sum();
                    best = best.min(0.5 * case.q.quadratic_form(&x) - along);
                }
            }
        }
        let rules = Rules { lots: &lots, ..Rules::default() };
        let m = minimum(&case.problem(), &rules, 100_000).unwrap();
        assert!(m.proved && (m.value - best).abs() < 1e-12, "{seed}: {} {best}", m.value);
        for (x, lot) in m.x.iter().zip(&lots).take(3) {
            assert_eq!(*x, (x / lot).round() * lot);
        }
    }
}

#[test]
fn a_search_cut_short_states_its_gap() {
    let mut dice = Dice(9);
    let mut case = Case::new(&mut dice, 30, false);
    // Hardly any correlation: many small positions, and hundreds of choices that are nearly alike.
    let own = Sym::identity(30);
    case.q = own.combine(case.q.trace(), &case.q, 1.0);
    case.c.fill(0.0);
    let rules = Rules { most: Some(6), ..Rules::default() };
    let short = minimum(&case.problem(), &rules, 5).unwrap();
    let long = minimum(&case.problem(), &rules, 20_000).unwrap();
    println!("{} programmes, proved: {}", long.nodes, long.proved);
    assert!(!short.proved && short.bound < short.value);
    assert!(short.bound <= long.value + 1e-12 && long.value <= short.value + 1e-12);
    let none = Rules { least: &[2.0; 30], ..Rules::default() };
    assert!(matches!(minimum(&case.problem(), &none, 1000), Err(DiscreteError::Excluded { .. })));
    let odd = Rules { lots: &[0.1], ..Rules::default() };
    let refused = minimum(&case.problem(), &odd, 10);
    assert_eq!(refused, Err(DiscreteError::Rule { what: "lot", index: 1 }));
}
