//! Repositories for tests, made with the real git and nothing of this machine in them.

use std::fs;
use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::{Location, Oid, Repository, Snapshot};
use crate::config::RemoteOptions;

/// Writes a whole file.
pub(super) fn write_file(path: &Path, bytes: &[u8]) {
    fs::File::create(path).unwrap().write_all(bytes).unwrap();
}

/// A folder that goes away with the test, in it a repository `blog` and a data directory.
pub(super) struct Fixture {
    pub(super) top: TempDir,
    clock: u64,
}

impl Fixture {
    /// With an empty repository.
    pub(super) fn new() -> Self {
        let fixture = Self {
            top: tempfile::tempdir().unwrap(),
            clock: 1_700_000_000,
        };
        fs::create_dir(fixture.top.path().join("home")).unwrap();
        fs::create_dir(fixture.blog()).unwrap();
        fixture.git(&["init", "-q", "-b", "main", "."]);
        fixture
    }

    pub(super) fn blog(&self) -> PathBuf {
        self.top.path().join("blog")
    }

    pub(super) fn data_dir(&self) -> PathBuf {
        self.top.path().join("data")
    }

    /// Runs git in the blog and gives what it printed.
    pub(super) fn git(&self, arguments: &[&str]) -> String {
        self.git_with(arguments, b"")
    }

    /// Runs git with something on its standard input.
    pub(super) fn git_with(&self, arguments: &[&str], input: &[u8]) -> String {
        let output = self.run(arguments, input);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {errors}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    fn run(&self, arguments: &[&str], input: &[u8]) -> Output {
        let date = format!("{} +0100", self.clock);
        let mut child = Command::new("git")
            .args(arguments)
            .current_dir(self.blog())
            .env_clear()
            .env("PATH", env!("PATH"))
            .env("HOME", self.top.path().join("home"))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .envs([("GIT_AUTHOR_NAME", "Ann"), ("GIT_AUTHOR_EMAIL", "ann@x")])
            .envs([
                ("GIT_COMMITTER_NAME", "Ben"),
                ("GIT_COMMITTER_EMAIL", "ben@x"),
            ])
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", &date)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input).unwrap();
        drop(stdin);
        child.wait_with_output().unwrap()
    }

    pub(super) fn write(&self, path: &str, content: &str) {
        let path = self.blog().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::File::create(path)
            .unwrap()
            .write_all(content.as_bytes())
            .unwrap();
    }

    /// Commits everything on disk, a minute after the last commit.
    pub(super) fn commit(&mut self, message: &str) -> Oid {
        self.clock += 60;
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.tip()
    }

    /// Writes files and commits them.
    pub(super) fn commit_files(&mut self, files: &[(&str, &str)]) -> Oid {
        for (path, content) in files {
            self.write(path, content);
        }
        self.commit("Write")
    }

    pub(super) fn tip(&self) -> Oid {
        Oid::from_hex(&self.git(&["rev-parse", "HEAD"])).unwrap()
    }

    /// Stores an object git itself would refuse.
    pub(super) fn object(&self, kind: &str, raw: &[u8]) -> Oid {
        let arguments = ["hash-object", "-t", kind, "-w", "--stdin", "--literally"];
        Oid::from_hex(&self.git_with(&arguments, raw)).unwrap()
    }

    /// Stores a tree of `mode name id` as it is given, and a commit of it, and makes that HEAD.
    pub(super) fn commit_raw_tree(&self, entries: &[(&str, &[u8], Oid)]) -> Oid {
        let tree = self.raw_tree(entries);
        let commit = self.git(&["commit-tree", "-m", "Raw", &tree.to_string()]);
        self.git(&["update-ref", "refs/heads/main", &commit]);
        Oid::from_hex(&commit).unwrap()
    }

    pub(super) fn raw_tree(&self, entries: &[(&str, &[u8], Oid)]) -> Oid {
        let mut raw = Vec::new();
        for (mode, name, id) in entries {
            raw.extend_from_slice(mode.as_bytes());
            raw.push(b' ');
            raw.extend_from_slice(name);
            raw.push(0);
            raw.extend_from_slice(&id.0);
        }
        self.object("tree", &raw)
    }

    pub(super) fn location(&self, source: impl Into<String>) -> Location {
        Location {
            source: source.into(),
            branch: None,
            subdir: None,
            data_dir: self.data_dir(),
            remote: RemoteOptions::default(),
        }
    }

    /// The working tree, opened.
    pub(super) fn working_tree(&self) -> Repository {
        Repository::open(&self.location(text(&self.blog()))).unwrap()
    }

    /// Where the git directory stands in for a bare repository.
    pub(super) fn bare(&self) -> Location {
        self.location(text(&self.blog().join(".git")))
    }

    /// Serves the repository as `git://ADDRESS/blog`.
    pub(super) fn daemon(&self) -> Daemon {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        // Not `git daemon`, whose parent alone would be killed.
        let program = Path::new(&self.git(&["--exec-path"])).join("git-daemon");
        let child = Command::new(program)
            .args(["--listen=127.0.0.1", "--export-all", "--reuseaddr"])
            .arg(format!("--port={}", address.port()))
            .arg(format!("--base-path={}", text(self.top.path())))
            .env("HOME", self.top.path().join("home"))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .spawn()
            .unwrap();
        let daemon = Daemon { address, child };
        let answers = (0..200).any(|_| {
            std::thread::sleep(Duration::from_millis(20));
            TcpStream::connect(address).is_ok()
        });
        assert!(answers, "git daemon does not answer");
        daemon
    }

    /// A mirror of the repository, fetched.
    pub(super) fn mirror(&self) -> Repository {
        let mut mirror = Repository::open(&self.bare()).unwrap();
        mirror.fetch().unwrap();
        mirror
    }
}

/// A `git daemon` over everything in the fixture's folder, ended with the value.
pub(super) struct Daemon {
    pub(super) address: SocketAddr,
    child: Child,
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

pub(super) fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

pub(super) fn paths(snapshot: &Snapshot) -> Vec<&str> {
    snapshot.files.iter().map(|file| &*file.path).collect()
}

/// Code and path of each finding.
pub(super) fn findings(snapshot: &Snapshot) -> Vec<(&str, &str)> {
    snapshot
        .findings
        .iter()
        .map(|finding| (finding.code, finding.path.as_deref().unwrap_or_default()))
        .collect()
}
