//! From window sums to columns.
use super::sums::{Row, Rows, Shift, slide};
use super::{RollingMetric, fall};
use crate::record::Record;
use serde::{Serialize, Serializer};

/// Share of the squares about the shift that the squared deviations of a window must keep, or they are computed anew
/// from its mean. Below it four of the sixteen digits are lost in the difference of the sums; a higher bound would
/// recompute ordinary windows.
const KEPT: f64 = 1e-4;

/// Relative deviation below which a recomputed window counts as constant: the rounding of its values.
const FLAT: f64 = 8.0 * f64::EPSILON;

/// One metric over one window, at every period from the first that fills the window.
#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    pub(super) first: usize,
    /// NaN marks an undefined value; it never leaves this type.
    pub(super) rows: &'a [Values],
    pub(super) metric: RollingMetric,
}

impl<'a> Column<'a> {
    /// The first period that fills the window, counted from 0.
    pub fn first(&self) -> usize {
        self.first
    }

    /// Number of entries: the periods from [`Column::first`] to the end.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether the window is longer than the record.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The value at the end of `period`. `None` before the window is filled and where the metric is undefined.
    pub fn at(&self, period: usize) -> Option<f64> {
        self.rows.get(period.checked_sub(self.first)?).and_then(|row| self.of(row))
    }

    /// The value at the end of the record.
    pub fn last(&self) -> Option<f64> {
        self.rows.last().and_then(|row| self.of(row))
    }

    /// The values in order of time, from [`Column::first`] on.
    pub fn iter(self) -> impl ExactSizeIterator<Item = Option<f64>> + 'a {
        self.rows.iter().map(move |row| self.of(row))
    }

    fn of(&self, row: &Values) -> Option<f64> {
        let value = row[self.metric as usize];
        value.is_finite().then_some(value)
    }
}

impl Serialize for Column<'_> {
    /// A list of the values from [`Column::first`] on, undefined ones as null.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// The seven metrics at the end of one period, in the order of [`RollingMetric::ALL`].
pub(super) type Values = [f64; 7];

/// Appends a row for every window of `w` periods.
pub(super) fn append<const K: usize>(
    record: &Record<'_>,
    rows: &Rows<K>,
    wealth: &[f64],
    w: usize,
    out: &mut Vec<Values>,
) {
    let finish = Finish::new(record, rows.shift, w as f64);
    let falls = fall::drawdowns(wealth, w);
    let mut levels = wealth[w..].iter().zip(wealth).zip(&falls);
    slide(&rows.rows, w, |window, sums| {
        if let Some(((end, start), fall)) = levels.next() {
            out.push(finish.values(window, sums, end / start - 1.0, *fall));
        }
    });
}

/// What turns sums over w periods into metrics. Divisions by constants of the window are done once.
struct Finish {
    periods_yearly: f64,
    benchmark: bool,
    shift: Shift,
    /// 1 / w.
    share: f64,
    /// P / w and P / (w - 1): from a sum of squares to a yearly variance. Infinite for a single period.
    population: f64,
    sample: f64,
}

impl Finish {
    fn new(record: &Record<'_>, shift: Shift, w: f64) -> Self {
        let p = record.periods_yearly();
        let benchmark = record.benchmark().is_some();
        Self {
            periods_yearly: p,
            benchmark,
            shift,
            share: 1.0 / w,
            population: p / w,
            sample: p / (w - 1.0),
        }
    }

    fn values<const K: usize>(
        &self,
        window: &[Row<K>],
        sums: &Row<K>,
        total: f64,
        fall: f64,
    ) -> Values {
        let (mean_u, mean_v) = (sums[0] * self.share, sums[2] * self.share);
        let yearly = (mean_u + self.shift.excess) * self.periods_yearly;
        let excess = self.squares(window, sums, 0, self.shift.excess);
        let market = self.squares(window, sums, 2, self.shift.benchmark);
        let beta = if !self.benchmark || market.own <= 0.0 {
            f64::NAN
        } else if excess.fresh || market.fresh {
            products(window, mean_u, mean_v) / market.own
        } else {
            (sums[4] - sums[0] * mean_v) / market.own
        };
        let deviation = (excess.own * self.sample).sqrt();
        let volatility = if K == 8 {
            (self.squares(window, sums, 6, self.shift.excess).own * self.sample).sqrt()
        } else {
            deviation
        };
        [
            total,
            yearly - beta * (mean_v + self.shift.benchmark) * self.periods_yearly,
            beta,
            ratio(yearly, deviation),
            ratio(yearly, (sums[5] * self.population).sqrt()),
            volatility,
            fall,
        ]
    }

    /// Squared deviations of quantity `k` from its mean over the window; exactly 0 where it is constant.
    fn squares<const K: usize>(
        &self,
        window: &[Row<K>],
        sums: &Row<K>,
        k: usize,
        shift: f64,
    ) -> Squares {
        let (sum, squares) = (sums[k], sums[k + 1]);
        let own = squares - sum * sum * self.share;
        if own > KEPT * squares {
            Squares { own, fresh: false }
        } else {
            recomputed(window, k, sum, shift)
        }
    }
}

struct Squares {
    own: f64,
    /// Whether it was computed anew from the window.
    fresh: bool,
}

#[cold]
fn recomputed<const K: usize>(window: &[Row<K>], k: usize, sum: f64, shift: f64) -> Squares {
    let w = window.len() as f64;
    let mean = sum / w;
    let own: f64 = window.iter().map(|row| (row[k] - mean) * (row[k] - mean)).sum();
    let noise = FLAT * (mean.abs() + shift.abs());
    Squares { own: if own > w * noise * noise { own } else { 0.0 }, fresh: true }
}

/// Sum of the products of the deviations of the two excess returns.
fn products<const K: usize>(window: &[Row<K>], mean_u: f64, mean_v: f64) -> f64 {
    window.iter().map(|row| (row[0] - mean_u) * (row[2] - mean_v)).sum()
}

fn ratio(a: f64, b: f64) -> f64 {
    if b > 0.0 { a / b } else { f64::NAN }
}
