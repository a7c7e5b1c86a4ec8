//! One number for the whole market.
mod fits;
mod roughness;

pub use curve::CurveForm;
pub use expected_return::{Estimator, Take};
pub use hidden_markov::{StateOrder, StateTold};
pub use hike_probability::Contract;
pub use reading_sum::ReadingPart;
pub use score_across::Across;
pub use series_change::Change;
pub use structural_break::{BreakIn, BreakTest};

crate::registry::registry! {
    /// Any registered gauge; `kind` in the file names which.
    AnyGauge: Gauge, "gauge" or "custom" {
        "all" => all::All,
        "any" => any::Any,
        "breadth" => breadth::Breadth,
        "compare" => compare::Compare,
        "confirmed" => confirmed::Confirmed,
        "constant" => constant::Constant,
        "correlation-break" => correlation_break::CorrelationBreak,
        "count" => count::Count,
        "curve" => curve::Curve,
        "expected-return" => expected_return::ExpectedReturn,
        "growth-inflation" => growth_inflation::GrowthInflation,
        "hidden-markov" => hidden_markov::HiddenMarkov,
        "hike-probability" => hike_probability::HikeProbability,
        "hysteresis" => hysteresis::Hysteresis,
        "jump-model" => jump_model::JumpModel,
        "latch" => latch::Latch,
        "market-phase" => market_phase::MarketPhase,
        "next-release" => next_release::NextRelease,
        "not" => not::Not,
        "outside-support" => outside_support::OutsideSupport,
        "own-drawdown" => own_drawdown::OwnDrawdown,
        "reading-against-past" => reading_against_past::ReadingAgainstPast,
        "reading-fallback" => reading_fallback::ReadingFallback,
        "reading-graded" => reading_graded::ReadingGraded,
        "reading-ratio" => reading_ratio::ReadingRatio,
        "reading-sum" => reading_sum::ReadingSum,
        "release-surprise" => release_surprise::ReleaseSurprise,
        "score-across" => score_across::ScoreAcross,
        "score-of" => score_of::ScoreOf,
        "season" => season::Season,
        "series" => series::Series,
        "series-against-past" => series_against_past::SeriesAgainstPast,
        "series-change" => series_change::SeriesChange,
        "series-growth" => series_growth::SeriesGrowth,
        "series-to-average" => series_to_average::SeriesToAverage,
        "stock-bond" => stock_bond::StockBond,
        "structural-break" => structural_break::StructuralBreak,
        "trend-volatility" => trend_volatility::TrendVolatility,
        "yield-of-maturity" => yield_of_maturity::YieldOfMaturity,
    }
}
