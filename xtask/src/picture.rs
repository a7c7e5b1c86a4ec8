//! `cargo xtask picture`: the picture of the README, drawn from the run that the README's first command makes.

use std::path::Path;
use std::process::ExitCode;

use crate::generated::{Generated, only_checks, settle};
use trimtab_core::Frequency;
use trimtab_lab::chart::{Curve, Lines, Scale, Unit, lines, standalone};
use trimtab_sim::{Options, backtest};
use trimtab_strategy::Strategy;

/// The strategy and what it is drawn beside.
const DRAWN: [(&str, &str); 2] =
    [("sector-breadth-monthly", "sector breadth"), ("sixty-forty-monthly", "60/40")];

/// Draws docs/picture.svg; with `--check` only compares.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<ExitCode, String> {
    let check = only_checks("picture", arguments)?;
    let picture = Generated { path: "docs/picture.svg".into(), text: picture(root)? };
    settle(root, "picture", None, &[picture], check)
}

fn picture(root: &Path) -> Result<String, String> {
    let said = |error: trimtab_core::Error| error.to_string();
    let history = trimtab_data::embedded(Frequency::Monthly).map_err(said)?;
    let mut runs = Vec::new();
    for (name, label) in DRAWN {
        let path = root.join(format!("strategies/{name}.toml"));
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let strategy = Strategy::parse(name, &text).map_err(said)?;
        let run = backtest(&strategy, &history.market, &Options::default()).map_err(said)?;
        if let Some(error) = run.error(&history.market) {
            return Err(error.to_string());
        }
        runs.push((label, run));
    }
    let curves: Vec<Curve<'_>> =
        runs.iter().map(|(name, run)| Curve { name, values: &run.equity }).collect();
    let chart = Lines {
        label: "100,000 in sector breadth and in 60/40 on the embedded history, after costs, log scale",
        dates: &runs[0].1.sessions,
        curves: &curves,
        scale: Scale::Log,
        unit: Unit::Money,
        height: 360.0,
        filled: false,
        shades: &[],
        strips: &[],
    };
    Ok(format!("{}\n", standalone(&lines(&chart))))
}
