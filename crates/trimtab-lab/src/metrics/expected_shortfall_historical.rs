//! Historical expected shortfall (conditional value at risk): mean loss of the periods at or beyond the value at risk.
//!
//! `-mean(r | r <= quantile(r, p))`, p = 10 %, 5 %, 1 %.
//!
//! Source: C. Acerbi and D. Tasche (2002), On the Coherence of Expected Shortfall, *Journal of Banking and Finance* 26.
use super::prelude::*;
use trimtab_math::moments::{mean, quantile};

const fn level(key: &'static str, name: &'static str, value: fn(&Prepared<'_>) -> Option<f64>) -> Metric {
    Metric {
        key,
        name,
        group: Group::Tail,
        unit: Unit::Fraction,
        better: Better::Lower,
        convention: "minus the mean of the returns at or below the empirical quantile, one period",
        value,
    }
}

pub(super) const METRICS: &[Metric] = &[
    level("expected_shortfall_historical_90", "Expected shortfall 90 % (historical)", |run| {
        expected_shortfall(run, 0.1)
    }),
    level("expected_shortfall_historical_95", "Expected shortfall 95 % (historical)", |run| {
        expected_shortfall(run, 0.05)
    }),
    level("expected_shortfall_historical_99", "Expected shortfall 99 % (historical)", |run| {
        expected_shortfall(run, 0.01)
    }),
];

/// `-mean(r | r <= quantile(r, p))`.
pub fn expected_shortfall(run: &Prepared<'_>, p: f64) -> Option<f64> {
    let low = quantile(&run.ascending, p)?;
    Some(-mean(&run.ascending[..run.ascending.partition_point(|r| *r <= low)])?)
}
