//! Where a search looks.
use trimtab_core::Result;

use crate::sweep::Axis;
use crate::validation::Dice;

/// A place in a space: one number for each parameter, from 0 up to 1. Steps and choices are the middles of equal parts.
pub type Point = Vec<f64>;

/// What a parameter may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Parameter {
    /// Any number between two.
    Between(f64, f64),
    /// So many values in order.
    Steps(usize),
    /// So many values without an order.
    Choice(usize),
}

/// The parameters of a search.
#[derive(Clone, Debug, PartialEq)]
pub struct Space {
    axes: Vec<Axis>,
    parameters: Vec<Parameter>,
    paths: Vec<String>,
}

impl Space {
    /// Of ranges and lists. Listed numbers in rising order are steps, other lists are choices.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Usage`] without an axis or with one twice.
    pub fn new(axes: Vec<Axis>) -> Result<Self> {
        let paths = crate::sweep::paths(&axes)?;
        let of = |axis: &Axis| match (axis.listed(), axis.bounds()) {
            (Some(values), _) => {
                let numbers: Option<Vec<f64>> = values.iter().map(|v| v.parse().ok()).collect();
                let rising = numbers.is_some_and(|n| n.is_sorted_by(|a, b| a < b));
                if rising {
                    Parameter::Steps(values.len())
                } else {
                    Parameter::Choice(values.len())
                }
            }
            (None, bounds) => {
                let (from, to) = bounds.unwrap_or((0.0, 1.0));
                Parameter::Between(from, to)
            }
        };
        let parameters = axes.iter().map(of).collect();
        Ok(Self { axes, parameters, paths })
    }

    /// The parameters, in the order of a point.
    pub fn paths(&self) -> &[String] {
        &self.paths
    }

    /// What each of them may be.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// How many different points there are; none where a parameter is any number.
    pub fn size(&self) -> Option<u64> {
        self.parameters.iter().try_fold(1_u64, |all, parameter| match parameter {
            Parameter::Between(..) => None,
            Parameter::Steps(n) | Parameter::Choice(n) => all.checked_mul(*n as u64),
        })
    }

    /// The values of a point, as written in a strategy file.
    pub fn values(&self, point: &[f64]) -> Vec<String> {
        self.axes.iter().zip(point).map(|(axis, u)| axis.at(*u)).collect()
    }

    /// The point of values; none when one of them is not in its range.
    pub fn point(&self, values: &[String]) -> Option<Point> {
        let place = |((axis, parameter), value): ((&Axis, &Parameter), &String)| match *parameter {
            Parameter::Between(from, to) => {
                let x = value.parse::<f64>().ok().filter(|x| (from..=to).contains(x))?;
                // The upper end belongs to the range, and a point stays below 1.
                Some(if to > from {
                    ((x - from) / (to - from)).min(1.0 - f64::EPSILON)
                } else {
                    0.5
                })
            }
            Parameter::Steps(n) | Parameter::Choice(n) => {
                let same = |listed: &String| {
                    listed == value
                        || listed
                            .parse::<f64>()
                            .is_ok_and(|a| value.parse().is_ok_and(|b: f64| a == b))
                };
                Some(middle(axis.listed()?.iter().position(same)?, n))
            }
        };
        self.axes.iter().zip(&self.parameters).zip(values).map(place).collect()
    }

    /// Point `ix` of all, the last parameter fastest.
    pub(super) fn nth(&self, mut ix: u64) -> Point {
        let mut point: Point = Vec::with_capacity(self.parameters.len());
        for parameter in self.parameters.iter().rev() {
            let n = match parameter {
                Parameter::Between(..) => 1,
                Parameter::Steps(n) | Parameter::Choice(n) => *n,
            };
            point.push(middle((ix % n as u64) as usize, n));
            ix /= n as u64;
        }
        point.reverse();
        point
    }

    /// A point drawn evenly.
    pub(super) fn random(&self, dice: &mut Dice) -> Point {
        let draw = |parameter: &Parameter| match parameter {
            Parameter::Between(..) => dice.uniform(),
            Parameter::Steps(n) | Parameter::Choice(n) => middle(dice.below(*n), *n),
        };
        self.parameters.iter().map(draw).collect()
    }

    /// What makes two points the same.
    pub(super) fn key(&self, point: &[f64]) -> Vec<u64> {
        point.iter().map(|u| u.to_bits()).collect()
    }
}

/// The middle of part `ix` of `n`.
pub(super) fn middle(ix: usize, n: usize) -> f64 {
    (ix as f64 + 0.5) / n as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_points_are_two_ways_to_say_one_thing() {
        let texts = ["a.n=10..50:10", "b.x=0.5..2.5", "c=month,quarter", "d=1,2,5,10"];
        let axes = texts.iter().map(|text| Axis::parse(text).unwrap()).collect();
        let space = Space::new(axes).unwrap();
        assert_eq!(
            space.parameters(),
            [
                Parameter::Steps(5),
                Parameter::Between(0.5, 2.5),
                Parameter::Choice(2),
                Parameter::Steps(4)
            ]
        );
        let set = ["30", "1.5", "quarter", "5.0"].map(str::to_owned);
        let point = space.point(&set).unwrap();
        assert_eq!(point, [0.5, 0.5, 0.75, 0.625]);
        assert_eq!(space.values(&point), ["30", "1.5", "quarter", "5"]);
        assert_eq!(space.point(&["35", "1.5", "quarter", "5"].map(str::to_owned)), None);
        assert_eq!(space.point(&["30", "3", "quarter", "5"].map(str::to_owned)), None);
        assert!(space.point(&["30", "2.5", "month", "5"].map(str::to_owned)).unwrap()[1] < 1.0);
        assert_eq!(space.size(), None);
        let mut dice = Dice::new(1, 0);
        for _ in 0..100 {
            let point = space.random(&mut dice);
            let again = space.point(&space.values(&point)).unwrap();
            assert!(point.iter().zip(&again).all(|(a, b)| (a - b).abs() < 1e-11));
        }
    }
}
