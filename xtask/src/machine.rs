//! What a fresh machine may lack, and how it is got: Debian packages, rustup components, Python environments.

use crate::shell;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Makes sure that `program --version` works, with Debian's `package` where it does not.
///
/// # Errors
/// What is missing and how to install it by hand.
pub(crate) fn program(program: &str, package: &str) -> Result<(), String> {
    let present = || shell::works(Command::new(program).arg("--version"));
    if present() {
        return Ok(());
    }
    apt(package).map_err(|why| format!("`{program}` is missing ({why}); install {package}"))?;
    match present() {
        true => Ok(()),
        false => Err(format!("`{program}` is missing although {package} is installed")),
    }
}

/// Makes sure that `cargo name` works, with rustup where it does not.
///
/// # Errors
/// What is missing and how to install it by hand.
pub(crate) fn component(root: &Path, name: &str, component: &str) -> Result<(), String> {
    let present = || shell::works(shell::cargo(root).args([name, "--version"]));
    let added = || shell::works(Command::new("rustup").args(["component", "add", component]));
    match present() || (added() && present()) {
        true => Ok(()),
        false => {
            Err(format!("this toolchain has no {component}: rustup component add {component}"))
        }
    }
}

/// Installs a Debian package; only root on a Debian machine can.
fn apt(package: &str) -> Result<(), String> {
    let root = shell::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if !root || !shell::works(Command::new("apt-get").arg("--version")) {
        return Err("only root on Debian installs packages".into());
    }
    println!("installing {package}");
    let install = ["install", "--yes", "--quiet", "--no-install-recommends", package];
    let get = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        shell::works(&mut command)
    };
    // Where the lists of packages are fresh, they need not be fetched again.
    match get(&install) || (get(&["update", "--quiet"]) && get(&install)) {
        true => Ok(()),
        false => Err(format!("`apt-get {}` failed", install.join(" "))),
    }
}

/// The Python of an environment below the folder of build results that holds what `requirements` asks for. It is made
/// anew when they change.
///
/// # Errors
/// When Python is missing or a package cannot be installed.
pub(crate) fn python(root: &Path, requirements: &Path) -> Result<PathBuf, String> {
    program("python3", "python3")?;
    let wanted = std::fs::read_to_string(requirements)
        .map_err(|error| format!("cannot read {}: {error}", requirements.display()))?;
    let owner = requirements.parent().and_then(Path::file_name).unwrap_or_default();
    let folder = shell::target(root).join("python").join(owner);
    let (python, stamp) = (folder.join("bin/python"), folder.join("requirements.txt"));
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    let make =
        || shell::works(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder));
    if !make() {
        apt("python3-venv")?;
        shell::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    }
    println!("installing {}", requirements.display());
    let quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
    shell::run(Command::new(&python).args(quiet).arg(requirements))?;
    std::fs::write(&stamp, wanted).map_err(|e| format!("cannot write {}: {e}", stamp.display()))?;
    Ok(python)
}
