//! The Python package: its wheel, its tests, and the suite of the module that `trimtab.empyrical` stands in for.

use crate::{machine, shell};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Requirements of the environments: of the package's own tests, and of empyrical's, which are pinned.
const OWN: &str = "python/tests/requirements.txt";
const EMPYRICAL: &str = "python/tests/empyrical/requirements.txt";

/// Makes both environments.
///
/// # Errors
/// When Python is missing or a package cannot be had.
pub(crate) fn set_up(root: &Path) -> Result<(), String> {
    machine::program("python3", "python3")?;
    machine::python(root, &root.join(OWN))?;
    machine::python(root, &root.join(EMPYRICAL)).map(drop)
}

/// Builds the wheel in the profile of the tests, installs it in both environments, and runs the tests there.
///
/// # Errors
/// The first step that fails.
pub(crate) fn check(root: &Path) -> Result<String, String> {
    let own = machine::python(root, &root.join(OWN))?;
    let pinned = machine::python(root, &root.join(EMPYRICAL))?;
    let wheel = wheel(root, &own)?;
    for python in [&own, &pinned] {
        let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        let mut command = Command::new(python);
        command.args(install).args(["--no-deps", "--force-reinstall"]).arg(&wheel);
        shell::run(&mut command)?;
    }
    let tests = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "python/tests"];
    run(root, &own, &tests)?;
    let folder = shell::target(root).join("python").join("empyrical-suite");
    run(root, &pinned, &["python/tests/empyrical/suite.py", &folder.display().to_string()])?;
    Ok("the wheel, its types, notebook and cluster; 718 of 718 of empyrical's tests".into())
}

/// The wheel, new or again.
fn wheel(root: &Path, python: &Path) -> Result<PathBuf, String> {
    let folder = shell::target(root).join("python").join("wheel");
    // One of another version must not be taken for this one.
    let _ = std::fs::remove_dir_all(&folder);
    let mut command = Command::new(python);
    command.args(["-m", "maturin", "build", "--quiet", "--profile", "dev"]);
    command.args(["--manifest-path", "python/Cargo.toml", "--out"]).arg(&folder).current_dir(root);
    shell::run(&mut command)?;
    let entries = std::fs::read_dir(&folder).map_err(|error| error.to_string())?;
    let mut files = entries.filter_map(|entry| Some(entry.ok()?.path()));
    files
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .ok_or_else(|| format!("there is no wheel in {}", folder.display()))
}

fn run(root: &Path, python: &Path, arguments: &[&str]) -> Result<(), String> {
    let mut command = Command::new(python);
    command.args(arguments).current_dir(root).env("PYTHONDONTWRITEBYTECODE", "1");
    shell::run(&mut command)
}
