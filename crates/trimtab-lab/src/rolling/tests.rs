use super::*;
use crate::{Prepared, metrics};
use proptest::prelude::*;
use trimtab_core::Date;

fn days(n: usize) -> Vec<Date> {
    let start = Date::constant(2001, 1, 1);
    (0..=n as i64).map(|i| start.checked_add(jiff::Span::new().days(i)).unwrap()).collect()
}

/// The same columns, each window measured on its own.
fn plain(record: &Record<'_>, w: usize, t: usize) -> [Option<f64>; 7] {
    let run = Prepared::new(record.part(t + 1 - w, t + 1).unwrap());
    let keys = [
        "return_cumulative",
        "alpha_yearly",
        "beta",
        "sharpe",
        "sortino",
        "volatility_yearly",
        "drawdown_max",
    ];
    keys.map(|key| metrics::find(key).unwrap().of(&run))
}

fn assert_same(record: &Record<'_>, w: usize) {
    let table = RollingTable::periods(record, &[w]).unwrap();
    let window = table.window(0);
    for t in 0..record.len() {
        for (k, metric) in RollingMetric::ALL.into_iter().enumerate() {
            let fast = window.column(metric).at(t);
            let slow = if t + 1 < w { None } else { plain(record, w, t)[k] };
            match (fast, slow) {
                (None, None) => {}
                (Some(a), Some(b)) => {
                    assert!(
                        (a - b).abs() <= 1e-9 * (1.0 + b.abs()),
                        "{metric:?} w {w} t {t}: {a} is not {b}"
                    );
                }
                other => panic!("{metric:?} w {w} t {t}: {other:?}"),
            }
        }
    }
}

#[test]
fn every_window_agrees_with_the_metrics_of_its_part() {
    let n = 300;
    let returns: Vec<f64> = (0..n).map(|i| 0.01 * ((i * i) as f64 * 0.37).sin() + 0.0003).collect();
    let benchmark: Vec<f64> = (0..n).map(|i| 0.012 * ((i * i) as f64 * 0.37 + 0.5).sin()).collect();
    let cash: Vec<f64> = (0..n).map(|i| 0.0001 + 0.000_05 * (i as f64 / 40.0).cos()).collect();
    let dates = days(n);
    for risk_free in [RiskFree::ZERO, RiskFree::Constant(2e-4), RiskFree::Series(&cash)] {
        let alone = Record::new(&dates, &returns, risk_free, 252.0).unwrap();
        let with = alone.with_benchmark(&benchmark).unwrap();
        for w in [1, 2, 3, 21, 63, 149, 150, 299, 300, 301] {
            assert_same(&with, w);
        }
        assert_same(&alone, 21);
    }
}

#[test]
fn constant_windows_have_no_ratio_but_a_volatility_of_zero() {
    let mut returns = vec![0.001; 40];
    returns.extend((0..40).map(|i| if i % 2 == 0 { 0.05 } else { -0.04 }));
    returns.extend(vec![-0.002; 40]);
    let dates = days(120);
    let record = Record::new(&dates, &returns, RiskFree::ZERO, 252.0).unwrap();
    let record = record.with_benchmark(&returns).unwrap();
    assert_same(&record, 10);
    let table = RollingTable::periods(&record, &[10]).unwrap();
    let at = |m, t| table.window(0).column(m).at(t);
    assert_eq!(at(RollingMetric::Volatility, 119), Some(0.0));
    assert_eq!(at(RollingMetric::Sharpe, 119), None);
    assert_eq!(at(RollingMetric::Beta, 119), None);
    assert!(at(RollingMetric::Sortino, 119).is_some());
    assert_eq!(at(RollingMetric::Sharpe, 8), None);
}

#[test]
fn months_are_counted_in_periods_and_the_grid_is_the_last_row() {
    let returns: Vec<f64> = (0..30).map(|i| 0.01 * f64::from(i % 5 - 2)).collect();
    let dates = days(30);
    let record = Record::new(&dates, &returns, RiskFree::ZERO, 12.0).unwrap();
    let table = RollingTable::months(&record, &MONTHS).unwrap();
    assert_eq!(table.windows().map(|w| w.periods()).collect::<Vec<_>>(), [1, 3, 6, 12]);
    let grid = table.grid();
    for (fast, slow) in grid[3].1.iter().zip(plain(&record, 12, 29)) {
        assert!((fast.unwrap_or(0.0) - slow.unwrap_or(0.0)).abs() < 1e-12);
        assert_eq!(fast.is_some(), slow.is_some());
    }
    assert_eq!(grid[0].1[5], None);
    assert!(RollingTable::months(&record, &[0]).is_err());
    let short = RollingTable::periods(&record, &[31]).unwrap();
    assert_eq!(short.grid()[0].1, [None; 7]);
}

proptest! {
    #[test]
    fn any_record_and_window_agree_with_the_plain_computation(
        returns in prop::collection::vec(-0.3..0.4_f64, 1..60),
        w in 1..70_usize,
        scale in prop::sample::select(vec![1.0, 1e-3, 1e-6]),
    ) {
        let returns: Vec<f64> = returns.iter().map(|r| r * scale).collect();
        let benchmark: Vec<f64> = returns.iter().rev().map(|r| r * 0.7 + 0.01 * scale).collect();
        let dates = days(returns.len());
        let record = Record::new(&dates, &returns, RiskFree::ZERO, 252.0).unwrap();
        assert_same(&record.with_benchmark(&benchmark).unwrap(), w);
    }
}
