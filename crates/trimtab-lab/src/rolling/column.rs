//! From window sums to columns.
use super::fall;
use super::sums::{Row, Shift, slide};
use serde::{Serialize, Serializer};

/// Share of the squares about the shift that the squared deviations of a window must keep, or they are computed anew
/// from its mean. Below it four of the sixteen digits are lost in the difference of the sums; a higher bound would
/// recompute ordinary windows.
const KEPT: f64 = 1e-4;

/// Relative deviation below which a recomputed window counts as constant: the rounding of its values.
const FLAT: f64 = 8.0 * f64::EPSILON;

/// One metric over one window, at every period from the first that fills the window.
#[derive(Clone, Debug)]
pub struct Column {
    first: usize,
    /// NaN marks an undefined value; it never leaves this type.
    values: Vec<f64>,
}

impl Column {
    /// The first period that fills the window, counted from 0.
    pub fn first(&self) -> usize {
        self.first
    }

    /// Number of entries: the periods from [`Column::first`] to the end.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether the window is longer than the record.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The value at the end of `period`. `None` before the window is filled and where the metric is undefined.
    pub fn at(&self, period: usize) -> Option<f64> {
        let value = *self.values.get(period.checked_sub(self.first)?)?;
        defined(value)
    }

    /// The value at the end of the record.
    pub fn last(&self) -> Option<f64> {
        self.values.last().copied().and_then(defined)
    }

    /// The values in order of time, from [`Column::first`] on.
    pub fn iter(&self) -> impl Iterator<Item = Option<f64>> + '_ {
        self.values.iter().map(|v| defined(*v))
    }
}

impl PartialEq for Column {
    fn eq(&self, other: &Self) -> bool {
        self.first == other.first && self.iter().eq(other.iter())
    }
}

impl Serialize for Column {
    /// A list of the values from [`Column::first`] on, undefined ones as null.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

fn defined(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

/// What turns sums into metrics.
pub(super) struct Finish {
    pub(super) periods_yearly: f64,
    pub(super) benchmark: bool,
    /// Whether the deviation of r is that of e, the risk-free rate being constant.
    pub(super) same_deviation: bool,
    pub(super) shift: Shift,
}

/// The seven columns over windows of `w` periods.
pub(super) fn columns(rows: &[Row], wealth: &[f64], w: usize, finish: &Finish) -> [Column; 7] {
    let count = (rows.len() + 1).saturating_sub(w);
    let empty = || Vec::with_capacity(count);
    let [mut alpha, mut beta, mut sharpe, mut sortino, mut volatility] =
        [empty(), empty(), empty(), empty(), empty()];
    if count > 0 {
        slide(rows, w, |window, sums| {
            let v = finish.values(window, sums);
            alpha.push(v.alpha);
            beta.push(v.beta);
            sharpe.push(v.sharpe);
            sortino.push(v.sortino);
            volatility.push(v.volatility);
        });
    }
    let total = if count > 0 {
        wealth[w..].iter().zip(wealth).map(|(end, start)| end / start - 1.0).collect()
    } else {
        empty()
    };
    let falls = if count > 0 { fall::drawdowns(wealth, w) } else { empty() };
    [total, alpha, beta, sharpe, sortino, volatility, falls]
        .map(|values| Column { first: w - 1, values })
}

struct Values {
    alpha: f64,
    beta: f64,
    sharpe: f64,
    sortino: f64,
    volatility: f64,
}

impl Finish {
    fn values(&self, window: &[Row], sums: &Row) -> Values {
        let [u, _, v, _, _, low, _, _] = *sums;
        let (w, p) = (window.len() as f64, self.periods_yearly);
        let mean = u / w + self.shift.excess;
        let yearly = |squares: f64| (squares / (w - 1.0) * p).sqrt();
        let excess = self.squares(window, sums, 0);
        let market = self.squares(window, sums, 2);
        let beta = match (&excess, &market) {
            _ if !self.benchmark || market.own <= 0.0 => f64::NAN,
            (Squares { fresh: false, .. }, Squares { fresh: false, .. }) => {
                (sums[4] - u * v / w) / market.own
            }
            _ => products(window, u / w, v / w) / market.own,
        };
        let deviation = yearly(excess.own);
        Values {
            alpha: (mean - beta * (v / w + self.shift.benchmark)) * p,
            beta,
            sharpe: ratio(mean * p, deviation),
            sortino: ratio(mean * p, (low / w * p).sqrt()),
            volatility: if self.same_deviation {
                deviation
            } else {
                yearly(self.squares(window, sums, 6).own)
            },
        }
    }

    /// Squared deviations of quantity `k` from its mean over the window; exactly 0 where it is constant.
    fn squares(&self, window: &[Row], sums: &Row, k: usize) -> Squares {
        let (sum, squares) = (sums[k], sums[k + 1]);
        let w = window.len() as f64;
        let own = squares - sum * sum / w;
        if own > KEPT * squares {
            return Squares { own, fresh: false };
        }
        let mean = sum / w;
        let own: f64 = window.iter().map(|row| (row[k] - mean) * (row[k] - mean)).sum();
        let shift = if k == 2 { self.shift.benchmark } else { self.shift.excess };
        let noise = FLAT * (mean.abs() + shift.abs());
        Squares { own: if own > w * noise * noise { own } else { 0.0 }, fresh: true }
    }
}

struct Squares {
    own: f64,
    /// Whether it was computed anew from the window.
    fresh: bool,
}

/// Sum of the products of the deviations of the two excess returns.
fn products(window: &[Row], mean_u: f64, mean_v: f64) -> f64 {
    window.iter().map(|row| (row[0] - mean_u) * (row[2] - mean_v)).sum()
}

fn ratio(a: f64, b: f64) -> f64 {
    if b > 0.0 { a / b } else { f64::NAN }
}
