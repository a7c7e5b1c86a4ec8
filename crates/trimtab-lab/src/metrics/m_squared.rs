//! M squared: the yearly return of the run, mixed with cash to the volatility of the benchmark.
//!
//! Compounded: `(R - F) sd(b) / sd(r) + F`. From the Sharpe ratio: `S sd(b - f) sqrt(P) + P mean(f)`. Excess: the first less
//! B.
//!
//! Source: F. Modigliani and L. Modigliani (1997), Risk-Adjusted Performance, *Journal of Portfolio Management* 23(2);
//! Bacon 2008, p. 67.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "m_squared",
        name: "M squared (compounded)",
        group: Group::Benchmark,
        unit: Unit::Fraction,
        better: Better::Higher,
        convention: "(R - F) sd(b) / sd(r) + F, compounded yearly returns",
        value: m_squared,
    },
    Metric {
        key: "m_squared_excess",
        name: "M squared above the benchmark",
        group: Group::Benchmark,
        unit: Unit::Fraction,
        better: Better::Higher,
        convention: "M squared (compounded) - B",
        value: |run| Some(m_squared(run)? - super::benchmark::return_yearly(run)?),
    },
    Metric {
        key: "m_squared_arithmetic",
        name: "M squared (arithmetic)",
        group: Group::Benchmark,
        unit: Unit::Fraction,
        better: Better::Higher,
        convention: "Sharpe ratio x sd(b - f) sqrt(P) + P mean(f)",
        value: m_squared_arithmetic,
    },
];

/// `(R - F) sd(b) / sd(r) + F`.
pub fn m_squared(run: &Prepared<'_>) -> Option<f64> {
    let scale = over(run.versus.as_ref()?.moments.deviation()?, run.moments.deviation()?)?;
    let f = run.risk_free_yearly();
    Some((run.return_yearly() - f) * scale + f)
}

/// `S sd(e_b) sqrt(P) + P mean(f)`.
pub fn m_squared_arithmetic(run: &Prepared<'_>) -> Option<f64> {
    let risk = run.versus.as_ref()?.excess_deviation? * run.periods_yearly().sqrt();
    let cash = (run.moments.mean - run.excess_moments.mean) * run.periods_yearly();
    Some(super::sharpe::sharpe(run)? * risk + cash)
}
