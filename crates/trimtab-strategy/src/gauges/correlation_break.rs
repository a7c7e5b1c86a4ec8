//! Whether two assets still go together as they did.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::signals::{returns, still};
use crate::{Cx, Documented, Gauge, Words};
use trimtab_core::{AssetId, Past, Result, Window};
use trimtab_math::moments::Comoments;

/// How far the correlation of two assets has moved from what it was, in standard errors:
/// $g = \frac{\operatorname{artanh} \rho_1 - \operatorname{artanh} \rho_0}{\sqrt{1/(n_1-3) + 1/(n_0-3)}}$.
///
/// $\rho_1$: the correlation of the returns of `asset` and `with` over the last $n_1$ = `window`; $\rho_0$ that of the $n_0$ =
/// `history` returns before them. Above 2 the two go together more than they did, as stocks and bonds did from 2022 on: what one
/// was held for beside the other no longer holds. The errors are those of normal returns; fat tails make 2 less rare than 5 %.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrelationBreak {
    /// One asset.
    pub asset: String,
    /// The other one.
    pub with: String,
    /// The newest returns $n_1$, at least 5.
    pub window: Window,
    /// The returns before them $n_0$, at least 5, as far apart as those of `window`.
    pub history: Window,
}

impl Documented for CorrelationBreak {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.broken]
        kind    = "correlation-break"
        asset   = "SPY"
        with    = "TLT"
        window  = 63
        history = 252
        [allocator.portfolio]
        kind      = "when"
        gauge     = "@broken"
        above     = 2.0
        then      = { kind = "fixed", weights = { SPY = 0.4, SHY = 0.6 } }
        otherwise = { kind = "fixed", weights = { SPY = 0.6, TLT = 0.4 } }
    "#;
    const SOURCE: &str = "Fisher (1921), On the probable error of a coefficient of correlation, Metron 1(4), p. 3; Forbes, Rigobon \
                          (2002), No contagion, only interdependence, Journal of Finance 57(5), p. 2223";
    fn check(&self) -> Result<(), String> {
        match self.window.same_spacing(self.history) {
            false => Err("`window` and `history` count the same: sessions, weeks or months".into()),
            true if self.window.count() < 5 || self.history.count() < 5 => {
                Err("`window` and `history` need at least five returns".into())
            }
            true => Ok(()),
        }
    }
}

impl CorrelationBreak {
    /// The last `history + window` returns of an asset.
    fn returns(&self, past: Past<'_>, asset: AssetId) -> Result<Vec<f64>> {
        let more = self.history.count() as u32;
        let whole = match self.window {
            Window::Sessions(n) => Window::Sessions(n + more),
            Window::Weeks(n) => Window::Weeks(n + more),
            Window::Months(n) => Window::Months(n + more),
        };
        returns(past, asset, whole)
    }
}

/// The correlation nearest to one whose inverse tangent is still finite and of use: 17.5 on the scale of the test.
const CLOSEST: f64 = 1.0 - 1e-15;

impl Gauge for CorrelationBreak {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let past = cx.past();
        let (a, b) = (past.find(&self.asset)?, past.find(&self.with)?);
        let (x, y) = (self.returns(past, a)?, self.returns(past, b)?);
        let cut = self.history.count();
        let rho = |x: &[f64], y: &[f64]| {
            let found = Comoments::of(x, y).and_then(|m| m.correlation());
            found.ok_or_else(|| still(past, a, self.window))
        };
        let (before, now) = (rho(&x[..cut], &y[..cut])?, rho(&x[cut..], &y[cut..])?);
        cx.because(|| format!("their correlation went from {before:.2} to {now:.2}"));
        let z = |rho: f64| rho.clamp(-CLOSEST, CLOSEST).atanh();
        let variance = |n: usize| 1.0 / (n - 3) as f64;
        Ok((z(now) - z(before)) / (variance(x.len() - cut) + variance(cut)).sqrt())
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!(
            "how many standard errors the correlation of {} and {} over {} lies above that over {} before",
            self.asset, self.with, self.window, self.history
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;
    use crate::testing::{market, reading};

    #[test]
    fn a_sign_that_turns_is_many_errors_away() {
        // Returns that cross at first and go together later, with some noise.
        let mut prices = [100.0, 100.0];
        let (mut a, mut b) = (vec![100.0], vec![100.0]);
        for t in 0..40_u32 {
            let common = 0.01 * f64::from(t * t % 7) - 0.03;
            let own = 0.004 * (f64::from(t * t * t % 11) - 5.0) / 5.0;
            let sign = if t < 20 { -1.0 } else { 1.0 };
            prices[0] *= 1.0 + common;
            prices[1] *= 1.0 + sign * common + own;
            a.push(prices[0]);
            b.push(prices[1]);
        }
        let (x, y): (Vec<f64>, Vec<f64>) = (
            a.windows(2).map(|p| p[1] / p[0] - 1.0).collect(),
            b.windows(2).map(|p| p[1] / p[0] - 1.0).collect(),
        );
        let rho = |x: &[f64], y: &[f64]| {
            let n = x.len() as f64;
            let (mx, my) = (x.iter().sum::<f64>() / n, y.iter().sum::<f64>() / n);
            let dot = |f: &dyn Fn(usize) -> f64| (0..x.len()).map(f).sum::<f64>();
            dot(&|i| (x[i] - mx) * (y[i] - my))
                / (dot(&|i| (x[i] - mx).powi(2)) * dot(&|i| (y[i] - my).powi(2))).sqrt()
        };
        let (before, now) = (rho(&x[..20], &y[..20]), rho(&x[20..], &y[20..]));
        let by_hand = (now.atanh() - before.atanh()) / (2.0 / 17.0_f64).sqrt();
        let market = market(&[("A", a), ("B", b)]);
        let gauge = CorrelationBreak {
            asset: "A".into(),
            with: "B".into(),
            window: Window::Sessions(20),
            history: Window::Sessions(20),
        };
        let read = reading(&gauge, &market, 40, &mut Memory::default());
        assert!(read > 10.0 && (read - by_hand).abs() < 1e-9, "{read} {by_hand}");
    }
}
