//! Two vectors over assets: an opinion (`Scores`) and a portfolio (`Weights`). Both in asset order.
use smallvec::SmallVec;

use crate::{AssetId, Result};

/// One number per asset; higher is more wanted. An asset without an opinion is simply absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scores(SmallVec<[(AssetId, f64); SOME]>);

/// Scores of up to so many assets need no allocation: a search makes millions of them.
const SOME: usize = 12;

impl Scores {
    /// Keeps finite scores only: a `NaN` is no opinion. The order given is kept.
    pub fn new(scores: impl IntoIterator<Item = (AssetId, f64)>) -> Self {
        let mut all: SmallVec<[(AssetId, f64); SOME]> = scores.into_iter().collect();
        if !all.iter().all(|(_, s)| s.is_finite()) {
            all.retain(|(_, s)| s.is_finite());
        }
        Self(all)
    }

    /// The score of each of `among` by `score`, in that order; of those that it finds finite.
    ///
    /// # Errors
    /// The first one of `score`.
    pub fn of_each(
        among: &[AssetId],
        mut score: impl FnMut(AssetId) -> Result<f64>,
    ) -> Result<Self> {
        let mut all = SmallVec::with_capacity(among.len());
        for &asset in among {
            let score = score(asset)?;
            if score.is_finite() {
                all.push((asset, score));
            }
        }
        Ok(Self(all))
    }

    /// All of them, best first; ties broken by asset order so that a run is reproducible.
    pub fn ranked(&self) -> Vec<(AssetId, f64)> {
        let mut ranked = self.0.to_vec();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked
    }

    /// The `n` best, best first.
    pub fn top(&self, n: usize) -> Vec<AssetId> {
        if n == 1 {
            return self.best().into_iter().map(|(asset, _)| asset).collect();
        }
        self.ranked().into_iter().take(n).map(|(asset, _)| asset).collect()
    }

    /// The best one; the first in asset order among equals.
    pub fn best(&self) -> Option<(AssetId, f64)> {
        self.iter().reduce(|a, b| match b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)) {
            std::cmp::Ordering::Greater => b,
            _ => a,
        })
    }

    /// The score of one asset, if it has one.
    pub fn of(&self, asset: AssetId) -> Option<f64> {
        self.iter().find(|(a, _)| *a == asset).map(|(_, s)| s)
    }

    /// Pairs in the order given to [`Scores::new`].
    pub fn iter(&self) -> impl Iterator<Item = (AssetId, f64)> + '_ {
        self.0.iter().copied()
    }

    /// How many assets have a score.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no asset has a score.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every score passed through `f`; what becomes not finite is dropped.
    pub fn map(&self, f: impl Fn(AssetId, f64) -> f64) -> Self {
        Self::new(self.iter().map(|(asset, s)| (asset, f(asset, s))))
    }
}

/// Fractions of the portfolio's value. Whatever is not placed is cash.
///
/// Invariant: sorted by asset, no asset twice, every weight finite and not zero.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weights(SmallVec<[(AssetId, f64); FEW]>);

/// Portfolios of up to so many assets need no allocation. Rules hold a handful, and a search makes millions of portfolios;
/// ten times as many places would be copied for nothing.
const FEW: usize = 4;

impl Weights {
    /// Nothing placed: all cash.
    pub fn cash() -> Self {
        Self::default()
    }

    /// Adds up weights of the same asset and drops zeros.
    ///
    /// # Panics
    /// When a weight is not finite: kernels and allocators turn that into an error before.
    pub fn new(weights: impl IntoIterator<Item = (AssetId, f64)>) -> Self {
        let mut all: SmallVec<[(AssetId, f64); FEW]> = weights.into_iter().collect();
        assert!(all.iter().all(|(_, w)| w.is_finite()), "a weight is not finite");
        let in_order = all.windows(2).all(|pair| pair[0].0 < pair[1].0);
        if in_order && all.iter().all(|(_, w)| *w != 0.0) {
            return Self(all);
        }
        all.sort_by_key(|(asset, _)| *asset);
        all.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 += if same { next.1 } else { 0.0 };
            same
        });
        all.retain(|(_, w)| *w != 0.0);
        Self(all)
    }

    /// The same share of the whole for each.
    pub fn equal(assets: &[AssetId]) -> Self {
        let share = 1.0 / assets.len().max(1) as f64;
        Self::new(assets.iter().map(|&asset| (asset, share)))
    }

    /// Scales what is positive and finite in `raw` to sum to one; all cash when nothing is.
    pub fn proportional(raw: impl IntoIterator<Item = (AssetId, f64)>) -> Self {
        let raw: Vec<_> = raw.into_iter().filter(|(_, x)| x.is_finite() && *x > 0.0).collect();
        let sum: f64 = raw.iter().map(|(_, x)| x).sum();
        Self::new(raw.into_iter().map(|(asset, x)| (asset, x / sum)))
    }

    /// Every weight times `by`.
    ///
    /// # Panics
    /// When `by` is not finite.
    pub fn scaled(mut self, by: f64) -> Self {
        assert!(by.is_finite(), "a scale is not finite");
        if by == 0.0 {
            return Self::cash();
        }
        self.0.iter_mut().for_each(|(_, w)| *w *= by);
        self
    }

    /// Both portfolios held together.
    pub fn plus(self, other: Weights) -> Self {
        match (self.0.is_empty(), other.0.is_empty()) {
            (true, _) => other,
            (_, true) => self,
            _ => Self::new(self.0.into_iter().chain(other.0)),
        }
    }

    /// The weight of one asset; zero when it is not held.
    pub fn of(&self, asset: AssetId) -> f64 {
        match self.0.binary_search_by_key(&asset, |(a, _)| *a) {
            Ok(ix) => self.0[ix].1,
            Err(_) => 0.0,
        }
    }

    /// The sum of weights, long minus short: one minus the cash share.
    pub fn invested(&self) -> f64 {
        self.0.iter().map(|(_, w)| w).sum()
    }

    /// The sum of absolute weights.
    pub fn gross(&self) -> f64 {
        self.0.iter().map(|(_, w)| w.abs()).sum()
    }

    /// Half the sum of absolute changes to `other`, cash included: the fraction of the portfolio that moves.
    pub fn turnover_to(&self, other: &Weights) -> f64 {
        let placed: f64 = self.assets_with(other).map(|a| (other.of(a) - self.of(a)).abs()).sum();
        (placed + (self.invested() - other.invested()).abs()) / 2.0
    }

    /// The assets of either portfolio, in order.
    pub fn assets_with<'a>(&'a self, other: &'a Weights) -> impl Iterator<Item = AssetId> + 'a {
        let (mut own, mut others) = (self.0.iter().peekable(), other.0.iter().peekable());
        std::iter::from_fn(move || {
            let next =
                own.peek().into_iter().chain(others.peek()).map(|(asset, _)| *asset).min()?;
            own.next_if(|(asset, _)| *asset == next);
            others.next_if(|(asset, _)| *asset == next);
            Some(next)
        })
    }

    /// Pairs in asset order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (AssetId, f64)> + '_ {
        self.0.iter().copied()
    }

    /// How many assets are held.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether everything is in cash.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_go_to_the_first_asset() {
        let scores = Scores::new([(AssetId(2), 1.0), (AssetId(0), 1.0), (AssetId(1), f64::NAN)]);
        assert_eq!(scores.top(5), [AssetId(0), AssetId(2)]);
        assert_eq!(scores.best(), Some((AssetId(0), 1.0)));
        assert_eq!(scores.top(1), [AssetId(0)]);
    }

    #[test]
    fn weights_merge_and_turn_over() {
        let a = Weights::new([(AssetId(1), 0.3), (AssetId(0), 0.2), (AssetId(1), 0.3)]);
        assert_eq!(a.of(AssetId(1)), 0.6);
        assert_eq!(a.turnover_to(&Weights::cash()), 0.8);
        let b = Weights::new([(AssetId(2), 0.8)]);
        assert!((a.turnover_to(&b) - 0.8).abs() < 1e-15);
        assert_eq!(Weights::equal(&[]), Weights::cash());
        assert_eq!(Weights::proportional([(AssetId(0), -1.0)]), Weights::cash());
    }
}
