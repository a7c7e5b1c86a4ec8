//! Tolerance bands: which holdings are moved, and how far.
use trimtab_core::{AssetId, Weights};
use trimtab_strategy::{Band, BandTo, Drifted};

/// Weights are sums of a few products: what leaves its band by less than this is rounding.
const ROUNDING: f64 = 1e-9;

/// The assets to trade and the weights to bring them to.
pub type Moves = Vec<(AssetId, f64)>;

/// Every holding to its target.
pub fn to_target(now: &Weights, target: &Weights) -> Moves {
    target.assets_with(now).map(|asset| (asset, target.of(asset))).collect()
}

/// What a decision for `target` moves when the portfolio is at `now`: what its band says, or everything. An account
/// that holds nothing buys its target whatever the band.
pub fn moves(band: Option<&Band>, now: &Weights, target: &Weights) -> Moves {
    match band {
        Some(band) if !now.is_empty() => banded(band, now, target),
        _ => to_target(now, target),
    }
}

/// What a band moves when the portfolio is at `now` and the target is `target`; nothing while all is inside.
///
/// With $d_i = w_i - t_i$ and half-width $h_i$ ([`Band::width`] of $t_i$), holding $i$ has left its band when $|d_i| > h_i$. A
/// moved holding is brought to $t_i + \mathrm{sign}(d_i)\min(|d_i|, \delta_i)$ with $\delta_i$ = 0 (target), $h_i / 2$ (centre) or
/// $h_i$ (edge). With `trade = "all"` every holding is moved by that rule, with `trade = "drifted"` only those that
/// left their band.
///
/// Cash is a holding too, so that a deposit is seen: its half-width is that of its own target, but not less than the
/// narrowest of the other holdings, since a band of 25 % of nothing would never be kept. When the moves leave
/// cash beyond the place it should be brought to, the holdings furthest from their targets make up for it.
pub fn banded(band: &Band, now: &Weights, target: &Weights) -> Moves {
    let width = |w: f64| band.width(w).unwrap_or(0.0);
    let place = |d: f64, h: f64| {
        let reach = match band.to {
            BandTo::Target => 0.0,
            BandTo::Centre => h / 2.0,
            BandTo::Edge => h,
        };
        d.clamp(-reach, reach)
    };
    let narrowest = target.iter().map(|(_, w)| width(w)).fold(f64::INFINITY, f64::min);
    let cash_target = 1.0 - target.invested();
    let cash_width = width(cash_target).max(if narrowest.is_finite() { narrowest } else { 0.0 });
    let cash_drift = 1.0 - now.invested() - cash_target;
    let left = |d: f64, h: f64| d.abs() > h + ROUNDING;

    let assets: Vec<AssetId> = target.assets_with(now).collect();
    let drift = |asset: AssetId| now.of(asset) - target.of(asset);
    let out: Vec<bool> = assets.iter().map(|a| left(drift(*a), width(target.of(*a)))).collect();
    if !left(cash_drift, cash_width) && !out.contains(&true) {
        return Vec::new();
    }
    let mut new: Vec<f64> = assets
        .iter()
        .zip(&out)
        .map(|(asset, out)| match *out || band.trade == Drifted::All {
            true => target.of(*asset) + place(drift(*asset), width(target.of(*asset))),
            false => now.of(*asset),
        })
        .collect();
    let cash_after = 1.0 - new.iter().sum::<f64>() - cash_target;
    if left(cash_after, cash_width) {
        repair_cash(&assets, &mut new, target, cash_after - place(cash_after, cash_width));
    }
    let moved = |(asset, w): &(AssetId, f64)| (*w - now.of(*asset)).abs() > ROUNDING;
    assets.into_iter().zip(new).filter(moved).collect()
}

/// Moves `excess` of cash into the holdings most below their targets, or raises what is missing from those most above.
fn repair_cash(assets: &[AssetId], new: &mut [f64], target: &Weights, excess: f64) {
    let sign = excess.signum();
    let gaps: Vec<f64> =
        assets.iter().zip(&*new).map(|(a, w)| (sign * (target.of(*a) - w)).max(0.0)).collect();
    for (w, step) in new.iter_mut().zip(level(&gaps, excess.abs())) {
        *w += sign * step;
    }
}

/// Divides `amount` over `gaps` so that the largest remaining gaps are equal: $\sum_i \max(0, g_i - \lambda)$ = amount.
/// When the gaps are smaller than the amount they are closed, and the rest stays undivided.
pub(crate) fn level(gaps: &[f64], amount: f64) -> Vec<f64> {
    let mut sorted: Vec<f64> = gaps.iter().copied().filter(|g| *g > 0.0).collect();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let (mut sum, mut lambda) = (0.0, 0.0_f64);
    for (ix, gap) in sorted.iter().enumerate() {
        sum += gap;
        let candidate = (sum - amount) / (ix as f64 + 1.0);
        let next = sorted.get(ix + 1).copied().unwrap_or(0.0);
        lambda = candidate.max(0.0);
        if candidate >= next {
            break;
        }
    }
    gaps.iter().map(|gap| (gap - lambda).max(0.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_core::{Fraction, Positive};
    use trimtab_strategy::Check;

    fn weights(w: &[f64]) -> Weights {
        Weights::new(w.iter().enumerate().map(|(ix, w)| (AssetId(ix as u16), *w)))
    }

    fn band(to: BandTo, trade: Drifted) -> Band {
        let absolute = Fraction::try_from(0.05).ok();
        Band { absolute, relative: None, to, trade, check: Check::Schedule }
    }

    fn close(moves: &Moves, expected: &[(u16, f64)]) {
        assert_eq!(moves.len(), expected.len(), "{moves:?}");
        for ((asset, w), (ix, x)) in moves.iter().zip(expected) {
            assert!(*asset == AssetId(*ix) && (w - x).abs() < 1e-12, "{moves:?}");
        }
    }

    #[test]
    fn inside_the_band_nothing_moves() {
        let (now, target) = (weights(&[0.64, 0.36]), weights(&[0.6, 0.4]));
        assert!(banded(&band(BandTo::Target, Drifted::All), &now, &target).is_empty());
        let edge = weights(&[0.65, 0.35]);
        assert!(banded(&band(BandTo::Target, Drifted::All), &edge, &target).is_empty());
    }

    #[test]
    fn edge_centre_and_target_in_closed_form() {
        let (now, target) = (weights(&[0.70, 0.20, 0.10]), weights(&[0.6, 0.2, 0.2]));
        let moves = |to, trade| banded(&band(to, trade), &now, &target);
        close(&moves(BandTo::Target, Drifted::All), &[(0, 0.6), (2, 0.2)]);
        close(&moves(BandTo::Centre, Drifted::All), &[(0, 0.625), (2, 0.175)]);
        close(&moves(BandTo::Edge, Drifted::Drifted), &[(0, 0.65), (2, 0.15)]);
    }

    #[test]
    fn only_what_drifted_is_traded() {
        // The first is 8 points above, the others 4 below: only one left its band.
        let (now, target) = (weights(&[0.48, 0.26, 0.26]), weights(&[0.4, 0.3, 0.3]));
        let all = banded(&band(BandTo::Target, Drifted::All), &now, &target);
        close(&all, &[(0, 0.4), (1, 0.3), (2, 0.3)]);
        // Sold to its target, 8 points are cash, 3 more than cash may drift: they go to the others.
        let one = banded(&band(BandTo::Target, Drifted::Drifted), &now, &target);
        close(&one, &[(0, 0.4), (1, 0.3), (2, 0.3)]);
        // To the edge, 3 points are cash, and cash may drift by 5.
        let edge = banded(&band(BandTo::Edge, Drifted::Drifted), &now, &target);
        close(&edge, &[(0, 0.45)]);
    }

    #[test]
    fn a_deposit_is_seen_though_no_holding_left_its_band() {
        let relative = Positive::try_from(0.25).ok();
        let band = Band { absolute: None, relative, ..band(BandTo::Target, Drifted::Drifted) };
        // 60/40 and a deposit of 12 %: holdings are inside 25 % of themselves, cash is beyond 10 points.
        let (now, target) = (weights(&[0.6 / 1.12, 0.4 / 1.12]), weights(&[0.6, 0.4]));
        close(&banded(&band, &now, &target), &[(0, 0.6), (1, 0.4)]);
        let small = weights(&[0.6 / 1.05, 0.4 / 1.05]);
        assert!(banded(&band, &small, &target).is_empty());
    }

    #[test]
    fn purchases_to_the_edge_are_paid_by_those_above_their_targets() {
        // The last is far below; nobody else left its band, and there is no cash.
        let target = weights(&[0.25, 0.25, 0.25, 0.25]);
        let now = weights(&[0.29, 0.28, 0.28, 0.15]);
        let moves = banded(&band(BandTo::Target, Drifted::Drifted), &now, &target);
        close(&moves, &[(0, 0.25), (1, 0.25), (2, 0.25), (3, 0.25)]);
    }

    #[test]
    fn levelling_closes_the_largest_gaps_first() {
        assert_eq!(level(&[5.0, 1.0, 3.0], 2.0), [2.0, 0.0, 0.0]);
        assert_eq!(level(&[5.0, 1.0, 3.0], 4.0), [3.0, 0.0, 1.0]);
        assert_eq!(level(&[5.0, 1.0, 3.0], 9.0), [5.0, 1.0, 3.0]);
        assert_eq!(level(&[5.0, 1.0, 3.0], 20.0), [5.0, 1.0, 3.0]);
        assert_eq!(level(&[0.0, -1.0], 1.0), [0.0, 0.0]);
    }
}
