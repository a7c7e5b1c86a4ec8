//! The best subset against trying them all.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::needless_range_loop)]

mod formula;

use formula::{Uniform, covariance, means, panel};
use proptest::prelude::*;
use trimtab_math::subset::*;
use trimtab_math::symmetric::SymmetricError;

/// The best ratio over all subsets of k, one after the other.
fn brute_force(mean: &[f64], s: &[f64], k: usize) -> (f64, Vec<usize>) {
    let n = mean.len();
    let mut members: Vec<usize> = (0..k).collect();
    let mut best = (f64::NEG_INFINITY, vec![]);
    loop {
        let m: f64 = members.iter().map(|&i| mean[i]).sum();
        let v: f64 = members.iter().flat_map(|&i| members.iter().map(move |&j| s[i * n + j])).sum();
        if m / v.sqrt() > best.0 {
            best = (m / v.sqrt(), members.clone());
        }
        let Some(place) = (0..k).rev().find(|&p| members[p] < n - k + p) else { return best };
        members[place] += 1;
        for later in place + 1..k {
            members[later] = members[later - 1] + 1;
        }
    }
}

const UNLIMITED: u64 = u64::MAX;

#[test]
fn the_best_of_all_subsets_is_found_in_rising_and_falling_markets() {
    for (t, n, k) in [(30, 12, 4), (63, 14, 5), (10, 11, 3), (20, 10, 9), (20, 9, 1), (20, 7, 7)] {
        for (seed, shift) in [(1, 0.0), (2, -0.002), (3, -0.004), (4, -0.01), (5, 0.01)] {
            let x = panel(t, n, seed);
            let s = covariance(&x, t, n);
            let m: Vec<f64> = means(&x, t, n).iter().map(|m| m + shift).collect();
            let (ratio, members) = brute_force(&m, &s, k);
            let best = best_subset(&m, &s, k, UNLIMITED).unwrap();
            assert_eq!(best.members, members, "{n} {k} {seed}");
            assert!((best.ratio - ratio).abs() < 1e-13);
            let c = best.certificate;
            assert!(c.optimal && c.bound >= ratio && c.gap <= 1e-9 * ratio.abs());
            assert_eq!(subset_ratio(&m, &s, &members).unwrap(), best.ratio);
        }
    }
}

/// Eight of forty over three months, and of five hundred: 77 million and 4e17 subsets.
#[test]
fn large_universes_are_solved_exactly() {
    for (n, seed) in [(40, 1), (40, 2), (100, 3), (500, 4)] {
        let x = panel(63, n, seed);
        let s = covariance(&x, 63, n);
        let best = best_subset(&means(&x, 63, n), &s, 8, 100_000).unwrap();
        assert!(best.certificate.optimal, "{:?}", best.certificate);
        // No exchange of two for two helps either.
        let m = means(&x, 63, n);
        let mut random = Uniform(seed);
        for _ in 0..2000 {
            let mut other = best.members.clone();
            for _ in 0..2 {
                let place = (random.next() * 8.0) as usize;
                other[place] = (random.next() * n as f64) as usize;
            }
            if let Ok(ratio) = subset_ratio(&m, &s, &other) {
                assert!(ratio <= best.ratio * (1.0 + 1e-9));
            }
        }
    }
}

/// Noise without a structure is the hardest input: the search may stop early, but never lies.
#[test]
fn a_search_cut_short_reports_a_bound_that_holds() {
    let (t, n, k) = (63, 60, 8);
    let mut u = Uniform(5);
    let x: Vec<f64> = (0..t * n).map(|_| 0.01 * u.normal()).collect();
    let s = covariance(&x, t, n);
    for shift in [0.0, -0.02] {
        let m: Vec<f64> = means(&x, t, n).iter().map(|m| m + shift).collect();
        let full = best_subset(&m, &s, k, UNLIMITED).unwrap();
        assert!(full.certificate.optimal);
        let mut last = f64::INFINITY;
        for limit in [0, 1, 10, 100] {
            let cut = best_subset(&m, &s, k, limit).unwrap();
            let c = cut.certificate;
            assert!(c.nodes <= limit && cut.ratio <= full.ratio);
            assert!(c.bound >= full.ratio, "limit {limit}: {c:?}");
            assert!((c.gap - (c.bound - cut.ratio)).abs() < 1e-15);
            assert!(c.bound.is_finite() && !(c.optimal && cut.ratio < full.ratio * (1.0 - 1e-9)));
            assert!(c.bound <= last * 1.5 || shift < 0.0);
            last = c.bound;
        }
    }
}

#[test]
fn ties_and_zeros_have_answers() {
    // Six series that are the same in all respects, and means of zero.
    let s: Vec<f64> = (0..36).map(|k| if k % 7 == 0 { 1.0 } else { 0.3 }).collect();
    let best = best_subset(&[0.1; 6], &s, 3, UNLIMITED).unwrap();
    assert_eq!(best.members, [0, 1, 2]);
    // Spread over all six the variance is less than over any three: the bound has to branch.
    assert!(best.certificate.optimal && best.certificate.nodes <= 20);
    let none = best_subset(&[0.0; 6], &s, 3, UNLIMITED).unwrap();
    assert_eq!((none.ratio, none.certificate.bound), (0.0, 0.0));
    assert!(none.certificate.optimal);
}

#[test]
fn bad_inputs_are_named() {
    let s = [1.0, 0.0, 0.0, 1.0];
    let size = |k| best_subset(&[0.1, 0.2], &s, k, 10).unwrap_err();
    assert_eq!(size(0), SubsetError::Size { k: 0, n: 2 });
    assert_eq!(size(3), SubsetError::Size { k: 3, n: 2 });
    let e = best_subset(&[0.1, f64::NAN], &s, 1, 10).unwrap_err();
    assert_eq!(e, SubsetError::Mean { index: 1 });
    let e = best_subset(&[0.1], &s, 1, 10).unwrap_err();
    assert_eq!(e, SubsetError::Length { len: 1, n: 2 });
    let e = best_subset(&[0.1, 0.2], &[1.0, 0.0, 0.0, 0.0], 1, 10).unwrap_err();
    assert_eq!(e, SubsetError::Covariance(SymmetricError::Variance { index: 1, value: 0.0 }));
    let hedge = [1.0, -1.0, -1.0, 1.0];
    assert_eq!(best_subset(&[0.1, 0.2], &hedge, 2, 10), Err(SubsetError::Riskless));
    assert_eq!(subset_ratio(&[0.1, 0.2], &s, &[1, 1]), Err(SubsetError::Size { k: 1, n: 2 }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Any number of series, of observations and of members; means of any sign.
    #[test]
    fn nothing_beats_the_best(n in 2_usize..11, t in 4_usize..40, seed in 0_u64..10_000,
                              part in 0.0_f64..1.0, shift in -0.02_f64..0.02) {
        let k = 1 + (part * (n - 1) as f64) as usize;
        let x = panel(t, n, seed);
        let s = covariance(&x, t, n);
        let m: Vec<f64> = means(&x, t, n).iter().map(|m| m + shift).collect();
        let (ratio, _) = brute_force(&m, &s, k);
        let best = best_subset(&m, &s, k, UNLIMITED).unwrap();
        prop_assert!((best.ratio - ratio).abs() <= 1e-9 * ratio.abs());
        prop_assert!(best.certificate.optimal);
    }
}
