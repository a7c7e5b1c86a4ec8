//! The decision of the newest close, and the orders that lead there.
use pyo3::prelude::*;
use pyo3::types::PyDict;
use trimtab_core::{Error, Market, Money, Quantity, Result};
use trimtab_ledger::Account;
use trimtab_sim::{
    Holder, Holdings, Marks, Order, Owned, Standing, decide as decided, standing, ticket,
};
use trimtab_strategy::{Book, Memory};

use crate::data::Data;
use crate::dates::number;
use crate::errors::raised;
use crate::run::options;
use crate::strategy::Strategy;

/// Whose orders they are: what somebody holds, or the model account of the backtest.
struct Holding {
    account: Account,
    marks: Marks,
    reserved: Money,
    orders: Vec<Order>,
    flow: f64,
    book: Book,
}

impl Holding {
    /// What is held, by symbol, and cash; or else the model account where it stands.
    fn of(
        own: Option<(Vec<(String, f64)>, f64)>,
        market: &Market,
        stands: &Standing,
    ) -> Result<Self> {
        let Some((shares, cash)) = own else {
            return Ok(Self {
                account: stands.account.clone(),
                marks: stands.marks.clone(),
                reserved: stands.reserved,
                orders: stands.orders.clone(),
                flow: stands.flow,
                book: stands.book.clone(),
            });
        };
        let share = |(symbol, count): &(String, f64)| {
            Ok((market.find(symbol)?, Quantity::round_from(*count)?))
        };
        let shares = shares.iter().map(share).collect::<Result<_>>()?;
        let owned = Owned { cash: Money::round_from(cash)?, shares, ..Owned::default() };
        let (account, marks) = owned.books(market, stands.day)?;
        let reserved = owned.reserved();
        let view = Holdings { account: &account, marks: &marks, reserved };
        let value = view.investable();
        if value <= 0.0 {
            return Err(Error::data(format!("there is {value:.2} to invest"))
                .hint("give holdings, or cash beside them"));
        }
        let book = Book { weights: view.weights(value), ..stands.book.clone() };
        Ok(Self { account, marks, reserved, orders: Vec::new(), flow: 0.0, book })
    }
}

/// Decides at the last close on or before `as_of` by the same code as the backtest, its memory rebuilt by replay.
/// `shares` and `cash` are what somebody holds; without them it is the model account. Orders are limited `limit_bps` away from
/// the close.
#[pyfunction]
#[allow(clippy::too_many_arguments)] // one keyword each in Python
#[pyo3(signature = (strategy, data, as_of, from_, capital, holdings, limit_bps))]
pub(crate) fn decide<'py>(
    py: Python<'py>,
    strategy: &Strategy,
    data: &Data,
    as_of: Option<String>,
    from_: Option<String>,
    capital: f64,
    holdings: Option<(Vec<(String, f64)>, f64)>,
    limit_bps: f64,
) -> PyResult<Bound<'py, PyDict>> {
    let options = options((from_.as_deref(), as_of.as_deref(), None), capital, &[])?;
    let (market, tree) = (&data.market, &strategy.strategy);
    let made = py.detach(|| {
        let stands = standing(tree, market, &options)?;
        let holding = Holding::of(holdings, market, &stands)?;
        let mut memory: Memory = stands.memory.clone();
        let decision = decided(tree, market.as_of(stands.day), &holding.book, &mut memory)
            .map_err(|error| error.place(market.calendar().date(stands.day).to_string()))?;
        let holder = Holder {
            holdings: Holdings {
                account: &holding.account,
                marks: &holding.marks,
                reserved: holding.reserved,
            },
            in_flight: &holding.orders,
            flow: holding.flow,
            before: stands.newest.as_ref().map(|newest| &newest.target),
        };
        let ticket = ticket(tree, market, &decision, &holder, limit_bps)?;
        let next = tree.schedule.next_after(market.as_of(stands.day));
        Ok((stands, decision, ticket, next, holding.book))
    });
    let (stands, decision, ticket, next, book) = made.map_err(raised)?;
    let dict = PyDict::new(py);
    let by_symbol = |weights: &trimtab_core::Weights| -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        weights.iter().try_for_each(|(asset, w)| dict.set_item(market.symbol(asset), w))?;
        Ok(dict)
    };
    dict.set_item("day", number(market.calendar().date(stands.day)))?;
    dict.set_item("due", stands.due.is_some())?;
    dict.set_item("next", next.map(number))?;
    dict.set_item("target", by_symbol(&decision.target)?)?;
    dict.set_item("held", by_symbol(&book.weights)?)?;
    let because = decision.because.iter().map(|note| (note.node.clone(), note.why.clone()));
    dict.set_item("because", because.collect::<Vec<_>>())?;
    let orders = ticket.lines.iter().map(|line| {
        let costs = line.costs.total().map_err(raised)?.as_f64();
        let symbol = market.symbol(line.asset);
        let (shares, value) = (line.quantity.as_f64(), line.value.as_f64());
        Ok((symbol, shares, line.price, value, line.limit, costs))
    });
    dict.set_item("orders", orders.collect::<PyResult<Vec<_>>>()?)?;
    dict.set_item("value", ticket.value)?;
    dict.set_item("cash_after", ticket.cash_after.as_f64())?;
    Ok(dict)
}
