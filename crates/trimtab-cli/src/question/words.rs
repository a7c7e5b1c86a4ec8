//! Constraints in words: `stocks <= 0.6`, `0.1 <= SPY + EFA <= 0.5`, `each <= 30%`, `turnover <= 0.2`.
use trimtab_core::{Error, Kind, Result};
use trimtab_strategy::{Condition, Constraint, Estimates};

use super::given::place_of;

/// What the words of a constraint may refer to.
pub(super) struct Words<'a> {
    estimates: &'a Estimates,
    groups: Vec<(&'a str, Vec<usize>)>,
}

/// `a'w + b`.
#[derive(Clone, Debug)]
struct Side {
    coefficients: Vec<f64>,
    constant: f64,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    AtMost,
    AtLeast,
    Equal,
}

/// Words with a meaning of their own, unless an asset or a group is called so.
const EACH: &str = "each";
const TURNOVER: &str = "turnover";
const POSITIONS: &str = "positions";
const SMALLEST: &str = "smallest";
const RETURN: &str = "return";

/// Those that are no sums of weights.
const RULES: [&str; 3] = [TURNOVER, POSITIONS, SMALLEST];

impl<'a> Words<'a> {
    /// Groups are given as `name=A,B`.
    ///
    /// # Errors
    /// [`Kind::Usage`] for a member that is no asset.
    pub(super) fn new(estimates: &'a Estimates, groups: &'a [(String, String)]) -> Result<Self> {
        let members = |list: &str| {
            let places = list.split(',').map(|symbol| place_of(&estimates.names, symbol.trim()));
            places.collect::<Result<Vec<usize>>>()
        };
        let groups = groups.iter().map(|(name, list)| Ok((name.as_str(), members(list)?)));
        Ok(Self { estimates, groups: groups.collect::<Result<_>>()? })
    }

    /// Reads one constraint: `[name:] side <= side`, with `<=`, `>=` or `=` once or twice. A side is a sum of assets and
    /// groups, each with a factor where one is wanted, and numbers; `return` is the expected return. `each` makes a
    /// constraint of every asset; `turnover`, `positions` and `smallest` (position) stand alone. Without a name it is called by its own text.
    ///
    /// # Errors
    /// [`Kind::Usage`] with what was not understood.
    pub(super) fn constraint(&self, text: &str) -> Result<Vec<Constraint>> {
        let (name, rule) = match text.split_once(':') {
            Some((name, rule)) => (name.trim(), rule),
            None => (text.trim(), text),
        };
        let named = |of| Constraint { name: name.to_owned(), of };
        let (sides, signs) = split(rule).map_err(|e| self.not_understood(text, &e))?;
        if let [word] = sides[0][..]
            && RULES.contains(&word)
            && !self.knows(word)
        {
            return Ok(vec![named(self.rule(text, word, &sides, &signs)?)]);
        }
        if sides.iter().flatten().any(|word| *word == EACH) && !self.knows(EACH) {
            let one = |asset: &String| {
                let own =
                    |word: &&'_ str| if *word == EACH { asset.clone() } else { (*word).to_owned() };
                let sides: Vec<Vec<String>> =
                    sides.iter().map(|side| side.iter().map(own).collect()).collect();
                let sides: Vec<Vec<&str>> =
                    sides.iter().map(|side| side.iter().map(String::as_str).collect()).collect();
                self.condition(text, &sides, &signs).map(named)
            };
            return self.estimates.names.iter().map(one).collect();
        }
        Ok(vec![named(self.condition(text, &sides, &signs)?)])
    }

    /// `turnover <= 0.2`, `positions <= 8`, `smallest >= 0.02`.
    fn rule(
        &self,
        text: &str,
        word: &str,
        sides: &[Vec<&str>],
        signs: &[Sign],
    ) -> Result<Condition> {
        let limit = match sides.get(1).map(Vec::as_slice) {
            Some([cell]) => number(cell),
            _ => None,
        };
        let whole = |x: f64| (x >= 1.0 && x.fract() == 0.0).then_some(x as usize);
        let read = match (word, signs, limit) {
            (TURNOVER, [Sign::AtMost], Some(most)) => Some(Condition::Turnover { most }),
            (POSITIONS, [Sign::AtMost], Some(most)) => {
                whole(most).map(|most| Condition::Positions { most })
            }
            (SMALLEST, [Sign::AtLeast], Some(least)) => Some(Condition::Smallest { least }),
            _ => None,
        };
        let why = "write \"turnover <= 0.2\", \"positions <= 8\" or \"smallest >= 0.02\"";
        read.ok_or_else(|| self.not_understood(text, why))
    }

    fn condition(&self, text: &str, sides: &[Vec<&str>], signs: &[Sign]) -> Result<Condition> {
        let sides: Vec<Side> =
            sides.iter().map(|side| self.side(text, side)).collect::<Result<_>>()?;
        // All weights to the middle (or left) side, all numbers away from it.
        let (middle, limits): (usize, Vec<(usize, Sign)>) = match signs {
            [sign] => (0, vec![(1, *sign)]),
            [first, second] => (1, vec![(0, first.turned()), (2, *second)]),
            _ => return Err(self.not_understood(text, "one or two comparisons are needed")),
        };
        let mut coefficients = sides[middle].coefficients.clone();
        let outer: Vec<&Side> = limits.iter().map(|(ix, _)| &sides[*ix]).collect();
        if limits.len() == 2 && outer.iter().any(|s| s.coefficients.iter().any(|a| *a != 0.0)) {
            return Err(self.not_understood(
                text,
                "between two limits stand weights, and beside them numbers",
            ));
        }
        let (mut least, mut most) = (f64::NEG_INFINITY, f64::INFINITY);
        for ((_, sign), side) in limits.iter().zip(outer) {
            coefficients.iter_mut().zip(&side.coefficients).for_each(|(a, b)| *a -= b);
            let limit = side.constant - sides[middle].constant;
            if *sign != Sign::AtMost {
                least = limit;
            }
            if *sign != Sign::AtLeast {
                most = limit;
            }
        }
        if coefficients.iter().all(|a| *a == 0.0) {
            return Err(self.not_understood(text, "it says nothing of any weight"));
        }
        Ok(Condition::Linear { coefficients, least, most })
    }

    /// A sum of terms: `0.5 * SPY + bonds - 10%`.
    fn side(&self, text: &str, words: &[&str]) -> Result<Side> {
        let mut side = Side { coefficients: vec![0.0; self.estimates.n()], constant: 0.0 };
        let (mut factor, mut sign, mut open) = (None::<f64>, 1.0, true);
        let close = |side: &mut Side, factor: &mut Option<f64>, sign: f64| {
            side.constant += sign * factor.take().unwrap_or(0.0);
        };
        for word in words {
            match *word {
                "+" | "-" if open && factor.is_none() => {
                    sign *= if *word == "-" { -1.0 } else { 1.0 }
                }
                "+" | "-" => {
                    close(&mut side, &mut factor, sign);
                    (sign, open) = (if *word == "-" { -1.0 } else { 1.0 }, true);
                }
                "*" if factor.is_some() => {}
                word => match number(word) {
                    Some(x) if open && factor.is_none() && !self.knows(word) => {
                        (factor, open) = (Some(x), true);
                    }
                    _ if !open => {
                        let said = format!("a sign is missing before `{word}`");
                        return Err(self.not_understood(text, &said));
                    }
                    _ => {
                        let weight = sign * factor.take().unwrap_or(1.0);
                        self.add(&mut side.coefficients, word, weight)?;
                        (sign, open) = (1.0, false);
                    }
                },
            }
        }
        if open && factor.is_none() {
            return Err(self.not_understood(text, "a side is empty or ends with a sign"));
        }
        close(&mut side, &mut factor, sign);
        Ok(side)
    }

    fn add(&self, coefficients: &mut [f64], word: &str, weight: f64) -> Result<()> {
        if let Some((_, members)) = self.groups.iter().find(|(name, _)| *name == word) {
            members.iter().for_each(|ix| coefficients[*ix] += weight);
        } else if word == RETURN && !self.knows(RETURN) {
            let means = self.estimates.mean.iter();
            coefficients.iter_mut().zip(means).for_each(|(a, mean)| *a += weight * mean);
        } else {
            coefficients[place_of(&self.estimates.names, word)?] += weight;
        }
        Ok(())
    }

    fn knows(&self, word: &str) -> bool {
        self.estimates.names.iter().any(|name| name == word)
            || self.groups.iter().any(|(name, _)| *name == word)
    }

    fn not_understood(&self, text: &str, why: &str) -> Error {
        Error::new(Kind::Usage, format!("--constraint \"{text}\": {why}")).hint(
            "write \"stocks <= 0.6\", \"0.1 <= SPY + EFA <= 0.5\", \"each <= 30%\", \"return >= 0.05\" or \
             \"turnover <= 0.2\"; groups are named by --group stocks=SPY,EFA",
        )
    }
}

impl Sign {
    /// As seen from the other side.
    fn turned(self) -> Self {
        match self {
            Self::AtMost => Self::AtLeast,
            Self::AtLeast => Self::AtMost,
            Self::Equal => Self::Equal,
        }
    }
}

/// The words of each side, and the signs between them.
fn split(rule: &str) -> std::result::Result<(Vec<Vec<&str>>, Vec<Sign>), String> {
    let (mut sides, mut signs) = (Vec::new(), Vec::new());
    let mut rest = rule;
    while let Some(at) = rest.find(['<', '>', '=']) {
        let tail = &rest[at..];
        let (sign, length) = match tail.as_bytes() {
            [b'<', b'=', ..] => (Sign::AtMost, 2),
            [b'>', b'=', ..] => (Sign::AtLeast, 2),
            [b'=', b'=', ..] => (Sign::Equal, 2),
            [b'=', ..] => (Sign::Equal, 1),
            _ => return Err("limits may be met: write <= or >=".into()),
        };
        sides.push(words(&rest[..at]));
        signs.push(sign);
        rest = &tail[length..];
    }
    sides.push(words(rest));
    if signs.is_empty() {
        return Err("there is no <=, >= or = in it".into());
    }
    Ok((sides, signs))
}

/// Words between blanks; a factor may be tied to its asset by `*`.
fn words(side: &str) -> Vec<&str> {
    let tied = |word: &'_ str| word.split_once('*').map(|(a, b)| (a.len(), b.len()));
    side.split_whitespace()
        .flat_map(|word| match tied(word) {
            Some((a, b)) => vec![&word[..a], "*", &word[word.len() - b..]],
            None => vec![word],
        })
        .filter(|word| !word.is_empty())
        .collect()
}

/// `0.6` or `60%`.
pub(super) fn number(word: &str) -> Option<f64> {
    let (digits, unit) = match word.strip_suffix('%') {
        Some(digits) => (digits, 100.0),
        None => (word, 1.0),
    };
    digits.parse::<f64>().ok().filter(|x| x.is_finite()).map(|x| x / unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_math::linalg::Sym;

    fn estimates() -> Estimates {
        let names = ["SPY", "EFA", "BTC-USD"].map(str::to_owned).to_vec();
        Estimates::given(names, vec![0.1, 0.2, 0.3], Sym::identity(3)).unwrap()
    }

    fn read(text: &str) -> Result<Vec<Constraint>> {
        let groups = [("stocks".to_owned(), "SPY, EFA".to_owned())];
        Words::new(&estimates(), &groups)?.constraint(text)
    }

    fn linear(text: &str) -> (String, Vec<f64>, f64, f64) {
        let read = read(text).unwrap();
        let Condition::Linear { coefficients, least, most } = read[0].of.clone() else {
            panic!("{text}")
        };
        (read[0].name.clone(), coefficients, least, most)
    }

    #[test]
    fn words_become_rows() {
        const NONE: f64 = f64::INFINITY;
        let row = |text| {
            let (_, a, least, most) = linear(text);
            (a, least, most)
        };
        assert_eq!(row("stocks <= 0.6"), (vec![1.0, 1.0, 0.0], -NONE, 0.6));
        assert_eq!(row("stocks<=60%"), row("stocks <= 0.6"));
        assert_eq!(row("0.1 <= SPY + EFA <= 0.5"), (vec![1.0, 1.0, 0.0], 0.1, 0.5));
        assert_eq!(row("BTC-USD = 0.25"), (vec![0.0, 0.0, 1.0], 0.25, 0.25));
        assert_eq!(row("SPY >= 2 * EFA"), (vec![1.0, -2.0, 0.0], 0.0, NONE));
        assert_eq!(row("0.5*SPY - BTC-USD + 0.1 <= 0.3"), (vec![0.5, 0.0, -1.0], -NONE, 0.3 - 0.1));
        assert_eq!(row("return >= 0.15"), (vec![0.1, 0.2, 0.3], 0.15, NONE));
        assert_eq!(linear("core: stocks <= 0.6").0, "core");
        assert_eq!(read("each <= 30%").unwrap().len(), 3);
        assert_eq!(read("turnover <= 0.2").unwrap()[0].of, Condition::Turnover { most: 0.2 });
        assert_eq!(read("positions <= 2").unwrap()[0].of, Condition::Positions { most: 2 });
        assert_eq!(read("smallest >= 5%").unwrap()[0].of, Condition::Smallest { least: 0.05 });
    }

    #[test]
    fn what_is_not_understood_is_said() {
        let said = |text| read(text).unwrap_err().to_string();
        assert!(said("stocks < 0.6").contains("write <= or >="));
        assert!(said("stocks 0.6").contains("no <=, >= or ="));
        assert!(said("sotcks <= 0.6").contains("there is no asset `sotcks`"));
        assert!(said("SPY EFA <= 0.6").contains("sign is missing"));
        assert!(said("SPY + <= 0.6").contains("ends with a sign"));
        assert!(said("0.1 <= 0.6").contains("nothing of any weight"));
        assert!(said("turnover >= 0.2").contains("turnover <= 0.2"));
        assert!(said("SPY <= EFA <= 0.2").contains("between two limits"));
    }
}
