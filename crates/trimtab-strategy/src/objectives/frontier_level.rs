//! A taste for risk, as a step along the frontier.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{MaximumReturn, MaximumSharpe, MinimumVariance, Otherwise, TargetReturn, TargetVolatility};
use crate::explain::percent;
use crate::{Answer, Documented, Objective, Takes, Task, TaskRow, Words};
use trimtab_core::{Kind, NonNegative, Positive, Result};

/// A point of the efficient frontier, moved along it to the return that a taste for risk asks for:
/// $R = \max(\mu^\top w_B + \alpha, \mu^\top w_V)$, then $\min_w w^\top \Sigma w$ with $\mu^\top w \ge R$.
///
/// $w_B$: the weights of `base`; $w_V$: those of least variance; $\alpha$: by `level`, $+0.02$ a year for high, 0 for medium and $-0.01$ for
/// low, unless said otherwise; $\mu$, $\Sigma$: means and covariance. No return above the greatest one is had without leverage: then the greatest is
/// taken and it is said. With `lever` the base is held $L = (R - c)/(\mu^\top w_B - c)$ times instead, on borrowed money that costs $c$ = the
/// riskless return plus its `spread`. Where all means are the same, the frontier is $w_V$. The reasons state the implied risk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FrontierLevel {
    /// The taste for risk.
    pub level: Level,
    /// The point of the frontier that is moved.
    #[serde(default)]
    pub base: Base,
    /// $\alpha$ of a high level, a year.
    #[serde(default = "high")]
    pub high: f64,
    /// $\alpha$ of a medium level, a year.
    #[serde(default)]
    pub medium: f64,
    /// $\alpha$ of a low level, a year.
    #[serde(default = "low")]
    pub low: f64,
    /// Borrowing for returns beyond the greatest; none means that it is not allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lever: Option<Lever>,
}

fn high() -> f64 {
    0.02
}

fn low() -> f64 {
    -0.01
}

/// A taste for risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// More return and more risk.
    High,
    /// The base itself.
    Medium,
    /// Less risk and less return.
    Low,
}

/// The point of the frontier that is moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Base {
    /// The greatest Sharpe ratio.
    #[default]
    MaximumSharpe,
    /// The least variance.
    MinimumVariance,
    /// The greatest expected return with this volatility a year.
    Volatility(Positive),
}

/// Borrowing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lever {
    /// What borrowed money costs above the riskless return, a year: 0.01 is 1 %.
    pub spread: NonNegative,
    /// The base is held so many times at most; a limit of kind `leverage` must allow it.
    pub most: Positive,
}

impl Documented for FrontierLevel {
    const EXAMPLE: &str = r#"
        root = "@taste"
        [allocator.taste]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "TLT", "AGG", "GLD"]
        objective = { kind = "frontier-level", level = "high" }
        estimates = { window = 252, mean = { kind = "james-stein" } }
    "#;
    const SOURCE: &str = "Own rule: a step along the frontier of Markowitz (1952); borrowing: Tobin (1958), Liquidity preference as \
                          behavior towards risk, Review of Economic Studies 25(2), p. 65";
    fn check(&self) -> Result<(), String> {
        match [self.high, self.medium, self.low].iter().all(|x| x.is_finite()) {
            true => Ok(()),
            false => Err("`high`, `medium` and `low` are finite numbers".into()),
        }
    }
}

impl FrontierLevel {
    fn alpha(&self) -> f64 {
        match self.level {
            Level::High => self.high,
            Level::Medium => self.medium,
            Level::Low => self.low,
        }
    }

    fn base(&self, task: &Task<'_>) -> Result<Answer> {
        if one_return(task) {
            let said = "all are expected to return the same: the frontier is the least variance";
            return Ok(MinimumVariance {}.solve(task)?.noted(said));
        }
        match self.base {
            Base::MaximumSharpe => {
                MaximumSharpe { otherwise: Otherwise::MinimumVariance }.solve(task)
            }
            Base::MinimumVariance => MinimumVariance {}.solve(task),
            Base::Volatility(yearly) => TargetVolatility { yearly }.solve(task),
        }
    }

    /// The base on borrowed money, when that is allowed and leads to the target.
    fn levered(&self, task: &Task<'_>, base: &Answer, target: f64) -> Result<Option<Answer>> {
        let Some(lever) = self.lever else { return Ok(None) };
        let cost = task.estimates.riskless()? + lever.spread.get();
        let per_unit = task.estimates.mean_of(&base.weights) / task.invested;
        if per_unit <= cost {
            return Ok(None);
        }
        // All above one unit is borrowed: L m - (L - 1) c = R.
        let times = ((target - cost) / (per_unit - cost)).min(lever.most.get());
        if times <= task.invested {
            return Ok(None);
        }
        let weights = base.weights.iter().map(|w| w / task.invested * times).collect();
        let reached = times * per_unit - (times - 1.0) * cost;
        Ok(Some(Answer::of(weights).noted(format!(
            "{} needs borrowing: the base {times:.4} times, at {} a year; {} is expected after it",
            percent(target),
            percent(cost),
            percent(reached)
        ))))
    }
}

/// Whether all means are one number, to rounding, as after drawing them together entirely: then every mix returns the same
/// and a search for the greatest return would find an arbitrary one.
fn one_return(task: &Task<'_>) -> bool {
    /// Sums of some hundred returns round to this part of them.
    const ROUNDING: f64 = 1e-12;
    let mean = &task.estimates.mean;
    let (low, high) = mean.iter().fold((f64::MAX, f64::MIN), |(l, h), m| (l.min(*m), h.max(*m)));
    high - low <= ROUNDING * low.abs().max(high.abs())
}

impl Objective for FrontierLevel {
    fn solve(&self, task: &Task<'_>) -> Result<Answer> {
        let base = self.base(task)?;
        let mean = task.estimates.mean_of(&base.weights);
        let target = mean + self.alpha();
        let mut wanted = task.clone();
        wanted.rows.push(TaskRow {
            name: "frontier-level".into(),
            coefficients: task.estimates.mean.clone(),
            least: target,
            most: f64::INFINITY,
        });
        let said = format!(
            "the base is expected to return {}, the level asks for {}",
            percent(mean),
            percent(target)
        );
        let answer = match (TargetReturn { yearly: target }).solve(&wanted) {
            Ok(mut answer) => {
                // The row of the target is not one of the task's.
                if let Some(prices) = &mut answer.prices {
                    prices.rows.pop();
                }
                answer
            }
            Err(error) if error.kind() == Kind::Infeasible => {
                match self.levered(task, &base, target)? {
                    Some(levered) => levered,
                    None if one_return(task) => Answer { notes: Vec::new(), ..base.clone() },
                    None => MaximumReturn {}
                        .solve(task)?
                        .noted("no weights are expected to return that: the greatest expected return instead"),
                }
            }
            Err(error) => return Err(error),
        };
        let mut notes = base.notes;
        notes.push(said);
        notes.extend(answer.notes);
        Ok(Answer { notes, ..answer })
    }

    fn takes(&self) -> Takes {
        Takes::Turnover
    }

    fn explain(&self, words: &mut Words) {
        let base = match self.base {
            Base::MaximumSharpe => "the greatest Sharpe ratio".to_owned(),
            Base::MinimumVariance => "the least variance".to_owned(),
            Base::Volatility(v) => format!("a volatility of {}", percent(v.get())),
        };
        let step = percent(self.alpha());
        words.line(format!("the frontier at {base}, moved along it by a return of {step} a year"));
    }
}
