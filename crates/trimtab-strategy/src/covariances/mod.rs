//! Ways to estimate how assets move together.
use crate::estimates::times;
use crate::{Cx, Observed, Words};
use trimtab_core::{Error, Kind, Result, Window};
use trimtab_math::covariance::CovarianceError;
use trimtab_math::linalg::Sym;

pub use denoised::Noise;
pub use exponential_covariance::MeasuredFrom;
pub use factor_model::Factors;
pub use ledoit_wolf::Ideal;
pub use mixed_covariance::CorrelationPart;
pub use oas::Form;
pub use repaired::Repair;

crate::registry::registry! {
    /// Any registered estimator of covariances; `kind` in the file names which.
    AnyCovariance: Covariance, "covariance" {
        "denoised" => denoised::Denoised,
        "detoned" => detoned::Detoned,
        "exponential-covariance" => exponential_covariance::ExponentialCovariance,
        "factor-model" => factor_model::FactorModel,
        "ledoit-wolf" => ledoit_wolf::LedoitWolf,
        "mixed-covariance" => mixed_covariance::MixedCovariance,
        "oas" => oas::Oas,
        "repaired" => repaired::Repaired,
        "sample-covariance" => sample_covariance::SampleCovariance,
        "semi-covariance" => semi_covariance::SemiCovariance,
        "windowed-covariance" => windowed_covariance::WindowedCovariance,
    }
}

/// Estimates how assets move together from what was observed.
pub trait Covariance: std::fmt::Debug + Send + Sync {
    /// The covariance of simple returns a year of the observed assets.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Data`] when a history is too short, [`trimtab_core::Kind::Numeric`] when a kernel fails.
    fn estimate(&self, cx: &mut Cx<'_>, observed: &Observed) -> Result<Sym>;
    /// Whether it never has an eigenvalue below zero, but for rounding. If not, it is looked at each time.
    fn is_semidefinite(&self) -> bool {
        true
    }
    /// Windows it looks at beyond the one that is handed in.
    fn windows(&self) -> Vec<Window> {
        Vec::new()
    }
    /// The estimator in plain words, children below it.
    fn explain(&self, words: &mut Words);
}

pub(crate) fn yearly(covariance: Sym, observed: &Observed) -> Sym {
    times(&covariance, observed.per_year)
}

/// A kernel's failure; variables are called by their symbols.
pub(crate) fn covariance_failed(cx: &Cx<'_>, observed: &Observed, error: CovarianceError) -> Error {
    let said = match error {
        CovarianceError::Constant { series } if series < observed.assets.len() => {
            let symbol = cx.past().symbol(observed.assets[series]);
            format!("{symbol} did not move in {}: it has no correlation", observed.window)
        }
        other => format!("the covariance: {other}"),
    };
    Error::new(Kind::Numeric, said)
}
