//! Time of the whole metric set and of the rolling table on 5,040 daily returns, as JSON lines.
//!
//! `cargo run --release -p trimtab-lab --example bench_metrics [returns.csv] [--each]`
//!
//! Without a file the returns come from a seeded generator; a file has two columns without header, run and benchmark,
//! so that another tool can measure the same series. Times are nanoseconds of CPU (user and system) of this process: the
//! median and the least of the repetitions.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods)]

use cpu_time::ProcessTime;
use std::hint::black_box;
use trimtab_core::Date;
use trimtab_lab::rolling::{MONTHS, RollingTable};
use trimtab_lab::tables::{CalendarReturns, drawdowns, months_missed};
use trimtab_lab::{MetricSet, Prepared, Record, RiskFree};

/// Days of the series.
const DAYS: usize = 5_040;

/// Repetitions of each measurement.
const TIMES: usize = 401;

fn main() {
    let (returns, benchmark) = match std::env::args().skip(1).find(|a| a != "--each") {
        Some(path) => read(&path),
        None => generated(),
    };
    let cash: Vec<f64> =
        (0..returns.len()).map(|t| 8e-5 + 4e-5 * (t as f64 / 300.0).sin()).collect();
    let dates = weekdays(returns.len());
    for (name, risk_free) in [("zero", RiskFree::ZERO), ("series", RiskFree::Series(&cash))] {
        let record = Record::new(&dates, &returns, risk_free, 252.0)
            .unwrap()
            .with_benchmark(&benchmark)
            .unwrap();
        let run = Prepared::new(record);
        let set = MetricSet::of(&run);
        let facts = format!(
            r#""cash":"{name}","days":{},"metrics":{},"sharpe":{},"drawdown_max":{}"#,
            returns.len(),
            set.values.iter().filter(|v| v.value.is_some()).count(),
            set.get("sharpe").unwrap(),
            set.get("drawdown_max").unwrap()
        );
        report("prepare", &facts, || Prepared::new(black_box(record)));
        report("evaluate", &facts, || MetricSet::of(black_box(&run)));
        report("metric set", &facts, || MetricSet::of(&Prepared::new(black_box(record))));
        let table = RollingTable::months(&record, &MONTHS).unwrap();
        let grid = table.grid();
        let facts = format!(
            r#""cash":"{name}","days":{},"sharpe_12":{},"drawdown_12":{},"beta_12":{}"#,
            returns.len(),
            grid[3].1[3].unwrap(),
            grid[3].1[6].unwrap(),
            grid[3].1[2].unwrap()
        );
        report("rolling table", &facts, || {
            RollingTable::months(black_box(&record), &MONTHS).unwrap()
        });
        report("tables", &facts, || {
            (drawdowns(&run, 10), CalendarReturns::of(&run), months_missed(&run, &[1, 3, 5, 10]))
        });
    }
    if std::env::args().any(|a| a == "--each") {
        let record = Record::new(&dates, &returns, RiskFree::ZERO, 252.0).unwrap();
        let run = Prepared::new(record.with_benchmark(&benchmark).unwrap());
        for metric in trimtab_lab::metrics::all() {
            report(metric.key, r#""each":true"#, || metric.of(black_box(&run)));
        }
    }
}

/// Prints the median and the least CPU time of `work`.
fn report<T>(work: &str, facts: &str, mut run: impl FnMut() -> T) {
    let mut times: Vec<u128> = (0..TIMES)
        .map(|_| {
            let start = ProcessTime::now();
            black_box(run());
            start.elapsed().as_nanos()
        })
        .collect();
    times.sort_unstable();
    println!(
        r#"{{"work":"{work}","ns_median":{},"ns_least":{},{facts}}}"#,
        times[TIMES / 2],
        times[0]
    );
}

/// Two correlated series of a splitmix64 generator, sums of twelve uniforms for normals.
fn generated() -> (Vec<f64>, Vec<f64>) {
    let mut state = 20_240_607_u64;
    let mut uniform = move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut normal = move || (0..12).map(|_| uniform()).sum::<f64>() - 6.0;
    (0..DAYS)
        .map(|_| {
            let market = normal();
            (0.0004 + 0.006 * market + 0.005 * normal(), 0.0003 + 0.011 * market)
        })
        .unzip()
}

fn weekdays(n: usize) -> Vec<Date> {
    let mut dates = vec![Date::constant(2004, 1, 1)];
    while dates.len() <= n {
        let mut next = dates[dates.len() - 1].tomorrow().unwrap();
        while next.weekday().to_monday_one_offset() > 5 {
            next = next.tomorrow().unwrap();
        }
        dates.push(next);
    }
    dates
}

fn read(path: &str) -> (Vec<f64>, Vec<f64>) {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| {
            let (run, benchmark) = line.split_once(',').unwrap();
            (run.parse::<f64>().unwrap(), benchmark.parse::<f64>().unwrap())
        })
        .unzip()
}
