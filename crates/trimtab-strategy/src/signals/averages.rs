//! Averages that never end, as plain functions over slices.
use trimtab_core::{AssetId, Error, Kind, Past, Window};

/// The exponential average of `x` with span `n` at each place, starting at the first value:
/// $E(0) = x_0$, $E(t) = \alpha x_t + (1-\alpha) E(t-1)$, $\alpha = 2/(n+1)$.
pub(crate) fn ema(x: &[f64], n: usize) -> impl Iterator<Item = f64> + '_ {
    let alpha = 2.0 / (n as f64 + 1.0);
    x.iter().scan(None, move |state: &mut Option<f64>, x| {
        let next = state.map_or(*x, |e| alpha * x + (1.0 - alpha) * e);
        *state = Some(next);
        Some(next)
    })
}

/// How many lengths Wilder's average looks back: $(1 - 1/n)^{12n} < e^{-12} = 0.000006$. With 8 the start still shows in
/// the second digit of an index from 0 to 100; more would ask for history that changes nothing.
pub(crate) const WILDER_LENGTHS: u32 = 12;

/// Wilder's average of `x` at its end: the plain mean of the first `n`, then $A(t) = A(t-1) + (x_t - A(t-1))/n$.
pub(crate) fn wilder(mut x: impl Iterator<Item = f64>, n: usize) -> f64 {
    let n = n as f64;
    let start = x.by_ref().take(n as usize).sum::<f64>() / n;
    x.fold(start, |a, x| a + (x - a) / n)
}

/// What is said of an asset whose volatility is zero.
pub(crate) fn still(past: Past<'_>, asset: AssetId, window: Window) -> Error {
    let said = format!("{} did not move in {window}: its volatility is zero", past.symbol(asset));
    Error::new(Kind::Numeric, said).hint("leave it out, or check the data for stale prices")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averages_in_closed_form() {
        let e: Vec<f64> = ema(&[4.0, 8.0, 2.0], 3).collect();
        assert_eq!(e, [4.0, 6.0, 4.0]);
        assert_eq!(wilder([1.0, 3.0, 6.0, 4.0].into_iter(), 2), 4.0);
    }
}
