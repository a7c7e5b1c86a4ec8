//! Sums of closes over any window in a few steps, exact.

/// How many binary digits of an index stand below the highest one of its first value: 53 of a float, and 22 more, so that
/// an index that has fallen to a four-millionth keeps all its digits.
const BELOW: i32 = 75;

/// An index beyond this, in units, is not summed here: the longest window of such values would leave an `i128`. It is
/// reached at eight thousand million times the first value.
const MOST: f64 = (1u128 << 109) as f64;

/// The running sum of one asset's total-return index, as integers.
///
/// Integers add up to the same whatever the order and wherever the sum begins. So a sum over a window is a difference of
/// two running sums, and still the very number that adding up the window gives; running sums of floats would
/// carry the rounding of all earlier values, and differ with the day on which the data begin.
#[derive(Clone, Debug)]
pub(crate) struct Sums {
    /// What one is worth: a power of two that follows from the first value.
    unit: f64,
    /// The sum of the values before each session. Sums of all values may wrap round; their differences do not.
    before: Vec<i128>,
}

impl Sums {
    /// Of an index whose first value is at `first`; `NaN` counts nothing. From the first value on that is too great nothing
    /// is summed, which depends on no later one.
    pub(crate) fn of(index: &[f64], first: usize) -> Self {
        let Some(unit) = unit(index[first]) else { return Self { unit: 1.0, before: Vec::new() } };
        let mut before = Vec::with_capacity(index.len() + 1);
        before.resize(first + 1, 0);
        let (mut sum, per_unit) = (0i128, unit.recip());
        for x in &index[first..] {
            let units = x * per_unit;
            if units > MOST {
                break;
            }
            sum = sum.wrapping_add(units as i128);
            before.push(sum);
        }
        Self { unit, before }
    }

    /// The mean of the `n` values up to session `last`, whose own is $c$: $c + \frac1n \sum (x_i - c)$. `None` where nothing
    /// is summed.
    #[inline]
    pub(crate) fn mean(&self, c: f64, last: usize, n: usize) -> Option<f64> {
        let end = *self.before.get(last + 1)?;
        let (own, start) = (end.wrapping_sub(self.before[last]), self.before[last + 1 - n]);
        let rest = end.wrapping_sub(start).wrapping_sub(own.wrapping_mul(n as i128));
        Some(c + float(rest) * self.unit / n as f64)
    }
}

/// Of the first value, a number away from the ends of the range of floats.
fn unit(first: f64) -> Option<f64> {
    const BIAS: i32 = 1023;
    const DIGITS: i32 = 52;
    let exponent = (first.to_bits() >> DIGITS) as i32 - BIAS;
    let usual = first > 0.0 && exponent.abs() < BIAS - 2 * BELOW;
    usual.then(|| f64::from_bits(((exponent - BELOW + BIAS) as u64) << DIGITS))
}

/// An integer as the nearest float or its neighbour: in two halves, which is many times faster than to the last digit.
#[inline]
fn float(x: i128) -> f64 {
    const HALF: f64 = (1u128 << 64) as f64;
    // The lower half without its sign's place; the digit lost is the last of 128.
    let low = ((x as u64) >> 1) as i64;
    ((x >> 64) as i64) as f64 * HALF + low as f64 * 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same by adding up the window alone, in the units of its own first value.
    fn plain(index: &[f64], first: f64) -> f64 {
        let per_unit = unit(first).unwrap().recip();
        let units = |x: f64| (x * per_unit) as i128;
        let c = index[index.len() - 1];
        let rest: i128 = index.iter().map(|x| units(*x) - units(c)).sum();
        c + float(rest) / per_unit / index.len() as f64
    }

    fn walk(days: u32) -> Vec<f64> {
        (0..days)
            .map(|t| 100.0 * 1.0004f64.powi(t as i32) * (1.0 + 0.1 * (f64::from(t) * 0.7).sin()))
            .collect()
    }

    #[test]
    fn a_window_has_the_same_mean_wherever_the_data_begin() {
        let index = walk(3_000);
        let sums = Sums::of(&index, 0);
        for (last, n) in [(0, 1), (199, 200), (1_000, 20), (2_999, 3_000), (2_999, 1)] {
            let window = &index[last + 1 - n..=last];
            let mean = sums.mean(index[last], last, n).unwrap();
            assert_eq!(mean, plain(window, index[0]));
            let floats = window.iter().sum::<f64>() / n as f64;
            assert!((mean / floats - 1.0).abs() < 1e-14);
        }
        let later = [&[f64::NAN; 7][..], &index].concat();
        let shifted = Sums::of(&later, 7);
        assert_eq!(shifted.mean(index[500], 507, 200), sums.mean(index[500], 500, 200));
    }

    #[test]
    fn the_mean_of_a_price_that_never_moved_is_that_price() {
        let mut index = walk(50);
        index.extend([0.1; 500]);
        let sums = Sums::of(&index, 0);
        for n in [1, 15, 16, 17, 200, 499] {
            assert_eq!(sums.mean(0.1, 549, n), Some(0.1));
        }
    }

    #[test]
    fn a_fall_to_a_millionth_keeps_the_digits_and_an_absurd_rise_is_not_summed() {
        let index: Vec<f64> = (0..40).map(|t| 0.7f64.powi(t) + 1e-7).collect();
        let sums = Sums::of(&index, 0);
        let floats = index[30..].iter().sum::<f64>() / 10.0;
        assert!((sums.mean(index[39], 39, 10).unwrap() / floats - 1.0).abs() < 1e-14);
        let rise: Vec<f64> = (0..80).map(|t| 2f64.powi(t)).collect();
        let sums = Sums::of(&rise, 0);
        assert_eq!(sums.mean(rise[20], 20, 2), Some(1.5 * rise[19]));
        assert_eq!(sums.mean(rise[40], 40, 2), None);
        for odd in [f64::MIN_POSITIVE / 4.0, f64::MAX] {
            assert_eq!(Sums::of(&[odd; 3], 0).mean(odd, 2, 2), None);
        }
    }
}
