//! The shape of the yield curve.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Cx, Documented, Gauge, Words};
use trimtab_core::{Date, Error, Fact, Result};

/// Level, slope or curvature of the yield curve: $y_l$, $y_l - y_s$ or $2 y_m - y_s - y_l$.
///
/// $y_s$, $y_m$, $y_l$: the yields `short`, `middle` and `long` in percent a year, of the newest day on which all of them
/// are published. Below zero the slope is inverted. The authors take 3, 24 and 120 months.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Curve {
    /// What is read.
    #[serde(default)]
    pub form: CurveForm,
    /// The series of the short yield.
    #[serde(default = "three_months")]
    pub short: String,
    /// The series of the yield in the middle, for the curvature.
    #[serde(default = "two_years")]
    pub middle: String,
    /// The series of the long yield.
    #[serde(default = "ten_years")]
    pub long: String,
    /// How many civil days old the yields may be; none means any age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
}

fn three_months() -> String {
    "DGS3MO".into()
}
fn two_years() -> String {
    "DGS2".into()
}
fn ten_years() -> String {
    "DGS10".into()
}

/// A number that tells a curve's shape.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CurveForm {
    /// The long yield $y_l$.
    Level,
    /// The long yield less the short one, $y_l - y_s$.
    #[default]
    Slope,
    /// Twice the middle less both ends, $2 y_m - y_s - y_l$.
    Curvature,
}

impl Documented for Curve {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.slope]
        kind = "curve"
        [gauge.hump]
        kind = "curve"
        form = "curvature"
        [gauge.steep]
        kind  = "reading-sum"
        parts = [{ of = "@slope" }, { of = "@hump", weight = -0.5 }]
        [allocator.portfolio]
        kind      = "when"
        gauge     = "@steep"
        above     = 0.0
        then      = { kind = "fixed", weights = { SPY = 1.0 } }
        otherwise = { kind = "fixed", weights = { TLT = 1.0 } }
    "#;
    const SOURCE: &str = "Diebold, Li (2006), Forecasting the term structure of government bond yields, \
                          Journal of Econometrics 130(2), p. 337 (level, slope and curvature from three yields)";
}

impl Gauge for Curve {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let names = match self.form {
            CurveForm::Level => vec![&self.long],
            CurveForm::Slope => vec![&self.short, &self.long],
            CurveForm::Curvature => vec![&self.short, &self.middle, &self.long],
        };
        let (about, y) = together(cx, &names, self.days)?;
        let reading = match (self.form, y.as_slice()) {
            (CurveForm::Curvature, &[short, middle, long]) => 2.0 * middle - short - long,
            (CurveForm::Slope, &[short, long]) => long - short,
            _ => y[0],
        };
        cx.because(|| format!("{} is {reading:.2} (about {about})", self.form.word()));
        Ok(reading)
    }

    fn explain(&self, words: &mut Words) {
        let Self { short, middle, long, .. } = self;
        words.line(match self.form {
            CurveForm::Level => format!("the yield {long}"),
            CurveForm::Slope => format!("the slope of the yield curve, {long} less {short}"),
            CurveForm::Curvature => {
                format!("the curvature of the yield curve, twice {middle} less {short} and {long}")
            }
        });
    }
}

impl CurveForm {
    fn word(self) -> &'static str {
        match self {
            CurveForm::Level => "the level of the curve",
            CurveForm::Slope => "the slope of the curve",
            CurveForm::Curvature => "the curvature of the curve",
        }
    }
}

/// How many readings back a day is looked for that all of several series have: a fortnight of holidays and closures.
const BACK: usize = 15;

/// The readings of several series about the newest day that all of them have, and that day.
///
/// # Errors
/// When a series is unknown or hindsight, none of their last readings are about one day, or that day is older than `days`.
pub(super) fn together(
    cx: &Cx<'_>,
    names: &[&String],
    days: Option<u32>,
) -> Result<(Date, Vec<f64>)> {
    let past = cx.past();
    let all: Vec<Vec<Fact>> =
        names.iter().map(|name| past.last_readings(name, BACK)).collect::<Result<_>>()?;
    let of = |facts: &[Fact], about: Date| {
        facts.binary_search_by_key(&about, |fact| fact.about).ok().map(|ix| facts[ix].value)
    };
    let on = |about: Date| all.iter().map(|facts| of(facts, about)).collect::<Option<Vec<f64>>>();
    let newest = all[0].iter().rev().find_map(|fact| Some((fact.about, on(fact.about)?)));
    let joined = || names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
    let Some((about, values)) = newest else {
        let said = format!("{} have no reading about one day by {}", joined(), past.date());
        return Err(Error::data(said).hint("load yields that are quoted on the same days"));
    };
    let old = (past.date() - about).get_days();
    if days.is_some_and(|days| i64::from(old) > i64::from(days)) {
        let said = format!("the newest day that {} have is {about}, {old} days ago", joined());
        return Err(Error::data(said).hint("load newer data, or allow more `days`"));
    }
    Ok((about, values))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market_with, reading};
    use crate::{Book, Memory};
    use trimtab_core::{Day, Kind};

    fn curve(form: CurveForm, days: Option<u32>) -> Curve {
        Curve { form, short: "s".into(), middle: "m".into(), long: "l".into(), days }
    }

    #[test]
    fn three_numbers_of_one_day() {
        // The long yield of the second day is missing: all are of the first.
        let series = vec![("s", vec![1.0, 9.0]), ("m", vec![2.5, 9.0]), ("l", vec![3.0])];
        let market = market_with(&[("A", vec![1.0; 2])], series);
        let read = |form| reading(&curve(form, None), &market, 1, &mut Memory::default());
        assert_eq!([CurveForm::Level, CurveForm::Slope].map(read), [3.0, 2.0]);
        assert_eq!(read(CurveForm::Curvature), 1.0);
    }

    #[test]
    fn yields_of_no_common_day_or_too_old_are_refused() {
        let series = vec![("s", vec![1.0]), ("l", vec![3.0])];
        let market = market_with(&[("A", vec![1.0; 30])], series);
        let (book, mut memory) = (Book::default(), Memory::default());
        let mut cx = Cx::new(market.as_of(Day(29)), &book, &mut memory, &[]);
        let slope = curve(CurveForm::Slope, Some(10));
        assert_eq!(slope.read(&mut cx).unwrap_err().kind(), Kind::Data);
        assert_eq!(curve(CurveForm::Slope, Some(99)).read(&mut cx), Ok(2.0));
        assert_eq!(curve(CurveForm::Curvature, None).read(&mut cx).unwrap_err().kind(), Kind::Spec);
    }
}
