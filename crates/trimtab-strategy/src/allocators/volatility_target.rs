//! Less of everything when markets shake.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::explain::percent;
use crate::{Allocator, AnyAllocator, Cx, Documented, Node, Words};
use trimtab_core::{Positive, Result, Weights, Window};

/// Another allocator scaled to a yearly volatility: $w' = \min(m,\ \sigma^\star / \hat\sigma(w))\, w$.
///
/// $\hat\sigma(w)$: the yearly volatility that the weights $w$ of `of` would have had over `window` returns, rebalanced at each
/// observation; $\sigma^\star$ = `yearly`; $m$ = `most`. When nothing moved, $m$ applies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VolatilityTarget {
    /// What is scaled.
    pub of: Node<AnyAllocator>,
    /// The target $\sigma^\star$ a year: `0.10` is ten per cent.
    pub yearly: Positive,
    /// The number of returns $\hat\sigma$ is measured over.
    pub window: Window,
    /// The greatest multiple $m$ of the inner portfolio; above 1 it needs a limit of kind `leverage`.
    pub most: Positive,
}

impl Documented for VolatilityTarget {
    const EXAMPLE: &str = r#"
        root = "@steady"
        [allocator.steady]
        kind   = "volatility-target"
        of     = { kind = "equal-weight" }
        yearly = 0.08
        window = 42
        most   = 1.0
    "#;
    const SOURCE: &str = "Moreira, Muir (2017), Volatility-managed portfolios, \
                          Journal of Finance 72(4), p. 1611";
    fn check(&self) -> Result<(), String> {
        match self.window.count() {
            1 => Err("`window` needs at least two returns".into()),
            _ => Ok(()),
        }
    }
}

impl Allocator for VolatilityTarget {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let inner = self.of.allocate(cx)?;
        let forecast = self.forecast(cx, &inner)?;
        let exposure = match forecast > 0.0 {
            true => (self.yearly.get() / forecast).min(self.most.get()),
            false => self.most.get(),
        };
        cx.because(|| {
            format!("forecast {} a year, exposure {}", percent(forecast), percent(exposure))
        });
        Ok(inner.scaled(exposure))
    }

    fn parts(&self) -> Vec<&Node<AnyAllocator>> {
        vec![&self.of]
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!(
            "scaled to {} a year by the volatility of {}, at most {} of it",
            percent(self.yearly.get()),
            self.window,
            percent(self.most.get())
        ));
        words.allocator("of", &self.of);
    }
}

impl VolatilityTarget {
    /// $\hat\sigma(w)$.
    fn forecast(&self, cx: &Cx<'_>, weights: &Weights) -> Result<f64> {
        let n = self.window.count();
        let mut returns = vec![0.0; n];
        for (asset, weight) in weights.iter() {
            let closes = cx.past().closes(asset, self.window.and_one())?;
            for (r, pair) in returns.iter_mut().zip(closes.windows(2)) {
                *r += weight * (pair[1] / pair[0] - 1.0);
            }
        }
        let mean = returns.iter().sum::<f64>() / n as f64;
        let squares: f64 = returns.iter().map(|r| (r - mean).powi(2)).sum();
        Ok((squares / (n as f64 - 1.0) * cx.past().per_year_of(self.window)).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use crate::{Book, Cx, Memory, Strategy};
    use trimtab_core::{Asset, Calendar, Columns, Date, Day, Exchange, Market, Panel};

    /// One asset whose daily returns are in turn `+d` and `-d`.
    fn market(d: f64) -> Market {
        let sessions =
            Exchange::Nyse.sessions(Date::constant(2018, 1, 2), Date::constant(2018, 6, 29));
        let up_and_down = |t: usize| if t.is_multiple_of(2) { 1.0 } else { 1.0 + d };
        let drift = |t: usize| ((1.0 + d) * (1.0 - d)).powi(t as i32 / 2);
        let close = (0..sessions.len()).map(|t| 100.0 * up_and_down(t) * drift(t)).collect();
        let close = Panel::from_columns(vec![close]);
        let columns = Columns { close, open: None, high: None, low: None, volume: None };
        let calendar = Calendar::new(sessions).unwrap();
        Market::new(calendar, vec![Asset::new("SPY")], columns, Vec::new(), Vec::new()).unwrap()
    }

    #[test]
    fn twice_the_volatility_is_half_the_exposure() {
        let text = r#"
            root = { kind = "volatility-target", of = { kind = "equal-weight" }, yearly = 0.10, window = 40, most = 1.0 }
        "#;
        let strategy = Strategy::parse("test", text).unwrap();
        let exposure = |yearly: f64| {
            // The sample deviation of an even number of alternating returns is d sqrt(n / (n - 1)).
            let market = market(yearly / (252.0f64 * 40.0 / 39.0).sqrt());
            let (book, mut memory) = (Book::default(), Memory::default());
            let mut cx = Cx::new(market.as_of(Day(100)), &book, &mut memory, &[]);
            strategy.weights(&mut cx).unwrap().invested()
        };
        assert!((exposure(0.15) - 0.10 / 0.15).abs() < 1e-12);
        assert!((exposure(0.30) - exposure(0.15) / 2.0).abs() < 1e-12);
        assert_eq!(exposure(0.05), 1.0, "never more than `most`");
    }
}
