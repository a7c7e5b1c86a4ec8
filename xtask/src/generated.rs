//! Files that are written by this program and kept in the repository: written, or compared.

use std::path::Path;
use std::process::ExitCode;

/// A file as it should be.
pub(crate) struct Generated {
    /// Relative to the root of the repository.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Whether a task was asked to write or only to look.
///
/// # Errors
/// For any argument but `--check`.
pub(crate) fn only_checks(task: &str, arguments: &[String]) -> Result<bool, String> {
    match arguments {
        [] => Ok(false),
        [one] if one == "--check" => Ok(true),
        _ => Err(format!("usage: cargo xtask {task} [--check]")),
    }
}

/// Writes the files that differ; when `check`, names them instead and fails. Files of `folder` that are not among
/// them are removed, or named.
///
/// # Errors
/// When a file cannot be read, written or removed.
pub(crate) fn settle(
    root: &Path,
    task: &str,
    folder: Option<&str>,
    files: &[Generated],
    check: bool,
) -> Result<ExitCode, String> {
    let mut stale = Vec::new();
    for file in files {
        let path = root.join(&file.path);
        if std::fs::read(&path).is_ok_and(|bytes| bytes == file.text.as_bytes()) {
            continue;
        }
        stale.push(file.path.clone());
        if !check {
            write(&path, &file.text)?;
        }
    }
    for path in folder.map(|folder| left_over(root, folder, files)).transpose()?.unwrap_or_default()
    {
        if !check {
            std::fs::remove_file(root.join(&path))
                .map_err(|error| format!("cannot remove {path}: {error}"))?;
        }
        stale.push(path);
    }
    let (what, status) = match (stale.is_empty(), check) {
        (true, _) => ("up to date", ExitCode::SUCCESS),
        (false, false) => ("brought up to date", ExitCode::SUCCESS),
        (false, true) => ("out of date", ExitCode::FAILURE),
    };
    for path in &stale {
        println!("{path}: {what}");
    }
    match status == ExitCode::FAILURE {
        true => println!("{task}: run `cargo xtask {task}` and commit the result"),
        false => println!("{task}: {} files, {} changed", files.len(), stale.len()),
    }
    Ok(status)
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let failed = |error| format!("cannot write {}: {error}", path.display());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::write(path, text).map_err(failed)
}

fn left_over(root: &Path, folder: &str, files: &[Generated]) -> Result<Vec<String>, String> {
    let Ok(entries) = std::fs::read_dir(root.join(folder)) else { return Ok(Vec::new()) };
    let mut paths = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| format!("cannot list {folder}: {error}"))?;
        paths.push(format!("{folder}/{}", entry.file_name().to_string_lossy()));
    }
    paths.retain(|path| files.iter().all(|file| file.path != *path));
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stale_files_fail_the_check_and_are_then_mended() {
        let root = std::env::temp_dir().join(format!("trimtab-generated-{}", std::process::id()));
        std::fs::create_dir_all(root.join("pages")).expect("a folder");
        std::fs::write(root.join("pages/old.md"), "old").expect("a file");
        let files = [Generated { path: "pages/new.md".into(), text: "new\n".into() }];
        let settled = |check| settle(&root, "docs", Some("pages"), &files, check).expect("settled");
        assert_eq!(settled(true), ExitCode::FAILURE);
        assert!(root.join("pages/old.md").exists(), "looking changes nothing");
        assert_eq!(settled(false), ExitCode::SUCCESS);
        assert_eq!(settled(true), ExitCode::SUCCESS);
        assert!(!root.join("pages/old.md").exists());
        std::fs::write(root.join("pages/new.md"), "other").expect("a file");
        assert_eq!(settled(true), ExitCode::FAILURE);
        std::fs::remove_dir_all(&root).expect("removed");
    }
}
