//! Numeric kernels on plain f64 slices. They know no finance: no dates, no assets, no money.

pub mod breaks;
pub mod covariance;
pub mod discrete;
pub mod distributions;
pub mod frontier;
pub mod growth;
pub mod hierarchy;
pub mod lanes;
pub mod linalg;
pub mod means;
pub mod moments;
pub mod multiple;
pub mod online;
pub mod overlap;
pub mod qp;
pub mod regression;
pub mod ridge;
pub mod riskparity;
pub mod robust;
pub mod roots;
pub mod states;
pub mod subset;
pub mod symmetric;
pub mod tail;
pub mod trading;
