//! The hook: a signed push is published, and nothing else does anything.

use std::collections::BTreeSet;

use crate::harness::{Blog, Response, SECRET, Server, push_of, signature};

const LATER: &str = "2024-03-04T12:34:56-05:00";

/// Sends a body with the signature given, if any.
fn send(server: &Server, body: &str, signed: Option<&str>) -> Response {
    let mut headers = vec![
        ("Content-Type", "application/json"),
        ("X-GitHub-Event", "push"),
    ];
    headers.extend(signed.map(|signed| ("X-Hub-Signature-256", signed)));
    server.send("POST", "/-/hook", &headers, body.as_bytes())
}

#[test]
fn a_pushed_post_is_served_with_its_commits_author_and_date() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let server = remote.serve();
    blog.write("posts/owls.md", "# Owls\n\nOwls hoot.\n")
        .commit(LATER, "Cid", "Add owls");
    remote.push();
    let queued = server.hook(&push_of("main")).is(202).json();
    let id = queued["build"].as_str().unwrap();
    assert!(
        queued["status_url"]
            .as_str()
            .unwrap()
            .ends_with(&format!("/-/builds/{id}"))
    );
    let build = server.build_settled(id);
    assert_eq!(build["state"], "published");
    assert_eq!(build["commit"], blog.head());
    server
        .get("/owls/")
        .is(200)
        .shows("Owls hoot.")
        .shows("Cid")
        .shows(LATER);
}

#[test]
fn the_secret_can_come_from_the_environment_s_file_with_two_lines_for_rotation() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let file = remote.secret(&format!("older secret of ours\n{SECRET}"));
    let server = remote.serve_with(&["--poll", "0", "--webhook-secret-file", &file]);
    let body = push_of("main");
    for secret in ["older secret of ours", SECRET] {
        let signed = signature(secret, body.as_bytes());
        send(&server, &body, Some(&signed)).is(202);
    }
}

#[test]
fn what_is_not_rightly_signed_is_refused_and_nothing_happens() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let server = remote.serve();
    let served = blog.head();
    blog.write("posts/owls.md", "Owls hoot.\n")
        .commit(LATER, "Cid", "Add owls");
    remote.push();
    let body = push_of("main");
    let wrong = format!("sha256={}", "0".repeat(64));
    let of_another_body = signature(SECRET, push_of("other").as_bytes());
    let unknown_secret = signature("another secret altogether", body.as_bytes());
    let mut cut = signature(SECRET, body.as_bytes());
    cut.truncate(40);
    for signed in [
        None,
        Some(wrong.as_str()),
        Some(&of_another_body),
        Some(&unknown_secret),
        Some(&cut),
        Some(""),
    ] {
        let answer = send(&server, &body, signed).is(401);
        assert!(!answer.text().contains(SECRET));
    }
    assert_eq!(server.get("/-/readyz").json()["commit"], served);
    assert!(!server.log().contains(SECRET));
    // The same push, rightly signed, would have been seen.
    server.rebuilt();
    server.get("/owls/").is(200);
}

#[test]
fn a_push_to_another_branch_and_a_ping_are_answered_with_a_reason() {
    let blog = Blog::of_two_posts();
    let server = blog.bare().serve();
    server.hook(&push_of("topic")).is(200).shows("topic");
    let body = "{\"zen\":\"Keep it logically awesome.\"}";
    let signed = signature(SECRET, body.as_bytes());
    let headers = [
        ("Content-Type", "application/json"),
        ("X-GitHub-Event", "ping"),
        ("X-Hub-Signature-256", signed.as_str()),
    ];
    server
        .send("POST", "/-/hook", &headers, body.as_bytes())
        .is(200);
}

#[test]
fn without_a_secret_there_is_no_hook() {
    let blog = Blog::of_two_posts();
    let server = blog.bare().serve_with(&["--poll", "0"]);
    server.hook(&push_of("main")).is(404);
}

#[test]
fn a_form_encoded_push_counts_and_the_signature_is_over_the_raw_body() {
    let blog = Blog::of_two_posts();
    let server = blog.bare().serve();
    let body = format!(
        "payload={}",
        push_of("main")
            .replace('"', "%22")
            .replace('{', "%7B")
            .replace('}', "%7D")
    );
    let signed = signature(SECRET, body.as_bytes());
    let headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("X-GitHub-Event", "push"),
        ("X-Hub-Signature-256", signed.as_str()),
    ];
    server
        .send("POST", "/-/hook", &headers, body.as_bytes())
        .is(202);
}

#[test]
fn a_body_that_is_no_push_is_refused_for_what_it_is() {
    let blog = Blog::of_two_posts();
    let mut server = blog.bare().serve();
    server.hook("{\"ref\": ").is(400);
    server.hook("[]").is(400);
    server.hook(&"[".repeat(100_000)).is(400);
    let signed = signature(SECRET, b"<push/>");
    let headers = [
        ("Content-Type", "text/xml"),
        ("X-GitHub-Event", "push"),
        ("X-Hub-Signature-256", signed.as_str()),
    ];
    server.send("POST", "/-/hook", &headers, b"<push/>").is(415);
    let claim = [
        ("Content-Type", "application/json"),
        ("Content-Length", "99999999999"),
    ];
    let mut connection = server.connect();
    let head = claim.iter().fold(
        "POST /-/hook HTTP/1.1\r\nHost: a\r\n".to_owned(),
        |head, (name, value)| format!("{head}{name}: {value}\r\n"),
    );
    connection.send(format!("{head}\r\n").as_bytes()).unwrap();
    connection.receive(false).unwrap().is(413);
    assert!(server.lives());
}

/// The first build is long and every hook comes while it runs: all of them are one more build.
#[test]
fn a_burst_of_hooks_is_at_most_two_builds_and_the_newest_commit_is_live_at_the_end() {
    let blog = Blog::of_two_posts();
    for number in 0..400 {
        let words = "long ".repeat(400);
        blog.write(
            &format!("posts/p{number}.md"),
            format!("# P{number}\n\n{words}\n"),
        );
    }
    blog.commit(LATER, "Ann", "Write much");
    let remote = blog.bare();
    let server = remote.launch();
    let mut connection = server.connect();
    let body = push_of("main");
    let signed = signature(SECRET, body.as_bytes());
    let request = format!(
        "POST /-/hook HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\
         X-GitHub-Event: push\r\nX-Hub-Signature-256: {signed}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    connection.send(request.repeat(150).as_bytes()).unwrap();
    blog.write("posts/last.md", "The last word.\n")
        .commit(LATER, "Ann", "Add");
    remote.push();
    connection.send(request.repeat(150).as_bytes()).unwrap();
    let builds: Vec<String> = (0..300)
        .map(|_| connection.receive(false).unwrap().is(202).json())
        .map(|queued| queued["build"].as_str().unwrap().to_owned())
        .collect();
    let distinct: BTreeSet<&String> = builds.iter().collect();
    assert!(distinct.len() <= 2, "{} builds", distinct.len());
    let last = server.build_settled(builds.last().unwrap());
    assert_eq!(last["commit"], blog.head());
    server.get("/last/").is(200).shows("The last word.");
}

#[test]
fn a_build_can_be_followed_by_who_knows_its_name_alone() {
    let blog = Blog::of_two_posts();
    let server = blog.bare().serve();
    let build = server.rebuilt();
    let id = build["id"].as_str().unwrap();
    assert!(id.len() >= 32, "unguessable: {id}");
    for key in [
        "state",
        "commit",
        "posts",
        "errors",
        "warnings",
        "timings_ms",
    ] {
        assert!(build.get(key).is_some(), "{key} in {build}");
    }
    let page = server
        .ask(
            "GET",
            &format!("/-/builds/{id}"),
            &[("Accept", "text/html")],
        )
        .is(200);
    assert!(
        page.header("content-type")
            .unwrap()
            .starts_with("text/html")
    );
    server
        .get("/-/builds/00000000000000000000000000000000")
        .is(404);
}

#[test]
fn a_look_that_finds_nothing_new_still_tells_what_is_wrong_with_what_is_served() {
    let blog = Blog::of_two_posts();
    blog.write("posts/bad.md", "+++\ntitle = \n+++\nBad.\n")
        .commit(LATER, "Ann", "Break");
    let server = blog.bare().serve();
    let again = server.rebuilt();
    assert_eq!(again["posts"], 2, "{again:#}");
    assert!(
        again["errors"].to_string().contains("posts/bad.md"),
        "{again:#}"
    );
}
