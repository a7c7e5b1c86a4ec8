use super::linear::Row;
use super::set::{Feasible, Panel};
use super::{TailError, conditional_value_at_risk, mean_absolute_deviation};

/// Weights of least risk.
#[derive(Clone, Debug, PartialEq)]
pub struct TailMinimum {
    /// The weights; those at a bound are there exactly.
    pub weights: Vec<f64>,
    /// The risk, measured on the panel with these weights.
    pub risk: f64,
    /// No feasible weights have less risk than this, by the dual programme. What `risk` exceeds it
    /// by is rounding.
    pub bound: f64,
    /// Steps from vertex to vertex.
    pub steps: usize,
}

/// Least conditional value at risk (Rockafellar, Uryasev 2000, *Optimization of conditional
/// value-at-risk*): `min a + sum_t max(0, -(X x)_t - a) / ((1 - confidence) T)`.
///
/// `panel` has T rows of n returns. The T shortfalls are rows with a price, not variables, so a
/// step of the simplex method costs little more than the products of the tail's scenarios with the
/// panel. Where less than one scenario is in the tail, this is [`minimum_worst_loss`].
///
/// # Errors
/// [`TailError`].
pub fn minimum_conditional_value_at_risk(
    panel: &[f64],
    n: usize,
    confidence: f64,
    set: &Feasible<'_>,
) -> Result<TailMinimum, TailError> {
    let panel = Panel::new(panel, n)?;
    set.check(n)?;
    check_confidence(confidence)?;
    let price = 1.0 / ((1.0 - confidence) * panel.len() as f64).max(1.0);
    let most = set.gross_most();
    let mut engine = set.engine(&panel, &[(1.0, -most, most)])?;
    for row in panel.x.chunks_exact(n) {
        let mut a: Vec<f64> = row.iter().map(|x| x * panel.scale).collect();
        a.push(1.0);
        engine.add_row(a, Row::shortfall(0.0, price)).map_err(|e| set.explain(e))?;
    }
    engine.minimise().map_err(|e| set.explain(e))?;
    let optimum = engine.optimum();
    let weights = optimum.x[..n].to_vec();
    Ok(TailMinimum {
        risk: conditional_value_at_risk(&panel.portfolio(&weights), confidence),
        bound: optimum.bound / panel.scale,
        weights,
        steps: optimum.steps,
    })
}

/// Least worst loss, `min max_t -(X x)_t` (Young 1998, *A minimax portfolio selection rule with
/// linear programming solution*): conditional value at risk with one scenario in the tail.
///
/// # Errors
/// [`TailError`].
pub fn minimum_worst_loss(
    panel: &[f64],
    n: usize,
    set: &Feasible<'_>,
) -> Result<TailMinimum, TailError> {
    // The largest number below one: at most one scenario of any panel is in the tail.
    minimum_conditional_value_at_risk(panel, n, 1.0 - f64::EPSILON / 2.0, set)
}

/// Least mean absolute deviation `sum_t |(X x)_t - m'x| / T`, m the means of the panel (Konno,
/// Yamazaki 1991, *Mean-absolute deviation portfolio optimization model*).
///
/// # Errors
/// [`TailError`].
pub fn minimum_mean_absolute_deviation(
    panel: &[f64],
    n: usize,
    set: &Feasible<'_>,
) -> Result<TailMinimum, TailError> {
    let panel = Panel::new(panel, n)?;
    set.check(n)?;
    let mean = panel.means();
    let price = 1.0 / panel.len() as f64;
    let mut engine = set.engine(&panel, &[])?;
    for row in panel.x.chunks_exact(n) {
        let a = row.iter().zip(&mean).map(|(x, m)| (x - m) * panel.scale).collect();
        engine.add_row(a, Row::deviation(0.0, price)).map_err(|e| set.explain(e))?;
    }
    engine.minimise().map_err(|e| set.explain(e))?;
    let optimum = engine.optimum();
    Ok(TailMinimum {
        risk: mean_absolute_deviation(&panel.portfolio(&optimum.x)),
        bound: optimum.bound / panel.scale,
        weights: optimum.x,
        steps: optimum.steps,
    })
}

pub(super) fn check_confidence(confidence: f64) -> Result<(), TailError> {
    if (0.0..1.0).contains(&confidence) {
        Ok(())
    } else {
        Err(TailError::Confidence { value: confidence })
    }
}
