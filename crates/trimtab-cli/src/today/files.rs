//! A morning as files: the report, the orders, and the weights for others to read without the strategy.
use std::path::Path;

use trimtab_core::{AssetId, Result};

use super::{Morning, json};
use crate::report::files::{self, Csv, head, number};

/// Writes `today.json`, `ticket.csv` and `weights.csv`: all, or none.
///
/// # Errors
/// [`trimtab_core::Kind::Io`] when something cannot be written.
pub(crate) fn write(folder: &Path, morning: &Morning) -> Result<()> {
    let files = [
        ("today.json", format!("{:#}\n", json::report(morning))),
        ("ticket.csv", ticket(morning)?),
        ("weights.csv", weights(morning)?),
    ];
    files::folder(folder, &files.map(|(name, text)| (name.to_owned(), text)))
}

/// One row an order: what to trade, at which limit, what it costs, and what its shares are for.
fn ticket(morning: &Morning) -> Result<String> {
    let names = [
        "symbol",
        "side",
        "shares",
        "limit",
        "close",
        "value",
        "fees",
        "held",
        "signal",
        "drift",
        "cash_flow",
        "rounding",
    ];
    let mut table = Csv::new(head(&names))?;
    for line in &morning.ticket.lines {
        let parts = &line.shares;
        table.row([
            morning.symbol(line.asset).to_owned(),
            super::table::side(line).to_owned(),
            line.quantity.abs().to_string(),
            line.limit.map_or(String::new(), number),
            number(line.price),
            line.value.to_string(),
            line.costs.total()?.to_string(),
            line.held.to_string(),
            parts.signal.to_string(),
            parts.drift.to_string(),
            parts.cash_flow.to_string(),
            parts.rounding.to_string(),
        ])?;
    }
    table.text()
}

/// One row a decision, the newest last: its date, the share of cash, and the share of each symbol that was ever wanted.
/// What is only indicative is not published.
fn weights(morning: &Morning) -> Result<String> {
    let mut decisions: Vec<_> = morning.earlier.iter().collect();
    decisions.extend(morning.due.map(|_| &morning.decision));
    let mut assets: Vec<AssetId> =
        decisions.iter().flat_map(|decision| decision.target.iter().map(|(a, _)| a)).collect();
    assets.sort_unstable();
    assets.dedup();
    let names = assets.iter().map(|asset| morning.symbol(*asset).to_owned());
    let mut table = Csv::new(head(&["date", "cash"]).chain(names))?;
    for decision in decisions {
        let own = assets.iter().map(|asset| number(decision.target.of(*asset)));
        let cash = number(1.0 - decision.target.invested());
        table.row([morning.date(decision.day).to_string(), cash].into_iter().chain(own))?;
    }
    table.text()
}
