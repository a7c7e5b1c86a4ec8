//! One thing or the other.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Allocator, AnyAllocator, AnyGauge, Columns, Cx, Documented, Node, Portfolios, Words};
use trimtab_core::{Result, Weights};

/// A switch on a gauge: $w = w_{\mathrm{then}}$ when $g > \theta$, else $w_{\mathrm{otherwise}}$.
///
/// $g$: the reading of `gauge`; $\theta$ = `above` (strictly). Without `otherwise` the other side is cash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// The gauge $g$.
    pub gauge: Node<AnyGauge>,
    /// The threshold $\theta$.
    pub above: f64,
    /// What is held above it.
    pub then: Node<AnyAllocator>,
    /// What is held at or below it; nothing means cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<Node<AnyAllocator>>,
}

impl Documented for When {
    const EXAMPLE: &str = r#"
        root = "@trend-or-bonds"
        [signal.trend]
        kind = "sma-ratio"
        fast = 50
        slow = 200
        [gauge.market]
        kind  = "score-of"
        asset = "SPY"
        by    = "@trend"
        [allocator.trend-or-bonds]
        kind      = "when"
        gauge     = "@market"
        above     = 1.0
        then      = { kind = "fixed", weights = { SPY = 1.0 } }
        otherwise = { kind = "fixed", weights = { AGG = 1.0 } }
    "#;
    const SOURCE: &str = "Faber (2007), A quantitative approach to tactical asset allocation, \
                          Journal of Wealth Management 9(4), p. 69";
    fn check(&self) -> Result<(), String> {
        if self.above.is_finite() { Ok(()) } else { Err("`above` is a finite number".into()) }
    }
}

impl Allocator for When {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let reading = self.gauge.read(cx)?;
        let yes = reading > self.above;
        cx.because(|| {
            let relation = if yes { "above" } else { "not above" };
            format!("{} is {reading:.4}, {relation} {}", self.gauge.name(), self.above)
        });
        match (yes, &self.otherwise) {
            (true, _) => self.then.allocate(cx),
            (false, Some(otherwise)) => otherwise.allocate(cx),
            (false, None) => Ok(Weights::cash()),
        }
    }

    fn columns(&self, cx: &Columns<'_>) -> Option<Portfolios> {
        let yes = cx.readings(&self.gauge)?.map(|reading| f64::from(reading > self.above));
        let then = cx.portfolios(&self.then)?.times(&yes);
        match &self.otherwise {
            Some(otherwise) => {
                Some(then.plus(cx.portfolios(otherwise)?.times(&yes.map(|yes| 1.0 - yes))))
            }
            None => Some(then),
        }
    }

    fn parts(&self) -> Vec<&Node<AnyAllocator>> {
        [Some(&self.then), self.otherwise.as_ref()].into_iter().flatten().collect()
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("when {} is above {}", self.gauge.name(), self.above));
        words.gauge("gauge", &self.gauge);
        words.allocator("then", &self.then);
        match &self.otherwise {
            Some(otherwise) => words.allocator("otherwise", otherwise),
            None => words.line("  otherwise: cash"),
        }
    }
}
