//! The best places for a number of breaks, and how many breaks there are.
use std::fmt;

use crate::regression::Triangle;

/// A series cut into parts, each with its own regression.
#[derive(Clone, Debug, PartialEq)]
pub struct Segments {
    /// The first row of each part but the first, ascending.
    pub breaks: Vec<usize>,
    /// The sum of squares that is left over all parts.
    pub squares: f64,
}

/// How the number of breaks m is chosen: the least of a criterion over m, `p = (m + 1) q + m` parameters, T rows, S_m squares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Criterion {
    /// `ln(S_m / T) + p ln(T) / T`. Source: Y. Yao (1988), *Statistics and Probability Letters* 6(3), pages 181-189.
    Bic,
    /// `ln(S_m / (T - p)) + 0.299 p ln(T)^2.1 / T`: finds fewer breaks, and fewer where there are none. Source: J. Liu, S. Wu,
    /// J. Zidek (1997), *Statistica Sinica* 7(2), pages 497-525.
    Lwz,
}

/// Why there are no segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SegmentsError {
    /// A column has another length than y, or there is none.
    Shape,
    /// A number is NaN or infinite.
    NotFinite,
    /// A part must have more rows than columns.
    ShortParts,
    /// No critical value is tabulated for so many columns or breaks.
    Untabulated,
    /// The rows do not hold so many parts.
    TooShort {
        /// rows given
        rows: usize,
        /// rows needed
        needed: usize,
    },
}

impl fmt::Display for SegmentsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape => write!(f, "breaks need columns as long as what they explain"),
            Self::NotFinite => write!(f, "a number is not finite"),
            Self::ShortParts => write!(f, "a part needs more rows than there are coefficients"),
            Self::Untabulated => {
                write!(f, "critical values are tabulated for up to two columns and ten breaks")
            }
            Self::TooShort { rows, needed } => write!(f, "{rows} rows where {needed} are needed"),
        }
    }
}

impl std::error::Error for SegmentsError {}

/// The cuts of least squares with 0, 1 … `most` breaks in the regression of `y` on `columns`, all of whose coefficients change, and
/// at least `least` rows in each part. Of equal cuts the one with the earlier break.
///
/// By dynamic programming over the squares of all parts, which rotations of Givens give row by row: T² q² / 2 steps and T² / 2
/// numbers for T rows and q columns.
///
/// Source: J. Bai, P. Perron (2003), Computation and analysis of multiple structural change models, *Journal of Applied
/// Econometrics* 18(1), pages 1-22.
///
/// # Errors
/// [`SegmentsError`].
pub fn segments<C: AsRef<[f64]>>(
    columns: &[C],
    y: &[f64],
    least: usize,
    most: usize,
) -> Result<Vec<Segments>, SegmentsError> {
    let (n, q) = (y.len(), columns.len());
    if q == 0 || columns.iter().any(|c| c.as_ref().len() != n) {
        return Err(SegmentsError::Shape);
    }
    if columns.iter().flat_map(|c| c.as_ref()).chain(y).any(|x| !x.is_finite()) {
        return Err(SegmentsError::NotFinite);
    }
    if least <= q {
        return Err(SegmentsError::ShortParts);
    }
    let needed = least * (most + 1);
    if n < needed {
        return Err(SegmentsError::TooShort { rows: n, needed });
    }
    let parts = Parts::of(columns, y, least);
    // best[m][t]: least squares of the first t rows with m breaks, and the first row of the last part.
    let mut best: Vec<Vec<(f64, usize)>> = vec![
        (0..=n).map(|t| (if t < least { f64::INFINITY } else { parts.squares(0, t) }, 0)).collect(),
    ];
    for m in 1..=most {
        let last = |t: usize| {
            let cuts = m * least..=t.saturating_sub(least);
            let each = cuts.map(|cut| (best[m - 1][cut].0 + parts.squares(cut, t), cut));
            each.fold((f64::INFINITY, 0), |best, next| if next.0 < best.0 { next } else { best })
        };
        let row = (0..=n).map(last).collect();
        best.push(row);
    }
    let back = |m: usize| {
        let (mut breaks, mut t) = (Vec::with_capacity(m), n);
        for row in best[1..=m].iter().rev() {
            t = row[t].1;
            breaks.push(t);
        }
        breaks.reverse();
        Segments { breaks, squares: best[m][n].0 }
    };
    Ok((0..=most).map(back).collect())
}

/// The cut that the criterion chooses of what [`segments`] gives for 0, 1 … breaks: T rows, q columns.
///
/// # Panics
/// When there is no cut at all.
pub fn chosen(cuts: &[Segments], rows: usize, columns: usize, criterion: Criterion) -> &Segments {
    let t = rows as f64;
    let score = |(m, cut): (usize, &Segments)| {
        let p = ((m + 1) * columns + m) as f64;
        match criterion {
            Criterion::Bic => (cut.squares / t).ln() + p * t.ln() / t,
            Criterion::Lwz => (cut.squares / (t - p)).ln() + 0.299 * p * t.ln().powf(2.1) / t,
        }
    };
    let mut best = (0, f64::INFINITY);
    for (m, score) in cuts.iter().enumerate().map(|(m, cut)| (m, score((m, cut)))) {
        if score < best.1 {
            best = (m, score);
        }
    }
    &cuts[best.0]
}

/// Squares below this part of those of y count as none: rotations leave some 1e-32 of an exact fit, whose logarithm would be
/// taken for evidence.
const EXACT: f64 = 1e-26;

/// The squares of every part that is long enough.
struct Parts {
    least: usize,
    /// Those of the parts that begin at row i, by their length less `least`.
    from: Vec<Vec<f64>>,
}

impl Parts {
    fn of<C: AsRef<[f64]>>(columns: &[C], y: &[f64], least: usize) -> Self {
        let (n, q) = (y.len(), columns.len());
        let mut row = vec![0.0; q + 1];
        let none = EXACT * y.iter().map(|y| y * y).sum::<f64>();
        let from = (0..=n - least).map(|start| {
            let mut triangle = Triangle::new(q);
            let mut squares = Vec::with_capacity(n - least + 1 - start);
            for (t, y) in y.iter().enumerate().skip(start) {
                for (place, column) in row.iter_mut().zip(columns) {
                    *place = column.as_ref()[t];
                }
                row[q] = *y;
                triangle.add(&mut row);
                if t + 1 - start >= least {
                    let left = triangle.squares();
                    squares.push(if left <= none { 0.0 } else { left });
                }
            }
            squares
        });
        Self { least, from: from.collect() }
    }

    /// Those of the rows `start..end`.
    fn squares(&self, start: usize, end: usize) -> f64 {
        self.from[start][end - start - self.least]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps() -> Vec<f64> {
        let level = |t: usize| [0.0, 2.0, 1.0][usize::from(t >= 30) + usize::from(t >= 70)];
        (0..100).map(|t| level(t) + 0.3 * ((t * t) as f64).sin()).collect()
    }

    #[test]
    fn steps_are_found_where_they_are() {
        let y = steps();
        let ones = [vec![1.0; 100]];
        let cuts = segments(&ones, &y, 10, 4).unwrap();
        assert_eq!(cuts[2].breaks, [30, 70]);
        for criterion in [Criterion::Bic, Criterion::Lwz] {
            assert_eq!(chosen(&cuts, 100, 1, criterion).breaks, [30, 70], "{criterion:?}");
        }
        assert!(cuts.windows(2).all(|pair| pair[1].squares <= pair[0].squares));
    }

    #[test]
    fn a_flat_series_has_no_break_and_nonsense_is_refused() {
        let ones = [vec![1.0; 40]];
        let cuts = segments(&ones, &[2.0; 40], 5, 3).unwrap();
        assert!(chosen(&cuts, 40, 1, Criterion::Bic).breaks.is_empty(), "{cuts:?}");
        assert_eq!(segments(&ones, &[2.0; 40], 1, 3), Err(SegmentsError::ShortParts));
        assert_eq!(segments(&ones, &[2.0; 39], 5, 3), Err(SegmentsError::Shape));
        let short = Err(SegmentsError::TooShort { rows: 40, needed: 60 });
        assert_eq!(segments(&ones, &[2.0; 40], 15, 3), short);
    }
}
