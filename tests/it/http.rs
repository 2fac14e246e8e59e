//! How answers travel: validators, encodings, methods, headers, and the end of the process.

use std::io::Read as _;
use std::net::TcpStream;

use flate2::read::GzDecoder;

use crate::harness::{Blog, Server, crawl};

const LATER: &str = "2024-03-04T12:00:00+00:00";

fn server(blog: &Blog) -> Server {
    blog.write(
        "posts/long.md",
        format!("# Long\n\n{}\n", "many words ".repeat(500)),
    )
    .commit("2024-03-04T12:00:00+00:00", "Ann", "Write at length");
    blog.bare().serve()
}

#[test]
fn a_page_has_validators_and_is_not_sent_twice() {
    let blog = Blog::of_two_posts();
    let server = server(&blog);
    let page = server.get("/long/").is(200);
    let tag = page.header("etag").unwrap();
    assert!(tag.starts_with('"'), "strong: {tag}");
    let modified = page.header("last-modified").unwrap();
    assert_eq!(modified, "Mon, 04 Mar 2024 12:00:00 GMT");
    for headers in [
        [("If-None-Match", tag)],
        [("If-None-Match", "*")],
        [("If-Modified-Since", modified)],
    ] {
        let again = server.ask("GET", "/long/", &headers).is(304);
        assert_eq!(again.header("etag"), Some(tag));
    }
    server
        .ask("GET", "/long/", &[("If-None-Match", "\"other\"")])
        .is(200);
    let weak = format!("\"x\", W/{tag}");
    server
        .ask("GET", "/long/", &[("If-None-Match", &weak)])
        .is(304);
    // RFC 9110 section 13.2.2: the date is not looked at where a tag is given.
    let both = [
        ("If-None-Match", "\"other\""),
        ("If-Modified-Since", modified),
    ];
    server.ask("GET", "/long/", &both).is(200);
}

#[test]
fn encodings_are_chosen_by_the_client_and_have_tags_of_their_own() {
    let blog = Blog::of_two_posts();
    let server = server(&blog);
    let ask = |accept| {
        server
            .ask("GET", "/long/", &[("Accept-Encoding", accept)])
            .is(200)
    };
    let plain = ask("identity");
    let zipped = ask("gzip");
    let brotli = ask("gzip, deflate, br");
    assert_eq!(plain.header("content-encoding"), None);
    assert_eq!(zipped.header("content-encoding"), Some("gzip"));
    assert_eq!(brotli.header("content-encoding"), Some("br"));
    let mut unzipped = Vec::new();
    GzDecoder::new(zipped.body.as_slice())
        .read_to_end(&mut unzipped)
        .unwrap();
    assert_eq!(unzipped, plain.body);
    let mut unpacked = Vec::new();
    brotli::BrotliDecompress(&mut brotli.body.as_slice(), &mut unpacked).unwrap();
    assert_eq!(unpacked, plain.body);
    for answer in [&plain, &zipped, &brotli] {
        let vary = answer.header("vary").unwrap().to_ascii_lowercase();
        assert!(vary.contains("accept-encoding"), "{vary}");
    }
    assert_ne!(plain.header("etag"), zipped.header("etag"));
    assert_ne!(zipped.header("etag"), brotli.header("etag"));
    assert_eq!(ask("br;q=0, gzip;q=0").body, plain.body);
}

#[test]
fn head_answers_like_get_without_the_body() {
    let blog = Blog::of_two_posts();
    let server = server(&blog);
    let mut connection = server.connect();
    for path in ["/", "/long/", "/atom.xml", "/no-such-page"] {
        let get = connection.get(path).unwrap();
        let head = connection.ask("HEAD", path, &[], b"").unwrap();
        assert_eq!(head.status, get.status, "{path}");
        for name in ["content-length", "content-type", "etag"] {
            assert_eq!(head.header(name), get.header(name), "{path}: {name}");
        }
    }
}

#[test]
fn every_answer_carries_the_security_headers() {
    let blog = Blog::of_two_posts();
    let server = server(&blog);
    for (path, answer) in crawl(&server, &["/cats", "/long/"]) {
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{path}"
        );
        assert_eq!(answer.header("set-cookie"), None, "{path}");
        let html = answer
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("text/html"));
        if html {
            let policy = answer.header("content-security-policy").unwrap_or_default();
            assert!(policy.contains("default-src"), "{path}: `{policy}`");
            assert!(!policy.contains("unsafe-"), "{path}: {policy}");
            assert!(answer.header("referrer-policy").is_some(), "{path}");
        }
    }
}

#[test]
fn an_unknown_address_shows_the_sites_own_404() {
    let blog = Blog::of_two_posts();
    let server = server(&blog);
    let answer = server.get("/%3Cscript%3Ealert(1)%3C/script%3E").is(404);
    answer.hides("<script>alert(1)").shows("Animals");
    let raw = server.get("/<script>alert(1)</script>");
    assert!(matches!(raw.status, 400 | 404), "{}", raw.status);
    assert!(!raw.text().contains("<script>alert(1)"));
    server.get("/posts/cats.md").is(404);
}

#[test]
fn an_address_without_its_slash_redirects_by_path_alone() {
    let blog = Blog::of_two_posts();
    let server = server(&blog);
    for (asked, told) in [("/cats", "/cats/"), ("/cats?a=1", "/cats/?a=1")] {
        let answer = server.get(asked);
        assert!(
            matches!(answer.status, 301 | 308),
            "{asked}: {}",
            answer.status
        );
        assert_eq!(answer.header("location"), Some(told));
    }
    let elsewhere = server.get("//evil.example/%2e%2e");
    let location = elsewhere.header("location").unwrap_or("/");
    assert!(!location.starts_with("//"), "{location}");
}

#[test]
fn paths_are_decoded_once_and_never_leave_the_site() {
    let blog = Blog::of_two_posts();
    let server = server(&blog);
    server.get("/%63ats/").is(200).shows("Cats sleep");
    for path in [
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2fetc/passwd",
        "/%252e%252e/etc/passwd",
        "/cats/%00",
        "/cats\\..\\",
        "/.git/config",
    ] {
        let answer = server.get(path);
        assert!(
            (300..500).contains(&answer.status),
            "{path}: {}",
            answer.status
        );
        assert!(!answer.text().contains("root:"), "{path}");
    }
}

#[test]
fn a_method_that_is_not_served_is_named_so() {
    let blog = Blog::of_two_posts();
    let server = server(&blog);
    let page = server.ask("DELETE", "/cats/", &[]).is(405);
    assert_eq!(
        page.header("allow").map(|allow| allow.contains("GET")),
        Some(true)
    );
    let hook = server.get("/-/hook").is(405);
    assert_eq!(hook.header("allow"), Some("POST, OPTIONS"));
}

#[test]
fn health_tells_what_is_served_and_is_never_cached() {
    let blog = Blog::of_two_posts();
    let server = server(&blog);
    server.get("/-/livez").is(200);
    let ready = server.get("/-/readyz").is(200);
    assert_eq!(ready.header("cache-control"), Some("no-store"));
    let told = ready.json();
    assert_eq!(told["status"], "ready");
    assert_eq!(told["commit"], blog.head());
    assert_eq!(told["posts"], 3);
    server.get("/-/healthz").is(200).shows("ok");
    server.get("/-/nothing").is(404);
}

#[test]
fn assets_named_by_their_content_may_be_kept_for_ever() {
    let blog = Blog::of_two_posts();
    let server = server(&blog);
    let page = server.get("/cats/").is(200);
    assert!(!page.header("cache-control").unwrap().contains("immutable"));
    let kept: Vec<_> = crawl(&server, &[])
        .into_iter()
        .filter(|(_, answer)| {
            answer
                .header("cache-control")
                .is_some_and(|rule| rule.contains("immutable"))
        })
        .collect();
    assert!(
        kept.iter().any(|(path, _)| path.contains(".css")),
        "the style sheet is fingerprinted"
    );
}

#[test]
fn a_probe_that_opens_and_closes_is_no_error_and_blocks_nobody() {
    let blog = Blog::of_two_posts();
    let server = server(&blog);
    let before = server.log();
    for _ in 0..200 {
        drop(TcpStream::connect(server.address()).unwrap());
    }
    let held: Vec<_> = (0..20)
        .map(|_| TcpStream::connect(server.address()).unwrap())
        .collect();
    server.get("/cats/").is(200).shows("Cats sleep");
    drop(held);
    server.get("/-/readyz").is(200);
    let said = &server.log()[before.len()..];
    assert!(!said.contains("ERROR") && !said.contains("WARN"), "{said}");
}

#[test]
fn what_is_not_http_gets_an_answer_or_an_end_and_harms_nobody() {
    let blog = Blog::of_two_posts();
    let mut server = server(&blog);
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"POST /-/hook HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
    ] {
        let mut connection = server.connect();
        connection.send(bytes).unwrap();
        // An end without an answer is as good.
        if let Ok(answer) = connection.receive(false) {
            assert!((400..=501).contains(&answer.status), "{:?}: {}", bytes, answer.status);
        }
    }
    assert!(server.lives());
    server.get("/cats/").is(200);
}

#[test]
fn sigterm_lets_the_last_answer_out_and_ends_well() {
    let blog = Blog::of_two_posts();
    let mut server = server(&blog);
    let mut open = server.connect();
    open.get("/cats/").unwrap();
    server.terminate();
    assert_eq!(server.exit_code(), Some(0));
    assert!(TcpStream::connect(server.address()).is_err());
}

#[test]
fn the_stylesheet_of_a_page_that_is_open_outlives_the_theme_it_is_of() {
    let blog = Blog::of_two_posts();
    blog.write("theme/static/style.css", "p { color: teal }\n")
        .commit(LATER, "Ann", "Look otherwise");
    let remote = blog.bare();
    let mut server = remote.serve();
    let sheet = |server: &Server| {
        let page = server.get("/cats/").text();
        let after = page.split("/assets/style.").nth(1).unwrap();
        format!("/assets/style.{}", after.split('"').next().unwrap())
    };
    let old = sheet(&server);
    server.get(&old).is(200).shows("teal");
    blog.write("theme/static/style.css", "p { color: navy }\n")
        .commit(LATER, "Ann", "Look otherwise again");
    remote.push();
    let build = server.rebuilt();
    assert_ne!(sheet(&server), old);
    server.get(&old).is(200).shows("teal");
    assert!(
        !build["changes"]["urls"]["removed"]
            .to_string()
            .contains(&old)
    );
    // Also after a restart, and the build that follows it.
    server.relaunch();
    server.wait_until_ready();
    server.rebuilt();
    server.get(&old).is(200).shows("teal");
    // Who goes back has it again as any other.
    blog.write("theme/static/style.css", "p { color: teal }\n")
        .commit(LATER, "Ann", "Go back");
    remote.push();
    server.rebuilt();
    assert_eq!(sheet(&server), old);
    server.get(&old).is(200).shows("teal");
}
