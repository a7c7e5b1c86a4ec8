//! Risk shared out.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::kernel_failed;
use crate::{Answer, Documented, Objective, Takes, Task, Words};
use trimtab_core::{Error, Kind, NonNegative, Result};
use trimtab_math::riskparity::{
    RiskParityError, bounded_risk_budgeting, group_budgets, risk_budgeting,
};

/// Weights whose shares of risk are given, all equal unless said otherwise: $w_i (\Sigma w)_i / w^\top \Sigma w = b_i$.
///
/// $\Sigma$: the covariance; $b_i$: the budget of asset $i$, scaled so that budgets add up to 1: equal ones, those of `budgets` (an
/// asset that is not named has none), or those of `groups`, each shared equally by its members at hand. With bounds on weights, the
/// assets between their bounds share risk in the proportions of their budgets. Weights are zero or more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RiskParity {
    /// Budgets by symbol.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub budgets: BTreeMap<String, NonNegative>,
    /// Budgets of groups, by name; every asset belongs to one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub groups: BTreeMap<String, RiskGroup>,
}

/// A group that shares a budget of risk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RiskGroup {
    /// Its members.
    pub of: Vec<String>,
    /// Their budget together.
    pub budget: NonNegative,
}

impl Documented for RiskParity {
    const EXAMPLE: &str = r#"
        root = "@parity"
        [allocator.parity]
        kind      = "optimal"
        among     = ["SPY", "EFA", "TLT", "AGG", "GLD", "DBC"]
        estimates = { window = 252 }
        [allocator.parity.objective]
        kind = "risk-parity"
        [allocator.parity.objective.groups]
        stocks = { of = ["SPY", "EFA"], budget = 0.4 }
        bonds  = { of = ["TLT", "AGG"], budget = 0.4 }
        goods  = { of = ["GLD", "DBC"], budget = 0.2 }
    "#;
    const SOURCE: &str = "Maillard, Roncalli, Teiletche (2010), The properties of equally weighted risk contribution \
                          portfolios, Journal of Portfolio Management 36(4), p. 60; Bruder, Roncalli (2012), Managing risk \
                          exposures using the risk budgeting approach; Spinu (2013)";
    fn check(&self) -> Result<(), String> {
        if !self.budgets.is_empty() && !self.groups.is_empty() {
            return Err("give `budgets` or `groups`, not both".into());
        }
        let some = |mut budgets: Box<dyn Iterator<Item = &NonNegative> + '_>| budgets.any(|b| b.get() > 0.0);
        let nothing = (!self.budgets.is_empty() && !some(Box::new(self.budgets.values())))
            || (!self.groups.is_empty() && !some(Box::new(self.groups.values().map(|g| &g.budget))));
        if nothing { Err("a budget is above zero".into()) } else { Ok(()) }
    }
}

impl RiskParity {
    fn budgets(&self, task: &Task<'_>) -> Result<Vec<f64>> {
        let names = &task.estimates.names;
        if !self.groups.is_empty() {
            let group_of = |name: &String| {
                self.groups.values().position(|g| g.of.contains(name)).ok_or_else(|| {
                    Error::spec(format!("{name} belongs to none of the groups of risk"))
                        .hint("name it in one of `groups`")
                })
            };
            let groups: Vec<usize> = names.iter().map(group_of).collect::<Result<_>>()?;
            // A group without a member at hand has nothing to spend its budget on.
            let there = |(ix, group): (usize, &RiskGroup)| match groups.contains(&ix) {
                true => group.budget.get(),
                false => 0.0,
            };
            let budgets: Vec<f64> = self.groups.values().enumerate().map(there).collect();
            return group_budgets(&groups, &budgets).map_err(|e| kernel_failed(task, &e));
        }
        let budget = |name: &String| match self.budgets.is_empty() {
            true => 1.0,
            false => self.budgets.get(name).map_or(0.0, |b| b.get()),
        };
        Ok(names.iter().map(budget).collect())
    }
}

impl Objective for RiskParity {
    fn solve(&self, task: &Task<'_>) -> Result<Answer> {
        let (s, n) = (task.estimates.covariance.as_slice(), task.n());
        let budgets = self.budgets(task)?;
        let found = match task.is_plain() {
            true => risk_budgeting(s, n, &budgets).map(|found| found.weights),
            false => {
                let (lower, upper) = task.bounds_of_one();
                bounded_risk_budgeting(s, n, &budgets, &lower, &upper).map(|found| found.weights)
            }
        };
        match found {
            Ok(weights) => Ok(Answer::of(task.of_one(weights))),
            Err(e @ (RiskParityError::BoundsInfeasible { .. } | RiskParityError::BoundsExceedBudgets)) => {
                Err(Error::new(Kind::Infeasible, e.to_string()))
            }
            Err(e) => Err(kernel_failed(task, &e)),
        }
    }

    fn takes(&self) -> Takes {
        Takes::Bounds
    }

    fn explain(&self, words: &mut Words) {
        words.line(match (self.budgets.is_empty(), self.groups.is_empty()) {
            (true, true) => "equal contributions to risk".to_owned(),
            (false, _) => "contributions to risk by the budgets of assets".to_owned(),
            (_, false) => {
                let names: Vec<&str> = self.groups.keys().map(String::as_str).collect();
                format!("contributions to risk by the budgets of {}", names.join(", "))
            }
        });
    }
}
