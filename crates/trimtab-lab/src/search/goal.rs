//! What a search looks for, by name.
use trimtab_core::{Error, Kind, Result};

use crate::metrics::{self, Better, Metric};
use crate::sweep::Figures;
use crate::{Prepared, Record};

/// A number of a run that should be large, or small.
#[derive(Clone, Copy, Debug)]
pub struct Goal {
    source: Source,
    better: Better,
}

#[derive(Clone, Copy, Debug)]
enum Source {
    Figure(&'static str, Get),
    Metric(&'static Metric),
}

/// Reads a figure.
type Get = fn(&Figures) -> Option<f64>;

/// Figures of a run that are there without asking, in the names of [`crate::metrics`] where there is one.
const FIGURES: [(&str, Better, Get); 9] = [
    ("final_value", Better::Higher, |f| Some(f.final_value)),
    ("return_yearly_periods", Better::Higher, |f| Some(f.return_yearly_periods)),
    ("volatility_yearly", Better::Lower, |f| f.volatility_yearly),
    ("sharpe", Better::Higher, |f| f.sharpe),
    ("drawdown_max", Better::Lower, |f| Some(f.drawdown_max)),
    ("turnover_yearly", Better::Lower, |f| Some(f.turnover_yearly)),
    ("costs", Better::Lower, |f| Some(f.costs)),
    ("decisions", Better::Lower, |f| Some(f.decisions as f64)),
    ("rebalances", Better::Lower, |f| Some(f.rebalances as f64)),
];

impl Goal {
    /// A figure of a sweep, or any metric that needs no benchmark, by its name.
    ///
    /// # Errors
    /// [`Kind::Usage`] when there is none of that name, or nobody prefers it large or small.
    pub fn find(name: &str) -> Result<Self> {
        if let Some((name, better, get)) = FIGURES.iter().find(|(own, ..)| *own == name) {
            return Ok(Self { source: Source::Figure(name, *get), better: *better });
        }
        let hint = "`trimtab list metrics` names them; also final_value, turnover_yearly, costs, decisions, rebalances";
        match metrics::find(name) {
            Some(metric) if metric.needs_benchmark() => Err(Error::new(
                Kind::Usage,
                format!("`{name}` needs a benchmark, which a search does not have"),
            )
            .hint(hint)),
            Some(metric) => Ok(Self { source: Source::Metric(metric), better: metric.better }),
            None => Err(Error::new(Kind::Usage, format!("there is no figure `{name}`")).hint(hint)),
        }
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        match self.source {
            Source::Figure(name, _) => name,
            Source::Metric(metric) => metric.key,
        }
    }

    /// Whether it can be worked out of the figures alone.
    pub fn is_figure(&self) -> bool {
        matches!(self.source, Source::Figure(..))
    }

    /// The number; none where it is undefined. `record`: the run's returns, asked for only where the figures do not say.
    pub fn of(&self, figures: &Figures, record: &Record<'_>) -> Option<f64> {
        match self.source {
            Source::Figure(_, get) => get(figures).filter(|x| x.is_finite()),
            Source::Metric(metric) => metric.of(&Prepared::new(*record)),
        }
    }

    /// The number as a loss: smaller is better.
    pub fn loss(&self, value: f64) -> f64 {
        if self.better == Better::Higher { -value } else { value }
    }

    /// An objective: as [`Goal::find`], and someone prefers it large or small.
    ///
    /// # Errors
    /// [`Kind::Usage`].
    pub fn objective(name: &str) -> Result<Self> {
        let goal = Self::find(name)?;
        match goal.better {
            Better::Neither => Err(Error::new(
                Kind::Usage,
                format!("`{name}` describes a run; nobody prefers it large or small"),
            )
            .hint("put a condition on it: --constraint \"NAME <= NUMBER\"")),
            _ => Ok(goal),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_and_metrics_are_found_by_name() {
        let loss = |name: &str| Goal::objective(name).unwrap().loss(2.0);
        assert_eq!((loss("sharpe"), loss("drawdown_max"), loss("sortino")), (-2.0, 2.0, -2.0));
        assert!(!Goal::find("sortino").unwrap().is_figure());
        for wrong in ["beta", "nonsense", "skewness_nonsense"] {
            assert_eq!(Goal::objective(wrong).unwrap_err().kind(), Kind::Usage, "{wrong}");
        }
        // Every figure that is also a metric is preferred the same way.
        for (name, better, _) in FIGURES {
            if let Some(metric) = metrics::find(name) {
                assert_eq!(metric.better, better, "{name}");
            }
        }
    }
}
