use super::moving_average::towards;
use super::{OnlineError, OnlinePortfolio, Period, uniform, within};

/// Iterations of the median; each one shrinks the error by a factor.
const ITERATIONS: usize = 200;

/// Where they stop, relative to the size of the median.
const TOLERANCE: f64 = 1e-9;

/// Distances below this are none.
const SAME: f64 = 1e-15;

/// Robust median reversion (Huang, Zhou, Li, Hoi, Zhou 2016, *Robust median reversion strategy for
/// online portfolio selection*, alg. 2): as [`super::MovingAverageReversion`], the expected price
/// being the [`geometric_median`] of the last `window` price vectors.
///
/// Prices are counted in units of those at the end of the first period, since relatives know no
/// others. With fewer than `window + 1` periods seen, the last relative is expected again.
#[derive(Clone, Debug)]
pub struct RobustMedianReversion {
    threshold: f64,
    window: usize,
    weights: Vec<f64>,
    /// The last prices, in order.
    prices: Vec<Vec<f64>>,
    seen: usize,
}

impl RobustMedianReversion {
    /// From equal weights. The paper's epsilon is 5, its window 5.
    ///
    /// # Errors
    /// [`OnlineError::Empty`], [`OnlineError::Parameter`].
    pub fn new(n: usize, threshold: f64, window: usize) -> Result<Self, OnlineError> {
        within("window", window as f64, 2.0, 1e6)?;
        let threshold = within("threshold", threshold, 0.0, 1e6)?;
        Ok(Self { threshold, window, weights: uniform(n)?, prices: vec![], seen: 0 })
    }
}

impl OnlinePortfolio for RobustMedianReversion {
    fn weights(&self) -> &[f64] {
        &self.weights
    }

    fn learn(&mut self, period: Period<'_>) -> Result<(), OnlineError> {
        let x = period.of(self.weights.len())?;
        let next = match self.prices.last() {
            None => vec![1.0; x.len()],
            Some(last) => last.iter().zip(x).map(|(p, x)| p * x).collect(),
        };
        self.prices.push(next);
        if self.prices.len() > self.window {
            self.prices.remove(0);
        }
        self.seen += 1;
        let expected = if self.seen > self.window {
            let last = &self.prices[self.window - 1];
            geometric_median(&self.prices).iter().zip(last).map(|(m, p)| m / p).collect()
        } else {
            x.to_vec()
        };
        self.weights = towards(&self.weights, &expected, self.threshold);
        Ok(())
    }
}

/// The point with the least sum of distances to the given ones, by the iteration of Weiszfeld as
/// Vardi and Zhang (2000) have mended it, from the median of each coordinate; relative 1e-9.
///
/// # Panics
/// When there are no points, or points of different dimensions.
#[must_use]
pub fn geometric_median(points: &[Vec<f64>]) -> Vec<f64> {
    let n = points[0].len();
    assert!(points.iter().all(|p| p.len() == n), "points of one dimension");
    let mut y: Vec<f64> = (0..n).map(|j| coordinate_median(points, j)).collect();
    for _ in 0..ITERATIONS {
        let mut pull = vec![0.0; n];
        let mut inverse_sum = 0.0;
        let mut rest = vec![0.0; n];
        let mut on_point = 0.0;
        for p in points {
            let distance = p.iter().zip(&y).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
            if distance < SAME {
                on_point = 1.0;
                continue;
            }
            inverse_sum += 1.0 / distance;
            for j in 0..n {
                pull[j] += p[j] / distance;
                rest[j] += (p[j] - y[j]) / distance;
            }
        }
        if inverse_sum == 0.0 {
            break;
        }
        let strength = rest.iter().map(|r| r * r).sum::<f64>().sqrt();
        let stay = if strength == 0.0 { 0.0 } else { f64::min(1.0, on_point / strength) };
        let (mut moved, mut size) = (0.0, 0.0);
        for j in 0..n {
            let next = (1.0 - stay) * pull[j] / inverse_sum + stay * y[j];
            moved += (next - y[j]).abs();
            size += y[j].abs();
            y[j] = next;
        }
        if moved <= TOLERANCE * size {
            break;
        }
    }
    y
}

fn coordinate_median(points: &[Vec<f64>], j: usize) -> f64 {
    let mut v: Vec<f64> = points.iter().map(|p| p[j]).collect();
    v.sort_unstable_by(f64::total_cmp);
    let m = v.len() / 2;
    if v.len() % 2 == 1 { v[m] } else { 0.5 * (v[m - 1] + v[m]) }
}

#[cfg(test)]
mod tests {
    use super::geometric_median;

    #[test]
    fn medians_by_hand() {
        // The corner with 120 degrees or more is the median itself (Fermat's point).
        let obtuse = [vec![0.0, 0.0], vec![4.0, 0.1], vec![-4.0, 0.1]];
        let m = geometric_median(&obtuse);
        assert!(m[0].abs() < 1e-12 && m[1].abs() < 1e-12, "{m:?}");
        // Equilateral: the centre.
        let h = 3.0_f64.sqrt();
        let m = geometric_median(&[vec![-1.0, 0.0], vec![1.0, 0.0], vec![0.0, h]]);
        assert!(m[0].abs() < 1e-8 && (m[1] - h / 3.0).abs() < 1e-8);
        assert_eq!(geometric_median(&[vec![2.0, 3.0]]), [2.0, 3.0]);
    }
}
