//! Trees of series: the same numbers as other programs, and laws.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::needless_range_loop)]

mod formula;

use formula::{covariance, means, panel};
use proptest::prelude::*;
use trimtab_math::hierarchy::*;
use trimtab_math::symmetric::SymmetricError;

/// Rows, series and seed of the panels the other programs were run on.
const PANELS: [(usize, usize, u64); 3] = [(120, 8, 1), (252, 20, 2), (252, 100, 3)];

/// One number that depends on every weight.
fn digest(weights: &[f64]) -> f64 {
    weights.iter().enumerate().map(|(i, w)| w * ((i + 1) as f64).sqrt()).sum()
}

fn sample(t: usize, n: usize, seed: u64) -> (Vec<f64>, Vec<f64>) {
    let x = panel(t, n, seed);
    let s = covariance(&x, t, n);
    (x, s)
}

fn correlation(linkage: Linkage) -> Clustering {
    Clustering { distance: Distance::Correlation, linkage }
}

/// PyPortfolioOpt 1.6 and Riskfolio-Lib 7.4 (which agree to 6e-17) on the same panels.
#[test]
fn hierarchical_risk_parity_equals_other_programs() {
    let expected = [
        [2.1372615920284845, 2.1510098249138565, 2.1375223733103237, 2.1510098249138565],
        [3.1301048477373827, 2.9960134537363046, 3.170393954745836, 3.0332959475362484],
        [6.784652560135884, 6.8042137154919375, 6.807955756597412, 6.794490957877006],
    ];
    for ((t, n, seed), expected) in PANELS.into_iter().zip(expected) {
        let (_, s) = sample(t, n, seed);
        let all = [Linkage::Single, Linkage::Complete, Linkage::Average, Linkage::Ward];
        for (linkage, want) in all.into_iter().zip(expected) {
            let x = hierarchical_risk_parity(&s, n, correlation(linkage)).unwrap().weights;
            assert!((digest(&x) - want).abs() < 1e-12, "{n} {linkage:?}: {} {want}", digest(&x));
        }
    }
    let (_, s) = sample(120, 8, 1);
    let x = hierarchical_risk_parity(&s, 8, Clustering::default()).unwrap().weights;
    let want = [
        1.148755932460835e-1,
        1.10504528510694e-1,
        7.009764277973395e-2,
        1.571359707035302e-1,
        5.476305943874405e-2,
        1.629541119699996e-1,
        1.293492502265987e-1,
        2.00319843124616e-1,
    ];
    for (x, w) in x.iter().zip(want) {
        assert!((x - w).abs() < 1e-14);
    }
}

/// The form of the paper, distances of distances, by scipy 1.17 and the bisection of
/// PyPortfolioOpt.
#[test]
fn distances_of_profiles_are_those_of_the_paper() {
    let expected = [2.137261592028484, 3.125102612504368, 6.889025294630418];
    for ((t, n, seed), want) in PANELS.into_iter().zip(expected) {
        let (_, s) = sample(t, n, seed);
        let by_paper = Clustering { distance: Distance::Profile, linkage: Linkage::Single };
        let x = hierarchical_risk_parity(&s, n, by_paper).unwrap().weights;
        assert!((digest(&x) - want).abs() < 1e-12);
    }
}

/// Riskfolio-Lib 7.4, model HERC, risk measures MV, vol and CVaR at 95 %.
#[test]
fn equal_risk_contribution_equals_another_program() {
    use Linkage::{Average, Single, Ward};
    // Series, linkage, clusters, then the digests by variance, deviation and value at risk.
    let expected = [
        (8, Single, 2, [2.3191721083057315, 2.3488326675702327, 2.347892059199088]),
        (8, Single, 3, [2.5268745208893355, 2.4611973809954537, 2.459892267981216]),
        (8, Single, 5, [2.5921494796233087, 2.559326806660878, 2.552844401048785]),
        (8, Ward, 2, [2.3191721083057315, 2.3488326675702327, 2.347892059199088]),
        (8, Ward, 3, [2.4795685930827163, 2.4849036915101688, 2.4712883988272774]),
        (8, Ward, 5, [2.6702095982948393, 2.6470320880919096, 2.6431232834028826]),
        (8, Average, 2, [2.3191721083057315, 2.3488326675702327, 2.347892059199088]),
        (8, Average, 3, [2.5268745208893355, 2.4611973809954537, 2.459892267981216]),
        (8, Average, 5, [2.5746070854793937, 2.54420644391058, 2.536567812779157]),
        (20, Single, 2, [3.1106154077510766, 3.3528561776446804, 3.3575440135694206]),
        (20, Single, 3, [3.6300499272883386, 3.744162972782366, 3.741139788223988]),
        (20, Single, 5, [4.015312525390407, 4.029097443996389, 4.02919127512927]),
        (20, Ward, 2, [2.898516755637748, 3.0031910183637565, 3.004340177158144]),
        (20, Ward, 3, [2.939844855536063, 3.0265304218985745, 3.0285676536942363]),
        (20, Ward, 5, [3.022679559617813, 3.096714266672026, 3.1038802855174277]),
        (20, Average, 2, [3.1106154077510766, 3.3528561776446804, 3.3575440135694206]),
        (20, Average, 3, [3.554579158506263, 3.7222801791370688, 3.7194835067350662]),
        (20, Average, 5, [3.9220768629493317, 3.9835484061413258, 3.985188430457701]),
        (100, Single, 2, [6.9388902153138075, 6.978161815809176, 6.990751564479622]),
        (100, Single, 3, [7.406291312997336, 7.496024785092884, 7.533268650892481]),
        (100, Single, 5, [7.57545955026773, 7.579618979562578, 7.593907469798002]),
        (100, Ward, 2, [6.790646178959515, 6.744125570470648, 6.762074459150137]),
        (100, Ward, 3, [6.797630147305087, 6.743741352936847, 6.766179500782334]),
        (100, Ward, 5, [6.874245677083535, 6.800578707567195, 6.808421086688293]),
        (100, Average, 2, [6.9388902153138075, 6.978161815809176, 6.990751564479622]),
        (100, Average, 3, [7.374476013910991, 7.3755422366064645, 7.409371917323108]),
        (100, Average, 5, [7.357138184929287, 7.31436813440228, 7.3204149646867345]),
    ];
    for (n, linkage, clusters, want) in expected {
        let (t, _, seed) = PANELS.into_iter().find(|p| p.1 == n).unwrap();
        let (panel, s) = sample(t, n, seed);
        let tree = correlation(linkage).tree(&s, n).unwrap();
        let tail = ClusterRisk::ConditionalValueAtRisk { panel: &panel, confidence: 0.95 };
        let risks = [ClusterRisk::Variance, ClusterRisk::Deviation, tail];
        for (risk, want) in risks.into_iter().zip(want) {
            let x = hierarchical_equal_risk_contribution(&s, &tree, clusters, risk).unwrap();
            assert!((digest(&x) - want).abs() < 1e-11, "{n} {linkage:?} {clusters}");
            assert!((x.iter().sum::<f64>() - 1.0).abs() < 1e-14);
        }
    }
}

/// The quality of silhouettes as Riskfolio-Lib 7.4 has it (`std_silhouette_score`).
#[test]
fn silhouettes_choose_as_another_program() {
    let expected = [[2, 2, 2], [2, 3, 2], [2, 3, 2]];
    for ((t, n, seed), expected) in PANELS.into_iter().zip(expected) {
        let (_, s) = sample(t, n, seed);
        let d = correlation_distance(&s, n).unwrap();
        let all = [Linkage::Single, Linkage::Ward, Linkage::Average];
        for (linkage, want) in all.into_iter().zip(expected) {
            let tree = cluster_tree(&d, n, linkage).unwrap();
            let rule = ClusterCount::Silhouette { most: n.isqrt() };
            assert_eq!(rule.choose(&tree, &d), Ok(want), "{n} {linkage:?}");
        }
    }
}

/// The closed form of the paper, by numpy 2.4, on clusters by Ward's linkage.
#[test]
fn nested_clusters_equal_the_closed_form() {
    // Series, clusters, then the digests of least variance and largest ratio; the clusters of the
    // small panel have a largest ratio only at a negative sum of weights.
    let expected = [
        (8, 3, 2.3489389316053777, None),
        (8, 5, 2.280405998774008, None),
        (20, 3, 2.8822913316048546, Some(-1.0617844130275849)),
        (20, 5, 2.7596709778639394, Some(0.9434633654857505)),
        (100, 3, 6.992141585504967, Some(-29.553883013664944)),
        (100, 5, 6.906636214954135, Some(-35.81721305728823)),
    ];
    for (n, clusters, least, ratio) in expected {
        let (t, _, seed) = PANELS.into_iter().find(|p| p.1 == n).unwrap();
        let (panel, s) = sample(t, n, seed);
        let mean = means(&panel, t, n);
        let tree = correlation(Linkage::Ward).tree(&s, n).unwrap();
        let go = |o| nested_clustered_optimisation(&s, &tree, clusters, o);
        let x = go(NestedObjective::MinimumVariance { long_only: false }).unwrap();
        assert!((digest(&x) - least).abs() < 1e-11);
        let x = go(NestedObjective::MaximumRatio { mean: &mean, long_only: false });
        match ratio {
            Some(want) => assert!((digest(&x.unwrap()) - want).abs() < 1e-9 * f64::abs(want)),
            None => assert_eq!(x, Err(HierarchyError::NoPositiveMean { index: n })),
        }
    }
}

/// In one cluster, or each series alone, the two steps are the optimum itself.
#[test]
fn nested_clusters_without_nesting_are_the_optimum() {
    let (t, n) = (252, 20);
    let (panel, s) = sample(t, n, 4);
    let mean = means(&panel, t, n);
    let tree = correlation(Linkage::Ward).tree(&s, n).unwrap();
    for objective in [
        NestedObjective::MinimumVariance { long_only: true },
        NestedObjective::MinimumVariance { long_only: false },
        NestedObjective::MaximumRatio { mean: &mean, long_only: true },
        NestedObjective::EqualRiskContribution,
    ] {
        let one = nested_clustered_optimisation(&s, &tree, 1, objective).unwrap();
        let all = nested_clustered_optimisation(&s, &tree, n, objective).unwrap();
        for i in 0..n {
            assert!((one[i] - all[i]).abs() < 1e-10, "{objective:?}");
        }
        let between = nested_clustered_optimisation(&s, &tree, 4, objective).unwrap();
        assert!((between.iter().sum::<f64>() - 1.0).abs() < 1e-13);
    }
    // The long-only least variance meets its conditions: equal slopes where held, higher ones else.
    let long_only = NestedObjective::MinimumVariance { long_only: true };
    let x = nested_clustered_optimisation(&s, &tree, 1, long_only).unwrap();
    let slope: Vec<f64> = (0..n).map(|i| (0..n).map(|j| s[i * n + j] * x[j]).sum()).collect();
    let variance: f64 = slope.iter().zip(&x).map(|(g, x)| g * x).sum();
    for i in 0..n {
        assert!(slope[i] >= variance * (1.0 - 1e-10));
        assert!(x[i] == 0.0 || slope[i] <= variance * (1.0 + 1e-10));
    }
}

#[test]
fn bounds_are_kept_and_wide_ones_change_nothing() {
    let n = 20;
    let (_, s) = sample(252, n, 2);
    let c = Clustering::default();
    let free = hierarchical_risk_parity(&s, n, c).unwrap();
    let wide = hierarchical_risk_parity_bounded(&s, n, c, &vec![0.0; n], &vec![1.0; n]).unwrap();
    assert_eq!(free, wide);
    let go = |l: f64, u: f64| hierarchical_risk_parity_bounded(&s, n, c, &vec![l; n], &vec![u; n]);
    let tight = go(0.05, 0.05).unwrap();
    assert!(tight.weights.iter().all(|x| *x == 0.05));
    assert_eq!(
        go(0.0, 0.04).unwrap_err().to_string(),
        "the lower bounds add up to 0, the upper ones to 0.8000000000000002; 1 must lie between"
    );
    assert!(matches!(go(0.2, 0.1), Err(HierarchyError::Bound { index: 0, .. })));
}

#[test]
fn few_series() {
    let c = Clustering::default();
    let one = hierarchical_risk_parity(&[0.2], 1, c).unwrap();
    assert_eq!((one.weights, one.order), (vec![1.0], vec![0]));
    let two = hierarchical_risk_parity(&[0.01, 0.0, 0.0, 0.04], 2, c).unwrap();
    assert!((two.weights[0] - 0.8).abs() < 1e-15);
    let tree = c.tree(&[0.2], 1).unwrap();
    let alone =
        hierarchical_equal_risk_contribution(&[0.2], &tree, 1, ClusterRisk::Deviation).unwrap();
    assert_eq!(alone, [1.0]);
}

#[test]
fn faults_are_named() {
    let c = Clustering::default();
    let zero = hierarchical_risk_parity(&[0.0, 0.0, 0.0, 1.0], 2, c).unwrap_err();
    let variance = SymmetricError::Variance { index: 0, value: 0.0 };
    assert_eq!(zero, HierarchyError::Covariance(variance));
    let s = [0.04, 0.01, 0.01, 0.09];
    let tree = c.tree(&s, 2).unwrap();
    let herc = |k, risk| hierarchical_equal_risk_contribution(&s, &tree, k, risk).unwrap_err();
    let count = herc(3, ClusterRisk::Variance);
    assert_eq!(count, HierarchyError::ClusterCount { clusters: 3, n: 2 });
    let panel = [0.01, 0.02, 0.03, 0.01];
    let tail = |confidence| ClusterRisk::ConditionalValueAtRisk { panel: &panel, confidence };
    assert_eq!(herc(1, tail(1.0)), HierarchyError::Confidence { value: 1.0 });
    // Series that only gain have no loss to be inverse to.
    assert_eq!(herc(1, tail(0.5)), HierarchyError::RiskNotPositive { index: 0, risk: -0.01 });
    let short = ClusterRisk::ConditionalValueAtRisk { panel: &panel[..3], confidence: 0.5 };
    assert_eq!(herc(1, short), HierarchyError::Length { len: 3, needed: 4 });
    // A hedge without a rest has no variance inside its half.
    let hedge = [1.0, -1.0, 0.0, -1.0, 1.0, 0.0, 0.0, 0.0, 1.0];
    let free = NestedObjective::MinimumVariance { long_only: false };
    let tree = c.tree(&hedge, 3).unwrap();
    let e = nested_clustered_optimisation(&hedge, &tree, 1, free).unwrap_err();
    assert_eq!(e, HierarchyError::Singular { index: 0 });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Renaming the series renames the weights: without ties the order of input has no say.
    #[test]
    fn permuting_series_permutes_clusters(seed in 0_u64..500, shift in 1_usize..14) {
        let n = 15;
        let (_, s) = sample(60, n, seed);
        let to = |i: usize| (i * 4 + shift) % n;
        let mut moved = vec![0.0; n * n];
        for i in 0..n {
            for j in 0..n {
                moved[to(i) * n + to(j)] = s[i * n + j];
            }
        }
        for linkage in [Linkage::Single, Linkage::Complete, Linkage::Average, Linkage::Ward] {
            let c = correlation(linkage);
            let (a, b) = (c.tree(&s, n).unwrap(), c.tree(&moved, n).unwrap());
            for (x, y) in a.merges().iter().zip(b.merges()) {
                prop_assert!((x.height - y.height).abs() < 1e-12);
            }
            let go = |s: &[f64], tree: &Tree| {
                hierarchical_equal_risk_contribution(s, tree, 4, ClusterRisk::Variance).unwrap()
            };
            let (x, y) = (go(&s, &a), go(&moved, &b));
            for i in 0..n {
                prop_assert!((x[i] - y[to(i)]).abs() < 1e-12);
            }
        }
    }

    /// Any feasible bounds are kept to the last digit, and the weights add up to one.
    #[test]
    fn bounds_hold(seed in 0_u64..500, caps in prop::collection::vec(0.09_f64..0.4, 13),
                   floors in prop::collection::vec(0.0_f64..0.07, 13)) {
        let n = 13;
        let (_, s) = sample(60, n, seed);
        let c = correlation(Linkage::Ward);
        let x = hierarchical_risk_parity_bounded(&s, n, c, &floors, &caps).unwrap().weights;
        prop_assert!((x.iter().sum::<f64>() - 1.0).abs() < 1e-14);
        for i in 0..n {
            prop_assert!(floors[i] <= x[i] && x[i] <= caps[i]);
        }
    }
}
