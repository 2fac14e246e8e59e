//! Histories with branches and merges.

use crate::history::fixture::{Edit, Past, day, names, prose};

/// A post on the mainline, edited there and on a branch; the merge is still to be made.
fn forked() -> Past {
    Past::new()
        .commit("ann", "2024-01-01", |t| t.write("posts/a.md", &prose(1)))
        .commit("bob", "2024-02-01", |t| {
            t.write("posts/a.md", &(prose(1) + "Bob.\n"));
        })
        .at(0)
        .commit("cat", "2024-02-02", |t| t.write("posts/b.md", &prose(2)))
}

#[test]
fn a_merge_that_takes_one_side_leaves_the_file_to_its_author() {
    let past = forked().merge("dan", "2024-03-01", &[1], |t| {
        t.write("posts/a.md", &(prose(1) + "Bob.\n"));
    });
    let file = past.file("posts/a.md");
    assert_eq!(names(&file.contributors), ["bob"]);
    assert_eq!(day(file.updated), "2024-02-01");
    assert_eq!(file.revisions.len(), 2);
}

#[test]
fn an_evil_merge_is_a_change_by_whoever_made_it() {
    let past = forked().merge("dan", "2024-03-01", &[1], |t| {
        t.write("posts/a.md", &(prose(1) + "Dan.\n"));
    });
    let file = past.file("posts/a.md");
    assert_eq!(names(&file.contributors), ["bob", "dan"]);
    assert_eq!(day(file.updated), "2024-03-01");
    assert_eq!(file.revisions.len(), 3);
}

#[test]
fn an_octopus_merge_gives_each_file_to_its_own_branch() {
    let mut past = Past::new().commit("zoe", "2024-01-01", |t| t.write("posts/z.md", "z"));
    for who in ["ann", "bob", "cat"] {
        past = past.at(0).commit(who, "2024-02-01", |t| {
            t.write(&format!("posts/{who}.md"), who);
        });
    }
    let past = past.at(1).merge("dan", "2024-03-01", &[2, 3], |_| {});
    for (who, landed) in [("ann", "02"), ("bob", "03"), ("cat", "03")] {
        let file = past.file(&format!("posts/{who}.md"));
        assert_eq!(names(&file.authors), [who]);
        assert_eq!(day(file.published), format!("2024-{landed}-01"));
        assert_eq!(file.revisions.len(), 1);
    }
}

#[test]
fn criss_cross_merges_count_each_commit_once() {
    let past = Past::new()
        .commit("ann", "2024-01-01", |t| t.write("posts/z.md", "z"))
        .commit("ann", "2024-01-02", |t| t.write("posts/a.md", "a"))
        .at(0)
        .commit("bob", "2024-01-03", |t| t.write("posts/b.md", "b"))
        .at(1)
        .merge("cat", "2024-02-01", &[2], |_| {})
        .at(2)
        .merge("dan", "2024-02-02", &[1], |_| {})
        .at(3)
        .merge("eve", "2024-03-01", &[4], |_| {});
    let (a, b) = (past.file("posts/a.md"), past.file("posts/b.md"));
    assert_eq!(
        (names(&a.authors), names(&b.authors)),
        (vec!["ann"], vec!["bob"])
    );
    assert_eq!((a.revisions.len(), b.revisions.len()), (1, 1));
    assert_eq!(day(a.published), "2024-01-02");
    assert_eq!(day(b.published), "2024-02-01");
}

#[test]
fn a_rename_on_a_branch_and_edits_on_the_mainline_are_one_history() {
    let edited = prose(1) + "Bob.\n";
    let past = Past::new()
        .commit("ann", "2024-01-01", |t| t.write("posts/a.md", &prose(1)))
        .commit("ann", "2024-02-01", |t| {
            t.rename("posts/a.md", "posts/new.md");
        })
        .at(0)
        .commit("bob", "2024-02-02", |t| t.write("posts/a.md", &edited))
        .merge("cat", "2024-03-01", &[1], |t| {
            t.delete("posts/a.md");
            t.write("posts/new.md", &edited);
        });
    let file = past.file("posts/new.md");
    assert_eq!(day(file.published), "2024-01-01");
    assert_eq!(day(file.updated), "2024-02-02");
    assert_eq!(file.former_paths, ["posts/a.md"]);
    assert_eq!(names(&file.authors), ["ann"]);
    assert_eq!(names(&file.contributors), ["bob"]);
    assert_eq!(file.revisions.len(), 3);
}

#[test]
fn a_file_renamed_on_a_branch_and_edited_on_both_sides_is_one_post() {
    let by_bob = "Bob.\n".to_owned() + &prose(1);
    let past = Past::new()
        .commit("ann", "2024-01-01", |t| t.write("posts/a.md", &prose(1)))
        .commit("cat", "2024-02-01", |t| {
            t.delete("posts/a.md");
            t.write("posts/new.md", &(prose(1) + "Cat.\n"));
        })
        .at(0)
        .commit("bob", "2024-02-02", |t| t.write("posts/a.md", &by_bob))
        .merge("dan", "2024-03-01", &[1], |t| {
            t.delete("posts/a.md");
            t.write("posts/new.md", &(by_bob.clone() + "Cat.\n"));
        });
    let file = past.file("posts/new.md");
    assert_eq!(day(file.published), "2024-01-01");
    assert_eq!(file.former_paths, ["posts/a.md"]);
    assert_eq!(names(&file.contributors), ["cat", "bob", "dan"]);
    assert_eq!(file.revisions.len(), 4);
    assert!(past.history().gone.is_empty());
}

#[test]
fn a_file_that_both_sides_renamed_and_edited_is_one_post_under_the_name_it_kept() {
    let by_bob = "Bob.\n".to_owned() + &prose(1);
    let past = Past::new()
        .commit("ann", "2024-01-01", |t| t.write("posts/a.md", &prose(1)))
        .commit("cat", "2024-02-01", |t| {
            t.delete("posts/a.md");
            t.write("posts/theirs.md", &(prose(1) + "Cat.\n"));
        })
        .at(0)
        .commit("bob", "2024-02-02", |t| {
            t.delete("posts/a.md");
            t.write("posts/ours.md", &by_bob);
        })
        .merge("dan", "2024-03-01", &[1], |t| {
            t.delete("posts/ours.md");
            t.write("posts/theirs.md", &(by_bob.clone() + "Cat.\n"));
        });
    let file = past.file("posts/theirs.md");
    assert_eq!(day(file.published), "2024-01-01");
    let addresses: Vec<&str> = file.former.iter().map(|former| &*former.path).collect();
    assert_eq!(addresses, ["posts/ours.md", "posts/a.md"]);
    assert_eq!(names(&file.contributors), ["cat", "bob", "dan"]);
    assert!(past.history().gone.is_empty());
}

#[test]
fn an_octopus_looks_for_a_file_s_former_path_on_every_branch() {
    let past = Past::new()
        .commit("ann", "2024-01-01", |t| t.write("posts/a.md", &prose(1)))
        .commit("eve", "2024-02-01", |t| t.write("posts/new.md", &prose(7)))
        .at(0)
        .commit("cat", "2024-02-02", |t| {
            t.delete("posts/a.md");
            t.write("posts/new.md", &(prose(1) + "Cat.\n"));
        })
        .at(0)
        .commit("bob", "2024-02-03", |t| {
            t.write("posts/a.md", &("Bob.\n".to_owned() + &prose(1)));
        })
        .merge("dan", "2024-03-01", &[1, 2], |t| {
            t.delete("posts/a.md");
            t.write("posts/new.md", "all of it\n");
        });
    let file = past.file("posts/new.md");
    assert_eq!(day(file.published), "2024-01-01");
    assert_eq!(file.former_paths, ["posts/a.md"]);
    assert_eq!(names(&file.authors), ["ann"]);
}

#[test]
fn what_an_evil_merge_removes_is_not_taken_for_what_a_branch_brought() {
    let past = forked().at(1).merge("dan", "2024-03-01", &[2], |t| {
        t.delete("posts/a.md");
        t.write("posts/b.md", &(prose(2) + "Dan.\n"));
        t.write("posts/c.md", &prose(3));
    });
    for path in ["posts/b.md", "posts/c.md"] {
        assert_eq!(day(past.file(path).published), "2024-03-01");
        assert!(past.file(path).former_paths.is_empty());
    }
    assert!(past.history().gone.contains_key("posts/a.md"));
}

#[test]
fn a_folder_renamed_on_a_branch_keeps_each_post_s_own_history() {
    let text = |n: usize, who: &str| prose(n) + who;
    let past = Past::new()
        .commit("ann", "2024-01-01", |t| {
            (0..3).for_each(|n| t.write(&format!("posts/old/{n}.md"), &prose(n)));
        })
        .commit("cat", "2024-02-01", |t| {
            for n in 0..3 {
                t.delete(&format!("posts/old/{n}.md"));
                t.write(&format!("posts/new/{n}.md"), &text(n, "Cat.\n"));
            }
        })
        .at(0)
        .commit("bob", "2024-02-02", |t| {
            (0..2).for_each(|n| t.write(&format!("posts/old/{n}.md"), &text(n, "Bob.\n")));
            t.write("posts/old/late.md", &prose(9));
        })
        .merge("dan", "2024-03-01", &[1], |t| {
            (0..3).for_each(|n| t.delete(&format!("posts/old/{n}.md")));
            (0..2).for_each(|n| t.write(&format!("posts/new/{n}.md"), &text(n, "Cat.\nBob.\n")));
            t.rename("posts/old/late.md", "posts/new/late.md");
        });
    for n in 0..3 {
        let file = past.file(&format!("posts/new/{n}.md"));
        assert_eq!(day(file.published), "2024-01-01");
        assert_eq!(file.former_paths, [format!("posts/old/{n}.md")]);
    }
    let late = past.file("posts/new/late.md");
    assert_eq!(day(late.published), "2024-02-02");
    assert_eq!(names(&late.authors), ["bob"]);
    assert!(past.history().gone.is_empty());
}

#[test]
fn renames_on_two_branches_of_different_files_are_both_followed() {
    let past = Past::new()
        .commit("ann", "2024-01-01", |t| t.write("posts/a.md", &prose(1)))
        .commit("ann", "2024-01-02", |t| t.write("posts/b.md", &prose(2)))
        .commit("bob", "2024-02-01", |t| {
            t.rename("posts/a.md", "posts/a2.md");
        })
        .at(1)
        .commit("cat", "2024-02-02", |t| {
            t.rename("posts/b.md", "posts/b2.md");
        })
        .merge("dan", "2024-03-01", &[2], |t| t.delete("posts/a.md"));
    for (path, was, published) in [
        ("posts/a2.md", "posts/a.md", "2024-01-01"),
        ("posts/b2.md", "posts/b.md", "2024-01-02"),
    ] {
        let file = past.file(path);
        assert_eq!(day(file.published), published);
        assert_eq!(file.former_paths, [was]);
    }
}

#[test]
fn two_roots_joined_by_a_merge_keep_both_histories() {
    let past = Past::new()
        .commit("ann", "2020-01-01", |t| t.write("posts/a.md", "a"))
        .orphan()
        .commit("bob", "2021-01-01", |t| t.write("posts/b.md", "b"))
        .merge("cat", "2024-01-01", &[0], |_| {});
    assert_eq!(names(&past.file("posts/a.md").authors), ["ann"]);
    assert_eq!(day(past.file("posts/a.md").published), "2024-01-01");
    assert_eq!(day(past.file("posts/b.md").published), "2021-01-01");
}

#[test]
fn a_commit_without_its_changes_does_no_harm() {
    let past = forked().but(|commit| commit.changes.clear());
    assert!(past.history().files.contains_key("posts/a.md"));
    assert!(!past.history().files.contains_key("posts/b.md"));
}
