//! Laws that every metric of the registry obeys.
use super::*;
use crate::{MetricSet, Record, RiskFree};
use std::collections::BTreeSet;
use trimtab_core::Date;

/// Two years of weekdays of a rough market, from a formula.
struct Sample {
    dates: Vec<Date>,
    returns: Vec<f64>,
    benchmark: Vec<f64>,
    cash: Vec<f64>,
}

fn sample(n: usize) -> Sample {
    let mut dates = vec![Date::constant(2019, 3, 1)];
    while dates.len() <= n {
        let next = dates[dates.len() - 1].tomorrow().unwrap();
        let next = if next.weekday().to_monday_one_offset() > 5 {
            next.checked_add(
                jiff::Span::new().days(if next.weekday().to_monday_one_offset() == 6 {
                    2
                } else {
                    1
                }),
            )
            .unwrap()
        } else {
            next
        };
        dates.push(next);
    }
    let wave = |i: usize, k: f64| ((i * i % 9973) as f64 * k).sin();
    Sample {
        dates,
        returns: (0..n)
            .map(|i| 0.0009 + 0.011 * wave(i, 0.7) * (1.0 + wave(i / 40, 1.3)))
            .collect(),
        benchmark: (0..n).map(|i| 0.0003 + 0.012 * wave(i, 0.7) + 0.006 * wave(i, 2.1)).collect(),
        cash: (0..n).map(|i| 0.000_08 + 0.000_04 * (i as f64 / 90.0).sin()).collect(),
    }
}

impl Sample {
    fn record<'a>(&'a self, risk_free: RiskFree<'a>) -> Record<'a> {
        Record::new(&self.dates, &self.returns, risk_free, 252.0)
            .unwrap()
            .with_benchmark(&self.benchmark)
            .unwrap()
    }
}

#[test]
fn keys_are_unique_snake_case_and_everything_is_said() {
    let mut seen = BTreeSet::new();
    for m in all() {
        assert!(seen.insert(m.key), "{} twice", m.key);
        assert!(
            m.key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'),
            "{}",
            m.key
        );
        assert!(!m.name.is_empty() && m.convention.len() > 3, "{}", m.key);
        assert_eq!(find(m.key).unwrap().name, m.name);
    }
    let conventions: BTreeSet<_> = all().map(|m| (m.name, m.convention)).collect();
    assert_eq!(conventions.len(), seen.len(), "two metrics of the same name and convention");
    assert!(seen.len() >= 150, "{} metrics", seen.len());
    assert!(find("sharp").is_none());
}

#[test]
fn groups_are_contiguous_in_the_list_of_families() {
    for family in FAMILIES {
        assert!(!family.is_empty());
        assert!(family.iter().all(|m| m.group == family[0].group), "{}", family[0].key);
    }
}

#[test]
fn a_long_rough_record_defines_every_metric() {
    let s = sample(2600);
    let set = MetricSet::of(&Prepared::new(s.record(RiskFree::Series(&s.cash))));
    assert_eq!(set.values.len(), all().count());
    for v in &set.values {
        // Ten whole years are not covered, every other span is.
        assert!(v.value.is_some() || v.key == "return_10_years", "{} is undefined", v.key);
    }
    assert!(set.get("sharpe").is_some() && set.get("nothing").is_none());
}

#[test]
fn nothing_is_ever_nan_whatever_the_record() {
    let s = sample(40);
    let cases: [&[f64]; 8] = [
        &[0.01],
        &[-0.5],
        &[0.0],
        &[0.0, 0.0, 0.0],
        &[0.01, 0.01, 0.01, 0.01],
        &[-0.01, -0.01],
        &[0.01, -0.02],
        &[-0.999_999, 50.0, 1e-300, -1e-300, 0.3],
    ];
    for returns in cases {
        for other in cases.iter().filter(|o| o.len() == returns.len()) {
            for risk_free in [RiskFree::ZERO, RiskFree::Constant(0.01), RiskFree::Series(other)] {
                let record =
                    Record::new(&s.dates[..=returns.len()], returns, risk_free, 252.0).unwrap();
                let run = Prepared::new(record.with_benchmark(other).unwrap());
                for m in all() {
                    if let Some(v) = m.of(&run) {
                        assert!(v.is_finite(), "{} of {returns:?}", m.key);
                    }
                }
            }
        }
    }
}

#[test]
fn without_a_benchmark_its_group_is_left_out_and_the_rest_unchanged() {
    let s = sample(700);
    let with = s.record(RiskFree::ZERO);
    let without = Record::new(&s.dates, &s.returns, RiskFree::ZERO, 252.0).unwrap();
    let (a, b) = (MetricSet::of(&Prepared::new(with)), MetricSet::of(&Prepared::new(without)));
    assert!(b.values.iter().all(|v| v.group != Group::Benchmark));
    for v in &b.values {
        assert_eq!(a.get(v.key).map(f64::to_bits), v.value.map(f64::to_bits), "{}", v.key);
    }
}

#[test]
fn a_series_that_never_moves_is_the_constant() {
    let s = sample(600);
    let flat = vec![1e-4; 600];
    let a = MetricSet::of(&Prepared::new(s.record(RiskFree::Series(&flat))));
    let b = MetricSet::of(&Prepared::new(s.record(RiskFree::Constant(1e-4))));
    for (x, y) in a.values.iter().zip(&b.values) {
        let (x, y) = (x.value.unwrap_or(0.0), (y.key, y.value.unwrap_or(0.0)));
        assert!((x - y.1).abs() <= 1e-9 * (1.0 + y.1.abs()), "{}: {x} is not {}", y.0, y.1);
    }
    assert_eq!((a.run.risk_free, b.run.risk_free), ("series", "constant"));
}

#[test]
fn a_run_that_is_its_benchmark_has_beta_one_and_nothing_active() {
    let s = sample(500);
    let record = Record::new(&s.dates, &s.returns, RiskFree::ZERO, 252.0).unwrap();
    let set = MetricSet::of(&Prepared::new(record.with_benchmark(&s.returns).unwrap()));
    for (key, value) in [
        ("beta", 1.0),
        ("beta_bull", 1.0),
        ("beta_bear", 1.0),
        ("beta_coskewness", 1.0),
        ("correlation", 1.0),
        ("up_capture", 1.0),
        ("down_capture", 1.0),
        ("up_number", 1.0),
        ("alpha_yearly", 0.0),
        ("active_premium", 0.0),
        ("tracking_error", 0.0),
        ("specific_risk", 0.0),
        ("batting_average", 0.0),
        ("drawdown_relative_max", 0.0),
    ] {
        assert!((set.get(key).unwrap() - value).abs() < 1e-7, "{key}: {:?}", set.get(key));
    }
    assert_eq!(set.get("information_ratio"), None);
    assert_eq!(set.get("m_squared").unwrap(), set.get("return_yearly_periods").unwrap());
}

#[test]
fn specific_and_systematic_risk_add_up() {
    let s = sample(900);
    let run = Prepared::new(s.record(RiskFree::ZERO));
    let get = |key| find(key).unwrap().of(&run).unwrap();
    let total = run.moments.m2 * 252.0;
    let parts = get("specific_risk").powi(2) + get("systematic_risk").powi(2);
    assert!((total - parts).abs() < 1e-14);
}

#[test]
fn doubling_every_excess_return_doubles_risk_and_keeps_the_sharpe_ratio() {
    let s = sample(800);
    let doubled: Vec<f64> = s.returns.iter().map(|r| 2.0 * r).collect();
    let one = Prepared::new(s.record(RiskFree::ZERO));
    let two = Prepared::new(Record::new(&s.dates, &doubled, RiskFree::ZERO, 252.0).unwrap());
    for key in [
        "sharpe",
        "sortino",
        "omega",
        "skewness",
        "kurtosis_excess",
        "tail_ratio",
        "win_rate",
        "sharpe_lo",
    ] {
        let (a, b) = (find(key).unwrap().of(&one).unwrap(), find(key).unwrap().of(&two).unwrap());
        assert!((a - b).abs() < 1e-12 * b.abs(), "{key}: {a} is not {b}");
    }
    let volatility = |run| find("volatility_yearly").unwrap().of(run).unwrap();
    assert!((volatility(&two) / volatility(&one) - 2.0).abs() < 1e-12);
}

#[test]
fn trailing_returns_are_those_of_the_part() {
    let s = sample(900);
    let run = Prepared::new(s.record(RiskFree::ZERO));
    let end = *s.dates.last().unwrap();
    let start = end.checked_sub(jiff::Span::new().months(6)).unwrap();
    let level = s.dates.iter().rposition(|d| *d <= start).unwrap();
    let part: f64 = s.returns[level..].iter().map(|r| 1.0 + r).product();
    let got = find("return_6_months").unwrap().of(&run).unwrap();
    assert!((got - (part - 1.0)).abs() < 1e-14);
    let year: f64 = s
        .dates
        .iter()
        .skip(1)
        .zip(&s.returns)
        .filter(|(d, _)| d.year() == end.year())
        .map(|(_, r)| 1.0 + r)
        .product();
    assert!((find("return_year_to_date").unwrap().of(&run).unwrap() - (year - 1.0)).abs() < 1e-14);
    assert_eq!(find("return_5_years").unwrap().of(&run), None);
}

#[test]
fn calendar_tables_agree_with_the_metrics() {
    let s = sample(900);
    let run = Prepared::new(s.record(RiskFree::ZERO));
    let table = crate::tables::CalendarReturns::of(&run);
    for row in &table.years {
        let product: f64 = row.months.iter().flatten().map(|m| 1.0 + m).product();
        assert!((product - 1.0 - row.total).abs() < 1e-13, "{}", row.year);
    }
    let best = table.years.iter().map(|y| y.total).fold(f64::MIN, f64::max);
    assert_eq!(find("best_year").unwrap().of(&run), Some(best));
    let deepest = crate::tables::drawdowns(&run, 3);
    assert_eq!(Some(deepest[0].depth), find("drawdown_max").unwrap().of(&run));
    assert!(deepest[0].depth >= deepest[1].depth && deepest[1].depth >= deepest[2].depth);
    assert!(deepest.iter().all(|d| d.peak < d.trough && d.recovery.is_none_or(|r| r > d.trough)));
}

#[test]
fn leaving_out_the_worst_months_helps_and_the_best_hurts() {
    let s = sample(1500);
    let run = Prepared::new(s.record(RiskFree::Constant(1e-5)));
    let rows = crate::tables::months_missed(&run, &[0, 1, 5, 10_000]);
    let all = find("return_yearly_periods").unwrap().of(&run).unwrap();
    assert!(
        (rows[0].without_worst - all).abs() < 1e-12 && rows[0].without_both == rows[0].without_best
    );
    assert!(rows[2].without_worst > rows[1].without_worst && rows[1].without_worst > all);
    assert!(rows[2].without_best < rows[1].without_best && rows[1].without_best < all);
    assert_eq!(rows[3].count, run.months.months.len() / 2);
}

#[test]
fn the_set_serialises_undefined_values_as_null() {
    let s = sample(3);
    let set = MetricSet::of(&Prepared::new(s.record(RiskFree::ZERO)));
    let text = serde_json::to_string(&set).unwrap();
    assert!(text.contains(r#""key":"return_5_years""#) && text.contains("null"));
    assert!(!text.contains("NaN"));
    assert!(text.contains(r#""start":"2019-03-01""#));
}
