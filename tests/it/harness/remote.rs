//! Where a mirror looks: a bare repository on disk, and a git daemon that offers it.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use super::blog::Blog;
use super::daemon::{Server, patiently};
use super::git;
use super::hooks::SECRET;

/// A bare repository the blog is pushed to.
pub(crate) struct Remote<'a> {
    blog: &'a Blog,
    dir: PathBuf,
}

impl<'a> Remote<'a> {
    pub(super) fn of(blog: &'a Blog) -> Self {
        let dir = blog.home().join("remote.git");
        blog.git(&["init", "--quiet", "--bare", dir.to_str().unwrap()]);
        let remote = Self { blog, dir };
        remote.push();
        remote
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(crate) fn path(&self) -> &str {
        self.dir.to_str().unwrap()
    }

    /// Pushes the branch that is checked out, by force where it must be.
    pub(crate) fn push(&self) -> &Self {
        self.blog
            .git(&["push", "--quiet", "--force", self.path(), "HEAD"]);
        self
    }

    /// Sets `main` back to what was known good, until the next push.
    pub(crate) fn rewind(&self) {
        self.blog.git(&[
            "push",
            "--quiet",
            "--force",
            self.path(),
            "refs/good:refs/heads/main",
        ]);
    }

    pub(crate) fn delete_branch(&self, name: &str) {
        git::run(git::git(self.blog.home(), &self.dir).args(["update-ref", "-d", name]));
    }

    /// Takes the remote away, as an outage does.
    pub(crate) fn away(&self) {
        fs::rename(&self.dir, self.dir.with_extension("away")).unwrap();
    }

    pub(crate) fn back(&self) {
        fs::rename(self.dir.with_extension("away"), &self.dir).unwrap();
    }

    /// Serves a mirror of it that is told of pushes by hook alone.
    pub(crate) fn serve(&self) -> Server {
        let server = self.launch();
        server.wait_until_ready();
        server
    }

    /// The same, without waiting for the first site.
    pub(crate) fn launch(&self) -> Server {
        let secret = self.secret(SECRET);
        let flags = ["--poll", "0", "--webhook-secret-file", &secret];
        Server::launch(self.blog.home(), self.path(), &flags)
    }

    pub(crate) fn serve_with(&self, flags: &[&str]) -> Server {
        Server::start(self.blog.home(), self.path(), flags)
    }

    /// A file that holds webhook secrets.
    pub(crate) fn secret(&self, secrets: &str) -> String {
        let file = self.blog.home().join("secret");
        fs::write(&file, format!("{secrets}\n")).unwrap();
        file.to_str().unwrap().to_owned()
    }
}

/// `git daemon` over everything in a folder, on a port of its own.
pub(crate) struct GitDaemon {
    child: Child,
    port: u16,
}

impl GitDaemon {
    /// `None` where this git was installed without its daemon.
    pub(crate) fn over(home: &Path) -> Option<Self> {
        let folder = git::run(git::git(home, home).arg("--exec-path"));
        let program = Path::new(&folder).join("git-daemon");
        if !program.exists() {
            eprintln!("skipped: {} is not installed", program.display());
            return None;
        }
        let port = free_port();
        let child = git::clean(program, home)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .args(["--listen=127.0.0.1", "--export-all", "--reuseaddr"])
            .arg(format!("--port={port}"))
            .arg(format!("--base-path={}", home.display()))
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        patiently("git daemon listens", || {
            TcpStream::connect(("127.0.0.1", port)).ok()
        });
        Some(Self { child, port })
    }

    pub(crate) fn url(&self, name: &str) -> String {
        format!("git://127.0.0.1:{}/{name}", self.port)
    }
}

impl Drop for GitDaemon {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A port nobody listens on at this moment.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}
