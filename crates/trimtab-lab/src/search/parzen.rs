//! Densities from observations: the Parzen estimators of a search.
use trimtab_math::distributions::normal_cdf;

use super::space::middle;
use crate::validation::Dice;

/// A mixture over 0..1 of equal parts: one even density, and one bell for each observation, cut off at the ends.
#[derive(Clone, Debug)]
pub(super) struct Bells {
    centres: Vec<f64>,
    widths: Vec<f64>,
    /// What a bell adds to the density at its centre.
    heights: Vec<f64>,
    /// The widest bell of each block of bells: blocks out of reach are passed over.
    widest: Vec<f64>,
}

/// Bells of a block: more, and blocks reach further; fewer, and there are more of them to ask.
const BLOCK: usize = 16;

/// No bell of n is narrower than 0.8 / (n + 1), nor than a two-hundredth of the range: what the paper calls a reasonable limit.
/// Measured (`docs/search.md`): with 1 a search of few numbers ends too coarse, with 0.5 one of six numbers stays beside the best more
/// often.
const NARROWEST: [f64; 2] = [0.8, 0.005];

/// Beyond so many widths a bell adds less than the even part by a factor of a thousand, whatever its height.
const REACH: f64 = 6.0;

impl Bells {
    /// Of observations in rising order. The width of a bell is the greater of the distances to its neighbours (to the ends, at the
    /// ends), between a limit and 1; `least`: half a step, where there are steps.
    ///
    /// Source: Bergstra et al. (2011), section 4.2, p. 5.
    pub(super) fn new(sorted: &[f64], least: f64) -> Self {
        let n = sorted.len();
        let narrowest = (NARROWEST[0] / (n as f64 + 1.0)).max(NARROWEST[1]).max(least).min(1.0);
        let width = |ix: usize| {
            let left = if ix == 0 { sorted[0] } else { sorted[ix] - sorted[ix - 1] };
            let right = if ix + 1 == n { 1.0 - sorted[ix] } else { sorted[ix + 1] - sorted[ix] };
            left.max(right).clamp(narrowest, 1.0)
        };
        let widths: Vec<f64> = (0..n).map(width).collect();
        let height = |(centre, width): (&f64, &f64)| {
            let (low, high) = (centre / width, (1.0 - centre) / width);
            // Far from the ends nothing is cut off.
            let inside = match low.min(high) > REACH {
                true => 1.0,
                false => normal_cdf(high) - normal_cdf(-low),
            };
            1.0 / (inside * width * (2.0 * std::f64::consts::PI).sqrt() * (n as f64 + 1.0))
        };
        let heights = sorted.iter().zip(&widths).map(height).collect();
        let widest = |block: &[f64]| block.iter().copied().fold(0.0, f64::max);
        let widest = widths.chunks(BLOCK).map(widest).collect();
        Self { centres: sorted.to_vec(), widths, heights, widest }
    }

    /// The density at x.
    pub(super) fn density(&self, x: f64) -> f64 {
        let mut sum = 1.0 / (self.centres.len() as f64 + 1.0);
        for (block, widest) in self.widest.iter().enumerate() {
            let from = block * BLOCK;
            let to = (from + BLOCK).min(self.centres.len());
            let reach = REACH * widest;
            if x < self.centres[from] - reach || x > self.centres[to - 1] + reach {
                continue;
            }
            for k in from..to {
                let z = (x - self.centres[k]) / self.widths[k];
                if z.abs() < REACH {
                    sum += self.heights[k] * (-0.5 * z * z).exp();
                }
            }
        }
        sum
    }

    /// A number drawn from the mixture.
    pub(super) fn draw(&self, dice: &mut Dice) -> f64 {
        let part = dice.below(self.centres.len() + 1);
        match self.centres.get(part) {
            None => dice.uniform(),
            Some(centre) => bell(*centre, self.widths[part], dice),
        }
    }
}

/// A number of a bell that is cut off at 0 and 1.
pub(super) fn bell(centre: f64, width: f64, dice: &mut Dice) -> f64 {
    /// A bell has at least a third of itself inside, so this many misses in a row do not happen.
    const MISSES: usize = 200;
    for _ in 0..MISSES {
        let x = centre + width * dice.normal();
        if (0.0..1.0).contains(&x) {
            return x;
        }
    }
    centre.clamp(0.0, 1.0 - f64::EPSILON)
}

/// The middle of the part of `n` that x lies in.
pub(super) fn snapped(x: f64, n: usize) -> f64 {
    middle(((x * n as f64) as usize).min(n - 1), n)
}

/// Shares of choices: each counted once more than it was observed, `(N p_i + C_i) / (N + n)` with `p_i = 1/N`.
///
/// Source: Bergstra et al. (2011), section 4.2, p. 5.
#[derive(Clone, Debug)]
pub(super) struct Shares(Vec<f64>);

impl Shares {
    /// Of observed places among `n` choices.
    pub(super) fn new(observed: impl Iterator<Item = f64>, n: usize) -> Self {
        let mut counts = vec![1.0; n];
        for u in observed {
            counts[((u * n as f64) as usize).min(n - 1)] += 1.0;
        }
        let all: f64 = counts.iter().sum();
        Self(counts.into_iter().map(|count| count / all).collect())
    }

    /// The share of the choice at u.
    pub(super) fn density(&self, u: f64) -> f64 {
        let n = self.0.len();
        self.0[((u * n as f64) as usize).min(n - 1)]
    }

    /// A choice drawn by its share.
    pub(super) fn draw(&self, dice: &mut Dice) -> f64 {
        let mut left = dice.uniform();
        let n = self.0.len();
        let mut at = 0;
        while at + 1 < n && left >= self.0[at] {
            left -= self.0[at];
            at += 1;
        }
        middle(at, n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mixture_has_the_mass_of_one_and_is_drawn_as_it_says() {
        for observed in [vec![], vec![0.3], vec![0.02, 0.5, 0.52, 0.97], vec![0.4; 30]] {
            let bells = Bells::new(&observed, 0.0);
            let cells = 2_000;
            let density: Vec<f64> = (0..cells).map(|k| bells.density(middle(k, cells))).collect();
            let mass = density.iter().sum::<f64>() / cells as f64;
            assert!((mass - 1.0).abs() < 2e-3, "{observed:?}: {mass}");
            let mut dice = Dice::new(3, 0);
            let draws: Vec<f64> = (0..4_000).map(|_| bells.draw(&mut dice)).collect();
            let below = draws.iter().filter(|x| **x < 0.45).count() as f64 / 4_000.0;
            let expected = density[..900].iter().sum::<f64>() / cells as f64;
            // Four standard errors of a share.
            assert!((below - expected).abs() < 0.032, "{observed:?}: {below} {expected}");
        }
    }

    #[test]
    fn a_width_is_the_greater_distance_to_a_neighbour() {
        let bells = Bells::new(&[0.1, 0.4, 0.5], 0.0);
        assert_eq!(bells.widths.len(), 3);
        for (width, expected) in bells.widths.iter().zip([0.3, 0.3, 0.5]) {
            assert!((width - expected).abs() < 1e-12, "{width}");
        }
        assert!(Bells::new(&[0.5; 200], 0.0).widths.iter().skip(1).take(198).all(|w| *w == 0.005));
        assert!(Bells::new(&[0.5; 200], 0.05).widths[5] == 0.05);
    }

    #[test]
    fn choices_are_counted_once_more_than_observed() {
        let shares = Shares::new([0.1, 0.1, 0.9].into_iter(), 3);
        assert_eq!(shares.0, [0.5, 1.0 / 6.0, 2.0 / 6.0]);
        let mut dice = Dice::new(1, 0);
        let first = (0..3_000).filter(|_| shares.draw(&mut dice) < 1.0 / 3.0).count();
        assert!((1_380..1_620).contains(&first), "{first}");
    }
}
