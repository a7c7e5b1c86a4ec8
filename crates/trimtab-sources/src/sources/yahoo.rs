//! Yahoo's chart, version 8, as its own pages ask for it.
use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::Value;
use trimtab_core::{Error, Result};
use trimtab_data::store::{Bars, Rows, What};

use crate::answer::{epoch_day, field, integer, json, json_body, list, missing, number, text};
use crate::source::{Ask, Get, Source, Stop, Verdict, escaped, named};

/// Prices with dividends and splits.
#[derive(Debug)]
pub(crate) struct Yahoo;

/// Seconds of a day.
const DAY: i64 = 86_400;

impl Source for Yahoo {
    fn name(&self) -> &'static str {
        "yahoo"
    }
    fn about(&self) -> &'static str {
        "daily prices of stocks, funds and indices with dividends and splits; prices as traded are restored from the \
         splits"
    }
    fn base(&self) -> &'static str {
        "https://query1.finance.yahoo.com"
    }
    fn what(&self) -> What {
        What::Prices
    }
    fn per_minute(&self) -> f64 {
        // It states no limit and shuts out who is greedy.
        30.0
    }

    fn fetch(&self, ask: &Ask, get: &mut Get<'_>) -> Result<Vec<(String, Rows)>, Stop> {
        // Prices are stated in the shares of today, so the splits since the last day wanted are needed too: the span
        // always reaches to the present.
        let from = ask.from.map_or(0, seconds);
        let path = format!(
            "/v8/finance/chart/{}?period1={from}&period2=9999999999&interval=1d&events=div%7Csplit",
            escaped(&ask.name)
        );
        let body = get(&ask.request(&path, judge))?;
        let rows = named(json(&body).and_then(|answer| read(&answer, &ask.name)), &ask.name)?;
        Ok(vec![(ask.name.clone(), rows)])
    }
}

fn judge(body: &[u8]) -> Verdict {
    if body.trim_ascii().starts_with(b"Too Many Requests") {
        return Verdict::Later("the source asks for fewer requests".to_owned());
    }
    json_body(body)
}

/// The first second of a day.
fn seconds(date: Date) -> i64 {
    let days = Date::constant(1970, 1, 1).until(date).map_or(0, |span| span.get_days());
    i64::from(days) * DAY
}

fn read(answer: &Value, name: &str) -> Result<Rows> {
    let chart = field(answer, "chart")?;
    if let Some(error) = chart.get("error").filter(|error| !error.is_null()) {
        let said = error.get("description").and_then(Value::as_str).unwrap_or("no reason given");
        return Err(Error::data(format!("the source says: {said}")));
    }
    let result = field(answer, "chart/result/0")?;
    let meta = field(result, "meta")?;
    let symbol = text(meta, "symbol")?;
    if !symbol.eq_ignore_ascii_case(name) {
        return Err(Error::data(format!("the answer is about {symbol}")));
    }
    let offset = integer(meta, "gmtoffset")?;
    let day = |stamp: i64| {
        epoch_day((stamp + offset).div_euclid(DAY))
            .ok_or_else(|| Error::data(format!("the time stamp {stamp} is no day of any exchange")))
    };
    let Some(stamps) = result.get("timestamp") else {
        // A span without a session has no bars and no stamps.
        return Ok(Rows::Prices(Bars::default()));
    };
    let stamps: Vec<i64> = stamps
        .as_array()
        .ok_or_else(|| missing("timestamp"))?
        .iter()
        .map(|stamp| stamp.as_i64().ok_or_else(|| missing("timestamp")))
        .collect::<Result<_>>()?;
    let quote = field(result, "indicators/quote/0")?;
    let columns = ["open", "high", "low", "close", "volume"];
    let columns = columns.map(|name| column(quote, name, stamps.len()));
    let [open, high, low, close, volume] = columns;
    let (open, high, low, close, volume) = (open?, high?, low?, close?, volume?);
    let unfinished = unfinished(meta)?;
    let mut bars = Bars::default();
    for (row, stamp) in stamps.iter().enumerate() {
        // Days without a trade stand there without numbers.
        if close[row].is_nan() || unfinished.is_some_and(|start| *stamp >= start) {
            continue;
        }
        bars.dates.push(day(*stamp)?);
        bars.open.push(open[row]);
        bars.high.push(high[row]);
        bars.low.push(low[row]);
        bars.close.push(close[row]);
        bars.volume.push(volume[row]);
    }
    let dividends = events(result, "dividends", |event| number(event, "amount"))?;
    let splits = events(result, "splits", |event| {
        Ok(number(event, "numerator")? / number(event, "denominator")?)
    })?;
    let dated = |all: Vec<(i64, f64)>| -> Result<BTreeMap<Date, f64>> {
        all.into_iter().map(|(stamp, value)| Ok((day(stamp)?, value))).collect()
    };
    as_traded(&mut bars, &dated(dividends)?, &dated(splits)?);
    Ok(Rows::Prices(bars))
}

/// When the session that still runs began: its bar will change.
fn unfinished(meta: &Value) -> Result<Option<i64>> {
    let Some(period) = meta.get("currentTradingPeriod") else { return Ok(None) };
    let (start, end) = (integer(period, "regular/start")?, integer(period, "regular/end")?);
    let last = integer(meta, "regularMarketTime")?;
    Ok((last < end).then_some(start))
}

fn column(quote: &Value, name: &str, count: usize) -> Result<Vec<f64>> {
    let cells = list(quote, name)?;
    if cells.len() != count {
        return Err(Error::data(format!(
            "{} values of {name} stand beside {count} days",
            cells.len()
        )));
    }
    let cell = |cell: &Value| match cell {
        Value::Null => Ok(f64::NAN),
        _ => cell.as_f64().ok_or_else(|| {
            Error::data(format!("the field `{name}` holds {cell}, which is no number"))
        }),
    };
    cells.iter().map(cell).collect()
}

/// Dividends or splits with their time stamps; none where the answer has no such part.
fn events(result: &Value, kind: &str, value: fn(&Value) -> Result<f64>) -> Result<Vec<(i64, f64)>> {
    let Some(all) = result.get("events").and_then(|events| events.get(kind)) else {
        return Ok(Vec::new());
    };
    let all = all.as_object().ok_or_else(|| missing(&format!("events/{kind}")))?;
    all.values()
        .map(|event| {
            let value = value(event)?;
            if !(value.is_finite() && value > 0.0) {
                return Err(Error::data(format!("one of the {kind} is {value}")));
            }
            Ok((integer(event, "date")?, value))
        })
        .collect()
}

/// Prices, volumes and dividends as they were: everything is stated in the shares of today, so what lies before a split
/// is multiplied by its factor. An event on a day without a bar counts on the next.
fn as_traded(bars: &mut Bars, dividends: &BTreeMap<Date, f64>, splits: &BTreeMap<Date, f64>) {
    let count = bars.dates.len();
    (bars.dividend, bars.split) = (vec![0.0; count], vec![1.0; count]);
    let mut since = 1.0;
    for (date, factor) in splits {
        match bars.dates.partition_point(|day| day < date) {
            row if row < count => bars.split[row] *= factor,
            // Of a day that is not over, but prices are stated in its shares already.
            _ => since *= factor,
        }
    }
    for (date, cash) in dividends {
        let row = bars.dates.partition_point(|day| day < date);
        if let Some(cell) = bars.dividend.get_mut(row) {
            *cell += cash;
        }
    }
    for row in (0..count).rev() {
        for field in [&mut bars.open, &mut bars.high, &mut bars.low, &mut bars.close] {
            field[row] *= since;
        }
        bars.volume[row] /= since;
        since *= bars.split[row];
        // Paid for each share held before the split of its day.
        bars.dividend[row] *= since;
    }
}
