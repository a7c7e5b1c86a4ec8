//! The registry of metrics: one file each, or each tight family; one line here.
//!
//! A [`Metric`] is data: key, name, group, unit, direction, convention, and a function of [`Prepared`]. The value is
//! `None` where the metric is undefined (no loss to divide by, too few periods, no benchmark), never NaN.
//!
//! Letters used in the formulas of every file:
//!
//! | letter | meaning |
//! |---|---|
//! | r, n, P | return of a period, number of periods, periods a year |
//! | f, e = r - f | return of cash in the period, excess return |
//! | b, a = r - b | return of the benchmark, active return |
//! | m | target return per period of the record, 0 unless set |
//! | W | wealth, one unit at the start |
//! | R, F, B | yearly return by number of periods, `W^(P/n) - 1`, of the run, of cash, of the benchmark |
//! | D | depth of a drawdown, a positive fraction |
//! | mean, sd | arithmetic mean; standard deviation with divisor n - 1 unless said |
//!
//! Losses, shortfalls and depths are positive numbers: a value at risk of 0.02 is a loss of 2 %.
//!
//! To add a metric: write a file with its formula, its convention, its source and a `METRICS` list, then add its name to
//! the `registry!` below. The tests of the registry check the rest.
use crate::prepared::Prepared;
use serde::Serialize;

/// One metric of a run.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// Unique name in snake case, as in files and on the command line.
    pub key: &'static str,
    /// Name for people.
    pub name: &'static str,
    /// Where it is listed.
    pub group: Group,
    /// What the number counts.
    pub unit: Unit,
    /// Which direction an investor prefers.
    pub better: Better,
    /// How exactly it is computed, in one line: metrics of the same name differ by this.
    pub convention: &'static str,
    /// The computation. Callers use [`Metric::of`].
    pub value: fn(&Prepared<'_>) -> Option<f64>,
}

impl Metric {
    /// The value for `run`; `None` where it is undefined or beyond the range of f64.
    pub fn of(&self, run: &Prepared<'_>) -> Option<f64> {
        (self.value)(run).filter(|v| v.is_finite())
    }

    /// Whether it needs a benchmark.
    pub fn needs_benchmark(&self) -> bool {
        self.group == Group::Benchmark
    }
}

/// The groups of metrics, in the order in which they are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// How much the run earned.
    Return,
    /// Return per unit of some risk.
    Reward,
    /// How widely returns vary.
    Risk,
    /// Large losses of single periods.
    Tail,
    /// Falls from a peak.
    Drawdown,
    /// Winning and losing periods.
    Wins,
    /// Shape and order of the returns.
    Shape,
    /// What chance explains.
    Inference,
    /// Beside a benchmark.
    Benchmark,
}

/// What a value counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A part of one: 0.1 is 10 %.
    Fraction,
    /// A pure number.
    Ratio,
    /// A probability between 0 and 1.
    Probability,
    /// Calendar days.
    Days,
    /// Periods of the record.
    Periods,
    /// How many.
    Count,
}

/// Which direction an investor prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// Larger values.
    Higher,
    /// Smaller values.
    Lower,
    /// A description, not a merit.
    Neither,
}

/// All metrics, in the order of the registry.
pub fn all() -> impl Iterator<Item = &'static Metric> {
    FAMILIES.iter().flat_map(|family| family.iter())
}

/// The metric called `key`.
pub fn find(key: &str) -> Option<&'static Metric> {
    all().find(|metric| metric.key == key)
}

/// What every metric file needs.
mod prelude {
    pub(super) use super::{Better, Group, Metric, Unit, over};
    pub(super) use crate::prepared::Prepared;
}

/// `a / b`, or `None` when b is zero.
pub(crate) fn over(a: f64, b: f64) -> Option<f64> {
    (b != 0.0).then(|| a / b)
}

macro_rules! registry {
    ($($file:ident,)*) => {
        $(pub mod $file;)*
        const FAMILIES: &[&[Metric]] = &[$($file::METRICS),*];
    };
}

registry! {
    // Return
    return_cumulative,
    return_yearly,
    return_mean,
    return_excess,
    return_trailing,
    best_worst,
    // Reward
    sharpe,
    sharpe_smart,
    sharpe_lo,
    sharpe_adjusted,
    sortino,
    sortino_target,
    sortino_smart,
    return_to_volatility,
    calmar,
    mar_ratio,
    sterling,
    burke,
    burke_loss_runs,
    martin,
    pain_ratio,
    serenity,
    omega,
    kappa,
    upside_potential,
    bernardo_ledoit,
    prospect,
    rachev,
    starr,
    // Risk
    volatility,
    downside_deviation,
    semideviation,
    mean_absolute_deviation,
    // Tail
    value_at_risk_historical,
    value_at_risk_gaussian,
    value_at_risk_modified,
    expected_shortfall_historical,
    expected_shortfall_gaussian,
    expected_shortfall_modified,
    tail_ratio,
    outlier_ratio,
    // Drawdown
    drawdown_max,
    drawdown_current,
    drawdown_average,
    drawdown_deviation,
    drawdown_length,
    drawdown_days,
    drawdown_tail,
    ulcer_index,
    pain_index,
    time_under_water,
    recovery_factor,
    recovery_needed,
    // Wins
    win_rate,
    average_win_loss,
    streaks,
    payoff_ratio,
    profit_factor,
    profit_ratio,
    gain_to_pain,
    common_sense_ratio,
    cpc_index,
    kelly,
    risk_of_ruin,
    // Shape
    skewness,
    kurtosis,
    jarque_bera,
    autocorrelation,
    variance_ratio,
    hurst,
    stability,
    // Inference
    sharpe_error,
    probabilistic_sharpe,
    track_record_min,
    // Benchmark
    benchmark,
    alpha,
    beta,
    beta_side,
    beta_coskewness,
    jensen_alpha,
    correlation,
    active_return,
    tracking_error,
    information_ratio,
    treynor,
    m_squared,
    specific_risk,
    systematic_risk,
    appraisal_ratio,
    capture,
    capture_yearly,
    capture_number,
    batting_average,
    relative_drawdown,
    drawdown_saved,
}

#[cfg(test)]
mod tests;
