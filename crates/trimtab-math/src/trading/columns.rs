//! The programme in purchases and sales instead of positions.

use std::cell::OnceCell;

use super::Trading;
use crate::linalg::Sym;
use crate::qp::{Problem, Quadratic, Row};

/// A variable of the programme: an amount of one series bought, or sold, or, where trading is free,
/// either.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) series: usize,
    /// 1 for a purchase, -1 for a sale.
    pub(super) sign: f64,
    pub(super) lower: f64,
    pub(super) upper: f64,
    pub(super) linear: f64,
    pub(super) power: f64,
}

/// The purchases and sales that the bounds leave room for.
pub(super) fn columns(problem: &Problem<'_, Sym>, trading: &Trading<'_>) -> Vec<Column> {
    let mut columns = Vec::with_capacity(2 * trading.held.len());
    for (series, held) in trading.held.iter().enumerate() {
        let (low, high) = (problem.lower[series] - held, problem.upper[series] - held);
        let (linear, power) = (trading.linear[series], trading.power_of(series));
        let one = |sign: f64, lower: f64, upper: f64| Column {
            series,
            sign,
            lower,
            upper,
            linear,
            power,
        };
        if linear == 0.0 && power == 0.0 {
            columns.push(one(1.0, low, high));
            continue;
        }
        if high > 0.0 {
            columns.push(one(1.0, low.max(0.0), high));
        }
        if low < 0.0 {
            columns.push(one(-1.0, (-high).max(0.0), -low));
        }
    }
    columns
}

/// The rows, in trades.
pub(super) fn rows(
    problem: &Problem<'_, Sym>,
    trading: &Trading<'_>,
    columns: &[Column],
) -> Vec<Row> {
    let in_trades = |row: &Row| {
        let held = crate::linalg::vector::dot(&row.coefficients, trading.held);
        Row {
            coefficients: columns.iter().map(|c| c.sign * row.coefficients[c.series]).collect(),
            lower: row.lower - held,
            upper: row.upper - held,
        }
    };
    problem.rows.iter().map(in_trades).collect()
}

/// Q in trades, plus a curvature for each column; columns are made when first asked for.
pub(super) struct InTrades<'a> {
    q: &'a Sym,
    columns: &'a [Column],
    curvature: &'a [f64],
    made: Vec<OnceCell<Vec<f64>>>,
}

impl<'a> InTrades<'a> {
    pub(super) fn new(q: &'a Sym, columns: &'a [Column], curvature: &'a [f64]) -> Self {
        Self { q, columns, curvature, made: vec![OnceCell::new(); columns.len()] }
    }
}

impl Quadratic for InTrades<'_> {
    fn n(&self) -> usize {
        self.columns.len()
    }

    fn diagonal(&self, j: usize) -> f64 {
        let series = self.columns[j].series;
        self.q[(series, series)] + self.curvature[j]
    }

    fn column(&self, j: usize) -> &[f64] {
        self.made[j].get_or_init(|| {
            let own = self.columns[j];
            let of_series = self.q.column(own.series);
            let mut column: Vec<f64> =
                self.columns.iter().map(|c| own.sign * c.sign * of_series[c.series]).collect();
            column[j] += self.curvature[j];
            column
        })
    }
}
