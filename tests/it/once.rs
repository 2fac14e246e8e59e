//! What is at hand is not made again, and what changed is all that is.

use std::path::PathBuf;

use crate::harness::{Blog, Built};

const DATE: &str = "2024-05-01T12:00:00+00:00";
const POSTS: usize = 12;

/// Posts enough for more than one page of the stream, and the data directory of a first build.
fn built() -> (Blog, PathBuf, Built) {
    let blog = Blog::new();
    blog.write(
        "byline.toml",
        "[site]\nbase_url = \"https://blog.example\"\nposts_per_page = 3\n\n[feed]\nitems = 2\narchives = true\n",
    );
    for number in 1..=POSTS {
        blog.write(
            &format!("posts/p{number:02}.md"),
            format!(
                "---\ndate: 2024-01-{number:02}\ntags: [t{}]\n---\n\n# P{number}\n\nText.\n",
                number % 2
            ),
        );
    }
    blog.commit("2024-02-01T12:00:00+00:00", "Ann", "Write");
    let kept = blog.home().join("kept");
    let first = Built::warm(&blog, &kept);
    assert_eq!(first.made("texts"), POSTS);
    (blog, kept, first)
}

/// What changed besides the index for searching an export, which holds every word of every text.
fn shown(files: Vec<&str>) -> Vec<&str> {
    let is_page = |file: &&str| !file.starts_with("-/search/");
    sorted(files.into_iter().filter(is_page).collect())
}

#[test]
fn a_build_of_the_same_content_makes_nothing() {
    let (blog, kept, first) = built();
    let second = Built::warm(&blog, &kept);
    assert_eq!((second.made("texts"), second.made("pages")), (0, 0));
    assert_eq!(second.counts["pages"]["kept"], first.made("pages"));
    second.is(&first, "built twice");
}

#[test]
fn an_edit_of_an_old_post_makes_its_page_the_stream_and_archive_that_show_it_and_the_sitemap() {
    let (blog, kept, first) = built();
    blog.write(
        "posts/p02.md",
        "---\ndate: 2024-01-02\ntags: [t0]\n---\n\n# P2\n\nOther.\n",
    )
    .commit(DATE, "Ann", "Edit");
    let second = Built::warm(&blog, &kept);
    assert_eq!(second.made("texts"), 1);
    let new = [
        "atom-1.xml",
        "feed-1.json",
        "p02/index.html",
        "page/1/index.html",
        "sitemap.xml",
    ];
    assert_eq!(shown(second.since(&first)), sorted(new.to_vec()));
    assert_eq!(second.made("pages"), new.len());
}

#[test]
fn an_edit_of_a_new_post_makes_its_feeds_besides() {
    let (blog, kept, first) = built();
    let text = "---\ndate: 2024-01-12\ntags: [t0]\n---\n\n# P12\n\nOther.\n";
    blog.write("posts/p12.md", text).commit(DATE, "Ann", "Edit");
    let second = Built::warm(&blog, &kept);
    let feeds = ["", "tags/t0/", "authors/ann/"]
        .map(|folder| ["atom.xml", "feed.json", "rss.xml"].map(|name| format!("{folder}{name}")));
    let pages = [
        "index.html",
        "p12/index.html",
        "page/4/index.html",
        "sitemap.xml",
    ];
    let new = feeds.iter().flatten().map(String::as_str).chain(pages);
    let new = sorted(new.collect());
    assert_eq!(shown(second.since(&first)), new);
    assert_eq!(
        second.made("pages"),
        new.len(),
        "{:?}",
        second.since(&first)
    );
}

#[test]
fn an_edit_of_a_part_of_one_template_makes_the_pages_of_that() {
    let (blog, kept, first) = built();
    blog.write("theme/partials/neighbours.hbs", "<p>{{older.title}}</p>\n")
        .commit(DATE, "Ann", "Edit");
    let second = Built::warm(&blog, &kept);
    assert_eq!(second.made("texts"), 0);
    let new = second.since(&first);
    assert_eq!(new.len(), POSTS, "{new:?}");
    assert!(new.iter().all(|name| name.starts_with('p')), "{new:?}");
    assert_eq!(second.made("pages"), POSTS);
}

fn sorted(mut names: Vec<&str>) -> Vec<&str> {
    names.sort_unstable();
    names
}
