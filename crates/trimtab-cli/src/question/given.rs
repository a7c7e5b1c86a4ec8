//! Estimates that someone else made, as CSV files.
use std::path::Path;

use trimtab_core::{Error, Kind, Result};
use trimtab_math::linalg::Sym;
use trimtab_strategy::Estimates;

use crate::text::nearest;

/// Reads a covariance and, beside it, means. Without means they are zero, which no objective of risk alone minds.
///
/// Covariance: one row a line, with a line of names before and a column of names in front, both or neither. Means: a
/// name and a number on each line, or numbers alone in the order of the covariance, down or across.
///
/// # Errors
/// [`Kind::Io`] when a file cannot be read; [`Kind::Data`] with file and line when it makes no sense.
pub(super) fn read(means: Option<&Path>, covariance: &Path) -> Result<Estimates> {
    let (names, rows) = matrix(&Sheet::read(covariance)?)?;
    let place = covariance.display().to_string();
    let n = rows.len();
    let covariance = Sym::from_rows(&rows)
        .map_err(|e| Error::data(format!("the covariance: {e}")).place(place.clone()))?;
    let Some(path) = means else {
        let names = names.unwrap_or_else(|| numbered(n));
        return Estimates::given(names, vec![0.0; n], covariance).map_err(|e| e.place(place));
    };
    let means = column(&Sheet::read(path)?)?;
    let (names, mean) =
        matched(names, means, n).map_err(|e| e.place(path.display().to_string()))?;
    Estimates::given(names, mean, covariance).map_err(|e| e.place(place))
}

/// The place of a name among the assets.
///
/// # Errors
/// [`Kind::Usage`] with the nearest name.
pub(super) fn place_of(names: &[String], wanted: &str) -> Result<usize> {
    names.iter().position(|name| name == wanted).ok_or_else(|| {
        let error = Error::new(Kind::Usage, format!("there is no asset `{wanted}`"));
        match nearest(wanted, names.iter().map(String::as_str)) {
            Some(name) => error.hint(format!("did you mean `{name}`?")),
            None => error.hint(format!("the assets are {}", names.join(", "))),
        }
    })
}

/// Names, if the file has any, and rows.
type Square = (Option<Vec<String>>, Vec<Vec<f64>>);

/// Means with the names they bear, if any.
type Means = Vec<(Option<String>, f64)>;

/// Means in the order of the covariance; names of whichever file has them.
fn matched(names: Option<Vec<String>>, means: Means, n: usize) -> Result<(Vec<String>, Vec<f64>)> {
    let bare: Vec<f64> = means.iter().map(|(_, mean)| *mean).collect();
    let own: Option<Vec<String>> = means.into_iter().map(|(name, _)| name).collect();
    let count = |found: usize| match found == n {
        true => Ok(()),
        false => Err(Error::data(format!("{found} means for a covariance of {n} assets"))),
    };
    count(bare.len())?;
    match (names, own) {
        (None, None) => Ok((numbered(n), bare)),
        (Some(names), None) | (None, Some(names)) => Ok((names, bare)),
        (Some(names), Some(own)) => {
            let of = |name: &String| {
                own.iter()
                    .position(|o| o == name)
                    .map(|ix| bare[ix])
                    .ok_or_else(|| Error::data(format!("{name} of the covariance has no mean")))
            };
            let mean = names.iter().map(of).collect::<Result<_>>()?;
            Ok((names, mean))
        }
    }
}

fn numbered(n: usize) -> Vec<String> {
    (1..=n).map(|ix| ix.to_string()).collect()
}

/// Names and rows of a covariance.
fn matrix(sheet: &Sheet) -> Result<Square> {
    let first = &sheet.rows[0].1;
    let headed = first
        .iter()
        .skip(1)
        .chain(first.first().filter(|_| first.len() == 1))
        .any(|c| number(c).is_none());
    let body = &sheet.rows[usize::from(headed)..];
    let sided = !body.is_empty() && body.iter().all(|(_, cells)| number(&cells[0]).is_none());
    let mut rows = Vec::with_capacity(body.len());
    for (line, cells) in body {
        let cells = &cells[usize::from(sided)..];
        if cells.len() != body.len() {
            let said = format!("{} numbers in a covariance of {} rows", cells.len(), body.len());
            return Err(Error::data(said).place(sheet.place(*line)));
        }
        let numbers = cells.iter().map(|cell| sheet.number(*line, cell));
        rows.push(numbers.collect::<Result<Vec<f64>>>()?);
    }
    if rows.is_empty() {
        return Err(Error::data("the covariance has no row").place(sheet.file.clone()));
    }
    let names = match headed {
        // A corner cell stands above the column of names.
        true => Some(first[usize::from(first.len() > rows.len())..].to_vec()),
        false if sided => Some(body.iter().map(|(_, cells)| cells[0].clone()).collect()),
        false => None,
    };
    if let Some(names) = &names {
        let twice = names.iter().enumerate().find(|(ix, name)| names[..*ix].contains(name));
        if let Some((_, name)) = twice {
            return Err(Error::data(format!("{name} stands twice")).place(sheet.file.clone()));
        }
    }
    Ok((names, rows))
}

/// Means, with names where the file has them.
fn column(sheet: &Sheet) -> Result<Means> {
    let mut rows: Vec<(usize, &[String])> =
        sheet.rows.iter().map(|(line, cells)| (*line, cells.as_slice())).collect();
    let [(_, first), (line, second)] = rows[..] else {
        return down(sheet, &mut rows);
    };
    // A line of names above a line of numbers, unless it is a header above one asset.
    let across = first.len() == second.len()
        && first.iter().all(|c| number(c).is_none())
        && second.iter().all(|c| number(c).is_some());
    if !across || first.len() == 1 {
        return down(sheet, &mut rows);
    }
    let pair =
        |(name, cell): (&String, &String)| Ok((Some(name.clone()), sheet.number(line, cell)?));
    first.iter().zip(second).map(pair).collect()
}

fn down(sheet: &Sheet, rows: &mut Vec<(usize, &[String])>) -> Result<Means> {
    if let [(line, cells)] = rows[..]
        && cells.len() > 2
    {
        return cells.iter().map(|cell| Ok((None, sheet.number(line, cell)?))).collect();
    }
    let headed =
        rows.first().and_then(|(_, cells)| cells.last()).is_some_and(|c| number(c).is_none());
    let one = |(line, cells): &(usize, &[String])| match *cells {
        [cell] => Ok((None, sheet.number(*line, cell)?)),
        [name, cell] => Ok((Some(name.clone()), sheet.number(*line, cell)?)),
        _ => Err(Error::data("a line holds a name and a mean").place(sheet.place(*line))),
    };
    rows.iter().skip(usize::from(headed)).map(one).collect()
}

fn number(cell: &str) -> Option<f64> {
    cell.parse().ok().filter(|x: &f64| x.is_finite())
}

/// The cells of a CSV file, with the number of each line.
struct Sheet {
    file: String,
    rows: Vec<(usize, Vec<String>)>,
}

impl Sheet {
    fn read(path: &Path) -> Result<Self> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|e| {
            Error::new(Kind::Io, format!("cannot be read: {e}")).place(file.clone())
        })?;
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .comment(Some(b'#'))
            .trim(csv::Trim::All)
            .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|e| Error::data(e.to_string()).place(file.clone()))?;
            let line = record.position().map_or(0, |p| p.line() as usize);
            let cells: Vec<String> = record.iter().map(str::to_owned).collect();
            if cells.iter().any(|cell| !cell.is_empty()) {
                rows.push((line, cells));
            }
        }
        match rows.is_empty() {
            true => Err(Error::data("the file is empty").place(file)),
            false => Ok(Self { file, rows }),
        }
    }

    fn place(&self, line: usize) -> String {
        format!("{}:{line}", self.file)
    }

    fn number(&self, line: usize, cell: &str) -> Result<f64> {
        number(cell)
            .ok_or_else(|| Error::data(format!("`{cell}` is no number")).place(self.place(line)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    }

    fn read_both(means: &str, covariance: &str) -> Result<Estimates> {
        read(Some(file(means).path()), file(covariance).path())
    }

    #[test]
    fn every_layout_of_the_same_numbers_is_the_same() {
        let named = ",A,B\nA,0.04,0.01\nB,0.01,0.09\n";
        let covariances = [named, "A,B\n0.04,0.01\n0.01,0.09\n", "A,0.04,0.01\nB,0.01,0.09\n"];
        let means = [
            "asset,mean\nB,0.2\nA,0.1\n",
            "A,0.1\nB,0.2\n",
            "A,B\n0.1,0.2\n",
            "mean\n0.1\n0.2\n",
            "# two\n0.1\n0.2\n",
        ];
        let expected = read_both(means[0], named).unwrap();
        assert_eq!((expected.names.join(""), expected.mean.clone()), ("AB".into(), vec![0.1, 0.2]));
        for covariance in covariances {
            for means in means {
                assert_eq!(read_both(means, covariance).unwrap(), expected, "{means} {covariance}");
            }
        }
        let bare = read_both("0.1\n0.2\n", "0.04,0.01\n0.01,0.09\n").unwrap();
        assert_eq!(bare.names, ["1", "2"]);
        let across = read_both("0.1,0.2,0.3\n", "1,0,0\n0,1,0\n0,0,1\n").unwrap();
        assert_eq!(across.mean, [0.1, 0.2, 0.3]);
    }

    #[test]
    fn what_does_not_fit_is_named_with_its_line() {
        let said = |means, covariance| read_both(means, covariance).unwrap_err().to_string();
        assert!(said("0.1\nx\n", "1,0\n0,1\n").contains(":2: `x` is no number"));
        assert!(said("0.1\n", "1,0\n0,1\n").contains("1 means for a covariance of 2"));
        assert!(said("A,1\nC,2\n", "A,B\n1,0\n0,1\n").contains("B of the covariance has no mean"));
        assert!(said("1\n2\n", "1,0\n0\n").contains(":2: 1 numbers"));
        assert!(
            said("1\n2\n", "1,0.5\n0.4,1\n").contains("symmetric")
                || said("1\n2\n", "1,0.5\n0.4,1\n").contains("differ")
        );
        assert!(said("1\n2\n", "1,2\n2,1\n").contains("positive semi-definite"));
    }
}
