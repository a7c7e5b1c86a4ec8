use super::*;

fn days(n: usize) -> Vec<Date> {
    let start = Date::constant(2001, 1, 1);
    (0..=n as i64).map(|i| start.checked_add(jiff::Span::new().days(i)).unwrap()).collect()
}

/// A market that rises, falls, stands still and jumps, 200 periods each.
fn market() -> Vec<f64> {
    let noise = |i: usize| 0.002 * ((i * i % 991) as f64).sin();
    (0..800)
        .map(|i| match i / 200 {
            0 => 0.004 + noise(i),
            1 => -0.004 + noise(i),
            2 => 0.1 * noise(i),
            _ => {
                if i % 2 == 0 {
                    0.03
                } else {
                    -0.029
                }
            }
        })
        .collect()
}

fn classes(record: &Record<'_>, seen: Seen) -> Classes {
    Classes::markets(record, &MarketRule { window: 40, trend: 1.0 }, seen).unwrap()
}

#[test]
fn each_kind_of_market_is_recognised() {
    let (benchmark, dates) = (market(), days(800));
    let record = Record::new(&dates, &benchmark, RiskFree::ZERO, 252.0).unwrap();
    let record = record.with_benchmark(&benchmark).unwrap();
    let found = classes(&record, Seen::During);
    for (class, middle) in [(0, 120), (1, 330), (2, 520), (3, 720)] {
        assert_eq!(found.labels()[middle], Some(class), "{}", found.names()[class]);
    }
    assert_eq!(found.labels()[38], None);
    assert!(found.labels()[39].is_some());
}

#[test]
fn what_is_seen_before_lags_by_one_period_and_never_looks_ahead() {
    let (benchmark, dates) = (market(), days(800));
    let record = Record::new(&dates, &benchmark, RiskFree::ZERO, 252.0).unwrap();
    let record = record.with_benchmark(&benchmark).unwrap();
    let (before, during) = (classes(&record, Seen::Before), classes(&record, Seen::During));
    assert_eq!(before.labels()[1..], during.labels()[..799]);
    let rule = RegimeRule { average: 30, volatility: 20 };
    let whole = Classes::regimes(&record, &rule, Seen::Before).unwrap();
    for end in [60, 333, 700] {
        let part = record.part(0, end).unwrap();
        assert_eq!(classes(&part, Seen::Before).labels(), &before.labels()[..end]);
        assert_eq!(
            Classes::regimes(&part, &rule, Seen::Before).unwrap().labels(),
            &whole.labels()[..end]
        );
    }
    // The class of a period does not depend on the period itself.
    let mut changed = benchmark.clone();
    changed[500] = 0.5;
    let other = Record::new(&dates, &changed, RiskFree::ZERO, 252.0).unwrap();
    let other = other.with_benchmark(&changed).unwrap();
    assert_eq!(classes(&other, Seen::Before).labels()[..=500], before.labels()[..=500]);
}

#[test]
fn classes_divide_the_run_without_remainder() {
    let (benchmark, dates) = (market(), days(800));
    let returns: Vec<f64> = benchmark.iter().map(|b| 0.5 * b + 0.0002).collect();
    let record = Record::new(&dates, &returns, RiskFree::Constant(1e-5), 252.0).unwrap();
    let record = record.with_benchmark(&benchmark).unwrap();
    let found = classes(&record, Seen::During);
    let rows = by_class(&record, &found).unwrap();
    assert_eq!(rows.len(), 4);
    assert_eq!(rows.iter().map(|r| r.periods).sum::<usize>(), 761);
    assert!((rows.iter().map(|r| r.share).sum::<f64>() - 1.0).abs() < 1e-12);
    let product: f64 = rows.iter().map(|r| 1.0 + r.return_cumulative).product();
    let plain: f64 = returns[39..].iter().map(|r| 1.0 + r).product();
    assert!((product - plain).abs() < 1e-9 * plain);
    for row in &rows {
        assert!((row.beta.unwrap() - 0.5).abs() < 1e-9, "{row:?}");
    }
    // Half the market: behind in rises, ahead in falls.
    assert!(rows[0].active_return_yearly.unwrap() < 0.0 && rows[0].active_t.unwrap() < -2.0);
    assert!(rows[1].active_return_yearly.unwrap() > 0.0);
}

#[test]
fn a_regime_is_bull_above_the_average_and_rough_above_the_median() {
    let (benchmark, dates) = (market(), days(800));
    let record = Record::new(&dates, &benchmark, RiskFree::ZERO, 252.0).unwrap();
    let record = record.with_benchmark(&benchmark).unwrap();
    let rule = RegimeRule { average: 100, volatility: 40 };
    let found = Classes::regimes(&record, &rule, Seen::During).unwrap();
    let name = |t: usize| found.labels()[t].map(|l| found.names()[l].as_str());
    assert!(name(180).unwrap().ends_with("bull"));
    assert!(name(350).unwrap().ends_with("bear"));
    assert!(name(590).unwrap().starts_with("calm"));
    assert!(name(790).unwrap().starts_with("rough"));
    assert_eq!(RegimeRule::yearly(252.0), RegimeRule { average: 210, volatility: 63 });
    assert_eq!(MarketRule::yearly(252.0).window, 63);
}

#[test]
fn what_does_not_fit_is_refused() {
    let dates = days(3);
    let record = Record::new(&dates, &[0.1, 0.2, 0.3], RiskFree::ZERO, 252.0).unwrap();
    assert!(Classes::markets(&record, &MarketRule::yearly(252.0), Seen::Before).is_err());
    assert!(Classes::new(vec!["a".into()], vec![Some(1)]).is_err());
    let short = Classes::new(vec!["a".into()], vec![Some(0)]).unwrap();
    assert!(by_class(&record, &short).is_err());
    let mine = Classes::new(vec!["a".into(), "none".into()], vec![Some(0), None, Some(0)]).unwrap();
    let rows = by_class(&record, &mine).unwrap();
    assert_eq!((rows.len(), rows[0].periods, rows[0].stretches), (1, 2, 2));
    let record = record.with_benchmark(&[0.1, 0.1, 0.1]).unwrap();
    assert!(
        Classes::markets(&record, &MarketRule { window: 1, trend: 1.0 }, Seen::Before).is_err()
    );
}
