//! `trimtab audit`: proof that a strategy does not look ahead.
use serde_json::{Value, json};
use trimtab_sim::{Certificate, Options, Scope, audit};

use crate::args::{Audit, Format};
use crate::history::Opened;
use crate::portfolio::Source;
use crate::say::{self, Outcome, Stop};

/// Audits, prints the certificate, and fails with exit code 1 when a check did.
pub(crate) fn run(args: &Audit) -> Outcome {
    let strategy = Source::find(&args.subject.strategy)?.strategy(&args.subject.set)?;
    let opened =
        Opened::open(&args.subject.data, args.subject.history, args.voice.quiet, &strategy)?;
    if !args.voice.quiet {
        say::progress(&format!("auditing {} …", strategy.name));
    }
    let options = Options { from: args.from, to: args.to, ..Options::default() };
    let scope = Scope { dates: args.dates, seed: args.seed };
    let certificate = audit(&strategy, &opened.market, &opened.hash, &options, &scope)?;
    if !args.voice.quiet {
        say::progress("");
    }
    match args.voice.format {
        Format::Json => say::json(&certified(&certificate))?,
        Format::Table => say::result(&certificate.to_string())?,
    }
    verdict(&certificate)
}

/// A certificate as JSON.
pub(crate) fn certified(certificate: &Certificate) -> Value {
    let checks: Vec<Value> = certificate
        .checks
        .iter()
        .map(|check| json!({ "name": check.name, "passed": check.passed, "said": check.said }))
        .collect();
    let delay = certificate
        .delay
        .map(|delay| json!({ "cagr": delay.own, "cagr_one_session_later": delay.later }));
    json!({
        "strategy": certificate.strategy,
        "passed": certificate.passed(),
        "engine": certificate.engine,
        "run_id": certificate.run_id,
        "from": certificate.span.0,
        "to": certificate.span.1,
        "decisions": certificate.decisions,
        "checks": checks,
        "delay": delay,
        "notes": certificate.notes,
    })
}

fn verdict(certificate: &Certificate) -> Outcome {
    if certificate.passed() { Ok(()) } else { Err(Stop::No) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::ExitCode;
    use trimtab_core::{AssetId, Market, Result};
    use trimtab_sim::{Run, audit_with, backtest};
    use trimtab_strategy::Strategy;

    /// A rule that holds the more of stocks the higher they will end.
    fn leak(market: &Market, options: &Options) -> Result<Run> {
        let index = market.total_return(AssetId(0));
        let share = (index[market.days() - 1] / index[0]).ln().clamp(0.0, 20.0) / 20.0;
        let symbol = market.symbol(AssetId(0));
        let root = format!("root = {{ kind = \"fixed\", weights = {{ {symbol} = {share:?} }} }}");
        backtest(&Strategy::parse("leak", &root)?, market, options)
    }

    #[test]
    fn a_leak_ends_in_exit_code_one() {
        let opened = Opened::shipped(crate::args::Shipped::Monthly).unwrap();
        let (options, scope) = (Options::default(), Scope { dates: 2, seed: 0 });
        let whole = leak(&opened.market, &options).unwrap();
        let made = audit_with("leak", &leak, &whole, &opened.market, &options, &scope).unwrap();
        assert_eq!(certified(&made)["passed"], false);
        let stop = verdict(&made).unwrap_err();
        assert_eq!(say::farewell(stop), ExitCode::from(1));
    }
}
