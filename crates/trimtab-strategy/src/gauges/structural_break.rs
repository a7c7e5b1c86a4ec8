//! Whether an asset's returns have lately become another kind of returns.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::signals::{returns, still};
use crate::{Cx, Documented, Gauge, Words};
use trimtab_core::{Error, Result, Window};
use trimtab_math::breaks::{
    Criterion, Level, Segments, Trim, chosen, chow, cusum, segments, sequential,
};

/// Whether the mean of a series changed within the last $m$ of $n$ observations: $g = 1$ for a break, else 0.
///
/// The series: the returns of `asset` over `window`, $n$ of them, or their squares (`of`); $m$ = `within`. `test` says how:
/// `cusum`: the cumulated deviations from the mean leave the Brownian bridge, $\max_t |\sum_{s \le t} u_s| / (\sigma \sqrt n)$ with a
/// chance of at most `level`, and are furthest from it within the last $m$; `chow`: the last $m$ have another mean than those
/// before them, by an F test at `level`; `bai-perron`: of the cuts of least squares into up to six parts of a tenth of the window or
/// more, the number chosen by BIC, the last lies within the last $m$; `bai-perron-tests`: the same cuts, but their number is found by
/// testing $l$ breaks against $l+1$ at `level` (0.1, 0.05, 0.025 or 0.01, as tabulated) until a test does not reject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StructuralBreak {
    /// The asset.
    pub asset: String,
    /// The returns looked at, $n$ of them.
    pub window: Window,
    /// How many of the newest a break lies in, $m$.
    pub within: u32,
    /// Returns, or their squares.
    #[serde(default)]
    pub of: BreakIn,
    /// The test.
    #[serde(default)]
    pub test: BreakTest,
    /// The chance of a false alarm that is put up with; `bai-perron` does without.
    #[serde(default = "level")]
    pub level: f64,
}

/// In what a break is looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BreakIn {
    /// In the mean return.
    #[default]
    Returns,
    /// In the mean square of returns: in the volatility.
    Squares,
}

/// How a break is looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BreakTest {
    /// Cumulated residuals: one break at a place that is not known.
    #[default]
    Cusum,
    /// Two parts at a place that is named beforehand.
    Chow,
    /// Several breaks by least squares, their number by BIC.
    BaiPerron,
    /// Several breaks by least squares, their number by tests of one more.
    BaiPerronTests,
}

fn level() -> f64 {
    0.05
}

/// Parts of a cut are at least this share of the window, and one more than breaks: shorter parts would fit noise.
const PART: usize = 10;

/// Breaks looked for by Bai and Perron: five, as in their tables.
const BREAKS_MAX: usize = 5;

/// A part must hold more observations than a mean and its error need.
const PART_MIN: usize = 5;

impl Documented for StructuralBreak {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.changed]
        kind   = "structural-break"
        asset  = "SPY"
        window = 252
        within = 63
        of     = "squares"
        [allocator.portfolio]
        kind      = "when"
        gauge     = "@changed"
        above     = 0.5
        then      = { kind = "fixed", weights = { SPY = 0.5, SHY = 0.5 } }
        otherwise = { kind = "fixed", weights = { SPY = 1.0 } }
    "#;
    const SOURCE: &str = "Ploberger, Krämer (1992), The CUSUM test with OLS residuals, Econometrica 60(2), p. 271; Chow (1960), Tests \
                          of equality, Econometrica 28(3), p. 591; Bai, Perron (1998), Estimating \
                          and testing linear models with multiple structural changes, Econometrica 66(1), p. 47; (2003), Computation and \
                          analysis of multiple structural change models, Journal of Applied Econometrics 18(1), p. 1";
    fn check(&self) -> Result<(), String> {
        let (n, m) = (self.window.count(), self.within as usize);
        match self.level > 0.0 && self.level < 1.0 {
            _ if n < PART * PART_MIN => Err(format!("`window` needs at least {} returns", PART * PART_MIN)),
            _ if m < n / PART || 2 * m > n => {
                Err("`within` lies between a tenth and half of `window`".into())
            }
            true if self.test == BreakTest::BaiPerronTests && Level::of(self.level).is_none() => {
                Err("critical values are tabulated for a `level` of 0.1, 0.05, 0.025 and 0.01".into())
            }
            true => Ok(()),
            false => Err("`level` lies between 0 and 1".into()),
        }
    }
}

/// Whether the last break of `n` observations lies at `recent` or after it, and where it lies.
fn newest(cut: &Segments, n: usize, recent: usize) -> (bool, String) {
    let last = cut.breaks.last();
    let ago = last.map_or("none".to_owned(), |at| format!("{} observations ago", n - at));
    (last.is_some_and(|at| *at >= recent), format!("last break {ago}"))
}

impl Gauge for StructuralBreak {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let past = cx.past();
        let asset = past.find(&self.asset)?;
        let mut y = returns(past, asset, self.window)?;
        if self.of == BreakIn::Squares {
            y.iter_mut().for_each(|r| *r *= *r);
        }
        let n = y.len();
        let recent = n - self.within as usize;
        let mean = y.iter().sum::<f64>() / n as f64;
        let ones = [vec![1.0; n]];
        let (found, why) = match self.test {
            BreakTest::Cusum => {
                let u: Vec<f64> = y.iter().map(|y| y - mean).collect();
                let test = cusum(&u, 1).ok_or_else(|| still(past, asset, self.window))?;
                let found = test.p <= self.level && test.after + 1 >= recent;
                (found, format!("p-value {:.3}, furthest {} observations ago", test.p, n - 1 - test.after))
            }
            BreakTest::Chow => {
                let test = chow(&ones, &y, recent).map_err(|_| still(past, asset, self.window))?;
                (test.p <= self.level, format!("p-value {:.3}", test.p))
            }
            BreakTest::BaiPerron => {
                let cuts = segments(&ones, &y, n / PART, BREAKS_MAX);
                let cuts = cuts.map_err(|error| Error::data(error.to_string()))?;
                newest(chosen(&cuts, n, 1, Criterion::Bic), n, recent)
            }
            BreakTest::BaiPerronTests => {
                let level = Level::of(self.level).expect("the file was checked");
                let tested = sequential(&ones, &y, Trim::Tenth, level, BREAKS_MAX);
                let tested = tested.map_err(|error| Error::data(error.to_string()))?;
                newest(&tested.cut, n, recent)
            }
        };
        cx.because(|| format!("{}: {why}", if found { "a break" } else { "no recent break" }));
        Ok(f64::from(u8::from(found)))
    }

    fn explain(&self, words: &mut Words) {
        let test = match self.test {
            BreakTest::Cusum => "the CUSUM test",
            BreakTest::Chow => "Chow's test",
            BreakTest::BaiPerron => "Bai and Perron's cuts",
            BreakTest::BaiPerronTests => "Bai and Perron's tests",
        };
        let of = match self.of {
            BreakIn::Returns => "returns",
            BreakIn::Squares => "squared returns",
        };
        words.line(format!(
            "1 when the mean of the {of} of {} changed within the last {} of {} by {test}",
            self.asset, self.within, self.window
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;
    use crate::testing::{market, reading};

    #[test]
    fn every_test_sees_the_break_while_it_is_recent() {
        let mut price = 100.0;
        let closes: Vec<f64> = (0..301_u32)
            .map(|t| {
                let wave = (f64::from(t * t % 23) - 11.0) / 11.0;
                price *= 1.0 + if t <= 150 { 0.004 * wave } else { 0.02 * wave };
                price
            })
            .collect();
        let market = market(&[("A", closes)]);
        for test in ["cusum", "chow", "bai-perron", "bai-perron-tests"] {
            let text = format!(
                "asset = \"A\"\nwindow = 100\nwithin = 40\nof = \"squares\"\ntest = \"{test}\"\nlevel = 0.01"
            );
            let gauge: StructuralBreak = toml::from_str(&text).unwrap();
            let read = |day| reading(&gauge, &market, day, &mut Memory::default());
            assert_eq!([140, 180, 290].map(read), [0.0, 1.0, 0.0], "{test}");
        }
    }
}
