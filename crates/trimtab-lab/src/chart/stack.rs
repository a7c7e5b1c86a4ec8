//! Shares of a whole over time.
use trimtab_core::Date;

use super::lines::{BOTTOM, Curve, TOP, WIDTH, grid, legend, time_axis, time_labels};
use super::svg::Svg;
use super::{Axis, Scale, Unit};

/// Layers on top of each other.
#[derive(Clone, Copy, Debug)]
pub struct Stack<'a> {
    /// What it shows, for people who cannot see it.
    pub label: &'a str,
    /// The dates, in order.
    pub dates: &'a [Date],
    /// Shares of a whole, each held until the next date; the first layer lies at the bottom.
    pub layers: &'a [Curve<'a>],
    /// Height in units of a width of 1000.
    pub height: f64,
}

/// The chart as SVG.
pub fn stack(chart: &Stack<'_>) -> String {
    let Stack { label, dates, layers, height } = *chart;
    let mut svg = Svg::new(WIDTH, height, label);
    let whole = |t: usize| layers.iter().map(|l| l.values[t].max(0.0)).sum::<f64>();
    let most = (0..dates.len()).map(whole).fold(1.0, f64::max);
    let y = Axis { low: 0.0, high: most, from: height - BOTTOM, to: TOP, scale: Scale::Linear };
    let x = time_axis(dates.len());
    let mut base = vec![0.0; dates.len()];
    // A layer changes at decisions only: one corner each is enough.
    let corners: Vec<usize> = (0..dates.len())
        .filter(|&t| {
            t == 0 || t + 1 == dates.len() || layers.iter().any(|l| l.values[t] != l.values[t - 1])
        })
        .collect();
    let thin = corners.len().div_ceil(900).max(1);
    let corners: Vec<usize> =
        corners.iter().copied().step_by(thin).chain(corners.last().copied()).collect();
    for (ix, layer) in layers.iter().enumerate() {
        let mut outline = Vec::with_capacity(4 * corners.len());
        let step = |outline: &mut Vec<_>, t: usize, level: f64| {
            if let Some(Some((_, last))) = outline.last().copied() {
                outline.push(Some((x.place(t as f64), last)));
            }
            outline.push(Some((x.place(t as f64), y.place(level))));
        };
        for &t in &corners {
            step(&mut outline, t, base[t] + layer.values[t].max(0.0));
        }
        let mut below: Vec<Option<(f64, f64)>> = Vec::with_capacity(2 * corners.len());
        for &t in &corners {
            step(&mut below, t, base[t]);
        }
        outline.extend(below.into_iter().rev());
        svg.path(&format!("layer f{}", ix % 8), &outline, true);
        base.iter_mut().zip(layer.values).for_each(|(b, v)| *b += v.max(0.0));
    }
    grid(&mut svg, &y, Unit::Percent);
    time_labels(&mut svg, dates, &x, height);
    legend(&mut svg, &layers.iter().map(|l| l.name).collect::<Vec<_>>());
    svg.end()
}
