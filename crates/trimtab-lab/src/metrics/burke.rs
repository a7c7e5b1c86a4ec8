//! Burke ratio: yearly excess return per root of the sum of squared drawdowns.
//!
//! `(R - F) / sqrt(sum D_j^2)` over the drawdowns j from peak to recovery; modified: times sqrt(n), so that a longer
//! record is not punished for having had more of them.
//!
//! Source: G. Burke (1994), A Sharper Sharpe Ratio, *Futures* 23(3); Bacon 2008, p. 90-91.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "burke",
        name: "Burke ratio",
        group: Group::Reward,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "(R - F) / sqrt(sum D^2) over the drawdowns from peak to recovery",
        value: burke,
    },
    Metric {
        key: "burke_modified",
        name: "Modified Burke ratio",
        group: Group::Reward,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "(R - F) / sqrt(sum D^2 / n)",
        value: |run| Some(burke(run)? * run.n().sqrt()),
    },
];

/// `(R - F) / sqrt(sum D_j^2)`.
pub fn burke(run: &Prepared<'_>) -> Option<f64> {
    let squares: f64 = run.path.episodes.iter().map(|e| e.depth * e.depth).sum();
    over(run.return_yearly() - run.risk_free_yearly(), squares.sqrt())
}
