//! How far each price, and each reading of the economy, is from changing the decision.
use std::collections::BTreeSet;

use trimtab_core::{AssetId, Day, Fact, Market, Weights};
use trimtab_strategy::{Book, Memory, Note, Strategy, universe_in};

use crate::ticket::ticks_a_unit;
use crate::{Decision, decide};

/// A decision that is asked again with other prices.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Who decides.
    pub strategy: &'a Strategy,
    /// The account at the close of the decision.
    pub book: &'a Book,
    /// What the nodes remembered before it.
    pub memory: &'a Memory,
    /// The decision at the prices as they are.
    pub answer: &'a Decision,
}

/// How far and how finely to look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reach {
    /// The greatest move of a price, as a fraction: 0.3 looks from 30 % below to 30 % above.
    pub far: f64,
    /// The first look at each price step of this fraction; a change that is undone within one step is not seen.
    pub step: f64,
    /// Targets are the same while less than this fraction of the portfolio differs: rules that grade their weights
    /// change a little with every price.
    pub least: f64,
    /// Returns over which a price's daily deviation is measured, and changes over which that of a series is.
    pub sigma_window: usize,
    /// The greatest move of a reading, in deviations of its changes from one to the next.
    pub far_sigmas: f64,
}

impl Default for Reach {
    /// 30 % in steps of half a percent, a hundredth of the portfolio, a quarter of a year, ten deviations of a reading.
    fn default() -> Self {
        Self { far: 0.30, step: 0.005, least: 0.01, sigma_window: 63, far_sigmas: 10.0 }
    }
}

/// How far one price is from changing the decision.
#[derive(Clone, Debug, PartialEq)]
pub struct Flip {
    /// Whose price.
    pub asset: AssetId,
    /// Its close.
    pub close: f64,
    /// The sample standard deviation of its returns from session to session.
    pub sigma: Option<f64>,
    /// The first change above the close.
    pub up: Option<Turn>,
    /// The first change below it.
    pub down: Option<Turn>,
}

/// Where a decision changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// The first price in whole ticks, or the first reading, at which the decision is another.
    pub at: f64,
    /// The last tick or reading at which it is the same.
    pub same: f64,
    /// The other target.
    pub target: Weights,
    /// The reasons that the other decision gives and the present one does not.
    pub because: Vec<Note>,
}

impl Flip {
    /// The move to `turn`: as a fraction of the close, and in daily deviations.
    pub fn distance(&self, turn: &Turn) -> (f64, Option<f64>) {
        let change = turn.at / self.close - 1.0;
        (change, self.sigma.filter(|sigma| *sigma > 0.0).map(|sigma| change / sigma))
    }
}

/// How far the newest reading of a series is from changing the decision.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadingFlip {
    /// Which series.
    pub series: String,
    /// The newest reading that is known.
    pub newest: Fact,
    /// The sample standard deviation of its changes from one reading to the next, in its units.
    pub sigma: f64,
    /// The first change above it.
    pub up: Option<Turn>,
    /// The first change below it.
    pub down: Option<Turn>,
}

impl ReadingFlip {
    /// The move to `turn`: in the units of the series, and in deviations of its changes.
    pub fn distance(&self, turn: &Turn) -> (f64, f64) {
        let change = turn.at - self.newest.value;
        (change, change / self.sigma)
    }
}

/// The assets whose price may matter to a decision: those that the strategy names, or all that are listed when it says
/// "every asset".
pub fn watched(strategy: &Strategy, market: &Market, day: Day) -> Vec<AssetId> {
    let rule = Strategy {
        benchmark: Default::default(),
        provenance: Default::default(),
        ..strategy.clone()
    };
    let text = rule.canonical();
    let past = market.as_of(day);
    let everything = strategy.universe.is_empty() && text.contains("\"among\":[]");
    let universes = text.split('"').filter_map(universe_in);
    let members: BTreeSet<AssetId> =
        universes.filter_map(|universe| past.members(universe).ok()).flatten().collect();
    let named = |asset: &AssetId| text.contains(&format!("\"{}\"", past.symbol(*asset)));
    past.listed().filter(|a| everything || members.contains(a) || named(a)).collect()
}

/// The series that the strategy names, as far as something of them is known on `day`.
pub fn watched_series(strategy: &Strategy, market: &Market, day: Day) -> Vec<String> {
    let text = strategy.canonical();
    let past = market.as_of(day);
    let named = |name: &&str| text.contains(&format!("{name:?}")) && past.latest(name).is_some();
    market.series_names().filter(named).map(str::to_owned).collect()
}

/// For each of `series`: the nearest values of its newest reading, above and below, at which the decision would be another,
/// everything else being as it is. Looked for in steps of a quarter of a deviation of its changes, then by bisection down to a
/// millionth of one. A series whose last readings are all alike is left out: its changes have no size.
pub fn reading_flips(
    question: &Question<'_>,
    market: &Market,
    series: &[String],
    reach: &Reach,
) -> Vec<ReadingFlip> {
    let day = question.answer.day;
    let past = market.as_of(day);
    let mut asked = Asked { question, market: market.clone(), least: reach.least };
    let mut found = Vec::with_capacity(series.len());
    for name in series {
        let readings = past.last_readings(name, reach.sigma_window + 1).unwrap_or_default();
        let changes: Vec<f64> =
            readings.windows(2).map(|pair| pair[1].value - pair[0].value).collect();
        let (Some(newest), Some(sigma)) = (past.latest(name), spread(&changes)) else { continue };
        if sigma <= 0.0 {
            continue;
        }
        found.push(ReadingFlip {
            series: name.clone(),
            newest,
            sigma,
            up: asked.turn_of(name, newest.value, sigma, reach.far_sigmas),
            down: asked.turn_of(name, newest.value, -sigma, reach.far_sigmas),
        });
    }
    found
}

/// For each of `assets` with a close on the day of the decision: the nearest closes above and below at which it would be
/// another, everything else being as it is. Each is found by asking the same [`decide`] with hypothetical closes, in
/// steps first, then by bisection down to a tick.
pub fn flips(
    question: &Question<'_>,
    market: &Market,
    assets: &[AssetId],
    reach: &Reach,
) -> Vec<Flip> {
    let day = question.answer.day;
    let mut asked = Asked { question, market: market.clone(), least: reach.least };
    let mut found = Vec::with_capacity(assets.len());
    for asset in assets.iter().copied() {
        let Some(close) = market.bar(day).close(asset) else { continue };
        found.push(Flip {
            asset,
            close,
            sigma: sigma(market, asset, day, reach.sigma_window),
            up: asked.turn(asset, close, reach.far, reach.step),
            down: asked.turn(asset, close, -reach.far, -reach.step),
        });
    }
    found
}

/// A market whose last close can be moved.
struct Asked<'a> {
    question: &'a Question<'a>,
    market: Market,
    least: f64,
}

impl Asked<'_> {
    /// The decision if `asset` had closed at `price`; none where it cannot be made, or is the same.
    fn other(&mut self, asset: AssetId, price: f64) -> Option<Decision> {
        let Question { strategy, book, memory, answer } = *self.question;
        let close = self.market.bar(answer.day).close(asset)?;
        let quote = self.market.requote(asset, answer.day, price).ok()?;
        let book = moved(book, asset, price / close);
        let other =
            decide(strategy, self.market.as_of(answer.day), &book, &mut memory.clone()).ok();
        self.market.restore(quote);
        other.filter(|other| other.target.turnover_to(&answer.target) > self.least)
    }

    /// The decision if the newest reading of `series` were `value`; none where it cannot be made, or is the same.
    fn otherwise(&mut self, series: &str, value: f64) -> Option<Decision> {
        let Question { strategy, book, memory, answer } = *self.question;
        let before = self.market.reread(series, answer.day, value).ok()?;
        let past = self.market.as_of(answer.day);
        let other = decide(strategy, past, book, &mut memory.clone()).ok();
        // What was there can be put back: it was read.
        let _ = self.market.reread(series, answer.day, before);
        other.filter(|other| other.target.turnover_to(&answer.target) > self.least)
    }

    /// The first turn from `now` on in the direction of `sigma`, at most `far` of it away.
    fn turn_of(&mut self, series: &str, now: f64, sigma: f64, far: f64) -> Option<Turn> {
        /// Steps for a deviation; a change that is undone within one is not seen.
        const STEPS: f64 = 4.0;
        /// Bisection ends at this part of a deviation.
        const CLOSE: f64 = 1e-6;
        let mut same = now;
        for k in 1..=(far * STEPS) as i32 {
            let mut other = now + f64::from(k) * sigma / STEPS;
            let Some(mut decision) = self.otherwise(series, other) else {
                same = other;
                continue;
            };
            while (other - same).abs() > CLOSE * sigma.abs() {
                let middle = f64::midpoint(same, other);
                if middle == same || middle == other {
                    break;
                }
                match self.otherwise(series, middle) {
                    Some(made) => (other, decision) = (middle, made),
                    None => same = middle,
                }
            }
            let known = &self.question.answer.because;
            let because = decision.because.into_iter().filter(|note| !known.contains(note));
            let because = because.collect();
            return Some(Turn { at: other, same, target: decision.target, because });
        }
        None
    }

    fn turn(&mut self, asset: AssetId, close: f64, far: f64, step: f64) -> Option<Turn> {
        // A price far below one unit moves in smaller ticks.
        let ticks = ticks_a_unit(close * (1.0 + far.min(0.0)));
        let up = far > 0.0;
        let whole = |price: f64| match up {
            true => (price * ticks).ceil(),
            false => (price * ticks).floor(),
        };
        let mut same = match up {
            true => (close * ticks).floor(),
            false => (close * ticks).ceil(),
        };
        let steps = (far.ln_1p() / step.ln_1p()).ceil() as i32;
        let prices = (1..=steps).map(|k| whole(close * (1.0 + step).powi(k)));
        for tick in prices.filter(|tick| *tick >= 1.0).collect::<Vec<_>>() {
            let Some(mut decision) = self.other(asset, tick / ticks) else {
                same = tick;
                continue;
            };
            let mut other = tick;
            while (other - same).abs() > 1.0 {
                let middle = ((same + other) / 2.0).floor();
                match self.other(asset, middle / ticks) {
                    Some(made) => (other, decision) = (middle, made),
                    None => same = middle,
                }
            }
            let known = &self.question.answer.because;
            let because = decision.because.into_iter().filter(|note| !known.contains(note));
            return Some(Turn {
                at: other / ticks,
                same: same / ticks,
                target: decision.target,
                because: because.collect(),
            });
        }
        None
    }
}

/// The account when the price of one of its assets is `times` what it is.
fn moved(book: &Book, asset: AssetId, times: f64) -> Book {
    let value = book.value * (1.0 + book.weights.of(asset) * (times - 1.0));
    if value <= 0.0 {
        return book.clone();
    }
    let worth = |(a, w): (AssetId, f64)| {
        let times = if a == asset { times } else { 1.0 };
        (a, w * times * book.value / value)
    };
    let weights = Weights::new(book.weights.iter().map(worth));
    Book { weights, value, peak: book.peak.max(value) }
}

/// The sample standard deviation of the last `window` total returns; none with fewer than two.
fn sigma(market: &Market, asset: AssetId, day: Day, window: usize) -> Option<f64> {
    let first = (day.index() + 1).saturating_sub(window + 1);
    let index = &market.total_return(asset)[first..=day.index()];
    let known: Vec<f64> = index.iter().copied().filter(|x| !x.is_nan()).collect();
    let returns: Vec<f64> = known.windows(2).map(|pair| pair[1] / pair[0] - 1.0).collect();
    spread(&returns)
}

/// The sample standard deviation; none with fewer than two numbers.
fn spread(x: &[f64]) -> Option<f64> {
    if x.len() < 2 {
        return None;
    }
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    Some((x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt())
}
