//! A copy of a repository, and commits pushed to it.

use std::path::Path;
use std::process::Command;

/// A bare copy beside the data of a mirror of it.
pub(crate) fn copy(repository: &str, folder: &Path) -> String {
    let target = folder.join("source.git");
    let target = target.to_str().expect("a path in UTF-8").to_owned();
    git(folder, &["clone", "-q", "--bare", repository, &target]);
    target
}

/// Changes the first text by one commit, as a push leaves it: in loose objects.
pub(crate) fn push(repository: &Path, number: usize) {
    let files = git(repository, &["ls-tree", "-r", "HEAD"]);
    let text = files.lines().find_map(|line| {
        let (_, path) = line.split_once('\t')?;
        path.ends_with(".md").then_some(path)
    });
    let path = text.expect("a text");
    let file = repository.join("text");
    let words = format!("Push {number}.\n");
    #[expect(clippy::disallowed_methods, reason = "a benchmark makes its own input")]
    std::fs::write(&file, words).expect("a file is written");
    let blob = git(repository, &["hash-object", "-w", "text"]);
    git(repository, &["read-tree", "HEAD"]);
    let entry = format!("100644,{blob},{path}");
    git(
        repository,
        &["update-index", "--add", "--cacheinfo", &entry],
    );
    let tree = git(repository, &["write-tree"]);
    let commit = git(
        repository,
        &["commit-tree", "-p", "HEAD", "-m", "Push", &tree],
    );
    git(repository, &["update-ref", "HEAD", &commit]);
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .env("GIT_DIR", ".")
        .envs([("GIT_AUTHOR_NAME", "Ann"), ("GIT_AUTHOR_EMAIL", "ann@x")])
        .envs([
            ("GIT_COMMITTER_NAME", "Ann"),
            ("GIT_COMMITTER_EMAIL", "ann@x"),
        ])
        .output()
        .expect("git runs");
    assert!(output.status.success(), "git {arguments:?}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
