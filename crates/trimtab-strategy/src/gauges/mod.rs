//! One number for the whole market.

crate::registry::registry! {
    /// Any registered gauge; `kind` in the file names which.
    AnyGauge: Gauge, "gauge" {
        "breadth" => breadth::Breadth,
        "score-of" => score_of::ScoreOf,
    }
}
