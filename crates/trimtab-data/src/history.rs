//! One symbol's rows as one file has them.
use std::sync::Arc;

use jiff::civil::Date;

use crate::layout::{Field, Meaning, Role, Shape, Vendor};
use crate::store::Bars;
use crate::table::Table;

/// One symbol's rows as one file has them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct History {
    pub(crate) symbol: String,
    pub(crate) file: Arc<str>,
    pub(crate) vendor: Vendor,
    pub(crate) meaning: Meaning,
    pub(crate) lines: Vec<u32>,
    pub(crate) dates: Vec<Date>,
    /// By [`Field`]; empty where the file has no such column, else as long as `dates`.
    fields: [Vec<f64>; Field::COUNT],
    /// The file's column of each field, counted from 1.
    columns: [u32; Field::COUNT],
}

impl History {
    /// The values of a field; empty when the file has no such column.
    pub(crate) fn field(&self, field: Field) -> &[f64] {
        &self.fields[field as usize]
    }
    /// The values of a field, to be mended.
    pub(crate) fn field_mut(&mut self, field: Field) -> &mut Vec<f64> {
        &mut self.fields[field as usize]
    }
    /// Whether the file has such a column.
    pub(crate) fn has(&self, field: Field) -> bool {
        !self.fields[field as usize].is_empty()
    }
    /// The file's column of a field, counted from 1.
    pub(crate) fn column(&self, field: Field) -> u32 {
        self.columns[field as usize]
    }
    /// The closes.
    pub(crate) fn close(&self) -> &[f64] {
        self.field(Field::Close)
    }
    /// The number of rows.
    pub(crate) fn len(&self) -> usize {
        self.dates.len()
    }

    /// The rows in the order of these indices; those not named are left out.
    pub(crate) fn pick(&mut self, rows: &[usize]) {
        self.lines = rows.iter().map(|ix| self.lines[*ix]).collect();
        self.dates = rows.iter().map(|ix| self.dates[*ix]).collect();
        for field in self.fields.iter_mut().filter(|f| !f.is_empty()) {
            *field = rows.iter().map(|ix| field[*ix]).collect();
        }
    }

    /// The rows turned around.
    pub(crate) fn reverse(&mut self) {
        self.lines.reverse();
        self.dates.reverse();
        self.fields.iter_mut().for_each(|field| field.reverse());
    }

    /// The rows of a store's entry.
    pub(crate) fn of(mut bars: Bars, symbol: String, file: &str, meaning: Meaning) -> Self {
        /// Where [`Bars::fields_mut`] has each field.
        const ORDER: [Field; 7] = [
            Field::Open,
            Field::High,
            Field::Low,
            Field::Close,
            Field::Volume,
            Field::Dividend,
            Field::Split,
        ];
        let dates = std::mem::take(&mut bars.dates);
        let (mut fields, mut columns): ([Vec<f64>; Field::COUNT], _) =
            (Default::default(), [0; Field::COUNT]);
        for ((ix, field), values) in (2..).zip(ORDER).zip(bars.fields_mut()) {
            fields[field as usize] = std::mem::take(values);
            columns[field as usize] = ix;
        }
        let lines = (1..=dates.len() as u32).collect();
        let (file, vendor) = (Arc::from(file), Vendor::Trimtab);
        Self { symbol, file, vendor, meaning, lines, dates, fields, columns }
    }

    fn empty(table: &Table, symbol: &str, file: &Arc<str>) -> Self {
        Self {
            symbol: symbol.to_owned(),
            file: Arc::clone(file),
            vendor: table.layout.vendor,
            meaning: table.layout.meaning,
            lines: Vec::new(),
            dates: Vec::new(),
            fields: Default::default(),
            columns: [0; Field::COUNT],
        }
    }
}

/// The histories of a price table; none for tables of series. `symbol` is what the file's name says.
pub(crate) fn histories(table: &Table, file: &Arc<str>, symbol: &str) -> Vec<History> {
    match table.layout.shape {
        Shape::Single => vec![single(table, file, symbol)],
        Shape::Long => long(table, file),
        Shape::Wide => wide(table, file),
        Shape::Readings | Shape::Facts => Vec::new(),
    }
}

fn single(table: &Table, file: &Arc<str>, symbol: &str) -> History {
    let mut history = History::empty(table, symbol, file);
    history.lines.clone_from(&table.lines);
    history.dates.clone_from(&table.dates);
    for (ix, role) in table.layout.numbers().into_iter().enumerate() {
        if let Role::Price(field, _) = role {
            history.fields[field as usize] = table.column(ix).collect();
            history.columns[field as usize] = table.layout.number_column(ix);
        }
    }
    history
}

fn long(table: &Table, file: &Arc<str>) -> Vec<History> {
    let mut counts = vec![0; table.names.len()];
    for id in &table.ids {
        counts[*id as usize] += 1;
    }
    let fields: Vec<(usize, Field)> =
        number_fields(table).map(|(ix, field, _)| (ix, field)).collect();
    let start = |(name, count): (&String, &usize)| {
        // Stooq's tickers carry their exchange.
        let ticker = match table.layout.vendor {
            Vendor::Stooq => name.strip_suffix(".US").unwrap_or(name),
            _ => name,
        };
        let mut history = History::empty(table, ticker, file);
        history.lines.reserve(*count);
        history.dates.reserve(*count);
        for (ix, field) in &fields {
            history.fields[*field as usize].reserve(*count);
            history.columns[*field as usize] = table.layout.number_column(*ix);
        }
        history
    };
    let mut histories: Vec<History> = table.names.iter().zip(&counts).map(start).collect();
    let width = table.width();
    for (row, id) in table.ids.iter().enumerate() {
        let history = &mut histories[*id as usize];
        history.lines.push(table.lines[row]);
        history.dates.push(table.dates[row]);
        for (ix, field) in &fields {
            history.fields[*field as usize].push(table.numbers[row * width + ix]);
        }
    }
    histories.retain(|h| h.len() > 0);
    histories
}

fn wide(table: &Table, file: &Arc<str>) -> Vec<History> {
    let mut histories: Vec<History> =
        table.layout.symbols.iter().map(|symbol| History::empty(table, symbol, file)).collect();
    let mut groups = vec![Vec::new(); histories.len()];
    for (ix, field, slot) in number_fields(table) {
        histories[slot].columns[field as usize] = table.layout.number_column(ix);
        groups[slot].push((ix, field));
    }
    let width = table.width();
    for (history, group) in histories.iter_mut().zip(&groups) {
        let present = |row: &[f64]| group.iter().any(|(ix, _)| !row[*ix].is_nan());
        let rows = table.numbers.chunks_exact(width.max(1)).enumerate();
        let rows: Vec<usize> = rows.filter(|(_, row)| present(row)).map(|(ix, _)| ix).collect();
        history.lines = rows.iter().map(|row| table.lines[*row]).collect();
        history.dates = rows.iter().map(|row| table.dates[*row]).collect();
        for (ix, field) in group {
            let column = rows.iter().map(|row| table.numbers[row * width + ix]);
            history.fields[*field as usize] = column.collect();
        }
    }
    histories
}

fn number_fields(table: &Table) -> impl Iterator<Item = (usize, Field, usize)> {
    let numbers = table.layout.numbers().into_iter().enumerate();
    numbers.filter_map(|(ix, role)| match role {
        Role::Price(field, slot) => Some((ix, field, usize::from(slot))),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Expect;

    fn read(text: &str) -> Vec<History> {
        let table = Table::read("x.csv", text.as_bytes(), Expect::Any).unwrap();
        histories(&table, &Arc::from("x.csv"), "X")
    }

    #[test]
    fn single_long_and_wide_tables_hold_the_same() {
        let single = read("date,close\n2018-01-02,1\n2018-01-03,2\n");
        let long = read("date,ticker,close\n2018-01-02,X,1\n2018-01-02,Y,5\n2018-01-03,X,2\n");
        let wide = read("date,Y,X\n2018-01-02,5,1\n2018-01-03,,2\n");
        for (history, line) in [(&single[0], 3), (&long[0], 4), (&wide[1], 3)] {
            assert_eq!((history.symbol.as_str(), history.close()), ("X", &[1.0, 2.0][..]));
            assert_eq!((&*history.file, history.lines[1]), ("x.csv", line));
        }
        for history in [&long[1], &wide[0]] {
            assert_eq!((history.symbol.as_str(), history.close()), ("Y", &[5.0][..]));
        }
        assert_eq!((wide[1].column(Field::Close), long[0].column(Field::Close)), (3, 3));
    }
}
