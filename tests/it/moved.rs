//! Old addresses keep working, from history alone: 308 for what moved, 410 for what is gone, and
//! 404 for what readers never saw.

use crate::harness::{Blog, Server};

const MAY: &str = "2024-05-01T09:00:00+02:00";
const JUNE: &str = "2024-06-01T09:00:00+02:00";
const JULY: &str = "2024-07-01T09:00:00+02:00";

/// Six lines that no other post has.
fn words(about: &str) -> String {
    (1..=6)
        .map(|line| format!("Sentence {line} of what there is to say about {about}.\n"))
        .collect()
}

fn leads(server: &Server, from: &str, to: &str) {
    let answer = server.get(from).is(308);
    assert_eq!(answer.header("location"), Some(to), "{from}");
}

fn warnings(blog: &Blog) -> String {
    blog.check()["warnings"].to_string()
}

#[test]
fn a_post_renamed_twice_answers_at_each_old_address_with_its_present_one() {
    let blog = Blog::of_two_posts();
    blog.write("posts/owls.md", words("owls"))
        .commit(MAY, "Ann", "Add")
        .mv("posts/owls.md", "posts/night-owls.md")
        .commit(MAY, "Ann", "Rename")
        .rm("posts/night-owls.md")
        .write("posts/2024/strix.md", words("owls") + "They hoot.\n")
        .commit(JUNE, "Ann", "Rename and edit");
    let remote = blog.bare();
    for server in [blog.serve(), remote.serve_with(&["--poll", "0"])] {
        leads(&server, "/owls/", "/strix/");
        leads(&server, "/night-owls/", "/strix/");
        leads(&server, "/night-owls", "/strix/");
        leads(&server, "/owls/?from=feed", "/strix/?from=feed");
        server.get("/strix/").is(200).shows("They hoot.");
        let answer = server.ask("HEAD", "/owls/", &[]).is(308);
        let cache = answer.header("cache-control").unwrap();
        assert!(cache.contains("max-age=0"), "{cache}");
    }
    assert_eq!(warnings(&blog), "[]");
}

#[test]
fn a_deleted_post_answers_410_with_the_themes_page_until_it_is_restored() {
    let blog = Blog::of_two_posts();
    blog.write("theme/410.hbs", "<p>No more of this.</p>")
        .write(
            "posts/owls.md",
            format!("---\nalias: /2019/owls.html\n---\n{}", words("owls")),
        )
        .commit(MAY, "Ann", "Add owls")
        .mv("posts/owls.md", "posts/night-owls.md")
        .commit(MAY, "Ann", "Rename")
        .rm("posts/night-owls.md")
        .commit(JUNE, "Ann", "Delete owls");
    let server = blog.serve();
    for old in ["/owls/", "/owls", "/night-owls/", "/2019/owls.html"] {
        let page = server.get(old).is(410).shows("No more of this");
        assert_eq!(page.header("cache-control"), Some("no-cache"), "{old}");
        assert_eq!(page.header("x-robots-tag"), Some("noindex"), "{old}");
        assert!(page.header("content-security-policy").is_some(), "{old}");
        let head = server.ask("HEAD", old, &[]).is(410);
        assert!(head.body.is_empty(), "{old}");
    }
    server.get("/sitemap.xml").is(200).hides("owls");
    blog.git(&["checkout", "HEAD~1", "--", "posts/night-owls.md"]);
    blog.commit(JULY, "Ann", "Restore owls");
    server.eventually_is("/night-owls/", 200);
    // A build between the two commands knows the file, and no commit that restored the post.
    server.eventually_is("/owls/", 308);
    leads(&server, "/owls/", "/night-owls/");
}

#[test]
fn a_new_post_at_an_old_address_wins_and_check_names_both() {
    let blog = Blog::of_two_posts();
    blog.mv("posts/cats.md", "posts/felines.md")
        .commit(MAY, "Ann", "Rename")
        .write("posts/cats.md", words("the musical"))
        .commit(JUNE, "Ann", "Review");
    let server = blog.serve();
    server.get("/cats/").is(200).shows("the musical");
    server.get("/felines/").is(200).shows("Cats sleep");
    let warnings = warnings(&blog);
    for part in ["reused-address", "posts/cats.md", "posts/felines.md"] {
        assert!(warnings.contains(part), "{warnings}");
    }
    blog.byline(&["check"]).exits(0);
}

#[test]
fn a_changed_slug_date_or_title_leaves_the_older_addresses_working() {
    let blog = Blog::new();
    let text = |head: &str| format!("---\n{head}---\n{}", words("owls"));
    blog.write("byline.toml", "[content]\npermalink = \"/:year/:title/\"\n")
        .write("posts/owls.md", text("title: Owls\ndate: 2023-04-05\n"))
        .commit(MAY, "Ann", "Add")
        .write(
            "posts/owls.md",
            text("title: Night owls\ndate: 2023-04-05\n"),
        )
        .commit(MAY, "Ann", "Change the title")
        .write(
            "posts/owls.md",
            text("title: Night owls\ndate: 2022-04-05\n"),
        )
        .commit(MAY, "Ann", "Change the date")
        .write("posts/owls.md", text("permalink: /birds/owls.html\n"))
        .commit(JUNE, "Ann", "State an address")
        .write("posts/owls.md", text("permalink: /owls/\n"))
        .commit(JULY, "Ann", "State another");
    let server = blog.serve();
    server.get("/owls/").is(200);
    for old in [
        "/2023/owls/",
        "/2023/night-owls/",
        "/2022/night-owls/",
        "/birds/owls/",
        "/birds/owls.html",
    ] {
        leads(&server, old, "/owls/");
    }
}

#[test]
fn drafts_and_posts_not_yet_due_have_no_old_address() {
    let blog = Blog::of_two_posts();
    blog.write("drafts/idea.md", words("ideas"))
        .write(
            "posts/flagged.md",
            format!("---\ndraft: true\n---\n{}", words("flags")),
        )
        .write(
            "posts/later.md",
            format!("---\ndate: 2999-01-01\n---\n{}", words("tomorrow")),
        )
        .write(
            "posts/sooner.md",
            format!("---\ndate: 2999-01-01\n---\n{}", words("today")),
        )
        .write("posts/back.md", words("second thoughts"))
        .commit(MAY, "Ann", "Write")
        .mv("drafts/idea.md", "posts/thought.md")
        .mv("posts/flagged.md", "posts/signal.md")
        .mv("posts/later.md", "posts/some-day.md")
        .rm("posts/sooner.md")
        .mv("posts/back.md", "drafts/rethought.md")
        .commit(JUNE, "Ann", "Move");
    blog.branch("other")
        .write("posts/branch.md", words("branches"))
        .commit(JUNE, "Ann", "Write on a branch")
        .rm("posts/branch.md")
        .commit(JULY, "Ann", "Delete it there");
    blog.checkout("main").merge("other", JULY, "Ann");
    let server = blog.serve();
    server.get("/thought/").is(200);
    for path in [
        "/idea/",
        "/drafts/idea/",
        "/flagged/",
        "/signal/",
        "/later/",
        "/some-day/",
        "/sooner/",
        "/back/",
        "/rethought/",
        "/branch/",
    ] {
        server.get(path).is(404);
    }
}

#[test]
fn old_addresses_outlive_a_restart_without_the_remote() {
    let blog = Blog::of_two_posts();
    blog.mv("posts/cats.md", "posts/felines.md")
        .rm("posts/dogs.md")
        .commit(MAY, "Ann", "Move one, delete the other");
    let remote = blog.bare();
    let mut server = remote.serve_with(&["--poll", "0"]);
    leads(&server, "/cats/", "/felines/");
    server.kill_9();
    remote.away();
    server.relaunch();
    server.eventually_is("/felines/", 200);
    leads(&server, "/cats/", "/felines/");
    server.get("/dogs/").is(410);
}

#[test]
fn a_push_moves_and_deletes_at_once() {
    let blog = Blog::of_two_posts();
    let server = blog.serve();
    blog.mv("posts/cats.md", "posts/felines.md")
        .rm("posts/dogs.md")
        .commit(MAY, "Ann", "Move one, delete the other");
    server.eventually_is("/felines/", 200);
    server.eventually_is("/cats/", 308);
    server.eventually_is("/dogs/", 410);
}

#[test]
fn a_folder_of_plain_files_leads_on_and_says_nothing_of_what_is_gone() {
    let blog = Blog::of_two_posts();
    blog.mv("posts/cats.md", "posts/felines.md")
        .rm("posts/dogs.md")
        .commit(MAY, "Ann", "Move one, delete the other");
    let out = blog.home().join("out");
    blog.byline(&["build", "--out", out.to_str().unwrap()])
        .exits(0);
    let page = std::fs::read_to_string(out.join("cats/index.html")).unwrap();
    assert!(page.contains("url=/felines/"), "{page}");
    assert!(!out.join("dogs").exists());
}
