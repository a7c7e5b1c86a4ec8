//! Ways to turn the past into a portfolio.

crate::registry::registry! {
    /// Any registered allocator; `kind` in the file names which.
    AnyAllocator: Allocator, "allocator" {
        "blend" => blend::Blend,
        "equal-weight" => equal_weight::EqualWeight,
        "fallback" => fallback::Fallback,
        "fixed" => fixed::Fixed,
        "glide-path" => glide_path::GlidePath,
        "inverse-volatility" => inverse_volatility::InverseVolatility,
        "ladder" => ladder::Ladder,
        "proportional" => proportional::Proportional,
        "top" => top::Top,
        "volatility-target" => volatility_target::VolatilityTarget,
        "when" => when::When,
    }
}
