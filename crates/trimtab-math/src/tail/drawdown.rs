use super::linear::{Engine, LinearError, Row};
use super::minimum::check_confidence;
use super::set::{Feasible, Panel};
use super::{TailError, TailMinimum, conditional_drawdown_at_risk, drawdowns};
use crate::symmetric::{axpy, dot};

/// A risk within this of its bound is the least, in units of the largest wealth.
const TOLERANCE: f64 = 1e-12;

/// Rounds of cuts. A cut never returns and there are finitely many; 10 to 300 are common.
const ROUNDS: usize = 20_000;

/// Least conditional drawdown at risk (Chekhlov, Uryasev, Zabarankin 2005, *Drawdown measure in
/// portfolio optimization*): the mean of the worst `(1 - confidence) T` drawdowns of the
/// uncompounded wealth `y_t = (X x)_1 + .. + (X x)_t`, whose peak starts at 0. The rows of the
/// panel are in the order of time. Confidence 0 is the average drawdown.
///
/// The risk is the largest of finitely many linear functions of x, one per choice of the worst
/// times and of the peak before each. A linear programme over those met so far gives weights and a
/// bound; the choice that is worst there is added (Kelley 1960), until the risk meets the bound.
/// So the T^2 / 2 rows of the full programme are never written down.
///
/// # Errors
/// [`TailError`].
pub fn minimum_conditional_drawdown_at_risk(
    panel: &[f64],
    n: usize,
    confidence: f64,
    set: &Feasible<'_>,
) -> Result<TailMinimum, TailError> {
    check_confidence(confidence)?;
    let panel = Panel::new(panel, n)?;
    let count = (1.0 - confidence) * panel.len() as f64;
    let mut least = minimise(&panel, count.max(1.0), set)?;
    least.risk = conditional_drawdown_at_risk(&panel.portfolio(&least.weights), confidence);
    Ok(least)
}

/// Least maximum drawdown of the uncompounded wealth:
/// [`minimum_conditional_drawdown_at_risk`] with one time in the tail.
///
/// # Errors
/// [`TailError`].
pub fn minimum_maximum_drawdown(
    panel: &[f64],
    n: usize,
    set: &Feasible<'_>,
) -> Result<TailMinimum, TailError> {
    let panel = Panel::new(panel, n)?;
    let mut least = minimise(&panel, 1.0, set)?;
    let falls = drawdowns(&panel.portfolio(&least.weights));
    least.risk = falls.into_iter().fold(0.0, f64::max);
    Ok(least)
}

/// The mean of the worst `count` drawdowns made least.
fn minimise(panel: &Panel<'_>, count: f64, set: &Feasible<'_>) -> Result<TailMinimum, TailError> {
    let n = panel.n;
    set.check(n)?;
    let wealth = Wealth::new(panel);
    // A drawdown is the difference of two wealths, each at most the gross weight.
    let mut engine = set.engine(panel, &[(1.0, 0.0, 2.0 * set.gross_most())])?;
    let mut best: Option<(f64, Vec<f64>)> = None;
    for _ in 0..ROUNDS {
        engine.minimise().map_err(|e| set.explain(e))?;
        let (x, bound) = (engine.x()[..n].to_vec(), engine.x()[n]);
        // Half-way to the best weights so far the cut is deeper than at the vertex itself.
        if let Some((risk, centre)) = &best
            && risk - bound > TOLERANCE
        {
            let half: Vec<f64> = x.iter().zip(centre).map(|(x, c)| 0.5 * (x + c)).collect();
            let (at_half, cut) = wealth.worst(&half, count);
            let missed = -dot(&cut, &x) - bound;
            if at_half < *risk {
                best = Some((at_half, half));
            }
            if missed > TOLERANCE {
                add(&mut engine, cut).map_err(|e| set.explain(e))?;
                continue;
            }
        }
        let (risk, cut) = wealth.worst(&x, count);
        if risk - bound <= TOLERANCE {
            let optimum = engine.optimum();
            return Ok(TailMinimum {
                weights: optimum.x[..n].to_vec(),
                risk: risk / wealth.scale,
                bound: optimum.bound / wealth.scale,
                steps: optimum.steps,
            });
        }
        if best.as_ref().is_none_or(|(least, _)| risk < *least) {
            best = Some((risk, x));
        }
        add(&mut engine, cut).map_err(|e| set.explain(e))?;
    }
    Err(TailError::Stalled { steps: ROUNDS })
}

/// The row `a + g' x >= 0`.
fn add(engine: &mut Engine, mut slope: Vec<f64>) -> Result<(), LinearError> {
    slope.push(1.0);
    engine.add_row(slope, Row::between(0.0, f64::INFINITY))
}

/// Sums Y_0 = 0 to Y_T of the rows of the panel, in units of the largest.
struct Wealth {
    sums: Vec<Vec<f64>>,
    scale: f64,
}

impl Wealth {
    fn new(panel: &Panel<'_>) -> Self {
        let mut sums = vec![vec![0.0; panel.n]];
        for row in panel.x.chunks_exact(panel.n) {
            let last = &sums[sums.len() - 1];
            sums.push(last.iter().zip(row).map(|(y, x)| y + x).collect());
        }
        let largest = sums.iter().flatten().fold(0.0_f64, |m, y| m.max(y.abs()));
        let scale = if largest > 0.0 { largest.recip() } else { 1.0 };
        sums.iter_mut().flatten().for_each(|y| *y *= scale);
        Self { sums, scale }
    }

    /// Mean of the worst `count` drawdowns, the last one counted in part, and the slope g for
    /// which it is `-g' x`, here and at least that much elsewhere.
    fn worst(&self, x: &[f64], count: f64) -> (f64, Vec<f64>) {
        let y: Vec<f64> = self.sums.iter().map(|s| dot(s, x)).collect();
        let mut peak = 0;
        let mut falls: Vec<(f64, usize, usize)> = (1..y.len())
            .map(|t| {
                peak = if y[t] > y[peak] { t } else { peak };
                (y[peak] - y[t], t, peak)
            })
            .collect();
        falls.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let whole = (count as usize).min(falls.len());
        let (mut risk, mut slope) = (0.0, vec![0.0; x.len()]);
        for (k, &(fall, t, peak)) in falls.iter().enumerate().take(whole + 1) {
            let share = if k < whole { 1.0 } else { count - whole as f64 } / count;
            risk += share * fall;
            axpy(share, &self.sums[t], &mut slope);
            axpy(-share, &self.sums[peak], &mut slope);
        }
        (risk, slope)
    }
}
