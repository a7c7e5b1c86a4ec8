//! The strategy file: flat and named on paper, an owned tree in memory.
mod parse;
mod place;

use std::collections::BTreeMap;

pub use parse::Template;
pub(crate) use parse::{Located, value_of};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::limits::AnyLimit;
use crate::{
    AnyAllocator, AnyGauge, AnySignal, Book, Costs, Execution, Memory, Node, Provenance, Schedule,
    Words,
};
use crate::{Cx, explain};
use trimtab_core::{Error, Kind, Past, Result, Weights};

/// The file as written: what an editor completes and a newcomer reads.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "Trimtab strategy")]
#[allow(dead_code)]
pub struct File {
    /// One line on what it is.
    title: Option<String>,
    /// The assets that "every asset" means; without it, every asset of the data.
    universe: Option<Vec<String>>,
    /// The allocator whose weights are held.
    root: Node<AnyAllocator>,
    /// Named signals: an opinion on each asset.
    #[schemars(default)]
    signal: BTreeMap<String, AnySignal>,
    /// Named gauges: one number for the whole market.
    #[schemars(default)]
    gauge: BTreeMap<String, AnyGauge>,
    /// Named allocators: weights.
    #[schemars(default)]
    allocator: BTreeMap<String, AnyAllocator>,
    /// Named limits on the final weights, applied in the order of the file.
    #[schemars(default)]
    limit: BTreeMap<String, AnyLimit>,
    /// What the result is compared with.
    #[schemars(default)]
    benchmark: BTreeMap<String, Benchmark>,
    /// When to decide.
    #[schemars(default)]
    schedule: Schedule,
    /// How decisions become trades.
    #[schemars(default)]
    execution: Execution,
    /// What trading and holding cost.
    #[schemars(default)]
    costs: Costs,
    /// Where the strategy comes from.
    #[schemars(default)]
    provenance: Provenance,
    /// Ranges of parameters for searches: `"trend.slow" = { from = 100, to = 300, step = 10 }`.
    #[schemars(default)]
    range: BTreeMap<String, Range>,
}

/// The file as run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Strategy {
    /// The name it is called by: of the file or of the library.
    #[serde(default)]
    pub name: String,
    /// One line on what it is.
    #[serde(default)]
    pub title: String,
    /// The assets that "every asset" means; empty: every asset of the data.
    #[serde(default)]
    pub universe: Vec<String>,
    /// The allocator whose weights are held.
    pub root: Node<AnyAllocator>,
    /// Conditions on the final weights, in the order of the file.
    #[serde(default)]
    pub limits: Vec<Node<AnyLimit>>,
    /// What the result is compared with.
    #[serde(default)]
    pub benchmark: BTreeMap<String, Benchmark>,
    /// When to decide.
    #[serde(default)]
    pub schedule: Schedule,
    /// How decisions become trades.
    #[serde(default)]
    pub execution: Execution,
    /// What trading and holding cost.
    #[serde(default)]
    pub costs: Costs,
    /// Where the strategy comes from.
    #[serde(default)]
    pub provenance: Provenance,
    /// Ranges of parameters for searches.
    #[serde(default)]
    pub range: BTreeMap<String, Range>,
}

/// A portfolio to compare with, bought in the same simulator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Benchmark {
    /// What it holds.
    pub of: Node<AnyAllocator>,
    /// When it is rebalanced.
    #[serde(default)]
    pub schedule: Schedule,
}

/// The values a search may try for one parameter.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// The lowest value.
    pub from: f64,
    /// The highest value.
    pub to: f64,
    /// The distance between neighbours; none means any number in between.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<f64>,
}

/// The JSON schema of the strategy file, for editors.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(File)
}

/// Limits may disturb each other; they are applied again at most this many times. Each pass shrinks what
/// is left of a disturbance by the share of the smaller limit, so that 50 passes reach rounding.
const PASSES: usize = 50;

impl Strategy {
    /// Reads a strategy file. `name` is what errors call it, and what the strategy is called.
    ///
    /// # Errors
    /// [`Kind::Spec`] with line, column and what was probably meant.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        Self::parse_with(name, text, &[])
    }

    /// Reads a strategy file with some parameters replaced: `("trend.slow", "150")` sets `slow` of the node `trend`,
    /// `("schedule.session", "1")` a field of the schedule. Values are written as in the file.
    ///
    /// # Errors
    /// [`Kind::Spec`], also when a parameter does not exist.
    pub fn parse_with(name: &str, text: &str, set: &[(String, String)]) -> Result<Self> {
        let set = set.iter().map(|(path, value)| (path.as_str(), value.as_str()));
        Template::new(name, text)?.with(set)
    }

    /// The number that the file `text` gives for the parameter `path` (`trend.slow`); none when it gives none, or no
    /// number.
    pub fn number_at(text: &str, path: &str) -> Option<f64> {
        parse::number(text, path)
    }

    /// The canonical text: equal strategies have equal texts, whatever their files look like. For hashes and for
    /// reading back.
    pub fn canonical(&self) -> String {
        serde_json::to_string(self).expect("a strategy is made of numbers, names and lists")
    }

    /// Reads [`Strategy::canonical`] back.
    ///
    /// # Errors
    /// [`Kind::Spec`] when the text is not one.
    pub fn from_canonical(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|e| Error::spec(e.to_string()))
    }

    /// The weights wanted at today's close: the root's, within the limits.
    ///
    /// # Errors
    /// Those of the tree; [`Kind::Infeasible`] when limits contradict each other, by name.
    pub fn weights(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let mut weights = self.root.allocate(cx)?;
        for pass in 0..PASSES {
            for limit in &self.limits {
                weights = limit.apply(cx, weights)?;
            }
            let broken = self.broken(cx, &weights)?;
            if broken.is_empty() {
                return self.affordable(weights);
            }
            if pass + 1 == PASSES {
                let said = format!("the limits {} cannot hold together", broken.join(", "));
                return Err(Error::new(Kind::Infeasible, said).hint("loosen one of them"));
            }
        }
        Ok(weights)
    }

    /// Whether every part of the tree could answer at the close of `past`, also those that the day's conditions leave
    /// out. A run begins on the first day on which it can: it will not end because a refuge is listed later than
    /// what it is a refuge from.
    ///
    /// # Errors
    /// [`Kind::Data`] with what is missing.
    pub fn ready(&self, past: Past<'_>, book: &Book, memory: &Memory) -> Result<()> {
        let mut memory = memory.clone();
        let mut cx = Cx::silent(past, book, &mut memory, &self.universe);
        self.root.inner().as_dyn().ready(&mut cx).map_err(|error| error.at(self.root.name()))
    }

    fn broken(&self, cx: &Cx<'_>, weights: &Weights) -> Result<Vec<String>> {
        let mut broken = Vec::new();
        for limit in &self.limits {
            if !limit.inner().as_dyn().holds(cx, weights).map_err(|e| e.at(limit.name()))? {
                broken.push(format!("`{}`", limit.name()));
            }
        }
        Ok(broken)
    }

    fn affordable(&self, weights: Weights) -> Result<Weights> {
        let (gross, most) = (weights.gross(), self.leverage());
        if gross <= most + crate::limits::ROUNDING {
            return Ok(weights);
        }
        let said =
            format!("the weights add up to {}, more than the money", explain::percent(gross));
        Err(Error::new(Kind::Infeasible, said)
            .hint("allow it with a limit of kind \"leverage\", or scale the weights"))
    }

    /// The greatest sum of absolute weights: 1, or what a limit of kind `leverage` allows.
    pub fn leverage(&self) -> f64 {
        let allowed = self.limits.iter().filter_map(|limit| match limit.inner() {
            AnyLimit::Leverage(leverage) => Some(leverage.most.get()),
            _ => None,
        });
        allowed.reduce(f64::min).unwrap_or(1.0)
    }

    /// The tree in words.
    pub fn explain(&self) -> String {
        let mut words = Words::default();
        match self.title.is_empty() {
            true => words.line(&self.name),
            false => words.line(format!("{}: {}", self.name, self.title)),
        }
        words.line(format!("decides {}, {}", self.schedule.words(), self.execution.words()));
        words.allocator("holds", &self.root);
        for limit in &self.limits {
            words.limit(limit);
        }
        for (name, benchmark) in &self.benchmark {
            words.allocator(&format!("compared with {name}"), &benchmark.of);
        }
        if !self.provenance.source.is_empty() {
            words.line(format!("source: {}", self.provenance.source));
        }
        words.text()
    }
}
