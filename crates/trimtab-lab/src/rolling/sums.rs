//! Sliding sums of several quantities at once, by blocks.
use crate::prepared::positive;
use crate::record::{Record, RiskFree};

/// The quantities of one period, each about its shift: e, e^2, b, b^2, e b, min(e, 0)^2 (unshifted), and, where K is 8,
/// r and r^2; e and b are excess returns of the run and the benchmark.
pub(super) type Row<const K: usize> = [f64; K];

/// Rows of all periods, with what was taken off them.
pub(super) struct Rows<const K: usize> {
    pub(super) rows: Vec<Row<K>>,
    pub(super) shift: Shift,
}

/// Overall means, taken off before squaring so that little cancels.
#[derive(Clone, Copy)]
pub(super) struct Shift {
    pub(super) excess: f64,
    pub(super) benchmark: f64,
}

impl<const K: usize> Rows<K> {
    /// The rows of `record`.
    pub(super) fn of(record: &Record<'_>) -> Self {
        let returns = record.returns();
        let n = returns.len() as f64;
        let mean = |xs: &[f64]| trimtab_math::moments::sum(xs) / n;
        let cash_mean = match record.risk_free() {
            RiskFree::Constant(f) => f,
            RiskFree::Series(rates) => mean(rates),
        };
        let mean_r = mean(returns);
        let shift = Shift {
            excess: mean_r - cash_mean,
            benchmark: record.benchmark().map_or(0.0, |b| mean(b) - cash_mean),
        };
        let rows = (0..returns.len())
            .map(|t| {
                let f = record.risk_free().at(t);
                let e = returns[t] - f;
                let low = positive(-e);
                let u = e - shift.excess;
                let v = record.benchmark().map_or(0.0, |b| b[t] - f - shift.benchmark);
                let r = returns[t] - mean_r;
                let all = [u, u * u, v, v * v, u * v, low * low, r, r * r];
                std::array::from_fn(|k| all[k])
            })
            .collect();
        Self { rows, shift }
    }
}

/// Calls `emit(window, sums)` for every window of `w` rows, in order of time.
pub(super) fn slide<const K: usize>(
    rows: &[Row<K>],
    w: usize,
    mut emit: impl FnMut(&[Row<K>], &Row<K>),
) {
    let mut suffix = vec![[0.0; K]; w];
    let mut start = 0;
    while start < rows.len() {
        let block = &rows[start..(start + w).min(rows.len())];
        let mut prefix = [0.0; K];
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
            let mut sums = [0.0; K];
            for (sum, row) in suffix.iter_mut().zip(block).rev() {
                add(&mut sums, row);
                *sum = sums;
            }
        }
        start += w;
    }
}

fn add<const K: usize>(sums: &mut Row<K>, row: &Row<K>) {
    for k in 0..K {
        sums[k] += row[k];
    }
}
