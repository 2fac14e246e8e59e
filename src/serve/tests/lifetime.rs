//! Swaps, live reload and the end.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{Client, Limits, PATIENCE, Served, Setup, Site, blog, file, page};

fn site_of(number: usize) -> Site {
    let mut site = blog();
    for path in ["/cats/", "/dogs/"] {
        let tag = format!("v{number}");
        let answer = page(&tag, &format!("version v{number}"));
        site.answers.insert(path.into(), answer);
    }
    site
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn swaps_during_keep_alive_never_tear_an_answer() {
    let served = Setup {
        site: Some(site_of(0)),
        ..Setup::default()
    }
    .serve()
    .await;
    let current = Arc::clone(&served.current);
    let swapper = tokio::spawn(async move {
        for number in 1..=200 {
            current.swap(Arc::new(site_of(number)));
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
    let mut client = served.connect().await;
    let mut seen = std::collections::BTreeSet::new();
    while !swapper.is_finished() {
        for path in ["/cats/", "/dogs/"] {
            client
                .send(&format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n"))
                .await;
            let got = client.answer().await;
            assert_eq!(got.status, 200);
            let tag = got.header("etag").unwrap().trim_matches('"');
            assert_eq!(got.text(), format!("version {tag}"));
            seen.insert(tag.to_owned());
        }
    }
    assert!(seen.len() > 1, "no swap was seen");
}

#[tokio::test]
async fn pages_reload_themselves_only_for_an_author_at_work() {
    let public = Setup::default().serve().await;
    assert!(!public.get("/cats/", "").await.text().contains("live"));
    assert_eq!(public.get("/-/live", "").await.status, 404);

    let served = Setup {
        live: true,
        ..Setup::default()
    }
    .serve()
    .await;
    assert!(
        served
            .get("/-/live.js", "")
            .await
            .text()
            .contains("EventSource(\"/-/live\")")
    );
    let got = served.get("/cats/", "Accept-Encoding: br\r\n").await;
    assert!(
        got.text()
            .starts_with("about cats\n<script src=\"/-/live.js\""),
        "{}",
        got.text()
    );
    let tag = format!("If-None-Match: {}\r\n", got.header("etag").unwrap());
    assert_eq!(served.get("/cats/", &tag).await.status, 304);
    assert!(served.get("/nowhere/", "").await.text().contains("live.js"));
    assert_eq!(served.get("/digits.txt", "").await.text(), "0123456789");

    // The page's own mark is what a listener hears first; after a swap it hears another.
    let (_, shown) = got.text().split_once("data-shown=\"").unwrap();
    let (shown, _) = shown.split_once('"').unwrap();
    let mut listener = served.connect().await;
    listener
        .send("GET /-/live HTTP/1.1\r\nHost: a\r\n\r\n")
        .await;
    listener.until("text/event-stream").await;
    listener.until(&format!("data: {shown}\n\n")).await;
    served.current.swap(Arc::new(blog()));
    listener.until("data: ").await;
    assert_eq!(served.get("/cats/", &tag).await.status, 200);
}

#[tokio::test]
async fn a_quiet_event_stream_shows_signs_of_life() {
    let limits = Limits {
        heartbeat: Duration::from_millis(50),
        ..Limits::default()
    };
    let served = Setup {
        live: true,
        limits,
        ..Setup::default()
    }
    .serve()
    .await;
    let mut listener = served.connect().await;
    listener
        .send("GET /-/live HTTP/1.1\r\nHost: a\r\n\r\n")
        .await;
    listener.until("data: ").await;
    listener.until("\r\n:\n\n").await;
}

#[tokio::test]
async fn the_end_waits_for_answers_and_for_nobody_else() {
    let mut site = blog();
    let big = "x".repeat(32 << 20);
    site.answers
        .insert("/big".into(), file("text/plain", "big", &big));
    let served = Setup {
        site: Some(site),
        live: true,
        ..Setup::default()
    }
    .serve()
    .await;
    let (mut silent, mut idle, mut busy, mut listener) = (
        served.connect().await,
        served.connect().await,
        served.connect().await,
        served.connect().await,
    );
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
    idle.send(&get("/cats/")).await;
    assert_eq!(idle.answer().await.status, 200);
    listener.send(&get("/-/live")).await;
    listener.until("data: ").await;
    busy.send(&get("/big")).await;
    assert!(busy.more().await);
    // The next request of this connection meets the draining server.
    busy.send(&get("/-/readyz")).await;

    let begun = Instant::now();
    let address = served.address;
    served.stop.send(()).unwrap();
    for client in [&mut silent, &mut idle, &mut listener] {
        client.rest().await;
    }
    assert!(
        TcpStream::connect(address).await.is_err(),
        "it still accepts"
    );
    assert_eq!(busy.answer().await.body.len(), big.len());
    drop(busy);
    timeout(PATIENCE, served.task)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    assert!(
        begun.elapsed() < Duration::from_secs(8),
        "{:?}",
        begun.elapsed()
    );
}

/// A server with a client that has begun to take a long answer and takes no more of it.
async fn with_a_stuck_client(drain: Duration) -> (Served, Client) {
    let limits = Limits {
        drain,
        ..Limits::default()
    };
    let mut site = blog();
    let big = file("text/plain", "big", &"x".repeat(32 << 20));
    site.answers.insert("/big".into(), big);
    let setup = Setup {
        site: Some(site),
        limits,
        ..Setup::default()
    };
    let served = setup.serve().await;
    let mut stuck = served.connect().await;
    stuck.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(stuck.more().await);
    (served, stuck)
}

#[tokio::test]
async fn the_end_does_not_wait_for_ever() {
    let (served, _stuck) = with_a_stuck_client(Duration::from_millis(300)).await;
    served.stop.send(()).unwrap();
    let ended = timeout(Duration::from_secs(5), served.task).await;
    ended.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn a_second_signal_ends_the_wait() {
    let (served, _stuck) = with_a_stuck_client(Duration::from_secs(60)).await;
    served.stop.send(()).unwrap();
    served.hurry.send(()).unwrap();
    let ended = timeout(Duration::from_secs(5), served.task).await;
    ended.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn who_connected_before_the_end_and_asks_now_is_answered() {
    let served = Setup::default().serve().await;
    let mut late = served.connect().await;
    // Accepted, since those before it are.
    assert_eq!(served.get("/cats/", "").await.status, 200);
    served.stop.send(()).unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    late.send("GET /cats/ HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let got = late.answer().await;
    assert_eq!((got.status, got.header("connection")), (200, Some("close")));
    assert_eq!(late.rest().await, "");
    let ended = timeout(PATIENCE, served.task).await;
    ended.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn it_is_dead_once_nothing_is_built_any_more() {
    let served = Setup::default().serve().await;
    let attendance = served.rebuild.attend();
    assert_eq!(served.get("/-/livez", "").await.status, 200);
    drop(attendance);
    assert_eq!(served.get("/-/livez", "").await.status, 500);
    // Readers have what they had.
    assert_eq!(served.get("/cats/", "").await.status, 200);
}
