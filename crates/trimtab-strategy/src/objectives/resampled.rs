//! The mean of what other pasts would have led to.
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::AnyObjective;
use crate::estimates::times;
use crate::{Answer, Constraint, Documented, Estimates, Node, Objective, Takes, Task, Words};
use trimtab_core::{Error, Kind, Result};
use trimtab_math::covariance::sample;
use trimtab_math::linalg::Observations;

/// The mean of the optimal weights of resampled returns: $w = \frac1B \sum_b w^*(\hat\mu_b, \hat\Sigma_b)$.
///
/// $w^*$: the weights of the objective `of` under the same limits; $\hat\mu_b$, $\hat\Sigma_b$: mean and sample covariance, a year, of draw $b$ of
/// $B$ = `draws`: as many periods as the window has, drawn from it with replacement by `seed`. Estimators other than those of the sample do not act on
/// draws. As a mean of weights that keep linear limits it keeps them, too. A draw without an answer is left out, and their number is said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resampled {
    /// What each draw's weights are best at.
    pub of: Node<AnyObjective>,
    /// The number $B$ of draws.
    #[serde(default = "hundred")]
    pub draws: u32,
    /// The seed of the draws.
    #[serde(default)]
    pub seed: u64,
}

/// The error of the mean falls with the root of the draws: a tenth of that of one.
fn hundred() -> u32 {
    100
}

impl Documented for Resampled {
    const EXAMPLE: &str = r#"
        root = "@careful"
        [allocator.careful]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "TLT", "AGG", "GLD"]
        objective = { kind = "resampled", draws = 20, seed = 7, of = { kind = "mean-variance", aversion = 4 } }
        estimates = { window = 126 }
    "#;
    const SOURCE: &str = "Michaud, Michaud (2008), Efficient Asset Management, 2nd ed., Oxford University Press, ch. 6 (with draws from the \
                          returns themselves instead of a normal distribution)";
    fn check(&self) -> Result<(), String> {
        match (self.draws, self.of.inner()) {
            (0, _) => Err("`draws` is at least 1".into()),
            (_, AnyObjective::Resampled(_)) => Err("`of` is resampled already".into()),
            _ => Ok(()),
        }
    }
}

impl Objective for Resampled {
    fn solve(&self, task: &Task<'_>) -> Result<Answer> {
        let e = task.estimates;
        let panel = e.panel()?;
        let (n, t) = (task.n(), panel.len() / task.n());
        let mut dice = ChaCha8Rng::seed_from_u64(self.seed);
        let (mut sum, mut made) = (vec![0.0; n], 0_u32);
        for _ in 0..self.draws {
            let rows: Vec<usize> = (0..t).map(|_| dice.random_range(0..t)).collect();
            let column = |j: usize| rows.iter().map(|r| panel[r * n + j]).collect::<Vec<f64>>();
            let columns: Vec<Vec<f64>> = (0..n).map(column).collect();
            let drawn = Observations::from_columns(&columns)
                .map_err(|error| Error::new(Kind::Numeric, error.to_string()))?;
            let moments =
                sample(&drawn).map_err(|error| Error::new(Kind::Numeric, error.to_string()))?;
            let estimates = Estimates {
                mean: moments.mean.iter().map(|m| m * e.per_year).collect(),
                covariance: times(&moments.covariance, e.per_year),
                returns: Some(drawn),
                ..e.clone()
            };
            let mut own: Task<'_> = task.clone();
            own.estimates = &estimates;
            match self.of.inner().as_dyn().solve(&own) {
                Ok(answer) => {
                    made += 1;
                    sum.iter_mut().zip(&answer.weights).for_each(|(s, w)| *s += w);
                }
                Err(error) if matches!(error.kind(), Kind::Infeasible | Kind::Numeric) => {}
                Err(error) => return Err(error),
            }
        }
        if made == 0 {
            let said = format!("none of {} draws has an answer", self.draws);
            return Err(Error::new(Kind::Infeasible, said));
        }
        let answer = Answer::of(sum.into_iter().map(|s| s / f64::from(made)).collect());
        Ok(match made == self.draws {
            true => answer,
            false => answer.noted(format!("{made} of {} draws had an answer", self.draws)),
        })
    }

    fn takes(&self) -> Takes {
        self.of.inner().as_dyn().takes()
    }

    fn constraints(&self, estimates: &Estimates) -> Vec<Constraint> {
        self.of.inner().as_dyn().constraints(estimates)
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("the mean of {} resampled optima", self.draws));
        words.objective("of", &self.of);
    }
}
