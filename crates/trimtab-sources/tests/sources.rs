//! Every source against a server on this machine that speaks its format: what comes into the store, what is asked
//! again, and what never gets in.
#![allow(clippy::unwrap_used)]

mod support {
    pub mod made;
    pub mod server;
}

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::civil::{Date, date};
use support::made::{self, Clock, Vintage};
use support::server::{Answer, Asked, Server};
use trimtab_core::Fact;
use trimtab_data::store::{Bars, Change, Key, Rows, Store, What, Writer};
use trimtab_sources::{Client, Job, Limits, Outcome, Report, Secret, fetch, find};

const BEGIN: Date = Date::constant(2023, 11, 1);

/// A client that does not wait for anybody.
fn client() -> Client {
    Client::new(Limits {
        per_minute: 1e9,
        tries: 3,
        wait: Duration::from_millis(1),
        timeout: Duration::from_secs(5),
    })
    .unwrap()
}

/// Runs a job on a store.
fn run(root: &Path, source: &str, names: &[&str], base: String, to: Date) -> Report {
    let job = Job {
        source: find(source).unwrap(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        from: None,
        to,
        whole: false,
        base,
        key: Some(Secret::new("topsecret")),
    };
    let mut writer = Writer::open(root).unwrap();
    fetch(&mut writer, &mut client(), &job, &mut |_| {}).unwrap()
}

fn rows(root: &Path, what: What, name: &str, source: &str) -> Rows {
    let store = Store::open(root).unwrap();
    store.rows(store.entry(&Key::new(what, name, source)).unwrap()).unwrap()
}

fn bars_of(rows: Rows) -> Bars {
    match rows {
        Rows::Prices(bars) | Rows::Adjusted(bars) => bars,
        other => panic!("{other:?}"),
    }
}

/// Everything but the last bits, which a division by a split may move.
fn alike(a: &Bars, b: &Bars) {
    assert_eq!(a.dates, b.dates);
    for (x, y) in [
        (&a.open, &b.open),
        (&a.high, &b.high),
        (&a.low, &b.low),
        (&a.close, &b.close),
        (&a.volume, &b.volume),
        (&a.dividend, &b.dividend),
        (&a.split, &b.split),
    ] {
        assert_eq!(x.len(), y.len());
        for (x, y) in x.iter().zip(y) {
            assert!((x - y).abs() <= 1e-9 * x.abs().max(1.0), "{x} {y}");
        }
    }
}

fn from_of(asked: &Asked) -> Date {
    match asked.parameter("period1").unwrap().parse::<i64>().unwrap() {
        0 => BEGIN,
        seconds => made::epoch(seconds / 86_400),
    }
}

/// Yahoo, as it is on the day `today`.
fn yahoo(today: Date) -> Server {
    Server::new(move |asked| {
        let name = asked.path.split(['/', '?']).nth(4).unwrap().to_owned();
        Answer::ok(made::yahoo(&name, &made::bars(&name, BEGIN, today), from_of(asked)))
    })
}

#[test]
fn yahoo_is_restored_as_traded_and_only_new_days_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (date(2024, 2, 9), date(2024, 3, 28));
    let server = yahoo(first);
    let report = run(folder.path(), "yahoo", &["SPY", "A.B"], server.base(), first);
    assert_eq!((report.requests, report.error()), (2, None));
    for name in ["SPY", "A.B"] {
        let stored = bars_of(rows(folder.path(), What::Prices, name, "yahoo"));
        alike(&stored, &made::bars(name, BEGIN, first));
    }
    // The same again asks nothing.
    let report = run(folder.path(), "yahoo", &["SPY", "A.B"], server.base(), first);
    assert_eq!((report.requests, &report.names[0].outcome), (0, &Outcome::Fresh));
    // Later, with a split in between, by which all earlier prices are stated in other shares now.
    let server = yahoo(second);
    let report = run(folder.path(), "yahoo", &["SPY"], server.base(), second);
    assert_eq!(report.requests, 1);
    assert!(report.names[0].revised.is_empty(), "{:?}", report.names[0].revised);
    let stored = bars_of(rows(folder.path(), What::Prices, "SPY", "yahoo"));
    alike(&stored, &made::bars("SPY", BEGIN, second));
    let asked = from_of(&server.asked()[0]);
    assert!(asked > date(2024, 1, 31) && asked <= first, "{asked}");
}

#[test]
fn each_day_of_a_quarter_asks_for_that_day_and_the_week_before_only() {
    /// Sessions that are asked for again: a late correction is noticed within a week.
    const AGAIN: usize = 5;
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<String> = (0..8).map(|ix| format!("S{ix}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let begin = date(2024, 1, 2);
    let clock = Arc::new(Mutex::new(Clock { today: begin, rows: 0 }));
    let answered = || clock.lock().unwrap().rows;
    let server = Server::new(made::yahoo_by_day(BEGIN, Arc::clone(&clock)));
    let before = made::sessions(BEGIN, begin).len();
    run(folder.path(), "yahoo", &names, server.base(), begin);
    assert_eq!((server.asked().len(), answered()), (8, 8 * before));
    let sessions = made::sessions(date(2024, 1, 3), date(2024, 3, 28));
    for (known, to) in (before..).zip(sessions) {
        let (asked, so_far) = (server.asked().len(), answered());
        clock.lock().unwrap().today = to;
        let report = run(folder.path(), "yahoo", &names, server.base(), to);
        for name in &report.names {
            let Outcome::Fetched(changes) = &name.outcome else { panic!("{to}: {name:?}") };
            assert_eq!((changes[0].1, name.revised.len()), (Change::Added(1), 0), "{to}");
        }
        assert_eq!(server.asked().len() - asked, 8, "{to}");
        assert_eq!(answered() - so_far, 8 * (AGAIN + 1), "{to}");
        let stored = Store::open(folder.path()).unwrap();
        assert!(stored.entries().iter().all(|entry| entry.rows() == known + 1), "{to}");
    }
    alike(
        &bars_of(rows(folder.path(), What::Prices, "S3", "yahoo")),
        &made::bars("S3", BEGIN, date(2024, 3, 28)),
    );
}

#[test]
fn a_session_that_still_runs_does_not_get_in() {
    let folder = tempfile::tempdir().unwrap();
    let today = date(2024, 1, 12);
    let server = Server::new(move |_| {
        let text = made::yahoo("SPY", &made::bars("SPY", BEGIN, today), BEGIN);
        let open = i64::from(made::days(today)) * 86_400 + 52_200;
        let running = format!(
            "\"regularMarketTime\":{},\"currentTradingPeriod\":{{\"regular\":{{\"start\":{open},\"end\":{}}}}}",
            open + 600,
            open + 23_400
        );
        let over = "\"regularMarketTime\":2000,\"currentTradingPeriod\":{\"regular\":{\"start\":1000,\"end\":2000}}";
        assert!(text.contains(over));
        Answer::ok(text.replace(over, &running))
    });
    run(folder.path(), "yahoo", &["SPY"], server.base(), today);
    let stored = bars_of(rows(folder.path(), What::Prices, "SPY", "yahoo"));
    assert_eq!(stored.dates.last(), Some(&date(2024, 1, 11)));
}

#[test]
fn stooq_levels_stay_on_their_scale_whatever_dividends_follow() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (date(2024, 2, 9), date(2024, 3, 28));
    let server = |today: Date| {
        Server::new(move |asked| {
            assert_eq!(asked.parameter("s"), Some("spy.us"));
            let from = asked.parameter("d1").map_or(BEGIN, |d| {
                format!("{}-{}-{}", &d[..4], &d[4..6], &d[6..]).parse().unwrap()
            });
            Answer::ok(made::stooq(&made::bars("SPY", BEGIN, today), from))
        })
    };
    run(folder.path(), "stooq", &["SPY"], server(first).base(), first);
    let before = bars_of(rows(folder.path(), What::Adjusted, "SPY", "stooq"));
    let late = server(second);
    let report = run(folder.path(), "stooq", &["SPY"], late.base(), second);
    assert_eq!((report.requests, report.names[0].revised.len()), (1, 0));
    let after = bars_of(rows(folder.path(), What::Adjusted, "SPY", "stooq"));
    assert_eq!(after.close[..before.close.len()], before.close[..]);
    // The returns are total returns of the prices as traded, dividend by dividend.
    let raw = made::bars("SPY", BEGIN, second);
    for t in 1..raw.dates.len() {
        let expected = (raw.close[t] * raw.split[t] + raw.dividend[t]) / raw.close[t - 1];
        let gain = after.close[t] / after.close[t - 1];
        assert!((gain - expected).abs() < 1e-12, "{}", raw.dates[t]);
    }
}

#[test]
fn tiingo_and_alpha_vantage_tell_the_same_prices() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (date(2024, 2, 9), date(2024, 3, 28));
    let tiingo = Server::new(move |asked| {
        assert!(asked.headers.iter().any(|h| h.to_lowercase() == "authorization: token topsecret"));
        let day = |name: &str| asked.parameter(name).unwrap().parse::<Date>().unwrap();
        let all = made::bars("SPY", BEGIN, second);
        Answer::ok(made::tiingo(&all, day("startDate"), day("endDate")))
    });
    let vantage = Server::new(move |asked| {
        assert_eq!(asked.parameter("apikey"), Some("topsecret"));
        let count = if asked.parameter("outputsize") == Some("full") { usize::MAX } else { 100 };
        Answer::ok(made::alpha_vantage("SPY", &made::bars("SPY", BEGIN, second), count))
    });
    for to in [first, second] {
        run(folder.path(), "tiingo", &["SPY"], tiingo.base(), to);
        run(folder.path(), "alpha-vantage", &["SPY"], vantage.base(), to);
        for source in ["tiingo", "alpha-vantage"] {
            let stored = rows(folder.path(), What::Prices, "SPY", source);
            assert_eq!(stored, Rows::Prices(made::bars("SPY", BEGIN, to)), "{source}");
        }
    }
    let from = tiingo.asked()[1].parameter("startDate").unwrap().parse::<Date>().unwrap();
    assert!(from > date(2024, 1, 31) && from <= first);
}

fn unemployment() -> Vec<Vintage> {
    let (july, august) = (date(2008, 7, 1), date(2008, 8, 1));
    vec![
        Vintage(july, date(2008, 8, 1), "5.7"),
        Vintage(august, date(2008, 9, 5), "6.1"),
        Vintage(july, date(2009, 1, 9), "5.8"),
        Vintage(date(2008, 9, 1), date(2008, 10, 3), "6.1"),
        Vintage(date(2008, 10, 1), date(2008, 11, 7), "."),
        Vintage(august, date(2010, 1, 8), "6.2"),
    ]
}

/// The archive; a span of more than `most` days is refused as one of too many vintages.
fn archive(most: i32, page: usize) -> Server {
    Server::new(move |asked| {
        assert!(!asked.path.contains("vintage_date"), "{}", asked.path);
        assert_eq!(asked.parameter("output_type"), Some("1"));
        let day = |name: &str| asked.parameter(name).unwrap().parse::<Date>().unwrap();
        let span = (day("realtime_start"), day("realtime_end"));
        if span.0.until(span.1).unwrap().get_days() > most {
            let text = "{\"error_code\":400,\"error_message\":\"Bad Request.  This exceeds the maximum number of \
                        vintage dates allowed (2000).\"}";
            return Answer::status(400, text);
        }
        let offset = asked.parameter("offset").unwrap().parse().unwrap();
        Answer::ok(made::fred(&unemployment(), span, offset, page))
    })
}

#[test]
fn the_archive_gives_first_prints_and_revisions_with_their_days() {
    let fact = |about: Date, known: Date, value: f64| Fact { about, known, value };
    let (july, august, september) = (date(2008, 7, 1), date(2008, 8, 1), date(2008, 9, 1));
    let mut expected = vec![
        fact(july, date(2008, 8, 1), 5.7),
        fact(august, date(2008, 9, 5), 6.1),
        fact(september, date(2008, 10, 3), 6.1),
        fact(july, date(2009, 1, 9), 5.8),
    ];
    // At once, and in halves of halves because each span may hold few vintages.
    for most in [i32::MAX, 20_000] {
        let folder = tempfile::tempdir().unwrap();
        let server = archive(most, usize::MAX);
        let report = run(folder.path(), "alfred", &["UNRATE"], server.base(), date(2009, 6, 1));
        assert_eq!(report.error(), None);
        assert_eq!(
            rows(folder.path(), What::Facts, "UNRATE", "alfred"),
            Rows::Facts(expected.clone())
        );
        assert_eq!(server.asked().len() > 1, most < i32::MAX);
    }
    // A year later: asked from the last day of becoming known on, and only the revision is new.
    let folder = tempfile::tempdir().unwrap();
    let server = archive(i32::MAX, usize::MAX);
    run(folder.path(), "alfred", &["UNRATE"], server.base(), date(2009, 6, 1));
    let report = run(folder.path(), "alfred", &["UNRATE"], server.base(), date(2010, 6, 1));
    assert_eq!(server.asked()[1].parameter("realtime_start"), Some("2009-01-09"));
    let Outcome::Fetched(changes) = &report.names[0].outcome else { panic!() };
    assert_eq!(changes[0].1, Change::Added(1));
    expected.push(fact(august, date(2010, 1, 8), 6.2));
    assert_eq!(rows(folder.path(), What::Facts, "UNRATE", "alfred"), Rows::Facts(expected));
}

#[test]
fn fred_gives_one_revision_and_refuses_an_answer_of_another_day() {
    let folder = tempfile::tempdir().unwrap();
    let server = archive(i32::MAX, usize::MAX);
    run(folder.path(), "fred", &["UNRATE"], server.base(), date(2008, 12, 1));
    let reading = |month: i8, value: f64| (date(2008, month, 1), value);
    let first = vec![reading(7, 5.7), reading(8, 6.1), reading(9, 6.1)];
    assert_eq!(rows(folder.path(), What::Readings, "UNRATE", "fred"), Rows::Readings(first));
    // Revised since: the new value stands there, and the report says which one it replaced.
    let report = run(folder.path(), "fred", &["UNRATE"], server.base(), date(2009, 6, 1));
    let revised = &report.names[0].revised;
    assert_eq!((revised.len(), revised[0].before, revised[0].after), (1, Some(5.7), Some(5.8)));
    // A server that does not know the parameters answers with today's data, as the real one does to `vintage_date`.
    let deaf = Server::new(|_| {
        let today = date(2024, 6, 1);
        Answer::ok(made::fred(&unemployment(), (today, today), 0, usize::MAX))
    });
    let before = Store::open(folder.path()).unwrap().hash();
    let report = run(folder.path(), "fred", &["UNRATE"], deaf.base(), date(2009, 7, 1));
    assert!(report.error().unwrap().to_string().contains("may be revised data"));
    // Half a page is noticed by the count.
    let cut = archive(i32::MAX, 2);
    let report = run(folder.path(), "fred", &["UNRATE"], cut.base(), date(2009, 7, 1));
    assert!(report.error().unwrap().to_string().contains("cut off"));
    assert_eq!(Store::open(folder.path()).unwrap().hash(), before);
}

#[test]
fn the_curve_comes_year_by_year_and_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let year = |asked: &Asked| asked.path.split('/').nth(5).unwrap().parse::<i16>().unwrap();
    let table = move |year: i16| {
        let new = if year >= 2024 { ",\"1.5 Month\"" } else { "" };
        let mut text = format!("Date,\"1 Mo\"{new},\"10 Yr\",\"30 Yr\"\n");
        for day in made::sessions(date(year, 1, 1), date(year, 12, 31)).into_iter().rev() {
            let month = if year < 2001 { String::new() } else { format!("{}.25", day.month()) };
            let half = if new.is_empty() { "" } else { ",4.5" };
            let long = if year == 2003 { "N/A" } else { "5.5" };
            text += &format!(
                "{:02}/{:02}/{year},{month}{half},{}.5,{long}\n",
                day.month(),
                day.day(),
                day.day()
            );
        }
        text
    };
    let mut served = 0;
    let server = Server::new(move |asked| {
        served += 1;
        // The source breaks down in the middle, for good.
        if (9..12).contains(&served) {
            Answer::status(500, "")
        } else {
            Answer::ok(table(year(asked)))
        }
    });
    let to = date(2005, 6, 30);
    let report = run(folder.path(), "treasury", &["curve"], server.base(), to);
    assert!(report.stopped.is_some());
    let (asked, last) =
        (server.asked().len(), rows(folder.path(), What::Readings, "DGS10", "treasury").last());
    assert_eq!((asked, last), (11, Some(date(1997, 12, 31))));
    let report = run(folder.path(), "treasury", &["curve"], server.base(), to);
    assert_eq!((report.error(), report.requests), (None, 9));
    assert_eq!(year(&server.asked()[asked]), 1997);
    let expected: Vec<(Date, f64)> = made::sessions(date(1990, 1, 1), to)
        .into_iter()
        .map(|day| (day, f64::from(day.day()) + 0.5))
        .collect();
    assert_eq!(rows(folder.path(), What::Readings, "DGS10", "treasury"), Rows::Readings(expected));
    let Rows::Readings(month) = rows(folder.path(), What::Readings, "DGS1MO", "treasury") else {
        panic!()
    };
    assert_eq!(month[0].0, date(2001, 1, 2));
    let Rows::Readings(long) = rows(folder.path(), What::Readings, "DGS30", "treasury") else {
        panic!()
    };
    assert!(long.iter().all(|(day, _)| day.year() != 2003));
    // A column of which nobody has heard stops it, by name.
    let strange = Server::new(|_| Answer::ok("Date,\"1 Mo\",\"1 Moon\"\n07/01/2005,1,2\n"));
    let report = run(folder.path(), "treasury", &["curve"], strange.base(), date(2005, 7, 2));
    assert!(report.error().unwrap().to_string().contains("`1 Moon`"));
}

#[test]
fn the_feed_tells_the_same_curve_as_the_tables() {
    let folder = tempfile::tempdir().unwrap();
    let to = date(1992, 3, 31);
    let ten = |day: Date| f64::from(day.day()) + 0.5;
    let feed = move |year: i16| {
        let mut text = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n".to_owned();
        for (ix, day) in
            made::sessions(date(year, 1, 1), date(year, 12, 31)).into_iter().enumerate()
        {
            let ten = ten(day);
            text += &format!(
                "<entry>\n<id>{ix}</id><content type=\"application/xml\">\n<m:properties>\n\
                 <d:Id m:type=\"Edm.Int32\">{ix}</d:Id>\n\
                 <d:NEW_DATE m:type=\"Edm.DateTime\">{day}T00:00:00</d:NEW_DATE>\n\
                 <d:BC_1_5MONTH m:type=\"Edm.Double\" m:null=\"true\" />\n\
                 <d:BC_3MONTH xmlns:d=\"urn:x\" m:type=\"Edm.Double\">7.83</d:BC_3MONTH>\n\
                 <d:BC_10YEAR m:type=\"Edm.Double\">{ten}</d:BC_10YEAR>\n\
                 <d:BC_30YEARDISPLAY m:type=\"Edm.Double\">8</d:BC_30YEARDISPLAY>\n\
                 </m:properties>\n</content>\n</entry>\n"
            );
        }
        text + "</feed>\n"
    };
    let server = Server::new(move |asked| {
        assert_eq!(asked.parameter("data"), Some("daily_treasury_yield_curve"));
        Answer::ok(feed(asked.parameter("field_tdr_date_value").unwrap().parse().unwrap()))
    });
    let report = run(folder.path(), "treasury-xml", &["curve"], server.base(), to);
    assert_eq!((report.error(), report.requests), (None, 3));
    let expected: Vec<(Date, f64)> =
        made::sessions(date(1990, 1, 1), to).into_iter().map(|day| (day, ten(day))).collect();
    let of = |name: &str| rows(folder.path(), What::Readings, name, "treasury-xml");
    assert_eq!(of("DGS10"), Rows::Readings(expected.clone()));
    assert_eq!(of("DGS3MO").len(), expected.len());
    // Nothing was ever written for the bill of six weeks, and the field for display is no yield.
    let store = Store::open(folder.path()).unwrap();
    assert_eq!(
        store.entries().iter().map(|e| e.key.name.as_str()).collect::<Vec<_>>(),
        ["DGS10", "DGS3MO"]
    );
    // What is spoilt changes nothing.
    let whole = feed(1992);
    let (first, second) = (whole.find("<entry>").unwrap(), whole.rfind("<entry>").unwrap());
    let entry = &whole[first..whole.find("</entry>").unwrap() + 9];
    let to = date(1992, 4, 30);
    for (body, said) in [
        (whole[..second].to_owned(), "it was cut off"),
        (format!("{}</feed>", &whole[..whole.len() - 60]), "not"),
        (whole.replacen("</feed>", &format!("{entry}</feed>"), 1), "out of order"),
        (whole.replacen(entry, &format!("{entry}{entry}"), 1), "stands there twice"),
        (whole.replacen("BC_10YEAR", "BC_10EONS", 2), "unknown field `BC_10EONS`"),
        (whole.replacen("7.83", "high", 1), "`high`, no number"),
        (whole.replacen("NEW_DATE", "OLD_DATE", 2), "no date"),
        (feed(1991), "which was not asked for"),
        ("<!DOCTYPE html><html>down for maintenance</html>".to_owned(), "no XML feed"),
    ] {
        let before = store.hash();
        let spoilt = Server::new(move |_| Answer::ok(body.clone()));
        let report = run(folder.path(), "treasury-xml", &["curve"], spoilt.base(), to);
        let error =
            report.error().unwrap_or_else(|| panic!("{said}: nothing was refused")).to_string();
        assert!(error.contains(said), "{said}: {error}");
        assert_eq!(Store::open(folder.path()).unwrap().hash(), before, "{said}");
    }
}

#[test]
fn tables_of_one_file_become_series() {
    let folder = tempfile::tempdir().unwrap();
    let to = date(2024, 3, 1);
    let shiller = Server::new(|_| {
        Answer::ok(
            "Date,SP500,Dividend,Earnings,Consumer Price Index,Long Interest Rate,Real Price,Real Dividend,\
             Real Earnings,PE10\n1871-01-01,4.44,0.26,0.4,12.46,5.32,109.05,6.39,9.82,0.0\n\
             2023-05-01,4146.17,67.98,175.17,304.13,3.57,4146.17,67.98,175.17,28.99\n\
             2023-06-01,4345.37,0.0,0.0,305.11,3.75,4345.37,0.0,0.0,0.0\n",
        )
    });
    run(folder.path(), "shiller", &["table"], shiller.base(), to);
    let cape = Rows::Readings(vec![(date(2023, 5, 1), 28.99)]);
    assert_eq!(rows(folder.path(), What::Readings, "CAPE", "shiller"), cape);
    assert_eq!(rows(folder.path(), What::Readings, "SHILLER.SP500", "shiller").len(), 3);
    let words = "This file was created by CMPT_ME_BEME_RETS using the 202402 CRSP database.\r\n\r\n\
                 ,Mkt-RF,SMB,HML,RF\r\n192607,    2.96,   -2.56,   -2.43,    0.22\r\n\
                 192608,    2.64, -99.99,    3.82,    0.25\r\n\r\n Annual Factors: January-December \r\n\
                 ,Mkt-RF,SMB,HML,RF\r\n  1927,   29.47,   -2.04,   -4.54,    3.12\r\n";
    let archive = made::zip("F-F_Research_Data_Factors.CSV", words.as_bytes());
    let french = Server::new(move |asked| {
        assert_eq!(asked.path, "/pages/faculty/ken.french/ftp/F-F_Research_Data_Factors_CSV.zip");
        Answer::ok(archive.clone())
    });
    let report = run(folder.path(), "french", &["F-F_Research_Data_Factors"], french.base(), to);
    assert_eq!(report.error(), None);
    let series = |column: &str| {
        rows(
            folder.path(),
            What::Readings,
            &format!("F-F_Research_Data_Factors.{column}"),
            "french",
        )
    };
    let (july, august) = (date(1926, 7, 1), date(1926, 8, 1));
    assert_eq!(series("Mkt-RF"), Rows::Readings(vec![(july, 2.96), (august, 2.64)]));
    assert_eq!(series("SMB"), Rows::Readings(vec![(july, -2.56)]));
    let cboe = Server::new(|asked| {
        Answer::ok(match asked.path.contains("VVIX") {
            true => "DATE,VVIX\n03/06/2006,71.73\n",
            false => {
                "DATE,OPEN,HIGH,LOW,CLOSE\n01/02/2024,13.21,14.23,13.1,13.20\n01/03/2024,13.38,14.22,13.33,14.04\n"
            }
        })
    });
    run(folder.path(), "cboe", &["VIX", "VVIX"], cboe.base(), to);
    let vix = Rows::Readings(vec![(date(2024, 1, 2), 13.2), (date(2024, 1, 3), 14.04)]);
    assert_eq!(rows(folder.path(), What::Readings, "VIX", "cboe"), vix);
    assert_eq!(rows(folder.path(), What::Readings, "VVIX", "cboe").len(), 1);
    // The store's market has them by name.
    let at = format!("store:{}", folder.path().display());
    let report = trimtab_data::check(&[at.into()], &trimtab_data::Options::default()).unwrap();
    assert_eq!(report.files.len(), 15);
}

/// What a spoilt answer of each source looks like, and a word of the refusal.
fn spoilt() -> Vec<(&'static str, &'static str, String, &'static str)> {
    let to = date(2024, 1, 31);
    let bars = made::bars("SPY", BEGIN, to);
    let (yahoo, stooq) = (made::yahoo("SPY", &bars, BEGIN), made::stooq(&bars, BEGIN));
    let (tiingo, vantage) =
        (made::tiingo(&bars, BEGIN, to), made::alpha_vantage("SPY", &bars, 500));
    let swap_lines = |text: &str, a: usize, b: usize| {
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        lines.swap(a, b);
        lines.concat()
    };
    let twice = |text: &str, line: usize| {
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        lines.insert(line, lines[line]);
        lines.concat()
    };
    let first = |text: &str| {
        let start = text.find('[').unwrap() + 1;
        let end = text.find("},").unwrap() + 2;
        text[start..end].to_owned()
    };
    let stamp = |day: Date| (i64::from(made::days(day)) * 86_400 + 52_200).to_string();
    let (second, third) = (stamp(bars.dates[1]), stamp(bars.dates[2]));
    let close = |row: usize| format!("{}", bars.close[row]);
    let newest = format!("\"{}\":{{\"1. open\"", bars.dates[bars.dates.len() - 1]);
    let next = format!("\"{}\":{{\"1. open\"", bars.dates[bars.dates.len() - 2]);
    let half = |text: &str| text[..text.len() / 2].to_owned();
    vec![
        ("yahoo", "cut off", half(&yahoo), "no whole JSON"),
        ("yahoo", "renamed field", yahoo.replace("\"close\":", "\"last\":"), "no field `close`"),
        ("yahoo", "one number less", yahoo.replacen(&format!("{},", close(3)), "", 1), "stand beside"),
        ("yahoo", "a text for a number", yahoo.replacen(&format!("\"close\":[{}", close(0)), "\"close\":[\"x\"", 1), "no number"),
        ("yahoo", "reordered", yahoo.replace(&format!("{second},{third}"), &format!("{third},{second}")), "stands behind"),
        ("yahoo", "duplicated", yahoo.replace(&third, &second), "stands there twice"),
        ("yahoo", "a negative price", yahoo.replacen(&format!("\"close\":[{}", close(0)), "\"close\":[-1", 1), "close of"),
        ("yahoo", "another symbol", yahoo.replace("\"SPY\"", "\"QQQ\""), "about QQQ"),
        ("stooq", "cut within a number", stooq[..stooq.len() - 4].to_owned(), "not ended"),
        ("stooq", "cut within a line", format!("{}\r\n", &stooq[..stooq.len() - 30]), "cells"),
        ("stooq", "renamed column", stooq.replace("Close", "Last"), "no column `Close`"),
        ("stooq", "reordered", swap_lines(&stooq, 3, 5), "stands behind"),
        ("stooq", "duplicated", twice(&stooq, 4), "stands there twice"),
        ("stooq", "words", stooq.replacen("\r\n", "\r\nplease wait\r\n", 1), "cells"),
        ("tiingo", "cut off", half(&tiingo), "no whole JSON"),
        ("tiingo", "renamed field", tiingo.replace("divCash", "dividend"), "no field `divCash`"),
        ("tiingo", "duplicated", tiingo.replacen('[', &format!("[{}", first(&tiingo)), 1), "stands there twice"),
        ("tiingo", "reordered", {
            let moved = first(&tiingo);
            let rest = tiingo.replacen(&moved, "", 1);
            format!("{},{}]", &rest[..rest.len() - 1], moved.trim_end_matches(','))
        }, "stands behind"),
        ("tiingo", "null", tiingo.replacen("\"splitFactor\":1", "\"splitFactor\":null", 1), "`splitFactor`"),
        ("tiingo", "refusal", "{\"detail\":\"Not found.\"}".to_owned(), "Not found."),
        ("alpha-vantage", "cut off", half(&vantage), "no whole table"),
        ("alpha-vantage", "renamed field", vantage.replace("4. close", "4. last"), "no field `4. close`"),
        ("alpha-vantage", "duplicated", vantage.replace(&next, &newest), "stands there twice"),
        ("alpha-vantage", "reordered", vantage.replace(&next, "#").replace(&newest, &next).replace('#', &newest), "stands behind"),
        ("alpha-vantage", "an unknown symbol", "{\"Error Message\":\"Invalid API call.\"}".to_owned(), "Invalid API call"),
        ("cboe", "duplicated", "DATE,OPEN,HIGH,LOW,CLOSE\n01/02/2024,1,1,1,1\n01/02/2024,1,1,1,1\n".to_owned(), "stands there twice"),
        ("cboe", "reordered", "DATE,OPEN,HIGH,LOW,CLOSE\n01/02/2024,1,1,1,1\n01/05/2024,1,1,1,1\n01/03/2024,1,1,1,1\n01/08/2024,1,1,1,1\n".to_owned(), "stands behind"),
        ("treasury", "reordered", "Date,\"1 Mo\"\n01/05/2024,1\n01/02/2024,1\n01/03/2024,1\n".to_owned(), "out of order"),
        ("treasury", "another year", "Date,\"1 Mo\"\n01/05/2023,1\n".to_owned(), "not asked for"),
        ("shiller", "renamed column", "Date,SP500\n2024-01-01,1\n".to_owned(), "no column `Dividend`"),
        ("french", "no archive inside", "PK but not a ZIP archive at all, and long enough".to_owned(), "no whole ZIP"),
        ("fred", "an error", "{\"error_code\":400}".to_owned(), "no field `realtime_start`"),
    ]
}

#[test]
fn nothing_spoilt_gets_in_and_the_reason_is_said() {
    let to = date(2024, 1, 31);
    for (source, how, body, said) in spoilt() {
        // Into an empty store, and beside what is there.
        for full in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let names = find(source).unwrap().only().unwrap_or("SPY");
            let mut writer = Writer::open(folder.path()).unwrap();
            let what = find(source).unwrap().what();
            if full && what == What::Prices {
                let there = Rows::Prices(made::bars("SPY", BEGIN, date(2024, 1, 20)));
                let key = Key::new(what, names, source);
                writer.replace(&key, there, Some(date(2024, 1, 20))).unwrap();
            }
            let before = writer.store().hash();
            drop(writer);
            let body = body.clone();
            let server = Server::new(move |_| Answer::ok(body.clone()));
            // From 2024 on, so that the curve is one year only.
            let job = Job {
                source: find(source).unwrap(),
                names: vec![names.to_owned()],
                from: (source == "treasury").then(|| date(2024, 1, 1)),
                to,
                whole: source == "tiingo" || source == "alpha-vantage",
                base: server.base(),
                key: Some(Secret::new("topsecret")),
            };
            let mut writer = Writer::open(folder.path()).unwrap();
            let report = fetch(&mut writer, &mut client(), &job, &mut |_| {}).unwrap();
            let error =
                report.error().unwrap_or_else(|| panic!("{source}, {how}: nothing was refused"));
            assert!(error.to_string().contains(said), "{source}, {how}: {error}");
            assert_eq!(writer.store().hash(), before, "{source}, {how}");
        }
    }
}

#[test]
fn a_changed_past_is_fetched_whole_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (date(2024, 1, 31), date(2024, 3, 28));
    run(folder.path(), "yahoo", &["SPY"], yahoo(first).base(), first);
    // The vendor has found a dividend that it did not know before.
    let mended = move || {
        let mut bars = made::bars("SPY", BEGIN, second);
        let row = bars.dates.iter().position(|day| *day == date(2024, 1, 30)).unwrap();
        bars.dividend[row] = 0.25;
        bars
    };
    let server =
        Server::new(move |asked| Answer::ok(made::yahoo("SPY", &mended(), from_of(asked))));
    let report = run(folder.path(), "yahoo", &["SPY"], server.base(), second);
    let revised = &report.names[0].revised;
    assert_eq!((report.requests, revised.len()), (2, 1));
    assert_eq!((revised[0].date, revised[0].field), (date(2024, 1, 30), "dividend"));
    alike(&bars_of(rows(folder.path(), What::Prices, "SPY", "yahoo")), &mended());
}
