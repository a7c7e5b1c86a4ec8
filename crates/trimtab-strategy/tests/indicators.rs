//! Signals against columns that another program computed: `../shared/truth/indicators`, where it is present.
//!
//! The expected columns begin with the file, our averages a stated number of lengths back: what that leaves out weighs
//! less than $e^{-8}$ (Wilder's: $e^{-12}$), which is what the tolerances of averages allow. The others are exact up to the digits printed.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::print_stdout)]

use trimtab_core::{Asset, AssetId, Calendar, Columns, Date, Day, Kind, Market, Panel, Window};
use trimtab_strategy::{AnySignal, Book, Cx, Memory, Node};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/truth/indicators/");

/// One file: where open, high, low and close stand (closes only when the same), and what is expected.
struct Case {
    file: &'static str,
    ohlc: [usize; 4],
    expected: usize,
    signal: &'static str,
    /// The expected number from our score and the close.
    as_printed: fn(f64, f64) -> f64,
    tolerance: f64,
}

const OHLC: [usize; 4] = [1, 2, 3, 4];

const CASES: [Case; 11] = [
    Case {
        file: "spy_with_indicators.txt",
        ohlc: [7; 4],
        expected: 1,
        signal: "kind = 'sma-distance'\nwindow = 14",
        as_printed: |s, close| close / (s + 1.0),
        tolerance: 0.006,
    },
    Case {
        file: "spy_with_indicators.txt",
        ohlc: [7; 4],
        expected: 2,
        signal: "kind = 'ema-ratio'\nfast = 14\nslow = 1",
        as_printed: |s, close| close * s,
        tolerance: 1.0, // of 17,000
    },
    Case {
        file: "spy_with_indicators.txt",
        ohlc: [7; 4],
        expected: 5,
        signal: "kind = 'rsi'\nwindow = 14",
        as_printed: |s, _| s,
        tolerance: 1e-3,
    },
    Case {
        file: "spy_with_macd.txt",
        ohlc: OHLC,
        expected: 5,
        signal: "kind = 'macd'\nfast = 12\nslow = 26\nsmooth = 9\nof = 'line'",
        as_printed: |s, close| close * s,
        tolerance: 1e-2,
    },
    Case {
        file: "spy_with_macd.txt",
        ohlc: OHLC,
        expected: 6,
        signal: "kind = 'macd'\nfast = 12\nslow = 26\nsmooth = 9\nof = 'signal'",
        as_printed: |s, close| close * s,
        tolerance: 1e-2,
    },
    Case {
        file: "spy_with_macd.txt",
        ohlc: OHLC,
        expected: 7,
        signal: "kind = 'macd'\nfast = 12\nslow = 26\nsmooth = 9\nof = 'histogram'",
        as_printed: |s, close| close * s,
        tolerance: 1e-2,
    },
    Case {
        file: "spy_atr_wilder.txt",
        ohlc: OHLC,
        expected: 5,
        signal: "kind = 'atr'\nwindow = 14",
        as_printed: |s, close| close * s,
        tolerance: 1e-3,
    },
    Case {
        file: "spy_natr.txt",
        ohlc: OHLC,
        expected: 6,
        signal: "kind = 'atr'\nwindow = 5",
        as_printed: |s, _| 100.0 * s,
        tolerance: 1e-3,
    },
    Case {
        file: "spy_ppo.txt",
        ohlc: OHLC,
        expected: 6,
        signal: "kind = 'sma-ratio'\nfast = 5\nslow = 10",
        as_printed: |s, _| 100.0 * (s - 1.0),
        tolerance: 1e-9,
    },
    Case {
        file: "spy_bollinger_bands.txt",
        ohlc: OHLC,
        expected: 9,
        signal: "kind = 'bollinger'\nwindow = 20",
        as_printed: |s, _| (s + 2.0) / 4.0,
        tolerance: 1e-4,
    },
    Case {
        file: "spy_with_williamsR14.txt",
        ohlc: OHLC,
        expected: 5,
        signal: "kind = 'stochastic'\nwindow = 14",
        as_printed: |s, _| 100.0 * (s - 1.0),
        tolerance: 1e-3,
    },
];

#[test]
fn signals_equal_columns_of_another_program() {
    for case in CASES {
        let Ok(text) = std::fs::read_to_string(format!("{FOLDER}{}", case.file)) else {
            println!("skipped: ../shared/truth/indicators is absent");
            return;
        };
        let rows: Vec<Vec<&str>> =
            text.lines().skip(1).map(|line| line.split(',').collect()).collect();
        let market = market(&rows, case.ohlc);
        let node: Node<AnySignal> = toml::from_str(case.signal).unwrap();
        let mut compared = 0;
        for (day, row) in rows.iter().enumerate() {
            let Some(expected) = row.get(case.expected).and_then(|x| x.trim().parse().ok()) else {
                continue;
            };
            let Some(score) = score(&node, &market, Day(day as u32)) else { continue };
            let close: f64 = row[case.ohlc[3]].parse().unwrap();
            let printed = (case.as_printed)(score, close);
            let expected: f64 = expected;
            assert!(
                (printed - expected).abs() <= case.tolerance,
                "{} on {}: {printed}, expected {expected}",
                case.signal,
                row[0]
            );
            compared += 1;
        }
        assert!(compared > 150, "{}: only {compared} rows compared", case.signal);
    }
}

/// The score, or none while the history is too short for it.
fn score(node: &Node<AnySignal>, market: &Market, day: Day) -> Option<f64> {
    let (book, mut memory) = (Book::default(), Memory::default());
    let mut cx = Cx::silent(market.as_of(day), &book, &mut memory, &[]);
    match node.score(&mut cx, &[AssetId(0)]) {
        Ok(scores) => scores.of(AssetId(0)),
        Err(error) => {
            assert_eq!(error.kind(), Kind::Data, "{error}");
            None
        }
    }
}

fn market(rows: &[Vec<&str>], ohlc: [usize; 4]) -> Market {
    let dates = rows.iter().map(|row| date(row[0])).collect();
    let column = |field: usize| {
        let number = |row: &Vec<&str>| row[field].trim().parse::<f64>().unwrap();
        Panel::from_columns(vec![rows.iter().map(number).collect()])
    };
    let [open, high, low, close] = ohlc.map(column);
    let columns =
        Columns { close, open: Some(open), high: Some(high), low: Some(low), volume: None };
    let calendar = Calendar::new(dates).unwrap();
    Market::new(calendar, vec![Asset::new("X")], columns, vec![], vec![]).unwrap()
}

/// `2013-02-27` or `2/27/2013 12:00:00 AM`.
fn date(text: &str) -> Date {
    let day = text.split_whitespace().next().unwrap();
    let parts: Vec<i16> = day.split(['/', '-']).map(|part| part.parse().unwrap()).collect();
    match day.contains('/') {
        true => Date::new(parts[2], parts[0] as i8, parts[1] as i8).unwrap(),
        false => Date::new(parts[0], parts[1] as i8, parts[2] as i8).unwrap(),
    }
}

#[test]
fn a_window_is_read_as_it_is_written() {
    // The cases above rest on it: a plain number counts sessions.
    assert_eq!("14".parse::<Window>().unwrap(), Window::Sessions(14));
}
