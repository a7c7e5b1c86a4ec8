//! Whether anything like today has been seen before.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AnyGauge, Cx, Documented, Gauge, Node, Words};
use trimtab_core::{Error, Result, Window};
use trimtab_math::linalg::{Cholesky, Sym};

/// How far today lies from everything seen so far: $g = d_0 / \max_k d_k$, $d_k = \sqrt{(x_k - \bar x)' S^{-1} (x_k - \bar x)}$.
///
/// $x_k$: the readings of the gauges `of` at the observations of `window` before today, $x_0$ today's; $\bar x$, $S$: mean and
/// sample covariance of the $x_k$. Above 1 today lies outside the support of history: whatever was learned from it need not hold, and
/// the reasons say so. Gauges that remember something between decisions are read as if each of those days were the first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutsideSupport {
    /// The gauges that describe the state of the world.
    pub of: Vec<Node<AnyGauge>>,
    /// The observations of the past, at least ten for each gauge.
    pub window: Window,
}

impl Documented for OutsideSupport {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.unheard-of]
        kind   = "outside-support"
        of     = [
            { kind = "score-of", asset = "SPY", by = { kind = "volatility", window = 21 } },
            { kind = "score-of", asset = "TLT", by = { kind = "total-return", window = 63 } },
        ]
        window = "40 weeks"
        [allocator.portfolio]
        kind      = "when"
        gauge     = "@unheard-of"
        above     = 1.0
        then      = { kind = "fixed", weights = { SPY = 0.5, SHY = 0.5 } }
        otherwise = { kind = "fixed", weights = { SPY = 1.0 } }
    "#;
    const SOURCE: &str = "Mahalanobis (1936), On the generalised distance in statistics, Proceedings of the National Institute of \
                          Sciences of India 2(1), p. 49; Kritzman, Li (2010), Skulls, financial turbulence, and risk management, \
                          Financial Analysts Journal 66(5), p. 30";
    fn check(&self) -> Result<(), String> {
        match self.of.len() {
            0 => Err("`of` is empty".into()),
            n if self.window.count() < 10 * n => {
                Err(format!("`window` needs at least {} observations for {n} gauges", 10 * n))
            }
            _ => Ok(()),
        }
    }
}

impl Gauge for OutsideSupport {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let mut states: Vec<Vec<f64>> = Vec::with_capacity(self.window.count());
        let days = cx.past().sessions(self.window.and_one())?;
        for day in &days[..days.len() - 1] {
            let all = |cx: &mut Cx<'_>| self.of.iter().map(|gauge| gauge.read(cx)).collect();
            states.push(cx.back(*day, all)?);
        }
        let today: Vec<f64> = self.of.iter().map(|gauge| gauge.read(cx)).collect::<Result<_>>()?;
        let n = states.len() as f64;
        let d = today.len();
        let mean: Vec<f64> = (0..d).map(|i| states.iter().map(|x| x[i]).sum::<f64>() / n).collect();
        let apart = |x: &[f64]| -> Vec<f64> { x.iter().zip(&mean).map(|(x, m)| x - m).collect() };
        let covariance = Sym::from_fn(d, |i, j| {
            states.iter().map(|x| (x[i] - mean[i]) * (x[j] - mean[j])).sum::<f64>() / (n - 1.0)
        });
        // In units of their own deviations gauges of any size can be told from rounding.
        let units: Vec<f64> = covariance.diagonal().iter().map(|v| 1.0 / v.sqrt()).collect();
        let refused = || {
            Error::data(format!("gauges that do not vary by themselves until {}", cx.past().date()))
                .hint("leave out gauges that stand still or say the same")
        };
        if units.iter().any(|u| !u.is_finite()) {
            return Err(refused());
        }
        let factor = Cholesky::new(&covariance.scaled_by(&units)).map_err(|_| refused())?;
        let distance = |x: &[f64]| -> Result<f64> {
            let scaled: Vec<f64> = apart(x).iter().zip(&units).map(|(x, u)| x * u).collect();
            let solved = factor.solve(&scaled).map_err(|_| refused())?;
            Ok(scaled.iter().zip(&solved).map(|(a, b)| a * b).sum::<f64>().max(0.0).sqrt())
        };
        let mut furthest = 0.0_f64;
        for state in &states {
            furthest = furthest.max(distance(state)?);
        }
        let reading = distance(&today)? / furthest;
        cx.because(|| match reading > 1.0 {
            true => format!("nothing like today in {}: {reading:.2} times as far out", self.window),
            false => format!("{reading:.2} of the way to the furthest of {}", self.window),
        });
        Ok(reading)
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!(
            "how far today lies from the mean of {}, the furthest of them being 1: above it nothing like today has been seen",
            self.window
        ));
        for gauge in &self.of {
            words.gauge("of", gauge);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;
    use crate::testing::{market_with, reading};

    fn series(name: &str) -> Node<AnyGauge> {
        toml::from_str(&format!("kind = \"series\"\nseries = \"{name}\"")).unwrap()
    }

    #[test]
    fn one_gauge_is_a_ratio_of_distances() {
        let x: Vec<f64> = (0..11_i32).map(|t| if t < 10 { f64::from(t % 5) } else { 8.0 }).collect();
        let market = market_with(&[("A", vec![1.0; 11])], vec![("x", x)]);
        let gauge = OutsideSupport { of: vec![series("x")], window: Window::Sessions(10) };
        // Mean 2, the furthest at 0 and 4, today at 8.
        let read = reading(&gauge, &market, 10, &mut Memory::default());
        assert!((read - 3.0).abs() < 1e-12, "{read}");
    }

    #[test]
    fn two_usual_readings_may_be_an_unusual_pair() {
        let x: Vec<f64> = (0..31_i32).map(|t| f64::from(t * 7 % 10)).collect();
        let y: Vec<f64> = (0..31_i32)
            .map(|t| if t < 30 { f64::from(t * 7 % 10) + 0.1 * f64::from(t % 3) } else { 9.0 })
            .collect();
        // Today x is 0 and y is 9; until now they went together.
        let market = market_with(&[("A", vec![1.0; 31])], vec![("x", x), ("y", y)]);
        let alone = |name: &str| {
            let gauge = OutsideSupport { of: vec![series(name)], window: Window::Sessions(30) };
            reading(&gauge, &market, 30, &mut Memory::default())
        };
        assert!(alone("x") <= 1.0 + 1e-12 && alone("y") <= 1.0);
        let both =
            OutsideSupport { of: vec![series("x"), series("y")], window: Window::Sessions(30) };
        assert!(reading(&both, &market, 30, &mut Memory::default()) > 5.0);
    }
}
