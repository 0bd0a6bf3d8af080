//! The command line as its user sees it: help, wrong usage, runs, replays, catalogues and reports.
//!
//! Each case runs the program and compares exit code, standard output and standard error with a
//! file under `snapshots/`. Programs run in a fresh folder, so that paths are the same everywhere;
//! what differs from run to run (times, ports) is masked.

/// What a run came to: as text, as JSON, the same each time, and joined with others.
mod reports;
/// Targets that are not what they should be.
mod targets;
/// Traces as files.
mod traces;
/// What the program says of itself, and of arguments that are wrong.
mod usage;
