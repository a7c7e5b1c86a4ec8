//! What came out of the economy before the end of the run, and what is due.
use super::{TearSheet, prose, table};
use crate::page::{Block, Section};
use crate::releases::{HEAD, SIGNS, calendar};

/// Series that are listed at once; a library of them is folded away.
const LISTED: usize = 12;

pub(super) fn section(sheet: &TearSheet<'_>) -> Option<Section> {
    let market = sheet.market;
    let last = market.calendar().on_or_before(*sheet.sessions.last()?)?;
    let newest = sheet.books.and_then(|run| run.last_decision());
    let since = newest.map(|decision| market.calendar().date(decision.day));
    let all = calendar(sheet.strategy, market, last, since);
    if all.is_empty() {
        return None;
    }
    let came = all.iter().filter(|own| own.since > 0).count();
    let said = match since {
        Some(day) => format!(
            "{came} of {} series brought something new after the newest decision, of {day}.",
            all.len()
        ),
        None => format!("{} series as they stood at the end of the run.", all.len()),
    };
    let rows: Vec<Vec<String>> = all.iter().map(|own| own.cells()).collect();
    let shown = table("What came out, and what is due", HEAD, rows);
    let shown = match all.len() > LISTED {
        true => Block::Fold(format!("{} series", all.len()), vec![shown]),
        false => shown,
    };
    Some(Section::new("Release calendar", vec![prose(said), shown, prose(SIGNS)]))
}
