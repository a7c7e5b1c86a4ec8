//! What an order itself moves the price by.
use trimtab_core::{AssetId, Bar, Day};
use trimtab_strategy::Impact;

/// $v\,Y\,\sigma\,\sqrt{v / D}$ for a trade of value $v$: $Y$ = `coefficient`, $\sigma$ the standard deviation of daily total
/// returns and $D$ the mean traded value (close times volume) over the `window` sessions before the fill.
///
/// With value in place of shares a split inside the window changes nothing. Sessions without price or volume are
/// left out; the cost is zero while fewer than two returns or no volume at all are known, and a run
/// says so in its notes.
pub(super) fn impact(terms: &Impact, asset: AssetId, value: f64, bar: Bar<'_>) -> f64 {
    let Some((sigma, traded)) = measured(terms.window, asset, bar) else { return 0.0 };
    value * terms.coefficient.get() * sigma * (value / traded).sqrt()
}

/// Daily volatility and mean traded value over the `window` sessions before `bar`.
fn measured(window: u32, asset: AssetId, bar: Bar<'_>) -> Option<(f64, f64)> {
    let (market, today) = (bar.market(), bar.day().0);
    let first = today.saturating_sub(window);
    let index = &market.total_return(asset)[..today as usize];
    let known: Vec<f64> = index[first as usize..].iter().copied().filter(|x| !x.is_nan()).collect();
    let returns: Vec<f64> = known.windows(2).map(|p| p[1] / p[0] - 1.0).collect();
    let traded: Vec<f64> = (first..today)
        .filter_map(|t| {
            let bar = market.bar(Day(t));
            Some(bar.close(asset)? * bar.volume(asset)?)
        })
        .collect();
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    if returns.len() < 2 || traded.is_empty() || mean(&traded) <= 0.0 {
        return None;
    }
    let m = mean(&returns);
    let variance =
        returns.iter().map(|r| (r - m).powi(2)).sum::<f64>() / (returns.len() as f64 - 1.0);
    Some((variance.sqrt(), mean(&traded)))
}
