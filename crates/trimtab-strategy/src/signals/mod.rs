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
    AnySignal: Signal, "signal" {
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
        "product" => product::Product,
        "proxy" => proxy::Proxy,
        "rank" => rank::Rank,
        "rsi" => rsi::Rsi,
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

/// How many sums run side by side: enough to keep a processor's adders busy, few enough for its registers.
const LANES: usize = 16;

/// The mean of closes, taken about the last one: $c + \frac1n \sum (x_i - c)$.
///
/// About the last close, so that a price that never moved has exactly itself as mean, whatever the window: a
/// ratio of two means is then exactly one, and "strictly below" stays false. In lanes, which is fast, and in a
/// fixed order, which is the same on every machine.
pub(crate) fn mean(closes: &[f64]) -> f64 {
    let c = closes[closes.len() - 1];
    let mut lanes = [0.0; LANES];
    let (chunks, rest) = closes.as_chunks::<LANES>();
    for chunk in chunks {
        for k in 0..LANES {
            lanes[k] += chunk[k] - c;
        }
    }
    for (lane, x) in lanes.iter_mut().zip(rest) {
        *lane += x - c;
    }
    c + lanes.iter().sum::<f64>() / closes.len() as f64
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_of_a_price_that_never_moved_is_that_price() {
        for n in [1, 15, 16, 17, 200] {
            assert_eq!(mean(&vec![0.1; n]), 0.1);
        }
    }

    #[test]
    fn the_mean_is_the_mean() {
        let closes: Vec<f64> = (0..203).map(|t| 100.0 + (f64::from(t) * 0.7).sin()).collect();
        let plain = closes.iter().sum::<f64>() / closes.len() as f64;
        assert!((mean(&closes) / plain - 1.0).abs() < 1e-14);
    }
}
