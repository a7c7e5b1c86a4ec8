//! `trimtab page`: one strategy on one page, from its file and from the data at hand.
use trimtab_core::{Date, Error, Kind, Result};
use trimtab_lab::behaviour::Shown;
use trimtab_lab::figures::HEAD;
use trimtab_lab::{MetricSet, Prepared, Record, RiskFree};
use trimtab_strategy::{Provenance, Strategy};

use super::explain::evidence;
use crate::args::{Backtest, Format};
use crate::report::DISCLAIMER;
use crate::research::record_all;
use crate::say::{self, Outcome};
use crate::study::{Cash, Study, measure};
use crate::text::percent;

/// Writes the page to standard output, or as `page.md` into the folder of `--out`.
pub(crate) fn run(args: &Backtest) -> Outcome {
    if args.voice.format == Format::Json {
        let said = "a page is text";
        return Err(Error::new(Kind::Usage, said)
            .hint("`trimtab backtest … --format json` has its numbers")
            .into());
    }
    let mut study = Study::new(args)?;
    record_all(&mut study, (args, &[]), "page")?;
    if !args.voice.quiet {
        say::progress("");
    }
    let page = page(&study)?;
    match &args.out {
        None => say::result(&page)?,
        Some(folder) => {
            let path = folder.join("page.md");
            let written =
                std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, page));
            let place = path.display().to_string();
            written.map_err(|e| Error::new(Kind::Io, e.to_string()).place(place.clone()))?;
            say::result(&format!("wrote {place}"))?;
        }
    }
    study.error().map_or(Ok(()), |error| Err(error.into()))
}

fn page(study: &Study) -> Result<String> {
    let strategy = &study.strategy;
    let rules =
        Strategy { provenance: Provenance::default(), title: String::new(), ..strategy.clone() };
    let rules = rules.explain();
    let from = &strategy.provenance;
    let mut text = format!("# {}\n\n", strategy.name);
    if strategy.title != strategy.name {
        text += &format!("{}\n\n", strategy.title);
    }
    text += &format!("## The rule\n\n```text\n{}```\n", after_name(&rules));
    text += &origin(from);
    text += &format!("\n## Result on {}\n\n{}", study.opened.source, results(study)?);
    text += &kept(study);
    if !from.statistics.is_empty() {
        text += "\n## The source's own figures\n\n| | |\n|---|---:|\n";
        for (name, value) in &from.statistics {
            text += &format!("| {name} | {value} |\n");
        }
        text += &format!("\n{}\n", from.statistics_of);
    }
    if !study.notices.is_empty() {
        text += "\n## To know\n\n";
        for notice in &study.notices {
            text += &format!("- {}\n", notice.replace('\n', " "));
        }
    }
    Ok(text + &format!("\nRun {}. {DISCLAIMER}\n", study.id))
}

/// The tree below its first line, which repeats the name.
fn after_name(words: &str) -> &str {
    words.split_once('\n').map_or(words, |(_, rest)| rest)
}

fn origin(from: &Provenance) -> String {
    let mut text = "\n## Where it comes from\n\n".to_owned();
    let mut line = |head: &str, body: &str| {
        if !body.is_empty() {
            text += &format!("- **{head}:** {body}\n");
        }
    };
    line("Source", &from.source);
    line("Evidence", from.evidence.map_or("", evidence));
    line("Published", &from.published.map_or(String::new(), |p| p.date().to_string()));
    line("Variant", &from.variant);
    line("Why it should work", &from.rationale);
    for (market, what) in &from.behaviour {
        line(&format!("In a {market} market"), what);
    }
    for deviation in &from.deviations {
        line("Others", deviation);
    }
    text
}

/// What the file expects in numbers, and what happened.
fn kept(study: &Study) -> String {
    if study.strategy.provenance.expected.is_empty() {
        return String::new();
    }
    let mut text = "\n## What its file expects, and what happened\n\n\
                    | In | Figure | Expected | Whole run | | Last three years | |\n|---|---|---|---:|---|---:|---|\n"
        .to_owned();
    // Without figures there is nothing to hold against.
    let Ok(measured) = measure(study) else { return String::new() };
    let shown = |shown: Option<&Shown>| match shown {
        None => "- | -".to_owned(),
        Some(own) => {
            format!("{} | {}", own.value.map_or("-".to_owned(), percent), own.verdict.words())
        }
    };
    for held in &measured.expected {
        text += &format!(
            "| {} | {} | {} | {} | {} |\n",
            held.times_words(),
            held.figure_words(),
            held.bounds_words(),
            shown(Some(&held.whole)),
            shown(held.recent.as_ref())
        );
    }
    text
}

/// A stretch of the run, or all of a rival.
struct Column {
    name: String,
    from: Date,
    to: Date,
    metrics: MetricSet,
}

/// Fewer periods than this say nothing.
const LEAST: usize = 12;

fn results(study: &Study) -> Result<String> {
    let columns = stretches(study)?;
    let cells =
        |of: &dyn Fn(&Column) -> String| columns.iter().map(of).collect::<Vec<_>>().join(" | ");
    let mut text =
        format!("| | {} |\n|---|{}\n", cells(&|c| c.name.clone()), "---:|".repeat(columns.len()));
    text += &format!("| From | {} |\n", cells(&|c| c.from.to_string()));
    text += &format!("| To | {} |\n", cells(&|c| c.to.to_string()));
    for figure in HEAD {
        let cell = |column: &Column| figure.shape.write(figure.of(&column.metrics));
        text += &format!("| {} | {} |\n", figure.name, cells(&cell));
    }
    let published = study.strategy.provenance.published.map(|p| p.date());
    text += &match published {
        None => "\nThe file names no day of publication: all of it may have been known to who wrote it.\n".to_owned(),
        Some(date) if columns.iter().all(|c| c.name != AFTER) => {
            format!("\nThe data hold less than a year after publication ({date}): nothing here is out of sample.\n")
        }
        Some(date) => format!("\nWhat comes after {date} is out of sample; what comes before its authors had seen.\n"),
    };
    Ok(text)
}

const AFTER: &str = "After publication";

/// The whole run, what came before and after publication, and the first rival over the whole.
fn stretches(study: &Study) -> Result<Vec<Column>> {
    let dates = study.run.sessions.as_slice();
    let cash = match &study.cash {
        Cash::Unknown => RiskFree::ZERO,
        Cash::Bills(rates) => RiskFree::Series(rates),
    };
    let record = Record::new(dates, &study.run.returns, cash, study.per_year())?;
    let column = |name: &str, record: Record<'_>| {
        let (from, to) = (record.dates()[0], record.dates()[record.len()]);
        Column { name: name.to_owned(), from, to, metrics: MetricSet::of(&Prepared::new(record)) }
    };
    let mut columns = vec![column("Whole span", record)];
    if let Some(published) = study.strategy.provenance.published.map(|p| p.date()) {
        let edge = dates.partition_point(|date| *date <= published).saturating_sub(1);
        for (name, first, last) in [("Before publication", 0, edge), (AFTER, edge, record.len())] {
            if last >= first + LEAST {
                columns.push(column(name, record.part(first, last)?));
            }
        }
    }
    if let Some(rival) = study.rivals.first() {
        let record = Record::new(dates, &rival.returns, cash, study.per_year())?;
        columns.push(column(&format!("{}, whole span", rival.name), record));
    }
    Ok(columns)
}
