//! Least tail risks against HiGHS and Clarabel, proofs of infeasibility, and laws.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::needless_range_loop)]

mod formula;

use formula::{Uniform, means, panel};
use proptest::prelude::*;
use trimtab_math::tail::linear::{Infeasible, LinearError, Program, Row};
use trimtab_math::tail::*;

struct Case {
    t: usize,
    n: usize,
    seed: u64,
    confidence: f64,
    /// Per set of constraints (plain, caps, mean, short, rows): conditional value at risk, worst
    /// loss, mean absolute deviation, conditional drawdown at risk, maximum drawdown (all by HiGHS
    /// 1.15, dual simplex), semivariance below zero (Clarabel 0.11).
    least: [[f64; 6]; 5],
}

const CASES: [Case; 3] = [
    Case {
        t: 60,
        n: 6,
        seed: 1,
        confidence: 0.9,
        least: [
            [
                1.24648064067561e-2,
                1.54612103408997e-2,
                5.92684627383045e-3,
                2.65487736433150e-2,
                3.01346341279074e-2,
                2.33035629127625e-5,
            ],
            [
                1.30046575660358e-2,
                1.72795345494115e-2,
                5.98371124219711e-3,
                2.94577810259062e-2,
                3.56509678849312e-2,
                2.53065866528606e-5,
            ],
            [
                1.27500332001021e-2,
                1.80619008969013e-2,
                6.01665818845661e-3,
                2.67265320317609e-2,
                3.01346341279074e-2,
                2.40026810952888e-5,
            ],
            [
                1.22536806945122e-2,
                1.51745374226006e-2,
                5.92684627383045e-3,
                2.58244244418019e-2,
                2.91510247081970e-2,
                2.26848986321792e-5,
            ],
            [
                1.25063478991698e-2,
                1.54636825524507e-2,
                5.96897754899490e-3,
                2.80096760467258e-2,
                3.20276932752503e-2,
                2.34016592263022e-5,
            ],
        ],
    },
    Case {
        t: 252,
        n: 20,
        seed: 2,
        confidence: 0.95,
        least: [
            [
                1.34618948787007e-2,
                1.46844001555798e-2,
                5.31519466765467e-3,
                4.00573552509264e-2,
                4.26033922873918e-2,
                2.13786711379842e-5,
            ],
            [
                1.62906868063760e-2,
                2.09751865713644e-2,
                6.31151320884398e-3,
                6.32656982575890e-2,
                6.74877584437016e-2,
                3.03608770921079e-5,
            ],
            [
                1.62528938672594e-2,
                1.82870579746472e-2,
                7.28723457401457e-3,
                4.77071467420490e-2,
                5.75237220966725e-2,
                3.35302427726200e-5,
            ],
            [
                1.26972081040067e-2,
                1.37496734733569e-2,
                5.14772000708529e-3,
                3.72675947751925e-2,
                3.94727860812769e-2,
                1.96501334924134e-5,
            ],
            [
                1.41170344945784e-2,
                1.56158520280932e-2,
                5.64256343122612e-3,
                4.46734995003528e-2,
                4.80190415189777e-2,
                2.37639293809138e-5,
            ],
        ],
    },
    Case {
        t: 252,
        n: 40,
        seed: 3,
        confidence: 0.95,
        least: [
            [
                1.25088406537292e-2,
                1.33653058738487e-2,
                5.25634473314434e-3,
                3.31299325949094e-2,
                3.63300520658974e-2,
                2.08220621031638e-5,
            ],
            [
                1.62026703843994e-2,
                1.79689554035718e-2,
                6.59427389098285e-3,
                7.43998016101340e-2,
                8.19388086374189e-2,
                3.26400766129126e-5,
            ],
            [
                1.71735347099003e-2,
                2.10274324814352e-2,
                7.46363296428802e-3,
                5.69825484553213e-2,
                6.51302502223557e-2,
                3.59796476893840e-5,
            ],
            [
                1.17149656593714e-2,
                1.23716485908300e-2,
                4.94870203879031e-3,
                2.67956119655293e-2,
                2.82011604068065e-2,
                1.84341750336712e-5,
            ],
            [
                1.34955320060217e-2,
                1.42605842483995e-2,
                5.68341080553058e-3,
                4.52275414588932e-2,
                4.87202618334119e-2,
                2.39749025902121e-5,
            ],
        ],
    },
];

/// Lower and upper bounds, least mean, rows.
type Set = (Vec<f64>, Vec<f64>, Option<f64>, Vec<LinearRow>);

/// The five sets of constraints of [`CASES`].
fn sets(n: usize, mean: &[f64]) -> [Set; 5] {
    let mut sorted = mean.to_vec();
    sorted.sort_by(f64::total_cmp);
    let row = |f: fn(usize) -> f64, lower, upper| LinearRow {
        coefficients: (0..n).map(f).collect(),
        lower,
        upper,
    };
    let third = row(|i| if i % 3 == 0 { 1.0 } else { 0.0 }, 0.5, 0.6);
    let balance = row(|i| if i % 2 == 0 { 1.0 } else { -1.0 }, -0.1, 0.1);
    let all = |x: f64| vec![x; n];
    [
        (all(0.0), all(1.0), None, vec![]),
        (all(0.5 / n as f64), all(2.5 / n as f64), None, vec![]),
        (all(0.0), all(1.0), Some(sorted[n - 3]), vec![]),
        (all(-0.3 / n as f64), all(0.4), None, vec![]),
        (all(0.0), all(0.5), None, vec![third, balance]),
    ]
}

type Solver = fn(&[f64], usize, f64, &Feasible<'_>) -> Result<TailMinimum, TailError>;

const SOLVERS: [(&str, Solver); 6] = [
    ("conditional value at risk", minimum_conditional_value_at_risk),
    ("worst loss", |x, n, _, set| minimum_worst_loss(x, n, set)),
    ("mean absolute deviation", |x, n, _, set| minimum_mean_absolute_deviation(x, n, set)),
    ("conditional drawdown", minimum_conditional_drawdown_at_risk),
    ("maximum drawdown", |x, n, _, set| minimum_maximum_drawdown(x, n, set)),
    ("semivariance", |x, n, _, set| minimum_semivariance(x, n, 0.0, set)),
];

#[test]
fn least_risks_equal_those_of_other_solvers() {
    for case in CASES {
        let x = panel(case.t, case.n, case.seed);
        let mean = means(&x, case.t, case.n);
        for (s, (lower, upper, mean_least, rows)) in sets(case.n, &mean).into_iter().enumerate() {
            let set = Feasible { lower: &lower, upper: &upper, mean_least, rows: &rows };
            for (k, (name, solve)) in SOLVERS.into_iter().enumerate() {
                let least = solve(&x, case.n, case.confidence, &set).unwrap();
                let want = case.least[s][k];
                // The interior point method of the last column stops at eight digits.
                let tolerance = if k == 5 { 1e-7 } else { 1e-9 };
                let error = (least.risk - want).abs() / want;
                assert!(error < tolerance, "{name}, {}, set {s}: {error:e}", case.n);
                assert!(least.risk - least.bound <= 1e-9 * least.risk, "{name}: no proof");
                meets(&least.weights, &set, &mean);
            }
        }
    }
}

fn meets(x: &[f64], set: &Feasible<'_>, mean: &[f64]) {
    let dot = |a: &[f64]| a.iter().zip(x).map(|(a, x)| a * x).sum::<f64>();
    assert!((x.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    for i in 0..x.len() {
        assert!(x[i] >= set.lower[i] - 1e-10 && x[i] <= set.upper[i] + 1e-10);
    }
    assert!(set.mean_least.is_none_or(|least| dot(mean) >= least - 1e-10));
    for row in set.rows {
        let value = dot(&row.coefficients);
        assert!(value >= row.lower - 1e-9 && value <= row.upper + 1e-9);
    }
}

#[test]
fn a_mean_out_of_reach_is_proved_infeasible() {
    let (t, n) = (30, 5);
    let x = panel(t, n, 1);
    let mean = means(&x, t, n);
    let best = mean.iter().copied().fold(f64::MIN, f64::max);
    let (lower, upper) = (vec![0.0; n], vec![1.0; n]);
    let set = Feasible { lower: &lower, upper: &upper, mean_least: Some(best * 1.01), rows: &[] };
    for (name, solve) in SOLVERS {
        let e = solve(&x, n, 0.9, &set).unwrap_err();
        let TailError::Infeasible { sum, mean, rows } = &e else { panic!("{name}: {e}") };
        assert!(*sum != 0.0 && *mean != 0.0 && rows.is_empty());
        let text =
            "within the bounds these exclude each other: the sum of the weights, the least mean";
        assert_eq!(e.to_string(), text);
    }
    let upper = vec![0.15; n];
    let set = Feasible { lower: &lower, upper: &upper, mean_least: None, rows: &[] };
    let e = minimum_worst_loss(&x, n, &set).unwrap_err();
    assert!(matches!(e, TailError::Infeasible { sum, mean: 0.0, .. } if sum != 0.0));
}

/// The multipliers are a proof that anybody can check by adding up rows.
#[test]
fn infeasible_rows_are_proved_by_their_multipliers() {
    // x + y >= 3 within [0, 1]^2, beside rows that have nothing to do with it.
    let mut p = Program::new(vec![1.0, 1.0], vec![0.0; 2], vec![1.0; 2]).unwrap();
    p.add_row(vec![1.0, -1.0], Row::between(-0.5, 0.5)).unwrap();
    p.add_row(vec![1.0, 1.0], Row::between(3.0, f64::INFINITY)).unwrap();
    p.add_row(vec![1.0, 2.0], Row::shortfall(9.0, 1.0)).unwrap();
    let Err(LinearError::Infeasible(proof)) = p.minimise() else { panic!("feasible") };
    let Infeasible { rows, least, most } = &proof;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].0, 1);
    // y (x + y) >= least within the bounds, and at most y 3 by the row.
    assert!((least - rows[0].1 * 2.0).abs() < 1e-12 && (most - rows[0].1 * 3.0).abs() < 1e-12);
    assert!(least > most);
}

#[test]
fn programmes_by_hand() {
    // |x - 1| + 2 |x - 3| is least at 3; a price of 2 on one side only moves nothing.
    let mut p = Program::new(vec![0.0], vec![-9.0], vec![9.0]).unwrap();
    p.add_row(vec![1.0], Row::deviation(1.0, 1.0)).unwrap();
    p.add_row(vec![1.0], Row::deviation(3.0, 2.0)).unwrap();
    let o = p.minimise().unwrap();
    assert_eq!((o.x, o.objective, o.bound), (vec![3.0], 2.0, 2.0));
    assert_eq!(o.multipliers, [1.0, -1.0]);
    // Cycles under the textbook rule (Beale 1955), optimum -1/20.
    let cost = vec![-0.75, 150.0, -0.02, 6.0];
    let mut p = Program::new(cost, vec![0.0; 4], vec![100.0; 4]).unwrap();
    let up = |a: [f64; 4]| (a.to_vec(), Row::between(f64::NEG_INFINITY, 0.0));
    for (a, row) in [up([0.25, -60.0, -0.04, 9.0]), up([0.5, -90.0, -0.02, 3.0])] {
        p.add_row(a, row).unwrap();
    }
    p.add_row(vec![0.0, 0.0, 1.0, 0.0], Row::between(f64::NEG_INFINITY, 1.0)).unwrap();
    let o = p.minimise().unwrap();
    assert!((o.objective + 0.05).abs() < 1e-12 && (o.bound + 0.05).abs() < 1e-12);
    // No rows at all.
    let o = Program::new(vec![1.0, -1.0], vec![2.0; 2], vec![3.0; 2]).unwrap().minimise().unwrap();
    assert_eq!((o.x, o.objective, o.bound), (vec![2.0, 3.0], -1.0, -1.0));
}

/// Small whole numbers make ties of every kind: the proof of optimality must hold all the same.
#[test]
fn degenerate_programmes_end_with_a_proof() {
    let mut u = Uniform(11);
    let mut infeasible = 0;
    for _ in 0..2000 {
        let mut whole = |k: f64| (u.next() * k).floor();
        let (n, m) = (1 + whole(9.0) as usize, whole(14.0) as usize);
        let cost: Vec<f64> = (0..n).map(|_| whole(7.0) - 3.0).collect();
        let lower: Vec<f64> = (0..n).map(|_| -whole(3.0)).collect();
        let upper: Vec<f64> = lower.iter().map(|l| l + whole(4.0)).collect();
        let mut p = Program::new(cost, lower, upper).unwrap();
        for _ in 0..m {
            let a: Vec<f64> = (0..n).map(|_| whole(5.0) - 2.0).collect();
            let (at, price) = (whole(7.0) - 3.0, whole(3.0));
            let row = match whole(4.0) as usize {
                0 => Row::between(at, at + price),
                1 => Row::shortfall(at, price),
                2 => Row::deviation(at, price),
                _ => Row { lower: at, upper: at + price, below: price, above: f64::INFINITY },
            };
            p.add_row(a, row).unwrap();
        }
        match p.minimise() {
            Ok(o) => assert!((o.objective - o.bound).abs() < 1e-10, "{p:?}"),
            Err(LinearError::Infeasible(proof)) => {
                assert!(proof.least > proof.most);
                infeasible += 1;
            }
            Err(e) => panic!("{e}: {p:?}"),
        }
    }
    assert!(infeasible > 100 && infeasible < 1500);
}

#[test]
fn bad_inputs_are_named() {
    let (l, u) = ([0.0; 2], [1.0; 2]);
    let set = Feasible { lower: &l, upper: &u, mean_least: None, rows: &[] };
    let x = [0.01, 0.02, -0.01, 0.03];
    let go = |x: &[f64], c| minimum_conditional_value_at_risk(x, 2, c, &set).unwrap_err();
    assert_eq!(go(&x[..3], 0.5), TailError::Panel { len: 3, n: 2 });
    assert_eq!(go(&[], 0.5), TailError::Panel { len: 0, n: 2 });
    assert_eq!(go(&x, 1.0), TailError::Confidence { value: 1.0 });
    assert_eq!(go(&[0.1, 0.2, f64::NAN, 0.1], 0.5), TailError::NotFinite { row: 1, column: 0 });
    let rows = [LinearRow { coefficients: vec![0.0; 2], lower: 0.0, upper: 1.0 }];
    let with = Feasible { rows: &rows, ..set };
    assert_eq!(minimum_worst_loss(&x, 2, &with), Err(TailError::Row { index: 0 }));
    let wide = [1.0, f64::INFINITY];
    let open = Feasible { upper: &wide, ..set };
    let e = minimum_worst_loss(&x, 2, &open).unwrap_err();
    assert_eq!(e, TailError::Bound { index: 1, lower: 0.0, upper: f64::INFINITY });
    assert!(matches!(minimum_semivariance(&x, 2, f64::NAN, &set), Err(TailError::Target { .. })));
}

/// A series given twice, a scenario of zeros, a panel of zeros: ties without end.
#[test]
fn ties_are_no_trouble() {
    let (t, n) = (60, 8);
    let mut x = panel(t, n, 3);
    for row in x.chunks_exact_mut(n) {
        row[5] = row[2];
    }
    x[7 * n..8 * n].fill(0.0);
    let (l, u) = (vec![0.0; n], vec![1.0; n]);
    let set = Feasible { lower: &l, upper: &u, mean_least: None, rows: &[] };
    for (name, solve) in SOLVERS {
        let least = solve(&x, n, 0.9, &set).unwrap();
        assert!(least.risk - least.bound <= 1e-9 * least.risk, "{name}");
        let nothing = solve(&vec![0.0; t * n], n, 0.9, &set).unwrap();
        assert!(nothing.risk == 0.0 && nothing.bound.abs() < 1e-15, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// No other weights have less risk, and the bound proves it; the scale of returns plays no part.
    #[test]
    fn nothing_is_below_the_least(seed in 0_u64..1000, confidence in 0.0_f64..0.99, scale in 1e-4_f64..1e3) {
        let (t, n) = (40, 6);
        let x: Vec<f64> = panel(t, n, seed).iter().map(|r| r * scale).collect();
        let (l, u) = (vec![0.0; n], vec![0.7; n]);
        let set = Feasible { lower: &l, upper: &u, mean_least: None, rows: &[] };
        let mut random = Uniform(seed);
        for (k, (name, solve)) in SOLVERS.into_iter().enumerate() {
            let least = solve(&x, n, confidence, &set).unwrap();
            prop_assert!((least.risk - least.bound).abs() <= 1e-9 * least.risk.abs() + 1e-13 * scale);
            for _ in 0..20 {
                let raw: Vec<f64> = (0..n).map(|_| 0.2 + random.next()).collect();
                let sum: f64 = raw.iter().sum();
                let w: Vec<f64> = raw.iter().map(|r| r / sum).collect();
                let returns: Vec<f64> = x.chunks_exact(n)
                    .map(|row| row.iter().zip(&w).map(|(r, w)| r * w).sum())
                    .collect();
                let risk = match k {
                    0 => conditional_value_at_risk(&returns, confidence),
                    1 => returns.iter().fold(f64::MIN, |m, r| m.max(-r)),
                    2 => mean_absolute_deviation(&returns),
                    3 => conditional_drawdown_at_risk(&returns, confidence),
                    4 => drawdowns(&returns).into_iter().fold(0.0, f64::max),
                    _ => semivariance(&returns, 0.0),
                };
                prop_assert!(risk >= least.risk * (1.0 - 1e-12) - 1e-15 * scale, "{name}");
            }
        }
    }
}
