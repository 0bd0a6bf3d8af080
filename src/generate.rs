//! Generation: from the tables of the model to traces.
//!
//! [`trace_builder`] builds a trace step by step and predicts its state; [`value`] makes values from
//! shapes; [`scenario`] holds the systematic traces; [`random_walk`] makes random traces that prefer
//! rarely visited situations. All of it works for any API that the model describes, and does not know
//! the target.

pub mod random_walk;
pub mod scenario;
pub mod trace_builder;
pub mod value;
