//! Everything at once: what `trimtab validate` prints.
use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;
use trimtab_core::{AssetId, Day, Error, Market, Result};
use trimtab_sim::{Options, Run, backtest};
use trimtab_strategy::Strategy;

use super::family::{Make, Tried};
use super::{
    Concentration, Curve, Family, FamilyTests, Figures, Finding, Ground, Neighbours, Resampled,
    Varied, Verdict, Walk, circumstances, concentration, neighbours, resampled, verdict, walk,
};
use crate::markets::{Pool, regimes};
use crate::validation::{
    Blocks, Headline, Start, Timing, Trials, WalkForward, bands, block_length, timing,
};
use crate::{Prepared, Record, RiskFree, metrics};

/// What is asked of a scrutiny.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The strategy.
    pub strategy: &'a Strategy,
    /// The same with parameters replaced.
    pub make: Make<'a>,
    /// The values of the parameters that its file gives ranges for.
    pub own: &'a BTreeMap<String, f64>,
    /// What it must be better than.
    pub benchmark: &'a Strategy,
    /// The other strategies that a user could have chosen.
    pub library: &'a [Strategy],
    /// The market.
    pub market: &'a Market,
    /// What runs are asked for.
    pub options: &'a Options,
    /// Sets of parameters that are tried.
    pub family: usize,
    /// What was tried before; none where nobody kept count.
    pub tried: Option<Tried<'a>>,
    /// Markets of each kind.
    pub markets: usize,
    /// Seed of everything random.
    pub seed: u64,
}

/// All that was found.
#[derive(Clone, Debug, Serialize)]
pub struct Scrutiny {
    /// The strategy's name.
    pub strategy: String,
    /// The benchmark's name.
    pub benchmark: String,
    /// Periods of the comparison.
    pub periods: usize,
    /// Periods a year.
    pub per_year: f64,
    /// The strategy.
    pub figures: Figures,
    /// The benchmark.
    pub benchmark_figures: Figures,
    /// Headline figures with their 95 % bands.
    pub bands: Vec<Banded>,
    /// Numbers in the rules.
    pub numbers: usize,
    /// Periods for 95 % confidence in a Sharpe ratio above 0; none when it is not above 0.
    pub track_record_min: Option<f64>,
    /// The tests of many trials.
    pub tests: FamilyTests,
    /// Sets of parameters that were refused.
    pub refused: usize,
    /// Permutation of what was held.
    #[serde(serialize_with = "timing_as_numbers")]
    pub timing: Timing,
    /// Sets one step away.
    pub neighbours: Option<Neighbours>,
    /// Other days of decision.
    pub timing_luck: Vec<Varied>,
    /// Later fills.
    pub delays: Vec<Varied>,
    /// Dearer trades.
    pub costs: Vec<Varied>,
    /// Basis points more on each trade at which the Sharpe ratio falls to the benchmark's; none above 200.
    pub cost_room: Option<f64>,
    /// Each frequency, at own and at conservative costs.
    pub frequencies: Vec<[Varied; 2]>,
    /// Where the advantage was made.
    pub concentration: Concentration,
    /// Markets that could have been.
    pub markets: Vec<Resampled>,
    /// Parameters chosen anew every year from all that was.
    pub walk_anchored: Option<Walk>,
    /// Parameters chosen anew every year from the last five.
    pub walk_rolling: Option<Walk>,
    /// The benchmark's Sharpe ratio over the tests of the rolling walk.
    pub benchmark_since_walk: f64,
    /// Strategies of the library that could be run, by name.
    pub library: Vec<String>,
    /// The user who each year moves to the one that looked best over three years.
    pub selection: Option<Walk>,
    /// The findings, that of significance first.
    pub findings: Vec<Finding>,
    /// The conclusion.
    pub verdict: Verdict,
}

/// A metric and its band.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Banded {
    /// The metric's key.
    pub key: &'static str,
    /// The figure.
    pub value: f64,
    /// Lower end of 95 %.
    pub low: f64,
    /// Upper end of 95 %.
    pub high: f64,
}

impl From<Headline> for Banded {
    fn from(headline: Headline) -> Self {
        let Headline { key, band } = headline;
        Self { key, value: band.value, low: band.low, high: band.high }
    }
}

fn timing_as_numbers<S: serde::Serializer>(timing: &Timing, to: S) -> Result<S::Ok, S::Error> {
    use serde::ser::SerializeStruct;
    let mut fields = to.serialize_struct("Timing", 2)?;
    fields.serialize_field("mean", &timing.mean)?;
    fields.serialize_field("p", &timing.tail.p())?;
    fields.end()
}

/// Figures that get a band.
const HEADLINES: [&str; 5] =
    ["return_yearly_periods", "volatility_yearly", "sharpe", "sortino", "drawdown_max"];
/// Resamples of a band.
const RESAMPLES: usize = 1_000;
/// Permutations of what was held.
const PERMUTATIONS: usize = 999;
/// Years a user looks back when he moves to another strategy.
const LOOK_BACK: f64 = 3.0;
/// Years of a fit of the rolling walk.
const FIT: f64 = 5.0;

/// Puts a strategy through everything.
///
/// # Errors
/// When the strategy or its benchmark cannot be run to the end, or there is too little to compare.
pub fn scrutiny(asked: &Asked<'_>) -> Result<Scrutiny> {
    let (run, from) = decided(asked)?;
    let ground = Ground { market: asked.market, options: asked.options, from };
    let benchmark = ground.run(asked.benchmark).map_err(|e| e.at(&asked.benchmark.name))?;
    let (seed, per_year) = (asked.seed, ground.per_year());
    let family =
        Family::new(&ground, asked.make, &asked.strategy.range, asked.own, asked.family, seed)?;
    let earlier = match asked.tried {
        Some(tried) => tried(&family, from)?,
        None => None,
    };
    let own = &family.members[0].curve;
    let bills = ground.bills();
    let returns = family.returns()?;
    let plan = |start, years: f64| WalkForward {
        train: (years * per_year) as usize,
        test: per_year as usize,
        gap: 0,
        start,
        last_short: true,
    };
    let choice = family.members.len() > 1;
    let walked = |start| match choice {
        true => walk(&returns, &bills, &plan(start, FIT), per_year),
        false => Ok(None),
    };
    let rolling = walked(Start::Rolling)?;
    let costs = circumstances::costs(&ground, asked.strategy)?;
    let (library, selection) =
        selection(asked, &ground, own, &bills, &plan(Start::Rolling, LOOK_BACK))?;
    let mut scrutiny = Scrutiny {
        strategy: asked.strategy.name.clone(),
        benchmark: asked.benchmark.name.clone(),
        periods: own.returns.len(),
        per_year,
        figures: own.figures,
        benchmark_figures: benchmark.figures,
        bands: Vec::new(),
        numbers: numbers(asked.strategy),
        track_record_min: None,
        tests: FamilyTests::of(&family, earlier.as_ref(), (&benchmark, &bills), per_year, seed)?,
        refused: family.refused,
        timing: timed(&ground, &run, seed)?,
        neighbours: neighbours(&family),
        timing_luck: circumstances::timing_luck(&ground, asked.strategy)?,
        delays: circumstances::delays(&ground, asked.strategy)?,
        cost_room: cost_room(&costs, benchmark.figures.sharpe),
        costs,
        frequencies: circumstances::frequencies(&ground, asked.strategy)?,
        concentration: concentration(ground.dates(), &own.returns, &benchmark.returns),
        markets: made_markets(asked, from)?,
        walk_anchored: walked(Start::Anchored)?,
        benchmark_since_walk: sharpe_since(&benchmark, rolling.as_ref(), per_year),
        walk_rolling: rolling,
        library,
        selection,
        findings: Vec::new(),
        verdict: Verdict::NotShown,
    };
    measure(&mut scrutiny, &ground, own, &bills, seed)?;
    scrutiny.findings = verdict::findings(&scrutiny);
    scrutiny.verdict = Verdict::of(&scrutiny.findings);
    Ok(scrutiny)
}

/// The run with books, and the session by whose close the account holds what it first wanted.
fn decided(asked: &Asked<'_>) -> Result<(Run, Day)> {
    let run = backtest(asked.strategy, asked.market, asked.options)?;
    if let Some(error) = run.error(asked.market) {
        return Err(error);
    }
    let Some(first) = run.decisions.first().map(|decision| decision.day) else {
        return Err(Error::data(format!("{} never decided", asked.strategy.name))
            .hint("start later, or end later"));
    };
    Ok((run, Day((first.0 + 1).min(asked.market.days() as u32 - 1))))
}

/// The benchmark's Sharpe ratio over the tests of a walk.
fn sharpe_since(benchmark: &Curve, walk: Option<&Walk>, per_year: f64) -> f64 {
    let first = walk.map_or(0, |walk| walk.first);
    Figures::of(&benchmark.returns[first..], &benchmark.excess[first..], per_year, 0.0).sharpe
}

/// Bands and the length of the track record.
fn measure(
    scrutiny: &mut Scrutiny,
    ground: &Ground<'_>,
    own: &Curve,
    bills: &[f64],
    seed: u64,
) -> Result<()> {
    let record =
        Record::new(ground.dates(), &own.returns, RiskFree::Series(bills), ground.per_year())?;
    let length = block_length(&own.excess)?.stationary;
    let blocks = Blocks::stationary(own.returns.len(), length)?;
    let drawn = bands(&record, &HEADLINES, &blocks, RESAMPLES, 0.95, seed)?;
    scrutiny.bands = drawn.into_iter().map(Banded::from).collect();
    let least = metrics::find("track_record_min");
    scrutiny.track_record_min = least.and_then(|metric| metric.of(&Prepared::new(record)));
    Ok(())
}

/// Numbers that stand in the rules and limits, windows such as "10 months" among them: each could have been another.
fn numbers(strategy: &Strategy) -> usize {
    let text = strategy.canonical();
    let rules = between(&text, "\"root\"", "\"benchmark\"");
    let starts = |pair: &[u8]| {
        pair[1].is_ascii_digit() && matches!(pair[0], b':' | b'[' | b',' | b'-' | b'"')
    };
    rules.as_bytes().windows(2).filter(|pair| starts(pair)).count()
}

/// The part of a canonical text from one key to another.
fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let start = text.find(from).unwrap_or(0);
    let end = text[start..].find(to).map_or(text.len(), |end| start + end);
    &text[start..end]
}

/// Permutes what the account held at each close against the returns of the session after it.
fn timed(ground: &Ground<'_>, run: &Run, seed: u64) -> Result<Timing> {
    let skip = ground.from.index() - run.first.index();
    let periods = run.sessions.len() - 1 - skip;
    let mut columns: BTreeMap<AssetId, [Vec<f64>; 2]> = BTreeMap::new();
    for t in 0..periods {
        for (asset, weight) in run.weights(skip + t) {
            let both =
                columns.entry(*asset).or_insert_with(|| [vec![0.0; periods], vec![0.0; periods]]);
            both[0][t] = *weight;
        }
    }
    for (asset, [held, returns]) in &mut columns {
        let index = ground.market.total_return(*asset);
        for t in 0..periods {
            let day = ground.from.index() + t;
            let growth = index[day + 1] / index[day];
            // Without a price nothing was won or lost, and nothing could be held.
            (returns[t], held[t]) =
                if growth.is_nan() { (0.0, 0.0) } else { (growth - 1.0, held[t]) };
        }
    }
    if columns.is_empty() {
        return Err(Error::data("the strategy never held anything"));
    }
    let column = |ix: usize| columns.values().map(|both| both[ix].as_slice()).collect::<Vec<_>>();
    timing(&Trials::new(&column(0))?, &Trials::new(&column(1))?, PERMUTATIONS, seed)
}

/// The line between the last cost at which the strategy is ahead and the first at which it is not.
fn cost_room(costs: &[Varied], bar: f64) -> Option<f64> {
    let behind = costs.iter().position(|varied| varied.figures.sharpe <= bar)?;
    let Some(before) = behind.checked_sub(1) else { return Some(0.0) };
    let (a, b) = (&costs[before], &costs[behind]);
    let part = (a.figures.sharpe - bar) / (a.figures.sharpe - b.figures.sharpe);
    Some(a.value + part * (b.value - a.value))
}

/// Markets made of blocks of a year, and of regimes.
fn made_markets(asked: &Asked<'_>, from: Day) -> Result<Vec<Resampled>> {
    if asked.markets == 0 {
        return Ok(Vec::new());
    }
    let pool = Pool::new(asked.market, &assets(asked.market, &[asked.strategy, asked.benchmark])?)?;
    let per_year = asked.market.calendar().frequency().per_year();
    let blocks = Blocks::stationary(pool.len(), per_year)?;
    let switching = regimes(&pool.averages())?;
    let begin = asked.market.days() as u32 - 1 - pool.len() as u32;
    let warm_up = from.0.saturating_sub(begin).max(1).min(pool.len() as u32 / 2);
    let pair = (asked.strategy, asked.benchmark);
    let on = (&pool, asked.options);
    let how = format!("blocks of days, {per_year:.0} on average");
    let blocked =
        resampled(pair, on, &how, asked.markets, warm_up, |dice| blocks.indices(dice), asked.seed)?;
    let how = format!(
        "days of two regimes (volatility {:.0} % and {:.0} %)",
        100.0 * switching.deviations[0] * per_year.sqrt(),
        100.0 * switching.deviations[1] * per_year.sqrt()
    );
    let drawn = |dice: &mut _| switching.draw(pool.len(), dice);
    let switched = resampled(pair, on, &how, asked.markets, warm_up, drawn, asked.seed)?;
    Ok(vec![blocked, switched])
}

/// The assets that strategies name, in their universe or anywhere in their rules; all of the market when one of them names
/// none.
fn assets(market: &Market, strategies: &[&Strategy]) -> Result<Vec<AssetId>> {
    let mut ids = Vec::new();
    for strategy in strategies {
        let text = strategy.canonical();
        // Whatever stands in quotes and is a symbol may be looked up.
        let rules = between(&text, "\"universe\"", "\"provenance\"");
        let named = rules.split('"').filter_map(|word| market.find(word).ok());
        let before = ids.len();
        ids.extend(named);
        if ids.len() == before {
            ids.extend((0..market.assets().len() as u16).map(AssetId));
        }
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// The library on the same ground, and the user who moves to what looked best.
fn selection(
    asked: &Asked<'_>,
    ground: &Ground<'_>,
    own: &Curve,
    bills: &[f64],
    plan: &WalkForward,
) -> Result<(Vec<String>, Option<Walk>)> {
    let others = asked.library.iter().filter(|other| other.name != asked.strategy.name);
    let others: Vec<&Strategy> = others.collect();
    let runs: Vec<Option<Curve>> = others
        .par_iter()
        .map(|other| ground.run(other).ok().filter(|c| c.figures.volatility_yearly > 0.0))
        .collect();
    let mut names = vec![asked.strategy.name.clone()];
    let mut columns = vec![own.returns.as_slice()];
    for (other, run) in others.iter().zip(&runs) {
        if let Some(curve) = run {
            names.push(other.name.clone());
            columns.push(&curve.returns);
        }
    }
    if columns.len() < 2 {
        return Ok((names, None));
    }
    let walked = walk(&Trials::new(&columns)?, bills, plan, ground.per_year())?;
    Ok((names, walked))
}
