//! A straight line through overlapping observations, and how far from it the next one may lie.
//!
//! Letters: n pairs (x, y); each y spans h steps, so that h neighbours share most of what they measure.

use crate::distributions::student_t_quantile;

/// A line $y = a + b x$ by least squares, with the covariance of $(a, b)$ that overlap leaves.
///
/// The covariance is that of Newey and West with weights $1 - l/h$ up to lag $h - 1$; the variance of the residuals has
/// divisor $n - 2$; and a band counts $n/h - 2$ degrees of freedom, because only $n/h$ of the spans do not overlap.
/// Source: Newey, West (1987), A simple, positive semi-definite, heteroskedasticity and autocorrelation consistent covariance
/// matrix, Econometrica 55(3), p. 703, eq. 5.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OverlapLine {
    /// The intercept a.
    pub intercept: f64,
    /// The slope b.
    pub slope: f64,
    /// The covariance of (a, b): of a, of both, of b.
    pub covariance: [f64; 3],
    /// The variance of the residuals.
    pub residual_variance: f64,
    /// Degrees of freedom of a band, $n/h - 2$.
    pub freedom: f64,
}

impl OverlapLine {
    /// Fits the line to pairs in the order of time; `overlap` is h, at least 1.
    ///
    /// `None` when x never moves, or fewer than three spans do not overlap: $n < 3 h$.
    pub fn fit(x: &[f64], y: &[f64], overlap: usize) -> Option<Self> {
        let (count, h) = (x.len().min(y.len()), overlap.max(1));
        if count < 3 * h || count < 3 {
            return None;
        }
        let n = count as f64;
        let (mean_x, mean_y) =
            (x[..count].iter().sum::<f64>() / n, y[..count].iter().sum::<f64>() / n);
        let sxx: f64 = x[..count].iter().map(|x| (x - mean_x).powi(2)).sum();
        let sxy: f64 = x.iter().zip(y).map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
        if sxx <= 0.0 || !sxx.is_finite() {
            return None;
        }
        let slope = sxy / sxx;
        let e: Vec<f64> = x.iter().zip(y).map(|(x, y)| y - mean_y - slope * (x - mean_x)).collect();
        // In (1, x - mean) the bread is diagonal: 1/n and 1/sxx.
        let scores: Vec<[f64; 2]> =
            x.iter().zip(&e).map(|(x, e)| [e / n, (x - mean_x) * e / sxx]).collect();
        let mut meat = [0.0; 3];
        for lag in 0..h {
            let weight = if lag == 0 { 1.0 } else { 2.0 * (1.0 - lag as f64 / h as f64) };
            for (a, b) in scores.iter().zip(&scores[lag..]) {
                meat[0] += weight * a[0] * b[0];
                meat[1] += weight * (a[0] * b[1] + a[1] * b[0]) / 2.0;
                meat[2] += weight * a[1] * b[1];
            }
        }
        // Back from the mean: a = a' - b mean.
        let covariance = [
            meat[0] - 2.0 * mean_x * meat[1] + mean_x * mean_x * meat[2],
            meat[1] - mean_x * meat[2],
            meat[2],
        ];
        Some(Self {
            intercept: mean_y - slope * mean_x,
            slope,
            covariance,
            residual_variance: e.iter().map(|e| e * e).sum::<f64>() / (n - 2.0),
            freedom: n / h as f64 - 2.0,
        })
    }

    /// The value of the line at `x`.
    pub fn at(&self, x: f64) -> f64 {
        self.intercept + self.slope * x
    }

    /// How far above or below the line a new y at `x` lies with probability `confidence`, a fraction strictly between 0 and 1:
    /// $t \sqrt{s^2 + v(x)}$ with the quantile t of Student's distribution, the residual variance $s^2$ and the variance v of
    /// the line at x. `None` for another `confidence`.
    pub fn band(&self, x: f64, confidence: f64) -> Option<f64> {
        if !(confidence > 0.0 && confidence < 1.0) {
            return None;
        }
        let t = student_t_quantile(0.5 + confidence / 2.0, self.freedom)?;
        let [a, both, b] = self.covariance;
        let line = a + 2.0 * x * both + x * x * b;
        Some(t * (self.residual_variance + line).sqrt())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// statsmodels 0.15.0: `OLS(y, add_constant(x)).fit(cov_type="HAC", cov_kwds={"maxlags": 11, "use_correction": False})`,
    /// and scipy 1.17.1 for the quantile with 60/12 - 2 degrees of freedom.
    #[test]
    fn a_line_and_its_band_are_those_of_statsmodels() {
        let x: Vec<f64> =
            (0..60).map(|k| (0.37 * f64::from(k)).sin() + 0.01 * f64::from(k)).collect();
        let noise = |k: usize| 0.3 * (0.11 * (k * k) as f64).cos();
        let y: Vec<f64> = (0..60).map(|k| 0.5 - 0.8 * x[k] + noise(k)).collect();
        let line = OverlapLine::fit(&x, &y, 12).unwrap();
        let near = |a: f64, b: f64, within: f64| assert!((a - b).abs() < within, "{a}, not {b}");
        near(line.intercept, 0.542_208_967_544_163_8, 1e-12);
        near(line.slope, -0.778_965_537_785_551_3, 1e-12);
        near(line.covariance[0], 0.000_404_977_273_465_048_24, 1e-15);
        near(line.covariance[1], -0.000_121_446_638_189_285_48, 1e-15);
        near(line.covariance[2], 0.001_294_945_794_076_300_2, 1e-15);
        near(line.residual_variance, 0.049_168_496_243_660_53, 1e-14);
        near(line.at(1.25), -0.431_497_954_687_774_3, 1e-12);
        near(line.band(1.25, 0.9).unwrap(), 0.532_989_851_116_824, 1e-9);
    }

    #[test]
    fn too_few_spans_and_an_x_that_rests_are_refused() {
        let x: Vec<f64> = (0..35).map(f64::from).collect();
        assert_eq!(OverlapLine::fit(&x, &x, 12), None);
        assert_eq!(OverlapLine::fit(&[1.0; 40], &x, 1), None);
        assert_eq!(OverlapLine::fit(&x, &x, 1).unwrap().band(0.0, 1.0), None);
    }
}
