//! How long a large store takes to load, and what a year of days writes:
//! `cargo run --release -p trimtab-data --example store_time FOLDER [SYMBOLS [YEARS]]`.
//!
//! Makes a store of 3,000 symbols and 20 years of closes with dividends and splits, and one of the same with whole bars, in
//! the folder, unless they are there; reads the rows of each from the disk cache, then the market. Then 500 symbols of another
//! store get 252 days one by one. The best of several runs is printed, and the CPU seconds of one, which count where a machine is
//! shared.
#![allow(clippy::print_stdout)]
use std::path::{Path, PathBuf};
use std::time::Instant;

use jiff::civil::{Date, date};
use rayon::prelude::*;
use trimtab_core::{Exchange, Result};
use trimtab_data::store::{Bars, Key, Rows, Store, What, Writer};
use trimtab_data::{Options, load};

const RUNS: usize = 5;
const SYMBOLS: usize = 3_000;
const YEARS: usize = 20;
/// Sessions of a year.
const YEAR: usize = 252;
/// Symbols that are brought up to date day by day.
const UPDATED: usize = 500;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap_or_else(|| "store_time".to_owned()));
    let mut number = |usual| arguments.next().and_then(|n| n.parse().ok()).unwrap_or(usual);
    let (symbols, years) = (number(SYMBOLS), number(YEARS));
    let days = Exchange::Nyse.sessions(date(2000, 1, 1), date(2026, 1, 1));
    for (name, whole) in [("closes", false), ("bars", true)] {
        let root = folder.join(format!("{name}-{symbols}-{years}"));
        make(&root, symbols, &days[..YEAR * years], whole)?;
        let rows = time(|| {
            let store = Store::open(&root)?;
            let read = |entry| store.rows(entry).map(|rows| rows.len());
            store.entries().par_iter().map(read).sum::<Result<usize>>()
        })?;
        println!("{name}: {symbols} symbols x {years} years, rows read in {rows}");
        let address = [PathBuf::from(format!("store:{}", root.display()))];
        let market =
            time(|| load(&address, &Options::default()).map(|loaded| loaded.market.days()))?;
        println!("{name}: {symbols} symbols x {years} years, market in {market}");
    }
    update(&folder.join("updates"), &days[..YEAR * (years + 1)])
}

fn time<T>(run: impl Fn() -> Result<T>) -> Result<String> {
    let (mut best, before) = (f64::INFINITY, cpu());
    for _ in 0..RUNS {
        let start = Instant::now();
        run()?;
        best = best.min(start.elapsed().as_secs_f64());
    }
    let cpu = cpu().zip(before).map(|(after, before)| (after - before) / RUNS as f64);
    let cpu = cpu.map_or_else(String::new, |cpu| format!(", {cpu:.2} CPU s"));
    Ok(format!("{best:.3} s{cpu}"))
}

/// CPU seconds of this process so far, user and system, where the system tells them as Linux does.
fn cpu() -> Option<f64> {
    /// Ticks a second, in which every Linux tells.
    const TICKS: f64 = 100.0;
    let told = std::fs::read_to_string("/proc/self/stat").ok()?;
    // Behind the program's name in brackets: user time is the twelfth word, system time the one behind it.
    let words: Vec<&str> = told.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |ix: usize| words.get(ix)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / TICKS)
}

fn key(symbol: usize) -> Key {
    Key::new(What::Prices, format!("S{symbol:04}"), "made-up")
}

/// A walk in cents with a dividend each quarter.
fn rows(symbol: usize, days: &[Date], from: usize, whole: bool) -> Rows {
    let mut state = symbol as u64 + 1;
    let mut cents = 5_000.0;
    let mut bars = Bars::default();
    for (t, day) in days.iter().enumerate() {
        // An ordinary linear congruential step: the digits only have to be many.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        cents = f64::max(100.0, cents + ((state >> 33) % 201) as f64 - 100.0);
        if t < from {
            continue;
        }
        let close = cents / 100.0;
        bars.dates.push(*day);
        bars.close.push(close);
        bars.dividend.push(if t % 63 == 62 { 0.25 } else { 0.0 });
        bars.split.push(1.0);
        if whole {
            bars.open.push(close - 0.05);
            bars.high.push(close + 0.4);
            bars.low.push(close - 0.4);
            bars.volume.push(((state >> 20) % 10_000_000) as f64);
        }
    }
    Rows::Prices(bars)
}

fn make(root: &Path, symbols: usize, days: &[Date], whole: bool) -> Result<()> {
    let mut writer = Writer::open(root)?;
    for symbol in writer.store().entries().len()..symbols {
        writer.replace(&key(symbol), rows(symbol, days, 0, whole), None)?;
    }
    Ok(())
}

fn update(root: &Path, days: &[Date]) -> Result<()> {
    let begin = days.len() - YEAR;
    // What is left of the last time has those days already.
    let _ = std::fs::remove_dir_all(root);
    make(root, UPDATED, &days[..begin], true)?;
    let mut writer = Writer::open(root)?;
    let whole: Vec<Rows> = (0..UPDATED).map(|symbol| rows(symbol, days, begin, true)).collect();
    let start = Instant::now();
    for (t, day) in days[begin..].iter().enumerate() {
        for (symbol, rows) in whole.iter().enumerate() {
            let new = rows.clone().from_row(t).until(*day);
            writer.extend(&key(symbol), new, Some(*day))?;
        }
        writer.sweep()?;
    }
    let (written, took) = (writer.written(), start.elapsed().as_secs_f64());
    println!(
        "updates: {UPDATED} symbols x {YEAR} days: {} files, {:.1} MB, {took:.1} s",
        written.files,
        written.bytes as f64 / 1e6
    );
    Ok(())
}
