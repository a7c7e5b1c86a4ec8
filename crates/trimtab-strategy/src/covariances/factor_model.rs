//! A few factors, and what is each asset's own.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{covariance_failed, yearly};
use crate::explain::list;
use crate::{Covariance, Cx, Documented, Observed, Words};
use trimtab_core::{AssetId, Error, Kind, Result};
use trimtab_math::covariance::sample;
use trimtab_math::linalg::{Cholesky, Eigen, Sym};

/// A covariance out of a few factors: $\Sigma = B\,\Sigma_F B^\top + D$.
///
/// With `symbols` the factors are returns of these assets: $B$ are the slopes of least squares on them over the window
/// (with an intercept), $\Sigma_F$ their covariance. With `count` they are the $K$ principal components of the sample
/// covariance $S$: $B\,\Sigma_F B^\top = \sum_{k \le K} \lambda_k v_k v_k^\top$. $D$: diagonal, so that variances are those
/// of the sample. All a year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactorModel {
    /// The factors.
    pub factors: Factors,
}

/// What moves all assets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Factors {
    /// Returns of these assets, such as a stock and a bond index.
    Symbols(Vec<String>),
    /// So many principal components.
    Count(u32),
}

impl Documented for FactorModel {
    const EXAMPLE: &str = r#"
        root = "@calm"
        [allocator.calm]
        kind      = "optimal"
        among     = ["XLB", "XLE", "XLF", "XLK", "XLU", "XLV"]
        objective = { kind = "minimum-variance" }
        estimates = { window = 252, covariance = { kind = "factor-model", factors = { symbols = ["SPY", "TLT"] } } }
    "#;
    const SOURCE: &str = "Sharpe (1963), A simplified model for portfolio analysis, Management Science 9(2), p. 277; \
                          Connor, Korajczyk (1988), Journal of Financial Economics 21(2), p. 255 (principal components)";
    fn check(&self) -> Result<(), String> {
        match &self.factors {
            Factors::Symbols(symbols) if symbols.is_empty() => Err("`factors` names no asset".into()),
            Factors::Count(0) => Err("`factors` are at least one".into()),
            _ => Ok(()),
        }
    }
}

impl FactorModel {
    /// Slopes on the returns of assets.
    fn on_assets(&self, cx: &Cx<'_>, observed: &Observed, symbols: &[String]) -> Result<Sym> {
        let (past, n) = (cx.past(), observed.assets.len());
        let factors: Vec<AssetId> = symbols.iter().map(|s| past.find(s)).collect::<Result<_>>()?;
        let all = [observed.assets.clone(), factors].concat();
        let all = Observed::over(past, &all, observed.window)?;
        let s = sample(&all.returns).map_err(|e| covariance_failed(cx, observed, e))?.covariance;
        let of_factors = Sym::from_fn(symbols.len(), |i, j| s[(n + i, n + j)]);
        let factor = Cholesky::new(&of_factors).map_err(|e| {
            let said = format!("the factors {} say the same in this window: {e}", list(symbols));
            Error::new(Kind::Numeric, said).hint("take one of them out")
        })?;
        let mut slopes = Vec::with_capacity(n);
        for i in 0..n {
            let with: Vec<f64> = (0..symbols.len()).map(|k| s[(i, n + k)]).collect();
            let b = factor.solve(&with);
            slopes.push(b.map_err(|e| Error::new(Kind::Numeric, format!("the factors: {e}")))?);
        }
        // b_i' S_F b_j = b_i' s_Fj, as S_F b_j = s_Fj.
        let explained = |i: usize, j: usize| -> f64 {
            slopes[i].iter().enumerate().map(|(k, b)| b * s[(n + k, j)]).sum()
        };
        Ok(Sym::from_fn(n, |i, j| if i == j { s[(i, i)] } else { explained(i, j) }))
    }
}

impl Covariance for FactorModel {
    fn estimate(&self, cx: &mut Cx<'_>, observed: &Observed) -> Result<Sym> {
        let covariance = match &self.factors {
            Factors::Symbols(symbols) => self.on_assets(cx, observed, symbols)?,
            Factors::Count(count) => {
                let s = sample(&observed.returns).map_err(|e| covariance_failed(cx, observed, e))?;
                components(&s.covariance, *count as usize)?
            }
        };
        Ok(yearly(covariance, observed))
    }

    fn explain(&self, words: &mut Words) {
        words.line(match &self.factors {
            Factors::Symbols(symbols) => format!("the covariance by the factors {}", list(symbols)),
            Factors::Count(count) => format!("the covariance by {count} principal components"),
        });
    }
}

/// The greatest `count` eigenvalues with their vectors, and the variances as they were.
fn components(s: &Sym, count: usize) -> Result<Sym> {
    let n = s.n();
    let e = Eigen::new(s).map_err(|e| Error::new(Kind::Numeric, format!("the covariance: {e}")))?;
    let mut values = e.values.clone();
    values[..n.saturating_sub(count)].fill(0.0);
    let common = e.with_values(&values);
    Ok(Sym::from_fn(n, |i, j| if i == j { s[(i, i)] } else { common[(i, j)] }))
}
