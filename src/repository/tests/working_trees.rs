//! Folders on disk, with and without a repository around them.

use std::collections::HashSet;
use std::fs;
use std::time::SystemTime;

use crate::config::RemoteOptions;
use crate::repository::fixture::{Fixture, findings, paths, text};
use crate::repository::{Error, Location, Repository, SourceFile};

#[test]
fn shows_what_is_on_disk_and_says_what_is_not_committed() {
    let mut blog = Fixture::new();
    blog.git(&["config", "user.name", "Ann Author"]);
    let tip = blog.commit_files(&[
        ("posts/kept.md", "one"),
        ("posts/gone.md", "two"),
        ("posts/forced.log", "log"),
    ]);
    blog.write(".gitignore", "*.log\nbuild/\n");
    blog.write("posts/new.md", "new");
    blog.write("posts/debug.log", "ignored");
    blog.write("build/out.html", "ignored");
    blog.write("posts/kept.md", "edited");
    fs::remove_file(blog.blog().join("posts/gone.md")).unwrap();
    let mut tree = blog.working_tree();
    let snapshot = tree.snapshot().unwrap();
    assert_eq!(snapshot.commit, Some(tip));
    assert_eq!(
        paths(&snapshot),
        ["posts/forced.log", "posts/kept.md", "posts/new.md"]
    );
    assert_eq!(
        snapshot.uncommitted,
        HashSet::from(["posts/new.md".to_owned()])
    );
    assert_eq!(snapshot.user_name.as_deref(), Some("Ann Author"));
    assert_eq!(tree.read(&snapshot.files[1]).unwrap(), b"edited");
    assert_eq!(tree.branch().as_deref(), Some("main"));
    assert_eq!(
        tree.folder(),
        Some(fs::canonicalize(blog.blog()).unwrap().as_path())
    );
    assert!(tree.fetch().is_ok() && snapshot.findings.is_empty());
}

#[test]
fn ids_are_gits_own_and_follow_the_content() {
    let mut blog = Fixture::new();
    blog.commit_files(&[("a.md", "one")]);
    let mut tree = blog.working_tree();
    let first = tree.snapshot().unwrap().files[0].clone();
    assert_eq!(first.oid.to_string(), blog.git(&["rev-parse", "HEAD:a.md"]));
    blog.write("a.md", "two");
    assert!(matches!(tree.read(&first), Err(Error::Changed { .. })));
    let second = tree.snapshot().unwrap().files[0].clone();
    assert_ne!(first.oid, second.oid);
    assert_eq!(tree.read(&second).unwrap(), b"two");
}

#[test]
fn a_file_untouched_for_long_is_not_read_again() {
    let mut blog = Fixture::new();
    blog.commit_files(&[("a.md", "one")]);
    let path = blog.blog().join("a.md");
    let old = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    fs::File::open(&path).unwrap().set_modified(old).unwrap();
    let mut tree = blog.working_tree();
    let first = tree.snapshot().unwrap().files;
    assert_eq!(tree.snapshot().unwrap().files, first);
    // Same size and time, other content: the change time tells.
    blog.write("a.md", "two");
    fs::File::open(&path).unwrap().set_modified(old).unwrap();
    assert_ne!(tree.snapshot().unwrap().files, first);
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_named_and_not_followed() {
    use std::os::unix::fs::symlink;
    let mut blog = Fixture::new();
    blog.commit_files(&[("a.md", "one")]);
    let secret = blog.top.path().join("secret");
    fs::create_dir(&secret).unwrap();
    fs::File::create(secret.join("passwd")).unwrap();
    symlink(secret.join("passwd"), blog.blog().join("leak.md")).unwrap();
    symlink(&secret, blog.blog().join("folder")).unwrap();
    symlink(secret.join("passwd"), blog.blog().join(".mailmap")).unwrap();
    let mut tree = blog.working_tree();
    let snapshot = tree.snapshot().unwrap();
    assert_eq!(paths(&snapshot), ["a.md"]);
    let mut found = findings(&snapshot);
    found.sort_unstable();
    assert_eq!(found, [("symlink", "folder"), ("symlink", "leak.md")]);
    assert_eq!(tree.dot_file(".mailmap").unwrap(), None);
    for path in ["leak.md", "folder/passwd"] {
        let file = SourceFile {
            path: path.into(),
            ..snapshot.files[0].clone()
        };
        assert!(matches!(tree.read(&file), Err(Error::Changed { .. })));
    }
}

#[test]
fn a_plain_folder_is_a_blog_without_history() {
    let top = tempfile::tempdir().unwrap();
    fs::create_dir_all(top.path().join("posts")).unwrap();
    fs::File::create(top.path().join("posts/a.md")).unwrap();
    let location = Location {
        source: text(top.path()),
        branch: None,
        subdir: None,
        data_dir: top.path().join("data"),
        remote: RemoteOptions::default(),
    };
    let mut tree = Repository::open(&location).unwrap();
    let snapshot = tree.snapshot().unwrap();
    assert_eq!(snapshot.commit, None);
    assert_eq!(paths(&snapshot), ["posts/a.md"]);
    assert!(snapshot.uncommitted.contains("posts/a.md"));
    assert_eq!(findings(&snapshot), [("no-repository", "")]);
    assert!(!tree.read(&snapshot.files[0]).unwrap().iter().any(|_| true));
}

#[test]
fn before_the_first_commit_everything_is_uncommitted() {
    let blog = Fixture::new();
    blog.write("a.md", "one");
    let snapshot = blog.working_tree().snapshot().unwrap();
    assert_eq!(snapshot.commit, None);
    assert_eq!(snapshot.uncommitted.len(), 1);
    assert!(snapshot.findings.is_empty());
}

#[test]
fn a_repository_in_the_blog_and_the_data_directory_are_left_out() {
    let mut blog = Fixture::new();
    blog.commit_files(&[("a.md", "one")]);
    blog.git(&["init", "-q", "inner"]);
    blog.write("inner/b.md", "b");
    blog.write("state/c.md", "c");
    let mut location = blog.location(text(&blog.blog()));
    location.data_dir = blog.blog().join("state");
    let snapshot = Repository::open(&location).unwrap().snapshot().unwrap();
    assert_eq!(paths(&snapshot), ["a.md"]);
    assert_eq!(findings(&snapshot), [("submodule", "inner")]);
}

#[test]
fn a_file_committed_though_it_is_ignored_is_seen_at_the_next_look() {
    let mut blog = Fixture::new();
    blog.commit_files(&[(".gitignore", "*.log\n"), ("a.md", "one")]);
    blog.write("b.log", "two");
    // An index written long ago is not read again while it stays as it is.
    let index = blog.blog().join(".git/index");
    let long_ago = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    let file = fs::File::options().write(true).open(&index).unwrap();
    file.set_modified(long_ago).unwrap();
    let mut tree = blog.working_tree();
    for _ in 0..2 {
        assert_eq!(paths(&tree.snapshot().unwrap()), ["a.md"]);
    }
    blog.git(&["add", "--force", "b.log"]);
    let file = fs::File::options().write(true).open(&index).unwrap();
    file.set_modified(long_ago).unwrap();
    assert_eq!(paths(&tree.snapshot().unwrap()), ["a.md", "b.log"]);
}
