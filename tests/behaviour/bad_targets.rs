//! Bad targets: servers that are broken down to their bytes, each with the verdict it must get.
//!
//! The program itself is run on each: it must end with the right exit code, blame the right rules or
//! none, say why nothing can be concluded, and neither panic nor grow without bound. Each verdict is
//! a file under `snapshots/`. `misbehaving` tries the library on simpler servers.

/// Servers that answer properly, with bodies that are nonsense or too much.
mod bodies;
/// Servers that send what is no HTTP, or hardly.
mod framing;
/// Servers that send back what they should keep to themselves.
mod leaks;
/// Servers that answer with what does not belong to the call.
mod lies;
/// How the program is run, and what is said of it.
mod program;
/// What a run leaves behind that is told to stop.
mod signals;
/// Servers that do not answer, or not always.
mod silence;
/// How servers read requests and write bytes.
mod wire;
