//! The bets that the run made without naming them.
use super::{Prepares, TearSheet, prose, table};
use crate::exposure::{Bet, Exposure, exposure};
use crate::page::{Block, Section};
use crate::words::{fixed, percent};

/// Below this p-value a slope is called a bet: one style in twenty is called so by chance.
const SURE: f64 = 0.05;

pub(super) fn section(sheet: &TearSheet<'_>, all: &Prepares<'_>) -> Option<Section> {
    if sheet.styles.is_empty() {
        return None;
    }
    let record = &all.run.record;
    let excess: Vec<f64> =
        record.returns().iter().enumerate().map(|(t, r)| r - record.risk_free().at(t)).collect();
    // Styles that say the same, or a run too short for them, leave nothing to show.
    let found = exposure(&excess, &sheet.styles, record.periods_yearly()).ok()?;
    Some(Section::new("Implicit bets", blocks(&found)))
}

fn blocks(found: &Exposure) -> Vec<Block> {
    let sure: Vec<&Bet> = found.bets.iter().filter(|bet| bet.p.is_some_and(|p| p < SURE)).collect();
    let said = match sure.is_empty() {
        true => "It made no bet on any of these styles that chance would not explain.".to_owned(),
        false => {
            let one = |bet: &&Bet| {
                let side = if bet.slope >= 0.0 { "on" } else { "against" };
                format!("{side} {} ({:+.2})", bet.name, bet.slope)
            };
            let all: Vec<String> = sure.iter().map(one).collect();
            format!("Whether it was meant or not, it bet {}.", all.join(", "))
        }
    };
    let explained = found.r_squared.map_or("-".to_owned(), percent);
    let rows = found.bets.iter().map(|bet| {
        vec![
            bet.name.clone(),
            bet.about.clone(),
            format!("{:+.2}", bet.slope),
            format!("{:.2}", bet.error),
            bet.t.map_or("-".to_owned(), |t| fixed(t, 1)),
            bet.p.map_or("-".to_owned(), |p| format!("{p:.3}")),
            percent(bet.contribution_yearly),
        ]
    });
    let head = ["Style", "What it is", "Slope", "Error", "t", "p", "Brought a year"];
    let alpha_p = found.alpha_p.map_or("-".to_owned(), |p| format!("{p:.3}"));
    vec![
        prose(said),
        table("What the run moved with, all styles at once", head, rows.collect()),
        prose(format!(
            "These styles explain {explained} of its variance over {} periods. Not explained: {} a year (p = {alpha_p}). Errors after \
             Newey and West with {} lags; p-values are not corrected for the number of styles.",
            found.periods,
            percent(found.alpha_yearly),
            found.lags
        )),
    ]
}
