//! RFC 9110 and 9112 as tables, byte for byte over a socket: methods, targets, conditions, ranges,
//! codings, expectations.

use super::{Got, Served, Setup};

/// The strong validator of `/cats/` in each of its forms.
const TAG: &str = "\"cats\"";
const BROTLI: &str = "\"cats-br\"";
/// When it changed last, and a second to each side.
const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const BEFORE: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
const AFTER: &str = "Sun, 06 Nov 1994 08:49:38 GMT";

/// What a request line and further header lines are answered with.
async fn ask(served: &Served, line: &str, headers: &str) -> Got {
    let mut client = served.connect().await;
    let request = format!("{line} HTTP/1.1\r\nHost: a\r\n{headers}\r\n");
    client.send(&request).await;
    if line.starts_with("HEAD") {
        client.answer_to_head().await
    } else {
        client.answer().await
    }
}

/// Asserts the status of a GET of `/cats/` for each set of header lines.
async fn statuses(rows: &[(&str, u16)]) {
    let served = Setup::default().serve().await;
    for (headers, status) in rows {
        let headers = headers.replace('|', "\r\n");
        let lines = if headers.is_empty() {
            String::new()
        } else {
            format!("{headers}\r\n")
        };
        for method in ["GET", "HEAD"] {
            let got = ask(&served, &format!("{method} /cats/"), &lines).await;
            // A range means something for GET alone (RFC 9110, section 14.2).
            let expected = match (method, *status) {
                ("HEAD", 206 | 416) => 200,
                (_, status) => status,
            };
            assert_eq!(
                got.status, expected,
                "{method} with {headers}: {}",
                got.head
            );
            if got.status == 304 {
                assert!(got.header("etag").is_some() && got.header("vary").is_some());
                assert!(got.header("cache-control").is_some(), "{}", got.head);
                assert_eq!(got.header("content-type"), None);
            }
        }
    }
}

#[tokio::test]
async fn methods() {
    let served = Setup::default().serve().await;
    for (line, status, allow) in [
        ("GET /cats/", 200, None),
        ("HEAD /cats/", 200, None),
        ("OPTIONS /cats/", 204, Some("GET, HEAD, OPTIONS")),
        ("OPTIONS /nowhere", 204, Some("GET, HEAD, OPTIONS")),
        ("OPTIONS /-/hook", 204, Some("POST, OPTIONS")),
        ("OPTIONS *", 204, Some("GET, HEAD, POST, OPTIONS")),
        ("POST /cats/", 405, Some("GET, HEAD, OPTIONS")),
        ("PUT /cats/", 405, Some("GET, HEAD, OPTIONS")),
        ("DELETE /cats/", 405, Some("GET, HEAD, OPTIONS")),
        ("PATCH /cats/", 405, Some("GET, HEAD, OPTIONS")),
        ("TRACE /cats/", 405, Some("GET, HEAD, OPTIONS")),
        ("CONNECT a:80", 405, Some("GET, HEAD, POST, OPTIONS")),
        ("GET /-/hook", 405, Some("POST, OPTIONS")),
        ("BREW /cats/", 501, None),
        ("get /cats/", 501, None),
        ("G-E.T /cats/", 501, None),
    ] {
        let got = ask(&served, line, "").await;
        assert_eq!((got.status, got.header("allow")), (status, allow), "{line}");
    }
    // What 204 has no body for, it has no length for (RFC 9110, section 8.6).
    let nothing = ask(&served, "OPTIONS *", "").await;
    assert_eq!(nothing.header("content-length"), None);
}

#[tokio::test]
async fn targets_in_every_form() {
    let served = Setup::default().serve().await;
    for (line, status) in [
        ("GET /cats/?q=1", 200),
        ("GET /cats/?", 200),
        ("GET /c%61ts/", 200),
        // absolute-form, whatever host it names (RFC 9112, section 3.2.2)
        ("GET http://a/cats/", 200),
        ("GET http://elsewhere.example/cats/", 200),
        ("GET http://a", 200),
        ("GET *", 400),
        ("GET cats", 400),
        ("GET a:80", 400),
        ("GET /cats/%2e%2e/", 404),
        ("GET /cats%2f", 404),
        ("GET //cats/", 404),
        ("GET /cats/%zz", 400),
        ("GET /cats/%00", 400),
        ("GET /cats", 308),
    ] {
        let got = ask(&served, line, "").await;
        assert_eq!(got.status, status, "{line}: {}", got.head);
        if status == 308 {
            assert_eq!(got.header("location"), Some("/cats/"));
        }
    }
}

#[tokio::test]
async fn if_match_and_if_unmodified_since() {
    statuses(&[
        ("If-Match: *", 200),
        (&format!("If-Match: {TAG}"), 200),
        (&format!("If-Match: \"x\", {TAG}, \"y\""), 200),
        (&format!("If-Match: \"x\"|If-Match: {TAG}"), 200),
        ("If-Match: \"x\"", 412),
        // The comparison is strong (section 13.1.1).
        (&format!("If-Match: W/{TAG}"), 412),
        (&format!("If-Match: {BROTLI}"), 412),
        (&format!("Accept-Encoding: br|If-Match: {BROTLI}"), 200),
        (&format!("If-Unmodified-Since: {DATE}"), 200),
        (&format!("If-Unmodified-Since: {AFTER}"), 200),
        (&format!("If-Unmodified-Since: {BEFORE}"), 412),
        ("If-Unmodified-Since: yesterday", 200),
        // A tag silences the date (section 13.1.4).
        (
            &format!("If-Match: {TAG}|If-Unmodified-Since: {BEFORE}"),
            200,
        ),
        // And what fails comes before what is not modified (section 13.2.2).
        (&format!("If-Match: \"x\"|If-None-Match: {TAG}"), 412),
    ])
    .await;
}

#[tokio::test]
async fn if_none_match_and_if_modified_since() {
    statuses(&[
        ("If-None-Match: *", 304),
        (&format!("If-None-Match: {TAG}"), 304),
        // The comparison is weak (section 13.1.2).
        (&format!("If-None-Match: W/{TAG}"), 304),
        (&format!("If-None-Match: \"x\",{TAG}"), 304),
        (&format!("If-None-Match: \"x\" , W/{TAG} , \"y\""), 304),
        (&format!("If-None-Match: \"x\"|If-None-Match: {TAG}"), 304),
        ("If-None-Match: \"x\"", 200),
        ("If-None-Match: \"a,cats\"", 200),
        ("If-None-Match: cats", 200),
        // The tag of another form is another tag.
        (&format!("If-None-Match: {BROTLI}"), 200),
        (&format!("Accept-Encoding: br|If-None-Match: {BROTLI}"), 304),
        (&format!("Accept-Encoding: br|If-None-Match: {TAG}"), 200),
        (&format!("If-Modified-Since: {DATE}"), 304),
        (&format!("If-Modified-Since: {AFTER}"), 304),
        (&format!("If-Modified-Since: {BEFORE}"), 200),
        ("If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT", 304),
        ("If-Modified-Since: Sun Nov  6 08:49:37 1994", 304),
        ("If-Modified-Since: 784111777", 200),
        // A tag silences the date (section 13.1.3).
        (
            &format!("If-None-Match: \"x\"|If-Modified-Since: {DATE}"),
            200,
        ),
        (
            &format!("If-None-Match: {TAG}|If-Modified-Since: {BEFORE}"),
            304,
        ),
    ])
    .await;
}

#[tokio::test]
async fn ranges_and_if_range() {
    statuses(&[
        ("Range: bytes=0-0", 206),
        ("Range: bytes=-1", 206),
        ("Range: bytes=1-", 206),
        ("Range: bytes=0-99999999999999999999", 206),
        ("Range: bytes=100000-", 416),
        ("Range: bytes=-0", 416),
        // Many at once, and what makes no sense, are answered whole (section 14.2).
        ("Range: bytes=0-0,2-2", 200),
        ("Range: bytes=2-1", 200),
        ("Range: lines=0-0", 200),
        ("Range: bytes", 200),
        (&format!("Range: bytes=0-0|If-Range: {TAG}"), 206),
        (&format!("Range: bytes=0-0|If-Range: W/{TAG}"), 200),
        ("Range: bytes=0-0|If-Range: \"x\"", 200),
        // A date is no strong validator here (section 13.1.5).
        (&format!("Range: bytes=0-0|If-Range: {DATE}"), 200),
        ("Range: bytes=100000-|If-Range: \"x\"", 200),
        (&format!("Range: bytes=0-0|If-None-Match: {TAG}"), 304),
        ("Range: bytes=0-0|If-Match: \"x\"", 412),
        // A part is cut from the identity, whatever is accepted.
        ("Range: bytes=0-0|Accept-Encoding: br", 206),
    ])
    .await;
    let served = Setup::default().serve().await;
    let got = ask(
        &served,
        "GET /cats/",
        "Range: bytes=2-4\r\nAccept-Encoding: br\r\n",
    )
    .await;
    let whole = served.get("/cats/", "").await.body;
    assert_eq!(got.body, whole[2..5]);
    let expected = format!("bytes 2-4/{}", whole.len());
    assert_eq!(got.header("content-range"), Some(expected.as_str()));
    assert_eq!(got.header("content-encoding"), None);
    assert_eq!(got.header("etag"), Some(TAG));
    let beyond = ask(&served, "GET /cats/", "Range: bytes=100000-\r\n").await;
    let expected = format!("bytes */{}", whole.len());
    assert_eq!(beyond.header("content-range"), Some(expected.as_str()));
}

#[tokio::test]
async fn codings_by_weight() {
    let served = Setup::default().serve().await;
    for (accept, coding) in [
        ("br", Some("br")),
        ("gzip", Some("gzip")),
        ("x-gzip", Some("gzip")),
        ("BR", Some("br")),
        ("gzip, br", Some("br")),
        ("gzip;q=1.0, br;q=0.5", Some("gzip")),
        ("gzip;q=0.001", Some("gzip")),
        ("br;q=0, gzip", Some("gzip")),
        ("br;q=0, gzip;q=0", None),
        ("*", Some("br")),
        ("*;q=0.5, identity", None),
        ("br;q=0, *", Some("gzip")),
        ("identity", None),
        ("identity;q=0.5, br;q=0.4", None),
        ("identity;q=0", None),
        ("*;q=0", None),
        ("deflate, zstd", None),
        ("", None),
        (";;;, br", Some("br")),
    ] {
        let got = served
            .get("/cats/", &format!("Accept-Encoding: {accept}\r\n"))
            .await;
        assert_eq!(got.status, 200, "{accept}");
        assert_eq!(got.header("content-encoding"), coding, "{accept}");
        assert_eq!(got.header("vary"), Some("Accept-Encoding"), "{accept}");
        let tag = coding.map_or(TAG.to_owned(), |coding| format!("\"cats-{coding}\""));
        assert_eq!(got.header("etag"), Some(tag.as_str()), "{accept}");
    }
}

#[tokio::test]
async fn expectations_and_upgrades() {
    let served = Setup::default().serve().await;
    // Whoever waits for it is told to go on, before the body is sent (section 10.1.1).
    let mut client = served.connect().await;
    let head =
        "POST /-/hook HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
    client.send(head).await;
    client.until("HTTP/1.1 100 Continue\r\n\r\n").await;
    client.send("{}").await;
    assert_eq!(client.answer().await.status, 401);
    // Nobody switches to what is not spoken here: the answer is HTTP/1.1 (section 7.8).
    for upgrade in ["h2c", "websocket", "TLS/1.0"] {
        let headers = format!("Connection: Upgrade\r\nUpgrade: {upgrade}\r\n");
        assert_eq!(
            served.get("/cats/", &headers).await.status,
            200,
            "{upgrade}"
        );
    }
}
