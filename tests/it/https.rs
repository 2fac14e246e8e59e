//! Remotes over HTTP and TLS: whom byline believes, who it says it is, where it lets itself be led,
//! and what it says when a forge fails. No token is ever shown.

use std::fs;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::harness::{Blog, Certified, Ran, Server, SmartHttp, patiently};
use crate::remotes::follows;

const TOKEN: &str = "glpat-hush-hush-4711";

/// A blog whose remote is behind TLS, and the certificate of who vouches for it.
fn behind_tls(names: &[&str]) -> (Blog, SmartHttp, String) {
    let blog = Blog::of_two_posts();
    blog.bare();
    let certified = Certified::new(names);
    let https = SmartHttp::over_tls(blog.home(), &certified);
    let authority = certified.authority(blog.home());
    (blog, https, authority)
}

/// What a server wants to be told by this user with the token.
fn basic(user: &str) -> String {
    format!(
        "Basic {}",
        BASE64_STANDARD.encode(format!("{user}:{TOKEN}"))
    )
}

/// A file with a token in it.
fn token_file(blog: &Blog, token: &str) -> String {
    let file = blog.home().join("token");
    fs::write(&file, format!("{token}\n")).unwrap();
    file.to_str().unwrap().to_owned()
}

/// One look at a remote.
fn list(blog: &Blog, url: &str, flags: &[&str]) -> Ran {
    let ran = blog.byline(&[&["list", "--json", url], flags].concat());
    assert_hushed(&[&ran.out, &ran.err]);
    ran
}

fn assert_hushed(texts: &[&str]) {
    let encoded = BASE64_STANDARD.encode(TOKEN);
    for text in texts {
        assert!(!text.contains(TOKEN), "a secret is shown:\n{text}");
        assert!(!text.contains(encoded.trim_end_matches('=')), "{text}");
    }
}

/// Everything a server says of itself.
fn assert_server_hushed(server: &Server) {
    let health = server.get("/-/healthz").text();
    assert_hushed(&[&server.log(), &health]);
}

#[test]
fn an_https_remote_is_mirrored_where_its_authority_is_named() {
    let (blog, https, authority) = behind_tls(&["127.0.0.1", "localhost"]);
    let named = ["--remote-ca-file", authority.as_str()];
    follows(&blog, &https.url_at("localhost", "remote.git"), &named);
    let url = https.url("remote.git");
    list(&blog, &url, &named).succeeds().says("posts/owls.md");
    list(&blog, &url, &[])
        .exits(1)
        .says("signed by nobody who is trusted here")
        .says("--remote-ca-file");
    let nothing = blog.home().join("blog/byline.toml");
    list(
        &blog,
        &url,
        &["--remote-ca-file", nothing.to_str().unwrap()],
    )
    .exits(1)
    .says("holds no certificate");
}

#[test]
fn a_certificate_for_another_name_is_refused() {
    let (blog, https, authority) = behind_tls(&["other.example"]);
    list(
        &blog,
        &https.url("remote.git"),
        &["--remote-ca-file", &authority],
    )
    .exits(1)
    .says("is for another name than `127.0.0.1`");
}

#[test]
fn a_token_is_told_to_the_remote_and_to_nobody_else() {
    let (blog, https, authority) = behind_tls(&["127.0.0.1"]);
    let (url, token) = (https.url("remote.git"), token_file(&blog, TOKEN));
    let flags = [
        "--remote-ca-file",
        &authority,
        "--remote-token-file",
        &token,
    ];
    https.ask_for(&basic("x-access-token"));
    assert_hushed(&[&follows(&blog, &url, &flags)]);
    https.ask_for(&basic("ann"));
    list(
        &blog,
        &url,
        &[&flags[..], &["--remote-user", "ann"]].concat(),
    )
    .succeeds();
    list(&blog, &url, &flags)
        .exits(1)
        .says("does not take the token or password (401)")
        .says("the user `x-access-token`");
    let typed = url.replace("https://", &format!("https://ann:{TOKEN}@"));
    list(&blog, &typed, &flags[..2]).succeeds();
    list(&blog, &url, &flags[..2])
        .exits(1)
        .says("asks who is there (401); give a token with `--remote-token-file`");
    let variable = [
        ("BYLINE_REMOTE_TOKEN", TOKEN),
        ("BYLINE_REMOTE_USER", "ann"),
    ];
    let arguments = ["list", &url, "--remote-ca-file", &authority];
    let ran = Ran::under(blog.home(), blog.home(), &arguments, &variable).succeeds();
    assert_hushed(&[&ran.out, &ran.err]);
    fs::write(blog.home().join("remote-token"), TOKEN).unwrap();
    let home = blog.home().to_str().unwrap();
    let credentials = [
        ("CREDENTIALS_DIRECTORY", home),
        ("BYLINE_REMOTE_USER", "ann"),
    ];
    Ran::under(blog.home(), blog.home(), &arguments, &credentials).succeeds();
}

#[test]
fn a_token_file_that_is_empty_or_missing_is_wrong_usage() {
    let (blog, https, _) = behind_tls(&["127.0.0.1"]);
    let url = https.url("remote.git");
    list(
        &blog,
        &url,
        &["--remote-token-file", &token_file(&blog, "")],
    )
    .exits(2)
    .says("holds no token");
    list(&blog, &url, &["--remote-token-file", "no/such/file"])
        .exits(2)
        .says("cannot read `no/such/file`");
    assert_eq!(https.asked(), 0);
}

#[test]
fn who_is_refused_does_not_knock_again_until_the_token_is_another() {
    let (blog, https, authority) = behind_tls(&["127.0.0.1"]);
    let token = token_file(&blog, "expired");
    https.ask_for(&basic("x-access-token"));
    let flags = [
        "--remote-ca-file",
        &authority,
        "--remote-token-file",
        &token,
    ];
    let flags = [&["--poll", "1"], &flags[..]].concat();
    let server = Server::launch(blog.home(), &https.url("remote.git"), &flags);
    server.eventually("/-/healthz", "does not take the token");
    let failures = || server.log().matches("nothing new is published").count();
    patiently("it fails several times", || (failures() > 2).then_some(()));
    assert_eq!(https.asked(), 1);
    token_file(&blog, TOKEN);
    server.wait_until_ready();
    server.get("/cats/").is(200);
    assert_server_hushed(&server);
}

#[test]
fn each_way_a_forge_fails_has_its_own_words() {
    let (blog, https, authority) = behind_tls(&["127.0.0.1"]);
    let token = token_file(&blog, TOKEN);
    let flags = [
        "--remote-ca-file",
        &authority,
        "--remote-token-file",
        &token,
    ];
    let elsewhere = format!("https://ann:{TOKEN}@elsewhere.example/login?x={TOKEN}");
    let led = format!("302 Found\r\nLocation: {elsewhere}\r\nContent-Length: 0");
    let offer = "application/x-git-upload-pack-advertisement";
    let short = format!("200 OK\r\nContent-Type: {offer}\r\nContent-Length: 900");
    let page = "200 OK\r\nContent-Type: text/html\r\nContent-Length: 30";
    for (head, words) in [
        (
            "403 No\r\nContent-Length: 0",
            "does not let byline read (403)",
        ),
        (
            "404 No\r\nContent-Length: 0",
            "there is no repository (404)",
        ),
        (
            "500 No\r\nContent-Length: 0",
            "has trouble of its own (500)",
        ),
        ("418 No\r\nContent-Length: 0", "answers with status 418"),
        (page, "answers with `text/html` and not as git does"),
        (&led, "leads on to `https://elsewhere.example/login`"),
        (&short, "ended in the middle"),
    ] {
        let body = "001e# service=git-upload-pack\n";
        let answer = format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n{body}");
        https.fail(Some(&answer));
        let ran = list(&blog, &https.url("remote.git"), &flags);
        ran.exits(1).says(words);
    }
    https.fail(None);
    list(&blog, &https.url("nowhere.git"), &flags)
        .exits(1)
        .says("(404)");
    list(&blog, &https.url("remote.git"), &flags).succeeds();
}

#[test]
fn a_repository_that_moved_on_its_host_is_found() {
    let (blog, https, authority) = behind_tls(&["127.0.0.1"]);
    https.moved_from("/old");
    let url = https.url("old/remote.git");
    follows(&blog, &url, &["--remote-ca-file", &authority]);
}

#[test]
fn a_remote_that_drips_is_cloned_all_the_same() {
    let (blog, https, authority) = behind_tls(&["127.0.0.1"]);
    https.drip(16);
    let url = https.url("remote.git");
    let begun = Instant::now();
    follows(&blog, &url, &["--remote-ca-file", &authority]);
    assert!(begun.elapsed() > Duration::from_millis(500), "it was slow");
}

#[test]
fn a_pack_that_is_cut_takes_nothing_with_it() {
    let (blog, https, authority) = behind_tls(&["127.0.0.1"]);
    let token = token_file(&blog, TOKEN);
    let flags = [
        "--remote-ca-file",
        &authority,
        "--remote-token-file",
        &token,
    ];
    https.cut(Some(200));
    let url = https.url("remote.git");
    list(&blog, &url, &flags)
        .exits(1)
        .says("ended in the middle");
    https.cut(None);
    let flags = [&["--poll", "1"], &flags[..]].concat();
    let server = Server::start(blog.home(), &url, &flags);
    https.cut(Some(200));
    blog.write("posts/owls.md", "Owls hoot.\n").commit(
        "2024-03-04T12:00:00+00:00",
        "Cid",
        "Add owls",
    );
    let remote = blog.home().join("remote.git");
    blog.git(&["push", "--quiet", remote.to_str().unwrap(), "HEAD"]);
    server.eventually("/-/healthz", "ended in the middle");
    server.get("/cats/").is(200);
    https.cut(None);
    server.eventually("/owls/", "Owls hoot.");
    assert_server_hushed(&server);
}

#[test]
fn a_host_that_is_not_there_is_named() {
    let blog = Blog::of_two_posts();
    list(&blog, "https://nowhere.invalid/blog.git", &[])
        .exits(1)
        .says("there is no host `nowhere.invalid`");
    list(&blog, "git://nowhere.invalid/blog.git", &[])
        .exits(1)
        .says("there is no host `nowhere.invalid`");
    list(&blog, "https://127.0.0.1:1/blog.git", &[])
        .exits(1)
        .says("no connection to `127.0.0.1` can be made");
    list(&blog, "ftp://nowhere.invalid/blog.git", &[])
        .exits(2)
        .says("cannot fetch over `ftp`");
}

#[test]
fn a_token_over_plain_http_stays_on_this_machine() {
    let blog = Blog::of_two_posts();
    blog.bare();
    let http = SmartHttp::over(blog.home());
    let token = token_file(&blog, TOKEN);
    http.ask_for(&basic("x-access-token"));
    let flags = ["--remote-token-file", token.as_str()];
    list(&blog, &http.url("remote.git"), &flags).succeeds();
    http.ask_for(&basic("ann"));
    let typed = format!("ann:{TOKEN}@127.0.0.1");
    list(&blog, &http.url_at(&typed, "remote.git"), &[]).succeeds();
    // A user alone is told only to who asks: as a rule it is no secret, and now and then it is all of it.
    let alone = http.url_at(&format!("{TOKEN}@127.0.0.1"), "remote.git");
    list(&blog, &alone, &[])
        .exits(1)
        .says("does not take the user of the address");
    http.ask_for(&format!(
        "Basic {}",
        BASE64_STANDARD.encode(format!("{TOKEN}:"))
    ));
    list(&blog, &alone, &[]).succeeds();
}
