//! What a fund keeps of shares redeemed early.
use trimtab_core::{Date, FundRules};
use trimtab_ledger::Realized;

use crate::order::days_between;

/// The fraction `redemption_fee` of the value, at `price`, of the parts held for `days` civil days or less.
pub(crate) fn redemption(rules: &FundRules, closes: &[Realized], price: f64, date: Date) -> f64 {
    let young = |part: &&Realized| days_between(part.opened, date) <= f64::from(rules.days);
    closes
        .iter()
        .filter(young)
        .map(|part| part.quantity.as_f64() * price * rules.redemption_fee)
        .sum()
}
