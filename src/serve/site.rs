//! The site's pages and files: looked up in its map, negotiated, and sent whole, in part or not at
//! all. One site answers a request from beginning to end.

use std::time::SystemTime;

use bytes::Bytes;
use hyper::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_RANGE, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, LAST_MODIFIED, LOCATION, RANGE, VARY,
};
use hyper::{Method, Response, StatusCode};

use crate::site::{Answer, Body, Resource, Site};

use super::Server;
use super::body::ReplyBody;
use super::conditional::{self, Precondition, Validators};
use super::live;
use super::negotiation::{self, Coding};
use super::path;
use super::range::{self, Wanted};
use super::reply::{self, ROBOTS_TAG, Reply};
use super::routes::{Call, Head};

/// Kept, but asked about before each use: a push must be seen at once.
const REVALIDATED: &str = "public, max-age=0, must-revalidate";
/// What a page's last element ends with.
const CLOSING: &[u8] = b"</body>";
/// Never asked about again: the address changes with the content.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// What a path leads to.
enum Found<'a> {
    Resource(&'a Resource),
    /// A decoded path of this site.
    Moved(&'a str),
    /// The same address in its one canonical form.
    Canonical(String),
    Gone,
    Nothing,
}

/// One form of a resource, ready to be sent.
struct Form {
    body: Body,
    coding: Coding,
    validators: Validators,
}

pub(super) fn get(server: &Server, call: &Call) -> Reply {
    let shown = live::shown(server);
    let Some(site) = server.app.current.get() else {
        return not_yet(shown.as_deref());
    };
    of_site(&site, call, shown.as_deref())
}

/// What this site answers; `shown` names its state for pages that reload themselves.
pub(super) fn of_site(site: &Site, call: &Call, shown: Option<&str>) -> Reply {
    let query = call.head.uri().query();
    match find(site, &call.path) {
        Found::Resource(resource) => page(resource, &call.head, shown),
        Found::Moved(target) => moved(target, query),
        Found::Canonical(target) => moved(&target, query),
        Found::Gone => missing(site, StatusCode::GONE, &call.head, shown),
        Found::Nothing => missing(site, StatusCode::NOT_FOUND, &call.head, shown),
    }
}

/// A page or file in the form this client takes best.
pub(super) fn page(resource: &Resource, head: &Head, shown: Option<&str>) -> Reply {
    let form = Form::choose(resource, head.headers(), asks_for_range(head), shown);
    send(resource, &form, head)
}

/// Whether a site answers a path with anything but that it is not there.
pub(super) fn knows(site: &Site, path: &str) -> bool {
    !matches!(find(site, path), Found::Nothing)
}

/// The answer for a path that is no address of any site.
pub(super) fn nowhere(server: &Server, head: &Head) -> Reply {
    let shown = live::shown(server);
    let shown = shown.as_deref();
    match server.app.current.get() {
        Some(site) => missing(&site, StatusCode::NOT_FOUND, head, shown),
        None => not_yet(shown),
    }
}

/// Whether a reader who asks for the front page gets one.
pub(super) fn has_front_page(site: &Site) -> bool {
    matches!(find(site, "/"), Found::Resource(_) | Found::Moved(_))
}

fn find<'a>(site: &'a Site, path: &str) -> Found<'a> {
    if path == Site::NOT_FOUND {
        return Found::Nothing;
    }
    if path == Site::GONE {
        return Found::Gone;
    }
    let answer = |path: &str| {
        Some(match site.lookup(path)? {
            Answer::Resource(resource) => Found::Resource(resource),
            Answer::Redirect(target) => Found::Moved(target),
            Answer::Gone => Found::Gone,
        })
    };
    if let Some(found) = answer(path) {
        return found;
    }
    let folder = match path.strip_suffix("/index.html") {
        Some(folder) => format!("{folder}/"),
        None if !path.ends_with('/') => format!("{path}/"),
        None => return Found::Nothing,
    };
    match answer(&folder) {
        Some(Found::Resource(_)) => Found::Canonical(folder),
        Some(found) => found,
        None => Found::Nothing,
    }
}

impl Form {
    /// The form this client takes best. Ranges count bytes of the identity, so a request for one
    /// is answered from it.
    fn choose(resource: &Resource, headers: &HeaderMap, part: bool, shown: Option<&str>) -> Self {
        if let Some(form) = shown.and_then(|shown| Self::reloading(resource, shown)) {
            return form;
        }
        let made = [
            resource.brotli.as_ref().map(|_| Coding::Brotli),
            resource.gzip.as_ref().map(|_| Coding::Gzip),
        ];
        let made: Vec<Coding> = made.into_iter().flatten().collect();
        let coding = if part {
            Coding::Identity
        } else {
            negotiation::coding(headers, &made)
        };
        let body = match coding {
            Coding::Identity => None,
            Coding::Gzip => resource.gzip.as_ref(),
            Coding::Brotli => resource.brotli.as_ref(),
        };
        let suffix = coding.name().map(|name| format!("-{name}"));
        Self {
            body: body.unwrap_or(&resource.identity).clone(),
            coding,
            validators: Validators {
                etag: format!("\"{}{}\"", resource.etag, suffix.unwrap_or_default()),
                modified: modified(resource),
            },
        }
    }

    /// A page with the script that reloads it; only for an author at work. No date validates it,
    /// since it changes with every swap.
    fn reloading(resource: &Resource, shown: &str) -> Option<Self> {
        let Body::Memory(page) = &resource.identity else {
            return None;
        };
        if !resource.content_type.starts_with("text/html") {
            return None;
        }
        let end = page
            .windows(CLOSING.len())
            .rposition(|tag| tag == CLOSING)
            .unwrap_or(page.len());
        let page = [&page[..end], live::tag(shown).as_bytes(), &page[end..]].concat();
        Some(Self {
            body: Body::Memory(Bytes::from(page)),
            coding: Coding::Identity,
            validators: Validators {
                etag: format!("\"{}-{shown}\"", resource.etag),
                modified: None,
            },
        })
    }
}

fn modified(resource: &Resource) -> Option<u64> {
    #[expect(
        clippy::disallowed_methods,
        reason = "an HTTP date may not lie ahead of the moment the answer is sent"
    )]
    let now = SystemTime::now();
    conditional::http_seconds(resource.last_modified?, now)
}

/// `Range` means something for GET alone (RFC 9110, section 14.2).
fn asks_for_range(head: &Head) -> bool {
    head.method() == Method::GET && head.headers().contains_key(RANGE)
}

fn send(resource: &Resource, form: &Form, head: &Head) -> Reply {
    let mut reply = Response::new(ReplyBody::empty());
    describe(reply.headers_mut(), resource, form);
    match conditional::evaluate(head.headers(), &form.validators) {
        Precondition::Holds => fill(&mut reply, resource, form, head),
        Precondition::NotModified => *reply.status_mut() = StatusCode::NOT_MODIFIED,
        Precondition::Fails => {
            return reply::text(StatusCode::PRECONDITION_FAILED, "it has changed since");
        }
    }
    reply
}

/// The headers that a 304 repeats.
fn describe(headers: &mut HeaderMap, resource: &Resource, form: &Form) {
    let cache = if resource.immutable {
        IMMUTABLE
    } else {
        REVALIDATED
    };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    vary(headers, resource);
    set(headers, ETAG, &form.validators.etag);
    if let Some(seconds) = form.validators.modified {
        set(headers, LAST_MODIFIED, &conditional::http_date(seconds));
    }
    if resource.frames {
        headers.insert(CONTENT_SECURITY_POLICY, reply::framing());
    }
    if resource.noindex {
        headers.insert(ROBOTS_TAG, HeaderValue::from_static("noindex"));
    }
}

fn fill(reply: &mut Reply, resource: &Resource, form: &Form, head: &Head) {
    let total = form.body.length();
    let range = head.headers().get(RANGE).filter(|_| asks_for_range(head));
    let wanted = range
        .and_then(|range| range.to_str().ok())
        .filter(|_| conditional::range_fits(head.headers(), &form.validators))
        .map_or(Wanted::Whole, |range| range::parse(range, total));
    let headers = reply.headers_mut();
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    set(headers, CONTENT_TYPE, shown_as(resource, head));
    match wanted {
        Wanted::Whole => {
            encoding(headers, form.coding);
            *reply.body_mut() = ReplyBody::whole(&form.body);
        }
        Wanted::Part { start, length } => {
            let last = start + length - 1;
            set(
                headers,
                CONTENT_RANGE,
                &format!("bytes {start}-{last}/{total}"),
            );
            *reply.status_mut() = StatusCode::PARTIAL_CONTENT;
            *reply.body_mut() = ReplyBody::stretch(&form.body, start, length);
        }
        Wanted::Unsatisfiable => {
            headers.remove(CONTENT_TYPE);
            set(headers, CONTENT_RANGE, &format!("bytes */{total}"));
            *reply.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
        }
    }
}

fn encoding(headers: &mut HeaderMap, coding: Coding) {
    if let Some(name) = coding.name() {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(name));
    }
}

/// On every form of what has more than one, or a cache would hand one client's to another.
fn vary(headers: &mut HeaderMap, resource: &Resource) {
    let packed = resource.brotli.is_some() || resource.gzip.is_some();
    let varies = match (packed, is_xml_feed(resource)) {
        (true, true) => "Accept-Encoding, Sec-Fetch-Dest",
        (true, false) => "Accept-Encoding",
        (false, true) => "Sec-Fetch-Dest",
        (false, false) => return,
    };
    headers.insert(VARY, HeaderValue::from_static(varies));
}

/// Browsers show a feed by its style sheet only where it is called XML; what else asks for it is told
/// its own type. Only browsers say what they want it for, and only for a person is that a document.
fn shown_as<'a>(resource: &'a Resource, head: &Head) -> &'a str {
    let dest = head.headers().get("sec-fetch-dest");
    let opened = dest.is_some_and(|dest| dest == "document");
    if opened && is_xml_feed(resource) {
        "application/xml; charset=utf-8"
    } else {
        &resource.content_type
    }
}

fn is_xml_feed(resource: &Resource) -> bool {
    let starts = ["application/atom+xml", "application/rss+xml"];
    starts
        .iter()
        .any(|start| resource.content_type.starts_with(start))
}

/// 404 or 410 with the theme's own page. It validates nothing: the address may come to life.
fn missing(site: &Site, status: StatusCode, head: &Head, shown: Option<&str>) -> Reply {
    let own = if status == StatusCode::GONE {
        (Site::GONE, "this was here and is gone")
    } else {
        (Site::NOT_FOUND, "not found")
    };
    let Some(Answer::Resource(resource)) = site.lookup(own.0) else {
        return reply::text(status, own.1);
    };
    let form = Form::choose(resource, head.headers(), false, shown);
    let mut reply = Response::new(ReplyBody::whole(&form.body));
    *reply.status_mut() = status;
    let headers = reply.headers_mut();
    set(headers, CONTENT_TYPE, &resource.content_type);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(ROBOTS_TAG, HeaderValue::from_static("noindex"));
    encoding(headers, form.coding);
    vary(headers, resource);
    reply
}

/// A permanent redirect, by path alone.
pub(super) fn moved(target: &str, query: Option<&str>) -> Reply {
    let Some(location) = path::location(target, query) else {
        tracing::error!(target, "a redirect leads out of the site");
        return reply::text(StatusCode::NOT_FOUND, "not found");
    };
    let mut reply = Response::new(ReplyBody::empty());
    *reply.status_mut() = StatusCode::PERMANENT_REDIRECT;
    let headers = reply.headers_mut();
    headers.insert(LOCATION, location);
    // A later push may give the address a page of its own.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(REVALIDATED));
    reply
}

/// Before the first site.
pub(super) fn not_yet(shown: Option<&str>) -> Reply {
    let mut content = "<meta http-equiv=\"refresh\" content=\"5\">\n\
        <p>This blog is being built and will be here in a moment.</p>\n"
        .to_owned();
    content.extend(shown.map(live::tag));
    let reply = reply::page(StatusCode::SERVICE_UNAVAILABLE, "One moment", &content);
    reply::retry_after(reply, "5")
}

/// Sets a header to text that is ours; a character that HTTP forbids in it leaves it out.
fn set(headers: &mut HeaderMap, name: hyper::header::HeaderName, value: &str) {
    match HeaderValue::from_str(value) {
        Ok(value) => {
            headers.insert(name, value);
        }
        Err(error) => tracing::error!(%name, %error, "a header cannot be sent"),
    }
}
