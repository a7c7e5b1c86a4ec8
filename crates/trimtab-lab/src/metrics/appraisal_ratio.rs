//! Appraisal ratio: Jensen's alpha per unit of specific risk.
//!
//! `(R - F - beta (B - F)) / specific risk`.
//!
//! Source: J. Treynor and F. Black (1973), How to Use Security Analysis to Improve Portfolio Selection; Bacon 2008, p. 77.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "appraisal_ratio",
    name: "Appraisal ratio",
    group: Group::Benchmark,
    unit: Unit::Ratio,
    better: Better::Higher,
    convention: "Jensen's alpha / specific risk",
    value: appraisal_ratio,
}];

/// Jensen's alpha over specific risk.
pub fn appraisal_ratio(run: &Prepared<'_>) -> Option<f64> {
    over(super::jensen_alpha::jensen_alpha(run)?, super::specific_risk::specific_risk(run)?)
}
