//! The `trimtab` command: parse the arguments, call the crates, print what they say.
//!
//! Standard output holds the result and nothing else; notes, progress and errors go to standard error. The exit code
//! is 0, 1 for an audit that failed, or that of the error's kind ([`trimtab_core::Kind::exit_code`]).
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod args;
mod commands;
mod history;
mod inquiry;
mod library;
mod portfolio;
mod profile;
mod question;
mod report;
mod research;
mod say;
mod series;
mod study;
mod text;
mod today;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let args = args::Args::parse();
    match commands::run(args.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => say::farewell(stop),
    }
}
