//! History beside git's own: `cargo bench --bench history -- REPOSITORY...`, each a bare
//! repository, perhaps with `=FOLDER` of its posts, and perhaps a number of rounds first. Says what
//! `git log -M --name-status` takes in the same run, and what each step of ours takes: wall and CPU
//! seconds, the round in the middle by CPU; and what it takes to mirror the repository, and one
//! commit more.

#![expect(
    clippy::print_stdout,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a benchmark prints what it measured and ends where it cannot measure"
)]

mod push;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use byline::parts::{HistorySteps, Mirror, Took};

const ROUNDS: usize = 3;

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    let mut rounds = ROUNDS;
    for argument in arguments {
        if let Ok(number) = argument.parse() {
            rounds = number;
            continue;
        }
        let (repository, posts) = argument.split_once('=').unwrap_or((&argument, "posts"));
        compare(repository, posts, rounds);
    }
}

fn compare(repository: &str, posts: &str, rounds: usize) {
    let data = tempfile::tempdir().expect("a temporary folder");
    let mut git: Vec<Took> = Vec::new();
    let mut ours: Vec<HistorySteps> = Vec::new();
    for _ in 0..rounds {
        git.push(git_log(repository));
        let steps = byline::parts::history(repository, data.path(), posts);
        ours.push(steps.unwrap_or_else(|error| panic!("{repository}: {error}")));
    }
    git.sort_by(|a, b| a.cpu.total_cmp(&b.cpu));
    ours.sort_by(|a, b| all(a).cpu.total_cmp(&all(b).cpu));
    let (git, steps) = (git[rounds / 2], ours[rounds / 2]);
    println!(
        "{repository}: {} commits, {} files",
        steps.commits, steps.files
    );
    let line = |name: &str, took: Took| {
        let share = took.cpu / git.cpu;
        println!(
            "  {name:<26}{:>8.3} s wall {:>8.3} s CPU {share:>6.2} of git's",
            took.wall, took.cpu
        );
    };
    line("git log -M --name-status", git);
    line("index", index(&steps));
    line("  trees read and compared", steps.read);
    line("  renames paired", steps.log);
    line("  files followed", steps.fold);
    line("dates and people", steps.conclude);
    line("loaded at a start", steps.load);
    line("one commit more", steps.push);
    mirror(repository, line);
    println!(
        "  {} MiB kept, {} MiB of memory at the peak, {} MiB while the index was made",
        steps.kept >> 20,
        steps.peak_mib,
        steps.walk_mib
    );
}

/// What it takes to bring a mirror up to date.
fn mirror(repository: &str, line: impl Fn(&str, Took)) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = push::copy(repository, folder.path());
    let update = |mirror: &mut Mirror| {
        let updated = mirror.update();
        updated.unwrap_or_else(|error| panic!("{repository}: {error}"))
    };
    let mirror = Mirror::open(&source, &folder.path().join("data"));
    let mut mirror = mirror.unwrap_or_else(|error| panic!("{repository}: {error}"));
    let (cloned, listed) = update(&mut mirror);
    line("cloned", cloned);
    line("files listed", listed);
    let mut pushes: Vec<(Took, Took)> = Vec::new();
    for push in 0..9 {
        push::push(Path::new(&source), push);
        pushes.push(update(&mut mirror));
    }
    pushes.sort_by(|a, b| a.0.wall.total_cmp(&b.0.wall));
    line("one commit fetched", pushes[4].0);
    pushes.sort_by(|a, b| a.1.wall.total_cmp(&b.1.wall));
    line("files listed again", pushes[4].1);
}

fn index(steps: &HistorySteps) -> Took {
    sum(&[steps.read, steps.log, steps.fold])
}

fn all(steps: &HistorySteps) -> Took {
    sum(&[index(steps), steps.conclude])
}

fn sum(parts: &[Took]) -> Took {
    Took {
        wall: parts.iter().map(|took| took.wall).sum(),
        cpu: parts.iter().map(|took| took.cpu).sum(),
    }
}

/// What git takes to print a history with its renames.
fn git_log(repository: &str) -> Took {
    let (started, before) = (Instant::now(), children());
    let status = Command::new("git")
        .args(["log", "-M", "--name-status"])
        .current_dir(Path::new(repository))
        .stdout(Stdio::null())
        .status()
        .expect("git runs");
    assert!(status.success(), "git reads {repository}");
    Took {
        wall: started.elapsed().as_secs_f64(),
        cpu: children() - before,
    }
}

/// CPU seconds of the children that have ended (proc(5): `cutime` and `cstime`, in hundredths).
fn children() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.split_whitespace().collect();
    let ticks = |place: usize| fields.get(place)?.parse::<f64>().ok();
    (ticks(15).unwrap_or_default() + ticks(16).unwrap_or_default()) / 100.0
}
