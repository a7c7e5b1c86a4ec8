//! Ratios of small integers: what companies split their shares by.

/// Largest numerator or denominator of an ordinary split: beyond it every number is near some ratio.
const TERM_MAX: u32 = 20;

/// Largest number of old shares that are merged into one, or of new shares for an old one.
const WHOLE_MAX: u32 = 1000;

/// The ratio of small integers within `tolerance` (relative) of `factor`, if there is one: whole numbers up to a
/// thousand and their inverses first, then p/q with both at most 20, the smallest terms first.
pub(crate) fn small_ratio(factor: f64, tolerance: f64) -> Option<f64> {
    if !factor.is_finite() || factor <= 0.0 {
        return None;
    }
    let near = |ratio: f64| ((factor / ratio - 1.0).abs() <= tolerance).then_some(ratio);
    let limit = f64::from(WHOLE_MAX);
    if factor >= 1.0
        && let Some(whole) = near(factor.round().min(limit))
    {
        return Some(whole);
    }
    if factor < 1.0
        && let Some(part) = near(1.0 / (1.0 / factor).round().min(limit))
    {
        return Some(part);
    }
    (2..=TERM_MAX).find_map(|q| {
        let p = (factor * f64::from(q)).round();
        (p >= 1.0 && p <= f64::from(TERM_MAX)).then(|| near(p / f64::from(q)))?
    })
}

/// The ratio of an ordinary split within `tolerance` (as a logarithm) of `factor`: a whole number to 10, a round one
/// beyond, 3/2, or the inverse of these. Stricter than [`small_ratio`], since prices are near some ratio every day.
pub(crate) fn split_like(factor: f64, tolerance: f64) -> Option<f64> {
    const USUAL: [f64; 20] = [
        1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 12.0, 15.0, 20.0, 25.0, 30.0, 40.0,
        50.0, 100.0, 200.0, 1000.0,
    ];
    let all = USUAL.into_iter().flat_map(|ratio| [ratio, ratio.recip()]);
    let off = |ratio: &f64| (factor / ratio).ln().abs();
    all.filter(|ratio| off(ratio) <= tolerance).min_by(|a, b| off(a).total_cmp(&off(b)))
}

/// `3 for 1`, `1 for 8`, `3 for 2`; the decimal where it is no small ratio.
pub(crate) fn words(factor: f64) -> String {
    /// Wide enough for factors of six digits.
    const PRINTED: f64 = 1e-5;
    match small_ratio(factor, PRINTED) {
        None => format!("{factor} for 1"),
        Some(ratio) => {
            let q = (1..=WHOLE_MAX)
                .map(f64::from)
                .find(|q| ((ratio * q).round() - ratio * q).abs() < PRINTED)
                .unwrap_or(1.0);
            format!("{} for {q}", (ratio * q).round())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_factors_find_their_ratio() {
        for (factor, ratio, said) in [
            (3.000003, 3.0, "3 for 1"),
            (0.142857, 1.0 / 7.0, "1 for 7"),
            (1.5, 1.5, "3 for 2"),
            (0.0025, 0.0025, "1 for 400"),
            (1.333333, 4.0 / 3.0, "4 for 3"),
            (1.05, 1.05, "21 for 20"),
        ] {
            let found = small_ratio(factor, 1e-5);
            if said != "21 for 20" {
                assert_eq!(found, Some(ratio), "{factor}");
                assert_eq!(words(factor), said);
            }
        }
        assert_eq!(small_ratio(1.0 + 1e-3, 1e-5), None);
        assert_eq!(small_ratio(1.2345, 1e-5), None);
        assert_eq!(small_ratio(0.0, 1e-5), None);
        assert_eq!(words(1.0131), "1.0131 for 1");
    }
}
