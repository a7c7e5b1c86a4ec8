//! Quadratic programmes in which some answers are not allowed: at most so many variables away from
//! zero, none nearer to zero than so much, whole lots only. Solved exactly by branch and bound, or,
//! cut short, with the gap stated.
//!
//! Sources: D. Bienstock, Computational study of a family of mixed-integer quadratic programming
//! problems, Mathematical Programming 74 (1996), pages 121-140; D. Bertsimas and R. Shioda,
//! Algorithm for cardinality-constrained quadratic optimization, Computational Optimization and
//! Applications 43 (2009), pages 1-22.

#![cfg_attr(test, allow(clippy::unwrap_used))]

use std::fmt;

use crate::linalg::Sym;
use crate::qp::{self, Problem, QpError, Row, Solution};

/// An amount within this part of an ordinary one of zero, or of a whole lot, is meant to be there.
const WHOLE: f64 = 1e-9;

/// A bound within this part of the best value (or of the variance) proves it: the digits to which
/// programmes are solved.
const PROVED: f64 = 1e-10;

/// Rules besides the linear ones. None of them without entries.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rules<'a> {
    /// At most so many variables away from zero.
    pub most: Option<usize>,
    /// Variables away from zero are at least so far from it, n elements, or an empty slice.
    pub least: &'a [f64],
    /// Variables are whole multiples of this, n elements (0: any amount), or an empty slice.
    pub lots: &'a [f64],
}

/// The outcome of [`minimum`].
#[derive(Clone, Debug, PartialEq)]
pub struct DiscreteMinimum {
    /// x; what is not held is zero, what has lots is whole, to the last bit.
    pub x: Vec<f64>,
    /// `1/2 x'Q x - c'x`.
    pub value: f64,
    /// `x'Q x`.
    pub quadratic: f64,
    /// No allowed x has less than this. Equal to `value` but for rounding if `proved`.
    pub bound: f64,
    /// Whether this is the minimum.
    pub proved: bool,
    /// Quadratic programmes solved.
    pub nodes: usize,
}

/// Why there is no outcome.
#[derive(Clone, Debug, PartialEq)]
pub enum DiscreteError {
    /// The linear limits alone, or numbers in them.
    Linear(QpError),
    /// A rule has another length than there are variables, or a number that means nothing.
    Rule {
        /// which
        what: &'static str,
        /// the variable, or the length found
        index: usize,
    },
    /// The linear limits can be met, but not together with the rules: proved.
    Excluded {
        /// programmes solved
        nodes: usize,
    },
    /// Nothing allowed was found among so many programmes; more may find it.
    NotFound {
        /// programmes solved
        nodes: usize,
    },
}

impl fmt::Display for DiscreteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Linear(e) => e.fmt(f),
            Self::Rule { what, index } => write!(f, "{what} {index} is not usable"),
            Self::Excluded { nodes } => write!(
                f,
                "the limits leave no room for the number of positions, their least size and whole \
                 lots (proved in {nodes} steps)"
            ),
            Self::NotFound { nodes } => write!(
                f,
                "nothing that keeps the number of positions, their least size and whole lots was \
                 found in {nodes} steps; allow more"
            ),
        }
    }
}

impl std::error::Error for DiscreteError {}

impl From<QpError> for DiscreteError {
    fn from(e: QpError) -> Self {
        Self::Linear(e)
    }
}

/// Minimises a problem under rules, solving at most so many quadratic programmes.
///
/// Depth first: every programme leaves a rule out where it hurts most and splits there (held or
/// not, one lot more or less). A branch whose bound is not below the best value is cut.
///
/// # Errors
/// [`DiscreteError`].
pub fn minimum(
    problem: &Problem<'_, Sym>,
    rules: &Rules<'_>,
    nodes_most: usize,
) -> Result<DiscreteMinimum, DiscreteError> {
    rules.check(problem)?;
    let root = qp::solve(problem, None)?;
    let n = root.x.len();
    let node = Node {
        lower: problem.lower.to_vec(),
        upper: problem.upper.to_vec(),
        state: vec![State::Open; n],
        bound: root.value,
        start: root.x,
    };
    let size = problem.ordinary();
    let mut search = Search { problem, rules, size, best: None, nodes: 1 };
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        if search.is_hopeless(node.bound) {
            continue;
        }
        if search.nodes >= nodes_most {
            open.push(node);
            break;
        }
        search.visit(&node, &mut open)?;
    }
    search.outcome(&open)
}

impl Rules<'_> {
    fn check(&self, problem: &Problem<'_, Sym>) -> Result<(), DiscreteError> {
        problem.check()?;
        let n = problem.quadratic.n();
        for (what, values) in [("least amount", self.least), ("lot", self.lots)] {
            if !values.is_empty() && values.len() != n {
                return Err(DiscreteError::Rule { what, index: values.len() });
            }
            if let Some(index) = values.iter().position(|v| !(*v >= 0.0 && v.is_finite())) {
                return Err(DiscreteError::Rule { what, index });
            }
        }
        Ok(())
    }

    fn least_of(&self, j: usize) -> f64 {
        self.least.get(j).copied().unwrap_or(0.0)
    }

    fn lot_of(&self, j: usize) -> f64 {
        self.lots.get(j).copied().unwrap_or(0.0)
    }
}

/// What is decided about a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    Zero,
    Held,
}

/// A part of the tree.
struct Node {
    lower: Vec<f64>,
    upper: Vec<f64>,
    state: Vec<State>,
    /// The value of the programme above it.
    bound: f64,
    start: Vec<f64>,
}

/// Where a rule is broken.
enum Split {
    /// Zero or held.
    Position(usize),
    /// Below or above.
    Lot(usize),
}

struct Search<'a> {
    problem: &'a Problem<'a, Sym>,
    rules: &'a Rules<'a>,
    size: f64,
    best: Option<Solution>,
    nodes: usize,
}

impl Search<'_> {
    fn is_hopeless(&self, bound: f64) -> bool {
        let Some(best) = &self.best else { return false };
        bound >= best.value - PROVED * (best.value.abs() + best.quadratic)
    }

    fn solve(&mut self, node: &Node) -> Result<Option<Solution>, DiscreteError> {
        self.nodes += 1;
        let mut rows = self.problem.rows.to_vec();
        rows.extend(self.count_row(node));
        let problem =
            Problem { lower: &node.lower, upper: &node.upper, rows: &rows, ..*self.problem };
        match qp::solve(&problem, Some(&node.start)) {
            Ok(solution) => Ok(Some(solution)),
            Err(QpError::Infeasible { .. }) => Ok(None),
            Err(e) => Err(e.into()),
        }
    }

    /// `sum x_j / u_j <= k - held` over the open variables: each held one takes at most one.
    fn count_row(&self, node: &Node) -> Option<Row> {
        let most = self.rules.most?;
        let held = node.state.iter().filter(|s| **s == State::Held).count();
        let share = |j: usize| match node.state[j] {
            State::Open if node.lower[j] >= 0.0 && node.upper[j] > 0.0 => node.upper[j].recip(),
            _ => 0.0,
        };
        let coefficients: Vec<f64> = (0..node.state.len()).map(share).collect();
        let some = coefficients.iter().any(|a| *a > 0.0);
        some.then(|| Row::at_most(coefficients, (most - held.min(most)) as f64))
    }

    fn visit(&mut self, node: &Node, open: &mut Vec<Node>) -> Result<(), DiscreteError> {
        let Some(solution) = self.solve(node)? else { return Ok(()) };
        if self.is_hopeless(solution.value) {
            return Ok(());
        }
        match self.broken(node, &solution.x) {
            None => self.keep(node, &solution),
            Some(Split::Position(j)) => {
                self.round(node, &solution)?;
                self.split_position(node, &solution, j, open);
                Ok(())
            }
            Some(Split::Lot(j)) => {
                let lots = solution.x[j] / self.rules.lot_of(j);
                let (below, above) = (
                    node.child(&solution, |c| c.upper[j] = lots.floor() * self.rules.lot_of(j)),
                    node.child(&solution, |c| c.lower[j] = lots.ceil() * self.rules.lot_of(j)),
                );
                // The nearer side is looked at first.
                let up = lots - lots.floor() > 0.5;
                let (first, second) = if up { (above, below) } else { (below, above) };
                open.extend([second, first].into_iter().filter(Node::is_open));
                Ok(())
            }
        }
    }

    fn split_position(&self, node: &Node, s: &Solution, j: usize, open: &mut Vec<Node>) {
        let least = self.rules.least_of(j);
        let zero = node.child(s, |c| {
            (c.lower[j], c.upper[j], c.state[j]) = (0.0, 0.0, State::Zero);
        });
        let long = node.child(s, |c| {
            (c.lower[j], c.state[j]) = (c.lower[j].max(least), State::Held);
        });
        let short = node.child(s, |c| {
            (c.upper[j], c.state[j]) = (c.upper[j].min(-least), State::Held);
        });
        let held = if s.x[j] >= 0.0 { [short, long] } else { [long, short] };
        let may_be_short = node.lower[j] < 0.0;
        open.push(zero);
        let count = node.state.iter().filter(|s| **s == State::Held).count();
        if self.rules.most.is_some_and(|most| count >= most) {
            return;
        }
        let sides = held.into_iter().filter(|c| may_be_short || c.lower[j] >= 0.0);
        open.extend(sides.filter(Node::is_open));
    }

    /// The rule broken worst, if any. Positions are decided before lots.
    fn broken(&self, node: &Node, x: &[f64]) -> Option<Split> {
        let open = |j: &usize| node.state[*j] == State::Open;
        let away = |j: &usize| x[*j].abs() > WHOLE * self.size;
        let held = node.state.iter().filter(|s| **s == State::Held).count();
        let positions: Vec<usize> = (0..x.len()).filter(open).filter(away).collect();
        if self.rules.most.is_some_and(|most| held + positions.len() > most) {
            let largest = |a: &&usize, b: &&usize| x[**a].abs().total_cmp(&x[**b].abs());
            return positions.iter().max_by(largest).map(|j| Split::Position(*j));
        }
        let short_of = |j: &usize| self.rules.least_of(*j) - x[*j].abs();
        let small = positions.iter().filter(|j| short_of(j) > WHOLE * self.size);
        if let Some(j) = small.max_by(|a, b| short_of(a).total_cmp(&short_of(b))) {
            return Some(Split::Position(*j));
        }
        let part = |j: &usize| {
            let lots = x[*j] / self.rules.lot_of(*j);
            (lots - lots.round()).abs()
        };
        let broken = (0..x.len()).filter(|j| self.rules.lot_of(*j) > 0.0 && part(j) > WHOLE);
        broken.max_by(|a, b| part(a).total_cmp(&part(b))).map(Split::Lot)
    }

    /// A portfolio that keeps the rules on positions, near the solution: its largest positions.
    fn round(&mut self, node: &Node, solution: &Solution) -> Result<(), DiscreteError> {
        let n = solution.x.len();
        let most = self.rules.most.unwrap_or(n);
        let mut order: Vec<usize> = (0..n).filter(|j| node.state[*j] != State::Zero).collect();
        let rank = |j: &usize| (node.state[*j] == State::Held, solution.x[*j].abs());
        order.sort_by(|a, b| {
            let ((ha, xa), (hb, xb)) = (rank(a), rank(b));
            hb.cmp(&ha).then(xb.total_cmp(&xa)).then(a.cmp(b))
        });
        let rounded = node.child(solution, |c| {
            for (place, &j) in order.iter().enumerate() {
                let least = self.rules.least_of(j);
                let x = solution.x[j];
                let keep = place < most && x.abs() >= 0.5 * least && x.abs() > WHOLE * self.size;
                if c.state[j] == State::Held {
                    continue;
                }
                if keep && x > 0.0 {
                    (c.lower[j], c.state[j]) = (c.lower[j].max(least), State::Held);
                } else if keep {
                    (c.upper[j], c.state[j]) = (c.upper[j].min(-least), State::Held);
                } else {
                    (c.lower[j], c.upper[j], c.state[j]) = (0.0, 0.0, State::Zero);
                }
            }
        });
        if !rounded.is_open() {
            return Ok(());
        }
        match self.solve(&rounded)? {
            Some(s) if self.broken(&rounded, &s.x).is_none() => self.keep(&rounded, &s),
            _ => Ok(()),
        }
    }

    /// Keeps a solution that breaks no rule if it is the best so far, with zeros and lots exact.
    fn keep(&mut self, node: &Node, solution: &Solution) -> Result<(), DiscreteError> {
        let settled = node.child(solution, |c| {
            for (j, &x) in solution.x.iter().enumerate() {
                let lot = self.rules.lot_of(j);
                let value = match x.abs() <= WHOLE * self.size {
                    true if self.rules.most.is_some() || self.rules.least_of(j) > 0.0 => 0.0,
                    _ if lot > 0.0 => (x / lot).round() * lot,
                    _ => continue,
                };
                (c.lower[j], c.upper[j]) = (value, value);
            }
        });
        // Fixing changes nothing but the rounding; should a row then miss, the point is none.
        let Some(exact) = self.solve(&settled)? else { return Ok(()) };
        if !self.is_hopeless(exact.value) {
            self.best = Some(exact);
        }
        Ok(())
    }

    fn outcome(self, open: &[Node]) -> Result<DiscreteMinimum, DiscreteError> {
        let nodes = self.nodes;
        let Some(best) = self.best else {
            return Err(match open.is_empty() {
                true => DiscreteError::Excluded { nodes },
                false => DiscreteError::NotFound { nodes },
            });
        };
        let bound = open.iter().map(|node| node.bound).fold(best.value, f64::min);
        Ok(DiscreteMinimum {
            value: best.value,
            quadratic: best.quadratic,
            bound,
            proved: open.is_empty(),
            nodes,
            x: best.x,
        })
    }
}

impl Node {
    fn child(&self, solution: &Solution, change: impl FnOnce(&mut Node)) -> Node {
        let mut child = Node {
            lower: self.lower.clone(),
            upper: self.upper.clone(),
            state: self.state.clone(),
            bound: solution.value.max(self.bound),
            start: solution.x.clone(),
        };
        change(&mut child);
        child
    }

    /// Whether the bounds leave anything.
    fn is_open(&self) -> bool {
        self.lower.iter().zip(&self.upper).all(|(l, u)| l <= u)
    }
}
