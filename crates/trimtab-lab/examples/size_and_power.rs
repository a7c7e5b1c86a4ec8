//! How often the tests cry wolf, and how often they see one: synthetic families of trials, as a table in Markdown.
//!
//! `cargo run --release -p trimtab-lab --example size_and_power [FAMILIES]`
//!
//! A family is 20 trials over 1,260 days: a common market factor with volatility that clusters, and own noise. Without
//! skill no trial is better than the benchmark in truth; with planted skill one of them has a yearly Sharpe ratio of its
//! own part of 1.5. A test of level 5 % should say "significant" in 5 % of the families without skill, and as often as
//! it can in those with skill. `docs/validation.md` holds the table.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods)]

use trimtab_lab::validation::{
    Blocks, Correction, Dice, Draws, RankOver, Scale, SetRule, Trials, block_length,
    confidence_set, deflated, haircuts, long_run_variance, overfitting, reality_check, step_down,
    superior_ability, timing,
};

const TRIALS: usize = 20;
const DAYS: usize = 1_260;
const RESAMPLES: usize = 500;
const LEVEL: f64 = 0.05;
/// Yearly Sharpe ratio of the planted trial's own part.
const SKILL: f64 = 1.5;

const TESTS: [&str; 9] = [
    "superior ability (consistent)",
    "superior ability (upper)",
    "reality check",
    "stepwise test: any trial",
    "confidence set: benchmark outside",
    "deflated Sharpe ratio of the best > 0.95",
    "haircut of the best (Holm)",
    "overfitting probability < 5 %",
    "naive: best trial alone, t > 1.645",
];

fn main() {
    let families: usize = std::env::args().nth(1).map_or(200, |n| n.parse().unwrap());
    let mut hits = [[0_usize; TESTS.len()]; 2];
    let (mut named, mut timed) = (0, [0_usize; 2]);
    for (planted, hits) in hits.iter_mut().enumerate() {
        for family in 0..families {
            let seed = (family + planted * families) as u64;
            let (verdicts, right) = verdicts(seed, planted == 1);
            hits.iter_mut().zip(verdicts).for_each(|(hit, said)| *hit += usize::from(said));
            named += usize::from(right);
            timed[planted] += usize::from(well_timed(seed, planted == 1));
        }
    }
    let error = (LEVEL * (1.0 - LEVEL) / families as f64).sqrt();
    println!(
        "{families} families each; the standard error of 5 % is {:.1} points.\n",
        100.0 * error
    );
    println!("| \"significant\" by | without skill | with planted skill |\n|---|---|---|");
    let row = |name: &str, none: usize, skill: usize| {
        let share = |hits: usize| 100.0 * hits as f64 / families as f64;
        println!("| {name} | {:.1} % | {:.1} % |", share(none), share(skill));
    };
    for (ix, name) in TESTS.iter().enumerate() {
        row(name, hits[0][ix], hits[1][ix]);
    }
    row("permutation of timing", timed[0], timed[1]);
    println!(
        "\nThe stepwise test names the planted trial, and nobody else, in {:.1} % of the families with skill.",
        100.0 * named as f64 / families as f64
    );
}

/// What each test says of a family, and whether the stepwise test names exactly the planted trial.
fn verdicts(seed: u64, planted: bool) -> ([bool; TESTS.len()], bool) {
    let columns = family(seed, planted);
    let trials = Trials::new(&columns).unwrap();
    let mut longest = 1.0_f64;
    for column in &columns {
        longest = longest.max(block_length(column).unwrap().stationary);
    }
    let blocks = Blocks::stationary(DAYS, longest).unwrap();
    let draws = Draws::new(&trials, &blocks, RESAMPLES, seed).unwrap();
    let variances = long_run_variance(&trials, longest);
    let spa = superior_ability(&draws, &variances, Scale::Own);
    let steps = step_down(&draws, &variances, Scale::Own, LEVEL);
    // The confidence set needs the benchmark among the trials: its difference to itself is zero, so a little noise
    // stands for it that is far below the others'.
    let mut dice = Dice::new(seed, u64::MAX);
    let flat: Vec<f64> = (0..DAYS).map(|_| 1e-6 * dice.normal()).collect();
    let with: Vec<&[f64]> = columns.iter().chain([&flat]).map(Vec::as_slice).collect();
    let with = Draws::new(&Trials::new(&with).unwrap(), &blocks, RESAMPLES, seed).unwrap();
    let set = confidence_set(&with, SetRule::Maximum).unwrap().at(1.0 - LEVEL);
    let sharpes = trials.sharpes();
    let best = (0..TRIALS).fold(0, |best, k| if sharpes[k] > sharpes[best] { k } else { best });
    let cut = haircuts(&sharpes, DAYS, TRIALS, Correction::Holm).unwrap()[best];
    let pbo = overfitting(&trials, 10, RankOver::default()).unwrap();
    let said = [
        spa.consistent.p() <= LEVEL,
        spa.upper.p() <= LEVEL,
        reality_check(&draws).1.p() <= LEVEL,
        !steps.is_empty(),
        !set.contains(&TRIALS),
        deflated(&trials, best).unwrap().probability > 1.0 - LEVEL,
        // Two-sided p-values: a level of 5 % above zero is one of 10 % in all.
        cut.sharpe > 0.0 && cut.p_corrected <= 2.0 * LEVEL,
        pbo.probability < LEVEL,
        sharpes[best] * (DAYS as f64).sqrt() > 1.645,
    ];
    (said, planted && steps == [0])
}

/// Differences to the benchmark: what is left of the market after most of it is hedged, and own noise.
fn family(seed: u64, planted: bool) -> Vec<Vec<f64>> {
    let market = market(seed);
    let trial = |j: usize| {
        let mut dice = Dice::new(seed, 10 + j as u64);
        let (beta, own) = (0.6 * dice.uniform() - 0.3, 0.004 + 0.004 * dice.uniform());
        let edge = if planted && j == 0 { SKILL / 252.0_f64.sqrt() * own } else { 0.0 };
        market.iter().map(|m| edge + beta * m + own * dice.normal()).collect()
    };
    (0..TRIALS).map(trial).collect()
}

/// A market without drift whose volatility remembers: 0.94 of yesterday's variance.
fn market(seed: u64) -> Vec<f64> {
    let (mut dice, mut variance) = (Dice::new(seed, 1), 1e-4);
    let step = |_| {
        let r = f64::sqrt(variance) * dice.normal();
        variance = 1e-6 + 0.94 * variance + 0.05 * r * r;
        r
    };
    (0..DAYS).map(step).collect()
}

/// Whether the permutation test finds timing: weights of 0 or 1 in runs of 21 days; with skill the weight is right on 56
/// of 100 days.
fn well_timed(seed: u64, planted: bool) -> bool {
    let market = market(seed);
    let mut dice = Dice::new(seed, 2);
    let mut held = 0.0;
    let mut weight = |(t, r): (usize, &f64)| {
        if planted {
            let right = dice.uniform() < 0.56;
            return f64::from((*r > 0.0) == right);
        }
        if t % 21 == 0 {
            held = (dice.bits() & 1) as f64;
        }
        held
    };
    let weights: Vec<f64> = market.iter().enumerate().map(&mut weight).collect();
    let (weights, returns) = (Trials::new(&[weights]).unwrap(), Trials::new(&[market]).unwrap());
    timing(&weights, &returns, RESAMPLES, seed).unwrap().tail.p() <= LEVEL
}
