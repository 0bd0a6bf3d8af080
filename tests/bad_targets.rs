//! Bad targets: servers that are broken down to their bytes, each with the verdict it must get.
//!
//! The program itself is run on each: it must end with the right exit code, blame the right rules or
//! none, say why nothing can be concluded, and neither panic nor grow without bound. Each verdict is
//! a file under `snapshots/`. `misbehaving` tries the library on simpler servers.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

/// Servers that answer properly, with bodies that are nonsense or too much.
#[path = "bad_targets/bodies.rs"]
mod bodies;
/// Servers that send what is no HTTP, or hardly.
#[path = "bad_targets/framing.rs"]
mod framing;
/// Servers that send back what they should keep to themselves.
#[path = "bad_targets/leaks.rs"]
mod leaks;
/// Servers that answer with what does not belong to the call.
#[path = "bad_targets/lies.rs"]
mod lies;
/// How the program is run, and what is said of it.
#[path = "bad_targets/program.rs"]
mod program;
/// What a run leaves behind that is told to stop.
#[path = "bad_targets/signals.rs"]
mod signals;
/// Servers that do not answer, or not always.
#[path = "bad_targets/silence.rs"]
mod silence;
/// How servers read requests and write bytes.
#[path = "bad_targets/wire.rs"]
mod wire;
