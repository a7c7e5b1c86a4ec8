//! `trimtab new`: a template or a copy to edit, comments and all.
use std::io::Write;
use std::path::{Path, PathBuf};

use trimtab_core::{Error, Kind, Result};

use crate::args::New;
use crate::portfolio::Source;
use crate::say::{self, Outcome};

/// What a strategy begins as when it is like no other.
const TEMPLATE: &str = include_str!("template.toml");

/// Writes a new strategy file from the template or a copy; an existing file is never touched.
pub(crate) fn run(args: &New) -> Outcome {
    let text = match &args.like {
        None => TEMPLATE.to_owned(),
        Some(like) => {
            let source = Source::find(like)?;
            // A copy of something broken would only move the error to another day.
            source.strategy(&[])?;
            let head = format!("# A copy of {like}. Say in [provenance] what you change, and why.");
            format!("{head}\n{}", source.text)
        }
    };
    let mut path = PathBuf::from(&args.name);
    if path.extension().is_none_or(|extension| extension != "toml") {
        path.as_mut_os_string().push(".toml");
    }
    let shown = path.display().to_string();
    write_new(&path, &text)?;
    say::result(&format!("wrote {shown}\nrun it with: trimtab backtest {shown}\n"))
}

/// Writes a file that does not exist yet.
///
/// # Errors
/// [`Kind::Io`] when one of that name exists, or it cannot be written.
pub(super) fn write_new(path: &Path, text: &str) -> Result<()> {
    let written =
        std::fs::File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes()));
    let shown = path.display().to_string();
    match written {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let said = Error::new(Kind::Io, "a file of that name exists; it stays as it is");
            Err(said.place(shown).hint("choose another name, or remove the file first"))
        }
        Err(error) => {
            let said = format!("cannot write the strategy: {error}");
            Err(Error::new(Kind::Io, said).place(shown))
        }
    }
}
