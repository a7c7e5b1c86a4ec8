//! The best weights by an objective.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::explain::{list, percent};
use crate::{
    Allocator, AnyLimit, AnyObjective, Condition, Constraint, Costs, Cx, Documented, Estimates, Estimating, Node,
    Programme, Solution, Takes, TradingTerms, Words,
};
use trimtab_core::{AssetId, Kind, NonNegative, Positive, Result, Weights};

/// Weights that are best by an objective under constraints: $w = \arg\max_{w \in \mathcal W} f(w)$ with
/// $\mathcal W = \{w : \mathbf 1^\top w = b,\; -s \le w_i,\; l_k \le a_k^\top w \le u_k\}$.
///
/// $f$: the `objective`, on means, covariance and returns made as `estimates` says; $b$ = `invested`; $s$ = `short`;
/// rows $a_k$: the `limits`, which here are conditions of the optimum and not remedies after it.
///
/// When no weights keep all constraints, those that `relax` names give way in its order, each as little as the others ask; after
/// that, with `keep`, today's holdings stay, also when a kernel fails. Each such step is a reason of the decision, with the
/// names of constraints that exclude each other. Without them it is an error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Optimal {
    /// The assets to choose from; empty means the universe.
    #[serde(default)]
    pub among: Vec<String>,
    /// What weights are best at.
    pub objective: Node<AnyObjective>,
    /// How the estimates are made.
    pub estimates: Estimating,
    /// The constraints by name: limits of the kinds `bounds`, `group`, `cash-reserve`, `leverage`, `turnover`,
    /// `positions` and `smallest-position`, as far as the objective can keep them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub limits: BTreeMap<String, Node<AnyLimit>>,
    /// The expected return at least, a year; a constraint called `least-return`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least_return: Option<f64>,
    /// What trading costs, weighed against what is gained, for objectives that can; written as the file's `costs`. Fees per
    /// order and minimum fees depend on no amount and are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub costs: Option<Costs>,
    /// For how many years a trade is made: its costs are divided by them.
    #[serde(default = "one")]
    pub horizon: Positive,
    /// The sum $b$ of weights; the rest is cash.
    #[serde(default = "one")]
    pub invested: Positive,
    /// How far $s$ a weight may be below zero.
    #[serde(default)]
    pub short: NonNegative,
    /// Names of constraints that give way, in this order, when no weights keep all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relax: Vec<String>,
    /// Keep what is held when no weights can be found.
    #[serde(default)]
    pub keep: bool,
}

fn one() -> Positive {
    Positive::try_from(1.0).expect("one is positive")
}

/// What the constraint of `least_return` is called.
const LEAST_RETURN: &str = "least-return";

impl Documented for Optimal {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [allocator.portfolio]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "IYR", "TLT", "AGG", "GLD"]
        objective = { kind = "minimum-variance" }
        estimates = { window = 252, covariance = { kind = "ledoit-wolf" } }
        relax     = ["stocks", "gold"]
        keep      = true
        [allocator.portfolio.limits]
        stocks = { kind = "group", among = ["SPY", "EFA", "EEM"], least = 0.3 }
        gold   = { kind = "bounds", among = ["GLD"], most = 0.1 }
        slowly = { kind = "turnover", most = 0.4 }
    "#;
    const SOURCE: &str = "Markowitz (1952), Portfolio selection, Journal of Finance 7(1), p. 77; each objective has its own";
    fn check(&self) -> Result<(), String> {
        self.estimates.check()?;
        if self.least_return.is_some_and(|r| !r.is_finite()) {
            return Err("`least_return` is a finite number".into());
        }
        let objective = self.objective.inner();
        for (name, limit) in &self.limits {
            let needs = match limit.inner() {
                AnyLimit::Bounds(_) => Takes::Bounds,
                AnyLimit::Turnover(_) => Takes::Turnover,
                AnyLimit::Positions(_) | AnyLimit::SmallestPosition(_) => Takes::Positions,
                _ => Takes::Linear,
            };
            if objective.as_dyn().takes() < needs {
                let kind = objective.kind();
                return Err(format!("the objective `{kind}` cannot keep `limits.{name}`: leave it to the file's limits"));
            }
        }
        if self.costs.is_some() && !objective.as_dyn().weighs_costs() {
            return Err(format!("the objective `{}` weighs no `costs`", objective.kind()));
        }
        if self.least_return.is_some() && objective.as_dyn().takes() < Takes::Linear {
            return Err(format!("the objective `{}` cannot keep `least_return`", objective.kind()));
        }
        let known = |name: &&String| {
            self.limits.contains_key(*name)
                || (*name == LEAST_RETURN && self.least_return.is_some())
                || (*name == objective.kind() && objective.as_dyn().nearest().is_some())
        };
        match self.relax.iter().find(|name| !known(name)) {
            Some(name) => Err(format!("`relax` names `{name}`, which is none of the constraints")),
            None => Ok(()),
        }
    }
}

impl Optimal {
    fn programme(&self, cx: &Cx<'_>, assets: &[AssetId], estimates: &Estimates) -> Result<Programme> {
        let mut constraints = Vec::new();
        for (name, limit) in &self.limits {
            let conditions = conditions(limit.inner(), cx, assets).map_err(|e| e.at(name))?;
            constraints.extend(conditions.into_iter().map(|of| Constraint { name: name.clone(), of }));
        }
        if let Some(least) = self.least_return {
            let coefficients = estimates.mean.clone();
            let of = Condition::Linear { coefficients, least, most: f64::INFINITY };
            constraints.push(Constraint { name: LEAST_RETURN.into(), of });
        }
        let trading = match &self.costs {
            Some(costs) => Some(TradingTerms::new(cx, costs, assets)?.times(1.0 / self.horizon.get())),
            None => None,
        };
        let book = &cx.book().weights;
        let held: Vec<f64> = assets.iter().map(|a| book.of(*a)).collect();
        let elsewhere = book.iter().filter(|(a, _)| !assets.contains(a)).map(|(_, w)| w).sum();
        Ok(Programme {
            objective: self.objective.inner().clone(),
            constraints,
            invested: self.invested.get(),
            short_most: self.short.get(),
            held,
            held_elsewhere: elsewhere,
            trading,
            relax: self.relax.clone(),
        })
    }

    fn solve(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let among = cx.select(&self.among)?;
        let (assets, estimates) = self.estimates.make(cx, &among)?;
        let programme = self.programme(cx, &assets, &estimates)?;
        let solution = programme.solve(&estimates)?;
        say(cx, &solution);
        Ok(Weights::new(assets.into_iter().zip(solution.weights)))
    }
}

/// The conditions of a limit on the assets at hand.
fn conditions(limit: &AnyLimit, cx: &Cx<'_>, assets: &[AssetId]) -> Result<Vec<Condition>> {
    match limit {
        AnyLimit::Turnover(turnover) => {
            return Ok(vec![Condition::Turnover { most: turnover.most.get() }]);
        }
        AnyLimit::Positions(positions) => {
            return Ok(vec![Condition::Positions { most: positions.most as usize }]);
        }
        AnyLimit::SmallestPosition(smallest) => {
            return Ok(vec![Condition::Smallest { least: smallest.least.get() }]);
        }
        _ => {}
    }
    let rows = limit.as_dyn().rows(cx)?.into_iter().map(|row| {
        let of = |asset: &AssetId| {
            row.coefficients.iter().filter(|(a, _)| a == asset).map(|(_, c)| c).sum::<f64>()
        };
        let coefficients = assets.iter().map(of).collect();
        Condition::Linear { coefficients, least: row.least, most: row.most }
    });
    Ok(rows.collect())
}

/// The reasons: what gave way, what came out, what bound it.
fn say(cx: &mut Cx<'_>, solution: &Solution) {
    for note in &solution.notes {
        cx.because(|| note.clone());
    }
    cx.because(|| {
        let (mean, volatility) = (percent(solution.mean), percent(solution.volatility));
        let measures: String =
            solution.measures.iter().map(|(name, x)| format!(", {name} {x:.6}")).collect();
        format!("expected return {mean}, volatility {volatility} a year{measures}")
    });
    let mut binding: Vec<&str> =
        solution.binding.iter().filter_map(|b| b.constraint.as_deref()).collect();
    binding.dedup();
    if !binding.is_empty() {
        cx.because(|| format!("bound by {}", binding.join(", ")));
    }
}

impl Allocator for Optimal {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        match self.solve(cx) {
            Err(error) if self.keep && matches!(error.kind(), Kind::Infeasible | Kind::Numeric) => {
                cx.because(|| format!("{}: what is held is kept", error.message()));
                Ok(cx.book().weights.clone())
            }
            done => done,
        }
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("hold {} at the weights that are best by an objective", list(&self.among)));
        words.objective("objective", &self.objective);
        self.estimates.explain(words);
        for limit in self.limits.values() {
            words.limit(limit);
        }
        if self.costs.is_some() {
            let years = self.horizon.get();
            words.line(format!("  less what trading costs, over a horizon of {years} years"));
        }
        if let Some(least) = self.least_return {
            words.line(format!("  with an expected return of at least {}", percent(least)));
        }
        if !self.relax.is_empty() {
            words.line(format!("  when these exclude each other, give way: {}", self.relax.join(", then ")));
        }
        if self.keep {
            words.line("  at last: keep what is held");
        }
    }
}
