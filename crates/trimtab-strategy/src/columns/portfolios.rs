//! A portfolio for each day.
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::Readings;
use trimtab_core::{AssetId, Weights};

/// A portfolio for each of some days.
///
/// It stands in *slots*. A slot holds one asset a day, and a weight that is zero on days on which nothing is held in it. Beyond
/// the first two, whose order does not matter to a sum, their assets ascend.
#[derive(Clone, Debug)]
pub struct Portfolios {
    days: usize,
    /// The first day on which the portfolio is known; what stands before means nothing.
    from: usize,
    shape: Arc<Shape>,
    /// By slot, then day.
    weights: Vec<f64>,
}

/// Which assets the slots hold. Portfolios that differ in weights only share it.
#[derive(Debug)]
struct Shape {
    slots: Vec<Slot>,
    /// Whether the assets ascend on every day.
    ordered: bool,
    /// What became of this shape beside others: a search asks for the same two thousands of times.
    beside: Mutex<Vec<(Weak<Shape>, Beside)>>,
}

/// How two shapes stand beside each other, and the one that holds both.
#[derive(Clone, Debug)]
enum Beside {
    /// No asset in both: slots follow slots.
    Apart(Arc<Shape>),
    /// Mixed: a slot for every asset.
    Among(Arc<Shape>),
}

/// So many neighbours of a shape are remembered.
const BESIDE_MOST: usize = 16;

impl Shape {
    /// Of slots whose assets ascend on every day.
    fn new(slots: Vec<Slot>) -> Arc<Self> {
        Arc::new(Self { slots, ordered: true, beside: Mutex::default() })
    }

    fn assets(&self) -> Vec<AssetId> {
        let mut all: Vec<AssetId> = self.slots.iter().flat_map(Slot::assets).copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    fn beside(&self, other: &Arc<Shape>) -> Beside {
        let mut known = self.beside.lock().unwrap_or_else(PoisonError::into_inner);
        let this = Arc::downgrade(other);
        if let Some((_, beside)) = known.iter().find(|(other, _)| other.ptr_eq(&this)) {
            return beside.clone();
        }
        let (own, others) = (self.assets(), other.assets());
        // Sums run over slots. Of two numbers the order does not matter; of more it is that of the assets, as in `Weights`.
        let few = self.slots.len() + other.slots.len() <= 2;
        let ordered = own.last() < others.first() && other.ordered;
        let beside = if (few || ordered) && !own.iter().any(|asset| others.contains(asset)) {
            let (slots, ordered) =
                ([&self.slots[..], &other.slots].concat(), ordered && self.ordered);
            Beside::Apart(Arc::new(Self { slots, ordered, beside: Mutex::default() }))
        } else {
            let mut all = [own, others].concat();
            all.sort_unstable();
            all.dedup();
            Beside::Among(Self::new(all.into_iter().map(Slot::Always).collect()))
        };
        if known.len() == BESIDE_MOST {
            known.clear();
        }
        known.push((this, beside.clone()));
        beside
    }
}

#[derive(Clone, Debug)]
enum Slot {
    Always(AssetId),
    Daily(Arc<[AssetId]>),
}

impl Slot {
    fn on(&self, day: usize) -> AssetId {
        match self {
            Slot::Always(asset) => *asset,
            Slot::Daily(assets) => assets[day],
        }
    }

    fn assets(&self) -> &[AssetId] {
        match self {
            Slot::Always(asset) => std::slice::from_ref(asset),
            Slot::Daily(assets) => assets,
        }
    }
}

impl Portfolios {
    /// The same weights on every day.
    pub(crate) fn always(days: usize, from: usize, weights: &Weights) -> Self {
        let slots = weights.iter().map(|(asset, _)| Slot::Always(asset)).collect();
        let weights = weights.iter().flat_map(|(_, w)| std::iter::repeat_n(w, days)).collect();
        Self { days, from, shape: Shape::new(slots), weights }
    }

    /// The weights of the days from `from` on.
    pub(crate) fn of_each(assets: &[AssetId], days: usize, from: usize, known: &[Weights]) -> Self {
        let mut assets = assets.to_vec();
        assets.sort_unstable();
        assets.dedup();
        let mut weights = vec![0.0; assets.len() * days];
        for (own, all) in known.iter().zip(from..) {
            for (asset, w) in own.iter() {
                let slot = assets.binary_search(&asset).expect("a portfolio of these assets");
                weights[slot * days + all] = w;
            }
        }
        let slots = assets.into_iter().map(Slot::Always).collect();
        Self { days, from, shape: Shape::new(slots), weights }
    }

    /// One asset a day, with a weight.
    pub(crate) fn one_each(from: usize, held: Vec<AssetId>, weights: Vec<f64>) -> Self {
        let shape = Shape::new(vec![Slot::Daily(held.into())]);
        Self { days: weights.len(), from, shape, weights }
    }

    /// The number of days.
    pub fn days(&self) -> usize {
        self.days
    }

    /// The first day on which the portfolio is known; before it there are data missing.
    pub fn from(&self) -> usize {
        self.from
    }

    /// How many slots there are.
    pub fn slots(&self) -> usize {
        self.shape.slots.len()
    }

    /// The asset of a slot on a day.
    pub fn asset(&self, slot: usize, day: usize) -> AssetId {
        self.shape.slots[slot].on(day)
    }

    /// The weights of a slot on all days; zero where it holds nothing.
    pub fn weights(&self, slot: usize) -> &[f64] {
        &self.weights[slot * self.days..][..self.days]
    }

    /// Whether the slots of both hold the same assets for certain.
    pub fn has_shape_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shape, &other.shape)
    }

    /// Every asset that stands in a slot, in order.
    pub fn assets(&self) -> Vec<AssetId> {
        self.shape.assets()
    }

    /// The portfolio of one day.
    pub fn on(&self, day: usize) -> Weights {
        Weights::new((0..self.slots()).map(|s| (self.asset(s, day), self.weights(s)[day])))
    }

    /// Every weight of a day times that day's `by`, finite. As [`Weights::scaled`].
    pub(crate) fn scaled(mut self, by: &[f64]) -> Self {
        for slot in self.weights.chunks_exact_mut(self.days) {
            slot.iter_mut().zip(by).for_each(|(w, by)| *w *= by);
        }
        self
    }

    /// The same with shares that are known from a day of their own on.
    pub(crate) fn times(&self, share: &Readings) -> Self {
        let mut weights = Vec::with_capacity(2 * self.weights.len());
        for slot in self.weights.chunks_exact(self.days) {
            weights.extend(slot.iter().zip(&share.values).map(|(w, by)| w * by));
        }
        let (days, from) = (self.days, self.from.max(share.from));
        Self { days, from, shape: Arc::clone(&self.shape), weights }
    }

    /// Both held together. As [`Weights::plus`].
    pub(crate) fn plus(mut self, other: Self) -> Self {
        let (days, from) = (self.days, self.from.max(other.from));
        if self.slots() == 0 || other.slots() == 0 {
            let held = if self.slots() == 0 { other } else { self };
            return Self { from, ..held };
        }
        let (shape, weights) = match self.shape.beside(&other.shape) {
            Beside::Apart(shape) => {
                self.weights.extend_from_slice(&other.weights);
                (shape, self.weights)
            }
            Beside::Among(shape) => {
                let mut weights = vec![0.0; shape.slots.len() * days];
                self.spread(&shape, &mut weights);
                other.spread(&shape, &mut weights);
                (shape, weights)
            }
        };
        Self { days, from, shape, weights }
    }

    /// Adds the weights to those of a shape that has a slot for every asset.
    fn spread(&self, shape: &Shape, weights: &mut [f64]) {
        for slot in 0..self.slots() {
            for (day, w) in self.weights(slot).iter().enumerate() {
                let asset = self.asset(slot, day);
                let place = shape.slots.partition_point(|slot| slot.on(day) < asset);
                weights[place * self.days + day] += w;
            }
        }
    }

    /// The sum of each day's weights. As [`Weights::invested`].
    pub(crate) fn invested(&self) -> Vec<f64> {
        let mut slots = self.weights.chunks_exact(self.days);
        let Some(first) = slots.next() else { return vec![0.0; self.days] };
        let mut sums = first.to_vec();
        for slot in slots {
            sums.iter_mut().zip(slot).for_each(|(sum, w)| *sum += w);
        }
        sums
    }

    /// Whether no known day holds a short position, or more than `most` in all.
    pub(super) fn is_within(&self, most: f64) -> bool {
        let sums = self.invested();
        let long = self
            .weights
            .chunks_exact(self.days)
            .all(|slot| slot[self.from..].iter().fold(true, |long, w| long & (*w >= 0.0)));
        long && sums[self.from..].iter().fold(true, |within, sum| within & (*sum <= most))
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.weights)
    }
}
