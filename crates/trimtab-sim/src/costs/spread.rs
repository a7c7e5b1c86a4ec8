//! Costs in proportion to value: half-spread and slippage.

/// The fraction `one_way` of the traded value, on a purchase as on a sale.
pub(super) fn fraction_of(value: f64, one_way: f64) -> f64 {
    value * one_way
}
