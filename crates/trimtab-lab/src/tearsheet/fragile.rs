//! How far the result hangs on what nobody can promise: cheap trades, quick fills, a lucky day, small orders.
use trimtab_core::Date;

use super::{Prepares, TearSheet, prose, table};
use crate::chart::{Unit, bars};
use crate::page::{Block, Figure, Section};
use crate::trading::Capacity;
use crate::variations::{BreakEvenCost, Luck, Variations, yearly};
use crate::words::{about, money, percent};

/// Capitals for which impact is shown.
const CAPITALS: [f64; 6] = [1e5, 1e6, 1e7, 1e8, 1e9, 1e10];

/// Years at the end of the run from which capacity is measured too: volumes of long ago are not those of today.
const RECENT_YEARS: i16 = 5;

pub(super) fn section(sheet: &TearSheet<'_>, all: &Prepares<'_>) -> Section {
    let mut blocks = Vec::new();
    let benchmark = sheet.rival().map(|r| yearly(r.returns, sheet.record.periods_yearly()));
    match &sheet.variations {
        Ok(variations) => {
            blocks.extend(cost(sheet, variations));
            blocks.extend(delay(sheet, variations, benchmark));
            blocks.extend(luck(sheet, variations));
        }
        Err(why) => blocks.push(prose(format!(
            "Break-even cost, break-even delay and timing luck need the strategy to be run again: {why}."
        ))),
    }
    blocks.extend(capacity(sheet, all, benchmark));
    Section::new("How fragile it is", blocks)
}

fn cost(sheet: &TearSheet<'_>, variations: &Variations) -> Option<Block> {
    let name = sheet.rival()?.name;
    Some(prose(match variations.cost? {
        BreakEvenCost::At(cost) => format!(
            "Break-even cost: {:.1} basis points one way. If every purchase and every sale cost that much of its value, and \
             nothing else, the run would end level with {name}.",
            cost * 1e4
        ),
        BreakEvenCost::TrailsFree => {
            format!("Break-even cost: none. The run trails {name} even where trading is free.")
        }
        BreakEvenCost::LeadsAt(cost) => format!(
            "Break-even cost: beyond {:.0} basis points one way, the dearest that was tried; the run still ends ahead of {name}.",
            cost * 1e4
        ),
    }))
}

fn delay(sheet: &TearSheet<'_>, variations: &Variations, benchmark: Option<f64>) -> Vec<Block> {
    if variations.delay.is_empty() {
        return Vec::new();
    }
    let mut blocks = Vec::new();
    if let Some((name, other)) = sheet.rival().map(|rival| rival.name).zip(benchmark) {
        blocks.push(prose(match variations.break_even_delay(other) {
            Some(0) => format!("Break-even delay: none. The run trails {name} without any delay."),
            Some(sessions) => format!(
                "Break-even delay: {sessions} sessions. Filled so much later, the run no longer beats {name} ({} a year).",
                percent(other)
            ),
            None => format!(
                "Break-even delay: beyond the longest that was tried; the run still beats {name} ({} a year).",
                percent(other)
            ),
        }));
    }
    let rows = variations.delay.iter().map(|row| {
        let cost = variations.delay[0].return_yearly - row.return_yearly;
        vec![row.sessions.to_string(), percent(row.return_yearly), percent(cost)]
    });
    let head = ["Sessions later", "Return a year", "Less than without"];
    blocks.push(table("Orders filled later than they could have been", head, rows.collect()));
    blocks
}

fn luck(sheet: &TearSheet<'_>, variations: &Variations) -> Vec<Block> {
    let Some(luck) = &variations.luck else {
        return vec![prose(
            "Timing luck: the schedule or the data leave no choice of a day, so there is none to be lucky with.",
        )];
    };
    let returns = || luck.offsets.iter().map(|offset| offset.return_yearly);
    let (low, high) = (returns().fold(f64::MAX, f64::min), returns().fold(f64::MIN, f64::max));
    let mut blocks = vec![prose(format!(
        "Timing luck: the same rule decided on each of {} sessions of the {} in turn made {} to {} a year, a spread of {} \
         ({} standard deviation). As it is scheduled it made {}. The remedy is tranches: equal money in one account for each \
         of these days made {} with a largest drawdown of {}, and no day is luckier than another.",
        luck.offsets.len(),
        luck.period,
        about(low),
        about(high),
        about(luck.spread()),
        luck.deviation().map_or("-".to_owned(), about),
        percent(variations.own),
        percent(luck.tranches.return_yearly),
        percent(luck.tranches.drawdown_max)
    ))];
    blocks.push(prose(remedy(sheet, luck)));
    let values: Vec<(String, f64)> =
        luck.offsets.iter().map(|o| (o.session.to_string(), o.return_yearly)).collect();
    let label = format!("Return a year when decided on this session of the {}", luck.period);
    let drawing = bars(&label, &values, Unit::Percent, 180.0);
    blocks.push(Block::Figure(Figure::fixed(label, drawing)));
    let rows = luck.offsets.iter().chain([&luck.tranches]).map(|offset| {
        let name = if offset.session == 0 {
            "all, in tranches".into()
        } else {
            offset.session.to_string()
        };
        vec![name, percent(offset.return_yearly), percent(offset.drawdown_max)]
    });
    let head = ["Session", "Return a year", "Largest drawdown"];
    let rows =
        table(format!("Decided on another session of the {}", luck.period), head, rows.collect());
    blocks.push(Block::Fold("Every day in numbers".to_owned(), vec![rows]));
    blocks
}

fn remedy(sheet: &TearSheet<'_>, luck: &Luck) -> String {
    let root = sheet.strategy.root.name();
    match luck.period {
        "month" => format!(
            "In one account: wrap the rule as `kind = \"tranches\"`, `of = \"@{root}\"`, `n = 4` and decide every week \
             (trimtab explain tranches)."
        ),
        _ => format!(
            "In one account: wrap the rule as `kind = \"tranches\"`, `of = \"@{root}\"`, `n = 5` and decide every session \
             (trimtab explain tranches)."
        ),
    }
}

fn capacity(sheet: &TearSheet<'_>, all: &Prepares<'_>, benchmark: Option<f64>) -> Vec<Block> {
    let Some(run) = sheet.books else { return Vec::new() };
    let (Some(first), Some(last)) = (sheet.sessions.first(), sheet.sessions.last()) else {
        return Vec::new();
    };
    let Some(whole) = Capacity::of(run, sheet.market, *first) else {
        return vec![prose(
            "Capacity: the data hold no volumes of what was traded, so nobody can tell how much money fits.",
        )];
    };
    let since = Date::new(last.year() - RECENT_YEARS, last.month(), 1).unwrap_or(*first);
    let recent = Capacity::of(run, sheet.market, since).filter(|_| since > *first);
    let ahead = benchmark.map(|other| all.run.return_yearly() - other);
    let measured = recent.as_ref().unwrap_or(&whole);
    let mut said = String::from(
        "Capacity: what the orders themselves would move prices by, by the square-root law (Almgren and others 2005), if the \
         same fractions had been traded with more money. Orders are not spread over days.",
    );
    match ahead.and_then(|a| {
        Some((measured.where_impact_costs(a)?, measured.where_impact_costs(a / 2.0)?))
    }) {
        Some((all, half)) => {
            said += &format!(
                " Impact would eat half of the lead over the first comparison at {} and all of it at {}{}.",
                round(half),
                round(all),
                if recent.is_some() { ", at the volumes of the last five years" } else { "" }
            );
        }
        None if ahead.is_some_and(|a| a <= 0.0) => {
            said += " There is no lead over the first comparison that impact could eat.";
        }
        None => {}
    }
    if whole.unknown > 0 {
        said += &format!(" {} trades have no volume and are left out.", whole.unknown);
    }
    let rows = CAPITALS.iter().map(|capital| {
        let at = whole.at(*capital);
        let late = recent.as_ref().map(|c| percent(c.at(*capital).impact_yearly));
        let late = late.unwrap_or_else(|| "-".to_owned());
        vec![
            round(*capital),
            percent(at.impact_yearly),
            late,
            percent(measured.at(*capital).volume_median),
            percent(measured.at(*capital).volume_largest),
        ]
    });
    let head = [
        "Capital",
        "Impact a year, whole run",
        "last five years",
        "Median order, of a day's volume",
        "Largest order, of a day's volume",
    ];
    vec![prose(said), table("How much money fits", head, rows.collect())]
}

/// Two digits of a large amount: more would pretend to know.
fn round(x: f64) -> String {
    let digits = 10f64.powf(x.abs().max(1.0).log10().floor() - 1.0);
    money((x / digits).round() * digits).trim_end_matches(".00").to_owned()
}
