//! The road of a strategy through a market, session by session.
use trimtab_core::{Bar, Day, Error, Kind, Market, Money, Past, Result, Weights};
use trimtab_ledger::{Account, Costs, Entry, What};
use trimtab_strategy::{Book, Check, Every, FillAt, Financing, First, Memory, Note, Strategy};

use crate::band::{banded, moves};
use crate::books::{Books, Marks};
use crate::plan::Plan;
use crate::rebalance::Desk;
use crate::run::{Ended, Held};
use crate::{
    Broker, Decision, Lapse, Options, Order, Outcome, Paper, Phase, Record, Run, Wait, Why, decide,
    world,
};

/// Runs a strategy through a market, from the first session to the last or to the first error.
///
/// # Errors
/// When the run cannot begin: no such sessions, or the market lacks what the strategy asks for. An error on the way
/// ends the run and stands in [`Run::ended`], beside everything up to there. Until the first decision, an error of
/// kind [`Kind::Data`] means "not yet".
pub fn backtest(strategy: &Strategy, market: &Market, options: &Options) -> Result<Run> {
    let plan = Plan::new(strategy, market, options)?;
    let broker = Paper::new(plan.trading.clone(), &strategy.execution);
    backtest_with(&plan, broker)
}

/// Where an account stands at a close, just before its strategy is asked: all that the answer depends on.
#[derive(Clone, Debug)]
pub struct Standing {
    /// At which close.
    pub day: Day,
    /// Every decision before today, in order.
    pub decisions: Vec<Decision>,
    /// What the nodes of the strategy remember.
    pub memory: Memory,
    /// The account as the strategy sees it.
    pub book: Book,
    /// The account.
    pub account: Account,
    /// Its last known prices.
    pub marks: Marks,
    /// Cash that a withdrawal waits for.
    pub reserved: Money,
    /// Orders on their way.
    pub orders: Vec<Order>,
    /// What was paid in or out since the newest decision, in currency units.
    pub flow: f64,
    /// The newest decision before today.
    pub newest: Option<Decision>,
    /// What occasions a decision today: the schedule, a band, or nothing.
    pub due: Option<Why>,
}

/// Walks the road of [`backtest`] to the close of its last session and stops before the decision, as a live morning
/// does that rebuilds the memory of a strategy from the past. [`decide`] with the parts of the answer is the
/// decision of the backtest on that day, to the last bit.
///
/// # Errors
/// As [`backtest`]; also the error that ended the run before that session.
pub fn standing(strategy: &Strategy, market: &Market, options: &Options) -> Result<Standing> {
    let plan = Plan::new(strategy, market, options)?;
    let mut road = Road::open(&plan, Paper::new(plan.trading.clone(), &strategy.execution))?;
    for day in (plan.first.0..plan.last.0).map(Day) {
        let bar = market.bar(day);
        road.session(bar).map_err(|error| error.place(bar.date().to_string()))?;
        road.record(bar)?;
    }
    road.meet(market.bar(plan.last))?;
    road.stand(market.as_of(plan.last))
}

fn backtest_with(plan: &Plan<'_>, broker: impl Broker) -> Result<Run> {
    let mut road = Road::open(plan, broker)?;
    for day in (plan.first.0..=plan.last.0).map(Day) {
        let bar = plan.market.bar(day);
        let lived = road.session(bar);
        road.record(bar)?;
        if let Err(error) = lived {
            road.run.ended = Some(Ended { day, error });
            break;
        }
    }
    road.close()
}

/// Below a cent a share of a fund does not move; interest alone would be swept every day.
const LEAST_TRADE: f64 = 0.01;

/// An account on its way.
struct Road<'a, B> {
    plan: &'a Plan<'a>,
    broker: B,
    books: Books,
    orders: Vec<Order>,
    memory: Memory,
    run: Run,
    /// The newest scheduled decision.
    target: Option<Decision>,
    /// Why there is no decision yet.
    not_yet: Option<Error>,
    /// The interest on debt, from the opening on, that holdings need not pay any more.
    financed: Money,
    /// What today's flows brought.
    flow: f64,
    /// Value of one unit of the account, flows taken out, at the last close, and its highest.
    unit: f64,
    unit_peak: f64,
    sent: u32,
    /// Whether a decision had an order filled.
    filled: Vec<bool>,
    /// The reasons already written down why an order waits.
    waits: Vec<(u32, Wait)>,
}

impl<'a, B: Broker> Road<'a, B> {
    fn open(plan: &'a Plan<'a>, broker: B) -> Result<Self> {
        let mut books = Books::new(plan.market.assets().len());
        let date = plan.market.calendar().date(plan.first);
        books
            .book(Entry::new(date, What::Opened { cash: plan.options.cash, terms: plan.terms }))?;
        let sessions = (plan.last.0 - plan.first.0 + 1) as usize;
        let run = Run {
            strategy: plan.strategy.name.clone(),
            first: plan.first,
            sessions: Vec::with_capacity(sessions),
            equity: Vec::with_capacity(sessions),
            flows: Vec::with_capacity(sessions),
            traded: Vec::with_capacity(sessions),
            decisions: Vec::new(),
            trades: Vec::new(),
            journal: Vec::new(),
            account: books.account.clone(),
            rebalances: 0,
            costs: Costs::ZERO,
            ended: None,
            conventions: plan.conventions(),
            notes: plan.notes.clone(),
            held: Held::default(),
        };
        Ok(Self {
            plan,
            broker,
            books,
            orders: Vec::new(),
            memory: Memory::default(),
            run,
            target: None,
            not_yet: None,
            financed: Money::ZERO,
            flow: 0.0,
            unit: 1.0,
            unit_peak: 1.0,
            sent: 0,
            filled: Vec::new(),
            waits: Vec::new(),
        })
    }

    /// Everything that a session brings before the decision at its close.
    fn meet(&mut self, bar: Bar<'_>) -> Result<()> {
        let (books, orders) = (&mut self.books, &mut self.orders);
        let ended = world::mark(books, orders, self.plan, bar)?; // the world moves
        self.note(bar, ended)?;
        self.fill(Phase::Day, bar)?; // earlier orders meet today's prices
        self.books.price(bar);
        self.fill(Phase::Close, bar)?;
        self.flow(bar) // money comes and goes
    }

    fn session(&mut self, bar: Bar<'_>) -> Result<()> {
        self.meet(bar)?;
        let past = self.plan.market.as_of(bar.day());
        if !self.decide(past)? {
            self.raise(past)?;
            self.sweep(past)?;
            self.repay(past)?;
        }
        if self.plan.strategy.execution.fill == FillAt::SameClose {
            self.fill(Phase::Close, bar)?;
        }
        Ok(())
    }

    fn fill(&mut self, phase: Phase, bar: Bar<'_>) -> Result<()> {
        if self.orders.is_empty() {
            return Ok(());
        }
        let outcomes = self.broker.fill(&mut self.orders, phase, bar, &self.books.view())?;
        self.note(bar, outcomes)?;
        if phase == Phase::Close {
            self.books.price(bar);
        }
        Ok(())
    }

    /// Books what became of orders.
    fn note(&mut self, bar: Bar<'_>, outcomes: Vec<Outcome>) -> Result<()> {
        let day = bar.day();
        for outcome in outcomes {
            match outcome {
                Outcome::Filled(trade) => {
                    self.books.book(Entry::filled(trade.fill))?;
                    self.books.marks.set(trade.fill.asset, trade.fill.price);
                    if let Some(filled) =
                        trade.decision.and_then(|ix| self.filled.get_mut(ix as usize))
                    {
                        *filled = true;
                    }
                    self.run.trades.push(trade);
                }
                Outcome::Waits { order, why } => {
                    if !self.waits.contains(&(order, why)) {
                        self.waits.push((order, why));
                        self.books.journal.push(Record::Waits { day, order, why });
                    }
                }
                Outcome::Dropped { order, why } => self.dropped(day, order, why),
            }
        }
        Ok(())
    }

    fn dropped(&mut self, day: Day, order: u32, why: Lapse) {
        self.waits.retain(|(waiting, _)| *waiting != order);
        self.books.journal.push(Record::Dropped { day, order, why });
    }

    /// Payments by plan. Withdrawals are paid out of cash as far as it goes; the rest waits, reserved.
    fn flow(&mut self, bar: Bar<'_>) -> Result<()> {
        self.flow = 0.0;
        let flows = &self.plan.options.flows;
        if flows.is_empty() {
            return Ok(());
        }
        let past = self.plan.market.as_of(bar.day());
        let due = flows.due(past, self.plan.first, self.books.view().value())?;
        if due > Money::ZERO {
            self.books.happened(bar, What::Deposited(due))?;
            self.flow += due.as_f64();
        } else {
            self.books.reserved = self.books.reserved.checked_add(-due)?;
        }
        let account = &self.books.account;
        let paid = match self.plan.terms.margin {
            true => self.books.reserved,
            false => self.books.reserved.min((account.cash() - account.payable()).max(Money::ZERO)),
        };
        if paid > Money::ZERO {
            self.books.happened(bar, What::Withdrawn(paid))?;
            self.books.reserved = self.books.reserved - paid;
            self.flow -= paid.as_f64();
        }
        if self.books.reserved > Money::ZERO && self.books.account.held().is_empty() {
            let said = format!(
                "a withdrawal of {} more cannot be paid: nothing is left",
                self.books.reserved
            );
            return Err(Error::new(Kind::Ledger, said).hint("withdraw less, or later"));
        }
        Ok(())
    }

    /// Decides when the schedule or a band says so; whether it did.
    fn decide(&mut self, past: Past<'_>) -> Result<bool> {
        if past.today() < self.plan.decides_from {
            return Ok(false);
        }
        let view = self.books.view();
        if view.value() <= 0.0 {
            let said = format!("the account is worth {:.2}", view.value());
            return Err(Error::new(Kind::Ledger, said)
                .hint("leverage or withdrawals were more than the portfolio could bear"));
        }
        let value = view.investable();
        if value <= 0.0 {
            return Ok(false); // all that is left is on its way out
        }
        let now = self.books.view().weights(value);
        if self.due(past)? {
            let book = self.book(now.clone());
            let made = decide(self.plan.strategy, past, &book, &mut self.memory);
            // The first decision waits until every part of the tree could answer.
            let made = match (&self.target, made) {
                (None, Ok(decision)) => {
                    self.plan.strategy.ready(past, &book, &self.memory).map(|()| decision)
                }
                (_, made) => made,
            };
            return match made {
                Ok(decision) => self.act(past, decision, &now).map(|()| true),
                Err(error) => self.unless_not_yet(error),
            };
        }
        let Some(drifted) = self.drifted(past, &now) else { return Ok(false) };
        self.act(past, drifted, &now).map(|()| true)
    }

    fn due(&mut self, past: Past<'_>) -> Result<bool> {
        let schedule = &self.plan.strategy.schedule;
        if schedule.every == Every::Once && self.target.is_some() {
            return Ok(false);
        }
        if schedule.first == First::AtOnce && self.target.is_none() {
            return Ok(true);
        }
        schedule.due(past).or_else(|error| self.unless_not_yet(error))
    }

    /// Before the first decision, missing data mean "not yet".
    fn unless_not_yet(&mut self, error: Error) -> Result<bool> {
        if self.target.is_none() && error.kind() == Kind::Data {
            self.not_yet = Some(error);
            return Ok(false);
        }
        Err(error)
    }

    /// The newest target again, when a holding has left its band and nothing is on its way.
    fn drifted(&self, past: Past<'_>, now: &Weights) -> Option<Decision> {
        let band =
            self.plan.strategy.schedule.band.as_ref().filter(|b| b.check == Check::Session)?;
        let target = self.target.as_ref().filter(|_| self.orders.is_empty())?;
        if banded(band, now, &target.target).is_empty() {
            return None;
        }
        let why = "a holding has left its band".to_owned();
        let because = vec![Note { node: "band".into(), why }];
        Some(Decision { day: past.today(), why: Why::Band, target: target.target.clone(), because })
    }

    /// The parts of a [`Standing`], at the close that the account has met.
    fn stand(mut self, past: Past<'_>) -> Result<Standing> {
        let value = self.books.view().investable();
        let now = self.books.view().weights(value);
        let may = past.today() >= self.plan.decides_from && value > 0.0;
        let due = match may && self.due(past)? {
            true => Some(Why::Schedule),
            false => self.drifted(past, &now).filter(|_| may).map(|_| Why::Band),
        };
        let since = self.target.as_ref().map_or(self.plan.first, |newest| newest.day);
        let known = (since.0 + 1).saturating_sub(self.plan.first.0) as usize;
        let flow = self.run.flows.iter().skip(known).sum::<f64>() + self.flow;
        Ok(Standing {
            day: past.today(),
            book: self.book(now),
            flow,
            due,
            memory: self.memory,
            account: self.books.account,
            marks: self.books.marks,
            reserved: self.books.reserved,
            orders: self.orders,
            newest: self.target,
            decisions: self.run.decisions,
        })
    }

    /// Makes the orders of a decision. Older orders that had their chance, and all sweeps, are replaced.
    fn act(&mut self, past: Past<'_>, decision: Decision, now: &Weights) -> Result<()> {
        let today = past.today();
        let keeps = |order: &Order| order.from > today && order.why != Why::Sweep;
        let replaced: Vec<u32> =
            self.orders.iter().filter(|order| !keeps(order)).map(|order| order.id).collect();
        self.orders.retain(keeps);
        for order in replaced {
            self.dropped(today, order, Lapse::Replaced);
        }
        let moves = moves(self.plan.strategy.schedule.band.as_ref(), now, &decision.target);
        let ix = self.run.decisions.len() as u32;
        let desk = self.desk(today, decision.why, Some(ix));
        let orders = desk.rebalance(&moves, &self.books.view(), &self.orders)?;
        self.books.journal.push(Record::Decided(ix));
        self.financed = self.books.account.financing(); // the weights of the decision settle it
        self.send(orders);
        self.target = Some(decision.clone());
        self.run.decisions.push(decision);
        self.filled.push(false);
        Ok(())
    }

    fn desk(&self, today: Day, why: Why, decision: Option<u32>) -> Desk<'a> {
        let (execution, market) = (&self.plan.strategy.execution, self.plan.market);
        Desk { execution, market, today, why, decision }
    }

    fn send(&mut self, orders: Vec<Order>) {
        for mut order in orders {
            order.id = self.sent;
            self.sent += 1;
            self.books.journal.push(Record::Ordered(order));
            self.orders.push(order);
        }
    }

    /// Sells what a waiting withdrawal needs.
    fn raise(&mut self, past: Past<'_>) -> Result<()> {
        // The sale happens later and costs something: without a cushion each sale would fall a little short, and
        // ever smaller ones would follow.
        const CUSHION: f64 = 1.01;
        let raising = self.orders.iter().any(|order| order.why == Why::Withdrawal);
        if self.books.reserved <= Money::ZERO || raising {
            return Ok(());
        }
        let account = &self.books.account;
        let cash = (account.cash() - account.payable()).max(Money::ZERO);
        let missing = (self.books.reserved - cash).as_f64() * CUSHION;
        let desk = self.desk(past.today(), Why::Withdrawal, None);
        let view = self.books.view();
        let orders = desk.raise(self.target.as_ref(), &view, &self.orders, missing)?;
        self.send(orders);
        Ok(())
    }

    /// Puts idle cash to work when nothing is on its way.
    fn sweep(&mut self, past: Past<'_>) -> Result<()> {
        let execution = &self.plan.strategy.execution;
        let (Some(sweep), Some(target)) = (&execution.sweep, &self.target) else { return Ok(()) };
        if !self.orders.is_empty() || self.books.reserved > Money::ZERO {
            return Ok(());
        }
        let view = self.books.view();
        let value = view.investable();
        let kept = (1.0 - target.target.invested()).max(0.0) + sweep.above.get();
        let idle = view.spendable().as_f64() - kept * value;
        if idle < execution.minimum_trade.get().max(LEAST_TRADE) {
            return Ok(());
        }
        let desk = self.desk(past.today(), Why::Sweep, None);
        let orders = desk.sweep(target, &view, idle)?;
        self.send(orders);
        Ok(())
    }

    /// Sells part of everything for the interest on debt, when holdings are to pay it and nothing is on its way.
    fn repay(&mut self, past: Past<'_>) -> Result<()> {
        let execution = &self.plan.strategy.execution;
        if execution.financing == Financing::Accrues || !self.orders.is_empty() {
            return Ok(());
        }
        let paid = self.books.account.financing();
        let due = (paid - self.financed).as_f64();
        if due < execution.minimum_trade.get().max(LEAST_TRADE) {
            return Ok(());
        }
        let desk = self.desk(past.today(), Why::Financing, None);
        let orders = desk.shrink(&self.books.view(), due)?;
        self.financed = paid;
        self.send(orders);
        Ok(())
    }

    /// The account as the strategy may see it: its peak is the present value times the highest unit over the present one.
    fn book(&self, weights: Weights) -> Book {
        let value = self.books.view().value();
        let unit = self.unit_at(value);
        Book { weights, value, peak: value * (self.unit_peak.max(unit) / unit) }
    }

    /// The value of one unit when the account is worth `value` after today's flow.
    fn unit_at(&self, value: f64) -> f64 {
        match self.run.equity.last() {
            Some(before) if *before > 0.0 => self.unit * (value - self.flow) / before,
            _ => self.unit,
        }
    }

    /// Writes the session down, at its close.
    fn record(&mut self, bar: Bar<'_>) -> Result<()> {
        let view = self.books.view();
        let value = view.value();
        self.unit = self.unit_at(value);
        self.unit_peak = self.unit_peak.max(self.unit);
        let today = |trade: &&crate::Trade| trade.filled == bar.day();
        let traded: f64 = self
            .run
            .trades
            .iter()
            .rev()
            .take_while(today)
            .map(|t| t.fill.gross.as_f64().abs())
            .sum();
        let held = view.account.held().iter();
        self.run
            .held
            .push(held.map(|a| (*a, if value > 0.0 { view.worth(*a) / value } else { 0.0 })));
        self.run.sessions.push(bar.date());
        self.run.equity.push(value);
        self.run.flows.push(self.flow);
        self.run.traded.push(traded);
        self.flow = 0.0;
        Ok(())
    }

    fn close(mut self) -> Result<Run> {
        let mut run = self.run;
        if run.decisions.is_empty() && run.ended.is_none() {
            match self.not_yet.take() {
                Some(error) => run.ended = Some(Ended { day: self.plan.last, error }),
                None => run.notes.push("no decision fell due".into()),
            }
        }
        for trade in &run.trades {
            run.costs = run.costs.plus(&trade.fill.costs)?;
        }
        run.rebalances = self.filled.iter().filter(|filled| **filled).count();
        run.account = self.books.account;
        run.journal = self.books.journal;
        Ok(run)
    }
}
