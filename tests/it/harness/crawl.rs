//! Every answer of a server that a curious reader can find: what is linked, listed, or guessed.

use std::collections::BTreeMap;

use super::daemon::Server;
use super::http::Response;

/// Where a crawl begins, whether or not anything links there.
const SEEDS: [&str; 17] = [
    "/",
    "/page/1/",
    "/archive/",
    "/tags/",
    "/authors/",
    "/atom.xml",
    "/rss.xml",
    "/feed.json",
    "/sitemap.xml",
    "/robots.txt",
    "/404.html",
    "/no-such-page",
    "/-/livez",
    "/-/readyz",
    "/-/healthz",
    "/-/builds/0",
    "/-/no-such-route",
];
/// A small blog is all there is to see; more than this is an endless site.
const MOST: usize = 500;

/// Asks for everything reachable, and for `guesses` besides.
pub(crate) fn crawl(server: &Server, guesses: &[&str]) -> BTreeMap<String, Response> {
    let mut found = BTreeMap::new();
    let mut open: Vec<String> = SEEDS
        .iter()
        .chain(guesses)
        .map(|&path| path.to_owned())
        .collect();
    let mut connection = server.connect();
    while let Some(path) = open.pop() {
        if found.contains_key(&path) {
            continue;
        }
        assert!(found.len() < MOST, "the site has no end: {path}");
        let answer = connection.get(&path).unwrap_or_else(|_| {
            // A server may close after an error; the next request gets a new connection.
            connection = server.connect();
            connection.get(&path).unwrap()
        });
        open.extend(answer.header("location").and_then(|to| resolve(&path, to)));
        let text = answer.text();
        open.extend(links(&text).filter_map(|link| resolve(&path, link)));
        found.insert(path, answer);
    }
    found
}

/// What follows the marks that lead elsewhere, up to their end.
fn links(text: &str) -> impl Iterator<Item = &str> {
    const MARKS: [(&str, char); 6] = [
        ("href=\"", '"'),
        ("src=\"", '"'),
        ("<loc>", '<'),
        ("<link>", '<'),
        ("url\":\"", '"'),
        ("url\": \"", '"'),
    ];
    MARKS.iter().flat_map(move |&(mark, end)| {
        text.split(mark)
            .skip(1)
            .filter_map(move |rest| rest.split(end).next())
    })
}

/// The path on this site a link leads to; `None` for another site.
fn resolve(base: &str, link: &str) -> Option<String> {
    let link = link.replace("&amp;", "&").replace("&#x3D;", "=");
    let link = link.strip_prefix("https://blog.example").unwrap_or(&link);
    let link = link.split('#').next().unwrap_or_default();
    if link.starts_with("//")
        || link
            .split('/')
            .next()
            .is_some_and(|head| head.contains(':'))
    {
        return None;
    }
    if link.starts_with('/') {
        return Some(link.to_owned());
    }
    let folder = &base[..=base.rfind('/')?];
    (!link.is_empty()).then(|| format!("{folder}{link}"))
}
