//! A whole small blog and what becomes of it, reviewed by eye and compared ever after.
//!
//! `INSTA_UPDATE=always cargo test --test it golden` takes what is made now as what is meant.

use std::collections::BTreeMap;

use crate::harness::{Blog, files_under};

/// A post of each sort of markup, and pages, tags and authors enough to link them.
fn fixture() -> Blog {
    let blog = Blog::new();
    blog.write(
        "byline.toml",
        "[site]\ntitle = \"Golden\"\nbase_url = \"https://blog.example\"\n\
         description = \"A blog to compare.\"\n\n[authors.ann]\nname = \"Ann Lee\"\ngit = [\"Ann\"]\n",
    )
    .write("pages/about.md", "# About\n\nA page.\n")
    .write("posts/plain.md", "# Plain\n\nWords, *stress* and `code`.\n")
    .commit("2024-01-02T10:00:00+02:00", "Ann", "Begin")
    .write(
        "posts/rich.md",
        "---\ntitle: Rich\ntags: [one, two]\n---\n\n## A heading\n\nA footnote.[^1]\n\n\
         ```rust\nfn main() {}\n```\n\n> [!TIP]\n> An alert.\n\n[^1]: Down here.\n",
    )
    .commit("2024-02-03T11:30:00-05:00", "Bob", "Add\n\nCo-authored-by: Ann <ann@mail.invalid>")
    .write("posts/trip/index.md", "# Trip\n\n![A view](view.svg)\n")
    .write("posts/trip/view.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n")
    .commit("2024-03-04T12:00:00+00:00", "Ann", "Go");
    blog
}

fn built() -> BTreeMap<String, Vec<u8>> {
    let blog = fixture();
    let out = blog.home().join("out");
    blog.byline(&["build", "--out", out.to_str().unwrap()])
        .succeeds();
    files_under(&out)
}

/// A fingerprint changes with every change of a style sheet and the version with every release;
/// neither is what is compared here.
fn without_what_changes(text: &str) -> String {
    let text = text.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    let mut shown = String::with_capacity(text.len());
    for piece in text.split_inclusive(['.', '-']) {
        let word = piece.trim_end_matches(['.', '-']);
        let hashed = word.len() >= 8 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        shown += if hashed { "HASH" } else { word };
        shown += &piece[word.len()..];
    }
    shown
}

#[test]
fn the_listing_of_the_site_is_as_reviewed() {
    let names: Vec<String> = built()
        .keys()
        .map(|name| without_what_changes(name))
        .collect();
    compare("listing", &names.join("\n"));
}

#[test]
fn pages_and_feeds_are_as_reviewed() {
    let files = built();
    let pages = [
        "index.html",
        "plain/index.html",
        "rich/index.html",
        "about/index.html",
        "atom.xml",
    ];
    for name in pages {
        let text = String::from_utf8(files[name].clone()).unwrap();
        compare(&name.replace(['/', '.'], "-"), &without_what_changes(&text));
    }
}

#[test]
fn the_list_of_posts_is_as_reviewed() {
    compare(
        "list",
        &fixture().byline(&["list", "--json"]).succeeds().out,
    );
}

fn compare(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("golden");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
