//! What a run is asked for, and all its settings worked out before the first session.
use std::fmt::Write as _;

use trimtab_core::{AssetId, Date, Day, Error, Levels, Market, Money, Result};
use trimtab_ledger::{Pick, Terms};
use trimtab_strategy::{CashInterest, Costs, FillAt, LotPick, Preset, Strategy};

use crate::costs::TradingCosts;
use crate::{Flows, Payment};

/// The series that says what bills yield, in percent a year.
pub const BILLS: &str = "bills";

/// What a run is asked for besides the strategy and the market.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Run from the first session on or after this date, with what the data hold before it as warm-up. Without it
    /// the run starts at the first session of the data, and its equity counts from there.
    pub from: Option<Date>,
    /// Run to the last session on or before this date; without it to the last session.
    pub to: Option<Date>,
    /// Hold cash until this date, though the equity counts from the start.
    pub first_decision: Option<Date>,
    /// What the account is opened with.
    pub cash: Money,
    /// What is paid in and out.
    pub flows: Flows,
}

impl Default for Options {
    /// 100,000, all sessions, no flows.
    fn default() -> Self {
        Self {
            from: None,
            to: None,
            first_decision: None,
            cash: Money::from_units(100_000),
            flows: Flows::none(),
        }
    }
}

impl Options {
    /// A text that is equal for equal options, for hashes.
    pub fn canonical(&self) -> String {
        let date = |d: Option<Date>| d.map_or_else(|| "-".to_owned(), |d| d.to_string());
        let mut text = format!(
            "from {}\nto {}\nfirst decision {}\ncash {}\n",
            date(self.from),
            date(self.to),
            date(self.first_decision),
            self.cash.micros()
        );
        for (on, amount) in &self.flows.dated {
            writeln!(text, "flow {on} {}", amount.micros()).expect("a string takes all text");
        }
        for regular in &self.flows.regular {
            let amount = match regular.amount {
                Payment::Fixed(amount) => format!("fixed {}", amount.micros()),
                Payment::OfValue(share) => format!("of value {share}"),
            };
            let when = regular.schedule.words();
            writeln!(text, "regular {amount} growing {} {when}", regular.growth_yearly)
                .expect("a string takes all text");
        }
        text
    }
}

/// What cash earns and what borrowed cash costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct CashTerms {
    interest: CashInterest,
    /// Above the base rate, in percent a year.
    borrow_spread: f64,
}

impl CashTerms {
    /// The yearly rate, as a fraction, on a balance of `cash` at the close of `day`, from what was known then.
    pub(crate) fn yearly(&self, market: &Market, day: Day, cash: f64) -> f64 {
        const PERCENT: f64 = 1e-2;
        let bills = || market.as_of(day).latest(BILLS).map_or(0.0, |fact| fact.value);
        let (base, less) = match self.interest {
            CashInterest::None => (0.0, 0.0),
            CashInterest::Bills { less } => (bills(), less),
            CashInterest::Percent(rate) => (rate, 0.0),
        };
        let rate = if cash < 0.0 { base + self.borrow_spread } else { base - less };
        rate.max(0.0) * PERCENT
    }
}

impl CashTerms {
    /// Whether neither side ever pays anything.
    pub(crate) fn is_free(&self) -> bool {
        self.interest == CashInterest::None && self.borrow_spread == 0.0
    }
}

/// A run's settings, worked out and checked before the first session.
#[derive(Clone, Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) strategy: &'a Strategy,
    pub(crate) market: &'a Market,
    pub(crate) options: &'a Options,
    pub(crate) first: Day,
    pub(crate) last: Day,
    /// The first session that may decide.
    pub(crate) decides_from: Day,
    pub(crate) trading: TradingCosts,
    pub(crate) cash: CashTerms,
    /// Yearly expense ratios by asset.
    pub(crate) expenses: Vec<(AssetId, f64)>,
    pub(crate) terms: Terms,
    pub(crate) notes: Vec<String>,
}

impl<'a> Plan<'a> {
    /// # Errors
    /// [`trimtab_core::Kind::Data`] when the market lacks sessions, opens, volumes or the bill rate that the
    /// strategy asks for by name; [`trimtab_core::Kind::Spec`] for an unknown asset or impossible flows.
    pub(crate) fn new(
        strategy: &'a Strategy,
        market: &'a Market,
        options: &'a Options,
    ) -> Result<Self> {
        let costs = strategy.costs.resolved();
        let (first, last) = span(market, options)?;
        options.flows.check()?;
        if options.cash <= Money::ZERO {
            return Err(Error::spec(format!("an account is not opened with {}", options.cash)));
        }
        let expenses =
            costs.expense.iter().map(|(symbol, ratio)| Ok((market.find(symbol)?, ratio.get())));
        let pick = match strategy.execution.lots {
            LotPick::Fifo => Pick::Fifo,
            LotPick::Lifo => Pick::Lifo,
            LotPick::HighestCost => Pick::HighestCost,
        };
        let decides_from = match options.first_decision {
            None => first,
            Some(date) => {
                market.calendar().on_or_after(date).map_or(Day(last.0 + 1), |d| d.max(first))
            }
        };
        let mut plan = Self {
            strategy,
            market,
            options,
            first,
            last,
            decides_from,
            trading: TradingCosts::new(&strategy.costs),
            cash: CashTerms {
                interest: costs.cash.unwrap_or(CashInterest::None),
                borrow_spread: costs.borrow_spread.map_or(0.0, |s| s.get()),
            },
            expenses: expenses.collect::<Result<_>>()?,
            terms: Terms { pick, margin: strategy.leverage() > 1.0 },
            notes: Vec::new(),
        };
        plan.check_market(&costs)?;
        Ok(plan)
    }

    /// Refuses what the strategy asks for by name and the market lacks; notes what a preset or a default asks for.
    fn check_market(&mut self, costs: &Costs) -> Result<()> {
        let (execution, own) = (&self.strategy.execution, &self.strategy.costs);
        let any = |what: &dyn Fn(Day, AssetId) -> bool| {
            let assets = 0..self.market.assets().len() as u16;
            assets.map(AssetId).any(|asset| (0..=self.last.0).any(|day| what(Day(day), asset)))
        };
        let has_volume = || any(&|day, asset| self.market.bar(day).volume(asset).is_some());
        if execution.fill == FillAt::NextOpen
            && !any(&|day, asset| self.market.bar(day).open(asset).is_some())
        {
            return Err(Error::data(
                "fill = \"next-open\" needs opening prices, and the data have none",
            )
            .hint("use fill = \"next-close\", or load data with opens"));
        }
        if execution.participation.is_some() && !has_volume() {
            return Err(Error::data("`participation` needs volumes, and the data have none")
                .hint("leave `execution.participation` out, or load data with volumes"));
        }
        if costs.impact.is_some() && !has_volume() {
            if own.impact.is_some() {
                return Err(Error::data("`costs.impact` needs volumes, and the data have none")
                    .hint("leave it out, or load data with volumes"));
            }
            self.notes.push("the data have no volumes: market impact costs nothing".into());
        }
        if execution.fill == FillAt::Limit
            && !any(&|day, asset| self.market.bar(day).low(asset).is_some())
        {
            self.notes.push(
                "the data have only closes: limit orders are filled when the close reaches them"
                    .into(),
            );
        }
        self.check_bills(own)
    }

    fn check_bills(&mut self, own: &Costs) -> Result<()> {
        let CashInterest::Bills { .. } = self.cash.interest else { return Ok(()) };
        let Some(series) = self.market.series(BILLS) else {
            if own.cash.is_some() || self.terms.margin {
                let why = if self.terms.margin { "borrowed cash" } else { "`costs.cash`" };
                return Err(Error::data(format!("{why} needs the series `{BILLS}`, and the data have none"))
                    .hint("load it, or write `cash = \"none\"` or `cash = { percent = 2.0 }` under [costs]"));
            }
            self.notes.push(format!("the data have no series `{BILLS}`: cash earns nothing"));
            return Ok(());
        };
        let start = self.market.calendar().date(self.first);
        if let Some(known) =
            series.facts().first().map(|fact| fact.known).filter(|known| *known > start)
        {
            self.notes.push(format!(
                "the series `{BILLS}` is known from {known} on: cash earns nothing before"
            ));
        }
        Ok(())
    }

    /// How things are counted, for the reader.
    pub(crate) fn conventions(&self) -> Vec<String> {
        let mut said = vec![
            format!("decides {}", self.strategy.schedule.words()),
            self.strategy.execution.words(),
            "values at the close; dividends count from their ex-day, and are cash from their pay day".into(),
            "returns exclude flows: r = (V - F) / V of the day before - 1, flows at the close".into(),
        ];
        if self.strategy.execution.fill == FillAt::SameClose {
            said.push("SAME CLOSE: orders are filled at the prices that decided them".into());
        }
        if self.strategy.costs.preset == Some(Preset::None) {
            said.push("no costs at all".into());
        }
        said.push(match self.cash.interest {
            CashInterest::None => "cash earns nothing".into(),
            CashInterest::Bills { less } => {
                format!("cash earns bills less {less} % a year, actual/365, never below zero")
            }
            CashInterest::Percent(rate) => {
                format!("cash earns a constant {rate} % a year, actual/365")
            }
        });
        if self.terms.margin {
            said.push(format!(
                "cash may be borrowed at the same base rate plus {} % a year",
                self.cash.borrow_spread
            ));
        }
        let adjusted = self.market.assets().iter().filter(|a| a.levels == Levels::Adjusted).count();
        if adjusted > 0 {
            said.push(format!(
                "{adjusted} of {} assets have adjusted prices: their dividends are reinvested, share counts are not real",
                self.market.assets().len()
            ));
        }
        said
    }
}

fn span(market: &Market, options: &Options) -> Result<(Day, Day)> {
    let calendar = market.calendar();
    let reach = || {
        let (from, to) = (calendar.date(Day(0)), calendar.date(calendar.last()));
        format!("the data reach from {from} to {to}")
    };
    let outside = |what: &str, date: Date| {
        Error::data(format!("there is no session {what} {date}")).hint(reach())
    };
    let first = match options.from {
        None => Day(0),
        Some(date) => calendar.on_or_after(date).ok_or_else(|| outside("on or after", date))?,
    };
    let last = match options.to {
        None => calendar.last(),
        Some(date) => calendar.on_or_before(date).ok_or_else(|| outside("on or before", date))?,
    };
    if first > last {
        let said =
            format!("there is no session from {} to {}", calendar.date(first), calendar.date(last));
        return Err(Error::data(said).hint(reach()));
    }
    Ok((first, last))
}
