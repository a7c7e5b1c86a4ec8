//! The file.
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};
use trimtab_core::{Error, Kind, Result};
use trimtab_lab::sweep::Figures;

use crate::curve::{pack, unpack};
use crate::schema::{APPLICATION, TABLES, VERSION};
use crate::study::Tried;
use crate::{CURVES, Curve, Name};

/// How long a writer waits for its turn. A sweep of ten thousand sets is written in a fraction of a second.
const PATIENCE: Duration = Duration::from_secs(60);

/// The trial ledger.
#[derive(Debug)]
pub struct Ledger {
    db: Connection,
    path: PathBuf,
}

/// What is asked, by one command.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// The strategy without its numbers, see [`crate::shape`].
    pub shape: Name,
    /// The content hash of the data.
    pub data: &'a str,
    /// What the strategy is called.
    pub strategy: &'a str,
    /// Where the data are from, in a line.
    pub source: &'a str,
    /// The engine and its version.
    pub engine: &'a str,
    /// How accounts were kept: `books` or `light`.
    pub mode: &'a str,
    /// The command that asks.
    pub command: &'a str,
    /// Its seed.
    pub seed: u64,
    /// What runs were asked for, see [`trimtab_sim::Options::canonical`].
    pub options: &'a str,
    /// Periods a year.
    pub per_year: f64,
}

/// One configuration and what came of it.
#[derive(Clone, Debug)]
pub struct Trial {
    /// See [`crate::configuration`].
    pub configuration: Name,
    /// The parameters that were chosen, and their values.
    pub parameters: Vec<(String, String)>,
    /// The session before the first return, counted in the calendar of the data.
    pub first: u32,
    /// Returns.
    pub periods: usize,
    /// Its figures in the order of [`Entry::FIGURES`].
    pub figures: [Option<f64>; 7],
    /// Its returns; those of large batches are only kept for a sample.
    pub returns: Option<Vec<f64>>,
}

/// A study, as a list shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyEntry {
    /// Its number in the file.
    pub id: i64,
    /// The name that the strategy bore when it was first tried.
    pub strategy: String,
    /// Names the strategy without its numbers.
    pub shape: Name,
    /// The content hash of the data.
    pub data: String,
    /// Where they are from.
    pub source: String,
    /// Distinct configurations.
    pub trials: usize,
    /// The highest yearly Sharpe ratio of them.
    pub sharpe_best: Option<f64>,
    /// When the newest was recorded, in seconds since 1970 UTC.
    pub recorded: i64,
}

/// A trial, as a list shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its number in the file.
    pub id: i64,
    /// See [`crate::configuration`].
    pub configuration: Name,
    /// The command that tried it.
    pub command: String,
    /// The engine and its version.
    pub engine: String,
    /// `books` or `light`.
    pub mode: String,
    /// The seed of the command.
    pub seed: i64,
    /// What runs were asked for.
    pub options: String,
    /// The chosen parameters as a JSON object.
    pub parameters: String,
    /// When it was recorded, in seconds since 1970 UTC.
    pub recorded: i64,
    /// The session before the first return.
    pub first: u32,
    /// Returns.
    pub periods: usize,
    /// Figures under the names of [`Entry::FIGURES`].
    pub figures: [Option<f64>; 7],
}

impl Trial {
    /// Figures of a sweep as they are kept.
    pub fn figures(f: &Figures) -> [Option<f64>; 7] {
        [
            Some(f.final_value),
            Some(f.return_yearly_periods),
            f.volatility_yearly,
            f.sharpe,
            Some(f.drawdown_max),
            Some(f.turnover_yearly),
            Some(f.costs),
        ]
    }
}

impl Entry {
    /// The figures that are kept.
    pub const FIGURES: [&str; 7] = [
        "final_value",
        "return_yearly_periods",
        "volatility_yearly",
        "sharpe",
        "drawdown_max",
        "turnover_yearly",
        "costs",
    ];

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let configuration: Vec<u8> = row.get(1)?;
        let mut figures = [None; 7];
        for (ix, figure) in figures.iter_mut().enumerate() {
            *figure = row.get(11 + ix)?;
        }
        Ok(Self {
            id: row.get(0)?,
            configuration: Name::from_bytes(&configuration).unwrap_or(Name([0; 16])),
            command: row.get(2)?,
            engine: row.get(3)?,
            mode: row.get(4)?,
            seed: row.get(5)?,
            options: row.get(6)?,
            parameters: row.get(7)?,
            recorded: row.get(8)?,
            first: row.get(9)?,
            periods: row.get::<_, i64>(10)? as usize,
            figures,
        })
    }
}

/// Where the trial ledger is kept: what `TRIMTAB_TRIALS` says (`none` for no ledger at all), else `trimtab/trials.sqlite`
/// in the user's folder of data: `$XDG_DATA_HOME` or `~/.local/share`, on macOS `~/Library/Application Support`, on
/// Windows `%APPDATA%`. `variable` looks a name up in the environment.
pub fn location(variable: impl Fn(&str) -> Option<std::ffi::OsString>) -> Option<PathBuf> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    if let Some(own) = set("TRIMTAB_TRIALS") {
        return (own != "none").then(|| PathBuf::from(own));
    }
    let home = || set("HOME").map(PathBuf::from);
    let folder = if cfg!(target_os = "windows") {
        set("APPDATA").map(PathBuf::from)
    } else if cfg!(target_os = "macos") {
        home().map(|home| home.join("Library/Application Support"))
    } else {
        set("XDG_DATA_HOME").map(PathBuf::from).or_else(|| Some(home()?.join(".local/share")))
    };
    Some(folder?.join("trimtab").join("trials.sqlite"))
}

impl Ledger {
    /// Opens the file, and makes it, with its folder, where there is none.
    ///
    /// # Errors
    /// [`Kind::Io`] when it cannot be opened, or is another kind of file or of a newer version.
    pub fn open(path: &Path) -> Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|e| {
                Error::new(Kind::Io, e.to_string()).place(folder.display().to_string())
            })?;
        }
        let db = Connection::open(path).map_err(|e| trouble(path, &e))?;
        let mut ledger = Self { db, path: path.to_owned() };
        ledger.prepare()?;
        Ok(ledger)
    }

    fn prepare(&mut self) -> Result<()> {
        let path = self.path.clone();
        let bad = |e: rusqlite::Error| trouble(&path, &e);
        self.db.busy_timeout(PATIENCE).map_err(bad)?;
        let number = |db: &Connection, name: &str| {
            db.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).map_err(bad)
        };
        let known = |db: &Connection| -> Result<bool> {
            match (number(db, "application_id")?, number(db, "user_version")?) {
                (APPLICATION, VERSION) => Ok(true),
                (0, 0) => Ok(false),
                (APPLICATION, version) => Err(Error::new(
                    Kind::Io,
                    format!("the trial ledger has version {version}, this program knows {VERSION}"),
                )
                .place(path.display().to_string())
                .hint("use the newer trimtab, or set TRIMTAB_TRIALS to another file")),
                _ => Err(Error::new(Kind::Io, "this is another program's database")
                    .place(path.display().to_string())
                    .hint("set TRIMTAB_TRIALS to a file of its own")),
            }
        };
        if known(&self.db)? {
            return Ok(());
        }
        // Another process may have made the tables meanwhile.
        let all = self.db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(bad)?;
        if !known(&all)? {
            all.execute_batch(TABLES).map_err(bad)?;
            all.pragma_update(None, "application_id", APPLICATION).map_err(bad)?;
            all.pragma_update(None, "user_version", VERSION).map_err(bad)?;
        }
        all.commit().map_err(bad)
    }

    pub(crate) fn connection(&mut self) -> &mut Connection {
        &mut self.db
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes trials, all or none. What is there already, under equal circumstances, stays as it is; only returns are added
    /// where there were none. Returns how many trials were new.
    ///
    /// # Errors
    /// [`Kind::Io`] when the file cannot be written, or another process keeps it for a minute.
    pub fn record(&mut self, asked: &Asked<'_>, trials: &[Trial]) -> Result<usize> {
        let path = self.path.clone();
        self.write(asked, trials).map_err(|e| trouble(&path, &e))
    }

    fn write(&mut self, asked: &Asked<'_>, trials: &[Trial]) -> rusqlite::Result<usize> {
        // Packed before the lock is taken.
        let packed: Vec<Option<Vec<u8>>> = trials
            .iter()
            .map(|trial| trial.returns.as_deref().map(pack).transpose())
            .collect::<std::io::Result<_>>()
            .map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs() as i64);
        let all = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let study = study(&all, asked)?;
        let circumstance = circumstance(&all, asked)?;
        let mut new = 0;
        {
            let mut trial_in = all.prepare_cached(
                "INSERT OR IGNORE INTO trial (study, configuration, circumstance, parameters, recorded, first, periods,
                 per_year, final_value, return_yearly, volatility_yearly, sharpe, drawdown_max, turnover_yearly, costs)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
            )?;
            let mut curve_in = all.prepare_cached(
                "INSERT OR IGNORE INTO curve (trial, returns) SELECT id, ?4 FROM trial
                 WHERE study = ?1 AND configuration = ?2 AND circumstance = ?3",
            )?;
            for (trial, packed) in trials.iter().zip(packed) {
                let [value, rate, volatility, sharpe, drawdown, turnover, costs] = trial.figures;
                new += trial_in.execute(params![
                    study,
                    trial.configuration.0,
                    circumstance,
                    object(&trial.parameters),
                    now,
                    trial.first,
                    trial.periods as i64,
                    asked.per_year,
                    value,
                    rate,
                    volatility,
                    sharpe,
                    drawdown,
                    turnover,
                    costs,
                ])?;
                if let Some(packed) = packed {
                    let key = params![study, trial.configuration.0, circumstance, packed];
                    curve_in.execute(key)?;
                }
            }
        }
        all.commit()?;
        Ok(new)
    }

    /// What was tried of a strategy on data, and how much of it was tried on others.
    ///
    /// # Errors
    /// [`Kind::Io`] when the file cannot be read; [`Kind::Data`] when it is damaged.
    pub fn tried(&self, shape: Name, data: &str) -> Result<Tried> {
        let bad = |e: rusqlite::Error| trouble(&self.path, &e);
        let id = self.db.query_row(
            "SELECT id FROM study WHERE shape = ?1 AND data = ?2",
            params![shape.0, data],
            |row| row.get::<_, i64>(0),
        );
        let elsewhere: i64 = self
            .db
            .query_row(
                "SELECT COUNT(DISTINCT configuration) FROM trial JOIN study ON study.id = trial.study
                 WHERE shape = ?1 AND data <> ?2",
                params![shape.0, data],
                |row| row.get(0),
            )
            .map_err(bad)?;
        let mut tried = match id.optional().map_err(bad)? {
            Some(id) => self.study(id)?,
            None => Tried::default(),
        };
        tried.elsewhere = elsewhere as usize;
        Ok(tried)
    }

    /// The trials of a strategy on data under the circumstances `options` and `mode`, in the order of their recording.
    ///
    /// # Errors
    /// [`Kind::Io`] when the file cannot be read.
    pub fn alike(&self, asked: &Asked<'_>) -> Result<Vec<Entry>> {
        let id = self.db.query_row(
            "SELECT id FROM study WHERE shape = ?1 AND data = ?2",
            params![asked.shape.0, asked.data],
            |row| row.get::<_, i64>(0),
        );
        let Some(id) = id.optional().map_err(|e| trouble(&self.path, &e))? else {
            return Ok(Vec::new());
        };
        let mut entries = self.entries(id, usize::MAX)?;
        entries.retain(|entry| entry.options == asked.options && entry.engine == asked.engine);
        Ok(entries)
    }

    /// What was tried in a study.
    ///
    /// # Errors
    /// As [`Ledger::tried`].
    pub fn study(&self, id: i64) -> Result<Tried> {
        let bad = |e: rusqlite::Error| trouble(&self.path, &e);
        let mut figures = self
            .db
            .prepare_cached(
                "SELECT configuration, MAX(periods), sharpe, per_year FROM trial WHERE study = ?1
                 GROUP BY configuration ORDER BY configuration",
            )
            .map_err(bad)?;
        let mut tried = Tried::default();
        let rows = figures.query_map([id], |row| {
            let (periods, sharpe, per_year): (i64, Option<f64>, f64) =
                (row.get(1)?, row.get(2)?, row.get(3)?);
            Ok((periods as usize, sharpe.map(|s| s / per_year.sqrt())))
        });
        for row in rows.map_err(bad)? {
            tried.trials += 1;
            let (periods, sharpe) = row.map_err(bad)?;
            tried.sharpes.extend(sharpe.map(|sharpe| (periods, sharpe)));
        }
        let mut curves = self
            .db
            .prepare_cached(
                "SELECT configuration, first, returns FROM trial CROSS JOIN curve ON trial.id = curve.trial
                 WHERE study = ?1 GROUP BY configuration ORDER BY configuration LIMIT ?2",
            )
            .map_err(bad)?;
        let rows = curves.query_map(params![id, CURVES as i64], |row| {
            Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?, row.get::<_, Vec<u8>>(2)?))
        });
        for row in rows.map_err(bad)? {
            let (name, first, packed) = row.map_err(bad)?;
            let curve = Curve { first, returns: unpack(&packed)? };
            tried.curves.push((Name::from_bytes(&name)?, curve));
        }
        Ok(tried)
    }

    /// All studies, the one with the newest trial first.
    ///
    /// # Errors
    /// [`Kind::Io`] when the file cannot be read.
    pub fn studies(&self) -> Result<Vec<StudyEntry>> {
        let read = || -> rusqlite::Result<Vec<StudyEntry>> {
            let mut all = self.db.prepare_cached(
                "SELECT study.id, strategy, shape, data, source, COUNT(DISTINCT configuration), MAX(sharpe), MAX(recorded)
                 FROM study JOIN trial ON trial.study = study.id GROUP BY study.id
                 ORDER BY MAX(recorded) DESC, study.id DESC",
            )?;
            let rows = all.query_map([], |row| {
                let shape: Vec<u8> = row.get(2)?;
                Ok(StudyEntry {
                    id: row.get(0)?,
                    strategy: row.get(1)?,
                    shape: Name::from_bytes(&shape).unwrap_or(Name([0; 16])),
                    data: row.get(3)?,
                    source: row.get(4)?,
                    trials: row.get::<_, i64>(5)? as usize,
                    sharpe_best: row.get(6)?,
                    recorded: row.get(7)?,
                })
            })?;
            rows.collect()
        };
        read().map_err(|e| trouble(&self.path, &e))
    }

    /// The trials of a study in the order of their recording, at most `most`.
    ///
    /// # Errors
    /// [`Kind::Io`] when the file cannot be read.
    pub fn entries(&self, study: i64, most: usize) -> Result<Vec<Entry>> {
        let read = || -> rusqlite::Result<Vec<Entry>> {
            let mut all = self.db.prepare_cached(
                "SELECT trial.id, configuration, command, engine, mode, seed, options, parameters, recorded, first, periods,
                 final_value, return_yearly, volatility_yearly, sharpe, drawdown_max, turnover_yearly, costs
                 FROM trial JOIN circumstance ON circumstance.id = trial.circumstance
                 WHERE study = ?1 ORDER BY trial.id LIMIT ?2",
            )?;
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            all.query_map(params![study, most], Entry::read)?.collect()
        };
        read().map_err(|e| trouble(&self.path, &e))
    }

    /// The returns of a trial, where they were kept.
    ///
    /// # Errors
    /// As [`Ledger::tried`].
    pub fn returns(&self, trial: i64) -> Result<Option<Vec<f64>>> {
        let packed =
            self.db.query_row("SELECT returns FROM curve WHERE trial = ?1", [trial], |row| {
                row.get::<_, Vec<u8>>(0)
            });
        let packed = packed.optional().map_err(|e| trouble(&self.path, &e))?;
        packed.map(|packed| unpack(&packed)).transpose()
    }
}

fn study(db: &Connection, asked: &Asked<'_>) -> rusqlite::Result<i64> {
    db.execute(
        "INSERT OR IGNORE INTO study (shape, data, strategy, source) VALUES (?1, ?2, ?3, ?4)",
        params![asked.shape.0, asked.data, asked.strategy, asked.source],
    )?;
    db.query_row(
        "SELECT id FROM study WHERE shape = ?1 AND data = ?2",
        params![asked.shape.0, asked.data],
        |row| row.get(0),
    )
}

fn circumstance(db: &Connection, asked: &Asked<'_>) -> rusqlite::Result<i64> {
    // SQLite counts with a sign; the bits are the same.
    let seed = asked.seed as i64;
    let all = params![asked.engine, asked.mode, asked.command, seed, asked.options];
    db.execute(
        "INSERT OR IGNORE INTO circumstance (engine, mode, command, seed, options) VALUES (?1, ?2, ?3, ?4, ?5)",
        all,
    )?;
    db.query_row(
        "SELECT id FROM circumstance WHERE engine = ?1 AND mode = ?2 AND command = ?3 AND seed = ?4 AND options = ?5",
        all,
        |row| row.get(0),
    )
}

/// Parameters as a JSON object.
fn object(parameters: &[(String, String)]) -> String {
    let pairs = parameters.iter().map(|(path, value)| (path.clone(), value.clone().into()));
    serde_json::Value::Object(pairs.collect()).to_string()
}

pub(crate) fn trouble(path: &Path, error: &rusqlite::Error) -> Error {
    Error::new(Kind::Io, format!("the trial ledger failed: {error}"))
        .place(path.display().to_string())
        .hint("TRIMTAB_TRIALS names another file, or none")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(options: &str) -> Asked<'_> {
        Asked {
            shape: Name::of(&["shape"]),
            data: "data",
            strategy: "s",
            source: "a file",
            engine: "engine 1",
            mode: "books",
            command: "backtest",
            seed: 7,
            options,
            per_year: 252.0,
        }
    }

    fn trial(ix: usize, returns: Option<Vec<f64>>) -> Trial {
        let sharpe = 0.01 * ix as f64;
        Trial {
            configuration: Name::of(&[&ix.to_string()]),
            parameters: vec![("a.x".into(), ix.to_string())],
            first: 3,
            periods: 100,
            figures: [Some(1.0), Some(0.1), Some(0.2), Some(sharpe), Some(0.3), None, Some(5.0)],
            returns,
        }
    }

    fn wave(ix: usize) -> Vec<f64> {
        (0..100).map(|t| 0.01 * ((t * (ix + 2)) as f64).sin()).collect()
    }

    #[test]
    fn what_is_repeated_is_not_counted_twice_and_returns_may_follow() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/trials.sqlite");
        let mut ledger = Ledger::open(&path).unwrap();
        let all: Vec<Trial> = (0..5).map(|ix| trial(ix, None)).collect();
        assert_eq!(ledger.record(&asked("a"), &all).unwrap(), 5);
        assert_eq!(ledger.record(&asked("a"), &all).unwrap(), 0);
        assert!(ledger.tried(asked("a").shape, "data").unwrap().curves.is_empty());
        assert_eq!(ledger.record(&asked("a"), &[trial(2, Some(wave(2)))]).unwrap(), 0);
        // Other circumstances are another trial of the same configuration.
        assert_eq!(ledger.record(&asked("b"), &all[..2]).unwrap(), 2);
        drop(ledger);
        let ledger = Ledger::open(&path).unwrap();
        let tried = ledger.tried(asked("a").shape, "data").unwrap();
        assert_eq!((tried.trials, tried.elsewhere, tried.sharpes.len()), (5, 0, 5));
        let [(name, curve)] = &tried.curves[..] else { panic!("{:?}", tried.curves) };
        assert_eq!((*name, curve.first), (Name::of(&["2"]), 3));
        for (a, b) in curve.returns.iter().zip(wave(2)) {
            assert!((a - b).abs() < 1e-9);
        }
        assert_eq!(ledger.tried(asked("a").shape, "others").unwrap().elsewhere, 5);
        let entries = ledger.entries(1, usize::MAX).unwrap();
        assert_eq!(entries.len(), 7);
        assert_eq!(entries[1].parameters, "{\"a.x\":\"1\"}");
        assert_eq!(entries[1].figures[3], Some(0.01));
        assert_eq!(entries[1].figures[5], None);
        assert_eq!(ledger.returns(entries[0].id).unwrap(), None);
        assert_eq!(ledger.studies().unwrap()[0].trials, 5);
    }

    #[test]
    fn the_sample_is_that_of_the_smallest_names_whatever_came_first() {
        let folder = tempfile::tempdir().unwrap();
        let kept = |order: &[usize]| {
            let path = folder.path().join(format!("{}.sqlite", order[0]));
            let mut ledger = Ledger::open(&path).unwrap();
            for chunk in order.chunks(100) {
                let all: Vec<Trial> = chunk.iter().map(|ix| trial(*ix, Some(wave(*ix)))).collect();
                ledger.record(&asked("a"), &all).unwrap();
            }
            ledger.tried(asked("a").shape, "data").unwrap()
        };
        let up = kept(&(0..400).collect::<Vec<_>>());
        let down = kept(&(0..400).rev().collect::<Vec<_>>());
        assert_eq!(up.curves.len(), CURVES);
        assert_eq!(up, down);
        let mut names: Vec<Name> = (0..400).map(|ix: usize| Name::of(&[&ix.to_string()])).collect();
        names.sort_unstable();
        assert!(up.curves.iter().map(|(name, _)| name).eq(&names[..CURVES]));
    }

    #[test]
    fn writers_at_once_wait_for_their_turn() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trials.sqlite");
        // Each opens the file, which is not there yet, at the same moment.
        std::thread::scope(|scope| {
            for writer in 0..6_usize {
                let path = &path;
                scope.spawn(move || {
                    let mut ledger = Ledger::open(path).unwrap();
                    for ix in 0..20 {
                        // Half of it is what another one writes as well.
                        let ix = if ix % 2 == 0 { ix } else { 100 * writer + ix };
                        ledger.record(&asked("a"), &[trial(ix, Some(wave(ix)))]).unwrap();
                    }
                });
            }
        });
        let tried = Ledger::open(&path).unwrap().tried(asked("a").shape, "data").unwrap();
        assert_eq!((tried.trials, tried.curves.len()), (10 + 6 * 10, 70));
    }

    #[test]
    fn other_files_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.sqlite");
        std::fs::write(
            &path,
            "no database, but long enough to have a header of sixteen bytes\n".repeat(30),
        )
        .unwrap();
        assert_eq!(Ledger::open(&path).unwrap_err().kind(), Kind::Io);
        let other = folder.path().join("y.sqlite");
        Connection::open(&other).unwrap().execute_batch("PRAGMA application_id = 5").unwrap();
        assert!(Ledger::open(&other).unwrap_err().to_string().contains("another program"));
        let newer = folder.path().join("z.sqlite");
        drop(Ledger::open(&newer).unwrap());
        Connection::open(&newer).unwrap().execute_batch("PRAGMA user_version = 99").unwrap();
        assert!(Ledger::open(&newer).unwrap_err().to_string().contains("version 99"));
    }

    #[test]
    fn the_place_follows_the_environment() {
        let at = |pairs: &'static [(&str, &str)]| {
            location(move |name| {
                pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).into())
            })
        };
        assert_eq!(at(&[("TRIMTAB_TRIALS", "/x/y.db"), ("HOME", "/h")]), Some("/x/y.db".into()));
        assert_eq!(at(&[("TRIMTAB_TRIALS", "none"), ("HOME", "/h")]), None);
        assert_eq!(at(&[]), None);
        if cfg!(target_os = "linux") {
            let usual = PathBuf::from("/h/.local/share/trimtab/trials.sqlite");
            assert_eq!(at(&[("HOME", "/h")]), Some(usual));
            let own = PathBuf::from("/d/trimtab/trials.sqlite");
            assert_eq!(at(&[("XDG_DATA_HOME", "/d"), ("HOME", "/h")]), Some(own));
        }
    }
}
