//! Keys and settings: from the environment, or from a file that nobody else can read.
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use trimtab_core::{Error, Kind, Result};

use crate::source::Source;

/// A key. It prints as `***`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Takes a key in.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
    /// The key itself, for the request that needs it and nothing else.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// What a file says of sources:
///
/// ```toml
/// [tiingo]
/// key        = "…"
/// per-minute = 40
/// base-url   = "https://api.tiingo.com"
/// ```
#[derive(Clone, Debug, Default)]
pub struct Settings {
    tables: BTreeMap<String, Table>,
}

/// What it says of one source.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Table {
    key: Option<Secret>,
    base_url: Option<String>,
    per_minute: Option<f64>,
}

impl Settings {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read or understood, or holds a key and others than its owner may read it. No message repeats
    /// what stands in it.
    pub fn read(path: &Path) -> Result<Self> {
        let place = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Error::new(Kind::Io, error.to_string()).place(place.clone()))?;
        let tables: BTreeMap<String, Table> = toml::from_str(&text).map_err(|error| {
            // The parser's message shows the line, and the line may hold a key.
            let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
            Error::new(Kind::Usage, "the file of settings cannot be understood")
                .place(format!("{place}:{line}"))
                .hint(
                    "it has a table for each source with any of `key`, `base-url` and `per-minute`",
                )
        })?;
        if tables.values().any(|table| table.key.is_some()) {
            private(path)?;
        }
        Ok(Self { tables })
    }

    /// Where the file is looked for: `trimtab/sources.toml` in the folder of configurations.
    pub fn usual(variable: impl Fn(&str) -> Option<String>) -> Option<PathBuf> {
        let folder = variable("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .or_else(|| variable("HOME").map(|home| Path::new(&home).join(".config")))?;
        Some(folder.join("trimtab").join("sources.toml"))
    }

    /// The key of a source: from its environment variable, else from the file.
    pub fn key(
        &self,
        source: &dyn Source,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Option<Secret> {
        let own = variable(source.key()?).filter(|key| !key.is_empty());
        own.map(Secret::new).or_else(|| self.table(source)?.key.clone())
    }

    /// Another address than the source's own.
    pub fn base_url(&self, source: &dyn Source) -> Option<String> {
        self.table(source)?.base_url.clone()
    }

    /// Another rate than the source's own.
    pub fn per_minute(&self, source: &dyn Source) -> Option<f64> {
        self.table(source)?.per_minute
    }

    fn table(&self, source: &dyn Source) -> Option<&Table> {
        self.tables.get(source.name())
    }
}

#[cfg(unix)]
fn private(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    /// Group and others.
    const OTHERS: u32 = 0o077;
    let place = path.display().to_string();
    let mode = std::fs::metadata(path)
        .map_err(|error| Error::new(Kind::Io, error.to_string()).place(place.clone()))?
        .permissions()
        .mode();
    match mode & OTHERS {
        0 => Ok(()),
        _ => Err(Error::new(Kind::Usage, "the file holds a key, and others may read it")
            .place(place.clone())
            .hint(format!("chmod 600 {place}"))),
    }
}

/// Elsewhere files of a user's folder are private by default, and there is no mode to read.
#[cfg(not(unix))]
fn private(_: &Path) -> Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn file(text: &str, mode: u32) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sources.toml");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        (folder, path)
    }

    #[test]
    fn a_key_that_others_may_read_is_refused_and_the_cure_named() {
        for mode in [0o644, 0o640, 0o604] {
            let (_folder, path) = file("[tiingo]\nkey = \"topsecret\"\n", mode);
            let error = Settings::read(&path).unwrap_err().to_string();
            assert!(error.contains("chmod 600") && !error.contains("topsecret"), "{error}");
        }
        let (_folder, path) = file("[tiingo]\nkey = \"topsecret\"\nper-minute = 7\n", 0o600);
        let settings = Settings::read(&path).unwrap();
        let tiingo = crate::find("tiingo").unwrap();
        assert_eq!(settings.key(tiingo, |_| None).unwrap().reveal(), "topsecret");
        assert_eq!(settings.per_minute(tiingo), Some(7.0));
        // The environment goes before the file; nothing shows the key.
        let own = settings.key(tiingo, |name| (name == "TIINGO_API_KEY").then(|| "own".to_owned()));
        assert_eq!(own.unwrap().reveal(), "own");
        assert!(!format!("{settings:?}").contains("topsecret"));
        // Without a key anybody may read it.
        let (_folder, path) = file("[yahoo]\nper-minute = 5\n", 0o644);
        assert!(Settings::read(&path).is_ok());
    }

    #[test]
    fn a_mistake_in_the_file_is_placed_without_showing_it() {
        for text in ["[tiingo]\nkey = topsecret\n", "[tiingo]\nkey = \"topsecret\"\nspeed = 1\n"] {
            let (_folder, path) = file(text, 0o600);
            let error = Settings::read(&path).unwrap_err().to_string();
            assert!(error.contains("sources.toml:") && !error.contains("topsecret"), "{error}");
        }
    }
}
