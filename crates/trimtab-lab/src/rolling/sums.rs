//! Sliding sums of several quantities at once, by blocks.
use crate::prepared::positive;
use crate::record::{Record, RiskFree};

/// Quantities summed over each window. Eight doubles fill one cache line.
pub(super) const WIDTH: usize = 8;

/// The quantities of one period, each about the shift: e, e^2, b, b^2, e b, min(e, 0)^2 (unshifted), r, r^2, where e and
/// b are excess returns of the run and the benchmark.
pub(super) type Row = [f64; WIDTH];

/// Rows of all periods, with what was taken off them.
pub(super) struct Rows {
    pub(super) rows: Vec<Row>,
    pub(super) shift: Shift,
}

/// Overall means, taken off before squaring so that little cancels.
#[derive(Clone, Copy)]
pub(super) struct Shift {
    pub(super) excess: f64,
    pub(super) benchmark: f64,
}

/// The rows of `record`.
pub(super) fn rows(record: &Record<'_>) -> Rows {
    let returns = record.returns();
    let n = returns.len() as f64;
    let cash = |t: usize| record.risk_free().at(t);
    let cash_mean = match record.risk_free() {
        RiskFree::Constant(f) => f,
        RiskFree::Series(rates) => rates.iter().sum::<f64>() / n,
    };
    let mean = returns.iter().sum::<f64>() / n;
    let mean_b = record.benchmark().map_or(0.0, |b| b.iter().sum::<f64>() / n - cash_mean);
    let shift = Shift { excess: mean - cash_mean, benchmark: mean_b };
    let rows = (0..returns.len())
        .map(|t| {
            let f = cash(t);
            let e = returns[t] - f;
            let low = positive(-e);
            let u = e - shift.excess;
            let v = record.benchmark().map_or(0.0, |b| b[t] - f - mean_b);
            let r = returns[t] - mean;
            [u, u * u, v, v * v, u * v, low * low, r, r * r]
        })
        .collect();
    Rows { rows, shift }
}

/// Calls `emit(window, sums)` for every window of `w` rows, in order of time.
pub(super) fn slide(rows: &[Row], w: usize, mut emit: impl FnMut(&[Row], &Row)) {
    let mut suffix = vec![[0.0; WIDTH]; w];
    let mut start = 0;
    while start < rows.len() {
        let block = &rows[start..(start + w).min(rows.len())];
        let mut prefix = [0.0; WIDTH];
        for (i, row) in block.iter().enumerate() {
            add(&mut prefix, row);
            if i + 1 == w {
                emit(block, &prefix);
            } else if start > 0 {
                // The window began i + 1 rows into the block before.
                let mut sums = suffix[i + 1];
                add(&mut sums, &prefix);
                emit(&rows[start + i + 1 - w..=start + i], &sums);
            }
        }
        if block.len() == w {
            let mut sums = [0.0; WIDTH];
            for (i, row) in block.iter().enumerate().rev() {
                add(&mut sums, row);
                suffix[i] = sums;
            }
        }
        start += w;
    }
}

fn add(sums: &mut Row, row: &Row) {
    for k in 0..WIDTH {
        sums[k] += row[k];
    }
}
