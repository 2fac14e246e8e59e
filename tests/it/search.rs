//! Search: what readers type finds what was pushed, as a page and as JSON.

use serde_json::Value;

use crate::harness::{Blog, Built, Response, Server, patiently};

const DATE: &str = "2024-05-01T10:00:00Z";
const ERROR: &str =
    "error[E0502]: cannot borrow `items` as mutable because it is also borrowed as immutable";

/// `q` as it stands in an address.
fn asked(query: &str) -> String {
    let encoded: String = query.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("/-/search?q={encoded}")
}

/// The answer once what is published has been looked through.
fn settled(server: &Server, path: &str) -> Response {
    patiently(&format!("{path} is not busy"), || {
        Some(server.get(path)).filter(|answer| answer.status != 503)
    })
}

fn json(server: &Server, query: &str) -> Value {
    settled(server, &format!("{}&format=json", asked(query)))
        .is(200)
        .json()
}

/// The addresses that are found, once they are these.
fn finds(server: &Server, query: &str, expected: &[&str]) {
    patiently(&format!("`{query}` finds {expected:?}"), || {
        let found = json(server, query);
        let results = found["results"].as_array().unwrap().iter();
        let urls: Vec<&str> = results.map(|one| one["url"].as_str().unwrap()).collect();
        (urls == expected).then_some(())
    });
}

/// 200 posts about much the same, one of which holds an error text in a code block.
fn two_hundred() -> Blog {
    let blog = Blog::new();
    for number in 0..200 {
        let text = format!(
            "# Post {number}\n\nWhy items cannot borrow what is also mutable, error by error: \
             it is borrowed, E0502, because number{number} is immutable.\n\n```\nerror: {number}\n```\n"
        );
        blog.write(&format!("posts/post-{number}.md"), text);
    }
    blog.write(
        "posts/the-one.md",
        format!("# Tuesday\n\nNothing much.\n\n```text\n{ERROR}\n  --> src/main.rs:4:5\n```\n"),
    );
    blog.commit(DATE, "Ann", "Write a lot");
    blog
}

#[test]
fn the_text_of_an_error_finds_the_post_whose_code_block_holds_it() {
    let blog = two_hundred();
    let remote = blog.bare();
    let server = remote.serve();
    for query in [
        ERROR,
        "cannot borrow `items` as mutable",
        "E0502]: cannot borr",
    ] {
        let found = json(&server, query);
        assert_eq!(
            found["results"][0]["url"], "/the-one/",
            "{query}: {found:#}"
        );
    }
    let found = json(&server, "number77");
    assert_eq!(found["total"], 1);
    let page = settled(&server, &asked(ERROR)).is(200);
    page.shows("<a href=\"/the-one/\">Tuesday</a>")
        .shows("<mark>cannot</mark>")
        .shows("<meta name=\"robots\" content=\"noindex\">");
    let more = settled(&server, "/-/search?q=borrow&page=2").is(200);
    more.shows("Page 2 of 21")
        .shows("page&#x3D;3")
        .shows("201 results");
}

#[test]
fn a_push_that_edits_and_deletes_changes_what_is_found() {
    let blog = Blog::new();
    blog.write("posts/cats.md", "# Cats\n\nCats purr.\n")
        .write("posts/dogs.md", "# Dogs\n\nDogs bark loudly.\n")
        .commit(DATE, "Ann", "Add two");
    let remote = blog.bare();
    let mut server = remote.serve();
    finds(&server, "purr ", &["/cats/"]);
    finds(&server, "bark ", &["/dogs/"]);
    blog.write("posts/cats.md", "# Cats\n\nCats meow.\n")
        .rm("posts/dogs.md")
        .write("posts/owls.md", "# Owls\n\nThey bark not.\n")
        .commit(DATE, "Ann", "Change all");
    remote.push();
    server.rebuilt();
    finds(&server, "meow ", &["/cats/"]);
    finds(&server, "purr ", &[]);
    finds(&server, "bark ", &["/owls/"]);
    // What was looked through is there again after a crash.
    server.kill_9();
    server.relaunch();
    server.wait_until_ready();
    finds(&server, "bark ", &["/owls/"]);
}

#[test]
fn json_says_all_that_a_list_of_results_shows() {
    let blog = Blog::new();
    blog.write(
        "posts/crepes.md",
        "---\ntags: [Cuisine, \"Sugar & Spice\"]\n---\n# Crêpes\n\nWith *crème* brûlée.\n",
    )
    .write("posts/other.md", "# Other\n\nNo creme here.\n")
    .commit(DATE, "Ann", "Cook");
    let server = blog.serve();
    let found = json(&server, "creme brulee");
    assert_eq!(found["query"], "creme brulee");
    assert_eq!(found["total"], 1);
    let one = &found["results"][0];
    assert_eq!(one["url"], "/crepes/");
    assert_eq!(one["title"], "Crêpes");
    assert_eq!(
        one["excerpt"],
        "With <mark>crème</mark> <mark>brûlée</mark>."
    );
    assert!(one["published"].as_str().unwrap().starts_with("2024-05-01"));
    assert_eq!(one["authors"][0]["name"], "Ann");
    assert_eq!(one["tags"][1]["name"], "Sugar & Spice");
    finds(&server, "tag:cuisine creme", &["/crepes/"]);
    finds(&server, "tag:\"sugar & spice\"", &["/crepes/"]);
    finds(&server, "creme author:bob", &[]);
    finds(&server, "creme author:ann here", &["/other/"]);
    finds(&server, "\"creme here\"", &["/other/"]);
    finds(&server, "crep", &["/crepes/"]);
    let accepts = |accept| server.ask("GET", &asked("creme"), &[("Accept", accept)]);
    accepts("application/json").is(200).json();
    let page = accepts("text/html,application/xhtml+xml,*/*;q=0.8").is(200);
    let page = page.shows("<h1 class=\"page-title\">Search</h1>");
    assert!(page.header("vary").unwrap().contains("Accept"));
    let etag = page.header("etag").unwrap();
    let headers = [("Accept", "text/html"), ("If-None-Match", etag)];
    server.ask("GET", &asked("creme"), &headers).is(304);
    let head = server.ask("HEAD", &asked("creme"), &[]).is(200);
    assert!(head.body.is_empty());
}

#[test]
fn markup_in_query_title_and_text_is_shown_as_text() {
    let blog = Blog::new();
    blog.write(
        "posts/script.md",
        "---\ntitle: \"A <script>alert(1)</script>\"\n---\n`<script>alert(2)</script>` <b>\n",
    )
    .commit(DATE, "Ann", "Attack");
    let server = blog.serve();
    for query in [
        "<script>alert",
        "\"><script>alert(3)</script>",
        "alert '\"<b>",
    ] {
        let page = settled(&server, &asked(query)).is(200);
        page.hides("<script>alert").hides("<b>");
        let found = json(&server, query);
        assert_eq!(found["query"], query);
    }
    let found = json(&server, "<script>alert");
    let excerpt = found["results"][0]["excerpt"].as_str().unwrap();
    assert!(excerpt.contains("&lt;<mark>script</mark>&gt;"), "{excerpt}");
}

#[test]
fn no_query_is_too_much() {
    let blog = Blog::new();
    blog.write("posts/cats.md", "# Cats\n\nCats purr.\n")
        .commit(DATE, "Ann", "Add cats");
    let server = blog.serve();
    settled(&server, &asked("cats")).is(200);
    server.get(&asked(&"\"".repeat(2000))).is(400).shows("400");
    server.get("/-/search?q=cats&page=0").is(400);
    server.get("/-/search?q=cats&page=x").is(400);
    server.get("/-/search?q=cats&format=xml").is(400);
    server.ask("POST", "/-/search?q=cats", &[]).is(405);
    for query in [
        "\"",
        ",;.",
        "🎉",
        "\u{202e}שלום",
        "\0",
        "tag:",
        "* *",
        "🐈 cats",
    ] {
        settled(&server, &asked(query)).is(200);
        json(&server, query);
    }
    for path in [
        "/-/search",
        "/-/search/",
        "/-/search?q=",
        "/-/search?q=%20+",
    ] {
        server.get(path).is(200).shows("<form class=\"search\"");
    }
    server.get("/-/search?q=%ff%fe+cats").is(200);
    server
        .get("/nothing/")
        .is(404)
        .shows("action=\"/-/search/\"");
}

#[test]
fn an_export_brings_an_index_in_pieces_and_a_script() {
    let blog = Blog::new();
    blog.write(
        "posts/cats.md",
        "---\ntags: [Pets]\n---\n# Cats & co\n\nCats <b>purr</b>, naïvely.\n",
    )
    .commit(DATE, "Ann", "Add cats");
    let built = Built::cold(&blog);
    let file = |name: &str| {
        let name = format!("-/search/{name}");
        let bytes = built
            .files
            .get(&name)
            .unwrap_or_else(|| panic!("no {name}"));
        String::from_utf8(bytes.clone()).unwrap()
    };
    assert!(file("index.html").contains("<form class=\"search\""));
    assert!(file("local.js").contains("export const search"));
    let head: Value = serde_json::from_str(&file("index.json")).unwrap();
    assert_eq!(head["split"], 0);
    let words: Value = serde_json::from_str(&file("w-.json")).unwrap();
    for word in ["cats", "purr", "naively", "#pets", "@ann"] {
        assert_eq!(words[word][0], 0, "{word}");
    }
    let posts: Value = serde_json::from_str(&file("p-0.json")).unwrap();
    assert_eq!(posts[0][0], "/cats/");
    assert_eq!(posts[0][1], "Cats & co");
}
