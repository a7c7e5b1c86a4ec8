//! The few shapes that charts need, as SVG text.
use std::fmt::Write;

use crate::words::push_whole;

/// Text safe inside elements and attributes.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(c),
        }
    }
    safe
}

/// A drawing under construction.
pub(super) struct Svg {
    text: String,
}

impl Svg {
    /// A drawing of `width` by `height` units that scales with its place; `label` is what screen readers say.
    pub(super) fn new(width: f64, height: f64, label: &str) -> Self {
        let mut text = String::with_capacity(32 * 1024);
        let label = escape(label);
        let _ = write!(
            text,
            "<svg class=\"chart\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
             role=\"img\" aria-label=\"{label}\"><title>{label}</title>"
        );
        Self { text }
    }

    /// A straight line.
    pub(super) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let _ = write!(
            self.text,
            "<line class=\"{class}\" x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\"/>",
            from.0, from.1, to.0, to.1
        );
    }

    /// A path through points, optionally closed; a gap in the points lifts the pen. Steps are written from point to point
    /// in tenths of a unit: half the text of places from the corner.
    pub(super) fn path(&mut self, class: &str, points: &[Option<(f64, f64)>], close: bool) {
        let _ = write!(self.text, "<path class=\"{class}\" d=\"");
        let tenths = |x: f64| (x * 10.0).round() as i64;
        let mut pen: Option<(i64, i64)> = None;
        for point in points {
            let next = point.map(|(x, y)| (tenths(x), tenths(y)));
            match (pen, next) {
                (_, None) => {}
                (None, Some((x, y))) => {
                    self.text.push('M');
                    self.tenth(x, false);
                    self.tenth(y, true);
                }
                (Some(from), Some(to)) => self.step((to.0 - from.0, to.1 - from.1)),
            }
            pen = next;
        }
        self.text.push_str(if close { "Z\"/>" } else { "\"/>" });
    }

    /// A straight step of a path.
    fn step(&mut self, step: (i64, i64)) {
        match step {
            (0, 0) => {}
            (x, 0) => {
                self.text.push('h');
                self.tenth(x, false);
            }
            (0, y) => {
                self.text.push('v');
                self.tenth(y, false);
            }
            (x, y) => {
                self.text.push('l');
                self.tenth(x, false);
                self.tenth(y, true);
            }
        }
    }

    /// A number of tenths in few letters; a blank in front of a `second` number that no minus separates from the first.
    fn tenth(&mut self, x: i64, second: bool) {
        if x < 0 {
            self.text.push('-');
        } else if second {
            self.text.push(' ');
        }
        let (whole, part) = (x.unsigned_abs() / 10, x.unsigned_abs() % 10);
        if whole > 0 || part == 0 {
            push_whole(&mut self.text, whole);
        }
        if part > 0 {
            self.text.push('.');
            push_whole(&mut self.text, part);
        }
    }

    /// A rectangle with a tooltip.
    pub(super) fn rect(
        &mut self,
        class: &str,
        at: (f64, f64),
        size: (f64, f64),
        style: &str,
        tip: &str,
    ) {
        let style = if style.is_empty() { String::new() } else { format!(" style=\"{style}\"") };
        let _ = write!(
            self.text,
            "<rect class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\"{style}>",
            at.0, at.1, size.0, size.1
        );
        if !tip.is_empty() {
            let _ = write!(self.text, "<title>{}</title>", escape(tip));
        }
        self.text.push_str("</rect>");
    }

    /// Text anchored `start`, `middle` or `end`.
    pub(super) fn text(&mut self, class: &str, anchor: &str, at: (f64, f64), text: &str) {
        let _ = write!(
            self.text,
            "<text class=\"{class}\" text-anchor=\"{anchor}\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            at.0,
            at.1,
            escape(text)
        );
    }

    /// The finished drawing.
    pub(super) fn end(mut self) -> String {
        self.text.push_str("</svg>");
        self.text
    }
}

/// How the classes of a drawing look, in terms of the colours of its page.
pub(crate) const RULES: &str = include_str!("chart.css");

/// A drawing as a file of its own: with the colours that a page would give it.
pub fn standalone(svg: &str) -> String {
    let (colours, shapes) = (include_str!("colours.css"), RULES);
    let style = format!("<style>{colours}{shapes}</style>");
    svg.replacen("><title>", &format!(">{style}<title>"), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_its_place() {
        assert_eq!(
            escape("<a href='x'>&\"</a>"),
            "&lt;a href=&#39;x&#39;&gt;&amp;&quot;&lt;/a&gt;"
        );
    }

    #[test]
    fn a_gap_lifts_the_pen() {
        let mut svg = Svg::new(10.0, 10.0, "a & b");
        let points = [Some((0.0, 1.0)), None, Some((2.0, 3.0)), Some((2.5, 0.1)), Some((9.5, 0.1))];
        svg.path("l", &points, false);
        let text = svg.end();
        assert!(text.contains("M0 1M2 3l.5-2.9h7\"") && text.contains("a &amp; b"), "{text}");
        assert!(standalone(&text).contains("<style>"));
    }
}
