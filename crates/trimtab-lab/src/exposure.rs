//! The bets in a run that nobody named: what it moved with, factor by factor.
//!
//! Excess returns of the run are explained by the returns of styles (market, size, value, momentum, duration …), all at once:
//! `r_t - f_t = a + sum_k b_k x_kt + u_t`, errors after Newey and West. A slope that is far from zero is a bet, whether it was meant or not:
//! a growth tilt in a value cycle shows as a negative slope on value.
//!
//! Sources: W. Sharpe (1992), Asset allocation: management style and performance measurement, *Journal of Portfolio Management* 18(2),
//! pages 7-19; E. Fama, K. French (1993), *Journal of Financial Economics* 33(1), pages 3-56; M. Carhart (1997), *Journal of Finance* 52(1),
//! pages 57-82.
use serde::Serialize;
use trimtab_core::{Error, Result};
use trimtab_math::regression::{Regression, lags_for};

/// The returns of one style between the dates of a run: of an index over cash, or of one index over another.
#[derive(Clone, Debug, PartialEq)]
pub struct Style {
    /// What it is called.
    pub name: String,
    /// What it is, in a line.
    pub about: String,
    /// Its return in each period.
    pub returns: Vec<f64>,
}

/// How a run depends on styles.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Exposure {
    /// What is left, as a yearly rate, `P a`.
    pub alpha_yearly: f64,
    /// Its standard error.
    pub alpha_error: f64,
    /// Its p-value.
    pub alpha_p: Option<f64>,
    /// The slopes, in the order of the styles.
    pub bets: Vec<Bet>,
    /// The share of the variance that the styles explain.
    pub r_squared: Option<f64>,
    /// Number of periods.
    pub periods: usize,
    /// Lags of the errors.
    pub lags: usize,
}

/// One slope.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bet {
    /// The style.
    pub name: String,
    /// What it is.
    pub about: String,
    /// Gain of the run when the style gains one, the others standing still.
    pub slope: f64,
    /// Its standard error.
    pub error: f64,
    /// Its t statistic.
    pub t: Option<f64>,
    /// The two-sided p-value.
    pub p: Option<f64>,
    /// What the style brought the run, `P b mean(x)`, a year.
    pub contribution_yearly: f64,
}

/// Fewer periods than this for each coefficient tell noise.
const PERIODS_EACH: usize = 10;

/// The exposure of excess returns to styles. A style that is a combination of those before it is refused by name.
///
/// # Errors
/// [`trimtab_core::Kind::Data`] when lengths differ, for fewer than ten periods a style, or for styles that say the same.
pub fn exposure(excess: &[f64], styles: &[Style], periods_yearly: f64) -> Result<Exposure> {
    let n = excess.len();
    let needed = PERIODS_EACH * (styles.len() + 1);
    if styles.is_empty() || n < needed {
        return Err(Error::data(format!("{n} periods for {} styles", styles.len()))
            .hint(format!("give at least {needed} periods, and a style")));
    }
    if let Some(odd) = styles.iter().find(|style| style.returns.len() != n) {
        let said = format!("{} has {} returns, the run {n}", odd.name, odd.returns.len());
        return Err(Error::data(said));
    }
    let ones = vec![1.0; n];
    let columns: Vec<&[f64]> = std::iter::once(&ones)
        .chain(styles.iter().map(|s| &s.returns))
        .map(Vec::as_slice)
        .collect();
    let fit = Regression::new(&columns, excess).map_err(|error| {
        let names: Vec<&str> = styles.iter().map(|style| style.name.as_str()).collect();
        Error::data(format!("styles {}: {error}", names.join(", ")))
            .hint("column 0 is the constant, 1 the first style; leave out one that says the same as others")
    })?;
    let lags = lags_for(n);
    let estimates = fit.estimates(&fit.covariance_robust(lags));
    let mean = |x: &[f64]| x.iter().sum::<f64>() / n as f64;
    let bet = |(style, own): (&Style, &trimtab_math::regression::Estimate)| Bet {
        name: style.name.clone(),
        about: style.about.clone(),
        slope: own.coefficient,
        error: own.error,
        t: own.t,
        p: own.p,
        contribution_yearly: periods_yearly * own.coefficient * mean(&style.returns),
    };
    Ok(Exposure {
        alpha_yearly: periods_yearly * estimates[0].coefficient,
        alpha_error: periods_yearly * estimates[0].error,
        alpha_p: estimates[0].p,
        bets: styles.iter().zip(&estimates[1..]).map(bet).collect(),
        r_squared: fit.r_squared(excess),
        periods: n,
        lags,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(k: u32) -> Vec<f64> {
        (0..240_u32).map(|t| 0.01 * (f64::from(t * t * k % 29) - 14.0) / 14.0).collect()
    }

    fn style(name: &str, returns: Vec<f64>) -> Style {
        Style { name: name.into(), about: String::new(), returns }
    }

    #[test]
    fn a_growth_tilt_shows_as_a_bet_against_value() {
        let (market, value) = (wave(3), wave(5));
        let run: Vec<f64> =
            (0..240).map(|t| 0.8 * market[t] - 0.5 * value[t] + 0.001 * (t % 3) as f64).collect();
        let styles = [style("market", market), style("value", value)];
        let found = exposure(&run, &styles, 12.0).unwrap();
        assert!((found.bets[0].slope - 0.8).abs() < 0.02, "{found:?}");
        assert!((found.bets[1].slope + 0.5).abs() < 0.02);
        assert!(found.bets.iter().all(|bet| bet.p.unwrap() < 1e-6));
        assert!((found.alpha_yearly - 0.012).abs() < 1e-3);
        // Alpha and contributions are the whole mean.
        let whole = 12.0 * run.iter().sum::<f64>() / 240.0;
        let parts: f64 = found.bets.iter().map(|bet| bet.contribution_yearly).sum();
        assert!((found.alpha_yearly + parts - whole).abs() < 1e-12);
    }

    #[test]
    fn styles_that_say_the_same_are_refused() {
        let twice: Vec<f64> = wave(3).iter().map(|x| 2.0 * x).collect();
        let error =
            exposure(&wave(5), &[style("a", wave(3)), style("b", twice)], 12.0).unwrap_err();
        assert!(error.message().contains("a, b"), "{error}");
        assert!(exposure(&[0.0; 5], &[style("a", vec![0.0; 5])], 12.0).is_err());
        assert!(exposure(&wave(5), &[style("a", vec![0.0; 5])], 12.0).is_err());
    }
}
