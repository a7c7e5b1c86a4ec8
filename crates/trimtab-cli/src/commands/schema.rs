//! `trimtab schema`: the strategy file for editors.
use trimtab_core::{Error, Kind};

use crate::say::{self, Outcome};

/// Prints the JSON schema.
pub(crate) fn run() -> Outcome {
    // Its own serialisation puts title and description before the long lists.
    let text = serde_json::to_string_pretty(&trimtab_strategy::schema())
        .map_err(|error| Error::new(Kind::Io, format!("the schema cannot be written: {error}")))?;
    say::result(&text)
}
