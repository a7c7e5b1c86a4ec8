//! How far each price is from changing the decision.
use std::collections::BTreeSet;

use trimtab_core::{AssetId, Day, Market, Weights};
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
    /// Returns over which a price's daily deviation is measured.
    pub sigma_window: usize,
}

impl Default for Reach {
    /// 30 % in steps of half a percent, a hundredth of the portfolio, a quarter of a year.
    fn default() -> Self {
        Self { far: 0.30, step: 0.005, least: 0.01, sigma_window: 63 }
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
    /// The first price, in whole ticks, at which the decision is another.
    pub price: f64,
    /// The last tick at which it is the same.
    pub same: f64,
    /// The other target.
    pub target: Weights,
    /// The reasons that the other decision gives and the present one does not.
    pub because: Vec<Note>,
}

impl Flip {
    /// The move to `turn`: as a fraction of the close, and in daily deviations.
    pub fn distance(&self, turn: &Turn) -> (f64, Option<f64>) {
        let change = turn.price / self.close - 1.0;
        (change, self.sigma.filter(|sigma| *sigma > 0.0).map(|sigma| change / sigma))
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
                price: other / ticks,
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
    if returns.len() < 2 {
        return None;
    }
    let n = returns.len() as f64;
    let mean = returns.iter().sum::<f64>() / n;
    Some((returns.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt())
}
