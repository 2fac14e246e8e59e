//! Whole blogs as values.

use std::collections::HashMap;

use super::*;
use crate::content::{DateFrom, Kind};
use crate::history::{FileHistory, Rule};
use crate::repository::Person;

/// A blog under construction: files, what history says of them, and older versions.
#[derive(Default)]
struct Blog {
    config: SiteConfig,
    texts: Vec<Text>,
    files: Vec<SourceFile>,
    history: History,
    uncommitted: HashSet<String>,
    older: HashMap<Oid, Vec<u8>>,
}

fn oid(number: u8) -> Oid {
    Oid([number; 20])
}

/// 1 May 2024, 14:33 in Nepal, and so many days later.
fn day(days: i64) -> Moment {
    Moment::from_git(1_714_553_280 + days * 86_400, 345).unwrap()
}

fn source(path: &str, bytes: &[u8]) -> SourceFile {
    SourceFile {
        path: path.to_owned(),
        oid: oid(0),
        size: bytes.len() as u64,
    }
}

fn provenance(published: Moment) -> FileHistory {
    FileHistory {
        published: Some(published),
        updated: Some(published),
        rule: Rule::Landed,
        commit: oid(1),
        authors: vec![person("Ann Lee")],
        contributors: Vec::new(),
        revisions: 1,
        former_paths: Vec::new(),
        versions: vec![oid(0)],
    }
}

fn person(name: &str) -> Person {
    Person {
        name: name.to_owned(),
        email: "someone@example.org".to_owned(),
    }
}

impl Blog {
    /// A document or file that is not committed.
    fn file(mut self, path: &str, text: impl AsRef<[u8]>) -> Self {
        let file = source(path, text.as_ref());
        let layout = Layout::new(&self.config.content);
        if !matches!(layout.place(path), Place::File | Place::Hidden) {
            self.texts.push(Text {
                source: file.clone(),
                bytes: text.as_ref().to_vec(),
            });
        }
        self.files.push(file);
        self
    }

    /// One committed by Ann so many days after 1 May 2024.
    fn committed(mut self, path: &str, text: &str, days: i64) -> Self {
        self.history
            .files
            .insert(path.to_owned(), provenance(day(days)));
        self.file(path, text)
    }

    /// An older version of the file last added; call with the newest first.
    fn before(mut self, text: &str) -> Self {
        let path = &self.files.last().unwrap().path;
        let versions = &mut self.history.files.get_mut(path).unwrap().versions;
        let older = oid(u8::try_from(100 + versions.len()).unwrap());
        versions.push(older);
        self.older.insert(older, text.as_bytes().to_vec());
        self
    }

    fn config(mut self, toml: &str) -> Self {
        self.config = SiteConfig::parse(toml, "byline.toml").unwrap();
        self
    }

    fn read(self) -> (Library, Findings) {
        Library::read(Input {
            config: &self.config,
            files: &self.files,
            texts: self.texts,
            history: &self.history,
            uncommitted: &self.uncommitted,
            user_name: Some("Una"),
            now: day(30),
            older: &|oid| self.older.get(&oid).cloned(),
        })
    }

    /// The library of a blog with nothing wrong.
    fn library(self) -> Library {
        let (library, findings) = self.read();
        assert_eq!(findings, []);
        library
    }
}

fn urls(posts: &[Arc<Post>]) -> Vec<&str> {
    posts.iter().map(|post| post.url.as_str()).collect()
}

fn codes(findings: &Findings) -> Vec<(&str, Severity)> {
    findings
        .iter()
        .map(|found| (found.code, found.severity))
        .collect()
}

#[test]
fn posts_stand_newest_first_with_date_and_author_of_their_commit() {
    let library = Blog::default()
        .committed("posts/old.md", "# An old one\n\nWords", 0)
        .committed("posts/new.md", "Words", 2)
        .committed("posts/b.md", "Words", 1)
        .committed("posts/a.md", "Words", 1)
        .library();
    assert_eq!(urls(&library.posts), ["/new/", "/a/", "/b/", "/old/"]);
    let old = &library.posts[3];
    assert_eq!(old.title.as_deref(), Some("An old one"));
    assert_eq!((old.body.as_str(), old.body_line), ("\nWords", 1));
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
fn a_bundles_files_stand_under_its_post() {
    let library = Blog::default()
        .config("content.permalink = '/:year/:slug/'")
        .committed("posts/2024-05-01-trip/index.md", "x", 0)
        .file("posts/2024-05-01-trip/a b.jpg", "x")
        .file("posts/2024-05-01-trip/big/c.jpg", "x")
        .file("posts/loose.jpg", "x")
        .file("images/d.png", "x")
        .library();
    let urls: Vec<&str> = library.files.iter().map(|file| file.url.as_str()).collect();
    assert_eq!(
        urls,
        [
            "/2024/trip/a b.jpg",
            "/2024/trip/big/c.jpg",
            "/images/d.png",
            "/posts/loose.jpg"
        ]
    );
}

#[test]
fn pages_stand_at_their_path() {
    let library = Blog::default()
        .committed("pages/about.md", "x", 0)
        .committed("pages/a/b.md", "---\ntitle: B\n---\n", 0)
        .committed("pages/x/index.md", "x", 0)
        .file("pages/x/y.png", "x")
        .library();
    assert_eq!(urls(&library.pages), ["/a/b/", "/about/", "/x/"]);
    assert_eq!(library.pages[1].title.as_deref(), Some("About"));
    assert_eq!(library.files[0].url, "/x/y.png");
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
fn a_broken_post_keeps_its_last_good_version() {
    let (library, findings) = Blog::default()
        .committed("posts/other.md", "fine", 0)
        .committed("posts/a.md", "---\ntitle: A\ntags: [x\n---\nnew", 0)
        .before("---\ntitle: [\n---\nalso broken")
        .before("---\ntitle: A\n---\ngood")
        .before("---\ntitle: A\n---\nolder")
        .read();
    let post = library.posts.iter().find(|post| post.url == "/a/").unwrap();
    assert_eq!(post.body, "good");
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
fn the_earlier_of_two_posts_keeps_their_address() {
    let (library, findings) = Blog::default()
        .committed("posts/b/same.md", "second", 1)
        .committed("posts/a/same.md", "third", 2)
        .committed("posts/z/same.md", "first", 0)
        .committed("posts/up.md", "---\npermalink: /SAME/\n---\n", 3)
        .read();
    assert_eq!(urls(&library.posts), ["/same/"]);
    assert_eq!(library.posts[0].body, "first");
    assert_eq!(codes(&findings), [("collision", Severity::Error); 3]);
    assert!(findings[0].message.contains("posts/a/same.md"));
    assert!(findings[0].message.contains("posts/z/same.md"));
}

#[test]
fn byline_keeps_its_own_addresses() {
    let (library, findings) = Blog::default()
        .file("posts/a.md", "---\npermalink: /-/hook\n---\n")
        .file("pages/archive.md", "x")
        .file("-/livez", "x")
        .file("robots.txt", "x")
        .read();
    assert_eq!(library.posts.len() + library.pages.len(), 0);
    assert_eq!(library.files.len(), 1);
    assert_eq!(codes(&findings), [("collision", Severity::Error); 3]);
}

#[test]
fn an_alias_gives_way_and_says_so() {
    let (library, findings) = Blog::default()
        .config("site.base_url = 'https://a.org/'")
        .committed("posts/a.md", "x", 0)
        .committed(
            "posts/b.md",
            "---\naliases: [/a/, /b/, old, 'https://a.org/c.html', /old, ../x]\n---\n",
            1,
        )
        .file("c.html", "x")
        .read();
    assert_eq!(library.posts[0].aliases, ["/old"]);
    assert_eq!(
        codes(&findings),
        [
            ("alias", Severity::Warning),
            ("collision", Severity::Warning),
            ("collision", Severity::Warning)
        ]
    );
}

#[test]
fn stated_addresses_are_kept() {
    let library = Blog::default()
        .config("content.posts = ['content']\ncontent.permalink = '/:path/'")
        .file("content/a.md", "+++\npath = \"2015/05/15/Rust-1.0\"\n+++\n")
        .file(
            "content/b.md",
            "---\npermalink: /:year/:title.html\ndate: 2014-01-01\n---\n",
        )
        .file(
            "content/c/d.md",
            "---\npermalink: \"{{ page.fileSlug }}/\"\n---\n",
        )
        .file(
            "content/e.md",
            "---\nurl: https://elsewhere.org/x\nslug: Eé\n---\n",
        )
        .library();
    let mut urls = urls(&library.posts);
    urls.sort_unstable();
    assert_eq!(urls, ["/2014/b/", "/2015/05/15/Rust-1.0/", "/c/d/", "/eé/"]);
    let b = library
        .posts
        .iter()
        .find(|post| post.url == "/2014/b/")
        .unwrap();
    assert_eq!(b.aliases, ["/2014/b.html"]);
}

#[test]
fn contributors_are_not_authors_and_no_address_is_kept() {
    let mut blog = Blog::default()
        .config("[authors.ann]\nname = 'Ann L.'\ngit = ['Ann Lee']")
        .committed("posts/a.md", "x", 0);
    let history = blog.history.files.get_mut("posts/a.md").unwrap();
    history.contributors = vec![person("ann"), person("Bob"), person("Bob")];
    let library = blog.library();
    let shown = |names: &[crate::content::Name]| -> Vec<String> {
        names
            .iter()
            .map(|name| format!("{}={}", name.handle, name.shown))
            .collect()
    };
    assert_eq!(shown(&library.posts[0].authors), ["ann=Ann L."]);
    assert_eq!(shown(&library.posts[0].contributors), ["bob=Bob"]);
}

#[test]
fn a_history_without_dates_is_a_warning() {
    let mut blog = Blog::default().committed("posts/a.md", "x", 0);
    blog.history.files.get_mut("posts/a.md").unwrap().published = None;
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
