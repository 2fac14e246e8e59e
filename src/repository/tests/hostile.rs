//! Sources that mean harm, or are damaged.

use crate::repository::fixture::{Fixture, findings, paths, text};
use crate::repository::{Commit, Error, Location, Repository};

fn faults(commits: &[Commit]) -> Vec<&str> {
    commits.iter().filter_map(|commit| commit.fault).collect()
}

#[test]
fn a_malformed_commit_stops_neither_fetch_nor_history() {
    let mut blog = Fixture::new();
    blog.commit_files(&[("a.md", "one")]);
    let tree = blog.git(&["rev-parse", "HEAD^{tree}"]);
    let raw = format!(
        "tree {tree}\nparent {}\nauthor <> soon\ncommitter C <c@x> 99999999999999999999 +0000\n\nBad\n",
        blog.tip()
    );
    let bad = blog.object("commit", raw.as_bytes());
    blog.git(&["update-ref", "refs/heads/main", &bad.to_string()]);
    let mut mirror = blog.mirror();
    assert_eq!(mirror.snapshot().unwrap().commit, Some(bad));
    let good = blog.git(&["commit-tree", "-m", "Good", "-p", &bad.to_string(), &tree]);
    blog.git(&["update-ref", "refs/heads/main", &good]);
    mirror.fetch().unwrap();
    let tip = mirror.snapshot().unwrap().commit.unwrap();
    let commits = mirror.commits(tip, &|_| false).unwrap().0;
    assert_eq!(commits.len(), 3);
    assert_eq!(commits[1].id, bad);
    assert_eq!(faults(&commits), ["a date cannot be read"]);
}

#[test]
fn a_shallow_source_is_reported() {
    let mut blog = Fixture::new();
    blog.commit_files(&[("a.md", "one")]);
    blog.commit_files(&[("b.md", "two")]);
    let url = format!("file://{}", text(&blog.blog()));
    blog.git(&["clone", "-q", "--depth", "1", &url, "../shallow"]);
    let folder = text(&blog.top.path().join("shallow"));
    let mut tree = Repository::open(&blog.location(folder.clone())).unwrap();
    let mut mirror = Repository::open(&blog.location(format!("file://{folder}"))).unwrap();
    mirror.fetch().unwrap();
    for repository in [&mut tree, &mut mirror] {
        let snapshot = repository.snapshot().unwrap();
        assert!(snapshot.shallow);
        let read = repository.commits(snapshot.commit.unwrap(), &|_| false);
        let (commits, walked) = read.unwrap();
        assert_eq!(commits.len(), 1);
        assert!(commits[0].parents.is_empty());
        assert_eq!(walked.findings[0].code, "shallow-history");
        assert!(!walked.whole);
    }
}

#[test]
fn a_subdir_that_leads_outside_or_nowhere_is_refused() {
    let mut blog = Fixture::new();
    blog.commit_files(&[("a.md", "one")]);
    for (subdir, source) in [("../x", blog.bare()), ("/etc", blog.bare())] {
        let location = Location {
            subdir: Some(subdir.to_owned()),
            ..source
        };
        assert!(matches!(
            Repository::open(&location),
            Err(Error::BadSubdir { .. })
        ));
    }
    let mut location = blog.bare();
    location.subdir = Some("nowhere".to_owned());
    let mut mirror = Repository::open(&location).unwrap();
    mirror.fetch().unwrap();
    let error = mirror.snapshot().unwrap_err().to_string();
    assert!(error.contains("no folder `nowhere`"), "{error}");
}

#[test]
fn a_hostile_branch_name_is_refused() {
    let blog = Fixture::new();
    for branch in ["../../x", "a b", "-", "x:y", ""] {
        let mut location = blog.bare();
        location.branch = Some(branch.to_owned());
        let opened = Repository::open(&location);
        assert!(
            branch == "-" || matches!(opened, Err(Error::BadBranch { .. })),
            "{branch}"
        );
    }
}

#[test]
fn a_hostile_tree_loses_its_hostile_names_alone() {
    let blog = Fixture::new();
    let blob = blog.object("blob", b"text");
    let folder = blog.raw_tree(&[("100644", b"x.md", blob)]);
    blog.commit_raw_tree(&[
        ("100644", b"z.md", blob),
        ("100644", b"..", blob),
        ("100644", b"a/../../x", blob),
        ("100644", b"esc\x1b[2J", blob),
        ("100644", b"bad\xff", blob),
        ("100644", b".gitattributes", blob),
        ("40000", b"..", folder),
        ("120000", b"link.md", blob),
        ("160000", b"module", blob),
        ("107777", b"odd.md", blob),
        ("100644", b"z.md", blob),
        ("40000", b".well-known", folder),
    ]);
    let mut mirror = blog.mirror();
    let snapshot = mirror.snapshot().unwrap();
    assert_eq!(paths(&snapshot), [".well-known/x.md", "odd.md", "z.md"]);
    assert_eq!(
        findings(&snapshot),
        [
            ("unsafe-name", ".."),
            ("unsafe-name", "a/../../x"),
            ("unsafe-name", "esc\\u{1b}[2J"),
            ("unsafe-name", "bad\u{fffd}"),
            ("unsafe-name", ".."),
            ("symlink", "link.md"),
            ("submodule", "module"),
            ("duplicate-name", "z.md"),
        ]
    );
    let read = mirror.commits(snapshot.commit.unwrap(), &|_| false);
    let (commits, _) = read.unwrap();
    let mut changed: Vec<&str> = commits[0].changes.iter().map(|c| &*c.path).collect();
    changed.sort_unstable();
    assert_eq!(changed, [".well-known/x.md", "odd.md", "z.md"]);
}

#[test]
fn a_tree_that_holds_sixteen_million_files_is_cut_short() {
    let blog = Fixture::new();
    let mut entry = ("100644", blog.object("blob", b"text"));
    for _ in 0..24 {
        let tree = blog.raw_tree(&[(entry.0, b"a", entry.1), (entry.0, b"b", entry.1)]);
        entry = ("40000", tree);
    }
    blog.commit_raw_tree(&[("40000", b"f", entry.1)]);
    let mut mirror = blog.mirror();
    let snapshot = mirror.snapshot().unwrap();
    assert_eq!(findings(&snapshot), [("too-many-files", "")]);
    assert!(snapshot.files.len() <= 500_000);
    let read = mirror.commits(snapshot.commit.unwrap(), &|_| false);
    let (_, walked) = read.unwrap();
    assert_eq!(walked.findings[0].code, "history-too-large");
    assert!(!walked.whole);
}

#[test]
fn a_tree_deeper_than_any_blog_is_not_followed() {
    let blog = Fixture::new();
    let mut tree = blog.raw_tree(&[("100644", b"a.md", blog.object("blob", b"text"))]);
    for _ in 0..60 {
        tree = blog.raw_tree(&[("40000", b"d", tree)]);
    }
    blog.commit_raw_tree(&[("40000", b"d", tree)]);
    let mut mirror = blog.mirror();
    let snapshot = mirror.snapshot().unwrap();
    assert_eq!(findings(&snapshot)[0].0, "unsafe-name");
    assert!(snapshot.files.is_empty());
    let read = mirror.commits(snapshot.commit.unwrap(), &|_| false);
    let (commits, _) = read.unwrap();
    assert!(commits[0].changes.is_empty());
}

#[test]
fn a_file_too_large_is_left_out() {
    let mut blog = Fixture::new();
    let large = vec![b'x'; 40 << 20];
    let blob = blog.object("blob", &large);
    let small = blog.object("blob", b"text");
    blog.commit_raw_tree(&[("100644", b"a.md", small), ("100644", b"big.bin", blob)]);
    let mut mirror = blog.mirror();
    let snapshot = mirror.snapshot().unwrap();
    assert_eq!(paths(&snapshot), ["a.md"]);
    assert_eq!(findings(&snapshot), [("file-too-large", "big.bin")]);
    assert!(matches!(
        mirror.blob(blob, 32 << 20),
        Err(Error::TooLarge { .. })
    ));
    blog.git(&["reset", "-q", "--hard"]);
    assert_eq!(paths(&blog.working_tree().snapshot().unwrap()), ["a.md"]);
    blog.commit("Nothing");
}

#[test]
fn a_remote_served_over_the_network_is_mirrored_malformed_commits_and_all() {
    let mut blog = Fixture::new();
    blog.commit_files(&[("a.md", "one")]);
    let daemon = blog.daemon();
    let location = blog.location(format!("git://{}/blog", daemon.address));
    let mut mirror = Repository::open(&location).unwrap();
    mirror.fetch().unwrap();
    blog.commit_files(&[("b.md", "two")]);
    mirror.fetch().unwrap();
    assert_eq!(paths(&mirror.snapshot().unwrap()), ["a.md", "b.md"]);
    let tree = blog.git(&["rev-parse", "HEAD^{tree}"]);
    let raw = format!("tree {tree}\nparent {}\n\nNobody\n", blog.tip());
    let bad = blog.object("commit", raw.as_bytes());
    blog.git(&["update-ref", "refs/heads/main", &bad.to_string()]);
    mirror.fetch().unwrap();
    let good = blog.git(&["commit-tree", "-m", "Good", "-p", &bad.to_string(), &tree]);
    blog.git(&["update-ref", "refs/heads/main", &good]);
    mirror.fetch().unwrap();
    let snapshot = mirror.snapshot().unwrap();
    assert_eq!(snapshot.commit.unwrap().to_string(), good);
    let read = mirror.commits(snapshot.commit.unwrap(), &|_| false);
    let (commits, _) = read.unwrap();
    assert_eq!((commits.len(), faults(&commits).len()), (4, 1));
    drop(daemon);
    assert!(matches!(mirror.fetch(), Err(Error::Transfer { .. })));
    assert_eq!(mirror.snapshot().unwrap().commit, snapshot.commit);
}

#[test]
fn a_shallow_remote_on_the_network_is_refused_by_name() {
    let mut blog = Fixture::new();
    blog.commit_files(&[("a.md", "one")]);
    blog.commit_files(&[("b.md", "two")]);
    let url = format!("file://{}", text(&blog.blog()));
    blog.git(&["clone", "-q", "--bare", "--depth", "1", &url, "../shallow"]);
    let daemon = blog.daemon();
    let location = blog.location(format!("git://{}/shallow", daemon.address));
    let error = Repository::open(&location).unwrap().fetch().unwrap_err();
    assert!(error.to_string().contains("--unshallow"), "{error}");
}
