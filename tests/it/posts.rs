//! Posts and pages: how files become what readers see, and what they never see.

use serde_json::json;

use crate::harness::{Blog, crawl};

const DAY: &str = "2024-01-01T09:00:00+01:00";
/// The smallest picture: one transparent pixel.
const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\
\0\0\0\rIDATx\x9cc\xf8\xff\xff\xff\x7f\0\t\xfb\x03\xfd\x05CE\xca\0\0\0\0IEND\xaeB`\x82";

#[test]
fn five_dialects_of_front_matter_say_the_same() {
    let dialects = [
        (
            "toml",
            "+++\ntitle = \"A title\"\ntags = [\"one\", \"two\"]\ndate = 2024-05-06\n+++\nBody.\n",
        ),
        (
            "yaml",
            "---\ntitle: A title\ntags: [one, two]\ndate: 2024-05-06\n---\nBody.\n",
        ),
        (
            "json",
            "{\"title\": \"A title\", \"tags\": [\"one\", \"two\"], \"date\": \"2024-05-06\"}\nBody.\n",
        ),
        (
            "lines",
            "Title: A title\nTags: one, two\nDate: 2024-05-06\n\nBody.\n",
        ),
    ];
    let blog = Blog::new();
    for (name, text) in dialects {
        blog.write(&format!("posts/{name}.md"), text);
    }
    blog.write("posts/none.md", "# A title\n\nBody.\n")
        .commit(DAY, "Ann", "Add");
    for (name, _) in dialects {
        let post = blog.listed(&format!("posts/{name}.md"));
        assert_eq!(post["title"], "A title", "{name}");
        assert_eq!(post["tags"], json!(["one", "two"]), "{name}");
        assert_eq!(
            &post["published"].as_str().unwrap()[..10],
            "2024-05-06",
            "{name}"
        );
    }
    assert_eq!(blog.listed("posts/none.md")["title"], "A title");
    let server = blog.serve();
    for name in ["toml", "yaml", "json", "lines", "none"] {
        server
            .get(&format!("/{name}/"))
            .is(200)
            .shows("A title")
            .shows("Body.")
            .hides("+++")
            .hides("2024-05-06\"}");
    }
}

#[test]
fn a_post_without_a_title_is_named_after_its_heading_or_its_file() {
    let blog = Blog::new();
    blog.write("posts/with-heading.md", "# From the heading\n\nText.\n")
        .write("posts/from-the-name.md", "Text alone.\n")
        .commit(DAY, "Ann", "Add");
    assert_eq!(
        blog.listed("posts/with-heading.md")["title"],
        "From the heading"
    );
    let title = blog.listed("posts/from-the-name.md")["title"].clone();
    assert_eq!(title.as_str().unwrap().to_lowercase(), "from the name");
}

#[test]
fn a_post_can_be_a_folder_with_its_pictures() {
    let blog = Blog::of_two_posts();
    blog.write("posts/trip/index.md", "# Trip\n\n![A view](view.png)\n")
        .write("posts/trip/view.png", PNG)
        .commit(DAY, "Ann", "Add a trip");
    let server = blog.serve();
    server.get("/trip/").is(200).shows("view.png");
    let picture = server.get("/trip/view.png").is(200);
    assert_eq!(picture.body, PNG);
    assert_eq!(picture.header("content-type"), Some("image/png"));
}

#[test]
fn files_beside_the_posts_are_served_as_they_are() {
    let blog = Blog::of_two_posts();
    blog.write("data/table.csv", "a,b\n1,2\n")
        .commit(DAY, "Ann", "Add a table");
    let answer = blog.serve().get("/data/table.csv").is(200);
    assert_eq!(answer.body, b"a,b\n1,2\n");
    assert!(
        answer
            .header("content-type")
            .unwrap()
            .starts_with("text/csv")
    );
}

#[test]
fn a_page_stands_outside_the_stream() {
    let blog = Blog::of_two_posts();
    blog.write("pages/about.md", "# About us\n\nWe like animals.\n")
        .commit(DAY, "Ann", "Add");
    let server = blog.serve();
    server.get("/about/").is(200).shows("We like animals.");
    server.get("/atom.xml").is(200).hides("We like animals.");
    assert_eq!(blog.list().len(), 2);
}

#[test]
fn the_permalink_pattern_makes_the_address() {
    let blog = Blog::of_two_posts();
    blog.write(
        "byline.toml",
        "[content]\npermalink = \"/:year/:month/:day/:slug/\"\n",
    )
    .commit(DAY, "Ann", "Set the pattern");
    assert_eq!(blog.listed("posts/cats.md")["url"], "/2024/01/02/cats/");
    let server = blog.serve();
    server.get("/2024/01/02/cats/").is(200).shows("Cats sleep");
    server.get("/cats/").is(404);
}

#[test]
fn a_slug_of_its_own_replaces_the_file_name() {
    let blog = Blog::new();
    blog.write("posts/a.md", "---\nslug: better-name\n---\nA.\n")
        .commit(DAY, "Ann", "Add");
    assert_eq!(blog.listed("posts/a.md")["url"], "/better-name/");
}

#[test]
fn two_posts_of_one_address_are_an_error_that_names_both() {
    let blog = Blog::of_two_posts();
    blog.write("posts/sub/cats.md", "Other cats.\n")
        .commit(DAY, "Ann", "Add");
    blog.byline(&["check"]).exits(1);
    let errors = blog.check()["errors"].to_string();
    assert!(
        errors.contains("posts/cats.md") && errors.contains("posts/sub/cats.md"),
        "{errors}"
    );
    blog.serve().get("/dogs/").is(200).shows("Dogs bark");
}

#[test]
fn an_alias_redirects_to_the_post() {
    let blog = Blog::of_two_posts();
    blog.write(
        "posts/owls.md",
        "---\naliases: [/old/owls/, /2019/owls.html]\n---\nOwls hoot.\n",
    )
    .commit(DAY, "Ann", "Add owls");
    let server = blog.serve();
    for old in ["/old/owls/", "/2019/owls.html"] {
        let answer = server.get(old);
        assert!(
            matches!(answer.status, 301 | 308),
            "{old}: {}",
            answer.status
        );
        assert_eq!(answer.header("location"), Some("/owls/"));
    }
}

#[test]
fn no_word_of_a_draft_or_a_scheduled_post_is_in_any_answer() {
    let blog = Blog::of_two_posts();
    let secret = "xyzzy";
    let text =
        |head: &str| format!("---\ntitle: {secret}\ntags: [{secret}]\n{head}---\n{secret}\n");
    blog.write("posts/flagged.md", text("draft: true\n"))
        .write("posts/later.md", text("date: 2999-01-01\n"))
        .write("posts/_named.md", text(""))
        .write("drafts/folder.md", text(""))
        .write("posts/bundle/index.md", text("draft: true\n"))
        .write("posts/bundle/notes.txt", secret)
        .write(".secret", secret)
        .write("posts/.hidden.md", text(""))
        .commit(DAY, "Ann", secret);
    blog.branch("other")
        .write("posts/branch.md", text(""))
        .commit(DAY, "Ann", "Other");
    blog.checkout("main");
    let guesses = [
        "/flagged/",
        "/later/",
        "/_named/",
        "/named/",
        "/folder/",
        "/drafts/folder/",
        "/bundle/",
        "/bundle/notes.txt",
        "/bundle/index.md",
        "/posts/bundle/notes.txt",
        "/posts/flagged.md",
        "/drafts/folder.md",
        "/posts/later.md",
        "/posts/_named.md",
        "/.secret",
        "/posts/.hidden.md",
        "/hidden/",
        "/.hidden/",
        "/branch/",
        "/tags/xyzzy/",
        "/byline.toml",
        "/.git/config",
        "/.git/HEAD",
        "/flagged",
        "/%2esecret",
        "/2999/",
    ];
    let remote = blog.bare();
    for server in [blog.serve(), remote.serve_with(&["--poll", "0"])] {
        let seen = crawl(&server, &guesses);
        assert!(seen["/"].text().contains("Cats"), "the crawl saw the site");
        for (path, answer) in &seen {
            let plain = answer.text().replace(path.as_str(), "");
            assert!(!plain.contains(secret), "{path}: {plain}");
            assert!(!answer.head().contains(secret), "{path}: {}", answer.head());
        }
        for path in guesses {
            assert_ne!(seen[path].status, 200, "{path}");
        }
    }
}

#[test]
fn every_kind_of_post_is_told_and_shown() {
    let kinds = [
        ("text", "", "Plain words."),
        (
            "photo",
            "kind: photo\nimage: /view.png\nalt: A view\ncredit: Jo Doe\n",
            "Jo Doe",
        ),
        (
            "quote",
            "kind: quote\nsource: Ada Lovelace\n",
            "Ada Lovelace",
        ),
        (
            "link",
            "kind: link\nlink: https://example.org/there\n",
            "https://example.org/there",
        ),
        (
            "answer",
            "kind: answer\nquestion: Why so?\nasked_by: Kim\n",
            "Why so?",
        ),
        ("video", "kind: video\nvideo: /film.mp4\n", "/film.mp4"),
        ("audio", "kind: audio\naudio: /song.mp3\n", "/song.mp3"),
        ("chat", "kind: chat\n", "Plain words."),
    ];
    let blog = Blog::new();
    for (kind, head, _) in kinds {
        let text = format!("---\ntitle: The {kind}\n{head}---\nPlain words.\n");
        blog.write(&format!("posts/{kind}.md"), text);
    }
    blog.commit(DAY, "Ann", "Add one of each");
    let server = blog.serve();
    for (kind, _, shown) in kinds {
        assert_eq!(blog.listed(&format!("posts/{kind}.md"))["kind"], kind);
        server.get(&format!("/{kind}/")).is(200).shows(shown);
    }
}

#[test]
fn the_stream_is_numbered_from_the_oldest_end() {
    let blog = Blog::new();
    blog.write("byline.toml", "[site]\nposts_per_page = 2\n");
    for day in 1..=5 {
        blog.write(
            &format!("posts/p{day}.md"),
            format!("# Post {day}\n\nText.\n"),
        )
        .commit(&format!("2024-01-0{day}T09:00:00+00:00"), "Ann", "Add");
    }
    let server = blog.serve();
    server
        .get("/page/1/")
        .is(200)
        .shows("Post 1")
        .shows("Post 2")
        .hides("Post 3");
    server.get("/").is(200).shows("Post 5").hides("Post 1");
}

#[test]
fn tag_author_and_archive_pages_list_their_posts() {
    let blog = Blog::of_two_posts();
    blog.write(
        "posts/owls.md",
        "---\ntitle: Owls\ntags: [birds]\n---\nOwls hoot.\n",
    )
    .commit(DAY, "Ann", "Add owls");
    let server = blog.serve();
    server.get("/tags/").is(200).shows("birds");
    server
        .get("/tags/birds/")
        .is(200)
        .shows("Owls")
        .hides("Dogs");
    server
        .get("/authors/ann/")
        .is(200)
        .shows("Owls")
        .shows("Cats")
        .hides("Dogs");
    server
        .get("/archive/")
        .is(200)
        .shows("2024")
        .shows("Owls")
        .shows("Dogs");
}

#[test]
fn a_post_shows_its_author_and_its_date_for_people_and_machines() {
    let blog = Blog::of_two_posts();
    blog.serve()
        .get("/cats/")
        .is(200)
        .shows("Ann")
        .shows("2024-01-02T10:00:00+02:00")
        .shows("2 January 2024");
}

#[test]
fn markdown_comes_out_as_github_writes_it() {
    let blog = Blog::new();
    let text = "# T\n\n## A heading\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n~~gone~~ and[^1]\n\n\
                > [!NOTE]\n> Mind this.\n\n```rust\nfn main() {}\n```\n\n[^1]: A footnote.\n";
    blog.write("posts/rich.md", text).commit(DAY, "Ann", "Add");
    blog.serve()
        .get("/rich/")
        .is(200)
        .shows("<table>")
        .shows("<del>gone</del>")
        .shows("id=\"a-heading\"")
        .shows("A footnote.")
        .shows("Mind this.")
        .hides("[!NOTE]")
        .hides("style=\"color");
}

#[test]
fn a_scheduled_post_appears_when_its_time_comes() {
    let blog = Blog::of_two_posts();
    let due = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(6);
    blog.write(
        "posts/soon.md",
        format!("---\ndate: {due:.0}\n---\nIt is time.\n"),
    )
    .commit(DAY, "Ann", "Schedule");
    let server = blog.bare().serve();
    let early = server.get("/soon/");
    if jiff::Timestamp::now() < due {
        early.is(404);
    }
    server.eventually("/soon/", "It is time.");
    server.get("/atom.xml").shows("It is time.");
}
