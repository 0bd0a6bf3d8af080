//! Judging by example: for each group of promises, an answer that keeps them and one that does not.

mod answers;
mod contradicted;
mod existence;
mod explanations;
mod identity;
mod input;
mod lists;
mod open;
mod services;
mod target;
mod timestamps;
mod tokens;
mod updates;
