//! Circumstances that should not matter much: the day of the decision, the delay, the costs, the frequency.
use rayon::prelude::*;
use serde::Serialize;
use trimtab_core::{Frequency, OneWay, Result};
use trimtab_strategy::{Costs, Every, FillAt, Preset, Strategy};

use super::{Figures, Ground};

/// One circumstance, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Varied {
    /// What was changed, in words.
    pub what: String,
    /// The changed number, in the unit of the words.
    pub value: f64,
    /// What came of it.
    pub figures: Figures,
}

/// Most days on which a schedule is tried: the sessions of a month.
const OFFSETS_MOST: u32 = 21;

fn all(ground: &Ground<'_>, variants: Vec<(String, f64, Strategy)>) -> Result<Vec<Varied>> {
    let run = |(what, value, strategy): (String, f64, Strategy)| {
        Ok(Varied { what, value, figures: ground.run(&strategy)?.figures })
    };
    variants.into_par_iter().map(run).collect()
}

/// Sessions of a period of the schedule; none for those that leave no choice.
fn sessions(every: Every, frequency: Frequency) -> u32 {
    let [week, month] = match frequency {
        Frequency::Daily => [5, 21],
        Frequency::Weekly => [0, 4],
        Frequency::Monthly => [0, 0],
    };
    let month = month.max(u32::from(frequency == Frequency::Monthly));
    match every {
        Every::Session | Every::Once => 0,
        Every::Week => week,
        Every::Month => month,
        Every::Quarter => 3 * month,
        Every::Year => 12 * month,
    }
}

/// Timing luck: the same schedule on other sessions of its period, counted from the end, at most 21 of them. Empty when the
/// period has one session only.
///
/// Source: C. Hoffstein, D. Sibears, N. Faber (2019), Rebalance Timing Luck: The Difference Between Hired and Fired.
///
/// # Errors
/// Those of a run.
pub fn timing_luck(ground: &Ground<'_>, strategy: &Strategy) -> Result<Vec<Varied>> {
    let count = sessions(strategy.schedule.every, ground.market.calendar().frequency());
    if count < 2 {
        return Ok(Vec::new());
    }
    let step = count.div_ceil(OFFSETS_MOST);
    let variant = |back: u32| {
        let mut other = strategy.clone();
        let session = -i32::try_from(back).expect("a year has less than 300 sessions");
        other.schedule.session = session.try_into().expect("from -1 to -252");
        (
            format!("decides {} sessions before the period's end", back - 1),
            f64::from(back - 1),
            other,
        )
    };
    all(ground, (1..=count).step_by(step as usize).map(variant).collect())
}

/// Orders filled later than the strategy says, in sessions.
const DELAYS: [u32; 5] = [1, 2, 3, 5, 10];

/// Orders filled 1, 2, 3, 5 and 10 sessions later than the strategy says; at most 2 where a session is a month.
///
/// # Errors
/// Those of a run.
pub fn delays(ground: &Ground<'_>, strategy: &Strategy) -> Result<Vec<Varied>> {
    let most =
        if ground.market.calendar().frequency() == Frequency::Monthly { 2 } else { u32::MAX };
    let variant = |more: &u32| {
        let mut other = strategy.clone();
        let execution = &mut other.execution;
        match execution.fill {
            // One session later than the very close is the next one.
            FillAt::SameClose => {
                (execution.fill, execution.delay) = (FillAt::NextClose, more - 1);
            }
            _ => execution.delay += more,
        }
        let what = if *more == 1 {
            "filled a session later".into()
        } else {
            format!("filled {more} sessions later")
        };
        (what, f64::from(*more), other)
    };
    all(ground, DELAYS.iter().filter(|d| **d <= most).map(variant).collect())
}

/// Basis points that each trade costs more, one way.
const EXTRA: [f64; 7] = [0.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0];

/// The strategy with 0 to 200 basis points more slippage on each trade, one way.
///
/// # Errors
/// Those of a run.
pub fn costs(ground: &Ground<'_>, strategy: &Strategy) -> Result<Vec<Varied>> {
    let own = strategy.costs.resolved().slippage.map_or(0.0, |slippage| slippage.fraction() * 1e4);
    let variant = |extra: &f64| {
        let mut other = strategy.clone();
        other.costs.slippage = OneWay::bps(own + extra).ok();
        (format!("each trade costs {extra} basis points more"), *extra, other)
    };
    all(ground, EXTRA.iter().map(variant).collect())
}

/// The strategy by session, week, month, quarter and year, as far as the data are that fine: at its own costs, and at
/// the preset `conservative` without its impact (which needs volumes). The number is the observations of a period.
///
/// # Errors
/// Those of a run.
pub fn frequencies(ground: &Ground<'_>, strategy: &Strategy) -> Result<Vec<[Varied; 2]>> {
    let per_year = ground.per_year();
    let conservative = Costs { preset: Some(Preset::Conservative), ..Costs::default() }.resolved();
    let conservative = Costs { preset: None, impact: None, ..conservative };
    let periods = [
        ("every session", Every::Session, per_year),
        ("every week", Every::Week, 52.0),
        ("every month", Every::Month, 12.0),
        ("every quarter", Every::Quarter, 4.0),
        ("every year", Every::Year, 1.0),
    ];
    // What is not rarer than the data is the same as every session.
    let rarer =
        periods.into_iter().filter(|(_, e, times)| *e == Every::Session || *times < per_year);
    let variants = rarer.flat_map(|(words, every, times)| {
        let mut own = strategy.clone();
        own.schedule.every = every;
        own.schedule.session = (-1).try_into().expect("the last session");
        own.schedule.brisk = None;
        let mut dear = own.clone();
        // What cash earns is no cost of trading, and not every data set knows the rate of the preset.
        dear.costs = Costs {
            cash: strategy.costs.cash,
            expense: strategy.costs.expense.clone(),
            ..conservative.clone()
        };
        let period = per_year / times;
        [(words.to_owned(), period, own), (format!("{words}, conservative costs"), period, dear)]
    });
    let mut varied = all(ground, variants.collect())?.into_iter();
    let mut pairs = Vec::new();
    while let (Some(own), Some(dear)) = (varied.next(), varied.next()) {
        pairs.push([own, dear]);
    }
    Ok(pairs)
}
