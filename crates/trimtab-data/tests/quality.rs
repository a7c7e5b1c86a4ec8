//! Each rule finds what it is for, on the day it happened, and is silent about prices that are in order.
#![allow(clippy::unwrap_used)]
use jiff::civil::{Date, date};
use trimtab_core::Exchange;
use trimtab_data::{Options, RULES, Report, Severity, check_bytes};

/// One bar of a made-up stock.
#[derive(Clone, Copy)]
struct Bar {
    date: Date,
    open: f64,
    high: f64,
    low: f64,
    close: f64,
    volume: f64,
    dividend: f64,
    split: f64,
    adjusted: f64,
}

/// Three years of bars with a daily volatility of 1 %, quarterly dividends, one split, and adjusted closes.
fn bars(seed: u64) -> Vec<Bar> {
    let mut state = seed;
    let mut uniform = move || {
        // A linear congruential step; its upper bits are random enough for prices.
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / (1u64 << 31) as f64
    };
    let cents = |x: f64| (x * 100.0).round() / 100.0;
    let (mut level, mut before) = (80.0, 80.0);
    let mut bars = Vec::new();
    for (t, date) in
        Exchange::Nyse.sessions(date(2010, 1, 4), date(2012, 12, 31)).into_iter().enumerate()
    {
        let normal = (0..12).map(|_| uniform()).sum::<f64>() - 6.0;
        let split = if t == 400 { 2.0 } else { 1.0 };
        let dividend = if t % 63 == 30 { 0.4 } else { 0.0 };
        level = (level * (1.0 + 0.01 * normal) - dividend) / split;
        let close = cents(level);
        let open = cents(before / split * (1.0 + 0.002 * (uniform() - 0.5)));
        let spread = 1.0 + 0.004 + 0.01 * uniform();
        let (high, low) = (cents(open.max(close) * spread), cents(open.min(close) / spread));
        let volume = (1e6 * (0.5 + uniform())).round();
        bars.push(Bar { date, open, high, low, close, volume, dividend, split, adjusted: 0.0 });
        before = level;
    }
    bars[0].adjusted = 50.0;
    for t in 1..bars.len() {
        let gain = (bars[t].close * bars[t].split + bars[t].dividend) / bars[t - 1].close;
        bars[t].adjusted = bars[t - 1].adjusted * gain;
    }
    bars
}

fn text(bars: &[Bar]) -> String {
    let mut text = "date,open,high,low,close,volume,dividend,split,adj_close\n".to_owned();
    for b in bars {
        text += &format!(
            "{},{},{},{},{},{},{},{},{:.6}\n",
            b.date, b.open, b.high, b.low, b.close, b.volume, b.dividend, b.split, b.adjusted
        );
    }
    text
}

fn check(files: &[(&str, String)]) -> Report {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(n, t)| (*n, t.as_bytes())).collect();
    check_bytes(&files, &Options::default()).unwrap()
}

/// What is found after `spoil` changed the bars, beyond notes.
fn found(spoil: impl Fn(&mut Vec<Bar>)) -> Vec<(&'static str, Severity, Date)> {
    let mut bars = bars(7);
    spoil(&mut bars);
    let report = check(&[("A.csv", text(&bars))]);
    let grave = report.findings.iter().filter(|f| f.severity != Severity::Note);
    grave.map(|f| (f.rule, f.severity, f.date.unwrap())).collect()
}

/// Whether `rule` found something on the day of row `row`.
#[track_caller]
fn assert_finds(rule: &str, row: usize, spoil: impl Fn(&mut Vec<Bar>)) {
    let day = bars(7)[row].date;
    let found = found(spoil);
    assert!(found.iter().any(|(r, _, on)| *r == rule && *on == day), "{rule} on {day}: {found:?}");
}

#[test]
fn prices_in_order_are_not_touched() {
    for seed in 1..20 {
        let report = check(&[("A.csv", text(&bars(seed)))]);
        assert!(report.findings.is_empty(), "seed {seed}: {report}");
    }
}

#[test]
fn every_rule_finds_its_fault() {
    assert_finds("stale", 100, |b| {
        let before = b[99];
        b[100] = Bar { date: b[100].date, dividend: 0.0, ..before };
    });
    assert_finds("spike", 100, |b| b[100].close *= 1.25);
    assert_finds("spike", 200, |b| b[200..204].iter_mut().for_each(|bar| bar.close *= 0.8));
    assert_finds("jump", 500, |b| b[500..].iter_mut().for_each(|bar| bar.close *= 20.0));
    assert_finds("split", 600, |b| b[600..].iter_mut().for_each(|bar| bar.close /= 3.0));
    assert_finds("split", 600, |b| b[600].split = 2.0);
    assert_finds("raw-adjusted", 93, |b| b[93].dividend = 0.0);
    assert_finds("ohlc", 100, |b| b[100].low = b[100].close + 0.5);
    assert_finds("ohlc", 100, |b| b[100].high = b[100].close - 0.5);
    assert_finds("flat", 100, |b| {
        let close = b[100].close;
        (b[100].open, b[100].high, b[100].low) = (close, close, close);
    });
    assert_finds("dividend", 93, |b| b[93].dividend = 12.0);
    assert_finds("sessions", 100, |b| drop(b.drain(100..105)));
    assert_finds("non-positive", 100, |b| b[100].close = 0.0);
    assert_finds("order", 100, |b| {
        let bar = b[100];
        b.insert(300, bar);
    });
}

#[test]
fn a_split_on_the_wrong_day_names_the_right_one() {
    let mut bars = bars(7);
    (bars[400].split, bars[397].split) = (1.0, 2.0);
    let right = bars[400].date.to_string();
    let report = check(&[("A.csv", text(&bars))]);
    let split = report.findings.iter().find(|f| f.rule == "split").unwrap();
    assert_eq!((split.severity, split.date), (Severity::Error, Some(bars[397].date)));
    assert!(split.said.ends_with(&right), "{}", split.said);
}

#[test]
fn volume_and_unreadable_cells_are_found() {
    let mut bars = bars(7);
    bars[100].volume = 0.0;
    let text = text(&bars).replace(&bars[200].date.to_string(), "20x0-10-19");
    let report = check(&[("A.csv", text)]);
    let named: Vec<_> = report.findings.iter().map(|f| (f.rule, f.line)).collect();
    assert!(named.contains(&("volume", 102)) && named.contains(&("unreadable", 202)), "{report}");
    assert!(named.contains(&("sessions", 201)), "{report}");
}

#[test]
fn a_second_source_and_the_neighbours_tell_who_is_wrong() {
    let mut other = bars(7);
    other[100].close *= 1.02;
    let report = check(&[("a/A.csv", text(&bars(7))), ("b/A.csv", text(&other))]);
    let days: Vec<_> = report
        .findings
        .iter()
        .filter(|f| f.rule == "second-source")
        .map(|f| f.date.unwrap())
        .collect();
    assert_eq!(days, [other[100].date, other[101].date]);
    assert!(report.findings[0].said.contains("b/A.csv:102"), "{}", report.findings[0].said);

    // Every stock falls by 6 % and recovers: a market. One does so alone: a wrong price.
    let shock = |bars: &mut Vec<Bar>, row: usize| bars[row].close *= 0.9;
    let names: Vec<String> = (0..10).map(|k| format!("S{k}.csv")).collect();
    let all = |row: Option<usize>| -> Vec<(&str, String)> {
        let table = |k: usize| {
            let mut bars = bars(20 + k as u64);
            bars.iter_mut().for_each(|bar| bar.adjusted = f64::NAN);
            bars[300].close *= 0.97;
            if k == 3
                && let Some(row) = row
            {
                shock(&mut bars, row);
            }
            text(&bars).replace(",NaN", ",")
        };
        names.iter().enumerate().map(|(k, name)| (name.as_str(), table(k))).collect()
    };
    let spikes = |row| {
        check(&all(row)).findings.into_iter().filter(|f| f.rule == "spike").collect::<Vec<_>>()
    };
    assert_eq!(spikes(None), []);
    let alone = spikes(Some(301));
    assert_eq!((alone.len(), alone[0].symbol.as_str()), (1, "S3"));
}

#[test]
fn a_feed_that_stands_still_is_one_error() {
    let names = ["A.csv", "B.csv", "C.csv", "D.csv"];
    let table = |k: usize| {
        let mut bars = bars(k as u64 + 1);
        if k < 3 {
            bars[100] = Bar { date: bars[100].date, ..bars[99] };
        }
        text(&bars)
    };
    let files: Vec<(&str, String)> =
        names.iter().enumerate().map(|(k, n)| (*n, table(k))).collect();
    let report = check(&files);
    let feed = &report.findings[0];
    assert_eq!((feed.severity, feed.symbol.as_str(), feed.rule), (Severity::Error, "", "stale"));
    assert!(feed.said.starts_with("3 of 4 symbols"), "{}", feed.said);
}

#[test]
fn the_report_reads_as_text_and_as_json() {
    let mut spoiled = bars(7);
    spoiled[100].close *= 1.25;
    let report = check(&[("A.csv", text(&spoiled))]);
    let printed = report.to_string();
    assert!(printed.contains("warning [spike] A 2010-05-27: the close of"), "{printed}");
    assert!(printed.contains("(A.csv:102)"), "{printed}");
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["findings"].as_array().unwrap().len(), report.findings.len());
    assert!(!report.is_clean() && report.count(Severity::Warning) > 0);
    let mut names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
    assert!(RULES.iter().all(|rule| rule.about.len() > 60));
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), RULES.len());
}
