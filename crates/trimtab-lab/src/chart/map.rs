//! A map: a number over two parameters, as colour.
use super::lines::WIDTH;
use super::svg::Svg;

/// Rows of cells; `None` is an empty cell.
#[derive(Clone, Copy, Debug)]
pub struct Map<'a> {
    /// What it shows, for people who cannot see it.
    pub label: &'a str,
    /// What is varied across, and its values.
    pub across: (&'a str, &'a [String]),
    /// What is varied down, and its values.
    pub down: (&'a str, &'a [String]),
    /// The numbers, row by row.
    pub cells: &'a [Vec<Option<f64>>],
    /// A cell with a frame: row and column.
    pub marked: Option<(usize, usize)>,
}

const ROW: f64 = 24.0;
const LEFT: f64 = 96.0;
const TOP: f64 = 44.0;

/// The map as SVG: the darker, the higher; from the lowest to the highest cell.
pub fn map(chart: &Map<'_>) -> String {
    let (columns, rows) = (chart.across.1, chart.down.1);
    let mut svg = Svg::new(WIDTH, TOP + ROW * rows.len() as f64 + 6.0, chart.label);
    let room = (WIDTH - LEFT - 6.0) / columns.len().max(1) as f64;
    let all = || chart.cells.iter().flatten().flatten().copied();
    let (low, high) =
        (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
    svg.text(
        "legend",
        "start",
        (6.0, 16.0),
        &format!("{} down, {} across", chart.down.0, chart.across.0),
    );
    for (c, name) in columns.iter().enumerate() {
        svg.text("tick", "middle", (LEFT + room * (c as f64 + 0.5), TOP - 8.0), name);
    }
    for (r, (name, cells)) in rows.iter().zip(chart.cells).enumerate() {
        let top = TOP + ROW * r as f64;
        svg.text("tick", "end", (LEFT - 6.0, top + 16.0), name);
        for (c, cell) in cells.iter().enumerate() {
            let Some(value) = cell else { continue };
            let strength = if high > low { (value - low) / (high - low) } else { 0.5 };
            let left = LEFT + room * c as f64;
            let column = columns.get(c).map_or("", String::as_str);
            let tip = format!("{} {name}, {} {column}: {value:.4}", chart.down.0, chart.across.0);
            let mark =
                if chart.marked == Some((r, c)) { ";stroke:var(--ink);stroke-width:2" } else { "" };
            let style = format!("fill-opacity:{:.2}{mark}", 0.04 + 0.81 * strength);
            svg.rect("cell up", (left + 1.0, top + 1.0), (room - 2.0, ROW - 2.0), &style, &tip);
            let place = (left + room / 2.0, top + 16.5);
            svg.text("cellvalue", "middle", place, &format!("{value:.2}"));
        }
    }
    svg.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_has_its_place_and_the_marked_one_a_frame() {
        let names = |all: &[&str]| all.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let (a, b) = (names(&["1", "2"]), names(&["x", "<y>"]));
        let svg = map(&Map {
            label: "two",
            across: ("a.n", &a),
            down: ("b", &b),
            cells: &[vec![Some(0.5), None], vec![Some(1.0), Some(0.75)]],
            marked: Some((1, 0)),
        });
        assert_eq!(svg.matches("<rect").count(), 3);
        assert_eq!(svg.matches("stroke-width:2").count(), 1);
        assert!(svg.contains("b &lt;y&gt;, a.n 2: 0.7500") && !svg.contains("NaN"), "{svg}");
    }
}
