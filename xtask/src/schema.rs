//! `cargo xtask schema`: the JSON schema of the strategy file, for editors.

use crate::generated::{Generated, only_checks, settle};
use std::path::Path;
use std::process::ExitCode;

/// Where it is kept; tests of trimtab-strategy and editors know the place.
const PATH: &str = "schema/strategy.schema.json";

/// Writes the schema, or checks that it is what the structs say.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<ExitCode, String> {
    let check = only_checks("schema", arguments)?;
    let text = serde_json::to_string_pretty(&trimtab_strategy::schema())
        .map_err(|error| format!("the schema cannot be written as JSON: {error}"))?;
    let file = Generated { path: PATH.into(), text: text + "\n" };
    settle(root, "schema", None, &[file], check)
}
