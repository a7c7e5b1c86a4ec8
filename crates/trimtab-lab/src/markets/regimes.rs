//! A market that switches between calm and wild: a hidden Markov chain of two normal regimes.
//!
//! `x_t ~ N(m_k, s_k^2)` in regime k; regimes follow each other with probabilities `p_kl`. Fitted by expectation and
//! maximisation, see [`Hidden`].
//!
//! Sources: J. Hamilton (1989), A New Approach to the Economic Analysis of Nonstationary Time Series and the Business
//! Cycle, *Econometrica* 57(2); L. Baum et al. (1970), *Annals of Mathematical Statistics* 41(1).
use trimtab_core::{Error, Kind, Result};
use trimtab_math::linalg::Sym;
use trimtab_math::moments::Moments;
use trimtab_math::states::{Fitting, Gaussian, Hidden, Shape, Table};

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

/// Rows that the prior of each regime is worth: a regime of a single value would have infinite likelihood, and against the
/// hundreds of days that a regime has, one of the whole market's spread is not felt.
const PRIOR: f64 = 1.0;

/// Fits the regimes.
///
/// # Errors
/// [`Kind::Data`] for fewer than 24 numbers, one that is not finite, or numbers that do not vary.
pub fn regimes(x: &[f64]) -> Result<Regimes> {
    let refused = || {
        Error::new(Kind::Data, format!("no regimes in {} numbers", x.len()))
            .hint("give 24 or more finite numbers that vary")
    };
    let table = Table::new(x, 1).map_err(|_| refused())?;
    let whole = Moments::of(x).filter(|m| m.n >= 24 && m.m2 > 0.0).ok_or_else(refused)?;
    let state = |part: f64| Gaussian {
        mean: vec![whole.mean],
        covariance: Sym::from_diagonal(&[part * part * whole.m2]),
    };
    let states = vec![state(0.6), state(1.8)];
    let fitting = Fitting { shape: Shape::Full, prior: PRIOR, rounds: ROUNDS, gain: SETTLED };
    let fitted = Hidden::new(vec![0.5; 2], vec![0.95, 0.05, 0.1, 0.9], states)
        .and_then(|first| first.fit(&table, &fitting))
        .map_err(|error| Error::data(error.to_string()))?;
    let variance = |k: usize| fitted.model.states()[k].covariance[(0, 0)];
    let model = fitted.model.in_order(if variance(0) > variance(1) { &[1, 0] } else { &[0, 1] });
    let smoothed = model.smooth(&table).map_err(|error| Error::data(error.to_string()))?;
    Ok(Regimes {
        means: [0, 1].map(|k| model.states()[k].mean[0]),
        deviations: [0, 1].map(|k| model.states()[k].covariance[(0, 0)].sqrt()),
        transitions: [0, 1].map(|k| [0, 1].map(|l| model.transition(k, l))),
        memberships: smoothed.memberships.chunks_exact(2).map(|m| [m[0], m[1]]).collect(),
        likelihood: fitted.log_likelihood,
    })
}

impl Regimes {
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
