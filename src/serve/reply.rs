//! Answers that are not a site's own resources, and the headers every answer bears.

use bytes::Bytes;
use hyper::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
    REFERRER_POLICY, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Response, StatusCode};
use serde::Serialize;

use super::body::ReplyBody;

pub(super) type Reply = Response<ReplyBody>;

pub(super) const ROBOTS_TAG: HeaderName = HeaderName::from_static("x-robots-tag");

const STYLE: &str = include_str!("byline.css");

/// What a page may do: nothing inline, nothing framed, pictures and sound from anywhere safe.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' https: data:; \
    media-src 'self' https:; font-src 'self'; script-src 'self'; connect-src 'self'; \
    manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// An SVG is a document that can hold scripts; opened by itself it may do nothing at all.
const SVG_POLICY: &str = "default-src 'none'; sandbox";

/// The policy of a page that shows a player of another site, once a reader asks for it.
pub(super) fn framing() -> HeaderValue {
    let policy = format!("{PAGE_POLICY}; frame-src https:");
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static(PAGE_POLICY))
}

/// Sets the security headers; a policy that is there already stays.
pub(super) fn secure(headers: &mut HeaderMap) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let kind = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let kind = kind.unwrap_or_default();
    if is_part_of_pages(kind) {
        return;
    }
    let policy = if is_svg(kind) {
        SVG_POLICY
    } else {
        PAGE_POLICY
    };
    let of_documents = [
        (CONTENT_SECURITY_POLICY, policy),
        (REFERRER_POLICY, "strict-origin-when-cross-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=()",
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in of_documents {
        let value = HeaderValue::from_static(value);
        headers.entry(name).or_insert(value);
    }
}

/// Browsers take no policies from stylesheets, scripts and the like; with each they would weigh half a
/// kilobyte.
fn is_part_of_pages(kind: &[u8]) -> bool {
    const PARTS: [&[u8]; 6] = [
        b"text/css",
        b"text/javascript",
        b"image/",
        b"font/",
        b"audio/",
        b"video/",
    ];
    !is_svg(kind) && PARTS.iter().any(|part| kind.starts_with(part))
}

fn is_svg(kind: &[u8]) -> bool {
    kind.starts_with(b"image/svg")
}

/// 204: all there is to say stands in the head.
pub(super) fn nothing() -> Reply {
    let mut reply = Response::new(ReplyBody::empty());
    *reply.status_mut() = StatusCode::NO_CONTENT;
    unkept(reply)
}

/// A line of plain text that nobody keeps.
pub(super) fn text(status: StatusCode, message: &str) -> Reply {
    fresh(status, "text/plain; charset=utf-8", format!("{message}\n"))
}

pub(super) fn json(status: StatusCode, value: &impl Serialize) -> Reply {
    match serde_json::to_string(value) {
        Ok(text) => fresh(status, "application/json", text),
        Err(error) => {
            tracing::error!(%error, "an answer cannot be written as JSON");
            text(
                StatusCode::INTERNAL_SERVER_ERROR,
                "the answer cannot be written",
            )
        }
    }
}

/// A page of the server's own, outside any theme.
pub(super) fn page(status: StatusCode, title: &str, content: &str) -> Reply {
    let title = escape(title);
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <link rel=\"stylesheet\" href=\"/-/byline.css\">\n\
         <title>{title}</title>\n<h1>{title}</h1>\n{content}"
    );
    fresh(status, "text/html; charset=utf-8", html)
}

/// A script of the server's own.
pub(super) fn script(text: &'static str) -> Reply {
    part(text, "text/javascript; charset=utf-8")
}

/// How the server's own pages look.
pub(super) fn style() -> Reply {
    part(STYLE, "text/css; charset=utf-8")
}

fn part(text: &'static str, kind: &'static str) -> Reply {
    let mut reply = Response::new(ReplyBody::Whole(Bytes::from_static(text.as_bytes())));
    let kind = HeaderValue::from_static(kind);
    reply.headers_mut().insert(CONTENT_TYPE, kind);
    unkept(reply)
}

/// An answer that holds for this moment.
pub(super) fn unkept(mut reply: Reply) -> Reply {
    let never = HeaderValue::from_static("no-store");
    reply.headers_mut().insert(CACHE_CONTROL, never);
    reply
}

/// Says when to come back.
pub(super) fn retry_after(mut reply: Reply, seconds: &'static str) -> Reply {
    let value = HeaderValue::from_static(seconds);
    reply.headers_mut().insert(RETRY_AFTER, value);
    reply
}

fn fresh(status: StatusCode, content_type: &'static str, body: String) -> Reply {
    let mut reply = Response::new(ReplyBody::Whole(Bytes::from(body)));
    *reply.status_mut() = status;
    let headers = reply.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(ROBOTS_TAG, HeaderValue::from_static("noindex"));
    reply
}

/// Text as HTML, in an element or a quoted attribute.
pub(super) fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            _ => html.push(c),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_policy_needs_anything_unsafe() {
        for policy in [PAGE_POLICY, SVG_POLICY] {
            assert!(policy.starts_with("default-src 'none'"));
            assert!(!policy.contains("unsafe"), "{policy}");
            assert!(!policy.contains("  "), "{policy}");
        }
    }

    #[test]
    fn an_svg_opened_by_itself_is_sandboxed() {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"));
        secure(&mut headers);
        assert_eq!(headers[CONTENT_SECURITY_POLICY], SVG_POLICY);
    }

    #[test]
    fn parts_of_pages_bear_no_policies_of_their_own() {
        for (kind, is_part) in [
            ("text/css; charset=utf-8", true),
            ("image/png", true),
            ("text/html", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
            secure(&mut headers);
            assert_eq!(
                headers.contains_key(CONTENT_SECURITY_POLICY),
                !is_part,
                "{kind}"
            );
            assert_eq!(headers[X_CONTENT_TYPE_OPTIONS], "nosniff");
        }
    }

    #[test]
    fn markup_is_shown_as_text() {
        assert_eq!(escape("<a b=\"'&\">"), "&lt;a b=&quot;&#39;&amp;&quot;&gt;");
    }
}
