//! One number for the whole market.

pub use reading_sum::ReadingPart;
pub use score_across::Across;
pub use series_change::Change;

crate::registry::registry! {
    /// Any registered gauge; `kind` in the file names which.
    AnyGauge: Gauge, "gauge" {
        "all" => all::All,
        "any" => any::Any,
        "breadth" => breadth::Breadth,
        "compare" => compare::Compare,
        "confirmed" => confirmed::Confirmed,
        "constant" => constant::Constant,
        "count" => count::Count,
        "hysteresis" => hysteresis::Hysteresis,
        "latch" => latch::Latch,
        "not" => not::Not,
        "own-drawdown" => own_drawdown::OwnDrawdown,
        "reading-against-past" => reading_against_past::ReadingAgainstPast,
        "reading-sum" => reading_sum::ReadingSum,
        "score-across" => score_across::ScoreAcross,
        "score-of" => score_of::ScoreOf,
        "season" => season::Season,
        "series" => series::Series,
        "series-change" => series_change::SeriesChange,
        "series-to-average" => series_to_average::SeriesToAverage,
    }
}
