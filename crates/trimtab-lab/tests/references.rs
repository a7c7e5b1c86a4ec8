//! Money-weighted returns, Sharpe inference and whole portfolios against published numbers.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]
mod shared;

use serde_json::Value;
use shared::shared;
use trimtab_core::Date;
use trimtab_lab::flows::{Flow, money_weighted, present_value};
use trimtab_lab::inference::SharpeEstimate;
use trimtab_lab::{MetricSet, Prepared, Record, RiskFree};
use trimtab_math::moments::Moments;

fn json(path: &str) -> Option<Value> {
    Some(serde_json::from_str(&std::fs::read_to_string(shared(path)?).unwrap()).unwrap())
}

fn number(v: &Value, key: &str) -> f64 {
    v[key].as_f64().unwrap_or_else(|| panic!("{key} in {v}"))
}

#[test]
fn spreadsheets_agree_on_money_weighted_returns() {
    let Some(file) = json("truth/xirr/excel_xirr.json") else { return };
    for case in file["cases"].as_array().unwrap() {
        let flows: Vec<Flow> = case["dates"]
            .as_array()
            .unwrap()
            .iter()
            .zip(case["flows"].as_array().unwrap())
            .map(|(d, a)| Flow {
                date: d.as_str().unwrap().parse().unwrap(),
                amount: a.as_f64().unwrap(),
            })
            .collect();
        let rate = money_weighted(&flows).unwrap();
        // One of the printed rates misses the root of its own equation by 2.4e-5.
        let worth = present_value(&flows, rate).unwrap();
        assert!(worth.abs() < 1e-9 * flows[0].amount.abs(), "worth {worth} at {rate}");
        assert!((rate - number(case, "irr")).abs() < 1e-4, "{rate} is not {}", case["irr"]);
    }
}

#[test]
fn the_printed_examples_of_the_probabilistic_sharpe_ratio_hold() {
    let Some(file) = json("truth/papers/fixtures.json") else { return };
    let cases = file["psr_bailey_lopez_de_prado_2012"]["cases"].as_array().unwrap();
    for case in cases {
        let s = SharpeEstimate {
            sharpe: number(case, "sr"),
            n: number(case, "n"),
            skewness: number(case, "skew"),
            kurtosis_excess: number(case, "kurt") - 3.0,
        };
        let (value, tolerance) = match case["fn"].as_str().unwrap() {
            "sr_std" => (s.error(), 5e-5),
            "psr" => (s.probability_above(number(case, "bench")), 5e-4),
            "mintrl_years" => {
                (s.track_record_min(0.0, number(case, "prob")).map(|n| n / 12.0), 5e-5)
            }
            other => panic!("{other}"),
        };
        assert!((value.unwrap() - number(case, "expect")).abs() <= tolerance, "{case}: {value:?}");
    }
}

/// Expected values of the tests of the public repository rubenbriones/Probabilistic-Sharpe-Ratio for this series.
#[test]
fn the_probabilistic_sharpe_ratio_of_a_public_series() {
    let Some(path) = shared("truth/psr/returns_for_tests.csv") else { return };
    let text = std::fs::read_to_string(path).unwrap();
    let returns: Vec<f64> = text.split_whitespace().map(|x| x.parse().unwrap()).collect();
    let m = Moments::of(&returns).unwrap();
    let s = SharpeEstimate {
        sharpe: m.mean / m.deviation().unwrap(),
        n: m.n as f64,
        skewness: m.skewness().unwrap(),
        kurtosis_excess: m.kurtosis_excess().unwrap(),
    };
    let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-9 * b, "{a} is not {b}");
    near(s.sharpe, 0.241_717_298_527_691_72);
    near(s.error().unwrap(), 0.164_661_748_672_774_14);
    near(s.probability_above(0.05).unwrap(), 0.877_850_770_122_146);
    near(s.track_record_min(0.05, 0.90).unwrap(), 60.365_085_269_027_084);
}

struct Closes {
    dates: Vec<Date>,
    names: Vec<String>,
    rows: Vec<Vec<Option<f64>>>,
}

impl Closes {
    fn read() -> Option<Self> {
        let path = shared("truth/portfolio_visualizer/month_end_adjusted_closes.csv")?;
        let mut reader = csv::Reader::from_path(path).unwrap();
        let names = reader.headers().unwrap().iter().skip(1).map(str::to_owned).collect();
        let (mut dates, mut rows) = (Vec::new(), Vec::new());
        for row in reader.records() {
            let row = row.unwrap();
            dates.push(row[0].parse().unwrap());
            rows.push(row.iter().skip(1).map(|c| c.parse().ok()).collect());
        }
        Some(Self { dates, names, rows })
    }

    fn close(&self, row: usize, name: &str) -> f64 {
        let column = self.names.iter().position(|n| n == name).unwrap();
        self.rows[row][column].unwrap_or_else(|| panic!("{name} on {}", self.dates[row]))
    }

    /// The bill's yield of the month before, a twelfth of it.
    fn cash(&self, row: usize) -> f64 {
        self.close(row - 1, "^IRX") / 1200.0
    }

    fn growth(&self, row: usize, name: &str) -> f64 {
        self.close(row, name) / self.close(row - 1, name)
    }

    fn row_of(&self, month: &str) -> usize {
        self.dates.iter().position(|d| d.to_string().starts_with(month)).unwrap()
    }
}

/// Monthly returns of a mix rebalanced each December or, if `monthly`, each month, over the rows `first..=last`.
fn mixed(
    closes: &Closes,
    weights: &[(String, f64)],
    monthly: bool,
    first: usize,
    last: usize,
) -> Vec<f64> {
    let total = |held: &[f64]| held.iter().sum::<f64>();
    let mut held: Vec<f64> = weights.iter().map(|(_, w)| *w).collect();
    (first..=last)
        .map(|row| {
            let before = total(&held);
            for (h, (name, _)) in held.iter_mut().zip(weights) {
                *h *= closes.growth(row, name);
            }
            let after = total(&held);
            if monthly || closes.dates[row].month() == 12 {
                held = weights.iter().map(|(_, w)| w * after).collect();
            }
            after / before - 1.0
        })
        .collect()
}

/// The static mixes without borrowing whose prices the file holds: metrics as the site prints them, in its conventions.
#[test]
fn portfolio_visualizer_prints_the_same_metrics() {
    let Some(closes) = Closes::read() else { return };
    let Some(file) = json("truth/portfolio_visualizer/results.json") else { return };
    let mut checked = 0;
    for test in file["backtests"].as_array().unwrap() {
        let first = closes.row_of(test["start"].as_str().unwrap());
        let last = closes.row_of(test["end"].as_str().unwrap());
        for portfolio in test["portfolios"].as_array().unwrap() {
            let Some(w) = portfolio["w"].as_object() else { continue };
            let weights: Vec<(String, f64)> =
                w.iter().map(|(name, w)| (name.clone(), w.as_f64().unwrap())).collect();
            // A borrowed mix tests what borrowing costs there, not the metrics; some funds are not in the file.
            if weights.iter().any(|(name, _)| !closes.names.contains(name)) {
                continue;
            }
            let returns = mixed(&closes, &weights, test["rebalance"] == "monthly", first, last);
            let cash: Vec<f64> = (first..=last).map(|row| closes.cash(row)).collect();
            let record = Record::new(
                &closes.dates[first - 1..=last],
                &returns,
                RiskFree::Series(&cash),
                12.0,
            )
            .unwrap();
            check(
                &MetricSet::of(&Prepared::new(record)),
                &portfolio["exp"],
                test["id"].as_str().unwrap(),
            );
            checked += 1;
        }
    }
    assert!(checked >= 6, "only {checked} portfolios were checked");
}

fn check(set: &MetricSet, expected: &Value, id: &str) {
    // The site counts years in months and prints percentages and ratios to two digits.
    let percent = |key| 100.0 * set.get(key).unwrap();
    for (name, value, tolerance) in [
        ("cagr", percent("return_yearly_periods"), 0.02),
        ("stdev", percent("volatility_yearly"), 0.01),
        ("best", percent("best_year"), 0.05),
        ("worst", percent("worst_year"), 0.05),
        ("mdd", -percent("drawdown_max"), 0.11),
        ("sharpe", set.get("sharpe").unwrap(), 0.01),
        ("sortino", set.get("sortino").unwrap(), 0.01),
    ] {
        if let Some(e) = expected[name].as_f64() {
            assert!((value - e).abs() <= tolerance + 1e-9, "{id} {name}: {value} is not {e}");
        }
    }
}
