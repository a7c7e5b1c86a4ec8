//! One measurement of one job: `trimtab-benches JOB FOLDER` prints a JSON line with CPU seconds and checksums.
//!
//! FOLDER holds `prices.csv` and `returns.csv` as `benches/peers/market.py` writes them; the peers read the same files.
//! `cargo xtask bench` calls this and them in turn.
#![allow(clippy::print_stdout, clippy::print_stderr)] // a command line speaks through both

mod clock;
mod jobs;
mod windows;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.as_slice() {
        [job, folder] => jobs::run(job, Path::new(folder)),
        _ => Err(format!("usage: trimtab-benches JOB FOLDER; the jobs are {}", jobs::names())),
    };
    match outcome {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(trouble) => {
            eprintln!("trimtab-benches: {trouble}");
            ExitCode::FAILURE
        }
    }
}
