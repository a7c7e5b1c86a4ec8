//! What is left of a result when the circumstances change that nobody chose on purpose: the day of the decision, the delay,
//! the costs, the parameters, the period, the market itself. [`scrutiny`] tries them all and ends in a plain verdict.
//!
//! Every rerun takes the light path of the simulator; the same seed gives the same bytes whatever the number of threads.
mod circumstances;
mod concentration;
mod family;
mod ground;
mod resampled;
mod scrutiny;
mod verdict;
mod walk;

pub use circumstances::{Varied, costs, delays, frequencies, timing_luck};
pub use concentration::{Concentration, concentration};
pub use family::{Earlier, Family, FamilyTests, Make, Member, Neighbours, Tried, neighbours};
pub use ground::{Curve, Figures, Ground};
pub use resampled::{Resampled, resampled};
pub use scrutiny::{Asked, Banded, Scrutiny, scrutiny};
pub use verdict::{Evidence, Finding, Verdict};
pub use walk::{Walk, walk};
