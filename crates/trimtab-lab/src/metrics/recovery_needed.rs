//! Gain needed to make good a drawdown.
//!
//! `D / (1 - D)`: a loss of 50 % needs a gain of 100 %. For the largest drawdown of the record and for the one that is
//! open on the last date.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "recovery_needed_max",
        name: "Gain needed after the largest drawdown",
        group: Group::Drawdown,
        unit: Unit::Fraction,
        better: Better::Lower,
        convention: "D / (1 - D) of the largest drawdown",
        value: |run| Some(gain_needed(run.path.depth_max)),
    },
    Metric {
        key: "recovery_needed",
        name: "Gain needed now",
        group: Group::Drawdown,
        unit: Unit::Fraction,
        better: Better::Lower,
        convention: "D / (1 - D) of the depth on the last date",
        value: |run| run.path.depth.last().map(|d| gain_needed(*d)),
    },
];

/// The gain that makes good a loss of the fraction `depth`: `D / (1 - D)`. Infinite for a total loss.
pub fn gain_needed(depth: f64) -> f64 {
    depth / (1.0 - depth)
}

#[cfg(test)]
mod tests {
    use super::gain_needed;

    #[test]
    fn half_lost_needs_double() {
        assert_eq!(gain_needed(0.5), 1.0);
        assert_eq!(gain_needed(0.0), 0.0);
        assert!((gain_needed(0.2) - 0.25).abs() < 1e-15);
    }
}
