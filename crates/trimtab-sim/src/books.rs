//! The account with the prices that value it, and the journal of what happened.
use trimtab_core::{AssetId, Bar, Day, Money, Quantity, Result, Weights};
use trimtab_ledger::{Account, Entry, What};

use crate::{Lapse, Order, Wait};

/// One line of a run's journal: what changed the account, and what did not but explains it.
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    /// The account changed.
    Booked(Entry),
    /// The strategy decided: the index into [`crate::Run::decisions`].
    Decided(u32),
    /// An order was sent.
    Ordered(Order),
    /// An order waits; said once for each reason in a row.
    Waits {
        /// On which session.
        day: Day,
        /// Its number.
        order: u32,
        /// Why.
        why: Wait,
    },
    /// An order ended without being filled to the end.
    Dropped {
        /// On which session.
        day: Day,
        /// Its number.
        order: u32,
        /// Why.
        why: Lapse,
    },
}

/// Last known prices, by asset.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Marks(Vec<f64>);

impl Marks {
    /// No price is known yet.
    pub fn new(assets: usize) -> Self {
        Self(vec![0.0; assets])
    }
    /// The last known price, in today's shares.
    pub fn of(&self, asset: AssetId) -> Option<f64> {
        let price = self.0[asset.index()];
        (price > 0.0).then_some(price)
    }
    /// Notes a price.
    pub fn set(&mut self, asset: AssetId, price: f64) {
        self.0[asset.index()] = price;
    }
}

/// The account as brokers and the rebalancing see it.
#[derive(Clone, Copy, Debug)]
pub struct Holdings<'a> {
    /// The books.
    pub account: &'a Account,
    /// Last known prices.
    pub marks: &'a Marks,
    /// Cash that a withdrawal is waiting for; not to be invested.
    pub reserved: Money,
}

impl Holdings<'_> {
    /// What the account is worth at the prices `price` gives, or else at the last known ones: cash, dividends owed
    /// to it less expenses owed by it, and shares. Shares without any price count nothing.
    pub fn value_at(&self, price: impl Fn(AssetId) -> Option<f64>) -> f64 {
        let account = self.account;
        let worth = |asset: AssetId| {
            let price = price(asset).or_else(|| self.marks.of(asset)).unwrap_or(0.0);
            account.quantity(asset).as_f64() * price
        };
        let shares: f64 = account.held().iter().map(|asset| worth(*asset)).sum();
        let owed = account.receivable().as_f64() - account.payable().as_f64();
        account.cash().as_f64() + owed + shares
    }

    /// What the account is worth at the last known prices.
    pub fn value(&self) -> f64 {
        self.value_at(|_| None)
    }

    /// What may be invested: the value less what is reserved.
    pub fn investable(&self) -> f64 {
        self.value() - self.reserved.as_f64()
    }

    /// The cash that purchases may use: less expenses owed, less what is reserved, never below zero.
    pub fn spendable(&self) -> Money {
        (self.account.cash() - self.account.payable() - self.reserved).max(Money::ZERO)
    }

    /// The value of one holding at its last known price.
    pub fn worth(&self, asset: AssetId) -> f64 {
        self.account.quantity(asset).as_f64() * self.marks.of(asset).unwrap_or(0.0)
    }

    /// Holdings as fractions of `value`; all cash when there is no value.
    pub fn weights(&self, value: f64) -> Weights {
        if value <= 0.0 {
            return Weights::cash();
        }
        Weights::new(self.account.held().iter().map(|a| (*a, self.worth(*a) / value)))
    }
}

/// The account with the prices that value it, and the journal of what happened.
#[derive(Clone, Debug)]
pub(crate) struct Books {
    pub(crate) account: Account,
    pub(crate) marks: Marks,
    pub(crate) journal: Vec<Record>,
    /// A withdrawal that waits for cash.
    pub(crate) reserved: Money,
}

impl Books {
    pub(crate) fn new(assets: usize) -> Self {
        Self {
            account: Account::default(),
            marks: Marks::new(assets),
            journal: Vec::new(),
            reserved: Money::ZERO,
        }
    }

    /// Books an entry and writes it down; a refused entry leaves no trace.
    pub(crate) fn book(&mut self, entry: Entry) -> Result<()> {
        self.account.apply(&entry)?;
        self.journal.push(Record::Booked(entry));
        Ok(())
    }

    /// Books something on the session `bar`.
    pub(crate) fn happened(&mut self, bar: Bar<'_>, what: What) -> Result<()> {
        self.book(Entry::new(bar.date(), what))
    }

    pub(crate) fn view(&self) -> Holdings<'_> {
        Holdings { account: &self.account, marks: &self.marks, reserved: self.reserved }
    }

    /// Marks what is held at today's close.
    pub(crate) fn price(&mut self, bar: Bar<'_>) {
        for asset in self.account.held() {
            if let Some(close) = bar.close(*asset) {
                self.marks.set(*asset, close);
            }
        }
    }

    pub(crate) fn quantity(&self, asset: AssetId) -> Quantity {
        self.account.quantity(asset)
    }
}
