//! Numbers side by side.
use super::lines::{BOTTOM, LEFT, RIGHT, TOP, WIDTH, grid};
use super::svg::Svg;
use super::{Axis, Scale, Unit};

/// One bar for each name, up or down from zero, as SVG.
pub fn bars(label: &str, values: &[(String, f64)], unit: Unit, height: f64) -> String {
    let mut svg = Svg::new(WIDTH, height, label);
    let all = values.iter().map(|(_, v)| *v).chain([0.0]);
    let y = Axis::of(all, Scale::Linear, height - BOTTOM, TOP);
    grid(&mut svg, &y, unit);
    let room = (WIDTH - LEFT - RIGHT) / values.len().max(1) as f64;
    let every = values.len().div_ceil(16).max(1);
    for (ix, (name, value)) in values.iter().enumerate() {
        let left = LEFT + room * ix as f64 + room * 0.12;
        let (top, bottom) = (y.place(value.max(0.0)), y.place(value.min(0.0)));
        let class = if *value < 0.0 { "bar down" } else { "bar up" };
        let tip = format!("{name}: {}", unit.label(*value));
        svg.rect(class, (left, top), (room * 0.76, (bottom - top).max(0.5)), "", &tip);
        if ix % every == 0 {
            svg.text("tick", "middle", (left + room * 0.38, height - 5.0), name);
        }
    }
    svg.end()
}
