//! What the strategy's file expects, beside what happened.
use super::{Prepares, TearSheet, prose, table};
use crate::behaviour::{Held, Shown, held};
use crate::page::{Block, Section};
use crate::words::percent;

pub(super) fn section(sheet: &TearSheet<'_>, all: &Prepares<'_>) -> Option<Section> {
    let stated = &sheet.strategy.provenance;
    if stated.behaviour.is_empty() && stated.expected.is_empty() {
        return None;
    }
    let mut blocks = Vec::new();
    if !stated.behaviour.is_empty() {
        let words = stated.behaviour.iter().map(|(times, what)| vec![times.clone(), what.clone()]);
        blocks.push(table("What its file says to expect", ["In", ""], words.collect()));
    }
    let held = held(&all.run.record, &all.times, &stated.expected);
    match held.is_empty() {
        true => blocks.push(prose(
            "Its file states nothing in numbers (`[provenance.expected]`), so nothing can be held against what happened.",
        )),
        false => blocks.extend(numbers(&held)),
    }
    Some(Section::new("Expected behaviour", blocks))
}

fn numbers(held: &[Held]) -> Vec<Block> {
    let mut said: Vec<String> = held.iter().filter_map(Held::warning).collect();
    said.iter_mut().for_each(|said| said.push('.'));
    if said.is_empty() {
        said.push(
            "It did what its file expects, as far as such times came and chance allows to say."
                .into(),
        );
    }
    let shown = |shown: &Shown| {
        let value = shown.value.map_or("-".to_owned(), percent);
        [value, shown.periods.to_string(), shown.verdict.words().to_owned()]
    };
    let rows = held.iter().map(|held| {
        let head = [held.times_words(), held.figure_words()].map(str::to_owned);
        let recent = held.recent.as_ref().map_or(["-"; 3].map(str::to_owned), shown);
        let bounds = [held.bounds_words()];
        head.into_iter().chain(bounds).chain(shown(&held.whole)).chain(recent).collect()
    });
    let head =
        ["In", "Figure", "Expected", "Whole run", "Periods", "", "Last three years", "Periods", ""];
    vec![
        prose(said.join(" ")),
        table("What its file expects in numbers, and what happened", head, rows.collect()),
        prose(
            "A figure deviates when it lies outside by more than 1.96 of its standard errors, and drifts when that holds for the last \
             three years. Times are told by the first benchmark, as under “Kinds of market”; the errors take periods for independent.",
        ),
    ]
}
