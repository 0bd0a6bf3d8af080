//! The self-test: seeded faults of the reference server, and how well the harness finds them.
//!
//! [`fault`] lists the faults, [`faulty_server`] makes servers that have them, [`score`] tests the harness on
//! them, and [`search`] finds the shortest traces that show them, to measure [`mod@crate::shrink`] by.

pub mod fault;
pub mod faulty_server;
mod injection;
pub mod score;
pub mod search;

pub use faulty_server::{Recipe, faulty};
