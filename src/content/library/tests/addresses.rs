//! Where things stand on the site.

use super::*;

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
fn the_earlier_of_two_posts_keeps_their_address() {
    let blog = Blog::default()
        .committed("posts/b/same.md", "second", 1)
        .committed("posts/a/same.md", "third", 2)
        .committed("posts/z/same.md", "first", 0)
        .committed("posts/up.md", "---\npermalink: /SAME/\n---\n", 3);
    let (library, findings) = blog.read();
    assert_eq!(urls(&library.posts), ["/same/"]);
    assert_eq!(blog.body(&library.posts[0]), "first");
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
    Arc::make_mut(history).contributors = vec![person("ann"), person("Bob"), person("Bob")];
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
