//! Nothing is traded unless something changed.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schedule::period;
use crate::{Allocator, AnyAllocator, Cx, Documented, Every, Node, Words};
use trimtab_core::{Fraction, Result, Weights};

/// Another allocator, followed only when it changes its mind: $w = w^0$ while
/// $\frac12 \sum_i |u_i - u'_i| \le \epsilon$ (cash included), else $w = u$.
///
/// $u$: what `of` wants today; $u'$: what it wanted when it was last followed, which is remembered; $w^0$: what is held, drifted as it
/// may be; $\epsilon$ = `tolerance`. With `refresh` it is followed once a period in any case, at the last decision whose next session
/// lies in a new period: that is how holdings are brought back to their weights at the end of a year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Steady {
    /// What is followed.
    pub of: Node<AnyAllocator>,
    /// The turnover $\epsilon$ that does not count as a change.
    #[serde(default)]
    pub tolerance: Fraction,
    /// The period after which it is followed in any case; none means never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh: Option<Every>,
}

/// Differences of weights that are only rounding.
const ROUNDING: f64 = 1e-9;

impl Documented for Steady {
    const EXAMPLE: &str = r#"
        root = "@on-change"
        [allocator.trend]
        kind    = "filter"
        of      = { kind = "equal-weight", among = ["SPY", "GLD", "IYR"] }
        by      = { kind = "channel", upper = 126, lower = 126 }
        above   = 0.5
        instead = { kind = "fixed", weights = { TLT = 1.0 } }
        [allocator.on-change]
        kind    = "steady"
        of      = "@trend"
        refresh = "year"
        [schedule]
        every = "session"
    "#;
    const SOURCE: &str = "Stoken (2011), Survival of the Fittest for Investors (trade on a change of signal, and once a year)";
}

impl Allocator for Steady {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let wanted = self.of.allocate(cx)?;
        let (past, calendar) = (cx.past(), cx.past().calendar());
        let before = cx.recall_portfolios().filter(|(day, _)| *day < past.today());
        let Some((day, followed)) = before else {
            cx.remember_portfolios(std::slice::from_ref(&wanted), &[]);
            return Ok(wanted);
        };
        let moved = followed.first().map_or(f64::INFINITY, |old| old.turnover_to(&wanted));
        let new_period = self.refresh.is_some_and(|every| {
            period(every, calendar.next_date(day))
                != period(every, calendar.next_date(past.today()))
        });
        if moved <= self.tolerance.get() + ROUNDING && !new_period {
            cx.because(|| "wants the same as before: what is held is kept".into());
            return Ok(cx.book().weights.clone());
        }
        cx.because(|| match new_period {
            true => "a new period begins: followed again".into(),
            false => format!("wants {} otherwise", crate::explain::percent(moved)),
        });
        cx.remember_portfolios(std::slice::from_ref(&wanted), &[]);
        Ok(wanted)
    }

    fn parts(&self) -> Vec<&Node<AnyAllocator>> {
        vec![&self.of]
    }

    fn explain(&self, words: &mut Words) {
        let tolerance = match self.tolerance.get() {
            0.0 => "a change".to_owned(),
            e => format!("a change of more than {}", crate::explain::percent(e)),
        };
        let refresh = match self.refresh {
            None => String::new(),
            Some(every) => format!(", and once every {}", format!("{every:?}").to_lowercase()),
        };
        words.line(format!("followed only at {tolerance}{refresh}"));
        words.allocator("of", &self.of);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market, strategy, weights_of};
    use crate::{Book, Memory};
    use trimtab_core::{AssetId, Day};

    #[test]
    fn held_until_it_changes_its_mind_or_the_year_ends() {
        let mut a = vec![1.0; 400];
        a[100..].fill(2.0);
        let market = market(&[("A", a), ("B", vec![1.5; 400])]);
        let text = "root = { kind = \"steady\", refresh = \"year\", of = { kind = \"top\", n = 1, \
                    by = { kind = \"sma-ratio\", fast = 1, slow = 400 } } }";
        let text = text.replace(
            "{ kind = \"sma-ratio\", fast = 1, slow = 400 }",
            "{ kind = \"total-return\", window = 100 }",
        );
        let (strategy, mut memory) = (strategy(&text), Memory::default());
        let drifted = Weights::new([(AssetId(0), 0.9)]);
        let book = Book { weights: drifted.clone(), value: 1.0, peak: 1.0 };
        let mut of = |day| weights_of(&strategy, &market, day, &book, &mut memory);
        let whole = Weights::new([(AssetId(0), 1.0)]);
        assert_eq!(of(100), whole);
        assert_eq!(of(101), drifted);
        let last = (0..400).rev().map(Day).find(|d| market.calendar().date(*d).year() == 2015);
        let Day(last) = last.unwrap();
        assert_eq!(of(last - 1), drifted);
        assert_eq!(of(last), whole, "the last session of the year");
        assert_eq!(of(last + 1), drifted);
    }
}
