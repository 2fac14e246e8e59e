//! Broken pushes: the last good site stays, what can be published is, and the fault is named.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::harness::{Blog, Remote, Server, crawl};

const MARCH: &str = "2024-03-01T12:00:00+00:00";
const APRIL: &str = "2024-04-01T12:00:00+00:00";
const MAY: &str = "2024-05-01T12:00:00+00:00";

/// Commits, pushes, and waits for what becomes of it.
fn publish(blog: &Blog, remote: &Remote<'_>, server: &Server, date: &str) -> Value {
    blog.commit(date, "Ann", "Change something");
    remote.push();
    server.rebuilt()
}

/// The one error of a build about a path.
fn fault(build: &Value, path: &str) -> Value {
    let all = build["errors"].as_array().unwrap();
    all.iter()
        .find(|error| error["path"] == path)
        .unwrap_or_else(|| panic!("no error about `{path}` in {build:#}"))
        .clone()
}

#[test]
fn a_broken_post_keeps_its_last_good_version_and_holds_back_no_other() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let server = remote.serve();
    blog.write(
        "posts/cats.md",
        "---\ntitle: Cats\ntags: [a, b\n---\nBroken cats.\n",
    )
    .write("posts/owls.md", "Owls hoot.\n");
    let build = publish(&blog, &remote, &server, MARCH);
    server.get("/owls/").is(200).shows("Owls hoot.");
    server
        .get("/cats/")
        .is(200)
        .shows("Cats sleep all day.")
        .hides("Broken cats");
    let error = fault(&build, "posts/cats.md");
    let line = error["line"].as_u64().unwrap();
    assert!((3..=4).contains(&line), "{error}");
    assert!(error["column"].as_u64().unwrap() >= 1, "{error}");
    let place = format!("posts/cats.md:{line}:{}", error["column"]);
    blog.byline(&["check"]).exits(1).says(&place);
    assert_eq!(
        blog.listed("posts/cats.md")["published"],
        "2024-01-02T10:00:00+02:00"
    );
    blog.write("posts/cats.md", "# Cats\n\nCats purr again.\n");
    publish(&blog, &remote, &server, APRIL);
    server.get("/cats/").is(200).shows("Cats purr again.");
    server.get("/-/healthz").is(200);
}

#[test]
fn a_cold_start_serves_the_same_last_good_version() {
    let blog = Blog::of_two_posts();
    blog.write("posts/cats.md", "---\ntitle: [\n---\nBroken cats.\n")
        .commit(MARCH, "Ann", "Break");
    let server = blog.bare().serve();
    server
        .get("/cats/")
        .is(200)
        .shows("Cats sleep all day.")
        .hides("Broken cats");
    server.get("/dogs/").is(200);
}

#[test]
fn a_post_that_was_never_good_is_left_out_and_named() {
    let blog = Blog::of_two_posts();
    blog.write("posts/bad.md", "+++\ntitle = \n+++\nBad.\n")
        .commit(MARCH, "Ann", "Add");
    let checked = blog.check();
    assert_eq!(fault(&checked, "posts/bad.md")["line"], 2);
    let server = blog.serve();
    server.get("/bad/").is(404);
    server.get("/cats/").is(200);
}

#[test]
fn every_fault_is_told_in_one_run_with_its_line_shown() {
    let blog = Blog::of_two_posts();
    blog.write("posts/one.md", "+++\ntitle = \n+++\nOne.\n")
        .write("posts/two.md", "---\ndate: 31 Feb\n---\nTwo.\n")
        .commit(MARCH, "Ann", "Break two");
    blog.byline(&["check"])
        .exits(1)
        .says("posts/one.md:2:")
        .says("title = ")
        .says("posts/two.md:2:")
        .says("date: 31 Feb");
}

#[test]
fn a_broken_configuration_keeps_the_site_and_is_told_by_healthz_until_it_is_mended() {
    stays_until_mended("byline.toml", "[site]\ntitle = \n");
}

#[test]
fn an_unknown_key_in_the_configuration_keeps_the_site_too() {
    stays_until_mended("byline.toml", "[site]\ntilte = \"Animals\"\n");
}

#[test]
fn a_broken_template_keeps_the_site_and_is_told_by_healthz_until_it_is_mended() {
    stays_until_mended("theme/post.hbs", "{{#if post}}\nnever closed\n");
}

#[test]
fn a_template_that_names_a_partial_nobody_has_keeps_the_site_too() {
    stays_until_mended("theme/post.hbs", "{{> no-such-partial}}\n");
}

/// A push that breaks everything, with a good change in it; then a push that mends it.
fn stays_until_mended(path: &str, broken: &str) {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let server = remote.serve();
    let good = blog.head();
    let original = std::fs::read(blog.dir().join(path)).ok();
    blog.write(path, broken)
        .write("posts/owls.md", "Owls hoot.\n");
    let build = publish(&blog, &remote, &server, MARCH);
    assert_eq!(build["state"], "failed", "{build:#}");
    let told = format!("{}{}", build["reason"], build["errors"]);
    assert!(told.contains(path), "{told}");
    assert_eq!(server.get("/-/readyz").is(200).json()["commit"], good);
    server.get("/cats/").is(200).shows("Cats sleep all day.");
    server.get("/owls/").is(404);
    let health = server.get("/-/healthz").is(500).json();
    assert_eq!(health["status"], "failing");
    assert!(
        health["reason"].as_str().is_some_and(|why| !why.is_empty()),
        "{health}"
    );
    blog.byline(&["check"]).says(path);
    match original {
        Some(original) => blog.write(path, original),
        None => blog.rm(path),
    };
    let build = publish(&blog, &remote, &server, APRIL);
    assert_eq!(build["state"], "published", "{build:#}");
    server.get("/owls/").is(200).shows("Owls hoot.");
    server.get("/-/healthz").is(200).shows("ok");
}

#[test]
fn any_error_rejects_the_build_where_the_authors_want_it_so() {
    let blog = Blog::of_two_posts();
    blog.write("byline.toml", "[content]\non_error = \"reject\"\n")
        .commit(MARCH, "Ann", "Be strict");
    let remote = blog.bare();
    let server = remote.serve();
    blog.write("posts/bad.md", "+++\ntitle = \n+++\nBad.\n")
        .write("posts/owls.md", "Owls.\n");
    let build = publish(&blog, &remote, &server, APRIL);
    assert_eq!(build["state"], "failed");
    server.get("/owls/").is(404);
    blog.write("posts/bad.md", "Good now.\n");
    publish(&blog, &remote, &server, MAY);
    server.get("/owls/").is(200);
    server.get("/bad/").is(200).shows("Good now.");
}

#[test]
fn a_file_that_is_kept_elsewhere_is_left_out_and_named() {
    let pointer = format!(
        "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 12345\n",
        "4d7a".repeat(16)
    );
    let blog = Blog::of_two_posts();
    blog.write("files/talk.pdf", &pointer)
        .write("photo.png", &pointer)
        .write("files/notes.txt", "x".repeat(pointer.len()))
        .write("theme/static/logo.png", &pointer)
        .commit("2024-03-04T12:00:00+00:00", "Cid", "Add files");
    let named = ["files/talk.pdf", "photo.png", "theme/static/logo.png"];
    let check = blog.check();
    let found = |value: &Value| value["code"] == "lfs-pointer" && value["severity"] == "warning";
    let warnings = check["warnings"].as_array().unwrap();
    let paths: BTreeSet<_> = warnings
        .iter()
        .filter(|warning| found(warning))
        .map(|warning| warning["path"].as_str().unwrap())
        .collect();
    assert_eq!(paths, named.into());
    let remote = blog.bare();
    let server = remote.serve();
    for address in ["/files/talk.pdf", "/photo.png"] {
        server.get(address).is(404);
    }
    server.get("/files/notes.txt").is(200);
    for answer in crawl(&server, &["/files/talk.pdf"]).values() {
        assert!(
            !answer.text().contains("git-lfs.github.com/spec"),
            "{}",
            answer.text()
        );
    }
    // Once the file itself is there it is served.
    blog.write("files/talk.pdf", "the talk").commit(
        "2024-03-05T12:00:00+00:00",
        "Cid",
        "Take it out of LFS",
    );
    remote.push();
    server.rebuilt();
    server.get("/files/talk.pdf").is(200).shows("the talk");
    server.get("/photo.png").is(404);
}
