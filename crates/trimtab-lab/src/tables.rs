//! What a run tells in more than one number.
mod calendar;
mod drawdowns;
mod months_missed;
mod recovery;
mod stretches;

pub use calendar::{CalendarReturns, YearRow};
pub use drawdowns::{DrawdownRow, drawdowns};
pub use months_missed::{MissedRow, months_missed};
pub use recovery::{RecoveryRow, recovery_table, years_to_recover};
pub use stretches::{CRISES, Stretch, StretchRow, benchmark_falls, stretches};
