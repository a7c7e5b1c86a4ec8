//! How many breaks there are, one test after another.
use super::segments::{Segments, SegmentsError, segments};
use crate::regression::Triangle;

/// The least share of the rows in each part, as the critical values are tabulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trim {
    /// 5 %: up to nine breaks.
    Twentieth,
    /// 10 %: up to eight.
    Tenth,
    /// 15 %: up to five.
    Fifteen,
    /// 20 %: up to three.
    Fifth,
}

/// The chance of one break more than there are, as the critical values are tabulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// 10 %.
    Ten,
    /// 5 %.
    Five,
    /// 2.5 %.
    TwoAndHalf,
    /// 1 %.
    One,
}

impl Trim {
    /// As a share of the rows, the letter eta.
    pub fn share(self) -> f64 {
        match self {
            Trim::Twentieth => 0.05,
            Trim::Tenth => 0.10,
            Trim::Fifteen => 0.15,
            Trim::Fifth => 0.20,
        }
    }
}

impl Level {
    /// The tabulated level that equals this chance; `None` for others.
    pub fn of(chance: f64) -> Option<Self> {
        [Level::Ten, Level::Five, Level::TwoAndHalf, Level::One]
            .into_iter()
            .find(|level| level.chance() == chance)
    }

    /// As a chance.
    pub fn chance(self) -> f64 {
        match self {
            Level::Ten => 0.10,
            Level::Five => 0.05,
            Level::TwoAndHalf => 0.025,
            Level::One => 0.01,
        }
    }
}

/// One test of l breaks against l + 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NextBreak {
    /// `sup F(l+1 | l)`.
    pub statistic: f64,
    /// What it has to exceed.
    pub critical: f64,
}

/// The number of breaks that a sequence of tests has found.
#[derive(Clone, Debug, PartialEq)]
pub struct Sequential {
    /// The cut of least squares with that number.
    pub cut: Segments,
    /// The tests for l = 0, 1 …; the last one did not reject, unless the most breaks were reached.
    pub tests: Vec<NextBreak>,
}

/// The number of breaks by testing l against l + 1 for l = 0, 1 … until a test does not reject, at most `most`.
///
/// `sup F(l+1 | l) = max_i (S_i - min_tau (S_i1 + S_i2)) / s²`, `s² = S / (T - (l + 1) q)`. Part i of the cut of least squares with l
/// breaks has the squares S_i, S is their sum; tau divides it in two, each with the share eta (`trim`) of its rows and more than q of
/// them; T rows, q columns, all of whose coefficients change. Disturbances are taken to be alike and apart. Parts are at least
/// eta T rows long.
///
/// Sources: J. Bai, P. Perron (1998), Estimating and testing linear models with multiple structural changes, *Econometrica* 66(1),
/// page 60 (the test); critical values: J. Bai, P. Perron (2003), Critical values for multiple structural change tests,
/// *Econometrics Journal* 6(1), pages 72-78, here for one and two columns.
///
/// # Errors
/// [`SegmentsError`]; [`SegmentsError::Untabulated`] for more than two columns or more than ten breaks.
pub fn sequential<C: AsRef<[f64]>>(
    columns: &[C],
    y: &[f64],
    trim: Trim,
    level: Level,
    most: usize,
) -> Result<Sequential, SegmentsError> {
    let (n, q) = (y.len(), columns.len());
    let least = (trim.share() * n as f64) as usize;
    if most > VALUES {
        return Err(SegmentsError::Untabulated);
    }
    let mut cuts = segments(columns, y, least, most)?;
    let mut tests = Vec::new();
    let mut found = 0;
    for (l, cut) in cuts.iter().enumerate().take(most) {
        let critical = critical_value(trim, level, q, l).ok_or(SegmentsError::Untabulated)?;
        let variance = cut.squares / (n - (l + 1) * q) as f64;
        let gain = gain(columns, y, cut, trim.share());
        // A cut that fits exactly leaves nothing for another break to explain.
        let statistic = if variance > 0.0 { gain / variance } else { 0.0 };
        tests.push(NextBreak { statistic, critical });
        if statistic <= critical {
            break;
        }
        found = l + 1;
    }
    Ok(Sequential { cut: cuts.swap_remove(found), tests })
}

/// How much the squares shrink by the best further break within one of the parts.
fn gain<C: AsRef<[f64]>>(columns: &[C], y: &[f64], cut: &Segments, eta: f64) -> f64 {
    let q = columns.len();
    let starts = std::iter::once(0).chain(cut.breaks.iter().copied());
    let ends = cut.breaks.iter().copied().chain([y.len()]);
    let of_part = |(start, end): (usize, usize)| {
        let rows = end - start;
        let edge = ((eta * rows as f64).ceil() as usize).max(q + 1);
        let first = squares(columns, y, start..end);
        let mut last = squares(columns, y, (start..end).rev());
        last.reverse();
        let both = |tau: usize| first[tau - 1] + last[tau];
        let taus = edge..(rows + 1).saturating_sub(edge);
        let least = taus.map(both).fold(f64::INFINITY, f64::min);
        if least.is_finite() { first[rows - 1] - least } else { 0.0 }
    };
    starts.zip(ends).map(of_part).fold(0.0, f64::max)
}

/// The squares left by the regression on the first 1, 2 … of these rows.
fn squares<C: AsRef<[f64]>>(
    columns: &[C],
    y: &[f64],
    rows: impl Iterator<Item = usize>,
) -> Vec<f64> {
    let q = columns.len();
    let mut triangle = Triangle::new(q);
    let mut row = vec![0.0; q + 1];
    rows.map(|t| {
        for (place, column) in row.iter_mut().zip(columns) {
            *place = column.as_ref()[t];
        }
        row[q] = y[t];
        triangle.add(&mut row);
        triangle.squares()
    })
    .collect()
}

/// Critical values are tabulated for so many breaks.
const VALUES: usize = 10;

/// The critical value of `sup F(l+1 | l)` for q changing coefficients; `None` where none is tabulated here.
pub fn critical_value(trim: Trim, level: Level, columns: usize, l: usize) -> Option<f64> {
    let of_trim = &CRITICAL[trim as usize];
    let of_columns = of_trim.get(columns.checked_sub(1)?)?;
    of_columns[level as usize].get(l).copied()
}

/// By trimming, number of columns, level and l.
#[rustfmt::skip]
const CRITICAL: [[[[f64; VALUES]; 4]; 2]; 4] = [
    [
        [
            [8.02, 9.56, 10.45, 11.07, 11.65, 12.07, 12.47, 12.70, 13.07, 13.34],
            [9.63, 11.14, 12.16, 12.83, 13.45, 14.05, 14.29, 14.50, 14.69, 14.88],
            [11.17, 12.88, 14.05, 14.50, 15.03, 15.37, 15.56, 15.73, 16.02, 16.39],
            [13.58, 15.03, 15.62, 16.39, 16.60, 16.90, 17.04, 17.27, 17.32, 17.61],
        ],
        [
            [11.02, 12.79, 13.72, 14.45, 14.90, 15.35, 15.81, 16.12, 16.44, 16.58],
            [12.89, 14.50, 15.42, 16.16, 16.61, 17.02, 17.27, 17.55, 17.76, 17.97],
            [14.53, 16.19, 17.02, 17.55, 17.98, 18.15, 18.46, 18.74, 18.98, 19.22],
            [16.64, 17.98, 18.66, 19.22, 20.03, 20.87, 20.97, 21.19, 21.43, 21.74],
        ],
    ],
    [
        [
            [7.42, 9.05, 9.97, 10.49, 10.91, 11.29, 11.86, 12.26, 12.57, 12.84],
            [9.10, 10.55, 11.36, 12.35, 12.97, 13.45, 13.88, 14.12, 14.45, 14.51],
            [10.56, 12.37, 13.46, 14.13, 14.51, 14.88, 15.37, 15.47, 15.62, 15.79],
            [13.00, 14.51, 15.44, 15.73, 16.39, 16.60, 16.78, 16.90, 16.99, 17.04],
        ],
        [
            [10.37, 12.19, 13.20, 13.79, 14.37, 14.68, 15.07, 15.42, 15.81, 16.09],
            [12.25, 13.83, 14.73, 15.46, 16.13, 16.55, 16.82, 17.07, 17.34, 17.58],
            [13.86, 15.51, 16.55, 17.07, 17.58, 17.98, 18.19, 18.55, 18.92, 19.02],
            [16.19, 17.58, 18.31, 18.98, 19.63, 20.09, 20.30, 20.87, 20.97, 21.13],
        ],
    ],
    [
        [
            [7.04, 8.51, 9.41, 10.04, 10.58, 11.03, 11.43, 11.75, 12.01, 12.20],
            [8.58, 10.13, 11.14, 11.83, 12.25, 12.66, 13.08, 13.35, 13.75, 13.89],
            [10.18, 11.86, 12.66, 13.40, 13.89, 14.32, 14.73, 14.89, 15.22, 15.29],
            [12.29, 13.89, 14.80, 15.28, 15.76, 16.27, 16.63, 16.77, 16.81, 17.01],
        ],
        [
            [9.81, 11.40, 12.29, 12.90, 13.47, 13.98, 14.36, 14.70, 15.11, 15.28],
            [11.47, 12.95, 14.03, 14.85, 15.29, 15.80, 16.16, 16.44, 16.77, 16.84],
            [12.96, 14.92, 15.81, 16.51, 16.84, 17.18, 17.61, 17.84, 18.32, 18.76],
            [15.37, 16.84, 17.72, 18.67, 19.17, 19.46, 19.74, 19.93, 20.12, 20.53],
        ],
    ],
    [
        [
            [6.72, 8.13, 9.07, 9.66, 10.17, 10.59, 10.95, 11.28, 11.64, 11.89],
            [8.22, 9.71, 10.66, 11.34, 11.93, 12.30, 12.68, 12.92, 13.21, 13.61],
            [9.77, 11.34, 12.31, 12.99, 13.61, 13.87, 14.25, 14.37, 14.73, 14.86],
            [11.94, 13.61, 14.31, 14.80, 15.26, 15.76, 15.87, 16.23, 16.33, 16.63],
        ],
        [
            [9.37, 10.92, 11.90, 12.50, 12.89, 13.38, 13.84, 14.15, 14.41, 14.66],
            [10.98, 12.55, 13.46, 14.22, 14.78, 15.37, 15.81, 16.13, 16.44, 16.69],
            [12.59, 14.22, 15.39, 16.14, 16.69, 17.00, 17.18, 17.53, 17.65, 17.83],
            [14.92, 16.69, 17.41, 17.72, 18.27, 19.06, 19.17, 19.23, 19.54, 19.74],
        ],
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    const TRIMS: [Trim; 4] = [Trim::Twentieth, Trim::Tenth, Trim::Fifteen, Trim::Fifth];
    const LEVELS: [Level; 4] = [Level::Ten, Level::Five, Level::TwoAndHalf, Level::One];

    /// The chance of `sup F(1 | 0) > c` by its expansion for large c: D. DeLong (1981), in the form of A. Estrella (2003), Critical
    /// values and p values of Bessel process distributions, *Econometric Theory* 19(6), page 1128:
    /// `(c/2)^(q/2) e^(-c/2) / Gamma(q/2) ((1 - q/c) ln(((1 - eta)/eta)²) + 2/c)`. Of l + 1 parts the largest counts:
    /// `1 - (1 - p)^(l + 1)`, Bai and Perron (1998), proposition 7.
    fn chance(c: f64, q: usize, eta: f64, l: usize) -> f64 {
        let gamma = [std::f64::consts::PI.sqrt(), 1.0][q - 1];
        let (q, odds) = (q as f64, 2.0 * ((1.0 - eta) / eta).ln());
        let tail = (c / 2.0).powf(q / 2.0) * (-c / 2.0).exp() / gamma;
        let p = tail * ((1.0 - q / c) * odds + 2.0 / c);
        1.0 - (1.0 - p).powi(l as i32 + 1)
    }

    /// The tables are quantiles of simulated paths, whose steps keep the supremum a little low, and the expansion is one for small
    /// chances; a digit that was mistyped would be further off than that.
    #[test]
    fn critical_values_have_the_chances_that_theory_gives_them() {
        for (trim, level) in TRIMS.into_iter().flat_map(|t| LEVELS.map(|l| (t, l))) {
            for (q, l) in (1..=2).flat_map(|q| (0..VALUES).map(move |l| (q, l))) {
                let c = critical_value(trim, level, q, l).unwrap();
                let ratio = chance(c, q, trim.share(), l) / level.chance();
                assert!((0.8..1.5).contains(&ratio), "{trim:?} {level:?} {q} {l}: {ratio}");
            }
        }
        assert_eq!(critical_value(Trim::Tenth, Level::Five, 3, 0), None);
        assert_eq!(critical_value(Trim::Tenth, Level::Five, 0, 0), None);
        assert_eq!(critical_value(Trim::Tenth, Level::Five, 1, 10), None);
    }

    /// Squares around the mean, as a child would compute them.
    fn around_mean(y: &[f64]) -> f64 {
        let mean = y.iter().sum::<f64>() / y.len() as f64;
        y.iter().map(|y| (y - mean).powi(2)).sum()
    }

    fn noise(t: usize) -> f64 {
        let x = ((t as f64 * 12.9898).sin() * 43_758.545_3).fract();
        x + ((t as f64 * 78.233).sin() * 12_345.678).fract()
    }

    #[test]
    fn statistics_are_those_of_trying_everything() {
        let n = 60;
        let level = |t: usize| [0.0, 2.0, -0.5][usize::from(t >= 20) + usize::from(t >= 41)];
        let y: Vec<f64> = (0..n).map(|t| level(t) + noise(t)).collect();
        let found = sequential(&[vec![1.0; n]], &y, Trim::Fifteen, Level::Five, 4).unwrap();
        // All cuts with one and two breaks, parts of nine rows or more.
        let one = (9..=n - 9).map(|a| (around_mean(&y[..a]) + around_mean(&y[a..]), vec![a]));
        let two = (9..n - 18).flat_map(|a| (a + 9..=n - 9).map(move |b| (a, b))).map(|(a, b)| {
            (around_mean(&y[..a]) + around_mean(&y[a..b]) + around_mean(&y[b..]), vec![a, b])
        });
        let least = |x: (f64, Vec<usize>), y: (f64, Vec<usize>)| if y.0 < x.0 { y } else { x };
        let best =
            [(around_mean(&y), vec![]), one.reduce(least).unwrap(), two.reduce(least).unwrap()];
        for (l, (squares, breaks)) in best.iter().enumerate().take(found.tests.len()) {
            let edges = [&[0], breaks.as_slice(), &[n]].concat();
            let mut gain = 0.0_f64;
            for part in edges.windows(2).map(|p| &y[p[0]..p[1]]) {
                let edge = (0.15 * part.len() as f64).ceil() as usize;
                for tau in edge.max(2)..=part.len() - edge.max(2) {
                    let both = around_mean(&part[..tau]) + around_mean(&part[tau..]);
                    gain = gain.max(around_mean(part) - both);
                }
            }
            let f = gain / (squares / (n - l - 1) as f64);
            assert!((found.tests[l].statistic / f - 1.0).abs() < 1e-9, "{l}: {f} {found:?}");
        }
        assert_eq!(found.cut.breaks, [20, 41], "{found:?}");
        assert_eq!((found.tests.len(), found.tests[2].critical), (3, 11.14));
    }

    #[test]
    fn nothing_is_found_in_noise_nor_in_a_constant_and_limits_are_said() {
        let ones = [vec![1.0; 100]];
        let y: Vec<f64> = (0..100).map(noise).collect();
        let found = sequential(&ones, &y, Trim::Tenth, Level::One, 5).unwrap();
        assert!(found.cut.breaks.is_empty() && found.tests.len() == 1, "{found:?}");
        let flat = sequential(&ones, &[3.0; 100], Trim::Tenth, Level::Ten, 5).unwrap();
        assert!(flat.cut.breaks.is_empty(), "{flat:?}");
        let step: Vec<f64> = (0..100).map(|t| f64::from(u8::from(t >= 50))).collect();
        let exact = sequential(&ones, &step, Trim::Tenth, Level::Ten, 5).unwrap();
        assert_eq!(exact.cut.breaks, [50]);
        let many = sequential(&ones, &y, Trim::Twentieth, Level::Ten, 11);
        assert_eq!(many, Err(SegmentsError::Untabulated));
        let wide: Vec<Vec<f64>> =
            (1..4).map(|k| (0..100).map(|t| noise(t * k + k)).collect()).collect();
        let wide = sequential(&wide, &y, Trim::Tenth, Level::Ten, 2);
        assert_eq!(wide, Err(SegmentsError::Untabulated));
    }
}
