//! Quadratic models of `b v^(3/2)`, v >= 0, whose curvature is infinite at zero.

/// `slope v + 1/2 curvature v^2`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Model {
    pub(super) slope: f64,
    pub(super) curvature: f64,
}

/// Newton's model at v > 0: slope and curvature of the function; the curvature is that of `least`
/// where v is smaller, lest a trade of next to nothing drown every other.
pub(super) fn newton(b: f64, v: f64, least: f64) -> Model {
    let curvature = 0.75 * b / v.max(least).sqrt();
    Model { slope: slope(b, v) - curvature * v, curvature }
}

/// The parabola through zero, where it has the function's slope, that touches the function at
/// v > 0. It lies above the function (which is concave in v squared), so that a minimum over it
/// never overshoots, and it lets a trade of zero begin.
pub(super) fn parabola(b: f64, v: f64, least: f64) -> Model {
    Model { slope: 0.0, curvature: 1.5 * b / v.max(least).sqrt() }
}

/// Slope of `b v^(3/2)`.
pub(super) fn slope(b: f64, v: f64) -> f64 {
    1.5 * b * v.sqrt()
}

/// The v at which `1.5 b sqrt(v) + q v` takes the gain `g > 0` of the first unit up.
pub(super) fn first_trade(b: f64, q: f64, g: f64) -> f64 {
    // With s = sqrt(v): q s^2 + 1.5 b s - g = 0, in the form that survives q = 0.
    let half = 0.75 * b;
    let s = g / (half + (half * half + q * g).sqrt());
    s * s
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_touch_the_function() {
        let (b, v) = (0.3, 0.04);
        let m = newton(b, v, 0.0);
        assert!((m.slope + m.curvature * v - slope(b, v)).abs() < 1e-15);
        let p = parabola(b, v, 0.0);
        assert!((p.curvature * v - slope(b, v)).abs() < 1e-15);
        for (q, g) in [(0.0, 0.01), (2.0, 0.01), (1e3, 5.0), (1e-9, 1e-12)] {
            let v = first_trade(b, q, g);
            assert!((slope(b, v) + q * v - g).abs() < 1e-14 * g.max(1.0), "{q} {g}");
        }
    }
}
