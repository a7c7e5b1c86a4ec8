//! Tiingo's end-of-day prices: <https://www.tiingo.com/documentation/end-of-day>.
use serde_json::Value;
use trimtab_core::{Error, Result};
use trimtab_data::store::{Bars, Rows, What};

use crate::answer::{date, json, json_body, number};
use crate::source::{Ask, Get, Source, Stop, Verdict, escaped, named};

/// Prices as traded with dividends and splits.
#[derive(Debug)]
pub(crate) struct Tiingo;

const KEY: &str = "TIINGO_API_KEY";

impl Source for Tiingo {
    fn name(&self) -> &'static str {
        "tiingo"
    }
    fn about(&self) -> &'static str {
        "daily prices of stocks and funds as traded, with dividends and splits"
    }
    fn base(&self) -> &'static str {
        "https://api.tiingo.com"
    }
    fn what(&self) -> What {
        What::Prices
    }
    fn key(&self) -> Option<&'static str> {
        Some(KEY)
    }
    fn per_minute(&self) -> f64 {
        // The free tier allows fifty an hour; who pays says so in the settings.
        50.0 / 60.0
    }

    fn fetch(&self, ask: &Ask, get: &mut Get<'_>) -> Result<Vec<(String, Rows)>, Stop> {
        let token = format!("Token {}", ask.key(KEY)?);
        let from = ask.from.map_or("1900-01-01".to_owned(), |from| from.to_string());
        let path = format!(
            "/tiingo/daily/{}/prices?startDate={from}&endDate={}&format=json",
            escaped(&ask.name),
            ask.to
        );
        let mut request = ask.request(&path, judge);
        request.headers.push(("Authorization", token));
        let body = get(&request)?;
        let rows = named(json(&body).and_then(|answer| read(&answer, ask)), &ask.name)?;
        Ok(vec![(ask.name.clone(), rows)])
    }
}

fn judge(body: &[u8]) -> Verdict {
    let text = String::from_utf8_lossy(&body[..body.len().min(400)]);
    if text.contains("run over your") {
        return Verdict::Never("the requests of this key are used up".to_owned());
    }
    json_body(body)
}

fn read(answer: &Value, ask: &Ask) -> Result<Rows> {
    if let Some(said) = answer.get("detail").and_then(Value::as_str) {
        return Err(Error::data(format!("the source says: {said}")));
    }
    let all = answer.as_array().ok_or_else(|| Error::data("the answer is no list of days"))?;
    let mut bars = Bars::default();
    for row in all {
        let day = date(row, "date")?;
        if !ask.spans(day) {
            return Err(Error::data(format!("the answer has {day}, which was not asked for")));
        }
        bars.dates.push(day);
        for (field, name) in [
            (&mut bars.open, "open"),
            (&mut bars.high, "high"),
            (&mut bars.low, "low"),
            (&mut bars.close, "close"),
            (&mut bars.volume, "volume"),
            (&mut bars.dividend, "divCash"),
            (&mut bars.split, "splitFactor"),
        ] {
            field.push(number(row, name)?);
        }
    }
    Ok(Rows::Prices(bars))
}
