//! Which state the market is in, when changing one's mind costs something.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fits::{ascending, check_states, due, failed};
use crate::signals::still;
use crate::{Cx, Documented, Gauge, Words};
use trimtab_core::{Day, Error, Result, Window};
use trimtab_math::states::{Jump, Jumped, StatesError, Table, by_level};

/// The state of a statistical jump model at today's close, from 0, the one with the least downside deviation.
///
/// $\min_{\theta, s} \sum_t \tfrac12 \lVert x_t - \theta_{s_t} \rVert^2 + \lambda \sum_t [s_t \ne s_{t-1}]$, $\lambda$ = `penalty`;
/// today's state ends the cheapest road up to today. $x_t$: three features of the returns of `asset` up to $t$, exponentially
/// weighted: the logarithm of the downside deviation with a half-life of 10 observations, and Sortino's ratio with 20 and 60; each in units of its
/// own deviation over the fit's window, cut at three. Centres $\theta$ are fitted to the last `window` returns (the first 60 of them feed
/// the features), again once `refit` has passed; in between only the road goes on. Fits start from labellings by the level of each
/// feature and from the fit before; later ones keep the numbers of the states they lie nearest to. The fit is remembered from
/// decision to decision; no return after today is ever read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JumpModel {
    /// The asset that stands for the market.
    pub asset: String,
    /// The number of states.
    #[serde(default = "two")]
    pub states: u32,
    /// What a change of state costs $\lambda$: 0 is k-means, 50 changes about once a year.
    #[serde(default = "fifty")]
    pub penalty: f64,
    /// The number of returns and how far apart they lie, at least 120.
    pub window: Window,
    /// How long a fit serves.
    pub refit: Window,
}

fn two() -> u32 {
    2
}
fn fifty() -> f64 {
    50.0
}

/// Half-lives of the features: of the downside deviation, and of the two ratios.
const HALF_LIVES: [f64; 3] = [10.0, 20.0, 60.0];

/// Features of the first so many returns are left out: they rest on too few.
const FEED: usize = 60;

/// Features beyond so many deviations are cut to that: one crash must not become a state of its own.
const CUT: f64 = 3.0;

/// Rounds of a fit; centres settle in about ten.
const ROUNDS: usize = 200;

impl Documented for JumpModel {
    const EXAMPLE: &str = r#"
        root = "@by-state"
        [gauge.state]
        kind    = "jump-model"
        asset   = "SPY"
        window  = 252
        refit   = "3 months"
        penalty = 20.0
        [allocator.by-state]
        kind      = "by-regime"
        gauge     = "@state"
        bands     = [{ below = 1.0, hold = { kind = "fixed", weights = { SPY = 1.0 } } }]
        otherwise = { kind = "fixed", weights = { SHY = 1.0 } }
    "#;
    const SOURCE: &str = "Shu, Yu, Mulvey (2024), Downside risk reduction using regime-switching signals: a statistical jump model \
                          approach, Journal of Asset Management 25, p. 493";
    fn check(&self) -> Result<(), String> {
        check_states(self.states)?;
        match self.penalty >= 0.0 && self.penalty.is_finite() {
            _ if self.window.count() < 2 * FEED => {
                Err(format!("`window` needs at least {} returns", 2 * FEED))
            }
            true => Ok(()),
            false => Err("`penalty` is not below zero".into()),
        }
    }
}

/// A fit as it is remembered.
struct Fit {
    /// The mean and the deviation of each feature over the fit's window.
    scale: Vec<(f64, f64)>,
    model: Jump,
}

impl JumpModel {
    /// Features, row after row.
    fn features(&self, cx: &Cx<'_>) -> Result<Vec<f64>> {
        let past = cx.past();
        let asset = past.find(&self.asset)?;
        let closes = past.closes(asset, self.window.and_one())?;
        let returns: Vec<f64> = closes.windows(2).map(|pair| pair[1] / pair[0] - 1.0).collect();
        let weighted = |half_life: f64, of: fn(f64) -> f64| weighted(&returns, half_life, of);
        let mean = |half_life| weighted(half_life, |r| r);
        let downside = |half_life| weighted(half_life, |r| r.min(0.0).powi(2));
        let below = HALF_LIVES.map(downside);
        let means = HALF_LIVES.map(mean);
        let mut rows = Vec::with_capacity(3 * (returns.len() - FEED));
        for t in FEED..returns.len() {
            if below[0][t] <= 0.0 {
                let said = format!("{} has not fallen once by {}", self.asset, past.date());
                return Err(Error::data(said).hint("a downside deviation needs falls"));
            }
            rows.push(0.5 * below[0][t].ln());
            rows.extend([1, 2].map(|k| means[k][t] / below[k][t].sqrt()));
        }
        match rows.iter().all(|x| x.is_finite()) {
            true => Ok(rows),
            false => Err(still(past, asset, self.window)),
        }
    }

    /// The fit that serves today, and whether it was made just now.
    fn fit(
        &self,
        rows: &[f64],
        last: Option<(Day, Fit)>,
        old: impl Fn(Day) -> bool,
    ) -> Result<(Fit, bool), StatesError> {
        let states = self.states as usize;
        let before = match last {
            Some((day, fit)) if !old(day) => return Ok((fit, false)),
            Some((_, fit)) => Some(fit),
            None => None,
        };
        let raw = Table::new(rows, HALF_LIVES.len())?;
        let means = raw.means();
        let deviations = raw.variances(&means).into_iter().map(f64::sqrt);
        let scale: Vec<(f64, f64)> = means.into_iter().zip(deviations).collect();
        if let Some(column) = scale.iter().position(|(_, deviation)| *deviation <= 0.0) {
            return Err(StatesError::Constant { column });
        }
        let scaled = scaled(rows, &scale);
        let table = Table::new(&scaled, HALF_LIVES.len())?;
        // The centres before, in the units of now.
        let before = before.map(|fit| {
            let units = fit.scale.iter().zip(&scale).cycle();
            let centres = fit.model.centres().iter().zip(units);
            let moved = centres.map(|(c, (then, now))| (c * then.1 + then.0 - now.0) / now.1);
            let centres = moved.collect();
            Jump::new(centres, HALF_LIVES.len(), self.penalty)
        });
        let before = before.transpose()?;
        let mut best: Option<Jumped> = None;
        let of_level =
            |column| Jump::of_labels(&table, &by_level(&table, column, states), states, self.penalty);
        let starts = before.iter().cloned().map(Ok).chain((0..HALF_LIVES.len()).map(of_level));
        for start in starts {
            let next = start?.fit(&table, ROUNDS)?;
            if best.as_ref().is_none_or(|best| next.objective < best.objective) {
                best = Some(next);
            }
        }
        let model = best.ok_or(StatesError::Parameter("there is no fit"))?.model;
        let order = match &before {
            Some(before) => model.order_like(before)?,
            None => ascending(&(0..states).map(|k| model.centre(k)[0]).collect::<Vec<_>>()),
        };
        Ok((Fit { scale, model: model.in_order(&order) }, true))
    }

    fn recalled(&self, numbers: &[f64]) -> Option<Fit> {
        let (scale, centres) = numbers.split_at_checked(2 * HALF_LIVES.len())?;
        let scale = scale.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
        let model = Jump::new(centres.to_vec(), HALF_LIVES.len(), self.penalty).ok()?;
        (model.len() == self.states as usize).then_some(Fit { scale, model })
    }
}

/// `sum_i w^i f(r_{t-i}) / sum_i w^i` for each t, w = 2^(-1/h).
fn weighted(returns: &[f64], half_life: f64, of: impl Fn(f64) -> f64) -> Vec<f64> {
    let w = 0.5_f64.powf(1.0 / half_life);
    let (mut sum, mut weight) = (0.0, 0.0);
    let next = |r: &f64| {
        sum = w * sum + of(*r);
        weight = w * weight + 1.0;
        sum / weight
    };
    returns.iter().map(next).collect()
}

fn scaled(rows: &[f64], scale: &[(f64, f64)]) -> Vec<f64> {
    let cut = |(x, (mean, deviation)): (&f64, &(f64, f64))| {
        ((x - mean) / deviation).clamp(-CUT, CUT)
    };
    rows.iter().zip(scale.iter().cycle()).map(cut).collect()
}

impl Gauge for JumpModel {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let (rows, past) = (self.features(cx)?, cx.past());
        let wrong = |error: StatesError| failed(past, &self.asset, &error);
        let last = cx.recall().and_then(|(day, numbers)| Some((day, self.recalled(numbers)?)));
        let (fit, new) = self.fit(&rows, last, |day| due(past, day, self.refit)).map_err(wrong)?;
        let scaled = scaled(&rows, &fit.scale);
        let table = Table::new(&scaled, HALF_LIVES.len()).map_err(wrong)?;
        let road = fit.model.online(&table).map_err(wrong)?;
        let state = road[road.len() - 1];
        cx.because(|| {
            let since = road.iter().rev().take_while(|s| **s == state).count();
            let mark = if new { "; fitted today" } else { "" };
            format!("state {state} of {} for {since} observations{mark}", fit.model.len())
        });
        if new {
            let pairs = fit.scale.iter().flat_map(|(mean, deviation)| [*mean, *deviation]);
            cx.remember(pairs.chain(fit.model.centres().iter().copied()).collect());
        }
        Ok(state as f64)
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!(
            "the state of {} in a jump model of {} states over {}, 0 the calmest, a change costing {}, fitted again after {}",
            self.asset, self.states, self.window, self.penalty, self.refit
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;
    use crate::testing::{market, reading};

    fn closes(sessions: u32) -> Vec<f64> {
        let mut price = 100.0;
        let step = |t: u32| {
            let wave = (f64::from(t * t % 23) - 11.0) / 11.0;
            if (t / 250).is_multiple_of(2) { 0.001 + 0.006 * wave } else { -0.004 + 0.03 * wave }
        };
        let grown = |t: u32| {
            price *= 1.0 + step(t);
            price
        };
        (0..sessions).map(grown).collect()
    }

    #[test]
    fn it_follows_the_market_and_seldom_changes_its_mind() {
        let market = market(&[("A", closes(1_500))]);
        let states = |penalty: f64| -> Vec<f64> {
            let text = format!("asset = \"A\"\nwindow = 600\nrefit = 60\npenalty = {penalty:?}");
            let (gauge, mut memory): (JumpModel, _) = (toml::from_str(&text).unwrap(), Memory::default());
            (620..1_500_u32).map(|day| reading(&gauge, &market, day, &mut memory)).collect()
        };
        let changes = |states: &[f64]| states.windows(2).filter(|p| p[0] != p[1]).count();
        let (loose, firm) = (states(0.0), states(10.0));
        assert!(changes(&firm) <= changes(&loose) && changes(&firm) <= 8, "{}", changes(&firm));
        let right = firm.iter().enumerate().filter(|(at, state)| {
            let day = 620 + at;
            (**state == 1.0) == (day / 250 % 2 == 1)
        });
        let right = right.count();
        assert!(right * 10 >= firm.len() * 8, "{right} of {}", firm.len());
    }

    #[test]
    fn weights_halve_with_the_half_life() {
        let mut impulse = vec![0.0; 11];
        impulse[0] = 1.0;
        let w = weighted(&impulse, 5.0, |r| r);
        let total = |n: i32| (0..=n).map(|i| 0.5_f64.powf(f64::from(i) / 5.0)).sum::<f64>();
        assert!((w[10] - 0.25 / total(10)).abs() < 1e-15 && (w[5] - 0.5 / total(5)).abs() < 1e-15);
    }
}
