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
