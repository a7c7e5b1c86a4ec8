//! The figures of papers beside ours on the closest span that funds allow: `docs/check-values.md`. Needs `../shared`.
#![allow(clippy::unwrap_used)]

mod support;

use support::{Place, said, shared};

const PAGE: &str = include_str!("../../../docs/check-values.md");
const PRICES: &str = "data/etf_adjclose_yahoo_1993_2018.csv.gz";

/// Half a unit of the digit that the page prints.
const PRINTED: f64 = 0.051;

/// `7.7 / 7.7 / 8.5`
fn three(cell: &str) -> [f64; 3] {
    let numbers: Vec<f64> = cell.split('/').map(|x| x.trim().parse().unwrap()).collect();
    numbers.try_into().unwrap()
}

/// Yearly return, deepest fall and yearly volatility from the last value of each month, in percent.
fn monthly(equity: &str) -> [f64; 3] {
    let mut ends: Vec<(&str, f64)> = Vec::new();
    for line in equity.lines().skip(1) {
        let mut cells = line.split(',');
        let (date, value) = (cells.next().unwrap(), cells.next().unwrap().parse().unwrap());
        match ends.last_mut() {
            Some(last) if last.0 == &date[..7] => last.1 = value,
            _ => ends.push((&date[..7], value)),
        }
    }
    let values: Vec<f64> = ends.iter().map(|(_, value)| *value).collect();
    let returns: Vec<f64> = values.windows(2).map(|v| v[1] / v[0] - 1.0).collect();
    let n = returns.len() as f64;
    let mean = returns.iter().sum::<f64>() / n;
    let variance = returns.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let mut peak: f64 = 0.0;
    let falls = values.iter().map(|v| {
        peak = peak.max(*v);
        1.0 - v / peak
    });
    let fall = falls.fold(0.0, f64::max);
    let growth = (values[values.len() - 1] / values[0]).powf(12.0 / n) - 1.0;
    [growth, fall, (12.0 * variance).sqrt()].map(|x| 100.0 * x)
}

#[test]
fn papers_and_our_closest_span() {
    let Some(prices) = shared(PRICES) else { return };
    let place = Place::new();
    let mut compared = 0;
    for line in PAGE.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let (name, paper, here) = (cells[1].trim_matches('`'), three(cells[2]), three(cells[3]));
        let out = place.name(name);
        said(&[
            "backtest",
            name,
            "--data",
            prices.to_str().unwrap(),
            "--from",
            "2008-07-31",
            "--set",
            "execution.fill=same-close",
            "--set",
            "costs={ preset = \"none\", slippage = { one_way_bps = 10 } }",
            "--out",
            &out,
            "--quiet",
        ]);
        let ours = monthly(&place.read(&format!("{name}/equity.csv")));
        let close = ours.iter().zip(here).all(|(a, b)| (a - b).abs() < PRINTED);
        assert!(close, "{name}: {ours:?}, the page says {here:?}");
        assert!(ours[1] <= paper[1], "{name}: a part fell deeper than the whole");
        // The paper's figures on the page are those of the strategy's file.
        let file = said(&["explain", name]);
        for (key, value) in [
            ("return_yearly", paper[0]),
            ("drawdown_max", paper[1]),
            ("volatility_yearly", paper[2]),
        ] {
            let line = format!("{key}: {}", (value * 10.0).round() / 1000.0);
            assert!(file.contains(&line), "{name}: the file does not say {line}");
        }
        compared += 1;
    }
    assert_eq!(compared, 4);
}
