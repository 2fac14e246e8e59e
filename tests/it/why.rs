//! `byline why`: where each fact of a post comes from, in full, and how a post is asked for.
//!
//! `INSTA_UPDATE=always cargo test --test it why` takes what is said now as what is meant.

use serde_json::{Value, json};

use crate::harness::Blog;

const NOON: &str = "2024-07-01T12:00:00+02:00";

/// Begun outside the posts as a draft, moved, flipped on a branch and merged, renamed, edited and
/// renamed at once; with two co-authors, a name that `.mailmap` puts right, and a bot.
fn travelled() -> Blog {
    let words = "The pier was built in a summer.\nIt took forty boats of stone.\n\
                 The stone came from the hill.\nNobody wrote down who carried it.\n";
    let blog = Blog::new();
    blog.write(
        "byline.toml",
        "[site]\ntitle = \"Harbour\"\nbase_url = \"https://blog.example\"\n\n\
         [provenance]\nexclude = [\"*[bot]\"]\n\n[authors.bob]\nname = \"Robert Roe\"\ngit = [\"Bob\"]\n",
    )
    .write(".mailmap", "Ann Lee <ann@mail.invalid>\n")
    .write("notes/pier.md", format!("---\ndraft: true\n---\n# The old pier\n\n{words}"))
    .commit("2024-05-01T09:00:00+02:00", "Ann", "Begin a note on the pier");
    blog.branch("pier")
        .mv("notes/pier.md", "posts/pier.md")
        .commit("2024-05-02T09:00:00+02:00", "Ann", "Move it to the posts");
    blog.write(
        "posts/pier.md",
        format!("# The old pier\n\n{words}\nAsk the harbour master.\n"),
    )
    .commit_by(
        ("Ann", "2024-05-03T09:00:00+02:00"),
        ("Dan", "2024-05-03T10:00:00+02:00"),
        "Publish the pier for ann@mail.invalid\n\n\
             Co-authored-by: Bob <bob@mail.invalid>\nCo-authored-by: Cid <cid@mail.invalid>",
    );
    blog.checkout("main")
        .merge("pier", "2024-05-06T08:00:00-03:00", "Dan")
        .mv("posts/pier.md", "posts/2024-pier.md")
        .commit("2024-06-01T09:00:00+02:00", "Dan", "Rename");
    blog.rm("posts/2024-pier.md")
        .write(
            "posts/old-pier.md",
            format!("# The old pier\n\n{words}\nAsk the harbour master, or Eve.\n"),
        )
        .commit(
            "2024-06-02T09:00:00+02:00",
            "Eve",
            "Name who knows, and rename",
        );
    blog.write(
        "posts/old-pier.md",
        format!("---\ntags: [sea, stone]\n---\n# The old pier\n\n{words}\nAsk the harbour master, or Eve.\n"),
    )
    .commit("2024-06-03T09:00:00+02:00", "Fay", "Tag")
    .write(
        "posts/old-pier.md",
        format!("---\ntags: [sea, stone]\n---\n# The old pier\n\n{words}\nAsk the harbour master or Eve.\n"),
    )
    .commit("2024-06-04T09:00:00+02:00", "fmt[bot]", "Drop a comma");
    let reformatted = blog.head();
    blog.write(".git-blame-ignore-revs", reformatted).commit(
        "2024-06-05T09:00:00+02:00",
        "Dan",
        "Ignore it",
    );
    blog
}

fn why(blog: &Blog, post: &str) -> Value {
    blog.byline(&["why", post, "--json"]).succeeds().json()
}

fn compare(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("golden");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn a_post_that_travelled_is_explained_as_reviewed_and_without_addresses() {
    let blog = travelled();
    let table = blog.byline(&["why", "posts/old-pier.md"]).succeeds().out;
    let json = blog
        .byline(&["why", "posts/old-pier.md", "--json"])
        .succeeds()
        .out;
    assert!(json.contains("Ann Lee") && table.contains("Ann Lee"));
    for told in [&table, &json] {
        assert!(!told.contains("mail.invalid"), "{told}");
        assert!(!told.contains('@'), "{told}");
    }
    let manual = format!(
        "{}/site/pages/manual/commands.md",
        env!("CARGO_MANIFEST_DIR")
    );
    let manual = std::fs::read_to_string(manual).unwrap();
    let excerpt = &table[table.find("published  ").unwrap()..table.find("contributors").unwrap()];
    assert!(manual.contains(excerpt), "the manual shows what is said");
    compare("why", &table);
    compare("why-json", &json);
}

#[test]
fn a_post_is_asked_for_by_path_former_path_and_address() {
    let blog = travelled();
    for post in [
        "posts/old-pier.md",
        "./posts/old-pier.md",
        "posts/pier.md",
        "notes/pier.md",
        "/old-pier/",
        "/old-pier",
        "old-pier",
        "/pier/",
        "2024-pier",
        "https://blog.example/old-pier/#top",
        "http://127.0.0.1:8080/Old-Pier",
    ] {
        assert_eq!(why(&blog, post)["path"], "posts/old-pier.md", "{post}");
    }
}

#[test]
fn an_unknown_post_is_answered_with_the_ones_that_come_near() {
    let blog = travelled();
    blog.byline(&["why", "posts/old-peir.md"])
        .exits(2)
        .says("`posts/old-pier.md`");
    blog.rm("posts/old-pier.md").commit(NOON, "Dan", "Remove");
    blog.byline(&["why", "/old-pier"]).exits(2).says("removed");
    blog.byline(&["why", "zzz"])
        .exits(2)
        .says("byline list --all");
    blog.byline(&["why"]).exits(2).says("POST");
}

#[test]
fn what_is_stated_overrules_git_and_both_are_told() {
    let blog = Blog::new();
    blog.write(
        "posts/2021-05-06-a.md",
        "---\ndate: 2020-03-04\nauthor: Zed\nslug: first\n---\nA.\n",
    )
    .commit(NOON, "Ann", "Add");
    let told = why(&blog, "/first/");
    let published = &told["facts"]["published"];
    assert_eq!(published["from"], "front-matter");
    assert_eq!(
        published["in_front_matter"].as_str().unwrap()[..10],
        *"2020-03-04"
    );
    assert_eq!(
        published["in_file_name"].as_str().unwrap()[..10],
        *"2021-05-06"
    );
    assert_eq!(told["facts"]["authors"]["from"], "front-matter");
    assert_eq!(told["facts"]["url"]["slug_from"], "front-matter");
    assert_eq!(told["git"]["candidates"][0]["date"], NOON);
    assert_eq!(told["git"]["authors"][0]["name"], "Ann");
    blog.byline(&["why", "first"])
        .succeeds()
        .says("not needed: front matter states a date")
        .says("would count if none were stated");
}

#[test]
fn an_import_is_said_to_be_no_evidence() {
    let blog = Blog::new();
    for number in 0..12 {
        blog.write(
            &format!("posts/{number}.md"),
            format!("# Post {number}\n\nWords.\n"),
        );
    }
    blog.commit_by(
        ("Ann", "2024-01-01T12:00:00+00:00"),
        ("Bob", NOON),
        "Import",
    );
    let told = why(&blog, "posts/3.md");
    let verdicts: Vec<_> = told["git"]["candidates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|candidate| json!([candidate["rule"], candidate["verdict"], candidate["added"]]))
        .collect();
    assert_eq!(
        verdicts,
        [
            json!(["landed", "bulk", 12]),
            json!(["committer", "bulk", 12]),
            json!(["bulk", "won", null])
        ]
    );
}

#[test]
fn drafts_broken_posts_and_what_is_not_committed_are_explained_too() {
    let blog = Blog::of_two_posts();
    blog.write("posts/drafts/idea.md", "An idea.\n")
        .write("posts/cats.md", "+++\ntitle = \n+++\nBroken.\n")
        .commit(NOON, "Ann", "Begin, and break")
        .write("posts/new.md", "New.\n");
    let draft = why(&blog, "posts/drafts/idea.md");
    assert_eq!(draft["state"], "draft");
    assert_eq!(
        draft["facts"]["draft"],
        json!({ "value": true, "from": "path" })
    );
    assert_eq!(draft["git"]["ever_published"], false);
    let new = why(&blog, "/new/");
    assert_eq!(new["facts"]["published"]["from"], "uncommitted");
    assert_eq!(new["git"], Value::Null);
    let broken = blog
        .byline(&["why", "posts/cats.md", "--json"])
        .exits(1)
        .json();
    assert_eq!(broken["state"], "last-good-version");
    assert_eq!(broken["facts"]["title"]["value"], "Cats");
    assert_eq!(broken["findings"][0]["path"], "posts/cats.md");
}
