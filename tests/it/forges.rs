//! Every forge at the hook: what it sends is published when it is proved, and refused when not.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::harness::{
    Blog, Remote, Response, SECRET, Server, SourceHut, base64, hex_tag, signature,
    standard_signature,
};

const LATER: &str = "2024-03-04T12:34:56-05:00";
const JSON: &str = "application/json";
/// A secret of Standard Webhooks, and the key that it means.
const WHSEC: &str = "whsec_YW5vdGhlciBob3JzZSwgYW5vdGhlciBiYXR0ZXJ5";
const KEY: &[u8] = b"another horse, another battery";

/// The headers of a delivery, of names and values.
type Lines = Vec<(&'static str, String)>;

fn lines<const N: usize>(pairs: [(&'static str, &str); N]) -> Lines {
    pairs.map(|(name, value)| (name, value.to_owned())).into()
}

fn post(server: &Server, headers: &Lines, body: &str) -> Response {
    let headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    server.send("POST", "/-/hook", &headers, body.as_bytes())
}

/// A server that knows two secrets and one SourceHut.
fn serve(remote: &Remote<'_>) -> Server {
    let file = remote.secret(&format!("{SECRET}\n{WHSEC}"));
    let key = SourceHut::of(1).key();
    remote.serve_with(&[
        "--poll",
        "0",
        "--webhook-secret-file",
        &file,
        "--webhook-sourcehut-key",
        &key,
    ])
}

/// Asserts that a delivery made with what is wrong is refused, and that the same made with what is
/// right publishes what was pushed meanwhile.
fn publishes<P>(right: P, wrong: P, headers: impl Fn(P) -> Lines, body: &str) {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let server = serve(&remote);
    blog.write("posts/owls.md", "# Owls\n\nOwls hoot.\n")
        .commit(LATER, "Cid", "Add owls");
    remote.push();
    let refused = post(&server, &headers(wrong), body).is(401);
    assert!(!refused.text().contains(SECRET) && !refused.text().contains(WHSEC));
    server.get("/owls/").is(404);
    let queued = post(&server, &headers(right), body).is(202).json();
    let build = server.build_settled(queued["build"].as_str().unwrap());
    assert_eq!(build["commit"], blog.head());
    server.get("/owls/").is(200).shows("Owls hoot.");
    assert!(!server.log().contains(SECRET) && !server.log().contains(WHSEC));
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap().as_secs()
}

#[test]
fn github_publishes() {
    let body = include_str!("golden/forges/github-push.json");
    let headers = |secret| {
        lines([
            ("Content-Type", JSON),
            ("X-GitHub-Event", "push"),
            ("X-Hub-Signature-256", &signature(secret, body.as_bytes())),
        ])
    };
    publishes(SECRET, "guess", headers, body);
}

#[test]
fn gitlab_publishes_with_its_token() {
    let body = include_str!("golden/forges/gitlab-push.json");
    let headers = |secret| {
        lines([
            ("Content-Type", JSON),
            ("X-Gitlab-Event", "Push Hook"),
            ("X-Gitlab-Token", secret),
        ])
    };
    publishes(SECRET, "guess", headers, body);
}

#[test]
fn gitlab_publishes_with_a_signing_token() {
    let body = include_str!("golden/forges/gitlab-system-push.json");
    let seconds = now();
    let headers = |key| {
        let signed = standard_signature(key, "f3b2", seconds, body.as_bytes());
        lines([
            ("Content-Type", JSON),
            ("X-Gitlab-Event", "System Hook"),
            ("X-Gitlab-Token", SECRET),
            ("webhook-id", "f3b2"),
            ("webhook-timestamp", &seconds.to_string()),
            ("webhook-signature", &signed),
        ])
    };
    publishes(KEY, b"guess".as_slice(), headers, body);
}

#[test]
fn gitea_publishes_with_the_headers_of_all_its_ancestors() {
    let body = include_str!("golden/forges/gitea-push.json");
    let headers = |secret| {
        let tag = hex_tag(secret, body.as_bytes());
        lines([
            ("Content-Type", JSON),
            ("X-Gitea-Event", "push"),
            ("X-Gitea-Signature", &tag),
            ("X-Gogs-Event", "push"),
            ("X-Gogs-Signature", &tag),
            ("X-GitHub-Event", "push"),
            (
                "X-Hub-Signature",
                "sha1=0000000000000000000000000000000000000000",
            ),
            ("X-Hub-Signature-256", &format!("sha256={tag}")),
        ])
    };
    publishes(SECRET, "guess", headers, body);
}

#[test]
fn forgejo_publishes_by_its_own_signature_alone() {
    let body = include_str!("golden/forges/forgejo-push.json");
    let headers = |secret| {
        let tag = hex_tag(SECRET, body.as_bytes());
        lines([
            ("Content-Type", JSON),
            ("X-Forgejo-Event", "push"),
            ("X-Forgejo-Signature", &hex_tag(secret, body.as_bytes())),
            ("X-Gitea-Event", "push"),
            ("X-Gitea-Signature", &tag),
            ("X-GitHub-Event", "push"),
            ("X-Hub-Signature-256", &format!("sha256={tag}")),
        ])
    };
    publishes(SECRET, "guess", headers, body);
}

#[test]
fn gogs_publishes_from_a_form_whose_payload_it_signed() {
    let json = include_str!("golden/forges/gogs-push.json");
    let encoded: String = json.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let headers = |secret| {
        lines([
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("X-Gogs-Event", "push"),
            ("X-Gogs-Signature", &hex_tag(secret, json.as_bytes())),
        ])
    };
    publishes(SECRET, "guess", headers, &format!("payload={encoded}"));
}

#[test]
fn bitbucket_cloud_publishes_where_the_branch_is_one_of_several() {
    let body = include_str!("golden/forges/bitbucket-cloud-push.json");
    let headers = |secret| {
        lines([
            ("Content-Type", JSON),
            ("X-Event-Key", "repo:push"),
            ("X-Hook-UUID", "{b1b3d5e8-7d8c-4f8c-9a4c-6f6a1c1d2e3f}"),
            ("X-Hub-Signature", &signature(secret, body.as_bytes())),
        ])
    };
    publishes(SECRET, "guess", headers, body);
}

#[test]
fn bitbucket_data_center_publishes() {
    let body = include_str!("golden/forges/bitbucket-data-center-push.json");
    let headers = |secret| {
        lines([
            ("Content-Type", "application/json; charset=utf-8"),
            ("X-Event-Key", "repo:refs_changed"),
            ("X-Hub-Signature", &signature(secret, body.as_bytes())),
        ])
    };
    publishes(SECRET, "guess", headers, body);
}

#[test]
fn sourcehut_publishes_by_the_key_of_the_instance_that_was_named() {
    let body = include_str!("golden/forges/sourcehut-push.json");
    let headers = |seed| {
        let signed = SourceHut::of(seed).signature(body.as_bytes(), "9bd6e1b0");
        lines([
            ("Content-Type", JSON),
            ("X-Webhook-Event", "GIT_POST_RECEIVE"),
            ("X-Payload-Nonce", "9bd6e1b0"),
            ("X-Payload-Signature", &signed),
        ])
    };
    publishes(1, 2, headers, body);
}

#[test]
fn azure_publishes_by_the_password_of_its_user() {
    let body = include_str!("golden/forges/azure-push.json");
    let headers = |secret: &str| {
        let credentials = base64(format!("byline:{secret}").as_bytes());
        lines([
            ("Content-Type", "application/json; charset=utf-8"),
            ("Authorization", &format!("Basic {credentials}")),
        ])
    };
    publishes(SECRET, "guess", headers, body);
}

#[test]
fn a_bearer_of_the_secret_publishes_without_a_body() {
    let headers = |secret: &str| lines([("Authorization", &format!("Bearer {secret}"))]);
    publishes(SECRET, "guess", headers, "");
}

#[test]
fn standard_webhooks_publish_once_and_for_minutes() {
    let blog = Blog::of_two_posts();
    let server = serve(&blog.bare());
    let body = r#"{"type":"push","data":{"ref":"refs/heads/main"}}"#;
    let send = |id: &str, seconds: u64| {
        let signed = standard_signature(KEY, id, seconds, body.as_bytes());
        let headers = lines([
            ("Content-Type", JSON),
            ("webhook-id", id),
            ("webhook-timestamp", &seconds.to_string()),
            ("webhook-signature", &signed),
        ]);
        post(&server, &headers, body)
    };
    send("msg_1", now()).is(202);
    send("msg_1", now())
        .is(200)
        .shows("`msg_1` was taken already");
    send("msg_2", now()).is(202);
    send("msg_3", now() - 400).is(401).shows("five minutes");
    send("msg_3", now() + 400).is(401);
    send("msg_3", now()).is(202);
}

#[test]
fn no_sourcehut_is_believed_without_being_named_and_one_alone_opens_the_hook() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let body = include_str!("golden/forges/sourcehut-legacy-push.json");
    let headers = lines([
        ("Content-Type", JSON),
        ("X-Webhook-Event", "repo:post-update"),
        ("X-Payload-Nonce", "9bd6e1b0"),
        (
            "X-Payload-Signature",
            &SourceHut::of(1).signature(body.as_bytes(), "9bd6e1b0"),
        ),
    ]);
    let server = remote.serve();
    post(&server, &headers, body)
        .is(401)
        .shows("--webhook-sourcehut-key");
    drop(server);
    let key = SourceHut::of(1).key();
    let server = remote.serve_with(&["--poll", "0", "--webhook-sourcehut-key", &key]);
    post(&server, &headers, body).is(202);
    let nobody = lines([("Authorization", "Bearer ")]);
    post(&server, &nobody, "").is(401);
    let guess = lines([("Authorization", "Bearer guess")]);
    post(&server, &guess, "").is(401);
}

#[test]
fn other_branches_tags_and_tests_are_answered_with_a_reason() {
    let blog = Blog::of_two_posts();
    let server = serve(&blog.bare());
    let token = ("Authorization", format!("Bearer {SECRET}"));
    let json = ("Content-Type", JSON.to_owned());
    let stated = |reference: &str| {
        let body = format!(r#"{{"ref":"{reference}"}}"#);
        post(&server, &vec![token.clone(), json.clone()], &body).is(200)
    };
    stated("refs/heads/topic").shows("`refs/heads/topic` is not the published branch");
    stated("refs/tags/v1").shows("`refs/tags/v1` is a tag");
    stated("main").shows("`main` is not a branch");
    let test = vec![("X-Event-Key", "diagnostics:ping".to_owned()), json];
    post(&server, &test, r#"{"test": true}"#)
        .is(200)
        .shows("pong");
    let sample = include_str!("golden/forges/azure-test.json");
    let credentials = base64(format!("byline:{SECRET}").as_bytes());
    let azure = lines([
        ("Content-Type", JSON),
        ("Authorization", &format!("Basic {credentials}")),
    ]);
    post(&server, &azure, sample)
        .is(200)
        .shows("`refs/heads/master` is not the published branch");
    post(&server, &azure, "{").is(400);
}

#[test]
fn a_key_or_a_secret_that_is_none_ends_the_start_by_name() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let serve = ["serve", remote.path(), "--listen", "127.0.0.1:0"];
    let refuses = |flag: &str, value: &str, why: &str| {
        let flags = [serve.as_slice(), &[flag, value]].concat();
        blog.byline(&flags).exits(2).says(why);
    };
    refuses("--webhook-sourcehut-key", "sr.hut", "`sr.hut`");
    refuses("--webhook-secret-file", &remote.secret("whsec_!"), "base64");
    refuses("--webhook-secret-file", &remote.secret("whsec_"), "empty");
}
