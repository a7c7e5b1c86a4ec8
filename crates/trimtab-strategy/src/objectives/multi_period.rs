//! Return against variance over several steps, where trading costs.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::mean_variance::MeanVariance;
use crate::estimates::times;
use crate::programme::quadratic_failed;
use crate::{Answer, Documented, Objective, Shape, Takes, Task, Words};
use trimtab_core::Positive;
use trimtab_math::trading::{Periods, Trading, over_periods};

/// The first step of the best plan: $\max \frac1H \sum_{t=1}^H \left( \mu_t^\top w_t - \frac{a}{2}\, w_t^\top \Sigma w_t \right) -
/// \frac1h \sum_{t=1}^H \sum_i (a_i |z_{ti}| + b_i |z_{ti}|^{3/2})$.
///
/// $H$ = `steps`, $z_t = w_t - w_{t-1}$ and $w_0$ what is held; $a$ = `aversion`; $a_i$, $b_i$: `costs` of the allocator; $h$ = `horizon`, which the
/// steps divide. The expected returns fade towards their mean $m$ over the assets, $\mu_t = m + 2^{-(t-1)/\lambda} (\mu - m)$ with $\lambda$ =
/// `half_life` in steps, so that what holds for long is worth a trade and what passes is not. Only $w_1$ is traded; tomorrow the plan is
/// made anew. With one step, or without costs, this is `mean-variance`. Weights are exact to about seven digits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MultiPeriod {
    /// The price of variance $a$; 2 to 4 is common.
    pub aversion: Positive,
    /// How many steps are planned, $H$.
    #[schemars(range(min = 1, max = 60))]
    pub steps: u32,
    /// After how many steps half of an expected advantage is gone, $\lambda$; without it the expectations stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub half_life: Option<Positive>,
}

/// Longer plans than this say nothing more and take long.
const STEPS_MAX: u32 = 60;

/// What is nearer than this to what is held or to a bound is there: beyond the digits of the plan.
const ROUNDING: f64 = 1e-7;

impl Documented for MultiPeriod {
    const EXAMPLE: &str = r#"
        root = "@patient"
        [allocator.patient]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "TLT", "AGG", "GLD"]
        objective = { kind = "multi-period", aversion = 4, steps = 6, half_life = 3 }
        estimates = { window = 252, covariance = { kind = "ledoit-wolf" } }
        costs     = { half_spread = { one_way_bps = 5 } }
        horizon   = 0.5
    "#;
    const SOURCE: &str = "Boyd et al. (2017), Multi-period trading via convex optimization, Foundations and Trends in \
                          Optimization 3(1), sec. 5.2; fading advantages: Gârleanu, Pedersen (2013), Dynamic trading with \
                          predictable returns and transaction costs, Journal of Finance 68(6), eq. 2";

    fn check(&self) -> Result<(), String> {
        match self.steps {
            1..=STEPS_MAX => Ok(()),
            steps => Err(format!("`steps` is {steps}; plan 1 to {STEPS_MAX}")),
        }
    }
}

impl MultiPeriod {
    /// $\mu_1, \dots, \mu_H$.
    fn fading(&self, mean: &[f64]) -> Vec<Vec<f64>> {
        let m = mean.iter().sum::<f64>() / mean.len() as f64;
        let left = |t: u32| self.half_life.map_or(1.0, |life| (-f64::from(t) / life.get()).exp2());
        (0..self.steps).map(|t| mean.iter().map(|mu| m + left(t) * (mu - m)).collect()).collect()
    }
}

impl Objective for MultiPeriod {
    fn solve(&self, task: &Task<'_>) -> trimtab_core::Result<Answer> {
        let terms = match task.trading {
            Some(terms) if self.steps > 1 => terms,
            _ => return MeanVariance { aversion: self.aversion }.solve(task),
        };
        let priced = times(&task.estimates.covariance, self.aversion.get());
        let mean = &task.estimates.mean;
        let shape = Shape::new(task, &priced, mean);
        let problem = shape.problem();
        // The sum over the steps instead of their mean: costs count H times.
        let terms = terms.times(f64::from(self.steps));
        let periods = Periods {
            quadratic: problem.quadratic,
            linear: &self.fading(mean),
            lower: problem.lower,
            upper: problem.upper,
            rows: problem.rows,
            trading: Trading { held: &task.held, linear: &terms.linear, power: &terms.power },
        };
        let plan = over_periods(&periods).map_err(quadratic_failed)?;
        let mut weights = plan.x[0].clone();
        settle(&mut weights, task);
        let utility = -plan.value / f64::from(self.steps);
        Ok(Answer::of(weights).measured("utility of the plan", utility))
    }

    fn takes(&self) -> Takes {
        Takes::Linear
    }

    fn weighs_costs(&self) -> bool {
        true
    }

    fn explain(&self, words: &mut Words) {
        let (aversion, steps) = (self.aversion.get(), self.steps);
        words.line(format!(
            "the first of {steps} steps of the greatest expected return less {aversion} times half the variance"
        ));
        if let Some(life) = self.half_life {
            words.line(format!("  half of an expected advantage is gone after {} steps", life.get()));
        }
    }
}

/// Puts weights that are at what is held, or at a bound, exactly there; what this leaves goes to the largest of the others.
fn settle(weights: &mut [f64], task: &Task<'_>) {
    let mut free: Option<usize> = None;
    for i in 0..weights.len() {
        let marks = [task.held[i], task.lower[i], task.upper[i]];
        match marks.into_iter().find(|mark| (weights[i] - mark).abs() <= ROUNDING) {
            Some(mark) => weights[i] = mark.clamp(task.lower[i], task.upper[i]),
            None if free.is_none_or(|largest| weights[i] > weights[largest]) => free = Some(i),
            None => {}
        }
    }
    if let Some(largest) = free {
        let sum: f64 = weights.iter().sum();
        weights[largest] += task.invested - sum;
    }
}
