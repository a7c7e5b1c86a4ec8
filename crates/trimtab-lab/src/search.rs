//! Looking for good parameters without trying them all.
//!
//! A [`Sampler`] suggests a point of a [`Space`], is told what came of it ([`Told`]), and suggests the next. It knows
//! nothing of strategies: whoever asks runs them.
//!
//! | method | how | where |
//! |---|---|---|
//! | random | each value by itself | [`Method::Random`] |
//! | tree-structured Parzen estimator | more like the good ones, less like the others | [`Method::Tpe`] |
//! | successive halving | many on a short history, the better part on a longer one | [`rungs`] |
//! | walk-forward | a search in each window, its best set held over what came next | [`walk_forward`] |
//!
//! A grid is a [`crate::sweep::Design`]. What is good is said by [`goal`]s, what is allowed by [`condition`]s, and
//! several goals at once end in a front of points of which none is better in all ([`pareto`]).
pub mod condition;
pub mod goal;
mod halving;
mod judge;
pub mod pareto;
mod parzen;
mod space;
mod tpe;
mod walk;

pub use halving::{Rung, rungs};
pub use judge::{Judge, Judged, best, search};
pub use space::{Parameter, Point, Space};
pub use tpe::Tpe;
pub use walk::{Step, Walked, walk_forward};

use crate::validation::Dice;
use pareto::{Standing, order};

/// How points are suggested.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Method {
    /// Each value by itself, evenly.
    Random,
    /// See [`Tpe`].
    Tpe(Tpe),
}

/// What came of a point.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The point.
    pub point: Point,
    /// Its losses, one for each goal, smaller being better; none for a point that could not be evaluated.
    pub losses: Option<Vec<f64>>,
    /// By how much it breaks the conditions; 0 when it keeps all.
    pub violation: f64,
}

/// Suggests points one after the other. The same space, method, seed and answers give the same points.
#[derive(Clone, Debug)]
pub struct Sampler<'a> {
    space: &'a Space,
    method: Method,
    dice: Dice,
    told: Vec<Told>,
    /// The order of what was told, the best first, and how many of it were good enough for the first part.
    sorted: Vec<u32>,
    tried: std::collections::BTreeSet<Vec<u64>>,
    warm: usize,
}

/// How often candidates are drawn, first from the method, then evenly, before a small space is gone through: nearly every draw is
/// new, unless the space is small or the conditions leave little of it.
const DRAWS: [usize; 2] = [4, 100];

/// A space of no more points is gone through for one that was not tried.
const SMALL: u64 = 1_000_000;

impl<'a> Sampler<'a> {
    /// Nothing known yet.
    pub fn new(space: &'a Space, method: Method, seed: u64) -> Self {
        let (told, sorted, tried) = (Vec::new(), Vec::new(), Default::default());
        Self { space, method, dice: Dice::new(seed, 0), told, sorted, tried, warm: 0 }
    }

    /// Tells of points that were evaluated before this search: they guide it, and none of them is suggested again.
    pub fn warm(&mut self, before: impl IntoIterator<Item = Told>) {
        for told in before {
            self.tell(told);
        }
        self.warm = self.told.len();
    }

    /// A point, refused ones aside: `allowed` says whether it may be tried at all. A point that was suggested before comes again
    /// only where nothing else is found. None when nothing that is allowed is found.
    pub fn suggest(&mut self, allowed: &dyn Fn(&Point) -> bool) -> Option<Point> {
        let mut last = None;
        for round in 0..DRAWS[0] + DRAWS[1] {
            for point in self.draw(round >= DRAWS[0]) {
                if !allowed(&point) {
                    continue;
                }
                if self.tried.insert(self.space.key(&point)) {
                    return Some(point);
                }
                last = last.or(Some(point));
            }
        }
        let size = self.space.size().filter(|size| *size <= SMALL).unwrap_or(0);
        let left = (0..size).map(|ix| self.space.nth(ix));
        let new = left.filter(|p| allowed(p)).find(|p| !self.tried.contains(&self.space.key(p)));
        if let Some(point) = &new {
            self.tried.insert(self.space.key(point));
        }
        new.or(last)
    }

    /// Candidates, the most promising first.
    fn draw(&mut self, evenly: bool) -> Vec<Point> {
        match &self.method {
            Method::Tpe(tpe) if self.told.len() >= tpe.startup && !evenly => {
                tpe.candidates(self.space, &self.told, &self.sorted, &mut self.dice)
            }
            _ => vec![self.space.random(&mut self.dice)],
        }
    }

    /// Tells what came of a point.
    pub fn tell(&mut self, told: Told) {
        self.tried.insert(self.space.key(&told.point));
        self.told.push(told);
        if matches!(self.method, Method::Tpe(_)) {
            self.sort();
        }
    }

    /// One goal: the new answer is put into its place. Several: all are sorted anew, as fronts change.
    fn sort(&mut self) {
        let newest = self.told.len() as u32 - 1;
        let several = self.told[newest as usize].losses.as_ref().is_some_and(|l| l.len() > 1);
        if several {
            let standings: Vec<Standing<'_>> = self.told.iter().map(Standing::of).collect();
            self.sorted = order(&standings, tpe::better(standings.len()));
            return;
        }
        let key = |ix: &u32| Standing::of(&self.told[*ix as usize]);
        let place = self.sorted.partition_point(|ix| key(ix).single(&key(&newest)).is_le());
        self.sorted.insert(place, newest);
    }

    /// All that was told, in order.
    pub fn told(&self) -> &[Told] {
        &self.told
    }

    /// How many different points were suggested or told of.
    pub fn tried(&self) -> usize {
        self.tried.len()
    }

    /// How many of them were known before.
    pub fn known(&self) -> usize {
        self.warm
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sweep::Axis;

    fn space(texts: &[&str]) -> Space {
        Space::new(texts.iter().map(|text| Axis::parse(text).unwrap()).collect()).unwrap()
    }

    fn best(method: Method, seed: u64, trials: usize) -> f64 {
        let space = space(&["a=0..1", "b=0..1", "c=0..1", "d=0..1"]);
        let mut sampler = Sampler::new(&space, method, seed);
        let mut best = f64::INFINITY;
        for _ in 0..trials {
            let point = sampler.suggest(&|_| true).unwrap();
            let at = [0.2, 0.9, 0.5, 0.35];
            let loss = point.iter().zip(at).map(|(x, a)| (x - a) * (x - a)).sum::<f64>();
            best = best.min(loss);
            sampler.tell(Told { point, losses: Some(vec![loss]), violation: 0.0 });
        }
        best
    }

    #[test]
    fn the_estimator_finds_a_bowl_sooner_than_chance() {
        for joint in [false, true] {
            let tpe = Method::Tpe(Tpe { joint, ..Tpe::default() });
            let wins =
                (0..20).filter(|s| best(tpe, *s, 120) < best(Method::Random, *s, 120)).count();
            assert!(wins >= 18, "joint {joint}: {wins} of 20");
        }
        assert_eq!(
            best(Method::Tpe(Tpe::default()), 5, 60),
            best(Method::Tpe(Tpe::default()), 5, 60)
        );
    }

    #[test]
    fn a_small_space_is_tried_once_each() {
        let space = space(&["a=1..4:1", "b=x,y,z"]);
        for method in [Method::Random, Method::Tpe(Tpe::default())] {
            let mut sampler = Sampler::new(&space, method, 1);
            for _ in 0..12 {
                let point = sampler.suggest(&|_| true).unwrap();
                let loss = space.values(&point)[0].parse::<f64>().unwrap();
                sampler.tell(Told { point, losses: Some(vec![loss]), violation: 0.0 });
            }
            let mut sets: Vec<Vec<String>> =
                sampler.told().iter().map(|told| space.values(&told.point)).collect();
            sets.sort();
            sets.dedup();
            assert_eq!(sets.len(), 12, "{method:?}");
        }
    }

    #[test]
    fn what_is_not_allowed_or_known_is_not_suggested() {
        let space = space(&["a=1..4:1", "b=1..4:1"]);
        let mut sampler = Sampler::new(&space, Method::Random, 1);
        let set = |a: &str, b: &str| space.point(&[a.to_owned(), b.to_owned()]).unwrap();
        let told = |point| Told { point, losses: Some(vec![0.0]), violation: 0.0 };
        sampler.warm([told(set("1", "2")), told(set("2", "3"))]);
        let below = |point: &Point| {
            let values = space.values(point);
            values[0] < values[1]
        };
        let mut found: Vec<Vec<String>> = (0..4)
            .map(|_| {
                let point = sampler.suggest(&below).unwrap();
                let values = space.values(&point);
                sampler.tell(told(point));
                values
            })
            .collect();
        found.sort();
        assert_eq!(found, [["1", "3"], ["1", "4"], ["2", "4"], ["3", "4"]]);
        assert_eq!(sampler.known(), 2);
        assert!(sampler.suggest(&|_| false).is_none());
    }
}
