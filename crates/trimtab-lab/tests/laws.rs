//! Metrics against plain computations, on any record.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use trimtab_core::Date;
use trimtab_lab::{MetricSet, Prepared, Record, RiskFree};

fn days(n: usize) -> Vec<Date> {
    let start = Date::constant(2000, 1, 31);
    (0..=n as i64).map(|i| start.checked_add(jiff::Span::new().days(i)).unwrap()).collect()
}

fn mean(xs: &[f64]) -> f64 {
    xs.iter().sum::<f64>() / xs.len() as f64
}

fn deviation(xs: &[f64]) -> f64 {
    let m = mean(xs);
    (xs.iter().map(|x| (x - m).powi(2)).sum::<f64>() / (xs.len() - 1) as f64).sqrt()
}

fn covariance(xs: &[f64], ys: &[f64]) -> f64 {
    let (mx, my) = (mean(xs), mean(ys));
    xs.iter().zip(ys).map(|(x, y)| (x - mx) * (y - my)).sum::<f64>() / (xs.len() - 1) as f64
}

/// Every pair of an earlier and a later level.
fn deepest_fall(returns: &[f64]) -> f64 {
    let mut wealth = vec![1.0];
    for r in returns {
        wealth.push(wealth[wealth.len() - 1] * (1.0 + r));
    }
    let mut worst = 0.0_f64;
    for i in 0..wealth.len() {
        for j in i..wealth.len() {
            worst = worst.max(1.0 - wealth[j] / wealth[i]);
        }
    }
    worst
}

fn close(key: &str, value: Option<f64>, plain: f64) -> Result<(), TestCaseError> {
    match value {
        Some(v) => prop_assert!(
            (v - plain).abs() <= 1e-9 * (1.0 + plain.abs()),
            "{key}: {v} is not {plain}"
        ),
        None => prop_assert!(!plain.is_finite(), "{key} is undefined, not {plain}"),
    }
    Ok(())
}

proptest! {
    #[test]
    fn metrics_are_what_their_conventions_say(
        pairs in prop::collection::vec((-0.2..0.25_f64, -0.2..0.25_f64), 3..80),
        cash in 0.0..0.001_f64,
    ) {
        let (r, b): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        let dates = days(r.len());
        let rates = vec![cash; r.len()];
        let record = Record::new(&dates, &r, RiskFree::Series(&rates), 252.0).unwrap();
        let set = MetricSet::of(&Prepared::new(record.with_benchmark(&b).unwrap()));
        let n = r.len() as f64;
        let e: Vec<f64> = r.iter().map(|r| r - cash).collect();
        let eb: Vec<f64> = b.iter().map(|b| b - cash).collect();
        let active: Vec<f64> = r.iter().zip(&b).map(|(r, b)| r - b).collect();
        let growth: f64 = r.iter().map(|r| 1.0 + r).product();
        let beta = covariance(&e, &eb) / covariance(&eb, &eb);
        let below: f64 = e.iter().map(|e| e.min(0.0).powi(2)).sum();
        let kept = |keep: fn(f64) -> bool| -> (Vec<f64>, Vec<f64>) {
            e.iter().zip(&eb).filter(|(_, y)| keep(**y)).map(|(x, y)| (*x, *y)).unzip()
        };
        let plain = [
            ("return_cumulative", growth - 1.0),
            ("return_yearly_log", 252.0 * mean(&r.iter().map(|r| (1.0 + r).ln()).collect::<Vec<_>>())),
            ("volatility_yearly", deviation(&r) * 252_f64.sqrt()),
            ("sharpe", mean(&e) / deviation(&e) * 252_f64.sqrt()),
            ("sortino", if below > 0.0 { mean(&e) / (below / n).sqrt() * 252_f64.sqrt() } else { f64::NAN }),
            ("drawdown_max", deepest_fall(&r)),
            ("benchmark_drawdown_max", deepest_fall(&b)),
            ("win_rate", r.iter().filter(|r| **r > 0.0).count() as f64 / n),
            ("beta", beta),
            ("alpha_yearly", 252.0 * (mean(&e) - beta * mean(&eb))),
            ("tracking_error", deviation(&active) * 252_f64.sqrt()),
            ("information_ratio_period", mean(&active) / deviation(&active)),
            ("correlation", covariance(&e, &eb) / deviation(&e) / deviation(&eb)),
            ("autocorrelation", {
                let (x, y) = (&r[1..], &r[..r.len() - 1]);
                covariance(x, y) / deviation(x) / deviation(y)
            }),
            ("batting_average", active.iter().filter(|a| **a > 0.0).count() as f64 / n),
        ];
        for (key, plain) in plain {
            close(key, set.get(key), plain)?;
        }
        for (key, (x, y)) in [("beta_bull", kept(|y| y > 0.0)), ("beta_bear", kept(|y| y < 0.0))] {
            if x.len() >= 2 {
                close(key, set.get(key), covariance(&x, &y) / covariance(&y, &y))?;
            } else {
                prop_assert_eq!(set.get(key), None);
            }
        }
    }

    /// What does not depend on the order of the periods does not change with it.
    #[test]
    fn order_matters_only_to_the_path(returns in prop::collection::vec(-0.2..0.25_f64, 2..60)) {
        let dates = days(returns.len());
        let mut sorted = returns.clone();
        sorted.sort_by(f64::total_cmp);
        let of = |r: &[f64]| MetricSet::of(&Prepared::new(Record::new(&dates, r, RiskFree::ZERO, 252.0).unwrap()));
        let (a, b) = (of(&returns), of(&sorted));
        for key in [
            "return_cumulative", "sharpe", "sortino", "omega", "skewness", "kurtosis_excess", "tail_ratio",
            "value_at_risk_historical_95", "expected_shortfall_modified_95", "profit_factor", "kelly", "win_rate",
            "probabilistic_sharpe", "jarque_bera",
        ] {
            match (a.get(key), b.get(key)) {
                (Some(x), Some(y)) => prop_assert!((x - y).abs() <= 1e-9 * (1.0 + y.abs()), "{}: {} {}", key, x, y),
                (x, y) => prop_assert_eq!(x, y),
            }
        }
    }

    /// Doubling the record after itself squares the growth and keeps what is a rate.
    #[test]
    fn a_record_twice_over_keeps_its_rates(returns in prop::collection::vec(-0.1..0.12_f64, 2..40)) {
        let twice: Vec<f64> = returns.iter().chain(&returns).copied().collect();
        let dates = days(twice.len());
        let one = Record::new(&dates[..=returns.len()], &returns, RiskFree::ZERO, 252.0).unwrap();
        let two = Record::new(&dates, &twice, RiskFree::ZERO, 252.0).unwrap();
        let (a, b) = (MetricSet::of(&Prepared::new(one)), MetricSet::of(&Prepared::new(two)));
        let growth = |set: &MetricSet| set.get("return_cumulative").unwrap() + 1.0;
        prop_assert!((growth(&b) - growth(&a).powi(2)).abs() < 1e-12 * growth(&b));
        for key in ["return_yearly_periods", "return_mean", "win_rate", "omega", "skewness", "worst_period"] {
            if let (Some(x), Some(y)) = (a.get(key), b.get(key)) {
                prop_assert!((x - y).abs() <= 1e-10 * (1.0 + x.abs()), "{}: {} {}", key, x, y);
            }
        }
        prop_assert!(b.get("drawdown_max").unwrap() >= a.get("drawdown_max").unwrap());
    }
}
