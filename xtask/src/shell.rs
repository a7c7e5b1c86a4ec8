//! Running other programs: what they print is shown, what they return is checked.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// `cargo`, the same one that runs this program, in the root of the repository.
pub(crate) fn cargo(root: &Path) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(root);
    // Cargo describes xtask to xtask in these; a build must not see them and differ from one by hand.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name.as_ref());
        }
    }
    command
}

/// The folder of build results: `target`, or where the environment puts it.
pub(crate) fn target(root: &Path) -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root.join(folder),
        None => root.join("target"),
    }
}

/// Runs it with its output on ours.
///
/// # Errors
/// The command line, when it cannot be started or returns a failure.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| unstarted(command, &error))?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("`{}` failed with {status}", line(command))),
    }
}

/// Runs it, hands every line of its standard output to `each` while it runs, and leaves its errors on ours.
///
/// # Errors
/// As [`run`].
pub(crate) fn run_reading(command: &mut Command, mut each: impl FnMut(&str)) -> Result<(), String> {
    command.stdout(Stdio::piped());
    let mut child = command.spawn().map_err(|error| unstarted(command, &error))?;
    let output = child.stdout.take().expect("standard output was piped two lines above");
    let mut reader = BufReader::new(output);
    let mut bytes = Vec::new();
    while reader.read_until(b'\n', &mut bytes).is_ok_and(|count| count > 0) {
        each(String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']));
        bytes.clear();
    }
    let status = child.wait().map_err(|error| unstarted(command, &error))?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("`{}` failed with {status}", line(command))),
    }
}

/// Runs it and returns its standard output.
///
/// # Errors
/// As [`run`], with what it said.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| unstarted(command, &error))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`{}` failed with {}: {said}", line(command), output.status));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("`{}` is not UTF-8", line(command)))
}

/// Whether it can be run and succeeds; its output is dropped.
pub(crate) fn works(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// Program and arguments, as one would type them.
pub(crate) fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

fn unstarted(command: &Command, error: &std::io::Error) -> String {
    format!("cannot run `{}`: {error}", line(command))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_name_the_command_line() {
        let failed = run(Command::new("sh").args(["-c", "exit 3"])).expect_err("exits with 3");
        assert!(failed.contains("`sh -c exit 3`") && failed.contains('3'), "{failed}");
        let absent = run(&mut Command::new("no-such-program")).expect_err("does not exist");
        assert!(absent.starts_with("cannot run `no-such-program`"), "{absent}");
        let said = output(Command::new("sh").args(["-c", "echo why >&2; exit 1"]));
        assert!(said.expect_err("exits with 1").ends_with("why\n"));
    }

    #[test]
    fn lines_arrive_one_by_one() {
        let mut lines = Vec::new();
        let mut command = Command::new("printf");
        run_reading(command.arg("a\\r\\nb"), |line| lines.push(line.to_owned())).expect("prints");
        assert_eq!(lines, ["a", "b"]);
    }
}
