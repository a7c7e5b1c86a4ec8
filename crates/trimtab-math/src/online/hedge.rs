use super::{OnlineError, uniform, within};
use crate::symmetric::dot;

/// How fast the weights follow the losses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum HedgeRate {
    /// eta itself.
    Fixed(f64),
    /// The eta with the least bound over that many periods,
    /// `sqrt(ln n / (T (1/8 + cost / 4)))`.
    Periods(usize),
}

/// Exponential weights over n experts (Hedge: Freund, Schapire 1997) and fixed share (Herbster,
/// Warmuth 1998), with a price for moving weight.
///
/// Each period the experts suffer losses in [0, 1]; the loss of the weights w is `w'l`, and moving
/// them costs `cost / 2 sum_i |change of w_i|`. Then `v_i ~ w_i exp(-eta l_i)`, and the next weights
/// are `(1 - share) v_i + share / n`: share 0 is Hedge, a small one can follow a change of the best
/// expert.
///
/// One step of Hedge moves at most eta / 4 of the weight: along `w(s) ~ w exp(-s l)` half the sum
/// of changes per ds is half the mean absolute deviation of l, at most 1/4. The share moves at most
/// itself. So the bounds of [`Hedge::bound`] hold after costs.
#[derive(Clone, Debug)]
pub struct Hedge {
    rate: f64,
    share: f64,
    cost: f64,
    weights: Vec<f64>,
    /// Losses of the weights, of moving them, and of each expert.
    loss: f64,
    moved: f64,
    experts: Vec<f64>,
    periods: usize,
}

impl Hedge {
    /// From equal weights.
    ///
    /// # Errors
    /// [`OnlineError::Empty`], [`OnlineError::Parameter`] for a share outside [0, 1), a negative
    /// cost or rate.
    pub fn new(n: usize, rate: HedgeRate, share: f64, cost: f64) -> Result<Self, OnlineError> {
        let weights = uniform(n)?;
        let cost = within("switching cost", cost, 0.0, 1e6)?;
        let rate = match rate {
            HedgeRate::Fixed(eta) => within("learning rate", eta, 1e-12, 1e6)?,
            HedgeRate::Periods(t) => {
                let t = within("periods", t as f64, 1.0, 1e12)?;
                // One expert leaves nothing to learn; any rate has a bound of its own.
                (libm::log((n as f64).max(2.0)) / (t * (0.125 + 0.25 * cost))).sqrt()
            }
        };
        Ok(Self {
            rate,
            share: within("share", share, 0.0, 0.999_999)?,
            cost,
            experts: vec![0.0; n],
            weights,
            loss: 0.0,
            moved: 0.0,
            periods: 0,
        })
    }

    /// From weights learnt before: what an earlier run had come to.
    ///
    /// # Errors
    /// [`OnlineError::Length`], [`OnlineError::Parameter`] unless the weights are not negative and add up to one.
    pub fn resumed(mut self, weights: &[f64]) -> Result<Self, OnlineError> {
        let n = self.weights.len();
        if weights.len() != n {
            return Err(OnlineError::Length { len: weights.len(), n });
        }
        for w in weights {
            within("weight", *w, 0.0, 1.0)?;
        }
        within("sum of weights", weights.iter().sum(), 1.0 - 1e-9, 1.0 + 1e-9)?;
        self.weights = weights.to_vec();
        Ok(self)
    }

    /// Weights for the next period.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Takes note of the losses of a period.
    ///
    /// # Errors
    /// [`OnlineError::Length`], [`OnlineError::Loss`].
    pub fn learn(&mut self, losses: &[f64]) -> Result<(), OnlineError> {
        let n = self.weights.len();
        if losses.len() != n {
            return Err(OnlineError::Length { len: losses.len(), n });
        }
        if let Some(index) = losses.iter().position(|l| !(0.0..=1.0).contains(l)) {
            return Err(OnlineError::Loss { index, value: losses[index] });
        }
        self.loss += dot(&self.weights, losses);
        self.periods += 1;
        // Relative to the least loss no weight of note can vanish.
        let least = losses.iter().copied().fold(1.0, f64::min);
        let mut next: Vec<f64> = self
            .weights
            .iter()
            .zip(losses)
            .map(|(w, l)| w * libm::exp(-self.rate * (l - least)))
            .collect();
        let sum: f64 = next.iter().sum();
        for (v, (l, total)) in next.iter_mut().zip(losses.iter().zip(&mut self.experts)) {
            *v = (1.0 - self.share) * *v / sum + self.share / n as f64;
            *total += l;
        }
        let change: f64 = next.iter().zip(&self.weights).map(|(v, w)| (v - w).abs()).sum();
        self.moved += 0.5 * change;
        self.weights = next;
        Ok(())
    }

    /// Losses so far, the cost of moving included.
    #[must_use]
    pub fn loss(&self) -> f64 {
        self.loss + self.cost * self.moved
    }

    /// Weight moved so far, half the sum of all changes.
    #[must_use]
    pub fn moved(&self) -> f64 {
        self.moved
    }

    /// What the losses exceed those of the best single expert by; below zero where they are less.
    #[must_use]
    pub fn regret(&self) -> f64 {
        self.loss() - self.experts.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// The regret cannot exceed this against any sequence of experts with at most `switches`
    /// changes over the periods so far, T:
    /// `(ln n + S ln(n / share) + (T - 1 - S) ln(1 / (1 - share))) / eta
    ///  + T (eta / 8 + cost (eta / 4 + share))`; infinite for switches without a share.
    ///
    /// (Before costs: Cesa-Bianchi, Lugosi 2006, *Prediction, learning, and games*, th. 2.2 and
    /// th. 5.1.)
    #[must_use]
    pub fn bound(&self, switches: usize) -> f64 {
        let (n, t) = (self.weights.len() as f64, self.periods as f64);
        let per_period = self.rate / 8.0 + self.cost * (self.rate / 4.0 + self.share);
        // A switch arrives by share / n; staying is at least 1 - share.
        let stays = (t - 1.0 - switches as f64).max(0.0);
        let stay = if self.share > 0.0 { -stays * libm::log(1.0 - self.share) } else { 0.0 };
        let switch = match switches {
            0 => 0.0,
            s => s as f64 * (libm::log(n) - libm::log(self.share)),
        };
        (libm::log(n) + switch + stay) / self.rate + t * per_period
    }
}
