//! A blog made from a fixed seed: posts of some 7 KB in monthly folders, written by a few authors,
//! each edited in later commits.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

const AUTHORS: [&str; 4] = ["Ann Lee", "Bo Nord", "Cy Park", "Di Ruiz"];
const WORDS: [&str; 32] = [
    "harbour", "morning", "letter", "engine", "silence", "garden", "method", "window", "river",
    "number", "story", "question", "answer", "mirror", "branch", "commit", "reader", "editor",
    "paper", "weather", "north", "copper", "signal", "bridge", "lantern", "orchard", "pattern",
    "quarter", "shadow", "timber", "valley", "winter",
];
/// Posts that share a monthly folder.
const IN_A_FOLDER: usize = 60;

/// Small, and the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

/// Makes a bare repository at `path`.
pub(crate) fn blog(path: &Path, posts: usize, commits: usize) {
    assert!(
        git(path.parent().expect("a parent"))
            .args(["init", "-q", "--bare", "-b", "main"])
            .arg(path)
            .status()
            .expect("git runs")
            .success()
    );
    import(path, |stream| {
        let mut random = Random(42);
        file(
            stream,
            "ann",
            0,
            "byline.toml",
            "[site]\ntitle = \"Generated\"\nbase_url = \"https://blog.example.org\"\n",
        );
        for round in 0..commits {
            for post in 0..posts {
                let author = AUTHORS[random.below(AUTHORS.len())];
                let when = round * posts + post + 1;
                file(
                    stream,
                    author,
                    when,
                    &name(post),
                    &text(post, round, &mut random),
                );
            }
        }
    });
}

/// One more commit, to post number `post`.
pub(crate) fn edit(path: &Path, post: usize, line: &str) {
    let mut random = Random(post as u64);
    let text = format!("{}\n{line}\n", text(post, 99, &mut random));
    import(path, |stream| {
        write!(stream, "commit refs/heads/main\ncommitter Ann <ann@example.org> 1790000000 +0100\ndata 4\nEdit\nfrom refs/heads/main^0\nM 100644 inline {}\ndata {}\n{text}\n", name(post), text.len())
            .expect("memory takes it");
    });
}

/// Where post number `post` is served.
pub(crate) fn address(post: usize) -> String {
    format!("/post-{post}/")
}

fn name(post: usize) -> String {
    let month = post / IN_A_FOLDER;
    format!(
        "posts/{}/{:02}/post-{post}.md",
        1990 + month / 12,
        month % 12 + 1
    )
}

fn file(stream: &mut String, author: &str, when: usize, path: &str, text: &str) {
    let time = 1_400_000_000 + when * 3600;
    write!(
        stream,
        "commit refs/heads/main\nauthor {author} <a@example.org> {time} +0200\ncommitter {author} <a@example.org> {time} +0200\ndata 6\nWrite\nM 100644 inline {path}\ndata {}\n{text}\n",
        text.len()
    )
    .expect("memory takes it");
}

fn text(post: usize, round: usize, random: &mut Random) -> String {
    let tag = WORDS[post % 12];
    let mut text = format!(
        "+++\ntitle = \"Post {post} of the {tag}\"\ntags = [\"{tag}\", \"{}\"]\n+++\n\n",
        WORDS[12 + post % 7]
    );
    writeln!(text, "Version {round}.\n").expect("memory takes it");
    for section in 0..5 {
        writeln!(
            text,
            "## Part {section} and the {}\n",
            WORDS[random.below(WORDS.len())]
        )
        .expect("memory takes it");
        for _ in 0..3 {
            for _ in 0..65 {
                text.push_str(WORDS[random.below(WORDS.len())]);
                text.push(if random.below(12) == 0 { ',' } else { ' ' });
            }
            text.push_str("*ends* here.\n\n");
        }
        let number = random.below(1000);
        write!(text, "```rust\nfn part_{section}(count: usize) -> usize {{\n    // {number}\n    count * {number}\n}}\n```\n\n").expect("memory takes it");
    }
    text
}

fn import(path: &Path, write: impl FnOnce(&mut String)) {
    let mut stream = String::new();
    write(&mut stream);
    let mut child = git(path)
        .args(["fast-import", "--quiet", "--force"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("git runs");
    child
        .stdin
        .take()
        .expect("standard input is a pipe")
        .write_all(stream.as_bytes())
        .expect("git reads");
    assert!(child.wait().expect("git ends").success());
}

/// git without the settings of whoever runs this.
fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null");
    command
}
