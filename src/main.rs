//! The program; see the library for what it does.

use std::process::ExitCode;

/// Answers and beliefs are many small values that one thread makes and another drops, which the
/// systems' own allocators are slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    appmesh_conformance::cli::main()
}
