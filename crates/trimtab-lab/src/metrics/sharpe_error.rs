//! Standard error, t statistic and 95 % confidence bounds of the Sharpe ratio.
//!
//! `se = sqrt((1 - g S + (k + 2)/4 S^2) / (n - 1))`, S the Sharpe ratio of a period, g and k skewness and excess kurtosis
//! of the excess returns; robust to both, not to autocorrelation. Error and bounds are given per year (times sqrt(P));
//! t = S / se; bounds S -+ 1.96 se.
//!
//! Source: E. Mertens (2002), Comments on Variance of the IID Estimator in Lo (2002); D. Bailey and M. Lopez de Prado
//! (2012), The Sharpe Ratio Efficient Frontier, *Journal of Risk* 15(2), eq. 5.
use super::prelude::*;
use crate::inference::SharpeEstimate;
use trimtab_math::distributions::normal_quantile;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "sharpe_error",
        name: "Standard error of the Sharpe ratio",
        group: Group::Inference,
        unit: Unit::Ratio,
        better: Better::Lower,
        convention: "sqrt((1 - g S + (k + 2)/4 S^2) / (n - 1)) sqrt(P)",
        value: |run| Some(estimate(run)?.error()? * run.periods_yearly().sqrt()),
    },
    Metric {
        key: "sharpe_t",
        name: "t statistic of the Sharpe ratio",
        group: Group::Inference,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "Sharpe ratio / its standard error",
        value: |run| over(estimate(run)?.sharpe, estimate(run)?.error()?),
    },
    Metric {
        key: "sharpe_low_95",
        name: "Sharpe ratio, lower bound",
        group: Group::Inference,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "yearly Sharpe ratio - 1.96 standard errors (two-sided 95 %)",
        value: |run| bound(run, 0.025),
    },
    Metric {
        key: "sharpe_high_95",
        name: "Sharpe ratio, upper bound",
        group: Group::Inference,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "yearly Sharpe ratio + 1.96 standard errors (two-sided 95 %)",
        value: |run| bound(run, 0.975),
    },
];

/// The Sharpe ratio of a period with what its error depends on.
pub fn estimate(run: &Prepared<'_>) -> Option<SharpeEstimate> {
    Some(SharpeEstimate {
        sharpe: super::sharpe::sharpe_period(run)?,
        n: run.n(),
        skewness: run.excess_moments.skewness()?,
        kurtosis_excess: run.excess_moments.kurtosis_excess()?,
    })
}

fn bound(run: &Prepared<'_>, p: f64) -> Option<f64> {
    let s = estimate(run)?;
    Some((s.sharpe + normal_quantile(p)? * s.error()?) * run.periods_yearly().sqrt())
}
