//! Coverage: which situations a run plans for, and the traces that reach them.

mod picking;
pub mod suite;
pub mod test;
