//! The morning of a live day: the decision of the newest close, and the orders of it.
pub(crate) mod files;
mod holdings;
pub(crate) mod json;
pub(crate) mod table;

use trimtab_core::{AssetId, Date, Day, Error, Kind, Market, Money, Result, Weights};
use trimtab_lab::releases::{Calendar, calendar};
use trimtab_sim::{
    Decision, Flip, Holder, Holdings, Options, Question, Reach, ReadingFlip, Standing, Ticket, Why,
    banded, decide, flips, reading_flips, standing, ticket, watched, watched_series,
};
use trimtab_strategy::{Book, Check, Memory, Note, Strategy};

use crate::args;
use crate::history::Opened;
use crate::portfolio::Source;
use crate::say;

/// Everything about one morning.
#[derive(Debug)]
pub(crate) struct Morning {
    /// Who decides.
    pub(crate) strategy: Strategy,
    /// On which data.
    pub(crate) opened: Opened,
    /// At whose close.
    pub(crate) day: Day,
    /// What occasions the decision; none: it is not due, and what follows is what it would be.
    pub(crate) due: Option<Why>,
    /// What is wanted.
    pub(crate) decision: Decision,
    /// Every decision before.
    pub(crate) earlier: Vec<Decision>,
    /// When the next decision is due.
    pub(crate) next: Option<Date>,
    /// The weights held at the close.
    pub(crate) held: Weights,
    /// The orders.
    pub(crate) ticket: Ticket,
    /// How far each price is from changing the decision.
    pub(crate) flips: Vec<Flip>,
    /// How far each series that it reads is from changing the decision.
    pub(crate) reading_flips: Vec<ReadingFlip>,
    /// How far was looked.
    pub(crate) reach: Reach,
    /// What came out of the economy since the decision before, and what is due.
    pub(crate) releases: Vec<Calendar>,
    /// Whose holdings these are.
    pub(crate) holder: String,
    /// What the reader must know.
    pub(crate) notices: Vec<String>,
}

impl Morning {
    /// Decides.
    ///
    /// # Errors
    /// When data, holdings or the strategy do not allow it.
    pub(crate) fn new(args: &args::Today) -> Result<Self> {
        let strategy = Source::find(&args.subject.strategy)?.strategy(&args.subject.set)?;
        let opened =
            Opened::open(&args.subject.data, args.subject.history, args.voice.quiet, &strategy)?;
        let mut notices = opened.notices.clone();
        let day = day(args, &opened.market, &mut notices)?;
        if !(args.limit_bps.is_finite() && (0.0..10_000.0).contains(&args.limit_bps)) {
            let said = format!("limits {} basis points beyond the close", args.limit_bps);
            return Err(
                Error::new(Kind::Usage, said).hint("--limit-bps is at least 0, below 10000")
            );
        }
        if !args.voice.quiet {
            say::progress(&format!("deciding {} …", strategy.name));
        }
        let stands = standing(&strategy, &opened.market, &options(args, &opened.market, day)?)?;
        let account = Account::of(args, &opened.market, &stands)?;
        if args.holdings.is_some() && !stands.memory.is_empty() {
            notices.push(
                "what the strategy remembers, and the value and peak it may look at, come from the backtest up to here, \
                 not from the holdings"
                    .into(),
            );
        }
        let (due, decision) = account.decide(&strategy, &opened.market, &stands)?;
        let past = opened.market.as_of(day);
        let next = strategy.schedule.next_after(past);
        let question = Question {
            strategy: &strategy,
            book: &account.book,
            memory: &stands.memory,
            answer: &decision,
        };
        let reach = Reach::default();
        // A band repeats the newest target: no price moves that.
        let (flips, reading_flips) = match due {
            Some(Why::Band) => Default::default(),
            _ => turns(&question, &opened.market, &reach),
        };
        let since = stands.decisions.last().map(|before| opened.market.calendar().date(before.day));
        let releases = calendar(&strategy, &opened.market, day, since);
        let holder = Holder {
            holdings: account.view(),
            in_flight: &account.orders,
            flow: account.flow,
            before: stands.newest.as_ref().map(|newest| &newest.target),
        };
        let ticket = ticket(&strategy, &opened.market, &decision, &holder, args.limit_bps)?;
        Ok(Self {
            day,
            due,
            decision,
            next,
            ticket,
            flips,
            reading_flips,
            reach,
            releases,
            notices,
            held: account.book.weights,
            holder: account.whose,
            earlier: stands.decisions,
            strategy,
            opened,
        })
    }

    /// The decision before this one.
    pub(crate) fn before(&self) -> Option<&Decision> {
        self.earlier.last()
    }

    /// The ticker of an asset.
    pub(crate) fn symbol(&self, asset: AssetId) -> &str {
        self.opened.market.symbol(asset)
    }

    /// The civil date of a session.
    pub(crate) fn date(&self, day: Day) -> Date {
        self.opened.market.calendar().date(day)
    }

    /// Reasons that the decision before did not give.
    pub(crate) fn new_reasons(&self) -> Vec<&Note> {
        let Some(before) = self.before() else { return Vec::new() };
        self.decision.because.iter().filter(|note| !before.because.contains(note)).collect()
    }
}

/// The prices and the readings at which the decision would be another.
fn turns(question: &Question<'_>, market: &Market, reach: &Reach) -> (Vec<Flip>, Vec<ReadingFlip>) {
    let (strategy, day) = (question.strategy, question.answer.day);
    let assets: Vec<AssetId> = watched(strategy, market, day);
    let series = watched_series(strategy, market, day);
    let of_prices = flips(question, market, &assets, reach);
    (of_prices, reading_flips(question, market, &series, reach))
}

/// The session whose close decides.
fn day(args: &args::Today, market: &Market, notices: &mut Vec<String>) -> Result<Day> {
    let calendar = market.calendar();
    let Some(asked) = args.as_of else { return Ok(calendar.last()) };
    let (first, last) = (calendar.date(Day(0)), calendar.date(calendar.last()));
    let day = calendar.on_or_before(asked).ok_or_else(|| {
        Error::data(format!("there is no session on or before {asked}"))
            .hint(format!("the data reach from {first} to {last}"))
    })?;
    let date = calendar.date(day);
    if asked > last && calendar.next_date(calendar.last()) <= asked {
        notices.push(format!(
            "the data end on {last}: sessions up to {asked} are missing, and the close of {last} decides"
        ));
    } else if date != asked {
        notices.push(format!("{asked} is not a session: the close of {date} decides"));
    }
    Ok(day)
}

fn options(args: &args::Today, market: &Market, day: Day) -> Result<Options> {
    let cash = Money::round_from(args.capital).ok().filter(|cash| *cash > Money::ZERO);
    let cash = cash.ok_or_else(|| {
        Error::new(Kind::Usage, format!("an account is not opened with {}", args.capital))
            .hint("--capital is an amount above zero, up to 9.2e12")
    })?;
    let to = Some(market.calendar().date(day));
    Ok(Options { from: args.from, to, cash, ..Options::default() })
}

/// Whose orders the ticket holds.
struct Account {
    account: trimtab_ledger::Account,
    marks: trimtab_sim::Marks,
    reserved: Money,
    orders: Vec<trimtab_sim::Order>,
    flow: f64,
    book: Book,
    whose: String,
}

impl Account {
    fn of(args: &args::Today, market: &Market, stands: &Standing) -> Result<Self> {
        let Some(path) = &args.holdings else {
            return Ok(Self {
                account: stands.account.clone(),
                marks: stands.marks.clone(),
                reserved: stands.reserved,
                orders: stands.orders.clone(),
                flow: stands.flow,
                book: stands.book.clone(),
                whose: "the backtest's account".into(),
            });
        };
        let owned = holdings::read(path, market, stands.day)?;
        let (account, marks) = owned.books(market, stands.day)?;
        let reserved = owned.reserved();
        let view = Holdings { account: &account, marks: &marks, reserved };
        let value = view.investable();
        if value <= 0.0 {
            let said = format!("there is {:.2} to invest", view.value());
            return Err(Error::data(match reserved > Money::ZERO {
                true => format!("{said}, and {reserved} is wanted out"),
                false => said,
            })
            .place(path.display().to_string())
            .hint("list shares, or CASH, or a DEPOSIT"));
        }
        let book = Book { weights: view.weights(value), ..stands.book.clone() };
        let flow = owned.flow.as_f64();
        let whose = path.display().to_string();
        Ok(Self { account, marks, reserved, orders: Vec::new(), flow, book, whose })
    }

    fn view(&self) -> Holdings<'_> {
        Holdings { account: &self.account, marks: &self.marks, reserved: self.reserved }
    }

    /// The decision, and what occasions it.
    fn decide(
        &self,
        strategy: &Strategy,
        market: &Market,
        stands: &Standing,
    ) -> Result<(Option<Why>, Decision)> {
        let due = stands.due.filter(|why| *why == Why::Schedule);
        let band = strategy.schedule.band.as_ref().filter(|band| band.check == Check::Session);
        if let (None, Some(band), Some(newest)) = (due, band, &stands.newest)
            && self.orders.is_empty()
            && !banded(band, &self.book.weights, &newest.target).is_empty()
        {
            let why = "a holding has left its band".to_owned();
            let because = vec![Note { node: "band".into(), why }];
            let (day, target) = (stands.day, newest.target.clone());
            return Ok((Some(Why::Band), Decision { day, why: Why::Band, target, because }));
        }
        let mut memory: Memory = stands.memory.clone();
        let decision = decide(strategy, market.as_of(stands.day), &self.book, &mut memory)
            .map_err(|error| error.place(market.calendar().date(stands.day).to_string()))?;
        Ok((due, decision))
    }
}
