//! One HTML file that needs nothing else: no network, no other file, no script to be readable.
//!
//! A [`Page`] is a list of blocks. Charts come as SVG; a small script in the page adds zoom, hover, log scale and keys
//! from the numbers that stand beside them. Text is escaped on the way in, so a name from a user's file stays a name.

use std::fmt::Write;

use trimtab_core::Date;

use crate::chart::{Lines, RULES, Scale, Unit, escape, lines};

/// A document.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The title of the window and the heading.
    pub title: String,
    /// A line below the heading.
    pub subtitle: String,
    /// The answer in plain words, a sentence each.
    pub verdict: Vec<String>,
    /// The few numbers everybody asks for.
    pub tiles: Vec<Tile>,
    /// The rest, under headings.
    pub sections: Vec<Section>,
    /// The last lines of the page: conventions, disclaimer.
    pub footer: Vec<String>,
}

/// One of the few numbers everybody asks for.
#[derive(Clone, Debug)]
pub struct Tile {
    /// What it is.
    pub name: String,
    /// The number as text.
    pub value: String,
    /// What it is compared with, as text.
    pub versus: String,
}

/// A heading and what stands below it.
#[derive(Clone, Debug)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// Its content.
    pub blocks: Vec<Block>,
}

/// A piece of content.
#[derive(Clone, Debug)]
pub enum Block {
    /// A paragraph.
    Prose(String),
    /// A drawing, with the numbers for the script when it can be zoomed.
    Figure(Figure),
    /// A table.
    Table(Table),
    /// Something long, folded away.
    Fold(String, Vec<Block>),
    /// Text whose blanks and lines count.
    Code(String),
}

/// A drawing made by [`crate::chart`].
#[derive(Clone, Debug)]
pub struct Figure {
    /// The SVG text.
    svg: String,
    /// The numbers for the script, as JSON.
    data: Option<String>,
    caption: String,
}

/// Rows of cells. The first column is a heading of its row.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// What it shows; screen readers read it first.
    pub caption: String,
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The cells as text.
    pub rows: Vec<Vec<String>>,
}

impl Figure {
    /// A drawing that stays as it is.
    pub fn fixed(caption: impl Into<String>, svg: String) -> Self {
        Self { svg, data: None, caption: caption.into() }
    }

    /// Curves over time that the script can zoom, scale and read.
    pub fn live(caption: impl Into<String>, chart: &Lines<'_>) -> Self {
        Self { svg: lines(chart), data: Some(numbers(chart)), caption: caption.into() }
    }
}

/// The numbers of a chart for the script: civil days since the first date as differences, values with six digits.
fn numbers(chart: &Lines<'_>) -> String {
    let first = chart.dates.first().copied().unwrap_or(Date::ZERO);
    let mut json = String::with_capacity(chart.dates.len() * 9 * (chart.curves.len() + 1));
    let scale = if chart.scale == Scale::Log { "log" } else { "linear" };
    let unit = match chart.unit {
        Unit::Percent => "percent",
        Unit::Money => "money",
        Unit::Number => "number",
    };
    let _ = write!(
        json,
        "{{\"first\":\"{first}\",\"scale\":\"{scale}\",\"unit\":\"{unit}\",\"filled\":{},",
        chart.filled
    );
    json.push_str("\"steps\":[");
    let mut last = first;
    for (t, date) in chart.dates.iter().enumerate() {
        let days = (*date - last).get_days();
        let _ = write!(json, "{}{days}", if t > 0 { "," } else { "" });
        last = *date;
    }
    json.push_str("],\"curves\":[");
    for (ix, curve) in chart.curves.iter().enumerate() {
        let _ = write!(
            json,
            "{}{{\"name\":{},\"values\":[",
            if ix > 0 { "," } else { "" },
            quoted(curve.name)
        );
        for (t, x) in curve.values.iter().enumerate() {
            if t > 0 {
                json.push(',');
            }
            if x.is_finite() { short(&mut json, *x) } else { json.push_str("null") }
        }
        json.push_str("]}");
    }
    json.push_str("]}");
    json
}

/// Six significant digits without needless zeros.
fn short(out: &mut String, x: f64) {
    let digits =
        if x == 0.0 { 0 } else { (5 - x.abs().log10().floor() as i32).clamp(0, 9) as usize };
    let start = out.len();
    let _ = write!(out, "{x:.digits$}");
    if out[start..].contains('.') {
        let kept = out.trim_end_matches('0').trim_end_matches('.').len();
        out.truncate(kept.max(start + 1));
    }
}

/// A JSON string that is also safe inside a `script` element.
fn quoted(text: &str) -> String {
    let mut safe = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                safe.push('\\');
                safe.push(c);
            }
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(safe, "\\u{:04x}", c as u32);
            }
            c if (c as u32) < 0x20 => {
                let _ = write!(safe, "\\u{:04x}", c as u32);
            }
            c => safe.push(c),
        }
    }
    safe.push('"');
    safe
}

impl Page {
    /// The document as HTML.
    pub fn html(&self) -> String {
        let mut out = String::with_capacity(256 * 1024);
        let title = escape(&self.title);
        let _ = write!(
            out,
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\"><link rel=\"icon\" href=\"data:,\">\
             <title>{title}</title><style>{RULES}{}</style></head>\n<body>\
             <a class=\"skip\" href=\"#content\">Skip to the content</a>",
            include_str!("page/page.css")
        );
        let _ = write!(
            out,
            "<header><div><h1>{title}</h1><p class=\"sub\">{}</p></div>",
            escape(&self.subtitle)
        );
        out.push_str("<button id=\"theme\" type=\"button\" hidden>Light or dark</button></header>");
        out.push_str("<main id=\"content\">");
        self.summary(&mut out);
        self.contents(&mut out);
        for (ix, section) in self.sections.iter().enumerate() {
            let heading = escape(&section.title);
            let _ = write!(
                out,
                "<section id=\"s{ix}\" aria-labelledby=\"h{ix}\"><h2 id=\"h{ix}\">{heading}</h2>"
            );
            section.blocks.iter().for_each(|block| block.write(&mut out));
            out.push_str("</section>\n");
        }
        out.push_str("</main><footer>");
        for line in &self.footer {
            let _ = write!(out, "<p>{}</p>", escape(line));
        }
        let _ = writeln!(
            out,
            "</footer><script>{}</script></body></html>",
            include_str!("page/page.js")
        );
        out
    }

    fn summary(&self, out: &mut String) {
        if !self.verdict.is_empty() {
            out.push_str("<div class=\"verdict\" role=\"note\">");
            for sentence in &self.verdict {
                let _ = write!(out, "<p>{}</p>", escape(sentence));
            }
            out.push_str("</div>");
        }
        if !self.tiles.is_empty() {
            out.push_str("<dl class=\"tiles\">");
            for Tile { name, value, versus } in &self.tiles {
                let (name, value, versus) = (escape(name), escape(value), escape(versus));
                let _ = write!(
                    out,
                    "<div><dt>{name}</dt><dd>{value}</dd><dd class=\"vs\">{versus}</dd></div>"
                );
            }
            out.push_str("</dl>");
        }
    }

    fn contents(&self, out: &mut String) {
        if self.sections.len() < 4 {
            return;
        }
        out.push_str("<nav aria-label=\"Sections\"><ul>");
        for (ix, section) in self.sections.iter().enumerate() {
            let _ = write!(out, "<li><a href=\"#s{ix}\">{}</a></li>", escape(&section.title));
        }
        out.push_str("</ul></nav>");
    }
}

impl Block {
    fn write(&self, out: &mut String) {
        match self {
            Block::Prose(text) => {
                let _ = write!(out, "<p>{}</p>", escape(text));
            }
            Block::Code(text) => {
                let _ = write!(out, "<pre tabindex=\"0\">{}</pre>", escape(text));
            }
            Block::Fold(summary, blocks) => {
                let _ = write!(out, "<details><summary>{}</summary>", escape(summary));
                blocks.iter().for_each(|block| block.write(out));
                out.push_str("</details>");
            }
            Block::Table(table) => table.write(out),
            Block::Figure(figure) => figure.write(out),
        }
    }
}

impl Figure {
    fn write(&self, out: &mut String) {
        let live = if self.data.is_some() { " class=\"live\"" } else { "" };
        let _ = write!(out, "<figure{live}><figcaption>{}</figcaption>", escape(&self.caption));
        let _ = write!(out, "<div class=\"plot\">{}</div>", self.svg);
        if let Some(data) = &self.data {
            let _ = write!(out, "<script type=\"application/json\">{data}</script>");
        }
        out.push_str("</figure>");
    }
}

impl Table {
    fn write(&self, out: &mut String) {
        let caption = escape(&self.caption);
        let _ = write!(
            out,
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\"><table><caption>{caption}</caption><thead><tr>"
        );
        for name in &self.columns {
            let _ = write!(out, "<th scope=\"col\">{}</th>", escape(name));
        }
        out.push_str("</tr></thead><tbody>");
        for row in &self.rows {
            out.push_str("<tr>");
            for (ix, cell) in row.iter().enumerate() {
                let _ = match ix {
                    0 => write!(out, "<th scope=\"row\">{}</th>", escape(cell)),
                    _ => write!(out, "<td>{}</td>", escape(cell)),
                };
            }
            out.push_str("</tr>");
        }
        out.push_str("</tbody></table></div>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::Curve;

    #[test]
    fn six_digits_are_enough() {
        let text = |x| {
            let mut out = String::from(",");
            short(&mut out, x);
            out.split_off(1)
        };
        assert_eq!(text(385_030.244_952), "385030");
        assert_eq!(text(-0.012_345_678), "-0.0123457");
        assert_eq!((text(0.0), text(100.0), text(2.5)), ("0".into(), "100".into(), "2.5".into()));
    }

    #[test]
    fn a_name_stays_a_name() {
        let dates = [Date::constant(2020, 1, 2), Date::constant(2020, 1, 3)];
        let evil = "</script><script>alert(1)</script>";
        let curves = [Curve { name: evil, values: &[1.0, f64::NAN] }];
        let chart = Lines {
            label: evil,
            dates: &dates,
            curves: &curves,
            scale: Scale::Linear,
            unit: Unit::Number,
            height: 200.0,
            filled: false,
            shades: &[],
        };
        let table = Table {
            caption: evil.into(),
            columns: vec![evil.into()],
            rows: vec![vec![evil.into()]],
        };
        let blocks = vec![
            Block::Figure(Figure::live(evil, &chart)),
            Block::Table(table),
            Block::Prose(evil.into()),
        ];
        let page = Page {
            title: evil.into(),
            sections: vec![Section { title: evil.into(), blocks }],
            ..Page::default()
        };
        let html = page.html();
        assert!(!html.contains("alert(1)</script>"), "escaped everywhere");
        assert!(html.contains("\"steps\":[0,1]") && html.contains("null"));
    }
}
