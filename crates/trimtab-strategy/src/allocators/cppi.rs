//! A floor, and a multiple of what is above it.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::explain::percent;
use crate::{Allocator, AnyAllocator, Cx, Documented, Node, Words};
use trimtab_core::{Error, Fraction, NonNegative, Positive, Result, Weights};

/// Constant-proportion portfolio insurance: $e = \min(e_{\max},\ m\,(V - F)/V)$ of the portfolio is risky, the rest safe, with
/// $F = \varphi V_0 (1+g)^{\tau}$.
///
/// $V$: the account's value; $F$: the floor; $V_0$: the value at the first decision, which is remembered; $\varphi$ = `floor`; $g$ = `growth` of
/// the floor a year, $\tau$ years (of 365.25 days) since then; $m$ = `multiplier`; $e_{\max}$ = `most`, above 1 only with a limit of kind
/// `leverage`. At or below the floor nothing is risky.
///
/// The floor is no guarantee: between two decisions a fall of the risky part by more than $1/m$ breaks it, and prices
/// gap. Deposits and withdrawals do not move $V_0$. A floor that follows the account up is `tipp`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cppi {
    /// The risky part.
    pub risky: Node<AnyAllocator>,
    /// The safe part; nothing means cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safe: Option<Node<AnyAllocator>>,
    /// The floor $\varphi$ as a fraction of the value at the first decision.
    pub floor: Fraction,
    /// The multiplier $m$ of the cushion.
    pub multiplier: Positive,
    /// The risky share $e_{\max}$ at most.
    #[serde(default = "all")]
    pub most: Positive,
    /// The growth $g$ of the floor a year: 0.02 is two per cent.
    #[serde(default)]
    pub growth: NonNegative,
}

pub(super) fn all() -> Positive {
    Positive::try_from(1.0).expect("one is positive")
}

impl Documented for Cppi {
    const EXAMPLE: &str = r#"
        root = "@insured"
        [allocator.insured]
        kind       = "cppi"
        risky      = { kind = "fixed", weights = { SPY = 1.0 } }
        safe       = { kind = "fixed", weights = { SHY = 1.0 } }
        floor      = 0.85
        multiplier = 3
    "#;
    const SOURCE: &str = "Black, Jones (1987), Simplifying portfolio insurance, \
                          Journal of Portfolio Management 14(1), p. 48";
}

impl Allocator for Cppi {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let value = positive(cx.book().value)?;
        let (since, start) = match cx.recall() {
            Some((day, &[start])) if day <= cx.past().today() => (day, start),
            _ => {
                cx.remember(vec![value]);
                (cx.past().today(), value)
            }
        };
        const DAYS: f64 = 365.25;
        let days = (cx.past().date() - cx.past().date_of(since)).get_days();
        let grown = (1.0 + self.growth.get()).powf(f64::from(days) / DAYS);
        let floor = self.floor.get() * start * grown;
        let share = exposure(value, floor, self.multiplier).min(self.most.get());
        insured(cx, share, floor, &self.risky, self.safe.as_ref())
    }

    fn parts(&self) -> Vec<&Node<AnyAllocator>> {
        [Some(&self.risky), self.safe.as_ref()].into_iter().flatten().collect()
    }

    fn explain(&self, words: &mut Words) {
        let (floor, m) = (percent(self.floor.get()), self.multiplier.get());
        let growth = match self.growth.get() {
            0.0 => String::new(),
            g => format!(", growing {} a year", percent(g)),
        };
        let floor = format!("{floor} of the start{growth}");
        explain_insured(words, m, &floor, self.most, self.parts());
    }
}

/// The words of portfolio insurance: multiplier, floor, risky part at most, and the two parts, risky first.
pub(super) fn explain_insured(
    words: &mut Words,
    multiplier: f64,
    floor: &str,
    most: Positive,
    parts: Vec<&Node<AnyAllocator>>,
) {
    words.line(format!(
        "{multiplier} times what is above a floor of {floor}, at most {}; \
         a fall of more than {} between decisions breaks the floor",
        percent(most.get()),
        percent(1.0 / multiplier)
    ));
    for (label, part) in ["risky", "safe"].iter().zip(&parts) {
        words.allocator(label, part);
    }
    if parts.len() == 1 {
        words.line("  safe: cash");
    }
}

/// $m\,\max(V - F, 0)/V$.
pub(super) fn exposure(value: f64, floor: f64, multiplier: Positive) -> f64 {
    multiplier.get() * (value - floor).max(0.0) / value
}

/// The account's value, or why there is none to insure.
pub(super) fn positive(value: f64) -> Result<f64> {
    match value > 0.0 && value.is_finite() {
        true => Ok(value),
        false => Err(Error::data(format!("the account is worth {value}: nothing to insure"))
            .hint("portfolio insurance needs an account with a value")),
    }
}

/// `share` of the risky part and the rest of the safe one.
pub(super) fn insured(
    cx: &mut Cx<'_>,
    share: f64,
    floor: f64,
    risky: &Node<AnyAllocator>,
    safe: Option<&Node<AnyAllocator>>,
) -> Result<Weights> {
    let value = cx.book().value;
    cx.because(|| {
        let cushion = percent((value - floor) / value);
        format!("floor {floor:.2} of {value:.2}, cushion {cushion}, risky {}", percent(share))
    });
    let risky = match share > 0.0 {
        true => risky.allocate(cx)?.scaled(share),
        false => Weights::cash(),
    };
    match safe {
        Some(safe) if share < 1.0 => Ok(risky.plus(safe.allocate(cx)?.scaled(1.0 - share))),
        _ => Ok(risky),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market, strategy, weights_of};
    use crate::{Book, Memory};
    use trimtab_core::AssetId;

    #[test]
    fn one_step_of_a_textbook() {
        // Ten million with a floor of 8.5 and a multiplier of 3: 4.5 risky; after +5 % and -5 % of that 5.175 and 3.825.
        let market = market(&[("SPY", vec![1.0; 3]), ("SHY", vec![1.0; 3])]);
        let strategy = strategy(Cppi::EXAMPLE);
        let mut memory = Memory::default();
        let mut risky = |day, value: f64| {
            let book = Book { weights: Weights::cash(), value, peak: 10e6 };
            weights_of(&strategy, &market, day, &book, &mut memory).of(AssetId(0)) * value
        };
        assert!((risky(0, 10e6) - 4.5e6).abs() < 1e-3);
        assert!((risky(1, 10.225e6) - 5.175e6).abs() < 1e-3);
        assert!((risky(2, 9.775e6) - 3.825e6).abs() < 1e-3);
        assert_eq!(risky(2, 8.4e6), 0.0);
    }

    #[test]
    fn the_floor_grows_with_the_years() {
        let market = market(&[("SPY", vec![1.0; 300]), ("SHY", vec![1.0; 300])]);
        let text = Cppi::EXAMPLE.replace("multiplier = 3", "multiplier = 1\ngrowth = 0.1");
        let (strategy, mut memory) = (strategy(&text), Memory::default());
        let book = Book { weights: Weights::cash(), value: 100.0, peak: 100.0 };
        weights_of(&strategy, &market, 0, &book, &mut memory);
        let share = weights_of(&strategy, &market, 252, &book, &mut memory).of(AssetId(0));
        let years = f64::from(
            (market.calendar().date(trimtab_core::Day(252))
                - market.calendar().date(trimtab_core::Day(0)))
            .get_days(),
        ) / 365.25;
        assert!((share - (1.0 - 0.85 * 1.1f64.powf(years))).abs() < 1e-12);
    }
}
