//! Conditions on parameters and on results, in words.
use trimtab_core::{Error, Kind, Result};

/// `LEFT <= RIGHT` or `LEFT < RIGHT`, each a number or a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    left: Side,
    right: Side,
    strict: bool,
    text: String,
}

#[derive(Clone, Debug, PartialEq)]
enum Side {
    Number(f64),
    Name(String),
}

impl Condition {
    /// Reads `drawdown_max <= 0.25`, `trend.fast < trend.slow`, `sharpe >= 0.5`; per cent may be written as `25%`.
    ///
    /// # Errors
    /// [`Kind::Usage`] when it is none.
    pub fn parse(text: &str) -> Result<Self> {
        let bad = |why: &str| {
            Error::new(Kind::Usage, format!("`{text}` is not a condition: {why}"))
                .hint("write NAME <= NUMBER or NAME < NAME, as in \"drawdown_max <= 0.25\"")
        };
        let (at, sign) = ["<=", ">=", "<", ">"]
            .iter()
            .find_map(|sign| Some((text.find(sign)?, *sign)))
            .ok_or_else(|| bad("there is no <, <=, > or >="))?;
        let side = |part: &str| -> Result<Side> {
            let part = part.trim();
            let (number, unit) = match part.strip_suffix('%') {
                Some(number) => (number.trim(), 100.0),
                None => (part, 1.0),
            };
            match number.parse::<f64>() {
                Ok(x) if x.is_finite() => Ok(Side::Number(x / unit)),
                Ok(_) => Err(bad("it has no finite number")),
                Err(_) if part.is_empty() || part.contains(char::is_whitespace) => {
                    Err(bad("a side is no name and no number"))
                }
                Err(_) => Ok(Side::Name(part.to_owned())),
            }
        };
        let (a, b) = (side(&text[..at])?, side(&text[at + sign.len()..])?);
        if matches!((&a, &b), (Side::Number(_), Side::Number(_))) {
            return Err(bad("it names nothing"));
        }
        let (left, right) = if sign.starts_with('<') { (a, b) } else { (b, a) };
        Ok(Self { left, right, strict: sign.len() == 1, text: text.to_owned() })
    }

    /// The names in it.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        [&self.left, &self.right].into_iter().filter_map(|side| match side {
            Side::Name(name) => Some(name.as_str()),
            Side::Number(_) => None,
        })
    }

    /// By how much it is broken: 0 when it is kept, in the unit of its sides; none when a name has no value. What must be
    /// strictly less and is equal is broken by the smallest number there is.
    pub fn broken(&self, value: &dyn Fn(&str) -> Option<f64>) -> Option<f64> {
        let side = |side: &Side| match side {
            Side::Number(x) => Some(*x),
            Side::Name(name) => value(name),
        };
        let over = side(&self.left)? - side(&self.right)?;
        Some(match self.strict && over == 0.0 {
            true => f64::MIN_POSITIVE,
            false => over.max(0.0),
        })
    }

    /// As it was written.
    pub fn words(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read_and_measured() {
        let value = |name: &str| match name {
            "drawdown_max" => Some(0.3),
            "trend.fast" | "trend.slow" => Some(50.0),
            _ => None,
        };
        let broken = |text: &str| Condition::parse(text).unwrap().broken(&value);
        assert!((broken("drawdown_max <= 25%").unwrap() - 0.05).abs() < 1e-15);
        assert_eq!(broken("drawdown_max<=0.3"), Some(0.0));
        assert!((broken("0.5 <= drawdown_max").unwrap() - 0.2).abs() < 1e-15);
        assert!((broken("drawdown_max >= 0.5").unwrap() - 0.2).abs() < 1e-15);
        assert_eq!(broken("trend.fast <= trend.slow"), Some(0.0));
        assert!(broken("trend.fast < trend.slow").unwrap() > 0.0);
        assert_eq!(broken("sortino > 1"), None);
        let names = Condition::parse("a.b > c").unwrap();
        assert_eq!(names.names().collect::<Vec<_>>(), ["c", "a.b"]);
        for wrong in ["", "a", "a = 1", "1 < 2", "a < ", "a b < 1", "a < inf", "a < nan"] {
            assert!(Condition::parse(wrong).is_err(), "{wrong}");
        }
    }
}
