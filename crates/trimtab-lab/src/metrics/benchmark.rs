//! The benchmark itself, in the conventions of the run.
use super::prelude::*;

const fn of_benchmark(
    key: &'static str,
    name: &'static str,
    unit: Unit,
    convention: &'static str,
    value: fn(&Prepared<'_>) -> Option<f64>,
) -> Metric {
    Metric { key, name, group: Group::Benchmark, unit, better: Better::Neither, convention, value }
}

pub(super) const METRICS: &[Metric] = &[
    of_benchmark(
        "benchmark_return_cumulative",
        "Cumulative return of the benchmark",
        Unit::Fraction,
        "product of (1 + b) - 1",
        |run| Some(run.versus.as_ref()?.growth - 1.0),
    ),
    of_benchmark(
        "benchmark_return_yearly_periods",
        "Yearly return of the benchmark (by periods)",
        Unit::Fraction,
        "W_b^(P/n) - 1, years counted in periods",
        return_yearly,
    ),
    of_benchmark(
        "benchmark_volatility_yearly",
        "Volatility of the benchmark",
        Unit::Fraction,
        "sd(b) sqrt(P), divisor n - 1",
        volatility_yearly,
    ),
    of_benchmark(
        "benchmark_sharpe",
        "Sharpe ratio of the benchmark",
        Unit::Ratio,
        "mean(b - f) / sd(b - f) sqrt(P), arithmetic",
        sharpe,
    ),
    of_benchmark(
        "benchmark_drawdown_max",
        "Largest drawdown of the benchmark",
        Unit::Fraction,
        "max of 1 - W_b / highest W_b so far",
        |run| Some(run.versus.as_ref()?.depth_max),
    ),
];

/// Yearly return of the benchmark, B.
pub fn return_yearly(run: &Prepared<'_>) -> Option<f64> {
    Some(run.yearly(run.versus.as_ref()?.growth))
}

/// Yearly volatility of the benchmark.
pub fn volatility_yearly(run: &Prepared<'_>) -> Option<f64> {
    Some(run.versus.as_ref()?.moments.deviation()? * run.periods_yearly().sqrt())
}

/// Sharpe ratio of the benchmark.
pub fn sharpe(run: &Prepared<'_>) -> Option<f64> {
    let versus = run.versus.as_ref()?;
    over(versus.excess_mean, versus.excess_deviation?).map(|s| s * run.periods_yearly().sqrt())
}
