//! Proof that a strategy does not look ahead: its future is cut off and scrambled, its run repeated, its past shortened.
use std::fmt;

use trimtab_core::{AssetId, Date, Day, Error, Kind, Market, Result, Weights};
use trimtab_strategy::{Book, FillAt, Memory, Note, Strategy};

use crate::{Decision, ENGINE, Options, Run, SHORT, backtest, decide, run_id};

/// How much an audit looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// After how many decisions the future is cut off and scrambled.
    pub dates: usize,
    /// Seed of the scrambled prices.
    pub seed: u64,
}

impl Default for Scope {
    /// Twelve dates.
    fn default() -> Self {
        Self { dates: 12, seed: 0 }
    }
}

/// What an audit found. It proves what it tried, no more: a run on these data, cut and scrambled on some dates.
#[derive(Clone, Debug, PartialEq)]
pub struct Certificate {
    /// The strategy's name.
    pub strategy: String,
    /// The engine.
    pub engine: &'static str,
    /// The run's id.
    pub run_id: String,
    /// The first and the last session.
    pub span: (Date, Date),
    /// How many decisions the run made.
    pub decisions: usize,
    /// What was checked.
    pub checks: Vec<Check>,
    /// What one more session between decision and fill changes; none when the delayed run failed.
    pub delay: Option<Delay>,
    /// What the reader should know besides.
    pub notes: Vec<String>,
}

/// One check and its outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Its name: `future`, `repeatable`, `books` or `history`.
    pub name: &'static str,
    /// Whether it passed.
    pub passed: bool,
    /// What was tried, and what came of it.
    pub said: String,
}

/// Growth a year with the strategy's own execution, and with one session more between decision and fill.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Delay {
    /// As the strategy says.
    pub own: f64,
    /// One session later.
    pub later: f64,
}

impl Certificate {
    /// Whether every check passed.
    pub fn passed(&self) -> bool {
        self.checks.iter().all(|check| check.passed)
    }
}

impl fmt::Display for Certificate {
    /// A few lines of text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.passed() { "passed" } else { "FAILED" };
        let id = &self.run_id[..SHORT.min(self.run_id.len())];
        writeln!(f, "Audit of {}: {verdict}", self.strategy)?;
        let (from, to) = self.span;
        writeln!(f, "{from} to {to}, {} decisions, run {id}, {}", self.decisions, self.engine)?;
        for check in &self.checks {
            let mark = if check.passed { "passed" } else { "FAILED" };
            writeln!(f, "  {:<10}  {mark}  {}", check.name, check.said)?;
        }
        if let Some(Delay { own, later }) = self.delay {
            let points = (later - own) * 100.0;
            writeln!(
                f,
                "  one session later: {:.2} % a year instead of {:.2} % ({points:+.2} points)",
                later * 100.0,
                own * 100.0
            )?;
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "  note: {note}"))
    }
}

/// Audits a strategy on a market: the `future` after many decision days is cut off and scrambled, and no decision, fill
/// or value before may change; the run is made again from the parts of its id and must be equal to the last bit
/// (`repeatable`); the journal must replay to the account (`books`); and the newest decision is asked of ever shorter
/// pasts (`history`): without memory it may only depend on a window, not on where the data begin.
///
/// # Errors
/// When the strategy cannot run on the market at all.
pub fn audit(
    strategy: &Strategy,
    market: &Market,
    data_hash: &str,
    options: &Options,
    scope: &Scope,
) -> Result<Certificate> {
    let run = |market: &Market, options: &Options| backtest(strategy, market, options);
    let whole = finished(run(market, options)?, market)?;
    let mut certificate = audit_with(&strategy.name, &run, &whole, market, options, scope)?;
    certificate.run_id = run_id(strategy, data_hash, options, scope.seed);
    let again = backtest(&Strategy::from_canonical(&strategy.canonical())?, market, options)?;
    certificate.checks.push(repeatable(&whole, &again));
    certificate.checks.push(books(&whole));
    certificate.checks.push(history(strategy, market, &whole));
    certificate.delay = later(strategy, market, options, &whole);
    if strategy.execution.fill == FillAt::SameClose {
        let said = "orders are filled at the very close that decides them: nobody can trade so";
        certificate.notes.push(said.into());
    }
    Ok(certificate)
}

/// The check `future` alone, of anything that makes runs: `whole` is the run on the whole market.
///
/// # Errors
/// When the run made no decision, or a market cannot be cut.
pub fn audit_with(
    name: &str,
    run: &dyn Fn(&Market, &Options) -> Result<Run>,
    whole: &Run,
    market: &Market,
    options: &Options,
    scope: &Scope,
) -> Result<Certificate> {
    let (Some(from), Some(to)) = (whole.sessions.first(), whole.sessions.last()) else {
        return Err(Error::data("there is no session to audit"));
    };
    if whole.decisions.is_empty() {
        return Err(Error::data("the strategy made no decision: there is nothing to audit")
            .hint("bring longer data, or another span"));
    }
    let mut future = Future { run, whole, market, options, dates: 0, unborn: 0, seen: None };
    let last = Day(whole.first.0 + whole.sessions.len() as u32 - 1);
    for day in spread(&whole.decisions, last, scope.dates) {
        future.scramble(day, scope.seed)?;
        future.cut(day)?;
    }
    Ok(Certificate {
        strategy: name.to_owned(),
        engine: ENGINE,
        run_id: String::new(),
        span: (*from, *to),
        decisions: whole.decisions.len(),
        checks: vec![future.check()],
        delay: None,
        notes: Vec::new(),
    })
}

/// A run that came to its end.
fn finished(run: Run, market: &Market) -> Result<Run> {
    match run.error(market) {
        None => Ok(run),
        Some(error) => Err(error),
    }
}

/// At most `count` days of decisions, evenly spread, the last one among them; of every other one the session after, when
/// its orders are filled.
fn spread(decisions: &[Decision], last: Day, count: usize) -> Vec<Day> {
    let (n, count) = (decisions.len(), count.clamp(1, decisions.len()));
    let day = |k: usize| Day(decisions[k * n / count - 1].day.0 + (count - k) as u32 % 2).min(last);
    (1..=count).map(day).collect()
}

/// The check `future` under way.
struct Future<'a> {
    run: &'a dyn Fn(&Market, &Options) -> Result<Run>,
    whole: &'a Run,
    market: &'a Market,
    options: &'a Options,
    dates: usize,
    /// Dates on which an asset that the strategy names was not listed yet, so that a market that ends there cannot be asked.
    unborn: usize,
    /// The first difference that was found.
    seen: Option<String>,
}

impl Future<'_> {
    /// Every price after `day` replaced by another, every later reading by another.
    fn scramble(&mut self, day: Day, seed: u64) -> Result<()> {
        self.dates += 1;
        let chance = |asset: AssetId, at: Day| {
            let place = u64::from(asset.0) << 32 | u64::from(at.0);
            unit(mixed(seed ^ mixed(place ^ mixed(u64::from(day.0)))))
        };
        // Between half and twice the price: far enough to turn every signal.
        let price = |asset, at, x: f64| x * 2.0_f64.powf(2.0 * chance(asset, at) - 1.0);
        let other = self.market.scrambled_after(day, price, |x| 50.0 - x)?;
        self.compare(&other, day, "scrambled")
    }

    /// The market that ends with `day`.
    fn cut(&mut self, day: Day) -> Result<()> {
        let other = self.market.cut(day)?;
        self.compare(&other, day, "cut off")
    }

    fn compare(&mut self, other: &Market, day: Day, how: &str) -> Result<()> {
        let until = self.market.calendar().date(day);
        let options = Options { to: Some(until), ..self.options.clone() };
        let made = (self.run)(other, &options);
        let missing = |error: &Error| {
            error.kind() == Kind::Spec && error.message().starts_with("unknown asset")
        };
        let unborn = match &made {
            Err(error) => missing(error),
            Ok(run) => run.ended.as_ref().is_some_and(|ended| missing(&ended.error)),
        };
        if unborn && other.assets().len() < self.market.assets().len() {
            self.unborn += 1;
            return Ok(());
        }
        let said = match made {
            Err(error) => Some(format!("the run fails: {error}")),
            Ok(made) => {
                difference(&Told::of(self.whole, self.market, day), &Told::of(&made, other, day))
            }
        };
        if let (Some(said), None) = (said, &self.seen) {
            self.seen = Some(format!("with everything after {until} {how}, {said}"));
        }
        Ok(())
    }

    fn check(self) -> Check {
        if let Some(said) = self.seen {
            return Check { name: "future", passed: false, said };
        }
        let (dates, cuts) = (self.dates, self.dates - self.unborn);
        let mut said = format!(
            "scrambled after {dates} dates and cut off after {cuts}: every decision, fill and value before is the same"
        );
        if self.unborn > 0 {
            said += ", to the last bit; on the other dates an asset of the rule was not listed yet";
        }
        Check { name: "future", passed: true, said }
    }
}

/// What a run did up to a day, in words that do not depend on the numbers of assets.
struct Told<'a> {
    run: &'a Run,
    market: &'a Market,
    until: Day,
}

impl<'a> Told<'a> {
    fn of(run: &'a Run, market: &'a Market, until: Day) -> Self {
        Self { run, market, until }
    }

    fn decisions(&self) -> impl Iterator<Item = (Day, Vec<(&'a str, f64)>, &'a [Note])> {
        let (market, until) = (self.market, self.until);
        let made = self.run.decisions.iter().take_while(move |decision| decision.day <= until);
        made.map(move |decision| {
            let target = decision.target.iter().map(|(asset, w)| (market.symbol(asset), w));
            (decision.day, target.collect(), decision.because.as_slice())
        })
    }

    fn fills(&self) -> impl Iterator<Item = (Day, &'a str, i64, u64)> {
        let (market, until) = (self.market, self.until);
        let made = self.run.trades.iter().take_while(move |trade| trade.filled <= until);
        made.map(move |trade| {
            let fill = &trade.fill;
            let symbol = market.symbol(fill.asset);
            (trade.filled, symbol, fill.quantity.raw(), fill.price.to_bits())
        })
    }

    fn values(&self) -> &'a [f64] {
        let sessions = (self.until.0 + 1).saturating_sub(self.run.first.0) as usize;
        &self.run.equity[..sessions.min(self.run.equity.len())]
    }
}

/// The first thing that two runs did differently, in words.
fn difference(a: &Told<'_>, b: &Told<'_>) -> Option<String> {
    let date = |day: Day| a.market.calendar().date(day);
    let (mut other, mut own) = (b.decisions(), a.decisions());
    loop {
        match (own.next(), other.next()) {
            (None, None) => break,
            (x, y) if x == y => {}
            (x, y) => {
                let day = [x, y].into_iter().flatten().map(|(day, ..)| day).min()?;
                return Some(format!("the decision of {} is another", date(day)));
            }
        }
    }
    if !a.fills().eq(b.fills()) {
        return Some("a fill is another".into());
    }
    let same = |(x, y): (&f64, &f64)| x.to_bits() == y.to_bits();
    let (x, y) = (a.values(), b.values());
    match x.len() == y.len() && x.iter().zip(y).all(same) {
        true => None,
        false => Some("a value of the account is another".into()),
    }
}

/// A number between 0 and 1 from the upper bits of `x`.
fn unit(x: u64) -> f64 {
    (x >> 11) as f64 / (1u64 << 53) as f64
}

/// Other bits, each of which depends on all bits of `x`: the finalizer of SplitMix64. So that scrambled prices need no dice.
/// Source: Steele, Lea, Flood (2014), Fast splittable pseudorandom number generators, OOPSLA, fig. 16.
fn mixed(x: u64) -> u64 {
    let z = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn repeatable(whole: &Run, again: &Run) -> Check {
    let same = whole.decisions == again.decisions
        && whole.journal == again.journal
        && whole.account == again.account
        && whole.equity.iter().map(|x| x.to_bits()).eq(again.equity.iter().map(|x| x.to_bits()));
    let said = match same {
        true => "made again from the parts of its id, the run is the same to the last bit",
        false => "made again from the parts of its id, the run is another",
    };
    Check { name: "repeatable", passed: same, said: said.into() }
}

fn books(whole: &Run) -> Check {
    let said = match whole.audit() {
        Ok(()) => {
            let lines = whole.journal.len();
            let said = format!("{lines} lines of the journal replay to the account");
            return Check { name: "books", passed: true, said };
        }
        Err(error) => error.to_string(),
    };
    Check { name: "books", passed: false, said }
}

/// Lengths of the past, in sessions, that the newest decision is asked of: a month to sixteen years of a daily market.
const LENGTHS: [u32; 9] = [21, 63, 126, 252, 378, 504, 1008, 2016, 4032];

/// Weights that differ by no more are the same: a shorter past has other roundings, and an optimiser magnifies them. A
/// rule that looks back further than its window differs by far more.
const SAME: f64 = 1e-6;

/// Asks the newest scheduled decision of shorter and shorter pasts, each with nothing remembered and all in cash.
fn history(strategy: &Strategy, market: &Market, whole: &Run) -> Check {
    let day = whole.last_decision().map_or(whole.first, |newest| newest.day);
    let (answer, remembers) = asked(strategy, market, day);
    let pass = |said: String| Check { name: "history", passed: true, said };
    let answer = match answer {
        Ok(answer) => by_symbol(market, &answer),
        Err(error) => {
            let said = format!(
                "not asked: without its memory the rule does not decide ({})",
                error.message()
            );
            return pass(said);
        }
    };
    // The shortest past from which on the answer stays, and one that gives another.
    let (mut settled, mut other) = (None, None);
    for length in LENGTHS.into_iter().filter(|length| *length <= day.0) {
        let Ok(short) = market.since(Day(day.0 + 1 - length)) else { continue };
        let Ok(weights) = asked(strategy, &short, Day(length - 1)).0 else { continue };
        let weights = by_symbol(&short, &weights);
        let same = |(a, b): (&(&str, f64), &(&str, f64))| a.0 == b.0 && (a.1 - b.1).abs() <= SAME;
        let same = weights.len() == answer.len() && weights.iter().zip(&answer).all(same);
        match same {
            true => settled = settled.or(Some(length)),
            false => (settled, other) = (None, Some(length)),
        }
    }
    match (settled, other) {
        (None, None) => pass("the newest decision needs all of the past that there is".into()),
        (Some(length), _) => pass(format!(
            "the newest decision is the same from every past of {length} sessions or more"
        )),
        (None, Some(length)) => {
            let but = if remembers { "the rule remembers" } else { "the rule remembers nothing" };
            let said =
                format!("from a past of {length} sessions the newest decision is another: {but}");
            Check { name: "history", passed: remembers, said }
        }
    }
}

/// The weights at the close of `day` with nothing remembered, and whether the rule remembers anything then.
fn asked(strategy: &Strategy, market: &Market, day: Day) -> (Result<Weights>, bool) {
    const VALUE: f64 = 100_000.0;
    let book = Book { weights: Weights::cash(), value: VALUE, peak: VALUE };
    let mut memory = Memory::default();
    let answer = decide(strategy, market.as_of(day), &book, &mut memory);
    (answer.map(|decision| decision.target), !memory.is_empty())
}

fn by_symbol<'a>(market: &'a Market, weights: &Weights) -> Vec<(&'a str, f64)> {
    weights.iter().map(|(asset, w)| (market.symbol(asset), w)).collect()
}

/// Growth with one session more between decision and fill; none when that run does not come to its end.
fn later(strategy: &Strategy, market: &Market, options: &Options, whole: &Run) -> Option<Delay> {
    let mut late = strategy.clone();
    match late.execution.fill {
        FillAt::SameClose => late.execution.fill = FillAt::NextClose,
        _ => late.execution.delay += 1,
    }
    let run = finished(backtest(&late, market, options).ok()?, market).ok()?;
    let years = |run: &Run| {
        const DAYS_A_YEAR: f64 = 365.25;
        let days = (*run.sessions.last()? - *run.sessions.first()?).get_days();
        Some(f64::from(days) / DAYS_A_YEAR).filter(|years| *years > 0.0)
    };
    let growth = |run: &Run| {
        let total: f64 = run.returns().iter().map(|r| 1.0 + r).product();
        Some(total.powf(1.0 / years(run)?) - 1.0)
    };
    Some(Delay { own: growth(whole)?, later: growth(&run)? })
}
