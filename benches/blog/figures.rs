//! What is measured at one size, in the order in which a blog meets it: built, started, pushed to,
//! made anew, restarted, written in.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::arguments::{Flavour, Size};
use crate::daemon::Daemon;
use crate::generate::Blog;
use crate::latency::Client;
use crate::process::{BYLINE, Run};
use crate::sheet::{Sheet, Spread, grouped, seconds};

const PUSHES: usize = 20;
const SAVES: usize = 10;
const RESTARTS: usize = 5;
/// Requests that make a percentile worth its name, and rebuilds that are waited for to see them.
const REQUESTS: usize = 400;
const REBUILDS: usize = 10;
const MIB: f64 = 1_048_576.0;

/// One blog, the folder of all that is made of it, and what was measured.
struct Bench {
    folder: PathBuf,
    remote: PathBuf,
    blog: Blog,
    size: Size,
    sheet: Sheet,
}

/// Measures everything at one size. `folder` is new, and stays until every size is measured: a file
/// system that has just deleted many files is slow to make new ones.
pub(crate) fn measure(folder: PathBuf, size: Size) -> Sheet {
    fs::create_dir(&folder).expect("the folder can be made");
    let remote = folder.join("blog.git");
    let started = Instant::now();
    let blog = Blog::bare(&remote, size, Flavour::Byline);
    println!(
        "{} posts, generated in {:.1} s",
        grouped(size.posts),
        started.elapsed().as_secs_f64()
    );
    let mut bench = Bench {
        folder,
        remote,
        blog,
        size,
        sheet: Sheet::new(size),
    };
    let content = bench.blog.bytes() as f64 / MIB;
    let commits = grouped(bench.blog.commits());
    bench.sheet.row("commits", commits);
    bench.sheet.row("Markdown", format!("{content:.1} MiB"));
    bench.build_cold();
    bench.build_again();
    bench.serve();
    bench.restart();
    bench.write();
    bench.sheet
}

impl Bench {
    fn run(&self, out: &str, more: &[&str]) -> Run {
        let out = self.folder.join(out);
        let mut command = Command::new(BYLINE);
        command
            .args(["build", "--json", "--quiet", "--out"])
            .arg(out)
            .args(more)
            .arg(&self.remote);
        Run::of(&mut command)
    }

    /// The round in the middle by CPU; the largest blogs only once.
    fn build_cold(&mut self) {
        let rounds = if self.size.posts > 10_000 { 1 } else { 3 };
        let mut runs: Vec<Run> = (0..rounds)
            .map(|round| self.run(&format!("cold-{round}"), &[]))
            .collect();
        runs.sort_by(|a, b| a.cpu.total_cmp(&b.cpu));
        let run = &runs[rounds / 2];
        self.sheet.curves[0] = run.cpu;
        self.sheet.row("cold build, wall clock", seconds(run.wall));
        self.sheet.row("cold build, CPU", seconds(run.cpu));
        let each = run.cpu / self.size.posts as f64 * 1000.0;
        self.sheet
            .row("cold build, CPU for each post", format!("{each:.2} ms"));
        self.sheet.row("cold build, peak memory", mib(run.peak_mib));
        Sheet::note("stages in ms", &run.report["timings_ms"]);
    }

    fn build_again(&mut self) {
        let data = self.folder.join("build-data");
        let data = ["--data-dir", data.to_str().expect("the path is UTF-8")];
        self.run("first", &data);
        let run = self.run("again", &data);
        let counts = &run.report["counts"];
        let of = |what: &str| {
            let [made, kept] = ["made", "kept"]
                .map(|which| counts[what][which].as_u64().map(|count| count as usize))
                .map(|count| count.map_or("unknown".to_owned(), grouped));
            format!("{made} and {kept}")
        };
        self.sheet.row("build again, wall clock", seconds(run.wall));
        self.sheet.row("build again, CPU", seconds(run.cpu));
        self.sheet
            .row("build again, texts made and kept", of("texts"));
        self.sheet
            .row("build again, pages made and kept", of("pages"));
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn serve(&mut self) {
        let daemon = Daemon::start(&self.remote, &self.data());
        self.sheet
            .row("first start to first page", seconds(daemon.ready));
        daemon.settle();
        self.push(&daemon);
        self.make_anew(&daemon);
        self.sheet
            .row("daemon, peak memory", mib(daemon.peak_mib()));
        daemon.settle();
        drop(daemon);
        let (kept, content) = (kept_bytes(&self.data()), self.blog.bytes());
        let (kept, times) = (kept as f64 / MIB, kept as f64 / content as f64);
        self.sheet.row(
            "kept of texts and history",
            format!("{kept:.1} MiB, {times:.1} of the Markdown"),
        );
    }

    fn push(&mut self, daemon: &Daemon) {
        let mut pushes: Vec<(f64, serde_json::Value)> = Vec::new();
        for round in 0..PUSHES {
            let post = self.post(round, PUSHES);
            let text = format!("Visible in round {round}.");
            self.blog.edit(post, &text);
            let started = Instant::now();
            let build = daemon.push();
            daemon.wait_for(&self.blog.address(post), &text);
            pushes.push((started.elapsed().as_secs_f64(), daemon.stages(&build)));
            daemon.settle();
        }
        pushes.sort_by(|a, b| a.0.total_cmp(&b.0));
        let spread = Spread::of(pushes.iter().map(|push| push.0).collect());
        self.sheet.curves[1] = spread.median();
        self.sheet.row(
            "push to visible, median of 20 (least to most)",
            spread.to_string(),
        );
        Sheet::note("stages in ms", &pushes[PUSHES / 2].1);
    }

    /// A push of another title, after which no page is what it was, while a reader reads.
    fn make_anew(&mut self, daemon: &Daemon) {
        let page = self.blog.address(0);
        let mut idle = Client::of(&daemon.address, &page);
        let mut asked = 0;
        idle.ask_until(|_| {
            asked += 1;
            asked > REQUESTS
        });
        let mut busy = Client::of(&daemon.address, &page);
        let mut rebuilds = Vec::new();
        while rebuilds.len() < REBUILDS && busy.seconds.len() < REQUESTS {
            let title = format!("Title {}", rebuilds.len());
            self.blog.set_title(&title);
            let started = Instant::now();
            daemon.push();
            busy.ask_until(|page| page.contains(&title));
            rebuilds.push(started.elapsed().as_secs_f64());
            daemon.settle();
        }
        let all = Spread::of(rebuilds);
        self.sheet.row(
            "push that changes every page to visible",
            seconds(all.median()),
        );
        self.sheet
            .row("a page when idle, p50 / p99", idle.percentiles());
        self.sheet.row(
            "a page while every page is made, p50 / p99",
            busy.percentiles(),
        );
    }

    fn restart(&mut self) {
        let data = self.data();
        let ready = (0..RESTARTS).map(|_| Daemon::start(&self.remote, &data).ready);
        let spread = Spread::of(ready.collect());
        self.sheet.curves[2] = spread.median();
        self.sheet.row(
            "restart to first page, median of 5 (least to most)",
            spread.to_string(),
        );
        let (post, text) = (self.size.posts / 2, "Pushed while it was stopped.");
        self.blog.edit(post, text);
        let daemon = Daemon::start(&self.remote, &data);
        let moved = daemon.shows_after_start(&self.blog.address(post), text);
        self.sheet
            .row("restart to what was pushed meanwhile", seconds(moved));
    }

    /// An author's own daemon, on a working tree.
    fn write(&mut self) {
        let tree = self.folder.join("tree");
        self.blog.check_out(&tree);
        let daemon = Daemon::start(&tree, &self.folder.join("tree-data"));
        daemon.settle();
        let mut saves = Vec::new();
        for round in 0..SAVES {
            let post = self.post(round, SAVES);
            let line = format!("Saved in round {round}.");
            let text = format!("{}\n{line}\n", self.blog.text(post));
            let (file, address) = (tree.join(self.blog.file(post)), self.blog.address(post));
            let started = Instant::now();
            fs::write(file, text).expect("the file can be written");
            daemon.wait_for(&address, &line);
            saves.push(started.elapsed().as_secs_f64());
            daemon.settle();
        }
        self.sheet.row(
            "saved to visible with 20 ms of waiting for quiet, median of 10 (least to most)",
            Spread::of(saves).to_string(),
        );
    }

    /// The post of a round, so that all rounds together go through the whole blog.
    fn post(&self, round: usize, rounds: usize) -> usize {
        round * self.size.posts / rounds
    }
}

/// What a data directory holds beside the mirror and the releases.
fn kept_bytes(data: &Path) -> u64 {
    let entries = fs::read_dir(data).expect("the data directory can be read");
    let files = entries.filter_map(|entry| entry.ok()?.metadata().ok());
    files
        .filter(fs::Metadata::is_file)
        .map(|file| file.len())
        .sum()
}

fn mib(mib: u64) -> String {
    format!("{mib} MiB")
}
