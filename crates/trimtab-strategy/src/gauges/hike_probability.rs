//! How likely the central bank is to raise its rate.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::series::newest;
use crate::{Cx, Documented, Gauge, Words};
use trimtab_core::{Date, Error, Result};

/// The probability of a rise of the policy rate at the next meeting: $p = \min(1, \max(0, (r_1 - r_0)/s))$.
///
/// $r_0$: the newest `policy` rate; $s$ = `step`; both in percent a year. From `futures` on the average overnight rate of a month,
/// whose price is $F = 100 - \bar r$: with a contract of the meeting's month of $N$ days and the meeting on day $d$,
/// $r_1 = (N \bar r - d\,r_0)/(N - d)$; with one of the month after, $r_1 = \bar r$. Without futures $r_1$ is the yield of
/// `bill`, a six-month Treasury bill: a proxy, which is said with each reading, since it carries a term premium and all meetings
/// of half a year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HikeProbability {
    /// The series of the policy rate $r_0$, percent a year: the effective federal funds rate.
    pub policy: String,
    /// The series of the price $F$ of the futures that are meant by `contract`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub futures: Option<String>,
    /// Which month the futures are on.
    #[serde(default)]
    pub contract: Contract,
    /// The days on which meetings end, as announced beforehand; needed with futures of the meeting's month.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub meetings: Vec<Date>,
    /// Without futures: the series of the yield of a six-month bill, percent a year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bill: Option<String>,
    /// The usual step $s$, percentage points.
    #[serde(default = "quarter")]
    pub step: f64,
    /// How many civil days old the readings may be; none means any age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
}

fn quarter() -> f64 {
    0.25
}

/// The month that futures on the overnight rate are on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Contract {
    /// The month of the next meeting: part of it has the old rate.
    #[default]
    MeetingMonth,
    /// The month after it, which must have no meeting: all of it has the new rate.
    MonthAfter,
}

impl Documented for HikeProbability {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.hike]
        kind   = "hike-probability"
        policy = "EFFR"
        bill   = "DGS6MO"
        [allocator.portfolio]
        kind      = "when"
        gauge     = "@hike"
        above     = 0.5
        then      = { kind = "fixed", weights = { SHY = 1.0 } }
        otherwise = { kind = "fixed", weights = { TLT = 1.0 } }
    "#;
    const SOURCE: &str = "Kuttner (2001), Monetary policy surprises and interest rates, Journal of Monetary Economics 47(3), \
                          p. 523 (the rate after a meeting from a month's futures); Robertson, Thornton (1997), Using federal \
                          funds futures rates to predict Federal Reserve actions, Federal Reserve Bank of St. Louis Review 79(6), \
                          p. 45 (probability from them)";
    fn check(&self) -> Result<(), String> {
        if !(self.step.is_finite() && self.step > 0.0) {
            return Err("`step` is in percentage points, above zero".into());
        }
        match (&self.futures, &self.bill) {
            (Some(_), None) if self.contract == Contract::MonthAfter => Ok(()),
            (Some(_), None) if self.meetings.is_empty() => {
                Err("`meetings`: futures of the meeting's month need the days of the meetings".into())
            }
            (Some(_), None) | (None, Some(_)) => Ok(()),
            _ => Err("write either `futures` or `bill`".into()),
        }
    }
}

/// With fewer days left after the meeting, a basis point in the price of its month's futures moves the rate after it by six
/// or more: the contract of the month after says it better.
const DAYS_LEFT_MIN: i8 = 5;

impl HikeProbability {
    /// The rate after the next meeting as the month's average implies it, $r_1$.
    fn after_meeting(&self, today: Date, mean: f64, r0: f64) -> Result<f64> {
        if self.contract == Contract::MonthAfter {
            return Ok(mean);
        }
        let next = self.meetings.iter().filter(|day| **day > today).min().ok_or_else(|| {
            Error::data(format!("no meeting after {today} is listed"))
                .hint("add the announced days to `meetings`")
        })?;
        let (n, d) = (next.days_in_month(), next.day());
        if n - d < DAYS_LEFT_MIN {
            let said = format!("the meeting of {next} leaves {} days of its month to the new rate", n - d);
            return Err(Error::data(said).hint("load the futures of the next month and write `contract = \"month-after\"`"));
        }
        let (n, d) = (f64::from(n), f64::from(d));
        Ok((n * mean - d * r0) / (n - d))
    }
}

impl Gauge for HikeProbability {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let r0 = newest(cx, &self.policy, self.days)?.value;
        let (r1, how) = match (&self.futures, &self.bill) {
            (Some(futures), _) => {
                let mean = 100.0 - newest(cx, futures, self.days)?.value;
                (self.after_meeting(cx.past().date(), mean, r0)?, "futures")
            }
            (None, Some(bill)) => (newest(cx, bill, self.days)?.value, "a proxy: a six-month bill"),
            (None, None) => return Err(Error::spec("write either `futures` or `bill`")),
        };
        let p = ((r1 - r0) / self.step).clamp(0.0, 1.0);
        cx.because(|| format!("by {how}, {r1:.3} % after {r0:.3} %: a rise has probability {p:.2}"));
        Ok(p)
    }

    fn explain(&self, words: &mut Words) {
        words.line(match &self.futures {
            Some(futures) => format!("the probability of a rise of {} by {futures}", self.policy),
            None => format!("a proxy for the probability of a rise of {} by a six-month bill", self.policy),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market_with, reading};
    use crate::{Book, Memory};
    use trimtab_core::{Day, Kind};

    fn gauge(text: &str) -> HikeProbability {
        let gauge: HikeProbability = toml::from_str(&format!("policy = \"r\"\n{text}")).unwrap();
        gauge.check().unwrap();
        gauge
    }

    fn read(text: &str, other: f64) -> f64 {
        let series = vec![("r", vec![1.16]), ("x", vec![other])];
        let market = market_with(&[("A", vec![1.0])], series);
        reading(&gauge(text), &market, 0, &mut Memory::default())
    }

    #[test]
    fn half_a_step_of_a_bill_is_one_half() {
        assert!((read("bill = \"x\"", 1.285) - 0.5).abs() < 1e-12);
        assert_eq!((read("bill = \"x\"", 0.9), read("bill = \"x\"", 3.0)), (0.0, 1.0));
    }

    #[test]
    fn futures_of_the_month_are_part_old_rate_part_new() {
        // The market's first day is 2015-01-02. A meeting on the 20th of January leaves 11 of 31 days: with probability
        // 0.6 of 25 basis points the mean is 1.16 + 0.15 * 11 / 31.
        let price = 100.0 - (1.16 + 0.15 * 11.0 / 31.0);
        let meetings = "meetings = [\"2014-12-17\", \"2015-01-20\", \"2015-03-18\"]";
        let text = format!("futures = \"x\"\n{meetings}");
        assert!((read(&text, price) - 0.6).abs() < 1e-9);
        let text = "futures = \"x\"\ncontract = \"month-after\"";
        assert!((read(text, 100.0 - 1.31) - 0.6).abs() < 1e-9);
    }

    #[test]
    fn late_and_unlisted_meetings_are_refused() {
        let series = vec![("r", vec![1.16]), ("x", vec![98.8])];
        let market = market_with(&[("A", vec![1.0])], series);
        for day in ["2015-01-28", "2014-12-17"] {
            let gauge = gauge(&format!("futures = \"x\"\nmeetings = [\"{day}\"]"));
            let (book, mut memory) = (Book::default(), Memory::default());
            let mut cx = Cx::new(market.as_of(Day(0)), &book, &mut memory, &[]);
            assert_eq!(gauge.read(&mut cx).unwrap_err().kind(), Kind::Data);
        }
        for bad in ["", "futures = \"x\"", "futures = \"x\"\nbill = \"y\""] {
            let gauge: HikeProbability = toml::from_str(&format!("policy = \"r\"\n{bad}")).unwrap();
            assert!(gauge.check().is_err());
        }
    }
}
