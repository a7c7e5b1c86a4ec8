//! Tables of readings become series of facts: each reading gets the day on which the world learned it.
use std::collections::{BTreeMap, BTreeSet};
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
use crate::releases::{self, Release};
use crate::table::Table;

/// The name of the series that is the risk-free rate.
pub const BILLS: &str = "bills";

/// Ends the name of the series that holds what was expected of another: `UNRATE-expected`.
pub const EXPECTATION: &str = "-expected";

/// The slot of the column that holds expectations; the value has slot 0.
pub(crate) const FORECAST: u16 = 1;

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
    /// Civil days from the end of the period to publication, where the file does not say; else what is documented of the
    /// series, else a cautious default by frequency.
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
    /// What its source calls it.
    pub(crate) id: String,
    /// What was taken for granted about its dates, in a sentence.
    pub(crate) assumed: Option<String>,
    /// Date as written, when known if the table says so, value, line.
    pub(crate) rows: Vec<(Date, Option<Date>, f64, u32)>,
}

impl Readings {
    pub(crate) fn new(name: &str, rows: Vec<(Date, Option<Date>, f64, u32)>) -> Self {
        Self { name: name.to_owned(), id: name.to_owned(), assumed: None, rows }
    }

    /// Whether these are what was expected of another series.
    pub(crate) fn is_forecast(&self) -> bool {
        self.name.ends_with(EXPECTATION)
    }

    /// The closes of a history as readings, for yields that stand among prices.
    pub(crate) fn of_prices(name: &str, history: History) -> Self {
        let rows = history.dates.iter().zip(history.close()).zip(&history.lines);
        let rows = rows.filter(|((_, value), _)| !value.is_nan());
        let rows = rows.map(|((date, value), line)| (*date, None, *value, *line)).collect();
        Self::new(name, rows)
    }

    /// The series and the day of a column that holds one vintage, as ALFRED names them: `UNRATE_20080905`.
    fn vintage(&self) -> Option<(&str, Date)> {
        let (id, day) = self.name.rsplit_once('_')?;
        let digits = day.len() == 8 && day.bytes().all(|b| b.is_ascii_digit());
        let known = dates::parse_one(day.as_bytes()).filter(|_| digits && !id.is_empty())?;
        Some((id, known))
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
        Some(Readings::new(&name, rows.collect()))
    };
    let all: Vec<Readings> =
        table.layout.numbers().into_iter().enumerate().filter_map(column).collect();
    match all.iter().all(|readings| readings.vintage().is_some()) {
        true => vintages(&all),
        false => all,
    }
}

/// Columns that are vintages of a series, joined: a reading is kept where a vintage brought or changed it.
fn vintages(columns: &[Readings]) -> Vec<Readings> {
    let mut by_id: BTreeMap<&str, BTreeMap<Date, &Readings>> = BTreeMap::new();
    for (column, (id, known)) in columns.iter().filter_map(|c| Some((c, c.vintage()?))) {
        by_id.entry(id).or_default().insert(known, column);
    }
    let joined = |(id, columns): (&str, BTreeMap<Date, &Readings>)| {
        let (mut newest, mut rows) = (BTreeMap::new(), Vec::new());
        for (known, column) in columns {
            for (date, _, value, line) in &column.rows {
                if newest.insert(*date, *value) != Some(*value) {
                    rows.push((*date, Some(known), *value, *line));
                }
            }
        }
        Readings::new(id, rows)
    };
    by_id.into_iter().map(joined).collect()
}

fn facts(table: &Table, file: &str) -> Vec<Readings> {
    let names = match table.names.is_empty() {
        true => vec![file::stem(file).to_owned()],
        false => table.names.clone(),
    };
    let mut all: Vec<Readings> = names.iter().map(|name| Readings::new(name, Vec::new())).collect();
    // The value, and beside it what was expected, which is known with the value at the latest.
    let forecast = |role: &Role| *role == Role::Value(FORECAST);
    let numbers = table.layout.numbers();
    if numbers.iter().any(forecast) {
        let named = |name: &String| Readings::new(&format!("{name}{EXPECTATION}"), Vec::new());
        all.extend(names.iter().map(named));
    }
    for (ix, role) in numbers.iter().enumerate() {
        let first = if forecast(role) { names.len() } else { 0 };
        for (row, value) in table.column(ix).enumerate().filter(|(_, value)| !value.is_nan()) {
            let id = first + table.ids.get(row).map_or(0, |id| *id as usize);
            all[id].rows.push((table.dates[row], Some(table.known[row]), value, table.lines[row]));
        }
    }
    all.retain(|readings| !readings.is_forecast() || !readings.rows.is_empty());
    let vintages = table.layout.roles.contains(&Role::Vintage);
    for readings in &mut all {
        let quarters = !vintages && names_quarters(readings);
        if quarters {
            let said = "its days of publication are all the first of a quarter: they name the quarter, which is over three \
                        months later";
            readings.assumed = Some(said.to_owned());
        }
        let months = if quarters { 3 } else { i64::from(vintages) };
        // What was archived or printed in the course of a period is complete when the period is over.
        let over = |known: Date| known.first_of_month().saturating_add(months.months());
        for known in readings.rows.iter_mut().filter(|_| months > 0).filter_map(|r| r.1.as_mut()) {
            *known = over(*known);
        }
    }
    all
}

/// Whether the days of publication name the quarter of a vintage and not a day: nothing is printed on the first day of
/// each quarter.
fn names_quarters(readings: &Readings) -> bool {
    /// Fewer could be chance.
    const QUARTERS_MIN: usize = 4;
    let known: BTreeSet<Date> = readings.rows.iter().filter_map(|row| row.1).collect();
    known.len() >= QUARTERS_MIN && known.iter().all(|d| d.day() == 1 && d.month() % 3 == 1)
}

/// Facts of readings. The period of a reading is inferred from the spacing of the dates; its publication from the
/// table, the caller's delay, what is documented of the series, or a cautious default.
///
/// # Errors
/// When two readings of one period become known on one day.
pub(crate) fn series(
    readings: Readings,
    delay_days: Option<u32>,
    unit: Unit,
    file: &str,
    log: &mut Log,
) -> Result<Series> {
    let Readings { name, id, assumed, rows } = readings;
    let mut dates: Vec<Date> = rows.iter().map(|row| row.0).collect();
    dates.sort_unstable();
    dates.dedup();
    let period = Period::of(&dates);
    let dated = rows.iter().any(|row| row.1.is_some());
    let delay = match (delay_days, releases::documented(&id)) {
        (Some(days), _) => Delay::Given(days),
        // The rate at which cash is lent is dealt with by its unit.
        (None, Some(release)) if unit != Unit::PercentPerYear => Delay::Documented(release),
        _ => Delay::Cautious(period.delay_days(unit)),
    };
    if let Some(said) = assumed {
        log.say(NoticeKind::Assumed, &name, said);
    }
    if !dated {
        delay.say(period, &name, log);
        if period.revised() {
            let text =
                "readings are those of one revision, which the world did not have at the time";
            log.say(NoticeKind::Lost, &name, text);
        }
    }
    let mut facts = Vec::with_capacity(rows.len());
    for (date, known, value, line) in rows {
        let (about, known) = match (period.end(date), known) {
            // A first estimate may be out before its period is over; it is about what it could see.
            (end, Some(known)) => (end.min(known.max(date)), known),
            (end, None) => (end, dates::plus_days(end, delay.days())),
        };
        facts.push((Fact { about, known, value }, line));
    }
    let assumed_before = match (dated, delay) {
        (true, _) => delay.before_vintages(&mut facts, &name, log),
        (false, Delay::Given(_) | Delay::Cautious(0)) => None,
        (false, _) => Some(Date::MAX),
    };
    facts.sort_by_key(|(fact, line)| (fact.known, fact.about, *line));
    check_facts(&facts, &name, file)?;
    let all = facts.into_iter().map(|(fact, _)| fact).collect();
    let series = Series::new(name, unit, all).map_err(|error| error.place(file))?;
    let series = match assumed_before {
        Some(day) => series.assumed_before(day),
        None => series,
    };
    match releases::hindsight(&id).filter(|_| !dated) {
        Some(why) => {
            let text =
                format!("is hindsight ({why}): reports may show it, strategies cannot read it");
            log.say(NoticeKind::Lost, series.name(), text);
            Ok(series.hindsight())
        }
        None => Ok(series),
    }
}

/// Refuses by line what [`Series::new`] would refuse without one.
fn check_facts(facts: &[(Fact, u32)], name: &str, file: &str) -> Result<()> {
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
    Ok(())
}

/// Days from the end of a period to publication, and who says so.
#[derive(Clone, Copy, Debug)]
enum Delay {
    Given(u32),
    Documented(Release),
    Cautious(u32),
}

impl Delay {
    fn days(self) -> u32 {
        match self {
            Delay::Given(days) | Delay::Cautious(days) => days,
            Delay::Documented(release) => release.days,
        }
    }

    /// Says what was assumed of a file that does not say when its readings were published.
    fn say(self, period: Period, name: &str, log: &mut Log) {
        let (days, word) = (self.days(), period.word());
        let text = match self {
            Delay::Given(_) => return,
            Delay::Documented(release) => format!(
                "pseudo-vintages: its {word} readings are dated {days} days after their period; {}",
                release.habit
            ),
            Delay::Cautious(0) => return,
            Delay::Cautious(_) => format!(
                "the file does not say when its {word} readings were published: {days} days after the period are assumed"
            ),
        };
        log.say(NoticeKind::Assumed, name, text);
    }

    /// The first vintage of a series brings all of its past at once. Where the delay is known, its readings of long ago are
    /// dated by it, so that there is something before vintages begin. Gives the day before which days are assumed.
    fn before_vintages(self, facts: &mut [(Fact, u32)], name: &str, log: &mut Log) -> Option<Date> {
        let first = facts.iter().map(|(fact, _)| fact.known).min()?;
        // Its newest reading may have been printed with it.
        let vintage = facts.iter().filter(|(fact, _)| fact.known == first);
        let newest = vintage.map(|(fact, _)| fact.about).max()?;
        let (days, why) = match self {
            Delay::Given(days) => (days, "as the caller says"),
            Delay::Documented(release) => (release.days, release.habit),
            Delay::Cautious(_) => return None,
        };
        let mut dated = 0;
        let old = |fact: &Fact| fact.known == first && fact.about < newest;
        for (fact, _) in facts.iter_mut().filter(|(fact, _)| old(fact)) {
            let usual = dates::plus_days(fact.about, days);
            if usual < first {
                (fact.known, dated) = (usual, dated + 1);
            }
        }
        if dated > 0 {
            let text = format!(
                "pseudo-vintages before {first}, when its vintages begin: {dated} readings have the value of the first vintage \
                 and are dated {days} days after their period; {why}"
            );
            log.say(NoticeKind::Assumed, name, text);
        }
        (dated > 0).then_some(first)
    }
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
    }

    #[test]
    fn an_undated_series_gets_the_delay_that_is_documented_or_a_cautious_one() {
        let text = "Date,Value\n2008-07-01,5.7\n2008-08-01,.\n2008-09-01,6.1\n2008-10-01,6.5\n";
        let (series, notices) = read(text, None);
        assert_eq!(series[0].facts()[0].known, date(2008, 8, 10));
        let said = |n: &String| n.contains("pseudo-vintages") && n.contains("BLS");
        assert!(notices.iter().any(said), "{notices:?}");
        let (series, notices) = read(&text.replace("Date,Value", "DATE,HOMEMADE"), None);
        assert_eq!(series[0].facts()[0].known, date(2008, 8, 31));
        assert!(
            notices.iter().any(|n| n.contains("31 days after the period are assumed")),
            "{notices:?}"
        );
    }

    #[test]
    fn columns_of_vintages_are_one_series() {
        let text = "observation_date,UNRATE_20080801,UNRATE_20080905,UNRATE_20090109\n\
                    2008-06-01,5.5,5.5,5.6\n2008-07-01,5.7,5.7,5.8\n2008-08-01,.,6.1,6.2\n";
        let (series, _) = read(text, None);
        assert_eq!((series.len(), series[0].name()), (1, "UNRATE"));
        let values = |on| series[0].as_of(on).iter().map(|f| f.value).collect::<Vec<_>>();
        // June is of before the first vintage: it is dated by the usual delay. July came with it.
        assert_eq!(values(date(2008, 7, 31)), [5.5]);
        assert_eq!(values(date(2008, 8, 1)), [5.5, 5.7]);
        assert_eq!(values(date(2008, 9, 5)), [5.5, 5.7, 6.1]);
        assert_eq!(values(date(2009, 1, 9)), [5.6, 5.8, 6.2]);
        assert_eq!(series[0].facts().len(), 6);
    }

    #[test]
    fn before_vintages_begin_the_usual_delay_dates_what_the_first_one_holds() {
        let text = "series,obs,vintage,value\nUNRATE,1999-05,1999-08,4.2\nUNRATE,1999-06,1999-08,4.3\n\
                    UNRATE,1999-07,1999-08,4.3\nUNRATE,1999-05,1999-09,4.1\n";
        let (series, notices) = read(text, None);
        let known: Vec<Date> = series[0].facts().iter().map(|f| f.known).collect();
        let expected = [date(1999, 6, 10), date(1999, 7, 10), date(1999, 9, 1), date(1999, 10, 1)];
        assert_eq!(known, expected);
        assert!(
            notices.len() == 1 && notices[0].contains("pseudo-vintages before 1999-09-01"),
            "{notices:?}"
        );
        let text = text.replace("UNRATE", "HOMEMADE");
        assert_eq!(read(&text, None).0[0].facts()[0].known, date(1999, 9, 1));
        assert_eq!(read(&text, Some(40)).0[0].facts()[0].known, date(1999, 7, 10));
    }

    #[test]
    fn quarters_are_no_days_of_publication() {
        let row = |q: &str, v: &str, x: u32| format!("GDPC1,{q},{v},{x}\n");
        let text = "series,date,pub_date,value\n".to_owned()
            + &row("2008-04-01", "2008-07-01", 100)
            + &row("2008-07-01", "2008-10-01", 99)
            + &row("2008-10-01", "2009-01-01", 98)
            + &row("2009-01-01", "2009-04-01", 97);
        let (series, notices) = read(&text, None);
        let first = Fact { about: date(2008, 6, 30), known: date(2008, 10, 1), value: 100.0 };
        assert_eq!(series[0].facts()[0], first);
        assert!(notices[0].contains("name the quarter"), "{notices:?}");
    }

    #[test]
    fn recessions_are_hindsight_unless_they_are_dated_by_their_announcement() {
        let (series, notices) = read("DATE,USREC\n2008-01-01,1\n2008-02-01,1\n", Some(1));
        assert!(series[0].is_hindsight() && notices.iter().any(|n| n.contains("hindsight")));
        let (series, _) = read("series,about,known,value\nUSREC,2007-12-31,2008-12-01,1\n", None);
        assert!(!series[0].is_hindsight());
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
    fn what_was_expected_is_a_series_beside_what_came() {
        let text = "series,about,known,value,expected\nUNRATE,2008-07-31,2008-08-01,5.7,5.6\n\
                    UNRATE,2008-08-31,2008-09-05,6.1,5.7\nUNRATE,2008-07-31,2008-09-05,5.8,\n";
        let (series, notices) = read(text, None);
        let names: Vec<&str> = series.iter().map(Series::name).collect();
        assert_eq!(names, ["UNRATE", "UNRATE-expected"]);
        let values: Vec<f64> = series[1].facts().iter().map(|fact| fact.value).collect();
        assert_eq!((values, series[0].facts().len()), (vec![5.6, 5.7], 3));
        assert!(notices.is_empty(), "{notices:?}");
        let assumed = |series: &Series| series.first_prints_as_of(date(2009, 1, 1), 9)[0].assumed;
        assert!(!assumed(&series[0]));
        let undated = read("Date,Value\n2008-07-01,5.7\n2008-08-01,5.8\n2008-09-01,6.1\n", None);
        assert!(assumed(&undated.0[0]));
        let given = read("Date,Value\n2008-07-01,5.7\n2008-08-01,5.8\n2008-09-01,6.1\n", Some(7));
        assert!(!assumed(&given.0[0]));
    }

    #[test]
    fn a_vintage_is_known_when_its_month_is_over() {
        let text = "series,obs,vintage,value\nHOMEMADE,1999-06,1999-08,1\nHOMEMADE,1999-07,1999-08,2\nHOMEMADE,1999-06,1999-09,1.5\n";
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
