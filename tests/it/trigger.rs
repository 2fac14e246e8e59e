//! `byline trigger`: a push told from a shell, and a job that ends as the build does.

use std::time::Instant;

use crate::harness::{Blog, Ran, Receiver, Remote, SECRET, Server};

const LATER: &str = "2024-03-04T12:00:00+00:00";

/// Runs it against a server with the right secret, and looks for it in all that is said.
fn trigger(remote: &Remote<'_>, blog: &Blog, url: &str, flags: &[&str]) -> Ran {
    let secret = remote.secret(SECRET);
    let ran = blog.byline(&[&["trigger", url, "--secret-file", &secret], flags].concat());
    for text in [&ran.out, &ran.err] {
        assert!(!text.contains(SECRET), "the secret is shown:\n{text}");
    }
    ran
}

fn url(server: &Server) -> String {
    format!("http://{}", server.address())
}

fn push(blog: &Blog, remote: &Remote<'_>, path: &str, text: &str) {
    blog.write(path, text).commit(LATER, "Cid", "Write");
    remote.push();
}

#[test]
fn a_job_waits_until_readers_see_the_push() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let server = remote.serve();
    push(&blog, &remote, "posts/owls.md", "Owls hoot.\n");
    let head = blog.head();
    let flags = ["--wait", "--commit", &head];
    let ran = trigger(&remote, &blog, &url(&server), &flags).succeeds();
    server.get("/owls/").is(200);
    assert!(
        ran.out
            .starts_with(&format!("published {} in ", &head[..7])),
        "{}",
        ran.out
    );
    assert!(
        ran.out.trim_end().ends_with("3 posts, 1 new"),
        "{}",
        ran.out
    );
    assert!(
        !ran.err.contains("published"),
        "the end is said once: {}",
        ran.err
    );
    // As JSON for whoever reads it with a program, and with whatever forge's words.
    for forge in ["github", "gitlab", "bitbucket-cloud", "azure", "bearer"] {
        let flags = ["--wait", "--json", "--forge", forge];
        let build = trigger(&remote, &blog, &url(&server), &flags)
            .succeeds()
            .json();
        assert_eq!(
            (&build["state"], &build["commit"]),
            (&"published".into(), &head.as_str().into())
        );
    }
    // Without waiting there is the page to look at.
    let ran = trigger(&remote, &blog, &url(&server), &["--json"]).succeeds();
    assert_eq!(
        ran.json()["status_url"].as_str().unwrap().len(),
        "/-/builds/".len() + 32
    );
    ran.says("accepted, see http://");
}

#[test]
fn a_job_fails_as_the_build_does_and_says_where() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let server = remote.serve();
    push(
        &blog,
        &remote,
        "posts/owls.md",
        "+++\ndate = \"31 Feb\"\n+++\nOwls.\n",
    );
    let ran = trigger(&remote, &blog, &url(&server), &["--wait"]).exits(1);
    assert!(ran.out.contains("2 posts, but with 1 error"), "{}", ran.out);
    ran.says("error: posts/owls.md:2:8: ");
    push(&blog, &remote, "byline.toml", "[site]\ntitel = \"x\"\n");
    let ran = trigger(&remote, &blog, &url(&server), &["--wait"]).exits(1);
    assert!(
        ran.out.starts_with("failed: byline.toml:2:1: "),
        "{}",
        ran.out
    );
    ran.says("error: byline.toml:2:1: unknown key `titel`");
}

#[test]
fn what_needs_no_build_is_no_failure_and_what_is_refused_is() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let server = remote.serve();
    let at = url(&server);
    trigger(&remote, &blog, &at, &["--wait", "--branch", "topic"])
        .succeeds()
        .says("nothing to build: `refs/heads/topic` is not the published branch");
    let wrong = blog.home().join("wrong");
    std::fs::write(&wrong, "another secret\n").unwrap();
    let wrong = wrong.to_str().unwrap();
    let told = |flags: &[&str]| blog.byline(&[&["trigger"], flags].concat());
    told(&[&at, "--secret-file", wrong])
        .exits(2)
        .says("refused with status 401");
    let page = format!("{at}/cats/");
    told(&[&page, "--secret-file", wrong])
        .exits(2)
        .says("refused with status 405");
    told(&[&at]).exits(2).says("--secret-file");
    told(&["blog.example", "--secret-file", wrong])
        .exits(2)
        .says("https://");
    told(&[&at, "--secret-file", wrong, "--forge", "gitbub"])
        .exits(2)
        .says("github");
    told(&[&at, "--secret-file", wrong, "--commit", "main"])
        .exits(2)
        .says("40 or 64");
    told(&[
        "http://blog.example",
        "--secret-file",
        wrong,
        "--forge",
        "gitlab",
    ])
    .exits(2)
    .says("everyone on the way");
    told(&["http://127.0.0.1:9", "--secret-file", wrong])
        .exits(1)
        .says("no answer");
}

#[test]
fn nobody_waits_for_ever_and_no_other_host_is_followed() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let receiver = Receiver::listen();
    receiver.answer_with(202, r#"{"build":"0","status_url":"/-/builds/0"}"#);
    let begun = Instant::now();
    trigger(
        &remote,
        &blog,
        &receiver.url("/"),
        &["--wait", "--timeout", "2"],
    )
    .exits(1)
    .says("the build has not ended in time; see http://");
    assert!(begun.elapsed().as_secs() < 20);
    receiver.answer_with(
        202,
        r#"{"build":"0","status_url":"http://127.0.0.2/-/builds/0"}"#,
    );
    trigger(&remote, &blog, &receiver.url("/"), &["--wait"])
        .exits(2)
        .says("another host");
}

#[test]
fn a_command_for_curl_is_printed_without_the_secret() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let printed = |forge| {
        let flags = ["--print-curl", "--forge", forge];
        trigger(&remote, &blog, "https://ann.example", &flags)
            .succeeds()
            .out
    };
    let github = printed("github");
    for part in [
        "--header 'x-github-event: push'",
        "--header 'x-hub-signature-256: sha256=",
        "\"ref\":\"refs/heads/main\"",
        "'https://ann.example/-/hook'",
    ] {
        assert!(github.contains(part), "no {part} in {github}");
    }
    let gitlab = printed("gitlab");
    assert!(
        gitlab.starts_with("printf 'x-gitlab-token: %s\\n' \"$(head -n 1 '"),
        "{gitlab}"
    );
    assert!(printed("standard").contains("webhook-signature: v1,"));
}
