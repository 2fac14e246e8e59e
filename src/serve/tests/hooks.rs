//! The webhook over the wire, and the builds it asks for.

use std::sync::Arc;
use std::time::Duration;

use super::{Got, Limits, Served, Setup};
use crate::rebuild::{BuildState, Stage};
use crate::webhook::sign;

const PUSH: &str =
    r#"{"ref":"refs/heads/main","after":"00112233445566778899aabbccddeeff00112233"}"#;

/// A delivery as GitHub words it, signed with `secret`.
fn delivery(event: &str, body: &str, secret: &str) -> String {
    let tag = sign(body.as_bytes(), secret.as_bytes());
    format!(
        "POST /-/hook HTTP/1.1\r\nHost: a\r\nX-GitHub-Event: {event}\r\n\
         X-GitHub-Delivery: 1\r\nX-Hub-Signature-256: sha256={tag}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

async fn post(served: &Served, request: &str) -> Got {
    let mut client = served.connect().await;
    client.send(request).await;
    client.answer().await
}

fn json(got: &Got) -> serde_json::Value {
    serde_json::from_slice(&got.body).unwrap()
}

#[tokio::test]
async fn a_burst_of_signed_pushes_joins_one_build() {
    let served = Setup::default().serve().await;
    let request = delivery("push", PUSH, "hush");
    let first = json(&post(&served, &request).await);
    let mut client = served.connect().await;
    for _ in 0..50 {
        client.send(&request).await;
        let got = client.answer().await;
        assert_eq!((got.status, json(&got)), (202, first.clone()));
    }
    let address = first["status_url"].as_str().unwrap();
    assert_eq!(
        address,
        format!("/-/builds/{}", first["build"].as_str().unwrap())
    );
    let build = served.get(address, "").await;
    assert_eq!(
        (build.status, json(&build)["state"].as_str()),
        (200, Some("waiting"))
    );
    let page = served.get(address, "Accept: text/html\r\n").await;
    assert!(page.text().contains("Build waiting"), "{}", page.text());
}

#[tokio::test]
async fn a_hundred_at_once_are_all_taken() {
    let served = Arc::new(Setup::default().serve().await);
    let long = format!(
        r#"{{"ref":"refs/heads/main","x":"{}"}}"#,
        "y".repeat(200_000)
    );
    let tasks: Vec<_> = (0..100)
        .map(|number| {
            let served = Arc::clone(&served);
            let body = if number % 10 == 0 { &long } else { PUSH };
            let request = delivery("push", body, "hush");
            tokio::spawn(async move { post(&served, &request).await.status })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), 202);
    }
}

#[tokio::test]
async fn an_unproven_push_is_401_and_asks_for_nothing() {
    let served = Setup::default().serve().await;
    let good = delivery("push", PUSH, "hush");
    let signature = good.lines().find(|line| line.starts_with("X-Hub")).unwrap();
    for bad in [
        delivery("push", PUSH, "guess"),
        good.replace("refs/heads/main", "refs/heads/next"),
        good.replace(&format!("{signature}\r\n"), ""),
        good.replace(signature, &format!("{signature}\r\n{signature}")),
        good.replace("X-Hub-Signature-256: sha256=", "X-Hub-Signature: sha1="),
    ] {
        let got = post(&served, &bad).await;
        assert_eq!(got.status, 401, "{bad}");
        let right = signature.split_once('=').unwrap().1;
        assert!(!got.text().contains(right), "{}", got.text());
    }
    // Nothing waits: the first good push names a new build, and it is the only one known.
    let taken = json(&post(&served, &good).await);
    assert!(
        served
            .rebuild
            .waiting(taken["build"].as_str().unwrap())
            .is_some()
    );
}

#[tokio::test]
async fn each_kind_of_delivery_has_its_answer() {
    let served = Setup::default().serve().await;
    let main = "refs/heads/main";
    for (request, status, answer) in [
        (delivery("ping", "{}", "hush"), 200, r#"{"status":"pong"}"#),
        (
            delivery("push", &PUSH.replace(main, "refs/heads/next"), "hush"),
            200,
            r#"{"ignored":"`refs/heads/next` is not the published branch"}"#,
        ),
        (
            delivery("push", &PUSH.replace(main, "refs/tags/v1"), "hush"),
            200,
            r#"{"ignored":"`refs/tags/v1` is a tag"}"#,
        ),
    ] {
        let got = post(&served, &request).await;
        assert_eq!((got.status, got.text()), (status, answer));
    }
    assert_eq!(
        post(&served, &delivery("push", "{", "hush")).await.status,
        400
    );
    let text = delivery("push", PUSH, "hush").replace("application/json", "text/plain");
    assert_eq!(post(&served, &text).await.status, 415);
}

#[tokio::test]
async fn until_the_branch_is_known_every_push_counts() {
    let setup = Setup {
        branch: None,
        ..Setup::default()
    };
    let other = delivery("push", &PUSH.replace("main", "trunk"), "hush");
    assert_eq!(post(&setup.serve().await, &other).await.status, 202);
}

#[tokio::test]
async fn without_a_secret_there_is_no_webhook() {
    let served = Setup {
        secret: None,
        ..Setup::default()
    }
    .serve()
    .await;
    // The body is never sent: the answer does not wait for it.
    let headers = delivery("push", PUSH, "hush").replace(PUSH, "");
    let answer = served.exchange(&headers).await;
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
}

#[tokio::test]
async fn a_body_too_large_is_413_by_its_length_and_by_count() {
    let limits = Limits {
        hook_body: 100,
        ..Limits::default()
    };
    let served = Setup {
        limits,
        ..Setup::default()
    }
    .serve()
    .await;
    let stated = "POST /-/hook HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n";
    let answer = served.exchange(stated).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    let chunked = format!(
        "POST /-/hook HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n{}\r\n",
        "x".repeat(101)
    );
    let answer = served.exchange(&chunked).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    let fits = "x".repeat(100);
    let got = post(&served, &delivery("push", &fits, "hush")).await;
    assert_eq!(got.status, 400, "it was read, proved and found malformed");
}

#[tokio::test]
async fn a_client_that_sends_on_still_sees_why_it_was_refused() {
    let served = Setup::default().serve().await;
    let mut client = served.connect().await;
    let long = (30 << 20).to_string();
    client
        .send(&format!(
            "POST /-/hook HTTP/1.1\r\nHost: a\r\nContent-Length: {long}\r\n\r\n"
        ))
        .await;
    client.send(&"x".repeat(4 << 20)).await;
    let got = client.answer().await;
    assert_eq!((got.status, got.header("connection")), (413, Some("close")));
}

#[tokio::test]
async fn a_body_that_drips_is_cut_by_a_total_deadline() {
    let limits = Limits {
        hook_time: Duration::from_millis(300),
        ..Limits::default()
    };
    let served = Setup {
        limits,
        ..Setup::default()
    }
    .serve()
    .await;
    let mut client = served.connect().await;
    client
        .send("POST /-/hook HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
        .await;
    let got = client.answer().await;
    assert_eq!(
        (got.status, got.text()),
        (408, "{\"error\":\"the body took too long\"}")
    );
}

#[tokio::test]
async fn stalled_giants_do_not_hold_up_a_push() {
    let limits = Limits {
        hook_small: 1000,
        hook_places: 1,
        hook_time: Duration::from_millis(1500),
        ..Limits::default()
    };
    let served = Setup {
        limits,
        ..Setup::default()
    }
    .serve()
    .await;
    let giant = format!(
        "POST /-/hook HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n{}",
        "x".repeat(2000)
    );
    let (mut first, mut second) = (served.connect().await, served.connect().await);
    first.send(&giant).await;
    second.send(&giant).await;
    let got = post(&served, &delivery("push", PUSH, "hush")).await;
    assert_eq!(got.status, 202);
    let mut statuses = [first.answer().await.status, second.answer().await.status];
    statuses.sort_unstable();
    assert!(
        statuses == [408, 503] || statuses == [408, 408],
        "{statuses:?}"
    );
}

#[tokio::test]
async fn a_build_can_be_followed_as_json_and_as_a_page() {
    let served = Setup::default().serve().await;
    let id = served
        .rebuild
        .request(crate::rebuild::Cause::Pushed)
        .unwrap();
    served.report.record(BuildState {
        commit: Some("abc".to_owned()),
        posts: Some(2),
        ..BuildState::new(id.clone(), Stage::Published)
    });
    let address = format!("/-/builds/{id}");
    let got = served.get(&address, "Accept: */*\r\n").await;
    assert_eq!(json(&got)["state"], "published");
    assert_eq!(got.header("cache-control"), Some("no-store"));
    assert_eq!(got.header("x-robots-tag"), Some("noindex"));
    let page = served
        .get(&address, "Accept: text/html,*/*;q=0.8\r\n")
        .await;
    assert!(
        page.text().contains("<h1>Build published</h1>"),
        "{}",
        page.text()
    );
}
