//! Roots of functions of one variable: a bracketing search, and all real roots of a sum of exponentials.

/// Why a root was not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RootError {
    /// The function has the same sign at both ends, or an end is not finite.
    NotBracketed,
    /// The function is not a number somewhere inside the bracket.
    NotANumber,
}

/// Steps after which plain bisection of any two doubles has ended; only a broken function needs more.
const STEPS: usize = 2_200;

/// Width of the final bracket, relative to its position: two units in the last place.
const WIDTH: f64 = 2.0 * f64::EPSILON;

/// The root of `f` between `a` and `b`, where `f` changes sign, to the last digit of f64 or to `tolerance`, whichever
/// is wider (Brent 1973, *Algorithms for Minimization without Derivatives*, ch. 4: inverse quadratic interpolation
/// guarded by bisection).
///
/// # Errors
/// [`RootError::NotBracketed`] when the signs at the ends agree, [`RootError::NotANumber`] when `f` fails inside.
pub fn brent(f: impl Fn(f64) -> f64, a: f64, b: f64, tolerance: f64) -> Result<f64, RootError> {
    let (mut a, mut b) = (a, b);
    let (mut fa, mut fb) = (f(a), f(b));
    if fa == 0.0 {
        return Ok(a);
    }
    if fb == 0.0 {
        return Ok(b);
    }
    if !(fa * fb.signum() < 0.0 && a.is_finite() && b.is_finite()) {
        return Err(RootError::NotBracketed);
    }
    // b is the best point so far, a the one before, c keeps the sign change with b.
    let (mut c, mut fc) = (a, fa);
    let mut step = b - a;
    let mut step_before = step;
    for _ in 0..STEPS {
        if fb.signum() == fc.signum() {
            (c, fc) = (a, fa);
            step = b - a;
            step_before = step;
        }
        if fc.abs() < fb.abs() {
            (a, b, c) = (b, c, b);
            (fa, fb, fc) = (fb, fc, fb);
        }
        let width = WIDTH * b.abs() + 0.5 * tolerance.max(f64::MIN_POSITIVE);
        let half = 0.5 * (c - b);
        if half.abs() <= width || fb == 0.0 {
            return Ok(b);
        }
        match interpolated(&Bracket { a, b, c, fa, fb, fc }) {
            // Taken when it falls well inside the bracket and shrinks faster than two halvings would.
            Some(d)
                if d * half > 0.0
                    && d.abs() < 1.5 * half.abs() - 0.5 * width
                    && d.abs() < 0.5 * step_before.abs()
                    && step_before.abs() >= width =>
            {
                step_before = step;
                step = d;
            }
            _ => {
                step = half;
                step_before = half;
            }
        }
        (a, fa) = (b, fb);
        b += if step.abs() > width { step } else { width.copysign(half) };
        fb = f(b);
        if fb.is_nan() {
            return Err(RootError::NotANumber);
        }
    }
    Ok(b)
}

struct Bracket {
    a: f64,
    b: f64,
    c: f64,
    fa: f64,
    fb: f64,
    fc: f64,
}

/// The step from `b` that the secant or the inverse parabola proposes.
fn interpolated(p: &Bracket) -> Option<f64> {
    if p.fa.abs() <= p.fb.abs() {
        return None;
    }
    let half = 0.5 * (p.c - p.b);
    let s = p.fb / p.fa;
    let (top, bottom) = if p.a == p.c {
        (2.0 * half * s, 1.0 - s)
    } else {
        let (q, r) = (p.fa / p.fc, p.fb / p.fc);
        let top = s * (2.0 * half * q * (q - r) - (p.b - p.a) * (r - 1.0));
        (top, (q - 1.0) * (r - 1.0) * (s - 1.0))
    };
    let step = -top / bottom;
    step.is_finite().then_some(step)
}

/// Value of the sum, relative to the sum of the absolute terms, below which it counts as zero: the rounding of the
/// terms themselves. It decides only whether a touching (double) root is seen.
const TOUCH: f64 = 32.0 * f64::EPSILON;

/// All real roots, ascending, of `f(x) = sum a_i exp(-t_i x)`.
///
/// `a` are the coefficients, `t` the strictly ascending exponents; terms with `a_i = 0` play no part. A root where
/// the sum only touches zero is listed once.
///
/// Such a sum has at most as many roots as its coefficients have changes of sign (Laguerre 1883; Pólya and Szegő,
/// *Problems and Theorems in Analysis* II, part V, 77). With c between the exponents of two neighbours of opposite
/// sign, `(exp(c x) f)'` is again such a sum with one change less, and by Rolle between two roots of f lies one of
/// it. So its roots, found first, separate those of f, and none can be missed.
///
/// # Panics
/// When the slices differ in length or `t` does not ascend strictly.
pub fn exponential_sum_roots(a: &[f64], t: &[f64]) -> Vec<f64> {
    assert_eq!(a.len(), t.len(), "one exponent for each coefficient");
    assert!(t.windows(2).all(|w| w[0] < w[1]), "exponents ascend strictly");
    let (a, t): (Vec<f64>, Vec<f64>) =
        a.iter().zip(t).filter(|(a, _)| **a != 0.0).map(|(a, t)| (*a, *t)).unzip();
    // The chain of derivatives, each with one change of sign less, the last with none.
    let mut chain = vec![a];
    while let Some(next) = derivative(chain.last().expect("starts with one"), &t) {
        chain.push(next);
    }
    let mut roots = Vec::new();
    for a in chain.iter().rev().skip(1) {
        roots = roots_between(&Terms { a, t: &t }, &roots);
    }
    roots
}

/// Coefficients of the derivative of `exp(c x) f`, c in the gap of the first change of sign, scaled to at most 1.
fn derivative(a: &[f64], t: &[f64]) -> Option<Vec<f64>> {
    let gap = a.windows(2).position(|w| (w[0] < 0.0) != (w[1] < 0.0))?;
    let c = 0.5 * (t[gap] + t[gap + 1]);
    let mut next: Vec<f64> = a.iter().zip(t).map(|(a, t)| a * (c - t)).collect();
    let largest = next.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
    for x in &mut next {
        *x /= largest;
    }
    Some(next)
}

struct Terms<'a> {
    a: &'a [f64],
    t: &'a [f64],
}

impl Terms<'_> {
    /// `f(x) exp(r x)` with the exponent r that keeps every term bounded on this side of 0, and the sum of absolute
    /// terms. The factor changes neither signs nor roots.
    fn value(&self, x: f64, right: bool) -> (f64, f64) {
        let reference = if right { self.t[0] } else { self.t[self.t.len() - 1] };
        let (mut sum, mut size) = (0.0, 0.0);
        for (a, t) in self.a.iter().zip(self.t) {
            let term = a * ((reference - t) * x).exp();
            sum += term;
            size += term.abs();
        }
        (sum, size)
    }

    /// -1, 0 or 1.
    fn sign(&self, x: f64) -> i8 {
        let (sum, size) = self.value(x, x >= 0.0);
        if sum.abs() <= TOUCH * size { 0 } else { sum.signum() as i8 }
    }

    /// Beyond these the first or the last term outweighs all others together.
    fn bounds(&self) -> (f64, f64) {
        let n = self.a.len();
        let total: f64 = self.a.iter().map(|a| a.abs()).sum();
        let reach = |own: f64, gap: f64| ((2.0 * total / own.abs()).ln() / gap).max(0.0) + 1.0;
        (
            -reach(self.a[n - 1], self.t[n - 1] - self.t[n - 2]),
            reach(self.a[0], self.t[1] - self.t[0]),
        )
    }
}

/// The roots of `f`, given the roots of its derivative (up to a positive factor), between which it is monotone.
fn roots_between(f: &Terms<'_>, turns: &[f64]) -> Vec<f64> {
    let (low, high) = f.bounds();
    let mut points = vec![low];
    points.extend(turns.iter().copied().filter(|x| *x > low && *x < high));
    points.push(high);
    // 0 separates the two scalings of the value.
    let zero = points.partition_point(|x| *x < 0.0);
    if points[zero] != 0.0 {
        points.insert(zero, 0.0);
    }
    let mut roots = Vec::new();
    for (i, pair) in points.windows(2).enumerate() {
        let (left, right) = (f.sign(pair[0]), f.sign(pair[1]));
        if left == 0 && i == 0 || right == 0 {
            roots.push(if right == 0 { pair[1] } else { pair[0] });
        } else if left * right < 0 {
            let side = pair[0] >= 0.0;
            let root = brent(|x| f.value(x, side).0, pair[0], pair[1], 0.0);
            roots.extend(root);
        }
    }
    roots
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn brent_finds_the_root_to_the_last_digits() {
        let root = brent(|x| x * x - 2.0, 0.0, 2.0, 0.0).unwrap();
        assert!((root - 2_f64.sqrt()).abs() < 1e-15);
        let root = brent(|x| x.cos() - x, 0.0, 1.0, 0.0).unwrap();
        assert!((root - 0.739_085_133_215_160_6).abs() < 1e-15);
        // A function so flat that the secant is useless.
        let root = brent(|x| (x - 0.3).powi(9), -1.0, 4.0, 0.0).unwrap();
        assert!((root - 0.3).abs() < 1e-6);
    }

    #[test]
    fn brent_refuses_what_is_not_a_bracket() {
        assert_eq!(brent(|x| x * x + 1.0, -1.0, 1.0, 0.0), Err(RootError::NotBracketed));
        assert_eq!(brent(|x| x, f64::NEG_INFINITY, 1.0, 0.0), Err(RootError::NotBracketed));
        assert_eq!(brent(|x| x.ln(), 1.0, 1.0, 0.0), Ok(1.0));
    }

    #[test]
    fn brent_needs_few_calls_where_the_function_is_smooth() {
        let calls = std::cell::Cell::new(0);
        brent(
            |x| {
                calls.set(calls.get() + 1);
                x.exp() - 5.0
            },
            -10.0,
            10.0,
            0.0,
        )
        .unwrap();
        assert!(calls.get() < 25, "{} calls", calls.get());
    }

    /// Coefficients of the product of (u - r_i) in u = exp(-x), lowest power first.
    fn polynomial(roots: &[f64]) -> Vec<f64> {
        let mut a = vec![1.0];
        for r in roots {
            let mut next = vec![0.0; a.len() + 1];
            for (i, c) in a.iter().enumerate() {
                next[i] -= r * c;
                next[i + 1] += c;
            }
            a = next;
        }
        a
    }

    #[test]
    fn a_polynomial_in_the_discount_factor_gives_back_its_roots() {
        let wanted = [0.2_f64, 0.7, 0.9, 1.3, 2.5];
        let a = polynomial(&wanted);
        let t: Vec<f64> = (0..a.len()).map(|i| i as f64).collect();
        let mut found: Vec<f64> =
            exponential_sum_roots(&a, &t).iter().map(|x| (-x).exp()).collect();
        found.reverse();
        assert_eq!(found.len(), wanted.len(), "{found:?}");
        for (f, w) in found.iter().zip(wanted) {
            assert!((f - w).abs() < 1e-11, "{f} is not {w}");
        }
    }

    #[test]
    fn a_touching_root_is_listed_once_and_none_where_there_is_none() {
        let touching = exponential_sum_roots(&[1.0, -2.0, 1.0], &[0.0, 1.0, 2.0]);
        assert_eq!(touching.len(), 1);
        assert!(touching[0].abs() < 1e-7);
        assert!(exponential_sum_roots(&[1.0, -2.0, 1.5], &[0.0, 1.0, 2.0]).is_empty());
        assert!(exponential_sum_roots(&[1.0, 2.0], &[0.0, 1.0]).is_empty());
        assert!(exponential_sum_roots(&[0.0, 2.0], &[0.0, 1.0]).is_empty());
        assert!(exponential_sum_roots(&[], &[]).is_empty());
    }

    proptest! {
        /// Every change of sign seen on a fine grid has its root.
        #[test]
        fn no_sign_change_is_missed(a in prop::collection::vec(-10.0..10.0_f64, 2..12)) {
            let t: Vec<f64> = (0..a.len()).map(|i| i as f64 * 0.3 + (i % 3) as f64 * 0.05).collect();
            let roots = exponential_sum_roots(&a, &t);
            let f = |x: f64| a.iter().zip(&t).map(|(a, t)| a * (-t * x).exp()).sum::<f64>();
            prop_assert!(roots.windows(2).all(|w| w[0] <= w[1]));
            let grid: Vec<f64> = (0..800).map(|i| -4.0 + 0.01 * f64::from(i)).collect();
            for w in grid.windows(2) {
                if f(w[0]) * f(w[1]) < 0.0 {
                    prop_assert!(roots.iter().any(|r| (w[0] - 1e-9..=w[1] + 1e-9).contains(r)), "{w:?} {roots:?}");
                }
            }
            for r in &roots {
                let size: f64 = a.iter().zip(&t).map(|(a, t)| (a * (-t * r).exp()).abs()).sum();
                prop_assert!(f(*r).abs() <= 1e-9 * size);
            }
        }
    }
}
