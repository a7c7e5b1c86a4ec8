//! The recovery calculator: what it takes to make good a loss.
use crate::metrics::recovery_needed::gain_needed;
use serde::Serialize;
use trimtab_core::{Error, Result};

/// What it takes to make good one loss.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RecoveryRow {
    /// The loss, a fraction between 0 and 1.
    pub loss: f64,
    /// The gain that makes it good, `D / (1 - D)`.
    pub gain_needed: f64,
    /// Years until then at the yearly return asked for.
    pub years: f64,
}

/// A row for each of `losses` at the yearly return `rate`.
///
/// # Errors
/// [`trimtab_core::Kind::Data`] when a loss is not at least 0 and below 1, or the rate is not above 0.
pub fn recovery_table(losses: &[f64], rate: f64) -> Result<Vec<RecoveryRow>> {
    losses
        .iter()
        .map(|&loss| {
            Ok(RecoveryRow {
                loss,
                gain_needed: gain_needed(loss),
                years: years_to_recover(loss, rate)?,
            })
        })
        .collect()
}

/// Years until a loss of the fraction `loss` is made good at the yearly return `rate`: `-ln(1 - loss) / ln(1 + rate)`.
///
/// # Errors
/// [`trimtab_core::Kind::Data`] when the loss is not at least 0 and below 1, or the rate is not above 0.
pub fn years_to_recover(loss: f64, rate: f64) -> Result<f64> {
    if !(0.0..1.0).contains(&loss) {
        return Err(Error::data(format!("the loss {loss} is not a fraction between 0 and 1"))
            .hint("a loss of 50 % is 0.5"));
    }
    if !(rate > 0.0 && rate.is_finite()) {
        return Err(Error::data(format!("at a yearly return of {rate} no loss is ever made good")));
    }
    Ok(-(-loss).ln_1p() / rate.ln_1p())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_lost_needs_double_which_takes_a_decade_at_seven_per_cent() {
        let rows = recovery_table(&[0.5, 0.1, 0.0], 0.07).unwrap();
        assert_eq!(rows[0].gain_needed, 1.0);
        assert!((rows[0].years - 10.244_768_351_058_71).abs() < 1e-12);
        assert!((rows[1].gain_needed - 1.0 / 9.0).abs() < 1e-15);
        assert_eq!(rows[2].years, 0.0);
        assert!(recovery_table(&[1.0], 0.07).is_err());
        assert!(recovery_table(&[0.5], 0.0).is_err());
    }
}
