//! The yield curve of the US Treasury as its XML feed tells it, a document for each year:
//! <https://home.treasury.gov/treasury-daily-interest-rate-xml-feed>.
//!
//! The same figures as the tables of `treasury`; the feed is the form that the Treasury documents for programs.
use std::collections::BTreeMap;

use jiff::civil::Date;
use trimtab_core::{Error, Result};
use trimtab_data::store::{Rows, What};

use super::treasury::years;
use crate::answer::day;
use crate::client::shown;
use crate::source::{Ask, Get, Source, Stop, Verdict, named};

/// Par yields of constant maturity, percent a year.
#[derive(Debug)]
pub(crate) struct TreasuryXml;

/// Fields of an entry that are no yields of their own; the last repeats the one of thirty years.
const OTHERS: [&str; 3] = ["Id", "NEW_DATE", "BC_30YEARDISPLAY"];

impl Source for TreasuryXml {
    fn name(&self) -> &'static str {
        "treasury-xml"
    }
    fn about(&self) -> &'static str {
        "the same curve from the Treasury's XML feed"
    }
    fn base(&self) -> &'static str {
        "https://home.treasury.gov"
    }
    fn what(&self) -> What {
        What::Readings
    }
    fn per_minute(&self) -> f64 {
        30.0
    }
    fn only(&self) -> Option<&'static str> {
        Some("curve")
    }
    fn covers(&self, _: &str, _: &str) -> bool {
        true
    }
    fn spans(&self, ask: &Ask) -> Vec<Ask> {
        years(ask)
    }

    fn fetch(&self, ask: &Ask, get: &mut Get<'_>) -> Result<Vec<(String, Rows)>, Stop> {
        let year = ask.to.year();
        let path = format!(
            "/resource-center/data-chart-center/interest-rates/pages/xml?data=daily_treasury_yield_curve\
             &field_tdr_date_value={year}"
        );
        let body = get(&ask.request(&path, judge))?;
        named(read(&body, ask), &format!("the curve of {year}"))
    }
}

/// A feed, or a page in its place.
fn judge(body: &[u8]) -> Verdict {
    let head = String::from_utf8_lossy(&body[..body.len().min(HEAD)]).into_owned();
    match head.trim_start().starts_with("<?xml") && head.contains("<feed") {
        true => Verdict::Data,
        false => Verdict::Later(format!("the answer is no XML feed: {}", shown(body))),
    }
}

/// Bytes within which a feed has said that it is one.
const HEAD: usize = 1_000;

fn read(body: &[u8], ask: &Ask) -> Result<Vec<(String, Rows)>> {
    let text = std::str::from_utf8(body)
        .map_err(|_| Error::data(format!("the answer is no text: {}", shown(body))))?;
    if !text.trim_end().ends_with("</feed>") {
        return Err(Error::data("the answer does not end with `</feed>`: it was cut off"));
    }
    let mut columns: BTreeMap<String, Vec<(Date, f64)>> = BTreeMap::new();
    let mut last: Option<Date> = None;
    for entry in between(text, "<entry", "</entry>")? {
        let fields = fields(entry)?;
        let written = fields.iter().find(|(name, _)| *name == "NEW_DATE").map(|(_, text)| *text);
        let date = written.and_then(day).ok_or_else(|| {
            Error::data(format!("an entry has no date: {}", shown(entry.as_bytes())))
                .hint("the source changed its format; a newer trimtab may know it")
        })?;
        if date.year() != ask.to.year() {
            return Err(Error::data(format!("the answer has {date}, which was not asked for")));
        }
        if last.is_some_and(|last| last >= date) {
            return Err(Error::data(format!(
                "the days of the answer are out of order, or one stands there twice: {date}"
            )));
        }
        last = Some(date);
        for (name, value) in fields.into_iter().filter(|(name, _)| !OTHERS.contains(name)) {
            let series = series(name).ok_or_else(|| {
                Error::data(format!("the answer has the unknown field `{name}`"))
                    .hint("the source changed its format; a newer trimtab may know it")
            })?;
            let column = columns.entry(series).or_default();
            // Nothing is written where there was no such bill or bond.
            if value.is_empty() || value == "N/A" {
                continue;
            }
            let yields = value.parse().ok().filter(|x: &f64| x.is_finite());
            let yields = yields
                .ok_or_else(|| Error::data(format!("{name} of {date} is `{value}`, no number")))?;
            if ask.spans(date) {
                column.push((date, yields));
            }
        }
    }
    Ok(columns.into_iter().map(|(name, rows)| (name, Rows::Readings(rows))).collect())
}

/// What stands between each opening and its closing tag.
fn between<'a>(text: &'a str, open: &str, close: &str) -> Result<Vec<&'a str>> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some((_, behind)) = rest.split_once(open) {
        let (inside, after) =
            behind.split_once(close).filter(|(inside, _)| !inside.contains(open)).ok_or_else(
                || Error::data(format!("`{open}` is opened and not closed by `{close}`")),
            )?;
        found.push(inside);
        rest = after;
    }
    Ok(found)
}

/// The fields `<d:NAME …>text</d:NAME>` of an entry; an empty one may be written `<d:NAME … />`.
fn fields(entry: &str) -> Result<Vec<(&str, &str)>> {
    let mut fields = Vec::new();
    let mut rest = entry;
    while let Some((_, behind)) = rest.split_once("<d:") {
        let broken = || Error::data(format!("a field is not whole: {}", shown(behind.as_bytes())));
        let (tag, after) = behind.split_once('>').ok_or_else(broken)?;
        let name = tag.split([' ', '/', '\n']).next().unwrap_or_default();
        if tag.ends_with('/') {
            fields.push((name, ""));
            rest = after;
            continue;
        }
        let (text, after) = after.split_once("</d:").ok_or_else(broken)?;
        let closed = after.split_once('>').filter(|(closing, _)| closing.trim() == name);
        let (_, after) = closed.ok_or_else(broken)?;
        fields.push((name, text.trim()));
        rest = after;
    }
    Ok(fields)
}

/// `BC_1MONTH` is DGS1MO, `BC_1_5MONTH` DGS1.5MO, `BC_10YEAR` DGS10.
fn series(field: &str) -> Option<String> {
    let rest = field.strip_prefix("BC_")?;
    let count = |number: &str| number.replace('_', ".").parse::<f64>().ok();
    match rest.strip_suffix("MONTH") {
        Some(number) => Some(format!("DGS{}MO", count(number)?)),
        None => Some(format!("DGS{}", count(rest.strip_suffix("YEAR")?)?)),
    }
}
