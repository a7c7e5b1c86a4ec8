//! Which sets of parameters a sweep tries.
use std::collections::BTreeMap;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use trimtab_core::{Error, Kind, Result};

/// One parameter and the values it may take.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// `NODE.FIELD`, as in `trend.slow`.
    path: String,
    values: Values,
}

#[derive(Clone, Debug, PartialEq)]
enum Values {
    /// These, as written.
    Listed(Vec<String>),
    /// Any number between two.
    Between { from: f64, to: f64 },
}

/// A grid of more values on one axis is a slip of the pen.
const VALUES_MOST: f64 = 1e6;

impl Axis {
    /// From `trend.slow=100..300:10` (steps), `portfolio.step=0.05..0.25` (any number between the two) or
    /// `schedule.every=month,quarter` (these values).
    ///
    /// # Errors
    /// [`Kind::Usage`] when it is none of these.
    pub fn parse(text: &str) -> Result<Self> {
        let bad = |why: String| {
            Error::new(Kind::Usage, format!("`{text}` is not a range of a parameter: {why}"))
                .hint("write NODE.FIELD=FROM..TO:STEP, NODE.FIELD=FROM..TO or NODE.FIELD=A,B,C")
        };
        let (path, values) = text.split_once('=').ok_or_else(|| bad("there is no `=`".into()))?;
        let (path, values) = (path.trim().to_owned(), values.trim());
        if path.is_empty() || values.is_empty() {
            return Err(bad("a side of the `=` is empty".into()));
        }
        let Some((from, rest)) = values.split_once("..") else {
            let listed = values.split(',').map(|value| value.trim().to_owned()).collect();
            return Ok(Self { path, values: Values::Listed(listed) });
        };
        let (to, step) = match rest.split_once(':') {
            Some((to, step)) => (to, Some(step)),
            None => (rest, None),
        };
        let number = |text: &str| {
            let number = text.trim().parse::<f64>().ok().filter(|x| x.is_finite());
            number.ok_or_else(|| bad(format!("`{text}` is not a number")))
        };
        Self::range(path, number(from)?, number(to)?, step.map(number).transpose()?).map_err(bad)
    }

    /// From `from` to `to` in steps, or any number between.
    ///
    /// # Errors
    /// A sentence, when there is no such number.
    pub fn range(path: String, from: f64, to: f64, step: Option<f64>) -> Result<Self, String> {
        // Three steps of 0.1 from 0 miss 0.3 by rounding; so much of a step counts as reached.
        const ROUNDING: f64 = 1e-9;
        if from > to {
            return Err(format!("{from} is above {to}"));
        }
        let Some(step) = step else {
            return Ok(Self { path, values: Values::Between { from, to } });
        };
        let steps = (to - from) / step + ROUNDING;
        if step <= 0.0 || steps >= VALUES_MOST {
            return Err(format!("a step of {step} makes no list of values"));
        }
        let listed = (0..=steps as u32).map(|n| written(from + f64::from(n) * step)).collect();
        Ok(Self { path, values: Values::Listed(listed) })
    }

    /// The values, where there are steps or a list.
    pub fn listed(&self) -> Option<&[String]> {
        match &self.values {
            Values::Listed(listed) => Some(listed),
            Values::Between { .. } => None,
        }
    }

    /// The ends, where any number between them will do.
    pub fn bounds(&self) -> Option<(f64, f64)> {
        match self.values {
            Values::Listed(_) => None,
            Values::Between { from, to } => Some((from, to)),
        }
    }

    /// The value at `u` of the way, from 0 up to, but not including, 1.
    pub(crate) fn at(&self, u: f64) -> String {
        match &self.values {
            Values::Listed(listed) => listed[(u * listed.len() as f64) as usize].clone(),
            Values::Between { from, to } => written(from + u * (to - from)),
        }
    }
}

/// A number as short as twelve digits allow: what stands on the command line comes back, without the dust of sums.
fn written(x: f64) -> String {
    let rounded: f64 = format!("{x:.11e}").parse().unwrap_or(x);
    format!("{rounded}")
}

/// Sets of parameters in a fixed order, each made when it is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Design {
    paths: Vec<String>,
    plan: Plan,
    count: usize,
}

#[derive(Clone, Debug, PartialEq)]
enum Plan {
    Grid(Vec<Vec<String>>),
    Random {
        axes: Vec<Axis>,
        seed: u64,
    },
    /// For each axis the stratum of each set.
    Latin {
        axes: Vec<Axis>,
        strata: Vec<Vec<u32>>,
        seed: u64,
    },
    /// The distinct values of each column, and for each set which it has, set after set.
    Table {
        columns: Vec<Vec<String>>,
        codes: Vec<u32>,
    },
}

impl Design {
    /// Every combination, the last axis fastest.
    ///
    /// # Errors
    /// [`Kind::Usage`] when an axis has no steps, or there are more combinations than can be counted.
    pub fn grid(axes: Vec<Axis>) -> Result<Self> {
        let paths = paths(&axes)?;
        let mut lists = Vec::with_capacity(axes.len());
        for Axis { path, values } in axes {
            let Values::Listed(listed) = values else {
                return Err(Error::new(Kind::Usage, format!("`{path}` has no steps"))
                    .hint("write FROM..TO:STEP, or draw sets with --random N or --latin N"));
            };
            lists.push(listed);
        }
        let count = lists.iter().try_fold(1usize, |n, list| n.checked_mul(list.len()));
        let count = count.filter(|n| u32::try_from(*n).is_ok());
        let count = count.ok_or_else(|| {
            Error::new(Kind::Usage, "the grid has more sets than can be counted")
                .hint("take larger steps, or draw sets with --latin N")
        })?;
        Ok(Self { paths, plan: Plan::Grid(lists), count })
    }

    /// `count` sets, each value drawn by itself. Set `i` depends on `seed` and `i` alone.
    ///
    /// # Errors
    /// [`Kind::Usage`] without an axis or with one twice.
    pub fn random(axes: Vec<Axis>, count: u32, seed: u64) -> Result<Self> {
        let paths = paths(&axes)?;
        Ok(Self { paths, plan: Plan::Random { axes, seed }, count: count as usize })
    }

    /// `count` sets of a Latin hypercube: of each axis, cut into `count` equal parts, every part is met once (McKay, Beckman,
    /// Conover (1979), Technometrics 21(2), p. 240).
    ///
    /// # Errors
    /// [`Kind::Usage`] without an axis or with one twice.
    pub fn latin_hypercube(axes: Vec<Axis>, count: u32, seed: u64) -> Result<Self> {
        let paths = paths(&axes)?;
        let strata = (0..axes.len()).map(|axis| shuffled(count, &mut dice(seed, axis as u64)));
        let strata = strata.collect();
        Ok(Self { paths, plan: Plan::Latin { axes, strata, seed }, count: count as usize })
    }

    /// These sets, values as written.
    ///
    /// # Errors
    /// [`Kind::Usage`] without a column, with one twice, or when a row has another length.
    pub fn table(paths: Vec<String>, rows: Vec<Vec<String>>) -> Result<Self> {
        differ(&paths)?;
        if let Some(ix) = rows.iter().position(|row| row.len() != paths.len()) {
            let said = format!(
                "set {} has {} values for {} parameters",
                ix + 1,
                rows[ix].len(),
                paths.len()
            );
            return Err(Error::new(Kind::Usage, said));
        }
        let (count, mut codes) = (rows.len(), Vec::with_capacity(rows.len() * paths.len()));
        let (mut columns, mut seen) =
            (vec![Vec::new(); paths.len()], vec![BTreeMap::new(); paths.len()]);
        for row in rows {
            for ((value, column), seen) in row.into_iter().zip(&mut columns).zip(&mut seen) {
                let code = seen.get(&value).copied().unwrap_or_else(|| {
                    column.push(value.clone());
                    seen.insert(value, column.len() as u32 - 1);
                    column.len() as u32 - 1
                });
                codes.push(code);
            }
        }
        Ok(Self { paths, count, plan: Plan::Table { columns, codes } })
    }

    /// The parameters, in the order of the values of a set.
    pub fn paths(&self) -> &[String] {
        &self.paths
    }

    /// How many sets there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is no set.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The values of set `ix`, counted from 0.
    ///
    /// # Panics
    /// When there is no such set.
    pub fn set(&self, ix: usize) -> Vec<String> {
        assert!(ix < self.count, "there is no set {ix}");
        match &self.plan {
            Plan::Grid(lists) => {
                let mut rest = ix;
                let mut values: Vec<String> = lists
                    .iter()
                    .rev()
                    .map(|list| {
                        let value = list[rest % list.len()].clone();
                        rest /= list.len();
                        value
                    })
                    .collect();
                values.reverse();
                values
            }
            Plan::Random { axes, seed } => {
                let mut dice = dice(*seed, ix as u64);
                axes.iter().map(|axis| axis.at(unit(&mut dice))).collect()
            }
            Plan::Latin { axes, strata, seed } => {
                // Another stream for each set, behind those that shuffled the axes.
                let mut dice = dice(*seed, (axes.len() + ix) as u64);
                let place = |strata: &Vec<u32>, u| (f64::from(strata[ix]) + u) / self.count as f64;
                axes.iter()
                    .zip(strata)
                    .map(|(axis, own)| axis.at(place(own, unit(&mut dice))))
                    .collect()
            }
            Plan::Table { columns, codes } => {
                let own = &codes[ix * columns.len()..][..columns.len()];
                own.iter()
                    .zip(columns)
                    .map(|(code, values)| values[*code as usize].clone())
                    .collect()
            }
        }
    }

    /// How many different values each parameter may take: [`Design::codes`] lie below.
    pub fn sizes(&self) -> Vec<u32> {
        let of = |axis: &Axis| match &axis.values {
            Values::Listed(listed) => listed.len() as u32,
            Values::Between { .. } => self.count as u32,
        };
        match &self.plan {
            Plan::Grid(lists) => lists.iter().map(|list| list.len() as u32).collect(),
            Plan::Random { axes, .. } | Plan::Latin { axes, .. } => axes.iter().map(of).collect(),
            Plan::Table { columns, .. } => {
                columns.iter().map(|values| values.len() as u32).collect()
            }
        }
    }

    /// Which of its values each parameter has in set `ix`, put into `codes`: sets with equal numbers have equal values.
    ///
    /// # Panics
    /// When there is no such set.
    pub fn codes(&self, ix: usize, codes: &mut Vec<u32>) {
        assert!(ix < self.count, "there is no set {ix}");
        codes.clear();
        match &self.plan {
            Plan::Grid(lists) => {
                let mut rest = ix;
                for list in lists.iter().rev() {
                    codes.push((rest % list.len()) as u32);
                    rest /= list.len();
                }
                codes.reverse();
            }
            Plan::Table { columns, codes: all } => {
                codes.extend_from_slice(&all[ix * columns.len()..][..columns.len()]);
            }
            Plan::Random { axes, .. } | Plan::Latin { axes, .. } => {
                // Numbers between two others do not repeat; of a list its first equal value is named.
                let values = self.set(ix);
                codes.extend(axes.iter().zip(values).map(|(axis, value)| match &axis.values {
                    Values::Listed(listed) => {
                        listed.iter().position(|own| *own == value).unwrap_or_default() as u32
                    }
                    Values::Between { .. } => ix as u32,
                }));
            }
        }
    }

    /// The sets that differ from set `ix` by one step on one axis; none but in a grid.
    pub fn neighbours(&self, ix: usize) -> Vec<usize> {
        let Plan::Grid(lists) = &self.plan else { return Vec::new() };
        let (mut found, mut stride) = (Vec::new(), 1);
        for list in lists.iter().rev() {
            let place = ix / stride % list.len();
            found.extend((place > 0).then(|| ix - stride));
            found.extend((place + 1 < list.len()).then(|| ix + stride));
            stride *= list.len();
        }
        found
    }
}

pub(crate) fn paths(axes: &[Axis]) -> Result<Vec<String>> {
    let paths: Vec<String> = axes.iter().map(|axis| axis.path.clone()).collect();
    differ(&paths)?;
    Ok(paths)
}

fn differ(paths: &[String]) -> Result<()> {
    if paths.is_empty() {
        return Err(Error::new(Kind::Usage, "there is no parameter to vary")
            .hint("name one: --param trend.slow=100..300:10"));
    }
    match paths.iter().enumerate().find(|(ix, path)| paths[..*ix].contains(path)) {
        Some((_, path)) => Err(Error::new(Kind::Usage, format!("`{path}` is varied twice"))),
        None => Ok(()),
    }
}

fn dice(seed: u64, stream: u64) -> ChaCha8Rng {
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    dice.set_stream(stream);
    dice
}

/// A number from 0 up to, but not including, 1: the 53 digits of a float.
fn unit(dice: &mut ChaCha8Rng) -> f64 {
    const DIGITS: u32 = 53;
    (dice.next_u64() >> (u64::BITS - DIGITS)) as f64 / (1u64 << DIGITS) as f64
}

/// `0..count` in random order (Fisher, Yates).
fn shuffled(count: u32, dice: &mut ChaCha8Rng) -> Vec<u32> {
    let mut all: Vec<u32> = (0..count).collect();
    for last in (1..all.len()).rev() {
        all.swap(last, (unit(dice) * (last + 1) as f64) as usize);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axes(texts: &[&str]) -> Vec<Axis> {
        texts.iter().map(|text| Axis::parse(text).unwrap()).collect()
    }

    #[test]
    fn a_grid_counts_with_the_last_parameter_fastest() {
        let design =
            Design::grid(axes(&["a.x=100..120:10", "b.y=0.05..0.2:0.05", "c=u,v"])).unwrap();
        assert_eq!((design.len(), design.paths().len()), (24, 3));
        assert_eq!(design.set(0), ["100", "0.05", "u"]);
        assert_eq!(design.set(1), ["100", "0.05", "v"]);
        assert_eq!(design.set(2), ["100", "0.1", "u"]);
        assert_eq!(design.set(6), ["100", "0.2", "u"]);
        assert_eq!(design.set(23), ["120", "0.2", "v"]);
    }

    #[test]
    fn equal_codes_are_equal_values() {
        let list = || axes(&["a=1..3:1", "b=u,v"]);
        let rows = [["1", "u"], ["3", "v"], ["1", "v"], ["1", "u"]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec()).to_vec();
        let mixed = axes(&["a=1..3:1", "b=0..1"]);
        for design in [
            Design::grid(list()).unwrap(),
            Design::random(mixed.clone(), 40, 3).unwrap(),
            Design::latin_hypercube(mixed, 40, 3).unwrap(),
            Design::table(vec!["a".into(), "b".into()], rows).unwrap(),
        ] {
            let all: Vec<(Vec<u32>, Vec<String>)> = (0..design.len())
                .map(|ix| {
                    let mut codes = Vec::new();
                    design.codes(ix, &mut codes);
                    (codes, design.set(ix))
                })
                .collect();
            for (codes, values) in &all {
                assert!(codes.iter().zip(design.sizes()).all(|(code, size)| *code < size));
                for (other_codes, other) in &all {
                    for axis in 0..2 {
                        let same = codes[axis] == other_codes[axis];
                        assert_eq!(same, values[axis] == other[axis], "{values:?} {other:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn neighbours_are_one_step_away() {
        let design = Design::grid(axes(&["a=1..3:1", "b=1..4:1"])).unwrap();
        assert_eq!(design.neighbours(5), [4, 6, 1, 9]);
        assert_eq!(design.neighbours(0), [1, 4]);
        for ix in 0..12 {
            for other in design.neighbours(ix) {
                let pairs = design.set(ix).into_iter().zip(design.set(other));
                assert_eq!(pairs.filter(|(a, b)| a != b).count(), 1);
            }
        }
    }

    #[test]
    fn a_latin_hypercube_meets_every_part_once() {
        let design = Design::latin_hypercube(axes(&["a=0..1", "b=10..20:1"]), 50, 7).unwrap();
        let mut parts: Vec<usize> =
            (0..50).map(|ix| (design.set(ix)[0].parse::<f64>().unwrap() * 50.0) as usize).collect();
        let unsorted = parts.clone();
        parts.sort_unstable();
        assert_eq!(parts, (0..50).collect::<Vec<_>>());
        assert_ne!(parts, unsorted);
        // Eleven steps over fifty parts: four or five of each.
        for step in 10..=20 {
            let met = (0..50).filter(|ix| design.set(*ix)[1] == step.to_string()).count();
            assert!((4..=5).contains(&met), "{step}: {met}");
        }
        assert_eq!(
            design,
            Design::latin_hypercube(axes(&["a=0..1", "b=10..20:1"]), 50, 7).unwrap()
        );
    }

    #[test]
    fn random_sets_fill_the_range_and_depend_on_the_seed() {
        let draw = |seed| Design::random(axes(&["a=2..4", "b=1..4:1"]), 2_000, seed).unwrap();
        let (design, other) = (draw(1), draw(2));
        let a: Vec<f64> = (0..2_000).map(|ix| design.set(ix)[0].parse().unwrap()).collect();
        let mean = a.iter().sum::<f64>() / 2_000.0;
        // The mean of 2,000 uniform numbers from 2 to 4 has a standard error of 0.013.
        assert!((mean - 3.0).abs() < 0.05 && a.iter().all(|x| (2.0..4.0).contains(x)), "{mean}");
        for value in ["1", "2", "3", "4"] {
            let met = (0..2_000).filter(|ix| design.set(*ix)[1] == value).count();
            assert!((400..600).contains(&met), "{value}: {met}");
        }
        assert_eq!(design.set(5), draw(1).set(5));
        assert_ne!(design.set(5), other.set(5));
    }

    #[test]
    fn odd_ranges_are_refused() {
        for odd in
            ["a", "a=", "=1..2", "a=3..1:1", "a=1..2:0", "a=1..x", "a=0..1:1e-9", "a=1..nan:1"]
        {
            assert!(Axis::parse(odd).is_err(), "{odd}");
        }
        assert!(Design::grid(axes(&["a=1..2"])).unwrap_err().to_string().contains("no steps"));
        assert!(Design::grid(axes(&["a=1,2", "a=3,4"])).is_err());
        assert!(Design::grid(Vec::new()).is_err());
        assert!(Design::grid(axes(&["a=1..99999:1", "b=1..99999:1"])).is_err());
        assert!(Design::table(vec!["a".into()], vec![vec!["1".into(), "2".into()]]).is_err());
    }
}
