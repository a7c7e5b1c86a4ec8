//! The report of a run as one HTML page.
use pyo3::prelude::*;
use trimtab_core::{Error, Kind};
use trimtab_lab::tearsheet::{Certificate, Data as Source, Rival, TearSheet};
use trimtab_lab::variations::{Base, Variations};
use trimtab_lab::{Record, RiskFree};
use trimtab_sim::{Scope, audit};

use crate::data::Data;
use crate::errors::raised;
use crate::measure::bills;
use crate::run::Run;

const DISCLAIMER: &str =
    "General information, not advice. What was earned in the past is not what will be earned.";

/// Decisions after which the report's audit changes the future.
const AUDITED: usize = 6;

/// The page that `trimtab backtest --out` writes, with other runs over the same sessions to compare with. `thorough` runs the
/// strategy again at other costs, delays and days, and audits it. `budget`: the researcher's, in words.
#[pyfunction]
pub(crate) fn report(
    py: Python<'_>,
    run: &Run,
    data: &Data,
    rivals: Vec<(String, String, Py<Run>)>,
    thorough: bool,
    budget: &str,
) -> PyResult<String> {
    let rivals: Vec<(String, String, Vec<f64>)> = rivals
        .into_iter()
        .map(|(name, about, rival)| (name, about, rival.get().returns.clone()))
        .collect();
    py.detach(|| page(run, data, &rivals, (thorough, budget))).map_err(raised)
}

fn page(
    run: &Run,
    data: &Data,
    rivals: &[(String, String, Vec<f64>)],
    (thorough, budget): (bool, &str),
) -> trimtab_core::Result<String> {
    let market = &*run.market;
    if let Some((name, _, _)) = rivals.iter().find(|rival| rival.2.len() != run.returns.len()) {
        return Err(Error::new(Kind::Usage, format!("{name} was run over other sessions"))
            .hint("run both from and to the same days"));
    }
    let variations = match thorough {
        true => Variations::of(Base {
            strategy: &run.strategy,
            market,
            options: &run.options,
            benchmark: rivals.first().map(|rival| rival.2.as_slice()),
        }),
        false => Err(Error::new(Kind::Usage, "not asked for")),
    };
    let certificate = if thorough { certificate(run, data) } else { None };
    let mut rates = bills(market, &run.options, run.first);
    rates.truncate(run.returns.len());
    let (risk_free, words) = match rates.is_empty() {
        true => (RiskFree::ZERO, "zero: the data hold no bill rate"),
        false => (
            RiskFree::Series(&rates),
            "the series `bills`, the rate known at the beginning of each period, actual/365",
        ),
    };
    let per_year = market.calendar().frequency().per_year();
    let record = Record::new(&run.sessions, &run.returns, risk_free, per_year)?;
    let rivals =
        rivals.iter().map(|(name, about, returns)| Rival { name, about, returns }).collect();
    let sheet = TearSheet {
        strategy: &run.strategy,
        market,
        sessions: &run.sessions,
        equity: &run.equity,
        flows: run.flows.iter().any(|flow| *flow != 0.0),
        record,
        rivals,
        styles: Vec::new(),
        books: run.books.as_ref(),
        variations: variations.as_ref().map_err(ToString::to_string),
        revisions: None,
        certificate,
        budget,
        data: Source {
            source: &data.source,
            hash: &data.hash,
            files: data.files.clone(),
            notices: &data.notices,
            // The rules of quality read files; this market may never have been in one.
            doubts: Vec::new(),
        },
        risk_free: words,
        id: &run.id,
        ended: run.error().map(ToString::to_string),
        disclaimer: DISCLAIMER,
    };
    Ok(sheet.page()?.html())
}

/// What an audit of the run says, in sentences; none when there is nothing to audit.
fn certificate(run: &Run, data: &Data) -> Option<Certificate> {
    let scope = Scope { dates: AUDITED, seed: 0 };
    let made = audit(&run.strategy, &run.market, &data.hash, &run.options, &scope).ok()?;
    let line = |check: &trimtab_sim::Check| {
        let passed = if check.passed { "passed" } else { "FAILED" };
        format!("{} {passed}: {}.", check.name, check.said)
    };
    let lines = made.checks.iter().map(line).chain(made.notes.iter().cloned()).collect();
    Some(Certificate { passed: made.passed(), lines })
}
