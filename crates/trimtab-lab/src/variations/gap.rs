//! How far portfolio insurance was from breaking: falls of the risky part between two decisions.
use serde::Serialize;
use trimtab_core::{Date, Market, Result};
use trimtab_sim::{Options, Run, backtest};
use trimtab_strategy::{AnyAllocator, Node, Strategy};

/// The gap risk of one insured part of a strategy.
///
/// With the multiplier m a fall of the risky part by more than 1/m between one rebalance and the next breaks the floor, whatever
/// the floor is. The risky part is run by itself with the schedule, costs and execution of the strategy; a fall is that from the
/// close of a fill to the lowest close up to the next one.
///
/// Source: R. Cont, P. Tankov (2009), Constant proportion portfolio insurance in the presence of jumps in asset prices,
/// *Mathematical Finance* 19(3), pages 379-401.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Gap {
    /// The node of the strategy.
    pub node: String,
    /// m.
    pub multiplier: f64,
    /// 1/m: the fall from which the floor breaks.
    pub allowed: f64,
    /// Spans between rebalances.
    pub spans: usize,
    /// The worst fall in such a span, a positive fraction.
    pub worst: f64,
    /// Where the span of the worst fall begins and ends.
    pub worst_span: (Date, Date),
    /// Spans with a fall beyond 1/m.
    pub broken: usize,
    /// The mean fall beyond 1/m in those spans, times m: what is lost of the value at the floor when all that is allowed is risky.
    pub loss_mean: Option<f64>,
    /// The largest multiplier that would have held through every span, 1/worst; `None` where nothing fell.
    pub multiplier_held: Option<f64>,
}

impl Gap {
    /// The gap risk of every insured part of `strategy`, as `run` rebalanced it. Empty for strategies without any.
    ///
    /// # Errors
    /// When a risky part cannot be run by itself.
    pub fn all(
        strategy: &Strategy,
        market: &Market,
        options: &Options,
        run: &Run,
    ) -> Result<Vec<Self>> {
        let mut found = Vec::new();
        insured(&strategy.root, &mut found);
        let fills = fills(run);
        let mut gaps = Vec::new();
        for (node, multiplier, risky) in found {
            let alone = Strategy { root: risky.clone(), ..strategy.clone() };
            let alone = backtest(&alone, market, options)?;
            gaps.extend(Self::of(node, multiplier, &alone, &fills));
        }
        Ok(gaps)
    }

    /// `None` where there is no span between two rebalances.
    fn of(node: &str, multiplier: f64, risky: &Run, fills: &[Date]) -> Option<Self> {
        let mut wealth = vec![1.0];
        for r in risky.returns() {
            wealth.push(wealth[wealth.len() - 1] * (1.0 + r));
        }
        let at = |date: &Date| risky.sessions.binary_search(date).ok();
        let places: Vec<usize> = fills.iter().filter_map(at).collect();
        let allowed = 1.0 / multiplier;
        let falls: Vec<(f64, usize, usize)> = places
            .windows(2)
            .map(|pair| {
                let lowest = wealth[pair[0]..=pair[1]].iter().fold(f64::INFINITY, |a, b| a.min(*b));
                (1.0 - lowest / wealth[pair[0]], pair[0], pair[1])
            })
            .collect();
        let (worst, from, to) = falls.iter().copied().max_by(|a, b| a.0.total_cmp(&b.0))?;
        let beyond: Vec<f64> =
            falls.iter().map(|fall| fall.0 - allowed).filter(|beyond| *beyond > 0.0).collect();
        let mean = beyond.iter().sum::<f64>() / beyond.len().max(1) as f64;
        Some(Self {
            node: node.to_owned(),
            multiplier,
            allowed,
            spans: falls.len(),
            worst,
            worst_span: (risky.sessions[from], risky.sessions[to]),
            broken: beyond.len(),
            loss_mean: (!beyond.is_empty()).then_some(mean * multiplier),
            multiplier_held: (worst > 0.0).then(|| 1.0 / worst),
        })
    }

    /// What it means, in a sentence.
    pub fn words(&self) -> String {
        let percent = crate::words::percent;
        let held = self.multiplier_held.map_or(String::new(), |m| {
            format!(" A multiplier of up to {m:.1} would have held throughout.")
        });
        format!(
            "{}: with a multiplier of {} a fall of its risky part by more than {} between two rebalances breaks the floor. Over {} spans that \
             happened {} times; the worst fall was {}, between {} and {}.{held}",
            self.node,
            self.multiplier,
            percent(self.allowed),
            self.spans,
            self.broken,
            percent(self.worst),
            self.worst_span.0,
            self.worst_span.1
        )
    }
}

/// Insured nodes with their multiplier and risky part, from the root down.
fn insured<'s>(
    node: &'s Node<AnyAllocator>,
    found: &mut Vec<(&'s str, f64, &'s Node<AnyAllocator>)>,
) {
    match node.inner() {
        AnyAllocator::Cppi(own) => found.push((node.name(), own.multiplier.get(), &own.risky)),
        AnyAllocator::Tipp(own) => found.push((node.name(), own.multiplier.get(), &own.risky)),
        _ => {}
    }
    for part in node.inner().as_dyn().parts() {
        insured(part, found);
    }
}

/// Days on which something was traded for a decision, and the last day of the run.
fn fills(run: &Run) -> Vec<Date> {
    let mut days: Vec<Date> = run
        .trades
        .iter()
        .filter(|trade| trade.decision.is_some())
        .map(|trade| trade.fill.date)
        .chain(run.sessions.last().copied())
        .collect();
    days.sort_unstable();
    days.dedup();
    days
}
