//! Renames in small histories.

use crate::history::fixture::{Edit, Past, day, names, prose};

#[test]
fn an_exact_rename_is_followed_through_a_chain() {
    let past = Past::new()
        .commit("ann", "2024-01-01", |t| t.write("posts/a.md", "text"))
        .commit("bob", "2024-02-01", |t| {
            t.rename("posts/a.md", "posts/b.md");
        })
        .commit("bob", "2024-03-01", |t| {
            t.rename("posts/b.md", "posts/2024/c.md");
        });
    let file = past.file("posts/2024/c.md");
    assert_eq!(file.former_paths, ["posts/b.md", "posts/a.md"]);
    assert_eq!(day(file.published), "2024-01-01");
    assert_eq!(day(file.updated), "2024-01-01");
    assert_eq!(file.revisions.len(), 3);
}

#[test]
fn a_file_renamed_and_edited_in_one_commit_is_told_by_its_text() {
    let past = Past::new()
        .commit("ann", "2024-01-01", |t| {
            t.write("posts/a.md", &prose(1));
            t.write("posts/z.md", &prose(2));
        })
        .commit("bob", "2024-02-01", |t| {
            t.delete("posts/a.md");
            t.delete("posts/z.md");
            t.write("posts/b.md", &(prose(1) + "And one line more.\n"));
            t.write("posts/new.md", &prose(3));
        });
    let file = past.file("posts/b.md");
    assert_eq!(file.former_paths, ["posts/a.md"]);
    assert_eq!(day(file.published), "2024-01-01");
    assert_eq!(day(file.updated), "2024-02-01");
    assert_eq!(day(past.file("posts/new.md").published), "2024-02-01");
}

#[test]
fn a_file_keeps_its_history_when_its_old_address_is_taken_by_a_new_one() {
    let past = Past::new()
        .commit("ann", "2024-01-01", |t| t.write("posts/a.md", &prose(1)))
        .commit("ann", "2024-02-01", |t| {
            t.rename("posts/a.md", "posts/b.md");
        })
        .commit("bob", "2024-03-01", |t| t.write("posts/a.md", &prose(2)));
    assert_eq!(day(past.file("posts/b.md").published), "2024-01-01");
    let newer = past.file("posts/a.md");
    assert_eq!(day(newer.published), "2024-03-01");
    assert_eq!(newer.revisions.len(), 1);
    assert_eq!(newer.authors[0].name, "bob");
}

#[test]
fn a_new_file_does_not_inherit_what_was_renamed_away_and_then_deleted() {
    let past = Past::new()
        .commit("ann", "2024-01-01", |t| t.write("posts/a.md", &prose(1)))
        .commit("ann", "2024-02-01", |t| {
            t.rename("posts/a.md", "posts/b.md");
        })
        .commit("ann", "2024-03-01", |t| t.delete("posts/b.md"))
        .commit("bob", "2024-04-01", |t| t.write("posts/a.md", &prose(2)));
    assert_eq!(day(past.file("posts/a.md").published), "2024-04-01");
}

#[test]
fn two_files_that_swapped_names_keep_their_own_histories() {
    let past = Past::new()
        .commit("ann", "2024-01-01", |t| t.write("posts/a.md", "first"))
        .commit("bob", "2024-02-01", |t| t.write("posts/b.md", "second"))
        .commit("cat", "2024-03-01", |t| {
            t.write("posts/a.md", "second");
            t.write("posts/b.md", "first");
        });
    let file = past.file("posts/a.md");
    assert_eq!(file.authors[0].name, "bob");
    assert_eq!(file.former_paths, ["posts/b.md"]);
    assert_eq!(day(past.file("posts/b.md").published), "2024-01-01");
    assert!(past.file("posts/b.md").contributors.is_empty());
}

#[test]
fn files_that_moved_up_by_one_name_keep_their_own_histories() {
    let past = Past::new()
        .commit("ann", "2024-01-01", |t| t.write("posts/1.md", "first"))
        .commit("bob", "2024-02-01", |t| t.write("posts/2.md", "second"))
        .commit("cat", "2024-03-01", |t| {
            t.rename("posts/2.md", "posts/3.md");
            t.rename("posts/1.md", "posts/2.md");
        });
    assert_eq!(past.file("posts/2.md").authors[0].name, "ann");
    assert_eq!(past.file("posts/3.md").authors[0].name, "bob");
}

#[test]
fn a_copy_is_a_new_file_and_its_source_keeps_its_history() {
    let past = Past::new()
        .commit("ann", "2024-01-01", |t| t.write("posts/a.md", &prose(1)))
        .commit("bob", "2024-02-01", |t| t.write("posts/b.md", &prose(1)))
        .commit("cat", "2024-03-01", |t| {
            t.write("posts/c.md", &prose(1));
            t.write("posts/a.md", &prose(9));
        });
    for (path, expected) in [
        ("a", "2024-01-01"),
        ("b", "2024-02-01"),
        ("c", "2024-03-01"),
    ] {
        let file = past.file(&format!("posts/{path}.md"));
        assert_eq!(day(file.published), expected);
        assert!(file.former_paths.is_empty());
    }
}

#[test]
fn a_renamed_folder_of_equal_files_keeps_each_under_its_own_name() {
    let past = Past::new()
        .commit("ann", "2024-01-01", |t| {
            (0..12).for_each(|n| t.write(&format!("posts/old/{n}.md"), "same"));
        })
        .commit("bob", "2024-02-01", |t| {
            (0..12).for_each(|n| {
                t.rename(&format!("posts/old/{n}.md"), &format!("posts/new/{n}.md"));
            });
        });
    for n in 0..12 {
        let file = past.file(&format!("posts/new/{n}.md"));
        assert_eq!(file.former_paths, [format!("posts/old/{n}.md")]);
        assert_eq!(day(file.published), "2024-01-01");
    }
}

#[test]
fn empty_files_are_not_renames_of_each_other() {
    let past = Past::new()
        .commit("ann", "2024-01-01", |t| t.write("posts/a.md", ""))
        .commit("ann", "2024-02-01", |t| {
            t.delete("posts/a.md");
            t.write("posts/b.md", "");
        });
    assert_eq!(day(past.file("posts/b.md").published), "2024-02-01");
}

#[test]
fn a_file_removed_and_restored_is_one_post() {
    let past = Past::new()
        .commit("ann", "2024-01-01", |t| t.write("posts/a.md", "text"))
        .commit("bob", "2024-02-01", |t| t.delete("posts/a.md"))
        .commit("cat", "2024-03-01", |t| t.write("posts/a.md", "text"));
    let file = past.file("posts/a.md");
    assert_eq!(day(file.published), "2024-01-01");
    assert_eq!(day(file.updated), "2024-01-01");
    assert_eq!(file.revisions.len(), 3);
    assert!(file.contributors.is_empty());
}

#[test]
fn an_image_is_followed_by_its_content_alone() {
    let pixels = prose(1) + "\0";
    let past = Past::new()
        .commit("ann", "2024-01-01", |t| t.write("files/a.png", &pixels))
        .commit("ann", "2024-02-01", |t| {
            t.rename("files/a.png", "files/b.png");
        })
        .commit("ann", "2024-03-01", |t| {
            t.delete("files/b.png");
            t.write("files/c.png", &(pixels.clone() + "more"));
        });
    assert!(past.file("files/c.png").former_paths.is_empty());
    assert_eq!(past.at(1).file("files/b.png").former_paths, ["files/a.png"]);
}

#[test]
fn a_text_that_is_no_document_is_told_by_its_text_among_those_of_its_extension() {
    let past = Past::new()
        .commit("ann", "2024-01-01", |t| {
            t.write("files/a.article", &prose(1));
            t.write("files/a.html", &prose(2));
        })
        .commit("bob", "2024-02-01", |t| {
            t.delete("files/a.article");
            t.delete("files/a.html");
            t.write("files/b.ARTICLE", &(prose(1) + "And one line more.\n"));
            t.write("files/b.css", &(prose(2) + "And one line more.\n"));
        });
    let file = past.file("files/b.ARTICLE");
    assert_eq!(file.former_paths, ["files/a.article"]);
    assert_eq!(names(&file.authors), ["ann"]);
    assert!(past.file("files/b.css").former_paths.is_empty());
    let gone = &past.history().gone;
    assert!(gone.is_empty(), "only documents are gone: {gone:?}");
}

#[test]
fn many_texts_renamed_and_edited_at_once_before_they_became_posts_keep_their_dates() {
    let mut past = Past::new().commit("bob", "2010-01-01", |t| t.write("README.md", "x"));
    for n in 1..=12 {
        past = past.commit("ann", &format!("2019-{n:02}-01"), |t| {
            t.write(&format!("/blog/a-post-of-{n}.article"), &prose(n));
        });
    }
    let past = past
        .commit("cat", "2020-03-17", |t| {
            for n in 1..=12 {
                t.delete(&format!("/blog/a-post-of-{n}.article"));
                t.write(&format!("/blog/{n}.article"), &(prose(n) + "Moved.\n"));
            }
        })
        .commit("cat", "2021-08-18", |t| {
            for n in 1..=12 {
                t.delete(&format!("/blog/{n}.article"));
                t.write(&format!("posts/{n}.md"), &(prose(n) + "Converted.\n"));
            }
        });
    let file = past.file("posts/7.md");
    assert_eq!(day(file.published), "2019-07-01");
    assert_eq!(
        file.former_paths,
        ["/blog/7.article", "/blog/a-post-of-7.article"]
    );
    assert_eq!(names(&file.authors), ["ann"]);
}
