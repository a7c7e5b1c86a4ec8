//! What weights can be best at. Each is chosen by the allocator `optimal` and by whoever solves a [`crate::Programme`].
mod clustering;
mod tail;

use crate::programme::quadratic_failed;
use crate::{Answer, Constraint, Estimates, Shape, Takes, Task, Words};
use trimtab_core::{Error, Kind, Result};
use trimtab_math::discrete::{DiscreteError, Rules, minimum};
use trimtab_math::qp;

pub use clustering::{Clusters, Distances, Linkages};
pub(crate) use clustering::{hierarchy_failed, tree_of};
pub use frontier_level::{Base, Level, Lever};
pub use herc::RiskOfCluster;
pub use maximum_sharpe::Otherwise;
pub use minimum_correlation::CorrelationForm;
pub use nco::Inside;
pub use risk_parity::RiskGroup;
pub use robust::Within;

crate::registry::registry! {
    /// Any registered objective; `kind` in the file names which.
    AnyObjective: Objective, "objective" {
        "efficient-subset" => efficient_subset::EfficientSubset,
        "frontier-level" => frontier_level::FrontierLevel,
        "herc" => herc::Herc,
        "hrp" => hrp::Hrp,
        "inverse-variance" => inverse_variance::InverseVariance,
        "kelly" => kelly::Kelly,
        "maximum-decorrelation" => maximum_decorrelation::MaximumDecorrelation,
        "maximum-diversification" => maximum_diversification::MaximumDiversification,
        "maximum-growth" => maximum_growth::MaximumGrowth,
        "maximum-return" => maximum_return::MaximumReturn,
        "maximum-sharpe" => maximum_sharpe::MaximumSharpe,
        "mean-variance" => mean_variance::MeanVariance,
        "minimum-cdar" => minimum_cdar::MinimumCdar,
        "minimum-correlation" => minimum_correlation::MinimumCorrelation,
        "minimum-cvar" => minimum_cvar::MinimumCvar,
        "minimum-drawdown" => minimum_drawdown::MinimumDrawdown,
        "minimum-mad" => minimum_mad::MinimumMad,
        "minimum-semivariance" => minimum_semivariance::MinimumSemivariance,
        "minimum-variance" => minimum_variance::MinimumVariance,
        "minimum-worst-loss" => minimum_worst_loss::MinimumWorstLoss,
        "multi-period" => multi_period::MultiPeriod,
        "nco" => nco::Nco,
        "resampled" => resampled::Resampled,
        "risk-parity" => risk_parity::RiskParity,
        "robust" => robust::Robust,
        "target-return" => target_return::TargetReturn,
        "target-volatility" => target_volatility::TargetVolatility,
        "tracking-error" => tracking_error::TrackingError,
    }
}

/// What weights are best at.
pub trait Objective: std::fmt::Debug + Send + Sync {
    /// The best weights under the conditions of the task.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Infeasible`] when no weights keep the conditions or reach the target,
    /// [`trimtab_core::Kind::Numeric`] when a kernel fails, [`trimtab_core::Kind::Data`] when estimates are missing.
    fn solve(&self, task: &Task<'_>) -> Result<Answer>;
    /// The kinds of constraints it can keep.
    fn takes(&self) -> Takes;
    /// Whether it weighs the costs of trading against what is gained.
    fn weighs_costs(&self) -> bool {
        false
    }
    /// Constraints of its own, such as a target.
    fn constraints(&self, _: &Estimates) -> Vec<Constraint> {
        Vec::new()
    }
    /// What is wanted when its own target is given up.
    fn nearest(&self) -> Option<AnyObjective> {
        None
    }
    /// The objective in plain words.
    fn explain(&self, words: &mut Words);
}

/// Programmes solved for rules on positions at most: seconds for twenty assets. The note says what is left open.
const PROGRAMMES: usize = 20_000;

/// The minimum of a quadratic programme, with rules on positions where the task has any; and its quadratic part.
/// `factor` turns the kernel's prices into those of the objective's number.
pub(crate) fn least_quadratic(
    task: &Task<'_>,
    shape: &Shape,
    factor: f64,
) -> Result<(Answer, f64, f64)> {
    let Some(positions) = &task.positions else {
        let found = qp::solve(&shape.problem(), None).map_err(quadratic_failed)?;
        return Ok((Answer::quadratic(shape, &found, factor), found.value, found.quadratic));
    };
    let least = vec![positions.least; task.n()];
    let rules = Rules { most: positions.most, least: &least, lots: &[] };
    let found = minimum(&shape.problem(), &rules, PROGRAMMES).map_err(|error| match error {
        DiscreteError::Linear(error) => quadratic_failed(error),
        other => Error::new(Kind::Infeasible, format!("`{}`: {other}", positions.name)),
    })?;
    let answer = Answer::of(shape.weights(&found.x));
    let answer = match found.proved {
        true => {
            answer.noted(format!("no better positions exist, proved by {} programmes", found.nodes))
        }
        false => answer.noted(format!(
            "after {} programmes other positions may be better by {:.2e}",
            found.nodes,
            (found.value - found.bound) * factor.abs()
        )),
    };
    Ok((answer, found.value, found.quadratic))
}

/// A failure of a kernel on covariances; an asset that did not move is called by its name.
pub(crate) fn kernel_failed(task: &Task<'_>, error: &dyn std::fmt::Display) -> Error {
    let variances = task.estimates.covariance.diagonal();
    match variances.iter().position(|v| v.is_nan() || *v <= 0.0) {
        Some(ix) => {
            let name = &task.estimates.names[ix];
            Error::new(Kind::Numeric, format!("{name} did not move: its volatility is zero"))
                .hint("leave it out, or check the data for stale prices")
        }
        None => Error::new(Kind::Numeric, error.to_string()),
    }
}
