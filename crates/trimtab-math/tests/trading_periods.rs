//! Plans over several periods against the exact kernel, one large quadratic programme, and another program.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::needless_range_loop
)]

mod formula;
mod qp_support;

use qp_support::{Dice, covariance};
use trimtab_math::linalg::Sym;
use trimtab_math::qp::{Problem, QpError, Row, solve};
use trimtab_math::trading::{Periods, Trading, over_periods, with_costs};

struct Case {
    q: Sym,
    c: Vec<Vec<f64>>,
    lower: Vec<f64>,
    upper: Vec<f64>,
    rows: Vec<Row>,
    held: Vec<f64>,
    linear: Vec<f64>,
    power: Vec<f64>,
}

impl Case {
    /// A portfolio with room: limits have an inside.
    fn new(dice: &mut Dice, h: usize, powers: bool) -> Self {
        let n = 2 + dice.below(12);
        let t = if dice.chance(0.3) { 3 + dice.below(n) } else { 3 * n };
        let q = covariance(dice, n, t, false);
        let unit = q.trace() / n as f64;
        let c = (0..h).map(|_| (0..n).map(|_| unit * dice.normal()).collect()).collect();
        let scale = unit * 10f64.powi(dice.below(4) as i32 - 2);
        let mut draw = |p: f64| if dice.chance(p) { 0.0 } else { scale * dice.unit() };
        let linear: Vec<f64> = (0..n).map(|_| draw(0.1)).collect();
        let power = if powers { (0..n).map(|_| draw(0.1)).collect() } else { vec![] };
        let mut rows = vec![Row::budget(n, 1.0)];
        if dice.chance(0.5) {
            let a = (0..n).map(|j| f64::from(u8::from(j % 2 == 0))).collect();
            rows.push(Row::at_most(a, 0.4 + 0.3 * dice.unit()));
        }
        let low = if dice.chance(0.3) { -0.2 } else { 0.0 };
        let mut upper =
            vec![if dice.chance(0.5) { 2.0 / n as f64 + 0.3 } else { f64::INFINITY }; n];
        let mut lower = vec![low; n];
        if n > 4 && dice.chance(0.2) {
            (lower[1], upper[1]) = (0.05, 0.05);
        }
        let held = match dice.below(3) {
            0 => vec![0.0; n],
            1 => vec![1.0 / n as f64; n],
            _ => (0..n).map(|j| f64::from(u8::from(j == 0))).collect(),
        };
        Self { q, c, lower, upper, rows, held, linear, power }
    }

    fn periods(&self) -> Periods<'_> {
        let trading = Trading { held: &self.held, linear: &self.linear, power: &self.power };
        Periods {
            quadratic: &self.q,
            linear: &self.c,
            lower: &self.lower,
            upper: &self.upper,
            rows: &self.rows,
            trading,
        }
    }

    /// What a difference of values is measured against.
    fn terms(&self) -> f64 {
        let c = self.c.iter().flatten().fold(0.0_f64, |m, c| m.max(c.abs()));
        (c + self.q.trace() / self.q.n() as f64) * self.c.len() as f64
    }
}

#[test]
fn one_period_is_the_exact_kernel_s() {
    let (mut steps, mut worst) = (0, 0.0_f64);
    for seed in 0..400 {
        let mut dice = Dice(seed);
        let case = Case::new(&mut dice, 1, seed % 2 == 0);
        let p = case.periods();
        let problem = Problem {
            quadratic: &case.q,
            linear: &case.c[0],
            lower: &case.lower,
            upper: &case.upper,
            rows: &case.rows,
        };
        let exact = with_costs(&problem, &p.trading).unwrap();
        let plan = over_periods(&p).unwrap_or_else(|e| panic!("{seed}: {e}"));
        let gap = (plan.value - exact.value).abs() / case.terms();
        assert!(gap < 1e-8, "{seed}: {} instead of {}", plan.value, exact.value);
        (steps, worst) = (steps + plan.steps, worst.max(gap));
    }
    println!("{} steps each, worst gap {worst:e}", steps / 400);
}

/// Purchases and sales as variables, linked by rows: the active-set kernel's answer.
fn large(case: &Case) -> f64 {
    let (n, h) = (case.q.n(), case.c.len());
    let wide = 3 * n * h;
    let at = |what: usize, t: usize, j: usize| what * n * h + t * n + j;
    let q = Sym::from_fn(wide, |i, j| match (i < n * h && j < n * h, i / n == j / n) {
        (true, true) => case.q[(i % n, j % n)],
        _ => 0.0,
    });
    let mut c = vec![0.0; wide];
    let (mut lower, mut upper) = (vec![0.0; wide], vec![f64::INFINITY; wide]);
    let mut rows = vec![];
    for t in 0..h {
        for j in 0..n {
            c[at(0, t, j)] = case.c[t][j];
            (c[at(1, t, j)], c[at(2, t, j)]) = (-case.linear[j], -case.linear[j]);
            (lower[at(0, t, j)], upper[at(0, t, j)]) = (case.lower[j], case.upper[j]);
            upper[at(1, t, j)] = 10.0;
            upper[at(2, t, j)] = 10.0;
            let mut a = vec![0.0; wide];
            (a[at(0, t, j)], a[at(1, t, j)], a[at(2, t, j)]) = (1.0, -1.0, 1.0);
            if t > 0 {
                a[at(0, t - 1, j)] = -1.0;
            }
            rows.push(Row::equal(a, if t > 0 { 0.0 } else { case.held[j] }));
        }
        for row in &case.rows {
            let mut a = vec![0.0; wide];
            a[t * n..(t + 1) * n].copy_from_slice(&row.coefficients);
            rows.push(Row { coefficients: a, ..row.clone() });
        }
    }
    let problem = Problem { quadratic: &q, linear: &c, lower: &lower, upper: &upper, rows: &rows };
    solve(&problem, None).unwrap().value
}

#[test]
fn several_periods_are_one_large_programme() {
    for seed in 0..150 {
        let mut dice = Dice(seed ^ 0x3E1);
        let h = 2 + dice.below(3);
        let case = Case::new(&mut dice, h, false);
        let plan = over_periods(&case.periods()).unwrap_or_else(|e| panic!("{seed}: {e}"));
        let exact = large(&case);
        let gap = (plan.value - exact).abs() / case.terms();
        assert!(gap < 1e-8, "{seed}: {} instead of {exact}", plan.value);
    }
}

/// cvxpy 1.9.3 with Clarabel 0.11.1 (tolerances 1e-12, objective times 1e4) on the panel of the formula.
#[test]
fn five_periods_with_impact_equal_another_program() {
    let n = 6;
    let x = formula::panel(60, n, 11);
    let s = formula::covariance(&x, 60, n);
    let q = Sym::from_fn(n, |i, j| 5.0 * s[i * n + j]);
    let mean = formula::means(&x, 60, n);
    let c: Vec<Vec<f64>> = (0..5)
        .map(|t| mean.iter().map(|m| if t % 2 == 0 { *m } else { 0.5 * m }).collect())
        .collect();
    let (lower, upper) = (vec![0.0; n], vec![0.6; n]);
    let rows = [Row::budget(n, 1.0), Row::at_most(vec![1.0, 0.0, 0.0, 1.0, 0.0, 0.0], 0.45)];
    let trading = Trading {
        held: &[0.5, 0.3, 0.2, 0.0, 0.0, 0.0],
        linear: &[1e-4, 5e-4, 5e-4, 5e-4, 5e-4, 5e-4],
        power: &[2e-3, 1e-3, 0.0, 1e-3, 3e-3, 2e-3],
    };
    let whole =
        Periods { quadratic: &q, linear: &c, lower: &lower, upper: &upper, rows: &rows, trading };
    let plan = over_periods(&whole).unwrap();
    assert!((plan.value / -0.008_356_986_546_480_472 - 1.0).abs() < 1e-6, "{plan:?}");
    let published = [[0.434_551_651_6, 0.565_448_349], [0.405_352_530_8, 0.594_647_468]];
    for (x, w) in plan.x.iter().zip(published) {
        assert!((x[0] - w[0]).abs() < 1e-5 && (x[1] - w[1]).abs() < 1e-5, "{x:?}");
    }
    let today = over_periods(&Periods { linear: &c[..1], ..whole }).unwrap();
    assert!((today.value / -0.001_863_450_251_630_177_9 - 1.0).abs() < 1e-6, "{today:?}");
}

#[test]
fn what_cannot_be_met_is_named() {
    let mut case = Case::new(&mut Dice(4), 3, true);
    case.rows.push(Row::budget(case.q.n(), 2.0));
    assert!(
        matches!(over_periods(&case.periods()), Err(QpError::Infeasible { subset }) if subset.len() == 2)
    );
    case.c.clear();
    assert!(matches!(over_periods(&case.periods()), Err(QpError::Shape { what: "periods", .. })));
}
