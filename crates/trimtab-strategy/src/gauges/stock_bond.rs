//! Whether bonds help when stocks fall.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Cx, Documented, Gauge, Words};
use trimtab_core::{Result, Window};
use trimtab_math::moments::Comoments;

/// What stocks and bonds did together: $g = 0$ where both fell, $R_s \le -\delta \land R_b < 0$; $g = 1$ where stocks fell and
/// bonds did not, $R_s \le -\delta \land R_b \ge 0$; $g = 2$ where stocks did not fall.
///
/// $R_s$, $R_b$: total returns of `stocks` and `bonds` over `window`; $\delta$ = `fall`, as a fraction. The first is a joint fall as
/// in 2022, against which a mix of the two has no protection; the second a flight to safety as in 2008. The correlation of their
/// returns over the same window stands in the reasons.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StockBond {
    /// The asset that stands for stocks.
    pub stocks: String,
    /// The asset that stands for bonds.
    pub bonds: String,
    /// The observations looked back.
    pub window: Window,
    /// The fall $\delta$ of stocks that counts.
    #[serde(default = "fall")]
    pub fall: f64,
}

fn fall() -> f64 {
    0.05
}

impl Documented for StockBond {
    const EXAMPLE: &str = r#"
        root = "@shelter"
        [gauge.together]
        kind   = "stock-bond"
        stocks = "SPY"
        bonds  = "TLT"
        window = 63
        [allocator.shelter]
        kind      = "by-regime"
        gauge     = "@together"
        bands     = [
            { below = 1.0, hold = { kind = "fixed", weights = { SHY = 1.0 } } },
            { below = 2.0, hold = { kind = "fixed", weights = { TLT = 1.0 } } },
        ]
        otherwise = { kind = "fixed", weights = { SPY = 0.6, TLT = 0.4 } }
    "#;
    const SOURCE: &str = "Baele, Bekaert, Inghelbrecht (2010), The determinants of stock and bond return comovements, Review of \
                          Financial Studies 23(6), p. 2374; own thresholds";
    fn check(&self) -> Result<(), String> {
        match self.fall >= 0.0 && self.fall < 1.0 {
            _ if self.window.count() < 3 => Err("`window` needs at least three returns".into()),
            true => Ok(()),
            false => Err("`fall` is a fraction from 0 to below 1".into()),
        }
    }
}

impl Gauge for StockBond {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let past = cx.past();
        let (stocks, bonds) = (past.find(&self.stocks)?, past.find(&self.bonds)?);
        let closes = [stocks, bonds].map(|asset| past.closes(asset, self.window.and_one()));
        let [stocks, bonds] = closes;
        let (stocks, bonds) = (stocks?, bonds?);
        let total = |closes: &[f64]| closes[closes.len() - 1] / closes[0] - 1.0;
        let steps = |closes: &[f64]| -> Vec<f64> {
            closes.windows(2).map(|pair| pair[1] / pair[0] - 1.0).collect()
        };
        let (s, b) = (total(&stocks), total(&bonds));
        let (state, what) = match (s <= -self.fall, b < 0.0) {
            (true, true) => (0.0, "both fell"),
            (true, false) => (1.0, "stocks fell, bonds held"),
            (false, _) => (2.0, "stocks did not fall"),
        };
        cx.because(|| {
            let together = Comoments::of(&steps(&stocks), &steps(&bonds));
            let rho = together.and_then(|m| m.correlation());
            let rho = rho.map_or("none".to_owned(), |rho| format!("{rho:.2}"));
            format!("{what}: {:.1} % and {:.1} %, correlation {rho}", 100.0 * s, 100.0 * b)
        });
        Ok(state)
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!(
            "over {}: 0 {} fell {:.0} % or more and {} fell too, 1 {} alone fell, 2 it did not",
            self.window,
            self.stocks,
            100.0 * self.fall,
            self.bonds,
            self.stocks
        ));
    }
}
