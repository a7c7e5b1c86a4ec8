//! Numbers that carry their meaning. Each validates itself when parsed, so no one checks twice.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $valid:expr, $what:literal, { $($key:literal: $bound:literal),* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[serde(try_from = "f64", into = "f64")]
        pub struct $name(f64);

        impl TryFrom<f64> for $name {
            type Error = String;
            fn try_from(x: f64) -> Result<Self, String> {
                let valid: fn(f64) -> bool = $valid;
                if valid(x) { Ok(Self(x)) } else { Err(format!(concat!("{} is not ", $what), x)) }
            }
        }

        impl From<$name> for f64 {
            fn from(x: $name) -> f64 {
                x.0
            }
        }

        impl $name {
            /// The plain number.
            pub fn get(self) -> f64 {
                self.0
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "number", $($key: $bound),* })
            }
        }
    };
}

number! {
    /// A share of something, in `[0, 1]`.
    Fraction, |x| (0.0..=1.0).contains(&x), "a fraction in [0, 1]", { "minimum": 0, "maximum": 1 }
}

number! {
    /// A strictly positive, finite number.
    Positive, |x| x > 0.0 && x.is_finite(), "a positive number", { "exclusiveMinimum": 0 }
}

number! {
    /// A finite number that is zero or more.
    NonNegative, |x| x >= 0.0 && x.is_finite(), "a number of zero or more", { "minimum": 0 }
}

impl Fraction {
    /// Nothing of it.
    pub const ZERO: Self = Self(0.0);
    /// All of it.
    pub const ONE: Self = Self(1.0);
}

impl NonNegative {
    /// Zero.
    pub const ZERO: Self = Self(0.0);
}

impl Default for Fraction {
    fn default() -> Self {
        Self::ZERO
    }
}

impl Default for NonNegative {
    fn default() -> Self {
        Self::ZERO
    }
}

/// A trading cost as a fraction of the traded value, **one way**: paid on a purchase, and again on a sale.
///
/// In a file it is written with its direction, so that one way and round trip cannot be mixed up:
/// `{ one_way_bps = 5 }` or `{ round_trip_bps = 10 }` (the same thing). A basis point is 1/10,000.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "Bps", into = "Bps")]
#[schemars(with = "Bps")]
pub struct OneWay(f64);

/// How a [`OneWay`] cost is written.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Bps {
    /// Basis points of the traded value, on each purchase and each sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    one_way_bps: Option<f64>,
    /// Basis points for a purchase and the later sale together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    round_trip_bps: Option<f64>,
}

const BPS: f64 = 1e-4;

impl TryFrom<Bps> for OneWay {
    type Error = String;
    fn try_from(bps: Bps) -> Result<Self, String> {
        let one_way = match (bps.one_way_bps, bps.round_trip_bps) {
            (Some(x), None) => x,
            (None, Some(x)) => x / 2.0,
            _ => return Err("write either `one_way_bps` or `round_trip_bps`".into()),
        };
        if one_way >= 0.0 && one_way * BPS < 1.0 {
            Ok(Self(one_way * BPS))
        } else {
            Err(format!("{one_way} basis points are not a cost between 0 and 10,000"))
        }
    }
}

impl From<OneWay> for Bps {
    fn from(x: OneWay) -> Bps {
        Bps { one_way_bps: Some(x.0 / BPS), round_trip_bps: None }
    }
}

impl OneWay {
    /// A cost of `bps` basis points on each purchase and on each sale.
    pub fn bps(bps: f64) -> Result<Self, String> {
        Self::try_from(Bps { one_way_bps: Some(bps), round_trip_bps: None })
    }
    /// The fraction of the traded value that one purchase, or one sale, costs.
    pub fn fraction(self) -> f64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip_is_twice_one_way() {
        let both = OneWay::try_from(Bps { one_way_bps: None, round_trip_bps: Some(10.0) }).unwrap();
        assert_eq!(both, OneWay::bps(5.0).unwrap());
        assert!(OneWay::bps(-1.0).is_err() && OneWay::bps(f64::NAN).is_err());
        let neither = Bps { one_way_bps: None, round_trip_bps: None };
        assert!(OneWay::try_from(neither).is_err());
    }

    #[test]
    fn numbers_refuse_what_they_are_not() {
        assert!(Fraction::try_from(1.0 + 1e-9).is_err() && Fraction::try_from(f64::NAN).is_err());
        assert!(Positive::try_from(0.0).is_err() && Positive::try_from(f64::INFINITY).is_err());
        assert!(NonNegative::try_from(0.0).is_ok() && NonNegative::try_from(-0.1).is_err());
    }
}
