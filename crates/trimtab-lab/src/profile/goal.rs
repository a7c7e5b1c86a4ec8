//! Whether a goal is on track.
use trimtab_core::{Error, Result};

use crate::validation::Dice;

/// Money wanted at a date. All amounts in one currency and of one purchasing power.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Goal {
    /// What is there.
    pub now: f64,
    /// What is added at the end of each month; negative for what is taken out.
    pub monthly: f64,
    /// What is wanted.
    pub target: f64,
    /// In how many months.
    pub months: u32,
}

/// What the past of a portfolio says of a goal.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    /// The fraction of paths that end at the target or above.
    pub chance: f64,
    /// The standard error of `chance` from the number of paths: $\sqrt{p(1-p)/N}$.
    pub chance_error: f64,
    /// The chance when every month brings less by one standard error of the past's mean month, $s/\sqrt{n}$: how much the
    /// answer rests on a mean that nobody knows well.
    pub chance_if_less: f64,
    /// What a path ends with at the 5th, 25th, 50th, 75th and 95th hundredth.
    pub ends: [f64; 5],
    /// The monthly addition with which four paths of five reach the target; zero when none is needed.
    pub monthly_needed: f64,
}

/// Paths that are drawn. The standard error of a chance of a half is then 0.5 %, below what the past can tell by far.
const PATHS: usize = 10_000;

/// Mean length of a block, in months: long enough to keep bad years together, short enough for a record of decades.
const BLOCK: f64 = 12.0;

/// The share of paths that [`Outlook::monthly_needed`] brings home.
const SURE: f64 = 0.8;

/// Draws futures from past monthly returns in blocks of random length and counts how many reach the goal.
///
/// The stationary bootstrap of Politis, Romano (1994), The stationary bootstrap, Journal of the American Statistical
/// Association 89(428), p. 1303: a block begins at a random month and goes on, at the end of the record from its
/// beginning, with probability $1 - 1/12$ each month. Wealth follows $W_t = W_{t-1}(1 + r_t) + c$ with the returns $r$ and
/// the monthly addition $c$. What the portfolio never lived through is not in it.
///
/// # Errors
/// [`trimtab_core::Kind::Data`] with fewer than five years of returns, or one of -1 or less;
/// [`trimtab_core::Kind::Usage`] when an amount of the goal is not finite or its months are none.
pub fn outlook(returns: &[f64], goal: &Goal, seed: u64) -> Result<Outlook> {
    /// Fewer months hold no bad year to draw.
    const LEAST: usize = 60;
    if returns.len() < LEAST || returns.iter().any(|r| !r.is_finite() || *r <= -1.0) {
        let said = format!("{} monthly returns are too few, or one is a total loss", returns.len());
        return Err(Error::data(said).hint("a goal needs at least five years of returns"));
    }
    let amounts = [goal.now, goal.monthly, goal.target];
    if goal.months == 0 || amounts.iter().any(|x| !x.is_finite()) || goal.now < 0.0 {
        let said = format!("no goal: {goal:?}");
        return Err(Error::new(trimtab_core::Kind::Usage, said));
    }
    let n = returns.len() as f64;
    let mean = returns.iter().sum::<f64>() / n;
    let s = (returns.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    let paths = paths(returns, goal.months, 0.0, seed);
    let reached = |paths: &[Path]| {
        let count = paths.iter().filter(|path| path.end(goal) >= goal.target).count();
        count as f64 / PATHS as f64
    };
    let chance = reached(&paths);
    let mut ends: Vec<f64> = paths.iter().map(|path| path.end(goal)).collect();
    ends.sort_by(f64::total_cmp);
    let mut needed: Vec<f64> = paths.iter().map(|path| path.needed(goal)).collect();
    needed.sort_by(f64::total_cmp);
    let at = |sorted: &[f64], p: f64| sorted[((PATHS - 1) as f64 * p).round() as usize];
    Ok(Outlook {
        chance,
        chance_error: (chance * (1.0 - chance) / PATHS as f64).sqrt(),
        chance_if_less: reached(&self::paths(returns, goal.months, s / n.sqrt(), seed)),
        ends: [0.05, 0.25, 0.5, 0.75, 0.95].map(|p| at(&ends, p)),
        monthly_needed: at(&needed, SURE).max(0.0),
    })
}

/// One future: what a unit there at the start, and a unit added each month, become.
struct Path {
    start: f64,
    added: f64,
}

impl Path {
    fn end(&self, goal: &Goal) -> f64 {
        goal.now * self.start + goal.monthly * self.added
    }
    fn needed(&self, goal: &Goal) -> f64 {
        (goal.target - goal.now * self.start) / self.added
    }
}

fn paths(returns: &[f64], months: u32, less: f64, seed: u64) -> Vec<Path> {
    (0..PATHS as u64).map(|ix| path(returns, months, less, &mut Dice::new(seed, ix))).collect()
}

fn path(returns: &[f64], months: u32, less: f64, dice: &mut Dice) -> Path {
    let mut path = Path { start: 1.0, added: 0.0 };
    let mut at = dice.below(returns.len());
    for month in 0..months {
        if month > 0 {
            let ends = dice.uniform() * BLOCK < 1.0;
            at = if ends { dice.below(returns.len()) } else { (at + 1) % returns.len() };
        }
        let growth = (1.0 + returns[at] - less).max(0.0);
        path.start *= growth;
        path.added = path.added * growth + 1.0;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAVING: Goal = Goal { now: 10_000.0, monthly: 200.0, target: 60_000.0, months: 120 };

    #[test]
    fn a_steady_return_is_an_annuity() {
        let r: f64 = 0.004;
        let all = outlook(&[r; 240], &SAVING, 1).unwrap();
        let growth = (1.0 + r).powi(120);
        let end = 10_000.0 * growth + 200.0 * (growth - 1.0) / r;
        assert!(all.ends.iter().all(|x| (x / end - 1.0).abs() < 1e-12), "{:?}, {end}", all.ends);
        assert_eq!((all.chance, all.chance_error), (f64::from(u8::from(end >= 60_000.0)), 0.0));
        let needed = (60_000.0 - 10_000.0 * growth) * r / (growth - 1.0);
        assert!((all.monthly_needed / needed - 1.0).abs() < 1e-12);
        let rich = Goal { now: 1e6, ..SAVING };
        assert_eq!(outlook(&[r; 240], &rich, 1).unwrap().monthly_needed, 0.0);
    }

    #[test]
    fn independent_months_are_drawn_as_often_as_they_were() {
        // One month: the chance is the share of months above the edge, 3 of 10.
        let returns: Vec<f64> = (0..100).map(|t| f64::from(t % 10) / 100.0).collect();
        let goal = Goal { now: 1.0, monthly: 0.0, target: 1.065, months: 1 };
        let all = outlook(&returns, &goal, 7).unwrap();
        assert!((all.chance - 0.3).abs() < 4.0 * all.chance_error, "{all:?}");
        assert!((all.chance_error - (all.chance * (1.0 - all.chance) / 1e4).sqrt()).abs() < 1e-15);
        assert!(all.chance_if_less < all.chance + 1e-12);
    }

    #[test]
    fn months_stay_together_as_a_stationary_bootstrap_keeps_them() {
        // A record of +1 and of +0 months, each in one long run: two drawn months differ only when a block ended between
        // them (1 in 12) and the new one began in the other half (1 in 2), or at a seam of the record (2 in 240).
        let returns: Vec<f64> = (0..240).map(|t| if t < 120 { 1.0 } else { 0.0 }).collect();
        let goal = Goal { now: 1.0, monthly: 0.0, target: 3.0, months: 2 };
        let all = outlook(&returns, &goal, 3).unwrap();
        let differ = 1.0 / 12.0 * 0.5 + 11.0 / 12.0 * 2.0 / 240.0;
        let both = (1.0 - differ) / 2.0;
        assert!(
            (all.chance - both).abs() < 4.0 * all.chance_error,
            "{} against {both}",
            all.chance
        );
    }

    #[test]
    fn the_same_seed_gives_the_same_outlook_and_nonsense_is_refused() {
        let returns: Vec<f64> = (0..120).map(|t| f64::from(t % 7 - 3) / 100.0).collect();
        assert_eq!(outlook(&returns, &SAVING, 5), outlook(&returns, &SAVING, 5));
        assert_ne!(outlook(&returns, &SAVING, 5), outlook(&returns, &SAVING, 6));
        assert!(outlook(&returns[..59], &SAVING, 5).is_err());
        assert!(outlook(&returns, &Goal { months: 0, ..SAVING }, 5).is_err());
        assert!(outlook(&returns, &Goal { target: f64::NAN, ..SAVING }, 5).is_err());
        assert!(outlook(&[-1.0; 80], &SAVING, 5).is_err());
    }
}
