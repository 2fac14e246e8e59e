//! Framing, hosts and slow clients: what is decided before anything looks at the path.

use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

use super::{Limits, Setup, blog, file};

const CHUNKED: &str = "POST /-/hook HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n";

#[tokio::test]
async fn two_ways_to_read_a_body_are_none() {
    let served = Setup::default().serve().await;
    let smuggled = "0\r\n\r\nGET /cats/ HTTP/1.1\r\nHost: a\r\n\r\n";
    for (headers, status) in [
        ("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", 400),
        ("Transfer-Encoding: chunked\r\nContent-Length: 6\r\n", 400),
        (
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            400,
        ),
        ("Transfer-Encoding: chunked, chunked\r\n", 400),
        ("Transfer-Encoding: gzip, chunked\r\n", 501),
        ("Transfer-Encoding: identity, chunked\r\n", 501),
        ("Transfer-Encoding: gzip\r\n", 400),
        ("Transfer-Encoding: xchunked\r\n", 400),
        ("Content-Length: 5\r\nContent-Length: 6\r\n", 400),
        ("Content-Length: +6\r\n", 400),
        ("Content-Length: -1\r\n", 400),
        ("Content-Length: 5, 5\r\n", 400),
    ] {
        for method in ["GET /", "POST /-/hook"] {
            let request = format!("{method} HTTP/1.1\r\nHost: a\r\n{headers}\r\n{smuggled}");
            let answer = served.exchange(&request).await;
            let expected = format!("HTTP/1.1 {status} ");
            assert!(answer.starts_with(&expected), "{headers}: {answer}");
            assert_eq!(
                answer.matches("HTTP/1.1 ").count(),
                1,
                "{headers}: {answer}"
            );
            assert!(!answer.contains("about cats"), "{headers}: {answer}");
        }
    }
    let old = "POST /-/hook HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    assert!(served.exchange(old).await.contains(" 400 "));
}

#[tokio::test]
async fn a_plain_chunked_body_is_read_even_after_one_with_a_length() {
    let served = Setup::default().serve().await;
    let mut client = served.connect().await;
    client
        .send("POST /-/hook HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}")
        .await;
    assert_eq!(client.answer().await.status, 401);
    client
        .send(&format!("{CHUNKED}\r\n2\r\n{{}}\r\n0\r\n\r\n"))
        .await;
    assert_eq!(client.answer().await.status, 401);
    client.send("GET /cats/ HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert_eq!(client.answer().await.text(), "about cats");
}

#[tokio::test]
async fn malformed_chunks_are_refused() {
    let served = Setup::default().serve().await;
    for chunks in [
        "zz\r\n{}\r\n0\r\n\r\n",
        "-2\r\n{}\r\n",
        "ffffffffffffffffff\r\n{}",
    ] {
        let answer = served.exchange(&format!("{CHUNKED}\r\n{chunks}")).await;
        assert!(answer.contains(" 400 "), "{chunks}: {answer}");
    }
}

#[tokio::test]
async fn every_request_names_one_host() {
    let served = Setup::default().serve().await;
    for host in [
        "",
        "Host: a\r\nHost: b\r\n",
        "Host: a b\r\n",
        "Host:\r\n",
        "Host: a/b\r\n",
    ] {
        let answer = served
            .exchange(&format!("GET / HTTP/1.1\r\n{host}\r\n"))
            .await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{host}: {answer}");
        assert!(answer.contains("connection: close"), "{host}: {answer}");
        assert!(answer.contains("nosniff"), "{host}: {answer}");
    }
    let absolute = "GET http://a/cats/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    assert!(served.exchange(absolute).await.ends_with("about cats"));
}

#[tokio::test]
async fn http_1_0_is_answered_and_closed() {
    let served = Setup::default().serve().await;
    let answer = served.exchange("GET /cats/ HTTP/1.0\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.0 200 "), "{answer}");
    assert!(answer.ends_with("\r\n\r\nabout cats"), "{answer}");
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let served = Setup::default().serve().await;
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
    let mut client = served.connect().await;
    client
        .send(&[get("/cats/"), get("/digits.txt"), get("/nowhere/")].concat())
        .await;
    assert_eq!(client.answer().await.text(), "about cats");
    assert_eq!(client.answer().await.text(), "0123456789");
    assert_eq!(client.answer().await.status, 404);
}

#[tokio::test]
async fn a_client_that_closes_its_side_still_gets_the_answer() {
    let served = Setup::default().serve().await;
    for _ in 0..25 {
        let mut client = served.connect().await;
        client.send("GET /cats/ HTTP/1.1\r\nHost: a\r\n\r\n").await;
        client.stream.shutdown().await.unwrap();
        assert!(client.rest().await.ends_with("about cats"));
    }
}

#[tokio::test]
async fn a_body_nobody_wants_ends_the_connection() {
    let served = Setup::default().serve().await;
    let request = "GET /cats/ HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nx";
    let answer = served.exchange(request).await;
    assert!(answer.contains("connection: close"), "{answer}");
    assert!(answer.ends_with("about cats"), "{answer}");
}

#[tokio::test]
async fn too_much_head_is_refused() {
    let served = Setup::default().serve().await;
    let many: String = (0..101)
        .map(|number| format!("X-{number}: y\r\n"))
        .collect();
    let long = format!("X: {}\r\n", "y".repeat(70 << 10));
    for headers in [many, long] {
        let request = format!("GET / HTTP/1.1\r\nHost: a\r\n{headers}\r\n");
        let answer = served.exchange(&request).await;
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    }
    let garbage = served.exchange("\x16\x03\x01 hello\r\n\r\n").await;
    assert!(garbage.starts_with("HTTP/1.1 400 "), "{garbage}");
}

#[tokio::test]
async fn slow_and_idle_clients_are_cut() {
    let limits = Limits {
        header_read: Duration::from_millis(300),
        ..Limits::default()
    };
    let served = Setup {
        limits,
        ..Setup::default()
    }
    .serve()
    .await;
    let begun = Instant::now();
    let (mut silent, mut slow, mut idle) = (
        served.connect().await,
        served.connect().await,
        served.connect().await,
    );
    slow.send("GET / HTTP/1.1\r\nHost: ").await;
    idle.send("GET /cats/ HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert_eq!(idle.answer().await.status, 200);
    for client in [&mut silent, &mut slow, &mut idle] {
        assert_eq!(client.rest().await, "");
    }
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
}

#[tokio::test]
async fn a_client_that_takes_nothing_of_its_answer_is_cut() {
    let mut site = blog();
    let big = "x".repeat(64 << 20);
    site.answers
        .insert("/big".into(), file("text/plain", "big", &big));
    let limits = Limits {
        write_stall: Duration::from_millis(300),
        ..Limits::default()
    };
    let served = Setup {
        site: Some(site),
        limits,
        ..Setup::default()
    }
    .serve()
    .await;
    let mut client = served.connect().await;
    client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n").await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let taken = client.rest().await.len();
    assert!(taken > 0 && taken < big.len(), "{taken} bytes came");
}

#[tokio::test]
async fn past_the_limit_new_connections_wait_their_turn() {
    let limits = Limits {
        connections: 2,
        ..Limits::default()
    };
    let served = Setup {
        limits,
        ..Setup::default()
    }
    .serve()
    .await;
    let get = "GET /cats/ HTTP/1.1\r\nHost: a\r\n\r\n";
    let (mut first, mut second) = (served.connect().await, served.connect().await);
    first.send(get).await;
    second.send(get).await;
    assert_eq!(
        (first.answer().await.status, second.answer().await.status),
        (200, 200)
    );
    let mut third = served.connect().await;
    third.send(get).await;
    let early = timeout(Duration::from_millis(300), third.answer()).await;
    assert!(early.is_err(), "the limit was passed");
    drop(first);
    assert_eq!(third.answer().await.status, 200);
}

#[tokio::test]
async fn probes_that_say_nothing_hold_up_nobody() {
    let served = Setup::default().serve().await;
    for _ in 0..300 {
        drop(served.connect().await);
    }
    let mut held = Vec::new();
    for _ in 0..100 {
        held.push(served.connect().await);
    }
    assert_eq!(served.get("/cats/", "").await.status, 200);
}
