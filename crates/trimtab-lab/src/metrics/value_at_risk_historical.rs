//! Historical value at risk: the loss that a share p of the periods exceeded.
//!
//! `-quantile(r, p)`, p = 10 %, 5 %, 1 %, by linear interpolation of order statistics (definition 7 of Hyndman and Fan).
//! A loss is positive; a negative value is a gain.
use super::prelude::*;
use trimtab_math::moments::quantile;

const fn level(key: &'static str, name: &'static str, value: fn(&Prepared<'_>) -> Option<f64>) -> Metric {
    Metric {
        key,
        name,
        group: Group::Tail,
        unit: Unit::Fraction,
        better: Better::Lower,
        convention: "minus the empirical quantile of r, interpolated (type 7), one period",
        value,
    }
}

pub(super) const METRICS: &[Metric] = &[
    level("value_at_risk_historical_90", "Value at risk 90 % (historical)", |run| value_at_risk(run, 0.1)),
    level("value_at_risk_historical_95", "Value at risk 95 % (historical)", |run| value_at_risk(run, 0.05)),
    level("value_at_risk_historical_99", "Value at risk 99 % (historical)", |run| value_at_risk(run, 0.01)),
];

/// `-quantile(r, p)`.
pub fn value_at_risk(run: &Prepared<'_>, p: f64) -> Option<f64> {
    Some(-quantile(&run.ascending, p)?)
}
