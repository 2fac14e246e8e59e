//! The whole program on generated blogs of any size, from a fixed seed, so that two runs measure the
//! same work: `cargo bench --bench blog -- --sizes 100x5,1000x5`. `--report` writes what was measured
//! into the manual; `--generate` only makes a blog. Needs git.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a benchmark prints what it measured and reads it from the system"
)]

mod arguments;
mod daemon;
mod figures;
mod generate;
mod latency;
mod plot;
mod process;
mod report;
mod sheet;

use std::path::Path;
use std::process::ExitCode;

use arguments::{Arguments, USAGE};
use generate::Blog;
use sheet::Sheet;

fn main() -> ExitCode {
    let done = Arguments::of(std::env::args().skip(1))
        .map_err(|wrong| format!("{wrong}\n\n{USAGE}"))
        .and_then(|arguments| run(&arguments));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(wrong) => {
            eprintln!("{wrong}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    if let Some(target) = &arguments.generate {
        let made = folder.path().join("blog.git");
        let blog = Blog::bare(&made, arguments.sizes[0], arguments.flavour);
        blog.check_out(target);
        return Ok(());
    }
    let sheets: Vec<Sheet> = arguments
        .sizes
        .iter()
        .enumerate()
        .map(|(at, size)| figures::measure(folder.path().join(at.to_string()), *size))
        .collect();
    match &arguments.report {
        // `cargo bench` runs this in the folder of the package.
        Some(page) => report::write(Path::new(page), &sheets),
        None => Ok(()),
    }
}
