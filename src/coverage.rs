//! Coverage: which situations a run plans for, and the traces that reach them.

pub mod item;
mod picking;
pub mod planned_trace;
pub mod suite;
