//! Small CSV files beside the prices: returns or values from elsewhere, rates, flows.
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use trimtab_core::{Calendar, Date, Error, Exchange, Frequency, Kind, Money, Result};

use crate::args::SeriesKind;

/// Numbers by date, as a file has them: one column, dates ascending.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Column {
    /// The file, for messages.
    pub(crate) file: String,
    /// The header of the column; empty without a header.
    pub(crate) name: String,
    /// The dates.
    pub(crate) dates: Vec<Date>,
    /// A number for each.
    pub(crate) numbers: Vec<f64>,
}

/// Simple returns, and the dates between which they were earned: one date more than returns.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Returns {
    pub(crate) dates: Vec<Date>,
    pub(crate) returns: Vec<f64>,
}

/// Splits `FILE:COLUMN`; a file of exactly that name wins.
pub(crate) fn split_spec(spec: &str) -> (PathBuf, Option<&str>) {
    match spec.rsplit_once(':') {
        Some((file, column)) if !Path::new(spec).exists() && !file.is_empty() => {
            (PathBuf::from(file), Some(column))
        }
        _ => (PathBuf::from(spec), None),
    }
}

impl Column {
    /// Reads the column of that name, or the only one.
    ///
    /// # Errors
    /// [`Kind::Io`] when the file cannot be read; [`Kind::Data`] with file and line when it makes no sense.
    pub(crate) fn read(path: &Path, wanted: Option<&str>) -> Result<Self> {
        let table = Table::read(path)?;
        let ix = table.choose(wanted)?;
        let mut dates: Vec<Date> = Vec::with_capacity(table.rows.len());
        let mut numbers = Vec::with_capacity(table.rows.len());
        for row in &table.rows {
            let cell = row.cells.get(ix).map_or("", |cell| cell.trim());
            if cell.is_empty() {
                continue;
            }
            let number = number(cell).ok_or_else(|| {
                Error::data(format!("`{cell}` is no number")).place(table.place(row))
            })?;
            if dates.last().is_some_and(|last| *last >= row.date) {
                return Err(Error::data(format!(
                    "{} does not come after the row before",
                    row.date
                ))
                .place(table.place(row))
                .hint("sort the rows by date and remove duplicates"));
            }
            dates.push(row.date);
            numbers.push(number);
        }
        if dates.is_empty() {
            return Err(Error::data("the file holds no number").place(table.file));
        }
        let name = table.header.get(ix).cloned().unwrap_or_default();
        Ok(Self { file: table.file, name, dates, numbers })
    }

    /// What the numbers are: as the caller says, else by the name of the column, else by the numbers.
    ///
    /// # Errors
    /// [`Kind::Data`] when nothing tells.
    pub(crate) fn kind(&self, said: Option<SeriesKind>) -> Result<SeriesKind> {
        /// Words of a header that settle the question.
        const RETURNS: [&str; 5] = ["return", "ret", "change", "pnl", "performance"];
        const VALUES: [&str; 10] = [
            "value", "equity", "close", "price", "nav", "balance", "wealth", "total", "level",
            "index",
        ];
        if let Some(said) = said {
            return Ok(said);
        }
        let name = self.name.to_lowercase();
        if RETURNS.iter().any(|word| name.contains(word)) {
            return Ok(SeriesKind::Returns);
        }
        if VALUES.iter().any(|word| name.contains(word)) {
            return Ok(SeriesKind::Values);
        }
        if self.numbers.iter().any(|x| *x <= 0.0) {
            return Ok(SeriesKind::Returns);
        }
        if self.numbers.iter().all(|x| *x >= 1.0) {
            return Ok(SeriesKind::Values);
        }
        Err(Error::data("the numbers could be returns or values")
            .place(self.file.clone())
            .hint("call the column `return` or `value`, or say --kind returns|values"))
    }

    /// As returns. The first return of a series of returns began one period earlier, by the calendar of its dates.
    ///
    /// # Errors
    /// [`Kind::Data`] when a value is not positive, or there is only one.
    pub(crate) fn returns(self, kind: SeriesKind) -> Result<Returns> {
        match kind {
            SeriesKind::Returns => {
                let first = period_before(&self.dates)?;
                let dates = std::iter::once(first).chain(self.dates).collect();
                Ok(Returns { dates, returns: self.numbers })
            }
            SeriesKind::Values => {
                if self.dates.len() < 2 {
                    return Err(Error::data("a single value has no return").place(self.file));
                }
                self.check_positive()?;
                let returns = self.numbers.windows(2).map(|v| v[1] / v[0] - 1.0).collect();
                Ok(Returns { dates: self.dates, returns })
            }
        }
    }

    fn check_positive(&self) -> Result<()> {
        match self.numbers.iter().position(|x| *x <= 0.0) {
            None => Ok(()),
            Some(ix) => {
                let said = format!("the value of {} is {}", self.dates[ix], self.numbers[ix]);
                let hint = "values are positive; are these returns? then say --kind returns";
                Err(Error::data(said).place(self.file.clone()).hint(hint))
            }
        }
    }
}

impl Returns {
    /// Grown from one unit, read on the given sessions: between its own dates the last value stands. Also the number of
    /// sessions on which the series has no date of its own.
    ///
    /// # Errors
    /// [`Kind::Data`] when the series begins after the first session or ends before the last.
    pub(crate) fn on(&self, sessions: &[Date], name: &str) -> Result<(Vec<f64>, usize)> {
        let (Some(first), Some(last)) = (self.dates.first(), self.dates.last()) else {
            return Err(Error::data(format!("{name} is empty")));
        };
        let (Some(from), Some(to)) = (sessions.first(), sessions.last()) else {
            return Err(Error::data("the run has no session"));
        };
        if first > from || last < to {
            return Err(Error::data(format!(
                "{name} reaches from {first} to {last}, the run from {from} to {to}"
            ))
            .hint("cut the run with --from and --to, or bring a longer series"));
        }
        let mut wealth = Vec::with_capacity(self.dates.len());
        let mut level = 1.0;
        wealth.push(level);
        for r in &self.returns {
            level *= 1.0 + r;
            wealth.push(level);
        }
        let mut carried = 0;
        let levels: Vec<f64> = sessions
            .iter()
            .map(|session| {
                let ix = self.dates.partition_point(|date| date <= session) - 1;
                carried += usize::from(self.dates[ix] != *session);
                wealth[ix]
            })
            .collect();
        Ok((levels.windows(2).map(|w| w[1] / w[0] - 1.0).collect(), carried))
    }
}

/// Deposits (positive) and withdrawals of a file with the columns `date` and `amount`.
///
/// # Errors
/// As [`Column::read`]; also when an amount does not fit.
pub(crate) fn flows(path: &Path) -> Result<Vec<(Date, Money)>> {
    let table = Table::read(path)?;
    let ix = table.choose(table.header.iter().any(|name| name == "amount").then_some("amount"))?;
    let mut flows = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let cell = row.cells.get(ix).map_or("", |cell| cell.trim());
        let amount = number(cell).and_then(|x| Money::round_from(x).ok()).ok_or_else(|| {
            Error::data(format!("`{cell}` is no amount of money")).place(table.place(row))
        })?;
        flows.push((row.date, amount));
    }
    Ok(flows)
}

/// Rates in percent a year as the return of cash over each period: the rate known at its beginning, actual/365.
pub(crate) fn cash_returns(rates: &Column, dates: &[Date]) -> Result<Vec<f64>> {
    let first = dates.first().copied().unwrap_or_default();
    if rates.dates.first().is_none_or(|known| *known > first) {
        return Err(Error::data(format!("no rate is known on {first}"))
            .place(rates.file.clone())
            .hint("bring rates that begin with the series, or a constant"));
    }
    let rate = |date: &Date| rates.numbers[rates.dates.partition_point(|known| known <= date) - 1];
    Ok(dates.windows(2).map(|pair| over(rate(&pair[0]), pair[0], pair[1])).collect())
}

/// What `percent` a year pays from `from` to `to`, actual/365.
pub(crate) fn over(percent: f64, from: Date, to: Date) -> f64 {
    const DAYS_A_YEAR: f64 = 365.0;
    let days = f64::from((to - from).get_days());
    percent / 100.0 * days / DAYS_A_YEAR
}

/// The end of the period before the first, as far apart as the others are.
fn period_before(dates: &[Date]) -> Result<Date> {
    let calendar = Calendar::new(dates.to_vec())?;
    let first = dates[0];
    let earlier = match calendar.frequency() {
        Frequency::Monthly => first.first_of_month().yesterday(),
        Frequency::Weekly => first.checked_sub(jiff::Span::new().days(7)),
        Frequency::Daily => Ok(Exchange::Weekdays.previous_session(first)),
    };
    earlier.map_err(|_| Error::data(format!("nothing comes before {first}")))
}

struct Table {
    file: String,
    header: Vec<String>,
    rows: Vec<Row>,
}

struct Row {
    line: u64,
    date: Date,
    cells: Vec<String>,
}

impl Table {
    fn read(path: &Path) -> Result<Self> {
        let file = path.display().to_string();
        let text = text_of(path)?;
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let (mut header, mut rows) = (Vec::new(), Vec::new());
        for (ix, record) in reader.records().enumerate() {
            let record =
                record.map_err(|error| Error::data(error.to_string()).place(file.clone()))?;
            let line = record.position().map_or(0, csv::Position::line);
            let cells: Vec<String> = record.iter().map(str::to_owned).collect();
            let first = cells.first().map_or("", |cell| cell.trim());
            match date(first) {
                Some(date) => rows.push(Row { line, date, cells }),
                None if ix == 0 => header = cells.iter().map(|c| c.trim().to_owned()).collect(),
                None => {
                    return Err(Error::data(format!("`{first}` is no date"))
                        .place(format!("{file}:{line}"))
                        .hint("the first column holds dates such as 2004-01-31"));
                }
            }
        }
        Ok(Self { file, header, rows })
    }

    /// The column asked for, or the only one beside the dates.
    fn choose(&self, wanted: Option<&str>) -> Result<usize> {
        let names =
            || self.header.iter().skip(1).map(String::as_str).collect::<Vec<_>>().join(", ");
        if let Some(wanted) = wanted {
            return self
                .header
                .iter()
                .skip(1)
                .position(|name| name == wanted)
                .map(|ix| ix + 1)
                .ok_or_else(|| {
                    Error::data(format!("there is no column `{wanted}`"))
                        .place(self.file.clone())
                        .hint(format!("its columns are {}", names()))
                });
        }
        let width = self
            .rows
            .iter()
            .map(|row| row.cells.len())
            .chain([self.header.len()])
            .max()
            .unwrap_or(0);
        match width {
            0 | 1 => Err(Error::data("the file has no column of numbers beside its dates")
                .place(self.file.clone())),
            2 => Ok(1),
            _ => Err(Error::data(format!("any of {} columns could be meant", width - 1))
                .place(self.file.clone())
                .hint(format!("write FILE:COLUMN; its columns are {}", names()))),
        }
    }

    fn place(&self, row: &Row) -> String {
        format!("{}:{}", self.file, row.line)
    }
}

fn text_of(path: &Path) -> Result<String> {
    const GZIP: [u8; 2] = [0x1f, 0x8b];
    let failed = |error: std::io::Error| {
        Error::new(Kind::Io, error.to_string()).place(path.display().to_string())
    };
    let bytes = std::fs::read(path).map_err(failed)?;
    let mut text = String::new();
    match bytes.starts_with(&GZIP) {
        true => MultiGzDecoder::new(bytes.as_slice()).read_to_string(&mut text).map_err(failed)?,
        false => bytes.as_slice().read_to_string(&mut text).map_err(failed)?,
    };
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

/// `2004-01-31`, `20040131`, `2004-01` (its last day), or a timestamp whose day counts.
fn date(cell: &str) -> Option<Date> {
    if cell.len() == 7 && cell.as_bytes()[4] == b'-' {
        return format!("{cell}-01").parse::<Date>().ok().map(Date::last_of_month);
    }
    let day = match cell.as_bytes().get(10) {
        Some(b' ' | b'T') => cell.get(..10)?,
        _ => cell,
    };
    day.parse().ok()
}

/// A finite number, or a percentage.
fn number(cell: &str) -> Option<f64> {
    let (text, unit) = match cell.strip_suffix('%') {
        Some(text) => (text.trim(), 100.0),
        None => (cell, 1.0),
    };
    text.parse().ok().map(|x: f64| x / unit).filter(|x| x.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    }

    fn column(text: &str) -> Result<Column> {
        Column::read(file(text).path(), None)
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn values_and_returns_of_one_curve_agree() {
        let values = column("date,value\n2020-01-31,100\n2020-02-29,110\n2020-03-31,99\n").unwrap();
        let kind = values.kind(None).unwrap();
        assert_eq!(kind, SeriesKind::Values);
        let from_values = values.returns(kind).unwrap();
        let returns = column("month,ret\n2020-02,10%\n2020-03,-0.1\n").unwrap();
        let kind = returns.kind(None).unwrap();
        let from_returns = returns.returns(kind).unwrap();
        assert_eq!(from_values.dates, from_returns.dates);
        for (a, b) in from_values.returns.iter().zip(&from_returns.returns) {
            assert!((a - b).abs() < 1e-15);
        }
    }

    #[test]
    fn what_cannot_be_told_is_asked() {
        let odd = column("2020-01-31,0.5\n2020-02-29,0.6\n").unwrap();
        assert!(odd.kind(None).unwrap_err().to_string().contains("--kind"));
        let two = column("date,a,b\n2020-01-31,1,2\n").unwrap_err();
        assert!(two.advice().unwrap().contains("a, b"), "{two}");
        let late = column("date,a\n2020-01-31,1\nyesterday,2\n").unwrap_err();
        assert!(late.to_string().contains(":3: `yesterday` is no date"), "{late}");
        assert!(
            column("date,a\n2020-01-31,x\n")
                .unwrap_err()
                .to_string()
                .contains(":2: `x` is no number")
        );
        assert!(
            column("2020-02-01,1\n2020-01-31,1\n")
                .unwrap_err()
                .to_string()
                .contains("does not come after")
        );
    }

    #[test]
    fn sessions_without_a_date_carry_the_last_value() {
        let curve = column("date,value\n2020-01-31,100\n2020-02-29,110\n2020-03-31,99\n").unwrap();
        let curve = curve.returns(SeriesKind::Values).unwrap();
        let sessions = [day("2020-01-31"), day("2020-02-10"), day("2020-03-31")];
        let (returns, carried) = curve.on(&sessions, "x").unwrap();
        assert_eq!(carried, 1);
        assert!(returns[0] == 0.0 && (returns[1] + 0.01).abs() < 1e-15);
        assert!(curve.on(&[day("2019-12-31"), day("2020-03-31")], "x").is_err());
    }

    #[test]
    fn rates_pay_by_the_day() {
        let rates = column("date,rate\n2020-01-01,3.65\n2020-01-11,7.30\n").unwrap();
        let dates = [day("2020-01-01"), day("2020-01-11"), day("2020-01-12")];
        let cash = cash_returns(&rates, &dates).unwrap();
        assert!((cash[0] - 0.001).abs() < 1e-15 && (cash[1] - 0.0002).abs() < 1e-15);
        assert!(cash_returns(&rates, &[day("2019-12-31"), day("2020-01-11")]).is_err());
    }

    #[test]
    fn a_packed_file_reads_like_a_plain_one() {
        use std::io::Write;
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(b"date,value\n2020-01-31,1\n").unwrap();
        std::fs::write(file.path(), packer.finish().unwrap()).unwrap();
        assert_eq!(Column::read(file.path(), None).unwrap().numbers, [1.0]);
    }
}
