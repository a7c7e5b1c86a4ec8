//! Outlier ratios: how far the extreme quantiles lie beyond the mean gain and the mean loss.
//!
//! Win: `quantile(r, 0.99) / mean(r | r >= 0)`. Loss: `quantile(r, 0.01) / mean(r | r < 0)`.
use super::prelude::*;
use trimtab_math::moments::quantile;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "outlier_win_ratio",
        name: "Outlier win ratio",
        group: Group::Tail,
        unit: Unit::Ratio,
        better: Better::Neither,
        convention: "quantile(r, 0.99) / mean(r | r >= 0)",
        value: outlier_win_ratio,
    },
    Metric {
        key: "outlier_loss_ratio",
        name: "Outlier loss ratio",
        group: Group::Tail,
        unit: Unit::Ratio,
        better: Better::Lower,
        convention: "quantile(r, 0.01) / mean(r | r < 0)",
        value: outlier_loss_ratio,
    },
];

/// `quantile(r, 0.99) / mean(r | r >= 0)`.
pub fn outlier_win_ratio(run: &Prepared<'_>) -> Option<f64> {
    let not_lost = run.n() - run.signs.losses as f64;
    over(quantile(&run.ascending, 0.99)?, over(run.signs.gain, not_lost)?)
}

/// `quantile(r, 0.01) / mean(r | r < 0)`.
pub fn outlier_loss_ratio(run: &Prepared<'_>) -> Option<f64> {
    over(quantile(&run.ascending, 0.01)?, over(-run.signs.loss, run.signs.losses as f64)?)
}
