//! The parameter sets that could as well have been chosen, and what choosing among them is worth.
use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;
use trimtab_core::{Day, Kind, Result};
use trimtab_math::moments::Moments;
use trimtab_strategy::{Range, Strategy};

use super::{Curve, Figures, Ground};
use crate::validation::{
    Among, Blocks, Correction, Deflated, Dice, Draws, RankOver, Scale, Trials, block_length,
    deflated, deflated_among, haircuts, long_run_variance, overfitting, step_down,
    superior_ability,
};

/// One set of parameters.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Member {
    /// What differs from the file: parameter and value.
    pub set: Vec<(String, f64)>,
    /// What came of it.
    pub figures: Figures,
    /// Its run.
    #[serde(skip)]
    pub curve: Curve,
}

/// The strategy as it is, and other sets from the ranges of its file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Family {
    /// The strategy as it is first, then its neighbours, then sets at random.
    pub members: Vec<Member>,
    /// Sets that the strategy file refuses, or that cannot be run.
    pub refused: usize,
}

/// Makes the strategy with some parameters replaced.
pub type Make<'a> = &'a (dyn Fn(&[(String, String)]) -> Result<Strategy> + Sync);

/// A range without steps is divided into so many.
const STEPS: f64 = 20.0;

impl Family {
    /// Runs the strategy, its neighbours one step away in each parameter of `ranges` whose value is in `own`, and sets drawn
    /// at random from all ranges until there are `size`.
    ///
    /// # Errors
    /// Those of the strategy as it is.
    pub fn new(
        ground: &Ground<'_>,
        make: Make<'_>,
        ranges: &BTreeMap<String, Range>,
        own: &BTreeMap<String, f64>,
        size: usize,
        seed: u64,
    ) -> Result<Self> {
        let mut sets = vec![Vec::new()];
        sets.extend(steps_away(ranges, own));
        let mut dice = Dice::new(seed, 0);
        let mut draw = |(path, range): (&String, &Range)| {
            let step = step(range);
            let count = ((range.to - range.from) / step + 1e-9).floor() as usize + 1;
            (path.clone(), tidy(range.from + dice.below(count) as f64 * step))
        };
        // Small ranges repeat themselves: so many tries find what there is.
        for _ in 0..20 * size {
            if sets.len() >= size || ranges.is_empty() {
                break;
            }
            let set: Vec<(String, f64)> = ranges.iter().map(&mut draw).collect();
            let itself = set.iter().all(|(path, value)| own.get(path) == Some(value));
            if !itself && !sets.contains(&set) {
                sets.push(set);
            }
        }
        let run = |set: Vec<(String, f64)>| -> Result<Member> {
            let words: Vec<(String, String)> =
                set.iter().map(|(path, value)| (path.clone(), format!("{value}"))).collect();
            let curve = ground.run(&make(&words)?)?;
            Ok(Member { set, figures: curve.figures, curve })
        };
        let all = sets.len();
        let runs: Vec<Result<Member>> = sets.into_par_iter().map(run).collect();
        let mut members = Vec::with_capacity(all);
        for (ix, run) in runs.into_iter().enumerate() {
            match run {
                Ok(member) => members.push(member),
                Err(error) if ix == 0 || error.kind() == Kind::Usage => return Err(error),
                // Some combinations make no strategy, as a lower bound above the upper one.
                Err(_) => {}
            }
        }
        Ok(Self { refused: all - members.len(), members })
    }

    /// Returns of all members above bills.
    ///
    /// # Errors
    /// None as a rule: runs of one market have the same sessions.
    pub fn excess(&self) -> Result<Trials> {
        Trials::new(&self.members.iter().map(|m| m.curve.excess.as_slice()).collect::<Vec<_>>())
    }

    /// Returns of all members.
    ///
    /// # Errors
    /// As [`Family::excess`].
    pub fn returns(&self) -> Result<Trials> {
        Trials::new(&self.members.iter().map(|m| m.curve.returns.as_slice()).collect::<Vec<_>>())
    }
}

fn step(range: &Range) -> f64 {
    range.step.unwrap_or((range.to - range.from) / STEPS).max(f64::MIN_POSITIVE)
}

/// Steps add up to 0.30000000000000004; nobody means that.
fn tidy(x: f64) -> f64 {
    (x * 1e9).round() / 1e9
}

/// One step down and one up in each parameter, inside its range.
fn steps_away(
    ranges: &BTreeMap<String, Range>,
    own: &BTreeMap<String, f64>,
) -> Vec<Vec<(String, f64)>> {
    let both = |(path, range): (&String, &Range)| {
        let own = own.get(path).copied();
        let (step, path) = (step(range), path.clone());
        let inside = range.from - 1e-9..=range.to + 1e-9;
        let near = own.into_iter().flat_map(move |x| [tidy(x - step), tidy(x + step)]);
        near.filter(move |x| inside.contains(x)).map(move |x| vec![(path.clone(), x)])
    };
    ranges.iter().flat_map(both).collect()
}

/// How the strategy compares with sets one step away.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Neighbours {
    /// How many there are.
    pub count: usize,
    /// Lowest, middle and highest Sharpe ratio of them.
    pub sharpe: [f64; 3],
    /// Whether the strategy is better than every neighbour, and the middle one keeps less than 80 % of its Sharpe ratio.
    pub lone_peak: bool,
}

/// Part of the Sharpe ratio that the middle neighbour of a plateau keeps.
const PLATEAU: f64 = 0.8;

/// Looks at the members that differ in one parameter. `None` when there is none.
pub fn neighbours(family: &Family) -> Option<Neighbours> {
    let (own, others) = family.members.split_first()?;
    let mut sharpes: Vec<f64> =
        others.iter().filter(|m| m.set.len() == 1).map(|m| m.figures.sharpe).collect();
    sharpes.sort_unstable_by(f64::total_cmp);
    let (lowest, highest) = (*sharpes.first()?, *sharpes.last()?);
    let middle = sharpes[sharpes.len() / 2];
    let lone_peak = own.figures.sharpe > highest && middle < PLATEAU * own.figures.sharpe;
    Some(Neighbours { count: sharpes.len(), sharpe: [lowest, middle, highest], lone_peak })
}

/// What was tried of the strategy on these data altogether, the family among it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Earlier {
    /// Distinct configurations, those of the family among them.
    pub trials: usize,
    /// Sharpe ratios of a period of all of them that are long enough to be compared.
    pub sharpes: Vec<f64>,
    /// Returns over the sessions of the family, of those that are not in it: all, or an even sample.
    pub curves: Vec<Vec<f64>>,
}

/// What was tried, once the family has been run; from the session before its first return. None where nobody kept count.
pub type Tried<'a> = &'a (dyn Fn(&Family, Day) -> Result<Option<Earlier>> + Sync);

/// What the tests of many trials say of the family.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FamilyTests {
    /// Trials, those before among them.
    pub trials: usize,
    /// Trials whose returns were compared: all, or the family and an even sample of the others.
    pub compared: usize,
    /// Whether what was tried before is known.
    pub earlier_known: bool,
    /// Mean block length of the resamples.
    pub block: f64,
    /// Probability that chance makes the best of a family without skill as good as the strategy: family-wise, over the
    /// benchmark, at the benchmark's volatility.
    pub p: f64,
    /// Hansen's p-value of the best of the family.
    pub p_best: f64,
    /// Whether the stepwise test names the strategy at 5 %.
    pub named: bool,
    /// How many of the family it names.
    pub named_all: usize,
    /// Probability of backtest overfitting; none for families below ten.
    pub overfitting: Option<f64>,
    /// Deflated Sharpe ratio, the number of trials and their correlation from the family.
    pub deflated: Option<f64>,
    /// Effective number of independent trials.
    pub trials_effective: Option<f64>,
    /// Yearly Sharpe ratio after Holm's correction for all trials.
    pub sharpe_after_haircut: Option<f64>,
}

/// Resamples of a family test.
const RESAMPLES: usize = 2_000;

/// Below, cross-validated choice says nothing.
const FAMILY_LEAST: usize = 10;

/// Most blocks of cross-validation; each holds ten periods at least.
const BLOCKS: usize = 16;

impl FamilyTests {
    /// Tests member 0, the family, and what was tried before, against the benchmark. `bills`: what cash earned in each period.
    ///
    /// Where only a sample of the trials has returns, a test of the best of n among N speaks for all of them by the rule of Sidak:
    /// `1 - (1 - p)^(M_N / M_n)`, M the effective number of independent trials.
    ///
    /// # Errors
    /// When the benchmark does not vary, or the family's runs are too short.
    pub fn of(
        family: &Family,
        earlier: Option<&Earlier>,
        (benchmark, bills): (&Curve, &[f64]),
        per_year: f64,
        seed: u64,
    ) -> Result<Self> {
        let before = earlier.map_or(&[][..], |earlier| &earlier.curves);
        let above = |curve: &Vec<f64>| curve.iter().zip(bills).map(|(r, b)| r - b).collect();
        let before: Vec<Vec<f64>> = before.iter().map(above).collect();
        let own = family.members.iter().map(|m| m.curve.excess.as_slice());
        let excess = Trials::new(&own.chain(before.iter().map(Vec::as_slice)).collect::<Vec<_>>())?;
        let own = Trials::new(&[benchmark.excess.as_slice()])?.deviations()[0];
        let deviations = excess.deviations();
        // Each trial at the volatility of the benchmark: otherwise taking more risk would pass for skill.
        let level = |(j, d): (usize, &f64)| {
            let factor = if *d > 0.0 { own / d } else { 0.0 };
            excess.trial(j).map(|x| factor * x).collect::<Vec<f64>>()
        };
        let levelled: Vec<Vec<f64>> = deviations.iter().enumerate().map(level).collect();
        let over = Trials::new(&levelled)?.less(&benchmark.excess)?;
        let first: Vec<f64> = over.trial(0).collect();
        let block = block_length(&first)?.stationary;
        let blocks = Blocks::stationary(over.periods(), block)?;
        let draws = Draws::new(&over, &blocks, RESAMPLES, seed)?;
        let variances = long_run_variance(&over, block);
        let spa = superior_ability(&draws, &variances, Scale::Own);
        let named = step_down(&draws, &variances, Scale::Own, 0.05);
        let count = (BLOCKS.min(excess.periods() / 10) / 2) * 2;
        let choice = excess.count() >= FAMILY_LEAST && count >= 4;
        let pbo = choice.then(|| overfitting(&excess, count, RankOver::default())).transpose()?;
        let trials = earlier.map_or(0, |earlier| earlier.trials).max(excess.count());
        let shrunk: Option<Deflated> = match earlier {
            Some(earlier) => {
                let among = Among {
                    trials,
                    correlation: excess.correlation_mean().unwrap_or(0.0),
                    variance: Moments::of(&earlier.sharpes)
                        .and_then(|m| m.variance())
                        .unwrap_or(0.0),
                };
                deflated_among(&excess.trial(0).collect::<Vec<_>>(), &among)
            }
            None => deflated(&excess, 0),
        };
        let for_all = |p: f64| {
            let c = excess.correlation_mean().unwrap_or(0.0).clamp(0.0, 1.0);
            let effective = |n: usize| c + (1.0 - c) * n as f64;
            1.0 - (1.0 - p).powf(effective(trials) / effective(excess.count()))
        };
        let cut = haircuts(&excess.sharpes(), excess.periods(), trials, Correction::Holm);
        Ok(Self {
            trials,
            compared: excess.count(),
            earlier_known: earlier.is_some(),
            block,
            p: for_all(spa.each[0].p()),
            p_best: for_all(spa.consistent.p()),
            named: named.first() == Some(&0),
            named_all: named.len(),
            overfitting: pbo.map(|pbo| pbo.probability),
            deflated: shrunk.map(|d| d.probability),
            trials_effective: shrunk.map(|d| d.trials_effective),
            sharpe_after_haircut: cut.map(|cut| cut[0].sharpe_left * per_year.sqrt()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_one_step_away_and_inside() {
        let range = |from, to, step| Range { from, to, step: Some(step) };
        let ranges = BTreeMap::from([
            ("a.n".to_owned(), range(1.0, 3.0, 1.0)),
            ("b.x".to_owned(), range(0.1, 0.5, 0.1)),
            ("c.y".to_owned(), range(0.0, 1.0, 0.5)),
        ]);
        let own = BTreeMap::from([("a.n".to_owned(), 3.0), ("b.x".to_owned(), 0.2)]);
        let sets = steps_away(&ranges, &own);
        let expected = [("a.n", 2.0), ("b.x", 0.1), ("b.x", 0.3)];
        assert_eq!(sets.len(), 3);
        for (set, (path, value)) in sets.iter().zip(expected) {
            assert_eq!(set[..], [(path.to_owned(), value)]);
        }
    }
}
