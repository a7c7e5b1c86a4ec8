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
    /// What money earns without risk, for objectives that ask for it.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::market_with;
    use crate::{Book, Memory, Note};
    use trimtab_core::{Day, Market};

    /// Three walks of 300 closes; the third begins on session 250. Bills stand at 3 %.
    fn three() -> Market {
        let walk = |seed: f64| -> Vec<f64> {
            let step = |t: usize| (0.7 * seed + 1.3 * seed * t as f64).sin() / 100.0;
            (0..300)
                .scan(100.0, |p, t| {
                    *p *= 1.0 + step(t) + 0.003 * (t as f64 * 0.9).cos();
                    Some(*p)
                })
                .collect()
        };
        let mut young = walk(2.1);
        young[..250].fill(f64::NAN);
        let bills = vec![("bills", vec![3.0; 300])];
        market_with(&[("A", walk(1.0)), ("B", walk(1.7)), ("C", young)], bills)
    }

    fn make(market: &Market, symbols: &[&str], text: &str) -> Result<(Vec<Note>, Estimates)> {
        let estimating: Estimating = toml::from_str(text).unwrap_or_else(|e| panic!("{e}"));
        let (book, mut memory) = (Book::default(), Memory::default());
        let mut cx = Cx::new(market.as_of(Day(299)), &book, &mut memory, &[]);
        let among: Vec<AssetId> = symbols.iter().map(|s| cx.past().find(s).unwrap()).collect();
        let (_, estimates) = estimating.make(&mut cx, &among)?;
        Ok((cx.into_notes(), estimates))
    }

    fn returns(market: &Market, symbol: &str, n: usize) -> Vec<f64> {
        let past = market.as_of(Day(299));
        let closes =
            past.closes(past.find(symbol).unwrap(), Window::Sessions(n as u32 + 1)).unwrap();
        closes.windows(2).map(|p| p[1] / p[0] - 1.0).collect()
    }

    fn covariance(a: &[f64], b: &[f64]) -> f64 {
        let n = a.len() as f64;
        let (ma, mb) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
        a.iter().zip(b).map(|(a, b)| (a - ma) * (b - mb)).sum::<f64>() / (n - 1.0)
    }

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() <= 1e-12 * b.abs().max(1e-6), "{a}, not {b}");
    }

    #[test]
    fn estimates_are_a_year_and_of_their_window() {
        let market = three();
        let (_, e) = make(&market, &["A", "B"], "window = 60").unwrap();
        let (a, b) = (returns(&market, "A", 60), returns(&market, "B", 60));
        near(e.mean[0], 252.0 * a.iter().sum::<f64>() / 60.0);
        near(e.covariance[(0, 1)], 252.0 * covariance(&a, &b));
        near(e.riskless.unwrap(), 0.03);
        assert_eq!(e.names, ["A", "B"]);
        let panel = e.panel().unwrap();
        near(panel[2 * 59 + 1], b[59]);
        let riskless = "window = 60\nriskless = { asset = \"A\" }";
        near(make(&market, &["B"], riskless).unwrap().1.riskless.unwrap(), e.mean[0]);
    }

    #[test]
    fn correlations_and_volatilities_of_different_windows() {
        let market = three();
        let text = "window = 126\n[covariance]\nkind = \"mixed-covariance\"\n\
                    correlation = [{ of = { kind = \"sample-covariance\" }, weight = 3 }, \
                    { of = { kind = \"windowed-covariance\", window = 20, of = { kind = \"sample-covariance\" } } }]\n\
                    volatility = { kind = \"windowed-covariance\", window = 63, of = { kind = \"sample-covariance\" } }";
        let (_, e) = make(&market, &["A", "B"], text).unwrap();
        let of = |n| {
            let (a, b) = (returns(&market, "A", n), returns(&market, "B", n));
            (covariance(&a, &a).sqrt(), covariance(&b, &b).sqrt(), covariance(&a, &b))
        };
        let rho = |(a, b, c): (f64, f64, f64)| c / (a * b);
        let mean = (3.0 * rho(of(126)) + rho(of(20))) / 4.0;
        near(e.covariance[(0, 1)], 252.0 * mean * of(63).0 * of(63).1);
        near(e.covariance[(1, 1)], 252.0 * of(63).1.powi(2));
    }

    #[test]
    fn one_factor_explains_by_its_slope() {
        let market = three();
        let text = "window = 100\ncovariance = { kind = \"factor-model\", factors = { symbols = [\"C\"] } }";
        let short = make(&market, &["A", "B"], text).unwrap_err();
        assert!(short.message().starts_with("C needs"), "{short}");
        let (_, e) = make(&market, &["A", "B"], &text.replace("100", "40")).unwrap();
        let [a, b, c] = ["A", "B", "C"].map(|s| returns(&market, s, 40));
        let explained = covariance(&a, &c) * covariance(&b, &c) / covariance(&c, &c);
        near(e.covariance[(0, 1)], 252.0 * explained);
        near(e.covariance[(0, 0)], 252.0 * covariance(&a, &a));
    }

    #[test]
    fn missing_histories_follow_the_stated_rule() {
        let market = three();
        let all = ["A", "B", "C"];
        let error = make(&market, &all, "window = 60").unwrap_err();
        assert_eq!(error.kind(), Kind::Data);
        assert!(error.message().starts_with("C needs"), "{error}");
        let (notes, e) = make(&market, &all, "window = 60\nmissing = \"leave-out\"").unwrap();
        assert_eq!(
            (e.names, notes[0].why.as_str()),
            (vec!["A".to_owned(), "B".to_owned()], "left out for want of data: C")
        );
        let (notes, e) = make(&market, &all, "window = 60\nmissing = \"shorten\"").unwrap();
        assert_eq!(
            (e.returns.unwrap().t(), notes[0].why.as_str()),
            (49, "49 of 60 returns are known of every asset")
        );
        near(e.mean[0], 252.0 * returns(&market, "A", 49).iter().sum::<f64>() / 49.0);
        let error = make(&market, &all, "window = 100\nmissing = \"shorten\"").unwrap_err();
        assert!(error.message().starts_with("C needs closes of 51 sessions"), "{error}");
        // An estimator's own window counts, too.
        let own = "window = 20\nmissing = \"leave-out\"\n\
                   mean = { kind = \"windowed-mean\", window = 60, of = { kind = \"historical-mean\" } }";
        assert_eq!(make(&market, &all, own).unwrap().1.n(), 2);
    }

    #[test]
    fn views_move_the_prior_by_their_confidence() {
        let market = three();
        let with = |confidence: &str| {
            let text = format!(
                "window = 60\n[mean]\nkind = \"black-litterman\"\ntau = 0.05\n\
                 prior = {{ kind = \"equilibrium\", aversion = 2.0, plus = 0.03 }}\n\
                 [mean.views]\na = {{ of = {{ A = 1, B = -1 }}, is = 0.10{confidence} }}"
            );
            make(&market, &["A", "B"], &text).unwrap().1
        };
        let (certain, half) =
            (with(", confidence = { variance = 0 }"), with(", confidence = { part = 0.5 }"));
        near(certain.mean[0] - certain.mean[1], 0.10);
        let (_, prior) = make(
            &market,
            &["A", "B"],
            "window = 60\nmean = { kind = \"equilibrium\", aversion = 2.0, plus = 0.03 }",
        )
        .unwrap();
        let market_weights = [0.5, 0.5];
        near(prior.mean[0], 0.03 + 2.0 * prior.covariance.mul(&market_weights)[0]);
        for i in 0..2 {
            near(half.mean[i], (certain.mean[i] + prior.mean[i]) / 2.0);
        }
        assert_eq!(with("").mean, half.mean);
    }

    #[test]
    fn a_matrix_that_cannot_be_is_refused_and_repaired_by_name() {
        let s = Sym::from_rows(&[[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]]).unwrap();
        let names = ["A", "B", "C"].map(str::to_owned).to_vec();
        let error = Estimates::given(names, vec![0.0; 3], s).unwrap_err();
        assert!(error.message().contains("not positive semi-definite"), "{error}");
        let short = Estimates::given(vec!["A".into()], vec![], Sym::identity(1)).unwrap_err();
        assert_eq!(short.message(), "1 assets, 0 means and a covariance of 1 x 1");
    }
}
