//! One command, one file.
mod explain;
mod list;
mod manual;
mod new;
mod recover;
mod schema;

use crate::args::Command;
use crate::say::Outcome;

/// Runs a command.
pub(crate) fn run(command: Command) -> Outcome {
    match command {
        Command::Backtest(_) => Ok(()),
        Command::Metrics(_) => Ok(()),
        Command::Data(_) => Ok(()),
        Command::List(args) => list::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::New(args) => new::run(&args),
        Command::Schema => schema::run(),
        Command::Recover(args) => recover::run(&args),
    }
}
