//! Cells of comma-separated text, read in one pass.
//!
//! The scanner knows quotes, blank lines, comments above the header, both line ends and three delimiters. It is
//! our own because a file of twenty assets and twenty years has a hundred thousand numbers and the whole program
//! should answer in milliseconds: numbers are read where they stand, and no cell becomes a string.
use std::sync::Arc;

use memchr::{memchr, memchr2};
use trimtab_core::{Error, Result};

use crate::fault::{Fault, What};
use crate::file::File;

/// What a reader wants of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// A number; an empty cell is `NaN`.
    Number,
    /// The bytes as they stand: dates and names.
    Text,
    /// Nothing.
    Skip,
}

/// The lines above the rows, and where the rows begin.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    /// The cells of the first line.
    pub(crate) names: Vec<String>,
    /// The byte that parts cells.
    pub(crate) delimiter: u8,
    /// The byte at which the line after the header begins.
    pub(crate) body: usize,
    /// The number of that line, counted from 1.
    pub(crate) line: u32,
}

/// The rows, cell by cell: row-major, one entry for each column that was wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cells<'a> {
    pub(crate) lines: Vec<u32>,
    pub(crate) texts: Vec<&'a [u8]>,
    pub(crate) numbers: Vec<f64>,
    pub(crate) faults: Vec<Fault>,
}

/// Longest text of a cell that is quoted in a message.
const QUOTED_MAX: usize = 40;

/// The header of a text, and the delimiter it uses.
///
/// # Errors
/// When there is no line at all, or the bytes are no text in an encoding that extends ASCII.
pub(crate) fn head(bytes: &[u8]) -> Result<Head> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Error::data("the text is UTF-16").hint("save it as UTF-8"));
    }
    let mut at = if bytes.starts_with(&[0xef, 0xbb, 0xbf]) { 3 } else { 0 };
    let mut line = 1;
    while let Some(first) = bytes.get(at) {
        match first {
            b'\n' => at += 1,
            b'\r' => {
                at += 1;
                continue;
            }
            b'#' => at += memchr(b'\n', &bytes[at..]).map_or(bytes.len() - at, |n| n + 1),
            _ => return Ok(record(bytes, at, line, delimiter(&bytes[at..]))),
        }
        line += 1;
    }
    Err(Error::data("the file is empty").hint("the first line must name the columns"))
}

/// The line that begins at byte `at`, as a header of its own.
pub(crate) fn record(bytes: &[u8], mut at: usize, line: u32, delimiter: u8) -> Head {
    let mut names = Vec::new();
    loop {
        let (content, end) = cell(bytes, at, delimiter);
        names.push(String::from_utf8_lossy(content).trim().to_owned());
        at = end;
        if bytes.get(at) != Some(&delimiter) {
            break;
        }
        at += 1;
    }
    let (body, lines) = line_end(bytes, at);
    Head { names, delimiter, body, line: line + lines }
}

/// All rows from byte `head.body` on.
pub(crate) fn rows<'a>(bytes: &'a [u8], head: &Head, wants: &[Want]) -> Cells<'a> {
    let mut cells = Cells::default();
    reserve(&mut cells, bytes, head, wants);
    let (mut at, mut line) = (head.body, head.line);
    while at < bytes.len() {
        if matches!(bytes[at], b'\n' | b'\r') {
            line += u32::from(bytes[at] == b'\n');
            at += 1;
            continue;
        }
        let kept = (cells.texts.len(), cells.numbers.len(), cells.faults.len());
        let (end, count, spare) = row(bytes, at, line, head.delimiter, wants, &mut cells);
        if count == wants.len() || (count > wants.len() && spare) {
            cells.lines.push(line);
        } else {
            cells.texts.truncate(kept.0);
            cells.numbers.truncate(kept.1);
            cells.faults.truncate(kept.2);
            let text = format!("{count} cells, the header {}", wants.len());
            cells.faults.push(fault(line, None, What::RowLength, text));
        }
        let quoted = memchr(b'"', &bytes[at..end]).is_some();
        if quoted {
            line += bytes[at..end].iter().filter(|b| **b == b'\n').count() as u32;
        }
        let (next, lines) = line_end(bytes, end);
        (at, line) = (next, line + lines);
    }
    cells
}

/// Reads one row; returns where it ends, how many cells it has, and whether those beyond the header are empty.
fn row<'a>(
    bytes: &'a [u8],
    mut at: usize,
    line: u32,
    delimiter: u8,
    wants: &[Want],
    cells: &mut Cells<'a>,
) -> (usize, usize, bool) {
    let (mut count, mut spare) = (0, true);
    loop {
        match wants.get(count) {
            Some(Want::Number) => {
                if let Some((number, end)) = number(bytes, at, delimiter) {
                    cells.numbers.push(number);
                    at = end;
                } else {
                    let (content, end) = cell(bytes, at, delimiter);
                    let number = slow_number(content).unwrap_or_else(|text| {
                        let column = Some(count as u32 + 1);
                        cells.faults.push(fault(line, column, What::NoNumber, text));
                        f64::NAN
                    });
                    cells.numbers.push(number);
                    at = end;
                }
            }
            Some(Want::Text) => {
                let (content, end) = cell(bytes, at, delimiter);
                cells.texts.push(content.trim_ascii());
                at = end;
            }
            want => {
                let (content, end) = cell(bytes, at, delimiter);
                spare &= want.is_some() || content.trim_ascii().is_empty();
                at = end;
            }
        }
        count += 1;
        if bytes.get(at) != Some(&delimiter) {
            return (at, count, spare);
        }
        at += 1;
    }
}

/// The number that begins at `at`, when it is plain and the cell ends with it.
#[inline]
fn number(bytes: &[u8], at: usize, delimiter: u8) -> Option<(f64, usize)> {
    let rest = &bytes[at..];
    match rest.first() {
        Some(b'0'..=b'9' | b'-') => {}
        // An empty cell: most of a wide table before its assets are listed.
        Some(first) if *first == delimiter || *first == b'\n' => return Some((f64::NAN, at)),
        _ => return None,
    }
    let (number, used) = fast_float2::parse_partial::<f64, _>(rest).ok()?;
    let ends = match rest.get(used) {
        None => true,
        Some(next) => *next == delimiter || matches!(next, b'\n' | b'\r'),
    };
    (ends && number.is_finite()).then_some((number, at + used))
}

/// The same for quoted, padded, missing and senseless cells; `Err` holds the text to quote.
fn slow_number(content: &[u8]) -> Result<f64, String> {
    let content = content.trim_ascii();
    match content {
        // Empty, as FRED writes it, as Yahoo wrote it, as spreadsheets write it.
        b"" | b"." | b"null" | b"N/A" | b"#N/A" => return Ok(f64::NAN),
        _ => {}
    }
    let number = fast_float2::parse::<f64, _>(content).ok().filter(|x| x.is_finite());
    number.ok_or_else(|| quoted(content))
}

/// The content of the cell that begins at `at`, without its quotes, and where the cell ends.
#[inline]
fn cell(bytes: &[u8], at: usize, delimiter: u8) -> (&[u8], usize) {
    if bytes.get(at) == Some(&b'"') {
        return quoted_cell(bytes, at, delimiter);
    }
    let rest = &bytes[at..];
    let end = rest.iter().position(|b| *b == delimiter || matches!(b, b'\n' | b'\r'));
    let end = at + end.unwrap_or(rest.len());
    (&bytes[at..end], end)
}

/// A quote within a quoted cell is written twice and stays so: no date, number or ticker has one.
fn quoted_cell(bytes: &[u8], at: usize, delimiter: u8) -> (&[u8], usize) {
    let mut close = at + 1;
    loop {
        match memchr(b'"', &bytes[close..]) {
            None => return (&bytes[at + 1..], bytes.len()),
            Some(n) if bytes.get(close + n + 1) == Some(&b'"') => close += n + 2,
            Some(n) => {
                close += n;
                break;
            }
        }
    }
    let rest = &bytes[close + 1..];
    let end = memchr2(delimiter, b'\n', rest).unwrap_or(rest.len());
    let end = if end > 0 && rest[end - 1] == b'\r' { end - 1 } else { end };
    (&bytes[at + 1..close], close + 1 + end)
}

/// Steps over `\n`, `\r\n` or the end; returns the next line's first byte and how many lines were passed.
fn line_end(bytes: &[u8], at: usize) -> (usize, u32) {
    match bytes.get(at) {
        Some(b'\r') if bytes.get(at + 1) == Some(&b'\n') => (at + 2, 1),
        Some(b'\n') => (at + 1, 1),
        // A lone carriage return ends the cell; the blank-line rule steps over it.
        Some(_) => (at + 1, 0),
        None => (at, 0),
    }
}

/// The delimiter that stands most often in the first line.
fn delimiter(bytes: &[u8]) -> u8 {
    let line = &bytes[..memchr(b'\n', bytes).unwrap_or(bytes.len())];
    let count = |d: u8| line.iter().filter(|b| **b == d).count();
    // Ties go to the earlier one: a comma.
    let mut best = b',';
    for other in [b';', b'\t'] {
        if count(other) > count(best) {
            best = other;
        }
    }
    best
}

fn reserve(cells: &mut Cells<'_>, bytes: &[u8], head: &Head, wants: &[Want]) {
    let body = bytes.get(head.body..).unwrap_or_default();
    // The last line is as long as any; an estimate for capacity only, and bounded by the bytes there are.
    let last = body.len()
        - body[..body.len().saturating_sub(1)]
            .iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |n| n + 1);
    let rows = body.len() / last.max(wants.len()).max(1) * 5 / 4 + 1;
    let count = |want| wants.iter().filter(|w| **w == want).count();
    cells.lines.reserve(rows);
    cells.texts.reserve(rows * count(Want::Text));
    cells.numbers.reserve(rows * count(Want::Number));
}

fn fault(line: u32, column: Option<u32>, what: What, text: String) -> Fault {
    Fault { line, column, date: None, symbol: String::new(), what, text }
}

/// Text of a cell for a message: readable, and not too long.
pub(crate) fn quoted(content: &[u8]) -> String {
    let text: String = String::from_utf8_lossy(content).chars().take(QUOTED_MAX).collect();
    text.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}

/// The rows of a table that `columns` knows by its header, each read by `row`, whose error is a sentence; `None` when the header is
/// another table's.
///
/// # Errors
/// When a row cannot be read, with its line.
pub(crate) fn each_row<C, R>(
    file: &File,
    columns: impl FnOnce(&[String]) -> Option<C>,
    row: impl Fn(&C, &[String], &Arc<str>, u32) -> std::result::Result<R, String>,
) -> Result<Option<Vec<R>>> {
    let bytes = &file.bytes;
    let Ok(head) = head(bytes) else { return Ok(None) };
    let Some(columns) = columns(&head.names) else { return Ok(None) };
    let name: Arc<str> = Arc::from(file.name.as_str());
    let mut rows = Vec::new();
    let (mut at, mut line) = (head.body, head.line);
    while at < bytes.len() {
        let record = record(bytes, at, line, head.delimiter);
        if record.names.iter().any(|cell| !cell.is_empty()) {
            let row = row(&columns, &record.names, &name, line);
            rows.push(row.map_err(|said| Error::data(said).place(format!("{name}:{line}")))?);
        }
        (at, line) = (record.body, record.line);
    }
    Ok(Some(rows))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WANTS: [Want; 3] = [Want::Text, Want::Number, Want::Number];

    fn read(text: &str) -> Cells<'_> {
        let head = head(text.as_bytes()).unwrap();
        rows(text.as_bytes(), &head, &WANTS)
    }

    #[test]
    fn plain_quoted_padded_and_crlf_agree() {
        let plain = read("d,x,y\n2018-01-02,1.5,-2e3\n2018-01-03,,4\n");
        for text in [
            "d,x,y\r\n2018-01-02,1.5,-2e3\r\n\r\n2018-01-03,,4",
            "\u{feff}# said by someone\nd,x,y\n\"2018-01-02\",\"1.5\", -2e3 \n2018-01-03,null,4,\n",
            "d;x;y\n2018-01-02;1.5;-2e3\n2018-01-03;.;4\n",
        ] {
            let other = read(text);
            assert!(other.faults.is_empty(), "{:?}", other.faults);
            assert_eq!(other.texts, plain.texts);
            let bits = |c: &Cells<'_>| c.numbers.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&other), bits(&plain), "{text}");
        }
        assert_eq!(plain.lines, [2, 3]);
    }

    #[test]
    fn senseless_cells_and_rows_are_named() {
        let cells = read(
            "d,x,y\n2018-01-02,abc,1\n2018-01-03,1\n2018-01-04,NaN,1,2\n2018-01-05,1e999,-inf\n",
        );
        let faults: Vec<_> = cells.faults.iter().map(|f| (f.line, f.column, f.what)).collect();
        assert_eq!(
            faults,
            [
                (2, Some(2), What::NoNumber),
                (3, None, What::RowLength),
                (4, None, What::RowLength),
                (5, Some(2), What::NoNumber),
                (5, Some(3), What::NoNumber),
            ]
        );
        assert_eq!(cells.lines, [2, 5]);
    }

    #[test]
    fn lines_are_counted_through_quotes_and_blanks() {
        let cells = read("d,x,y\n\n\"a\nb\",1,2\nc,x,2\n");
        assert_eq!((cells.lines.as_slice(), cells.faults[0].line), (&[3, 5][..], 5));
    }

    proptest! {
        #[test]
        fn numbers_read_back_bit_for_bit(values in proptest::collection::vec(-1e300..1e300f64, 2..60)) {
            let mut text = String::from("d,x,y\n");
            for pair in values.chunks_exact(2) {
                text += &format!("2018-01-02,{},{:e}\n", pair[0], pair[1]);
            }
            let cells = read(&text);
            let whole = values.len() / 2 * 2;
            prop_assert_eq!(&cells.numbers[..], &values[..whole]);
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b','), Just(b'\n'), Just(b'"'), Just(b'1')], 0..200)) {
            if let Ok(head) = head(&bytes) {
                let cells = rows(&bytes, &head, &WANTS);
                prop_assert_eq!(cells.numbers.len(), cells.lines.len() * 2);
                prop_assert_eq!(cells.texts.len(), cells.lines.len());
            }
        }
    }
}
