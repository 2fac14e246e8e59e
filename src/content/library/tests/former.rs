//! Where old addresses lead.

use super::*;
use crate::history::Former;

impl Blog {
    /// A version of the file last added, which lasted for so many days; call with the newest first.
    fn was(mut self, path: &str, text: &str, days: i64) -> Self {
        let version = self.version(path, text, days);
        let now = self.files.last().unwrap().path.clone();
        let file = self.history.files.get_mut(&*now).unwrap();
        let file = Arc::make_mut(file);
        if path != &*now {
            file.former.push(version.clone());
        }
        file.versions.push(version);
        self
    }

    /// A file that was published on 1 May 2024 and deleted so many days later.
    fn deleted(mut self, path: &str, text: &str, days: i64) -> Self {
        let version = self.version(path, text, days);
        let mut file = provenance(day(0));
        file.former.push(version.clone());
        file.versions.push(version);
        self.history.gone.insert(path.into(), Arc::new(file));
        self
    }

    fn version(&mut self, path: &str, text: &str, days: i64) -> Former {
        let blob = oid(u8::try_from(100 + self.older.len()).unwrap());
        self.older.insert(blob, text.as_bytes().to_vec());
        Former {
            path: path.into(),
            blob,
            until: Some(day(days)),
        }
    }
}

fn moved(library: &Library) -> Vec<(&str, &str)> {
    let pairs = library.moved.iter();
    pairs
        .map(|(old, new)| (old.as_str(), new.as_str()))
        .collect()
}

fn gone(library: &Library) -> Vec<&str> {
    library.gone.iter().map(String::as_str).collect()
}

#[test]
fn every_address_a_renamed_post_had_leads_to_where_it_is() {
    let library = Blog::default()
        .committed("posts/c.md", "x", 0)
        .was("posts/b.md", "x", 3)
        .was("posts/a.md", "---\nslug: first\n---\n", 2)
        .was("posts/a.md", "x", 1)
        .committed("pages/z.md", "x", 0)
        .was("pages/y.md", "---\nurl: /y.html\n---\n", 1)
        .library();
    let expected = [
        ("/a/", "/c/"),
        ("/b/", "/c/"),
        ("/first/", "/c/"),
        ("/y.html", "/z/"),
        ("/y/", "/z/"),
    ];
    assert_eq!(moved(&library), expected);
    assert!(library.gone.is_empty());
}

#[test]
fn an_address_made_of_the_date_stays_that_of_the_day_of_publication() {
    let library = Blog::default()
        .config("content.permalink = '/:year/:month/:slug/'")
        .committed("posts/b.md", "x", 0)
        .was("posts/a.md", "x", 40)
        .was("posts/2023-07-08-a.md", "x", 20)
        .library();
    let expected = [
        ("/2023/07/a/", "/2024/05/b/"),
        ("/2024/05/a/", "/2024/05/b/"),
    ];
    assert_eq!(moved(&library), expected);
}

#[test]
fn a_slug_that_was_changed_leaves_a_redirect() {
    let library = Blog::default()
        .committed("posts/a.md", "---\nslug: three\n---\n", 0)
        .was("posts/a.md", "---\nslug: two\n---\n", 3)
        .was("posts/a.md", "---\nslug: hidden\ndraft: true\n---\n", 2)
        .was("posts/a.md", "---\nslug: [broken\n---\n", 2)
        .was("posts/a.md", "one", 1)
        .library();
    assert_eq!(moved(&library), [("/a/", "/three/"), ("/two/", "/three/")]);
}

#[test]
fn old_versions_are_read_only_where_they_can_differ_and_once() {
    let count = |toml: &str, text: &str| {
        let blog = Blog::default()
            .config(toml)
            .committed("posts/a.md", text, 0)
            .was("posts/a.md", "# Two", 2)
            .was("posts/a.md", "# One", 1);
        let reads = std::cell::Cell::new(0);
        let mut old_versions = OldVersions::default();
        for _ in 0..2 {
            let (library, _) = Library::read(Input {
                config: &blog.config,
                files: &Arc::new(blog.files.clone()),
                read: &|file| Ok(blog.texts[&*file.path].clone()),
                history: &blog.history,
                uncommitted: &blog.uncommitted,
                user_name: None,
                now: day(30),
                older: &|oid| {
                    reads.set(reads.get() + 1);
                    blog.older.get(&oid).cloned()
                },
                judge: &|_| None,
                keys: 0,
                old_versions: &mut old_versions,
                readings: &mut Readings::default(),
                history_pages: false,
            });
            assert_eq!(library.posts.len(), 1);
        }
        reads.get()
    };
    assert_eq!(count("", "# Three"), 0);
    assert_eq!(count("", "---\nslug: a\n---\n"), 2);
    assert_eq!(count("content.permalink = '/:title/'", "# Three"), 2);
    assert_eq!(count("content.permalink = '/:year/:slug/'", "x"), 0);
}

#[test]
fn a_new_post_at_an_old_address_wins_and_is_told() {
    let (library, findings) = Blog::default()
        .committed("posts/b.md", "x", 0)
        .was("posts/a.md", "x", 1)
        .committed("posts/a.md", "another", 2)
        .read();
    assert!(library.moved.is_empty());
    assert_eq!(codes(&findings), [("reused-address", Severity::Warning)]);
    assert_eq!(findings[0].path.as_deref(), Some("posts/a.md"));
    assert!(findings[0].message.contains("posts/b.md"));
}

#[test]
fn of_two_posts_that_had_an_address_the_last_to_have_it_is_led_to() {
    let library = Blog::default()
        .committed("posts/b.md", "x", 0)
        .was("posts/a.md", "x", 1)
        .committed("posts/c.md", "y", 0)
        .was("posts/a.md", "y", 2)
        .deleted("posts/a.md", "z", 5)
        .library();
    assert_eq!(moved(&library), [("/a/", "/c/")]);
    assert!(library.gone.is_empty());
}

#[test]
fn an_alias_and_a_page_of_bylines_own_stand_above_an_old_address() {
    let library = Blog::default()
        .committed("posts/b.md", "x", 0)
        .was("posts/a.md", "x", 1)
        .was("posts/tags/x.md", "---\nurl: /tags/x/\n---\n", 1)
        .committed("posts/c.md", "---\nalias: /a/\n---\n", 0)
        .library();
    assert!(library.moved.is_empty());
    assert_eq!(library.posts[1].aliases, ["/a/"]);
}

#[test]
fn a_deleted_post_is_gone_with_its_aliases_and_older_addresses() {
    let mut blog = Blog::default()
        .committed("posts/other.md", "x", 0)
        .deleted("posts/b.md", "---\naliases: [/old/, /other/]\n---\n", 5)
        .deleted("pages/about.md", "x", 5)
        .deleted("posts/other.txt", "x", 5);
    let older = blog.version("posts/a.md", "x", 2);
    let file = blog.history.gone.get_mut("posts/b.md").unwrap();
    Arc::make_mut(file).former.push(older);
    let library = blog.library();
    assert_eq!(gone(&library), ["/a/", "/about/", "/b/", "/old/"]);
    assert!(library.moved.is_empty());
}

#[test]
fn what_was_never_to_be_seen_is_neither_moved_nor_gone() {
    let library = Blog::default()
        .committed("posts/draft.md", "---\ndraft: true\n---\n", 0)
        .was("posts/published-once.md", "x", 1)
        .committed("drafts/back.md", "x", 0)
        .was("posts/taken-back.md", "x", 1)
        .committed("posts/later.md", "---\ndate: 2999-01-01\n---\n", 0)
        .was("posts/sooner.md", "x", 1)
        .committed("posts/live.md", "x", 0)
        .was("posts/2024-05-20-never-due.md", "x", 10)
        .was("posts/2024-05-05-due.md", "x", 10)
        .deleted("posts/2024-05-20-deleted-early.md", "x", 10)
        .deleted("posts/2999-01-01-deleted.md", "x", 10)
        .deleted("drafts/idea.md", "x", 10)
        .library();
    assert_eq!(moved(&library), [("/due/", "/live/")]);
    assert!(library.gone.is_empty());
}

#[test]
fn a_post_that_became_a_plain_file_is_gone() {
    let library = Blog::default()
        .committed("notes/a.md", "x", 0)
        .was("posts/a.md", "x", 1)
        .library();
    assert_eq!(gone(&library), ["/a/"]);
}
