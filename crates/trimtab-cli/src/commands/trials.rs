//! `trimtab trials`: what was tried so far.
use std::path::Path;

use serde_json::{Value, json};
use trimtab_core::{Error, Kind, Result};
use trimtab_trials::{Entry, Ledger, effective, shape, usual};

use crate::args::Format;
use crate::args::search::TrialsOf;
use crate::history::Opened;
use crate::portfolio::Source;
use crate::say::{self, Outcome};
use crate::text::{Side, columns};

/// Answers one question.
pub(crate) fn run(what: &TrialsOf) -> Outcome {
    let ledger = usual()?.ok_or_else(|| {
        Error::new(Kind::Usage, "there is no trial ledger")
            .hint("TRIMTAB_TRIALS says `none`, or the machine knows no folder of the user")
    })?;
    match what {
        TrialsOf::List { format } => list(&ledger, *format),
        TrialsOf::Show { study, most, format } => show(&ledger, (*study, *most), *format),
        TrialsOf::Count { strategy, data, history, format } => {
            let strategy = Source::find(strategy)?.strategy(&[])?;
            let opened = Opened::open(data, *history, true, &strategy)?;
            let tried = ledger.tried(shape(&strategy)?, &opened.hash)?;
            let (independent, correlation) = effective(&tried)?;
            match format {
                Format::Json => say::json(&json!({
                    "strategy": strategy.name,
                    "data": opened.hash,
                    "trials": tried.trials,
                    "elsewhere": tried.elsewhere,
                    "correlation": correlation,
                    "trials_effective": independent,
                    "curves": tried.curves.len(),
                })),
                Format::Table => say::result(&format!(
                    "{}: {} trials on these data, effective {independent:.1} (mean correlation {correlation:.2} over {} of them); {} on other data\n",
                    strategy.name,
                    tried.trials,
                    tried.curves.len(),
                    tried.elsewhere
                )),
            }
        }
        TrialsOf::Export { study, out, returns } => {
            export(&ledger, *study, out)?;
            if let Some(path) = returns {
                curves(&ledger, *study, path)?;
            }
            Ok(())
        }
        TrialsOf::Where => say::result(&ledger.path().display().to_string()),
    }
}

/// Seconds since 1970 as a day and a time, UTC.
fn time(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |t| t.to_string())
}

fn list(ledger: &Ledger, format: Format) -> Outcome {
    let studies = ledger.studies()?;
    let mut rows = vec![
        ["study", "strategy", "trials", "effective", "best Sharpe", "last", "data"]
            .map(str::to_owned)
            .to_vec(),
    ];
    let mut all: Vec<Value> = Vec::new();
    for study in &studies {
        let (independent, correlation) = effective(&ledger.study(study.id)?)?;
        rows.push(vec![
            study.id.to_string(),
            study.strategy.clone(),
            study.trials.to_string(),
            format!("{independent:.1}"),
            study.sharpe_best.map_or("-".to_owned(), |s| format!("{s:.3}")),
            time(study.recorded),
            format!("{} ({})", study.source, study.data.chars().take(12).collect::<String>()),
        ]);
        all.push(json!({
            "study": study.id,
            "strategy": study.strategy,
            "shape": study.shape.to_string(),
            "data": study.data,
            "source": study.source,
            "trials": study.trials,
            "correlation": correlation,
            "trials_effective": independent,
            "sharpe_best": study.sharpe_best,
            "recorded": time(study.recorded),
        }));
    }
    let sides = [Side::Right, Side::Left, Side::Right, Side::Right, Side::Right, Side::Left];
    match format {
        Format::Json => say::json(&json!({ "file": ledger.path(), "studies": all })),
        Format::Table if studies.is_empty() => say::result("nothing was tried yet"),
        Format::Table => say::result(&columns(&rows, &sides)),
    }
}

fn known(ledger: &Ledger, study: i64, most: usize) -> Result<Vec<Entry>> {
    let entries = ledger.entries(study, most)?;
    match entries.is_empty() {
        true => Err(Error::new(Kind::Usage, format!("there is no study {study}"))
            .hint("`trimtab trials list` names them")),
        false => Ok(entries),
    }
}

fn show(ledger: &Ledger, (study, most): (i64, usize), format: Format) -> Outcome {
    let entries = known(ledger, study, most)?;
    let one = |entry: &Entry| {
        let parameters: Value = serde_json::from_str(&entry.parameters).unwrap_or(Value::Null);
        let mut value = json!({
            "trial": entry.id,
            "configuration": entry.configuration.to_string(),
            "command": entry.command,
            "engine": entry.engine,
            "mode": entry.mode,
            "seed": entry.seed,
            "options": entry.options,
            "recorded": time(entry.recorded),
            "first": entry.first,
            "periods": entry.periods,
            "parameters": parameters,
        });
        for (key, figure) in Entry::FIGURES.iter().zip(entry.figures) {
            value[*key] = json!(figure);
        }
        value
    };
    if format == Format::Json {
        return say::json(&entries.iter().map(one).collect());
    }
    let mut rows = vec![
        ["trial", "command", "Sharpe", "return", "drawdown", "periods", "parameters"]
            .map(str::to_owned)
            .to_vec(),
    ];
    let number = |x: Option<f64>| x.map_or("-".to_owned(), |x| format!("{x:.4}"));
    rows.extend(entries.iter().map(|entry| {
        vec![
            entry.id.to_string(),
            entry.command.clone(),
            number(entry.figures[3]),
            number(entry.figures[1]),
            number(entry.figures[4]),
            entry.periods.to_string(),
            entry.parameters.clone(),
        ]
    }));
    let sides =
        [Side::Right, Side::Left, Side::Right, Side::Right, Side::Right, Side::Right, Side::Left];
    say::result(&columns(&rows, &sides))
}

fn bad(path: &Path) -> impl Fn(csv::Error) -> Error + '_ {
    move |error| Error::new(Kind::Io, error.to_string()).place(path.display().to_string())
}

/// A row a trial.
fn export(ledger: &Ledger, study: i64, path: &Path) -> Result<()> {
    let entries = known(ledger, study, usize::MAX)?;
    let mut out = csv::Writer::from_path(path).map_err(bad(path))?;
    let head = [
        "trial",
        "configuration",
        "command",
        "engine",
        "mode",
        "seed",
        "recorded",
        "periods",
        "parameters",
    ];
    out.write_record(head.into_iter().chain(Entry::FIGURES)).map_err(bad(path))?;
    for entry in entries {
        let figure = |x: &Option<f64>| x.map_or_else(String::new, |x| x.to_string());
        let mut row = vec![
            entry.id.to_string(),
            entry.configuration.to_string(),
            entry.command.clone(),
            entry.engine.clone(),
            entry.mode.clone(),
            entry.seed.to_string(),
            time(entry.recorded),
            entry.periods.to_string(),
            entry.parameters.clone(),
        ];
        row.extend(entry.figures.iter().map(figure));
        out.write_record(row).map_err(bad(path))?;
    }
    out.flush().map_err(|e| bad(path)(e.into()))
}

/// A column a trial whose returns were kept, a row a session, counted in the calendar of the data.
fn curves(ledger: &Ledger, study: i64, path: &Path) -> Result<()> {
    let mut all = Vec::new();
    for entry in known(ledger, study, usize::MAX)? {
        if let Some(returns) = ledger.returns(entry.id)? {
            all.push((entry.id, entry.first as usize, returns));
        }
    }
    let first = all.iter().map(|(_, first, _)| *first).min().unwrap_or(0);
    let end = all.iter().map(|(_, first, returns)| first + returns.len()).max().unwrap_or(0);
    let mut out = csv::Writer::from_path(path).map_err(bad(path))?;
    let head = all.iter().map(|(id, ..)| id.to_string());
    out.write_record(std::iter::once("session".to_owned()).chain(head)).map_err(bad(path))?;
    for session in first..end {
        let cell = |(_, first, returns): &(i64, usize, Vec<f64>)| {
            let own = session.checked_sub(*first).and_then(|t| returns.get(t));
            own.map_or_else(String::new, f64::to_string)
        };
        let row = std::iter::once((session + 1).to_string()).chain(all.iter().map(cell));
        out.write_record(row).map_err(bad(path))?;
    }
    out.flush().map_err(|e| bad(path)(e.into()))
}
