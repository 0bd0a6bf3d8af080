//! Faults: the bugs that the reference server can have on purpose, to prove that the harness finds
//! them.
//!
//! The main type is [`Fault`]: one bug, with the rule that it breaks. The tables (`basic`,
//! `lifecycle`, `relationships`, `lists`, `wire`) list them as bugs that any family can have; [`all`]
//! lists those of an API.

mod basic;
pub mod behaviour;
mod catalogue;
mod definition;
mod lifecycle;
mod lists;
mod relationships;
mod row;
mod shortest;
mod wire;

pub use catalogue::{all, find};
pub use definition::Fault;
pub use shortest::Shortest;
