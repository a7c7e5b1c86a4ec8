//! What the study finds where something is to be found, and where nothing is.
use super::*;
use crate::validation::Dice;

/// A factor that lasts, one that says nothing, and returns that follow the first by a period.
fn market(n: usize, seed: u64) -> (Vec<f64>, Vec<FactorSeries>) {
    let mut dice = Dice::new(seed, 0);
    let (mut true_one, mut empty) = (vec![0.0], vec![0.0]);
    let mut returns = vec![0.0];
    for t in 1..n {
        true_one.push(0.9 * true_one[t - 1] + dice.normal());
        empty.push(0.9 * empty[t - 1] + dice.normal());
        returns.push(0.005 + 0.004 * true_one[t - 1] + 0.04 * dice.normal());
    }
    let series = |name: &str, x: Vec<f64>| FactorSeries {
        name: name.into(),
        readings: x.into_iter().map(Some).collect(),
    };
    (returns, vec![series("true", true_one), series("empty", empty)])
}

#[test]
fn what_moves_returns_is_found_and_what_does_not_is_not() {
    let mut false_ones = 0;
    for seed in 1..=6 {
        let (returns, factors) = market(900, seed);
        let found = study(&returns, &factors, &[1, 3]).unwrap();
        let of =
            |name: &str, h| found.alone.iter().find(|f| f.name == name && f.horizon == h).unwrap();
        let own = of("true", 1);
        assert!(own.slope > 0.0 && own.p_holm.unwrap() < 0.05, "seed {seed}: {own:?}");
        assert!(of("true", 3).forecast.unwrap().r_squared > 0.0, "seed {seed}");
        assert!(of("true", 1).forecast.unwrap().p < 0.05, "seed {seed}");
        false_ones += usize::from(of("empty", 1).p_holm.unwrap() < 0.05);
        assert!(found.together[0].slopes[0].p.unwrap() < 0.05);
        assert_eq!((found.tests, found.left_out.len()), (4, 0));
    }
    assert!(false_ones <= 1, "{false_ones} of 6");
}

#[test]
fn corrected_p_values_are_in_order() {
    let (returns, factors) = market(400, 9);
    for found in study(&returns, &factors, &[1, 3, 12]).unwrap().alone {
        let [p, holm, bh, bhy] =
            [found.p, found.p_holm, found.p_bh, found.p_bhy].map(Option::unwrap);
        assert!(p <= bh && bh <= holm && bh <= bhy, "{found:?}");
    }
}

#[test]
fn forecasts_do_not_know_the_future() {
    let (mut returns, factors) = market(500, 3);
    let whole = Sample::of(&logs(&returns), &[&factors[0]], 6).unwrap();
    // Outcomes that are complete after the forecast was made have no say in it: changing the last return changes only errors.
    let before = whole.forecast().unwrap();
    returns[499] = 0.5;
    let other = Sample::of(&logs(&returns), &[&factors[0]], 6).unwrap();
    let after = other.forecast().unwrap();
    assert_ne!(before, after);
    let last = whole.y.len() - 1;
    let known = whole.at.partition_point(|at| at + 6 <= whole.at[last]);
    assert_eq!(whole.y[..known], other.y[..known]);
    assert!(known + 6 == last + 1);
}

fn logs(returns: &[f64]) -> Vec<f64> {
    returns.iter().map(|r| r.ln_1p()).collect()
}

#[test]
fn what_cannot_be_studied_is_said() {
    let (returns, mut factors) = market(300, 5);
    factors.push(FactorSeries { name: "short".into(), readings: vec![None; 300] });
    factors.push(FactorSeries { name: "still".into(), readings: vec![Some(1.0); 300] });
    let found = study(&returns, &factors, &[1]).unwrap();
    let names: Vec<&str> = found.left_out.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["short", "still"]);
    assert_eq!(found.together[0].slopes.len(), 2);
    assert!(study(&returns, &factors[2..], &[1]).is_err());
    assert!(study(&returns, &factors, &[0]).is_err());
    assert!(study(&returns[..9], &factors, &[1]).is_err());
}
