//! Asks a source for what the store lacks, name by name.
use jiff::civil::Date;
use trimtab_core::{Error, Exchange, Result};
use trimtab_data::store::{Change, Entry, Key, Rows, Writer};

use crate::client::Client;
use crate::merge::{Difference, Merged, merge};
use crate::settings::Secret;
use crate::source::{Ask, Source, Stop, named};

/// What to ask.
#[derive(Clone)]
pub struct Job<'a> {
    /// Whom.
    pub source: &'a dyn Source,
    /// For what.
    pub names: Vec<String>,
    /// Nothing before this day; everything when absent.
    pub from: Option<Date>,
    /// Nothing after this day: the last one that is over.
    pub to: Date,
    /// Ask for everything again, also for what the store has.
    pub whole: bool,
    /// The address to ask.
    pub base: String,
    /// The key, where the source needs one.
    pub key: Option<Secret>,
}

impl std::fmt::Debug for Job<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Job({}, {} names, to {})", self.source.name(), self.names.len(), self.to)
    }
}

/// What became of one name.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The store has all of it; nothing was asked.
    Fresh,
    /// It was asked, and so many entries changed.
    Fetched(Vec<(Key, Change)>),
    /// It was asked in vain; the store is as it was.
    Failed(Error),
    /// It was not asked, because the source answers nothing more.
    NotAsked,
}

/// One name.
#[derive(Clone, Debug, PartialEq)]
pub struct Fetched {
    /// What was asked for.
    pub name: String,
    /// What came of it.
    pub outcome: Outcome,
    /// Values of the past that the source states in another way than before; the store has the new ones.
    pub revised: Vec<Difference>,
}

/// What came of a job.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// By name, in the order asked.
    pub names: Vec<Fetched>,
    /// How many requests were sent.
    pub requests: usize,
    /// Why the source was asked no more, if so.
    pub stopped: Option<Error>,
}

impl Report {
    /// The first error.
    pub fn error(&self) -> Option<&Error> {
        let failed = self.names.iter().find_map(|fetched| match &fetched.outcome {
            Outcome::Failed(error) => Some(error),
            _ => None,
        });
        self.stopped.as_ref().or(failed)
    }
}

/// Rows that are asked for again with the new ones. A source that changed its mind about the last days, or was asked
/// before they were complete, is noticed; a week holds a late dividend.
const OVERLAP: usize = 5;

/// A history that ended so many days ago has ended: its last day will not become a newer one tomorrow.
const ENDED: i32 = 10;

/// Runs a job. Each name, and each part of a name that is asked in parts, is in the store before the next is asked for:
/// whatever stops this, the same job goes on where it was. `seen` is told of each name when it is done.
///
/// # Errors
/// When the store cannot be written. What a source does wrong is in the report.
pub fn fetch(
    writer: &mut Writer,
    client: &mut Client,
    job: &Job<'_>,
    seen: &mut dyn FnMut(&Fetched),
) -> Result<Report> {
    let before = client.requests();
    let mut names = Vec::with_capacity(job.names.len());
    let mut stopped = None;
    for name in &job.names {
        let mut fetched =
            Fetched { name: name.clone(), outcome: Outcome::NotAsked, revised: Vec::new() };
        if stopped.is_none() {
            fetched.outcome = match one(writer, client, job, name, &mut fetched.revised)? {
                Ok(outcome) => outcome,
                Err(Stop::This(error)) => Outcome::Failed(error),
                Err(Stop::All(error)) => {
                    stopped = Some(error.clone());
                    Outcome::Failed(error)
                }
            };
        }
        seen(&fetched);
        names.push(fetched);
    }
    Ok(Report { names, requests: client.requests() - before, stopped })
}

/// Asks for one name. The outer error is the store's, the inner one the source's.
fn one(
    writer: &mut Writer,
    client: &mut Client,
    job: &Job<'_>,
    name: &str,
    revised: &mut Vec<Difference>,
) -> Result<std::result::Result<Outcome, Stop>> {
    let source = job.source;
    let stored: Vec<Entry> = entries(writer, job, name);
    let asked = stored.iter().map(|entry| entry.asked).min().flatten();
    if !job.whole && asked >= Some(job.to) {
        return Ok(Ok(Outcome::Fresh));
    }
    let mut from = job.from;
    if !job.whole && source.incremental() && asked.is_some() {
        from = start(writer, &stored)?.max(job.from);
    }
    let ask = Ask {
        name: name.to_owned(),
        from,
        to: job.to,
        base: job.base.clone(),
        key: job.key.clone(),
    };
    let mut changes = Vec::new();
    for part in source.spans(&ask) {
        let outcome = source.fetch(&part, &mut |request| client.get(request));
        let rows = match outcome {
            Ok(rows) => rows,
            Err(stop) => return Ok(Err(stop)),
        };
        let several = rows.len() > 1;
        for (series, rows) in rows {
            let key = Key::new(source.what(), series, source.name());
            // One of the columns of a table may begin later than the others.
            if several && rows.is_empty() && writer.store().entry(&key).is_none() {
                continue;
            }
            let taken = take(writer, client, job, &part, &key, rows, revised)?;
            match taken {
                Ok(change) => changes.push((key, change)),
                Err(stop) => return Ok(Err(stop)),
            }
        }
    }
    Ok(Ok(Outcome::Fetched(changes)))
}

/// Puts the rows of one series into the store; asks for all of it when they contradict what is there.
fn take(
    writer: &mut Writer,
    client: &mut Client,
    job: &Job<'_>,
    ask: &Ask,
    key: &Key,
    rows: Rows,
    revised: &mut Vec<Difference>,
) -> Result<std::result::Result<Change, Stop>> {
    let rows = rows.until(ask.to);
    let stored = match writer.store().entry(key).cloned() {
        Some(entry) => Some(writer.store().rows(&entry)?),
        None => None,
    };
    if rows.is_empty() {
        return Ok(match stored {
            None => {
                named(Err(Error::data("the answer has no row in the span asked for")), &ask.name)
            }
            Some(stored) => {
                writer.asked(key, Some(asked(&stored, ask.to)))?;
                Ok(Change::Same)
            }
        });
    }
    let merged = rows.check().and_then(|()| merge(stored.as_ref(), rows, ask.from.is_none()));
    Ok(match named(merged, &ask.name) {
        Err(stop) => Err(stop),
        Ok(Merged::Nothing) => {
            let until = stored.as_ref().map(|rows| asked(rows, ask.to));
            writer.asked(key, until)?;
            Ok(Change::Same)
        }
        Ok(Merged::Behind(rows)) => {
            let until = asked(&rows, ask.to);
            Ok(writer.extend(key, rows, Some(until))?)
        }
        Ok(Merged::Instead(rows, differences)) => {
            revised.extend(differences);
            let until = asked(&rows, ask.to);
            Ok(writer.replace(key, rows, Some(until))?)
        }
        Ok(Merged::Apart(differences)) => {
            // The source changed what it says of the past: nothing less than all of it can be believed.
            revised.extend(differences);
            let all = Ask { from: None, ..ask.clone() };
            let answer = job.source.fetch(&all, &mut |request| client.get(request));
            let again = match answer {
                Ok(rows) => rows.into_iter().find(|(series, _)| *series == key.name),
                Err(stop) => return Ok(Err(stop)),
            };
            let again = again.map(|(_, rows)| rows.until(ask.to));
            match named(whole(again, stored.as_ref()), &ask.name) {
                Err(stop) => Err(stop),
                Ok(rows) => {
                    let until = asked(&rows, ask.to);
                    Ok(writer.replace(key, rows, Some(until))?)
                }
            }
        }
    })
}

/// All rows anew. They may say other things of the past, but not less of it.
fn whole(again: Option<Rows>, stored: Option<&Rows>) -> Result<Rows> {
    let rows = again.ok_or_else(|| Error::data("the whole history is missing from the answer"))?;
    rows.check()?;
    let short =
        stored.is_some_and(|there| rows.date(0) > there.date(0) || rows.last() < there.last());
    match short {
        true => Err(Error::data("the whole history is shorter than what the store has")),
        false => Ok(rows),
    }
}

/// The entries of the store that answer to this name.
fn entries(writer: &Writer, job: &Job<'_>, name: &str) -> Vec<Entry> {
    let fits = |entry: &&Entry| {
        let key = &entry.key;
        key.source == job.source.name()
            && key.what == job.source.what()
            && job.source.covers(name, &key.name)
    };
    writer.store().entries().iter().filter(fits).cloned().collect()
}

/// The day from which to ask: some rows before the end of the entry that ends first.
fn start(writer: &Writer, stored: &[Entry]) -> Result<Option<Date>> {
    let Some(entry) = stored.iter().min_by_key(|entry| entry.last()) else { return Ok(None) };
    let rows = writer.store().rows(entry)?;
    // Facts become known on few days, each with many rows: all of the last one are asked for again.
    if let Rows::Facts(_) = rows {
        return Ok(rows.last());
    }
    Ok(rows.date(rows.len().saturating_sub(OVERLAP)))
}

/// Up to which day the source has nothing more to say, having said these rows when asked up to `to`. A day on which the
/// exchange was open and which is not there yet may still come.
fn asked(rows: &Rows, to: Date) -> Date {
    let Some(last) = rows.last().filter(|last| *last < to) else { return to };
    let priced = matches!(rows, Rows::Prices(_) | Rows::Adjusted(_));
    let behind = last.tomorrow().ok().filter(|_| priced);
    let age = last.until(to).map_or(ENDED, |span| span.get_days());
    match behind {
        Some(next) if age < ENDED && !Exchange::Nyse.sessions(next, to).is_empty() => last,
        _ => to,
    }
}
