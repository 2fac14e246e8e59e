//! The layer as a whole, on repositories made with the real git.

use super::fixture::{Fixture, findings, paths, text};
use super::{Error, Location, Repository};

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
    let (commits, findings) = mirror.commits(tip).unwrap();
    assert_eq!(commits.len(), 3);
    assert_eq!(commits[1].subject, "Bad");
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].code, "malformed-commit");
    assert!(findings[0].message.contains(&bad.to_string()));
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
        let (commits, findings) = repository.commits(snapshot.commit.unwrap()).unwrap();
        assert_eq!(commits.len(), 1);
        assert!(commits[0].parents.is_empty());
        assert_eq!(findings[0].code, "shallow-history");
    }
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
    let (commits, _) = tree.commits(tip).unwrap();
    let changed: Vec<&str> = commits[0].changes[0].iter().map(|c| &*c.path).collect();
    assert!(changed.contains(&"posts/a.md") && changed.contains(&"/README.md"));
    let mut location = blog.location(text(&blog.blog()));
    location.subdir = Some("site/".to_owned());
    let mut by_subdir = Repository::open(&location).unwrap();
    assert_eq!(paths(&by_subdir.snapshot().unwrap()), ["posts/a.md"]);
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
    let (commits, _) = mirror.commits(snapshot.commit.unwrap()).unwrap();
    let mut changed: Vec<&str> = commits[0].changes[0].iter().map(|c| &*c.path).collect();
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
    let (_, findings) = mirror.commits(snapshot.commit.unwrap()).unwrap();
    assert_eq!(findings[0].code, "history-too-large");
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
    let (commits, _) = mirror.commits(snapshot.commit.unwrap()).unwrap();
    assert!(commits[0].changes[0].is_empty());
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
fn a_merge_has_changes_against_both_parents() {
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
    let (commits, findings) = blog.working_tree().commits(blog.tip()).unwrap();
    assert!(findings.is_empty());
    let merge = &commits[0];
    let changed = |parent: usize| -> Vec<&str> {
        merge.changes[parent]
            .iter()
            .map(|change| &*change.path)
            .collect()
    };
    assert_eq!((changed(0), changed(1)), (vec!["b.md"], vec!["c.md"]));
    assert_eq!(merge.co_authors[0].name, "Cy");
    assert_eq!(merge.author.person.name, "Ann");
    assert!(
        commits
            .iter()
            .enumerate()
            .all(|(index, commit)| { commit.parents.iter().all(|parent| *parent > index) })
    );
    let root = commits.last().unwrap();
    assert_eq!((root.parents.len(), root.changes.len()), (0, 1));
    assert!(root.changes[0].iter().all(|change| change.old.is_none()));
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
    let (commits, findings) = mirror.commits(snapshot.commit.unwrap()).unwrap();
    assert_eq!((commits.len(), findings.len()), (4, 1));
    drop(daemon);
    assert!(matches!(mirror.fetch(), Err(Error::Unreachable { .. })));
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
