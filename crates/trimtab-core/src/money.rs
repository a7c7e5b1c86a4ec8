//! Integers that settle: money in millionths, shares in hundred-millionths.
use std::fmt;

use serde::{Deserialize, Serialize};

/// An amount of money, exact to a millionth of the currency unit.
///
/// Floats decide, integers settle: [`Money::round_from`] is the only door from floats. A millionth rather
/// than the customary ten-thousandth keeps twenty years of fractional-share trading within 1e-9 of
/// the real-valued result; the range is ±9.2e12 units, and every operation that could leave it is checked.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Money(i64);

/// An amount does not fit the integer that settles it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overflow;

impl fmt::Display for Overflow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the amount is beyond what the books can hold")
    }
}
impl std::error::Error for Overflow {}

impl From<Overflow> for crate::Error {
    fn from(overflow: Overflow) -> Self {
        crate::Error::new(crate::Kind::Ledger, overflow.to_string())
            .hint("amounts up to 9.2e12 and quantities up to 9.2e10 shares fit")
    }
}

/// Scales a float to an integer, half to even; refuses what does not fit or is not finite.
fn round(x: f64, scale: f64) -> Result<i64, Overflow> {
    // 2^63 as f64: the first value that does not fit.
    const EDGE: f64 = 9_223_372_036_854_775_808.0;
    let scaled = (x * scale).round_ties_even();
    if scaled.abs() < EDGE { Ok(scaled as i64) } else { Err(Overflow) }
}

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// How many of the smallest amount make one currency unit.
    pub const SCALE: i64 = 1_000_000;

    /// Whole currency units.
    pub const fn from_units(units: i64) -> Self {
        Self(units * Self::SCALE)
    }
    /// From the smallest amount, a millionth.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }
    /// The only door from the world of floats. Rounds half to even.
    ///
    /// # Errors
    /// When `x` is not finite or beyond ±9.2e12.
    pub fn round_from(x: f64) -> Result<Self, Overflow> {
        round(x, Self::SCALE as f64).map(Self)
    }
    /// The amount in millionths.
    pub fn micros(self) -> i64 {
        self.0
    }
    /// The amount as a float, for decisions and reports.
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / Self::SCALE as f64
    }
    /// The share `numerator / denominator` of the amount, rounded towards minus infinity.
    ///
    /// # Panics
    /// When the share is not within `[0, 1]`: that is a bug of the caller.
    pub fn part(self, numerator: i64, denominator: i64) -> Self {
        assert!(0 <= numerator && numerator <= denominator && denominator > 0);
        let wide = i128::from(self.0) * i128::from(numerator);
        Self(wide.div_euclid(i128::from(denominator)) as i64)
    }
    /// The product with an integer, wide enough for all cases: compares unit costs without division.
    pub fn times(self, by: i64) -> i128 {
        i128::from(self.0) * i128::from(by)
    }
    /// The sum, when it fits.
    pub fn checked_add(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_add(other.0).map(Self).ok_or(Overflow)
    }
}

impl std::ops::Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        Money(self.0.checked_add(other.0).expect("amounts fit: each was checked when it was made"))
    }
}
impl std::ops::Sub for Money {
    type Output = Money;
    fn sub(self, other: Money) -> Money {
        Money(self.0.checked_sub(other.0).expect("amounts fit: each was checked when it was made"))
    }
}
impl std::ops::Neg for Money {
    type Output = Money;
    fn neg(self) -> Money {
        Money(-self.0)
    }
}
impl std::iter::Sum for Money {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Money {
        amounts.fold(Money::ZERO, |sum, amount| sum + amount)
    }
}

impl fmt::Display for Money {
    /// Two decimals at least, as many as needed: `12.50`, `-0.000001`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal(f, self.0, Self::SCALE, 6, 2)
    }
}

/// A number of shares, exact to a hundred-millionth, so that fractional shares are exact.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Quantity(i64);

impl Quantity {
    /// No shares.
    pub const ZERO: Self = Self(0);
    /// How many of the smallest quantity make one share.
    pub const SCALE: i64 = 100_000_000;

    /// Whole shares.
    pub const fn from_shares(shares: i64) -> Self {
        Self(shares * Self::SCALE)
    }
    /// From the smallest quantity.
    pub const fn from_raw(raw: i64) -> Self {
        Self(raw)
    }
    /// The nearest quantity, half to even.
    ///
    /// # Errors
    /// When `x` is not finite or beyond ±9.2e10 shares.
    pub fn round_from(x: f64) -> Result<Self, Overflow> {
        round(x, Self::SCALE as f64).map(Self)
    }
    /// The quantity as an integer of the smallest quantity.
    pub fn raw(self) -> i64 {
        self.0
    }
    /// Shares as a float.
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / Self::SCALE as f64
    }
    /// Towards zero to a whole number of shares.
    pub fn whole(self) -> Self {
        Self(self.0 / Self::SCALE * Self::SCALE)
    }
    /// Without its sign.
    pub fn abs(self) -> Self {
        Self(self.0.abs())
    }
    /// Whether there are none.
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }
    /// What it is worth at `price`, rounded to the smallest amount.
    pub fn at(self, price: f64) -> Result<Money, Overflow> {
        Money::round_from(self.as_f64() * price)
    }
    /// The sum, when it fits.
    pub fn checked_add(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_add(other.0).map(Self).ok_or(Overflow)
    }
}

impl std::ops::Add for Quantity {
    type Output = Quantity;
    fn add(self, other: Quantity) -> Quantity {
        Quantity(self.0.checked_add(other.0).expect("quantities fit: each was checked when made"))
    }
}
impl std::ops::Sub for Quantity {
    type Output = Quantity;
    fn sub(self, other: Quantity) -> Quantity {
        Quantity(self.0.checked_sub(other.0).expect("quantities fit: each was checked when made"))
    }
}
impl std::ops::Neg for Quantity {
    type Output = Quantity;
    fn neg(self) -> Quantity {
        Quantity(-self.0)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal(f, self.0, Self::SCALE, 8, 0)
    }
}

fn decimal(
    f: &mut fmt::Formatter<'_>,
    raw: i64,
    scale: i64,
    digits: usize,
    least: usize,
) -> fmt::Result {
    let (sign, scale) = (if raw < 0 { "-" } else { "" }, scale.unsigned_abs());
    let (whole, rest) = (raw.unsigned_abs() / scale, raw.unsigned_abs() % scale);
    let rest = format!("{rest:0digits$}");
    let kept = rest.trim_end_matches('0').len().max(least);
    let text = if kept == 0 { format!("{whole}") } else { format!("{whole}.{}", &rest[..kept]) };
    f.pad(&format!("{sign}{text}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rounds_half_to_even_and_prints() {
        assert_eq!(Money::round_from(0.000_000_5).unwrap(), Money::ZERO);
        assert_eq!(Money::round_from(0.000_001_5).unwrap(), Money::from_micros(2));
        assert_eq!(Money::from_micros(-1).to_string(), "-0.000001");
        assert_eq!(Money::from_units(12).to_string(), "12.00");
        assert_eq!(Quantity::round_from(2.5).unwrap().to_string(), "2.5");
        assert_eq!(Quantity::from_shares(-3).to_string(), "-3");
        assert_eq!(Quantity::round_from(-2.9).unwrap().whole(), Quantity::from_shares(-2));
    }

    #[test]
    fn refuses_what_does_not_fit() {
        for x in [f64::NAN, f64::INFINITY, 1e13, -1e13] {
            assert_eq!(Money::round_from(x), Err(Overflow));
        }
        assert!(Money::round_from(9.2e12).is_ok() && Quantity::round_from(1e11).is_err());
        assert!(Money::from_micros(i64::MAX).checked_add(Money::from_micros(1)).is_err());
    }

    proptest! {
        #[test]
        fn parts_add_up(amount in -1_000_000_000_000i64..1_000_000_000_000, n in 0i64..1000, d in 1i64..1000) {
            let (n, money) = (n.min(d), Money::from_micros(amount));
            let (a, b) = (money.part(n, d), money - money.part(n, d));
            prop_assert_eq!(a + b, money);
            prop_assert!((a.as_f64() - money.as_f64() * n as f64 / d as f64).abs() <= 1e-5);
        }
    }
}
