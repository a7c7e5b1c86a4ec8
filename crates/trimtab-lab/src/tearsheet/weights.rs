//! What was held, over time.
use trimtab_core::AssetId;
use trimtab_sim::Run;

use super::{TearSheet, table};
use crate::chart::{Curve, Stack};
use crate::page::{Block, Figure, Section};
use crate::words::percent;

/// Holdings that get a colour of their own; what remains is one layer. Eight colours can be told apart.
const LAYERS: usize = 7;

/// An asset and its weight at every session.
struct Held {
    asset: AssetId,
    weights: Vec<f64>,
    mean: f64,
}

pub(super) fn section(sheet: &TearSheet<'_>) -> Option<Section> {
    let run = sheet.books?;
    let held = held(run);
    if held.is_empty() {
        return None;
    }
    Some(Section::new("Holdings", vec![drawn(sheet, run, &held), means(sheet, run, &held)]))
}

/// Everything that was ever held, the largest mean weight first.
fn held(run: &Run) -> Vec<Held> {
    let sessions = run.sessions.len();
    let mut held: Vec<Held> = Vec::new();
    for t in 0..sessions {
        for (asset, weight) in run.weights(t) {
            let ix = held.iter().position(|h| h.asset == *asset).unwrap_or_else(|| {
                held.push(Held { asset: *asset, weights: vec![0.0; sessions], mean: 0.0 });
                held.len() - 1
            });
            held[ix].weights[t] = *weight;
        }
    }
    for h in &mut held {
        h.mean = h.weights.iter().sum::<f64>() / sessions as f64;
    }
    held.sort_by(|a, b| b.mean.total_cmp(&a.mean).then(a.asset.cmp(&b.asset)));
    held
}

/// Layers at the sessions that a chart needs: the sessions on which something was traded, and about one a week.
fn drawn(sheet: &TearSheet<'_>, run: &Run, held: &[Held]) -> Block {
    let stride = sheet.stride();
    let last = run.sessions.len().saturating_sub(1);
    let shown: Vec<usize> = (0..=last).filter(|t| t.is_multiple_of(stride) || *t == last).collect();
    let dates: Vec<_> = shown.iter().map(|t| run.sessions[*t]).collect();
    let alone = if held.len() > LAYERS { LAYERS - 1 } else { held.len() };
    let pick = |h: &Held| -> Vec<f64> { shown.iter().map(|t| rounded(h.weights[*t])).collect() };
    let mut layers: Vec<(String, Vec<f64>)> =
        held[..alone].iter().map(|h| (sheet.market.symbol(h.asset).to_owned(), pick(h))).collect();
    if alone < held.len() {
        let mut rest = vec![0.0; shown.len()];
        for h in &held[alone..] {
            rest.iter_mut().zip(&shown).for_each(|(sum, t)| *sum += h.weights[*t]);
        }
        rest.iter_mut().for_each(|x| *x = rounded(*x));
        layers.push((format!("{} others", held.len() - alone), rest));
    }
    let curves: Vec<Curve<'_>> =
        layers.iter().map(|(name, values)| Curve { name, values }).collect();
    let label = "Weights at the close; what is left blank is cash";
    Block::Figure(Figure::stacked(
        label,
        &Stack { label, dates: &dates, layers: &curves, height: 260.0 },
    ))
}

/// To a tenth of a percent: finer is not seen.
fn rounded(x: f64) -> f64 {
    (x * 1e3).round() / 1e3
}

fn means(sheet: &TearSheet<'_>, run: &Run, held: &[Held]) -> Block {
    let sessions = run.sessions.len() as f64;
    let row = |h: &Held| {
        let days = h.weights.iter().filter(|w| **w > 0.0).count() as f64;
        let most = h.weights.iter().copied().fold(0.0, f64::max);
        let last = h.weights.last().copied().unwrap_or(0.0);
        let numbers = [h.mean, most, days / sessions, last].map(percent);
        std::iter::once(sheet.market.symbol(h.asset).to_owned()).chain(numbers).collect()
    };
    let head = ["", "Mean weight", "Largest", "Time held", "At the end"];
    let rows = table("What was held", head, held.iter().map(row).collect());
    Block::Fold(format!("Weights of all {} holdings", held.len()), vec![rows])
}
