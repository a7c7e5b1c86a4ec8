//! What many sets of parameters say together: where results are high, how wide the heights are, which parameters matter.
use std::collections::BTreeMap;

mod front;
mod page;

pub use front::{Front, Objective};
pub use page::Report;

/// Sets of parameters and one number of each.
#[derive(Clone, Debug, PartialEq)]
pub struct Landscape {
    /// The parameters.
    pub paths: Vec<String>,
    /// For each parameter its distinct values, in order: numbers by size, words as they first came.
    pub values: Vec<Vec<String>>,
    /// For each set the place of its value among those of each parameter.
    pub sets: Vec<Vec<usize>>,
    /// The number of each set, larger being better; none where it failed.
    pub scores: Vec<Option<f64>>,
}

/// A set and what stands around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Around {
    /// The set.
    pub set: usize,
    /// Its number.
    pub score: f64,
    /// How many sets stand one step away.
    pub count: usize,
    /// The mean of theirs.
    pub mean: f64,
    /// The lowest of theirs.
    pub lowest: f64,
    /// Whether it is a lone peak: its neighbours are nearer to the mean of all sets than to it.
    pub lone: bool,
}

/// How much of the differences between sets one parameter explains by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Influence {
    /// The parameter.
    pub path: String,
    /// `Var(E[score | value]) / Var(score)`: 0 to 1, over the sets that were run.
    pub explained: f64,
    /// The mean number at each value, and how many sets have it.
    pub means: Vec<(String, f64, usize)>,
}

impl Landscape {
    /// Of sets in any order; `sets` as written, `scores` one each.
    pub fn new(paths: &[String], sets: &[Vec<String>], scores: Vec<Option<f64>>) -> Self {
        let mut values: Vec<Vec<String>> = vec![Vec::new(); paths.len()];
        for (axis, own) in values.iter_mut().enumerate() {
            let mut seen = std::collections::BTreeSet::new();
            own.extend(sets.iter().map(|set| &set[axis]).filter(|v| seen.insert(*v)).cloned());
            let number = |text: &String| text.parse::<f64>().ok();
            if own.iter().all(|text| number(text).is_some()) {
                own.sort_by(|a, b| number(a).partial_cmp(&number(b)).expect("both are numbers"));
            }
        }
        let ranks: Vec<BTreeMap<&String, usize>> = values
            .iter()
            .map(|own| own.iter().enumerate().map(|(k, v)| (v, k)).collect())
            .collect();
        let place = |set: &Vec<String>| set.iter().zip(&ranks).map(|(v, rank)| rank[v]).collect();
        let sets = sets.iter().map(place).collect();
        Self { paths: paths.to_vec(), values, sets, scores }
    }

    /// The sets with numbers, the best first; the earlier one among equals.
    pub fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> =
            (0..self.sets.len()).filter(|ix| self.scores[*ix].is_some()).collect();
        order.sort_by(|a, b| self.scores[*b].partial_cmp(&self.scores[*a]).expect("numbers"));
        order
    }

    /// The mean of all numbers.
    pub fn mean(&self) -> Option<f64> {
        let all: Vec<f64> = self.scores.iter().flatten().copied().collect();
        (!all.is_empty()).then(|| all.iter().sum::<f64>() / all.len() as f64)
    }

    /// Each set, the best first, and what stands around it: the sets that differ by one step in one parameter. Where a design has no
    /// steps, the nearest sets by places, two for each parameter.
    pub fn around(&self, most: usize) -> Vec<Around> {
        let Some(mean) = self.mean() else { return Vec::new() };
        let places: BTreeMap<&[usize], usize> =
            self.sets.iter().enumerate().map(|(ix, set)| (set.as_slice(), ix)).collect();
        let one = |set: usize| {
            let mut near: Vec<f64> =
                self.steps(set, &places).into_iter().filter_map(|ix| self.scores[ix]).collect();
            if near.is_empty() {
                near = self.nearest(set);
            }
            let score = self.scores[set]?;
            let count = near.len();
            let own = near.iter().sum::<f64>() / count as f64;
            let lowest = near.iter().copied().fold(f64::INFINITY, f64::min);
            let lone = score - own > own - mean;
            (count > 0).then_some(Around { set, score, count, mean: own, lowest, lone })
        };
        self.order().into_iter().take(most).filter_map(one).collect()
    }

    /// Sets one step away.
    fn steps(&self, set: usize, places: &BTreeMap<&[usize], usize>) -> Vec<usize> {
        let mut near = Vec::new();
        let mut place = self.sets[set].clone();
        for axis in 0..place.len() {
            let own = place[axis];
            for other in [own.checked_sub(1), Some(own + 1)].into_iter().flatten() {
                place[axis] = other;
                near.extend(places.get(place.as_slice()));
            }
            place[axis] = own;
        }
        near
    }

    /// The numbers of the nearest sets, by the sum of the parts of each range that lie between.
    fn nearest(&self, set: usize) -> Vec<f64> {
        let own = &self.sets[set];
        let far = |other: &Vec<usize>| -> f64 {
            let parts = own.iter().zip(other).zip(&self.values);
            parts.map(|((a, b), v)| a.abs_diff(*b) as f64 / v.len().max(2) as f64).sum()
        };
        let mut all: Vec<(f64, f64)> = (0..self.sets.len())
            .filter(|ix| *ix != set)
            .filter_map(|ix| Some((far(&self.sets[ix]), self.scores[ix]?)))
            .collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        all.truncate(2 * own.len());
        all.into_iter().map(|(_, score)| score).collect()
    }

    /// Each parameter, the one that explains most first.
    pub fn influences(&self) -> Vec<Influence> {
        let Some(mean) = self.mean() else { return Vec::new() };
        let scored =
            || self.sets.iter().zip(&self.scores).filter_map(|(set, s)| Some((set, (*s)?)));
        let count = scored().count() as f64;
        let variance = scored().map(|(_, s)| (s - mean).powi(2)).sum::<f64>() / count;
        let one = |axis: usize| {
            let mut sums = vec![(0.0, 0_usize); self.values[axis].len()];
            for (set, score) in scored() {
                sums[set[axis]].0 += score;
                sums[set[axis]].1 += 1;
            }
            let between: f64 = sums
                .iter()
                .filter(|(_, n)| *n > 0)
                .map(|(sum, n)| *n as f64 * (sum / *n as f64 - mean).powi(2))
                .sum();
            let means = self.values[axis].iter().zip(&sums).filter(|(_, (_, n))| *n > 0);
            Influence {
                path: self.paths[axis].clone(),
                explained: if variance > 0.0 { between / count / variance } else { 0.0 },
                means: means.map(|(v, (sum, n))| (v.clone(), sum / *n as f64, *n)).collect(),
            }
        };
        let mut all: Vec<Influence> = (0..self.paths.len()).map(one).collect();
        all.sort_by(|a, b| b.explained.total_cmp(&a.explained));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(score: impl Fn(usize, usize) -> f64) -> Landscape {
        let sets: Vec<Vec<String>> =
            (0..35).map(|ix| vec![(10 * (ix / 7 + 1)).to_string(), (ix % 7).to_string()]).collect();
        let scores = (0..35).map(|ix| Some(score(ix / 7, ix % 7))).collect();
        Landscape::new(&["a".to_owned(), "b".to_owned()], &sets, scores)
    }

    #[test]
    fn a_lone_peak_is_told_from_a_plateau() {
        let spike = grid(|a, b| if (a, b) == (2, 3) { 1.0 } else { 0.1 });
        let found = spike.around(1)[0];
        assert_eq!((found.set, found.count, found.lone), (2 * 7 + 3, 4, true));
        assert!((found.mean - 0.1).abs() < 1e-12);
        let hill = grid(|a, b| 1.0 - 0.1 * a.abs_diff(2) as f64 - 0.1 * b.abs_diff(3) as f64);
        let found = hill.around(2);
        assert_eq!((found[0].set, found[0].lone), (17, false));
        assert!((found[0].mean - 0.9).abs() < 1e-12 && (found[0].lowest - 0.9).abs() < 1e-12);
    }

    #[test]
    fn values_are_sorted_as_numbers_and_influence_adds_up() {
        // Only b matters: 10 sorts behind 9.
        let sets: Vec<Vec<String>> = [9, 10, 8, 9, 10, 8]
            .iter()
            .enumerate()
            .map(|(ix, b)| vec![(ix / 3).to_string(), b.to_string()])
            .collect();
        let scores = sets.iter().map(|set| set[1].parse().ok()).collect();
        let all = Landscape::new(&["a".to_owned(), "b".to_owned()], &sets, scores);
        assert_eq!(all.values[1], ["8", "9", "10"]);
        let found = all.influences();
        assert_eq!((found[0].path.as_str(), found[1].path.as_str()), ("b", "a"));
        assert!((found[0].explained - 1.0).abs() < 1e-12 && found[1].explained.abs() < 1e-12);
        assert_eq!(found[0].means[2], ("10".to_owned(), 10.0, 2));
    }

    #[test]
    fn without_steps_the_nearest_sets_are_the_neighbours() {
        let sets: Vec<Vec<String>> =
            (0..9).map(|ix| vec![format!("{}", ix * ix), format!("{}", (ix * 5) % 9)]).collect();
        let scores = (0..9).map(|ix| Some(f64::from(ix))).collect();
        let all = Landscape::new(&["a".to_owned(), "b".to_owned()], &sets, scores);
        let found = all.around(1)[0];
        assert_eq!((found.set, found.count), (8, 4));
    }
}
