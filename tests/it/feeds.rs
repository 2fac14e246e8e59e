//! Feeds, sitemap and robots: well-formed, complete, and true to the posts.

use crate::harness::{Blog, Xml};

/// Two posts, and one that is hard to quote.
fn blog() -> Blog {
    let blog = Blog::of_two_posts();
    blog.write(
        "posts/odd.md",
        "---\ntitle: Fish & <chips> ]]> \"salt\"\ntags: [food]\n---\nA & B < C ]]> `<b>`\n",
    )
    .commit("2024-03-04T12:00:00+00:00", "Ann", "Write about fish");
    blog
}

#[test]
fn atom_holds_every_post_newest_first() {
    let server = blog().serve();
    let answer = server.get("/atom.xml").is(200);
    assert!(answer.header("content-type").unwrap().contains("atom+xml"));
    let feed = Xml::parse(&answer.text());
    let titles = ["Fish & <chips> ]]> \"salt\"", "Dogs", "Cats"];
    assert_eq!(feed.texts("feed/entry/title"), titles);
    let published = [
        "2024-03-04T12:00:00+00:00",
        "2024-02-03T11:30:00+01:00",
        "2024-01-02T10:00:00+02:00",
    ];
    assert_eq!(feed.texts("feed/entry/published"), published);
    assert_eq!(feed.texts("feed/entry/author/name"), ["Ann", "Bob", "Ann"]);
    assert_eq!(feed.texts("feed/updated"), published[..1]);
    let links = feed.attributes("feed/entry/link", "href");
    assert!(links.contains(&"https://blog.example/cats/"), "{links:?}");
}

#[test]
fn rss_holds_every_post_newest_first() {
    let answer = blog().serve().get("/rss.xml").is(200);
    assert!(answer.header("content-type").unwrap().contains("xml"));
    let feed = Xml::parse(&answer.text());
    let titles = ["Fish & <chips> ]]> \"salt\"", "Dogs", "Cats"];
    assert_eq!(feed.texts("rss/channel/item/title"), titles);
    assert_eq!(feed.texts("rss/channel/title"), ["Animals"]);
    let dates = feed.texts("rss/channel/item/pubDate");
    assert!(dates[2].contains("02 Jan 2024 10:00:00 +0200"), "{dates:?}");
    assert_eq!(
        feed.texts("rss/channel/item/link")[2],
        "https://blog.example/cats/"
    );
}

#[test]
fn the_json_feed_holds_every_post_newest_first() {
    let answer = blog().serve().get("/feed.json").is(200);
    assert!(answer.header("content-type").unwrap().contains("feed+json"));
    let feed = answer.json();
    assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
    let items = feed["items"].as_array().unwrap();
    assert_eq!(items.len(), 3);
    assert_eq!(items[2]["url"], "https://blog.example/cats/");
    assert_eq!(items[2]["title"], "Cats");
    assert_eq!(items[2]["date_published"], "2024-01-02T10:00:00+02:00");
    assert_eq!(items[2]["authors"][0]["name"], "Ann");
    assert!(
        items[2]["content_html"]
            .as_str()
            .unwrap()
            .contains("Cats sleep all day.")
    );
}

#[test]
fn full_content_is_in_the_feeds_and_its_links_are_absolute() {
    let blog = blog();
    blog.write(
        "posts/links.md",
        "# Links\n\n[Cats](/cats/) and ![x](/x.png)\n",
    )
    .commit("2024-04-04T12:00:00+00:00", "Ann", "Link");
    let server = blog.serve();
    for path in ["/atom.xml", "/rss.xml", "/feed.json"] {
        server.get(path).is(200).shows("Cats sleep all day.");
    }
    let feed = Xml::parse(&server.get("/atom.xml").text());
    let content = feed.texts("feed/entry/content")[0];
    assert!(
        content.contains("href=\"https://blog.example/cats/\""),
        "{content}"
    );
    assert!(
        content.contains("src=\"https://blog.example/x.png\""),
        "{content}"
    );
}

#[test]
fn each_tag_and_each_author_has_the_three_feeds() {
    let server = blog().serve();
    for base in ["/tags/food", "/authors/ann"] {
        let feed = Xml::parse(&server.get(&format!("{base}/atom.xml")).is(200).text());
        assert!(
            feed.texts("feed/entry/title")
                .contains(&"Fish & <chips> ]]> \"salt\"")
        );
        assert!(!feed.texts("feed/entry/title").contains(&"Dogs"));
        Xml::parse(&server.get(&format!("{base}/rss.xml")).is(200).text());
        server.get(&format!("{base}/feed.json")).is(200).json();
    }
}

#[test]
fn the_sitemap_names_every_post_with_its_last_change() {
    let server = blog().serve();
    let map = Xml::parse(&server.get("/sitemap.xml").is(200).text());
    let places = map.texts("urlset/url/loc");
    for path in ["/", "/cats/", "/dogs/", "/odd/"] {
        let url = format!("https://blog.example{path}");
        assert!(places.contains(&url.as_str()), "{places:?}");
        server.get(path).is(200);
    }
    let changed = map.texts("urlset/url/lastmod");
    assert!(
        changed.iter().any(|day| day.starts_with("2024-01-02")),
        "{changed:?}"
    );
}

#[test]
fn robots_txt_names_the_sitemap() {
    blog()
        .serve()
        .get("/robots.txt")
        .is(200)
        .shows("Sitemap: https://blog.example/sitemap.xml");
}

#[test]
fn characters_that_xml_forbids_do_not_break_a_feed() {
    let blog = Blog::of_two_posts();
    blog.write(
        "posts/control.md",
        "# Bell \u{7} and \u{b}\n\nText\u{0}\u{1b}[31m\u{ffff}\n",
    )
    .commit("2024-03-04T12:00:00+00:00", "Ann\u{1b}[31m", "Ring");
    let server = blog.serve();
    for path in ["/atom.xml", "/rss.xml", "/sitemap.xml"] {
        let text = server.get(path).is(200).text();
        let allowed = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
        assert!(
            text.chars().all(|c| allowed(c) && c != '\u{ffff}'),
            "{path}: {text:?}"
        );
        Xml::parse(&text);
    }
}
