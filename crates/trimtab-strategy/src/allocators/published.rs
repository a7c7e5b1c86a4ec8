//! Weights that somebody else decided.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Allocator, Cx, Documented, Words};
use trimtab_core::{Date, Error, Result, Weights};

/// Stated weights from stated dates on, each followed once: $w = c^k$ at the first decision on or after $t_k$, and $w = w^0$ until
/// the next row.
///
/// $t_k$, $c^k$: date and weights of row $k$, the newest one that is not after today; $w^0$: what is held, drifted as it may be.
/// What the weights leave out is cash. A row counts as known at the close of its date. So a list of decisions is
/// run again without the rule behind it, as `weights.csv` of `trimtab today` and other programs write it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// The rows, by date.
    pub rows: Vec<Row>,
}

/// What was decided on one date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The date $t_k$: `"2020-01-31"`.
    #[schemars(with = "String")]
    pub date: Date,
    /// The weights $c^k$.
    pub weights: BTreeMap<String, f64>,
}

impl Documented for Published {
    const EXAMPLE: &str = r#"
        root = "@newsletter"
        [allocator.newsletter]
        kind = "published"
        rows = [
            { date = "2015-01-30", weights = { SPY = 0.6, AGG = 0.4 } },
            { date = "2015-06-30", weights = { SHY = 1.0 } },
            { date = "2016-02-29", weights = { SPY = 0.5, GLD = 0.3 } },
        ]
        [schedule]
        every = "session"
    "#;
    const SOURCE: &str = "Own rule: weights exchanged between programs, one row a decision";
    fn check(&self) -> Result<(), String> {
        if self.rows.is_empty() {
            return Err("`rows` is empty".into());
        }
        if let Some(pair) = self.rows.windows(2).find(|pair| pair[0].date >= pair[1].date) {
            return Err(format!("`rows`: {} does not come after {}", pair[1].date, pair[0].date));
        }
        let weights = self.rows.iter().flat_map(|row| row.weights.values());
        match weights.copied().find(|w| !w.is_finite()) {
            Some(w) => Err(format!("`rows`: a weight is {w}")),
            None => Ok(()),
        }
    }
}

impl Allocator for Published {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let past = cx.past();
        let known = self.rows.partition_point(|row| row.date <= past.date());
        let Some(row) = known.checked_sub(1).map(|ix| &self.rows[ix]) else {
            let said = format!("nothing is published by {}", past.date());
            return Err(Error::data(said).hint(format!("the first row is of {}", self.rows[0].date)));
        };
        let followed = cx.recall().filter(|(day, _)| *day < past.today());
        if followed.is_some_and(|(_, of)| of == [number(row.date)]) {
            return Ok(cx.book().weights.clone());
        }
        cx.because(|| format!("the row of {}", row.date));
        cx.remember(vec![number(row.date)]);
        let weight = |(symbol, w): (&String, &f64)| Ok((past.find(symbol)?, *w));
        Ok(Weights::new(row.weights.iter().map(weight).collect::<Result<Vec<_>>>()?))
    }

    fn explain(&self, words: &mut Words) {
        let (first, last) = (&self.rows[0], &self.rows[self.rows.len() - 1]);
        words.line(format!(
            "{} published portfolios from {} to {}, each followed once",
            self.rows.len(),
            first.date,
            last.date
        ));
    }
}

/// A date as a number to remember: 20200131.
fn number(date: Date) -> f64 {
    f64::from(i32::from(date.year()) * 10_000 + i32::from(date.month()) * 100 + i32::from(date.day()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market, strategy, weights_of};
    use crate::{Book, Memory};
    use trimtab_core::AssetId;

    #[test]
    fn each_row_is_followed_once_at_the_first_decision_that_knows_it() {
        // Sessions: Friday 2015-01-02, Monday the 5th, Tuesday the 6th …
        let market = market(&[("A", vec![1.0; 8]), ("B", vec![1.0; 8])]);
        let strategy = strategy(
            "root = { kind = \"published\", rows = [ { date = \"2015-01-04\", weights = { A = 0.7 } }, \
             { date = \"2015-01-07\", weights = { B = 0.5 } } ] }",
        );
        let drifted = Weights::new([(AssetId(0), 0.71)]);
        let book = Book { weights: drifted.clone(), value: 1.0, peak: 1.0 };
        let mut memory = Memory::default();
        let mut of = |day| weights_of(&strategy, &market, day, &book, &mut memory);
        assert_eq!(of(1), Weights::new([(AssetId(0), 0.7)]));
        assert_eq!(of(2), drifted);
        assert_eq!(of(3), Weights::new([(AssetId(1), 0.5)]));
        assert_eq!(of(4), drifted);
        let mut cx_memory = Memory::default();
        let mut cx = Cx::new(market.as_of(trimtab_core::Day(0)), &book, &mut cx_memory, &[]);
        assert!(strategy.weights(&mut cx).unwrap_err().to_string().contains("2015-01-04"));
    }
}
