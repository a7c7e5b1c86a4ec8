//! How rough a market is against its own past.
use crate::Cx;
use crate::signals::deviation;
use trimtab_core::{AssetId, Result, Window};

/// The share of the observations of `history` whose volatility over `window` was at most today's, today's among them.
pub(super) fn roughness(
    cx: &Cx<'_>,
    asset: AssetId,
    window: Window,
    history: Window,
) -> Result<f64> {
    let past = cx.past();
    let mut deviations = Vec::with_capacity(history.count());
    for day in past.sessions(history)? {
        let then = past.earlier(past.today().0 - day.0).unwrap_or(past);
        deviations.push(deviation(&then.closes(asset, window.and_one())?));
    }
    let today = deviations[deviations.len() - 1];
    let below = deviations.iter().filter(|sigma| **sigma <= today).count();
    Ok(below as f64 / deviations.len() as f64)
}

/// A volatility needs two returns, and a rank several observations.
pub(super) fn check(volatility: Window, history: Window) -> Result<(), String> {
    match (volatility.count(), history.count()) {
        (1, _) => Err("`volatility` needs at least two returns".into()),
        (_, ..4) => Err("`history` needs at least four observations".into()),
        _ => Ok(()),
    }
}
