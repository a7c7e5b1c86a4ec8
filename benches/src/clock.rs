//! CPU time of this process: what counts on a machine that is shared.

use cpu_time::ProcessTime;
use std::hint::black_box;

/// A batch shorter than this, in seconds, is lost in the noise of the clock and of interrupts.
const BATCH: f64 = 2e-3;

/// Batches measured; their median leaves out those that were disturbed.
const BATCHES: usize = 31;

/// A batch longer than this, in seconds, is hardly disturbed, and there are only [`LONG_BATCHES`] of it.
const LONG: f64 = 0.1;

/// The least number that has a middle which is neither the best nor the worst.
const LONG_BATCHES: usize = 3;

/// CPU seconds of one call, user and system, all threads: the median over batches of calls, after a warm-up that
/// also sizes the batches.
pub(crate) fn seconds<T>(mut call: impl FnMut() -> T) -> f64 {
    let mut calls = 1;
    let batch = loop {
        let start = ProcessTime::now();
        (0..calls).for_each(|_| drop(black_box(call())));
        let batch = start.elapsed().as_secs_f64();
        if batch >= BATCH {
            break batch;
        }
        calls *= 2;
    };
    let batches = if batch > LONG { LONG_BATCHES } else { BATCHES };
    let mut times: Vec<f64> = (0..batches)
        .map(|_| {
            let start = ProcessTime::now();
            (0..calls).for_each(|_| drop(black_box(call())));
            start.elapsed().as_secs_f64() / f64::from(calls)
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[batches / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_work_takes_longer() {
        let work = |n: u64| move || (0..n).fold(0_u64, |a, x| black_box(a ^ x));
        assert!(seconds(work(40_000)) > 2.0 * seconds(work(4_000)));
    }
}
