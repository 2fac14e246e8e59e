//! A content repository in a temporary folder: written, committed and looked at in a line each.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use super::daemon::Server;
use super::git;
use super::program::Ran;
use super::remote::Remote;

/// A working tree with a history, and a home for everything that belongs to it.
pub(crate) struct Blog {
    home: TempDir,
    dir: PathBuf,
}

impl Blog {
    /// An empty repository on branch `main`.
    pub(crate) fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("blog");
        fs::create_dir(&dir).unwrap();
        let blog = Self { home, dir };
        blog.git(&["init", "--quiet"]);
        blog
    }

    /// Two posts by two authors and a title; the smallest blog worth serving, known as `refs/good`.
    pub(crate) fn of_two_posts() -> Self {
        let blog = Self::new();
        blog.write(
            "byline.toml",
            "[site]\ntitle = \"Animals\"\nbase_url = \"https://blog.example\"\n",
        )
        .write("posts/cats.md", "# Cats\n\nCats sleep all day.\n")
        .commit("2024-01-02T10:00:00+02:00", "Ann", "Write about cats")
        .write("posts/dogs.md", "# Dogs\n\nDogs bark at night.\n")
        .commit("2024-02-03T11:30:00+01:00", "Bob", "Write about dogs");
        blog.git(&["update-ref", "refs/good", "HEAD"]);
        blog
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Writes a file of the working tree.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) -> &Self {
        let file = self.dir.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
        self
    }

    pub(crate) fn rm(&self, path: &str) -> &Self {
        fs::remove_file(self.dir.join(path)).unwrap();
        self
    }

    pub(crate) fn mv(&self, from: &str, to: &str) -> &Self {
        let target = self.dir.join(to);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::rename(self.dir.join(from), target).unwrap();
        self
    }

    /// Commits everything, written and committed by `who` at `date`.
    pub(crate) fn commit(&self, date: &str, who: &str, message: &str) -> &Self {
        self.commit_by((who, date), (who, date), message)
    }

    /// Commits everything; author and committer are each a name and a date.
    pub(crate) fn commit_by(
        &self,
        author: (&str, &str),
        committer: (&str, &str),
        message: &str,
    ) -> &Self {
        self.git(&["add", "--all"]);
        let mut command = self.command();
        command.args(["commit", "--quiet", "--message", message]);
        sign(&mut command, author, committer);
        git::run(&mut command);
        self
    }

    /// Begins a branch here.
    pub(crate) fn branch(&self, name: &str) -> &Self {
        self.git(&["checkout", "--quiet", "-b", name]);
        self
    }

    pub(crate) fn checkout(&self, name: &str) -> &Self {
        self.git(&["checkout", "--quiet", name]);
        self
    }

    /// Merges a branch with a merge commit, never by fast-forward.
    pub(crate) fn merge(&self, name: &str, date: &str, who: &str) -> &Self {
        let mut command = self.command();
        command.args(["merge", "--quiet", "--no-ff", "--no-edit"]);
        command.args(["--allow-unrelated-histories", name]);
        sign(&mut command, (who, date), (who, date));
        git::run(&mut command);
        self
    }

    /// Any git command in the working tree.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        git::run(self.command().args(arguments))
    }

    /// The same with something on its standard input.
    pub(crate) fn git_with(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> String {
        git::run_with(self.command().args(arguments), input.as_ref())
    }

    fn command(&self) -> std::process::Command {
        git::git(self.home(), &self.dir)
    }

    /// The id of the newest commit.
    pub(crate) fn head(&self) -> String {
        self.git(&["rev-parse", "HEAD"])
    }

    /// Runs byline in the working tree.
    pub(crate) fn byline(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.home(), &self.dir, arguments)
    }

    /// What `byline list --json` says, newest first.
    pub(crate) fn list(&self) -> Vec<Value> {
        self.list_with(&[])
    }

    /// The same with more flags; the exit code is that of the content, and not looked at here.
    pub(crate) fn list_with(&self, flags: &[&str]) -> Vec<Value> {
        let arguments = [&["list", "--json"], flags].concat();
        let listed = self.byline(&arguments).json();
        listed.as_array().unwrap().clone()
    }

    /// What `byline list --json` says of one post.
    pub(crate) fn listed(&self, path: &str) -> Value {
        let all = self.list();
        all.iter()
            .find(|post| post["path"] == path)
            .unwrap_or_else(|| panic!("`{path}` is not among {all:#?}"))
            .clone()
    }

    /// What `byline check --json` says, whatever its exit code.
    pub(crate) fn check(&self) -> Value {
        self.byline(&["check", "--json"]).json()
    }

    /// Serves the working tree.
    pub(crate) fn serve(&self) -> Server {
        self.serve_with(&[])
    }

    pub(crate) fn serve_with(&self, flags: &[&str]) -> Server {
        Server::start(self.home(), self.dir.to_str().unwrap(), flags)
    }

    /// A bare remote that holds what has been committed so far.
    pub(crate) fn bare(&self) -> Remote<'_> {
        Remote::of(self)
    }
}

fn sign(command: &mut std::process::Command, author: (&str, &str), committer: (&str, &str)) {
    command
        .env("GIT_AUTHOR_NAME", author.0)
        .env("GIT_AUTHOR_EMAIL", git::mail(author.0))
        .env("GIT_AUTHOR_DATE", author.1)
        .env("GIT_COMMITTER_NAME", committer.0)
        .env("GIT_COMMITTER_EMAIL", git::mail(committer.0))
        .env("GIT_COMMITTER_DATE", committer.1);
}
