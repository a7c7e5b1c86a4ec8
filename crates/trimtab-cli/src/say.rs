//! Speaking: results to standard output, everything else to standard error.
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use trimtab_core::{Error, Kind};

/// Why a command ended before its end.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Something is wrong; it is printed and its kind gives the exit code.
    Error(Error),
    /// The answer was given, and it is no: the exit code is 1.
    No,
    /// The reader of standard output has gone (`trimtab list | head`): nobody is left to talk to.
    Unheard,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Stop::Error(error)
    }
}

/// What a command returns.
pub(crate) type Outcome = Result<(), Stop>;

/// Writes the result of a command to standard output.
pub(crate) fn result(text: &str) -> Outcome {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| match text.ends_with('\n') {
        true => out.flush(),
        false => out.write_all(b"\n").and_then(|()| out.flush()),
    });
    match written {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Stop::Unheard),
        Err(error) => {
            Err(Error::new(Kind::Io, format!("cannot write to standard output: {error}")).into())
        }
    }
}

/// Writes a value as indented JSON to standard output. Numbers are the shortest text that reads back to the same bits.
pub(crate) fn json(value: &serde_json::Value) -> Outcome {
    result(&format!("{value:#}"))
}

/// A remark beside the result, one paragraph.
pub(crate) fn note(text: &str) {
    line(&format!("note: {text}"));
}

/// A line that the next one overwrites; only where a person watches.
pub(crate) fn progress(text: &str) {
    if io::stderr().is_terminal() {
        let mut err = anstream::stderr();
        // A lost progress line is no loss.
        let _ = write!(err, "\r\u{1b}[2K{text}").and_then(|()| err.flush());
    }
}

/// Prints why the command ended and chooses the exit code.
pub(crate) fn farewell(stop: Stop) -> ExitCode {
    match stop {
        Stop::No => ExitCode::FAILURE,
        Stop::Unheard => ExitCode::SUCCESS,
        Stop::Error(error) => {
            line(&format!("\u{1b}[1;31merror:\u{1b}[0m {error}"));
            ExitCode::from(error.kind().exit_code())
        }
    }
}

fn line(text: &str) {
    // Where standard error is closed there is nobody to tell.
    let _ = writeln!(anstream::stderr(), "{text}");
}
