//! Above, below, and whether equality counts.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a number stands to another one. Published rules differ in whether equality counts, and trade differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// $x > y$.
    Above,
    /// $x \ge y$.
    AtLeast,
    /// $x < y$.
    Below,
    /// $x \le y$.
    AtMost,
}

impl Relation {
    /// Whether `x` stands so to `y`.
    pub fn holds(self, x: f64, y: f64) -> bool {
        match self {
            Relation::Above => x > y,
            Relation::AtLeast => x >= y,
            Relation::Below => x < y,
            Relation::AtMost => x <= y,
        }
    }

    /// As in "a score above 0".
    pub fn words(self) -> &'static str {
        match self {
            Relation::Above => "above",
            Relation::AtLeast => "at or above",
            Relation::Below => "below",
            Relation::AtMost => "at or below",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equality_counts_where_it_says_so() {
        use Relation::{Above, AtLeast, AtMost, Below};
        let holds = |x, y| [Above, AtLeast, Below, AtMost].map(|r| r.holds(x, y));
        assert_eq!(holds(1.0, 0.0), [true, true, false, false]);
        assert_eq!(holds(0.0, 0.0), [false, true, false, true]);
        assert_eq!(holds(-1.0, 0.0), [false, false, true, true]);
    }
}
