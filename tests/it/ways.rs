//! The stream and the other ways in: what the front page shows, the archive, series, related posts,
//! links back, and what a post says of its age and its last change.

use crate::harness::{Blog, Built, Server};

fn day(day: usize) -> String {
    format!("2024-02-{day:02}T09:00:00Z")
}

/// Posts of these texts, one a day, called `p1`, `p2` and so on.
fn posts(texts: &[&str]) -> Blog {
    let blog = Blog::new();
    for (number, text) in (1..).zip(texts) {
        blog.write(&format!("posts/p{number}.md"), text)
            .commit(&day(number), "Ann", "Write");
    }
    blog
}

fn setting(blog: &Blog, text: &str) {
    blog.write("byline.toml", text)
        .commit(&day(28), "Ann", "Set");
}

/// A server that knows of no site before this one, which it would show first.
fn served(blog: &Blog) -> Server {
    let data = blog.home().join("data-blog");
    if data.exists() {
        std::fs::remove_dir_all(data).unwrap();
    }
    blog.serve()
}

/// What a page says is related to it.
fn related(server: &Server, path: &str) -> Option<String> {
    let page = server.get(path).is(200).text();
    let below = page.split("id=\"page:related\"").nth(1)?;
    below.split("</nav>").next().map(str::to_owned)
}

/// The places of some texts in a page, in the order given.
fn order(page: &str, texts: &[&str]) {
    let places: Vec<usize> = texts.iter().map(|text| page.find(text).unwrap()).collect();
    assert!(places.is_sorted(), "{texts:?} stand at {places:?}");
}

#[test]
fn the_stream_shows_summaries_or_whole_texts() {
    let long = "word ".repeat(200) + "at the very end.\n";
    let blog = posts(&[&long]);
    served(&blog)
        .get("/")
        .is(200)
        .hides("at the very end")
        .shows("Continue reading");
    setting(&blog, "[site]\nstream = \"full\"\n");
    served(&blog)
        .get("/")
        .is(200)
        .shows("at the very end")
        .hides("Continue reading");
}

#[test]
fn a_text_is_shown_up_to_its_cut() {
    let text = "Above.[^1] See [it](#one).\n\n## One\n\n<!--more-->\n\nBelow.\n\n[^1]: A note.\n";
    for stream in ["full", "summaries"] {
        let blog = posts(&[text]);
        setting(&blog, &format!("[site]\nstream = \"{stream}\"\n"));
        let server = served(&blog);
        let front = server.get("/").is(200);
        let front = front
            .shows("Above.")
            .hides("Below.")
            .shows("href=\"/p1/#page:more\"");
        front.shows("href=\"/p1/#one\"").hides("id=\"one\"");
        let page = server.get("/p1/").is(200);
        page.shows("Above.")
            .shows("Below.")
            .shows("<span id=\"page:more\"></span>");
    }
}

#[test]
fn pinned_posts_stand_first_on_the_front_page_and_nowhere_else() {
    let texts: Vec<String> = (1..=8).map(|n| format!("# Post {n}\n\nText.\n")).collect();
    let mut texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    texts[1] = "---\npinned: true\n---\n# Post 2\n\nText.\n";
    let blog = posts(&texts);
    setting(&blog, "[site]\nposts_per_page = 3\n");
    let server = served(&blog);
    let front = server.get("/").is(200).text();
    order(
        &front,
        &["aria-label=\"Pinned\"", "Post 2", "Post 8", "Post 7"],
    );
    assert_eq!(front.matches("Post 2</a>").count(), 1);
    let first = server
        .get("/page/1/")
        .is(200)
        .hides("aria-label=\"Pinned\"")
        .text();
    order(&first, &["Post 3", "Post 2", "Post 1"]);
}

#[test]
fn a_pinned_post_among_the_newest_is_shown_once() {
    let blog = posts(&["# One\n", "---\npinned: true\n---\n# Two\n", "# Three\n"]);
    let front = served(&blog).get("/").is(200).text();
    order(&front, &[">Two</a>", ">Three</a>", ">One</a>"]);
    assert_eq!(front.matches(">Two</a>").count(), 1);
}

#[test]
fn a_series_has_an_order_a_page_and_links_between_its_parts() {
    let blog = posts(&[
        "---\nseries: On Boats\npart: 2\n---\n# Oars\n",
        "---\nseries: On Boats\npart: 1\n---\n# Hulls\n",
        "---\nseries: on boats\n---\n# Sails\n",
        "# Alone\n",
    ]);
    let server = served(&blog);
    let list = server.get("/series/on-boats/").is(200).text();
    order(&list, &["Hulls", "Oars", "Sails"]);
    server
        .get("/series/")
        .is(200)
        .shows("href=\"/series/on-boats/\"");
    let page = server.get("/p1/").is(200);
    let page = page.shows("Part 2 of 3 of <a href=\"/series/on-boats/\">");
    let page = page.shows("<span aria-current=\"page\">Oars</span>");
    order(
        &page.text(),
        &["Hulls</a>", "aria-current=\"page\">Oars", "Sails</a>"],
    );
    server.get("/p4/").is(200).hides("aria-label=\"Series");
    server.get("/sitemap.xml").shows("/series/on-boats/");
    posts(&["# Alone\n"]).serve().get("/series/").is(404);
}

#[test]
fn a_long_series_shows_only_the_parts_beside() {
    let blog = Blog::new();
    for number in 1..=52 {
        let text = format!("---\nseries: s\npart: {number}\n---\n# Number {number}.\n");
        blog.write(&format!("posts/p{number}.md"), text);
    }
    blog.commit(&day(1), "Ann", "Write");
    let page = served(&blog).get("/p7/").is(200);
    let page = page
        .shows("Part 7 of <a")
        .shows("Part before: Number 6.")
        .shows("Next part: Number 8.");
    page.hides("Number 9.");
}

#[test]
fn the_archive_has_a_page_for_each_year_by_month() {
    let blog = Blog::new();
    for date in ["2022-12-31", "2023-01-05", "2023-05-01", "2023-05-20"] {
        blog.write(&format!("posts/{date}-on-{date}.md"), "Text.\n");
    }
    blog.commit(&day(1), "Ann", "Write");
    let server = served(&blog);
    server
        .get("/archive/")
        .is(200)
        .shows("<a href=\"/archive/2023/\">2023</a>");
    let year = server.get("/archive/2023/").is(200);
    order(
        &year.text(),
        &[
            "May",
            "/on-2023-05-20/",
            "/on-2023-05-01/",
            "January",
            "/on-2023-01-05/",
        ],
    );
    year.hides("/on-2022-12-31/")
        .shows("href=\"/archive/2022/\"");
    server.get("/archive/2021/").is(404);
}

#[test]
fn related_posts_share_rare_tags_and_are_older() {
    let blog = posts(&[
        "---\ntags: [boats, rope]\n---\n# Knots\n",
        "---\ntags: [boats]\n---\n# Hulls\n",
        "---\ntags: [bread]\n---\n# Rye\n",
        "See [rye](p3.md).\n\nOf ropes.\n",
        "---\ntags: [boats, rope]\n---\n# Moorings\n",
    ]);
    let server = served(&blog);
    order(&related(&server, "/p5/").unwrap(), &["Knots", "Hulls"]);
    assert!(related(&server, "/p4/").unwrap().contains("Rye"));
    assert_eq!(related(&server, "/p1/"), None, "nothing is older");
    drop(server);
    setting(&blog, "[site]\nrelated = 1\n");
    let one = related(&served(&blog), "/p5/").unwrap();
    assert!(one.contains("Knots") && !one.contains("Hulls"));
    setting(&blog, "[site]\nrelated = 0\n");
    assert_eq!(related(&served(&blog), "/p5/"), None);
}

#[test]
fn a_post_says_who_links_to_it() {
    let blog = posts(&[
        "# One\n",
        "# Two\n\n[One](p1.md#a) and [again](/p1/), and [me](p2.md).\n",
    ]);
    let server = served(&blog);
    let page = server.get("/p1/").is(200);
    order(&page.text(), &["Linked from", "<a href=\"/p2/\">Two</a>"]);
    server.get("/p2/").is(200).hides("Linked from");
}

#[test]
fn a_new_post_changes_the_pages_of_few_others() {
    let texts = ["---\ntags: [a]\n---\nText.\n"; 12];
    let blog = posts(&texts);
    let kept = blog.home().join("kept");
    let before = Built::warm(&blog, &kept);
    blog.write("posts/new.md", texts[0])
        .commit(&day(20), "Ann", "Write");
    let after = Built::warm(&blog, &kept);
    let changed = after.since(&before);
    let posts: Vec<_> = changed
        .iter()
        .filter(|name| name.starts_with('p') && !name.starts_with("page/"))
        .collect();
    assert_eq!(posts, [&"p12/index.html"], "{changed:?}");
}

#[test]
fn a_post_says_how_old_it_is_if_the_blog_went_on_without_it() {
    let blog = Blog::new();
    blog.write("posts/old.md", "---\ndate: 2019-05-12\n---\nOld.\n")
        .write("posts/new.md", "---\ndate: 2024-05-12\n---\nNew.\n")
        .commit("2019-05-12T09:00:00Z", "Ann", "Write");
    served(&blog)
        .get("/old/")
        .is(200)
        .hides("This was last changed");
    blog.write("byline.toml", "[site]\nage_notice = 3\n")
        .commit("2024-06-01T09:00:00Z", "Ann", "Set");
    let server = served(&blog);
    server
        .get("/old/")
        .shows("This was last changed on <time datetime=\"2019-05-12");
    server.get("/new/").hides("This was last changed");
}

#[test]
fn a_post_says_what_its_last_update_changed_if_it_shall() {
    let blog = posts(&["One.\n", "Two.\n"]);
    blog.write("posts/p1.md", "One, mended.\n").commit(
        &day(9),
        "Ann",
        "Mend the <first>\n\nNot this.",
    );
    served(&blog).get("/p1/").hides("Mend the");
    setting(&blog, "[provenance]\nchanges = true\n");
    let server = served(&blog);
    server
        .get("/p1/")
        .shows("Last change: Mend the &lt;first&gt;")
        .hides("Not this");
    server.get("/p2/").hides("Last change");
}

#[test]
fn profiles_elsewhere_are_marked_as_the_same_person() {
    let blog = posts(&["One.\n"]);
    blog.write("files/ann.png", "picture");
    setting(
        &blog,
        "[site]\nme = [\"https://social.example/@blog\"]\n[authors.ann]\nbio = \"Writes.\"\navatar = \"files/ann.png\"\nme = [\"https://social.example/@ann\"]\n",
    );
    let server = served(&blog);
    server
        .get("/")
        .shows("<link rel=\"me\" href=\"https://social.example/@blog\">");
    let page = server.get("/authors/ann/").is(200);
    let page = page
        .shows("rel=\"me\" href=\"https://social.example/@ann\"")
        .shows("Writes.");
    page.shows("src=\"/files/ann.png\"");
}
