//! Logarithms of growth factors, many at once.

/// Below this size a return is taken through the series; ten per cent covers nearly all of daily data.
const SMALL: f64 = 0.1;

/// `ln(1 + r)` of every return, to two units in the last place.
///
/// With `s = r / (2 + r)`, `ln(1 + r) = 2 (s + s^3/3 + s^5/5 + ..)` (the series of the inverse hyperbolic tangent). For
/// |r| < 0.1 eight terms reach the last digit, and unlike a library call they vectorise. Blocks with a larger return go
/// through `ln_1p`.
pub(super) fn logs(returns: &[f64]) -> Vec<f64> {
    let mut logs = vec![0.0; returns.len()];
    let (blocks, rest) = returns.as_chunks::<8>();
    let (out, out_rest) = logs.as_chunks_mut::<8>();
    for (block, out) in blocks.iter().zip(out) {
        if block.iter().all(|r| r.abs() < SMALL) {
            for lane in 0..8 {
                out[lane] = series(block[lane]);
            }
        } else {
            *out = block.map(f64::ln_1p);
        }
    }
    for (r, out) in rest.iter().zip(out_rest) {
        *out = r.ln_1p();
    }
    logs
}

fn series(r: f64) -> f64 {
    let s = r / (2.0 + r);
    let z = s * s;
    let tail =
        [15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0].iter().fold(0.0, |sum, odd| z * (sum + 1.0 / odd));
    2.0 * s * (1.0 + tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_is_the_logarithm() {
        let returns: Vec<f64> = (-999..1000)
            .map(|i| f64::from(i) * 1e-4)
            .chain([0.0, 1e-12, -0.5, 3.0, -1e-300])
            .collect();
        for (log, r) in logs(&returns).iter().zip(&returns) {
            let exact = r.ln_1p();
            assert!(
                (log - exact).abs() <= 4.0 * f64::EPSILON * exact.abs(),
                "{r}: {log} is not {exact}"
            );
        }
    }
}
