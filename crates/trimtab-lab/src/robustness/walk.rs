//! What choosing the best-looking trial would have earned: walk-forward of selection.
use serde::Serialize;
use trimtab_core::Result;

use super::Figures;
use crate::validation::{Trials, WalkForward};

/// A walk through time that holds in each test what looked best in its fit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Walk {
    /// Which trial was held in each test.
    pub chosen: Vec<usize>,
    /// The first period of the first test.
    pub first: usize,
    /// What the chooser earned.
    pub figures: Figures,
    /// What all trials together earned, each with the same share in every period.
    pub everyone: Figures,
    /// The trial with the highest Sharpe ratio over the same periods, known only afterwards.
    pub best: usize,
    /// What it earned.
    pub hindsight: Figures,
}

/// Walks through `returns` of several trials, `bills` being what cash earned; the look is the Sharpe ratio. Moving from one
/// trial to the next costs nothing here, which flatters the chooser. `None` when there is no test.
///
/// # Errors
/// Those of the plan.
pub fn walk(
    returns: &Trials,
    bills: &[f64],
    plan: &WalkForward,
    per_year: f64,
) -> Result<Option<Walk>> {
    let excess = returns.less(bills)?;
    let columns: Vec<Vec<f64>> = (0..excess.count()).map(|j| excess.trial(j).collect()).collect();
    let splits = plan.splits(returns.periods())?;
    let Some(first) = splits.first().map(|split| split.test[0].start) else { return Ok(None) };
    let sharpe = |x: &[f64]| Figures::of(x, x, per_year, 0.0).sharpe;
    let best_of = |score: &dyn Fn(&[f64]) -> f64| {
        let scores: Vec<f64> = columns.iter().map(|column| score(column)).collect();
        (0..scores.len()).fold(0, |best, k| if scores[k] > scores[best] { k } else { best })
    };
    let (mut chosen, mut held) = (Vec::new(), Vec::new());
    for split in &splits {
        let k = best_of(&|column| sharpe(&column[split.train[0].clone()]));
        held.extend(split.test[0].clone().map(|t| returns.period(t)[k]));
        chosen.push(k);
    }
    let end = first + held.len();
    let figures = |own: &[f64]| {
        let above: Vec<f64> = own.iter().zip(&bills[first..end]).map(|(r, b)| r - b).collect();
        Figures::of(own, &above, per_year, 0.0)
    };
    let mean = |t: usize| returns.period(t).iter().sum::<f64>() / returns.count() as f64;
    let best = best_of(&|column| sharpe(&column[first..end]));
    let hindsight: Vec<f64> = (first..end).map(|t| returns.period(t)[best]).collect();
    Ok(Some(Walk {
        chosen,
        first,
        figures: figures(&held),
        everyone: figures(&(first..end).map(mean).collect::<Vec<_>>()),
        best,
        hindsight: figures(&hindsight),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validation::Start;

    #[test]
    fn the_chooser_follows_the_past_and_hindsight_does_not() {
        // Two trials take turns: what was good in one year is bad in the next.
        let wave = |j: usize| -> Vec<f64> {
            let at = |t: usize| {
                let good = (t / 12 + j).is_multiple_of(2);
                (if good { 0.02 } else { -0.01 }) + 0.001 * ((t * 7 + j) as f64).sin()
            };
            (0..120).map(at).collect()
        };
        let trials = Trials::new(&[wave(0), wave(1)]).unwrap();
        let plan =
            WalkForward { train: 12, test: 12, gap: 0, start: Start::Rolling, last_short: true };
        let found = walk(&trials, &[0.0; 120], &plan, 12.0).unwrap().unwrap();
        assert_eq!((found.first, &found.chosen[..4]), (12, &[0, 1, 0, 1][..]));
        assert!(found.figures.return_yearly < -0.09 && found.everyone.return_yearly > 0.04);
        assert!(found.hindsight.return_yearly > found.figures.return_yearly);
        let long = WalkForward { train: 120, ..plan };
        assert_eq!(walk(&trials, &[0.0; 120], &long, 12.0).unwrap(), None);
    }
}
