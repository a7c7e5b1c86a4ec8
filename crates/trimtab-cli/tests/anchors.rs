//! The yardstick: five independent engines agree on these numbers to 1e-12. Needs `../shared`.
#![allow(clippy::unwrap_used)]

mod support;

use std::io::Read;

use support::{Place, close, number, report, shared};

#[test]
fn the_generated_market_gives_the_known_value() {
    let Some(data) = shared("peers/prices_20.csv.gz") else { return };
    let json = report(&["anchor-w1", "--data", data.to_str().unwrap(), "--capital", "100000"]);
    assert!(close(number(&json, "final_value"), 677_519.122_087_428, 1e-9));
    assert!(close(number(&json, "sharpe"), 0.891_548_964_165_787, 1e-9));
    assert_eq!(json["rebalances"], 222);
}

#[test]
fn the_real_funds_give_the_known_value() {
    let Some(data) = shared("data/etf_adjclose_yahoo_1993_2018.csv.gz") else { return };
    let mut text = String::new();
    let file = std::fs::File::open(data).unwrap();
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
    let (head, rows) = text.split_once('\n').unwrap();
    // Cut first, so that nothing earlier warms the averages up.
    let kept =
        rows.lines().filter(|row| (&row[..10] >= "2004-01-02") && (&row[..10] <= "2018-12-31"));
    let cut: Vec<&str> = std::iter::once(head).chain(kept).collect();
    let place = Place::new();
    let data = place.file("cut.csv", &cut.join("\n"));
    let json = report(&["anchor-w1", "--data", &data]);
    assert!(close(number(&json, "final_value"), 385_030.244_952, 1e-9));
    assert!(close(number(&json, "sharpe"), 0.932_564_754_794, 1e-9));
}
