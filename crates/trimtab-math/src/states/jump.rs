//! A clustering in which a change of cluster costs something.
use super::pass::{cheapest, values};
use super::{StatesError, Table, assignment};

/// The centres of K states, and what a change of state costs.
///
/// `min over centres c and states s of sum_t 1/2 |x_t - c_{s_t}|^2 + penalty #{t : s_t != s_{t-1}}`.
///
/// Sources: A. Bemporad, V. Breschi, D. Piga, S. Boyd (2018), Fitting jump models, *Automatica* 96, pages 11-21; P. Nystrup,
/// E. Lindström, H. Madsen (2020), Learning hidden Markov models with persistent states by penalizing jumps, *Expert
/// Systems with Applications* 150, 113307.
#[derive(Clone, Debug, PartialEq)]
pub struct Jump {
    width: usize,
    /// Centre k at `k D ..`.
    centres: Vec<f64>,
    penalty: f64,
}

/// What a fit of a jump model has found.
#[derive(Clone, Debug, PartialEq)]
pub struct Jumped {
    /// The model.
    pub model: Jump,
    /// The state of each row.
    pub labels: Vec<usize>,
    /// The objective.
    pub objective: f64,
    /// Rounds taken.
    pub rounds: usize,
    /// Whether the last round changed no label.
    pub settled: bool,
}

impl Jump {
    /// A model from its centres, one after another.
    ///
    /// # Errors
    /// [`StatesError::Shape`], [`StatesError::NotFinite`], or [`StatesError::Parameter`] for a penalty below zero.
    pub fn new(centres: Vec<f64>, width: usize, penalty: f64) -> Result<Self, StatesError> {
        Table::new(&centres, width)?;
        match penalty >= 0.0 && penalty.is_finite() {
            true => Ok(Self { width, centres, penalty }),
            false => Err(StatesError::Parameter("a change of state costs nothing or something")),
        }
    }

    /// The model whose centres are the means of the rows of each label. A label without rows has the mean of all.
    ///
    /// # Errors
    /// [`StatesError::Parameter`] when labels are missing or point beyond the states, or for a penalty below zero.
    pub fn of_labels(
        table: &Table<'_>,
        labels: &[usize],
        states: usize,
        penalty: f64,
    ) -> Result<Self, StatesError> {
        if labels.len() != table.len() || labels.iter().any(|label| *label >= states) {
            return Err(StatesError::Parameter(
                "there is one label for each row, below the number of states",
            ));
        }
        let mut model = Self::new(table.means().repeat(states), table.width(), penalty)?;
        model.recentre(table, labels);
        Ok(model)
    }

    /// Number of states, K.
    pub fn len(&self) -> usize {
        self.centres.len() / self.width
    }

    /// Never: a model has at least one state.
    pub fn is_empty(&self) -> bool {
        self.centres.is_empty()
    }

    /// The centre of a state.
    pub fn centre(&self, state: usize) -> &[f64] {
        &self.centres[state * self.width..(state + 1) * self.width]
    }

    /// All centres, one after another.
    pub fn centres(&self) -> &[f64] {
        &self.centres
    }

    /// The states in another order: place k takes what was state `order[k]`.
    #[must_use]
    pub fn in_order(&self, order: &[usize]) -> Self {
        let centres = order.iter().flat_map(|k| self.centre(*k).iter().copied()).collect();
        Self { centres, ..*self }
    }

    /// The order in which these centres lie nearest to those of `other`, as [`Jump::in_order`] takes it.
    ///
    /// # Errors
    /// [`StatesError::Parameter`] when the models have different sizes.
    pub fn order_like(&self, other: &Jump) -> Result<Vec<usize>, StatesError> {
        if self.len() != other.len() || self.width != other.width {
            return Err(StatesError::Parameter("only models of one size can be matched"));
        }
        Ok(assignment(self.len(), |k, l| square(self.centre(l), other.centre(k))))
    }

    /// Fits centres and states in turn, starting from these centres: states by dynamic programming, centres as the means
    /// of their rows, until no label changes. A state without rows keeps its centre.
    ///
    /// # Errors
    /// [`StatesError::Parameter`] when the rows are not as wide as the centres.
    pub fn fit(&self, table: &Table<'_>, rounds: usize) -> Result<Jumped, StatesError> {
        let mut model = self.clone();
        let (mut labels, mut objective) = model.labels(table)?;
        for round in 1..=rounds {
            model.recentre(table, &labels);
            let (next, lower) = model.labels(table)?;
            let settled = next == labels;
            (labels, objective) = (next, lower);
            if settled {
                return Ok(Jumped { model, labels, objective, rounds: round, settled });
            }
        }
        Ok(Jumped { model, labels, objective, rounds, settled: false })
    }

    /// The best states given all rows, and the objective. Of equal roads the one through the lower states.
    ///
    /// # Errors
    /// [`StatesError::Parameter`] when the rows are not as wide as the centres.
    pub fn labels(&self, table: &Table<'_>) -> Result<(Vec<usize>, f64), StatesError> {
        let k = self.len();
        Ok(cheapest(&self.costs(table)?, k, &vec![0.0; k], |from, to| self.change(from, to)))
    }

    /// The state at each row given the rows up to it: where the cheapest road up to there ends.
    ///
    /// # Errors
    /// [`StatesError::Parameter`] when the rows are not as wide as the centres.
    pub fn online(&self, table: &Table<'_>) -> Result<Vec<usize>, StatesError> {
        let k = self.len();
        let change = |from, to| self.change(from, to);
        let values = values(&self.costs(table)?, k, &vec![0.0; k], &change);
        let least =
            |row: &[f64]| (1..k).fold(0, |best, s| if row[s] < row[best] { s } else { best });
        Ok(values.chunks_exact(k).map(least).collect())
    }

    fn change(&self, from: usize, to: usize) -> f64 {
        if from == to { 0.0 } else { self.penalty }
    }

    fn costs(&self, table: &Table<'_>) -> Result<Vec<f64>, StatesError> {
        if table.width() != self.width {
            return Err(StatesError::Parameter("the rows are as wide as the centres"));
        }
        let centres = || self.centres.chunks_exact(self.width);
        Ok(table.rows().flat_map(|row| centres().map(|c| 0.5 * square(row, c))).collect())
    }

    fn recentre(&mut self, table: &Table<'_>, labels: &[usize]) {
        let (k, d) = (self.len(), self.width);
        let (mut sums, mut counts) = (vec![0.0; k * d], vec![0_usize; k]);
        for (row, label) in table.rows().zip(labels) {
            counts[*label] += 1;
            sums[label * d..(label + 1) * d].iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
        }
        for (state, count) in counts.into_iter().enumerate().filter(|(_, count)| *count > 0) {
            let own = state * d..(state + 1) * d;
            let means = sums[own.clone()].iter().map(|sum| sum / count as f64);
            self.centres[own].iter_mut().zip(means).for_each(|(centre, mean)| *centre = mean);
        }
    }
}

fn square(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum()
}
