//! Conditions on the final portfolio. Each is applied once, at the root, in the order of the file.
use trimtab_core::{AssetId, Weights};

crate::registry::registry! {
    /// Any registered limit; `kind` in the file names which.
    AnyLimit: Limit, "limit" {
        "bounds" => bounds::Bounds,
        "cash-reserve" => cash_reserve::CashReserve,
        "group" => group::Group,
        "leverage" => leverage::Leverage,
        "positions" => positions::Positions,
        "smallest-position" => smallest_position::SmallestPosition,
        "turnover" => turnover::Turnover,
    }
}

/// A linear condition on weights: $l \le a^\top w \le u$.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What it is called in reasons and conflicts.
    pub name: String,
    /// The coefficients $a$ that are not zero.
    pub coefficients: Vec<(AssetId, f64)>,
    /// $l$; minus infinity when there is none.
    pub least: f64,
    /// $u$; infinity when there is none.
    pub most: f64,
}

impl Row {
    /// $a^\top w$.
    pub fn of(&self, weights: &Weights) -> f64 {
        self.coefficients.iter().map(|(asset, a)| a * weights.of(*asset)).sum()
    }

    /// Whether the weights keep the condition within [`ROUNDING`].
    pub fn holds(&self, weights: &Weights) -> bool {
        let x = self.of(weights);
        x >= self.least - ROUNDING && x <= self.most + ROUNDING
    }
}

/// Weights are sums of a few products: what exceeds a limit by less than this is rounding, not a breach.
pub const ROUNDING: f64 = 1e-9;

/// Scales the members by `factor`; what that frees is cash.
pub(crate) fn scale_members(weights: &Weights, members: &[AssetId], factor: f64) -> Weights {
    let scaled = |asset| if members.contains(&asset) { factor } else { 1.0 };
    Weights::new(weights.iter().map(|(asset, w)| (asset, w * scaled(asset))))
}

/// Scales long positions of others than `members` down so that the whole is at most fully invested.
pub(crate) fn make_room(weights: Weights, members: &[AssetId]) -> Option<Weights> {
    let excess = weights.invested() - 1.0;
    if excess <= 0.0 {
        return Some(weights);
    }
    let others: f64 =
        weights.iter().filter(|(a, w)| !members.contains(a) && *w > 0.0).map(|(_, w)| w).sum();
    if others < excess {
        return None;
    }
    let factor = (others - excess) / others;
    let shrink = |(asset, w): (AssetId, f64)| match members.contains(&asset) || w <= 0.0 {
        true => (asset, w),
        false => (asset, w * factor),
    };
    Some(Weights::new(weights.iter().map(shrink)))
}
