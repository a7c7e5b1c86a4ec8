//! Reading answers: every field by its name, every number a number, every line whole.
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::Value;
use trimtab_core::{Error, Result};

use crate::client::shown;
use crate::source::Verdict;

/// Judges what should be JSON.
pub(crate) fn json_body(body: &[u8]) -> Verdict {
    match body.iter().find(|b| !b.is_ascii_whitespace()) {
        Some(b'{' | b'[') => Verdict::Data,
        Some(b'<') => page(body),
        _ => Verdict::Later(format!("the answer is no JSON: {}", shown(body))),
    }
}

/// Judges what should be lines of text.
pub(crate) fn text_body(body: &[u8]) -> Verdict {
    match body.iter().find(|b| !b.is_ascii_whitespace()) {
        Some(b'<') => page(body),
        None => Verdict::Later("the answer is empty".to_owned()),
        Some(_) => Verdict::Data,
    }
}

/// A page where data should be: maintenance, a challenge, a portal. It may be gone at the next try.
fn page(body: &[u8]) -> Verdict {
    Verdict::Later(format!("the answer is a web page and no data: {}", shown(body)))
}

/// The value of a body.
pub(crate) fn json(body: &[u8]) -> Result<Value> {
    serde_json::from_slice(body).map_err(|error| {
        Error::data(format!("the answer is no whole JSON ({error}): {}", shown(body)))
    })
}

/// The field of an object by its path, as in `chart/result/0/meta`.
pub(crate) fn field<'a>(value: &'a Value, path: &str) -> Result<&'a Value> {
    let mut at = value;
    for (depth, name) in path.split('/').enumerate() {
        let below = match at {
            Value::Array(all) => name.parse().ok().and_then(|ix: usize| all.get(ix)),
            _ => at.get(name),
        };
        at = below.ok_or_else(|| {
            let walked: Vec<&str> = path.split('/').take(depth + 1).collect();
            missing(&walked.join("/"))
        })?;
    }
    Ok(at)
}

/// The refusal of an answer that lacks a field.
pub(crate) fn missing(path: &str) -> Error {
    Error::data(format!("the answer has no field `{path}`"))
        .hint("the source changed its format; a newer trimtab may know it")
}

/// The refusal of a field of another kind.
fn other(path: &str, wanted: &str, value: &Value) -> Error {
    let text = shown(value.to_string().as_bytes());
    Error::data(format!("the field `{path}` is {text} and not {wanted}"))
        .hint("the source changed its format; a newer trimtab may know it")
}

/// A list.
pub(crate) fn list<'a>(value: &'a Value, path: &str) -> Result<&'a Vec<Value>> {
    let found = field(value, path)?;
    found.as_array().ok_or_else(|| other(path, "a list", found))
}

/// A text.
pub(crate) fn text<'a>(value: &'a Value, path: &str) -> Result<&'a str> {
    let found = field(value, path)?;
    found.as_str().ok_or_else(|| other(path, "a text", found))
}

/// A whole number.
pub(crate) fn integer(value: &Value, path: &str) -> Result<i64> {
    let found = field(value, path)?;
    found.as_i64().ok_or_else(|| other(path, "a whole number", found))
}

/// A number.
pub(crate) fn number(value: &Value, path: &str) -> Result<f64> {
    let found = field(value, path)?;
    found.as_f64().ok_or_else(|| other(path, "a number", found))
}

/// A number written as text, as some sources do.
pub(crate) fn number_in_text(value: &Value, path: &str) -> Result<f64> {
    let written = text(value, path)?;
    let number = written.trim().parse().ok().filter(|x: &f64| x.is_finite());
    number.ok_or_else(|| other(path, "a number", &Value::String(written.to_owned())))
}

/// A date at the beginning of a text, as in `2024-01-02T00:00:00.000Z`.
pub(crate) fn date(value: &Value, path: &str) -> Result<Date> {
    let written = text(value, path)?;
    day(written).ok_or_else(|| other(path, "a date", &Value::String(written.to_owned())))
}

/// A date, year first; a time of day behind it is left out.
pub(crate) fn day(text: &str) -> Option<Date> {
    let (date, rest) = text.split_at_checked(10)?;
    let whole = rest.is_empty() || rest.starts_with(['T', ' ']);
    date.parse().ok().filter(|_| whole)
}

/// The date that many days after 1970-01-01.
pub(crate) fn epoch_day(days: i64) -> Option<Date> {
    // Beyond this no exchange keeps a book, and adding cannot fail.
    const FAR: i64 = 200_000;
    (days.abs() < FAR).then(|| Date::constant(1970, 1, 1).saturating_add(days.days()))
}

/// A table of text.
#[derive(Debug)]
pub(crate) struct Lines {
    names: Vec<String>,
    /// With the number of the line.
    rows: Vec<(usize, Vec<String>)>,
}

impl Lines {
    /// Reads comma-separated text. Every line has as many cells as the header and the last one is ended, since a line
    /// that was cut within its last number would look whole; `unended` allows sources that never end it.
    pub(crate) fn read(body: &[u8], unended: bool) -> Result<Self> {
        let text = std::str::from_utf8(body)
            .map_err(|_| Error::data(format!("the answer is no text: {}", shown(body))))?;
        let text = text.trim_start_matches('\u{feff}');
        if !unended && !text.ends_with('\n') {
            return Err(Error::data("the last line of the answer is not ended: it was cut off"));
        }
        let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
        let names = lines.next().map(|(_, line)| cells(line)).unwrap_or_default();
        let mut rows = Vec::new();
        for (number, line) in lines {
            let cells = cells(line);
            if cells.len() != names.len() {
                return Err(Error::data(format!(
                    "line {number} of the answer has {} cells and the header {}: {}",
                    cells.len(),
                    names.len(),
                    shown(line.as_bytes())
                )));
            }
            rows.push((number, cells));
        }
        Ok(Self { names, rows })
    }

    /// The names of the columns.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// The place of a column.
    pub(crate) fn place(&self, name: &str) -> Result<usize> {
        let place = self.names.iter().position(|n| n.eq_ignore_ascii_case(name));
        place.ok_or_else(|| {
            Error::data(format!(
                "the answer has no column `{name}`; its columns are {}",
                shown(self.names.join(", ").as_bytes())
            ))
            .hint("the source changed its format; a newer trimtab may know it")
        })
    }

    /// The dates of a column, read by a rule.
    pub(crate) fn dates(&self, place: usize, read: fn(&str) -> Option<Date>) -> Result<Vec<Date>> {
        let date = |(number, cells): &(usize, Vec<String>)| {
            read(&cells[place]).ok_or_else(|| {
                Error::data(format!("line {number} of the answer: `{}` is no date", cells[place]))
            })
        };
        self.rows.iter().map(date).collect()
    }

    /// The numbers of a column; `NaN` for an empty cell and for what the source writes when it has no value.
    pub(crate) fn numbers(&self, place: usize, nothing: &[&str]) -> Result<Vec<f64>> {
        let number = |(number, cells): &(usize, Vec<String>)| {
            let cell = cells[place].as_str();
            if cell.is_empty() || nothing.contains(&cell) {
                return Ok(f64::NAN);
            }
            cell.parse().ok().filter(|x: &f64| x.is_finite()).ok_or_else(|| {
                Error::data(format!(
                    "line {number} of the answer: {} is `{cell}` and not a number",
                    self.names[place]
                ))
            })
        };
        self.rows.iter().map(number).collect()
    }
}

/// The cells of a line. Quotes part nothing but commas: no source writes a quote within one.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for c in line.trim_end_matches('\r').chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            _ => cells.last_mut().expect("one cell at least").push(c),
        }
    }
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

/// A date with the month first: `01/31/2024`.
pub(crate) fn month_first(text: &str) -> Option<Date> {
    let mut parts = text.split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    let four = year.len() == 4 && parts.next().is_none();
    let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok();
    date.filter(|_| four)
}

/// The readings of a column, oldest first. Newest first is an order too; any other is not.
pub(crate) fn readings(mut dates: Vec<Date>, mut values: Vec<f64>) -> Vec<(Date, f64)> {
    if dates.first() > dates.last() {
        dates.reverse();
        values.reverse();
    }
    dates.into_iter().zip(values).filter(|(_, value)| !value.is_nan()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_field_is_named_by_its_path() {
        let value = json(br#"{"a": [{"b": 1}], "s": "x"}"#).unwrap();
        assert_eq!(number(&value, "a/0/b").unwrap(), 1.0);
        let said = |error: Error| error.message().to_owned();
        assert_eq!(said(field(&value, "a/0/c").unwrap_err()), "the answer has no field `a/0/c`");
        assert_eq!(said(field(&value, "a/1/b").unwrap_err()), "the answer has no field `a/1`");
        assert_eq!(
            said(number(&value, "s").unwrap_err()),
            "the field `s` is \"x\" and not a number"
        );
        assert!(json(br#"{"a": [1, 2"#).is_err());
    }

    #[test]
    fn a_line_that_is_not_whole_is_refused() {
        let read = |text: &str| Lines::read(text.as_bytes(), false);
        let lines = read("Date,\"1 Mo\",X\r\n01/31/2024,5.5,\r\n").unwrap();
        assert_eq!(lines.names(), ["Date", "1 Mo", "X"]);
        assert_eq!(lines.dates(0, month_first).unwrap(), [Date::constant(2024, 1, 31)]);
        assert!(lines.numbers(2, &[]).unwrap()[0].is_nan());
        assert!(read("a,b\n1,2\n3\n").unwrap_err().to_string().contains("line 3"));
        assert!(read("a,b\n1,2\n3,4").unwrap_err().to_string().contains("cut off"));
        assert!(lines.place("2 Mo").unwrap_err().to_string().contains("no column `2 Mo`"));
        assert_eq!(month_first("1/2/24"), None);
        assert_eq!(day("2024-01-02x"), None);
    }
}
