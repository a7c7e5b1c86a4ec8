//! A task as a quadratic programme.
use super::{Prices, Task};
use trimtab_math::linalg::Sym;
use trimtab_math::qp::{Constraint as Which, Problem, Row};

/// $\min \tfrac12 w^\top Q w - c^\top w$ under the conditions of a task. Where turnover is limited, variables $p_i \ge w_i - w_i^0$,
/// $p_i \ge 0$ follow the weights.
#[derive(Clone, Debug)]
pub struct Shape {
    n: usize,
    quadratic: Sym,
    linear: Vec<f64>,
    lower: Vec<f64>,
    upper: Vec<f64>,
    /// The sum of weights, the rows of the task, then those of the turnover.
    rows: Vec<Row>,
}

impl Shape {
    /// `linear` is $c$, or empty for zeros.
    pub fn new(task: &Task<'_>, quadratic: &Sym, linear: &[f64]) -> Self {
        let n = task.n();
        let wide = if task.turnover.is_some() { 2 * n } else { n };
        let padded = |a: &[f64]| [a, &vec![0.0; wide - n]].concat();
        let mut rows = vec![Row::equal(padded(&vec![1.0; n]), task.invested)];
        for row in &task.rows {
            let coefficients = padded(&row.coefficients);
            rows.push(Row { coefficients, lower: row.least, upper: row.most });
        }
        let mut shape = Self {
            n,
            quadratic: quadratic.clone(),
            linear: linear.to_vec(),
            lower: task.lower.clone(),
            upper: task.upper.clone(),
            rows,
        };
        if let Some(turnover) = &task.turnover {
            shape.follow(task, turnover.bought_most);
        }
        shape
    }

    /// Adds what is bought of each asset as a variable.
    fn follow(&mut self, task: &Task<'_>, bought_most: f64) {
        let n = self.n;
        let q = &self.quadratic;
        self.quadratic = Sym::from_fn(2 * n, |i, j| if i < n && j < n { q[(i, j)] } else { 0.0 });
        if !self.linear.is_empty() {
            self.linear.resize(2 * n, 0.0);
        }
        self.lower.resize(2 * n, 0.0);
        self.upper.resize(2 * n, f64::INFINITY);
        for i in 0..n {
            let mut a = vec![0.0; 2 * n];
            (a[i], a[n + i]) = (-1.0, 1.0);
            self.rows.push(Row::at_least(a, -task.held[i]));
        }
        let all: Vec<f64> = (0..2 * n).map(|j| f64::from(u8::from(j >= n))).collect();
        self.rows.push(Row::at_most(all, bought_most));
    }

    /// Lets the weights add up to less: the rest is cash.
    pub fn with_cash(mut self) -> Self {
        self.rows[0].lower = f64::NEG_INFINITY;
        self
    }

    /// For the kernels.
    pub fn problem(&self) -> Problem<'_> {
        Problem {
            quadratic: &self.quadratic,
            linear: &self.linear,
            lower: &self.lower,
            upper: &self.upper,
            rows: &self.rows,
        }
    }

    /// A number for each weight, zeros for what follows them.
    pub fn padded(&self, of_weights: &[f64]) -> Vec<f64> {
        [of_weights, &vec![0.0; self.lower.len() - self.n]].concat()
    }

    /// A matrix on the weights, zeros for what follows them.
    pub fn padded_matrix(&self, of_weights: &Sym) -> Sym {
        let n = self.n;
        Sym::from_fn(self.lower.len(), |i, j| if i < n && j < n { of_weights[(i, j)] } else { 0.0 })
    }

    /// The weights among the variables.
    pub fn weights(&self, x: &[f64]) -> Vec<f64> {
        x[..self.n].to_vec()
    }

    /// Prices of the task's conditions from those of the kernel, times `factor`.
    pub fn prices(&self, rows: &[f64], bounds: &[f64], factor: f64) -> Prices {
        let times = |prices: &[f64]| prices.iter().map(|p| p * factor).collect::<Vec<f64>>();
        let last = match self.lower.len() > self.n {
            true => 1 + (rows.len() - self.n - 2),
            false => rows.len() - 1,
        };
        let turnover = if self.lower.len() > self.n { rows[rows.len() - 1] * factor } else { 0.0 };
        Prices {
            invested: rows[0] * factor,
            rows: times(&rows[1..=last]),
            turnover,
            bounds: times(&bounds[..self.n]),
        }
    }

    /// The condition of the task that a constraint of the kernel belongs to.
    pub(super) fn name_of(&self, task: &Task<'_>, which: Which) -> String {
        let turnover =
            || task.turnover.as_ref().map_or_else(String::new, |t| format!("`{}`", t.name));
        let names = &task.estimates.names;
        let bound = |by: &Option<String>, words: &str, j: usize| match by {
            Some(name) => format!("`{name}`"),
            None => format!("{words} in {}", names[j]),
        };
        match which {
            Which::Row(0) => "the sum of weights".into(),
            Which::Row(i) if i <= task.rows.len() => format!("`{}`", task.rows[i - 1].name),
            Which::Lower(j) if j < self.n => {
                bound(&task.lower_by[j], "no further short position", j)
            }
            Which::Upper(j) if j < self.n => bound(&task.upper_by[j], "no more than everything", j),
            Which::Row(_) | Which::Lower(_) | Which::Upper(_) => turnover(),
        }
    }
}
