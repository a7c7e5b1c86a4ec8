//! What a session does to an account before anybody trades: interest, expenses, corporate actions, delistings.
use trimtab_core::{
    Action, ActionKind, AssetId, Bar, Day, Delisting, Levels, Money, Quantity, Result,
};
use trimtab_ledger::{Redemption, What};
use trimtab_strategy::Shares;

use crate::books::Books;
use crate::order::days_between;
use crate::plan::Plan;
use crate::{Lapse, Order, Outcome};

/// Civil days of a year of interest: actual/365.
pub(crate) const DAYS_A_YEAR: f64 = 365.0;

/// Everything that happens before the open. Orders that a corporate action touches are counted in new shares;
/// those of assets that ended come back as dropped.
pub(crate) fn mark(
    books: &mut Books,
    orders: &mut Vec<Order>,
    plan: &Plan<'_>,
    bar: Bar<'_>,
) -> Result<Vec<Outcome>> {
    carry(books, plan, bar)?;
    for action in bar.actions() {
        act(books, orders, bar, action)?;
    }
    redeem_fractions(books, plan, bar)?;
    pay_dividends(books, bar)?;
    let dropped = delist(books, orders, bar)?;
    settle(books, bar)?;
    Ok(dropped)
}

/// Interest and expenses from the session before to this one, on that session's balances, at rates known then.
fn carry(books: &mut Books, plan: &Plan<'_>, bar: Bar<'_>) -> Result<()> {
    let today = bar.day();
    if today <= plan.first {
        return Ok(());
    }
    let before = Day(today.0 - 1);
    let years = days_between(plan.market.calendar().date(before), bar.date()) / DAYS_A_YEAR;
    let cash = books.account.cash().as_f64();
    if cash != 0.0 {
        let rate = plan.cash.yearly(plan.market, before, cash);
        let amount = Money::round_from(cash.abs() * rate * years)?;
        if amount > Money::ZERO {
            let what = if cash > 0.0 { What::Interest(amount) } else { What::Financed(amount) };
            books.happened(bar, what)?;
        }
    }
    for (asset, ratio) in &plan.expenses {
        let amount = Money::round_from(books.view().worth(*asset) * ratio * years)?;
        if amount > Money::ZERO {
            books.happened(bar, What::Charged { asset: Some(*asset), amount })?;
        }
    }
    Ok(())
}

fn act(books: &mut Books, orders: &mut [Order], bar: Bar<'_>, action: &Action) -> Result<()> {
    let asset = action.asset;
    if bar.market().asset(asset).levels == Levels::Adjusted {
        return Ok(());
    }
    if let ActionKind::Split { factor } = action.kind {
        for order in orders.iter_mut().filter(|order| order.asset == asset) {
            order.split(factor)?;
        }
    }
    let held = books.quantity(asset);
    if held.is_zero() {
        return Ok(());
    }
    let mark = books.marks.of(asset);
    match action.kind {
        ActionKind::Dividend { per_share, pay } => {
            let amount = held.at(per_share)?;
            if amount > Money::ZERO {
                let pays = pay.unwrap_or(bar.date());
                books.happened(bar, What::Accrued { asset, amount, pays })?;
            }
            if let Some(price) = mark.filter(|p| *p > per_share) {
                books.marks.set(asset, price - per_share);
            }
            Ok(())
        }
        ActionKind::Split { factor } => {
            books.happened(bar, What::Split { asset, factor })?;
            if let Some(price) = mark {
                books.marks.set(asset, price / factor);
            }
            Ok(())
        }
        ActionKind::SpinOff { into, ratio, basis } => {
            books.happened(bar, What::SpunOff { asset, into, ratio, basis })?;
            if let Some(price) = bar.close(into).or_else(|| bar.open(into)) {
                books.marks.set(into, price);
            }
            Ok(())
        }
    }
}

/// Accounts of whole shares are paid for the fractions that actions left, at the price before the open; what has no
/// price yet is paid on the session after its first.
fn redeem_fractions(books: &mut Books, plan: &Plan<'_>, bar: Bar<'_>) -> Result<()> {
    if plan.strategy.execution.shares != Shares::Whole {
        return Ok(());
    }
    for asset in books.account.held().to_vec() {
        let held = books.quantity(asset);
        let quantity = held - held.whole();
        let price = books.marks.of(asset).filter(|_| bar.market().asset(asset).fund.is_none());
        if let (false, Some(price)) = (quantity.is_zero(), price) {
            let (proceeds, why) = (quantity.at(price)?, Redemption::InLieu);
            books.happened(bar, What::Redeemed { asset, quantity, proceeds, why })?;
        }
    }
    Ok(())
}

fn pay_dividends(books: &mut Books, bar: Bar<'_>) -> Result<()> {
    if books.account.receivables().is_empty() {
        return Ok(());
    }
    let due: Vec<(AssetId, Money)> = books
        .account
        .receivables()
        .iter()
        .filter(|dividend| dividend.pays <= bar.date())
        .map(|dividend| (dividend.asset, dividend.amount))
        .collect();
    due.into_iter()
        .try_for_each(|(asset, amount)| books.happened(bar, What::Paid { asset, amount }))
}

/// Shares of assets that had their last price turn into cash at it, times one plus the delisting return.
fn delist(books: &mut Books, orders: &mut Vec<Order>, bar: Bar<'_>) -> Result<Vec<Outcome>> {
    let market = bar.market();
    let ended = |asset: AssetId| market.life(asset).1 < bar.day();
    let gone: Vec<AssetId> = books.account.held().iter().copied().filter(|a| ended(*a)).collect();
    for asset in gone {
        let quantity: Quantity = books.quantity(asset);
        let last = books.marks.of(asset).unwrap_or(0.0);
        let price = match market.asset(asset).delisting {
            Delisting::LastPrice => last,
            Delisting::Return(r) => (last * (1.0 + r)).max(0.0),
        };
        let proceeds = quantity.at(price)?;
        let why = Redemption::Delisted;
        books.happened(bar, What::Redeemed { asset, quantity, proceeds, why })?;
    }
    let mut dropped = Vec::new();
    orders.retain(|order| {
        let gone = ended(order.asset);
        if gone {
            dropped.push(Outcome::Dropped { order: order.id, why: Lapse::Delisted });
        }
        !gone
    });
    Ok(dropped)
}

/// Pays expenses out of cash, as far as it goes.
fn settle(books: &mut Books, bar: Bar<'_>) -> Result<()> {
    let margin = books.account.terms().is_some_and(|terms| terms.margin);
    let cash = if margin { Money::from_micros(i64::MAX) } else { books.account.cash() };
    let amount = books.account.payable().min(cash);
    if amount > Money::ZERO { books.happened(bar, What::Settled(amount)) } else { Ok(()) }
}
