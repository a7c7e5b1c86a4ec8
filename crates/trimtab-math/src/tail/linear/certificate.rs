use super::program::{Infeasible, Program};

/// The multipliers held to the slopes their rows can have, and the value of the dual programme
/// there: `sum_j min(d_j lower_j, d_j upper_j) - sum_i y_i limit_i`, `d = c + A' y`, the limit
/// being the lower one where y_i < 0 and the upper one where y_i > 0.
pub(super) fn bound(p: &Program, y: &[f64]) -> (f64, Vec<f64>) {
    let y: Vec<f64> = y
        .iter()
        .zip(&p.rows)
        .map(|(y, (_, row))| {
            let low = if row.lower.is_finite() { -row.below } else { 0.0 };
            let high = if row.upper.is_finite() { row.above } else { 0.0 };
            y.max(low).min(high)
        })
        .collect();
    let d = slopes(p, &y, &p.cost);
    (least(p, &d) - limits(p, &y), y)
}

/// The proof that the constraints exclude each other, if y is one.
pub(super) fn infeasible(p: &Program, y: &[f64]) -> Option<Infeasible> {
    let size = y.iter().fold(0.0_f64, |m, y| m.max(y.abs()));
    let y: Vec<f64> = y
        .iter()
        .zip(&p.rows)
        .map(|(y, (_, row))| {
            let low = if row.below.is_infinite() && row.lower.is_finite() {
                f64::NEG_INFINITY
            } else {
                0.0
            };
            let high =
                if row.above.is_infinite() && row.upper.is_finite() { f64::INFINITY } else { 0.0 };
            // What is rounding of the largest multiplier is none.
            if y.abs() > 1e-12 * size { y.max(low).min(high) } else { 0.0 }
        })
        .collect();
    let least = least(p, &slopes(p, &y, &vec![0.0; p.cost.len()]));
    let most = limits(p, &y);
    let rows = y.iter().copied().enumerate().filter(|(_, y)| *y != 0.0).collect();
    (least > most).then_some(Infeasible { rows, least, most })
}

/// `c + A' y`.
fn slopes(p: &Program, y: &[f64], cost: &[f64]) -> Vec<f64> {
    let mut d = cost.to_vec();
    for ((a, _), y) in p.rows.iter().zip(y).filter(|(_, y)| **y != 0.0) {
        crate::symmetric::axpy(*y, a, &mut d);
    }
    d
}

/// Least value of d'x within the bounds.
fn least(p: &Program, d: &[f64]) -> f64 {
    d.iter().zip(&p.lower).zip(&p.upper).map(|((d, l), u)| (d * l).min(d * u)).sum()
}

/// Largest value of y'r within the limits, the price of what lies beyond included.
fn limits(p: &Program, y: &[f64]) -> f64 {
    let side = |(y, (_, row)): (&f64, &(Vec<f64>, super::Row))| {
        if *y < 0.0 {
            y * row.lower
        } else if *y > 0.0 {
            y * row.upper
        } else {
            0.0
        }
    };
    y.iter().zip(&p.rows).map(side).sum()
}
