//! The history that ships with the program: a market on a machine without files or network.
//!
//! | asset | monthly from 1953-04 | daily from 1990-01 |
//! |---|---|---|
//! | `US` | stock market, total return | the same, estimated by day |
//! | `NODUR` … `OTHER` | twelve industries, total return | |
//! | `T2` `T5` `T10` `T20` | Treasuries of constant maturity, total return | the same |
//! | `BILLS` | one-month bills, total return | three-month bills, total return |
//!
//! Both carry the series `bills` (what cash earns until the next session, percent a year) and `WTI` (spot dollars a
//! barrel), and the macroeconomic facts of `macro.csv.gz` with their days of publication. The daily market also has
//! the price indices `SPX` and `NASDAQ`, which lack dividends and so are series and no assets, and the Treasury curve
//! under the names the Federal Reserve Bank of St. Louis gives its parts, `DGS1MO` to `DGS30`.
use std::sync::Arc;

use trimtab_core::{Error, Fact, Frequency, Kind, Levels, Result, Series, Unit};

use crate::clean::clean;
use crate::file::{self, File};
use crate::history::{self, History};
use crate::load::{FileRead, Loaded};
use crate::notice::{Log, NoticeKind};
use crate::prices::{Prices, bare};
use crate::repair::Keep;
use crate::series::{self, BILLS, Readings};
use crate::table::{Expect, Table};
use crate::{assemble, dates, sessions};

const MONTHLY: &[u8] = include_bytes!("../../../history/monthly.csv.gz");
const DAILY: &[u8] = include_bytes!("../../../history/daily.csv.gz");
const CURVE: &[u8] = include_bytes!("../../../history/curve.csv.gz");
const MACRO: &[u8] = include_bytes!("../../../history/macro.csv.gz");
const FACTORS: &[u8] = include_bytes!("../../../history/factors.csv.gz");
const PROVENANCE: &str = include_str!("../../../history/PROVENANCE.toml");

/// Columns that nobody can hold: price indices without their dividends, and a spot price.
const NOT_HELD: [&str; 3] = ["SPX", "NASDAQ", "WTI"];

/// The tenors of the curve file, and what the Federal Reserve Bank of St. Louis calls their yields.
const TENORS: [(&str, &str); 11] = [
    ("1M", "DGS1MO"),
    ("3M", "DGS3MO"),
    ("6M", "DGS6MO"),
    ("1Y", "DGS1"),
    ("2Y", "DGS2"),
    ("3Y", "DGS3"),
    ("5Y", "DGS5"),
    ("7Y", "DGS7"),
    ("10Y", "DGS10"),
    ("20Y", "DGS20"),
    ("30Y", "DGS30"),
];

/// Days after which a day's yields are in the Federal Reserve's H.15 release: the next one.
const CURVE_DELAY_DAYS: u32 = 1;

/// Days after which Kenneth French's library carries a month: about one month.
const FACTORS_DELAY_DAYS: u32 = 31;

/// Days of a year of interest, simple: actual/365, as the books accrue it.
const DAYS_A_YEAR: f64 = 365.0;

/// Where every file and column of the embedded history comes from, what it means and what it lacks: a TOML document.
pub fn provenance() -> &'static str {
    PROVENANCE
}

/// What must be said with every report made from the embedded history.
pub fn caveat() -> &'static str {
    let line = PROVENANCE.lines().find_map(|line| line.strip_prefix("say = \""));
    line.and_then(|rest| rest.strip_suffix('"')).expect("the document says it; a test reads it")
}

/// The embedded history as a market.
///
/// # Errors
/// [`Kind::Usage`] for weekly data, of which there are none.
pub fn embedded(frequency: Frequency) -> Result<Loaded> {
    let (name, bytes) = match frequency {
        Frequency::Monthly => ("monthly.csv.gz", MONTHLY),
        Frequency::Daily => ("daily.csv.gz", DAILY),
        Frequency::Weekly => {
            let said = "the embedded history is daily or monthly, not weekly";
            return Err(Error::new(Kind::Usage, said));
        }
    };
    // Three tables at once: each is a few milliseconds, and the answer is the same in any order.
    let (prices, (facts, curve)) =
        rayon::join(|| Source::read(name, bytes), || rayon::join(macro_facts, || curve(frequency)));
    let (prices, (mut facts, facts_read), curve) = (prices?, facts?, curve?);
    let mut files = vec![prices.read, facts_read];
    let (held, seen): (Vec<History>, Vec<History>) =
        prices.histories.into_iter().partition(|h| !NOT_HELD.contains(&h.symbol.as_str()));
    for history in seen {
        let readings = Readings::of_prices(&history.symbol.clone(), history);
        facts.push(same_day(readings, Unit::Level)?);
    }
    match curve {
        Some((yields, bills, read)) => {
            facts.extend(yields);
            facts.push(bills);
            files.push(read);
        }
        None => facts.push(monthly_bills(&held)?),
    }
    let mut all: Vec<Prices> = held.into_iter().map(|h| bare(h, Levels::Adjusted)).collect();
    all.sort_by(|a, b| a.symbol.cmp(&b.symbol));
    let mut log = Log::default();
    log.note(NoticeKind::Lost, caveat());
    let days = sessions::union(&all);
    let (market, hash) = assemble::assemble(&all, days, assemble::About::NOTHING, facts, &mut log)?;
    Ok(Loaded { market, log: log.notices(), hash, files, stores: Vec::new() })
}

/// The monthly factor returns `MKT_RF`, `SMB`, `HML`, `MOM` and `RF` in fractions, dated by the month's last session:
/// for attribution. They are published about a month later.
///
/// # Errors
/// None but for a damaged program.
pub fn factors() -> Result<Vec<Series>> {
    let table = table("factors.csv.gz", FACTORS)?;
    let later = |readings| dated(readings, Unit::Level, FACTORS_DELAY_DAYS);
    series::readings(&table, "factors.csv.gz").into_iter().map(later).collect()
}

/// One table of levels.
struct Source {
    read: FileRead,
    histories: Vec<History>,
}

impl Source {
    fn read(name: &str, bytes: &[u8]) -> Result<Self> {
        let File { name, bytes } = file::unpack(name.to_owned(), bytes.to_vec())?;
        let table = Table::read(&name, &bytes, Expect::Any)?;
        let mut histories = history::histories(&table, &Arc::from(name.as_str()), "");
        for history in &mut histories {
            clean(history, Keep::Last);
        }
        let read = read_of(&name, &table, histories.len());
        Ok(Self { read, histories })
    }
}

fn table(name: &str, bytes: &[u8]) -> Result<Table> {
    let file = file::unpack(name.to_owned(), bytes.to_vec())?;
    Table::read(name, &file.bytes, Expect::Readings)
}

fn read_of(name: &str, table: &Table, symbols: usize) -> FileRead {
    let (vendor, rows) = (table.layout.vendor, table.lines.len());
    FileRead { name: format!("embedded {name}"), vendor, rows, symbols }
}

fn macro_facts() -> Result<(Vec<Series>, FileRead)> {
    let name = "macro.csv.gz";
    let table = table(name, MACRO)?;
    let all = series::readings(&table, name);
    let read = read_of(name, &table, all.len());
    let mut log = Log::default();
    let fact = |readings| series::series(readings, None, Unit::Level, name, &mut log);
    Ok((all.into_iter().map(fact).collect::<Result<_>>()?, read))
}

type Curve = Option<(Vec<Series>, Series, FileRead)>;

/// The yields by day, and the three-month one as the rate that cash earns; only the daily market has them.
fn curve(frequency: Frequency) -> Result<Curve> {
    if frequency != Frequency::Daily {
        return Ok(None);
    }
    let name = "curve.csv.gz";
    let table = table(name, CURVE)?;
    let (mut yields, mut bills) = (Vec::new(), None);
    for mut readings in series::readings(&table, name) {
        if readings.name == "3M" {
            let rows = readings.rows.clone();
            bills = Some(same_day(Readings::new(BILLS, rows), Unit::PercentPerYear)?);
        }
        if let Some((_, called)) = TENORS.iter().find(|(tenor, _)| *tenor == readings.name) {
            readings.name = (*called).to_owned();
        }
        yields.push(dated(readings, Unit::PercentPerYear, CURVE_DELAY_DAYS)?);
    }
    let bills = bills.ok_or_else(|| Error::data("the embedded curve lacks three months"))?;
    Ok(Some((yields, bills, read_of(name, &table, TENORS.len()))))
}

/// The rate of one-month bills at each month's end, from what they then earned: a bill bought today says today what it
/// will pay. r = 100 (I(t+1) / I(t) - 1) 365 / d with d the civil days between the sessions and I the index `BILLS`.
fn monthly_bills(held: &[History]) -> Result<Series> {
    let index = held.iter().find(|history| history.symbol == "BILLS");
    let index = index.ok_or_else(|| Error::data("the embedded history lacks BILLS"))?;
    let (days, levels) = (&index.dates, index.close());
    let rate = |t: usize| {
        let span = f64::from(dates::epoch_days(days[t + 1]) - dates::epoch_days(days[t]));
        let value = 100.0 * (levels[t + 1] / levels[t] - 1.0) * DAYS_A_YEAR / span;
        Fact { about: days[t], known: days[t], value }
    };
    let facts = (0..days.len().saturating_sub(1)).map(rate).collect();
    Series::new(BILLS, Unit::PercentPerYear, facts)
}

fn same_day(readings: Readings, unit: Unit) -> Result<Series> {
    dated(readings, unit, 0)
}

fn dated(readings: Readings, unit: Unit, delay_days: u32) -> Result<Series> {
    let facts = readings.rows.iter().map(|(about, _, value, _)| Fact {
        about: *about,
        known: dates::plus_days(*about, delay_days),
        value: *value,
    });
    Series::new(readings.name, unit, facts.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use trimtab_core::{AssetId, Day};

    #[test]
    fn the_monthly_market_holds_stocks_bonds_and_facts() {
        let loaded = embedded(Frequency::Monthly).unwrap();
        let market = &loaded.market;
        assert_eq!((market.assets().len(), market.days()), (18, 768));
        assert_eq!(market.calendar().frequency(), Frequency::Monthly);
        let growth = |symbol: &str| {
            let total = market.total_return(market.find(symbol).unwrap());
            (total[total.len() - 1] / total[0]).powf(12.0 / 767.0) - 1.0
        };
        // The yearly growth that history/README.md states.
        for (symbol, yearly) in [("US", 0.109), ("T2", 0.057), ("T10", 0.063), ("BILLS", 0.044)] {
            assert!((growth(symbol) - yearly).abs() < 6e-4, "{symbol}: {}", growth(symbol));
        }
        for name in ["bills", "WTI", "CPIAUCSL", "UNRATE", "GS10", "GDPC1"] {
            assert!(market.series(name).is_some(), "{name}");
        }
        let past = market.as_of(market.calendar().on_or_before(date(2009, 3, 31)).unwrap());
        // Unemployment of March 2009 came out in April.
        assert_eq!(past.latest("UNRATE").unwrap().about, date(2009, 2, 28));
        assert!(market.asset(AssetId(0)).levels == Levels::Adjusted && loaded.files.len() == 2);
    }

    #[test]
    fn cash_at_the_bill_rate_earns_what_bills_earn() {
        let market = embedded(Frequency::Monthly).unwrap().market;
        let index = market.total_return(market.find("BILLS").unwrap());
        let mut cash = index[0];
        for day in (0..market.days() as u32 - 1).map(Day) {
            let rate = market.as_of(day).latest("bills").unwrap().value;
            let calendar = market.calendar();
            let (from, to) = (calendar.date(day), calendar.date(Day(day.0 + 1)));
            let span = f64::from(dates::epoch_days(to) - dates::epoch_days(from));
            cash *= 1.0 + rate / 100.0 * span / DAYS_A_YEAR;
        }
        assert!((cash / index[index.len() - 1] - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_daily_market_has_the_curve_and_no_price_index_to_hold() {
        let market = embedded(Frequency::Daily).unwrap().market;
        assert_eq!((market.assets().len(), market.days()), (6, 6865));
        for name in NOT_HELD {
            assert!(market.find(name).is_err() && market.series(name).is_some(), "{name}");
        }
        let day = market.calendar().on_or_before(date(2000, 3, 10)).unwrap();
        let past = market.as_of(day);
        let (bills, three) = (past.latest("bills").unwrap(), past.latest("DGS3MO").unwrap());
        assert_eq!(bills.about, date(2000, 3, 10));
        assert_eq!(three.about, date(2000, 3, 9));
        assert!(TENORS.iter().all(|(_, name)| market.series(name).is_some()));
        assert_eq!(embedded(Frequency::Weekly).unwrap_err().kind(), Kind::Usage);
    }

    #[test]
    fn provenance_names_every_column_and_the_bytes_that_are_here() {
        assert!(caveat().contains("March 2017") && caveat().contains("No gold"), "{}", caveat());
        for (name, bytes) in [
            ("monthly", MONTHLY),
            ("daily", DAILY),
            ("curve", CURVE),
            ("macro", MACRO),
            ("factors", FACTORS),
        ] {
            let head = format!("[file.\"{name}.csv.gz\"]");
            let entry =
                provenance().split(&head).nth(1).unwrap_or_else(|| panic!("{name} is not named"));
            assert!(
                entry.lines().take(8).any(|l| l == format!("bytes = {}", bytes.len())),
                "{name}"
            );
        }
        let market = embedded(Frequency::Monthly).unwrap().market;
        for asset in market.assets() {
            assert!(
                provenance()
                    .contains(&format!("[file.\"monthly.csv.gz\".column.\"{}\"]", asset.symbol))
            );
        }
    }

    #[test]
    fn factors_are_returns_known_later() {
        let factors = factors().unwrap();
        let names: Vec<&str> = factors.iter().map(Series::name).collect();
        assert_eq!(names, ["MKT_RF", "SMB", "HML", "MOM", "RF"]);
        let first = factors[0].facts()[0];
        assert_eq!((first.about, first.value), (date(1953, 5, 29), 0.0052));
        assert!(first.known > first.about && factors[0].facts().len() == 767);
    }
}
