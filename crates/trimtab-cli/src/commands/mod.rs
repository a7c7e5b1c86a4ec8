//! One command, one file.
mod audit;
mod backtest;
mod compare;
mod data;
mod data_fetch;
mod data_store;
mod explain;
mod frontier;
mod list;
mod manual;
mod metrics;
mod new;
mod optimize;
mod page;
mod profile;
mod recover;
mod schema;
mod search;
mod study;
mod sweep;
mod today;
mod trials;
mod validate;

use crate::args::Command;
use crate::say::Outcome;

/// Runs a command.
pub(crate) fn run(command: Command) -> Outcome {
    match command {
        Command::Backtest(args) => backtest::run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Today(args) => today::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::Optimize(args) => optimize::run(&args),
        Command::Frontier(args) => frontier::run(&args),
        Command::Search(args) => search::run(&args),
        Command::Sweep(args) => sweep::run(&args),
        Command::Validate(args) => validate::run(&args),
        Command::Trials(args) => trials::run(&args.what),
        Command::Study(command) => study::run(&command),
        Command::Metrics(args) => metrics::run(&args),
        Command::Data(command) => data::run(&command),
        Command::List(args) => list::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::New(args) => new::run(&args),
        Command::Page(args) => page::run(&args),
        Command::Profile(args) => profile::run(&args),
        Command::Schema => schema::run(),
        Command::Recover(args) => recover::run(&args),
    }
}
