//! Minimum track record length: periods needed to be 95 % sure that the true Sharpe ratio is above zero.
//!
//! `1 + (1 - g S + (k + 2)/4 S^2) (z / S)^2`, z the 95 % normal quantile. Undefined for S <= 0: no length would do. The
//! second form takes k = 0.
//!
//! Source: Bailey and Lopez de Prado (2012), eq. 11.
use super::prelude::*;
use super::sharpe_error::estimate;
use crate::inference::SharpeEstimate;

/// Confidence asked for.
const CONFIDENCE: f64 = 0.95;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "track_record_min",
        name: "Minimum track record",
        group: Group::Inference,
        unit: Unit::Periods,
        better: Better::Lower,
        convention: "periods for 95 % confidence in a Sharpe ratio above 0, skewness and kurtosis corrected",
        value: |run| estimate(run)?.track_record_min(0.0, CONFIDENCE),
    },
    Metric {
        key: "track_record_min_skewness",
        name: "Minimum track record (skewness only)",
        group: Group::Inference,
        unit: Unit::Periods,
        better: Better::Lower,
        convention: "the same with the kurtosis of a normal distribution",
        value: |run| {
            SharpeEstimate { kurtosis_excess: 0.0, ..estimate(run)? }.track_record_min(0.0, CONFIDENCE)
        },
    },
];
