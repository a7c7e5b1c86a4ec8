//! The passes through time: forward, backward, and the cheapest road.
use super::StatesError;

/// What is known of the states at each row from the rows up to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Filtered {
    /// `P(s_t = k | x_1 … x_t)` at `t K + k`.
    pub chances: Vec<f64>,
    /// `P(s_t = k | x_1 … x_{t-1})` at `t K + k`.
    pub(super) expected: Vec<f64>,
    /// `ln f(x_1 … x_T)`.
    pub log_likelihood: f64,
}

impl Filtered {
    /// The chances at the last row.
    pub fn last(&self, states: usize) -> &[f64] {
        &self.chances[self.chances.len() - states..]
    }
}

/// What is known of the states from all rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Smoothed {
    /// `P(s_t = k | x_1 … x_T)` at `t K + k`.
    pub memberships: Vec<f64>,
    /// How often one expects to have gone from k to l, at `k K + l`.
    pub moves: Vec<f64>,
}

/// Filters: `a_t(k) = p_t(k) f_k(x_t) / c_t` with `p_t(l) = sum_k a_{t-1}(k) p_kl`; `ln f = sum_t ln c_t`.
///
/// Each row is scaled by its largest term, in logarithms, so that no density is too small or too large.
pub(super) fn forward(
    logs: &[f64],
    start: &[f64],
    transitions: &[f64],
) -> Result<Filtered, StatesError> {
    let k = start.len();
    let (mut chances, mut expected) = (vec![0.0; logs.len()], vec![0.0; logs.len()]);
    let mut log_likelihood = 0.0;
    let mut ahead = start.to_vec();
    let mut joint = vec![0.0; k];
    for (t, row) in logs.chunks_exact(k).enumerate() {
        for ((joint, p), density) in joint.iter_mut().zip(&ahead).zip(row) {
            *joint = p.ln() + density;
        }
        let most = joint.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if !most.is_finite() {
            return Err(StatesError::Impossible { row: t });
        }
        joint.iter_mut().for_each(|x| *x = (*x - most).exp());
        let scale: f64 = joint.iter().sum();
        log_likelihood += most + scale.ln();
        let now = &mut chances[t * k..(t + 1) * k];
        now.iter_mut().zip(&joint).for_each(|(a, x)| *a = x / scale);
        expected[t * k..(t + 1) * k].copy_from_slice(&ahead);
        for (l, p) in ahead.iter_mut().enumerate() {
            *p = now.iter().enumerate().map(|(from, a)| a * transitions[from * k + l]).sum();
        }
    }
    Ok(Filtered { chances, expected, log_likelihood })
}

/// Smooths: `g_t(k) = a_t(k) sum_l p_kl g_{t+1}(l) / p_{t+1}(l)`. Every term is at most one, so that nothing overflows.
pub(super) fn backward(filtered: &Filtered, transitions: &[f64]) -> Smoothed {
    let k = transitions.len().isqrt();
    let rows = filtered.chances.len() / k;
    let mut memberships = filtered.chances.clone();
    let mut moves = vec![0.0; k * k];
    for t in (0..rows - 1).rev() {
        let (before, after) = memberships.split_at_mut((t + 1) * k);
        let now = &mut before[t * k..];
        let ahead = &filtered.expected[(t + 1) * k..(t + 2) * k];
        for (from, g) in now.iter_mut().enumerate() {
            let mut sum = 0.0;
            for l in 0..k {
                if ahead[l] > 0.0 {
                    let joint = *g * transitions[from * k + l] / ahead[l] * after[l];
                    moves[from * k + l] += joint;
                    sum += joint;
                }
            }
            *g = sum;
        }
    }
    Smoothed { memberships, moves }
}

/// The road of least cost: `min sum_t c_t(s_t) + start(s_1) + sum_t move(s_{t-1}, s_t)`, by dynamic programming. Of equal
/// roads the one through the lower states.
pub(super) fn cheapest(
    costs: &[f64],
    states: usize,
    start: &[f64],
    change: impl Fn(usize, usize) -> f64,
) -> (Vec<usize>, f64) {
    let values = values(costs, states, start, &change);
    let rows = costs.len() / states;
    let lowest = |row: &mut dyn Iterator<Item = f64>| -> (usize, f64) {
        let least =
            |best: (usize, f64), (k, x): (usize, f64)| if x < best.1 { (k, x) } else { best };
        row.enumerate().fold((0, f64::INFINITY), least)
    };
    let row = |t: usize| &values[t * states..(t + 1) * states];
    let (mut now, cost) = lowest(&mut row(rows - 1).iter().copied());
    let mut road = vec![now; rows];
    for t in (0..rows - 1).rev() {
        let to = now;
        now = lowest(&mut row(t).iter().enumerate().map(|(from, v)| v + change(from, to))).0;
        road[t] = now;
    }
    (road, cost)
}

/// The least cost of all roads up to row t that end in state k, at `t K + k`.
pub(super) fn values(
    costs: &[f64],
    states: usize,
    start: &[f64],
    change: &impl Fn(usize, usize) -> f64,
) -> Vec<f64> {
    let mut values = Vec::with_capacity(costs.len());
    values.extend(costs[..states].iter().zip(start).map(|(c, s)| c + s));
    for t in 1..costs.len() / states {
        for to in 0..states {
            let before = &values[(t - 1) * states..t * states];
            let reach = before.iter().enumerate().map(|(from, v)| v + change(from, to));
            let least = reach.fold(f64::INFINITY, f64::min);
            values.push(least + costs[t * states + to]);
        }
    }
    values
}
