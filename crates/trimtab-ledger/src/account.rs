//! The account: cash, shares, what is owed, and where it came from.
use trimtab_core::{AssetId, Date, Error, Kind, Money, Overflow, Quantity, Result};

use crate::{Entry, Fill, Lot, Position, Realized, Terms, What};

/// The account that these entries make.
///
/// # Errors
/// When an entry is refused: then the journal is not one of an account.
pub fn replay<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Result<Account> {
    let mut account = Account::default();
    for entry in entries {
        account.apply(entry)?;
    }
    Ok(account)
}

/// A dividend that went ex and is not paid yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receivable {
    /// Whose dividend.
    pub asset: AssetId,
    /// For all shares held on the ex-date.
    pub amount: Money,
    /// When it will be paid.
    pub pays: Date,
}

/// Cash, shares, what is owed, and where it came from. Only [`Account::apply`] changes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    terms: Option<Terms>,
    last: Option<Date>,
    sums: Sums,
    /// By asset id; grows to the highest asset ever held.
    positions: Vec<Position>,
    /// Assets with open lots, in order.
    held: Vec<AssetId>,
    receivables: Vec<Receivable>,
    realized: Vec<Realized>,
}

/// The money of an account, copied before an entry and written back when it is booked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sums {
    cash: Money,
    receivable: Money,
    payable: Money,
    deposits: Money,
    withdrawals: Money,
    dividends: Money,
    interest: Money,
    financing: Money,
    expenses: Money,
    gains: Money,
}

impl Account {
    /// Cash; below zero when it is borrowed.
    pub fn cash(&self) -> Money {
        self.sums.cash
    }
    /// Dividends that went ex and are not paid yet.
    pub fn receivable(&self) -> Money {
        self.sums.receivable
    }
    /// Expenses that accrued and are not paid yet.
    pub fn payable(&self) -> Money {
        self.sums.payable
    }
    /// The dividends behind [`Account::receivable`], in the order in which they went ex.
    pub fn receivables(&self) -> &[Receivable] {
        &self.receivables
    }
    /// Everything ever paid in, the opening included.
    pub fn deposits(&self) -> Money {
        self.sums.deposits
    }
    /// Everything ever paid out.
    pub fn withdrawals(&self) -> Money {
        self.sums.withdrawals
    }
    /// Dividends so far, by ex-date.
    pub fn dividends(&self) -> Money {
        self.sums.dividends
    }
    /// Interest received so far.
    pub fn interest(&self) -> Money {
        self.sums.interest
    }
    /// Interest paid on borrowed cash so far.
    pub fn financing(&self) -> Money {
        self.sums.financing
    }
    /// Running expenses so far.
    pub fn expenses(&self) -> Money {
        self.sums.expenses
    }
    /// Gains less losses of everything closed so far.
    pub fn gains(&self) -> Money {
        self.sums.gains
    }
    /// Everything closed so far, in order.
    pub fn realized(&self) -> &[Realized] {
        &self.realized
    }
    /// What was agreed; `None` before the account is opened.
    pub fn terms(&self) -> Option<Terms> {
        self.terms
    }
    /// The date of the newest entry.
    pub fn last(&self) -> Option<Date> {
        self.last
    }
    /// The assets with open lots, in asset order.
    pub fn held(&self) -> &[AssetId] {
        &self.held
    }
    /// Shares held of one asset.
    pub fn quantity(&self, asset: AssetId) -> Quantity {
        self.positions.get(asset.index()).map_or(Quantity::ZERO, Position::quantity)
    }
    /// The lots of one asset and their sums; `None` when nothing of it was ever held.
    pub fn position(&self, asset: AssetId) -> Option<&Position> {
        self.positions.get(asset.index())
    }
    /// All open lots, by asset, then by date.
    pub fn lots(&self) -> impl Iterator<Item = &Lot> {
        self.held.iter().flat_map(|asset| self.positions[asset.index()].lots())
    }

    /// What a sale of `quantity` shares on `closed` for `proceeds` would realize, lot by lot, without booking it.
    ///
    /// # Errors
    /// [`Kind::Ledger`] when fewer are held.
    pub fn preview(
        &self,
        (asset, quantity): (AssetId, Quantity),
        proceeds: Money,
        closed: Date,
    ) -> Result<Vec<Realized>> {
        let pick = self.terms.map(|terms| terms.pick).unwrap_or_default();
        let none = Position::default();
        let position = self.position(asset).unwrap_or(&none);
        Ok(position.closing((asset, quantity), proceeds, closed, pick)?.realized)
    }

    /// Books an entry whole, or refuses it and stays as it was.
    ///
    /// # Errors
    /// [`Kind::Ledger`] when more is sold than held, cash would fall below zero without margin, an amount does
    /// not fit or has the wrong sign, the entry is older than the newest one, or the account is not open.
    pub fn apply(&mut self, entry: &Entry) -> Result<()> {
        self.check_order(entry)?;
        let sums = match &entry.what {
            What::Filled(fill) => return self.fill(entry.date, fill),
            What::Redeemed { asset, quantity, proceeds, .. } => {
                positive(quantity.raw(), entry)?;
                not_negative(*proceeds, entry)?;
                let sums = self.sums;
                return self.sell(entry.date, (*asset, *quantity), *proceeds, sums);
            }
            What::Split { asset, factor } => return self.split(entry.date, *asset, *factor),
            What::SpunOff { asset, into, ratio, basis } => {
                return self.spin_off(entry, (*asset, *into), *ratio, *basis);
            }
            What::Received(lot) => return self.receive(entry, *lot),
            What::Opened { cash, terms } => {
                not_negative(*cash, entry)?;
                self.terms = Some(*terms);
                Sums { cash: *cash, deposits: *cash, ..Sums::default() }
            }
            What::Accrued { asset, amount, pays } => {
                return self
                    .accrue(entry, Receivable { asset: *asset, amount: *amount, pays: *pays });
            }
            What::Paid { asset, amount } => return self.receive_dividend(entry, *asset, *amount),
            _ => self.sums.after(entry)?,
        };
        self.book(entry.date, sums)
    }

    /// Checks the identity of the books, that every lot is positive, and that sums agree with parts.
    ///
    /// # Errors
    /// [`Kind::Ledger`] with both sides: then the books have a fault of their own.
    pub fn audit(&self) -> Result<()> {
        let s = &self.sums;
        let wide = |m: Money| i128::from(m.micros());
        let gains: i128 = self.realized.iter().map(|r| wide(r.gain())).sum();
        let owed: i128 = self.receivables.iter().map(|r| wide(r.amount)).sum();
        let cost: i128 = self.lots().map(|lot| wide(lot.cost)).sum();
        let income = wide(s.dividends) + wide(s.interest) - wide(s.financing) - wide(s.expenses);
        let sources = wide(s.deposits) - wide(s.withdrawals) + income + gains;
        let uses = wide(s.cash) + owed - wide(s.payable) + cost;
        let held = |(ix, p): (usize, &Position)| {
            let listed = self.held.binary_search(&AssetId(ix as u16)).is_ok();
            p.is_sound() && listed != p.is_empty()
        };
        let sound = self.positions.iter().enumerate().all(held)
            && gains == wide(s.gains)
            && owed == wide(s.receivable)
            && self.held.is_sorted()
            && self.terms.is_none_or(|t| t.margin || s.cash >= Money::ZERO);
        if sources == uses && sound {
            return Ok(());
        }
        let said = format!("the books do not close: {sources} millionths came, {uses} are there");
        Err(Error::new(Kind::Ledger, said).hint("this is a fault of the books; please report it"))
    }

    fn check_order(&self, entry: &Entry) -> Result<()> {
        let opens = matches!(entry.what, What::Opened { .. });
        match (self.terms, self.last) {
            (None, _) if !opens => Err(refused(entry, "comes before the account is opened")),
            (Some(_), _) if opens => Err(refused(entry, "opens an account that is open")),
            (_, Some(last)) if entry.date < last => {
                Err(refused(entry, &format!("comes after an entry of {last}")))
            }
            _ => Ok(()),
        }
    }

    fn may_borrow(&self) -> bool {
        self.terms.is_some_and(|terms| terms.margin)
    }

    fn check_cash(&self, cash: Money) -> Result<()> {
        if cash >= Money::ZERO || self.may_borrow() {
            return Ok(());
        }
        let said = format!("cash would be {cash}, and the account may not borrow");
        Err(Error::new(Kind::Ledger, said).hint("pay in more, buy less, or allow leverage"))
    }

    /// The last step of every entry: nothing after it can fail.
    fn book(&mut self, date: Date, sums: Sums) -> Result<()> {
        self.check_cash(sums.cash)?;
        (self.sums, self.last) = (sums, Some(date));
        Ok(())
    }

    fn fill(&mut self, date: Date, fill: &Fill) -> Result<()> {
        fill.check()?;
        if fill.date != date {
            let said = format!("a fill of {} is entered on {date}", fill.date);
            return Err(Error::new(Kind::Ledger, said));
        }
        let paid = fill.paid()?;
        if !fill.buys() {
            return self.sell(date, (fill.asset, -fill.quantity), -paid, self.sums);
        }
        let lot = Lot { opened: date, asset: fill.asset, quantity: fill.quantity, cost: paid };
        let sums = Sums { cash: self.sums.cash.checked_add(-paid)?, ..self.sums };
        self.add(date, lot, sums)
    }

    fn receive(&mut self, entry: &Entry, lot: Lot) -> Result<()> {
        positive(lot.quantity.raw(), entry)?;
        not_negative(lot.cost, entry)?;
        if lot.opened > entry.date {
            return Err(refused(entry, "brings shares bought later"));
        }
        let deposits = self.sums.deposits.checked_add(lot.cost)?;
        self.add(entry.date, lot, Sums { deposits, ..self.sums })
    }

    fn add(&mut self, date: Date, lot: Lot, sums: Sums) -> Result<()> {
        if let Some(position) = self.position(lot.asset) {
            position.fits(&lot)?;
        }
        self.book(date, sums)?;
        self.hold(lot.asset).add(lot);
        Ok(())
    }

    fn sell(
        &mut self,
        date: Date,
        (asset, quantity): (AssetId, Quantity),
        proceeds: Money,
        sums: Sums,
    ) -> Result<()> {
        let pick = self.terms.map(|terms| terms.pick).unwrap_or_default();
        let none = Position::default();
        let position = self.position(asset).unwrap_or(&none);
        let closing = position.closing((asset, quantity), proceeds, date, pick)?;
        let mut gains = sums.gains;
        for part in &closing.realized {
            gains = gains.checked_add(part.gain())?;
        }
        let cash = sums.cash.checked_add(proceeds)?;
        self.book(date, Sums { cash, gains, ..sums })?;
        self.positions[asset.index()].close(&closing);
        self.realized.extend(closing.realized);
        self.forget_if_empty(asset);
        Ok(())
    }

    fn split(&mut self, date: Date, asset: AssetId, factor: f64) -> Result<()> {
        if !(factor.is_finite() && factor > 0.0) {
            return Err(Error::new(Kind::Ledger, format!("a split of {factor} shares for one")));
        }
        let Some(position) = self.position(asset).filter(|p| !p.is_empty()) else {
            return self.book(date, self.sums);
        };
        let (after, lost) = position.split(factor)?;
        let last = *position.lots().last().expect("the position is not empty");
        let gains = self.sums.gains.checked_add(-lost)?;
        self.book(date, Sums { gains, ..self.sums })?;
        if after.is_empty() {
            // The shares rounded to nothing: their cost is a loss, so that no unit of money disappears.
            let (cost, quantity) = (lost, Quantity::ZERO);
            let (opened, proceeds) = (last.opened, Money::ZERO);
            self.realized.push(Realized { asset, quantity, opened, closed: date, cost, proceeds });
        }
        self.positions[asset.index()] = after;
        self.forget_if_empty(asset);
        Ok(())
    }

    fn spin_off(
        &mut self,
        entry: &Entry,
        (asset, into): (AssetId, AssetId),
        ratio: f64,
        basis: f64,
    ) -> Result<()> {
        if !(ratio.is_finite() && ratio > 0.0 && (0.0..=1.0).contains(&basis)) || asset == into {
            return Err(refused(entry, "is no spin-off"));
        }
        let Some(position) = self.position(asset).filter(|p| !p.is_empty()) else {
            return self.book(entry.date, self.sums);
        };
        let (after, new) = position.spin_off(into, ratio, basis)?;
        let mut child = self.position(into).cloned().unwrap_or_default();
        for lot in new {
            child.fits(&lot)?;
            child.add(lot);
        }
        self.book(entry.date, self.sums)?;
        self.positions[asset.index()] = after;
        if !child.is_empty() {
            *self.hold(into) = child;
        }
        Ok(())
    }

    fn accrue(&mut self, entry: &Entry, dividend: Receivable) -> Result<()> {
        not_negative(dividend.amount, entry)?;
        if dividend.pays < entry.date {
            return Err(refused(entry, "was paid before it went ex"));
        }
        let sums = Sums {
            receivable: self.sums.receivable.checked_add(dividend.amount)?,
            dividends: self.sums.dividends.checked_add(dividend.amount)?,
            ..self.sums
        };
        self.book(entry.date, sums)?;
        self.receivables.push(dividend);
        Ok(())
    }

    fn receive_dividend(&mut self, entry: &Entry, asset: AssetId, amount: Money) -> Result<()> {
        let owed = |r: &Receivable| r.asset == asset && r.amount == amount;
        let Some(ix) = self.receivables.iter().position(owed) else {
            return Err(refused(entry, "pays a dividend that is not owed"));
        };
        let sums = Sums {
            cash: self.sums.cash.checked_add(amount)?,
            receivable: self.sums.receivable - amount,
            ..self.sums
        };
        self.book(entry.date, sums)?;
        self.receivables.remove(ix);
        Ok(())
    }

    fn hold(&mut self, asset: AssetId) -> &mut Position {
        if let Err(place) = self.held.binary_search(&asset) {
            self.held.insert(place, asset);
        }
        if self.positions.len() <= asset.index() {
            self.positions.resize_with(asset.index() + 1, Position::default);
        }
        &mut self.positions[asset.index()]
    }

    fn forget_if_empty(&mut self, asset: AssetId) {
        if self.positions[asset.index()].is_empty() {
            self.held.retain(|other| *other != asset);
        }
    }
}

impl Sums {
    /// The sums after an entry that moves money and no shares.
    fn after(self, entry: &Entry) -> Result<Self> {
        let (up, down) = (
            |m: Money, by: Money| m.checked_add(by),
            |m: Money, by: Money| -> Result<Money, Overflow> { m.checked_add(-by) },
        );
        let amount = match &entry.what {
            What::Deposited(m) | What::Withdrawn(m) | What::Interest(m) => *m,
            What::Financed(m) | What::Settled(m) | What::Charged { amount: m, .. } => *m,
            _ => return Err(refused(entry, "is not an entry of money alone")),
        };
        not_negative(amount, entry)?;
        let mut sums = self;
        match &entry.what {
            What::Deposited(_) => {
                (sums.cash, sums.deposits) = (up(self.cash, amount)?, up(self.deposits, amount)?);
            }
            What::Withdrawn(_) => {
                sums.cash = down(self.cash, amount)?;
                sums.withdrawals = up(self.withdrawals, amount)?;
            }
            What::Interest(_) => {
                (sums.cash, sums.interest) = (up(self.cash, amount)?, up(self.interest, amount)?);
            }
            What::Financed(_) => {
                sums.cash = down(self.cash, amount)?;
                sums.financing = up(self.financing, amount)?;
            }
            What::Charged { .. } => {
                sums.payable = up(self.payable, amount)?;
                sums.expenses = up(self.expenses, amount)?;
            }
            _ => {
                if amount > self.payable {
                    return Err(refused(entry, "pays more than is owed"));
                }
                (sums.cash, sums.payable) = (down(self.cash, amount)?, self.payable - amount);
            }
        }
        Ok(sums)
    }
}

fn refused(entry: &Entry, why: &str) -> Error {
    Error::new(Kind::Ledger, format!("the entry of {} {why}: {:?}", entry.date, entry.what))
}

fn not_negative(amount: Money, entry: &Entry) -> Result<()> {
    if amount >= Money::ZERO { Ok(()) } else { Err(refused(entry, "has a negative amount")) }
}

fn positive(raw: i64, entry: &Entry) -> Result<()> {
    if raw > 0 { Ok(()) } else { Err(refused(entry, "moves no shares")) }
}
