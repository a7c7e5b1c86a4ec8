//! Labellings to start a fit from, made without chance.
use super::Table;

/// Rows on each side that a distance is averaged over: states last longer than a row. Ten times as many would blur states of
/// a month, none at all would put every quiet row of a wild stretch among the calm.
const BESIDE: usize = 10;

/// Labels by the rank of one column: the lowest rows are 0, in groups of equal size. Equal values follow their order in time.
pub fn by_level(table: &Table<'_>, column: usize, states: usize) -> Vec<usize> {
    let values: Vec<f64> = table.rows().map(|row| row[column]).collect();
    ranked(&values, states)
}

/// Labels by how far rows lie from the mean, each column in units of its own deviation, averaged over the ten rows before
/// and after: the calmest stretches are 0, in groups of equal size.
pub fn by_distance(table: &Table<'_>, states: usize) -> Vec<usize> {
    let means = table.means();
    let variances = table.variances(&means);
    let distance = |row: &[f64]| -> f64 {
        let each = row.iter().zip(&means).zip(&variances);
        each.map(|((x, m), v)| if *v > 0.0 { (x - m) * (x - m) / v } else { 0.0 }).sum()
    };
    let mut sums = vec![0.0];
    for row in table.rows() {
        sums.push(sums[sums.len() - 1] + distance(row));
    }
    let n = table.len();
    let around = |t: usize| {
        let (from, to) = (t.saturating_sub(BESIDE), (t + BESIDE + 1).min(n));
        (sums[to] - sums[from]) / (to - from) as f64
    };
    ranked(&(0..n).map(around).collect::<Vec<_>>(), states)
}

fn ranked(values: &[f64], states: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut labels = vec![0; values.len()];
    for (rank, t) in order.into_iter().enumerate() {
        labels[t] = rank * states / values.len();
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_of_equal_size_and_in_order() {
        let x = [5.0, 1.0, 3.0, 2.0, 4.0, 6.0];
        let table = Table::new(&x, 1).unwrap();
        assert_eq!(by_level(&table, 0, 3), [2, 0, 1, 0, 1, 2]);
        let wave = |t: usize| if t < 60 { 1.0 } else { 9.0 } * if t.is_multiple_of(2) { 1.0 } else { -1.0 };
        let x: Vec<f64> = (0..120).map(wave).collect();
        let labels = by_distance(&Table::new(&x, 1).unwrap(), 2);
        assert!(labels[..50].iter().all(|l| *l == 0) && labels[70..].iter().all(|l| *l == 1));
    }
}
