//! Objectives under named constraints, on estimates that were given: against closed forms, finite differences and
//! plain search.
#![allow(clippy::unwrap_used)]

use trimtab_core::Kind;
use trimtab_math::linalg::Sym;
use trimtab_strategy::objectives::{
    Distances, FrontierLevel, Hrp, Kelly, Level, Linkages, MaximumDiversification, MaximumSharpe,
    MeanVariance, MinimumVariance, MultiPeriod, Otherwise, RiskParity, TargetReturn,
    TargetVolatility, TrackingError,
};
use trimtab_strategy::{
    AnyObjective, Condition, Constraint, Estimates, Programme, Solution, TradingTerms,
};

/// Four assets: two kinds of stocks, bonds, gold.
fn estimates() -> Estimates {
    let rows = [
        [0.0324, 0.0288, -0.0018, 0.0020],
        [0.0288, 0.0400, -0.0020, 0.0040],
        [-0.0018, -0.0020, 0.0036, 0.0010],
        [0.0020, 0.0040, 0.0010, 0.0256],
    ];
    let names = ["HOME", "ABROAD", "BONDS", "GOLD"].map(str::to_owned).to_vec();
    let mean = vec![0.07, 0.08, 0.03, 0.04];
    Estimates {
        riskless: Some(0.02),
        ..Estimates::given(names, mean, Sym::from_rows(&rows).unwrap()).unwrap()
    }
}

fn linear(name: &str, coefficients: [f64; 4], least: f64, most: f64) -> Constraint {
    let of = Condition::Linear { coefficients: coefficients.to_vec(), least, most };
    Constraint { name: name.into(), of }
}

fn stocks(least: f64, most: f64) -> Constraint {
    linear("stocks", [1.0, 1.0, 0.0, 0.0], least, most)
}

fn minimum_variance() -> Programme {
    Programme::new(AnyObjective::MinimumVariance(MinimumVariance {}))
}

fn positive(x: f64) -> trimtab_core::Positive {
    trimtab_core::Positive::try_from(x).unwrap()
}

/// What an objective makes of a solution.
type Number = fn(&Estimates, &Solution) -> f64;

/// Every objective whose kernel knows prices, with the number that they are changes of.
fn priced() -> Vec<(Programme, Number)> {
    let variance = |e: &Estimates, s: &Solution| e.covariance.quadratic_form(&s.weights);
    let mean = |e: &Estimates, s: &Solution| e.mean_of(&s.weights);
    let measure = |_: &Estimates, s: &Solution| s.measures[0].1;
    let benchmark = [("HOME".to_owned(), 0.6), ("BONDS".to_owned(), 0.4)].into();
    vec![
        (minimum_variance(), variance),
        (
            Programme::new(AnyObjective::MeanVariance(MeanVariance { aversion: positive(3.0) })),
            measure,
        ),
        (
            Programme::new(AnyObjective::MaximumSharpe(MaximumSharpe {
                otherwise: Otherwise::Cash,
            })),
            measure,
        ),
        (Programme::new(AnyObjective::MaximumDiversification(MaximumDiversification {})), measure),
        (Programme::new(AnyObjective::TargetReturn(TargetReturn { yearly: 0.052 })), variance),
        (
            Programme::new(AnyObjective::TargetVolatility(TargetVolatility {
                yearly: positive(0.09),
            })),
            mean,
        ),
        (Programme::new(AnyObjective::TrackingError(TrackingError { benchmark })), |_, s| {
            s.measures[0].1 * s.measures[0].1
        }),
    ]
}

#[test]
fn prices_of_limits_are_changes_of_the_objective() {
    let e = estimates();
    // A step whose square is below the tolerance, and far above rounding.
    const STEP: f64 = 1e-5;
    for (mut programme, number) in priced() {
        for (name, row, limit) in
            [("gold", [0.0, 0.0, 0.0, 1.0], 0.3), ("stocks", [1.0, 1.0, 0.0, 0.0], 0.55)]
        {
            let at = |programme: &mut Programme, limit: f64| {
                programme.constraints = vec![linear(name, row, limit, f64::INFINITY)];
                programme.solve(&e).unwrap()
            };
            let kind = programme.objective.kind();
            if (kind, name) == ("target-volatility", "stocks") {
                continue; // so many stocks are never as calm
            }
            // The benchmark holds 60 % stocks by itself.
            let limit = if kind == "tracking-error" { limit + 0.1 } else { limit };
            let solution = at(&mut programme, limit);
            let bound = solution.binding.iter().find(|b| b.constraint.as_deref() == Some(name));
            let price =
                bound.unwrap_or_else(|| panic!("{kind}: {name} does not bind")).price.unwrap();
            let (up, down) = (at(&mut programme, limit + STEP), at(&mut programme, limit - STEP));
            let slope = (number(&e, &up) - number(&e, &down)) / (2.0 * STEP);
            assert!(
                (price - slope).abs() < 1e-5 * (1.0 + slope.abs()),
                "{kind} {name}: {price}, not {slope}"
            );
            assert!(slope != 0.0, "{kind} {name}");
        }
    }
}

#[test]
fn a_conflict_has_the_names_that_make_it_and_no_other() {
    let mut programme = minimum_variance();
    let gold = linear("gold", [0.0, 0.0, 0.0, 1.0], f64::NEG_INFINITY, 0.2);
    programme.constraints =
        vec![gold, stocks(0.7, 1.0), linear("bonds", [0.0, 0.0, 1.0, 0.0], 0.5, f64::INFINITY)];
    let names = programme.conflict(&estimates()).unwrap().unwrap();
    // Long-only gold could not make room either: a third name is that bound or the sum.
    assert!(names.contains(&"`stocks`".into()) && names.contains(&"`bonds`".into()), "{names:?}");
    assert!(
        names.contains(&"the sum of weights".into()) && !names.contains(&"`gold`".into()),
        "{names:?}"
    );
    let error = programme.solve(&estimates()).unwrap_err();
    assert_eq!(error.kind(), Kind::Infeasible);
    assert!(error.message().contains("`stocks`") && error.message().contains("`bonds`"), "{error}");
    programme.constraints.pop();
    assert_eq!(programme.conflict(&estimates()).unwrap(), None);
}

#[test]
fn what_gives_way_gives_as_little_as_it_must_and_says_so() {
    let mut programme = minimum_variance();
    programme.constraints =
        vec![stocks(0.7, 1.0), linear("bonds", [0.0, 0.0, 1.0, 0.0], 0.5, f64::INFINITY)];
    programme.relax = vec!["stocks".into()];
    let solution = programme.solve(&estimates()).unwrap();
    assert!(
        (solution.weights[0] + solution.weights[1] - 0.5).abs() < 1e-8,
        "{:?}",
        solution.weights
    );
    assert!((solution.weights[2] - 0.5).abs() < 1e-8);
    assert!(solution.notes[0].contains("exclude each other"), "{:?}", solution.notes);
    assert_eq!(solution.notes[1], "`stocks` is loosened from at least 0.7 to 0.500000");
    // In the other order the bonds give way.
    programme.relax = vec!["bonds".into(), "stocks".into()];
    let solution = programme.solve(&estimates()).unwrap();
    assert!((solution.weights[2] - 0.3).abs() < 1e-8, "{:?}", solution.weights);
    // One that has nothing to do with it does not help, and the next one is asked.
    programme.constraints.push(linear("gold", [0.0, 0.0, 0.0, 1.0], f64::NEG_INFINITY, 0.2));
    programme.relax = vec!["gold".into(), "bonds".into()];
    let solution = programme.solve(&estimates()).unwrap();
    assert!((solution.weights[2] - 0.3).abs() < 1e-8, "{:?}", solution.weights);
    assert!(solution.notes.contains(&"`gold` is dropped".into()), "{:?}", solution.notes);
}

#[test]
fn targets_out_of_reach_give_way_by_name_only() {
    let e = estimates();
    let mut programme = Programme::new(AnyObjective::TargetReturn(TargetReturn { yearly: 0.2 }));
    let error = programme.solve(&e).unwrap_err();
    assert!(error.message().contains("`target-return`"), "{error}");
    programme.relax = vec!["target-return".into()];
    let solution = programme.solve(&e).unwrap();
    assert_eq!(solution.weights, [0.0, 1.0, 0.0, 0.0]);
    let yearly = positive(0.01);
    let mut programme = Programme::new(AnyObjective::TargetVolatility(TargetVolatility { yearly }));
    assert_eq!(programme.solve(&e).unwrap_err().kind(), Kind::Infeasible);
    programme.relax = vec!["target-volatility".into()];
    assert_eq!(programme.solve(&e).unwrap().weights, minimum_variance().solve(&e).unwrap().weights);
}

#[test]
fn turnover_is_a_constraint_of_the_optimum() {
    let e = estimates();
    let mut programme = minimum_variance();
    let free = programme.solve(&e).unwrap();
    programme.held = vec![0.5, 0.3, 0.1, 0.1];
    programme.constraints =
        vec![Constraint { name: "slowly".into(), of: Condition::Turnover { most: 0.25 } }];
    let bound = programme.solve(&e).unwrap();
    let moved =
        |w: &[f64]| w.iter().zip(&programme.held).map(|(w, h)| (w - h).abs()).sum::<f64>() / 2.0;
    assert!((moved(&bound.weights) - 0.25).abs() < 1e-9, "{:?}", bound.weights);
    assert!(bound.binding.iter().any(|b| b.constraint.as_deref() == Some("slowly")));
    // No mix of steps of one per cent within the turnover is calmer.
    let mut calmest = f64::INFINITY;
    for a in 0..=100_i32 {
        for b in 0..=100 - a {
            for c in 0..=100 - a - b {
                let w = [a, b, c, 100 - a - b - c].map(|x| f64::from(x) / 100.0);
                if moved(&w) <= 0.25 + 1e-12 {
                    calmest = calmest.min(e.covariance.quadratic_form(&w));
                }
            }
        }
    }
    let found = e.covariance.quadratic_form(&bound.weights);
    assert!(found <= calmest + 1e-12 && found > calmest - 1e-4, "{found} and {calmest}");
    assert!(found > e.covariance.quadratic_form(&free.weights));
    // With room enough it binds nothing; what is held elsewhere must be sold first.
    programme.constraints[0].of = Condition::Turnover { most: 0.9 };
    let wide = programme.solve(&e).unwrap();
    assert!(wide.weights.iter().zip(&free.weights).all(|(a, b)| (a - b).abs() < 1e-9));
    programme.held = vec![0.0; 4];
    programme.held_elsewhere = 1.0;
    assert_eq!(programme.solve(&e).unwrap_err().kind(), Kind::Infeasible);
}

#[test]
fn nothing_to_gain_is_said_and_answered_as_stated() {
    let e = Estimates { riskless: Some(0.09), ..estimates() };
    let sharpe = |otherwise| {
        Programme::new(AnyObjective::MaximumSharpe(MaximumSharpe { otherwise })).solve(&e).unwrap()
    };
    let cash = sharpe(Otherwise::Cash);
    assert_eq!(cash.weights, [0.0; 4]);
    assert!(cash.notes[0].contains("riskless"), "{:?}", cash.notes);
    assert_eq!(sharpe(Otherwise::MaximumReturn).weights, [0.0, 1.0, 0.0, 0.0]);
    assert_eq!(
        sharpe(Otherwise::MinimumVariance).weights,
        minimum_variance().solve(&e).unwrap().weights
    );
    let unknown = Estimates { riskless: None, ..estimates() };
    let programme =
        Programme::new(AnyObjective::MaximumSharpe(MaximumSharpe { otherwise: Otherwise::Cash }));
    assert_eq!(programme.solve(&unknown).unwrap_err().kind(), Kind::Data);
}

#[test]
fn kelly_without_limits_is_the_inverse_of_the_covariance() {
    // Two assets with small premia: all weights lie inside the limits.
    let covariance = Sym::from_rows(&[[0.04, 0.01], [0.01, 0.09]]).unwrap();
    let names = vec!["A".to_owned(), "B".to_owned()];
    let e = Estimates {
        riskless: Some(0.02),
        ..Estimates::given(names, vec![0.03, 0.035], covariance).unwrap()
    };
    let half =
        Programme::new(AnyObjective::Kelly(Kelly { fraction: positive(0.5) })).solve(&e).unwrap();
    let det = 0.04 * 0.09 - 0.01 * 0.01;
    let full = [(0.09 * 0.01 - 0.01 * 0.015) / det, (0.04 * 0.015 - 0.01 * 0.01) / det];
    for (w, f) in half.weights.iter().zip(full) {
        assert!((w - 0.5 * f).abs() < 1e-12, "{:?} {full:?}", half.weights);
    }
}

#[test]
fn a_level_is_a_step_along_the_frontier() {
    let e = estimates();
    let at = |level| {
        let level = FrontierLevel {
            level,
            base: trimtab_strategy::objectives::Base::MaximumSharpe,
            high: 0.02,
            medium: 0.0,
            low: -0.01,
            lever: None,
        };
        Programme::new(AnyObjective::FrontierLevel(level)).solve(&e).unwrap()
    };
    let (high, medium, low) = (at(Level::High), at(Level::Medium), at(Level::Low));
    let sharpe = MaximumSharpe { otherwise: Otherwise::Cash };
    let base = Programme::new(AnyObjective::MaximumSharpe(sharpe)).solve(&e).unwrap();
    assert!((medium.mean - base.mean).abs() < 1e-10);
    assert!((high.mean - base.mean - 0.02).abs() < 1e-10 && high.volatility > base.volatility);
    // A step of one per cent down would leave the frontier: the least variance is as low as it goes.
    let least = minimum_variance().solve(&e).unwrap();
    assert!((low.mean - (base.mean - 0.01).max(least.mean)).abs() < 1e-10);
    assert!(low.volatility >= least.volatility - 1e-12 && low.volatility < base.volatility);
}

#[test]
fn a_return_beyond_the_greatest_needs_leverage_that_is_allowed() {
    let e = estimates();
    let level = |lever| FrontierLevel {
        level: Level::High,
        base: trimtab_strategy::objectives::Base::MaximumSharpe,
        high: 0.06,
        medium: 0.0,
        low: 0.0,
        lever,
    };
    let without = Programme::new(AnyObjective::FrontierLevel(level(None))).solve(&e).unwrap();
    assert_eq!(without.weights, [0.0, 1.0, 0.0, 0.0]);
    assert!(
        without.notes.iter().any(|n| n.contains("greatest expected return")),
        "{:?}",
        without.notes
    );
    let spread = trimtab_core::NonNegative::try_from(0.01).unwrap();
    let lever = trimtab_strategy::objectives::Lever { spread, most: positive(5.0) };
    let with = Programme::new(AnyObjective::FrontierLevel(level(Some(lever)))).solve(&e).unwrap();
    let sharpe = MaximumSharpe { otherwise: Otherwise::Cash };
    let base = Programme::new(AnyObjective::MaximumSharpe(sharpe)).solve(&e).unwrap();
    // What the levered base returns after paying for the loan is the target.
    let times: f64 = with.weights.iter().sum();
    let after = times * base.mean - (times - 1.0) * 0.03;
    assert!(times > 1.0 && (after - (base.mean + 0.06)).abs() < 1e-10, "{times} {after}");
}

#[test]
fn kinds_of_constraints_that_an_objective_cannot_keep_are_refused() {
    let hrp = "objective = { kind = \"hrp\" }, estimates = { window = 20 }, \
               limits = { stocks = { kind = \"group\", among = [\"A\"], most = 0.5 } }";
    let text = format!("root = {{ kind = \"optimal\", {hrp} }}");
    let error = trimtab_strategy::Strategy::parse("test", &text).unwrap_err();
    assert!(error.message().contains("`hrp` cannot keep `limits.stocks`"), "{error}");
    let text = "root = { kind = \"optimal\", objective = { kind = \"minimum-variance\" }, \
                estimates = { window = 20 }, relax = [\"stocks\"] }";
    let error = trimtab_strategy::Strategy::parse("test", text).unwrap_err();
    assert!(error.message().contains("`stocks`"), "{error}");
}

#[test]
fn the_best_few_positions_are_those_of_all_subsets() {
    let e = estimates();
    let mut programme = minimum_variance();
    programme.constraints = vec![
        stocks(0.3, 1.0),
        Constraint { name: "few".into(), of: Condition::Positions { most: 2 } },
    ];
    let found = programme.solve(&e).unwrap();
    assert!(found.notes.iter().any(|n| n.contains("proved")), "{:?}", found.notes);
    // Plain search over all pairs: the others have an upper bound of zero.
    let mut calmest = f64::INFINITY;
    for i in 0..4 {
        for j in 0..i {
            let mut pair = minimum_variance();
            pair.constraints = vec![stocks(0.3, 1.0)];
            for k in (0..4).filter(|k| *k != i && *k != j) {
                let mut row = [0.0; 4];
                row[k] = 1.0;
                pair.constraints.push(linear("out", row, f64::NEG_INFINITY, 0.0));
            }
            if let Ok(solution) = pair.solve(&e) {
                calmest = calmest.min(solution.volatility);
            }
        }
    }
    assert!((found.volatility - calmest).abs() < 1e-12, "{} {calmest}", found.volatility);
    assert!(found.weights.iter().filter(|w| **w != 0.0).count() <= 2);
    // Nothing of an asset, or a third at least: with four assets that is three of them at most.
    programme.constraints[1].of = Condition::Smallest { least: 0.33 };
    let found = programme.solve(&e).unwrap();
    assert!(found.weights.iter().all(|w| *w == 0.0 || *w >= 0.33 - 1e-12), "{:?}", found.weights);
    programme
        .constraints
        .push(Constraint { name: "slowly".into(), of: Condition::Turnover { most: 0.5 } });
    programme.held = vec![0.25; 4];
    assert_eq!(programme.solve(&e).unwrap_err().kind(), Kind::Spec);
}

#[test]
fn costs_keep_what_is_held_unless_it_pays() {
    let e = estimates();
    let objective = AnyObjective::MeanVariance(MeanVariance { aversion: positive(3.0) });
    let mut programme = Programme::new(objective);
    let free = programme.solve(&e).unwrap();
    programme.held = vec![0.3, 0.2, 0.3, 0.2];
    let cost = |a: f64| Some(TradingTerms { linear: vec![a; 4], power: vec![] });
    // Dear trades are not made at all; free ones lead to the optimum without costs.
    programme.trading = cost(0.5);
    assert_eq!(programme.solve(&e).unwrap().weights, programme.held);
    programme.trading = cost(0.0);
    let nothing = programme.solve(&e).unwrap();
    assert!(nothing.weights.iter().zip(&free.weights).all(|(a, b)| (a - b).abs() < 1e-9));
    // In between no step of one per cent from one asset to another pays.
    programme.trading = Some(TradingTerms { linear: vec![0.002; 4], power: vec![0.01; 4] });
    let some = programme.solve(&e).unwrap();
    let worth = |w: &[f64]| {
        let trades: f64 = w
            .iter()
            .zip(&programme.held)
            .map(|(w, h)| 0.002 * (w - h).abs() + 0.01 * (w - h).abs().powf(1.5))
            .sum();
        e.mean_of(w) - 1.5 * e.covariance.quadratic_form(w) - trades
    };
    assert!((worth(&some.weights) - some.measures[0].1).abs() < 1e-12);
    for from in 0..4 {
        for to in 0..4 {
            let mut other = some.weights.clone();
            let step = other[from].min(0.01);
            other[from] -= step;
            other[to] += step;
            assert!(worth(&other) <= worth(&some.weights) + 1e-12, "{from} {to}");
        }
    }
}

/// The plans of cvxpy 1.9.3 with Clarabel 0.11.1 for the same programmes: steps, half-life, costs, utility, first step.
#[test]
fn a_plan_is_that_of_a_general_solver() {
    let e = estimates();
    let plans = [
        (4, Some(2.0), 0.002, 0.01, 0.04086906077, [0.26995568, 0.19879877, 0.3524085, 0.17883705]),
        (4, None, 0.004, 0.0, 0.03986209410, [0.3, 0.20709503, 0.31279531, 0.18010966]),
        (
            3,
            Some(1.0),
            0.0005,
            0.0,
            0.04324980756,
            [0.21306212, 0.26973006, 0.43410701, 0.08310081],
        ),
    ];
    for (steps, half_life, linear, power, utility, first) in plans {
        let half_life = half_life.map(positive);
        let plan = MultiPeriod { aversion: positive(3.0), steps, half_life };
        let mut programme = Programme::new(AnyObjective::MultiPeriod(plan));
        programme.held = vec![0.3, 0.2, 0.3, 0.2];
        programme.trading = Some(TradingTerms { linear: vec![linear; 4], power: vec![power; 4] });
        let found = programme.solve(&e).unwrap();
        assert!((found.measures[0].1 - utility).abs() < 1e-9, "{:?}", found.measures);
        for (own, other) in found.weights.iter().zip(first) {
            assert!((own - other).abs() < 3e-5, "{:?} {first:?}", found.weights);
        }
        // One step, or none that costs, is the plan of a single day.
        let single = AnyObjective::MeanVariance(MeanVariance { aversion: positive(3.0) });
        let once = |steps, trading: Option<TradingTerms>| {
            let plan = MultiPeriod { aversion: positive(3.0), steps, half_life };
            let objective = AnyObjective::MultiPeriod(plan);
            Programme { objective, trading, ..programme.clone() }.solve(&e).unwrap().weights
        };
        let day = |trading: Option<TradingTerms>| {
            let objective = single.clone();
            Programme { objective, trading, ..programme.clone() }.solve(&e).unwrap().weights
        };
        assert_eq!(once(1, programme.trading.clone()), day(programme.trading.clone()));
        assert_eq!(once(steps, None), day(None));
    }
}

#[test]
fn bounds_that_cross_are_a_conflict_for_every_kernel() {
    let e = estimates();
    let gold = [0.0, 0.0, 0.0, 1.0];
    let crossing = vec![
        linear("much", gold, 0.5, f64::INFINITY),
        linear("little", gold, f64::NEG_INFINITY, 0.3),
    ];
    let hrp = Hrp { distance: Distances::Correlation, linkage: Linkages::Single };
    let parity = RiskParity { budgets: [].into(), groups: [].into() };
    for objective in [
        AnyObjective::MinimumVariance(MinimumVariance {}),
        AnyObjective::Hrp(hrp),
        AnyObjective::RiskParity(parity),
    ] {
        let mut programme = Programme::new(objective);
        programme.constraints = crossing.clone();
        let kind = programme.objective.kind();
        let error = programme.solve(&e).unwrap_err();
        assert_eq!(error.message(), "these exclude each other: `much`, `little`", "{kind}");
        for (relaxed, gold) in [("much", 0.3), ("little", 0.5)] {
            programme.relax = vec![relaxed.into()];
            let solution = programme.solve(&e).unwrap_or_else(|error| panic!("{kind}: {error}"));
            assert!((solution.weights[3] - gold).abs() < 1e-8, "{kind}: {:?}", solution.weights);
        }
    }
}
