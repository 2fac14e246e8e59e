//! What the site's addresses answer.

use std::io::Write;
use std::sync::Arc;

use super::{Answer, Body, Got, Resource, Setup, Site, blog, page, resource};

#[tokio::test]
async fn a_page_comes_with_every_header_a_cache_and_a_browser_need() {
    let got = Setup::default().serve().await.get("/cats/?utm=x", "").await;
    assert_eq!((got.status, got.text()), (200, "about cats"));
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("etag", "\"cats\""),
        ("last-modified", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ("cache-control", "public, max-age=0, must-revalidate"),
        ("vary", "Accept-Encoding"),
        ("accept-ranges", "bytes"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(got.header(name), Some(value), "{name}");
    }
    assert!(
        !got.header("content-security-policy")
            .unwrap()
            .contains("unsafe")
    );
    assert!(got.header("date").is_some() && got.header("server").is_none());
    assert_eq!(got.header("x-robots-tag"), None);
}

#[tokio::test]
async fn each_form_has_its_own_tag_and_length() {
    let served = Setup::default().serve().await;
    for (accept, tag, coding, body) in [
        ("gzip, br", "\"cats-br\"", Some("br"), "br of about cats"),
        ("gzip", "\"cats-gzip\"", Some("gzip"), "gzip of about cats"),
        ("br;q=0", "\"cats\"", None, "about cats"),
    ] {
        let got = served
            .get("/cats/", &format!("Accept-Encoding: {accept}\r\n"))
            .await;
        assert_eq!(got.header("etag"), Some(tag));
        assert_eq!(got.header("content-encoding"), coding);
        assert_eq!(got.text(), body);
        assert_eq!(got.header("vary"), Some("Accept-Encoding"));
    }
    let plain = served.get("/digits.txt", "Accept-Encoding: br\r\n").await;
    assert_eq!((plain.header("vary"), plain.text()), (None, "0123456789"));
}

#[tokio::test]
async fn what_the_client_has_is_304_with_the_same_validators() {
    let served = Setup::default().serve().await;
    let has = |tag: &str| format!("Accept-Encoding: br\r\nIf-None-Match: {tag}\r\n");
    let got = served.get("/cats/", &has("W/\"cats-br\"")).await;
    assert_eq!((got.status, got.text()), (304, ""));
    assert_eq!(got.header("etag"), Some("\"cats-br\""));
    assert_eq!(got.header("vary"), Some("Accept-Encoding"));
    assert!(got.header("cache-control").is_some() && got.header("last-modified").is_some());
    assert_eq!(got.header("content-length"), None);
    assert_eq!(served.get("/cats/", &has("\"cats\"")).await.status, 200);
    let failed = served.get("/cats/", "If-Match: \"x\"\r\n").await;
    assert_eq!((failed.status, failed.header("etag")), (412, None));
}

#[tokio::test]
async fn head_has_the_headers_of_get_and_no_body() {
    let served = Setup::default().serve().await;
    let mut client = served.connect().await;
    for path in ["/cats/", "/nowhere/", "/-/livez", "/digits.txt"] {
        client
            .send(&format!("HEAD {path} HTTP/1.1\r\nHost: a\r\n\r\n"))
            .await;
        let head = client.answer_to_head().await;
        client
            .send(&format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n"))
            .await;
        let get = client.answer().await;
        let undated = |got: &Got| {
            let lines = got.head.lines().filter(|line| !line.starts_with("date:"));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(undated(&head), undated(&get), "{path}");
        assert!(!get.body.is_empty());
    }
}

#[tokio::test]
async fn one_range_is_cut_from_the_identity() {
    let served = Setup::default().serve().await;
    let range = |extra: &str| format!("Accept-Encoding: br\r\nRange: bytes=6-\r\n{extra}");
    let got = served.get("/cats/", &range("")).await;
    assert_eq!((got.status, got.text()), (206, "cats"));
    assert_eq!(got.header("content-range"), Some("bytes 6-9/10"));
    assert_eq!(got.header("content-encoding"), None);
    assert_eq!(got.header("etag"), Some("\"cats\""));
    let same = served.get("/cats/", &range("If-Range: \"cats\"\r\n")).await;
    assert_eq!(same.status, 206);
    let changed = served
        .get("/cats/", &range("If-Range: \"cats-br\"\r\n"))
        .await;
    assert_eq!((changed.status, changed.text()), (200, "about cats"));
    let beyond = served.get("/digits.txt", "Range: bytes=10-\r\n").await;
    assert_eq!(beyond.status, 416);
    assert_eq!(beyond.header("content-range"), Some("bytes */10"));
    let several = served.get("/digits.txt", "Range: bytes=0-1,3-4\r\n").await;
    assert_eq!((several.status, several.text()), (200, "0123456789"));
}

#[tokio::test]
async fn every_address_has_one_canonical_form() {
    let served = Setup::default().serve().await;
    for (asked, location) in [
        ("/cats", "/cats/"),
        ("/cats?a=b", "/cats/?a=b"),
        ("/cats/index.html", "/cats/"),
        ("/index.html", "/"),
        ("/caf%C3%A9", "/caf%C3%A9/"),
        ("/old/?q=%20", "/caf%C3%A9/?q=%20"),
        ("/old", "/caf%C3%A9/"),
    ] {
        let got = served.get(asked, "").await;
        assert_eq!(
            (got.status, got.header("location")),
            (308, Some(location)),
            "{asked}"
        );
    }
    assert_eq!(served.get("/digits.txt/", "").await.status, 404);
}

#[tokio::test]
async fn what_is_missing_or_gone_shows_the_sites_own_page() {
    let served = Setup::default().serve().await;
    for (path, status, text) in [
        ("/nowhere/", 404, "the page is missing"),
        ("/404.html", 404, "the page is missing"),
        ("/../etc/passwd", 404, "the page is missing"),
        ("//cats/", 404, "the page is missing"),
        ("/gone/", 410, "the page is gone"),
        ("/gone", 410, "the page is gone"),
        ("/410.html", 410, "the page is gone"),
    ] {
        let got = served
            .get(path, "If-None-Match: *\r\nRange: bytes=0-1\r\n")
            .await;
        assert_eq!((got.status, got.text()), (status, text), "{path}");
        assert_eq!(
            (got.header("etag"), got.header("last-modified")),
            (None, None)
        );
        assert_eq!(got.header("cache-control"), Some("no-cache"));
        assert_eq!(got.header("vary"), Some("Accept-Encoding"));
    }
    let encoded = served.get("/nowhere/", "Accept-Encoding: br\r\n").await;
    assert_eq!(encoded.text(), "br of the page is missing");
    let bare = Setup {
        site: Some(Site::default()),
        ..Setup::default()
    };
    assert_eq!(bare.serve().await.get("/x", "").await.text(), "not found\n");
}

#[tokio::test]
async fn paths_that_make_no_sense_are_refused() {
    let served = Setup::default().serve().await;
    for path in ["/%00", "/%zz", "/%5c..%5c", "/a%0d%0aX-Y:%20z", "/%ff"] {
        assert_eq!(served.get(path, "").await.status, 400, "{path}");
    }
}

#[tokio::test]
async fn before_the_first_site_pages_say_when_to_come_back() {
    let setup = Setup {
        site: None,
        ..Setup::default()
    };
    let served = setup.serve().await;
    let got = served.get("/cats/", "").await;
    assert_eq!((got.status, got.header("retry-after")), (503, Some("5")));
    assert_eq!(got.header("cache-control"), Some("no-store"));
    assert_eq!(served.get("/-/readyz", "").await.status, 503);
    let health = served.get("/-/healthz", "").await;
    assert_eq!(
        health.text(),
        "{\"status\":\"degraded\",\"reason\":\"no site yet\"}"
    );
    assert_eq!(
        (health.status, served.get("/-/livez", "").await.status),
        (200, 200)
    );

    served.current.swap(Arc::new(blog()));
    let ready = served.get("/-/readyz", "").await;
    assert_eq!(
        (ready.status, ready.text()),
        (200, "{\"commit\":null,\"posts\":2,\"status\":\"ready\"}")
    );
    assert_eq!(
        served.get("/-/healthz", "").await.text(),
        "{\"status\":\"ok\",\"reason\":null}"
    );
}

#[tokio::test]
async fn a_front_page_that_is_not_there_is_not_ready() {
    let setup = Setup {
        site: Some(Site::default()),
        ..Setup::default()
    };
    assert_eq!(setup.serve().await.get("/-/readyz", "").await.status, 503);
}

#[tokio::test]
async fn files_are_streamed_from_their_stretch_of_a_release() {
    let mut release = tempfile::tempfile().unwrap();
    let content: String = (0..40_000).map(|line| format!("{line}\n")).collect();
    write!(release, "before{content}after").unwrap();
    let length = content.len() as u64;
    let body = |length| Body::File {
        file: Arc::new(release.try_clone().unwrap()),
        offset: 6,
        length,
    };
    let answer = |etag, length| {
        let identity = body(length);
        Answer::Resource(Arc::new(Resource {
            identity,
            ..resource("text/plain", etag, "")
        }))
    };
    let mut site = blog();
    site.answers
        .insert("/big.txt".into(), answer("big", length));
    site.answers
        .insert("/cut.txt".into(), answer("cut", length + 6));
    let served = Setup {
        site: Some(site),
        ..Setup::default()
    }
    .serve()
    .await;
    assert_eq!(served.get("/big.txt", "").await.text(), content);
    let part = served
        .get("/big.txt", "Range: bytes=100000-100009\r\n")
        .await;
    assert_eq!(
        (part.status, part.text()),
        (206, &content[100_000..100_010])
    );
    // A release that is shorter than it says breaks the connection; the client can tell.
    let cut = served
        .exchange("GET /cut.txt HTTP/1.1\r\nHost: a\r\n\r\n")
        .await;
    assert!(cut.len() < content.len() + 6, "the answer was made up");
}

#[tokio::test]
async fn an_immutable_file_is_never_asked_about_again() {
    let mut site = blog();
    let css = Resource {
        immutable: true,
        noindex: true,
        frames: false,
        ..resource("text/css", "c", "a{}")
    };
    site.answers
        .insert("/a.0123.css".into(), Answer::Resource(Arc::new(css)));
    let served = Setup {
        site: Some(site),
        ..Setup::default()
    }
    .serve()
    .await;
    let got = served.get("/a.0123.css", "").await;
    assert_eq!(
        got.header("cache-control"),
        Some("public, max-age=31536000, immutable")
    );
    assert_eq!(got.header("x-robots-tag"), Some("noindex"));
    let svg = served.get("/logo.svg", "").await;
    assert_eq!(
        svg.header("content-security-policy"),
        Some("default-src 'none'; sandbox")
    );
}

#[tokio::test]
async fn the_servers_own_addresses_cannot_be_taken_by_content() {
    let mut site = blog();
    for path in ["/-/livez", "/-/x/"] {
        site.answers.insert(path.into(), page("x", "a post"));
    }
    let served = Setup {
        site: Some(site),
        ..Setup::default()
    }
    .serve()
    .await;
    assert_eq!(
        served.get("/-/livez", "").await.text(),
        "{\"status\":\"alive\"}"
    );
    for path in [
        "/-/x/",
        "/-/x",
        "/-/",
        "/-/live",
        "/-/live.js",
        "/-/builds/0",
    ] {
        assert_eq!(served.get(path, "").await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let served = Setup::default().serve().await;
    for (request, allowed) in [
        ("POST /cats/", "GET, HEAD, OPTIONS"),
        ("TRACE /", "GET, HEAD, OPTIONS"),
        ("PATCH /-/healthz", "GET, HEAD, OPTIONS"),
        ("GET /-/hook", "POST, OPTIONS"),
    ] {
        let mut client = served.connect().await;
        client
            .send(&format!("{request} HTTP/1.1\r\nHost: a\r\n\r\n"))
            .await;
        let got = client.answer().await;
        assert_eq!(
            (got.status, got.header("allow")),
            (405, Some(allowed)),
            "{request}"
        );
    }
}
