//! The kernels on the 252 returns up to each month end of up to twenty years, long only and fully invested, beside other programs:
//! never worse, and never without an answer.
//!
//! `other_programs/*.csv` holds the best value of each measure that PyPortfolioOpt 1.6.0, skfolio 1.12.2 and Riskfolio-Lib 7.4.0
//! reached, all measured alike from their weights; a cell is empty where none of them answered. The measures are those of
//! [`ours`]; drawdowns are uncompounded.
#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::unwrap_used)]

use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use trimtab_math::covariance::sample;
use trimtab_math::frontier::{BestRatio, max_ratio};
use trimtab_math::hierarchy::{Clustering, Distance, Linkage, hierarchical_risk_parity};
use trimtab_math::linalg::Observations;
use trimtab_math::qp::{Problem, Row, solve};
use trimtab_math::riskparity::equal_risk_contribution;
use trimtab_math::tail::{
    Feasible, minimum_conditional_drawdown_at_risk, minimum_conditional_value_at_risk,
    minimum_maximum_drawdown, minimum_mean_absolute_deviation, minimum_semivariance,
    minimum_worst_loss,
};

const WINDOW: usize = 252;

/// How much worse an answer may be: none of the other programs claims more digits.
const ALLOWED: f64 = 1e-6;

/// The columns of the tables. All but `ratio` are the better the lower they are.
const MEASURES: [&str; 9] =
    ["variance", "ratio", "cvar", "worst", "mad", "semivariance", "cdar", "drawdown", "parity"];

/// Dates and, asset by asset, closes; rows in which one is missing are left out.
struct Closes {
    dates: Vec<String>,
    columns: Vec<Vec<f64>>,
}

impl Closes {
    fn read(path: &str, wanted: &[&str]) -> Option<Self> {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(path);
        let Ok(bytes) = std::fs::read(file) else {
            println!("skipped: ../shared/{path} is absent");
            return None;
        };
        let mut text = String::new();
        if path.ends_with(".gz") {
            GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
        } else {
            text = String::from_utf8(bytes).unwrap();
        }
        let mut lines = text.lines();
        let head: Vec<&str> = lines.next().unwrap().split(',').skip(1).collect();
        let chosen: Vec<usize> =
            (0..head.len()).filter(|j| wanted.is_empty() || wanted.contains(&head[*j])).collect();
        let mut closes = Self { dates: vec![], columns: vec![vec![]; chosen.len()] };
        for line in lines {
            let cells: Vec<&str> = line.split(',').collect();
            let values: Option<Vec<f64>> =
                chosen.iter().map(|j| cells[j + 1].parse().ok()).collect();
            let Some(values) = values else { continue };
            closes.dates.push(cells[0].to_owned());
            closes.columns.iter_mut().zip(values).for_each(|(column, v)| column.push(v));
        }
        Some(closes)
    }
}

/// The best value of each of [`MEASURES`]; no ratio where no mean is positive.
fn ours(levels: &[&[f64]]) -> [Option<f64>; 9] {
    let n = levels.len();
    let returns = Observations::from_levels(levels).unwrap();
    let moments = sample(&returns).unwrap();
    let (lower, upper, rows) = (vec![0.0; n], vec![f64::INFINITY; n], [Row::budget(n, 1.0)]);
    let quadratic = &moments.covariance;
    let problem = Problem { quadratic, linear: &[], lower: &lower, upper: &upper, rows: &rows };
    let variance = quadratic.quadratic_form(&solve(&problem, None).unwrap().x);
    let ratio = match max_ratio(&Problem { linear: &moments.mean, ..problem }, None).unwrap() {
        BestRatio::Tangency(p) => Some(p.mean / p.variance.sqrt()),
        BestRatio::NonePositive(_) => None,
        other => panic!("{other:?}"),
    };
    let series: Vec<Vec<f64>> = (0..n).map(|j| returns.series(j).collect()).collect();
    let panel: Vec<f64> = (0..returns.t()).flat_map(|t| series.iter().map(move |s| s[t])).collect();
    let ones = vec![1.0; n];
    let set = Feasible { lower: &lower, upper: &ones, mean_least: None, rows: &[] };
    let parity = equal_risk_contribution(quadratic.as_slice(), n).unwrap();
    let clusters = Clustering { distance: Distance::Correlation, linkage: Linkage::Single };
    let tree = hierarchical_risk_parity(quadratic.as_slice(), n, clusters).unwrap();
    assert!((tree.weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    let logarithms = parity.weights.iter().map(|w| w.ln()).sum::<f64>();
    [
        Some(variance),
        ratio,
        Some(minimum_conditional_value_at_risk(&panel, n, 0.95, &set).unwrap().risk),
        Some(minimum_worst_loss(&panel, n, &set).unwrap().risk),
        Some(minimum_mean_absolute_deviation(&panel, n, &set).unwrap().risk),
        Some(minimum_semivariance(&panel, n, 0.0, &set).unwrap().risk),
        Some(minimum_conditional_drawdown_at_risk(&panel, n, 0.95, &set).unwrap().risk),
        Some(minimum_maximum_drawdown(&panel, n, &set).unwrap().risk),
        // What equal contributions to risk are the minimum of, whatever the weights add up to.
        Some(parity.volatility.ln() - logarithms / n as f64),
    ]
}

/// Our measures against the table's at every month end.
fn compare(path: &str, wanted: &[&str], table: &str, least: usize) {
    let Some(closes) = Closes::read(path, wanted) else { return };
    let mut lines = table.lines();
    let head: Vec<&str> = lines.next().unwrap().split(',').skip(1).collect();
    assert_eq!(head, MEASURES);
    let (mut count, mut behind) = (0, [f64::NEG_INFINITY; 9]);
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let end = closes.dates.iter().position(|d| d == cells[0]).unwrap();
        let levels: Vec<&[f64]> = closes.columns.iter().map(|c| &c[end - WINDOW..=end]).collect();
        for (k, own) in ours(&levels).into_iter().enumerate() {
            let Some(other) = cells[k + 1].parse::<f64>().ok() else { continue };
            let own = own.unwrap_or_else(|| panic!("{}: no {}", cells[0], MEASURES[k]));
            let sign = if MEASURES[k] == "ratio" { -1.0 } else { 1.0 };
            let gap = sign * (own - other) / other.abs();
            assert!(gap <= ALLOWED, "{}: {} is {own}, not {other}", cells[0], MEASURES[k]);
            behind[k] = behind[k].max(gap);
        }
        count += 1;
    }
    for (measure, gap) in MEASURES.iter().zip(behind) {
        println!("{measure}: behind by {gap:e} at most");
    }
    assert!(count >= least, "{count} month ends");
}

#[test]
fn no_program_is_better_on_made_up_prices() {
    compare("peers/prices_20.csv.gz", &[], include_str!("other_programs/made_up.csv"), 220);
}

/// Funds with prices since 2004.
const FUNDS: [&str; 20] = [
    "SPY", "XLB", "XLE", "XLF", "XLI", "XLK", "XLP", "XLU", "XLV", "XLY", "IYR", "SHY", "TLT",
    "AGG", "TIP", "EFA", "EEM", "QQQ", "IWM", "LQD",
];

#[test]
fn no_program_is_better_on_real_funds() {
    let path = "data/etf_adjclose_yahoo_1993_2018.csv.gz";
    compare(path, &FUNDS, include_str!("other_programs/funds.csv"), 150);
}

/// Those of the twenty stocks that have prices since 1998.
const STOCKS: [&str; 13] =
    ["AAPL", "AMZN", "GE", "AMD", "WMT", "BAC", "T", "XOM", "RRC", "BBY", "PFE", "JPM", "SBUX"];

#[test]
fn no_program_is_better_on_real_stocks() {
    let path = "truth/stocks20/stock_prices.csv";
    compare(path, &STOCKS, include_str!("other_programs/stocks.csv"), 200);
}
