//! What a year of daily updates asks a source for, and how long it takes:
//! `cargo run --release -p trimtab-sources --example update_time FOLDER [SYMBOLS [DAYS]]`.
//!
//! A server on this machine answers as Yahoo does. A new store in the folder gets twenty years of 500 symbols; then each of 252 days
//! is fetched on its own. Requests, rows answered and bytes written are printed for both, and once more for a store that sleeps
//! through that year and asks for it in one go.
//!
//! The made-up symbols repeat each other, and a store keeps equal rows once: of files and bytes there are fewer than of as many
//! real symbols. What a year of days writes for different ones is measured by `store_time` of `trimtab-data`.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

#[path = "../tests/support/made.rs"]
mod made;
#[path = "../tests/support/server.rs"]
mod server;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::civil::{Date, date};
use made::Clock;
use server::Server;
use trimtab_data::store::Writer;
use trimtab_sources::{Client, Job, Limits, fetch, find};

const SYMBOLS: usize = 500;
const DAYS: usize = 252;
const BEGIN: Date = Date::constant(2004, 1, 2);
const END: Date = Date::constant(2024, 1, 2);

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap_or_else(|| "update_time".to_owned()));
    let mut number = |usual| arguments.next().and_then(|n| n.parse().ok()).unwrap_or(usual);
    let (symbols, days) = (number(SYMBOLS), number(DAYS));
    for left in ["daily", "late"] {
        // What is left of the last time has those days already.
        let _ = std::fs::remove_dir_all(folder.join(left));
    }
    let names: Vec<String> = (0..symbols).map(|ix| format!("S{ix:04}")).collect();
    let year = made::sessions(END.tomorrow().unwrap(), date(2026, 12, 31))[..days].to_vec();
    let clock = Arc::new(Mutex::new(Clock { today: END, rows: 0 }));
    let rows = || clock.lock().unwrap().rows;
    let server = Server::new(made::yahoo_by_day(BEGIN, Arc::clone(&clock)));
    let step = |what: &str, root: &Path, until: &[Date]| {
        let (asked, answered) = (server.asked().len(), rows());
        let start = Instant::now();
        let (mut files, mut bytes) = (0, 0);
        for to in until {
            clock.lock().unwrap().today = *to;
            let mut writer = Writer::open(root).unwrap();
            let mut client = Client::new(Limits {
                per_minute: 1e9,
                tries: 1,
                wait: Duration::from_millis(1),
                timeout: Duration::from_secs(60),
            })
            .unwrap();
            let job = Job {
                source: find("yahoo").unwrap(),
                names: names.clone(),
                from: None,
                to: *to,
                whole: false,
                base: server.base(),
                key: None,
            };
            let report = fetch(&mut writer, &mut client, &job, &mut |_| {}).unwrap();
            assert_eq!(report.error(), None);
            writer.sweep().unwrap();
            files += writer.written().files;
            bytes += writer.written().bytes;
        }
        println!(
            "{what}: {} requests, {} rows answered, {files} files, {:.1} MB, {:.1} s",
            server.asked().len() - asked,
            rows() - answered,
            bytes as f64 / 1e6,
            start.elapsed().as_secs_f64()
        );
    };
    step("twenty years at first", &folder.join("daily"), &[END]);
    step("each day on its own", &folder.join("daily"), &year);
    step("twenty years again", &folder.join("late"), &[END]);
    step("the same year at once", &folder.join("late"), &year[days - 1..]);
}
