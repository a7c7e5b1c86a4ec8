//! Charts as SVG text and as lines for a terminal. Plain values in, text out.
//!
//! A chart is drawn once, complete and readable without a script: axes, lines, legend, and a sentence for screen
//! readers. A page may add a script that reads the same numbers for zoom and hover (see [`crate::page`]); colours come
//! from CSS classes with fall-backs, so that the same text follows a light or a dark page and stands alone as a file.

mod axis;
mod bars;
mod heat;
mod lines;
mod map;
mod parallel;
mod plane;
mod stack;
mod svg;
mod terminal;

pub use axis::{Axis, Scale, dates_ticks};
pub use bars::bars;
pub use heat::{Heat, heat};
pub use lines::{Curve, Lines, Stretch, lines};
pub use map::{Map, map};
pub use parallel::{Parallel, parallel};
pub use plane::{Mark, Plane, plane};
pub use stack::{Stack, stack};
pub(crate) use svg::RULES;
pub use svg::{escape, standalone};
pub use terminal::{sparkline, sparklines};

/// What the numbers of an axis are, for its labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Fractions shown as percent.
    Percent,
    /// Currency units.
    Money,
    /// Plain numbers.
    Number,
}

impl Unit {
    /// A value as an axis or a table shows it.
    pub fn label(self, x: f64) -> String {
        match self {
            Unit::Percent => {
                let digits =
                    if x.abs() < 0.0995 && (x * 100.0).fract().abs() > 1e-9 { 1 } else { 0 };
                format!("{} %", crate::words::fixed(x * 100.0, digits))
            }
            Unit::Money => money(x),
            Unit::Number if x.abs() >= 1000.0 => money(x),
            Unit::Number => {
                let text = crate::words::fixed(x, 2);
                text.trim_end_matches('0').trim_end_matches('.').to_owned()
            }
        }
    }
}

/// `1.2 M`, `350 k`, `82`: three digits are enough for an axis.
fn money(x: f64) -> String {
    let (divisor, suffix) = match x.abs() {
        a if a >= 1e9 => (1e9, " bn"),
        a if a >= 1e6 => (1e6, " M"),
        a if a >= 1e3 => (1e3, " k"),
        _ => (1.0, ""),
    };
    let scaled = x / divisor;
    let text = if scaled.abs() >= 100.0 { format!("{scaled:.0}") } else { format!("{scaled:.1}") };
    format!("{}{suffix}", text.trim_end_matches(".0"))
}
