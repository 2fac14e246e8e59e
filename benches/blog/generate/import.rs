//! The one way commits are made: a stream for `git fast-import`, which takes a commit with a post in
//! some tenths of a millisecond.

use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

/// Name, address, and on which clock.
pub(super) const AUTHORS: [(&str, &str, &str); 12] = [
    ("Ann Lee", "ann@example.org", "+0200"),
    ("Bo Nord", "bo@example.org", "+0100"),
    ("Cy Park", "cy@example.org", "+0900"),
    ("Di Ruiz", "di@example.org", "-0500"),
    ("Eda Yılmaz", "eda@example.org", "+0300"),
    ("Finn O'Hara", "finn@example.org", "+0000"),
    ("Gül Demir", "gul@example.org", "+0300"),
    ("Håkon Dahl", "hakon@example.org", "+0100"),
    ("Ines Costa", "ines@example.org", "+0000"),
    ("Jan Dvořák", "jan@example.org", "+0100"),
    ("Kofi Mensah", "kofi@example.org", "+0000"),
    ("Li Wei", "li@example.org", "+0800"),
];

/// A running import.
pub(super) struct Import {
    child: Child,
    stream: BufWriter<ChildStdin>,
}

/// One commit but for its files and for what it follows.
pub(super) struct Commit<'a> {
    pub(super) branch: &'a str,
    /// One of `AUTHORS`.
    pub(super) author: usize,
    pub(super) time: usize,
    pub(super) message: &'a str,
    pub(super) merge: Option<&'a str>,
}

impl<'a> Commit<'a> {
    pub(super) fn to(branch: &'a str, author: usize, time: usize, message: &'a str) -> Self {
        Self {
            branch,
            author,
            time,
            message,
            merge: None,
        }
    }
}

impl Import {
    pub(super) fn into(git_dir: &Path) -> Self {
        let mut child = git(git_dir)
            .args(["-c", "pack.compression=1", "fast-import"])
            .args(["--quiet", "--force", "--done"])
            .stdin(Stdio::piped())
            .spawn()
            .expect("git runs");
        let stdin = child.stdin.take().expect("standard input is a pipe");
        Self {
            child,
            stream: BufWriter::with_capacity(1 << 20, stdin),
        }
    }

    /// Begins a commit; the one after nothing has an empty `from`.
    pub(super) fn commit(&mut self, mark: usize, from: &str, commit: &Commit<'_>) {
        let (name, mail, zone) = AUTHORS[commit.author];
        let (branch, time, message) = (commit.branch, commit.time, commit.message);
        self.put(&format!(
            "commit refs/heads/{branch}\nmark :{mark}\nauthor {name} <{mail}> {time} {zone}\n\
             committer {name} <{mail}> {time} {zone}\ndata {}\n{message}\n",
            message.len()
        ));
        if !from.is_empty() {
            self.put(&format!("from {from}\n"));
        }
        if let Some(merge) = commit.merge {
            self.put(&format!("merge {merge}\n"));
        }
    }

    /// A file of the commit begun last.
    pub(super) fn file(&mut self, path: &str, text: &str) {
        self.put(&format!(
            "M 100644 inline {path}\ndata {}\n{text}\n",
            text.len()
        ));
    }

    pub(super) fn rename(&mut self, from: &str, to: &str) {
        self.put(&format!("R {from} {to}\n"));
    }

    fn put(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).expect("git reads");
    }

    pub(super) fn finish(mut self) {
        self.put("done\n");
        drop(self.stream);
        assert!(self.child.wait().expect("git ends").success());
    }
}

/// git without the settings of whoever runs this.
pub(super) fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null");
    command
}

/// The same, run to its end.
pub(super) fn run(folder: &Path, arguments: &[&str]) {
    let status = git(folder).args(arguments).status().expect("git runs");
    assert!(status.success(), "git {arguments:?}");
}
