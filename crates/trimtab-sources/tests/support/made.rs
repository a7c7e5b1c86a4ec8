//! A made-up market, told in the words of each source.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::{Arc, Mutex};

use jiff::civil::{Date, date};
use trimtab_core::Exchange;
use trimtab_data::store::Bars;

use super::server::{Answer, Asked};

pub fn sessions(from: Date, to: Date) -> Vec<Date> {
    Exchange::Nyse.sessions(from, to)
}

/// Prices as traded of one symbol, a split and dividends among them. The same day is the same whatever the span.
pub fn bars(name: &str, from: Date, to: Date) -> Bars {
    let seed: u32 = name.bytes().map(u32::from).sum();
    let mut bars = Bars::default();
    let split = date(2024, 2, 15);
    for day in sessions(from, to) {
        let t = days(day) as u32;
        let shares = if day < split { 4.0 } else { 1.0 };
        // Eighths: every factor of a split is exact.
        let close = shares * (40.0 + f64::from((t * 37 + seed * 11) % 97) / 8.0);
        bars.dates.push(day);
        bars.open.push(close - 0.5);
        bars.high.push(close + 1.0);
        bars.low.push(close - 1.0);
        bars.close.push(close);
        bars.volume.push(f64::from(1000 + t % 500) * 4.0);
        bars.dividend.push(if t % 40 == 7 { 0.5 } else { 0.0 });
        bars.split.push(if day == split { 4.0 } else { 1.0 });
    }
    bars
}

pub fn days(day: Date) -> i32 {
    date(1970, 1, 1).until(day).unwrap().get_days()
}

/// As Yahoo tells it: in the shares of the last day of `bars`, which is today for it; rows from `from` on.
pub fn yahoo(name: &str, bars: &Bars, from: Date) -> String {
    // Half past two in the afternoon, in UTC, as New York opens.
    let stamp = |day: Date| i64::from(days(day)) * 86_400 + 52_200;
    let count = bars.dates.len();
    let mut since = vec![1.0; count + 1];
    for row in (0..count).rev() {
        since[row] = since[row + 1] * bars.split[row];
    }
    let kept: Vec<usize> = (0..count).filter(|row| bars.dates[*row] >= from).collect();
    let list =
        |f: &dyn Fn(usize) -> String| kept.iter().map(|row| f(*row)).collect::<Vec<_>>().join(",");
    let scaled = |field: &[f64]| list(&|row| format!("{}", field[row] / since[row + 1]));
    let mut dividends = Vec::new();
    let mut splits = Vec::new();
    for row in &kept {
        let at = stamp(bars.dates[*row]);
        if bars.dividend[*row] > 0.0 {
            let amount = bars.dividend[*row] / since[*row];
            dividends.push(format!("\"{at}\":{{\"amount\":{amount},\"date\":{at}}}"));
        }
        if bars.split[*row] != 1.0 {
            splits.push(format!(
                "\"{at}\":{{\"date\":{at},\"numerator\":{},\"denominator\":1.0,\"splitRatio\":\"4:1\"}}",
                bars.split[*row]
            ));
        }
    }
    format!(
        "{{\"chart\":{{\"result\":[{{\"meta\":{{\"currency\":\"USD\",\"symbol\":\"{name}\",\"gmtoffset\":-18000,\
         \"regularMarketTime\":2000,\"currentTradingPeriod\":{{\"regular\":{{\"start\":1000,\"end\":2000}}}}}},\
         \"timestamp\":[{}],\"events\":{{\"dividends\":{{{}}},\"splits\":{{{}}}}},\
         \"indicators\":{{\"quote\":[{{\"open\":[{}],\"high\":[{}],\"low\":[{}],\"close\":[{}],\"volume\":[{}]}}],\
         \"adjclose\":[{{\"adjclose\":[{}]}}]}}}}],\"error\":null}}}}",
        list(&|row| stamp(bars.dates[row]).to_string()),
        dividends.join(","),
        splits.join(","),
        scaled(&bars.open),
        scaled(&bars.high),
        scaled(&bars.low),
        scaled(&bars.close),
        list(&|row| format!("{}", bars.volume[row] * since[row + 1])),
        scaled(&bars.close),
    )
}

/// The day on which a server is asked, and how many rows it has answered so far.
pub struct Clock {
    pub today: Date,
    pub rows: usize,
}

/// Yahoo with a history from `begin` to the day that the clock shows.
pub fn yahoo_by_day(
    begin: Date,
    clock: Arc<Mutex<Clock>>,
) -> impl FnMut(&Asked) -> Answer + Send + 'static {
    move |asked| {
        let name = asked.path.split(['/', '?']).nth(4).unwrap().to_owned();
        let from = match asked.parameter("period1").unwrap().parse::<i64>().unwrap() {
            0 => begin,
            seconds => epoch(seconds / 86_400),
        };
        let mut clock = clock.lock().unwrap();
        let bars = bars(&name, from, clock.today);
        clock.rows += bars.dates.len();
        Answer::ok(yahoo(&name, &bars, from))
    }
}

/// As Stooq tells it: levels with dividends folded in, the last one the quoted price.
pub fn stooq(bars: &Bars, from: Date) -> String {
    let count = bars.dates.len();
    let mut factor = vec![1.0; count];
    for row in (0..count.saturating_sub(1)).rev() {
        let next = row + 1;
        // What one share of today's row becomes by tomorrow.
        let gain = (bars.close[next] * bars.split[next] + bars.dividend[next]) / bars.close[next];
        factor[row] = factor[next] / gain;
    }
    let mut text = "Date,Open,High,Low,Close,Volume\r\n".to_owned();
    for row in (0..count).filter(|row| bars.dates[*row] >= from) {
        let x = |field: &[f64]| field[row] * factor[row];
        writeln!(
            text,
            "{},{},{},{},{},{}\r",
            bars.dates[row],
            x(&bars.open),
            x(&bars.high),
            x(&bars.low),
            x(&bars.close),
            bars.volume[row]
        )
        .unwrap();
    }
    text
}

/// As Tiingo tells it.
pub fn tiingo(bars: &Bars, from: Date, to: Date) -> String {
    let row = |row: usize| {
        format!(
            "{{\"date\":\"{}T00:00:00.000Z\",\"close\":{c},\"high\":{},\"low\":{},\"open\":{},\"volume\":{},\
             \"adjClose\":{c},\"adjHigh\":{c},\"adjLow\":{c},\"adjOpen\":{c},\"adjVolume\":1,\"divCash\":{},\
             \"splitFactor\":{}}}",
            bars.dates[row],
            bars.high[row],
            bars.low[row],
            bars.open[row],
            bars.volume[row],
            bars.dividend[row],
            bars.split[row],
            c = bars.close[row]
        )
    };
    let rows = (0..bars.dates.len()).filter(|r| (from..=to).contains(&bars.dates[*r]));
    format!("[{}]", rows.map(row).collect::<Vec<_>>().join(","))
}

/// As Alpha Vantage tells it, the newest day first.
pub fn alpha_vantage(name: &str, bars: &Bars, count: usize) -> String {
    let row = |row: usize| {
        format!(
            "\"{}\":{{\"1. open\":\"{}\",\"2. high\":\"{}\",\"3. low\":\"{}\",\"4. close\":\"{c}\",\
             \"5. adjusted close\":\"{c}\",\"6. volume\":\"{}\",\"7. dividend amount\":\"{}\",\
             \"8. split coefficient\":\"{}\"}}",
            bars.dates[row],
            bars.open[row],
            bars.high[row],
            bars.low[row],
            bars.volume[row],
            bars.dividend[row],
            bars.split[row],
            c = bars.close[row]
        )
    };
    let rows: Vec<String> = (0..bars.dates.len()).rev().take(count).map(row).collect();
    format!(
        "{{\"Meta Data\":{{\"1. Information\":\"Daily\",\"2. Symbol\":\"{name}\"}},\"Time Series (Daily)\":{{{}}}}}",
        rows.join(",")
    )
}

/// One value with the span in which it stood.
pub struct Vintage(pub Date, pub Date, pub &'static str);

/// As FRED and its archive tell it: what stood at any time of the span, cut to the span; at most `limit` rows.
pub fn fred(all: &[Vintage], span: (Date, Date), offset: usize, limit: usize) -> String {
    let last = date(9999, 12, 31);
    let until = |ix: usize| {
        let later = all[ix + 1..].iter().filter(|v| v.0 == all[ix].0).map(|v| v.1).min();
        later.map_or(last, |day| day.yesterday().unwrap())
    };
    let mut rows: Vec<(Date, Date, Date, &str)> = (0..all.len())
        .map(|ix| (all[ix].0, all[ix].1, until(ix), all[ix].2))
        .filter(|(_, since, until, _)| *since <= span.1 && *until >= span.0)
        .map(|(about, since, until, x)| (about, since.max(span.0), until.min(span.1), x))
        .collect();
    rows.sort();
    let shown = rows.iter().skip(offset).take(limit).map(|(about, since, until, x)| {
        format!(
            "{{\"realtime_start\":\"{since}\",\"realtime_end\":\"{until}\",\"date\":\"{about}\",\"value\":\"{x}\"}}"
        )
    });
    format!(
        "{{\"realtime_start\":\"{}\",\"realtime_end\":\"{}\",\"observation_start\":\"1600-01-01\",\
         \"observation_end\":\"9999-12-31\",\"units\":\"lin\",\"output_type\":1,\"file_type\":\"json\",\
         \"order_by\":\"observation_date\",\"sort_order\":\"asc\",\"count\":{},\"offset\":{offset},\"limit\":100000,\
         \"observations\":[{}]}}",
        span.0,
        span.1,
        rows.len(),
        shown.collect::<Vec<_>>().join(",")
    )
}

/// A ZIP archive of one deflated file, as Ken French's pages hand it out.
pub fn zip(name: &str, text: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(text).unwrap();
    let packed = packer.finish().unwrap();
    let mut sum = flate2::Crc::new();
    sum.update(text);
    let mut sizes = sum.sum().to_le_bytes().to_vec();
    sizes.extend((packed.len() as u32).to_le_bytes());
    sizes.extend((text.len() as u32).to_le_bytes());
    sizes.extend((name.len() as u16).to_le_bytes());
    let mut out = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0".to_vec();
    out.extend(&sizes);
    out.extend([0, 0]);
    out.extend(name.as_bytes());
    out.extend(&packed);
    let directory = out.len() as u32;
    out.extend(b"PK\x01\x02\x14\0\x14\0\0\0\x08\0\0\0\0\0");
    out.extend(&sizes);
    out.extend([0; 12]);
    out.extend(0u32.to_le_bytes());
    out.extend(name.as_bytes());
    let length = out.len() as u32 - directory;
    out.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    out.extend(length.to_le_bytes());
    out.extend(directory.to_le_bytes());
    out.extend([0, 0]);
    out
}

/// The day that many days after 1970-01-01.
pub fn epoch(days: i64) -> Date {
    date(1970, 1, 1).checked_add(jiff::ToSpan::days(days)).unwrap()
}
