//! Dates, titles, people and order.

use super::*;

#[test]
fn a_mistake_is_counted_in_the_file_whatever_its_line_ends_and_letters() {
    for text in [
        "\u{feff}---\r\ntitle: Ünï 🎉\r\ndate: nope\r\n---\r\n",
        "---\ntitle: Ünï 🎉\ndate: nope\n---\n",
        "+++\ntitle = \"Ünï\"\ndate= \"nope\"\n+++\n",
        "Title: Ünï\nTags: 🎉\nDate: nope\n\n",
    ] {
        let (_, findings) = Blog::default().file("posts/a.md", text).read();
        let place = (findings[0].code, findings[0].line, findings[0].column);
        assert_eq!(place, ("date", Some(3), Some(7)), "{text}");
    }
}

#[test]
fn a_thousand_mistakes_are_told_as_twenty() {
    let tags = "[], ".repeat(5000);
    let slips = "tilte: x\n".repeat(1000);
    let (library, findings) = Blog::default()
        .file("posts/a.md", format!("---\ntags: [{tags}]\n{slips}---\n"))
        .file("posts/b.md", format!("---\n{slips}---\n"))
        .read();
    assert_eq!(findings.len(), 40);
    assert_eq!(urls(&library.posts), ["/b/"]);
}

#[test]
fn posts_stand_newest_first_with_date_and_author_of_their_commit() {
    let blog = Blog::default()
        .committed("posts/old.md", "# An old one\n\nWords", 0)
        .committed("posts/new.md", "Words", 2)
        .committed("posts/b.md", "Words", 1)
        .committed("posts/a.md", "Words", 1);
    let library = blog.library();
    assert_eq!(urls(&library.posts), ["/new/", "/a/", "/b/", "/old/"]);
    let old = &library.posts[3];
    assert_eq!(old.title.as_deref(), Some("An old one"));
    assert_eq!((blog.body(old).as_str(), old.body_line), ("\nWords", 1));
    assert_eq!(old.published.rfc3339(), "2024-05-01T14:33:00+05:45");
    assert_eq!(old.date_from, DateFrom::Git);
    assert_eq!(
        (
            old.authors[0].shown.as_str(),
            old.authors[0].handle.as_str()
        ),
        ("Ann Lee", "ann-lee")
    );
}

#[test]
fn a_date_is_taken_from_front_matter_then_name_then_git_then_now() {
    let library = Blog::default()
        .committed(
            "posts/2024-04-02-stated.md",
            "---\ndate: 2024-04-03\n---\n",
            0,
        )
        .committed("posts/2024-04-02-named.md", "x", 0)
        .committed("posts/git.md", "x", 0)
        .file("posts/now.md", "x")
        .library();
    let of = |url: &str| {
        let post = library.posts.iter().find(|post| post.url == url).unwrap();
        (post.date_from, post.published.rfc3339()[..10].to_owned())
    };
    assert_eq!(
        of("/stated/"),
        (DateFrom::FrontMatter, "2024-04-03".to_owned())
    );
    assert_eq!(of("/named/"), (DateFrom::FileName, "2024-04-02".to_owned()));
    assert_eq!(of("/git/"), (DateFrom::Git, "2024-05-01".to_owned()));
    assert_eq!(
        of("/now/"),
        (DateFrom::Uncommitted, "2024-05-31".to_owned())
    );
    let now = library
        .posts
        .iter()
        .find(|post| post.url == "/now/")
        .unwrap();
    assert_eq!(now.authors[0].shown, "Una");
    assert!(now.history.is_none());
}

#[test]
fn updated_is_never_before_published() {
    let library = Blog::default()
        .committed(
            "posts/a.md",
            "---\ndate: 2024-05-20\nupdated: 2024-05-10\n---\n",
            0,
        )
        .committed("posts/b.md", "---\nlastmod: 2024-05-10\n---\n", 0)
        .library();
    assert_eq!(library.posts[0].updated, library.posts[0].published);
    assert_eq!(&library.posts[1].updated.rfc3339()[..10], "2024-05-10");
}

#[test]
fn the_blogs_zone_shows_moments_and_leaves_days_alone() {
    let library = Blog::default()
        .config("site.timezone = 'America/New_York'")
        .committed("posts/a.md", "x", 0)
        .committed("posts/2024-04-02-b.md", "x", 0)
        .library();
    assert_eq!(
        library.posts[0].published.rfc3339(),
        "2024-05-01T04:48:00-04:00"
    );
    assert_eq!(
        library.posts[1].published.rfc3339(),
        "2024-04-02T00:00:00-04:00"
    );
}

#[test]
fn a_note_named_by_its_date_has_no_title() {
    let library = Blog::default()
        .file("posts/2024-05-01-1.md", "Just this.")
        .file("posts/named.md", "---\nkind: note\n---\nJust this.")
        .file("posts/empty.md", "+++\ntitle = \"\"\n+++\n# Not taken\n")
        .file("posts/words.md", "Just this.")
        .library();
    let titles: HashMap<&str, Option<&str>> = library
        .posts
        .iter()
        .map(|post| (post.url.as_str(), post.title.as_deref()))
        .collect();
    assert_eq!(titles["/2024-05-01-1/"], None);
    assert_eq!(titles["/named/"], None);
    assert_eq!(titles["/empty/"], None);
    assert_eq!(titles["/words/"], Some("Words"));
    assert!(library.posts.iter().all(|post| post.kind == Kind::Text));
}

#[test]
fn a_document_is_read_again_only_if_its_content_or_history_or_the_time_changed() {
    let mut readings = Readings::default();
    let mut blog = Blog::default().committed("posts/a.md", "# A", 0).committed(
        "posts/b.md",
        "---\ndate: 2024-05-20\n---\n# B",
        0,
    );
    let mut count = |blog: &Blog, days: i64| {
        let library = blog.reread(&mut readings, day(days)).0;
        (
            readings.count.made,
            readings.count.kept,
            library.posts.len(),
        )
    };
    assert_eq!(count(&blog, 0), (2, 0, 1));
    assert_eq!(count(&blog, 1), (0, 2, 1));
    assert_eq!(count(&blog, 30), (1, 1, 2), "B is due");
    assert_eq!(count(&blog, 0), (1, 1, 1), "the clock went back");
    blog = blog.committed("posts/c.md", "# C", 2);
    assert_eq!(count(&blog, 0), (1, 2, 2));
    blog.files[0].oid = oid(9);
    assert_eq!(count(&blog, 0), (1, 2, 2), "A was edited");
    let again = Arc::new(provenance(day(1)));
    blog.history.files.insert("posts/c.md".into(), again);
    assert_eq!(count(&blog, 0), (1, 2, 2), "C has another history");
    blog = blog.config("[site]\ntitle = \"Other\"");
    assert_eq!(count(&blog, 0), (3, 0, 2));
}
