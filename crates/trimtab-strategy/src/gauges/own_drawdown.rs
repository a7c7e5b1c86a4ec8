//! How far the account is below its best.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Cx, Documented, Gauge, Words};
use trimtab_core::{Error, Result};

/// How far the account is below its highest value so far: $g = V_t / \max_{s \le t} V_s - 1$.
///
/// $V$: the account's value at the close, deposits and withdrawals taken out of the highest one. Zero at a high, $-0.1$ a
/// tenth below it. Beware of rules that sell on it and wait for a recovery: what is in cash does not recover.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnDrawdown {}

impl Documented for OwnDrawdown {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.loss]
        kind = "own-drawdown"
        [allocator.portfolio]
        kind      = "graded"
        gauge     = "@loss"
        none      = -0.20
        full      = 0.0
        then      = { kind = "fixed", weights = { SPY = 0.8, AGG = 0.2 } }
        otherwise = { kind = "fixed", weights = { SPY = 0.2, AGG = 0.8 } }
    "#;
    const SOURCE: &str = "Grossman, Zhou (1993), Optimal investment strategies for controlling drawdowns, \
                          Mathematical Finance 3(3), p. 241";
}

impl Gauge for OwnDrawdown {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let (value, peak) = (cx.book().value, cx.book().peak);
        if value <= 0.0 || peak <= 0.0 {
            return Err(Error::data(format!("the account is worth {value}: it has no drawdown"))
                .hint("own-drawdown needs an account, and has none in a look back"));
        }
        Ok(value / peak.max(value) - 1.0)
    }

    fn explain(&self, words: &mut Words) {
        words.line("how far the account is below its highest value");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::market;
    use crate::{Book, Memory};
    use trimtab_core::{Day, Weights};

    #[test]
    fn a_tenth_below() {
        let market = market(&[("A", vec![1.0])]);
        let read = |value, peak| {
            let (book, mut memory) =
                (Book { weights: Weights::cash(), value, peak }, Memory::default());
            OwnDrawdown {}.read(&mut Cx::new(market.as_of(Day(0)), &book, &mut memory, &[]))
        };
        assert!((read(90.0, 100.0).unwrap() + 0.1).abs() < 1e-15);
        assert_eq!(read(110.0, 100.0).unwrap(), 0.0);
        assert!(read(0.0, 0.0).is_err());
    }
}
