//! `trimtab data import`, `snapshot`, `check`, `show`, and runs on a store.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use support::{Place, market, refused, report, said};

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&said(&[arguments, &["--format", "json"]].concat())).unwrap()
}

#[test]
fn a_run_on_a_snapshot_is_the_same_whatever_came_later() {
    let place = Place::new();
    let (file, store) = (place.file("prices.csv", &market(700)), place.name("store"));
    let imported = json(&["data", "import", &file, "--store", &store]);
    assert_eq!(imported["entries"].as_array().unwrap().len(), support::SYMBOLS.len());
    let snapshot = json(&["data", "snapshot", "first", "--store", &store]);
    assert_eq!(snapshot["hash"], imported["hash"]);
    let run = |data: &str| report(&["SPY=0.6,AGG=0.4@year", "--data", data]);
    let (direct, now) = (run(&file), run(&format!("store:{store}")));
    let named = format!("store:{store}@first");
    let before = run(&named);
    assert_eq!(direct["id"], now["id"]);
    assert_eq!(before["data"]["stores"][0]["hash"], snapshot["hash"]);
    assert_eq!(before["data"]["stores"][0]["snapshot"], "first");
    // More days arrive.
    let longer = place.file("prices.csv", &market(800));
    json(&["data", "import", &longer, "--store", &store]);
    let after = run(&named);
    assert_eq!(after, before);
    assert_ne!(run(&format!("store:{store}"))["id"], before["id"]);
    let hash = snapshot["hash"].as_str().unwrap();
    assert_eq!(run(&format!("store:{store}@{hash}"))["id"], before["id"]);
    // `today` decides on the store's last close.
    let today = said(&["today", "SPY=0.6,AGG=0.4@year", "--data", &named, "--format", "json"]);
    let today: Value = serde_json::from_str(&today).unwrap();
    assert_eq!(today["stores"][0]["hash"], snapshot["hash"]);
}

#[test]
fn a_store_is_shown_and_checked() {
    let place = Place::new();
    let (file, store) = (place.file("prices.csv", &market(300)), place.name("store"));
    said(&["data", "import", &file, "--store", &store, "--source", "own"]);
    let address = format!("store:{store}");
    let shown = said(&["data", "show", "--data", &address]);
    assert!(shown.contains("XLK") && shown.contains("Store "), "{shown}");
    said(&["data", "check", &address]);
    // One file is damaged: named by the check, refused by a run.
    let objects = place.path("store/objects");
    let folder = std::fs::read_dir(objects).unwrap().next().unwrap().unwrap().path();
    let object = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    std::fs::write(&object, b"PAR1").unwrap();
    let error = refused(&["data", "check", &address], 4);
    assert!(error.contains("1 entries of the store cannot be read"), "{error}");
    let error = refused(&["backtest", "SPY", "--data", &address], 4);
    assert!(error.contains("not what its name says"), "{error}");
}

#[test]
fn mistakes_about_stores_say_what_to_do() {
    let place = Place::new();
    let (file, store) = (place.file("prices.csv", &market(60)), place.name("store"));
    let error = refused(&["data", "show", "--data", &format!("store:{store}")], 8);
    assert!(error.contains("there is no store") && error.contains("data import"), "{error}");
    refused(&["data", "snapshot", "x", "--store", &store], 8);
    said(&["data", "import", &file, "--store", &store]);
    let error = refused(&["data", "show", "--data", &format!("store:{store}@x")], 4);
    assert!(error.contains("there is no snapshot `x`"), "{error}");
    said(&["data", "snapshot", "x", "--store", &store]);
    said(&["data", "import", &place.file("prices.csv", &market(80)), "--store", &store]);
    let error = refused(&["data", "snapshot", "x", "--store", &store], 2);
    assert!(error.contains("choose another name"), "{error}");
}
