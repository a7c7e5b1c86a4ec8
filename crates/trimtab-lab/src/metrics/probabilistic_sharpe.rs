//! Probabilistic Sharpe ratio: the probability that the true Sharpe ratio is above zero.
//!
//! `Phi(S / se)`, S and se per period as in [`super::sharpe_error`]. The second form takes the kurtosis of a normal
//! distribution (k = 0) and corrects for skewness alone, the default of PerformanceAnalytics.
//!
//! Source: Bailey and Lopez de Prado (2012), eq. 9.
use super::prelude::*;
use super::sharpe_error::estimate;
use crate::inference::SharpeEstimate;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "probabilistic_sharpe",
        name: "Probabilistic Sharpe ratio",
        group: Group::Inference,
        unit: Unit::Probability,
        better: Better::Higher,
        convention: "probability that the true Sharpe ratio is above 0, corrected for skewness and kurtosis",
        value: |run| estimate(run)?.probability_above(0.0),
    },
    Metric {
        key: "probabilistic_sharpe_skewness",
        name: "Probabilistic Sharpe ratio (skewness only)",
        group: Group::Inference,
        unit: Unit::Probability,
        better: Better::Higher,
        convention: "the same with the kurtosis of a normal distribution",
        value: |run| SharpeEstimate { kurtosis_excess: 0.0, ..estimate(run)? }.probability_above(0.0),
    },
];
