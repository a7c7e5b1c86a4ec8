//! The figures that head a report, under the names that other programs know.
use crate::MetricSet;
use crate::metrics::find;
use crate::prepared::Prepared;

/// A figure of the head: its name in JSON, its name for people, the metric behind it, and how it is written.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// Its name in JSON.
    pub json: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// The key of the metric.
    pub key: &'static str,
    /// How it is written.
    pub shape: Shape,
}

/// How a number is written for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// As percent.
    Percent,
    /// With three digits.
    Ratio,
}

impl Shape {
    /// The number, or a dash where it is undefined.
    pub fn write(self, x: Option<f64>) -> String {
        match (x, self) {
            (None, _) => "-".to_owned(),
            (Some(x), Shape::Percent) => crate::words::percent(x),
            (Some(x), Shape::Ratio) => crate::words::fixed(x, 3),
        }
    }
}

const fn figure(json: &'static str, name: &'static str, key: &'static str, shape: Shape) -> Figure {
    Figure { json, name, key, shape }
}

/// The figures of a portfolio by itself.
pub const HEAD: [Figure; 6] = [
    figure("total_return", "Total return", "return_cumulative", Shape::Percent),
    figure("cagr", "Return a year", "return_yearly_calendar", Shape::Percent),
    figure("volatility", "Volatility a year", "volatility_yearly", Shape::Percent),
    figure("sharpe", "Sharpe ratio", "sharpe", Shape::Ratio),
    figure("sortino", "Sortino ratio", "sortino", Shape::Ratio),
    figure("max_drawdown", "Largest drawdown", "drawdown_max", Shape::Percent),
];

/// More of them, for tables.
pub const MORE: [Figure; 6] = [
    figure("calmar", "Calmar ratio", "calmar", Shape::Ratio),
    figure("ulcer_index", "Ulcer index", "ulcer_index", Shape::Percent),
    figure("time_under_water", "Time under water", "time_under_water", Shape::Percent),
    figure("best_year", "Best year", "best_year", Shape::Percent),
    figure("worst_year", "Worst year", "worst_year", Shape::Percent),
    figure("win_rate_month", "Winning months", "win_rate_month", Shape::Percent),
];

/// The figures of a portfolio beside another.
pub const AGAINST: [Figure; 8] = [
    figure("alpha", "Alpha a year", "alpha_yearly", Shape::Percent),
    figure("beta", "Beta", "beta", Shape::Ratio),
    figure("correlation", "Correlation", "correlation", Shape::Ratio),
    figure("active_return", "Active return a year", "active_return_yearly", Shape::Percent),
    figure("tracking_error", "Tracking error", "tracking_error", Shape::Percent),
    figure("information_ratio", "Information ratio", "information_ratio_arithmetic", Shape::Ratio),
    figure("up_capture", "Up capture", "up_capture_yearly", Shape::Ratio),
    figure("down_capture", "Down capture", "down_capture_yearly", Shape::Ratio),
];

/// The columns of the grid, in the order of [`crate::rolling::RollingMetric::ALL`].
pub const GRID: [Figure; 7] = [
    figure("returns", "Returns", "", Shape::Percent),
    figure("alpha", "Alpha", "", Shape::Percent),
    figure("beta", "Beta", "", Shape::Ratio),
    figure("sharpe", "Sharpe", "", Shape::Ratio),
    figure("sortino", "Sortino", "", Shape::Ratio),
    figure("volatility", "Volatility", "", Shape::Percent),
    figure("max_drawdown", "MaxDrawdown", "", Shape::Percent),
];

impl Figure {
    /// Its value in a set.
    pub fn of(&self, set: &MetricSet) -> Option<f64> {
        set.get(self.key)
    }

    /// Its value for a run, written.
    pub fn write(&self, run: &Prepared<'_>) -> String {
        self.shape.write(find(self.key).and_then(|metric| metric.of(run)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_has_its_metric() {
        for figure in HEAD.iter().chain(&MORE).chain(&AGAINST) {
            assert!(crate::metrics::find(figure.key).is_some(), "{}", figure.key);
        }
    }
}
