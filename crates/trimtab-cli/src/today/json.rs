//! A morning for programs.
use serde_json::{Map, Value, json};
use trimtab_core::Weights;
use trimtab_sim::{Decision, ENGINE, Flip, Line, Parts, ReadingFlip, Turn};
use trimtab_strategy::Note;

use super::{Morning, table};
use crate::report::DISCLAIMER;

/// The whole report. Quantities and amounts are texts with all their digits.
pub(crate) fn report(morning: &Morning) -> Value {
    let ticket = &morning.ticket;
    json!({
        "strategy": morning.strategy.name,
        "as_of": morning.date(morning.day),
        "decision_day": morning.due.is_some(),
        "why": morning.due.map_or("indicative", trimtab_sim::Why::word),
        "next_decision": morning.next,
        "holdings": morning.holder,
        "target": weights(morning, &morning.decision.target),
        "held": weights(morning, &morning.held),
        "because": notes(&morning.decision.because),
        "before": morning.before().map(|before| earlier(morning, before)),
        "ticket": {
            "orders": ticket.lines.iter().map(|line| self::line(morning, line)).collect::<Vec<_>>(),
            "left_out": ticket.left_out.iter().map(|(asset, why)| json!({
                "symbol": morning.symbol(*asset), "why": table::left_out(*why),
            })).collect::<Vec<_>>(),
            "value": ticket.value,
            "fees": ticket.costs.each().iter().map(|(kind, cost)| ((*kind).to_owned(), json!(cost.to_string())))
                .collect::<Map<_, _>>(),
            "cash_before": ticket.cash_before.to_string(),
            "cash_after": ticket.cash_after.to_string(),
            "after": weights(morning, &ticket.after),
        },
        "flips": morning.flips.iter().map(|flip| self::flip(morning, flip)).collect::<Vec<_>>(),
        "flips_within": morning.reach.far,
        "series_flips": morning.reading_flips.iter().map(|flip| reading_flip(morning, flip)).collect::<Vec<_>>(),
        "releases": morning.releases,
        "notices": morning.notices,
        "engine": ENGINE,
        "data_hash": morning.opened.hash,
        "stores": morning.opened.stores,
        "disclaimer": DISCLAIMER,
    })
}

fn weights(morning: &Morning, weights: &Weights) -> Value {
    let named = |(asset, w)| (morning.symbol(asset).to_owned(), json!(w));
    let mut all: Map<String, Value> = weights.iter().map(named).collect();
    all.insert("cash".into(), json!(1.0 - weights.invested()));
    Value::Object(all)
}

fn notes<'a>(notes: impl IntoIterator<Item = &'a Note>) -> Value {
    notes.into_iter().map(|note| json!({ "node": note.node, "why": note.why })).collect()
}

fn earlier(morning: &Morning, before: &Decision) -> Value {
    json!({
        "date": morning.date(before.day),
        "target": weights(morning, &before.target),
        "changed": before.target.turnover_to(&morning.decision.target),
        "new_reasons": notes(morning.new_reasons()),
    })
}

fn line(morning: &Morning, line: &Line) -> Value {
    json!({
        "symbol": morning.symbol(line.asset),
        "side": table::side(line),
        "shares": line.quantity.to_string(),
        "held": line.held.to_string(),
        "limit": line.limit,
        "close": line.price,
        "value": line.value.to_string(),
        "fees": line.costs.total().ok().map(|cost| cost.to_string()),
        "parts_in_shares": parts(&line.shares),
        "parts_in_money": parts(&line.money),
    })
}

fn parts<T: ToString>(parts: &Parts<T>) -> Value {
    json!({
        "signal": parts.signal.to_string(),
        "drift": parts.drift.to_string(),
        "cash_flow": parts.cash_flow.to_string(),
        "rounding": parts.rounding.to_string(),
    })
}

/// Where an answer turns, how far that is, and what it turns to.
fn turned(morning: &Morning, turn: &Turn, of: &str, away: (f64, Option<f64>)) -> Value {
    let (change, sigmas) = away;
    json!({
        of: turn.at,
        "unchanged_at": turn.same,
        "change": change,
        "sigmas": sigmas,
        "target": weights(morning, &turn.target),
        "because": notes(&turn.because),
    })
}

fn flip(morning: &Morning, flip: &Flip) -> Value {
    let turn = |turn: &Turn| turned(morning, turn, "price", flip.distance(turn));
    json!({
        "symbol": morning.symbol(flip.asset),
        "close": flip.close,
        "sigma": flip.sigma,
        "up": flip.up.as_ref().map(turn),
        "down": flip.down.as_ref().map(turn),
    })
}

fn reading_flip(morning: &Morning, flip: &ReadingFlip) -> Value {
    let turn = |turn: &Turn| {
        let (change, sigmas) = flip.distance(turn);
        turned(morning, turn, "value", (change, Some(sigmas)))
    };
    json!({
        "series": flip.series,
        "value": flip.newest.value,
        "about": flip.newest.about,
        "known": flip.newest.known,
        "sigma": flip.sigma,
        "up": flip.up.as_ref().map(turn),
        "down": flip.down.as_ref().map(turn),
    })
}
