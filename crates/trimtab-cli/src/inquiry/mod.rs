//! Studies of data: what came before what, and what persists.
pub(crate) mod factors;
mod months;
pub(crate) mod persistence;
