//! The same commit gives the same bytes: whatever the threads, the zone, the language, the folder and
//! the time.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crate::harness::{Blog, Ran, difference, files_under};

/// More than are compared one by one, so that threads have their part in reading them.
const COMMITS: usize = 600;
const POSTS: usize = 40;
const FIRST: usize = 1_600_000_000;
/// 1 January 2030, 00:00 UTC.
const DUE: &str = "1893456000";
const EARLIER: &str = "1893455999";

type Files = BTreeMap<String, Vec<u8>>;

/// Posts that were edited again and again, by three people in three zones.
fn blog() -> Blog {
    let blog = Blog::new();
    blog.git_with(&["fast-import", "--quiet"], history());
    blog.git(&["reset", "--quiet", "--hard"]);
    let config =
        "[site]\ntitle = \"Same\"\nbase_url = \"https://blog.example\"\nposts_per_page = 7\n";
    blog.write("byline.toml", config)
        .write("pages/about.md", "# About\n\nA page.\n")
        .write("posts/trip/index.md", "# Trip\n\n![A view](view.svg)\n")
        .write(
            "posts/trip/view.svg",
            "<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n",
        )
        .commit("2024-03-04T12:00:00+05:45", "Zoë", "Go");
    blog
}

fn history() -> String {
    let people = [("Ann", "+0200"), ("Bob", "-0500"), ("Zoë", "+1245")];
    let mut stream = String::new();
    for number in 0..COMMITS {
        let post = number % POSTS;
        let (who, zone) = people[number % people.len()];
        let text = format!(
            "---\ntags: [t{}, İstanbul]\n---\n\n# Post {post}\n\nRead [the next](p{}.md), {number}.\n\n\
             ```rust\nfn main() {{ let n = {number}; }}\n```\n",
            post % 5,
            (post + 1) % POSTS
        );
        let date = format!("<{who}@mail.invalid> {} {zone}", FIRST + number * 1000);
        write!(
            stream,
            "commit refs/heads/main\nauthor {who} {date}\ncommitter {who} {date}\ndata 5\nWrite\n\
             M 644 inline posts/p{post}.md\ndata {}\n{text}\n",
            text.len()
        )
        .unwrap();
    }
    stream
}

/// What `byline build` makes of a source, run in a folder under an environment.
fn built(blog: &Blog, dir: &Path, source: &str, environment: &[(&str, &str)]) -> Files {
    let out = blog.home().join("out");
    let arguments = ["build", source, "--out", out.to_str().unwrap()];
    Ran::under(blog.home(), dir, &arguments, environment).succeeds();
    let files = files_under(&out);
    std::fs::remove_dir_all(out).unwrap();
    files
}

fn same(one: &Files, other: &Files, when: &str) {
    let names = |files: &Files| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(one), names(other), "{when}");
    for (name, bytes) in one {
        let differ = || difference(bytes, &other[name]);
        assert!(*bytes == other[name], "{when}: `{name}`, {}", differ());
    }
}

#[test]
fn a_commit_gives_the_same_bytes_everywhere() {
    let blog = blog();
    let first = built(&blog, blog.dir(), ".", &[("RAYON_NUM_THREADS", "1")]);
    assert!(first.len() > POSTS + 20, "{} files", first.len());
    let environments: [&[(&str, &str)]; 6] = [
        &[("RAYON_NUM_THREADS", "2")],
        &[("RAYON_NUM_THREADS", "7")],
        &[("TZ", "Pacific/Auckland")],
        &[("TZ", "America/St_Johns"), ("LANG", "tr_TR.UTF-8")],
        &[("LC_ALL", "de_DE.UTF-8"), ("LANG", "C")],
        &[("LC_ALL", "POSIX"), ("USER", "somebody"), ("COLUMNS", "20")],
    ];
    for environment in environments {
        let other = built(&blog, blog.dir(), ".", environment);
        same(&first, &other, &format!("{environment:?}"));
    }
}

#[test]
fn a_commit_gives_the_same_bytes_from_every_clone() {
    let blog = blog();
    let first = built(&blog, blog.dir(), ".", &[]);
    let elsewhere = blog.home().join("a/deeper folder");
    let elsewhere = elsewhere.to_str().unwrap();
    blog.git(&["clone", "--quiet", "--no-hardlinks", ".", elsewhere]);
    let bare = blog.bare();
    let url = format!("file://{}", bare.path());
    let places = [
        (Path::new(elsewhere), "."),
        (blog.home(), elsewhere),
        (blog.home(), bare.path()),
        (Path::new(elsewhere), url.as_str()),
    ];
    for (dir, source) in places {
        let other = built(&blog, dir, source, &[]);
        same(&first, &other, source);
    }
}

#[test]
fn a_commit_gives_the_same_bytes_at_any_time_at_which_the_same_posts_are_due() {
    let blog = blog();
    let now = built(&blog, blog.dir(), ".", &[]);
    for epoch in ["1893456000", "4102444800"] {
        let other = built(&blog, blog.dir(), ".", &[("SOURCE_DATE_EPOCH", epoch)]);
        same(&now, &other, epoch);
    }
}

/// A blog with one post that comes out when 2030 begins.
fn scheduled() -> Blog {
    let blog = Blog::of_two_posts();
    blog.write(
        "posts/soon.md",
        "---\ndate: 2030-01-01T02:00:00+02:00\n---\n\n# Soon\n",
    )
    .commit("2024-03-01T12:00:00Z", "Ann", "Schedule");
    blog
}

#[test]
fn source_date_epoch_decides_which_scheduled_posts_are_out() {
    let blog = scheduled();
    let at = |epoch| built(&blog, blog.dir(), ".", &[("SOURCE_DATE_EPOCH", epoch)]);
    let (early, earlier) = (at("1710000000"), at(EARLIER));
    same(&early, &earlier, "before it is due");
    let (due, later) = (at(DUE), at("4102444800"));
    same(&due, &later, "when it is due");
    let soon = "soon/index.html";
    assert!(!early.contains_key(soon) && due.contains_key(soon));
}

#[test]
fn the_other_commands_see_the_same_time() {
    let blog = scheduled();
    let at = |epoch, arguments: &[&str]| {
        let environment = [("SOURCE_DATE_EPOCH", epoch)];
        Ran::under(blog.home(), blog.dir(), arguments, &environment).succeeds()
    };
    for (epoch, posts, state) in [(EARLIER, 2, "scheduled"), (DUE, 3, "published")] {
        assert_eq!(at(epoch, &["check", "--json"]).json()["posts"], posts);
        let listed = at(epoch, &["list", "--json"]).json();
        assert_eq!(listed.as_array().unwrap().len(), posts);
        let why = at(epoch, &["why", "posts/soon.md", "--json"]).json();
        assert_eq!(why["state"], state);
    }
}

#[test]
fn what_is_not_committed_is_dated_by_source_date_epoch_in_every_zone() {
    let blog = Blog::of_two_posts();
    blog.write("posts/new.md", "# New\n");
    let environment = [("SOURCE_DATE_EPOCH", DUE), ("TZ", "Asia/Tokyo")];
    let there = built(&blog, blog.dir(), ".", &environment);
    let here = built(&blog, blog.dir(), ".", &[("SOURCE_DATE_EPOCH", DUE)]);
    same(&here, &there, "in another zone");
    let page = String::from_utf8_lossy(&here["new/index.html"]).into_owned();
    assert!(page.contains("2030-01-01T00:00:00+00:00"), "{page}");
}

#[test]
fn a_source_date_epoch_that_is_no_time_is_refused() {
    let blog = Blog::of_two_posts();
    for bad in ["", "soon", "-1", "1.5", "2030-01-01", "99999999999999"] {
        let environment = [("SOURCE_DATE_EPOCH", bad)];
        for command in ["build", "check", "list"] {
            Ran::under(blog.home(), blog.dir(), &[command], &environment)
                .exits(2)
                .says(&format!("`SOURCE_DATE_EPOCH` is `{bad}`"))
                .says("`date +%s`");
        }
    }
    assert!(!blog.dir().join("public").exists());
}
