//! Shares of categories from conditions.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::explain::percent;
use crate::{Allocator, AnyAllocator, AnyGauge, Cx, Documented, Node, Words};
use trimtab_core::{Kind, NonNegative, Result, Weights};
use trimtab_math::linalg::Sym;
use trimtab_math::qp::{self, Problem, Row};

/// Shares of categories by linear conditions: $\min_x \lVert A x - b \rVert^2$ with $\mathbf 1^\top x = 1$, $x \ge 0$; of several such $x$ the one with the
/// least $\lVert x - s \rVert^2$.
///
/// $x$: the share of each category; row $k$ of $A$ and $b_k$: what condition $k$ is `of` and what it `is`; $s$: the `strategic` mix, scaled to 1. The budget
/// holds exactly. Each condition's residual $A_k x - b_k$ is given as a reason by its name, so that conditions that cannot all be met say which are
/// not. A category in `of` is held by its allocator; one that only stands in conditions or in the strategic mix is cash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Categories {
    /// How each category is held.
    pub of: BTreeMap<String, Node<AnyAllocator>>,
    /// The conditions, by name.
    pub conditions: BTreeMap<String, CategoryRow>,
    /// The mix $s$ that is kept to where the conditions leave a choice, by category.
    pub strategic: BTreeMap<String, NonNegative>,
}

/// A linear condition on shares.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CategoryRow {
    /// A row of $A$, by category.
    pub of: BTreeMap<String, f64>,
    /// What it should be, $b_k$, or what is added to the reading of `by`.
    pub is: f64,
    /// A gauge whose reading is added to `is`: $b_k$ then follows the market.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Node<AnyGauge>>,
}

impl Documented for Categories {
    const EXAMPLE: &str = r#"
        root = "@mix"
        [allocator.mix]
        kind = "categories"
        [allocator.mix.of]
        stocks      = { kind = "equal-weight", among = ["SPY", "EFA"] }
        bonds       = { kind = "fixed", weights = { AGG = 1.0 } }
        commodities = { kind = "fixed", weights = { DBC = 1.0 } }
        [allocator.mix.strategic]
        stocks      = 0.5
        bonds       = 0.3
        commodities = 0.1
        cash        = 0.1
        [allocator.mix.conditions]
        half-in-stocks  = { of = { stocks = 1 }, is = 0.5 }
        bonds-over-cash = { of = { bonds = 1, cash = -2 }, is = 0.0 }
    "#;
    const SOURCE: &str = "Lawson, Hanson (1974), Solving Least Squares Problems, ch. 20 to 23 (least squares with equations and \
                          non-negative unknowns)";
    fn check(&self) -> Result<(), String> {
        if self.strategic.values().all(|s| s.get() == 0.0) {
            return Err("`strategic` names no share".into());
        }
        for (name, row) in &self.conditions {
            if !row.is.is_finite() || row.of.values().any(|a| !a.is_finite()) {
                return Err(format!("the condition `{name}` holds finite numbers"));
            }
            if row.of.values().all(|a| *a == 0.0) {
                return Err(format!("the condition `{name}` is of no category"));
            }
        }
        let names = self.names();
        match self.of.keys().find(|name| !names.contains(name)) {
            Some(name) => Err(format!("nothing says how much of `{name}` to hold")),
            None => Ok(()),
        }
    }
}

impl Categories {
    /// Every category that a condition or the strategic mix names, in order.
    fn names(&self) -> Vec<&String> {
        let rows = self.conditions.values().flat_map(|row| row.of.keys());
        let mut names: Vec<&String> = rows.chain(self.strategic.keys()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// What each condition should be, $b$.
    fn wanted(&self, cx: &mut Cx<'_>) -> Result<Vec<f64>> {
        let mut wanted = Vec::with_capacity(self.conditions.len());
        for row in self.conditions.values() {
            wanted.push(row.is + row.by.as_ref().map_or(Ok(0.0), |gauge| gauge.read(cx))?);
        }
        Ok(wanted)
    }

    /// The shares, in the order of the names.
    fn shares(&self, b: &[f64]) -> Result<Vec<f64>> {
        let names = self.names();
        let n = names.len();
        let rows: Vec<Vec<f64>> = self
            .conditions
            .values()
            .map(|row| names.iter().map(|name| row.of.get(*name).copied().unwrap_or(0.0)).collect())
            .collect();
        let product = |i: usize, j: usize| rows.iter().map(|a| a[i] * a[j]).sum::<f64>();
        let right: Vec<f64> = (0..n)
            .map(|j| rows.iter().zip(b).map(|(a, b)| a[j] * b).sum::<f64>())
            .collect();
        let mut kept = vec![Row::budget(n, 1.0)];
        let nearest = solve(&Sym::from_fn(n, product), &right, &kept)?;
        // What the conditions come to is the same for every solution: least squares fix A x.
        for a in rows {
            let value: f64 = a.iter().zip(&nearest).map(|(a, x)| a * x).sum();
            kept.push(Row::equal(a, value));
        }
        let whole: f64 = self.strategic.values().map(|s| s.get()).sum();
        let share = |name: &&String| self.strategic.get(*name).map_or(0.0, |s| s.get() / whole);
        let strategic: Vec<f64> = names.iter().map(share).collect();
        match solve(&Sym::identity(n), &strategic, &kept) {
            // The rounding of what the conditions come to may leave no point: the first solution is one.
            Err(error) if error.kind() == Kind::Infeasible => Ok(nearest),
            done => done,
        }
    }
}

/// $\min \tfrac12 x^\top Q x - c^\top x$ with the rows and $x \ge 0$.
fn solve(q: &Sym, c: &[f64], rows: &[Row]) -> Result<Vec<f64>> {
    let (zeros, ones) = (vec![0.0; q.n()], vec![1.0; q.n()]);
    let problem = Problem { quadratic: q, linear: c, lower: &zeros, upper: &ones, rows };
    let solved = qp::solve(&problem, None).map_err(crate::programme::quadratic_failed)?;
    Ok(solved.x)
}

impl Allocator for Categories {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let wanted = self.wanted(cx)?;
        let shares = self.shares(&wanted)?;
        let names = self.names();
        for ((name, row), wanted) in self.conditions.iter().zip(wanted) {
            let value: f64 = names
                .iter()
                .zip(&shares)
                .map(|(category, x)| row.of.get(*category).copied().unwrap_or(0.0) * x)
                .sum();
            cx.because(|| format!("`{name}` is {value:.6}, {:+.2e} from what it should be", value - wanted));
        }
        let mut held = Weights::cash();
        for (name, share) in names.into_iter().zip(shares) {
            cx.because(|| format!("{name}: {}", percent(share)));
            if let Some(node) = self.of.get(name) {
                held = held.plus(node.allocate(cx)?.scaled(share));
            }
        }
        Ok(held)
    }

    fn parts(&self) -> Vec<&Node<AnyAllocator>> {
        self.of.values().collect()
    }

    fn explain(&self, words: &mut Words) {
        let conditions: Vec<&str> = self.conditions.keys().map(String::as_str).collect();
        words.line(format!("shares of categories by the conditions {}", conditions.join(", ")));
        for (name, row) in &self.conditions {
            if let Some(gauge) = &row.by {
                words.gauge(&format!("{name}: {} plus", row.is), gauge);
            }
        }
        for (name, node) in &self.of {
            words.allocator(name, node);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{market, strategy, weights};
    use trimtab_core::AssetId;

    fn held(conditions: &str) -> [f64; 2] {
        let market = market(&[("A", vec![1.0; 3]), ("B", vec![1.0; 3])]);
        let text = format!(
            "[root]\nkind = \"categories\"\n[root.of]\nstocks = {{ kind = \"fixed\", weights = {{ A = 1.0 }} }}\n\
             bonds = {{ kind = \"fixed\", weights = {{ B = 1.0 }} }}\n[root.strategic]\nstocks = 6\nbonds = 3\ncash = 1\n\
             [root.conditions]\n{conditions}"
        );
        let w = weights(&strategy(&text), &market, 2);
        [w.of(AssetId(0)), w.of(AssetId(1))]
    }

    fn near(a: [f64; 2], b: [f64; 2]) {
        assert!((a[0] - b[0]).abs() < 1e-12 && (a[1] - b[1]).abs() < 1e-12, "{a:?}, not {b:?}");
    }

    #[test]
    fn one_solution_many_and_none() {
        // Determined: stocks 0.5, bonds twice the cash.
        near(held("a = { of = { stocks = 1 }, is = 0.5 }\nb = { of = { bonds = 1, cash = -2 }, is = 0 }"), [0.5, 1.0 / 3.0]);
        // Under-determined: 0.1 less of stocks goes to bonds and cash alike, as that is nearest to 0.6, 0.3, 0.1.
        near(held("a = { of = { stocks = 1 }, is = 0.5 }"), [0.5, 0.35]);
        // Over-determined: least squares meet in the middle of 0.5 and 0.7.
        near(held("a = { of = { stocks = 1 }, is = 0.5 }\nb = { of = { stocks = 1 }, is = 0.7 }"), [0.6, 0.3]);
        // A condition that follows a gauge.
        near(held("a = { of = { stocks = 1 }, is = 0.2, by = { kind = \"constant\", value = 0.3 } }"), [0.5, 0.35]);
        // Never below zero: the best there is.
        near(held("a = { of = { stocks = 1 }, is = 1.5 }"), [1.0, 0.0]);
    }
}
