//! The theme as its authors meet it: what it is made of, taking a file over, and what templates see.

use serde_json::Value;

use crate::harness::Blog;

const DAY: &str = "2024-01-01T09:00:00+01:00";

#[test]
fn the_files_of_the_theme_are_listed_with_where_they_come_from() {
    let blog = Blog::new();
    blog.write("theme/404.hbs", "nothing")
        .write("theme/partials/badge.hbs", "b")
        .commit(DAY, "Ann", "Style");
    let listed = blog.byline(&["theme", "list"]).succeeds().out;
    for line in [
        "replaced  404.hbs\n",
        "built in  index.hbs\n",
        "added     partials/badge.hbs\n",
    ] {
        assert!(listed.contains(line), "{line}: {listed}");
    }
    let listed = blog.byline(&["theme", "list", "--json"]).json();
    let of = |name: &str| {
        let mut files = listed.as_array().unwrap().iter();
        files.find(|file| file["file"] == name).unwrap()["from"].clone()
    };
    assert_eq!(of("404.hbs"), "replaced");
    assert_eq!(of("static/style.css"), "built-in");
    assert_eq!(of("partials/badge.hbs"), "added");
}

#[test]
fn a_file_is_taken_over_and_then_stands_in_for_the_built_in_one() {
    let blog = Blog::new();
    blog.write("posts/a.md", "# A\n").commit(DAY, "Ann", "Add");
    let eject = |arguments: &[&str]| {
        let all: Vec<&str> = ["theme", "eject"]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        blog.byline(&all)
    };
    eject(&["partials/footer.hbs"]).succeeds();
    let file = blog.dir().join("theme/partials/footer.hbs");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("site-footer"), "{text}");

    blog.write("theme/partials/footer.hbs", "<footer>mine</footer>\n");
    eject(&["theme/partials/footer.hbs"])
        .exits(2)
        .says("--force");
    assert!(
        blog.serve()
            .get("/a/")
            .text()
            .contains("<footer>mine</footer>")
    );
    eject(&["partials/footer.hbs", "--force"]).succeeds();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);

    eject(&["partials/foter.hbs"])
        .exits(2)
        .says("did you mean `partials/footer.hbs`?");
    eject(&["zzz"]).exits(2).says("byline theme list");
    eject(&["../../../etc/passwd"]).exits(2);
    eject(&["404.hbs", "nosuchfolder"])
        .exits(2)
        .says("is no folder");
    eject(&[]).exits(2).says("FILE");
}

#[test]
fn another_theme_is_chosen_by_name() {
    let blog = Blog::of_two_posts();
    blog.write("byline.toml", "[site]\ntheme = \"plain\"\n");
    let home = blog.serve().get("/").is(200);
    home.shows("class=\"lines\"").hides("class=\"rail\"");
    let listed = blog.byline(&["theme", "list"]).succeeds().out;
    assert!(listed.contains("built in  index.hbs\n"), "{listed}");
    blog.byline(&["theme", "eject", "index.hbs", "--theme", "plain"])
        .succeeds();
    let ejected = std::fs::read_to_string(blog.dir().join("theme/index.hbs")).unwrap();
    assert!(ejected.contains("list of titles"), "{ejected}");
    blog.byline(&["theme", "eject", "404.hbs", "--theme", "nosuch"])
        .exits(2);
    blog.write("byline.toml", "[site]\ntheme = \"plian\"\n");
    blog.byline(&["check"])
        .exits(1)
        .says("did you mean `plain`?");
}

#[test]
fn what_the_template_of_a_post_sees_is_told() {
    let blog = Blog::of_two_posts();
    blog.write("pages/about.md", "# About\n")
        .write("posts/c.md", "---\ndraft: true\n---\n# C\n")
        .commit(DAY, "Ann", "Add");
    let context = |post: &str| -> Value { blog.byline(&["list", "--context", post]).json() };
    let seen = context("/dogs/");
    assert_eq!(seen["post"]["title"], "Dogs");
    assert_eq!(seen["page"]["kind"], "post");
    assert_eq!(seen["older"]["url"], "/cats/");
    assert!(
        seen["post"]["html"].as_str().unwrap().contains("<p>"),
        "{seen:#}"
    );
    assert_eq!(seen, context("posts/dogs.md"));
    assert_eq!(context("/about/")["page"]["kind"], "page");

    // Each name the post template of the manual's own theme uses is there.
    let names = seen["post"].as_object().unwrap();
    for name in [
        "url",
        "name",
        "published",
        "authors",
        "tags",
        "history",
        "images",
        "words",
    ] {
        assert!(names.contains_key(name), "{name}");
    }
    let told = |post: &str| blog.byline(&["list", "--context", post]);
    told("/dosg/").exits(2).says("`/dogs/`");
    told("posts/c.md").exits(2).says("on no page");
}
