//! `trimtab data fetch`: what a source has and the store does not.
use crate::args::Fetch;
use crate::say::Outcome;

#[cfg(feature = "network")]
pub(crate) fn run(args: &Fetch) -> Outcome {
    network::run(args)
}

/// Stands for the command in a build without an HTTP client.
#[cfg(not(feature = "network"))]
pub(crate) fn run(args: &Fetch) -> Outcome {
    use trimtab_core::{Error, Kind};
    let said = format!("this build has no HTTP client to ask {} with", args.source);
    Err(Error::new(Kind::Usage, said)
        .hint("build it with one: cargo build --release, without --no-default-features")
        .into())
}

#[cfg(feature = "network")]
mod network {
    use std::path::PathBuf;
    use std::time::Duration;

    use serde_json::{Value, json};
    use trimtab_core::{Date, Error, Kind, Result};
    use trimtab_data::store::Writer;
    use trimtab_sources::{
        Client, Difference, Fetched, Job, Limits, Outcome as Became, Report, Settings, Source,
        fetch, find,
    };

    use crate::args::{Fetch, Format};
    use crate::commands::data_store::{as_json, word};
    use crate::say::{self, Outcome};
    use crate::text::{Side, columns};

    pub(super) fn run(args: &Fetch) -> Outcome {
        let source = find(&args.source)?;
        let variable = |name: &str| std::env::var(name).ok();
        let settings = match &args.config {
            Some(path) => Settings::read(path)?,
            None => match Settings::usual(variable).filter(|path| path.exists()) {
                Some(path) => Settings::read(&path)?,
                None => Settings::default(),
            },
        };
        let rate = args.per_minute.or_else(|| settings.per_minute(source));
        let mut client = Client::new(Limits {
            per_minute: rate.unwrap_or_else(|| source.per_minute()),
            tries: args.tries,
            wait: seconds(args.wait, "--wait")?,
            timeout: seconds(args.timeout, "--timeout")?,
        })?;
        let mut writer = Writer::open(&args.store)?;
        let base = args.base_url.clone().or_else(|| settings.base_url(source));
        let job = Job {
            source,
            names: names(args, source, &writer)?,
            from: args.from,
            to: args.to.map_or_else(yesterday, Ok)?,
            whole: args.whole,
            base: base.unwrap_or_else(|| source.base().to_owned()).trim_end_matches('/').to_owned(),
            key: settings.key(source, variable),
        };
        let (count, mut done) = (job.names.len(), 0);
        let report = fetch(&mut writer, &mut client, &job, &mut |fetched| {
            done += 1;
            if !args.voice.quiet {
                say::progress(&format!("{done} of {count}: {}", fetched.name));
            }
        })?;
        writer.sweep()?;
        say::progress("");
        show(&report, &writer, args.voice.format)?;
        match report.error() {
            None => Ok(()),
            Some(first) => {
                let failed = report.names.iter().filter(|f| !fine(&f.outcome)).count();
                let said =
                    format!("{failed} of {count} names were not fetched; the first: {first}");
                Err(Error::new(first.kind(), said).into())
            }
        }
    }

    fn seconds(x: f64, option: &str) -> Result<Duration> {
        let wrong = || Error::new(Kind::Usage, format!("{option} {x}: write seconds, as in 1.5"));
        Duration::try_from_secs_f64(x).map_err(|_| wrong())
    }

    /// The last day that is over everywhere where it matters: exchanges close before their day ends in UTC.
    fn yesterday() -> Result<Date> {
        let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
        today.yesterday().map_err(|error| Error::data(error.to_string()))
    }

    /// What to ask for: the names given, else the source's only table, else what the store has of it.
    fn names(args: &Fetch, source: &dyn Source, writer: &Writer) -> Result<Vec<String>> {
        let mut names = args.names.clone();
        if let Some(path) = &args.list {
            names.extend(listed(path)?);
        }
        if names.is_empty() {
            names.extend(source.only().map(str::to_owned));
        }
        if names.is_empty() {
            let own = |key: &&trimtab_data::store::Key| key.source == source.name();
            let keys = writer.store().entries().iter().map(|entry| &entry.key).filter(own);
            names.extend(keys.map(|key| key.name.clone()));
        }
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|name| seen.insert(name.clone()));
        match names.is_empty() {
            false => Ok(names),
            true => Err(Error::new(Kind::Usage, "nothing to ask for").hint(format!(
                "name symbols or series; {} gives {}",
                source.name(),
                source.about()
            ))),
        }
    }

    fn listed(path: &PathBuf) -> Result<Vec<String>> {
        let place = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Error::new(Kind::Io, error.to_string()).place(place))?;
        let names =
            text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        Ok(names.map(str::to_owned).collect())
    }

    fn fine(outcome: &Became) -> bool {
        matches!(outcome, Became::Fresh | Became::Fetched(_))
    }

    /// One word for what became of a name.
    fn state(outcome: &Became) -> &'static str {
        match outcome {
            Became::Fresh => "fresh",
            Became::Fetched(_) => "fetched",
            Became::Failed(_) => "failed",
            Became::NotAsked => "not asked",
        }
    }

    fn show(report: &Report, writer: &Writer, format: Format) -> Outcome {
        let written = writer.written();
        match format {
            Format::Json => say::json(&json!({
                "hash": writer.store().hash(),
                "requests": report.requests,
                "files_written": written.files,
                "bytes_written": written.bytes,
                "names": report.names.iter().map(name_json).collect::<Vec<_>>(),
            })),
            Format::Table => {
                let mut rows = vec![["Name", "State", "Change"].map(str::to_owned).to_vec()];
                for fetched in &report.names {
                    let change = match &fetched.outcome {
                        Became::Fetched(all) => match all.as_slice() {
                            [(_, change)] => word(*change),
                            all => format!("{} series", all.len()),
                        },
                        Became::Failed(error) => error.message().to_owned(),
                        Became::Fresh | Became::NotAsked => String::new(),
                    };
                    rows.push(vec![
                        fetched.name.clone(),
                        state(&fetched.outcome).to_owned(),
                        change,
                    ]);
                }
                let mut text = columns(&rows, &[Side::Left; 3]);
                for fetched in report.names.iter().filter(|f| !f.revised.is_empty()) {
                    text += &revised(fetched);
                }
                text += &format!(
                    "\n{} requests, {} bytes written, content {}",
                    report.requests,
                    written.bytes,
                    writer.store().hash()
                );
                say::result(&text)
            }
        }
    }

    /// What a source says otherwise than before: the first few, and how many there are.
    fn revised(fetched: &Fetched) -> String {
        /// More do not help a reader; the JSON has all.
        const SHOWN: usize = 3;
        let value = |x: Option<f64>| x.map_or("nothing".to_owned(), |x| x.to_string());
        let line = |d: &Difference| {
            format!("{} of {} was {} and is {}", d.field, d.date, value(d.before), value(d.after))
        };
        let lines: Vec<String> = fetched.revised.iter().take(SHOWN).map(line).collect();
        let more = fetched.revised.len().saturating_sub(SHOWN);
        let more = if more > 0 { format!("; {more} more") } else { String::new() };
        format!("\n{}: the source revised the past: {}{more}", fetched.name, lines.join("; "))
    }

    fn name_json(fetched: &Fetched) -> Value {
        let (changes, error) = match &fetched.outcome {
            Became::Fetched(all) => (all.iter().map(as_json).collect(), Value::Null),
            Became::Failed(error) => (Vec::new(), json!(error.to_string())),
            Became::Fresh | Became::NotAsked => (Vec::new(), Value::Null),
        };
        json!({
            "name": fetched.name,
            "state": state(&fetched.outcome),
            "entries": changes,
            "revised": fetched.revised,
            "error": error,
        })
    }
}
