//! What a user may call a portfolio: a name of the library, a file, a symbol, a mix of symbols, or a table of weights.
use std::path::Path;

use trimtab_core::{Date, Error, Kind, Result};
use trimtab_strategy::{Strategy, Template};

use crate::library::{self, LIBRARY};
use crate::text::nearest;

/// A portfolio as text, before it is read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Source {
    /// What it is called.
    pub(crate) name: String,
    /// The strategy file.
    pub(crate) text: String,
    /// Where the text is from.
    pub(crate) kind: SourceKind,
}

/// Where the text of a portfolio is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SourceKind {
    /// The library.
    Library,
    /// A file of the user.
    File,
    /// Symbols on the command line, or weights in a table.
    Mix,
}

/// The periods a mix may be rebalanced by: `SPY=0.6,AGG=0.4@year`.
const PERIODS: [&str; 6] = ["session", "week", "month", "quarter", "year", "once"];

impl Source {
    /// Finds what `spec` means: a file if there is one of that name, a strategy of the library, a symbol, or a mix.
    ///
    /// # Errors
    /// [`Kind::Usage`] when it is none of these, with the nearest name; [`Kind::Io`] when the file cannot be read.
    pub(crate) fn find(spec: &str) -> Result<Self> {
        if let Some(entry) = library::find(spec) {
            let (name, text) = (entry.name.to_owned(), entry.text.to_owned());
            return Ok(Self { name, text, kind: SourceKind::Library });
        }
        let path = Path::new(spec);
        if spec.ends_with(".csv") {
            let (name, text) = (spec.to_owned(), published(path)?);
            return Ok(Self { name, text, kind: SourceKind::Mix });
        }
        if path.is_file() || spec.ends_with(".toml") || spec.contains(std::path::MAIN_SEPARATOR) {
            return Self::file(path, spec);
        }
        match mix(spec)? {
            Some(text) => Ok(Self { name: spec.to_owned(), text, kind: SourceKind::Mix }),
            None => Err(unknown(spec)),
        }
    }

    fn file(path: &Path, spec: &str) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            let said = Error::new(Kind::Io, format!("cannot read the strategy: {error}"));
            said.place(spec).hint("`trimtab list strategies` names those of the library")
        })?;
        Ok(Self { name: spec.to_owned(), text, kind: SourceKind::File })
    }

    /// Reads it once, to be filled with many sets of parameters.
    ///
    /// # Errors
    /// [`Kind::Spec`] when it is not TOML.
    pub(crate) fn template(&self) -> Result<Template> {
        Template::new(&self.name, &self.text)
    }

    /// Reads it, with parameters replaced. A file's strategy is called by the stem of its name.
    ///
    /// # Errors
    /// [`Kind::Spec`] with line and column.
    pub(crate) fn strategy(&self, set: &[(String, String)]) -> Result<Strategy> {
        let mut strategy = Strategy::parse_with(&self.name, &self.text, set)?;
        if self.kind == SourceKind::File
            && let Some(stem) = Path::new(&self.name).file_stem().and_then(|s| s.to_str())
        {
            strategy.name = stem.to_owned();
        }
        Ok(strategy)
    }
}

/// The strategy file of `SPY`, `SPY=0.6,AGG=0.4` or `SPY=60%,AGG=40%@year`; none when `spec` looks like a name.
fn mix(spec: &str) -> Result<Option<String>> {
    let (parts, every) = match spec.rsplit_once('@') {
        Some((parts, every)) if PERIODS.contains(&every) => (parts, every),
        Some((_, every)) if spec.contains('=') => {
            let said = format!("`{every}` is not a period of rebalancing");
            return Err(
                Error::new(Kind::Usage, said).hint(format!("one of {}", PERIODS.join(", ")))
            );
        }
        _ => (spec, "month"),
    };
    let mut weights = Vec::new();
    if parts.contains('=') {
        for part in parts.split(',') {
            let (symbol, share) = weight(part)?;
            if weights.iter().any(|(known, _)| *known == symbol) {
                return Err(Error::new(Kind::Usage, format!("{symbol} stands twice in `{spec}`")));
            }
            weights.push((symbol, share));
        }
    } else if parts.is_empty()
        || parts.chars().any(|c| c.is_lowercase() || c.is_whitespace() || c == ',')
    {
        return Ok(None);
    } else {
        weights.push((parts.to_owned(), 1.0));
    }
    let line = |(symbol, weight): &(String, f64)| format!("{} = {weight:?}\n", quoted(symbol));
    let weights: String = weights.iter().map(line).collect();
    Ok(Some(format!(
        "title = {}\nroot = \"@mix\"\n[schedule]\nevery = \"{every}\"\nfirst = \"at-once\"\n[allocator.mix]\nkind = \"fixed\"\n\
         [allocator.mix.weights]\n{weights}",
        quoted(spec)
    )))
}

/// Columns of a table of weights that are no assets.
const BESIDE: [&str; 3] = ["cash", "why", "because"];

/// The strategy file of a table of weights: the first column holds dates, the others a share for each symbol, as
/// `weights.csv` of `trimtab today` or `decisions.csv` of `trimtab backtest` has them. Each row is followed once.
fn published(path: &Path) -> Result<String> {
    let file = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Error::new(Kind::Io, error.to_string()).place(file.clone()))?;
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let bad = |error: csv::Error| Error::data(error.to_string()).place(file.clone());
    let header: Vec<String> = reader.headers().map_err(bad)?.iter().map(str::to_owned).collect();
    let beside = |name: &String| BESIDE.contains(&name.as_str());
    let mut rows = String::new();
    for record in reader.records() {
        let record = record.map_err(bad)?;
        let place = format!("{file}:{}", record.position().map_or(0, csv::Position::line));
        let date: Date = record.get(0).and_then(|cell| cell.parse().ok()).ok_or_else(|| {
            let said = format!("`{}` is no date", record.get(0).unwrap_or(""));
            Error::data(said).place(place.clone()).hint("write dates as 2004-01-31")
        })?;
        let mut weights = Vec::new();
        for (name, cell) in header.iter().zip(record.iter()).skip(1) {
            if beside(name) || cell.is_empty() {
                continue;
            }
            let weight: f64 =
                cell.parse().ok().filter(|x: &f64| x.is_finite()).ok_or_else(|| {
                    Error::data(format!("`{cell}` is no share of {name}")).place(place.clone())
                })?;
            if weight != 0.0 {
                weights.push(format!("{} = {weight:?}", quoted(name)));
            }
        }
        rows += &format!("    {{ date = \"{date}\", weights = {{ {} }} }},\n", weights.join(", "));
    }
    if rows.is_empty() {
        return Err(Error::data("the table holds no weights").place(file));
    }
    Ok(format!(
        "title = {}\nroot = \"@published\"\n[schedule]\nevery = \"session\"\n[allocator.published]\n\
         kind = \"published\"\nrows = [\n{rows}]\n",
        quoted(&format!("Weights of {file}"))
    ))
}

/// `SPY=0.6` or `SPY=60%`.
fn weight(part: &str) -> Result<(String, f64)> {
    let bad = || {
        Error::new(Kind::Usage, format!("`{part}` is not a share of a mix"))
            .hint("write SYMBOL=SHARE, as in SPY=0.6,AGG=0.4 or SPY=60%,AGG=40%")
    };
    let (symbol, share) = part.split_once('=').ok_or_else(bad)?;
    let (symbol, share) = (symbol.trim(), share.trim());
    let (number, unit) = match share.strip_suffix('%') {
        Some(number) => (number.trim(), 100.0),
        None => (share, 1.0),
    };
    let number: f64 = number.parse().map_err(|_| bad())?;
    match symbol.is_empty() || !number.is_finite() {
        true => Err(bad()),
        false => Ok((symbol.to_owned(), number / unit)),
    }
}

/// A TOML string.
fn quoted(text: &str) -> String {
    serde_json::Value::String(text.to_owned()).to_string().replace('\u{7f}', "\\u007f")
}

fn unknown(spec: &str) -> Error {
    let error = Error::new(Kind::Usage, format!("there is no strategy and no file `{spec}`"));
    match nearest(spec, LIBRARY.iter().map(|entry| entry.name)) {
        Some(name) => error.hint(format!("did you mean `{name}`?")),
        None => error.hint(
            "`trimtab list strategies` names those of the library; a mix is written SPY=0.6,AGG=0.4",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_strategy::Every;

    fn read(spec: &str) -> Strategy {
        Source::find(spec).unwrap().strategy(&[]).unwrap()
    }

    #[test]
    fn a_mix_is_a_strategy() {
        let mix = read("SPY=0.6,AGG=40%@year");
        assert_eq!(mix.schedule.every, Every::Year);
        assert!(mix.explain().contains("hold AGG 40 %, SPY 60 %"), "{}", mix.explain());
        assert!(read("^IRX").explain().contains("hold ^IRX 100 %"));
        assert!(read("BRK.B=-0.5,X=1.5@once").explain().contains("BRK.B -50 %"));
    }

    #[test]
    fn what_is_nothing_is_refused_with_a_hint() {
        let hint = |spec: &str| {
            let error = Source::find(spec).unwrap_err();
            assert_eq!(error.kind(), Kind::Usage, "{spec}");
            error.advice().unwrap_or_default().to_owned()
        };
        assert_eq!(hint("sector-bredth"), "did you mean `sector-breadth`?");
        assert!(hint("SPY=0.6,AGG").contains("SYMBOL=SHARE"));
        assert!(hint("SPY=0.6@fortnight").contains("quarter"));
        assert!(hint("SPY=NaN").contains("SYMBOL=SHARE"));
        assert!(Source::find("SPY=0.5,SPY=0.5").is_err());
        assert!(hint("").contains("list strategies"));
    }

    #[test]
    fn a_table_of_weights_is_a_strategy() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weights.csv");
        let spec = path.to_str().unwrap();
        let table =
            "date,why,cash,SPY,A B,because\n2020-01-31,schedule,0.1,0.6,0.3,x\n2020-02-28,,1,,0,\n";
        std::fs::write(&path, table).unwrap();
        let strategy = read(spec);
        assert_eq!(strategy.schedule.every, Every::Session);
        assert!(
            strategy.explain().contains("2 published portfolios from 2020-01-31 to 2020-02-28")
        );
        assert!(
            strategy.canonical().contains("{\"A B\":0.3,\"SPY\":0.6}"),
            "{}",
            strategy.canonical()
        );
        let refused = |table: &str| {
            std::fs::write(&path, table).unwrap();
            let read = Source::find(spec).and_then(|source| source.strategy(&[]));
            read.unwrap_err().to_string()
        };
        assert!(refused("date,SPY\nsoon,1\n").contains("weights.csv:2: `soon` is no date"));
        assert!(refused("date,SPY\n2020-01-31,all\n").contains(":2: `all` is no share of SPY"));
        assert!(refused("date,SPY\n").contains("holds no weights"));
        assert!(refused("date,SPY\n2020-01-31,1\n2020-01-30,1\n").contains("does not come after"));
    }

    #[test]
    fn a_missing_file_is_an_error_of_input() {
        assert_eq!(Source::find("missing.toml").unwrap_err().kind(), Kind::Io);
    }
}
