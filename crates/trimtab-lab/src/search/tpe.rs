//! The tree-structured Parzen estimator.
use super::Told;
use super::parzen::{Bells, Shares, bell, snapped};
use super::space::{Parameter, Point, Space};
use crate::validation::Dice;

/// The tree-structured Parzen estimator: the better part of what was tried makes a density l, the rest a density g. Of
/// points drawn from l the one with the largest l / g is suggested, as that has the largest expected improvement.
///
/// Each parameter is treated by itself, as in the paper: all parameters of a strategy are always there, so the tree is a list.
/// `joint` treats them together instead: l and g are mixtures over whole points, a product of bells for each, so that parameters that
/// must fit each other are drawn together.
///
/// Source: J. Bergstra, R. Bardenet, Y. Bengio, B. Kegl (2011), Algorithms for Hyper-Parameter Optimization, NIPS 24, section 4,
/// eq. 2, and p. 5; joint: S. Falkner, A. Klein, F. Hutter (2018), BOHB, ICML, section 3.2. The better part is that of a
/// published implementation, `min(ceil(n / 10), 25)` (J. Bergstra, D. Yamins, D. Cox (2013), ICML, use a quarter of the root).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tpe {
    /// Points drawn at random before the first density.
    pub startup: usize,
    /// Points drawn from l for each suggestion.
    pub candidates: usize,
    /// Whether parameters are treated together.
    pub joint: bool,
}

impl Default for Tpe {
    fn default() -> Self {
        Self { startup: 10, candidates: 24, joint: false }
    }
}

/// The share of the better part, and the most of it: with more, l would follow what is only good.
const BETTER: (f64, usize) = (0.1, 25);

/// How many of `n` points are the better part.
pub(super) fn better(n: usize) -> usize {
    ((n as f64 * BETTER.0).ceil() as usize).clamp(1, BETTER.1)
}

/// Rule of thumb for bells over several parameters: their width falls with the number of points n as `n^(-1/(d + 4))`
/// (D. Scott 1992, Multivariate Density Estimation, p. 152), from a fifth of the range.
const WIDE: f64 = 0.2;

impl Tpe {
    /// Points drawn from l, the one with the largest l / g first; with each parameter by itself the first point has the best value of
    /// each, the second the second best, and so on.
    pub(super) fn candidates(
        &self,
        space: &Space,
        told: &[Told],
        sorted: &[u32],
        dice: &mut Dice,
    ) -> Vec<Point> {
        let parts = sorted.split_at(better(told.len()).min(sorted.len()));
        match self.joint {
            true => self.together(space, told, parts, dice),
            false => self.apart(space, told, parts, dice),
        }
    }

    /// Each parameter by itself.
    fn apart(
        &self,
        space: &Space,
        told: &[Told],
        (good, rest): (&[u32], &[u32]),
        dice: &mut Dice,
    ) -> Vec<Point> {
        let mut points = vec![Point::with_capacity(space.parameters().len()); self.candidates];
        let mut column = Vec::new();
        for (j, parameter) in space.parameters().iter().enumerate() {
            let mut of = |part: &[u32]| {
                column.clear();
                column.extend(part.iter().map(|ix| told[*ix as usize].point[j]));
                column.sort_unstable_by(f64::total_cmp);
                Density::new(&column, *parameter)
            };
            let (l, g) = (of(good), of(rest));
            let mut drawn: Vec<(f64, f64)> = Vec::with_capacity(self.candidates);
            for _ in 0..self.candidates {
                let x = l.draw(*parameter, dice);
                // Steps are drawn again and again.
                let known = drawn.iter().find(|(_, other)| other.to_bits() == x.to_bits());
                let gain = known.map_or_else(|| l.at(x) / g.at(x), |(gain, _)| *gain);
                drawn.push((gain, x));
            }
            let drawn = best_first(drawn);
            points.iter_mut().zip(drawn).for_each(|(point, x)| point.push(x));
        }
        points
    }

    /// All parameters at once.
    fn together(
        &self,
        space: &Space,
        told: &[Told],
        (good, rest): (&[u32], &[u32]),
        dice: &mut Dice,
    ) -> Vec<Point> {
        let (l, g) = (Joint::new(space, told, good), Joint::new(space, told, rest));
        let draw = |_| {
            let x = l.draw(space, dice);
            (l.density(space, &x) / g.density(space, &x), x)
        };
        best_first((0..self.candidates).map(draw).collect())
    }
}

/// What has the largest gain first; the earlier one among equals.
fn best_first<T>(mut drawn: Vec<(f64, T)>) -> Vec<T> {
    drawn.sort_by(|a, b| b.0.total_cmp(&a.0));
    drawn.into_iter().map(|(_, x)| x).collect()
}

/// The density of one parameter.
enum Density {
    Bells(Bells),
    Shares(Shares),
}

impl Density {
    fn new(sorted: &[f64], parameter: Parameter) -> Self {
        match parameter {
            Parameter::Between(..) => Density::Bells(Bells::new(sorted, 0.0)),
            Parameter::Steps(n) => Density::Bells(Bells::new(sorted, 0.5 / n as f64)),
            Parameter::Choice(n) => Density::Shares(Shares::new(sorted.iter().copied(), n)),
        }
    }

    fn draw(&self, parameter: Parameter, dice: &mut Dice) -> f64 {
        match (self, parameter) {
            (Density::Bells(bells), Parameter::Steps(n)) => snapped(bells.draw(dice), n),
            (Density::Bells(bells), _) => bells.draw(dice),
            (Density::Shares(shares), _) => shares.draw(dice),
        }
    }

    fn at(&self, x: f64) -> f64 {
        match self {
            Density::Bells(bells) => bells.density(x),
            Density::Shares(shares) => shares.density(x),
        }
    }
}

/// A mixture over whole points: one even density, and a product of bells (and shares, for choices) for each point.
struct Joint {
    /// Point after point.
    centres: Vec<f64>,
    count: usize,
    width: f64,
    /// `1 / (2 w^2)` of each parameter; 0 for choices.
    narrow: Vec<f64>,
}

/// How much of a choice's weight stays with the choice of the point itself; the rest is spread evenly.
const LOYAL: f64 = 0.8;

impl Joint {
    fn new(space: &Space, told: &[Told], part: &[u32]) -> Self {
        let d = space.parameters().len();
        let mut centres = Vec::with_capacity(part.len() * d);
        for ix in part {
            centres.extend_from_slice(&told[*ix as usize].point);
        }
        let width = WIDE * (part.len().max(1) as f64).powf(-1.0 / (d as f64 + 4.0));
        let narrow = |parameter: &Parameter| match *parameter {
            Parameter::Choice(_) => 0.0,
            parameter => 0.5 / Self::wide(width, parameter).powi(2),
        };
        let narrow = space.parameters().iter().map(narrow).collect();
        Self { centres, count: part.len(), width, narrow }
    }

    /// The width for a parameter: no less than half a step.
    fn wide(width: f64, parameter: Parameter) -> f64 {
        match parameter {
            Parameter::Steps(n) => width.max(0.5 / n as f64),
            _ => width,
        }
    }

    fn draw(&self, space: &Space, dice: &mut Dice) -> Point {
        let part = dice.below(self.count + 1);
        if part == self.count {
            return space.random(dice);
        }
        let d = space.parameters().len();
        let centre = &self.centres[part * d..][..d];
        let one = |(parameter, c): (&Parameter, &f64)| match *parameter {
            Parameter::Between(..) => bell(*c, self.width, dice),
            Parameter::Steps(n) => snapped(bell(*c, Self::wide(self.width, *parameter), dice), n),
            Parameter::Choice(n) => match dice.uniform() < LOYAL {
                true => *c,
                false => super::space::middle(dice.below(n), n),
            },
        };
        space.parameters().iter().zip(centre).map(one).collect()
    }

    /// The density, with bells as if they were not cut off: what the ends take away is the same in l and g but for their
    /// widths.
    fn density(&self, space: &Space, x: &[f64]) -> f64 {
        let d = x.len();
        let mut height = 1.0;
        let mut even = 1.0;
        let mut choices = false;
        for (parameter, narrow) in space.parameters().iter().zip(&self.narrow) {
            match *parameter {
                Parameter::Choice(n) => {
                    even /= n as f64;
                    choices = true;
                }
                _ => height *= (narrow / std::f64::consts::PI).sqrt(),
            }
        }
        let mut sum = 0.0;
        for centre in self.centres.chunks_exact(d) {
            let mut far = 0.0;
            for ((a, b), narrow) in x.iter().zip(centre).zip(&self.narrow) {
                far += (a - b) * (a - b) * narrow;
            }
            let mut bell = (-far).exp();
            if choices {
                bell *= self.loyalty(space, x, centre);
            }
            sum += bell;
        }
        (even + height * sum) / (self.count as f64 + 1.0)
    }

    /// The weight of the choices of x at a point.
    fn loyalty(&self, space: &Space, x: &[f64], centre: &[f64]) -> f64 {
        let one = |((parameter, a), b): ((&Parameter, &f64), &f64)| match *parameter {
            Parameter::Choice(n) => {
                let same = if a.to_bits() == b.to_bits() { LOYAL } else { 0.0 };
                same + (1.0 - LOYAL) / n as f64
            }
            _ => 1.0,
        };
        space.parameters().iter().zip(x).zip(centre).map(one).product()
    }
}
