//! Points and curves by two numbers: a frontier, say, by volatility and return.
use super::lines::{BOTTOM, LEFT, RIGHT, TOP, WIDTH, grid, legend};
use super::svg::Svg;
use super::{Axis, Scale, Unit};

/// A point with its name; an empty name is not written.
#[derive(Clone, Copy, Debug)]
pub struct Mark<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Its place across.
    pub x: f64,
    /// Its place up.
    pub y: f64,
}

/// A chart over two axes.
#[derive(Clone, Copy, Debug)]
pub struct Plane<'a> {
    /// What it shows, for people who cannot see it.
    pub label: &'a str,
    /// Curves by name, as points in order.
    pub curves: &'a [(&'a str, &'a [(f64, f64)])],
    /// Points by the name of their kind.
    pub marks: &'a [(&'a str, &'a [Mark<'a>])],
    /// What is measured across.
    pub x_name: &'a str,
    /// What is measured up.
    pub y_name: &'a str,
    /// How numbers across and up are written.
    pub units: [Unit; 2],
    /// Height in units of a width of 1000.
    pub height: f64,
}

/// Half the size of a mark.
const MARK: f64 = 4.0;

/// The chart as SVG.
pub fn plane(chart: &Plane<'_>) -> String {
    let mut svg = Svg::new(WIDTH, chart.height, chart.label);
    let points = || {
        let curves = chart.curves.iter().flat_map(|(_, points)| points.iter().copied());
        curves.chain(chart.marks.iter().flat_map(|(_, marks)| marks.iter().map(|m| (m.x, m.y))))
    };
    let floor = chart.height - BOTTOM - TOP;
    let y = Axis::of(points().map(|p| p.1), Scale::Linear, floor, 2.0 * TOP);
    let x = Axis::of(points().map(|p| p.0), Scale::Linear, LEFT, WIDTH - RIGHT);
    let [across_unit, up_unit] = chart.units;
    grid(&mut svg, &y, up_unit);
    for value in x.ticks(8) {
        let place = x.place(value);
        svg.line("rule", (place, floor), (place, floor + 4.0));
        svg.text("tick", "middle", (place, floor + 17.0), &across_unit.label(value));
    }
    svg.text("tick", "end", (WIDTH - RIGHT, chart.height - 5.0), chart.x_name);
    svg.text("tick", "start", (LEFT, 2.0 * TOP - 8.0), chart.y_name);
    for (ix, (_, points)) in chart.curves.iter().enumerate() {
        let places: Vec<_> = points.iter().map(|p| Some((x.place(p.0), y.place(p.1)))).collect();
        svg.path(&format!("line s{}", ix % 8), &places, false);
    }
    for (ix, (kind, marks)) in chart.marks.iter().enumerate() {
        let class = format!("f{}", (ix + chart.curves.len()) % 8);
        for mark in *marks {
            let (across, up) = (x.place(mark.x), y.place(mark.y));
            let name = if mark.name.is_empty() { kind } else { mark.name };
            let tip = format!(
                "{name}: {} {}, {} {}",
                chart.x_name,
                across_unit.label(mark.x),
                chart.y_name,
                up_unit.label(mark.y)
            );
            svg.rect(&class, (across - MARK, up - MARK), (2.0 * MARK, 2.0 * MARK), "", &tip);
            svg.text("tick", "start", (across + 7.0, up + 4.0), mark.name);
        }
    }
    let names: Vec<&str> =
        chart.curves.iter().map(|c| c.0).chain(chart.marks.iter().map(|m| m.0)).collect();
    legend(&mut svg, &names);
    svg.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_has_its_place_and_its_name() {
        let marks = [Mark { name: "A & B", x: 0.1, y: 0.05 }, Mark { name: "", x: 0.2, y: 0.08 }];
        let svg = plane(&Plane {
            label: "two",
            curves: &[("curve", &[(0.1, 0.05), (0.2, 0.08)])],
            marks: &[("points", &marks)],
            x_name: "volatility",
            y_name: "return",
            units: [Unit::Percent; 2],
            height: 400.0,
        });
        assert!(svg.contains("A &amp; B: volatility 10 %, return 5 %"), "{svg}");
        assert_eq!(svg.matches("<path").count(), 1);
        assert!(!svg.contains("NaN"));
    }
}
