//! From values to places on paper.
use trimtab_core::Date;

/// How values are spread along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Equal differences take equal room.
    Linear,
    /// Equal ratios take equal room; values must be positive.
    Log,
}

/// An axis from `low` to `high` drawn between the places `from` and `to`, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    /// The value drawn at `from`.
    pub low: f64,
    /// The value drawn at `to`.
    pub high: f64,
    /// Where `low` is drawn.
    pub from: f64,
    /// Where `high` is drawn.
    pub to: f64,
    /// How values are spread.
    pub scale: Scale,
}

impl Axis {
    /// An axis that shows all `values`, widened by a twentieth where it is linear. Values that cannot be shown
    /// (not finite, or not positive on a log scale) are passed over.
    pub fn of(values: impl Iterator<Item = f64>, scale: Scale, from: f64, to: f64) -> Self {
        let shown = |x: &f64| x.is_finite() && (scale == Scale::Linear || *x > 0.0);
        let (low, high) =
            values.filter(shown).fold((f64::MAX, f64::MIN), |(a, b), x| (a.min(x), b.max(x)));
        let (low, high) = match (low <= high, low == high, scale) {
            (false, _, _) => (0.0, 1.0),
            (_, true, Scale::Log) => (low / 1.1, high * 1.1),
            (_, true, Scale::Linear) => {
                (low - 0.5 * low.abs().max(1e-9), high + 0.5 * high.abs().max(1e-9))
            }
            _ => (low, high),
        };
        let margin = if scale == Scale::Linear { (high - low) * 0.05 } else { 0.0 };
        // A series that touches zero without crossing it keeps zero as its edge.
        let low = if low >= 0.0 && low - margin < 0.0 { low.min(0.0) } else { low - margin };
        let high = if high <= 0.0 && high + margin > 0.0 { 0.0 } else { high + margin };
        Self { low, high, from, to, scale }
    }

    /// The place of a value.
    pub fn place(&self, x: f64) -> f64 {
        let part = match self.scale {
            Scale::Linear => (x - self.low) / (self.high - self.low),
            Scale::Log => (x / self.low).ln() / (self.high / self.low).ln(),
        };
        self.from + part * (self.to - self.from)
    }

    /// About `count` round values inside the axis.
    pub fn ticks(&self, count: usize) -> Vec<f64> {
        match self.scale {
            Scale::Linear => linear_ticks(self.low, self.high, count),
            Scale::Log => log_ticks(self.low, self.high, count),
        }
    }
}

/// Multiples of 1, 2 or 5 times a power of ten.
fn linear_ticks(low: f64, high: f64, count: usize) -> Vec<f64> {
    let raw = (high - low) / count.max(1) as f64;
    let power = 10f64.powf(raw.log10().floor());
    let step =
        [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|s| *s >= raw).unwrap_or(raw);
    let (first, last) = ((low / step).ceil() as i64, (high / step).floor() as i64);
    (first..=last).map(|k| k as f64 * step).collect()
}

/// The densest of 1, 1-2-5, and all digits that stays near `count`; too short a span falls back to linear.
fn log_ticks(low: f64, high: f64, count: usize) -> Vec<f64> {
    let decades = (low.log10().floor() as i32)..=(high.log10().ceil() as i32);
    let of = |digits: &[f64]| -> Vec<f64> {
        let all = decades.clone().flat_map(|d| digits.iter().map(move |m| m * 10f64.powi(d)));
        all.filter(|x| *x >= low && *x <= high).collect()
    };
    let ladders: [&[f64]; 3] = [&[1.0], &[1.0, 2.0, 5.0], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0]];
    let fitting = ladders.iter().map(|l| of(l)).find(|ticks| ticks.len() + 2 >= count);
    fitting.unwrap_or_else(|| linear_ticks(low, high, count))
}

/// Round dates among `dates` with their labels: years, quarters, months, or single days when the span is short.
/// Each is given by the index of the first date on or after it.
pub fn dates_ticks(dates: &[Date], count: usize) -> Vec<(usize, String)> {
    let (Some(first), Some(last)) = (dates.first(), dates.last()) else { return Vec::new() };
    let month = |d: &Date| i32::from(d.year()) * 12 + i32::from(d.month()) - 1;
    let months = month(last) - month(first);
    let steps = [1, 3, 6, 12, 24, 60, 120, 240, 480];
    if months < 2 {
        let every = dates.len().div_ceil(count.max(1)).max(1);
        return (0..dates.len()).step_by(every).map(|t| (t, dates[t].to_string())).collect();
    }
    let step = steps.into_iter().find(|s| months / s <= count as i32).unwrap_or(480);
    let mut ticks = Vec::new();
    for t in 1..dates.len() {
        let (before, now) =
            (month(&dates[t - 1]).div_euclid(step), month(&dates[t]).div_euclid(step));
        if now > before {
            let (year, m) = (dates[t].year(), dates[t].month());
            ticks.push((t, if step >= 12 { format!("{year}") } else { format!("{year}-{m:02}") }));
        }
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(linear_ticks(0.0, 1.0, 5), [0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0]);
        let axis = Axis { low: 90_000.0, high: 700_000.0, from: 0.0, to: 1.0, scale: Scale::Log };
        let ticks = axis.ticks(5);
        assert!(ticks.iter().all(|x| (90_000.0..=700_000.0).contains(x)) && ticks.len() >= 3);
    }

    #[test]
    fn a_place_is_between_the_ends() {
        let axis = Axis::of([1.0, 10.0, 100.0].into_iter(), Scale::Log, 100.0, 0.0);
        assert!((axis.place(10.0) - 50.0).abs() < 1e-12);
        let flat = Axis::of([5.0, 5.0].into_iter(), Scale::Linear, 0.0, 1.0);
        assert!(flat.place(5.0).is_finite());
        let empty = Axis::of([f64::NAN].into_iter(), Scale::Linear, 0.0, 1.0);
        assert!(empty.place(0.5).is_finite());
    }

    #[test]
    fn years_are_named_once() {
        let dates: Vec<Date> =
            (2004..=2018).flat_map(|y| (1..=12).map(move |m| Date::constant(y, m, 28))).collect();
        let ticks = dates_ticks(&dates, 8);
        assert!(ticks.len() <= 8 && ticks.len() >= 4, "{ticks:?}");
        assert_eq!(ticks[0].1.len(), 4);
    }
}
