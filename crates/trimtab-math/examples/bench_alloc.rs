//! Times the allocation kernels on formula-made panels: one JSON line per kernel and size.
//!
//! `cargo run --release -p trimtab-math --example bench_alloc -- [erc|hrp|cvar|cdar|subset]`; the
//! panels (252 rows, seed 7) can be made by any language from `tests/formula/mod.rs`, and the
//! digest of each line tells whether it solved the same problem.
#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::unwrap_used)]

use std::time::Instant;

use trimtab_math::hierarchy::{Clustering, Linkage, hierarchical_risk_parity};
use trimtab_math::riskparity::*;
use trimtab_math::subset::best_subset;
use trimtab_math::tail::*;

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
        if "subset".contains(&only) {
            let mean = formula::means(&x, t, n);
            let go = || best_subset(&mean, &s, 8, 1_000_000).unwrap().ratio;
            line("subset_8", n, microseconds(go), go());
        }
    }
}
