//! Remotes and what is kept of them.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::thread::JoinHandle;

use crate::repository::fixture::{Fixture, findings, paths, text};
use crate::repository::{Error, Oid, Repository};

fn is_send<T: Send>() {}

#[test]
fn the_rebuild_thread_can_own_a_repository() {
    is_send::<Repository>();
}

#[test]
fn a_mirror_serves_what_was_fetched_and_nothing_newer() {
    let mut blog = Fixture::new();
    let first = blog.commit_files(&[("posts/a.md", "one"), (".mailmap", "A <a@x>")]);
    let mut mirror = blog.mirror();
    blog.commit_files(&[("posts/a.md", "two"), ("posts/b.md", "b")]);
    let snapshot = mirror.snapshot().unwrap();
    assert_eq!(snapshot.commit, Some(first));
    assert_eq!(mirror.branch().as_deref(), Some("main"));
    assert_eq!(mirror.read(&snapshot.files[0]).unwrap(), b"one");
    assert_eq!(mirror.dot_file(".mailmap").unwrap().unwrap(), b"A <a@x>");
    assert_eq!(mirror.dot_file(".nothing").unwrap(), None);
    mirror.fetch().unwrap();
    let snapshot = mirror.snapshot().unwrap();
    assert_eq!(paths(&snapshot), ["posts/a.md", "posts/b.md"]);
    assert_eq!(mirror.read(&snapshot.files[0]).unwrap(), b"two");
    assert!(mirror.folder().is_none() && snapshot.findings.is_empty());
}

#[test]
fn a_file_url_and_a_branch_of_a_folder_are_mirrored() {
    let mut blog = Fixture::new();
    blog.commit_files(&[("site/posts/a.md", "one")]);
    blog.git(&["branch", "live"]);
    blog.commit_files(&[("site/posts/b.md", "two")]);
    let url = format!("file://{}", text(&blog.blog()));
    let mut by_url = Repository::open(&blog.location(url)).unwrap();
    by_url.fetch().unwrap();
    assert_eq!(
        paths(&by_url.snapshot().unwrap()),
        ["site/posts/a.md", "site/posts/b.md"]
    );
    let mut location = blog.location(text(&blog.blog().join("site")));
    location.branch = Some("live".to_owned());
    let mut by_branch = Repository::open(&location).unwrap();
    by_branch.fetch().unwrap();
    assert_eq!(paths(&by_branch.snapshot().unwrap()), ["posts/a.md"]);
    assert_eq!(by_branch.branch().as_deref(), Some("live"));
}

#[test]
fn a_force_push_is_followed() {
    let mut blog = Fixture::new();
    blog.commit_files(&[("a.md", "one")]);
    blog.commit_files(&[("b.md", "two")]);
    let mut mirror = blog.mirror();
    blog.git(&["reset", "-q", "--hard", "HEAD~1"]);
    let rewritten = blog.commit_files(&[("c.md", "three")]);
    mirror.fetch().unwrap();
    let snapshot = mirror.snapshot().unwrap();
    assert_eq!(snapshot.commit, Some(rewritten));
    assert_eq!(paths(&snapshot), ["a.md", "c.md"]);
}

#[test]
fn a_remote_that_is_gone_leaves_what_was_fetched_even_after_a_restart() {
    let mut blog = Fixture::new();
    let tip = blog.commit_files(&[("a.md", "one")]);
    drop(blog.mirror());
    std::fs::remove_dir_all(blog.blog()).unwrap();
    let mut mirror = Repository::open(&blog.bare()).unwrap();
    assert!(mirror.fetch().is_err());
    let snapshot = mirror.snapshot().unwrap();
    assert_eq!(snapshot.commit, Some(tip));
    assert_eq!(mirror.branch().as_deref(), Some("main"));
    assert_eq!(mirror.read(&snapshot.files[0]).unwrap(), b"one");
    let other = blog.location(text(&blog.top.path().join("other")));
    assert!(matches!(
        Repository::open(&other),
        Err(Error::SourceNotFound { .. })
    ));
}

#[test]
fn a_deleted_branch_is_named_and_the_last_good_one_stays() {
    let mut blog = Fixture::new();
    blog.commit_files(&[("a.md", "one")]);
    blog.git(&["branch", "live"]);
    let mut location = blog.bare();
    location.branch = Some("live".to_owned());
    let mut mirror = Repository::open(&location).unwrap();
    mirror.fetch().unwrap();
    blog.git(&["branch", "-D", "live"]);
    let error = mirror.fetch().unwrap_err().to_string();
    assert!(
        error.ends_with("has no branch `live`; it has `main`"),
        "{error}"
    );
    assert_eq!(paths(&mirror.snapshot().unwrap()), ["a.md"]);
}

#[test]
fn an_empty_remote_says_so() {
    let blog = Fixture::new();
    let mut mirror = Repository::open(&blog.bare()).unwrap();
    assert!(matches!(mirror.fetch(), Err(Error::EmptyRemote { .. })));
    assert!(matches!(mirror.snapshot(), Err(Error::NothingFetched)));
}

#[test]
fn a_data_directory_of_another_source_starts_afresh() {
    let mut one = Fixture::new();
    one.commit_files(&[("one.md", "1")]);
    drop(one.mirror());
    let mut two = Fixture::new();
    two.commit_files(&[("two.md", "2")]);
    let mut location = two.bare();
    location.data_dir = one.data_dir();
    let mut mirror = Repository::open(&location).unwrap();
    assert!(matches!(mirror.snapshot(), Err(Error::NothingFetched)));
    mirror.fetch().unwrap();
    assert_eq!(paths(&mirror.snapshot().unwrap()), ["two.md"]);
}

#[test]
fn a_folder_that_byline_did_not_make_is_not_touched() {
    let mut blog = Fixture::new();
    blog.commit_files(&[("a.md", "1")]);
    let foreign = blog.data_dir().join("mirror.git");
    std::fs::create_dir_all(foreign.join("precious")).unwrap();
    assert!(matches!(
        Repository::open(&blog.bare()),
        Err(Error::NotOurMirror { .. })
    ));
    assert!(foreign.join("precious").exists());
}

#[test]
fn a_damaged_mirror_is_cloned_anew() {
    let mut blog = Fixture::new();
    blog.commit_files(&[("posts/a.md", "one")]);
    drop(blog.mirror());
    let packs = blog.data_dir().join("mirror.git/objects/pack");
    for entry in std::fs::read_dir(&packs).unwrap() {
        std::fs::remove_file(entry.unwrap().path()).unwrap();
    }
    let mut mirror = Repository::open(&blog.bare()).unwrap();
    assert_eq!(paths(&mirror.snapshot().unwrap()), ["posts/a.md"]);
    std::fs::remove_file(blog.data_dir().join("mirror.git/HEAD")).unwrap();
    let mut mirror = Repository::open(&blog.bare()).unwrap();
    mirror.fetch().unwrap();
    assert_eq!(paths(&mirror.snapshot().unwrap()), ["posts/a.md"]);
}

/// Takes the blob at a path of the tip out of a folder of loose objects.
fn lose(blog: &Fixture, path: &str, objects: &Path) {
    let id = blog.git(&["rev-parse", &format!("HEAD:{path}")]);
    std::fs::remove_file(objects.join(&id[..2]).join(&id[2..])).unwrap();
}

#[test]
fn a_file_whose_content_the_source_does_not_have_is_left_out_by_name() {
    let mut blog = Fixture::new();
    blog.commit_files(&[("posts/a.md", "one"), ("posts/b.gif", "pixels")]);
    lose(&blog, "posts/b.gif", &blog.blog().join(".git/objects"));
    let mut mirror = blog.mirror();
    let place = blog.data_dir().join("mirror.git");
    let inode = || std::fs::metadata(&place).unwrap().ino();
    let first = inode();
    let snapshot = mirror.snapshot().unwrap();
    assert_eq!(paths(&snapshot), ["posts/a.md"]);
    assert_eq!(findings(&snapshot), [("missing-file", "posts/b.gif")]);
    let id = |path: &str| Oid::from_hex(&blog.git(&["rev-parse", path])).unwrap();
    let posts = blog.raw_tree(&[
        ("100644", b"a.md", id("HEAD:posts/a.md")),
        ("100644", b"b.gif", id("HEAD:posts/b.gif")),
        ("100644", b"c.md", blog.object("blob", b"c")),
    ]);
    blog.commit_raw_tree(&[("40000", b"posts", posts)]);
    mirror.fetch().unwrap();
    let snapshot = mirror.snapshot().unwrap();
    assert_eq!(paths(&snapshot), ["posts/a.md", "posts/c.md"]);
    assert_eq!(findings(&snapshot), [("missing-file", "posts/b.gif")]);
    assert_eq!(inode(), first, "cloned anew in vain");
}

#[test]
fn a_file_that_the_mirror_alone_has_lost_is_fetched_again() {
    let mut blog = Fixture::new();
    blog.commit_files(&[("posts/a.md", "one")]);
    let mut mirror = blog.mirror();
    blog.commit_files(&[("posts/b.gif", "pixels")]);
    mirror.fetch().unwrap();
    drop(mirror);
    lose(
        &blog,
        "posts/b.gif",
        &blog.data_dir().join("mirror.git/objects"),
    );
    let mut mirror = Repository::open(&blog.bare()).unwrap();
    let snapshot = mirror.snapshot().unwrap();
    assert_eq!(paths(&snapshot), ["posts/a.md", "posts/b.gif"]);
    assert!(snapshot.findings.is_empty());
}

#[test]
fn leftovers_of_a_killed_process_do_not_stop_the_next() {
    let mut blog = Fixture::new();
    blog.commit_files(&[("a.md", "one")]);
    drop(blog.mirror());
    let dir = blog.data_dir().join("mirror.git");
    for name in [
        "HEAD.lock",
        "config.lock",
        "refs/byline/main.lock",
        "objects/pack/pack_git2_x",
    ] {
        std::fs::File::create(dir.join(name)).unwrap();
    }
    blog.commit_files(&[("b.md", "two")]);
    let mut mirror = blog.mirror();
    assert_eq!(paths(&mirror.snapshot().unwrap()), ["a.md", "b.md"]);
    assert!(!dir.join("objects/pack/pack_git2_x").exists());
    drop(mirror);
    std::fs::rename(&dir, blog.data_dir().join("mirror.git.old")).unwrap();
    let mut mirror = Repository::open(&blog.bare()).unwrap();
    assert_eq!(paths(&mirror.snapshot().unwrap()), ["a.md", "b.md"]);
}

#[test]
fn a_subfolder_of_a_larger_repository_is_the_blog() {
    let mut blog = Fixture::new();
    let tip = blog.commit_files(&[
        ("README.md", "r"),
        ("site/posts/a.md", "a"),
        (".mailmap", "root"),
    ]);
    let folder = text(&blog.blog().join("site"));
    let mut tree = Repository::open(&blog.location(folder)).unwrap();
    let snapshot = tree.snapshot().unwrap();
    assert_eq!(snapshot.commit, Some(tip));
    assert_eq!(paths(&snapshot), ["posts/a.md"]);
    assert!(snapshot.uncommitted.is_empty());
    assert_eq!(tree.dot_file(".mailmap").unwrap().unwrap(), b"root");
    let (commits, _) = tree.commits(tip, &|_| false).unwrap();
    let changed: Vec<&str> = commits[0].changes.iter().map(|c| &*c.path).collect();
    assert!(changed.contains(&"posts/a.md") && changed.contains(&"/README.md"));
    let mut location = blog.location(text(&blog.blog()));
    location.subdir = Some("site/".to_owned());
    let mut by_subdir = Repository::open(&location).unwrap();
    assert_eq!(paths(&by_subdir.snapshot().unwrap()), ["posts/a.md"]);
}

#[test]
fn commits_come_parents_first_with_what_differs_from_the_first_parent() {
    let mut blog = Fixture::new();
    blog.commit_files(&[("a.md", "a"), ("run.sh", "x")]);
    blog.git(&["checkout", "-q", "-b", "topic"]);
    blog.commit_files(&[("b.md", "b")]);
    blog.git(&["checkout", "-q", "main"]);
    blog.git(&["update-index", "--chmod=+x", "run.sh"]);
    blog.commit_files(&[("c.md", "c")]);
    blog.git(&[
        "merge",
        "-q",
        "--no-ff",
        "-m",
        "Merge\n\nCo-authored-by: Cy <cy@x>",
        "topic",
    ]);
    let tree = blog.working_tree();
    let (commits, walked) = tree.commits(blog.tip(), &|_| false).unwrap();
    assert!(walked.findings.is_empty() && walked.whole);
    let merge = commits.last().unwrap();
    let changed: Vec<&str> = merge.changes.iter().map(|change| &*change.path).collect();
    assert_eq!(changed, ["b.md"]);
    assert_eq!(merge.co_authors[0].name, "Cy");
    assert_eq!(merge.author.person.name, "Ann");
    for (place, commit) in commits.iter().enumerate() {
        let before = |parent| commits[..place].iter().any(|older| older.id == parent);
        assert!(commit.parents.iter().all(|&parent| before(parent)));
    }
    assert!(commits[0].parents.is_empty());
    assert!(commits[0].changes.iter().all(|change| change.old.is_none()));
    let main = merge.parents[0];
    let (newer, _) = tree.commits(blog.tip(), &|id| id == main).unwrap();
    let ids: Vec<Oid> = newer.iter().map(|commit| commit.id).collect();
    assert_eq!(ids, [commits[0].id, merge.parents[1], merge.id]);
    let (none, _) = tree.commits(blog.tip(), &|_| true).unwrap();
    assert!(none.is_empty());
}

#[test]
fn a_bare_repository_without_a_configuration_is_one_all_the_same() {
    let mut blog = Fixture::new();
    blog.commit_files(&[("a.md", "one")]);
    blog.git(&["clone", "-q", "--bare", ".", "../bare"]);
    let bare = blog.top.path().join("bare");
    std::fs::remove_file(bare.join("config")).unwrap();
    let mut mirror = Repository::open(&blog.location(text(&bare))).unwrap();
    mirror.fetch().unwrap();
    assert_eq!(paths(&mirror.snapshot().unwrap()), ["a.md"]);
}

#[test]
fn a_redirect_to_another_host_is_not_followed() {
    let (elsewhere, followed) = answer_once(String::new());
    let redirect = format!(
        "HTTP/1.1 302 Found\r\nLocation: http://localhost:{}/x/info/refs?service=git-upload-pack\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        elsewhere.port()
    );
    let (address, asked) = answer_once(redirect);
    let blog = Fixture::new();
    let remote = blog.location(format!("http://ann:secret@{address}/blog"));
    let error = Repository::open(&remote).unwrap().fetch().unwrap_err();
    assert!(matches!(error, Error::Transfer { .. }), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("secret"));
    assert!(asked.join().unwrap() > 0);
    // A connection that says nothing, in case none came.
    drop(TcpStream::connect(elsewhere).unwrap());
    assert_eq!(followed.join().unwrap(), 0, "the redirect was followed");
}

/// Listens for one connection, answers it, and gives the bytes that were asked with.
fn answer_once(answer: String) -> (SocketAddr, JoinHandle<usize>) {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    let thread = std::thread::spawn(move || {
        let (mut client, _) = server.accept().unwrap();
        let asked = client.read(&mut [0; 4096]).unwrap();
        client.write_all(answer.as_bytes()).unwrap();
        asked
    });
    (address, thread)
}
