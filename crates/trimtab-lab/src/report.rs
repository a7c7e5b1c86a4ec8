//! The metrics of a run as one list, ready to print or to serialise.
use crate::metrics::{self, Better, Group, Metric, Unit};
use crate::prepared::Prepared;
use crate::record::RiskFree;
use serde::Serialize;
use trimtab_core::Date;

/// Every metric of a run, in the order of the registry, with the facts that give them meaning.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct MetricSet {
    /// What was measured.
    pub run: RunFacts,
    /// The values.
    pub values: Vec<MetricValue>,
}

/// What the metrics of a set were measured on. Two sets compare only where these agree.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RunFacts {
    /// The day the run began.
    pub start: Date,
    /// The end of its last period.
    pub end: Date,
    /// Number of periods.
    pub periods: usize,
    /// Periods a year.
    pub periods_yearly: f64,
    /// `series` or `constant`.
    pub risk_free: &'static str,
    /// Compounded yearly return of cash over the run.
    pub risk_free_yearly: f64,
    /// Minimum acceptable return per period.
    pub target: f64,
    /// Whether there is a benchmark.
    pub benchmark: bool,
}

/// One metric with its value.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct MetricValue {
    /// Unique name.
    pub key: &'static str,
    /// Name for people.
    pub name: &'static str,
    /// Where it is listed.
    pub group: Group,
    /// The value; `None` where it is undefined.
    pub value: Option<f64>,
    /// What it counts.
    pub unit: Unit,
    /// Which direction an investor prefers.
    pub better: Better,
    /// How it is computed.
    pub convention: &'static str,
}

impl MetricSet {
    /// All metrics of `run`. Without a benchmark those that need one are left out.
    pub fn of(run: &Prepared<'_>) -> Self {
        Self::chosen(run, metrics::all())
    }

    /// The metrics `chosen`, in that order.
    pub fn chosen(run: &Prepared<'_>, chosen: impl IntoIterator<Item = &'static Metric>) -> Self {
        let values = chosen
            .into_iter()
            .filter(|metric| run.versus.is_some() || !metric.needs_benchmark())
            .map(|metric| MetricValue {
                key: metric.key,
                name: metric.name,
                group: metric.group,
                value: metric.of(run),
                unit: metric.unit,
                better: metric.better,
                convention: metric.convention,
            })
            .collect();
        Self { run: RunFacts::of(run), values }
    }

    /// The value called `key`; `None` when it is undefined or not in the set.
    pub fn get(&self, key: &str) -> Option<f64> {
        self.values.iter().find(|v| v.key == key)?.value
    }
}

impl RunFacts {
    fn of(run: &Prepared<'_>) -> Self {
        let dates = run.record.dates();
        Self {
            start: dates[0],
            end: dates[dates.len() - 1],
            periods: run.record.len(),
            periods_yearly: run.periods_yearly(),
            risk_free: match run.record.risk_free() {
                RiskFree::Series(_) => "series",
                RiskFree::Constant(_) => "constant",
            },
            risk_free_yearly: run.risk_free_yearly(),
            target: run.record.target(),
            benchmark: run.versus.is_some(),
        }
    }
}
