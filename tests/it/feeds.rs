//! Feeds, sitemap and robots: well-formed, complete, and true to the posts.

use crate::harness::{Blog, Built, Xml};

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

/// The hrefs of a feed's links of one relation.
fn related<'x>(feed: &'x Xml, rel: &str) -> Vec<&'x str> {
    let rels = feed.attributes("feed/link", "rel");
    let links = rels.into_iter().zip(feed.attributes("feed/link", "href"));
    links
        .filter(|(of, _)| *of == rel)
        .map(|(_, href)| href)
        .collect()
}

#[test]
fn older_posts_are_in_archives_that_a_new_post_leaves_alone() {
    let blog = Blog::new();
    blog.write(
        "byline.toml",
        "[site]\nbase_url = \"https://blog.example\"\n[feed]\nitems = 2\narchives = true\n",
    );
    let write = |number: usize| {
        let day = format!("2024-01-{number:02}T09:00:00+00:00");
        blog.write(
            &format!("posts/p{number}.md"),
            format!("# P{number}\n\nText.\n"),
        )
        .commit(&day, "Ann", "Add");
    };
    (1..=2).for_each(write);
    let first = Built::cold(&blog);
    assert!(!first.files.contains_key("atom-1.xml"));
    assert!(!String::from_utf8_lossy(&first.files["atom.xml"]).contains("prev-archive"));
    (3..=6).for_each(write);
    let before = Built::cold(&blog);
    write(7);
    let after = Built::cold(&blog);
    for number in 1..=2 {
        for name in [format!("atom-{number}.xml"), format!("feed-{number}.json")] {
            assert!(before.files[&name] == after.files[&name], "{name}");
        }
    }
    assert!(after.files.contains_key("atom-3.xml") && !after.files.contains_key("atom-4.xml"));
    let server = blog.serve();
    let (mut at, mut seen) = (Some("/atom.xml".to_owned()), Vec::new());
    while let Some(path) = at {
        let feed = Xml::parse(&server.get(&path).is(200).text());
        let titles = feed.texts("feed/entry/title");
        seen.extend(titles.into_iter().map(str::to_owned));
        let archived = path != "/atom.xml";
        assert_eq!(feed.texts("feed/fh:archive").len(), usize::from(archived));
        assert_eq!(related(&feed, "current").len(), usize::from(archived));
        assert_eq!(
            related(&feed, "self"),
            [format!("https://blog.example{path}")]
        );
        let older = related(&feed, "prev-archive");
        at = older
            .first()
            .map(|url| url.replace("https://blog.example", ""));
    }
    seen.dedup();
    assert_eq!(
        seen,
        ["P7", "P6", "P5", "P4", "P3", "P2", "P1"]
            .map(str::to_owned)
            .to_vec()
    );
    let (mut at, mut seen) = (Some("/feed.json".to_owned()), 0);
    while let Some(path) = at {
        let feed = server.get(&path).is(200).json();
        seen += feed["items"].as_array().unwrap().len();
        let older = feed["next_url"].as_str();
        at = older.map(|url| url.replace("https://blog.example", ""));
    }
    assert_eq!(seen, 8, "one post is in the feed and in an archive");
}

#[test]
fn an_edit_of_an_old_post_shows_in_its_archive() {
    let blog = Blog::new();
    blog.write("byline.toml", "[feed]\nitems = 2\narchives = true\n");
    for number in 1..=5 {
        let day = format!("2024-01-{number:02}T09:00:00+00:00");
        blog.write(
            &format!("posts/p{number}.md"),
            format!("# P{number}\n\nText.\n"),
        )
        .commit(&day, "Ann", "Add");
    }
    let kept = blog.home().join("kept");
    Built::warm(&blog, &kept);
    blog.write("posts/p3.md", "# P3\n\nChanged.\n").commit(
        "2024-02-01T09:00:00+00:00",
        "Ann",
        "Edit",
    );
    let warm = Built::warm(&blog, &kept);
    warm.is(&Built::cold(&blog), "after an edit");
    let archive = String::from_utf8_lossy(&warm.files["atom-2.xml"]);
    assert!(archive.contains("Changed."));
    blog.write("byline.toml", "[feed]\nitems = 2\n");
    let without = Built::warm(&blog, &kept);
    assert!(!without.files.contains_key("atom-2.xml"));
    without.is(&Built::cold(&blog), "without archives");
}

const XML: &str = "application/xml; charset=utf-8";

#[test]
fn a_feed_that_a_person_opens_says_where_the_blog_is() {
    let server = Blog::of_two_posts().serve();
    for path in ["/atom.xml", "/rss.xml"] {
        let told = server.get(path).is(200);
        assert_ne!(told.header("content-type"), Some(XML));
        assert!(told.header("vary").unwrap().contains("Sec-Fetch-Dest"));
        let opened = server.ask("GET", path, &[("Sec-Fetch-Dest", "document")]);
        assert_eq!(opened.header("content-type"), Some(XML));
        let text = told.text();
        let (_, rest) = text
            .split_once("<?xml-stylesheet type=\"text/css\" href=\"")
            .unwrap();
        let (sheet, _) = rest.split_once('"').unwrap();
        let sheet = server.get(sheet).is(200);
        assert!(
            sheet
                .header("content-type")
                .unwrap()
                .starts_with("text/css")
        );
        assert!(
            text.contains("<h:a href=\"https://blog.example/\">Animals</h:a>"),
            "{text}"
        );
    }
}

#[test]
fn a_blog_without_posts_has_feeds_that_can_be_read() {
    let server = Blog::new().serve();
    let feed = Xml::parse(&server.get("/atom.xml").is(200).text());
    assert_eq!(feed.texts("feed/title").len(), 1);
    assert_eq!(feed.texts("feed/updated"), ["1970-01-01T00:00:00+00:00"]);
    let feed = Xml::parse(&server.get("/rss.xml").is(200).text());
    assert_eq!(feed.texts("rss/channel/title").len(), 1);
    let feed = server.get("/feed.json").is(200).json();
    assert_eq!(feed["items"].as_array().unwrap().len(), 0);
}
