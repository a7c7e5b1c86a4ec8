//! Where a strategy comes from and what is claimed of it.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use trimtab_core::Date;

/// Where a strategy comes from, since when the public knows it, and what its authors claim.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Provenance {
    /// Author, year, title, page.
    pub source: String,
    /// What the rules were taken from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// The day of publication: what comes after it is out of sample.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<Published>,
    /// Which of several public definitions this is.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub variant: String,
    /// Why it should work.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub rationale: String,
    /// What to expect in which market: `bull`, `bear`, `flat`, `choppy`, …
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub behaviour: BTreeMap<String, String>,
    /// The same in numbers, by the times that reports tell apart: a report holds them against what happened.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub expected: BTreeMap<Times, Expected>,
    /// Known implementations that deviate, and how.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deviations: Vec<String>,
    /// The source's own statistics, as it prints them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub statistics: BTreeMap<String, f64>,
    /// What those statistics refer to: span, data, costs.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub statistics_of: String,
}

/// Times that reports tell apart, by what the benchmark did.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Times {
    /// From a low to the high before the next fall of 20 %.
    Bull,
    /// From a high to the low after it, 20 % or more below.
    Bear,
    /// The roughest quarter of the time.
    HighVolatility,
    /// The rest of the time.
    UsualVolatility,
    /// Consumer prices rise by 3 % a year or more.
    HighInflation,
    /// They rise by less.
    LowInflation,
    /// Three months with a clear rise.
    Up,
    /// Three months with a clear fall.
    Down,
    /// Three calm months without a direction.
    Flat,
    /// Three rough months without a direction.
    Choppy,
}

/// What to expect of a strategy in some times, in fractions a year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Expected {
    /// Its return.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_yearly: Option<Between>,
    /// Its return less that of the benchmark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead_yearly: Option<Between>,
    /// Its volatility.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volatility_yearly: Option<Between>,
}

/// A range that is open where a bound is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Bounds")]
pub struct Between {
    /// At least this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least: Option<f64>,
    /// At most this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub most: Option<f64>,
}

/// A range as it is written.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Bounds {
    /// At least this.
    least: Option<f64>,
    /// At most this.
    most: Option<f64>,
}

impl TryFrom<Bounds> for Between {
    type Error = String;
    fn try_from(Bounds { least, most }: Bounds) -> Result<Self, String> {
        let finite = least.is_none_or(f64::is_finite) && most.is_none_or(f64::is_finite);
        match (least, most) {
            _ if !finite => Err("`least` and `most` are finite numbers".into()),
            (None, None) => Err("say what it is at `least` or at `most`".into()),
            (Some(least), Some(most)) if least > most => {
                Err(format!("`least` of {least} is above `most` of {most}"))
            }
            _ => Ok(Self { least, most }),
        }
    }
}

/// What a strategy's rules were taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// The paper or book itself.
    Paper,
    /// The source code of another implementation.
    SourceCode,
    /// A web page.
    Web,
    /// General knowledge: not verified against a source.
    Unverified,
    /// This project's own rule.
    Own,
}

/// A date of publication: `2016-04-05`, or `2016-04` or `2016` where the day is not known (then its last day).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Published(Date);

impl Published {
    /// The day from whose end on everything is out of sample.
    pub fn date(self) -> Date {
        self.0
    }
}

impl TryFrom<String> for Published {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let bad =
            |_| format!("`{text}` is not a date: write \"2016-04-05\", \"2016-04\" or \"2016\"");
        match text.len() {
            4 => format!("{text}-12-31").parse().map(Self).map_err(bad),
            7 => format!("{text}-01").parse::<Date>().map(|d| Self(d.last_of_month())).map_err(bad),
            _ => text.parse().map(Self).map_err(bad),
        }
    }
}

impl From<Published> for String {
    fn from(published: Published) -> String {
        published.0.to_string()
    }
}

impl JsonSchema for Published {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Published".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expectations_are_read_and_nonsense_is_refused() {
        let read = |text: &str| toml::from_str::<Provenance>(text).map_err(|e| e.to_string());
        let own = read(
            "[expected.bear]\nlead_yearly = { least = 0.05 }\nvolatility_yearly = { most = 0.2 }",
        )
        .unwrap();
        let bear = own.expected[&Times::Bear];
        assert_eq!(bear.lead_yearly, Some(Between { least: Some(0.05), most: None }));
        assert_eq!((bear.return_yearly, bear.volatility_yearly.unwrap().most), (None, Some(0.2)));
        for bad in [
            "[expected.bear]\nlead = { least = 0.05 }",
            "[expected.bears]\nlead_yearly = { least = 0.05 }",
            "[expected.bear]\nlead_yearly = {}",
            "[expected.bear]\nlead_yearly = { least = 0.2, most = 0.1 }",
            "[expected.bear]\nlead_yearly = { least = nan }",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
