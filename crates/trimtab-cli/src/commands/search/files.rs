//! What a search leaves behind: its rows as CSV or Parquet, and a page.
use std::path::Path;

use trimtab_core::{Error, Kind, Result};
use trimtab_lab::landscape::{Front, Landscape, Objective, Report};
use trimtab_lab::search::{Space, best};
use trimtab_lab::sweep::Row;

use super::super::sweep::rows::{FIGURES, cells};
use super::{Asked, Found};
use crate::report::DISCLAIMER;

/// Writes a row for each set, in the order in which they were tried: its values, the figures of a sweep, the objectives that are none of
/// them, by how much it breaks the constraints, and whether it is one of the best.
pub(super) fn rows(path: &Path, asked: &Asked<'_>, space: &Space, found: &Found) -> Result<()> {
    let more: Vec<usize> =
        (0..asked.goals.len()).filter(|k| !FIGURES.contains(&asked.goals[*k].name())).collect();
    let mut names: Vec<String> = space.paths().to_vec();
    names.extend(FIGURES.map(str::to_owned));
    names.extend(more.iter().map(|k| asked.goals[*k].name().to_owned()));
    names.extend(["violation", "best"].map(str::to_owned));
    let front = best(&found.all);
    let number = |x: Option<f64>| x.map_or_else(String::new, |x| format!("{x}"));
    let mut columns: Vec<Vec<String>> = vec![Vec::with_capacity(found.all.len()); names.len()];
    for (ix, one) in found.all.iter().enumerate() {
        let row = Row { figures: one.figures, error: one.error.clone() };
        let mut all = cells(one.set.clone(), &row);
        all.extend(more.iter().map(|k| number(one.values[*k])));
        let violation = one.told.violation;
        all.push(number(violation.is_finite().then_some(violation)));
        all.push(front.contains(&ix).to_string());
        columns.iter_mut().zip(all).for_each(|(column, cell)| column.push(cell));
    }
    let bytes = match path.extension().is_some_and(|ending| ending == "parquet") {
        true => trimtab_data::table_as_parquet(&names, columns)?,
        false => csv(&names, &columns),
    };
    write(path, &bytes)
}

fn csv(names: &[String], columns: &[Vec<String>]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let count = columns.first().map_or(0, Vec::len);
    let rows = (0..count).map(|ix| columns.iter().map(|column| &column[ix]).collect::<Vec<_>>());
    let written = writer
        .write_record(names)
        .and_then(|()| rows.into_iter().try_for_each(|row| writer.write_record(row)));
    written.expect("memory takes all text, and one row is as long as the other");
    writer.into_inner().expect("memory takes all text")
}

/// Writes the page: the front where there are several objectives, then what a sweep shows of the first of them.
pub(super) fn report(
    path: &Path,
    asked: &Asked<'_>,
    space: &Space,
    found: &Found,
    notices: &[String],
) -> Result<()> {
    let sets: Vec<Vec<String>> = found.all.iter().map(|one| one.set.clone()).collect();
    let goal = asked.goals[0];
    // Sets that break a constraint are no heights.
    let kept = |loss: f64, violation: f64| (violation <= 0.0).then_some(-loss);
    let scores = found
        .all
        .iter()
        .map(|one| one.told.losses.as_ref().and_then(|losses| kept(losses[0], one.told.violation)));
    let landscape = Landscape::new(space.paths(), &sets, scores.collect());
    let objective = |(k, goal): (usize, &trimtab_lab::search::goal::Goal)| Objective {
        name: goal.name().to_owned(),
        values: found.all.iter().map(|one| one.values[k]).collect(),
    };
    let objectives: Vec<Objective> = asked.goals.iter().enumerate().map(objective).collect();
    let front = best(&found.all);
    let front = Front { landscape: &landscape, objectives: &objectives, best: &front };
    let score = match goal.loss(1.0) < 0.0 {
        true => goal.name().to_owned(),
        false => format!("minus {}", goal.name()),
    };
    let report = Report {
        strategy: &asked.base.name,
        landscape: &landscape,
        score: &score,
        about: format!(
            "{} sets by {} on {}, seed {}.",
            found.all.len(),
            asked.args.by.word(),
            asked.opened.source,
            asked.args.seed
        ),
        budget: &found.researched.words,
        front: (asked.goals.len() > 1).then(|| front.section()),
        notices,
        disclaimer: DISCLAIMER,
    };
    write(path, report.page().html().as_bytes())
}

/// Writes a file whole or not at all.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut done = path.as_os_str().to_owned();
    done.push(".done");
    let done = std::path::PathBuf::from(done);
    let written = std::fs::write(&done, bytes).and_then(|()| std::fs::rename(&done, path));
    written.map_err(|e| Error::new(Kind::Io, e.to_string()).place(path.display().to_string()))
}
