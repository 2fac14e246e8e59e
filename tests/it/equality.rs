//! A warm build is a cold one, byte for byte, whatever was edited before.
//!
//! A restless author edits a blog at random. After each edit, what is built over all that earlier
//! builds kept is compared with what is built from nothing; now and then, so is what a daemon
//! answers that has seen every push with what a fresh one answers.
//!
//! `BYLINE_STEPS=2000 BYLINE_SEED=7 cargo test --test it equality` goes on for longer, from
//! elsewhere.

use std::collections::BTreeSet;
use std::io::Read as _;

use flate2::read::GzDecoder;

use crate::harness::{
    Blog, Built, Connection, Response, Restless, Server, difference, patiently, seed, steps,
};

const STEPS: usize = 20;
const SEEDS: [u64; 2] = [1, 2];
/// Steps between two looks at the daemon.
const LOOK: usize = 10;

fn seeds() -> Vec<u64> {
    seed().map_or_else(|| SEEDS.to_vec(), |seed| vec![seed])
}

/// The addresses a file of the export may stand for: its own, and that of its folder.
fn addresses(name: &str) -> [String; 2] {
    [name, name.strip_suffix("index.html").unwrap_or(name)].map(encoded)
}

fn encoded(name: &str) -> String {
    let encoded: String = name
        .bytes()
        .map(|byte| match byte {
            b'/' | b'.' | b'-' | b'_' | b'~' => char::from(byte).to_string(),
            byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect();
    format!("/{encoded}")
}

/// The addresses of pages of history that a page links to.
fn past(page: &Response) -> Vec<String> {
    let text = page.text().replace("&#x3D;", "=");
    let links = text.split("href=\"").skip(1);
    let links = links.filter_map(|rest| rest.split(['"', '#']).next());
    let ours = links.filter(|link| link.starts_with('/') && link.contains("/@/"));
    ours.map(str::to_owned).collect()
}

/// Asserts that the compressed form of an answer, if there is one, is of the same body.
fn packed_is_plain(connection: &mut Connection, path: &str, plain: &Response, when: &str) {
    let accept = [("Accept-Encoding", "gzip")];
    let packed = connection.ask("GET", path, &accept, b"").unwrap();
    if packed.header("content-encoding") == Some("gzip") {
        let mut body = Vec::new();
        let mut reader = GzDecoder::new(&packed.body[..]);
        reader.read_to_end(&mut body).unwrap();
        assert!(body == plain.body, "{when}: compressed");
    }
}

/// The answer at an address; that of a smaller copy of an image once it is made, which is after
/// readers see the page it is on.
fn settled(connection: &mut Connection, path: &str, when: &str) -> Response {
    patiently(when, || {
        let answer = connection.get(path).unwrap();
        let rule = answer.header("cache-control").unwrap_or_default();
        let made = rule.contains("immutable") || answer.status != 200;
        (made || !path.starts_with("/assets/image.")).then_some(answer)
    })
}

/// A daemon that sees every push.
struct Watched {
    remote: String,
    server: Server,
    /// Every address there ever was.
    addresses: BTreeSet<String>,
    looks: usize,
}

impl Watched {
    fn of(blog: &Blog) -> Self {
        let remote = blog.bare();
        Self {
            server: remote.serve(),
            remote: remote.path().to_owned(),
            addresses: BTreeSet::new(),
            looks: 0,
        }
    }

    /// Pushes, and waits until that is what readers see.
    fn push(&self, blog: &Blog, when: &str) {
        blog.git(&["push", "--quiet", "--force", &self.remote, "HEAD"]);
        let told = self.server.rebuilt();
        assert_eq!(told["state"], "published", "{when}: {told:#}");
        let ready = self.server.get("/-/readyz").json();
        assert_eq!(ready["commit"], blog.head(), "{when}");
    }

    /// Asserts that it answers as one that knows nothing of what was before.
    fn answers_like_a_fresh_one(&mut self, blog: &Blog, cold: &Built, when: &str) {
        self.looks += 1;
        let home = blog.home().join(format!("fresh-{}", self.looks));
        std::fs::create_dir(&home).unwrap();
        let fresh = Server::start(&home, &self.remote, &["--poll", "0"]);
        self.addresses
            .extend(cold.files.keys().flat_map(|name| addresses(name)));
        let mut ours = self.server.connect();
        let mut theirs = fresh.connect();
        let mut open: Vec<String> = self.addresses.iter().cloned().collect();
        while let Some(path) = open.pop() {
            let warm = settled(&mut ours, &path, when);
            // It is ready a moment before it knows what is public of the past.
            let fresh = patiently(when, || {
                Some(settled(&mut theirs, &path, when)).filter(|fresh| fresh.status != 503)
            });
            if is_of_an_earlier_theme(&path, (&warm, &fresh)) {
                continue;
            }
            let when = format!("{when}: {path}, daemon and fresh daemon");
            assert_eq!(warm.status, fresh.status, "{when}");
            let difference = || difference(&warm.body, &fresh.body);
            assert!(warm.body == fresh.body, "{when}, {}", difference());
            let told = [
                "content-type",
                "etag",
                "location",
                "last-modified",
                "cache-control",
            ];
            for name in told {
                assert_eq!(warm.header(name), fresh.header(name), "{when}: {name}");
            }
            packed_is_plain(&mut ours, &path, &warm, &when);
            let new = past(&warm).into_iter();
            open.extend(new.filter(|path| self.addresses.insert(path.clone())));
        }
        let texts = blog.git(&[
            "grep",
            "--no-color",
            "-h",
            "^",
            "HEAD",
            "--",
            "*.md",
            "*.toml",
        ]);
        if !texts.contains("history") {
            self.holds(cold, when);
        }
        drop(fresh);
        std::fs::remove_dir_all(&home).unwrap();
    }

    /// Asserts that it answers with the files of a build, but for redirects. What is public of the
    /// past, only a daemon shows.
    fn holds(&self, cold: &Built, when: &str) {
        let mut connection = self.server.connect();
        for (name, bytes) in &cold.files {
            let mut answers = addresses(name)
                .map(|path| settled(&mut connection, &path, when))
                .into_iter();
            let Some(answer) = answers.find(|answer| answer.status == 200) else {
                continue;
            };
            let difference = difference(&answer.body, bytes);
            let when = format!("{when}: {name}, daemon and export, {difference}");
            assert!(answer.body == *bytes, "{when}");
        }
    }
}

/// What a page that is still open asks for, which one that knows nothing of it cannot have.
fn is_of_an_earlier_theme(path: &str, (warm, fresh): (&Response, &Response)) -> bool {
    let kind = warm.header("content-type").unwrap_or_default();
    let needed = ["text/css", "text/javascript", "font/"];
    path.starts_with("/assets/")
        && needed.iter().any(|needed| kind.starts_with(needed))
        && (warm.status, fresh.status) == (200, 404)
}

#[test]
fn a_warm_build_is_a_cold_one_whatever_was_edited() {
    for seed in seeds() {
        let mut author = Restless::of(seed);
        let kept = author.blog.home().join("kept");
        for step in 0..steps().unwrap_or(STEPS) {
            let edit = author.edit();
            let when = format!("seed {seed}, step {step}, {edit}");
            let warm = Built::warm(&author.blog, &kept);
            let cold = Built::cold(&author.blog);
            warm.is(&cold, &when);
        }
    }
}

#[test]
fn a_daemon_that_saw_every_push_answers_like_a_fresh_one() {
    for seed in seeds() {
        let mut author = Restless::of(seed + 1000);
        let mut watched = Watched::of(&author.blog);
        for step in 0..steps().unwrap_or(STEPS) {
            let edit = author.edit();
            let when = format!("seed {seed}, step {step}, {edit}");
            watched.push(&author.blog, &when);
            if step % LOOK + 1 == LOOK {
                let cold = Built::cold(&author.blog);
                watched.answers_like_a_fresh_one(&author.blog, &cold, &when);
            }
        }
    }
}
