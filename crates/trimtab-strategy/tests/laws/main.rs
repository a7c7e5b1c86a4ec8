//! Laws that every registered kind must obey. A new line in a registry is tested here without a new test.
#![allow(clippy::unwrap_used)]

mod columns;
mod decisions;
mod markets;
mod papers;

use trimtab_strategy::{
    AnyAllocator, AnyCovariance, AnyGauge, AnyLimit, AnyMean, AnyObjective, AnySignal, KindInfo,
    Strategy,
};

/// Every registered kind with its example.
fn registered() -> Vec<(KindInfo, Strategy)> {
    let nodes = [AnySignal::kinds(), AnyGauge::kinds(), AnyAllocator::kinds(), AnyLimit::kinds()];
    let estimates = [AnyMean::kinds(), AnyCovariance::kinds(), AnyObjective::kinds()];
    [nodes.concat(), estimates.concat()]
        .concat()
        .into_iter()
        .map(|info| {
            let strategy = Strategy::parse(info.kind, info.example)
                .unwrap_or_else(|e| panic!("the example of {} does not parse: {e}", info.kind));
            (info, strategy)
        })
        .collect()
}
