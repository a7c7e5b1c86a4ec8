//! Month by month, year by year.
use super::{Prepares, TearSheet, table};
use crate::chart::{Heat, heat};
use crate::page::{Block, Figure, Section};
use crate::tables::CalendarReturns;
use crate::words::percent;

/// The columns of the heat map.
const COLUMNS: [&str; 13] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Year"];

/// The month whose colour is full. Most months of a portfolio lie within; at a tenth all would look alike.
const FULL: f64 = 0.08;

/// The same for a year.
const FULL_YEAR: f64 = 0.25;

pub(super) fn section(sheet: &TearSheet<'_>, all: &Prepares<'_>) -> Section {
    let own = CalendarReturns::of(&all.run);
    let rows: Vec<(String, Vec<Option<f64>>)> = own
        .years
        .iter()
        .map(|row| {
            let cells = row.months.iter().copied().chain([Some(row.total)]).collect();
            (row.year.to_string(), cells)
        })
        .collect();
    let label = "Returns by month, in percent";
    let drawing =
        heat(&Heat { label, columns: &COLUMNS, rows: &rows, full: FULL, full_last: FULL_YEAR });
    let rivals: Vec<CalendarReturns> = all.rivals.iter().map(CalendarReturns::of).collect();
    let years = own.years.iter().enumerate().map(|(ix, row)| {
        let others = rivals
            .iter()
            .map(|rival| rival.years.get(ix).map_or("-".to_owned(), |year| percent(year.total)));
        [row.year.to_string(), percent(row.total)].into_iter().chain(others).collect()
    });
    let head = ["Year", sheet.strategy.name.as_str()].into_iter();
    let head = head.chain(sheet.rivals.iter().map(|rival| rival.name));
    let years =
        table("Returns by year; the first and the last may be parts", head, years.collect());
    let blocks = vec![
        Block::Figure(Figure::fixed(label, drawing)),
        Block::Fold("Year by year, beside the others".to_owned(), vec![years]),
    ];
    Section::new("Months and years", blocks)
}
