//! `trimtab data fetch` by the real program: killed in the middle, told wrong things, given keys.
#![allow(clippy::unwrap_used)]

#[path = "../../trimtab-sources/tests/support/made.rs"]
mod made;
#[path = "../../trimtab-sources/tests/support/server.rs"]
mod server;
mod support;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use server::{Answer, Asked, Server};
use support::{Place, refused, said};
use trimtab_core::Date;
use trimtab_data::store::{Key, Rows, Store, What};

const BEGIN: Date = Date::constant(2023, 11, 1);

/// Yahoo as of `today`, slow enough to be interrupted.
fn yahoo(today: Date, wait: Duration) -> Server {
    Server::new(move |asked| {
        let name = asked.path.split(['/', '?']).nth(4).unwrap().to_owned();
        let from = match asked.parameter("period1").unwrap().parse::<i64>().unwrap() {
            0 => BEGIN,
            seconds => made::epoch(seconds / 86_400),
        };
        Answer { wait, ..Answer::ok(made::yahoo(&name, &made::bars(&name, BEGIN, today), from)) }
    })
}

fn names() -> Vec<String> {
    (0..200).map(|n| format!("S{n:03}")).collect()
}

fn arguments(store: &str, list: &str, base: &str, to: Date) -> Vec<String> {
    let fixed =
        ["data", "fetch", "yahoo", "--per-minute", "1e9", "--wait", "0.01", "--format", "json"];
    let mut all: Vec<String> = fixed.iter().map(|s| (*s).to_owned()).collect();
    let to = to.to_string();
    let own = ["--store", store, "--list", list, "--base-url", base, "--to", &to];
    all.extend(own.iter().map(|s| (*s).to_owned()));
    all
}

fn start(arguments: &[String]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_trimtab"))
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn fetched(arguments: &[String]) -> Value {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    serde_json::from_str(&said(&arguments)).unwrap()
}

fn rows(store: &Store, name: &str) -> Rows {
    store.rows(store.entry(&Key::new(What::Prices, name, "yahoo")).unwrap()).unwrap()
}

fn ends(root: &Path, days: [Date; 2]) -> [usize; 2] {
    let store = Store::open(root).unwrap();
    assert_eq!(store.verify(), []);
    let mut counts = [0, 0];
    for name in names() {
        let last = rows(&store, &name).last().unwrap();
        let ix =
            days.iter().position(|day| *day == last).unwrap_or_else(|| panic!("{name} {last}"));
        counts[ix] += 1;
    }
    counts
}

#[test]
fn two_hundred_fetches_killed_in_the_middle_lose_nothing() {
    let place = Place::new();
    let (store, list) = (place.name("store"), place.file("list.txt", &names().join("\n")));
    let (first, second) = (Date::constant(2024, 1, 31), Date::constant(2024, 3, 28));
    let server = yahoo(first, Duration::ZERO);
    let report = fetched(&arguments(&store, &list, &server.base(), first));
    assert_eq!(report["requests"], 200);
    let old = Store::open(&place.path("store")).unwrap();
    // The next day's fetch is killed again and again, at whatever it was doing.
    let server = yahoo(second, Duration::from_millis(2));
    let all = arguments(&store, &list, &server.base(), second);
    let (mut kills, mut served) = (0, 0);
    for more in [1, 7, 23, 40, 58] {
        let mut child = start(&all);
        while server.asked().len() < served + more {
            assert!(child.try_wait().unwrap().is_none(), "it ended before it was killed");
            std::thread::sleep(Duration::from_millis(1));
        }
        child.kill().unwrap(); // SIGKILL: it is not asked.
        child.wait().unwrap();
        kills += 1;
        served = server.asked().len();
        // Every entry is wholly old or wholly new, and none is lost.
        let [_, new] = ends(&place.path("store"), [first, second]);
        assert!(new <= served, "{new} new of {served} answers");
        // At most the request that was under way is asked again.
        assert!(new + kills >= served, "{new} new of {served} answers after {kills} kills");
    }
    let report = fetched(&all);
    let missing = 200 - (served - kills);
    assert!(report["requests"].as_u64().unwrap() <= missing as u64, "{}", report["requests"]);
    assert_eq!(ends(&place.path("store"), [first, second]), [0, 200]);
    // What was there is there still, and it is what an undisturbed fetch brings.
    let undisturbed = place.name("other");
    fetched(&arguments(&undisturbed, &list, &server.base(), second));
    let (killed, whole) =
        (Store::open(&place.path("store")).unwrap(), Store::open(Path::new(&undisturbed)).unwrap());
    for name in names() {
        let (Rows::Prices(mended), Rows::Prices(whole)) =
            (rows(&killed, &name), rows(&whole, &name))
        else {
            panic!()
        };
        assert_eq!((mended.dates, mended.close), (whole.dates, whole.close), "{name}");
    }
    assert_eq!(old.entries().len(), 200);
}

#[test]
fn a_source_that_fails_for_some_names_gives_the_others() {
    let place = Place::new();
    let day = Date::constant(2024, 1, 31);
    let server = Server::new(move |asked: &Asked| match asked.path.contains("/BAD?") {
        true => {
            Answer::status(404, "{\"chart\":{\"result\":null,\"error\":{\"code\":\"Not Found\"}}}")
        }
        false => Answer::ok(made::yahoo("SPY", &made::bars("SPY", BEGIN, day), BEGIN)),
    });
    let store = place.name("store");
    let base = server.base();
    let all = [
        "data",
        "fetch",
        "yahoo",
        "BAD",
        "SPY",
        "--store",
        &store,
        "--base-url",
        &base,
        "--to",
        "2024-01-31",
    ];
    let error = refused(&all, 8);
    assert!(
        error.contains("1 of 2 names were not fetched") && error.contains("Not Found"),
        "{error}"
    );
    assert_eq!(Store::open(&place.path("store")).unwrap().entries().len(), 1);
    // And a backtest stands on what is there.
    let run = support::report(&["SPY", "--data", &format!("store:{store}")]);
    assert_eq!(run["data"]["stores"].as_array().unwrap().len(), 1);
}

#[cfg(unix)]
#[test]
fn a_key_comes_from_a_private_file_and_is_never_shown() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    let server = Server::new(|asked| {
        assert!(asked.headers.iter().any(|h| h.contains("topsecret")), "{:?}", asked.headers);
        Answer::status(403, "the token topsecret is not known")
    });
    let (store, base) = (place.name("store"), server.base());
    let config = place.file("sources.toml", "[tiingo]\nkey = \"topsecret\"\n");
    let all = [
        "data",
        "fetch",
        "tiingo",
        "SPY",
        "--store",
        &store,
        "--config",
        &config,
        "--base-url",
        &base,
    ];
    std::fs::set_permissions(&config, std::fs::Permissions::from_mode(0o644)).unwrap();
    let error = refused(&all, 2);
    assert!(error.contains("chmod 600") && !error.contains("topsecret"), "{error}");
    assert!(server.asked().is_empty());
    std::fs::set_permissions(&config, std::fs::Permissions::from_mode(0o600)).unwrap();
    let error = refused(&all, 8);
    assert!(error.contains("is the key right") && !error.contains("topsecret"), "{error}");
    // Without a key nothing is asked, and the variable is named.
    let error =
        refused(&["data", "fetch", "fred", "GDP", "--store", &store, "--config", &config], 4);
    assert!(error.contains("FRED_API_KEY"), "{error}");
}
