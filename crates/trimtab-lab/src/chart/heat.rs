//! A table whose cells carry their value as colour.
use super::lines::WIDTH;
use super::svg::Svg;

/// Rows of cells; `None` is an empty cell.
#[derive(Clone, Copy, Debug)]
pub struct Heat<'a> {
    /// What it shows, for people who cannot see it.
    pub label: &'a str,
    /// Names of the columns.
    pub columns: &'a [&'a str],
    /// Name and values of each row, fractions.
    pub rows: &'a [(String, Vec<Option<f64>>)],
    /// The value, up or down, of the strongest colour.
    pub full: f64,
    /// The same for the last column, which sums the others up.
    pub full_last: f64,
}

const ROW: f64 = 24.0;

/// The table as SVG, values in percent.
pub fn heat(table: &Heat<'_>) -> String {
    let height = ROW * (table.rows.len() as f64 + 1.0) + 4.0;
    let mut svg = Svg::new(WIDTH, height, table.label);
    let room = (WIDTH - 50.0) / table.columns.len().max(1) as f64;
    for (ix, name) in table.columns.iter().enumerate() {
        svg.text("tick", "middle", (50.0 + room * (ix as f64 + 0.5), 16.0), name);
    }
    for (r, (name, cells)) in table.rows.iter().enumerate() {
        let top = ROW * (r as f64 + 1.0);
        svg.text("tick", "end", (44.0, top + 16.0), name);
        for (c, cell) in cells.iter().enumerate() {
            let Some(value) = cell else { continue };
            let left = 50.0 + room * c as f64;
            let full = if c + 1 == table.columns.len() { table.full_last } else { table.full };
            let strength = (value.abs() / full).min(1.0) * 0.85;
            let class = if *value < 0.0 { "cell down" } else { "cell up" };
            let column = table.columns.get(c).copied().unwrap_or("");
            let tip = format!("{name} {column}: {:.2} %", value * 100.0);
            let style = format!("fill-opacity:{strength:.2}");
            svg.rect(class, (left + 1.0, top + 1.0), (room - 2.0, ROW - 2.0), &style, &tip);
            svg.text(
                "cellvalue",
                "middle",
                (left + room / 2.0, top + 16.5),
                &format!("{:.1}", value * 100.0),
            );
        }
    }
    svg.end()
}
