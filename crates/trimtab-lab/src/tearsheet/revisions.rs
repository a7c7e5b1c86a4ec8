//! First print against latest revision.
use std::collections::BTreeMap;

use super::{prose, table};
use crate::page::{Block, Section};
use crate::variations::Revisions;
use crate::words::percent;

/// Decisions that are shown; more say nothing new.
const SHOWN: usize = 60;

pub(super) fn section(revisions: &Revisions) -> Section {
    let mut blocks = vec![prose(revisions.words())];
    let rows = [("What was known", revisions.own), ("Latest revision", revisions.revised)];
    let rows = rows.map(|(name, road)| {
        vec![name.to_owned(), percent(road.return_yearly), percent(road.drawdown_max)]
    });
    let head = ["Figures", "Return a year", "Largest drawdown"];
    blocks.push(table("The strategy on both", head, rows.to_vec()));
    let series = revisions.series.iter().map(|s| vec![s.name.clone(), s.periods.to_string()]);
    let head = ["Series", "Periods revised"];
    blocks.push(table(
        "Series that the strategy reads and that were revised",
        head,
        series.collect(),
    ));
    if !revisions.differing.is_empty() {
        let rows = revisions.differing.iter().take(SHOWN).map(|differing| {
            vec![differing.date.to_string(), held(&differing.own), held(&differing.revised)]
        });
        let head = ["Decided", "On what was known", "On the latest revision"];
        let caption = match revisions.differing.len() > SHOWN {
            true => format!("The first {SHOWN} decisions that revised figures would have changed"),
            false => "Decisions that revised figures would have changed".to_owned(),
        };
        let rows = table(caption.clone(), head, rows.collect());
        blocks.push(Block::Fold(caption, vec![rows]));
    }
    Section::new("First print against latest revision", blocks)
}

fn held(weights: &BTreeMap<String, f64>) -> String {
    let all: Vec<String> =
        weights.iter().map(|(symbol, w)| format!("{symbol} {}", percent(*w))).collect();
    if all.is_empty() { "cash".to_owned() } else { all.join(", ") }
}

impl Revisions {
    /// What revisions were worth, in a sentence or two.
    pub fn words(&self) -> String {
        let names: Vec<&str> = self.series.iter().map(|series| series.name.as_str()).collect();
        let worth = match self.differing.first() {
            None => "none of its decisions would have been another".to_owned(),
            Some(first) => format!(
                "{} of its {} decisions would have been others, the first on {}",
                self.differing.len(),
                self.decisions,
                first.date
            ),
        };
        format!(
            "First print against latest revision: {} were revised after they were first printed. On their latest revision {worth}; it \
             would have made {} a year instead of {}. The run uses what was known on each day.",
            names.join(", "),
            percent(self.revised.return_yearly),
            percent(self.own.return_yearly)
        )
    }
}
