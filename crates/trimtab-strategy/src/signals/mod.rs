//! Opinions on assets.

crate::registry::registry! {
    /// Any registered signal; `kind` in the file names which.
    AnySignal: Signal, "signal" {
        "ema-ratio" => ema_ratio::EmaRatio,
        "sma-ratio" => sma_ratio::SmaRatio,
        "total-return" => total_return::TotalReturn,
        "volatility" => volatility::Volatility,
    }
}

/// The mean.
pub(crate) fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len() as f64
}

/// Sample standard deviation (divisor $n-1$) of the returns between consecutive closes; zero below two returns.
pub(crate) fn deviation(closes: &[f64]) -> f64 {
    let returns: Vec<f64> = closes.windows(2).map(|p| p[1] / p[0] - 1.0).collect();
    if returns.len() < 2 {
        return 0.0;
    }
    let m = mean(&returns);
    (returns.iter().map(|r| (r - m).powi(2)).sum::<f64>() / (returns.len() as f64 - 1.0)).sqrt()
}
