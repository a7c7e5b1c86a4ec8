//! Several goals at once: fronts, and what each point adds.
use std::cmp::Ordering;

use super::Told;

/// What decides over the place of a point.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    losses: Option<&'a [f64]>,
    violation: f64,
}

impl<'a> Standing<'a> {
    /// Of what was told.
    pub fn of(told: &'a Told) -> Self {
        Self { losses: told.losses.as_deref(), violation: told.violation }
    }

    /// What keeps the conditions comes first, then what breaks them by less, last what could not be evaluated.
    fn rough(&self, other: &Self) -> Ordering {
        let class = |s: &Self| match s.losses {
            None => 2,
            Some(_) if s.violation > 0.0 => 1,
            Some(_) => 0,
        };
        let broken = self.violation.total_cmp(&other.violation);
        class(self).cmp(&class(other)).then(if class(self) == 1 { broken } else { Ordering::Equal })
    }

    /// The order for one goal.
    pub(super) fn single(&self, other: &Self) -> Ordering {
        let loss = |s: &Self| s.losses.and_then(|l| l.first().copied()).unwrap_or(f64::INFINITY);
        self.rough(other).then(loss(self).total_cmp(&loss(other)))
    }
}

/// Whether a is nowhere worse than b and somewhere better.
pub fn dominates(a: &[f64], b: &[f64]) -> bool {
    a.iter().zip(b).all(|(x, y)| x <= y) && a.iter().zip(b).any(|(x, y)| x < y)
}

/// The front of each point: 0 for those that none dominates, 1 for those that only these dominate, and so on.
///
/// Source: K. Deb, A. Pratap, S. Agarwal, T. Meyarivan (2002), NSGA-II, *IEEE Transactions on Evolutionary Computation* 6(2), p. 184.
pub fn fronts(losses: &[&[f64]]) -> Vec<usize> {
    let n = losses.len();
    let mut over: Vec<usize> = vec![0; n];
    let mut under: Vec<Vec<u32>> = vec![Vec::new(); n];
    for a in 0..n {
        for b in 0..n {
            if dominates(losses[a], losses[b]) {
                under[a].push(b as u32);
                over[b] += 1;
            }
        }
    }
    let mut front = vec![0; n];
    let mut now: Vec<usize> = (0..n).filter(|k| over[*k] == 0).collect();
    for rank in 0.. {
        if now.is_empty() {
            break;
        }
        let mut next = Vec::new();
        for k in now {
            front[k] = rank;
            for b in &under[k] {
                over[*b as usize] -= 1;
                if over[*b as usize] == 0 {
                    next.push(*b as usize);
                }
            }
        }
        now = next;
    }
    front
}

/// The volume between points and `worst`, a point that is worse than all of them: that of all losses that some point dominates.
///
/// Slices along the last goal, one for each point (E. Zitzler (1999), Evolutionary Algorithms for Multiobjective Optimization,
/// p. 43, of the measure; L. While and others (2006), *IEEE Transactions on Evolutionary Computation* 10(1), of the slices).
pub fn hypervolume(points: &[&[f64]], worst: &[f64]) -> f64 {
    let Some(last) = worst.len().checked_sub(1) else { return 0.0 };
    let inside = |p: &&&[f64]| p.iter().zip(worst).all(|(x, w)| x < w);
    let mut sorted: Vec<&[f64]> = points.iter().filter(inside).copied().collect();
    sorted.sort_by(|a, b| a[last].total_cmp(&b[last]));
    if last == 0 {
        return sorted.first().map_or(0.0, |p| worst[0] - p[0]);
    }
    let mut volume = 0.0;
    for (k, point) in sorted.iter().enumerate() {
        let end = sorted.get(k + 1).map_or(worst[last], |next| next[last]);
        if end > point[last] {
            let slice: Vec<&[f64]> = sorted[..=k].iter().map(|p| &p[..last]).collect();
            volume += (end - point[last]) * hypervolume(&slice, &worst[..last]);
        }
    }
    volume
}

/// Fronts of more points are ordered as they came: their volumes would take longer than a run.
const MOST: usize = 60;

/// The order of points with several goals, the best first: by front, and within the front that the first `need` points end in, one by
/// one, by what each adds to the volume of those before it. Losses count by their rank among all points, so that no goal outweighs another by its unit.
///
/// Source: Y. Ozaki, Y. Tanigaki, S. Watanabe, M. Onishi (2020), Multiobjective Tree-Structured Parzen Estimator for Computationally
/// Expensive Optimization Problems, GECCO, section 3.2 (the split); ranks in place of values are ours.
pub(super) fn order(all: &[Standing<'_>], need: usize) -> Vec<u32> {
    let mut sorted: Vec<u32> = (0..all.len() as u32).collect();
    let fine = |ix: &u32| all[*ix as usize].violation <= 0.0 && all[*ix as usize].losses.is_some();
    sorted.sort_by(|a, b| all[*a as usize].rough(&all[*b as usize]));
    let count = sorted.partition_point(fine);
    let ranked = ranks(
        &sorted[..count].iter().filter_map(|ix| all[*ix as usize].losses).collect::<Vec<_>>(),
    );
    let points: Vec<&[f64]> = ranked.iter().map(Vec::as_slice).collect();
    let front = fronts(&points);
    let mut out = Vec::with_capacity(all.len());
    for rank in 0..=front.iter().copied().max().unwrap_or(0) {
        let members: Vec<usize> = (0..count).filter(|k| front[*k] == rank).collect();
        let members = match need.checked_sub(out.len()) {
            Some(some) if some > 0 && some < members.len() => spread(&points, members, some),
            _ => members,
        };
        out.extend(members.into_iter().map(|k| sorted[k]));
    }
    out.extend(&sorted[count..]);
    out
}

/// Losses as ranks among all, from 0 to below 1; equal losses have equal ranks.
fn ranks(losses: &[&[f64]]) -> Vec<Vec<f64>> {
    let mut out: Vec<Vec<f64>> = losses.iter().map(|l| vec![0.0; l.len()]).collect();
    for goal in 0..losses.first().map_or(0, |l| l.len()) {
        let mut column: Vec<f64> = losses.iter().map(|l| l[goal]).collect();
        column.sort_unstable_by(f64::total_cmp);
        for (own, l) in out.iter_mut().zip(losses) {
            own[goal] = column.partition_point(|x| *x < l[goal]) as f64 / losses.len() as f64;
        }
    }
    out
}

/// The members of a front: first so many, one by one that which adds most, then the others.
fn spread(points: &[&[f64]], mut members: Vec<usize>, first: usize) -> Vec<usize> {
    if members.len() > MOST {
        return members;
    }
    let worst = vec![1.0; points[members[0]].len()];
    let mut taken: Vec<usize> = Vec::with_capacity(members.len());
    while taken.len() < first {
        let with = |k: &usize| {
            let all: Vec<&[f64]> = taken.iter().chain([k]).map(|k| points[*k]).collect();
            hypervolume(&all, &worst)
        };
        let volumes: Vec<f64> = members.iter().map(with).collect();
        // The first among equals.
        let best =
            (1..volumes.len()).fold(0, |best, k| if volumes[k] > volumes[best] { k } else { best });
        taken.push(members.remove(best));
    }
    taken.extend(members);
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fronts_by_hand() {
        let points: [&[f64]; 6] =
            [&[1.0, 5.0], &[2.0, 3.0], &[4.0, 1.0], &[3.0, 4.0], &[5.0, 5.0], &[2.0, 3.0]];
        assert_eq!(fronts(&points), [0, 0, 0, 1, 2, 0]);
        assert!(!dominates(points[1], points[5]) && dominates(points[1], points[3]));
    }

    #[test]
    fn volumes_by_hand_and_by_counting() {
        let points: [&[f64]; 3] = [&[1.0, 5.0], &[2.0, 3.0], &[4.0, 1.0]];
        // Boxes to (6, 6): 5 x 1 + 4 x 2 + 2 x 2.
        assert_eq!(hypervolume(&points, &[6.0, 6.0]), 17.0);
        assert_eq!(hypervolume(&points, &[0.5, 6.0]), 0.0);
        let mut dice = crate::validation::Dice::new(2, 0);
        let cloud: Vec<Vec<f64>> =
            (0..12).map(|_| (0..3).map(|_| dice.below(6) as f64).collect()).collect();
        let cloud: Vec<&[f64]> = cloud.iter().map(Vec::as_slice).collect();
        // Losses are whole numbers: count the unit cubes that some point dominates.
        let mut count = 0.0;
        for cube in 0..216 {
            let corner = [cube / 36, cube / 6 % 6, cube % 6].map(f64::from);
            let hit = cloud.iter().any(|p| p.iter().zip(corner).all(|(x, c)| *x <= c));
            count += f64::from(u8::from(hit));
        }
        assert_eq!(hypervolume(&cloud, &[6.0; 3]), count);
    }

    #[test]
    fn the_order_is_fronts_then_spread_then_what_breaks_conditions() {
        let told = |losses: Option<[f64; 2]>, violation| Told {
            point: vec![0.5],
            losses: losses.map(Vec::from),
            violation,
        };
        let all = [
            told(Some([9.0, 9.0]), 0.0),
            told(None, 0.0),
            told(Some([1.0, 1.0]), 0.5),
            told(Some([1.0, 1.0]), 0.1),
            told(Some([1.0, 5.0]), 0.0),
            told(Some([2.0, 4.9]), 0.0),
            told(Some([5.0, 1.0]), 0.0),
        ];
        let standings: Vec<Standing<'_>> = all.iter().map(Standing::of).collect();
        let whole = order(&standings, 0);
        assert_eq!(whole, [4, 5, 6, 0, 3, 2, 1]);
        // Ranks of four: (0, 1/2), (1/4, 1/4), (1/2, 0). The volumes to (1, 1) are 1/2, 9/16, 1/2.
        assert_eq!(order(&standings, 1)[..1], [5]);
        let two = order(&standings, 2);
        assert_eq!((two[0], &two[3..]), (5, &[0, 3, 2, 1][..]));
    }
}
