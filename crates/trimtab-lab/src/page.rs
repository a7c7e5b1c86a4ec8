//! One HTML file that needs nothing else: no network, no other file, no script to be readable.
//!
//! A [`Page`] is a list of blocks. Charts come as SVG; a small script in the page adds zoom, hover, log scale and keys
//! from the numbers that stand beside them. Text is escaped on the way in, so a name from a user's file stays a name.

use std::fmt::Write;

use trimtab_core::Date;

use crate::chart::{
    Curve, Lines, RULES, Scale, Stack, Stretch, Unit, escape, lines, stack, standalone,
};
use crate::words::push_whole;

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

impl Section {
    /// Blocks under a heading.
    pub fn new(title: impl Into<String>, blocks: Vec<Block>) -> Self {
        Self { title: title.into(), blocks }
    }
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

/// A table as a block.
pub fn table<'t>(
    caption: impl Into<String>,
    columns: impl IntoIterator<Item = &'t str>,
    rows: Vec<Vec<String>>,
) -> Block {
    let columns = columns.into_iter().map(str::to_owned).collect();
    Block::Table(Table { caption: caption.into(), columns, rows })
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

    /// Shares of a whole over time that the script can zoom and read.
    pub fn stacked(caption: impl Into<String>, chart: &Stack<'_>) -> Self {
        let head = "\"scale\":\"linear\",\"unit\":\"percent\",\"stacked\":true";
        let data = Some(json(head, Unit::Percent, (chart.dates, chart.layers)));
        Self { svg: stack(chart), data, caption: caption.into() }
    }
}

/// The numbers of a chart for the script.
fn numbers(chart: &Lines<'_>) -> String {
    let scale = if chart.scale == Scale::Log { "log" } else { "linear" };
    let unit = match chart.unit {
        Unit::Percent => "percent",
        Unit::Money => "money",
        Unit::Number => "number",
    };
    let filled = chart.filled;
    let list = |stretches: &[Stretch]| {
        let one = |(a, b, class): &Stretch| format!("[{a},{b},\"{class}\"]");
        stretches.iter().map(one).collect::<Vec<_>>().join(",")
    };
    let strips: Vec<String> =
        chart.strips.iter().map(|strip| format!("[{}]", list(strip))).collect();
    let head = format!(
        "\"scale\":\"{scale}\",\"unit\":\"{unit}\",\"filled\":{filled},\"shades\":[{}],\"strips\":[{}]",
        list(chart.shades),
        strips.join(",")
    );
    json(&head, chart.unit, (chart.dates, chart.curves))
}

/// Dates as civil days since the one before, values with six digits, `head` in front.
fn json(head: &str, unit: Unit, (dates, curves): (&[Date], &[Curve<'_>])) -> String {
    let first = dates.first().copied().unwrap_or(Date::ZERO);
    let mut json = String::with_capacity(dates.len() * 9 * (curves.len() + 1));
    let _ = write!(json, "{{\"first\":\"{first}\",{head},\"steps\":[");
    let mut last = first;
    for (t, date) in dates.iter().enumerate() {
        if t > 0 {
            json.push(',');
        }
        // Dates ascend.
        push_whole(&mut json, date.duration_since(last).as_hours().unsigned_abs() / 24);
        last = *date;
    }
    json.push_str("],\"curves\":[");
    for (ix, curve) in curves.iter().enumerate() {
        let comma = if ix > 0 { "," } else { "" };
        let _ = write!(json, "{comma}{{\"name\":{},\"values\":[", quoted(curve.name));
        for (t, x) in curve.values.iter().enumerate() {
            if t > 0 {
                json.push(',');
            }
            if x.is_finite() { short(&mut json, unit, *x) } else { json.push_str("null") }
        }
        json.push_str("]}");
    }
    json.push_str("]}");
    json
}

/// What a number is rounded to: six significant digits, or so many decimals where that is coarser. A percentage is read
/// with two decimals.
fn decimals(unit: Unit, x: f64) -> usize {
    let most = match unit {
        Unit::Percent => 4,
        Unit::Number => 3,
        Unit::Money => 9,
    };
    if x == 0.0 {
        return 0;
    }
    let (mut six, mut bound) = (5, if x.abs() < 1.0 { 1.0 } else { 10.0 });
    while x.abs() >= bound && bound > 1.0 && six > 0 {
        (six, bound) = (six - 1, bound * 10.0);
    }
    while x.abs() < bound && bound <= 1.0 && six < most {
        (six, bound) = (six + 1, bound / 10.0);
    }
    six.min(most)
}

/// The number with its decimals, without needless zeros. Written digit by digit: a page holds tens of thousands.
fn short(out: &mut String, unit: Unit, x: f64) {
    let decimals = decimals(unit, x);
    let scaled = (x.abs() * 10f64.powi(decimals as i32)).round();
    if scaled >= 1e15 {
        let _ = write!(out, "{x:e}");
        return;
    }
    let (mut rest, mut kept) = (scaled as u64, decimals);
    while kept > 0 && rest.is_multiple_of(10) {
        (rest, kept) = (rest / 10, kept - 1);
    }
    if x < 0.0 && rest > 0 {
        out.push('-');
    }
    // Backwards into a buffer that holds any 64-bit integer and a point.
    let mut digits = [0_u8; 24];
    let (mut at, mut count) = (digits.len(), 0);
    while rest > 0 || count <= kept {
        if count == kept && kept > 0 {
            at -= 1;
            digits[at] = b'.';
        }
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        (rest, count) = (rest / 10, count + 1);
    }
    out.extend(digits[at..].iter().map(|digit| char::from(*digit)));
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
    /// Every drawing of the page with its caption, in order, those that are folded away too; each as a file of its own.
    pub fn drawings(&self) -> Vec<(&str, String)> {
        let mut found = Vec::new();
        for section in &self.sections {
            section.blocks.iter().for_each(|block| block.drawings(&mut found));
        }
        found
    }

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
    fn drawings<'p>(&'p self, found: &mut Vec<(&'p str, String)>) {
        match self {
            Block::Figure(figure) => found.push((&figure.caption, standalone(&figure.svg))),
            Block::Fold(_, blocks) => blocks.iter().for_each(|block| block.drawings(found)),
            _ => {}
        }
    }

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
        // A drawing that the script does not fit to the screen is scrolled on a phone, also with keys.
        let _ = match &self.data {
            Some(data) => write!(
                out,
                "<div class=\"plot\">{}</div><script type=\"application/json\">{data}</script>",
                self.svg
            ),
            None => write!(
                out,
                "<div class=\"plot\" tabindex=\"0\" role=\"group\" aria-label=\"{}\">{}</div>",
                escape(&self.caption),
                self.svg
            ),
        };
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
        let words: Vec<bool> = (0..self.columns.len()).map(|ix| self.is_words(ix)).collect();
        let class = |ix: usize| if ix > 0 && words[ix] { " class=\"w\"" } else { "" };
        for (ix, name) in self.columns.iter().enumerate() {
            let _ = write!(out, "<th scope=\"col\"{}>{}</th>", class(ix), escape(name));
        }
        out.push_str("</tr></thead><tbody>");
        for row in &self.rows {
            out.push_str("<tr>");
            for (ix, cell) in row.iter().enumerate() {
                let _ = match ix {
                    0 => write!(out, "<th scope=\"row\">{}</th>", escape(cell)),
                    _ => write!(out, "<td{}>{}</td>", class(ix), escape(cell)),
                };
            }
            out.push_str("</tr>");
        }
        out.push_str("</tbody></table></div>");
    }

    /// Whether a column is read from the left: most of its cells begin with a letter.
    fn is_words(&self, ix: usize) -> bool {
        let letter = |row: &&Vec<String>| {
            row.get(ix).is_some_and(|cell| cell.starts_with(char::is_alphabetic))
        };
        2 * self.rows.iter().filter(letter).count() > self.rows.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::Curve;

    #[test]
    fn numbers_keep_the_digits_that_are_read() {
        let text = |unit, x| {
            let mut out = String::from(",");
            short(&mut out, unit, x);
            out.split_off(1)
        };
        assert_eq!(text(Unit::Money, 385_030.244_952), "385030");
        assert_eq!(text(Unit::Money, -0.012_345_678), "-0.0123457");
        assert_eq!(text(Unit::Percent, -0.152_349), "-0.1523");
        assert_eq!(text(Unit::Percent, -0.000_01), "0");
        assert_eq!(text(Unit::Number, 1.234_56), "1.235");
        let plain =
            [0.0, 100.0, 2.5, 12_345_678.0, 0.999_999_9, 1e17].map(|x| text(Unit::Money, x));
        assert_eq!(plain, ["0", "100", "2.5", "12345678", "1", "1e17"]);
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
            strips: &[],
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
