//! Ways to expect returns.
use crate::estimates::times;
use crate::{Cx, Observed, Words};
use trimtab_core::{Error, Kind, Result, Window};
use trimtab_math::linalg::Sym;
use trimtab_math::means::MeanError;

pub use black_litterman::{BlackView, Confidence};
pub use james_stein::Towards;

crate::registry::registry! {
    /// Any registered estimator of expected returns; `kind` in the file names which.
    AnyMean: Mean, "mean" {
        "bayes-stein" => bayes_stein::BayesStein,
        "black-litterman" => black_litterman::BlackLitterman,
        "equilibrium" => equilibrium::Equilibrium,
        "exponential-mean" => exponential_mean::ExponentialMean,
        "historical-mean" => historical_mean::HistoricalMean,
        "james-stein" => james_stein::JamesStein,
        "score-mean" => score_mean::ScoreMean,
        "windowed-mean" => windowed_mean::WindowedMean,
    }
}

/// Expected returns.
#[derive(Clone, Debug, PartialEq)]
pub struct Means {
    /// A year, in the order of the assets.
    pub mean: Vec<f64>,
    /// The covariance of their own error, a year, where it is to be added to that of the returns.
    pub error: Option<Sym>,
}

impl From<Vec<f64>> for Means {
    fn from(mean: Vec<f64>) -> Self {
        Self { mean, error: None }
    }
}

/// Expects returns from what was observed.
pub trait Mean: std::fmt::Debug + Send + Sync {
    /// Expected returns a year of the observed assets. `covariance` is theirs, a year.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Data`] when a history is too short, [`trimtab_core::Kind::Numeric`] when a kernel fails.
    fn estimate(&self, cx: &mut Cx<'_>, observed: &Observed, covariance: &Sym) -> Result<Means>;
    /// Windows it looks at beyond the one that is handed in.
    fn windows(&self) -> Vec<Window> {
        Vec::new()
    }
    /// The estimator in plain words, children below it.
    fn explain(&self, words: &mut Words);
}

pub(crate) fn yearly(per_period: Vec<f64>, observed: &Observed) -> Vec<f64> {
    per_period.into_iter().map(|m| m * observed.per_year).collect()
}

pub(crate) fn mean_failed(error: MeanError) -> Error {
    Error::new(Kind::Numeric, format!("expected returns: {error}"))
}

/// The covariance of one period from that of a year.
pub(crate) fn per_period(covariance: &Sym, observed: &Observed) -> Sym {
    times(covariance, 1.0 / observed.per_year)
}
