//! The next best when the best fails.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Allocator, AnyAllocator, Cx, Documented, Node, Words};
use trimtab_core::{Kind, Result, Weights};

/// The first of several allocators that succeeds; at the very end, if asked, the weights held today:
/// $w = w_k$ with $k = \min\{j : w_j \text{ exists}\}$, else $w = w^0$.
///
/// $w_j$: the weights of choice $j$ of `of`; $w^0$: today's holdings, when `keep` is set.
///
/// Each failure is noted with its reason. Only the kinds of failure in `on` are rescued; a mistake in the strategy
/// file never is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fallback {
    /// In the order in which they are tried.
    pub of: Vec<Node<AnyAllocator>>,
    /// Keep what is held when all fail.
    #[serde(default)]
    pub keep: bool,
    /// The failures that are rescued.
    #[serde(default = "solver_failures")]
    pub on: Vec<Failure>,
}

fn solver_failures() -> Vec<Failure> {
    vec![Failure::Infeasible, Failure::Numeric]
}

/// A kind of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Failure {
    /// The limits admit no portfolio.
    Infeasible,
    /// A kernel failed.
    Numeric,
    /// The data do not reach back far enough, or have a hole.
    Data,
}

impl Documented for Fallback {
    const EXAMPLE: &str = r#"
        root = "@safe"
        [allocator.safe]
        kind = "fallback"
        of   = [{ kind = "inverse-volatility", window = 63 }, { kind = "equal-weight" }]
        keep = true
    "#;
    const SOURCE: &str = "Own rule: a rebalance date always has an answer, and the answer says how it was found";
    fn check(&self) -> Result<(), String> {
        if self.of.is_empty() { Err("`of` names no allocator".into()) } else { Ok(()) }
    }
}

impl Fallback {
    fn rescues(&self, kind: Kind) -> bool {
        self.on.iter().any(|failure| match failure {
            Failure::Infeasible => kind == Kind::Infeasible,
            Failure::Numeric => kind == Kind::Numeric,
            Failure::Data => kind == Kind::Data,
        })
    }
}

impl Allocator for Fallback {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let mut last = None;
        for node in &self.of {
            match node.allocate(cx) {
                Err(error) if self.rescues(error.kind()) => {
                    cx.because(|| format!("{} failed: {}", node.name(), error.message()));
                    last = Some(error);
                }
                done => return done,
            }
        }
        match last {
            Some(error) if !self.keep => Err(error),
            _ => {
                cx.because(|| "all failed: what is held is kept".into());
                Ok(cx.book().weights.clone())
            }
        }
    }

    fn parts(&self) -> Vec<&Node<AnyAllocator>> {
        self.of.iter().collect()
    }

    /// A failure on the first day is rescued like any other.
    fn ready(&self, _: &mut Cx<'_>) -> Result<()> {
        Ok(())
    }

    fn explain(&self, words: &mut Words) {
        words.line("the first of these that succeeds");
        for (ix, node) in self.of.iter().enumerate() {
            words.allocator(&format!("choice {}", ix + 1), node);
        }
        if self.keep {
            words.line("  at last: keep what is held");
        }
    }
}
