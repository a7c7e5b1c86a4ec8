//! The Monte-Carlo permutation test of timing.
//!
//! What was held in each period is paired with the returns of that period. If the holdings say nothing about the
//! returns, any other pairing is as likely; so the observed mean return is compared with those of many random
//! pairings. Returns are detrended first, each asset by its own mean, so that being invested in what rose on average is
//! no merit: only holding it at the right time is. Whole periods are permuted, so assets keep their cross-section.
//!
//! `M = mean_t sum_i w_ti (r_ti - mean r_i)`; the p-value is the share of pairings with a greater M.
//!
//! Source: D. Aronson (2007), *Evidence-Based Technical Analysis*, ch. 1 (detrending) and 5 (permutation);
//! T. Masters (2006), Monte-Carlo Evaluation of Trading Systems.
use trimtab_core::{Error, Kind, Result};

use super::{Dice, Tail, Trials};

/// The worth of timing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timing {
    /// M: mean return of a period over the assets' own means, before costs.
    pub mean: f64,
    /// How often a random pairing did better.
    pub tail: Tail,
}

/// Returns less the mean of each column, so that what is always held earns nothing.
pub fn detrended(returns: &Trials) -> Trials {
    returns.centred().1
}

/// Tests `held` (weights at the beginning of each period, one column for each asset) against `returns` of the same
/// assets in the same periods.
///
/// # Errors
/// [`Kind::Usage`] when the shapes differ, or for no permutation.
pub fn timing(held: &Trials, returns: &Trials, permutations: usize, seed: u64) -> Result<Timing> {
    let (t, n) = (held.periods(), held.count());
    if (t, n) != (returns.periods(), returns.count()) || permutations == 0 {
        let said = format!(
            "{t} periods of {n} weights, {} of {} returns, {permutations} permutations",
            returns.periods(),
            returns.count()
        );
        return Err(Error::new(Kind::Usage, said).hint("give one weight for each return"));
    }
    let returns = detrended(returns);
    let mean = |order: &[usize]| {
        let dot = |(s, &u): (usize, &usize)| {
            held.period(s).iter().zip(returns.period(u)).map(|(w, r)| w * r).sum::<f64>()
        };
        order.iter().enumerate().map(dot).sum::<f64>() / t as f64
    };
    let mut order: Vec<usize> = (0..t).collect();
    let observed = mean(&order);
    let drawn = (0..permutations).map(|stream| {
        order.iter_mut().enumerate().for_each(|(s, u)| *u = s);
        Dice::new(seed, stream as u64).shuffle(&mut order);
        mean(&order)
    });
    Ok(Timing { mean: observed, tail: Tail::of(observed, drawn) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn markets(t: usize) -> [Vec<f64>; 2] {
        [0, 1].map(|j| {
            let mut dice = Dice::new(4, j);
            (0..t).map(|_| 0.001 + 0.01 * dice.normal()).collect()
        })
    }

    #[test]
    fn constant_weights_have_no_timing_whatever_the_trend() {
        let returns = Trials::new(&markets(300)).unwrap();
        let held = Trials::new(&[vec![0.6; 300], vec![0.4; 300]]).unwrap();
        let found = timing(&held, &returns, 50, 1).unwrap();
        assert!(found.mean.abs() < 1e-17);
    }

    #[test]
    fn foresight_is_found_and_coins_are_not() {
        let markets = markets(300);
        let returns = Trials::new(&markets).unwrap();
        let foresight =
            markets.clone().map(|m| m.iter().map(|r| f64::from(*r > 0.0)).collect::<Vec<_>>());
        let found = timing(&Trials::new(&foresight).unwrap(), &returns, 199, 1).unwrap();
        assert_eq!(found.tail.p(), 1.0 / 200.0);
        let mut low = 0;
        for seed in 0..100 {
            let mut dice = Dice::new(99, seed);
            let coins =
                [0, 1].map(|_| (0..300).map(|_| (dice.bits() & 1) as f64).collect::<Vec<_>>());
            let found = timing(&Trials::new(&coins).unwrap(), &returns, 99, seed).unwrap();
            low += usize::from(found.tail.p() <= 0.1);
        }
        // Ten are expected; more than 20 has a probability of 0.1 %.
        assert!((1..=20).contains(&low), "{low}");
    }

    #[test]
    fn shapes_must_agree() {
        let returns = Trials::new(&markets(30)).unwrap();
        let held = Trials::new(&[vec![1.0; 30]]).unwrap();
        assert_eq!(timing(&held, &returns, 9, 1).unwrap_err().kind(), Kind::Usage);
        assert!(timing(&returns, &returns, 0, 1).is_err());
    }
}
