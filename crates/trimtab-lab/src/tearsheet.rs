//! A run as one page: what came of it, why, what it took, and how far it can be trusted.
//!
//! A [`TearSheet`] is everything the page is made from; [`TearSheet::page`] writes it. Everything on it stands in the
//! values handed in: nothing is fetched, timed or drawn by chance, so that the same run gives the same bytes.
mod conventions;
mod data;
mod decisions;
mod expected;
mod exposure;
mod falls;
mod fragile;
mod markets;
mod months;
mod releases;
mod revisions;
mod rolling;
mod trades;
mod value;
mod verdict;
mod weights;

use trimtab_core::{Date, Market, Result};
use trimtab_sim::Run;
use trimtab_strategy::Strategy;

pub(crate) use value::{Times, curves};

use crate::behaviour::{Classes, Told, times};
use crate::exposure::Style;
use crate::page::{Block, Page, Section, table};
use crate::prepared::Prepared;
use crate::record::Record;
use crate::variations::{Revisions, Variations};

/// Everything that a page on a run is made from.
#[derive(Clone, Debug)]
pub struct TearSheet<'a> {
    /// What was run.
    pub strategy: &'a Strategy,
    /// In which market.
    pub market: &'a Market,
    /// The civil date of each session.
    pub sessions: &'a [Date],
    /// The account's value at each close, flows included.
    pub equity: &'a [f64],
    /// Whether money came or went on the way.
    pub flows: bool,
    /// Returns, without a benchmark; its risk-free rate and periods hold for the rivals too.
    pub record: Record<'a>,
    /// What it is compared with, the one that matters first.
    pub rivals: Vec<Rival<'a>>,
    /// The styles that the run is held against, as far as the data have them.
    pub styles: Vec<Style>,
    /// Trades, decisions and weights, where books were kept.
    pub books: Option<&'a Run>,
    /// The same strategy run again with one thing changed, or why it was not.
    pub variations: Result<&'a Variations, String>,
    /// The same strategy on revised figures, where it reads any.
    pub revisions: Option<&'a Revisions>,
    /// What a test of honesty found, where there was one.
    pub certificate: Option<Certificate>,
    /// How often it was tried and what that leaves of the result, in a sentence; empty where nobody asked.
    pub budget: &'a str,
    /// Where the data are from.
    pub data: Data<'a>,
    /// How cash was counted, in a sentence.
    pub risk_free: &'a str,
    /// The run's name: the same for the same inputs.
    pub id: &'a str,
    /// Why the run ended before its last session.
    pub ended: Option<String>,
    /// Said once, at the end.
    pub disclaimer: &'a str,
}

/// Something that a run is compared with.
#[derive(Clone, Copy, Debug)]
pub struct Rival<'a> {
    /// What it is called.
    pub name: &'a str,
    /// What it is, in a line.
    pub about: &'a str,
    /// Its returns between the sessions of the run.
    pub returns: &'a [f64],
}

/// Where the data of a run are from.
#[derive(Clone, Debug)]
pub struct Data<'a> {
    /// In a line.
    pub source: &'a str,
    /// Identifies their content.
    pub hash: &'a str,
    /// What was read, a line each.
    pub files: Vec<String>,
    /// What was lost, repaired or assumed, and what else the reader must know.
    pub notices: &'a [String],
    /// What rules of quality find in the files.
    pub doubts: Vec<Doubt>,
}

/// Things in price files that look wrong in the same way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// The rule, and how sure it is.
    pub what: String,
    /// How often.
    pub count: usize,
    /// The first of them, with its place.
    pub first: String,
}

/// What a test of honesty found: no look into the future, the same decisions again.
#[derive(Clone, Debug, PartialEq)]
pub struct Certificate {
    /// Whether all of it passed.
    pub passed: bool,
    /// What was tried and what came of it, a sentence each.
    pub lines: Vec<String>,
}

/// The run and its rivals, prepared once for all sections.
struct Prepares<'a> {
    /// The run beside the first rival.
    run: Prepared<'a>,
    rivals: Vec<Prepared<'a>>,
    /// The run beside each rival.
    against: Vec<Prepared<'a>>,
    /// Every way to tell times apart, by the first rival; empty without one.
    times: Vec<Told>,
}

impl Prepares<'_> {
    /// The labels of one way to tell times apart.
    fn told(&self, by: &str) -> Option<&Classes> {
        self.times.iter().find(|told| told.by == by).map(|told| &told.classes)
    }
}

impl<'a> TearSheet<'a> {
    /// The page.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Data`] when the returns of a rival do not fit those of the run.
    pub fn page(&self) -> Result<Page> {
        let all = self.prepare()?;
        let mut sections = vec![value::section(self, &all)];
        sections.extend(weights::section(self));
        sections.push(value::figures(self, &all));
        sections.push(months::section(self, &all));
        sections.push(rolling::section(self, &all)?);
        sections.push(falls::section(&all)?);
        sections.extend(decisions::section(self));
        sections.extend(releases::section(self));
        sections.extend(trades::section(self, &all));
        sections.push(fragile::section(self, &all));
        sections.extend(self.revisions.map(revisions::section));
        sections.extend(markets::section(self, &all)?);
        sections.extend(expected::section(self, &all));
        sections.extend(exposure::section(self, &all));
        sections.push(data::section(self));
        sections.push(conventions::section(self, &all));
        sections.extend(self.certificate.as_ref().map(certificate));
        Ok(Page {
            title: self.strategy.name.clone(),
            subtitle: self.subtitle(),
            verdict: verdict::sentences(self, &all)?,
            tiles: verdict::tiles(self, &all),
            sections: sections.into_iter().filter(|section| !section.blocks.is_empty()).collect(),
            footer: vec![format!("Run {}.", self.id), self.disclaimer.to_owned()],
        })
    }

    fn prepare(&self) -> Result<Prepares<'a>> {
        let beside = |rival: &Rival<'a>| -> Result<Prepared<'a>> {
            Ok(Prepared::new(self.record.with_benchmark(rival.returns)?))
        };
        let alone = |rival: &Rival<'a>| -> Result<Prepared<'a>> {
            Ok(Prepared::new(self.record.of_returns(rival.returns)?))
        };
        let against: Vec<Prepared<'a>> = self.rivals.iter().map(beside).collect::<Result<_>>()?;
        let run = against.first().cloned().unwrap_or_else(|| Prepared::new(self.record));
        let told = against.first().map(|run| times(&run.record, self.market)).transpose()?;
        Ok(Prepares {
            run,
            times: told.unwrap_or_default(),
            rivals: self.rivals.iter().map(alone).collect::<Result<_>>()?,
            against,
        })
    }

    fn subtitle(&self) -> String {
        let title = match self.strategy.title == self.strategy.name {
            true => String::new(),
            false => format!("{}. ", self.strategy.title.trim_end_matches('.')),
        };
        let frequency = format!("{:?}", self.market.calendar().frequency()).to_lowercase();
        match (self.sessions.first(), self.sessions.last()) {
            (Some(first), Some(last)) => {
                format!("{title}{first} to {last}, {} sessions ({frequency}).", self.sessions.len())
            }
            _ => title,
        }
    }

    /// The first rival, with its name.
    fn rival(&self) -> Option<&Rival<'_>> {
        self.rivals.first()
    }

    /// Sessions far enough apart for charts that need not show each of them: about one a week.
    fn stride(&self) -> usize {
        /// More points than a chart is wide are not seen, and the page must keep within a megabyte.
        const POINTS_MAX: usize = 1_200;
        let week = (self.record.periods_yearly() / 52.0).round().max(1.0) as usize;
        week.max(self.record.len().div_ceil(POINTS_MAX))
    }
}

fn certificate(certificate: &Certificate) -> Section {
    let said = match certificate.passed {
        true => "The strategy passed every test of honesty.",
        false => "The strategy FAILED a test of honesty: its figures must not be trusted.",
    };
    let lines = certificate.lines.iter().map(|line| Block::Prose(line.clone()));
    let blocks = std::iter::once(Block::Prose(said.to_owned())).chain(lines).collect();
    Section::new("Audit", blocks)
}

fn prose(text: impl Into<String>) -> Block {
    Block::Prose(text.into())
}
