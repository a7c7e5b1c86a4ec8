//! The registry of metrics over any returns.
use numpy::PyReadonlyArray1;
use pyo3::prelude::*;
use trimtab_core::{Day, Market};
use trimtab_lab::robustness::Ground;
use trimtab_lab::{MetricSet, MetricValue, Prepared, Record, RiskFree};
use trimtab_sim::{BILLS, Options};

use crate::dates::date;
use crate::errors::raised;

/// What bills earned in each period from session `from` on: as everywhere in the lab. Empty when the market has none.
pub(crate) fn bills(market: &Market, options: &Options, from: Day) -> Vec<f64> {
    match market.series(BILLS) {
        Some(_) => Ground { market, options, from }.bills(),
        None => Vec::new(),
    }
}

/// A metric: key, name, group, value, unit, which direction is better, convention.
pub(crate) type Row =
    (&'static str, &'static str, String, Option<f64>, String, String, &'static str);

/// A metric of the registry as plain values; words as its serialisation has them.
fn row(metric: &MetricValue) -> Row {
    let word = |value: serde_json::Result<serde_json::Value>| match value {
        Ok(serde_json::Value::String(word)) => word,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    };
    (
        metric.key,
        metric.name,
        word(serde_json::to_value(metric.group)),
        metric.value,
        word(serde_json::to_value(metric.unit)),
        word(serde_json::to_value(metric.better)),
        metric.convention,
    )
}

/// Measures returns: `days` holds the day the record begins and the end of each period, `risk_free` what cash earned in
/// each period or in every one, `benchmark` other returns over the same periods.
#[pyfunction]
#[pyo3(signature = (days, returns, per_year, risk_free=None, benchmark=None))]
pub(crate) fn measure(
    py: Python<'_>,
    days: PyReadonlyArray1<'_, i64>,
    returns: PyReadonlyArray1<'_, f64>,
    per_year: f64,
    risk_free: Option<PyReadonlyArray1<'_, f64>>,
    benchmark: Option<PyReadonlyArray1<'_, f64>>,
) -> PyResult<Vec<Row>> {
    let dates = days.as_array().iter().map(|n| date(*n)).collect::<PyResult<Vec<_>>>()?;
    let returns = returns.as_array().to_vec();
    let rates = risk_free.map(|rates| rates.as_array().to_vec());
    let benchmark = benchmark.map(|returns| returns.as_array().to_vec());
    py.detach(|| {
        let rates = match rates.as_deref() {
            None => RiskFree::ZERO,
            Some([rate]) => RiskFree::Constant(*rate),
            Some(rates) => RiskFree::Series(rates),
        };
        let record = Record::new(&dates, &returns, rates, per_year)?;
        let record = match &benchmark {
            Some(returns) => record.with_benchmark(returns)?,
            None => record,
        };
        Ok(MetricSet::of(&Prepared::new(record)).values.iter().map(row).collect())
    })
    .map_err(raised)
}
