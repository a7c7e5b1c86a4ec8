//! Curves over time.
use trimtab_core::Date;

use super::svg::Svg;
use super::{Axis, Scale, Unit, dates_ticks};

/// One curve; `NaN` is a gap.
#[derive(Clone, Copy, Debug)]
pub struct Curve<'a> {
    /// Its name in the legend.
    pub name: &'a str,
    /// One value for each date.
    pub values: &'a [f64],
}

/// A chart of curves over the same dates.
#[derive(Clone, Copy, Debug)]
pub struct Lines<'a> {
    /// What it shows, for people who cannot see it.
    pub label: &'a str,
    /// The dates, in order.
    pub dates: &'a [Date],
    /// The curves; the first is the one that matters and is drawn on top.
    pub curves: &'a [Curve<'a>],
    /// How values are spread.
    pub scale: Scale,
    /// What the values are.
    pub unit: Unit,
    /// Height in units of a width of 1000.
    pub height: f64,
    /// Fill between the first curve and zero.
    pub filled: bool,
    /// Stretches of sessions to shade.
    pub shades: &'a [Stretch],
    /// Stretches that are marked at the foot, one strip below the other.
    pub strips: &'a [Vec<Stretch>],
}

/// First and last index of a stretch, and the class of its colour.
pub type Stretch = (usize, usize, &'static str);

/// The height of a strip, and of the space below it.
const STRIP: (f64, f64) = (6.0, 2.0);

pub(super) const WIDTH: f64 = 1000.0;
pub(super) const LEFT: f64 = 58.0;
pub(super) const RIGHT: f64 = 10.0;
pub(super) const TOP: f64 = 24.0;
pub(super) const BOTTOM: f64 = 22.0;

/// The chart as SVG.
pub fn lines(chart: &Lines<'_>) -> String {
    let mut svg = Svg::new(WIDTH, chart.height, chart.label);
    let all = chart.curves.iter().flat_map(|c| c.values.iter().copied());
    let y = Axis::of(all, chart.scale, chart.height - BOTTOM, TOP);
    let x = time_axis(chart.dates.len());
    for (from, to, class) in chart.shades {
        let (a, b) = (x.place(*from as f64), x.place(*to as f64));
        svg.rect(class, (a, TOP), ((b - a).max(0.5), chart.height - BOTTOM - TOP), "", "");
    }
    for (k, strip) in chart.strips.iter().enumerate() {
        let above = (chart.strips.len() - k) as f64 * (STRIP.0 + STRIP.1);
        for (from, to, class) in strip {
            let (a, b) = (x.place(*from as f64), x.place(*to as f64));
            let place = (a, chart.height - BOTTOM - above);
            svg.rect(class, place, ((b - a).max(0.5), STRIP.0), "", "");
        }
    }
    grid(&mut svg, &y, chart.unit);
    time_labels(&mut svg, chart.dates, &x, chart.height);
    for (ix, curve) in chart.curves.iter().enumerate().rev() {
        let points = thinned(curve.values, &x, &y);
        if ix == 0 && chart.filled {
            fill(&mut svg, &points, y.place(0.0));
        }
        svg.path(&format!("line s{}", ix % 8), &points, false);
    }
    let names: Vec<&str> = chart.curves.iter().map(|c| c.name).collect();
    legend(&mut svg, &names);
    svg.end()
}

pub(super) fn time_axis(count: usize) -> Axis {
    let high = count.saturating_sub(1).max(1) as f64;
    Axis { low: 0.0, high, from: LEFT, to: WIDTH - RIGHT, scale: Scale::Linear }
}

pub(super) fn grid(svg: &mut Svg, y: &Axis, unit: Unit) {
    for value in y.ticks(5) {
        let place = y.place(value);
        svg.line("rule", (LEFT, place), (WIDTH - RIGHT, place));
        svg.text("tick", "end", (LEFT - 6.0, place + 4.0), &unit.label(value));
    }
}

pub(super) fn time_labels(svg: &mut Svg, dates: &[Date], x: &Axis, height: f64) {
    for (t, label) in dates_ticks(dates, 9) {
        let place = x.place(t as f64);
        svg.line("rule", (place, height - BOTTOM), (place, height - BOTTOM + 4.0));
        svg.text("tick", "middle", (place, height - 4.0), &label);
    }
}

pub(super) fn legend(svg: &mut Svg, names: &[&str]) {
    let mut left = LEFT;
    for (ix, name) in names.iter().enumerate() {
        svg.rect(&format!("swatch f{}", ix % 8), (left, 7.0), (12.0, 8.0), "", "");
        svg.text("legend", "start", (left + 17.0, 15.0), name);
        // About seven units a letter: the text cannot be measured here.
        left += 17.0 + 7.2 * name.chars().count() as f64 + 16.0;
    }
}

/// Points of a curve. Of many points that share a unit of width only the lowest and the highest are drawn, in their
/// order: the picture is the same.
fn thinned(values: &[f64], x: &Axis, y: &Axis) -> Vec<Option<(f64, f64)>> {
    let drawable = |v: f64| v.is_finite() && (y.scale == Scale::Linear || v > 0.0);
    let per_unit = (values.len() as f64 / (x.to - x.from)).ceil() as usize;
    if per_unit < 3 {
        let point = |(t, v): (usize, &f64)| drawable(*v).then(|| (x.place(t as f64), y.place(*v)));
        return values.iter().enumerate().map(point).collect();
    }
    let mut points = Vec::new();
    for start in (0..values.len()).step_by(per_unit) {
        let chunk = &values[start..(start + per_unit).min(values.len())];
        if !chunk.iter().all(|v| drawable(*v)) {
            points.push(None);
            continue;
        }
        let by = |a: &usize, b: &usize| chunk[*a].total_cmp(&chunk[*b]);
        let extremes = [(0..chunk.len()).min_by(by), (0..chunk.len()).max_by(by)];
        let last = start + chunk.len() == values.len();
        let mut kept: Vec<usize> =
            extremes.into_iter().flatten().chain(last.then(|| chunk.len() - 1)).collect();
        kept.sort_unstable();
        kept.dedup();
        points.extend(
            kept.into_iter().map(|k| Some((x.place((start + k) as f64), y.place(chunk[k])))),
        );
    }
    points
}

fn fill(svg: &mut Svg, points: &[Option<(f64, f64)>], zero: f64) {
    let known: Vec<(f64, f64)> = points.iter().flatten().copied().collect();
    if let (Some(first), Some(last)) = (known.first(), known.last()) {
        let ends = [Some((last.0, zero)), Some((first.0, zero))];
        let outline: Vec<_> = known.iter().map(|p| Some(*p)).chain(ends).collect();
        svg.path("area f0", &outline, true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinning_keeps_the_extremes() {
        let mut values: Vec<f64> = (0..20_000).map(|t| (f64::from(t) / 50.0).sin()).collect();
        values[7_777] = 9.0;
        let x = time_axis(values.len());
        let y = Axis::of(values.iter().copied(), Scale::Linear, 100.0, 0.0);
        let points = thinned(&values, &x, &y);
        assert!(points.len() < 4_100);
        assert!(points.iter().flatten().any(|p| (p.1 - y.place(9.0)).abs() < 1e-9));
    }

    #[test]
    fn a_chart_says_what_it_is() {
        let dates: Vec<Date> = (1..=12).map(|m| Date::constant(2020, m, 28)).collect();
        let values: Vec<f64> = (1..=12).map(f64::from).collect();
        let curves = [Curve { name: "A <b>", values: &values }];
        let chart = Lines {
            label: "Value of A",
            dates: &dates,
            curves: &curves,
            scale: Scale::Log,
            unit: Unit::Money,
            height: 300.0,
            filled: false,
            shades: &[],
            strips: &[vec![(0, 5, "r0")], vec![(5, 11, "r3")]],
        };
        let text = lines(&chart);
        assert!(text.contains("aria-label=\"Value of A\"") && text.contains("A &lt;b&gt;"));
        // The strips stand one above the other at the foot: 300 - 22 - 16 and 300 - 22 - 8.
        assert!(text.contains("class=\"r0\"") && text.contains("y=\"262.0\""), "{text}");
        assert!(text.contains("class=\"r3\"") && text.contains("y=\"270.0\""), "{text}");
        assert!(!text.contains("NaN"));
    }
}
