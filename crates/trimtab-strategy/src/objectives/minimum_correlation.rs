//! Unlike the others.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::kernel_failed;
use crate::{Answer, Documented, Objective, Takes, Task, Words};
use trimtab_core::Result;
use trimtab_math::riskparity::{self as kernel, proportional_minimum_variance};

/// The minimum correlation algorithm: weights by how little an asset moves with the others, divided by its volatility,
/// $w_i \propto \frac{1}{\sigma_i} \sum_j A_{ij} r_j$.
///
/// $A_{ij} = 1 - \Phi((\rho_{ij} - m)/d)$ for $i \ne j$, else 0, with mean $m$ and sample deviation $d$ of the correlations $\rho_{ij}$ above the
/// diagonal, $\Phi$ the normal distribution; $r_j$: the rank of the mean of row $j$ of $A$, 1 for the largest. The form `averages`
/// ranks the probabilities of average correlations and sums $1 - \rho_{ij}$ instead. `proportional-variance`: $w_i \propto (1 - \Phi((c_i - m)/d)) / \sigma_i^2$ with
/// the mean covariance $c_i$ of asset $i$ with all, $m$ and $d$ mean and deviation of those.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MinimumCorrelation {
    /// Which of the published forms.
    #[serde(default)]
    pub form: CorrelationForm,
}

/// Published forms of the heuristic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CorrelationForm {
    /// "MinCorr": every pair is turned into a probability, rows are averaged after.
    #[default]
    Pairs,
    /// "MinCorr2": the average correlation of each asset is turned into a probability.
    Averages,
    /// Proportional minimum variance.
    ProportionalVariance,
}

impl Documented for MinimumCorrelation {
    const EXAMPLE: &str = r#"
        root = "@unlike"
        [allocator.unlike]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "TLT", "GLD", "DBC"]
        objective = { kind = "minimum-correlation" }
        estimates = { window = 60 }
    "#;
    const SOURCE: &str = "Varadi, Kapler, Bee, Rittenhouse (2012), The minimum correlation algorithm: a practical \
                          diversification tool; Varadi, Kapler (2013), proportional minimum variance";
}

impl Objective for MinimumCorrelation {
    fn solve(&self, task: &Task<'_>) -> Result<Answer> {
        let (s, n) = (task.estimates.covariance.as_slice(), task.n());
        let found = match self.form {
            CorrelationForm::Pairs => {
                kernel::minimum_correlation(s, n, kernel::MinimumCorrelation::Pairs)
            }
            CorrelationForm::Averages => {
                kernel::minimum_correlation(s, n, kernel::MinimumCorrelation::Averages)
            }
            CorrelationForm::ProportionalVariance => proportional_minimum_variance(s, n),
        };
        Ok(Answer::of(task.of_one(found.map_err(|e| kernel_failed(task, &e))?)))
    }

    fn takes(&self) -> Takes {
        Takes::Nothing
    }

    fn explain(&self, words: &mut Words) {
        words.line(match self.form {
            CorrelationForm::Pairs => "the minimum correlation algorithm",
            CorrelationForm::Averages => "the minimum correlation algorithm by averages",
            CorrelationForm::ProportionalVariance => "proportional minimum variance",
        });
    }
}
