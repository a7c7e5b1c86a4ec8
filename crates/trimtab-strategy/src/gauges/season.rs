//! The time of the year.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Cx, Documented, Gauge, Words};
use trimtab_core::Result;

/// One when the next session lies in one of the months, else zero: $g = [m(t+1) \in M]$.
///
/// $m(t+1)$: the month of the session after today, which the exchange's calendar tells; $M$ = `months`, 1 to 12. A decision at the last
/// close of October counts as November, because that is when its holdings begin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Season {
    /// The months $M$: 1 is January.
    pub months: Vec<u8>,
}

impl Documented for Season {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.winter]
        kind   = "season"
        months = [11, 12, 1, 2, 3, 4]
        [allocator.portfolio]
        kind      = "when"
        gauge     = "@winter"
        above     = 0.5
        then      = { kind = "fixed", weights = { SPY = 1.0 } }
        otherwise = { kind = "fixed", weights = { SHY = 1.0 } }
    "#;
    const SOURCE: &str = "Bouman, Jacobsen (2002), The Halloween indicator, \"sell in May and go away\", \
                          American Economic Review 92(5), p. 1618";
    fn check(&self) -> Result<(), String> {
        match self.months.iter().find(|month| !(1..=12).contains(*month)) {
            Some(month) => Err(format!("`months`: {month} is not a month from 1 to 12")),
            None if self.months.is_empty() => Err("`months` is empty".into()),
            None => Ok(()),
        }
    }
}

impl Gauge for Season {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let past = cx.past();
        let month = past.calendar().next_date(past.today()).month();
        let inside = self.months.iter().any(|m| i16::from(*m) == i16::from(month));
        Ok(f64::from(u8::from(inside)))
    }

    fn explain(&self, words: &mut Words) {
        let months: Vec<String> = self.months.iter().map(u8::to_string).collect();
        words.line(format!("1 when the next session is in month {}, else 0", months.join(", ")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;
    use crate::testing::{market, reading};
    use trimtab_core::{Date, Day};

    #[test]
    fn the_last_close_of_april_is_may() {
        let market = market(&[("A", vec![1.0; 200])]);
        let winter = Season { months: vec![11, 12, 1, 2, 3, 4] };
        let on = |date: &str| {
            let date: Date = date.parse().unwrap();
            let Day(day) = market.calendar().on_or_before(date).unwrap();
            reading(&winter, &market, day, &mut Memory::default())
        };
        assert_eq!((on("2015-04-29"), on("2015-04-30"), on("2015-05-01")), (1.0, 0.0, 0.0));
    }
}
