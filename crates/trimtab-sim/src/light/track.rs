//! What light runs of one market share: sessions that decide, rates, and whether the road is straight.
use trimtab_core::{ActionKind, AssetId, Day, Error, Kind, Levels, Market, Result};
use trimtab_strategy::{
    Band, Check, Costs, Days, Every, Execution, FillAt, Financing, First, Schedule, Shares, Sizing,
    Strategy,
};

use super::account::Account;
use super::{Light, with_books};
use crate::order::days_between;
use crate::plan::Plan;
use crate::world::DAYS_A_YEAR;
use crate::{Ended, Options, TradingCosts};

/// What light runs share when only the rules of the strategy differ: market, options, schedule, execution and costs.
/// Made once, it serves any number of runs, also at the same time.
#[derive(Clone, Debug)]
pub struct Track<'a> {
    pub(super) market: &'a Market,
    pub(super) options: &'a Options,
    schedule: Schedule,
    pub(super) execution: Execution,
    costs: Costs,
    pub(super) trading: TradingCosts,
    pub(super) margin: bool,
    pub(super) first: Day,
    pub(super) last: Day,
    decides_from: Day,
    /// Sessions at whose close the schedule decides, and those at which it could not tell.
    due: Vec<(Day, Option<Error>)>,
    /// For each session of the run the growth of cash and of debt since the session before; empty when there is none.
    pub(super) growth: Vec<[f64; 2]>,
    straight: bool,
    /// The days of all decisions when the road is so plain that [`Track::lanes`] can take it.
    plain: Option<Vec<Day>>,
    /// From when on nothing but trading happens to each asset; `None` when something does.
    pub(super) smooth: Vec<Option<Day>>,
}

impl<'a> Track<'a> {
    /// Works out what all runs share.
    ///
    /// # Errors
    /// As [`crate::backtest`].
    pub fn new(strategy: &Strategy, market: &'a Market, options: &'a Options) -> Result<Self> {
        let plan = Plan::new(strategy, market, options)?;
        let execution = &strategy.execution;
        let watched = |band: &Band| band.check == Check::Session;
        let straight = options.flows.is_empty()
            && plan.expenses.is_empty()
            && execution.fill != FillAt::Limit
            && execution.participation.is_none()
            && execution.sweep.is_none()
            && (execution.financing == Financing::Accrues || !plan.terms.margin)
            && !strategy.schedule.band.as_ref().is_some_and(watched);
        let due = if straight { due(&strategy.schedule, &plan)? } else { Vec::new() };
        let plain = if straight { plain(strategy, &plan, &due) } else { None };
        let smooth = if plain.is_some() { smooth(&plan) } else { Vec::new() };
        Ok(Self {
            market,
            options,
            schedule: strategy.schedule.clone(),
            execution: execution.clone(),
            costs: strategy.costs.clone(),
            margin: plan.terms.margin,
            first: plan.first,
            last: plan.last,
            decides_from: plan.decides_from,
            due,
            growth: growth(&plan),
            trading: plan.trading,
            straight,
            plain,
            smooth,
        })
    }

    /// Runs a strategy that differs from the one the track was made for in its rules only.
    ///
    /// # Errors
    /// [`Kind::Spec`] when it differs in schedule, execution, costs or leverage; else as [`crate::backtest`].
    pub fn run(&self, strategy: &Strategy) -> Result<Light> {
        if !self.serves(strategy) {
            let said =
                format!("`{}` has another schedule, execution, costs or leverage", strategy.name);
            return Err(Error::spec(said).hint("make a track of its own"));
        }
        if let Some(light) = self.in_columns(strategy) {
            return Ok(light);
        }
        self.day_by_day(strategy)
    }

    /// The same, asking the strategy at each decision: what [`Track::run`] must equal to the last bit where it takes a
    /// shorter road.
    ///
    /// # Errors
    /// As [`crate::backtest`].
    pub fn day_by_day(&self, strategy: &Strategy) -> Result<Light> {
        if self.straight
            && let Some(light) = self.straight(strategy)?
        {
            return Ok(light);
        }
        with_books(strategy, self.market, self.options)
    }

    /// The run by columns; `None` where the strategy or the road has need of more.
    fn in_columns(&self, strategy: &Strategy) -> Option<Light> {
        let days = Days::new(self.market, self.decides_on()?.to_vec());
        let columns = strategy.columns(&days)?;
        let mut equity = Vec::with_capacity((self.last.0 - self.first.0 + 1) as usize);
        self.lanes([&columns], &mut equity).single(equity)
    }

    /// The sessions at whose close the strategies decide, when that is all that there is to do: market orders for a part of
    /// the value, filled at the next close, without a band, a minimum for the broker, or market impact. `None` where the
    /// road is less plain.
    pub fn decides_on(&self) -> Option<&[Day]> {
        self.plain.as_deref()
    }

    /// Whether `strategy` differs from the one the track was made for in its rules only.
    pub fn serves(&self, strategy: &Strategy) -> bool {
        strategy.schedule == self.schedule
            && strategy.execution == self.execution
            && strategy.costs == self.costs
            && (strategy.leverage() > 1.0) == self.margin
    }

    /// The run on the straight road; `None` when it turns out not to be straight.
    fn straight(&self, strategy: &Strategy) -> Result<Option<Light>> {
        let mut account = Account::open(self, self.options.cash.as_f64());
        let mut due = self.due.iter().filter(|(day, _)| *day >= self.decides_from).peekable();
        let at_once = self.schedule.first == First::AtOnce || self.schedule.every == Every::Once;
        let (mut not_yet, mut day) = (None, self.first);
        while day <= self.last {
            let undecided = account.light.decisions == 0;
            let next = match undecided && at_once {
                true => Some(day.max(self.decides_from)),
                false => {
                    while due.next_if(|(due, _)| *due < day).is_some() {}
                    let once = self.schedule.every == Every::Once;
                    due.peek().filter(|_| !once).map(|(due, _)| *due)
                }
            };
            let until = next.unwrap_or(self.last).min(self.last);
            if !account.live(day, until) {
                return Ok(None);
            }
            day = Day(until.0 + 1);
            if next != Some(until) {
                continue;
            }
            let unclear = due.peek().filter(|(due, _)| *due == until && !(undecided && at_once));
            let decided = match unclear {
                Some((_, Some(error))) => Err(error.clone()),
                _ => account.decide(strategy, until),
            };
            match decided {
                Ok(true) => {}
                Ok(false) => return Ok(None),
                Err(error) if undecided && error.kind() == Kind::Data => not_yet = Some(error),
                Err(error) => {
                    account.light.ended = Some(Ended { day: until, error });
                    return Ok(Some(account.light));
                }
            }
        }
        let mut light = account.light;
        if light.decisions == 0 {
            light.ended = not_yet.map(|error| Ended { day: self.last, error });
        }
        Ok(Some(light))
    }

    /// The next session after `day` on which something happens to a holding of `asset`: an action, a hole, the session
    /// after its last.
    pub(super) fn next_event(&self, asset: AssetId, day: Day) -> Day {
        let (_, end) = self.market.life(asset);
        let holes = self.market.holes(asset);
        let hole = holes.get(holes.partition_point(|hole| *hole <= day)).copied();
        let actions = self.market.actions();
        let later = actions[actions.partition_point(|action| action.day <= day)..].iter();
        let raw = self.market.asset(asset).levels == Levels::Raw;
        let action = later.filter(|_| raw).find(|action| action.asset == asset).map(|a| a.day);
        [hole, action].into_iter().flatten().fold(Day(end.0 + 1), Ord::min)
    }

    /// Dividends per share and the split factor of `asset` on `day`; `None` for what needs books.
    pub(super) fn actions(&self, asset: AssetId, day: Day) -> Option<Vec<ActionKind>> {
        let all = self.market.bar(day).actions().iter().filter(|action| action.asset == asset);
        let kinds: Vec<ActionKind> = all.map(|action| action.kind).collect();
        let straight = |kind: &ActionKind| !matches!(kind, ActionKind::SpinOff { .. });
        kinds.iter().all(straight).then_some(kinds)
    }
}

/// The sessions at whose close the schedule decides.
fn due(schedule: &Schedule, plan: &Plan<'_>) -> Result<Vec<(Day, Option<Error>)>> {
    let calendar = plan.market.calendar();
    // Asking only at the ends of months saves nearly all questions of the common schedules.
    let monthly = matches!(schedule.every, Every::Month | Every::Quarter | Every::Year)
        && schedule.session.get() == -1
        && schedule.brisk.is_none();
    let mut due = Vec::new();
    let mut next = plan.first;
    while next <= plan.last {
        let day = if monthly { calendar.month_end(next) } else { next };
        next = Day(day.0 + 1);
        if day > plan.last {
            break;
        }
        if monthly && schedule.every == Every::Month && day < calendar.last() {
            due.push((day, None));
            continue;
        }
        match schedule.due(plan.market.as_of(day)) {
            Ok(true) => due.push((day, None)),
            Ok(false) => {}
            Err(error) => due.push((day, Some(error))),
        }
    }
    Ok(due)
}

/// The days of all decisions when nothing else has to be looked after.
fn plain(strategy: &Strategy, plan: &Plan<'_>, due: &[(Day, Option<Error>)]) -> Option<Vec<Day>> {
    let (schedule, execution, trading) = (&strategy.schedule, &strategy.execution, &plan.trading);
    let plain = schedule.first != First::AtOnce
        && schedule.every != Every::Once
        && schedule.band.is_none()
        && execution.fill == FillAt::NextClose
        && execution.delay == 0
        && execution.sizing == Sizing::Value
        && execution.shares == Shares::Fractional
        && trading.commission.is_none()
        && trading.impact.is_none()
        && !plan.terms.margin;
    let from = due.partition_point(|(day, _)| *day < plan.decides_from);
    let days = &due[from..];
    let clear = !days.is_empty() && days.iter().all(|(_, error)| error.is_none());
    (plain && clear).then(|| days.iter().map(|(day, _)| *day).collect())
}

/// From when on nothing but trading happens to each asset until the end of the run.
fn smooth(plan: &Plan<'_>) -> Vec<Option<Day>> {
    let market = plan.market;
    let ids = || (0..market.assets().len() as u16).map(AssetId);
    let mut smooth: Vec<Option<Day>> = ids()
        .map(|id| {
            let (first, last) = market.life(id);
            let whole = last >= plan.last && market.holes(id).is_empty();
            (whole && market.asset(id).fund.is_none()).then_some(first)
        })
        .collect();
    for action in market.actions().iter().filter(|action| action.day <= plan.last) {
        if market.asset(action.asset).levels == Levels::Raw {
            let from = &mut smooth[action.asset.index()];
            *from = from.map(|from| from.max(action.day));
        }
    }
    smooth
}

/// The interest on one unit of cash, and of debt, from each session's predecessor to it.
fn growth(plan: &Plan<'_>) -> Vec<[f64; 2]> {
    if plan.cash.is_free() {
        return Vec::new();
    }
    let calendar = plan.market.calendar();
    let of = |day: Day| {
        if day == plan.first {
            return [0.0, 0.0];
        }
        let before = Day(day.0 - 1);
        let years = days_between(calendar.date(before), calendar.date(day)) / DAYS_A_YEAR;
        [1.0, -1.0].map(|cash| plan.cash.yearly(plan.market, before, cash) * years)
    };
    (plan.first.0..=plan.last.0).map(|day| of(Day(day))).collect()
}
