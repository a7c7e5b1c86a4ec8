//! A market that switches between calm and wild: a hidden Markov chain of two normal regimes.
//!
//! `x_t ~ N(m_k, s_k^2)` in regime k; regimes follow each other with probabilities `p_kl`. Fitted by expectation and
//! maximisation (Baum-Welch): the probability of each regime on each day given all days, then means, deviations and
//! transitions weighted with them, until the likelihood no longer rises.
//!
//! Sources: J. Hamilton (1989), A New Approach to the Economic Analysis of Nonstationary Time Series and the Business
//! Cycle, *Econometrica* 57(2); L. Baum et al. (1970), *Annals of Mathematical Statistics* 41(1).
use trimtab_core::{Error, Kind, Result};

use crate::validation::Dice;

/// Two regimes, the calm one first.
#[derive(Clone, Debug, PartialEq)]
pub struct Regimes {
    /// m.
    pub means: [f64; 2],
    /// s.
    pub deviations: [f64; 2],
    /// p: from each regime to the next day's.
    pub transitions: [[f64; 2]; 2],
    /// The probability of each regime on each day, given all days.
    pub memberships: Vec<[f64; 2]>,
    /// Logarithm of the likelihood.
    pub likelihood: f64,
}

/// Rounds of the fit; daily series of twenty years settle in about a hundred.
const ROUNDS: usize = 1_000;

/// A gain in log-likelihood for each observation below this ends the fit: means no longer move in the fifth digit.
const SETTLED: f64 = 1e-9;

/// No regime may shrink below this part of the whole deviation: a regime of a single value has infinite likelihood.
const NARROWEST: f64 = 0.02;

/// Fits the regimes.
///
/// # Errors
/// [`Kind::Data`] for fewer than 24 numbers, one that is not finite, or numbers that do not vary.
pub fn regimes(x: &[f64]) -> Result<Regimes> {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    let whole = (x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n).sqrt();
    // The mean of equal numbers is rounded, so that they may seem to vary.
    if x.len() < 24 || !(whole > 1e-12 * mean.abs() && whole.is_finite()) {
        return Err(Error::new(Kind::Data, format!("no regimes in {} numbers", x.len()))
            .hint("give 24 or more finite numbers that vary"));
    }
    let mut now = Regimes {
        means: [mean; 2],
        deviations: [0.6 * whole, 1.8 * whole],
        transitions: [[0.95, 0.05], [0.1, 0.9]],
        memberships: vec![[0.5; 2]; x.len()],
        likelihood: f64::NEG_INFINITY,
    };
    let mut start = [0.5, 0.5];
    for _ in 0..ROUNDS {
        let before = now.likelihood;
        let moves = now.expect(x, start);
        if now.likelihood - before < SETTLED * n {
            break;
        }
        start = now.memberships[0];
        now.maximise(x, moves, NARROWEST * whole);
    }
    if now.deviations[0] > now.deviations[1] {
        now.swap();
    }
    Ok(now)
}

impl Regimes {
    /// Fills memberships and likelihood; gives the expected number of moves between regimes.
    fn expect(&mut self, x: &[f64], start: [f64; 2]) -> [[f64; 2]; 2] {
        let density = |x: f64| {
            [0, 1].map(|k| {
                let z = (x - self.means[k]) / self.deviations[k];
                (-0.5 * z * z).exp() / (self.deviations[k] * (2.0 * std::f64::consts::PI).sqrt())
                    + f64::MIN_POSITIVE
            })
        };
        let p = self.transitions;
        let mut forward: Vec<[f64; 2]> = Vec::with_capacity(x.len());
        let mut scales = Vec::with_capacity(x.len());
        let mut prior = start;
        for x in x {
            let d = density(*x);
            let joint = [prior[0] * d[0], prior[1] * d[1]];
            let scale = joint[0] + joint[1];
            let now = joint.map(|j| j / scale);
            prior = [0, 1].map(|l| now[0] * p[0][l] + now[1] * p[1][l]);
            forward.push(now);
            scales.push(scale);
        }
        self.likelihood = scales.iter().map(|s| s.ln()).sum();
        let (mut backward, mut moves) = ([1.0, 1.0], [[0.0; 2]; 2]);
        for t in (0..x.len()).rev() {
            self.memberships[t] = [0, 1].map(|k| forward[t][k] * backward[k]);
            if t == 0 {
                break;
            }
            let d = density(x[t]);
            let reach = [0, 1].map(|l| d[l] * backward[l] / scales[t]);
            for k in 0..2 {
                for l in 0..2 {
                    moves[k][l] += forward[t - 1][k] * p[k][l] * reach[l];
                }
            }
            backward = [0, 1].map(|k| p[k][0] * reach[0] + p[k][1] * reach[1]);
        }
        moves
    }

    fn maximise(&mut self, x: &[f64], moves: [[f64; 2]; 2], narrowest: f64) {
        for k in 0..2 {
            let weight: f64 = self.memberships.iter().map(|m| m[k]).sum();
            let each = || x.iter().zip(&self.memberships);
            let mean = each().map(|(x, m)| m[k] * x).sum::<f64>() / weight;
            let square = each().map(|(x, m)| m[k] * (x - mean).powi(2)).sum::<f64>() / weight;
            (self.means[k], self.deviations[k]) = (mean, square.sqrt().max(narrowest));
            let left = moves[k][0] + moves[k][1];
            self.transitions[k] = moves[k].map(|m| m / left);
        }
    }

    fn swap(&mut self) {
        self.means.swap(0, 1);
        self.deviations.swap(0, 1);
        self.memberships.iter_mut().for_each(|m| m.swap(0, 1));
        let [[a, b], [c, d]] = self.transitions;
        self.transitions = [[d, c], [b, a]];
    }

    /// Long-run share of the wild regime, `p_01 / (p_01 + p_10)`.
    pub fn wild_share(&self) -> f64 {
        let [out, back] = [self.transitions[0][1], self.transitions[1][0]];
        if out + back > 0.0 { out / (out + back) } else { 0.0 }
    }

    /// `length` days: a road of the chain, and for each day one of the days of its regime, by their memberships.
    pub fn draw(&self, length: usize, dice: &mut Dice) -> Vec<usize> {
        let sums = [0, 1].map(|k| {
            let mut sum = 0.0;
            let add = |m: &[f64; 2]| {
                sum += m[k];
                sum
            };
            self.memberships.iter().map(add).collect::<Vec<f64>>()
        });
        let mut regime = usize::from(dice.uniform() < self.wild_share());
        (0..length)
            .map(|_| {
                let sums = &sums[regime];
                let place = dice.uniform() * sums[sums.len() - 1];
                regime = usize::from(dice.uniform() >= self.transitions[regime][0]);
                sums.partition_point(|s| *s <= place).min(sums.len() - 1)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn switching(n: usize) -> Vec<f64> {
        let (mut dice, mut wild) = (Dice::new(6, 0), false);
        (0..n)
            .map(|_| {
                wild = dice.uniform() < if wild { 0.95 } else { 0.02 };
                if wild { -0.002 + 0.03 * dice.normal() } else { 0.001 + 0.007 * dice.normal() }
            })
            .collect()
    }

    #[test]
    fn the_regimes_of_a_switching_market_are_found() {
        let found = regimes(&switching(8_000)).unwrap();
        assert!((found.deviations[0] / 0.007 - 1.0).abs() < 0.05, "{:?}", found.deviations);
        assert!((found.deviations[1] / 0.03 - 1.0).abs() < 0.07, "{:?}", found.deviations);
        assert!((found.transitions[0][1] - 0.02).abs() < 0.01, "{:?}", found.transitions);
        assert!((found.transitions[1][0] - 0.05).abs() < 0.02, "{:?}", found.transitions);
        assert!((found.means[0] - 0.001).abs() < 5e-4);
        for row in found.transitions.iter().chain(&found.memberships) {
            assert!((row[0] + row[1] - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn drawn_days_have_the_moments_of_the_market() {
        let x = switching(4_000);
        let found = regimes(&x).unwrap();
        let order = found.draw(40_000, &mut Dice::new(2, 0));
        let drawn: Vec<f64> = order.iter().map(|ix| x[*ix]).collect();
        let spread = |x: &[f64]| (x.iter().map(|x| x * x).sum::<f64>() / x.len() as f64).sqrt();
        assert!((spread(&drawn) / spread(&x) - 1.0).abs() < 0.1);
        // Volatility clusters: squares of neighbours go together.
        let squares: Vec<f64> = drawn.iter().map(|x| x * x).collect();
        assert!(trimtab_math::moments::autocorrelation(&squares, 1).unwrap() > 0.1);
    }

    #[test]
    fn nothing_to_tell_apart_is_refused() {
        assert!(regimes(&[0.1; 40]).is_err());
        assert!(regimes(&[f64::NAN; 40]).is_err());
        assert!(regimes(&switching(20)).is_err());
    }
}
