//! `trimtab today` on a small made-up market.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use support::{Place, market, number, refused, report, said, text, trimtab, weekdays};

fn morning(arguments: &[&str]) -> Value {
    let all = [&["today", "--quiet", "--format", "json"], arguments].concat();
    serde_json::from_str(&said(&all)).unwrap()
}

/// A market of 700 weekdays from 2015 on, and its file.
fn place() -> (Place, String) {
    let place = Place::new();
    let data = place.file("prices.csv", &market(700));
    (place, data)
}

fn dates(count: usize) -> Vec<String> {
    weekdays(count).iter().map(ToString::to_string).collect()
}

/// The last close of a symbol up to a date.
fn close(date: &str, symbol: &str) -> f64 {
    let table = market(700);
    let mut lines = table.lines();
    let ix = lines.next().unwrap().split(',').position(|name| name == symbol).unwrap();
    let row = lines.find(|line| line.starts_with(date)).unwrap();
    row.split(',').nth(ix).unwrap().parse().unwrap()
}

#[test]
fn the_decision_is_that_of_the_backtest_on_the_same_day() {
    let (_place, data) = place();
    let month_ends = ["2016-12-30", "2017-03-31", "2017-07-31"];
    for strategy in ["sector-breadth", "trend-50-200", "volatility-target", "trend-12-month-sleeve"]
    {
        for date in month_ends {
            let today = morning(&[strategy, "--data", &data, "--as-of", date]);
            let run = report(&[strategy, "--data", &data, "--to", date]);
            assert_eq!(today["decision_day"], true);
            assert_eq!(run["last_decision"]["date"], date, "{strategy}");
            let (own, other) = (&today["target"], &run["last_decision"]["target"]);
            let mut assets = own.as_object().unwrap().clone();
            assets.remove("cash");
            let mut others = other.as_object().unwrap().clone();
            others.remove("cash");
            assert_eq!(assets, others, "{strategy} on {date}");
        }
    }
}

#[test]
fn a_day_without_a_decision_says_so_and_when_the_next_one_is() {
    let (_place, data) = place();
    // A Saturday: the close of Friday the 19th counts, and decisions are on month-ends.
    let all = ["today", "sector-breadth", "--data", &data, "--as-of", "2017-05-20"];
    let shown = said(&all);
    assert!(shown.contains("Not a decision day; the next decision is on 2017-05-31"), "{shown}");
    assert!(
        shown.contains("2017-05-20 is not a session: the close of 2017-05-19 decides"),
        "{shown}"
    );
    assert!(shown.contains("indicative"), "{shown}");
    // The day before the month's end is not its end, though it is a session.
    let before = said(&["today", "sector-breadth", "--data", &data, "--as-of", "2017-05-30"]);
    assert!(before.contains("the next decision is on 2017-05-31"), "{before}");
    let due = said(&["today", "sector-breadth", "--data", &data, "--as-of", "2017-05-31"]);
    assert!(due.contains("A decision day; the next decision is on 2017-06-30"), "{due}");
    let last = dates(700)[699].clone();
    let stale = said(&["today", "sector-breadth", "--data", &data, "--as-of", "2020-01-31"]);
    assert!(stale.contains(&format!("the data end on {last}")), "{stale}");
    let early = refused(&["today", "sector-breadth", "--data", &data, "--as-of", "2001-01-31"], 4);
    assert!(early.contains("the data reach from"), "{early}");
}

#[test]
fn odd_lots_and_money_that_comes_make_a_ticket_that_adds_up() {
    let (place, data) = place();
    let holdings =
        place.file("mine.csv", "Symbol,Shares\nSPY,12.345\nTLT,7\n\nCASH,1234.56\nDEPOSIT,500\n");
    let day = "2017-03-31";
    let all = ["sector-breadth", "--data", &data, "--as-of", day, "--holdings", &holdings];
    for shares in ["whole", "fractional"] {
        let set = format!("execution.shares={shares}");
        let today =
            morning(&[&all[..], &["--set", &set, "--set", "costs.preset=conservative"]].concat());
        let ticket = &today["ticket"];
        let value = 12.345 * close(day, "SPY") + 7.0 * close(day, "TLT") + 1_734.56;
        assert!((number(ticket, "value") - value).abs() < 1e-4);
        let exact = |text: &Value| -> i128 {
            let text = text.as_str().unwrap();
            let (whole, part) = text.split_once('.').unwrap_or((text, ""));
            format!("{whole}{part:0<8}").parse().unwrap()
        };
        let orders = ticket["orders"].as_array().unwrap();
        assert!(!orders.is_empty());
        let mut cash = exact(&ticket["cash_before"]);
        for order in orders {
            for (parts, whole) in [("parts_in_shares", "shares"), ("parts_in_money", "value")] {
                let sum: i128 = ["signal", "drift", "cash_flow", "rounding"]
                    .iter()
                    .map(|part| exact(&order[parts][*part]))
                    .sum();
                assert_eq!(sum, exact(&order[whole]), "{order}");
            }
            assert!(shares == "fractional" || exact(&order["shares"]) % 100_000_000 == 0);
            cash -= exact(&order["value"]) + exact(&order["fees"]);
        }
        assert_eq!(cash, exact(&ticket["cash_after"]));
        assert!(cash >= 0, "{ticket}");
        let fees: i128 = orders.iter().map(|order| exact(&order["fees"])).sum();
        let kinds = ticket["fees"].as_object().unwrap().values().map(exact).sum::<i128>();
        assert!(fees > 0 && fees == kinds, "{ticket}");
    }
}

#[test]
fn holdings_that_make_no_sense_are_refused_with_file_and_line() {
    let (place, data) = place();
    let refuse = |content: &str, code: i32| {
        let holdings = place.file("mine.csv", content);
        let all = ["today", "sector-breadth", "--data", &data, "--holdings", &holdings, "-q"];
        refused(&all, code)
    };
    let head = "symbol,quantity\n";
    let at = |line: u32| format!("mine.csv:{line}: ");
    let cases = [
        ("SPY,1\nVTIX,3\n", 3, "unknown asset `VTIX`", 3),
        ("SPY,1\nTLT,2\nSPY,3\n", 4, "SPY stands twice, first in line 2", 4),
        ("CASH,1\ncash,3\n", 4, "CASH stands twice", 3),
        ("SPY,-4\n", 4, "-4 shares of SPY are sold short", 2),
        ("SPY,twelve\n", 4, "`twelve` is no number", 2),
        ("SPY,NaN\n", 4, "`NaN` is no number", 2),
        ("SPY,\"1,000\"\n", 4, "`1,000` is no number", 2),
        ("SPY\n", 4, "`` is no number", 2),
        (",5\n", 4, "a row without a symbol", 2),
        ("CASH,-100\n", 4, "CASH of -100 is below zero", 2),
        ("WITHDRAWAL,-5\n", 4, "WITHDRAWAL of -5 is below zero", 2),
        ("SPY,1e300\n", 7, "beyond what the books can hold", 2),
    ];
    for (rows, code, what, line) in cases {
        let err = refuse(&format!("{head}{rows}"), code);
        assert!(err.contains(what) && err.contains(&at(line)), "{rows}: {err}");
    }
    assert!(refuse("asset,number\nSPY,1\n", 4).contains("mine.csv:1: "));
    assert!(refuse(head, 4).contains("0.00 to invest"));
    let out = refuse(&format!("{head}CASH,100\nWITHDRAWAL,100\n"), 4);
    assert!(out.contains("100.00 is wanted out"), "{out}");
    let missing = ["today", "sector-breadth", "--data", &data, "--holdings", "nowhere.csv"];
    assert!(refused(&missing, 8).contains("nowhere.csv"));
}

#[test]
fn a_holding_without_a_price_today_is_an_error_and_never_a_guess() {
    let place = Place::new();
    let holed: String = market(300)
        .lines()
        .enumerate()
        .map(|(ix, line)| {
            let mut cells: Vec<&str> = line.split(',').collect();
            if ix == 300 {
                cells[17] = ""; // GLD, which the strategy does not look at, has no last close
            }
            cells.join(",") + "\n"
        })
        .collect();
    let data = place.file("prices.csv", &holed);
    let holdings = place.file("mine.csv", "symbol,quantity\nSPY,1\nGLD,2\n");
    let err =
        refused(&["today", "sector-breadth", "--data", &data, "--holdings", &holdings, "-q"], 4);
    assert!(err.contains("mine.csv:3: GLD is held on"), "{err}");
    assert!(err.contains("its last price is of"), "{err}");
}

#[test]
fn files_say_everything_that_others_need() {
    let (place, data) = place();
    let out = place.name("out");
    let all = ["today", "sector-breadth", "--data", &data, "--as-of", "2017-03-31", "--out", &out];
    said(&all);
    let weights = place.read("out/weights.csv");
    let mut lines = weights.lines();
    let header = lines.next().unwrap();
    assert!(header.starts_with("date,cash,") && header.contains(",SPY"), "{weights}");
    for line in lines.clone() {
        let sum: f64 = line.split(',').skip(1).map(|cell| cell.parse::<f64>().unwrap()).sum();
        assert!((sum - 1.0).abs() < 1e-9, "{line}");
    }
    assert!(lines.next_back().unwrap().starts_with("2017-03-31,"));
    let ticket = place.read("out/ticket.csv");
    let head = "symbol,side,shares,limit,close,value,fees,held,signal,drift,cash_flow,rounding";
    assert_eq!(ticket.lines().next().unwrap(), head);
    let json: Value = serde_json::from_str(&place.read("out/today.json")).unwrap();
    assert_eq!(json["as_of"], "2017-03-31");
    assert_eq!(json["ticket"]["orders"].as_array().unwrap().len(), ticket.lines().count() - 1);
    // An indicative target is not published.
    said(&["today", "sector-breadth", "--data", &data, "--as-of", "2017-04-03", "--out", &out]);
    assert!(place.read("out/weights.csv").lines().next_back().unwrap().starts_with("2017-03-31,"));
}

#[test]
fn published_weights_are_a_strategy_that_holds_the_same() {
    let (place, data) = place();
    let out = place.name("run");
    // Everything but the rule: the same schedule, costs and execution.
    let own = ["execution.fill=same-close", "costs.preset=none", "costs.cash=none"];
    let set: Vec<&str> = own.iter().flat_map(|own| ["--set", own]).collect();
    let run =
        report(&[&["trend-12-month-sleeve", "--data", &data, "--out", &out], &set[..]].concat());
    let table = place.name("run/decisions.csv");
    let again = report(&[&[table.as_str(), "--data", &data], &set[..]].concat());
    let (a, b) = (number(&run, "final_value"), number(&again, "final_value"));
    assert!(support::close(a, b, 1e-9), "{a} and {b}");
    assert_eq!(run["rebalances"], again["rebalances"]);
    // The table of a morning is read in the same way.
    said(&["today", "trend-12-month-sleeve", "--data", &data, "--out", &out]);
    let target =
        morning(&[&place.name("run/weights.csv"), "--data", &data, "--as-of", "2017-03-31"]);
    let own = morning(&["trend-12-month-sleeve", "--data", &data, "--as-of", "2017-03-31"]);
    assert_eq!(target["target"], own["target"]);
}

#[test]
fn the_price_that_would_change_the_target_is_shown_and_is_right() {
    let (place, data) = place();
    let day = "2017-03-31";
    let today = morning(&["trend-12-month", "--data", &data, "--as-of", day]);
    let flips = today["flips"].as_array().unwrap();
    assert_eq!(flips.len(), 1);
    let flip = &flips[0];
    let turn = if flip["up"].is_null() { &flip["down"] } else { &flip["up"] };
    // The same morning with the other last close in the file decides as the search said.
    let other = |price: f64| {
        let change = |line: &str| match line.starts_with(day) {
            true => {
                let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
                cells[1] = format!("{price}");
                cells.join(",") + "\n"
            }
            false => format!("{line}\n"),
        };
        let data = place.file("other.csv", &market(700).lines().map(change).collect::<String>());
        morning(&["trend-12-month", "--data", &data, "--as-of", day])["target"].clone()
    };
    assert_eq!(other(number(turn, "price")), turn["target"]);
    assert_eq!(other(number(turn, "unchanged_at")), today["target"]);
}

#[test]
fn limits_out_of_range_and_unknown_options_are_refused() {
    let (_place, data) = place();
    for bps in ["-1", "NaN", "10000"] {
        let limit = format!("--limit-bps={bps}");
        refused(&["today", "sector-breadth", "--data", &data, &limit], 2);
    }
    let output =
        trimtab().args(["today", "SPY", "--data", &data, "--capital", "0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
}

#[test]
fn without_data_the_shipped_history_decides() {
    let shown = said(&["today", "sector-breadth-monthly"]);
    assert!(shown.contains("close of 2017-03-31"), "{shown}");
    assert!(shown.contains("monthly sigmas"), "{shown}");
}

#[test]
fn a_morning_says_which_reading_would_turn_it_what_came_and_what_is_due() {
    let (place, data) = place();
    let mut facts = "series,about,known,value,expected\n".to_owned();
    for (k, (year, month)) in (2015..2018).flat_map(|y| (1..13).map(move |m| (y, m))).enumerate() {
        let about = trimtab_core::Date::constant(year, month, 1).last_of_month();
        let known = about.saturating_add(trimtab_core::Span::new().days(10));
        let value = 5.0 + f64::from((k * k % 7) as u32) / 10.0;
        facts += &format!("jobless,{about},{known},{value},{}\n", value - 0.25);
    }
    let facts = place.file("jobless.csv", &facts);
    let rule = "root = \"@p\"\n[gauge.jobless]\nkind = \"series\"\nseries = \"jobless\"\n[allocator.p]\nkind = \"when\"\n\
                gauge = \"@jobless\"\nabove = 5.35\nthen = { kind = \"fixed\", weights = { SHY = 1.0 } }\n\
                otherwise = { kind = \"fixed\", weights = { SPY = 1.0 } }\n[schedule]\nevery = \"month\"\nsession = -1\n";
    let rule = place.file("by-jobless.toml", rule);
    let all = ["today", &rule, "--data", &data, "--series", &facts, "--as-of", "2017-03-31"];
    let json: Value =
        serde_json::from_str(&said(&[&all[..], &["--quiet", "--format", "json"]].concat()))
            .unwrap();
    // February 2017 is number 25: 625 mod 7 is 2, so 5.2, and the month before 576 mod 7 is 2 as well.
    let flip = &json["series_flips"][0];
    assert_eq!((flip["series"].as_str(), number(flip, "value")), (Some("jobless"), 5.2));
    assert!((number(&flip["up"], "value") - 5.35).abs() < 1e-5, "{flip}");
    assert!(flip["down"].is_null());
    assert_eq!(flip["up"]["target"]["SHY"], 1.0);
    let release = &json["releases"][0];
    let newest = &release["newest"];
    assert_eq!(
        (newest["known"].as_str(), newest["assumed"].as_bool()),
        (Some("2017-03-10"), Some(false))
    );
    assert_eq!((number(newest, "previous"), number(newest, "expected")), (5.2, 4.95));
    // Twelve distances between the tenth days of months, of which the upper middle one is 31.
    assert_eq!((release["due"].as_str(), release["since"].as_u64()), (Some("2017-04-10"), Some(1)));
    let shown = said(&all);
    assert!(shown.contains("if the newest reading of one series alone were another"), "{shown}");
    assert!(shown.contains("Release calendar") && shown.contains("2017-04-10"), "{shown}");
    // A file that does not say when: the days are marked as assumed.
    let undated =
        place.file("UNRATE.csv", "Date,Value\n2016-11-01,4.6\n2016-12-01,4.7\n2017-01-01,4.8\n");
    let shown = said(&[
        "today",
        "trend-12-month",
        "--data",
        &data,
        "--series",
        &undated,
        "--as-of",
        "2017-03-31",
    ]);
    assert!(shown.contains("2017-02-10 ~"), "{shown}");
}
