//! CPU time of this process: what counts on a machine that is shared.

use cpu_time::ProcessTime;
use std::hint::black_box;

/// A batch shorter than this, in seconds, is lost in the noise of the clock and of interrupts.
const BATCH: f64 = 2e-3;

/// Batches measured; their median leaves out those that were disturbed.
const BATCHES: usize = 31;

/// CPU seconds of one call, user and system, all threads: the median over batches of calls, after a warm-up that
/// also sizes the batches.
pub(crate) fn seconds<T>(mut call: impl FnMut() -> T) -> f64 {
    let mut calls = 1;
    loop {
        let start = ProcessTime::now();
        (0..calls).for_each(|_| drop(black_box(call())));
        if start.elapsed().as_secs_f64() >= BATCH {
            break;
        }
        calls *= 2;
    }
    let mut times: Vec<f64> = (0..BATCHES)
        .map(|_| {
            let start = ProcessTime::now();
            (0..calls).for_each(|_| drop(black_box(call())));
            start.elapsed().as_secs_f64() / f64::from(calls)
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[BATCHES / 2]
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
