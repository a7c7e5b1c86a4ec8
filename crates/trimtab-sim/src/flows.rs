//! Money that comes and goes by plan: savings, pensions, gifts.
use trimtab_core::{Calendar, Date, Day, Error, Money, Past, Result};
use trimtab_strategy::Schedule;

/// What is paid in and out, by plan. Flows take place at the close, after the day's fills and before the day's
/// decision: the first price they are exposed to is the next one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flows {
    /// On one date each; what falls between sessions takes place at the next one.
    pub dated: Vec<(Date, Money)>,
    /// Again and again.
    pub regular: Vec<Regular>,
}

/// A payment that repeats.
#[derive(Clone, Debug, PartialEq)]
pub struct Regular {
    /// When.
    pub schedule: Schedule,
    /// How much.
    pub amount: Payment,
    /// By how much a fixed amount grows a year, as a fraction: 0.02 for two percent. It steps up on each full
    /// year after the first session.
    pub growth_yearly: f64,
}

/// How much is paid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Payment {
    /// So much; negative takes out.
    Fixed(Money),
    /// This fraction of the account's value; negative takes out.
    OfValue(f64),
}

impl Flows {
    /// Nothing comes or goes.
    pub fn none() -> Self {
        Self::default()
    }

    /// Whether nothing ever comes or goes.
    pub fn is_empty(&self) -> bool {
        self.dated.is_empty() && self.regular.is_empty()
    }

    /// # Errors
    /// When a number is not one.
    pub(crate) fn check(&self) -> Result<()> {
        for regular in &self.regular {
            let share = match regular.amount {
                Payment::OfValue(x) => x,
                Payment::Fixed(_) => 0.0,
            };
            let possible = |x: f64| x.is_finite() && x >= -1.0;
            if !possible(share) || !possible(regular.growth_yearly) {
                let said = format!(
                    "a payment of {share} of the value, growing by {}",
                    regular.growth_yearly
                );
                return Err(Error::spec(format!("{said}, is impossible")));
            }
        }
        Ok(())
    }

    /// What is due at the close of `past`, in an account of `value` that opened on session `first`.
    ///
    /// # Errors
    /// When an amount does not fit, or a market-dependent schedule cannot measure the market.
    pub(crate) fn due(&self, past: Past<'_>, first: Day, value: f64) -> Result<Money> {
        let mut sum = Money::ZERO;
        let (calendar, today) = (past.calendar(), past.today());
        for (_, amount) in self.dated.iter().filter(|(d, _)| falls_on(*d, calendar, today, first)) {
            sum = sum.checked_add(*amount)?;
        }
        if today == first {
            return Ok(sum);
        }
        for regular in &self.regular {
            if regular.schedule.due(past)? {
                let years = full_years(calendar.date(first), past.date());
                let amount = match regular.amount {
                    Payment::Fixed(amount) => {
                        let grown = (1.0 + regular.growth_yearly).powi(years);
                        Money::round_from(amount.as_f64() * grown)?
                    }
                    Payment::OfValue(share) => Money::round_from(share * value)?,
                };
                sum = sum.checked_add(amount)?;
            }
        }
        Ok(sum)
    }
}

/// Whether a payment of `date` takes place on session `today`: it is the first session on or after the date. What
/// was due before the account opened does not take place.
fn falls_on(date: Date, calendar: &Calendar, today: Day, first: Day) -> bool {
    let now = calendar.date(today);
    let before = (today > first).then(|| calendar.date(Day(today.0 - 1)));
    match before {
        Some(before) => before < date && date <= now,
        None => date == now,
    }
}

/// Anniversaries of `from` up to `to`.
fn full_years(from: Date, to: Date) -> i32 {
    let years = i32::from(to.year()) - i32::from(from.year());
    years - i32::from((to.month(), to.day()) < (from.month(), from.day()))
}
