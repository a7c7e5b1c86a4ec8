//! Opinions on assets.
mod averages;

pub use against_own_past::Against;
pub(crate) use averages::{WILDER_LENGTHS, ema, still, wilder};
pub use correlation::CorrelationOf;
pub use macd::MacdOf;
pub use momentum::MomentumPart;
pub use product::Factor;
pub use weighted_sum::SumPart;

use trimtab_core::{AssetId, Past, Result, Window};

crate::registry::registry! {
    /// Any registered signal; `kind` in the file names which.
    AnySignal: Signal, "signal" or "custom" {
        "against-own-past" => against_own_past::AgainstOwnPast,
        "atr" => atr::Atr,
        "beta" => beta::Beta,
        "bollinger" => bollinger::Bollinger,
        "channel" => channel::Channel,
        "correlation" => correlation::Correlation,
        "drawdown" => drawdown::Drawdown,
        "ema-ratio" => ema_ratio::EmaRatio,
        "excess" => excess::Excess,
        "macd" => macd::Macd,
        "momentum" => momentum::Momentum,
        "only-if" => only_if::OnlyIf,
        "predicted-return" => predicted_return::PredictedReturn,
        "product" => product::Product,
        "proxy" => proxy::Proxy,
        "rank" => rank::Rank,
        "reading-by-asset" => reading_by_asset::ReadingByAsset,
        "rsi" => rsi::Rsi,
        "seasoned" => seasoned::Seasoned,
        "sharpe" => sharpe::Sharpe,
        "sma-cross" => sma_cross::SmaCross,
        "sma-distance" => sma_distance::SmaDistance,
        "sma-ratio" => sma_ratio::SmaRatio,
        "stochastic" => stochastic::Stochastic,
        "total-return" => total_return::TotalReturn,
        "trend-per-volatility" => trend_per_volatility::TrendPerVolatility,
        "volatility" => volatility::Volatility,
        "volume-ratio" => volume_ratio::VolumeRatio,
        "weighted-sum" => weighted_sum::WeightedSum,
        "z-score" => z_score::ZScore,
    }
}

/// Sample standard deviation (divisor $n-1$) of the returns between consecutive closes; zero below two returns.
pub(crate) fn deviation(closes: &[f64]) -> f64 {
    let returns: Vec<f64> = closes.windows(2).map(|p| p[1] / p[0] - 1.0).collect();
    if returns.len() < 2 {
        return 0.0;
    }
    let m = returns.iter().sum::<f64>() / returns.len() as f64;
    (returns.iter().map(|r| (r - m).powi(2)).sum::<f64>() / (returns.len() as f64 - 1.0)).sqrt()
}

/// The last `window` simple total returns of an asset.
pub(crate) fn returns(past: Past<'_>, asset: AssetId, window: Window) -> Result<Vec<f64>> {
    let closes = past.closes(asset, window.and_one())?;
    Ok(closes.windows(2).map(|p| p[1] / p[0] - 1.0).collect())
}
