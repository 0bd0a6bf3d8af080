//! Generation: from the tables of the model to traces.
//!
//! [`draft`] builds a trace step by step beside a sketch of the state that it leads to; [`value`]
//! makes values from shapes; [`scenario`] visits systematically what the tables offer; [`wander`]
//! mixes at random, leaning towards rules that were tested least. All of it works for any API that
//! the model describes, and none of it has ever heard of a target.

pub mod draft;
pub mod random_walk;
pub mod scenario;
pub mod value;
