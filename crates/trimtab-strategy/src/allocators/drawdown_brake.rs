//! Less risk the deeper the loss.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::explain::percent;
use crate::{Allocator, AnyAllocator, Cx, Documented, Node, Words};
use trimtab_core::{Error, Fraction, Result, Weights, Window};

/// Another allocator, reduced as a drawdown deepens: $w' = x\,w$ with
/// $x = 1 - (1 - x_{\min}) \min(1, \max(0, (D - a)/(b - a)))$; what is freed goes to `instead`.
///
/// $D$: the drawdown; $a$ = `from`, where braking begins; $b$ = `to`, where it ends; $x_{\min}$ = `least`. With `window` $D$ is measured on
/// paper: how far today's weights of `of`, held at those weights through the window's closes, are below their
/// highest. Without it $D$ is that of the account, $1 - V / \max V$; then mind that an account in cash does not recover, so
/// that `least = 0` may never end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DrawdownBrake {
    /// What is reduced.
    pub of: Node<AnyAllocator>,
    /// The drawdown $a$ at which braking begins: 0.05 is five per cent.
    pub from: Fraction,
    /// The drawdown $b$ at which only `least` is left.
    pub to: Fraction,
    /// The share $x_{\min}$ that always stays.
    #[serde(default)]
    pub least: Fraction,
    /// The closes on which today's weights are measured; without it the account is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// What is held with what is freed; nothing means cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<Node<AnyAllocator>>,
}

impl Documented for DrawdownBrake {
    const EXAMPLE: &str = r#"
        root = "@careful"
        [allocator.careful]
        kind    = "drawdown-brake"
        of      = { kind = "equal-weight", among = ["SPY", "EFA", "EEM"] }
        from    = 0.02
        to      = 0.15
        least   = 0.2
        window  = 126
        instead = { kind = "fixed", weights = { SHY = 1.0 } }
    "#;
    const SOURCE: &str = "Grossman, Zhou (1993), Optimal investment strategies for controlling drawdowns, \
                          Mathematical Finance 3(3), p. 241";
    fn check(&self) -> Result<(), String> {
        match self.from < self.to {
            true => Ok(()),
            false => Err(format!("`from` {} is not below `to` {}", self.from.get(), self.to.get())),
        }
    }
}

impl Allocator for DrawdownBrake {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let whole = self.of.allocate(cx)?;
        let drawdown = match self.window {
            Some(window) => on_paper(cx, &whole, window)?,
            None => of_account(cx)?,
        };
        let (a, b, least) = (self.from.get(), self.to.get(), self.least.get());
        let kept = 1.0 - (1.0 - least) * ((drawdown - a) / (b - a)).clamp(0.0, 1.0);
        cx.because(|| format!("drawdown {}, {} is kept", percent(drawdown), percent(kept)));
        let freed = (1.0 - kept) * whole.invested();
        let kept = whole.scaled(kept);
        match &self.instead {
            Some(instead) if freed != 0.0 => Ok(kept.plus(instead.allocate(cx)?.scaled(freed))),
            _ => Ok(kept),
        }
    }

    fn parts(&self) -> Vec<&Node<AnyAllocator>> {
        [Some(&self.of), self.instead.as_ref()].into_iter().flatten().collect()
    }

    fn explain(&self, words: &mut Words) {
        let whose = match self.window {
            Some(window) => format!("its drawdown on paper over {window}"),
            None => "the account's drawdown".into(),
        };
        words.line(format!(
            "less of it as {whose} goes from {} to {}, down to {}",
            percent(self.from.get()),
            percent(self.to.get()),
            percent(self.least.get())
        ));
        words.allocator("of", &self.of);
        match &self.instead {
            Some(instead) => words.allocator("instead", instead),
            None => words.line("  instead: cash"),
        }
    }
}

fn of_account(cx: &Cx<'_>) -> Result<f64> {
    let (value, peak) = (cx.book().value, cx.book().peak);
    match value > 0.0 {
        true => Ok(1.0 - value / peak.max(value)),
        false => Err(Error::data(format!("the account is worth {value}: it has no drawdown"))
            .hint("measure on paper with a `window`")),
    }
}

/// How far `weights`, rebalanced at each close of the window, end below their highest.
fn on_paper(cx: &Cx<'_>, weights: &Weights, window: Window) -> Result<f64> {
    let mut steps = vec![0.0; window.count() - 1];
    for (asset, w) in weights.iter() {
        let closes = cx.past().closes(asset, window)?;
        for (step, pair) in steps.iter_mut().zip(closes.windows(2)) {
            *step += w * (pair[1] / pair[0] - 1.0);
        }
    }
    let (mut value, mut highest) = (1.0f64, 1.0f64);
    for step in steps {
        value *= 1.0 + step;
        highest = highest.max(value);
    }
    Ok(1.0 - value / highest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market, strategy, weights_of};
    use crate::{Book, Memory};
    use trimtab_core::AssetId;

    fn kept(extra: &str, book: &Book) -> f64 {
        let market = market(&[("A", vec![1.0, 2.0, 1.8])]);
        let text = format!(
            "root = {{ kind = \"drawdown-brake\", from = 0.05, to = 0.25, least = 0.2, \
             of = {{ kind = \"fixed\", weights = {{ A = 1.0 }} }} {extra} }}"
        );
        weights_of(&strategy(&text), &market, 2, book, &mut Memory::default()).of(AssetId(0))
    }

    #[test]
    fn a_quarter_of_the_way_down() {
        let book = |value| Book { weights: Weights::cash(), value, peak: 100.0 };
        assert!((kept("", &book(90.0)) - 0.8).abs() < 1e-12);
        assert_eq!(kept("", &book(100.0)), 1.0);
        assert!((kept("", &book(50.0)) - 0.2).abs() < 1e-12);
        assert!((kept(", window = 3", &Book::default()) - 0.8).abs() < 1e-12);
        assert_eq!(kept(", window = 1", &Book::default()), 1.0);
    }
}
