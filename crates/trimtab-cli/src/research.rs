//! The trial ledger beside a command: what it tries is written down, and what was tried before is counted.
use trimtab_core::Result;
use trimtab_lab::metrics::find;
use trimtab_lab::{MetricSet, Prepared, Record};
use trimtab_sim::Options;
use trimtab_strategy::Strategy;
use trimtab_trials::{Entry, How, Keep, On, Research, Trial, chosen};

use crate::args::Backtest;
use crate::history::Opened;
use crate::portfolio::Source;
use crate::study::{Road, Study};

/// Where trials go unless `--no-ledger` says nowhere.
pub(crate) fn keep(no_ledger: bool) -> Keep<'static> {
    if no_ledger { Keep::Nowhere } else { Keep::Usual }
}

/// Opens the ledger for what a command tries.
///
/// # Errors
/// None as a rule: a strategy has a name.
pub(crate) fn research(
    strategy: &Strategy,
    opened: &Opened,
    options: &Options,
    how: How<'_>,
) -> Result<Research> {
    let (market, hash, source) = (&opened.market, &opened.hash, &opened.source);
    Research::new(strategy, On { market, hash, source, options }, how)
}

/// Writes a run of the study, of the strategy `spec` with `set` replaced, into the ledger. One that ended early is of another span than
/// it was asked for: it is no trial.
///
/// # Errors
/// When the run cannot be measured.
pub(crate) fn record(
    research: &mut Research,
    (study, run): (&Study, &Road),
    (spec, strategy, set): (&str, &Strategy, &[(String, String)]),
) -> Result<()> {
    if run.ended.is_some() || !research.open() {
        return Ok(());
    }
    let risk_free = study.cash.risk_free();
    let measured =
        Prepared::new(Record::new(&run.sessions, &run.returns, risk_free, study.per_year())?);
    let metrics = MetricSet::chosen(&measured, Entry::FIGURES.into_iter().filter_map(find));
    let figures = Entry::FIGURES.map(|key| match key {
        "final_value" => Some(run.last_value()),
        "turnover_yearly" => Some(run.turnover_yearly),
        "costs" => Some(run.costs),
        key => metrics.get(key),
    });
    let trial = Trial {
        configuration: research.configuration(strategy)?,
        parameters: chosen(&Source::find(spec)?.text, strategy, set).into_iter().collect(),
        first: run.first.0,
        periods: run.returns.len(),
        figures,
        returns: Some(run.returns.clone()),
    };
    research.record(&[trial]);
    Ok(())
}

/// Writes the strategy of a study, and `others` that it is compared with as equals, into the ledger, each into its own study, and adds
/// to the notices what that leaves of each.
///
/// # Errors
/// When a run cannot be measured.
pub(crate) fn record_all(
    study: &mut Study,
    (args, others): (&Backtest, &[String]),
    command: &'static str,
) -> Result<()> {
    let mode = if args.no_ledger { "light" } else { "books" };
    let how = How { command, mode, seed: args.seed, keep: keep(args.no_ledger) };
    let own = (args.subject.strategy.as_str(), &study.strategy, &study.run);
    let rivals = others.iter().zip(&study.rivals);
    // A curve from elsewhere is nobody's trial.
    let rivals = rivals.filter_map(|(spec, rival)| {
        Some((spec.as_str(), rival.strategy.as_ref()?, rival.run.as_ref()?))
    });
    let mut notices = Vec::new();
    for (ix, (spec, strategy, run)) in std::iter::once(own).chain(rivals).enumerate() {
        let mut research = research(strategy, &study.opened, &study.options, how)?;
        let set = if ix == 0 { args.subject.set.as_slice() } else { &[] };
        record(&mut research, (study, run), (spec, strategy, set))?;
        let found = research.budget(run.first.0, &run.returns, &study.cash.excess(&run.returns));
        notices.push(format!("the researcher's budget of {}: {}", strategy.name, found.words));
    }
    study.notices.extend(notices);
    Ok(())
}
