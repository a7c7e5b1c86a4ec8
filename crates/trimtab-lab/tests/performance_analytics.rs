//! All metrics of R's PerformanceAnalytics, on its two public data sets.
#![allow(clippy::unwrap_used, clippy::print_stderr)]
mod shared;

use shared::{month_end_before, shared};
use std::collections::BTreeMap;
use trimtab_core::Date;
use trimtab_lab::{MetricSet, Prepared, Record, RiskFree};

/// The name there, the key here, and the factor between them (-1 where a loss is negative there). `@` marks a target
/// return of 0.5 % a period, otherwise it is zero.
const NAMES: &[(&str, &str, f64)] = &[
    ("Return.annualized.geometric", "return_yearly_periods", 1.0),
    ("Return.annualized.arithmetic", "return_yearly_arithmetic", 1.0),
    ("StdDev.annualized", "volatility_yearly", 1.0),
    ("Return.cumulative", "return_cumulative", 1.0),
    ("SharpeRatio.monthly.rf0", "sharpe_period", 1.0),
    ("SharpeRatio.annualized.rf0", "sharpe", 1.0),
    ("SortinoRatio.MAR0", "sortino_target_period", 1.0),
    ("maxDrawdown", "drawdown_max", 1.0),
    ("CalmarRatio", "calmar", 1.0),
    ("SterlingRatio", "sterling", 1.0),
    ("UlcerIndex", "ulcer_index", 1.0),
    ("PainIndex", "pain_index", 1.0),
    ("AverageDrawdown", "drawdown_average", 1.0),
    ("AverageRecovery", "drawdown_recovery_average", 1.0),
    ("AverageLength", "drawdown_length_average", 1.0),
    ("DrawdownDeviation", "drawdown_deviation", 1.0),
    ("VaR.historical.0.9", "value_at_risk_historical_90", -1.0),
    ("VaR.historical.0.95", "value_at_risk_historical_95", -1.0),
    ("VaR.historical.0.99", "value_at_risk_historical_99", -1.0),
    ("VaR.gaussian.0.9", "value_at_risk_gaussian_90", -1.0),
    ("VaR.gaussian.0.95", "value_at_risk_gaussian_95", -1.0),
    ("VaR.gaussian.0.99", "value_at_risk_gaussian_99", -1.0),
    ("VaR.modified.0.9", "value_at_risk_modified_90", -1.0),
    ("VaR.modified.0.95", "value_at_risk_modified_95", -1.0),
    ("VaR.modified.0.99", "value_at_risk_modified_99", -1.0),
    ("ES.historical.0.9", "expected_shortfall_historical_90", -1.0),
    ("ES.historical.0.95", "expected_shortfall_historical_95", -1.0),
    ("ES.historical.0.99", "expected_shortfall_historical_99", -1.0),
    ("ES.gaussian.0.9", "expected_shortfall_gaussian_90", -1.0),
    ("ES.gaussian.0.95", "expected_shortfall_gaussian_95", -1.0),
    ("ES.gaussian.0.99", "expected_shortfall_gaussian_99", -1.0),
    ("ES.modified.0.9", "expected_shortfall_modified_90", -1.0),
    ("ES.modified.0.95", "expected_shortfall_modified_95", -1.0),
    ("ES.modified.0.99", "expected_shortfall_modified_99", -1.0),
    ("Omega.L0", "omega", 1.0),
    ("Kappa.MAR005.l2", "@kappa_2", 1.0),
    ("skewness.moment", "skewness", 1.0),
    ("kurtosis.excess", "kurtosis_excess", 1.0),
    ("DownsideDeviation.MAR0", "downside_deviation_period", 1.0),
    ("DownsideDeviation.MAR005", "@downside_deviation_period", 1.0),
    ("SemiDeviation", "semideviation_period", 1.0),
    ("UpsidePotentialRatio", "upside_potential_subset", 1.0),
    ("BernardoLedoit", "bernardo_ledoit", 1.0),
    ("BurkeRatio", "burke_loss_runs", 1.0),
    ("MartinRatio", "martin", 1.0),
    ("PainRatio", "pain_ratio", 1.0),
    ("ProspectRatio.0", "prospect", 1.0),
    ("HurstIndex", "hurst", 1.0),
    ("AdjustedSharpe", "sharpe_adjusted", 1.0),
    ("KellyRatio", "kelly_half", 1.0),
    ("ProbSharpe.ref0", "probabilistic_sharpe_skewness", 1.0),
    ("MinTRL.ref0", "track_record_min_skewness", 1.0),
    ("CAPM.alpha.rf0", "alpha_period", 1.0),
    ("CAPM.beta.rf0", "beta", 1.0),
    ("CAPM.beta.bull", "beta_bull", 1.0),
    ("CAPM.beta.bear", "beta_bear", 1.0),
    ("TimingRatio", "timing_ratio", 1.0),
    ("TrackingError", "tracking_error", 1.0),
    ("InformationRatio", "information_ratio", 1.0),
    ("ActivePremium", "active_premium", 1.0),
    ("TreynorRatio", "treynor", 1.0),
    ("UpCapture", "up_capture", 1.0),
    ("DownCapture", "down_capture", 1.0),
    ("BetaCoSkew", "beta_coskewness", 1.0),
    ("MSquared", "m_squared", 1.0),
    ("JensenAlpha", "jensen_alpha", 1.0),
    ("SpecificRisk", "specific_risk", 1.0),
];

/// Relative difference allowed.
const TOLERANCE: f64 = 1e-9;

struct Table {
    dates: Vec<Date>,
    columns: BTreeMap<String, Vec<f64>>,
}

fn table(path: &str, names: Option<&[&str]>) -> Option<Table> {
    let mut reader = csv::Reader::from_path(shared(path)?).unwrap();
    let header: Vec<String> = match names {
        Some(names) => names.iter().map(ToString::to_string).collect(),
        None => reader.headers().unwrap().iter().skip(1).map(str::to_owned).collect(),
    };
    let mut dates: Vec<Date> = Vec::new();
    let mut columns: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for row in reader.records() {
        let row = row.unwrap();
        let date: Date = row[0].parse().unwrap();
        if dates.is_empty() {
            dates.push(month_end_before(date));
        }
        dates.push(date);
        for (name, cell) in header.iter().zip(row.iter().skip(1)) {
            columns.entry(name.clone()).or_default().push(cell.parse().unwrap());
        }
    }
    Some(Table { dates, columns })
}

/// Both sets of metrics: at a target of zero and of 0.5 %.
fn sets(dates: &[Date], returns: &[f64], benchmark: Option<&[f64]>) -> [MetricSet; 2] {
    [0.0, 0.005].map(|target| {
        let record =
            Record::new(dates, returns, RiskFree::ZERO, 12.0).unwrap().with_target(target).unwrap();
        let record = match benchmark {
            Some(b) => record.with_benchmark(b).unwrap(),
            None => record,
        };
        MetricSet::of(&Prepared::new(record))
    })
}

#[test]
fn every_metric_agrees_with_the_package() {
    let Some(oracle) = shared("truth/performance_metrics/r_oracle.csv") else { return };
    let Some(edhec) = table("truth/performance_metrics/edhec.csv", None) else { return };
    let Some(bacon) =
        table("truth/performance_metrics/portfolio_bacon.csv", Some(&["port", "bench"]))
    else {
        return;
    };
    let mut measured: BTreeMap<(String, String), [MetricSet; 2]> = BTreeMap::new();
    for (name, set, benchmark) in
        [("edhec", &edhec, None), ("bacon", &bacon, Some(&bacon.columns["bench"]))]
    {
        for (column, returns) in &set.columns {
            let sets = sets(&set.dates, returns, benchmark.map(Vec::as_slice));
            measured.insert((name.to_owned(), column.clone()), sets);
        }
    }
    let (mut checked, mut foreign) = (0, 0);
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_path(oracle).unwrap().records().map(Result::unwrap).collect();
    for row in &rows {
        let key = (row[0].to_owned(), row[1].to_owned());
        let sets = &measured[&key];
        if !same_series(&rows, row, &sets[0]) {
            foreign += 1;
            continue;
        }
        let (_, ours, factor) =
            NAMES.iter().find(|n| n.0 == &row[2]).unwrap_or_else(|| panic!("{}", &row[2]));
        let (set, ours) = match ours.strip_prefix('@') {
            Some(ours) => (&sets[1], ours),
            None => (&sets[0], *ours),
        };
        let expected: f64 = row[3].parse().unwrap();
        let value =
            set.get(ours).unwrap_or_else(|| panic!("{ours} of {key:?} is undefined")) * factor;
        assert!(
            (value - expected).abs() <= TOLERANCE * expected.abs(),
            "{key:?} {}: {value} is not {expected}",
            &row[2]
        );
        checked += 1;
    }
    assert!(checked >= 119, "only {checked} values were checked");
    if foreign > 0 {
        eprintln!(
            "{checked} values agree; {foreign} belong to other series than the file holds and were not checked"
        );
    }
}

/// Whether the file holds the series the oracle was computed on: a later edition of one data set is longer.
fn same_series(rows: &[csv::StringRecord], row: &csv::StringRecord, set: &MetricSet) -> bool {
    let total = rows
        .iter()
        .find(|r| r[0] == row[0] && r[1] == row[1] && &r[2] == "Return.cumulative")
        .map(|r| r[3].parse::<f64>().unwrap())
        .unwrap();
    (set.get("return_cumulative").unwrap() - total).abs() < 1e-6 * total.abs()
}
