//! Distribution functions in the shape the kernels need: plain functions of f64, `None` outside their domain.
//!
//! The normal distribution stands on `erfc` of the C library's algorithm (`libm`, below one unit in the last place):
//! that of `statrs` is off by 1e-11 at one standard deviation. Student's t and chi-squared are those of `statrs`.
use statrs::distribution::{ChiSquared, ContinuousCDF, FisherSnedecor, Normal, StudentsT};
use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// Density of the standard normal distribution at `x`, `exp(-x^2 / 2) / sqrt(2 pi)`.
pub fn normal_density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / (2.0 * PI).sqrt()
}

/// Probability that a standard normal variable is at most `x`.
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * FRAC_1_SQRT_2)
}

/// Probability that a standard normal variable exceeds `x`; exact in the far tail, where `1 - cdf` is 0.
pub fn normal_tail(x: f64) -> f64 {
    normal_cdf(-x)
}

/// The x that a standard normal variable stays below with probability `p`. `None` unless `0 < p < 1`.
pub fn normal_quantile(p: f64) -> Option<f64> {
    if !(p > 0.0 && p < 1.0) {
        return None;
    }
    // One step of Halley's method on the smaller tail takes the starting value to the last digits of f64.
    let tail = p.min(1.0 - p);
    let x = Normal::standard().inverse_cdf(tail);
    let miss = (normal_cdf(x) - tail) / normal_density(x);
    let x = x - miss / (1.0 + 0.5 * x * miss);
    Some(if p <= 0.5 { x } else { -x })
}

/// Probability that a Student t variable with `freedom` degrees of freedom is at most `x`. `None` unless `freedom > 0`.
pub fn student_t_cdf(x: f64, freedom: f64) -> Option<f64> {
    StudentsT::new(0.0, 1.0, freedom).ok().map(|t| t.cdf(x))
}

/// Probability that a Student t variable with `freedom` degrees of freedom is further from zero than `x`. `None` unless
/// `freedom > 0`.
pub fn student_t_tails(x: f64, freedom: f64) -> Option<f64> {
    student_t_cdf(-x.abs(), freedom).map(|p| (2.0 * p).min(1.0))
}

/// The x that a Student t variable stays below with probability `p`. `None` unless `freedom > 0` and `0 < p < 1`.
pub fn student_t_quantile(p: f64, freedom: f64) -> Option<f64> {
    let t = StudentsT::new(0.0, 1.0, freedom).ok()?;
    (p > 0.0 && p < 1.0).then(|| t.inverse_cdf(p))
}

/// Probability that a chi-squared variable with `freedom` degrees of freedom exceeds `x`. `None` unless `freedom > 0`
/// and `x >= 0`.
pub fn chi_squared_tail(x: f64, freedom: f64) -> Option<f64> {
    let chi = ChiSquared::new(freedom).ok()?;
    (x >= 0.0).then(|| chi.sf(x))
}

/// Probability that an F variable with `above` and `below` degrees of freedom exceeds `x`. `None` unless both are positive
/// and `x >= 0`.
pub fn f_tail(x: f64, above: f64, below: f64) -> Option<f64> {
    let f = FisherSnedecor::new(above, below).ok()?;
    (x >= 0.0).then(|| f.sf(x))
}

/// Probability that the largest deviation of a Brownian bridge from zero exceeds `x`, Kolmogorov's distribution:
/// `2 sum_{j>=1} (-1)^(j-1) exp(-2 j² x²)`. 1 for `x <= 0`.
///
/// Below one the series alternates slowly, and its theta transform `1 - sqrt(2 pi)/x sum exp(-(2j-1)² pi² / (8 x²))` is used.
pub fn kolmogorov_tail(x: f64) -> f64 {
    /// Terms of either series: at x = 1 the seventh is below 1e-40 of the first.
    const TERMS: u32 = 7;
    if x <= 0.0 {
        return 1.0;
    }
    let odd = (1..=TERMS).map(|j| f64::from(2 * j - 1));
    if x < 1.0 {
        let sum: f64 = odd.map(|i| (-(i * PI / x).powi(2) / 8.0).exp()).sum();
        return 1.0 - (2.0 * PI).sqrt() / x * sum;
    }
    let sign = |j: u32| if j % 2 == 1 { 2.0 } else { -2.0 };
    (1..=TERMS).map(|j| sign(j) * (-2.0 * (f64::from(j) * x).powi(2)).exp()).sum()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64, tol: f64) {
        assert!((a - b).abs() <= tol * b.abs(), "{a} is not {b}");
    }

    // Figures of Abramowitz and Stegun (1964), tables 26.1, 26.5, 26.8, 26.10, and their closed forms.
    #[test]
    fn the_normal_distribution_agrees_with_its_tables() {
        near(normal_density(0.0), 0.398_942_280_401_432_7, 1e-15);
        near(normal_cdf(1.0), 0.841_344_746_068_542_9, 1e-15);
        near(normal_cdf(-2.0), 0.022_750_131_948_179_21, 1e-15);
        near(normal_tail(10.0), 7.619_853_024_160_527e-24, 1e-14);
        near(normal_quantile(0.975).unwrap(), 1.959_963_984_540_054, 1e-15);
        near(normal_quantile(0.01).unwrap(), -2.326_347_874_040_841, 1e-15);
        near(normal_quantile(1e-300).unwrap(), -37.047_096_299_361_2, 1e-14);
        assert_eq!(normal_quantile(0.5), Some(0.0));
        assert_eq!(normal_quantile(0.0), None);
        assert_eq!(normal_quantile(1.0), None);
    }

    #[test]
    fn quantile_undoes_cdf() {
        for i in 1..200 {
            let p = f64::from(i) / 200.0;
            near(normal_cdf(normal_quantile(p).unwrap()), p, 1e-14);
            near(student_t_cdf(student_t_quantile(p, 5.0).unwrap(), 5.0).unwrap(), p, 1e-9);
        }
    }

    #[test]
    fn the_bridge_and_the_ratio_of_variances_agree_with_scipy() {
        // scipy 1.17.1: stats.kstwobign.sf and stats.f.sf.
        near(kolmogorov_tail(0.4), 0.997_192_326_777_298_3, 1e-14);
        near(kolmogorov_tail(0.999_999), 0.270_000_743_627_456_46, 1e-12);
        near(kolmogorov_tail(1.36), 0.049_485_876_755_377_876, 1e-12);
        near(kolmogorov_tail(3.0), 3.045_995_948_942_526e-8, 1e-12);
        assert_eq!(kolmogorov_tail(0.0), 1.0);
        near(f_tail(3.5, 2.0, 40.0).unwrap(), 0.039_741_354_757_149_13, 1e-10);
        near(f_tail(0.2, 5.0, 7.0).unwrap(), 0.952_416_450_221_427_3, 1e-10);
        assert_eq!(f_tail(1.0, 0.0, 3.0), None);
        near(student_t_tails(-2.228_138_851_964_939, 10.0).unwrap(), 0.05, 1e-9);
    }

    #[test]
    fn one_degree_of_freedom_is_cauchy_and_two_of_chi_squared_exponential() {
        for x in [-3.0_f64, -0.5, 0.2, 4.0] {
            near(student_t_cdf(x, 1.0).unwrap(), 0.5 + x.atan() / std::f64::consts::PI, 1e-12);
        }
        for x in [0.1_f64, 1.0, 7.0, 30.0] {
            near(chi_squared_tail(x, 2.0).unwrap(), (-x / 2.0).exp(), 1e-12);
        }
        near(student_t_quantile(0.975, 10.0).unwrap(), 2.228_138_851_964_939, 1e-9);
        assert_eq!(student_t_cdf(0.0, 0.0), None);
        assert_eq!(chi_squared_tail(-1.0, 2.0), None);
    }
}
