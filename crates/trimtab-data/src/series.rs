//! Tables of readings become series of facts: each reading gets the day on which the world learned it.
use std::path::PathBuf;
use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::Date;
use trimtab_core::{Error, Fact, Kind, Result, Series, Unit};

use crate::dates;
use crate::file;
use crate::history::History;
use crate::layout::{Role, Shape};
use crate::notice::{Log, NoticeKind};
use crate::table::Table;

/// The name of the series that is the risk-free rate.
pub const BILLS: &str = "bills";

/// Yahoo's ticker for the yield of the 13-week Treasury bill, in percent a year.
pub(crate) const BILLS_TICKER: &str = "^IRX";

/// A file of readings that the caller calls a series.
///
/// Written `[NAME=]PATH[:COLUMN][+DAYS]`: `unemployment=macro/UNRATE.csv+7` is published seven days after
/// the month it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesFile {
    /// Where it is.
    pub path: PathBuf,
    /// Which column; not needed when the file has only one.
    pub column: Option<String>,
    /// What strategies call it; else the column's or the file's name.
    pub name: Option<String>,
    /// Civil days from the end of the period to publication; else a cautious default by frequency.
    pub delay_days: Option<u32>,
    /// What its numbers mean.
    pub unit: Unit,
}

impl SeriesFile {
    /// The risk-free rate in percent a year, written `PATH[:COLUMN][+DAYS]`.
    ///
    /// # Errors
    /// [`Kind::Usage`] when the words cannot be read.
    pub fn bills(words: &str) -> Result<Self> {
        let file: Self = words.parse()?;
        Ok(Self { name: Some(BILLS.to_owned()), unit: Unit::PercentPerYear, ..file })
    }
}

impl FromStr for SeriesFile {
    type Err = Error;
    fn from_str(words: &str) -> Result<Self> {
        let usage = |said: &str| {
            Error::new(Kind::Usage, format!("`{words}`: {said}"))
                .hint("a series is written [NAME=]PATH[:COLUMN][+DAYS]")
        };
        // An `=` or `+` may also stand within a path; only what can be meant otherwise is taken off.
        let (name, rest) = match words.split_once('=') {
            Some((name, rest)) if !name.contains(['/', '\\', '.']) && !name.is_empty() => {
                (Some(name.to_owned()), rest)
            }
            _ => (None, words),
        };
        let (rest, delay_days) = match rest.rsplit_once('+') {
            Some((path, days)) if !days.is_empty() && days.bytes().all(|b| b.is_ascii_digit()) => {
                let days = days.parse().ok().filter(|d| *d <= DELAY_MAX);
                (path, Some(days.ok_or_else(|| usage("the delay is longer than ten years"))?))
            }
            _ => (rest, None),
        };
        let (path, column) = match rest.rsplit_once(':') {
            // A drive letter is no path, and a column has no slash in it.
            Some((path, column)) if path.len() > 1 && !column.contains(['/', '\\']) => {
                (path, Some(column.to_owned()).filter(|c| !c.is_empty()))
            }
            _ => (rest, None),
        };
        if path.is_empty() {
            return Err(usage("it names no file"));
        }
        let unit = match name.as_deref() {
            Some(BILLS) => Unit::PercentPerYear,
            _ => Unit::Level,
        };
        Ok(Self { path: PathBuf::from(path), column, name, delay_days, unit })
    }
}

/// Ten years: later than any figure is published.
const DELAY_MAX: u32 = 3653;

/// Readings before they are facts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Readings {
    pub(crate) name: String,
    /// Date as written, when known if the table says so, value, line.
    pub(crate) rows: Vec<(Date, Option<Date>, f64, u32)>,
}

impl Readings {
    /// The closes of a history as readings, for yields that stand among prices.
    pub(crate) fn of_prices(name: &str, history: History) -> Self {
        let rows = history.dates.iter().zip(history.close()).zip(&history.lines);
        let rows = rows.filter(|((_, value), _)| !value.is_nan());
        let rows = rows.map(|((date, value), line)| (*date, None, *value, *line)).collect();
        Self { name: name.to_owned(), rows }
    }
}

/// The series of a table; `file` names those that the table leaves nameless.
pub(crate) fn readings(table: &Table, file: &str) -> Vec<Readings> {
    match table.layout.shape {
        Shape::Readings => columns(table, file),
        Shape::Facts => facts(table, file),
        Shape::Single | Shape::Long | Shape::Wide => Vec::new(),
    }
}

fn columns(table: &Table, file: &str) -> Vec<Readings> {
    let column = |(ix, role): (usize, Role)| {
        let Role::Value(slot) = role else { return None };
        let named = table.layout.symbols.get(usize::from(slot)).filter(|name| !name.is_empty());
        let name = named.cloned().unwrap_or_else(|| file::stem(file).to_owned());
        let rows = table.column(ix).enumerate().filter(|(_, value)| !value.is_nan());
        let rows = rows.map(|(row, value)| (table.dates[row], None, value, table.lines[row]));
        Some(Readings { name, rows: rows.collect() })
    };
    table.layout.numbers().into_iter().enumerate().filter_map(column).collect()
}

fn facts(table: &Table, file: &str) -> Vec<Readings> {
    let vintages = table.layout.roles.contains(&Role::Vintage);
    let names = match table.names.is_empty() {
        true => vec![file::stem(file).to_owned()],
        false => table.names.clone(),
    };
    let start = |name| Readings { name, rows: Vec::new() };
    let mut all: Vec<Readings> = names.into_iter().map(start).collect();
    for (row, value) in table.column(0).enumerate().filter(|(_, value)| !value.is_nan()) {
        let known = match vintages {
            // The archive of month m is complete when m is over.
            true => following_month(table.known[row]),
            false => table.known[row],
        };
        let id = table.ids.get(row).map_or(0, |id| *id as usize);
        all[id].rows.push((table.dates[row], Some(known), value, table.lines[row]));
    }
    all
}

/// Facts of readings. The period of a reading is inferred from the spacing of the dates; its publication from the
/// table, the caller's delay, or a cautious default.
///
/// # Errors
/// When two readings of one period become known on one day.
pub(crate) fn series(
    mut readings: Readings,
    delay_days: Option<u32>,
    unit: Unit,
    file: &str,
    log: &mut Log,
) -> Result<Series> {
    let name = std::mem::take(&mut readings.name);
    let mut dates: Vec<Date> = readings.rows.iter().map(|row| row.0).collect();
    dates.sort_unstable();
    dates.dedup();
    let period = Period::of(&dates);
    let dated = readings.rows.iter().any(|row| row.1.is_some());
    let delay = delay_days.unwrap_or_else(|| period.delay_days(unit));
    if !dated && delay_days.is_none() && delay > 0 {
        let text = format!(
            "the file does not say when its {} readings were published: {delay} days after the period are assumed",
            period.word()
        );
        log.say(NoticeKind::Assumed, &name, text);
    }
    if !dated && period.revised() {
        let text = "readings are those of one revision, which the world did not have at the time";
        log.say(NoticeKind::Lost, &name, text);
    }
    let mut facts = Vec::with_capacity(readings.rows.len());
    for (date, known, value, line) in readings.rows {
        let (about, known) = match (period.end(date), known) {
            // A first estimate may be out before its period is over; it is about what it could see.
            (end, Some(known)) => (end.min(known.max(date)), known),
            (end, None) => (end, dates::plus_days(end, delay)),
        };
        facts.push((Fact { about, known, value }, line));
    }
    facts.sort_by_key(|(fact, line)| (fact.known, fact.about, *line));
    let same = |a: &Fact, b: &Fact| (a.known, a.about) == (b.known, b.about);
    if let Some(pair) = facts.windows(2).find(|p| same(&p[0].0, &p[1].0)) {
        let said = format!(
            "{name}: line {} has a reading about {} that became known on {}, and so has this line",
            pair[0].1, pair[1].0.about, pair[1].0.known
        );
        return Err(Error::data(said)
            .place(format!("{file}:{}", pair[1].1))
            .hint("remove one of them"));
    }
    if let Some((fact, line)) = facts.iter().find(|(fact, _)| fact.known < fact.about) {
        let said = format!("{name}: {} was known on {}, before it ended", fact.about, fact.known);
        return Err(Error::data(said)
            .place(format!("{file}:{line}"))
            .hint("`known` is the day of publication"));
    }
    Series::new(name, unit, facts.into_iter().map(|(fact, _)| fact).collect())
        .map_err(|error| error.place(file))
}

/// How far apart readings lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Period {
    Day,
    Week,
    /// Dated by its first day, or by another.
    Month(bool),
    Quarter(bool),
    Year(bool),
}

impl Period {
    /// From the median distance of sorted dates, and whether all stand on the first day of a month.
    fn of(dates: &[Date]) -> Self {
        let days = |p: &[Date]| dates::epoch_days(p[1]) - dates::epoch_days(p[0]);
        let mut gaps: Vec<i32> = dates.windows(2).map(days).collect();
        gaps.sort_unstable();
        let first = dates.iter().all(|date| date.day() == 1);
        match gaps.get(gaps.len().saturating_sub(1) / 2) {
            None | Some(0..=4) => Period::Day,
            Some(5..=15) => Period::Week,
            Some(16..=60) => Period::Month(first),
            Some(61..=200) => Period::Quarter(first),
            Some(_) => Period::Year(first),
        }
    }

    /// The last day of the period that begins on `date`; `date` itself where dates are not those of a beginning.
    fn end(self, date: Date) -> Date {
        let months = match self {
            Period::Month(true) => 1,
            Period::Quarter(true) => 3,
            Period::Year(true) => 12,
            _ => return date,
        };
        date.saturating_add(months.months()).saturating_sub(1.day())
    }

    /// Days until publication that no statistic in wide use exceeds by much: the next day for markets, a week for
    /// weekly counts, a month for monthly figures, a quarter for quarterly ones.
    fn delay_days(self, unit: Unit) -> u32 {
        match (self, unit) {
            // The rate at which cash is lent overnight is agreed on that day.
            (Period::Day, Unit::PercentPerYear) => 0,
            (_, Unit::PercentPerYear) | (Period::Day, _) => 1,
            (Period::Week, _) => 7,
            (Period::Month(_), _) => 31,
            (Period::Quarter(_), _) => 92,
            (Period::Year(_), _) => 366,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Period::Day => "daily",
            Period::Week => "weekly",
            Period::Month(_) => "monthly",
            Period::Quarter(_) => "quarterly",
            Period::Year(_) => "yearly",
        }
    }

    /// Whether figures of this frequency are usually revised.
    fn revised(self) -> bool {
        !matches!(self, Period::Day)
    }
}

fn following_month(date: Date) -> Date {
    date.first_of_month().saturating_add(1.month())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Expect;
    use jiff::civil::date;

    fn read(text: &str, delay: Option<u32>) -> (Vec<Series>, Vec<String>) {
        let table = Table::read("x.csv", text.as_bytes(), Expect::Readings).unwrap();
        let mut log = Log::default();
        let unit = Unit::Level;
        let all = readings(&table, "dir/UNRATE.csv").into_iter();
        let all =
            all.map(|r| series(r, delay, unit, "dir/UNRATE.csv", &mut log).unwrap()).collect();
        (all, log.notices().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn months_end_before_they_are_known() {
        let text = "Date,Value\n2008-07-01,5.7\n2008-08-01,.\n2008-09-01,6.1\n2008-10-01,6.5\n";
        let (series, notices) = read(text, Some(7));
        assert_eq!(series[0].name(), "UNRATE");
        let expected = Fact { about: date(2008, 7, 31), known: date(2008, 8, 7), value: 5.7 };
        assert_eq!((series[0].facts()[0], series[0].facts().len()), (expected, 3));
        assert!(notices.len() == 1 && notices[0].contains("one revision"), "{notices:?}");
        let (series, notices) = read(text, None);
        assert_eq!(series[0].facts()[0].known, date(2008, 8, 31));
        assert!(
            notices.iter().any(|n| n.contains("31 days after the period are assumed")),
            "{notices:?}"
        );
    }

    #[test]
    fn a_table_with_publication_dates_is_taken_at_its_word() {
        let text = "series,about,known,value\nCPI,2008-07-31,2008-08-14,219\nGDP,2008-06-30,2008-07-31,1\n\
                    CPI,2008-07-31,2008-09-16,219.1\n";
        let (series, notices) = read(text, None);
        assert_eq!(series.iter().map(Series::name).collect::<Vec<_>>(), ["CPI", "GDP"]);
        assert_eq!(series[0].facts()[1].known, date(2008, 9, 16));
        assert!(notices.is_empty(), "{notices:?}");
    }

    #[test]
    fn a_vintage_is_known_when_its_month_is_over() {
        let text = "series,obs,vintage,value\nRPI,1999-06,1999-08,1\nRPI,1999-07,1999-08,2\nRPI,1999-06,1999-09,1.5\n";
        let (series, _) = read(text, None);
        let first = Fact { about: date(1999, 6, 30), known: date(1999, 9, 1), value: 1.0 };
        assert_eq!(series[0].facts()[0], first);
        assert_eq!(series[0].facts().len(), 3);
    }

    #[test]
    fn words_of_the_command_line() {
        let parse = |words: &str| words.parse::<SeriesFile>();
        let full = parse("hike=dir/x.csv:P+3").unwrap();
        assert_eq!((full.name.as_deref(), full.column.as_deref()), (Some("hike"), Some("P")));
        assert_eq!((full.path, full.delay_days), (PathBuf::from("dir/x.csv"), Some(3)));
        let plain = parse("C:\\data\\x.csv").unwrap();
        assert_eq!((plain.path, plain.column), (PathBuf::from("C:\\data\\x.csv"), None));
        assert_eq!(parse("a=b/x+y.csv").unwrap().path, PathBuf::from("b/x+y.csv"));
        let bills = SeriesFile::bills("wide.csv:^IRX").unwrap();
        assert_eq!((bills.name.as_deref(), bills.unit), (Some("bills"), Unit::PercentPerYear));
        assert!(parse("x=+3").is_err() && parse("x.csv+99999").is_err());
    }

    #[test]
    fn two_readings_of_one_period_are_refused_by_line() {
        let table = Table::read(
            "x.csv",
            b"date,value\n2018-01-02,1\n2018-01-03,2\n2018-01-02,3\n",
            Expect::Any,
        )
        .unwrap();
        let all = readings(&table, "x.csv").remove(0);
        let error =
            series(all, None, Unit::Level, "x.csv", &mut Log::default()).unwrap_err().to_string();
        assert!(error.starts_with("x.csv:4: x: line 2 has"), "{error}");
    }

    #[test]
    fn a_reading_known_before_its_period_is_refused_by_line() {
        let text = b"series,about,known,value\nbills,2018-01-01,2018-01-02,1.4\nbills,2118-01-01,2018-01-02,1.4\n";
        let error = crate::parse_bytes("rates.csv", text).unwrap_err().to_string();
        assert!(error.starts_with("rates.csv:3: "), "{error}");
    }
}
