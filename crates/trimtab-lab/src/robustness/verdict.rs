//! The sentence at the end, and what it rests on.
use serde::Serialize;

use super::Scrutiny;

/// What a finding says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// It speaks for the strategy.
    For,
    /// It speaks against it.
    Against,
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub what: &'static str,
    /// What it says.
    pub says: Evidence,
    /// In a sentence, with its numbers.
    pub words: String,
}

/// The conclusion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Significant, and nothing speaks against it.
    Supported,
    /// Significant, but it hangs on circumstances.
    Fragile,
    /// Chance explains it.
    NotShown,
}

/// Level of the tests.
const LEVEL: f64 = 0.05;
/// Confidence asked of the deflated Sharpe ratio.
const CONFIDENCE: f64 = 0.95;
/// Basis points a trade must be able to cost more, one way: twice the spread and slippage of a liquid fund in calm days.
const COST_ROOM: f64 = 10.0;
/// Calendar years for each number of the rules: fewer, and the numbers could as well describe the years.
const YEARS_A_NUMBER: f64 = 2.0;

impl Verdict {
    /// The conclusion from the findings: the first is that of significance.
    pub(super) fn of(findings: &[Finding]) -> Self {
        match findings.split_first() {
            Some((first, rest)) if first.says == Evidence::For => {
                match rest.iter().all(|finding| finding.says == Evidence::For) {
                    true => Verdict::Supported,
                    false => Verdict::Fragile,
                }
            }
            _ => Verdict::NotShown,
        }
    }

    /// The conclusion in a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Supported => {
                "supported: better than the benchmark by more than chance explains, and nothing here speaks against it"
            }
            Verdict::Fragile => {
                "fragile: better than the benchmark by more than chance explains, but it hangs on circumstances (see against)"
            }
            Verdict::NotShown => {
                "not shown: chance explains the advantage over the benchmark, if there is one"
            }
        }
    }
}

/// All findings of a scrutiny, that of significance first.
pub(super) fn findings(s: &Scrutiny) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut say = |what, good: bool, words: String| {
        let says = if good { Evidence::For } else { Evidence::Against };
        found.push(Finding { what, says, words });
    };
    let tests = &s.tests;
    say(
        "significance",
        tests.p <= LEVEL,
        format!(
            "the best of {} trials without skill would look as good over {} in {:.1} % of cases (SPA, family-wise)",
            tests.trials,
            s.benchmark,
            100.0 * tests.p
        ),
    );
    if let Some(p) = tests.deflated {
        say(
            "deflated Sharpe ratio",
            p >= CONFIDENCE,
            format!(
                "{:.1} % sure that the Sharpe ratio is above that of the best of {} unskilled trials ({:.1} independent)",
                100.0 * p,
                tests.trials,
                tests.trials_effective.unwrap_or(1.0)
            ),
        );
    }
    if let Some(pbo) = tests.overfitting {
        say(
            "overfitting",
            pbo < 0.5,
            format!(
                "the best parameters of one half end below the middle of the other in {:.0} % of cases",
                100.0 * pbo
            ),
        );
    }
    if let Some(least) = s.track_record_min {
        say(
            "track record",
            s.periods as f64 >= least,
            format!(
                "{} periods; {least:.0} are needed for 95 % confidence in a Sharpe ratio above 0",
                s.periods
            ),
        );
    }
    let p = s.timing.tail.p();
    say(
        "timing",
        p <= LEVEL,
        format!(
            "shuffled holdings would have timed the market as well in {:.1} % of cases",
            100.0 * p
        ),
    );
    circumstances(s, &mut say);
    markets(s, &mut say);
    found
}

fn circumstances(s: &Scrutiny, say: &mut impl FnMut(&'static str, bool, String)) {
    let bar = s.benchmark_figures.sharpe;
    if !s.timing_luck.is_empty() {
        let sharpes = || s.timing_luck.iter().map(|v| v.figures.sharpe);
        let (low, high) =
            (sharpes().fold(f64::INFINITY, f64::min), sharpes().fold(f64::NEG_INFINITY, f64::max));
        say(
            "timing luck",
            low > bar,
            format!(
                "on {} other days of decision the Sharpe ratio is {low:.2} to {high:.2}; the benchmark's is {bar:.2}",
                s.timing_luck.len()
            ),
        );
    }
    if let Some(first) = s.delays.first() {
        say(
            "delay",
            first.figures.sharpe > bar,
            format!(
                "filled a session later the Sharpe ratio is {:.2} instead of {:.2}",
                first.figures.sharpe, s.figures.sharpe
            ),
        );
    }
    let room = s.cost_room;
    say(
        "costs",
        room.is_none_or(|bps| bps >= COST_ROOM) && s.figures.sharpe > bar,
        match room {
            _ if s.figures.sharpe <= bar => "behind the benchmark even at its own costs".to_owned(),
            Some(bps) => {
                format!("the advantage is gone when each trade costs {bps:.0} basis points more")
            }
            None => "the advantage survives 200 basis points more on each trade".to_owned(),
        },
    );
    if let Some(near) = &s.neighbours {
        let [low, middle, high] = near.sharpe;
        say(
            "parameters",
            !near.lone_peak,
            format!(
                "{} neighbours have Sharpe ratios of {low:.2} to {high:.2}, {middle:.2} in the middle{}",
                near.count,
                if near.lone_peak { ": a lone peak" } else { "" }
            ),
        );
    }
    let part = &s.concentration;
    say(
        "concentration",
        part.advantage > 0.0 && part.without_best_years > 0.0,
        match part.years_that_carry {
            None => format!("it grew less than the benchmark over {} years", part.years.len()),
            Some(carry) => format!(
                "{carry} of {} calendar years carry the whole growth above the benchmark",
                part.years.len()
            ),
        },
    );
    let years = s.periods as f64 / s.per_year;
    say(
        "number of parameters",
        YEARS_A_NUMBER * s.numbers as f64 <= years,
        format!("{} numbers in the rules for {years:.0} years of data", s.numbers),
    );
}

fn markets(s: &Scrutiny, say: &mut impl FnMut(&'static str, bool, String)) {
    for made in &s.markets {
        say(
            "resampled markets",
            made.ahead > 0.5,
            format!(
                "ahead of the benchmark on {:.0} % of {} markets made of {}; Sharpe ratio {:.2} to {:.2} (90 %)",
                100.0 * made.ahead,
                made.markets,
                made.how,
                made.sharpe[0],
                made.sharpe[2]
            ),
        );
    }
    if let Some(walk) = &s.walk_rolling {
        say(
            "walk-forward",
            walk.figures.sharpe > s.benchmark_since_walk,
            format!(
                "chosen anew every year, the parameters earn a Sharpe ratio of {:.2}; the benchmark {:.2}",
                walk.figures.sharpe, s.benchmark_since_walk
            ),
        );
    }
}
