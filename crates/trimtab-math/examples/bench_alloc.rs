//! Times the allocation kernels on formula-made panels: one JSON line per kernel and size.
//!
//! `cargo run --release -p trimtab-math --example bench_alloc -- [erc|hrp|cvar|cdar|subset|trade|plan]`; the
//! panels (252 rows, seed 7) can be made by any language from `tests/formula/mod.rs`, and the
//! digest of each line tells whether it solved the same problem.
#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::unwrap_used)]

use std::time::Instant;

use trimtab_math::hierarchy::{Clustering, Linkage, hierarchical_risk_parity};
use trimtab_math::linalg::Sym;
use trimtab_math::qp::{Problem, Row};
use trimtab_math::riskparity::*;
use trimtab_math::subset::best_subset;
use trimtab_math::tail::*;
use trimtab_math::trading::{Periods, Trading, over_periods, with_costs};

#[path = "../tests/formula/mod.rs"]
mod formula;

/// Median of the times of single calls, in microseconds; about a third of a second in all.
fn microseconds<T>(mut f: impl FnMut() -> T) -> f64 {
    let mut times = vec![];
    let start = Instant::now();
    while times.len() < 5 || (start.elapsed().as_secs_f64() < 0.3 && times.len() < 20_000) {
        let one = Instant::now();
        std::hint::black_box(f());
        times.push(one.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    1e6 * times[times.len() / 2]
}

fn line(kernel: &str, n: usize, us: f64, check: f64) {
    println!("{{\"kernel\": \"{kernel}\", \"n\": {n}, \"us\": {us:.3}, \"check\": {check:.15e}}}");
}

/// A day of a long-only account with half-spreads of 5 bps, then with impact too, and five such days
/// planned together (not beyond 100 series: each step takes 5 N^3).
fn trade(n: usize, x: &[f64], s: &[f64], only: &str) {
    let q = Sym::from_fn(n, |i, j| 5.0 * s[i * n + j]);
    let mean = formula::means(x, 252, n);
    let c: Vec<Vec<f64>> = vec![mean; 5];
    let (lower, upper, rows) = (vec![0.0; n], vec![1.0; n], [Row::budget(n, 1.0)]);
    let problem =
        Problem { quadratic: &q, linear: &c[0], lower: &lower, upper: &upper, rows: &rows };
    // Yesterday's optimum under slightly other means is held.
    let other: Vec<f64> = c[0].iter().enumerate().map(|(j, m)| m + 2e-3 * (j % 3) as f64).collect();
    let held = trimtab_math::qp::solve(&Problem { linear: &other, ..problem }, None).unwrap().x;
    let (linear, power) = (vec![5e-4; n], vec![2e-3; n]);
    for (name, power) in [("trade", &[][..]), ("trade_impact", &power[..])] {
        let trading = Trading { held: &held, linear: &linear, power };
        if "trade".contains(only) {
            let go = || with_costs(&problem, &trading).unwrap().value;
            line(name, n, microseconds(go), go());
        }
        if "plan".contains(only) && n <= 100 {
            let (quadratic, lower, upper) = (&q, &lower[..], &upper[..]);
            let periods = Periods { quadratic, linear: &c, lower, upper, rows: &rows, trading };
            let go = || over_periods(&periods).unwrap().value;
            line(&format!("plan_5_{name}"), n, microseconds(go), go());
        }
    }
}

fn main() {
    let only = std::env::args().nth(1).unwrap_or_default();
    for n in [20, 100, 500] {
        let t = 252;
        let x = formula::panel(t, n, 7);
        let s = formula::covariance(&x, t, n);
        if "erc".contains(&only) {
            let r = equal_risk_contribution(&s, n).unwrap();
            line("erc", n, microseconds(|| equal_risk_contribution(&s, n).unwrap()), r.volatility);
            let b: Vec<f64> = (0..n).map(|i| 1.0 + (i % 7) as f64).collect();
            let r = risk_budgeting(&s, n, &b).unwrap();
            line("rb", n, microseconds(|| risk_budgeting(&s, n, &b).unwrap()), r.volatility);
            let r =
                bounded_risk_budgeting(&s, n, &b, &vec![0.0; n], &vec![1.5 / n as f64; n]).unwrap();
            line(
                "rb_bounded",
                n,
                microseconds(|| {
                    bounded_risk_budgeting(&s, n, &b, &vec![0.0; n], &vec![1.5 / n as f64; n])
                        .unwrap()
                }),
                r.volatility,
            );
            let r = maximum_diversification(&s, n).unwrap();
            line("max_div", n, microseconds(|| maximum_diversification(&s, n).unwrap()), r[0]);
            line("check", n, microseconds(|| trimtab_math::symmetric::check(&s, n).unwrap()), 0.0);
        }
        if "hrp".contains(&only) {
            let go = |linkage| {
                let c = Clustering { linkage, ..Clustering::default() };
                hierarchical_risk_parity(&s, n, c).unwrap().weights[0]
            };
            line("hrp", n, microseconds(|| go(Linkage::Single)), go(Linkage::Single));
            line("hrp_ward", n, microseconds(|| go(Linkage::Ward)), go(Linkage::Ward));
        }
        let (lower, upper) = (vec![0.0; n], vec![1.0; n]);
        let set = Feasible { lower: &lower, upper: &upper, mean_least: None, rows: &[] };
        if "cvar".contains(&only) {
            let go = || minimum_conditional_value_at_risk(&x, n, 0.95, &set).unwrap().risk;
            line("cvar", n, microseconds(go), go());
        }
        if "cdar".contains(&only) {
            let go = || minimum_conditional_drawdown_at_risk(&x, n, 0.95, &set).unwrap().risk;
            line("cdar", n, microseconds(go), go());
        }
        if "trade".contains(&only) || "plan".contains(&only) {
            trade(n, &x, &s, &only);
        }
        if "subset".contains(&only) {
            let mean = formula::means(&x, t, n);
            let go = || best_subset(&mean, &s, 8, 1_000_000).unwrap().ratio;
            line("subset_8", n, microseconds(go), go());
        }
    }
}
