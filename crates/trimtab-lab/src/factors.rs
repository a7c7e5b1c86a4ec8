//! Which factors mattered: what was known at a date against what came after it.
//!
//! A factor is a number known at the end of each period; what it is held against is the log return of the target over the next h
//! periods, `y_t = sum_{i=1..h} ln(1 + r_{t+i})`. Three questions, each by horizon:
//!
//! * alone: `y_t = a + b z_t + u`, z the factor in units of its own deviation;
//! * together: all factors in one regression, so that of two that say the same only what each adds counts;
//! * out of sample: the first half is for learning only; from then on each date's forecast comes from a regression on
//!   the outcomes that were complete by then, and is held against the mean of those outcomes.
//!
//! Outcomes overlap, so errors are those of Newey and West with at least h - 1 lags. Many factors are tried at many horizons, so p-values are
//! corrected for all of them at once: a factor that one in twenty coins would equal has not been found.
//!
//! Sources: W. Newey, K. West (1987), *Econometrica* 55(3); I. Welch, A. Goyal (2008), A comprehensive look at the empirical performance of
//! equity premium prediction, *Review of Financial Studies* 21(4), pages 1455-1508; J. Campbell, S. Thompson (2008), *Review of Financial
//! Studies* 21(4), page 1515; T. Clark, K. West (2007), Approximately normal tests for equal predictive accuracy in nested models, *Journal
//! of Econometrics* 138(1), pages 291-311.
use serde::Serialize;
use trimtab_core::{Error, Result};
use trimtab_math::distributions::normal_tail;
use trimtab_math::moments::Moments;
use trimtab_math::multiple::{Correction, corrected};
use trimtab_math::regression::{Regression, lags_for};

/// A factor: what it said at the end of each period, where it said anything.
#[derive(Clone, Debug, PartialEq)]
pub struct FactorSeries {
    /// What it is called.
    pub name: String,
    /// Its reading at the end of each period.
    pub readings: Vec<Option<f64>>,
}

/// What a study of factors has found.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FactorStudy {
    /// Each factor by itself, by horizon and then in the order given.
    pub alone: Vec<FactorAlone>,
    /// All factors together, by horizon.
    pub together: Vec<FactorsTogether>,
    /// How many p-values were corrected for each other.
    pub tests: usize,
    /// Factors that could not be studied, and why.
    pub left_out: Vec<(String, String)>,
}

/// One factor at one horizon.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FactorAlone {
    /// The factor.
    pub name: String,
    /// Periods ahead, h.
    pub horizon: usize,
    /// Number of outcomes.
    pub outcomes: usize,
    /// What one deviation more of the factor came before, as a log return over the horizon: b.
    pub slope: f64,
    /// Its standard error.
    pub error: f64,
    /// Its t statistic.
    pub t: Option<f64>,
    /// The share of the variance of outcomes that it explains.
    pub r_squared: Option<f64>,
    /// The two-sided p-value, by itself.
    pub p: Option<f64>,
    /// Corrected for all tests by Holm: the chance that any of those below it is false.
    pub p_holm: Option<f64>,
    /// Corrected by Benjamini and Hochberg: the share of false ones among those below it, when tests hang together positively.
    pub p_bh: Option<f64>,
    /// Corrected by Benjamini and Yekutieli: the same however tests hang together.
    pub p_bhy: Option<f64>,
    /// How it forecast.
    pub forecast: Option<Forecast>,
}

/// Forecasts out of sample against the mean of what was known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Forecast {
    /// `1 - sum (y - forecast)² / sum (y - mean so far)²`: above zero it beat the mean.
    pub r_squared: f64,
    /// The statistic of Clark and West: forecasts of a model that is true but has to be estimated are expected to lose a little, which it
    /// gives back.
    pub clark_west: f64,
    /// Its one-sided p-value.
    pub p: f64,
    /// Forecasts made.
    pub count: usize,
}

/// All factors at one horizon.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FactorsTogether {
    /// Periods ahead, h.
    pub horizon: usize,
    /// Number of outcomes for which every factor had a reading.
    pub outcomes: usize,
    /// What each factor adds to the others: name, slope by one deviation, standard error, t, p.
    pub slopes: Vec<FactorSlope>,
    /// The share of the variance of outcomes that all of them explain.
    pub r_squared: Option<f64>,
    /// The p-value of all slopes being zero.
    pub p: Option<f64>,
    /// How all of them forecast.
    pub forecast: Option<Forecast>,
}

/// One factor beside the others.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FactorSlope {
    /// The factor.
    pub name: String,
    /// By one deviation more, the others standing still.
    pub slope: f64,
    /// Its standard error.
    pub error: f64,
    /// Its t statistic.
    pub t: Option<f64>,
    /// The two-sided p-value.
    pub p: Option<f64>,
}

/// Fewer outcomes than this for each coefficient tell noise.
const OUTCOMES_EACH: usize = 20;

/// Studies what `factors` said of the `returns` that followed: `returns[t]` is that of the period which ends when reading `t` is made, so
/// that reading t is held against `returns[t + 1 ..= t + h]`.
///
/// # Errors
/// [`trimtab_core::Kind::Data`] when lengths differ, a horizon is zero, or no factor has enough readings.
pub fn study(returns: &[f64], factors: &[FactorSeries], horizons: &[usize]) -> Result<FactorStudy> {
    if let Some(odd) = factors.iter().find(|f| f.readings.len() != returns.len()) {
        let said = format!(
            "{} has {} readings for {} returns",
            odd.name,
            odd.readings.len(),
            returns.len()
        );
        return Err(Error::data(said));
    }
    if horizons.is_empty() || horizons.contains(&0) {
        return Err(Error::data("a horizon is at least one period"));
    }
    if let Some(bad) = returns.iter().find(|r| !(r.is_finite() && **r > -1.0)) {
        return Err(Error::data(format!("{bad} is not a return above -1")));
    }
    let logs: Vec<f64> = returns.iter().map(|r| r.ln_1p()).collect();
    let (mut alone, mut left_out) = (Vec::new(), Vec::new());
    let mut kept: Vec<&FactorSeries> = Vec::new();
    let longest = horizons.iter().copied().max().unwrap_or(1);
    for factor in factors {
        match Sample::of(&logs, &[factor], longest).and_then(|sample| sample.fit()) {
            Ok(_) => kept.push(factor),
            Err(why) => left_out.push((factor.name.clone(), why)),
        }
    }
    if kept.is_empty() {
        let why =
            left_out.first().map_or_else(String::new, |(name, why)| format!("; {name}: {why}"));
        return Err(Error::data(format!("no factor has enough readings{why}"))
            .hint("give longer data or shorter horizons"));
    }
    for horizon in horizons {
        for factor in &kept {
            let sample = Sample::of(&logs, &[factor], *horizon);
            match sample.and_then(|sample| one(&sample, &factor.name)) {
                Ok(found) => alone.push(found),
                Err(why) => left_out.push((format!("{} at {horizon}", factor.name), why)),
            }
        }
    }
    correct(&mut alone);
    let tests = alone.iter().filter(|f| f.p.is_some()).count();
    let mut together = Vec::new();
    for horizon in horizons.iter().filter(|_| kept.len() > 1) {
        match Sample::of(&logs, &kept, *horizon).and_then(|sample| all(&sample, &kept)) {
            Ok(found) => together.push(found),
            Err(why) => left_out.push((format!("all together at {horizon}"), why)),
        }
    }
    Ok(FactorStudy { alone, together, tests, left_out })
}

/// Outcomes with the readings before them.
struct Sample {
    horizon: usize,
    /// The period after which each reading was made.
    at: Vec<usize>,
    /// The outcome of each.
    y: Vec<f64>,
    /// The readings of each factor.
    x: Vec<Vec<f64>>,
}

impl Sample {
    fn of(logs: &[f64], factors: &[&FactorSeries], horizon: usize) -> Result<Self, String> {
        let mut sums = vec![0.0];
        logs.iter().for_each(|log| sums.push(sums[sums.len() - 1] + log));
        let complete =
            |t: &usize| factors.iter().all(|f| f.readings[*t].is_some_and(f64::is_finite));
        let at: Vec<usize> = (0..logs.len().saturating_sub(horizon)).filter(complete).collect();
        let needed = OUTCOMES_EACH * (factors.len() + 1).max(horizon.div_ceil(4));
        if at.len() < needed {
            return Err(format!("{} outcomes where {needed} are needed", at.len()));
        }
        let column = |f: &&FactorSeries| at.iter().filter_map(|t| f.readings[*t]).collect();
        let y = at.iter().map(|t| sums[t + 1 + horizon] - sums[t + 1]).collect();
        Ok(Self { horizon, y, x: factors.iter().map(column).collect(), at })
    }

    /// Lags of the errors: those of the rule, or as many as outcomes overlap.
    fn lags(&self) -> usize {
        lags_for(self.y.len()).max(self.horizon - 1)
    }

    /// The regression of all outcomes on the factors, each in units of its own deviation.
    fn fit(&self) -> Result<Regression, String> {
        let mut columns = vec![vec![1.0; self.y.len()]];
        for x in &self.x {
            let m = Moments::of(x).filter(|m| m.m2 > 0.0).ok_or("it does not vary")?;
            let deviation = m.deviation_population();
            columns.push(x.iter().map(|x| (x - m.mean) / deviation).collect());
        }
        Regression::new(&columns, &self.y).map_err(|error| error.to_string())
    }

    /// Forecasts from the middle on. The regression behind each knows only outcomes that were complete when it was made.
    fn forecast(&self) -> Option<Forecast> {
        let (n, k) = (self.y.len(), self.x.len() + 1);
        let (mut ours, mut means, mut gains) = (0.0, 0.0, Vec::new());
        for t in n / 2..n {
            let known = self.at.partition_point(|at| at + self.horizon <= self.at[t]);
            if known < OUTCOMES_EACH * k / 2 {
                continue;
            }
            let ones = vec![1.0; known];
            let columns: Vec<&[f64]> = std::iter::once(ones.as_slice())
                .chain(self.x.iter().map(|x| &x[..known]))
                .collect();
            let Ok(fit) = Regression::new(&columns, &self.y[..known]) else { continue };
            let own = fit.coefficients[0]
                + fit.coefficients[1..].iter().zip(&self.x).map(|(b, x)| b * x[t]).sum::<f64>();
            let mean = self.y[..known].iter().sum::<f64>() / known as f64;
            let (a, b) = ((self.y[t] - mean).powi(2), (self.y[t] - own).powi(2));
            (means, ours) = (means + a, ours + b);
            gains.push(a - (b - (mean - own).powi(2)));
        }
        let count = gains.len();
        let fit = Regression::new(&[vec![1.0; count]], &gains).ok()?;
        let lags = lags_for(count).max(self.horizon - 1);
        let clark_west = fit.estimates(&fit.covariance_robust(lags))[0].t?;
        (means > 0.0).then(|| Forecast {
            r_squared: 1.0 - ours / means,
            clark_west,
            p: normal_tail(clark_west),
            count,
        })
    }
}

fn one(sample: &Sample, name: &str) -> Result<FactorAlone, String> {
    let fit = sample.fit()?;
    let own = fit.estimates(&fit.covariance_robust(sample.lags()))[1];
    Ok(FactorAlone {
        name: name.to_owned(),
        horizon: sample.horizon,
        outcomes: sample.y.len(),
        slope: own.coefficient,
        error: own.error,
        t: own.t,
        r_squared: fit.r_squared(&sample.y),
        p: own.p,
        p_holm: None,
        p_bh: None,
        p_bhy: None,
        forecast: sample.forecast(),
    })
}

fn all(sample: &Sample, factors: &[&FactorSeries]) -> Result<FactorsTogether, String> {
    let fit = sample.fit()?;
    let covariance = fit.covariance_robust(sample.lags());
    let which: Vec<usize> = (1..=factors.len()).collect();
    let own = fit.estimates(&covariance);
    let slopes = factors.iter().zip(&own[1..]).map(|(factor, own)| FactorSlope {
        name: factor.name.clone(),
        slope: own.coefficient,
        error: own.error,
        t: own.t,
        p: own.p,
    });
    Ok(FactorsTogether {
        horizon: sample.horizon,
        outcomes: sample.y.len(),
        slopes: slopes.collect(),
        r_squared: fit.r_squared(&sample.y),
        p: fit.joint(&covariance, &which).map(|(_, p)| p),
        forecast: sample.forecast(),
    })
}

/// Corrects the p-values of all factors at all horizons for each other.
fn correct(alone: &mut [FactorAlone]) {
    let p: Vec<f64> = alone.iter().filter_map(|f| f.p).collect();
    let by = |correction| corrected(&p, p.len(), correction);
    let (holm, bh, bhy) = (by(Correction::Holm), by(Correction::Bh), by(Correction::Bhy));
    for (k, found) in alone.iter_mut().filter(|f| f.p.is_some()).enumerate() {
        (found.p_holm, found.p_bh, found.p_bhy) = (Some(holm[k]), Some(bh[k]), Some(bhy[k]));
    }
}

#[cfg(test)]
mod tests;
