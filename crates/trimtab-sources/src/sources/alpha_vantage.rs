//! Alpha Vantage's `TIME_SERIES_DAILY_ADJUSTED`: <https://www.alphavantage.co/documentation/>.
use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use trimtab_core::{Error, Result as CoreResult};
use trimtab_data::store::{Bars, Rows, What};

use crate::answer::{day, json, json_body, missing, number_in_text, text};
use crate::client::shown;
use crate::source::{Ask, Get, Source, Stop, Verdict, escaped, named};

/// Prices as traded with dividends and splits.
#[derive(Debug)]
pub(crate) struct AlphaVantage;

const KEY: &str = "ALPHAVANTAGE_API_KEY";

/// The short answer holds a hundred sessions, which are always more civil days than this.
const COMPACT_DAYS: i64 = 120;

const SECONDS_OF_A_DAY: i64 = 86_400;

impl Source for AlphaVantage {
    fn name(&self) -> &'static str {
        "alpha-vantage"
    }
    fn about(&self) -> &'static str {
        "daily prices of stocks and funds as traded, with dividends and splits"
    }
    fn base(&self) -> &'static str {
        "https://www.alphavantage.co"
    }
    fn what(&self) -> What {
        What::Prices
    }
    fn key(&self) -> Option<&'static str> {
        Some(KEY)
    }
    fn per_minute(&self) -> f64 {
        // The free tier.
        5.0
    }

    fn fetch(&self, ask: &Ask, get: &mut Get<'_>) -> Result<Vec<(String, Rows)>, Stop> {
        let key = escaped(ask.key(KEY)?);
        let size = if ask.from.is_some_and(recent) { "compact" } else { "full" };
        let path = format!(
            "/query?function=TIME_SERIES_DAILY_ADJUSTED&symbol={}&outputsize={size}&datatype=json&apikey={key}",
            escaped(&ask.name)
        );
        let body = get(&ask.request(&path, judge))?;
        let rows = named(read(&body, ask), &ask.name)?;
        Ok(vec![(ask.name.clone(), rows)])
    }
}

fn recent(from: Date) -> bool {
    let today = Timestamp::now().as_second().div_euclid(SECONDS_OF_A_DAY);
    let epoch = Date::constant(1970, 1, 1);
    let day = epoch.until(from).map_or(0, |span| i64::from(span.get_days()));
    today - day < COMPACT_DAYS
}

/// Its refusals come with HTTP 200: a note about the minute, a word about the day or the key.
fn judge(body: &[u8]) -> Verdict {
    let Ok(answer) = json(body) else { return json_body(body) };
    let said = ["Note", "Information"].iter().find_map(|name| answer.get(name)?.as_str());
    match said {
        None => Verdict::Data,
        Some(said) if said.contains("per day") || said.contains("premium") => {
            Verdict::Never("the source refuses".to_owned())
        }
        Some(said) => Verdict::Later(format!("the source says: {said}")),
    }
}

/// The days as they stand in the answer: a map would keep one of two that are equal and lose their order.
#[derive(Default)]
struct Days(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Days {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Rows;
        impl<'de> Visitor<'de> for Rows {
            type Value = Days;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a table of days")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Days, A::Error> {
                let mut all = Vec::new();
                while let Some(row) = map.next_entry()? {
                    all.push(row);
                }
                Ok(Days(all))
            }
        }
        deserializer.deserialize_map(Rows)
    }
}

/// The parts of an answer.
#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "Error Message")]
    error: Option<String>,
    #[serde(rename = "Meta Data")]
    meta: Option<Value>,
    #[serde(rename = "Time Series (Daily)")]
    days: Option<Days>,
}

fn read(body: &[u8], ask: &Ask) -> CoreResult<Rows> {
    let answer: Answer = serde_json::from_slice(body).map_err(|error| {
        Error::data(format!("the answer is no whole table ({error}): {}", shown(body)))
    })?;
    if let Some(said) = answer.error {
        return Err(Error::data(format!("the source says: {said}")));
    }
    let meta = answer.meta.ok_or_else(|| missing("Meta Data"))?;
    let symbol = text(&meta, "2. Symbol")?;
    if !symbol.eq_ignore_ascii_case(&ask.name) {
        return Err(Error::data(format!("the answer is about {symbol}")));
    }
    let days = answer.days.ok_or_else(|| missing("Time Series (Daily)"))?.0;
    let mut rows = Vec::with_capacity(days.len());
    for (written, row) in days {
        let date = day(&written).ok_or_else(|| Error::data(format!("`{written}` is no date")))?;
        rows.push((date, row));
    }
    // It writes the newest first; that they are in order is checked when they go into the store.
    if rows.first().map(|row| row.0) > rows.last().map(|row| row.0) {
        rows.reverse();
    }
    let mut bars = Bars::default();
    for (date, row) in rows.into_iter().filter(|(date, _)| ask.spans(*date)) {
        bars.dates.push(date);
        for (field, name) in [
            (&mut bars.open, "1. open"),
            (&mut bars.high, "2. high"),
            (&mut bars.low, "3. low"),
            (&mut bars.close, "4. close"),
            (&mut bars.volume, "6. volume"),
            (&mut bars.dividend, "7. dividend amount"),
            (&mut bars.split, "8. split coefficient"),
        ] {
            field.push(number_in_text(&row, name)?);
        }
    }
    Ok(Rows::Prices(bars))
}
