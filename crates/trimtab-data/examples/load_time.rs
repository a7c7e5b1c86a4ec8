//! How long loading takes: `cargo run --release -p trimtab-data --example load_time [PATH…]`.
//!
//! Without paths it times a made-up wide table of 20 assets and 5,040 sessions with 17 digits a price, gzipped, in
//! memory. CPU time of the process is what counts on a shared machine; the best of several runs is printed.
#![allow(clippy::print_stdout)]
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Instant;

use jiff::civil::date;
use trimtab_core::{Exchange, Frequency};
use trimtab_data::{Loaded, Options, embedded, load, load_bytes};

const RUNS: usize = 15;

fn main() -> trimtab_core::Result<()> {
    let paths: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    if !paths.is_empty() {
        return time(&paths[0].display().to_string(), || load(&paths, &Options::default()));
    }
    time("embedded, monthly", || embedded(Frequency::Monthly))?;
    time("embedded, daily", || embedded(Frequency::Daily))?;
    let table = wide(20, 5040);
    let packed = gzip(table.as_bytes());
    println!("{} bytes, {} packed", table.len(), packed.len());
    time("wide, plain", || load_bytes(&[("wide.csv", table.as_bytes())], &Options::default()))?;
    time("wide, gzipped", || load_bytes(&[("wide.csv.gz", &packed)], &Options::default()))
}

fn time(name: &str, run: impl Fn() -> trimtab_core::Result<Loaded>) -> trimtab_core::Result<()> {
    let loaded = run()?;
    for notice in loaded.log.iter().take(20) {
        println!("{notice}");
    }
    let (mut wall, mut cpu) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..RUNS {
        let (start, used) = (Instant::now(), cpu_seconds());
        run()?;
        wall = wall.min(start.elapsed().as_secs_f64());
        cpu = cpu.min(cpu_seconds() - used);
    }
    let market = &loaded.market;
    let size = (market.assets().len(), market.days());
    println!(
        "{name}: {} assets x {} days, {:.2} ms wall, {:.2} ms CPU",
        size.0,
        size.1,
        wall * 1e3,
        cpu * 1e3
    );
    Ok(())
}

/// User and system time of this process, from the kernel's books; 0 where there are none.
fn cpu_seconds() -> f64 {
    // Nanoseconds the main thread and those it started have run.
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let ran = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("schedstat")).ok());
    ran.filter_map(|text| text.split(' ').next()?.parse::<f64>().ok()).sum::<f64>() / 1e9
}

fn wide(assets: usize, days: usize) -> String {
    let sessions = Exchange::Nyse.sessions(date(1999, 1, 1), date(2026, 1, 1));
    let mut text = "date".to_owned();
    for asset in 0..assets {
        let _ = write!(text, ",A{asset}");
    }
    text.push('\n');
    let mut state = 1u64;
    let mut levels = vec![100.0; assets];
    for session in sessions.into_iter().take(days) {
        let _ = write!(text, "{session}");
        for level in &mut levels {
            // An ordinary linear congruential step: the digits only have to be many.
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            *level *= 1.0 + ((state >> 40) as f64 / (1u64 << 24) as f64 - 0.499) * 0.02;
            let _ = write!(text, ",{level}");
        }
        text.push('\n');
    }
    text
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(bytes).and_then(|()| packed.finish()).expect("memory takes what is written")
}
