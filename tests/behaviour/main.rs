//! The behaviour of the harness and its program, seen from outside. One program holds all these tests, so that
//! those that wait for slow servers run beside those that work.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

mod after_delete;
mod bad_targets;
mod causes;
mod cli;
mod config;
mod faults;
mod flaky;
mod gate;
mod html;
mod manual;
mod minima;
mod misbehaving;
mod moto;
mod program;
mod reports;
mod request;
mod seeds;
mod serving;
mod shards;
mod shrinking;
mod thorough;
mod wrong_refusals;
