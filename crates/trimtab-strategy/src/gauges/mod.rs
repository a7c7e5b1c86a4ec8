//! One number for the whole market.
mod fits;
mod roughness;

pub use hidden_markov::{StateOrder, StateTold};
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
        "growth-inflation" => growth_inflation::GrowthInflation,
        "hidden-markov" => hidden_markov::HiddenMarkov,
        "hysteresis" => hysteresis::Hysteresis,
        "jump-model" => jump_model::JumpModel,
        "latch" => latch::Latch,
        "market-phase" => market_phase::MarketPhase,
        "not" => not::Not,
        "outside-support" => outside_support::OutsideSupport,
        "own-drawdown" => own_drawdown::OwnDrawdown,
        "reading-against-past" => reading_against_past::ReadingAgainstPast,
        "reading-sum" => reading_sum::ReadingSum,
        "score-across" => score_across::ScoreAcross,
        "score-of" => score_of::ScoreOf,
        "season" => season::Season,
        "series" => series::Series,
        "series-change" => series_change::SeriesChange,
        "series-to-average" => series_to_average::SeriesToAverage,
        "stock-bond" => stock_bond::StockBond,
        "structural-break" => structural_break::StructuralBreak,
        "trend-volatility" => trend_volatility::TrendVolatility,
    }
}
