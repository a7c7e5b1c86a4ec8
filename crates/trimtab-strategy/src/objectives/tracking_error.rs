//! Near a benchmark.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::least_quadratic;
use crate::{Answer, Documented, Objective, Shape, Takes, Task, Words};
use trimtab_core::{Error, Result};

/// The least tracking error: $\min_w (w - b)^\top \Sigma\, (w - b)$.
///
/// $b$: the weights of `benchmark`, whose assets must be among those at hand; $\Sigma$: the covariance. With limits, or with `least_return`
/// of the allocator, the weights stay as near as they can. Prices of limits are changes of the variance of the difference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrackingError {
    /// The weights $b$ of the benchmark, by symbol.
    pub benchmark: BTreeMap<String, f64>,
}

impl Documented for TrackingError {
    const EXAMPLE: &str = r#"
        root = "@near"
        [allocator.near]
        kind         = "optimal"
        among        = ["SPY", "EFA", "EEM", "TLT", "AGG", "GLD"]
        objective    = { kind = "tracking-error", benchmark = { SPY = 0.6, AGG = 0.4 } }
        estimates    = { window = 252 }
        limits       = { home = { kind = "bounds", among = ["SPY"], most = 0.4 } }
    "#;
    const SOURCE: &str = "Roll (1992), A mean/variance analysis of tracking error, Journal of Portfolio Management 18(4), p. 13";
    fn check(&self) -> Result<(), String> {
        match self.benchmark.values().any(|w| !w.is_finite()) || self.benchmark.is_empty() {
            true => Err("`benchmark` holds finite weights".into()),
            false => Ok(()),
        }
    }
}

impl Objective for TrackingError {
    fn solve(&self, task: &Task<'_>) -> Result<Answer> {
        let names = &task.estimates.names;
        if let Some(absent) = self.benchmark.keys().find(|symbol| !names.contains(symbol)) {
            let said = format!("the benchmark holds {absent}, which is not at hand");
            return Err(Error::data(said).hint("choose among the assets of the benchmark as well"));
        }
        let b: Vec<f64> =
            names.iter().map(|name| self.benchmark.get(name).copied().unwrap_or(0.0)).collect();
        let s = &task.estimates.covariance;
        let shape = Shape::new(task, s, &s.mul(&b));
        let (answer, ..) = least_quadratic(task, &shape, 2.0)?;
        let apart: Vec<f64> = answer.weights.iter().zip(&b).map(|(w, b)| w - b).collect();
        let error = task.estimates.volatility_of(&apart);
        Ok(answer.measured("tracking error", error))
    }

    fn takes(&self) -> Takes {
        Takes::Positions
    }

    fn explain(&self, words: &mut Words) {
        let names: Vec<&str> = self.benchmark.keys().map(String::as_str).collect();
        words.line(format!("the least tracking error to a benchmark of {}", names.join(", ")));
    }
}
