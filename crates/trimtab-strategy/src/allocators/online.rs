//! Weights that learn from one period after the other.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::explain::list;
use crate::{Allocator, Cx, Documented, Observed, Words};
use trimtab_core::{Error, Kind, NonNegative, Positive, Result, Weights, Window};
use trimtab_math::online::{
    Aggressiveness, Anticor, CompoundAnticor, ConfidenceForm, ConfidenceWeighted, ExponentiatedGradient,
    MovingAverage, MovingAverageReversion, OnlineError, OnlineNewtonStep, OnlinePortfolio, PassiveAggressive,
    Prior, RobustMedianReversion, Universal, weights_after,
};

/// Online portfolio selection: $b_{t+1} = f(b_t, x_t)$ through the periods of a window, from equal weights $b_1$.
///
/// $x_t$: price relatives of period $t$ of `window`, total returns plus one; $f$ = `rule`. Weights are zero or more and add up to 1. Because the whole
/// window is gone through at each decision, the weights follow from the past alone, whenever decisions are made. A constant
/// rebalanced portfolio is the allocator `fixed`, or `equal-weight`; mixtures of strategies are learnt by `hedge`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Online {
    /// The assets; empty means the universe.
    #[serde(default)]
    pub among: Vec<String>,
    /// How many periods are gone through.
    pub window: Window,
    /// How weights follow from a period.
    pub rule: OnlineRule,
}

/// How weights follow from a period. $g = b^\top x$ is its growth, $\bar x$ the mean of its relatives.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum OnlineRule {
    /// Exponentiated gradient: $b_i \exp(\eta x_i / g)$, scaled to 1; $\eta$ = `rate`, 0.05 in the paper.
    Eg {
        /// The learning rate $\eta$.
        rate: NonNegative,
    },
    /// Cover's universal portfolio: the mean of all constant rebalanced ones, each weighted by its wealth, over portfolios drawn by a seed.
    Universal {
        /// How many portfolios are drawn.
        samples: u32,
        /// The seed of the draw.
        seed: u64,
    },
    /// Online Newton step, with $\eta$ = `mix`, $\beta$, $\delta$; 0, 1 and 1/8 in the paper.
    Newton {
        /// The share $\eta$ of equal weights.
        mix: NonNegative,
        /// $\beta$.
        beta: Positive,
        /// $\delta$.
        delta: Positive,
    },
    /// Passive aggressive mean reversion: where $g$ was above $\epsilon$, a step $\tau\,(\bar x - x)$ against the last period, onto the simplex;
    /// $\tau = (g - \epsilon)^+ / |x - \bar x|^2$, at most `cap` where it is given.
    Pamr {
        /// The growth $\epsilon$; 0.5 in the paper.
        threshold: NonNegative,
        /// The longest step $C$ (PAMR-1).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cap: Option<Positive>,
    },
    /// Confidence weighted mean reversion, by the deviation of the growth.
    Cwmr {
        /// The quantile $\phi$; 2 in the paper.
        confidence: NonNegative,
        /// The growth $\epsilon$; 0.5 in the paper.
        threshold: NonNegative,
    },
    /// Moving average reversion (OLMAR-1): a step that lifts the growth expected by the mean of the last `average` prices to `threshold`.
    Olmar {
        /// The growth $\epsilon$; 10 in the paper.
        threshold: NonNegative,
        /// How many prices are averaged; 5 in the paper.
        average: u32,
    },
    /// Robust median reversion: as `olmar` with the geometric median of the last `average` prices.
    Rmr {
        /// The growth $\epsilon$; 5 in the paper.
        threshold: NonNegative,
        /// How many prices; 5 in the paper.
        average: u32,
    },
    /// Anticor over all lags from 2 to `lags`, bought and held, or with `twice` Anticor over those.
    Anticor {
        /// The longest lag; 30 in the paper. The window must be twice as long.
        lags: u32,
        /// Whether Anticor shares the wealth between the lags, too.
        #[serde(default)]
        twice: bool,
    },
}

impl Documented for Online {
    const EXAMPLE: &str = r#"
        root = "@reverting"
        [allocator.reverting]
        kind   = "online"
        among  = ["SPY", "EFA", "EEM", "TLT", "GLD"]
        window = "52 weeks"
        rule   = { olmar = { threshold = 10, average = 5 } }
    "#;
    const SOURCE: &str = "Li, Hoi (2014), Online portfolio selection: a survey, ACM Computing Surveys 46(3), 35; Helmbold et al. (1998) EG; \
                          Cover (1991) universal; Agarwal et al. (2006) Newton; Li et al. (2012) PAMR; Li et al. (2013) CWMR; Li, Hoi (2012) \
                          OLMAR; Huang et al. (2016) RMR; Borodin et al. (2004) Anticor";
    fn check(&self) -> Result<(), String> {
        match self.rule.start(2) {
            Ok(_) => Ok(()),
            Err(error) => Err(format!("`rule`: {error}")),
        }
    }
}

impl OnlineRule {
    fn start(&self, n: usize) -> Result<Box<dyn OnlinePortfolio>, OnlineError> {
        Ok(match *self {
            Self::Eg { rate } => Box::new(ExponentiatedGradient::new(n, rate.get())?),
            Self::Universal { samples, seed } => {
                Box::new(Universal::simulated(n, samples as usize, seed, Prior::Uniform)?)
            }
            Self::Newton { mix, beta, delta } => {
                Box::new(OnlineNewtonStep::new(n, mix.get(), beta.get(), delta.get())?)
            }
            Self::Pamr { threshold, cap } => {
                let how = cap.map_or(Aggressiveness::Hard, |c| Aggressiveness::Capped(c.get()));
                Box::new(PassiveAggressive::new(n, threshold.get(), how)?)
            }
            Self::Cwmr { confidence, threshold } => Box::new(ConfidenceWeighted::new(
                n,
                confidence.get(),
                threshold.get(),
                ConfidenceForm::Deviation,
            )?),
            Self::Olmar { threshold, average } => {
                let average = MovingAverage::Simple { window: average as usize };
                Box::new(MovingAverageReversion::new(n, threshold.get(), average)?)
            }
            Self::Rmr { threshold, average } => {
                Box::new(RobustMedianReversion::new(n, threshold.get(), average as usize)?)
            }
            Self::Anticor { lags, twice: false } => Box::new(Anticor::new(n, lags as usize)?),
            Self::Anticor { lags, twice: true } => {
                Box::new(CompoundAnticor::new(n, lags as usize)?)
            }
        })
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Eg { .. } => "exponentiated gradient",
            Self::Universal { .. } => "the universal portfolio",
            Self::Newton { .. } => "the online Newton step",
            Self::Pamr { .. } => "passive aggressive mean reversion",
            Self::Cwmr { .. } => "confidence weighted mean reversion",
            Self::Olmar { .. } => "moving average reversion",
            Self::Rmr { .. } => "robust median reversion",
            Self::Anticor { .. } => "Anticor",
        }
    }
}

impl Allocator for Online {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let assets = cx.select(&self.among)?;
        if assets.is_empty() {
            return Err(Error::data("there is no asset to choose from"));
        }
        let observed = Observed::over(cx.past(), &assets, self.window)?;
        let n = assets.len();
        let mut relatives = vec![0.0; n * observed.returns.t()];
        for j in 0..n {
            for (t, r) in observed.returns.series(j).enumerate() {
                relatives[t * n + j] = 1.0 + r;
            }
        }
        let weights = self
            .rule
            .start(n)
            .and_then(|mut rule| weights_after(rule.as_mut(), &relatives))
            .map_err(|e| Error::new(Kind::Numeric, e.to_string()))?;
        cx.because(|| format!("{} through {}", self.rule.name(), self.window));
        Ok(Weights::new(assets.into_iter().zip(weights)))
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!(
            "hold {} by {}, learnt over {}",
            list(&self.among),
            self.rule.name(),
            self.window
        ));
    }
}
