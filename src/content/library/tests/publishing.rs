//! What is published and what is not, and what is said about it.

use super::*;

#[test]
fn only_a_stated_date_schedules() {
    let library = Blog::default()
        .committed(
            "posts/later.md",
            "---\ndate: 2024-07-01 10:00 +0200\n---\n",
            0,
        )
        .committed("posts/2024-06-15-soon.md", "x", 0)
        .committed("posts/skewed.md", "x", 3000)
        .library();
    assert_eq!(urls(&library.posts), ["/skewed/"]);
    assert_eq!(urls(&library.unpublished), ["/later/", "/soon/"]);
    assert!(library.unpublished.iter().all(|post| post.scheduled));
    assert_eq!(
        library.next_scheduled.unwrap().rfc3339(),
        "2024-06-15T00:00:00+00:00"
    );
}

#[test]
fn drafts_and_what_lies_by_them_are_nowhere() {
    let library = Blog::default()
        .committed("posts/a.md", "---\ndraft: true\n---\nsecret", 0)
        .committed("drafts/b.md", "secret", 0)
        .committed("posts/c_draft.md", "secret", 0)
        .committed("posts/d/index.md", "---\ndraft: true\n---\n", 0)
        .file("posts/d/secret.png", "x")
        .file("posts/d/deep/secret.png", "x")
        .file("drafts/secret.png", "x")
        .file("byline.toml", "x")
        .library();
    assert_eq!(library.posts.len() + library.pages.len(), 0);
    assert_eq!(library.files.len(), 0);
    let mut listed = urls(&library.unpublished);
    listed.sort_unstable();
    assert_eq!(listed, ["/a/", "/b/", "/c/", "/d/"]);
    assert!(library.unpublished.iter().all(|post| post.draft));
}

#[test]
fn a_broken_post_keeps_its_last_good_version() {
    let blog = Blog::default()
        .committed("posts/other.md", "fine", 0)
        .committed("posts/a.md", "---\ntitle: A\ntags: [x\n---\nnew", 0)
        .before("---\ntitle: [\n---\nalso broken")
        .before("---\ntitle: A\n---\ngood")
        .before("---\ntitle: A\n---\nolder");
    let (library, findings) = blog.read();
    let post = library.posts.iter().find(|post| post.url == "/a/").unwrap();
    assert_eq!(blog.body(post), "good");
    assert_eq!(library.posts.len(), 2);
    assert_eq!(codes(&findings), [("front-matter", Severity::Error)]);
    assert_eq!(findings[0].path.as_deref(), Some("posts/a.md"));
    assert!(findings[0].line.is_some());
    assert!(
        findings[0]
            .help
            .as_deref()
            .unwrap()
            .contains("last good version")
    );
}

#[test]
fn a_broken_post_never_brings_back_a_draft() {
    let broken = "---\ntitle: [\n---\n";
    let draft = "---\ndraft: true\n---\nsecret";
    let (library, findings) = Blog::default()
        .committed("posts/a.md", broken, 0)
        .before(draft)
        .before("published once")
        .committed("posts/b.md", "---\ndraft: true\ntitle: [\n---\n", 0)
        .before("published once")
        .committed("posts/c.md", broken, 0)
        .before("---\ndate: 2999-01-01\n---\n")
        .before("published once")
        .committed("posts/d.md", broken, 0)
        .before("---\ndraft: true\ntitle: [\n---\n")
        .before("published once")
        .read();
    assert_eq!(urls(&library.posts), Vec::<&str>::new());
    assert_eq!(library.unpublished.len(), 0);
    assert_eq!(findings.len(), 4);
}

#[test]
fn a_bundle_that_never_was_good_is_not_served() {
    let (library, findings) = Blog::default()
        .committed("posts/a/index.md", "+++\ntitle = \n+++\n", 0)
        .file("posts/a/x.png", "x")
        .read();
    assert_eq!((library.posts.len(), library.files.len()), (0, 0));
    assert_eq!(findings[0].line, Some(2));
}

#[test]
fn a_broken_draft_is_only_a_warning() {
    let (_, findings) = Blog::default()
        .file("drafts/a.md", "---\ntitle: [\n---\n")
        .read();
    assert_eq!(codes(&findings), [("front-matter", Severity::Warning)]);
}

#[test]
fn what_is_no_text_is_said_so() {
    let (library, findings) = Blog::default()
        .file("posts/binary.md", b"Line\nL\xff\xfe")
        .file(
            "posts/lfs.md",
            "version https://git-lfs.github.com/spec/v1\noid sha256:x\nsize 1\n",
        )
        .file("posts/long.md", vec![b'x'; 1024 * 1024 + 1])
        .read();
    assert_eq!(library.posts.len(), 0);
    let codes: Vec<&str> = findings.iter().map(|found| found.code).collect();
    assert_eq!(codes, ["encoding", "lfs-pointer", "post-too-large"]);
    assert_eq!((findings[0].line, findings[0].column), (Some(2), Some(2)));
}

#[test]
fn a_file_whose_bytes_were_not_given_is_named() {
    let mut blog = Blog::default();
    blog.files.push(SourceFile {
        size: MAX_SOURCE + 1,
        ..source("posts/big.md", b"")
    });
    let (_, findings) = blog.read();
    assert_eq!(codes(&findings), [("post-too-large", Severity::Error)]);
}

#[test]
fn a_history_without_dates_is_a_warning() {
    let mut blog = Blog::default().committed("posts/a.md", "x", 0);
    Arc::make_mut(blog.history.files.get_mut("posts/a.md").unwrap()).published = None;
    let (library, findings) = blog.read();
    assert_eq!(library.posts[0].published, day(30));
    assert_eq!(codes(&findings), [("date", Severity::Warning)]);
}

#[test]
fn limits_cut_and_say_so() {
    let many = |word: &str| {
        let items: Vec<String> = (0..60).map(|number| format!("{word}{number}")).collect();
        items.join(", ")
    };
    let (library, findings) = Blog::default()
        .file(
            "posts/a.md",
            format!(
                "---\ntitle: {}\ntags: [{}]\naliases: [{}]\n---\n",
                "t".repeat(400),
                many("t"),
                many("/a")
            ),
        )
        .read();
    let post = &library.posts[0];
    assert_eq!((post.tags.len(), post.aliases.len()), (50, 50));
    assert_eq!(post.title.as_ref().unwrap().chars().count(), 300);
    assert!(post.title.as_ref().unwrap().ends_with('…'));
    assert_eq!(codes(&findings), [("limit", Severity::Warning); 2]);
}

#[test]
fn the_same_input_gives_the_same_library() {
    let read = || {
        let mut blog = Blog::default();
        for number in 0..40 {
            blog = blog.committed(
                &format!("posts/{number}/p.md"),
                "---\ntilte: x\n---\n",
                number % 3,
            );
        }
        let (library, findings) = blog.read();
        format!("{library:?} {findings:?}")
    };
    assert_eq!(read(), read());
}

#[test]
fn no_truncation_of_a_blog_panics() {
    let good = "---\ntitle: \"Ünï\"\ndate: 2024-05-01T10:00:00+02:00\ntags: [a, b]\nimages: [{src: a.jpg}]\naliases: [/x]\npermalink: /:year/:slug/\n---\n# Títle `x`\n\nBody [l](m)";
    for end in (0..=good.len()).filter(|end| good.is_char_boundary(*end)) {
        let (library, findings) = Blog::default().file("posts/a.md", &good[..end]).read();
        assert_eq!(
            library.posts.len()
                + findings
                    .iter()
                    .filter(|found| found.is_error())
                    .count()
                    .min(1),
            1,
            "{end}"
        );
    }
}
