//! The answer first: a few sentences and a few numbers.
use trimtab_core::{Date, Result};

use super::{Prepares, TearSheet};
use crate::figures::{Figure, HEAD};
use crate::insurance::chance_of_trailing;
use crate::metrics::find;
use crate::page::Tile;
use crate::prepared::{Episode, Prepared};
use crate::trading::Tickets;
use crate::variations::BreakEvenCost;
use crate::words::{about, money};

/// A difference whose t statistic is below this would be seen by chance in more than one case of twenty.
const CHANCE: f64 = 1.96;

pub(super) fn sentences(sheet: &TearSheet<'_>, all: &Prepares<'_>) -> Result<Vec<String>> {
    let mut said = Vec::new();
    said.extend(sheet.ended.as_ref().map(|why| {
        format!("The run ended early, and everything here is about the time before. {why}")
    }));
    said.push(outcome(sheet, all));
    said.extend(beside(sheet, all));
    said.push(fall(sheet, all));
    said.extend(premium(sheet, all)?);
    said.extend(effort(sheet));
    said.extend(luck(sheet));
    said.extend(since_published(sheet)?);
    if !sheet.budget.is_empty() {
        said.push(format!("The researcher's budget: {}.", sheet.budget));
    }
    Ok(said)
}

/// The yearly return of a run, by the calendar.
fn cagr(run: &Prepared<'_>) -> Option<f64> {
    find("return_yearly_calendar").and_then(|metric| metric.of(run))
}

fn written(x: Option<f64>) -> String {
    x.map_or("-".to_owned(), about)
}

fn outcome(sheet: &TearSheet<'_>, all: &Prepares<'_>) -> String {
    let name = &sheet.strategy.name;
    let (first, last) = (sheet.equity.first(), sheet.equity.last());
    let (Some(first), Some(last)) = (first, last) else { return format!("{name} was not run.") };
    let dates = all.run.record.dates();
    let (from, to) = (dates[0], dates[dates.len() - 1]);
    let rate = written(cagr(&all.run));
    match sheet.flows {
        false => format!(
            "{name} made {rate} a year: {} became {} from {from} to {to}, after costs.",
            whole(*first),
            whole(*last)
        ),
        true => format!(
            "{name} made {rate} a year from {from} to {to}, after costs. The account ended with {}, deposits and withdrawals included.",
            whole(*last)
        ),
    }
}

/// Money without cents.
fn whole(x: f64) -> String {
    let text = money(x.round());
    text.trim_end_matches(".00").to_owned()
}

fn beside(sheet: &TearSheet<'_>, all: &Prepares<'_>) -> Option<String> {
    let (rival, own) = (sheet.rival()?, all.rivals.first()?);
    let active = all.run.versus.as_ref()?.active;
    let gap = cagr(&all.run)? - cagr(own)?;
    let word = if gap >= 0.0 { "more" } else { "less" };
    let t = active.deviation().filter(|d| *d > 0.0).map(|d| active.mean / d * all.run.n().sqrt());
    let chance = match t {
        Some(t) if t.abs() < CHANCE => {
            format!("Chance alone would often show such a difference (t = {t:.1}).")
        }
        Some(t) => format!(
            "Chance alone would show such a difference in fewer than one case of twenty (t = {t:.1})."
        ),
        None => "The two moved as one.".to_owned(),
    };
    let (name, other) = (rival.name, written(cagr(own)));
    Some(format!("That is {} a year {word} than {name} ({other}). {chance}", about(gap.abs())))
}

fn deepest(run: &Prepared<'_>) -> Option<Episode> {
    run.path.episodes.iter().copied().max_by(|a, b| a.depth.total_cmp(&b.depth))
}

fn fall(sheet: &TearSheet<'_>, all: &Prepares<'_>) -> String {
    let dates = all.run.record.dates();
    let Some(worst) = deepest(&all.run) else { return "It never fell below a former high.".into() };
    let back = match worst.recovery {
        Some(level) => format!("and it was back after {}", span(dates[worst.peak], dates[level])),
        None => "and it is not back yet".to_owned(),
    };
    let other = all.rivals.first().zip(sheet.rival()).map_or(String::new(), |(own, rival)| {
        format!("; {} lost {} at its worst", rival.name, about(own.path.depth_max))
    });
    format!(
        "Its deepest fall was {}, from {} to {}, {back}{other}.",
        about(worst.depth),
        dates[worst.peak],
        dates[worst.trough]
    )
}

/// `14 months`, `3.2 years`, `12 days`.
pub(super) fn span(from: Date, to: Date) -> String {
    /// Days of a year of the Julian calendar.
    const YEAR: f64 = 365.25;
    let days = crate::prepared::days_between(from, to);
    match days {
        d if d < 60.0 => format!("{d:.0} days"),
        d if d < 2.0 * YEAR => format!("{:.0} months", d / YEAR * 12.0),
        d => format!("{:.1} years", d / YEAR),
    }
}

fn premium(sheet: &TearSheet<'_>, all: &Prepares<'_>) -> Result<Option<String>> {
    let Some((rival, beside)) = insured_against(sheet, all) else { return Ok(None) };
    let rows = chance_of_trailing(&beside.record, &[3, 1])?;
    Ok(rows.first().map(|row| {
        format!(
            "Over {} it trailed {rival} in {:.0} % of all spans: the price of its insurance.",
            if row.years == 1 { "one year".to_owned() } else { format!("{} years", row.years) },
            row.chance * 100.0
        )
    }))
}

/// What protection is measured against: the conventional mix where it is among the rivals, else the first of them.
pub(super) fn insured_against<'s>(
    sheet: &'s TearSheet<'_>,
    all: &'s Prepares<'_>,
) -> Option<(&'s str, &'s Prepared<'s>)> {
    let ix = sheet.rivals.iter().position(|rival| rival.name == "sixty-forty").unwrap_or(0);
    Some((sheet.rivals.get(ix)?.name, all.against.get(ix)?))
}

fn effort(sheet: &TearSheet<'_>) -> Option<String> {
    let run = sheet.books?;
    let tickets = Tickets::of(run, sheet.market);
    let mut said = format!(
        "It takes about {:.0} tickets on {:.0} days a year",
        tickets.tickets_yearly, tickets.trade_days_yearly
    );
    let rival = sheet.rival().map(|rival| rival.name);
    match sheet.variations.as_ref().ok().and_then(|v| v.cost).zip(rival) {
        Some((BreakEvenCost::At(cost), rival)) => {
            said += &format!(
                ", and would still beat {rival} if every trade cost up to {:.0} basis points",
                (cost * 1e4).floor()
            );
        }
        Some((BreakEvenCost::TrailsFree, rival)) => {
            said += &format!(", and would not beat {rival} even if trading were free");
        }
        Some((BreakEvenCost::LeadsAt(cost), rival)) => {
            said += &format!(
                ", and would beat {rival} even if every trade cost {:.0} basis points",
                cost * 1e4
            );
        }
        None => {}
    }
    Some(said + ".")
}

fn luck(sheet: &TearSheet<'_>) -> Option<String> {
    let luck = sheet.variations.as_ref().ok()?.luck.as_ref()?;
    let returns = || luck.offsets.iter().map(|offset| offset.return_yearly);
    let (low, high) = (returns().fold(f64::MAX, f64::min), returns().fold(f64::MIN, f64::max));
    Some(format!(
        "Decided on another day of the {}, the same rule made between {} and {} a year.",
        luck.period,
        about(low),
        about(high)
    ))
}

fn since_published(sheet: &TearSheet<'_>) -> Result<Option<String>> {
    /// Fewer periods than this say nothing.
    const LEAST: usize = 12;
    let record = sheet.record;
    let Some(published) = sheet.strategy.provenance.published.map(|p| p.date()) else {
        return Ok(None);
    };
    let first = record.dates().partition_point(|date| *date <= published).saturating_sub(1);
    if first == 0 || record.len() < first + LEAST {
        return Ok(None);
    }
    let after = Prepared::new(record.part(first, record.len())?);
    let before = Prepared::new(record.part(0, first)?);
    let (after, before) = (written(cagr(&after)), written(cagr(&before)));
    Ok(Some(format!(
        "It has been public since {published}: {before} a year before, {after} a year since."
    )))
}

pub(super) fn tiles(sheet: &TearSheet<'_>, all: &Prepares<'_>) -> Vec<Tile> {
    let rival = sheet.rival().map(|rival| rival.name);
    let tile = |figure: &Figure| Tile {
        name: figure.name.to_owned(),
        value: figure.write(&all.run),
        versus: all
            .rivals
            .first()
            .zip(rival)
            .map_or(String::new(), |(own, name)| format!("{name} {}", figure.write(own))),
    };
    HEAD.iter().map(tile).collect()
}
