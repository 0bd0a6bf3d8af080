//! The verdicts of the model on calls and answers, seen from outside.

mod catalogue;
mod invariants;
mod judging;
mod place;
mod recorded;
mod world;
