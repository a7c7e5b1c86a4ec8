//! Any table as Parquet.
use trimtab_core::{Error, Result};

use crate::export::{Cells, Columns, Format};

/// A table of text as a Parquet file. A column all of whose cells are numbers or empty becomes doubles, an empty cell a null;
/// any other stays text.
///
/// # Errors
/// [`trimtab_core::Kind::Data`] when columns have different lengths, or there is no row.
pub fn parquet(names: &[String], columns: Vec<Vec<String>>) -> Result<Vec<u8>> {
    let rows = columns.first().map_or(0, Vec::len);
    if rows == 0 || columns.iter().any(|c| c.len() != rows) || columns.len() != names.len() {
        return Err(Error::data("a table without rows, or with columns of different lengths"));
    }
    let cells = |column: Vec<String>| {
        let number = |cell: &String| match cell.is_empty() {
            true => Some(f64::NAN),
            false => cell.parse::<f64>().ok().filter(|x| x.is_finite()),
        };
        match column.iter().map(number).collect::<Option<Vec<f64>>>() {
            Some(numbers) if column.iter().any(|cell| !cell.is_empty()) => Cells::Numbers(numbers),
            _ => Cells::Texts(column),
        }
    };
    let columns = columns.into_iter().map(cells).collect();
    Format::Parquet.bytes(&Columns { names: names.to_vec(), columns })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::parquet::file::reader::FileReader;
    use ::parquet::file::serialized_reader::SerializedFileReader;

    #[test]
    fn numbers_are_doubles_and_the_rest_is_text() {
        let names = ["a.n", "every", "sharpe", "error"].map(str::to_owned);
        let column = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let columns = vec![
            column(["100", "150", "200"]),
            column(["month", "1", "year"]),
            column(["0.1", "", "2.5e2"]),
            column(["", "", ""]),
        ];
        let bytes = parquet(&names, columns.clone()).unwrap();
        let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
        let rows: Vec<String> =
            reader.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect();
        assert_eq!(rows[0], "{a.n: 100.0, every: \"month\", sharpe: 0.1, error: \"\"}");
        assert!(rows[1].contains("every: \"1\", sharpe: null"), "{}", rows[1]);
        assert!(rows[2].contains("sharpe: 250.0"), "{}", rows[2]);
        assert!(parquet(&names, vec![Vec::new(); 4]).is_err());
        assert!(parquet(&names[..1], columns).is_err());
    }
}
