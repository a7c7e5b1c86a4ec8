//! What other tools print for the same run.
//!
//! One equity curve has a different yearly return, Sharpe and Sortino ratio in every tool, because each has its own
//! year, its own months and its own cash. This page says them all, so that a number from elsewhere can be recognised
//! instead of argued about. The tests hold the figures of the real packages, called with their defaults.
//!
//! | tool | version | year | returns | cash | yearly return |
//! |---|---|---|---|---|---|
//! | quantstats | 0.0.86 | 252 periods | as given | none | `W^(252/n) - 1` |
//! | empyrical (pyfolio, zipline) | reloaded 0.7.1 | 252 periods | as given | none | `W^(252/n) - 1` |
//! | ffn | 1.4.1 | 252 periods; 365.25 days for the yearly return | of the price series | none | `W^(365.25/days) - 1` |
//! | bt | 1.4.1 | like ffn | a return of zero one day before the start is put in front | none | `W^(365.25/(days + 1)) - 1` |
//! | vectorbt | 1.2.0, `freq="1D"` | 365 periods | as given | none | `W^(365/n) - 1` |
//! | Portfolio Visualizer | site | 12 months | compounded calendar months | Treasury bill | `W^(12/months) - 1` |
//!
//! The 252 and 365 are their defaults for daily data; for other frequencies these tools must be told the number of
//! periods, and the record's own is taken. Every tool divides the sum of squared shortfalls of the Sortino ratio by the
//! number of all periods, and the Sharpe ratio by the deviation with n - 1.
use crate::prepared::{Path, Prepared};
use serde::Serialize;
use std::borrow::Cow;
use trimtab_math::moments::{Moments, sum_of};

/// A tool whose conventions are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tool {
    /// quantstats, a Python package.
    Quantstats,
    /// empyrical, a Python package, also under pyfolio and zipline.
    Empyrical,
    /// ffn, a Python package, given the price series with the day the run began.
    Ffn,
    /// bt, a Python package, for a backtest whose data begin on the day the run began.
    Bt,
    /// vectorbt, a Python package.
    Vectorbt,
    /// Portfolio Visualizer, a web site.
    PortfolioVisualizer,
}

impl Tool {
    /// All of them.
    pub const ALL: [Tool; 6] = [
        Tool::Quantstats,
        Tool::Empyrical,
        Tool::Ffn,
        Tool::Bt,
        Tool::Vectorbt,
        Tool::PortfolioVisualizer,
    ];

    /// The version whose conventions these are.
    pub fn version(self) -> &'static str {
        match self {
            Tool::Quantstats => "0.0.86",
            Tool::Empyrical => "reloaded 0.7.1",
            Tool::Ffn => "1.4.1",
            Tool::Bt => "1.4.1",
            Tool::Vectorbt => "1.2.0",
            Tool::PortfolioVisualizer => "site, 2022",
        }
    }
}

/// What a tool prints for a run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Translation {
    /// The tool.
    pub tool: Tool,
    /// Its version.
    pub version: &'static str,
    /// Compounded yearly return.
    pub return_yearly: Option<f64>,
    /// Yearly volatility.
    pub volatility_yearly: Option<f64>,
    /// Sharpe ratio.
    pub sharpe: Option<f64>,
    /// Sortino ratio.
    pub sortino: Option<f64>,
    /// Largest drawdown, a positive fraction.
    pub drawdown_max: Option<f64>,
}

/// The run in the words of every tool.
pub fn rosetta(run: &Prepared<'_>) -> Vec<Translation> {
    Tool::ALL
        .into_iter()
        .map(|tool| Translation {
            tool,
            version: tool.version(),
            return_yearly: return_yearly(tool, run),
            volatility_yearly: volatility_yearly(tool, run),
            sharpe: sharpe(tool, run),
            sortino: sortino(tool, run),
            drawdown_max: drawdown_max(tool, run),
        })
        .collect()
}

/// Compounded yearly return as `tool` prints it: `W^(1/years) - 1`, the years counted its way.
pub fn return_yearly(tool: Tool, run: &Prepared<'_>) -> Option<f64> {
    let value = run.path.growth.powf(1.0 / View::of(tool, run).years) - 1.0;
    value.is_finite().then_some(value)
}

/// Volatility as `tool` prints it: deviation (n - 1) of its returns times the root of its periods a year.
pub fn volatility_yearly(tool: Tool, run: &Prepared<'_>) -> Option<f64> {
    let view = View::of(tool, run);
    Some(Moments::of(&view.returns)?.deviation()? * view.periods_yearly.sqrt())
}

/// Sharpe ratio as `tool` prints it: mean over deviation (n - 1) of its excess returns, times the root of its periods a
/// year.
pub fn sharpe(tool: Tool, run: &Prepared<'_>) -> Option<f64> {
    let view = View::of(tool, run);
    let moments = Moments::of(&view.excess)?;
    let deviation = moments.deviation().filter(|d| *d > 0.0)?;
    Some(moments.mean / deviation * view.periods_yearly.sqrt())
}

/// Sortino ratio as `tool` prints it: mean of its excess returns over the root mean square of the negative ones, the mean
/// over all periods, times the root of its periods a year.
pub fn sortino(tool: Tool, run: &Prepared<'_>) -> Option<f64> {
    let view = View::of(tool, run);
    let n = view.excess.len() as f64;
    let mean = Moments::of(&view.excess)?.mean;
    let squares = sum_of(&view.excess, |e| if e < 0.0 { e * e } else { 0.0 });
    (squares > 0.0).then(|| mean / (squares / n).sqrt() * view.periods_yearly.sqrt())
}

/// Largest drawdown as `tool` prints it, here a positive fraction: of its returns, the start included.
pub fn drawdown_max(tool: Tool, run: &Prepared<'_>) -> Option<f64> {
    Some(Path::of(&View::of(tool, run).returns).depth_max)
}

/// The run as a tool sees it.
struct View<'a> {
    returns: Cow<'a, [f64]>,
    excess: Cow<'a, [f64]>,
    periods_yearly: f64,
    years: f64,
}

/// Periods a year above which a record counts as daily. Between weeks (52) and sessions (about 250).
const DAILY: f64 = 180.0;

impl<'a> View<'a> {
    fn of(tool: Tool, run: &'a Prepared<'_>) -> Self {
        let own = run.periods_yearly();
        let year = |daily: f64| if own > DAILY { daily } else { own };
        let julian = crate::metrics::return_yearly::DAYS_A_YEAR;
        let given = |periods_yearly: f64, years: f64| View {
            returns: Cow::Borrowed(run.record.returns()),
            excess: Cow::Borrowed(run.record.returns()),
            periods_yearly,
            years,
        };
        match tool {
            Tool::Quantstats | Tool::Empyrical => given(year(252.0), run.n() / year(252.0)),
            Tool::Vectorbt => given(year(365.0), run.n() / year(365.0)),
            Tool::Ffn => given(year(252.0), run.days() / julian),
            Tool::Bt => {
                let returns: Vec<f64> =
                    std::iter::once(0.0).chain(run.record.returns().iter().copied()).collect();
                View {
                    excess: Cow::Owned(returns.clone()),
                    returns: Cow::Owned(returns),
                    periods_yearly: year(252.0),
                    years: (run.days() + 1.0) / julian,
                }
            }
            Tool::PortfolioVisualizer => {
                let returns: Vec<f64> = run.months.months.iter().map(|m| m.value).collect();
                View {
                    years: returns.len() as f64 / 12.0,
                    returns: Cow::Owned(returns),
                    excess: Cow::Borrowed(&run.months.excess),
                    periods_yearly: 12.0,
                }
            }
        }
    }
}
