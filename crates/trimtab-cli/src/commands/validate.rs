//! `trimtab validate`: how much of a result is luck.
use std::collections::BTreeMap;
use std::sync::Mutex;

use serde_json::json;
use trimtab_core::{Day, Error, Kind, Market, Money, Result};
use trimtab_lab::robustness::{Asked, Family, scrutiny};
use trimtab_sim::Options;
use trimtab_strategy::Strategy;
use trimtab_trials::{How, chosen};

use crate::args::{Format, Validate};
use crate::history::Opened;
use crate::library::LIBRARY;
use crate::portfolio::{Source, SourceKind};
use crate::report::{DISCLAIMER, scrutiny as report};
use crate::research::{keep, research};
use crate::say::{self, Outcome};
use crate::study::{conventional, like};

/// What accounts of the reruns are opened with.
const CAPITAL: i64 = 100_000;

/// Runs everything and prints the verdict with its evidence.
pub(crate) fn run(args: &Validate) -> Outcome {
    let source = Source::find(&args.subject.strategy)?;
    let strategy = source.strategy(&args.subject.set)?;
    let opened =
        Opened::open(&args.subject.data, args.subject.history, args.voice.quiet, &strategy)?;
    let benchmark = benchmark(args.benchmark.as_deref(), &strategy, &opened.market)?;
    let options = Options {
        from: args.from,
        to: args.to,
        cash: Money::from_units(CAPITAL),
        ..Options::default()
    };
    let own = own_values(&source, &strategy, &args.subject.set);
    let how =
        How { command: "validate", mode: "light", seed: args.seed, keep: keep(args.no_ledger) };
    let research = Mutex::new((research(&strategy, &opened, &options, how)?, None));
    let base = chosen(&source.text, &strategy, &args.subject.set);
    let library = match args.no_library {
        true => Vec::new(),
        false => LIBRARY.iter().map(|entry| entry.strategy()).collect::<Result<Vec<_>>>()?,
    };
    if !args.voice.quiet {
        say::progress(&format!("validating {} …", strategy.name));
    }
    let make =
        |more: &[(String, String)]| source.strategy(&[args.subject.set.as_slice(), more].concat());
    let tried = |family: &Family, from: Day| {
        let mut locked = research.lock().expect("no other holder fails");
        let (research, researched) = &mut *locked;
        let earlier = research.family(family, from, (&make, &base))?;
        let own = &family.members[0].curve;
        *researched = Some(research.budget(from.0, &own.returns, &own.excess));
        Ok(earlier)
    };
    let found = scrutiny(&Asked {
        strategy: &strategy,
        make: &make,
        own: &own,
        benchmark: &benchmark,
        library: &library,
        market: &opened.market,
        options: &options,
        family: args.trials.max(1),
        tried: Some(&tried),
        markets: args.markets,
        seed: args.seed,
    });
    if !args.voice.quiet {
        say::progress("");
    }
    let found = found?;
    let researched = research.into_inner().expect("no other holder fails").1.unwrap_or_default();
    match args.voice.format {
        Format::Table => say::result(&report::table(&found, &opened, &researched)),
        Format::Json => {
            let body = serde_json::to_value(&found).map_err(|error| {
                Error::new(Kind::Numeric, format!("a figure cannot be written: {error}"))
            })?;
            say::json(&json!({
                "validation": body,
                "verdict": found.verdict.words(),
                "budget": researched.budget,
                "data": { "hash": opened.hash, "source": opened.source },
                "seed": args.seed,
                "disclaimer": DISCLAIMER,
            }))
        }
    }
}

/// What the command line names, the conventional mix, or the first benchmark of the file.
fn benchmark(spec: Option<&str>, strategy: &Strategy, market: &Market) -> Result<Strategy> {
    if let Some(spec) = spec {
        let source = Source::find(spec)?;
        let mut portfolio = source.strategy(&[])?;
        if source.kind == SourceKind::Mix {
            portfolio.costs = strategy.costs.clone();
            portfolio.execution = strategy.execution.clone();
        }
        return Ok(portfolio);
    }
    if let Some(mix) = conventional(strategy, market)? {
        return Ok(mix);
    }
    let own = strategy.benchmark.iter().next().map(|(name, own)| like(strategy, name, own));
    own.ok_or_else(|| {
        Error::new(Kind::Usage, format!("nothing to compare {} with", strategy.name))
            .hint("name it with --benchmark, as in --benchmark SPY=0.6,AGG=0.4")
    })
}

/// The values of the parameters that have a range: those of the command line before those of the file.
fn own_values(
    source: &Source,
    strategy: &Strategy,
    set: &[(String, String)],
) -> BTreeMap<String, f64> {
    let value = |path: &String| {
        let replaced = set.iter().rev().find(|(name, _)| name == path);
        let number = match replaced {
            Some((_, text)) => text.parse().ok(),
            None => Strategy::number_at(&source.text, path),
        };
        Some((path.clone(), number?))
    };
    strategy.range.keys().filter_map(value).collect()
}
