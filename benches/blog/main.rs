//! The whole program on a generated blog: cold build, start, push to visible, peak memory.
//!
//! `cargo bench --bench blog -- 1000 5` makes 1,000 posts with 5 commits each (the default), from a
//! fixed seed, so that two runs measure the same work. Needs git.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark prints what it measured and reads it from the system"
)]

mod generate;
mod measure;

use std::path::Path;
use std::process::Command;

use measure::{Daemon, Run};

fn main() {
    // `cargo bench` adds `--bench`; numbers are posts and commits a post.
    let numbers: Vec<usize> = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .collect();
    let posts = numbers.first().copied().unwrap_or(1000);
    let commits = numbers.get(1).copied().unwrap_or(5);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let remote = folder.path().join("blog.git");
    generate::blog(&remote, posts, commits);
    println!("{posts} posts, {} commits", posts * commits);

    let out = folder.path().join("public");
    let cold = Run::of(
        Command::new(measure::BYLINE)
            .args(["build", "--json", "--out"])
            .arg(&out)
            .arg(&remote),
    );
    println!(
        "cold build     {:>8.2} s wall, {:>8.2} s CPU, {:>6} MiB peak",
        cold.wall, cold.cpu, cold.peak_mib
    );
    println!("  stages (ms)  {}", cold.timings());
    serve(folder.path(), &remote, posts);
}

fn serve(folder: &Path, remote: &Path, posts: usize) {
    let data = folder.join("data");
    let daemon = Daemon::start(remote, &data);
    println!("first start    {:>8.2} s to the first page", daemon.ready);
    let mut seconds: Vec<f64> = (0..5)
        .map(|round| {
            let text = format!("Visible in round {round}");
            generate::edit(remote, round * posts / 5, &text);
            daemon.push_until(&generate::address(round * posts / 5), &text)
        })
        .collect();
    seconds.sort_by(f64::total_cmp);
    println!(
        "push to visible{:>8.3} s median of 5 ({:.3} to {:.3})",
        seconds[2], seconds[0], seconds[4]
    );
    println!("daemon         {:>8} MiB peak", daemon.peak_mib());
    drop(daemon);
    let again = Daemon::start(remote, &data);
    println!("restart        {:>8.3} s to the first page", again.ready);
}
