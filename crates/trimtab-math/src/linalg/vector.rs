//! Sums over slices in a fixed order: eight running sums, folded pairwise at the end.
//!
//! Eight lanes fill one AVX-512 register, two AVX2 or four SSE2 registers, so the compiler may use
//! whichever it is allowed to and the rounding stays the same.

/// Lanes of the running sums; see the module's words.
pub(crate) const LANES: usize = 8;

/// Scalar product `sum a_i b_i` over the shorter of the two lengths.
#[inline]
#[must_use]
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len().min(b.len());
    let (a8, a1) = a[..n].as_chunks::<LANES>();
    let (b8, b1) = b[..n].as_chunks::<LANES>();
    let tail: f64 = a1.iter().zip(b1).map(|(x, y)| x * y).sum();
    if a8.is_empty() {
        return tail;
    }
    let mut lanes = [0.0; LANES];
    for (x, y) in a8.iter().zip(b8) {
        for k in 0..LANES {
            lanes[k] += x[k] * y[k];
        }
    }
    fold(lanes) + tail
}

/// Sum of the elements.
#[inline]
#[must_use]
pub fn sum(a: &[f64]) -> f64 {
    let (a8, a1) = a.as_chunks::<LANES>();
    let mut lanes = [0.0; LANES];
    for x in a8 {
        for k in 0..LANES {
            lanes[k] += x[k];
        }
    }
    fold(lanes) + a1.iter().sum::<f64>()
}

/// `y <- y + alpha x`, element by element.
#[inline]
pub fn axpy(alpha: f64, x: &[f64], y: &mut [f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += alpha * x;
    }
}

/// `y <- y + a0 x0 + a1 x1 + a2 x2 + a3 x3`: one pass over `y` for four columns.
#[inline]
pub(crate) fn axpy4(alpha: [f64; 4], x: [&[f64]; 4], y: &mut [f64]) {
    let n = y.len();
    let [x0, x1, x2, x3] = x.map(|x| &x[..n]);
    for i in 0..n {
        y[i] += (alpha[0] * x0[i] + alpha[1] * x1[i]) + (alpha[2] * x2[i] + alpha[3] * x3[i]);
    }
}

/// Largest absolute value; 0 for an empty slice.
#[inline]
#[must_use]
pub fn max_abs(a: &[f64]) -> f64 {
    a.iter().fold(0.0, |m, x| x.abs().max(m))
}

#[inline]
fn fold(l: [f64; LANES]) -> f64 {
    ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dot_and_sum_agree_with_plain_loops_at_every_length() {
        for n in 0..40 {
            let a: Vec<f64> = (0..n).map(|i| (i as f64 * 0.7).sin()).collect();
            let b: Vec<f64> = (0..n).map(|i| (i as f64 * 1.3).cos()).collect();
            let plain: f64 = a.iter().zip(&b).map(|(x, y)| x * y).sum();
            assert!((dot(&a, &b) - plain).abs() < 1e-14);
            assert!((sum(&a) - a.iter().sum::<f64>()).abs() < 1e-14);
        }
    }

    #[test]
    fn four_columns_at_once_is_four_times_one() {
        let x: Vec<Vec<f64>> =
            (0..4).map(|c| (0..11).map(|i| f64::from(c * 11 + i).sqrt()).collect()).collect();
        let mut one = vec![1.0; 11];
        let mut four = one.clone();
        for (c, x) in x.iter().enumerate() {
            axpy(c as f64 - 1.5, x, &mut one);
        }
        axpy4([-1.5, -0.5, 0.5, 1.5], [&x[0], &x[1], &x[2], &x[3]], &mut four);
        for (a, b) in one.iter().zip(&four) {
            assert!((a - b).abs() < 1e-13);
        }
    }
}
