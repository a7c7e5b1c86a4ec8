//! Modified expected shortfall: mean loss beyond the modified value at risk under the Edgeworth expansion.
//!
//! With h the Cornish-Fisher quantile of p, phi the normal density, g and k population skewness and excess kurtosis and
//! `I_q` the incomplete moment of order q,
//!
//! `E = phi(h) + (I_4 - 6 I_2 + 3 phi(h)) k/24 + (I_3 - 3 I_1) g/6 + (I_6 - 15 I_4 + 45 I_2 - 15 phi(h)) g^2/72`,
//!
//! and the shortfall is `max(sd(r) E / p - mean(r), VaR)`: where the expansion fails and falls below the modified value
//! at risk, that value stands (the operational definition). sd with divisor n.
//!
//! Source: K. Boudt, B. Peterson and C. Croux (2008), Estimation and Decomposition of Downside Risk for Portfolios with
//! Non-normal Returns, *Journal of Risk* 11(2), eq. 13-15.
use super::prelude::*;
use trimtab_math::distributions::{normal_cdf, normal_density};

const fn level(key: &'static str, name: &'static str, value: fn(&Prepared<'_>) -> Option<f64>) -> Metric {
    Metric {
        key,
        name,
        group: Group::Tail,
        unit: Unit::Fraction,
        better: Better::Lower,
        convention: "Edgeworth expansion beyond the Cornish-Fisher quantile, at least the modified value at risk",
        value,
    }
}

pub(super) const METRICS: &[Metric] = &[
    level("expected_shortfall_modified_90", "Expected shortfall 90 % (modified)", |run| {
        expected_shortfall(run, 0.1)
    }),
    level("expected_shortfall_modified_95", "Expected shortfall 95 % (modified)", |run| {
        expected_shortfall(run, 0.05)
    }),
    level("expected_shortfall_modified_99", "Expected shortfall 99 % (modified)", |run| {
        expected_shortfall(run, 0.01)
    }),
];

/// The modified expected shortfall of probability `p`.
pub fn expected_shortfall(run: &Prepared<'_>, p: f64) -> Option<f64> {
    let h = super::value_at_risk_modified::cornish_fisher(run, p)?;
    let (g, k) = (run.moments.skewness()?, run.moments.kurtosis_excess()?);
    let phi = normal_density(h);
    // Incomplete moments I_q = integral of x^q phi(x) type, by the recursion I_q = h^q phi + q I_(q-2).
    let h2 = h * h;
    let i2 = phi * (h2 + 2.0);
    let i4 = phi * h2 * h2 + 4.0 * i2;
    let i6 = phi * h2 * h2 * h2 + 6.0 * i4;
    let i1 = h * phi - normal_cdf(h);
    let i3 = h * h2 * phi + 3.0 * i1;
    let e = phi
        + (i4 - 6.0 * i2 + 3.0 * phi) * k / 24.0
        + (i3 - 3.0 * i1) * g / 6.0
        + (i6 - 15.0 * i4 + 45.0 * i2 - 15.0 * phi) * g * g / 72.0;
    let shortfall = run.moments.deviation_population() * e / p - run.moments.mean;
    Some(shortfall.max(super::value_at_risk_modified::value_at_risk(run, p)?))
}
