//! Mirrors of real remotes: each way to reach one, and each way one goes away.

use crate::harness::{Blog, GitDaemon, Server, SmartHttp, push_of};

const LATER: &str = "2024-03-04T12:00:00+00:00";
const OUTAGE: &str = "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// Mirrors `url` and sees a commit that is pushed later, by polling alone. Gives what was logged.
pub(crate) fn follows(blog: &Blog, url: &str, flags: &[&str]) -> String {
    let flags = [&["--poll", "1"], flags].concat();
    let server = Server::start(blog.home(), url, &flags);
    server
        .get("/cats/")
        .is(200)
        .shows("Ann")
        .shows("2024-01-02T10:00:00+02:00");
    blog.write("posts/owls.md", "Owls hoot.\n")
        .commit(LATER, "Cid", "Add owls");
    blog.git(&[
        "push",
        "--quiet",
        blog.home().join("remote.git").to_str().unwrap(),
        "HEAD",
    ]);
    server.eventually("/owls/", "Owls hoot.").shows("Cid");
    server.log()
}

#[test]
fn a_bare_repository_by_path_is_mirrored() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    follows(&blog, remote.path(), &[]);
}

#[test]
fn a_file_url_is_mirrored() {
    let blog = Blog::of_two_posts();
    let url = format!("file://{}", blog.bare().path());
    follows(&blog, &url, &[]);
}

#[test]
fn a_git_daemon_is_mirrored() {
    let blog = Blog::of_two_posts();
    blog.bare();
    let Some(daemon) = GitDaemon::over(blog.home()) else {
        return;
    };
    follows(&blog, &daemon.url("remote.git"), &[]);
}

#[test]
fn a_smart_http_remote_is_mirrored() {
    let blog = Blog::of_two_posts();
    blog.bare();
    let http = SmartHttp::over(blog.home());
    follows(&blog, &http.url("remote.git"), &[]);
}

#[test]
fn a_forge_that_answers_nonsense_leaves_the_site_up_and_is_named_until_it_recovers() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let http = SmartHttp::over(blog.home());
    let server = Server::start(blog.home(), &http.url("remote.git"), &["--poll", "1"]);
    for answer in [
        OUTAGE,
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>",
    ] {
        http.fail(Some(answer));
        server.eventually("/-/healthz", "degraded").is(200);
        server.get("/cats/").is(200);
        server.get("/-/readyz").is(200);
        http.fail(None);
        blog.write("posts/owls.md", answer)
            .commit(LATER, "Cid", "Write");
        remote.push();
        server.eventually("/-/healthz", "ok").is(200);
    }
}

#[test]
fn a_force_push_is_followed() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let server = remote.serve();
    blog.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    blog.write("posts/owls.md", "Owls hoot.\n")
        .commit(LATER, "Cid", "Rewrite history");
    remote.push();
    assert_eq!(server.rebuilt()["commit"], blog.head());
    server.get("/owls/").is(200);
    assert!(matches!(server.get("/dogs/").status, 404 | 410));
    let fresh = blog
        .byline(&["list", "--json", remote.path()])
        .succeeds()
        .json();
    assert_eq!(fresh.as_array().unwrap().len(), 2);
}

#[test]
fn a_deleted_branch_leaves_the_last_good_site_and_is_told() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let server = remote.serve();
    remote.delete_branch("refs/heads/main");
    assert_eq!(server.rebuilt()["state"], "failed");
    server.get("/cats/").is(200).shows("Cats sleep all day.");
    server.get("/-/readyz").is(200);
    assert_ne!(server.get("/-/healthz").json()["status"], "ok");
    remote.push();
    assert_eq!(server.rebuilt()["state"], "published");
    assert_eq!(server.get("/-/healthz").json()["status"], "ok");
}

#[test]
fn a_force_push_to_an_older_commit_takes_back_what_came_since() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let server = remote.serve();
    let older = blog.head();
    blog.write("posts/cats.md", "# Cats\n\nCats purr.\n")
        .write("posts/owls.md", "Owls hoot.\n")
        .commit(LATER, "Cid", "Write more");
    remote.push();
    server.rebuilt();
    server.get("/owls/").is(200);
    blog.git(&["reset", "--quiet", "--hard", &older]);
    remote.push();
    let build = server.rebuilt();
    assert_eq!(build["commit"], older);
    assert_eq!(build["changes"]["posts"]["removed"][0], "/owls/");
    server
        .get("/cats/")
        .is(200)
        .shows("Cats sleep all day.")
        .hides("Cid");
    // It was never there, as far as this history goes.
    server.get("/owls/").is(404);
    let elsewhere = blog.home().join("cold");
    std::fs::create_dir(&elsewhere).unwrap();
    let cold = Server::start(&elsewhere, remote.path(), &[]);
    for page in ["/cats/", "/atom.xml"] {
        assert_eq!(cold.get(page).text(), server.get(page).text());
    }
}

#[test]
fn a_branch_that_is_made_anew_from_elsewhere_is_followed() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let server = remote.serve();
    remote.delete_branch("refs/heads/main");
    assert_eq!(server.rebuilt()["state"], "failed");
    blog.git(&["checkout", "--quiet", "--orphan", "fresh"]);
    blog.git(&["rm", "-r", "--quiet", "--force", "."]);
    blog.write("posts/owls.md", "Owls hoot.\n")
        .commit(LATER, "Cid", "Begin again");
    blog.git(&["push", "--quiet", remote.path(), "fresh:main"]);
    assert_eq!(server.rebuilt()["state"], "published");
    server.get("/owls/").is(200).shows("Cid");
    server.get("/cats/").is(404);
    assert_eq!(server.get("/-/healthz").json()["status"], "ok");
}

#[test]
fn a_default_branch_that_is_renamed_is_followed_and_its_pushes_count() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let server = remote.serve();
    let dir = remote.path();
    let at = |arguments: &[&str]| blog.git(&[&["--git-dir", dir], arguments].concat());
    at(&["branch", "--move", "main", "trunk"]);
    at(&["symbolic-ref", "HEAD", "refs/heads/trunk"]);
    blog.git(&["branch", "--move", "trunk"]);
    blog.write("posts/owls.md", "Owls hoot.\n")
        .commit(LATER, "Cid", "Add owls");
    blog.git(&["push", "--quiet", dir, "trunk"]);
    // The forge tells of a branch that byline takes for another one, so the poll has to find it.
    server.hook(&push_of("trunk")).is(200);
    assert_eq!(server.rebuilt()["commit"], blog.head());
    server.get("/owls/").is(200);
    server.hook(&push_of("trunk")).is(202);
    server.hook(&push_of("main")).is(200);
}

#[test]
fn a_remote_that_is_away_at_the_first_start_is_waited_for() {
    let blog = Blog::of_two_posts();
    blog.bare();
    let http = SmartHttp::over(blog.home());
    http.fail(Some(OUTAGE));
    let mut server = Server::launch(blog.home(), &http.url("remote.git"), &["--poll", "0"]);
    let answer = server.eventually_is("/", 503);
    assert!(answer.header("retry-after").is_some(), "{}", answer.head());
    server.get("/-/readyz").is(503);
    server.get("/-/livez").is(200);
    http.fail(None);
    server.wait_until_ready();
    server.get("/cats/").is(200);
    assert!(server.lives());
}

#[test]
fn a_remote_that_goes_away_later_takes_nothing_with_it() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let server = remote.serve();
    remote.away();
    assert_eq!(server.rebuilt()["state"], "failed");
    server.get("/cats/").is(200);
    server.get("/-/readyz").is(200);
    server.get("/-/healthz").is(200).shows("degraded");
    remote.back();
    server.rebuilt();
    server.get("/-/healthz").is(200).shows("ok");
}

#[test]
fn the_published_branch_can_be_named() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    blog.branch("live")
        .write("posts/owls.md", "Owls hoot.\n")
        .commit(LATER, "Cid", "Add owls");
    remote.push();
    let server = remote.serve_with(&["--poll", "0", "--branch", "live"]);
    server.get("/owls/").is(200);
    assert_eq!(server.get("/-/readyz").json()["commit"], blog.head());
}

#[test]
fn a_mirror_is_bare_and_whole_and_holds_one_branch() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    blog.branch("secret")
        .write("posts/owls.md", "xyzzy\n")
        .commit(LATER, "Cid", "Keep");
    remote.push();
    blog.checkout("main");
    let server = remote.serve_with(&["--poll", "0"]);
    let data = crate::harness::files_under(server.data_dir());
    assert!(
        !data.keys().any(|name| name.ends_with("cats.md")),
        "nothing is checked out"
    );
    assert!(!data.keys().any(|name| name.ends_with("/shallow")));
    let refs: Vec<_> = data.keys().filter(|name| name.contains("secret")).collect();
    assert!(refs.is_empty(), "{refs:?}");
}
