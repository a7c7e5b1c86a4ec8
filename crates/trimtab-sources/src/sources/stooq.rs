//! Stooq's daily table.
use trimtab_core::{Error, Result};
use trimtab_data::store::{Bars, Rows, What};

use crate::answer::{Lines, day, text_body};
use crate::source::{Ask, Get, Source, Stop, Verdict, escaped, named};

/// Total-return levels.
#[derive(Debug)]
pub(crate) struct Stooq;

/// What it writes where it has nothing.
const NOTHING: [&str; 1] = ["-"];

impl Source for Stooq {
    fn name(&self) -> &'static str {
        "stooq"
    }
    fn about(&self) -> &'static str {
        "daily levels of stocks, funds and indices with dividends and splits folded in; SPY is asked for as spy.us, \
         names with a dot or ^ as they are"
    }
    fn base(&self) -> &'static str {
        "https://stooq.com"
    }
    fn what(&self) -> What {
        What::Adjusted
    }
    fn per_minute(&self) -> f64 {
        // It counts the requests of a day and states no number.
        20.0
    }

    fn fetch(&self, ask: &Ask, get: &mut Get<'_>) -> Result<Vec<(String, Rows)>, Stop> {
        let name = ask.name.to_lowercase();
        let ticker = if name.contains(['.', '^']) { name } else { format!("{name}.us") };
        let plain = |date: jiff::civil::Date| date.to_string().replace('-', "");
        let from = ask.from.map_or(String::new(), |from| format!("&d1={}", plain(from)));
        let to = plain(ask.to);
        let path = format!("/q/d/l/?s={}{from}&d2={to}&i=d", escaped(&ticker));
        let body = get(&ask.request(&path, judge))?;
        if body.trim_ascii() == b"No data" {
            return match ask.from {
                // A span without a session.
                Some(_) => Ok(vec![(ask.name.clone(), Rows::Adjusted(Bars::default()))]),
                None => named(Err(Error::data("the source does not know it")), &ask.name),
            };
        }
        let rows = named(read(&body), &ask.name)?;
        Ok(vec![(ask.name.clone(), rows)])
    }
}

fn judge(body: &[u8]) -> Verdict {
    if String::from_utf8_lossy(body).contains("daily hits limit") {
        return Verdict::Never("the source answers no more today".to_owned());
    }
    text_body(body)
}

fn read(body: &[u8]) -> Result<Rows> {
    let lines = Lines::read(body, false)?;
    let dates = lines.dates(lines.place("Date")?, day)?;
    let column = |name: &str| lines.numbers(lines.place(name)?, &NOTHING);
    let volume = match lines.names().iter().any(|name| name == "Volume") {
        true => column("Volume")?,
        // Indices have none.
        false => Vec::new(),
    };
    Ok(Rows::Adjusted(Bars {
        open: column("Open")?,
        high: column("High")?,
        low: column("Low")?,
        close: column("Close")?,
        volume,
        dates,
        ..Bars::default()
    }))
}
