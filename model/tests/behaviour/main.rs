//! What the model says of calls and answers, seen from outside.

mod catalogue;
mod invariants;
mod judging;
mod place;
mod recorded;
mod world;
