//! Tables of factors and portfolios from Ken French's data library, zipped text.
use jiff::civil::Date;
use trimtab_core::{Error, Result};
use trimtab_data::store::{Rows, What};

use crate::client::shown;
use crate::source::{Ask, Get, Source, Stop, Verdict, escaped, named};
use crate::zip;

/// Factor returns in percent a period.
#[derive(Debug)]
pub(crate) struct French;

/// What the tables write where there is no value.
const NOTHING: [f64; 2] = [-99.99, -999.0];

impl Source for French {
    fn name(&self) -> &'static str {
        "french"
    }
    fn about(&self) -> &'static str {
        "the first table of a file of Ken French's library, such as F-F_Research_Data_Factors_daily: a series for each \
         column, called FILE.COLUMN, in percent a period"
    }
    fn base(&self) -> &'static str {
        "https://mba.tuck.dartmouth.edu"
    }
    fn what(&self) -> What {
        What::Readings
    }
    fn per_minute(&self) -> f64 {
        10.0
    }
    fn incremental(&self) -> bool {
        // Each month the whole library is computed anew from a newer file of stocks.
        false
    }
    fn covers(&self, asked: &str, stored: &str) -> bool {
        stored.strip_prefix(asked).is_some_and(|rest| rest.starts_with('.'))
    }

    fn fetch(&self, ask: &Ask, get: &mut Get<'_>) -> Result<Vec<(String, Rows)>, Stop> {
        let path = format!("/pages/faculty/ken.french/ftp/{}_CSV.zip", escaped(&ask.name));
        let body = get(&ask.request(&path, judge))?;
        named(zip::first(&body).and_then(|text| read(&text, ask)), &ask.name)
    }
}

fn judge(body: &[u8]) -> Verdict {
    match body.starts_with(b"PK") {
        true => Verdict::Data,
        false => Verdict::Later(format!("the answer is no ZIP archive: {}", shown(body))),
    }
}

/// The table behind the words at the beginning: its header begins with a comma, its rows with digits, and it ends
/// with the first line that does neither.
fn read(text: &[u8], ask: &Ask) -> Result<Vec<(String, Rows)>> {
    let text = String::from_utf8_lossy(text);
    let mut lines = text.lines().map(str::trim).skip_while(|line| !line.starts_with(','));
    let header = lines.next().ok_or_else(|| {
        Error::data("the file has no line of names, which begins with a comma")
            .hint("the source changed its format; a newer trimtab may know it")
    })?;
    let names: Vec<String> =
        header.split(',').skip(1).map(|name| name.trim().replace([' ', '/'], "-")).collect();
    let mut dates = Vec::new();
    let mut columns = vec![Vec::new(); names.len()];
    for line in lines.take_while(|line| line.starts_with(|c: char| c.is_ascii_digit())) {
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        let wrong = |said: String| Error::data(format!("{said}: {}", shown(line.as_bytes())));
        if cells.len() != names.len() + 1 {
            return Err(wrong(format!(
                "a line has {} cells and the header {}",
                cells.len(),
                names.len() + 1
            )));
        }
        let date = period(cells[0]).ok_or_else(|| wrong(format!("`{}` is no date", cells[0])))?;
        dates.push(date);
        for ((cell, column), name) in cells[1..].iter().zip(&mut columns).zip(&names) {
            let value: f64 = cell
                .parse()
                .ok()
                .filter(|x: &f64| x.is_finite())
                .ok_or_else(|| wrong(format!("{name} of {date} is no number")))?;
            column.push(value);
        }
    }
    let rows = |(name, column): (&String, Vec<f64>)| {
        let rows = dates.iter().copied().zip(column);
        let rows = rows.filter(|(date, value)| ask.spans(*date) && !NOTHING.contains(value));
        (format!("{}.{name}", ask.name), Rows::Readings(rows.collect()))
    };
    Ok(names.iter().zip(columns).map(rows).collect())
}

/// `20240102` is a day, `202401` a month, dated by its first day.
fn period(text: &str) -> Option<Date> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let number = |part: Option<&str>| part?.parse::<i8>().ok();
    match text.len() {
        6 if digits => Date::new(text[..4].parse().ok()?, number(text.get(4..6))?, 1).ok(),
        8 if digits => {
            Date::new(text[..4].parse().ok()?, number(text.get(4..6))?, number(text.get(6..8))?)
                .ok()
        }
        _ => None,
    }
}
