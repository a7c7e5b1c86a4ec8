//! What all sets of a sweep say together.
use serde_json::{Map, Value, json};
use trimtab_lab::sweep::{Design, Sweep};
use trimtab_trials::Researched;

use crate::text::{Side, columns, fixed};

use super::rows::FIGURES;

/// How many of the best sets are shown.
const SHOWN: usize = 10;

/// Sums over the sets, and the best of them by Sharpe ratio.
pub(super) struct Tally<'d> {
    design: &'d Design,
    counted: usize,
    failed: usize,
    measured: usize,
    final_sum: f64,
    sharpe_sum: f64,
    /// The best first; the earlier one among equals.
    best: Vec<Best>,
}

struct Best {
    ix: usize,
    sharpe: f64,
    cells: Vec<String>,
}

/// What stands around the best set of a grid.
#[derive(Clone, Copy)]
pub(super) struct Around {
    /// Sets one step away.
    count: usize,
    /// The mean of their Sharpe ratios.
    mean: f64,
    lone: bool,
}

impl<'d> Tally<'d> {
    pub(super) fn new(design: &'d Design) -> Self {
        let best = Vec::with_capacity(SHOWN + 1);
        let (final_sum, sharpe_sum) = (0.0, 0.0);
        Self { design, counted: 0, failed: 0, measured: 0, final_sum, sharpe_sum, best }
    }

    /// How many sets were counted.
    pub(super) fn counted(&self) -> usize {
        self.counted
    }

    /// Counts the next set by its cells: the same whether they were made now or by a call that was cut off.
    pub(super) fn count(&mut self, cells: &[String]) {
        let ix = self.counted;
        self.counted += 1;
        let number = |key: &str| cell(self.design, cells, key).parse::<f64>().ok();
        let (last, sharpe) = (number("final_value"), number("sharpe"));
        self.failed += usize::from(last.is_none());
        self.final_sum += last.unwrap_or(0.0);
        let Some(sharpe) = sharpe else { return };
        self.measured += 1;
        self.sharpe_sum += sharpe;
        let place = self.best.partition_point(|best| best.sharpe >= sharpe);
        if place < SHOWN {
            self.best.insert(place, Best { ix, sharpe, cells: cells.to_vec() });
            self.best.truncate(SHOWN);
        }
    }

    /// The best set.
    pub(super) fn best(&self) -> Option<usize> {
        self.best.first().map(|best| best.ix)
    }

    /// The neighbourhood of the best set; none but in a grid.
    pub(super) fn around(&self, sweep: &Sweep<'_>) -> Option<Around> {
        let best = self.best.first()?;
        let sharpe = |ix| sweep.row(ix).figures.and_then(|figures| figures.sharpe);
        let near: Vec<f64> =
            self.design.neighbours(best.ix).into_iter().filter_map(sharpe).collect();
        if near.is_empty() {
            return None;
        }
        let mean = near.iter().sum::<f64>() / near.len() as f64;
        let all = self.sharpe_sum / self.measured as f64;
        // Nearer to the mean of all sets than to the best: what made the best is gone one step away.
        let lone = best.sharpe - mean > mean - all;
        Some(Around { count: near.len(), mean, lone })
    }

    /// For people.
    pub(super) fn table(&self, name: &str, around: Option<Around>) -> String {
        const CELLS: [&str; 5] =
            ["sharpe", "final_value", "return_yearly_periods", "volatility_yearly", "drawdown_max"];
        let mut text = format!("{name}: {} sets", self.counted);
        if self.failed > 0 {
            text += &format!(", {} of them failed", self.failed);
        }
        text += "\n\n";
        let names = self.design.paths().iter().map(String::as_str);
        let head = std::iter::once("set").chain(names).chain(CELLS).map(str::to_owned).collect();
        let mut rows: Vec<Vec<String>> = vec![head];
        for best in &self.best {
            let mut row = vec![best.ix.to_string()];
            row.extend(best.cells[..self.design.paths().len()].iter().cloned());
            row.extend(CELLS.iter().map(|key| short(cell(self.design, &best.cells, key))));
            rows.push(row);
        }
        text += &columns(&rows, &vec![Side::Right; rows[0].len()]);
        if let Some(Around { count, mean, lone }) = around {
            text += &format!(
                "\nthe {count} sets one step from the best have a mean Sharpe ratio of {mean:.3}"
            );
            text += if lone { ": it is a lone peak\n" } else { "\n" };
        }
        let tried =
            "the best of many is better than it will be: its figures were chosen, not measured";
        text + &format!("\n{tried}\n")
    }

    /// For programs.
    pub(super) fn json(
        &self,
        name: &str,
        id: &str,
        around: Option<Around>,
        researched: &Researched,
    ) -> Value {
        let one = |best: &Best| {
            let keys = self.design.paths().iter().map(String::as_str).chain(FIGURES);
            let mut row = Map::new();
            row.insert("set".into(), json!(best.ix));
            for (ix, (key, cell)) in keys.zip(&best.cells).enumerate() {
                let number = cell.parse::<f64>().ok().filter(|_| ix >= self.design.paths().len());
                row.insert(key.to_owned(), number.map_or(json!(cell), |x| json!(x)));
            }
            Value::Object(row)
        };
        let succeeded = self.counted - self.failed;
        json!({
            "strategy": name,
            "sweep": id,
            "sets": self.counted,
            "failed": self.failed,
            "final_value_mean": (succeeded > 0).then(|| self.final_sum / succeeded as f64),
            "sharpe_mean": (self.measured > 0).then(|| self.sharpe_sum / self.measured as f64),
            "budget": researched.budget,
            "best": self.best.iter().map(one).collect::<Vec<_>>(),
            "neighbours": around.map(|a| json!({ "count": a.count, "sharpe_mean": a.mean, "lone_peak": a.lone })),
        })
    }
}

/// The cell of a figure.
fn cell<'c>(design: &Design, cells: &'c [String], key: &str) -> &'c str {
    let place = FIGURES.iter().position(|figure| *figure == key);
    place.and_then(|ix| cells.get(design.paths().len() + ix)).map_or("", String::as_str)
}

/// A number with few digits.
fn short(cell: &str) -> String {
    cell.parse::<f64>().map_or_else(
        |_| cell.to_owned(),
        |x| match x.abs() >= 1e3 {
            true => fixed(x, 0),
            false => fixed(x, 4),
        },
    )
}
