//! A Markov chain that is not seen, of states that bring forth Gaussian rows.
use super::pass::{self, Filtered, Smoothed};
use super::{StatesError, Table, assignment};
use crate::linalg::{Cholesky, Sym};

/// What one state brings forth: `N(m, S)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Gaussian {
    /// m, D numbers.
    pub mean: Vec<f64>,
    /// S, D x D.
    pub covariance: Sym,
}

/// K states with their distributions and the chances of going from one to another.
///
/// `P(s_1 = k) = a_k`, `P(s_t = l | s_{t-1} = k) = p_kl`, `x_t ~ N(m_k, S_k)` while `s_t = k`.
///
/// Sources: L. Rabiner (1989), A tutorial on hidden Markov models and selected applications in speech recognition,
/// *Proceedings of the IEEE* 77(2), pages 257-286; J. Hamilton (1989), *Econometrica* 57(2), pages 357-384.
#[derive(Clone, Debug, PartialEq)]
pub struct Hidden {
    start: Vec<f64>,
    /// `p_kl` at `k K + l`.
    transitions: Vec<f64>,
    states: Vec<Gaussian>,
}

/// What the covariances may look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Any.
    Full,
    /// Columns do not go together within a state.
    Diagonal,
}

/// How a model is fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fitting {
    /// What the covariances may look like.
    pub shape: Shape,
    /// How many rows the prior is worth, b: each state counts b further rows about its mean, spread as all rows are, with
    /// columns that do not go together. 0 is maximum likelihood, which may give a state to a single row.
    pub prior: f64,
    /// No more rounds than this.
    pub rounds: usize,
    /// A round that raises the log-likelihood by less than this for each row ends the fit.
    pub gain: f64,
}

/// What a fit has found.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// The model.
    pub model: Hidden,
    /// The logarithm of its likelihood.
    pub log_likelihood: f64,
    /// Rounds taken.
    pub rounds: usize,
    /// Whether the last round gained less than was asked for.
    pub settled: bool,
}

/// How far a row of chances may sum to something else than one: what printing fifteen digits leaves.
const CHANCE_OFF: f64 = 1e-9;

impl Hidden {
    /// A model from its parts; `transitions` row by row, from each state to each.
    ///
    /// # Errors
    /// [`StatesError::Parameter`] when the sizes disagree or chances are negative or do not sum to one,
    /// [`StatesError::NotFinite`] for means or covariances.
    pub fn new(
        start: Vec<f64>,
        transitions: Vec<f64>,
        states: Vec<Gaussian>,
    ) -> Result<Self, StatesError> {
        let k = states.len();
        if k == 0 || start.len() != k || transitions.len() != k * k {
            return Err(StatesError::Parameter(
                "K states need K chances to begin and K x K to go on",
            ));
        }
        let sums_to_one = |row: &[f64]| {
            row.iter().all(|p| *p >= 0.0) && (row.iter().sum::<f64>() - 1.0).abs() <= CHANCE_OFF
        };
        if !sums_to_one(&start) || !transitions.chunks(k).all(sums_to_one) {
            return Err(StatesError::Parameter(
                "chances are not negative, and each row sums to one",
            ));
        }
        let width = states[0].mean.len();
        for (row, state) in states.iter().enumerate() {
            if state.mean.len() != width || state.covariance.n() != width {
                return Err(StatesError::Parameter(
                    "every state has D means and D x D covariances",
                ));
            }
            let numbers = state.mean.iter().chain(state.covariance.as_slice());
            if let Some(column) = numbers.into_iter().position(|x| !x.is_finite()) {
                return Err(StatesError::NotFinite { row, column });
            }
        }
        Ok(Self { start, transitions, states })
    }

    /// The model of a labelling: means and covariances of the rows of each label, and the moves that were made, each
    /// counted once more than it was. Labels count from 0 to `states - 1`.
    ///
    /// # Errors
    /// [`StatesError::Parameter`] when labels are missing or point beyond the states, and those of the covariance.
    pub fn of_labels(
        table: &Table<'_>,
        labels: &[usize],
        states: usize,
        fitting: &Fitting,
    ) -> Result<Self, StatesError> {
        if labels.len() != table.len() || labels.iter().any(|label| *label >= states) {
            return Err(StatesError::Parameter(
                "there is one label for each row, below the number of states",
            ));
        }
        let mut moves = vec![1.0; states * states];
        labels.windows(2).for_each(|pair| moves[pair[0] * states + pair[1]] += 1.0);
        let mut memberships = vec![0.0; labels.len() * states];
        labels.iter().enumerate().for_each(|(t, label)| memberships[t * states + label] = 1.0);
        let blank = Gaussian { mean: table.means(), covariance: Sym::identity(table.width()) };
        let like = 1.0 / states as f64;
        let mut model = Self {
            start: vec![like; states],
            transitions: vec![like; states * states],
            states: vec![blank; states],
        };
        let variances = table.variances(&table.means());
        model.maximise(table, &Smoothed { memberships, moves }, fitting, &variances);
        model.start = vec![like; states];
        Ok(model)
    }

    /// Number of states, K.
    pub fn len(&self) -> usize {
        self.states.len()
    }

    /// Never: a model has at least one state.
    pub fn is_empty(&self) -> bool {
        self.states.is_empty()
    }

    /// The chances of each state at the first row.
    pub fn start(&self) -> &[f64] {
        &self.start
    }

    /// The chance of going from state `k` to state `l`, `p_kl`.
    pub fn transition(&self, k: usize, l: usize) -> f64 {
        self.transitions[k * self.len() + l]
    }

    /// The states with what they bring forth.
    pub fn states(&self) -> &[Gaussian] {
        &self.states
    }

    /// The states in another order: place k takes what was state `order[k]`.
    ///
    /// # Panics
    /// When `order` is not a permutation of the states.
    #[must_use]
    pub fn in_order(&self, order: &[usize]) -> Self {
        let mut seen = order.to_vec();
        seen.sort_unstable();
        assert!(seen.iter().copied().eq(0..self.len()), "an order names each state once");
        let transitions = order.iter().flat_map(|k| order.iter().map(|l| self.transition(*k, *l)));
        Self {
            start: order.iter().map(|k| self.start[*k]).collect(),
            transitions: transitions.collect(),
            states: order.iter().map(|k| self.states[*k].clone()).collect(),
        }
    }

    /// The order in which these states are most like those of `other`, as [`Hidden::in_order`] takes it: the least sum of
    /// `1/2 tr(S_a^-1 S_b + S_b^-1 S_a) - D + 1/2 (m_a - m_b)'(S_a^-1 + S_b^-1)(m_a - m_b)`, the divergence of Jeffreys.
    ///
    /// # Errors
    /// [`StatesError::Parameter`] when the models have different sizes, [`StatesError::Singular`].
    pub fn order_like(&self, other: &Hidden) -> Result<Vec<usize>, StatesError> {
        if self.len() != other.len() || self.width() != other.width() {
            return Err(StatesError::Parameter("only models of one size can be matched"));
        }
        let (own, others) = (self.densities()?, other.densities()?);
        let cost = |k: usize, l: usize| {
            let (a, b) = (&self.states[l], &other.states[k]);
            let trace = |p: &Sym, s: &Sym| crate::linalg::vector::dot(p.as_slice(), s.as_slice());
            let (p, q) = (&own[l].precision, &others[k].precision);
            let apart: Vec<f64> = a.mean.iter().zip(&b.mean).map(|(x, y)| x - y).collect();
            0.5 * (trace(p, &b.covariance) + trace(q, &a.covariance)) - self.width() as f64
                + 0.5 * (p.quadratic_form(&apart) + q.quadratic_form(&apart))
        };
        Ok(assignment(self.len(), cost))
    }

    /// Numbers in a row, D.
    pub fn width(&self) -> usize {
        self.states[0].mean.len()
    }

    /// The chance of each state at each row, given the rows up to it, and the log-likelihood of all rows.
    ///
    /// # Errors
    /// [`StatesError`] when rows do not fit the model, or no state explains one.
    pub fn filter(&self, table: &Table<'_>) -> Result<Filtered, StatesError> {
        pass::forward(&self.log_densities(table)?, &self.start, &self.transitions)
    }

    /// The chance of each state at each row given all rows, and the moves to be expected.
    ///
    /// # Errors
    /// As [`Hidden::filter`].
    pub fn smooth(&self, table: &Table<'_>) -> Result<Smoothed, StatesError> {
        Ok(pass::backward(&self.filter(table)?, &self.transitions))
    }

    /// The likeliest road through the states given all rows, and the logarithm of its likelihood with the rows. Of equal
    /// roads the one through the lower states.
    ///
    /// # Errors
    /// As [`Hidden::filter`].
    pub fn viterbi(&self, table: &Table<'_>) -> Result<(Vec<usize>, f64), StatesError> {
        let k = self.len();
        let costs: Vec<f64> = self.log_densities(table)?.iter().map(|d| -d).collect();
        let moves: Vec<f64> = self.transitions.iter().map(|p| -p.ln()).collect();
        let start: Vec<f64> = self.start.iter().map(|p| -p.ln()).collect();
        let (road, cost) = pass::cheapest(&costs, k, &start, |from, to| moves[from * k + to]);
        if !cost.is_finite() {
            // The road is impossible from the row on that no state explains; the filter names it.
            self.filter(table)?;
            return Err(StatesError::Impossible { row: 0 });
        }
        Ok((road, -cost))
    }

    /// Fits the model to rows by expectation and maximisation (Baum-Welch), starting from this one.
    ///
    /// Each round computes the chance of each state at each row given all rows, and then takes means, covariances and moves
    /// weighted by them. With a prior the covariance of state k is `(b V + sum_t g_tk d d') / (b + sum_t g_tk)`, `d = x_t - m_k`,
    /// V the diagonal of the variances of all rows. A state that no row belongs to stays as it was.
    ///
    /// # Errors
    /// [`StatesError::Constant`] for a column that does not vary, [`StatesError::TooShort`] below two rows a state,
    /// [`StatesError::Parameter`] for an impossible prior, and those of [`Hidden::filter`].
    pub fn fit(&self, table: &Table<'_>, fitting: &Fitting) -> Result<Fitted, StatesError> {
        if !(fitting.prior >= 0.0 && fitting.prior.is_finite()) {
            return Err(StatesError::Parameter("a prior is worth no or some rows"));
        }
        if table.len() < 2 * self.len() {
            return Err(StatesError::TooShort { rows: table.len(), needed: 2 * self.len() });
        }
        let variances = table.variances(&table.means());
        if let Some(column) = variances.iter().position(|v| *v <= 0.0) {
            return Err(StatesError::Constant { column });
        }
        let mut model = self.clone();
        let mut before = f64::NEG_INFINITY;
        for round in 0..fitting.rounds {
            let filtered = model.filter(table)?;
            let now = filtered.log_likelihood;
            if now - before < fitting.gain * table.len() as f64 {
                return Ok(Fitted { model, log_likelihood: now, rounds: round, settled: true });
            }
            before = now;
            let smoothed = pass::backward(&filtered, &model.transitions);
            model.maximise(table, &smoothed, fitting, &variances);
        }
        let log_likelihood = model.filter(table)?.log_likelihood;
        Ok(Fitted { model, log_likelihood, rounds: fitting.rounds, settled: false })
    }

    fn maximise(
        &mut self,
        table: &Table<'_>,
        smoothed: &Smoothed,
        fitting: &Fitting,
        variances: &[f64],
    ) {
        let (k, d) = (self.len(), table.width());
        self.start.copy_from_slice(&smoothed.memberships[..k]);
        for from in 0..k {
            let moves = &smoothed.moves[from * k..(from + 1) * k];
            let left: f64 = moves.iter().sum();
            if left > 0.0 {
                let row = &mut self.transitions[from * k..(from + 1) * k];
                row.iter_mut().zip(moves).for_each(|(p, m)| *p = m / left);
            }
        }
        for (state, own) in self.states.iter_mut().enumerate() {
            let weights = || smoothed.memberships.iter().skip(state).step_by(k);
            let weight: f64 = weights().sum();
            if weight <= 0.0 {
                continue;
            }
            let mut mean = vec![0.0; d];
            for (g, row) in weights().zip(table.rows()) {
                mean.iter_mut().zip(row).for_each(|(sum, x)| *sum += g * x);
            }
            mean.iter_mut().for_each(|sum| *sum /= weight);
            let mut products = vec![0.0; d * d];
            for (g, row) in weights().zip(table.rows()) {
                for i in 0..d {
                    let left = g * (row[i] - mean[i]);
                    let until = if fitting.shape == Shape::Full { 0 } else { i };
                    for j in until..=i {
                        products[i * d + j] += left * (row[j] - mean[j]);
                    }
                }
            }
            let prior =
                |i: usize, j: usize| if i == j { fitting.prior * variances[i] } else { 0.0 };
            own.covariance = Sym::from_fn(d, |i, j| {
                (prior(i, j) + products[i * d + j]) / (fitting.prior + weight)
            });
            own.mean = mean;
        }
    }

    fn densities(&self) -> Result<Vec<Density>, StatesError> {
        let of = |(state, own): (usize, &Gaussian)| {
            Density::of(own).ok_or(StatesError::Singular { state })
        };
        self.states.iter().enumerate().map(of).collect()
    }

    /// `ln f_k(x_t)` at `t K + k`.
    fn log_densities(&self, table: &Table<'_>) -> Result<Vec<f64>, StatesError> {
        if table.width() != self.width() {
            return Err(StatesError::Parameter("the rows are as wide as the states"));
        }
        let densities = self.densities()?;
        let mut logs = Vec::with_capacity(table.len() * self.len());
        for row in table.rows() {
            let own = densities.iter().zip(&self.states);
            logs.extend(own.map(|(density, state)| density.ln_at(row, &state.mean)));
        }
        Ok(logs)
    }
}

/// A Gaussian ready to be evaluated.
struct Density {
    precision: Sym,
    /// `-1/2 (D ln 2 pi + ln det S)`.
    constant: f64,
}

impl Density {
    fn of(state: &Gaussian) -> Option<Self> {
        let d = state.mean.len();
        let factor = Cholesky::new(&state.covariance).ok()?;
        let mut columns = Vec::with_capacity(d);
        for j in 0..d {
            let mut unit = vec![0.0; d];
            unit[j] = 1.0;
            columns.push(factor.solve(&unit).ok()?);
        }
        let precision = Sym::from_fn(d, |i, j| 0.5 * (columns[j][i] + columns[i][j]));
        let two_pi = 2.0 * std::f64::consts::PI;
        let constant = -0.5 * (d as f64 * two_pi.ln() + factor.ln_determinant());
        constant.is_finite().then_some(Self { precision, constant })
    }

    fn ln_at(&self, x: &[f64], mean: &[f64]) -> f64 {
        let d = x.len();
        let mut form = 0.0;
        for i in 0..d {
            let left = x[i] - mean[i];
            let column = self.precision.column(i);
            let mut inner = 0.5 * column[i] * left;
            for j in 0..i {
                inner += column[j] * (x[j] - mean[j]);
            }
            form += left * inner;
        }
        self.constant - form
    }
}
