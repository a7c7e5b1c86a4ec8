//! Greatest growth on panels with fewer scenarios than series, where rounding leaves Newton's steps nothing to go by near the end.
#![allow(clippy::unwrap_used)]

use trimtab_math::growth::maximum_growth;
use trimtab_math::tail::Feasible;

/// Returns between about -4 and 4 %, the same for the same seed (xorshift, Marsaglia 2003).
fn panel(len: usize, seed: u64) -> Vec<f64> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed + 1);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..len).map(|_| 0.04 * (next() + next() - 0.99)).collect()
}

/// By how much the mean utility grows at most, to first order, when any series is bought for the whole.
fn promised(panel: &[f64], weights: &[f64], aversion: f64) -> f64 {
    let n = weights.len();
    let rows = panel.chunks_exact(n);
    let t = rows.len() as f64;
    let mut slope = vec![0.0; n];
    let mut along = 0.0;
    for row in rows {
        let r: f64 = row.iter().zip(weights).map(|(x, w)| x * w).sum();
        let marginal = (1.0 + r).powf(-aversion) / t;
        slope.iter_mut().zip(row).for_each(|(s, x)| *s += marginal * x);
        along += marginal * r;
    }
    slope.iter().fold(f64::NEG_INFINITY, |m, s| m.max(*s)) - along
}

#[test]
fn growth_never_stalls_on_few_scenarios_of_many_series() {
    for (t, n) in [(20, 60), (20, 200), (8, 40), (60, 30), (5, 100)] {
        let (lower, upper) = (vec![0.0; n], vec![1.0; n]);
        let set = Feasible { lower: &lower, upper: &upper, mean_least: None, rows: &[] };
        for seed in 0..5 {
            let panel = panel(t * n, seed);
            for aversion in [0.5, 1.0, 4.0, 10.0, 30.0] {
                let best = maximum_growth(&panel, n, aversion, &set)
                    .unwrap_or_else(|e| panic!("T {t}, N {n}, seed {seed}, {aversion}: {e}"));
                assert!((best.weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
                assert!(best.weights.iter().all(|w| *w >= 0.0));
                let gap = promised(&panel, &best.weights, aversion);
                assert!(gap <= 4e-10, "T {t}, N {n}, seed {seed}, {aversion}: {gap:e}");
                assert!(best.bound - best.utility <= 4e-10);
            }
        }
    }
}
