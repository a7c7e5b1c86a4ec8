//! Ways to turn the past into a portfolio.

pub use best_mix::MixScore;
pub use by_regime::RegimeBand;
pub use categories::CategoryRow;
pub use online::OnlineRule;
pub use published::Row as PublishedRow;
pub use tilt::OneTilt;
pub use top::Share;

crate::registry::registry! {
    /// Any registered allocator; `kind` in the file names which.
    AnyAllocator: Allocator, "allocator" or "custom" {
        "best-mix" => best_mix::BestMix,
        "blend" => blend::Blend,
        "breadth-cash" => breadth_cash::BreadthCash,
        "by-regime" => by_regime::ByRegime,
        "categories" => categories::Categories,
        "core-sleeve" => core_sleeve::CoreSleeve,
        "cppi" => cppi::Cppi,
        "drawdown-brake" => drawdown_brake::DrawdownBrake,
        "equal-weight" => equal_weight::EqualWeight,
        "fallback" => fallback::Fallback,
        "filter" => filter::Filter,
        "fixed" => fixed::Fixed,
        "frontier-shift" => frontier_shift::FrontierShift,
        "glide-path" => glide_path::GlidePath,
        "graded" => graded::Graded,
        "graded-filter" => graded_filter::GradedFilter,
        "hedge" => hedge::Hedge,
        "inverse-volatility" => inverse_volatility::InverseVolatility,
        "ladder" => ladder::Ladder,
        "largest" => largest::Largest,
        "online" => online::Online,
        "optimal" => optimal::Optimal,
        "proportional" => proportional::Proportional,
        "published" => published::Published,
        "select" => select::Select,
        "steady" => steady::Steady,
        "tilt" => tilt::Tilt,
        "tipp" => tipp::Tipp,
        "top" => top::Top,
        "tranches" => tranches::Tranches,
        "volatility-target" => volatility_target::VolatilityTarget,
        "vote" => vote::Vote,
        "when" => when::When,
    }
}
