//! What optimisers know of the assets: means, covariance and returns, made from the past.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::covariances::SampleCovariance;
use crate::means::HistoricalMean;
use crate::{AnyCovariance, AnyMean, Cx, Node, Words};
use trimtab_core::{AssetId, Error, Kind, Past, Result, Window};
use trimtab_math::covariance::definiteness;
use trimtab_math::linalg::{Observations, Sym};

/// Means, covariance and returns of some assets: all that an optimiser sees of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimates {
    /// What each asset is called, in the order of every vector.
    pub names: Vec<String>,
    /// Expected simple returns, a year unless they were given otherwise.
    pub mean: Vec<f64>,
    /// Covariance of simple returns, a year unless it was given otherwise.
    pub covariance: Sym,
    /// Returns a period, oldest first; none where only means and covariance were given.
    pub returns: Option<Observations>,
    /// How many periods of `returns` make the unit of `mean` and `covariance`: 252 for days in a year.
    pub per_year: f64,
    /// The riskless return in the unit of `mean`, where it is known.
    pub riskless: Option<f64>,
}

impl Estimates {
    /// Estimates that someone else made, in a unit of his own.
    ///
    /// # Errors
    /// [`Kind::Data`] when sizes differ, a number is not finite, or the covariance is not positive semi-definite.
    pub fn given(names: Vec<String>, mean: Vec<f64>, covariance: Sym) -> Result<Self> {
        let n = names.len();
        if n == 0 || mean.len() != n || covariance.n() != n {
            let (means, size) = (mean.len(), covariance.n());
            let said = format!("{n} assets, {means} means and a covariance of {size} x {size}");
            return Err(
                Error::data(said).hint("give one mean, one row and one column for each asset")
            );
        }
        if let Some(ix) = mean.iter().position(|m| !m.is_finite()) {
            return Err(Error::data(format!("the mean of {} is not a finite number", names[ix])));
        }
        check_definite(&covariance)?;
        Ok(Self { names, mean, covariance, returns: None, per_year: 1.0, riskless: None })
    }

    /// The number of assets.
    pub fn n(&self) -> usize {
        self.names.len()
    }

    /// $\mu^\top w$.
    pub fn mean_of(&self, weights: &[f64]) -> f64 {
        weights.iter().zip(&self.mean).map(|(w, m)| w * m).sum()
    }

    /// $\sqrt{w^\top \Sigma w}$.
    pub fn volatility_of(&self, weights: &[f64]) -> f64 {
        self.covariance.quadratic_form(weights).max(0.0).sqrt()
    }

    /// The returns as rows of one period each, oldest first.
    ///
    /// # Errors
    /// [`Kind::Data`] when there are no returns.
    pub fn panel(&self) -> Result<Vec<f64>> {
        let Some(returns) = &self.returns else {
            return Err(Error::data(
                "this objective looks at returns, and only means and covariance are given",
            )
            .hint("give prices"));
        };
        let n = returns.n();
        let mut panel = vec![0.0; returns.t() * n];
        for j in 0..n {
            for (t, r) in returns.series(j).enumerate() {
                panel[t * n + j] = r;
            }
        }
        Ok(panel)
    }

    /// The riskless return.
    ///
    /// # Errors
    /// [`Kind::Data`] when it is not known.
    pub fn riskless(&self) -> Result<f64> {
        self.riskless.ok_or_else(|| {
            Error::data("the objective needs a riskless return, and the data hold none").hint(
                "write riskless = { yearly = 0.02 }, { asset = \"BIL\" } or { series = \"bills\" }",
            )
        })
    }
}

/// How means and covariance are made from the past.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Estimating {
    /// The number of returns that estimators look at, unless they say otherwise.
    pub window: Window,
    /// How means are made; by default those of the window.
    #[serde(default = "historical")]
    pub mean: Node<AnyMean>,
    /// How the covariance is made; by default the sample covariance of the window.
    #[serde(default = "sample")]
    pub covariance: Node<AnyCovariance>,
    /// What money earns without risk. It is looked up only by objectives that ask for it.
    #[serde(default)]
    pub riskless: Riskless,
    /// What happens to assets whose history is shorter than a window, or has a hole.
    #[serde(default)]
    pub missing: Missing,
}

fn historical() -> Node<AnyMean> {
    Node::new("mean", AnyMean::HistoricalMean(HistoricalMean {}))
}

fn sample() -> Node<AnyCovariance> {
    Node::new("covariance", AnyCovariance::SampleCovariance(SampleCovariance {}))
}

/// What money earns without risk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Riskless {
    /// The newest reading of a series in percent a year.
    Series(String),
    /// The mean return of an asset over the window, such as a bill fund.
    Asset(String),
    /// A constant a year; reports say that it is a constant.
    Yearly(f64),
}

impl Default for Riskless {
    fn default() -> Self {
        Self::Series("bills".into())
    }
}

/// What happens to assets that lack data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// It is an error with the asset's name and the date.
    #[default]
    Fail,
    /// Assets without a full history in every window are left out of the decision, and it is noted.
    LeaveOut,
    /// The window is shortened for all to the longest that each asset fills, down to half its length; it is noted.
    /// Windows that an estimator names for itself are not shortened.
    Shorten,
}

/// Returns of some assets over one window.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    /// The assets, in the order of the series.
    pub assets: Vec<AssetId>,
    /// The window.
    pub window: Window,
    /// Simple returns of total-return closes.
    pub returns: Observations,
    /// Returns a year.
    pub per_year: f64,
}

impl Observed {
    /// The returns of `assets` over `window`.
    ///
    /// # Errors
    /// [`Kind::Data`] when a history is short or has a hole, or the window holds fewer than two returns.
    pub fn over(past: Past<'_>, assets: &[AssetId], window: Window) -> Result<Self> {
        if window.count() < 2 {
            return Err(Error::spec("estimates need a window of at least two returns"));
        }
        let closes: Vec<_> =
            assets.iter().map(|a| past.closes(*a, window.and_one())).collect::<Result<_>>()?;
        let returns = Observations::from_levels(&closes)
            .map_err(|e| Error::data(format!("returns over {window}: {e}")))?;
        let per_year = past.per_year_of(window);
        Ok(Self { assets: assets.to_vec(), window, returns, per_year })
    }
}

impl Estimating {
    /// The plain estimates over one window.
    pub fn over(window: Window) -> Self {
        let (mean, covariance) = (historical(), sample());
        Self { window, mean, covariance, riskless: Riskless::default(), missing: Missing::Fail }
    }

    /// What no field's type can say.
    ///
    /// # Errors
    /// A sentence on what is wrong.
    pub fn check(&self) -> Result<(), String> {
        match (&self.riskless, self.window.count()) {
            (_, 1) => Err("`window` needs at least two returns".into()),
            (Riskless::Yearly(rate), _) if !rate.is_finite() => {
                Err("`riskless` is a finite number".into())
            }
            _ => Ok(()),
        }
    }

    /// Estimates of the assets of `among` as of today, with the assets that are left.
    ///
    /// # Errors
    /// [`Kind::Data`] by the rule of `missing`; what estimators say.
    pub fn make(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<(Vec<AssetId>, Estimates)> {
        let (assets, window) = self.complete(cx, among)?;
        if assets.is_empty() {
            return Err(Error::data("there is no asset to choose from"));
        }
        let past = cx.past();
        let observed = Observed::over(past, &assets, window)?;
        let covariance = self.covariance.estimate(cx, &observed)?;
        if !self.covariance.inner().as_dyn().is_semidefinite() {
            check_definite(&covariance)?;
        }
        let means = self.mean.estimate(cx, &observed, &covariance)?;
        if let Some(ix) = means.mean.iter().position(|m| !m.is_finite()) {
            let said = format!("the expected return of {} is not finite", past.symbol(assets[ix]));
            return Err(Error::new(Kind::Numeric, said));
        }
        let covariance = match &means.error {
            Some(error) => covariance.combine(1.0, error, 1.0),
            None => covariance,
        };
        let estimates = Estimates {
            names: assets.iter().map(|a| past.symbol(*a).to_owned()).collect(),
            mean: means.mean,
            covariance,
            per_year: observed.per_year,
            riskless: self.riskless.yearly(past, window)?,
            returns: Some(observed.returns),
        };
        Ok((assets, estimates))
    }

    /// The assets and the window that are left by the rule of `missing`.
    fn complete(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<(Vec<AssetId>, Window)> {
        let past = cx.past();
        match self.missing {
            Missing::Fail => Ok((among.to_vec(), self.window)),
            Missing::LeaveOut => {
                let mut windows = vec![self.window];
                windows.extend(self.mean.inner().as_dyn().windows());
                windows.extend(self.covariance.inner().as_dyn().windows());
                let full =
                    |a: &AssetId| windows.iter().all(|w| past.closes(*a, w.and_one()).is_ok());
                let (full, short): (Vec<AssetId>, Vec<AssetId>) =
                    among.iter().partition(|a| full(a));
                if !short.is_empty() {
                    let names: Vec<&str> = short.iter().map(|a| past.symbol(*a)).collect();
                    cx.because(|| format!("left out for want of data: {}", names.join(", ")));
                }
                Ok((full, self.window))
            }
            Missing::Shorten => {
                let shortest = among.iter().map(|a| filled(past, *a, self.window)).min();
                let (asked, count) = (self.window.count(), shortest.unwrap_or(0));
                if count < asked {
                    if 2 * count < asked {
                        // The error of the asset that lacks most.
                        let short = among.iter().min_by_key(|a| filled(past, **a, self.window));
                        if let Some(asset) = short {
                            past.closes(
                                *asset,
                                with_count(self.window, asked.div_ceil(2)).and_one(),
                            )?;
                        }
                    }
                    cx.because(|| format!("{count} of {asked} returns are known of every asset"));
                }
                Ok((among.to_vec(), with_count(self.window, count)))
            }
        }
    }

    /// How the estimates are made, below the last line.
    pub fn explain(&self, words: &mut Words) {
        words.mean("expected returns", &self.mean);
        words.covariance("covariance", &self.covariance);
        words.line(format!("  estimates look back over {}", self.window));
        match self.missing {
            Missing::Fail => {}
            Missing::LeaveOut => words.line("  assets without a full history are left out"),
            Missing::Shorten => {
                words.line("  the window is shortened to the youngest asset's history")
            }
        }
    }
}

impl Riskless {
    /// The rate a year; none where a series is absent.
    fn yearly(&self, past: Past<'_>, window: Window) -> Result<Option<f64>> {
        match self {
            Self::Series(name) => Ok(past.latest(name).map(|fact| fact.value / 100.0)),
            Self::Asset(symbol) => {
                let observed = Observed::over(past, &[past.find(symbol)?], window)?;
                Ok(Some(observed.returns.mean()[0] * observed.per_year))
            }
            Self::Yearly(rate) => Ok(Some(*rate)),
        }
    }
}

/// The largest number of returns up to that of `window` that the asset fills.
fn filled(past: Past<'_>, asset: AssetId, window: Window) -> usize {
    let fills = |count: usize| past.closes(asset, with_count(window, count).and_one()).is_ok();
    let (mut known, mut beyond) = (0, window.count() + 1);
    while beyond - known > 1 {
        let middle = usize::midpoint(known, beyond);
        match fills(middle) {
            true => known = middle,
            false => beyond = middle,
        }
    }
    known
}

fn with_count(window: Window, count: usize) -> Window {
    let count = count as u32;
    match window {
        Window::Sessions(_) => Window::Sessions(count),
        Window::Weeks(_) => Window::Weeks(count),
        Window::Months(_) => Window::Months(count),
    }
}

/// Refuses a matrix with an eigenvalue below zero by more than rounding.
pub(crate) fn check_definite(covariance: &Sym) -> Result<()> {
    let found = definiteness(covariance)
        .map_err(|e| Error::new(Kind::Numeric, format!("the covariance: {e}")))?;
    match found.semidefinite {
        true => Ok(()),
        false => Err(Error::new(
            Kind::Numeric,
            format!(
                "the covariance is not positive semi-definite: its least eigenvalue is {:e}",
                found.least
            ),
        )
        .hint("repair it by name: covariance = { kind = \"repaired\", by = \"nearest\", of = … }")),
    }
}

/// Every element times `factor`.
pub(crate) fn times(a: &Sym, factor: f64) -> Sym {
    Sym::from_fn(a.n(), |i, j| factor * a[(i, j)])
}
