//! Ledgers on their way from one machine to another: a study goes out with the work, and what was tried there comes back.
use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use trimtab_core::Result;

use crate::store::trouble;
use crate::{Ledger, Name};

/// Copies from the database `there`, which is attached, what is not here yet. Rows are recognised by what they say, not by
/// their numbers: copying twice is copying once.
const STUDIES: &str = "
INSERT OR IGNORE INTO main.study (shape, data, strategy, source)
    SELECT shape, data, strategy, source FROM there.study WHERE ?1 IS NULL OR (shape = ?1 AND data = ?2) ORDER BY id";
const CIRCUMSTANCES: &str = "
INSERT OR IGNORE INTO main.circumstance (engine, mode, command, seed, options)
    SELECT engine, mode, command, seed, options FROM there.circumstance ORDER BY id";
/// Where a row of the other database is here.
const HERE: &str = "
    JOIN there.study AS s ON s.id = t.study JOIN main.study AS study ON study.shape = s.shape AND study.data = s.data
    JOIN there.circumstance AS c ON c.id = t.circumstance
    JOIN main.circumstance AS circumstance ON circumstance.engine = c.engine AND circumstance.mode = c.mode
        AND circumstance.command = c.command AND circumstance.seed = c.seed AND circumstance.options = c.options";

impl Ledger {
    /// Writes a study, as far as there is one, into another ledger.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Io`] when one of the files cannot be read or written.
    pub fn extract(&self, shape: Name, data: &str, to: &Path) -> Result<()> {
        let mut other = Self::open(to)?;
        other.copy(self.path(), Some((shape, data)))
    }

    /// Takes over all that stands in another ledger and is not here yet.
    ///
    /// # Errors
    /// As [`Ledger::extract`].
    pub fn absorb(&mut self, from: &Path) -> Result<()> {
        // Opened once as itself: it must be a ledger of this version.
        drop(Self::open(from)?);
        self.copy(from, None)
    }

    fn copy(&mut self, from: &Path, only: Option<(Name, &str)>) -> Result<()> {
        let path = self.path().to_owned();
        let bad = |error: rusqlite::Error| trouble(&path, &error);
        let db = self.connection();
        let name = from.to_string_lossy();
        db.execute("ATTACH DATABASE ?1 AS there", [&name]).map_err(bad)?;
        let done = copied(db, only);
        db.execute("DETACH DATABASE there", []).map_err(bad)?;
        done.map_err(bad)
    }
}

fn copied(db: &mut Connection, only: Option<(Name, &str)>) -> rusqlite::Result<()> {
    let all = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let (shape, data) = (only.map(|(shape, _)| shape.0), only.map(|(_, data)| data));
    all.execute(STUDIES, params![shape, data])?;
    all.execute(CIRCUMSTANCES, [])?;
    rows(&all, shape, data)?;
    all.commit()
}

fn rows(
    all: &Transaction<'_>,
    shape: Option<[u8; 16]>,
    data: Option<&str>,
) -> rusqlite::Result<()> {
    const WHICH: &str = "WHERE ?1 IS NULL OR (s.shape = ?1 AND s.data = ?2) ORDER BY t.id";
    const VALUES: &str = "parameters, recorded, first, periods, per_year, final_value, return_yearly, volatility_yearly, sharpe,
        drawdown_max, turnover_yearly, costs";
    let each = VALUES.split(',').map(|name| format!("t.{}", name.trim())).collect::<Vec<_>>();
    let trials = format!(
        "INSERT OR IGNORE INTO main.trial (study, configuration, circumstance, {VALUES})
         SELECT study.id, t.configuration, circumstance.id, {} FROM there.trial AS t {HERE} {WHICH}",
        each.join(", ")
    );
    all.execute(&trials, params![shape, data])?;
    let curves = format!(
        "INSERT OR IGNORE INTO main.curve (trial, returns)
         SELECT own.id, curve.returns FROM there.curve AS curve JOIN there.trial AS t ON t.id = curve.trial {HERE}
         JOIN main.trial AS own ON own.study = study.id AND own.configuration = t.configuration
             AND own.circumstance = circumstance.id {WHICH}"
    );
    all.execute(&curves, params![shape, data])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Asked, Trial};

    fn asked(shape: &str) -> Asked<'static> {
        Asked {
            shape: Name::of(&[shape]),
            data: "data",
            strategy: "s",
            source: "a file",
            engine: "engine",
            mode: "light",
            command: "sweep",
            seed: 7,
            options: "o",
            per_year: 252.0,
        }
    }

    fn trial(ix: usize) -> Trial {
        let returns: Vec<f64> = (0..50).map(|t| 0.01 * ((t * (ix + 2)) as f64).sin()).collect();
        Trial {
            configuration: Name::of(&[&ix.to_string()]),
            parameters: vec![("a".into(), ix.to_string())],
            first: 3,
            periods: 50,
            figures: [Some(ix as f64), None, Some(0.1), Some(1.0), None, None, None],
            returns: (ix.is_multiple_of(2)).then_some(returns),
        }
    }

    /// Studies, trials and returns, without the numbers of rows.
    fn content(ledger: &Ledger) -> Vec<String> {
        let mut all = Vec::new();
        for study in ledger.studies().unwrap() {
            for entry in ledger.entries(study.id, 1_000).unwrap() {
                let returns = ledger.returns(entry.id).unwrap();
                let name = (&study.shape, &entry.configuration, &entry.command, entry.seed);
                let figures = (entry.figures, &entry.parameters, entry.first, entry.periods);
                all.push(format!("{name:?} {figures:?} {returns:?}"));
            }
        }
        all.sort();
        all
    }

    #[test]
    fn a_study_goes_out_and_comes_back_once() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let mut here = Ledger::open(&at("here.sqlite")).unwrap();
        here.record(&asked("one"), &(0..6).map(trial).collect::<Vec<_>>()).unwrap();
        here.record(&asked("two"), &[trial(9)]).unwrap();
        here.extract(asked("one").shape, "data", &at("there.sqlite")).unwrap();
        let mut there = Ledger::open(&at("there.sqlite")).unwrap();
        assert_eq!(there.studies().unwrap().len(), 1);
        let tried = |ledger: &Ledger| ledger.tried(asked("one").shape, "data").unwrap();
        assert_eq!(tried(&there), tried(&here));
        // There, two of which one is known are tried; the numbers of rows differ from those here.
        there.record(&asked("one"), &[trial(5), trial(8)]).unwrap();
        here.record(&asked("two"), &[trial(11)]).unwrap();
        let before = content(&here);
        here.absorb(&at("there.sqlite")).unwrap();
        let once = content(&here);
        assert_eq!(once.len(), before.len() + 1);
        assert!(before.iter().all(|row| once.contains(row)));
        assert!(once.iter().any(|row| row.contains("Some(8.0)") && row.contains("Some([")));
        here.absorb(&at("there.sqlite")).unwrap();
        assert_eq!(content(&here), once);
        // Nothing there is nothing to take; another kind of file is refused.
        let empty = at("empty.sqlite");
        here.extract(asked("three").shape, "data", &empty).unwrap();
        here.absorb(&empty).unwrap();
        assert_eq!(content(&here), once);
        std::fs::write(at("no.sqlite"), "no database".repeat(100)).unwrap();
        assert!(here.absorb(&at("no.sqlite")).is_err());
        assert_eq!(content(&here), once);
    }
}
