//! Parallel coordinates: an upright axis for each number, a line for each set.
use super::lines::WIDTH;
use super::svg::Svg;

/// Sets over several axes.
#[derive(Clone, Copy, Debug)]
pub struct Parallel<'a> {
    /// What it shows, for people who cannot see it.
    pub label: &'a str,
    /// Name of each axis, and the text at its lower and its upper end.
    pub axes: &'a [(String, String, String)],
    /// For each set its place on each axis, from 0 (low) to 1 (high), and whether it is one of the best.
    pub sets: &'a [(Vec<f64>, bool)],
    /// Height in units of a width of 1000.
    pub height: f64,
}

const SIDE: f64 = 60.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 24.0;

/// The chart as SVG: the best sets in colour, above the others.
pub fn parallel(chart: &Parallel<'_>) -> String {
    let mut svg = Svg::new(WIDTH, chart.height, chart.label);
    let gap = (WIDTH - 2.0 * SIDE) / (chart.axes.len().max(2) - 1) as f64;
    let floor = chart.height - BOTTOM;
    let across = |axis: usize| SIDE + gap * axis as f64;
    for best in [false, true] {
        for (places, _) in chart.sets.iter().filter(|(_, own)| *own == best) {
            let point =
                |(axis, place): (usize, &f64)| Some((across(axis), floor - place * (floor - TOP)));
            let points: Vec<_> = places.iter().enumerate().map(point).collect();
            // The others are grey and thin, as the lines behind a chart.
            svg.path(if best { "line s1" } else { "line rule" }, &points, false);
        }
    }
    for (axis, (name, low, high)) in chart.axes.iter().enumerate() {
        svg.line("cross", (across(axis), TOP), (across(axis), floor));
        svg.text("legend", "middle", (across(axis), 14.0), name);
        svg.text("tick", "middle", (across(axis), TOP - 8.0), high);
        svg.text("tick", "middle", (across(axis), floor + 16.0), low);
    }
    svg.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_are_drawn_last() {
        let axis = |name: &str| (name.to_owned(), "0".to_owned(), "1".to_owned());
        let sets = [(vec![0.0, 1.0], true), (vec![0.5, 0.5], false), (vec![1.0, 0.0], false)];
        let axes = [axis("a"), axis("b")];
        let svg = parallel(&Parallel { label: "three", axes: &axes, sets: &sets, height: 300.0 });
        assert_eq!(svg.matches("<path").count(), 3);
        assert!(svg.rfind("line rule").unwrap() < svg.find("line s1").unwrap());
    }
}
