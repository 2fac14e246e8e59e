//! The `byline` program: hands its arguments to the library and ends with its exit code.

use std::process::ExitCode;

/// Templates make and drop many small values: the system's allocator costs a fifth of a cold build.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    byline::run(std::env::args_os())
}
