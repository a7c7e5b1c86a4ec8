//! Weights of greatest expected growth: Kelly's rule and its more careful relatives, exactly, with
//! any linear limits. No quadratic approximation of the logarithm is made.
//!
//! Letters: X the panel, T rows (scenarios) of n returns; x the weights; `W_t = 1 + (X x)_t` what a
//! unit of wealth becomes. Cash is a series of the panel like any other (a constant one); short of
//! it, or with a negative lower bound on it, positions are financed at its rate.

#![cfg_attr(test, allow(clippy::unwrap_used))]

use crate::linalg::Sym;
use crate::linalg::vector::{axpy, dot, max_abs};
use crate::qp::{self, Problem};
use crate::tail::scenario::{Panel, constraints, least_linear, stalled};
use crate::tail::{Feasible, TailError, minimum_worst_loss};

/// Newton steps; five to fifteen are common.
const STEPS: usize = 200;

/// How far the utility may stay below its bound, in units of the largest return: some hundred
/// times what the sums round to.
const TOLERANCE: f64 = 1e-12;

/// After so many steps in a row that prove little more than the one before, only rounding is left, and
const PATIENCE: usize = 5;

/// this is near enough: a loss of about 1e-7 a year on daily returns. The bound says what is proved.
const ACCEPTED: f64 = 1e-8;

/// A step ends at this part of the way to ruin, where the utility has no bottom.
const SHORT_OF_RUIN: f64 = 0.99;

/// Halvings of the search along a step: they end at the last digit.
const HALVINGS: usize = 60;

/// The outcome of [`maximum_growth`].
#[derive(Clone, Debug, PartialEq)]
pub struct GrowthMaximum {
    /// The weights; those at a bound are there exactly.
    pub weights: Vec<f64>,
    /// Mean logarithm of the wealth, `sum_t ln W_t / T`, per scenario.
    pub growth: f64,
    /// Mean utility per scenario; the growth itself for a risk aversion of 1.
    pub utility: f64,
    /// No feasible weights have more utility: the utility is concave, and its slope at the weights,
    /// maximised over the set by a linear programme, gives this bound.
    pub bound: f64,
    /// Newton steps taken.
    pub steps: usize,
}

/// Weights that maximise the mean utility of wealth
///
/// ```text
/// u(W) = ln W                           for a risk aversion g = 1 (Kelly 1956)
/// u(W) = (W^(1-g) - 1) / (1 - g)        otherwise
/// ```
///
/// A risk aversion of 1/f is the exact relative of the rule "a fraction f of Kelly's bet", with
/// which it agrees when returns are small or continuous (MacLean, Thorp, Ziemba 2010, *Long-term
/// capital growth: the good and bad properties of the Kelly and fractional Kelly capital growth
/// criteria*, Quantitative Finance 10, pages 681-687). [`fraction_of`] is the rule itself.
///
/// Newton's method: each step is a quadratic programme over the set, followed by an exact search
/// along the line.
///
/// # Errors
/// [`TailError`]; [`TailError::Ruin`] if every portfolio of the set loses all in some scenario.
pub fn maximum_growth(
    panel: &[f64],
    n: usize,
    risk_aversion: f64,
    set: &Feasible<'_>,
) -> Result<GrowthMaximum, TailError> {
    if !(risk_aversion > 0.0 && risk_aversion.is_finite()) {
        return Err(TailError::RiskAversion { value: risk_aversion });
    }
    let safest = minimum_worst_loss(panel, n, set)?;
    if safest.risk >= 1.0 {
        return Err(TailError::Ruin { loss: safest.risk });
    }
    let panel = Panel::new(panel, n)?;
    let rows = constraints(&panel, set);
    let utility = Utility { risk_aversion };
    let mut x = safest.weights;
    let (mut bound, mut gap, mut idle) = (f64::INFINITY, f64::INFINITY, 0);
    for steps in 0..STEPS {
        let wealth = wealth(&panel, &x);
        let slope = utility.slope(&panel, &wealth);
        let t = wealth.len() as f64;
        let value = wealth.iter().map(|w| utility.of(*w)).sum::<f64>() / t;
        // Each step's bound holds for all weights.
        bound = bound.min(value + gain(&panel, set, &slope, &x)?);
        idle = if bound - value < 0.5 * gap { 0 } else { idle + 1 };
        gap = bound - value;
        let enough = if idle < PATIENCE { TOLERANCE } else { ACCEPTED };
        if gap <= enough / panel.scale {
            let growth = wealth.iter().map(|w| libm::log(*w)).sum::<f64>() / t;
            return Ok(GrowthMaximum { weights: x, growth, utility: value, bound, steps });
        }
        let curvature = utility.curvature(&panel, &wealth)?;
        let mut linear = curvature.mul(&x);
        axpy(1.0, &slope, &mut linear);
        let problem = Problem {
            quadratic: &curvature,
            linear: &linear,
            lower: set.lower,
            upper: set.upper,
            rows: &rows,
        };
        let goal = qp::solve(&problem, Some(&x)).map_err(stalled)?.x;
        let step: Vec<f64> = goal.iter().zip(&x).map(|(g, x)| g - x).collect();
        let part = utility.search(&wealth, &panel.portfolio(&step));
        for ((x, g), d) in x.iter_mut().zip(&goal).zip(&step) {
            *x = if part == 1.0 { *g } else { *x + part * d };
        }
    }
    Err(TailError::Stalled { steps: STEPS })
}

/// A fraction f of the weights, the rest on the series of that number (cash): `f x + (1 - f) e`.
///
/// Fractional Kelly is this of Kelly's weights: between all cash and full growth the growth falls
/// with the square of what is left out, the risk in proportion (Thorp 2006, *The Kelly criterion in
/// blackjack, sports betting and the stock market*, section 7).
#[must_use]
pub fn fraction_of(weights: &[f64], fraction: f64, cash: usize) -> Vec<f64> {
    let mut x: Vec<f64> = weights.iter().map(|w| fraction * w).collect();
    x[cash] += 1.0 - fraction;
    x
}

fn wealth(panel: &Panel<'_>, x: &[f64]) -> Vec<f64> {
    panel.portfolio(x).into_iter().map(|r| 1.0 + r).collect()
}

/// What the slope promises at most over the set.
fn gain(panel: &Panel<'_>, set: &Feasible<'_>, slope: &[f64], x: &[f64]) -> Result<f64, TailError> {
    let size = max_abs(slope);
    if size == 0.0 {
        return Ok(0.0);
    }
    let cost: Vec<f64> = slope.iter().map(|s| -s / size).collect();
    let best = least_linear(panel, set, &cost)?;
    Ok((dot(slope, &best) - dot(slope, x)).max(0.0))
}

struct Utility {
    risk_aversion: f64,
}

impl Utility {
    fn of(&self, w: f64) -> f64 {
        let power = 1.0 - self.risk_aversion;
        let log = libm::log(w);
        if power == 0.0 { log } else { libm::expm1(power * log) / power }
    }

    /// u'.
    fn first(&self, w: f64) -> f64 {
        if self.risk_aversion == 1.0 { 1.0 / w } else { libm::pow(w, -self.risk_aversion) }
    }

    /// Slope of the mean utility in x.
    fn slope(&self, panel: &Panel<'_>, wealth: &[f64]) -> Vec<f64> {
        let mut slope = vec![0.0; panel.n];
        for (row, w) in panel.x.chunks_exact(panel.n).zip(wealth) {
            axpy(self.first(*w) / wealth.len() as f64, row, &mut slope);
        }
        slope
    }

    /// Minus the second derivatives of the mean utility.
    fn curvature(&self, panel: &Panel<'_>, wealth: &[f64]) -> Result<Sym, TailError> {
        let n = panel.n;
        let mut h = vec![0.0; n * n];
        for (row, w) in panel.x.chunks_exact(n).zip(wealth) {
            let weight = self.risk_aversion * self.first(*w) / (w * wealth.len() as f64);
            for (line, x) in h.chunks_exact_mut(n).zip(row) {
                axpy(weight * x, row, line);
            }
        }
        Sym::from_column_major(n, h).map_err(|_| TailError::Stalled { steps: 0 })
    }

    /// The t in [0, 1] of greatest utility of `W + t d`, and short of ruin.
    fn search(&self, wealth: &[f64], d: &[f64]) -> f64 {
        let ruin = wealth.iter().zip(d).filter(|(_, d)| **d < 0.0).map(|(w, d)| -w / d);
        let mut high = (SHORT_OF_RUIN * ruin.fold(f64::INFINITY, f64::min)).min(1.0);
        let slope =
            |t: f64| wealth.iter().zip(d).map(|(w, d)| d * self.first(w + t * d)).sum::<f64>();
        if slope(high) >= 0.0 {
            return high;
        }
        let mut low = 0.0;
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if slope(middle) > 0.0 { low = middle } else { high = middle }
        }
        low
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set<'a>(lower: &'a [f64], upper: &'a [f64]) -> Feasible<'a> {
        Feasible { lower, upper, mean_least: None, rows: &[] }
    }

    /// A coin that pays b to 1 with chance p: Kelly bets `p - (1 - p) / b`.
    #[test]
    fn a_biased_coin() {
        for (wins, losses, odds) in [(6, 4, 1.0), (1, 1, 2.0), (11, 9, 1.0), (1, 2, 5.0)] {
            let mut panel = vec![];
            (0..wins).for_each(|_| panel.extend([odds, 0.0]));
            (0..losses).for_each(|_| panel.extend([-1.0, 0.0]));
            let p = f64::from(wins) / f64::from(wins + losses);
            let bet = p - (1.0 - p) / odds;
            let best = maximum_growth(&panel, 2, 1.0, &set(&[0.0; 2], &[1.0; 2])).unwrap();
            assert!((best.weights[0] - bet).abs() < 1e-9, "{:?} instead of {bet}", best.weights);
            let growth = p * (1.0 + odds * bet).ln() + (1.0 - p) * (1.0 - bet).ln();
            assert!((best.growth - growth).abs() < 1e-12);
            assert!(best.bound - best.utility <= 1e-11);
            // The first-order condition of the power utility, by hand.
            let careful = maximum_growth(&panel, 2, 3.0, &set(&[0.0; 2], &[1.0; 2])).unwrap();
            let x = careful.weights[0];
            let slope = p * odds * (1.0 + odds * x).powi(-3) - (1.0 - p) * (1.0 - x).powi(-3);
            assert!(slope.abs() < 1e-9 && x < bet, "{x}: {slope}");
            assert_eq!(fraction_of(&best.weights, 0.5, 1)[0], 0.5 * best.weights[0]);
        }
    }

    #[test]
    fn a_bad_coin_is_left_alone_and_certain_ruin_is_an_error() {
        let panel = [1.0, 0.0, -1.0, 0.0, -1.0, 0.0];
        let best = maximum_growth(&panel, 2, 1.0, &set(&[0.0; 2], &[1.0; 2])).unwrap();
        assert_eq!(best.weights, [0.0, 1.0]);
        let forced = maximum_growth(&panel, 2, 1.0, &set(&[1.0, 0.0], &[1.0; 2]));
        assert_eq!(forced, Err(TailError::Ruin { loss: 1.0 }));
        let none = maximum_growth(&panel, 2, 0.0, &set(&[0.0; 2], &[1.0; 2]));
        assert_eq!(none, Err(TailError::RiskAversion { value: 0.0 }));
    }
}
