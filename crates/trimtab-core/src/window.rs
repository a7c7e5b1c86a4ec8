//! How far a rule looks back.
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A count of observations, at least one, and how far apart they lie.
///
/// Written `200` (sessions), `"26 weeks"` or `"12 months"`. Months and weeks are sampled: the newest
/// observation is today's, the others lie one month (week) apart; see [`crate::Past::closes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Window {
    /// Consecutive sessions.
    Sessions(u32),
    /// One session a week.
    Weeks(u32),
    /// One session a month.
    Months(u32),
}

/// No rule looks back further; a larger number is a slip of the pen.
const LONGEST: u32 = 100_000;

impl Window {
    /// The number of observations.
    pub fn count(self) -> usize {
        let (Window::Sessions(n) | Window::Weeks(n) | Window::Months(n)) = self;
        n as usize
    }

    /// The same spacing with one observation more: `n` returns need `n + 1` prices.
    pub fn and_one(self) -> Self {
        match self {
            Window::Sessions(n) => Window::Sessions(n + 1),
            Window::Weeks(n) => Window::Weeks(n + 1),
            Window::Months(n) => Window::Months(n + 1),
        }
    }

    /// The same spacing with `factor` times as many observations.
    pub fn times(self, factor: u32) -> Self {
        match self {
            Window::Sessions(n) => Window::Sessions(n * factor),
            Window::Weeks(n) => Window::Weeks(n * factor),
            Window::Months(n) => Window::Months(n * factor),
        }
    }

    /// Whether both count the same thing: sessions, weeks or months.
    pub fn same_spacing(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }
}

impl TryFrom<i64> for Window {
    type Error = String;
    fn try_from(n: i64) -> Result<Self, String> {
        Ok(Window::Sessions(count(n)?))
    }
}

fn count(n: i64) -> Result<u32, String> {
    match u32::try_from(n) {
        Ok(0) => Err("a window needs at least one observation".into()),
        Ok(n) if n <= LONGEST => Ok(n),
        _ => Err(format!("{n} is not a window between 1 and {LONGEST}")),
    }
}

impl FromStr for Window {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(split);
        let bad = || {
            format!("`{text}` is not a window: write 200 (sessions), \"26 weeks\" or \"12 months\"")
        };
        let n = count(number.parse().map_err(|_| bad())?)?;
        match unit.trim() {
            "" | "d" | "day" | "days" | "session" | "sessions" => Ok(Window::Sessions(n)),
            "w" | "week" | "weeks" => Ok(Window::Weeks(n)),
            "m" | "month" | "months" => Ok(Window::Months(n)),
            _ => Err(bad()),
        }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (n, unit) = match self {
            Window::Sessions(n) => (n, "session"),
            Window::Weeks(n) => (n, "week"),
            Window::Months(n) => (n, "month"),
        };
        write!(f, "{n} {unit}{}", if *n == 1 { "" } else { "s" })
    }
}

impl Serialize for Window {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Window::Sessions(n) => to.serialize_u32(*n),
            _ => to.serialize_str(&self.to_string()),
        }
    }
}

impl<'de> Deserialize<'de> for Window {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Window;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a window such as 200, \"26 weeks\" or \"12 months\"")
            }
            fn visit_i64<E: de::Error>(self, n: i64) -> Result<Window, E> {
                Window::try_from(n).map_err(E::custom)
            }
            fn visit_u64<E: de::Error>(self, n: u64) -> Result<Window, E> {
                self.visit_i64(i64::try_from(n).unwrap_or(i64::MAX))
            }
            fn visit_f64<E: de::Error>(self, x: f64) -> Result<Window, E> {
                if x.fract() == 0.0 && x.abs() < 1e9 {
                    return self.visit_i64(x as i64);
                }
                Err(E::custom(format!("{x} is not a whole number of sessions")))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Window, E> {
                text.parse().map_err(E::custom)
            }
        }
        from.deserialize_any(Visitor)
    }
}

impl JsonSchema for Window {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Window".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "How far to look back: 200 (sessions), \"26 weeks\" or \"12 months\".",
            "anyOf": [
                { "type": "integer", "minimum": 1, "maximum": LONGEST },
                { "type": "string", "pattern": "^[0-9]+ *(d|days?|sessions?|w|weeks?|m|months?)$" }
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_prints() {
        for (text, window) in [
            ("200", Window::Sessions(200)),
            ("12m", Window::Months(12)),
            ("1 month", Window::Months(1)),
            ("26 weeks", Window::Weeks(26)),
        ] {
            assert_eq!(text.parse::<Window>().unwrap(), window);
            assert_eq!(window.to_string().parse::<Window>().unwrap(), window);
        }
        for bad in ["0", "", "m", "12 moons", "-3", "1.5", "999999999"] {
            assert!(bad.parse::<Window>().is_err(), "{bad}");
        }
    }
}
