//! The commands as they are used from a shell: exit codes, messages, and what `build` leaves.

use std::fs;

use serde_json::Value;

use crate::harness::{Blog, Ran, Restless, difference, files_under};

const DATE: &str = "2024-03-04T12:00:00+00:00";

fn broken_post(blog: &Blog) -> &Blog {
    blog.write("posts/bad.md", "+++\ntitle = \n+++\nBad.\n")
        .commit(DATE, "Ann", "Break")
}

fn build(blog: &Blog, out: &str) -> Ran {
    let out = blog.home().join(out);
    blog.byline(&["build", "--out", out.to_str().unwrap()])
}

#[test]
fn good_content_is_zero_errors_are_one_and_misuse_is_two() {
    let blog = Blog::of_two_posts();
    blog.byline(&["check"]).exits(0);
    blog.byline(&["list"]).exits(0);
    build(&blog, "out").exits(0);
    blog.byline(&["check", "--no-such-flag"]).exits(2);
    blog.byline(&["build", "/no/such/folder", "--out", "x"])
        .exits(2);
    broken_post(&blog);
    blog.byline(&["check"]).exits(1);
}

#[test]
fn a_mistyped_command_is_answered_with_the_one_that_was_meant() {
    let blog = Blog::of_two_posts();
    blog.byline(&["biuld"]).exits(2).says("build");
    blog.byline(&["--version"])
        .succeeds()
        .says(env!("CARGO_PKG_VERSION"));
}

#[test]
fn a_mistyped_key_is_shown_where_it_stands_with_the_one_that_was_meant() {
    let blog = Blog::of_two_posts();
    blog.write("byline.toml", "[site]\ntilte = \"Animals\"\n")
        .commit(DATE, "Ann", "Mistype");
    let ran = blog
        .byline(&["check"])
        .says("byline.toml:2:1")
        .says("tilte")
        .says("`title`");
    assert!(matches!(ran.code, Some(1 | 2)), "{:?}", ran.code);
}

#[test]
fn contradictory_or_empty_server_settings_end_the_start_with_two() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let empty = remote.secret("");
    let common = ["serve", remote.path(), "--listen", "127.0.0.1:0"];
    let serve = |flags: &[&str]| blog.byline(&[&common, flags].concat());
    serve(&["--webhook-secret-file", &empty])
        .exits(2)
        .says("secret");
    serve(&["--webhook-secret-file", "/no/such/file"])
        .exits(2)
        .says("/no/such/file");
    serve(&["--poll", "soon"]).exits(2).says("soon");
    blog.byline(&["serve", "--listen", "nowhere"])
        .exits(2)
        .says("nowhere");
}

#[test]
fn an_address_in_use_is_said_in_one_line_and_ends_with_two() {
    let blog = Blog::of_two_posts();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let data = blog.home().join("data");
    let data = data.to_str().unwrap();
    blog.byline(&["serve", "--listen", &address, "--data-dir", data])
        .exits(2)
        .says(&address);
}

#[test]
fn check_says_what_the_contract_says_in_json() {
    let blog = Blog::of_two_posts();
    broken_post(&blog);
    let told = blog.check();
    let keys = [
        "commit",
        "posts",
        "pages",
        "files",
        "errors",
        "warnings",
        "timings_ms",
    ];
    for key in keys {
        assert!(told.get(key).is_some(), "{key} in {told:#}");
    }
    assert_eq!(told.as_object().unwrap().len(), keys.len(), "{told:#}");
    let error = told["errors"][0].as_object().unwrap();
    let mut names: Vec<_> = error.keys().map(String::as_str).collect();
    names.sort_unstable();
    let known = [
        "code", "column", "help", "line", "message", "path", "severity",
    ];
    assert_eq!(names, known);
    assert_eq!(
        (&error["severity"], &error["path"]),
        (&Value::from("error"), &Value::from("posts/bad.md"))
    );
}

#[test]
fn a_diagnostic_shows_place_line_and_what_to_do() {
    let blog = Blog::of_two_posts();
    blog.write("posts/bad.md", "---\ntitle: Bad\ndate: 31 Feb\n---\nBad.\n")
        .commit(DATE, "Ann", "Break");
    blog.byline(&["check"])
        .exits(1)
        .says("--> posts/bad.md:3:")
        .says("3 | date: 31 Feb")
        .says("31 Feb");
}

#[test]
fn another_site_config_stands_in_for_the_blogs_own() {
    let blog = Blog::new();
    blog.write("byline.toml", "[site\n")
        .write("content/a.md", "# A\n\nText.\n")
        .commit(DATE, "Ann", "Add");
    let config = blog.home().join("mine.toml");
    fs::write(&config, "[content]\nposts = [\"content\"]\n").unwrap();
    let listed = blog.list_with(&["--site-config", config.to_str().unwrap()]);
    assert_eq!(listed[0]["path"], "content/a.md");
}

#[test]
fn a_folder_of_a_repository_can_be_named_as_the_blog() {
    let blog = Blog::new();
    blog.write("README.md", "# The whole\n")
        .write("site/posts/cats.md", "# Cats\n\nText.\n")
        .commit(DATE, "Ann", "Add");
    let remote = blog.bare();
    for source in [remote.path(), blog.dir().to_str().unwrap()] {
        let listed = blog.list_with(&["--subdir", "site", source]);
        assert_eq!(listed[0]["path"], "posts/cats.md", "{source}");
        assert_eq!(listed[0]["published"], DATE);
    }
}

#[test]
fn a_branch_can_be_listed_from_a_bare_repository() {
    let blog = Blog::of_two_posts();
    blog.branch("next")
        .write("posts/owls.md", "Owls.\n")
        .commit(DATE, "Cid", "Add");
    let remote = blog.bare();
    blog.checkout("main");
    remote.push();
    assert_eq!(
        blog.list_with(&["--branch", "next", remote.path()]).len(),
        3
    );
    assert_eq!(
        blog.list_with(&["--branch", "main", remote.path()]).len(),
        2
    );
}

#[test]
fn the_source_is_the_current_folder_unless_it_is_named() {
    let blog = Blog::of_two_posts();
    let here = blog.byline(&["list", "--json"]).succeeds().out;
    let named = Ran::of(
        blog.home(),
        blog.home(),
        &["list", "--json", blog.dir().to_str().unwrap()],
    );
    assert_eq!(named.succeeds().out, here);
}

#[test]
fn list_as_a_table_names_each_post_with_its_day_and_author() {
    let blog = Blog::of_two_posts();
    blog.byline(&["list"])
        .succeeds()
        .says("2024-01-02")
        .says("Ann")
        .says("/cats/")
        .says("/dogs/");
}

#[test]
fn build_writes_every_page_and_says_what_it_did() {
    let blog = Blog::of_two_posts();
    let out = blog.home().join("out");
    let told = blog
        .byline(&["build", "--json", "--out", out.to_str().unwrap()])
        .succeeds()
        .json();
    assert_eq!(
        (&told["posts"], &told["commit"]),
        (&Value::from(2), &Value::from(blog.head()))
    );
    let files = files_under(&out);
    for name in [
        "index.html",
        "cats/index.html",
        "atom.xml",
        "feed.json",
        "sitemap.xml",
        "404.html",
    ] {
        assert!(files.contains_key(name), "{name} in {:?}", files.keys());
    }
}

#[test]
fn building_again_replaces_the_folder_whole_and_leaves_nothing_beside_it() {
    let blog = Blog::of_two_posts();
    build(&blog, "out").succeeds();
    let beside = || fs::read_dir(blog.home()).unwrap().count();
    let before = beside();
    blog.rm("posts/cats.md").commit(DATE, "Ann", "Remove");
    build(&blog, "out").succeeds();
    let files = files_under(&blog.home().join("out"));
    assert!(files.contains_key("dogs/index.html"));
    let stale = files
        .get("cats/index.html")
        .map(|page| String::from_utf8_lossy(page).into_owned());
    assert!(!stale.unwrap_or_default().contains("Cats sleep"));
    assert_eq!(beside(), before);
}

#[test]
fn of_two_addresses_that_are_one_file_the_authors_own_is_built() {
    let blog = Blog::of_two_posts();
    blog.write("archive/index.html", "Mine.\n")
        .write("tags", "No folder.\n")
        .commit(DATE, "Ann", "Add");
    for _ in 0..5 {
        build(&blog, "out").succeeds();
        let files = files_under(&blog.home().join("out"));
        assert_eq!(files["archive/index.html"], b"Mine.\n");
        assert_eq!(files["tags"], b"No folder.\n");
    }
}

#[test]
fn a_build_that_fails_leaves_the_folder_as_it_was() {
    let blog = Blog::of_two_posts();
    build(&blog, "out").succeeds();
    let before = files_under(&blog.home().join("out"));
    blog.write("byline.toml", "[site\n")
        .commit(DATE, "Ann", "Break");
    assert_ne!(build(&blog, "out").code, Some(0));
    assert_eq!(files_under(&blog.home().join("out")), before);
}

#[test]
fn a_folder_byline_did_not_make_is_not_replaced() {
    let blog = Blog::of_two_posts();
    let precious = blog.home().join("out/thesis.txt");
    fs::create_dir(blog.home().join("out")).unwrap();
    fs::write(&precious, "years of work").unwrap();
    assert_ne!(build(&blog, "out").code, Some(0));
    assert_eq!(fs::read_to_string(&precious).unwrap(), "years of work");
}

#[test]
fn the_same_revision_gives_the_same_bytes() {
    let blog = Blog::of_two_posts();
    blog.write("posts/code.md", "# Code\n\n```rust\nfn main() {}\n```\n")
        .commit(DATE, "Ann", "Add");
    let clone = blog.home().join("clone");
    blog.git(&["clone", "--quiet", ".", clone.to_str().unwrap()]);
    build(&blog, "one").succeeds();
    let two = blog.home().join("two");
    let out = two.to_str().unwrap();
    Ran::of(blog.home(), &clone, &["build", "--out", out]).succeeds();
    let (one, two) = (files_under(&blog.home().join("one")), files_under(&two));
    assert!(one.len() > 10, "{:?}", one.keys());
    assert_eq!(
        one.keys().collect::<Vec<_>>(),
        two.keys().collect::<Vec<_>>()
    );
    for (name, bytes) in &one {
        assert_eq!(bytes, &two[name], "{name}");
    }
}

#[test]
fn threads_and_the_zone_of_the_machine_change_no_byte() {
    let blog = Restless::of(3).blog;
    blog.write(
        "posts/late.md",
        "---\ndate: 2023-02-03 23:30:00\n---\nLate.\n",
    )
    .commit(DATE, "Ann", "Add");
    let built = |threads: &str, zone: &str| {
        let out = blog.home().join(threads);
        let environment = [("RAYON_NUM_THREADS", threads), ("TZ", zone)];
        let arguments = ["build", "--out", out.to_str().unwrap()];
        let ran = Ran::under(blog.home(), blog.dir(), &arguments, &environment);
        assert!(matches!(ran.code, Some(0 | 1)), "{}", ran.err);
        files_under(&out)
    };
    let one = built("1", "UTC");
    for (threads, zone) in [("2", "Asia/Tokyo"), ("7", "America/St_Johns")] {
        let other = built(threads, zone);
        assert!(one.keys().eq(other.keys()), "{threads} threads");
        for (name, bytes) in &one {
            let difference = difference(bytes, &other[name]);
            assert!(
                *bytes == other[name],
                "{threads}, {zone}: {name}, {difference}"
            );
        }
    }
}

#[test]
fn results_go_to_standard_output_and_everything_else_to_standard_error() {
    let blog = Blog::of_two_posts();
    let ran = blog.byline(&["-v", "list", "--json"]);
    let ran = if ran.code == Some(2) {
        blog.byline(&["list", "--json", "-v"])
    } else {
        ran
    };
    assert_eq!(ran.succeeds().json().as_array().unwrap().len(), 2);
    broken_post(&blog);
    let ran = blog.byline(&["list", "--json"]).exits(1);
    let ran = ran.says("posts/bad.md");
    assert_eq!(ran.json().as_array().unwrap().len(), 2);
}

#[test]
fn a_data_directory_that_is_not_there_is_made() {
    let blog = Blog::of_two_posts();
    let kept = blog.home().join("not/yet");
    blog.byline(&["list", "--data-dir", kept.to_str().unwrap()])
        .succeeds();
    assert!(kept.join("history").is_file());
}

#[test]
fn a_folder_that_is_no_repository_is_read_and_said_to_have_no_dates() {
    let blog = Blog::of_two_posts();
    fs::remove_dir_all(blog.dir().join(".git")).unwrap();
    assert_eq!(blog.listed("posts/cats.md")["date_from"], "uncommitted");
    assert!(
        blog.check()["warnings"]
            .to_string()
            .contains("no-repository")
    );
}
