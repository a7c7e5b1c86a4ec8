use super::{OnlineError, OnlinePortfolio, Period, uniform, within};
use crate::symmetric::{axpy, dot};

/// The weight the universal portfolio gives to each constantly rebalanced one before any period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Prior {
    /// All weights alike: Dirichlet(1, .., 1) (Cover 1991).
    #[default]
    Uniform,
    /// Dirichlet(1/2, .., 1/2), which favours the corners and has the smaller regret (Cover,
    /// Ordentlich 1996).
    Half,
}

/// Cover's universal portfolio (Cover 1991, *Universal portfolios*): the mean of all constantly
/// rebalanced portfolios, each weighted by its wealth so far.
///
/// The mean is an integral over the simplex. For two series it is taken by Gauss quadrature: the
/// wealth after t periods is a polynomial of degree t, so the rule is exact up to t = 2 nodes - 2,
/// and far beyond where relatives are near one. For more series it is the mean over portfolios
/// drawn from the prior by a seed.
#[derive(Clone, Debug)]
pub struct Universal {
    /// Constantly rebalanced portfolios, their weight in the integral times their wealth.
    portfolios: Vec<Vec<f64>>,
    wealth: Vec<f64>,
    weights: Vec<f64>,
}

impl Universal {
    /// Two series, by quadrature.
    ///
    /// # Errors
    /// [`OnlineError::Parameter`] for fewer than 2 nodes or more than 10,000.
    pub fn quadrature(nodes: usize, prior: Prior) -> Result<Self, OnlineError> {
        within("nodes", nodes as f64, 2.0, 1e4)?;
        let rule = match prior {
            Prior::Uniform => gauss_legendre(nodes),
            Prior::Half => gauss_chebyshev(nodes),
        };
        let (portfolios, wealth) = rule.into_iter().map(|(b, w)| (vec![b, 1.0 - b], w)).unzip();
        Ok(Self { portfolios, wealth, weights: uniform(2)? })
    }

    /// Any number of series, by `samples` portfolios drawn by `seed`. The error falls with the root
    /// of the samples and grows with the spread of wealth over them.
    ///
    /// # Errors
    /// [`OnlineError::Empty`], [`OnlineError::Parameter`].
    pub fn simulated(
        n: usize,
        samples: usize,
        seed: u64,
        prior: Prior,
    ) -> Result<Self, OnlineError> {
        within("samples", samples as f64, 1.0, 1e9)?;
        let weights = uniform(n)?;
        let mut random = SplitMix(seed);
        let portfolios = (0..samples)
            .map(|_| {
                let g: Vec<f64> = (0..n).map(|_| random.gamma(prior)).collect();
                let sum: f64 = g.iter().sum();
                g.iter().map(|g| g / sum).collect()
            })
            .collect();
        let mut out = Self { portfolios, wealth: vec![1.0; samples], weights };
        out.average();
        Ok(out)
    }

    fn average(&mut self) {
        let total: f64 = self.wealth.iter().sum();
        self.weights.fill(0.0);
        for (b, w) in self.portfolios.iter().zip(&self.wealth) {
            axpy(w / total, b, &mut self.weights);
        }
    }
}

impl OnlinePortfolio for Universal {
    fn weights(&self) -> &[f64] {
        &self.weights
    }

    fn learn(&mut self, period: Period<'_>) -> Result<(), OnlineError> {
        let x = period.of(self.weights.len())?;
        // Relative to the present growth: only ratios of wealth count, and they cannot overflow.
        let growth = dot(&self.weights, x);
        for (b, w) in self.portfolios.iter().zip(&mut self.wealth) {
            *w *= dot(b, x) / growth;
        }
        self.average();
        Ok(())
    }
}

/// Nodes in (0, 1) and weights of the Gauss-Legendre rule, by Newton's method on the polynomial.
fn gauss_legendre(count: usize) -> Vec<(f64, f64)> {
    let m = count as f64;
    (0..count)
        .map(|k| {
            let mut x = libm::cos(std::f64::consts::PI * (k as f64 + 0.75) / (m + 0.5));
            let mut slope = 1.0;
            for _ in 0..100 {
                let (mut last, mut p) = (1.0, x);
                for j in 2..=count {
                    let j = j as f64;
                    (last, p) = (p, ((2.0 * j - 1.0) * x * p - (j - 1.0) * last) / j);
                }
                slope = m * (x * p - last) / (x * x - 1.0);
                let step = p / slope;
                x -= step;
                if step.abs() < 1e-15 {
                    break;
                }
            }
            (0.5 * (1.0 + x), 1.0 / ((1.0 - x * x) * slope * slope))
        })
        .collect()
}

/// Nodes and weights for the density `1 / (pi sqrt(b (1 - b)))` on (0, 1).
fn gauss_chebyshev(count: usize) -> Vec<(f64, f64)> {
    let m = count as f64;
    let angle = |k: usize| std::f64::consts::PI * (k as f64 + 0.5) / m;
    (0..count).map(|k| (0.5 * (1.0 + libm::cos(angle(k))), 1.0 / m)).collect()
}

/// The generator of Steele, Lea, Flood 2014 (*Fast splittable pseudorandom number generators*).
struct SplitMix(u64);

impl SplitMix {
    /// Uniform in (0, 1].
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 * 2.0_f64.powi(-53) + 2.0_f64.powi(-54)
    }

    /// Gamma variable of shape 1 (exponential) or 1/2 (half a squared normal one).
    fn gamma(&mut self, prior: Prior) -> f64 {
        let exponential = -libm::log(self.uniform());
        match prior {
            Prior::Uniform => exponential,
            Prior::Half => {
                let cosine = libm::cos(2.0 * std::f64::consts::PI * self.uniform());
                exponential * cosine * cosine
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gauss_rules_integrate_polynomials_exactly() {
        for count in [2, 5, 40] {
            let legendre = gauss_legendre(count);
            let chebyshev = gauss_chebyshev(count);
            let (mut flat, mut arcsine) = (1.0, 1.0);
            for power in 0..2 * count {
                let sum = |rule: &[(f64, f64)]| -> f64 {
                    rule.iter().map(|(b, w)| w * b.powi(power as i32)).sum()
                };
                assert!((sum(&legendre) - flat).abs() < 1e-13, "{count}, {power}");
                assert!((sum(&chebyshev) - arcsine).abs() < 1e-13, "{count}, {power}");
                flat = 1.0 / (power as f64 + 2.0);
                arcsine *= (power as f64 + 0.5) / (power as f64 + 1.0);
            }
        }
    }
}
