//! What bonds of a given maturity yield.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::curve::together;
use crate::{Cx, Documented, Gauge, Words};
use trimtab_core::{Error, Result};

/// The yield of one maturity between those that are quoted: $y = y_a + (y_b - y_a)\,(x - a)/(b - a)$.
///
/// $x$ = `years`; $a \le x \le b$: the neighbouring maturities of `quoted`; $y_a$, $y_b$: their yields in percent a year, of
/// the newest day on which both are published. Beside an expected return over $x$ years it is what the
/// same time in bonds would bring.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct YieldOfMaturity {
    /// The maturity $x$ in years.
    pub years: f64,
    /// Series of yields and their maturities in years.
    #[serde(default = "quoted")]
    pub quoted: BTreeMap<String, f64>,
    /// How many civil days old the yields may be; none means any age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
}

fn quoted() -> BTreeMap<String, f64> {
    let all = [("DGS2", 2.0), ("DGS5", 5.0), ("DGS7", 7.0), ("DGS10", 10.0)];
    all.map(|(name, years)| (name.to_owned(), years)).into()
}

impl Documented for YieldOfMaturity {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.seven-years]
        kind   = "yield-of-maturity"
        years  = 7
        quoted = { DGS2 = 2, DGS10 = 10 }
        [allocator.portfolio]
        kind      = "when"
        gauge     = "@seven-years"
        above     = 5.0
        then      = { kind = "fixed", weights = { AGG = 1.0 } }
        otherwise = { kind = "fixed", weights = { SPY = 1.0 } }
    "#;
    const SOURCE: &str = "Fabozzi (2007), Fixed Income Analysis, ch. 6 (linear interpolation of the par yield curve)";
    fn check(&self) -> Result<(), String> {
        let maturities = self.quoted.values();
        if !maturities.clone().all(|years| years.is_finite() && *years > 0.0) {
            return Err("`quoted`: maturities are years above zero".into());
        }
        let (least, most) = (
            maturities.clone().copied().fold(f64::INFINITY, f64::min),
            maturities.copied().fold(0.0, f64::max),
        );
        match self.years.is_finite() && least <= self.years && self.years <= most {
            true => Ok(()),
            false => Err(format!("`years` lies outside of what is quoted, {least} to {most}")),
        }
    }
}

impl YieldOfMaturity {
    /// The nearest quoted maturity on one side, with its series.
    fn neighbour(
        &self,
        side: impl Fn(f64) -> bool,
        nearer: impl Fn(f64, f64) -> bool,
    ) -> Option<(&String, f64)> {
        let on_side = self.quoted.iter().filter(|(_, years)| side(**years));
        let better = |best: Option<(_, f64)>, (name, years): (_, &f64)| match best {
            Some((_, found)) if !nearer(*years, found) => best,
            _ => Some((name, *years)),
        };
        on_side.fold(None, better)
    }
}

impl Gauge for YieldOfMaturity {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let below = self.neighbour(|years| years <= self.years, |a, b| a > b);
        let above = self.neighbour(|years| years >= self.years, |a, b| a < b);
        let (Some((below, a)), Some((above, b))) = (below, above) else {
            return Err(Error::spec(format!("nothing is quoted around {} years", self.years)));
        };
        let (about, y) = together(cx, &[below, above], self.days)?;
        let part = if b > a { (self.years - a) / (b - a) } else { 0.0 };
        let reading = y[0] + (y[1] - y[0]) * part;
        cx.because(|| format!("{} years yield {reading:.3} % (about {about})", self.years));
        Ok(reading)
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("the yield of bonds of {} years, percent a year", self.years));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;
    use crate::testing::{market_with, reading};

    #[test]
    fn between_the_quoted_maturities() {
        let series = vec![("two", vec![2.0]), ("ten", vec![4.0]), ("thirty", vec![5.0])];
        let market = market_with(&[("A", vec![1.0])], series);
        let read = |years| {
            let quoted = [("thirty", 30.0), ("two", 2.0), ("ten", 10.0)];
            let quoted = quoted.map(|(name, years)| (name.to_owned(), years)).into();
            let gauge = YieldOfMaturity { years, quoted, days: None };
            gauge.check().unwrap();
            reading(&gauge, &market, 0, &mut Memory::default())
        };
        assert_eq!([2.0, 4.0, 10.0, 20.0, 30.0].map(read), [2.0, 2.5, 4.0, 4.5, 5.0]);
        let beyond = YieldOfMaturity { years: 11.0, quoted: quoted(), days: None };
        assert!(beyond.check().is_err());
    }
}
