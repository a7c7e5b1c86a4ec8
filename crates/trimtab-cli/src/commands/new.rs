//! `trimtab new`: a copy to edit, comments and all.
use std::io::Write;
use std::path::PathBuf;

use trimtab_core::{Error, Kind};

use crate::args::New;
use crate::portfolio::Source;
use crate::say::{self, Outcome};

/// Writes a new strategy file from a copy; an existing file is never touched.
pub(crate) fn run(args: &New) -> Outcome {
    let source = Source::find(&args.like)?;
    // A copy of something broken would only move the error to another day.
    source.strategy(&[])?;
    let mut path = PathBuf::from(&args.name);
    if path.extension().is_none_or(|extension| extension != "toml") {
        path.as_mut_os_string().push(".toml");
    }
    let shown = path.display().to_string();
    let text = format!(
        "# A copy of {}. Say in [provenance] what you change, and why.\n{}",
        args.like, source.text
    );
    let written =
        std::fs::File::create_new(&path).and_then(|mut file| file.write_all(text.as_bytes()));
    match written {
        Ok(()) => say::result(&format!("wrote {shown}\nrun it with: trimtab backtest {shown}\n")),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let said = Error::new(Kind::Io, "a file of that name exists; it stays as it is");
            Err(said.place(shown).hint("choose another name, or remove the file first").into())
        }
        Err(error) => Err(Error::new(Kind::Io, format!("cannot write the strategy: {error}"))
            .place(shown)
            .into()),
    }
}
