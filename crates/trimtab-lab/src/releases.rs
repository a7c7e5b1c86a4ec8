//! The release calendar: what came out, against what was said before, and what is due.
//!
//! Days are those of the facts: what a file says, or a usual delay that was assumed, which is marked.
use serde::Serialize;
use trimtab_core::{Date, Day, Market, Release, Series, Span, Unit};
use trimtab_strategy::Strategy;

/// Ends the name of the series that holds what was expected of another.
const EXPECTATION: &str = "-expected";

/// One series at the close of a day.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Calendar {
    /// The series.
    pub series: String,
    /// Whether the strategy reads it.
    pub read: bool,
    /// The newest release; `None` before the first.
    pub newest: Option<Came>,
    /// How many periods came out after the day since which is counted.
    pub since: usize,
    /// When the next is due, by the median distance of the last twelve releases; `None` with fewer than two.
    pub due: Option<Date>,
    /// Whether that day has passed.
    pub overdue: bool,
}

/// A first print.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Came {
    /// The day on which it came out.
    pub known: Date,
    /// The end of the period that it is about.
    pub about: Date,
    /// What it said.
    pub value: f64,
    /// What was said that day of the period before.
    pub previous: Option<f64>,
    /// What was expected of it, where the data say so.
    pub expected: Option<f64>,
    /// Whether the day is a usual delay that was assumed: a pseudo-vintage.
    pub assumed: bool,
}

/// Distances between releases that tell the habit.
const HABIT: usize = 12;

/// Every series that could be known, as it stands at the close of `today`; releases are counted after the day `since`. Those that
/// the strategy reads come first.
pub fn calendar(
    strategy: &Strategy,
    market: &Market,
    today: Day,
    since: Option<Date>,
) -> Vec<Calendar> {
    let printed = strategy.canonical();
    let reads = |name: &str| printed.contains(&format!("{name:?}"));
    let today = market.calendar().date(today);
    let row = |name: &str| {
        let series = market.series(name)?;
        // Cash earns the rate of the day, which nobody waits for.
        let rate = series.unit() == Unit::PercentPerYear && name == trimtab_sim::BILLS;
        let known = !series.is_hindsight() && !name.ends_with(EXPECTATION) && !rate;
        known.then(|| of(market, series, today, since, reads(name)))
    };
    let mut all: Vec<Calendar> = market.series_names().filter_map(row).collect();
    all.sort_by_key(|calendar| !calendar.read);
    all
}

fn of(market: &Market, series: &Series, today: Date, since: Option<Date>, read: bool) -> Calendar {
    let prints = series.first_prints_as_of(today, HABIT + 1);
    let newest = prints.iter().max_by_key(|release| (release.known, release.about));
    // Counting goes back as far as `since` does, and no further than the data.
    let since = since.map_or(0, |since| {
        let all = series.first_prints_as_of(today, usize::MAX);
        all.iter().filter(|release| release.known > since).count()
    });
    let due = due(&prints);
    Calendar {
        series: series.name().to_owned(),
        read,
        newest: newest.map(|release| came(market, series, release)),
        since,
        due,
        overdue: due.is_some_and(|due| due < today),
    }
}

/// The last day of publication plus the median distance of those before it.
fn due(prints: &[Release]) -> Option<Date> {
    let mut days: Vec<Date> = prints.iter().map(|release| release.known).collect();
    days.sort_unstable();
    days.dedup();
    let mut gaps: Vec<i32> = days.windows(2).map(|pair| (pair[1] - pair[0]).get_days()).collect();
    gaps.sort_unstable();
    let median = *gaps.get(gaps.len() / 2)?;
    Some(days.last()?.saturating_add(Span::new().days(median)))
}

fn came(market: &Market, series: &Series, release: &Release) -> Came {
    let beside = market.series(&format!("{}{EXPECTATION}", series.name()));
    let said = beside.map(|own| own.first_prints_as_of(release.known, usize::MAX));
    let same = said.iter().flatten().find(|said| said.about == release.about);
    Came {
        known: release.known,
        about: release.about,
        value: release.value,
        previous: release.previous,
        expected: same.map(|said| said.value),
        assumed: release.assumed,
    }
}

impl Came {
    /// The first print less what was said before it: less what was expected, or else less the value before.
    pub fn change(&self) -> Option<f64> {
        Some(self.value - self.expected.or(self.previous)?)
    }
}

/// A number with as many digits as a reader needs.
fn written(x: f64) -> String {
    let digits = match x.abs() {
        x if x >= 1000.0 => 1,
        x if x >= 10.0 => 2,
        _ => 3,
    };
    let text = format!("{x:.digits$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The names of the columns of [`Calendar::cells`].
pub const HEAD: [&str; 8] = [
    "Series",
    "Came out",
    "About",
    "Value",
    "Before",
    "Expected",
    "Since the last decision",
    "Due next",
];

impl Calendar {
    /// The row of a table.
    pub fn cells(&self) -> Vec<String> {
        let dash = || "-".to_owned();
        let optional = |x: Option<f64>| x.map_or_else(dash, written);
        let due = match (self.due, self.overdue) {
            (None, _) => dash(),
            (Some(due), false) => due.to_string(),
            (Some(due), true) => format!("{due}, overdue"),
        };
        let name = if self.read { format!("{} *", self.series) } else { self.series.clone() };
        let newest = match &self.newest {
            None => vec![dash(); 5],
            Some(came) => vec![
                format!("{}{}", came.known, if came.assumed { " ~" } else { "" }),
                came.about.to_string(),
                written(came.value),
                optional(came.previous),
                optional(came.expected),
            ],
        };
        [vec![name], newest, vec![self.since.to_string(), due]].concat()
    }
}

/// What the signs in the table mean.
pub const SIGNS: &str = "* the strategy reads it; ~ the day is a usual delay that was assumed. Values are first prints, beside what was said \
                         that day of the period before; the next is due by habit, the median of the last twelve distances.";

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_core::{Asset, Calendar as Sessions, Columns, Exchange, Fact, Panel};

    fn market() -> Market {
        let sessions =
            Exchange::Nyse.sessions(Date::constant(2008, 1, 1), Date::constant(2008, 12, 31));
        let fact = |about: (i8, i8), known: (i8, i8), value| Fact {
            about: Date::constant(2008, about.0, about.1),
            known: Date::constant(2008, known.0, known.1),
            value,
        };
        let jobs = vec![
            fact((6, 30), (7, 3), 5.5),
            fact((7, 31), (8, 1), 5.7),
            fact((7, 31), (9, 5), 5.8),
            fact((8, 31), (9, 5), 6.1),
            fact((9, 30), (10, 3), 6.1),
        ];
        let expected = vec![fact((8, 31), (9, 5), 5.7)];
        let assumed = vec![fact((6, 30), (7, 31), 2.0), fact((9, 30), (10, 31), 1.5)];
        let series = |name, facts| Series::new(name, Unit::Level, facts).unwrap();
        let all = vec![
            series("UNRATE", jobs),
            series("UNRATE-expected", expected),
            series("GDP", assumed).assumed_before(Date::MAX),
            series("USREC", vec![fact((7, 31), (8, 1), 1.0)]).hindsight(),
        ];
        let close = Panel::from_columns(vec![vec![1.0; sessions.len()]]);
        let columns = Columns { close, open: None, high: None, low: None, volume: None };
        let calendar = Sessions::new(sessions).unwrap();
        Market::new(calendar, vec![Asset::new("A")], columns, vec![], all).unwrap()
    }

    #[test]
    fn what_came_and_what_is_due_by_hand() {
        let text = "root = \"@p\"\n[gauge.jobs]\nkind = \"series\"\nseries = \"UNRATE\"\n[allocator.p]\nkind = \"when\"\ngauge = \"@jobs\"\n\
                    above = 6.0\nthen = { kind = \"fixed\", weights = { A = 1.0 } }";
        let strategy = Strategy::parse("x", text).unwrap();
        let market = market();
        let at = |date: &str, since: Option<&str>| {
            let day = market.calendar().on_or_before(date.parse().unwrap()).unwrap();
            calendar(&strategy, &market, day, since.map(|day| day.parse().unwrap()))
        };
        let september = at("2008-09-30", Some("2008-08-29"));
        let names: Vec<(&str, bool)> =
            september.iter().map(|own| (own.series.as_str(), own.read)).collect();
        assert_eq!(names, [("UNRATE", true), ("GDP", false)]);
        let jobs = &september[0];
        let came = jobs.newest.as_ref().unwrap();
        // July had been revised to 5.8 on that very day, and 5.7 had been expected of August.
        assert_eq!((came.value, came.previous, came.expected), (6.1, Some(5.8), Some(5.7)));
        assert!((came.change().unwrap() - 0.4).abs() < 1e-12 && !came.assumed);
        // Days of July, August and September: distances 29 and 35, of which the upper one is taken.
        assert_eq!((jobs.since, jobs.due, jobs.overdue), (1, "2008-10-10".parse().ok(), false));
        let gdp = &september[1];
        assert!(gdp.newest.as_ref().unwrap().assumed);
        assert_eq!((gdp.since, gdp.due), (0, None));
        assert!(gdp.cells()[1].ends_with('~') && jobs.cells()[0].ends_with('*'));
        let late = at("2008-12-31", None);
        // Distances 29, 35 and 28: the next was due on 1 November and has not come.
        assert_eq!((late[0].due, late[0].overdue), ("2008-11-01".parse().ok(), true));
        assert!(late[0].cells()[7].ends_with("overdue"));
        let early = at("2008-07-01", None);
        assert!(early.iter().all(|own| own.newest.is_none() && own.due.is_none()));
    }
}
