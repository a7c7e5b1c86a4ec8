//! Studies of data, and what reports say of regimes and of bets that nobody named.
#![allow(clippy::unwrap_used)]

mod support;

use std::fmt::Write as _;

use serde_json::Value;
use support::{Place, refused, said};

/// Month-ends from 1980 on: an asset that follows `lead` by a month, `lead` itself, and a series that says nothing.
fn files(place: &Place) -> (String, String, String) {
    let mut state = 99_u64;
    let mut normal = move || {
        let mut sum = -6.0;
        for _ in 0..12 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            sum += (state >> 11) as f64 / 9_007_199_254_740_992.0;
        }
        sum
    };
    let (mut prices, mut lead, mut noise) =
        ("date,A\n".to_owned(), "date,value\n".to_owned(), "date,value\n".to_owned());
    let (mut price, mut x, mut y) = (100.0, 0.0, 0.0);
    for month in 0..420_i32 {
        let first =
            trimtab_core::Date::constant(1980 + (month / 12) as i16, 1 + (month % 12) as i8, 1);
        let end = first.last_of_month();
        price *= 1.0 + 0.006 + 0.01 * x + 0.035 * normal();
        (x, y) = (0.8 * x + 0.6 * normal(), 0.8 * y + 0.6 * normal());
        writeln!(prices, "{end},{price:?}").unwrap();
        writeln!(lead, "{end},{x:?}").unwrap();
        writeln!(noise, "{end},{y:?}").unwrap();
    }
    (place.file("A.csv", &prices), place.file("lead.csv", &lead), place.file("noise.csv", &noise))
}

#[test]
fn a_factor_that_leads_is_found_and_noise_is_not() {
    let place = Place::new();
    let (prices, lead, noise) = files(&place);
    let (lead, noise) = (format!("lead={lead}+0"), format!("noise={noise}+0"));
    let base = ["study", "factors", "A", "--data", &prices, "--series", &lead, "--series", &noise];
    let named = ["--factor", "leads=lead", "--factor", "says nothing=noise", "--horizon", "1,3"];
    let all = [&base[..], &named, &["--format", "json", "--quiet"]].concat();
    let json: Value = serde_json::from_str(&said(&all)).unwrap();
    assert_eq!(json["tests"], 4);
    let alone = json["alone"].as_array().unwrap();
    let p = |name: &str| {
        let own = alone.iter().find(|f| f["name"] == name && f["horizon"] == 1).unwrap();
        own["p_holm"].as_f64().unwrap()
    };
    assert!(p("leads") < 1e-3 && p("says nothing") > 0.05, "{json}");
    assert!(json["together"][0]["slopes"][0]["p"].as_f64().unwrap() < 1e-3);
    let table = said(&[&base[..], &named, &["--quiet"]].concat());
    assert!(table.contains("Left after correcting for 4 tests (Holm, 5 %): leads"), "{table}");
    // Without names: the asset's own past and the year's change of both series.
    let usual = said(&[&base[..], &["--quiet"]].concat());
    for name in ["return of 12 months", "lead, change of a year", "noise, change of a year"] {
        assert!(usual.contains(name), "{name} is missing in\n{usual}");
    }
    let wrong = [&base[..], &["--factor", "x={ kind = \"no-such\" }"]].concat();
    assert!(refused(&wrong, 3).contains("no-such"));
    refused(&[&base[..], &["--horizon", "0"]].concat(), 4);
}

#[test]
fn volatility_clusters_in_the_shipped_history() {
    let said = said(&[
        "study",
        "persistence",
        "--assets",
        "US,NODUR,MANUF,UTILS,HLTH",
        "--format",
        "json",
    ]);
    let json: Value = serde_json::from_str(&said).unwrap();
    let us = &json["assets"][0];
    assert_eq!(us["symbol"], "US");
    assert!(us["ljung_box_squares"]["p"].as_f64().unwrap() < 0.01, "{us}");
    assert!(us["arch"]["p"].as_f64().unwrap() < 0.05, "{us}");
    let orders = json["orders"].as_array().unwrap();
    assert_eq!(orders.len(), 6);
    assert!(orders.iter().all(|o| o["found"]["correlation"].as_f64().unwrap().abs() < 0.5));
}

#[test]
fn a_report_tells_of_bets_and_of_bull_bear_rough_and_dear_times() {
    let place = Place::new();
    said(&["backtest", "sixty-forty-monthly", "--out", &place.name("out"), "--quiet"]);
    let page = place.read("out/report.html");
    for part in [
        "Implicit bets",
        "on stocks (+0.6",
        "Seen from the end",
        "bear market",
        "high volatility",
        "inflation of 3 % or more",
        "known only afterwards",
        "\"shades\":[[",
        "class=\"bear\"",
    ] {
        assert!(page.contains(part), "{part} is missing");
    }
}

#[test]
fn a_comparison_says_where_each_is_strong_and_weak() {
    let place = Place::new();
    said(&["compare", "US", "T10", "US=0.6,T10=0.4@month", "--out", &place.name("out"), "--quiet"]);
    let page = place.read("out/compare.html");
    let (_, rest) = page.split_once("Where each is strong and weak").unwrap();
    // Stocks lead where all rise, bonds where all fall; a mix of both is the worst of all nowhere.
    let row = |name: &str| {
        let (_, row) = rest.split_once(&format!(">{name}</th>")).unwrap();
        row.split_once("</tr>").unwrap().0.to_owned()
    };
    assert!(row("US").contains(">up") && row("T10").contains(">down"), "{}", row("US"));
    assert!(row("US=0.6,T10=0.4@month").contains(">-<"));
}
