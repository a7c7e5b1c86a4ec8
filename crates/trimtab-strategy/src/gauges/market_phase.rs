//! Crisis, bear, inflation, bull, or calm.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::roughness::{self, roughness};
use crate::{AnyGauge, Cx, Documented, Gauge, Node, Words};
use trimtab_core::{Result, Window};

/// The phase of a market, the first that holds: 0 crisis $D \ge \delta \land R \ge \rho$; 1 bear $P < \bar P$; 2 inflation
/// $I > \iota$; 4 low volatility $R \le \lambda$; else 3 bull.
///
/// $P$, $\bar P$: close of `asset` as a total-return index and its mean over `average`; $D$: how far $P$ lies below the highest
/// close of `average`, $\delta$ = `fall`; $R$: the share of the observations of `history` whose volatility over `volatility` was
/// at most today's, $\rho$ = `wild`, $\lambda$ = `quiet`; $I$: the reading of `inflation`, if there is one, $\iota$ =
/// `inflation-above`. The numbers ascend with how well stocks are wont to fare.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MarketPhase {
    /// The asset that stands for the market.
    pub asset: String,
    /// The closes of the mean $\bar P$ and of the highest close.
    pub average: Window,
    /// The returns of the volatility.
    pub volatility: Window,
    /// The observations it is ranked among.
    pub history: Window,
    /// The fall $\delta$ of a crisis, as a fraction.
    #[serde(default = "fall")]
    pub fall: f64,
    /// The rank $\rho$ of the volatility from which a fall is a crisis.
    #[serde(default = "wild")]
    pub wild: f64,
    /// The rank $\lambda$ of the volatility up to which a rising market is quiet.
    #[serde(default = "quiet")]
    pub quiet: f64,
    /// A gauge of inflation $I$, such as a year's change of a price index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inflation: Option<Node<AnyGauge>>,
    /// Above this reading $\iota$ there is inflation.
    #[serde(default)]
    pub inflation_above: f64,
}

fn fall() -> f64 {
    0.15
}
fn wild() -> f64 {
    0.9
}
fn quiet() -> f64 {
    0.3
}

impl Documented for MarketPhase {
    const EXAMPLE: &str = r#"
        root = "@by-phase"
        [gauge.phase]
        kind       = "market-phase"
        asset      = "SPY"
        average    = 200
        volatility = 21
        history    = "52 weeks"
        inflation  = { kind = "score-of", asset = "DBC", by = { kind = "total-return", window = 126 } }
        inflation-above = 0.15
        [allocator.by-phase]
        kind      = "by-regime"
        gauge     = "@phase"
        bands     = [
            { below = 1.0, hold = { kind = "fixed", weights = { SHY = 1.0 } } },
            { below = 2.0, hold = { kind = "fixed", weights = { TLT = 0.5, SHY = 0.5 } } },
            { below = 3.0, hold = { kind = "fixed", weights = { SPY = 0.5, DBC = 0.5 } } },
        ]
        otherwise = { kind = "fixed", weights = { SPY = 1.0 } }
    "#;
    const SOURCE: &str = "Own thresholds; the four regimes bull, bear, low volatility and crisis are those of Guidolin, Timmermann \
                          (2007), Asset allocation under multivariate regime switching, Journal of Economic Dynamics and Control \
                          31(11), p. 3503 (crash, slow growth, bull, recovery)";
    fn check(&self) -> Result<(), String> {
        roughness::check(self.volatility, self.history)?;
        let fractions =
            [("fall", self.fall), ("wild", self.wild), ("quiet", self.quiet)].into_iter();
        for (name, x) in fractions {
            if !(x > 0.0 && x < 1.0) {
                return Err(format!("`{name}` lies between 0 and 1"));
            }
        }
        match self.inflation_above.is_finite() {
            true => Ok(()),
            false => Err("`inflation-above` is a finite number".into()),
        }
    }
}

impl Gauge for MarketPhase {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let asset = cx.past().find(&self.asset)?;
        let closes = cx.past().closes(asset, self.average)?;
        let now = closes[closes.len() - 1];
        let fall = 1.0 - now / closes.iter().copied().fold(now, f64::max);
        let bear = now < cx.past().mean(asset, self.average)?;
        let share = roughness(cx, asset, self.volatility, self.history)?;
        let inflation = match &self.inflation {
            Some(inflation) => inflation.read(cx)? > self.inflation_above,
            None => false,
        };
        let (phase, name) = match () {
            () if fall >= self.fall && share >= self.wild => (0.0, "crisis"),
            () if bear => (1.0, "bear market"),
            () if inflation => (2.0, "inflation"),
            () if share <= self.quiet => (4.0, "low volatility"),
            () => (3.0, "bull market"),
        };
        cx.because(|| {
            let (below, share) = (100.0 * fall, 100.0 * share);
            format!("{name}: {below:.1} % below its high, volatility at {share:.0} % of its past")
        });
        Ok(phase)
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!(
            "0 crisis ({} {:.0} % below its high, volatility in the top {:.0} %), 1 bear (below its average over {}), 2 inflation, \
             3 bull, 4 low volatility (in the lowest {:.0} %)",
            self.asset,
            100.0 * self.fall,
            100.0 * (1.0 - self.wild),
            self.average,
            100.0 * self.quiet
        ));
        if let Some(inflation) = &self.inflation {
            words.gauge(&format!("inflation, above {}", self.inflation_above), inflation);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;
    use crate::testing::{market_with, reading};

    #[test]
    fn the_five_phases_by_hand() {
        // Forty sessions each: shaken and rising, ever stiller and rising, crashing, creeping down, rising again.
        let step = |t: usize| match t / 40 {
            0 => [1.03, 0.98][t % 2],
            1 => 1.002 + [0.1, -0.1][t % 2] / t as f64,
            2 => [0.93, 1.02][t % 2],
            3 => [0.995, 0.999][t % 2],
            _ => [1.02, 1.0][t % 2],
        };
        let mut price = 100.0;
        let closes: Vec<f64> = (0..200)
            .map(|t| {
                price *= step(t);
                price
            })
            .collect();
        let inflation: Vec<f64> = (0..200).map(|t| if t < 190 { 2.0 } else { 6.0 }).collect();
        let market = market_with(&[("A", closes)], vec![("cpi", inflation)]);
        let gauge = MarketPhase {
            asset: "A".into(),
            average: Window::Sessions(20),
            volatility: Window::Sessions(10),
            history: Window::Sessions(60),
            fall: 0.15,
            wild: 0.8,
            quiet: 0.3,
            inflation: Some(toml::from_str("kind = \"series\"\nseries = \"cpi\"").unwrap()),
            inflation_above: 4.0,
        };
        let read = |day| reading(&gauge, &market, day, &mut Memory::default());
        assert_eq!([75, 95, 155, 185, 195].map(read), [4.0, 0.0, 1.0, 3.0, 2.0]);
    }
}
