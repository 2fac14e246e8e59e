//! `GET /-/builds/ID`: how one build fares, for the script that asked for it and for the person
//! who follows the link. The id is unguessable, so whoever has it may know.

use std::fmt::Write;

use hyper::StatusCode;
use hyper::header::{HeaderValue, VARY};
use serde::Serialize;
use serde_json::{Value, json};

use crate::diagnostic::Diagnostic;
use crate::rebuild::{BuildState, Stage};

use super::Server;
use super::negotiation;
use super::reply::{self, Reply, escape};
use super::routes::{Call, nothing_here};

pub(super) fn get(server: &Server, call: &Call) -> Reply {
    let id = call.path.strip_prefix("/-/builds/").unwrap_or_default();
    // Asked in this order, a build that starts in between is not missed.
    let waiting = server.app.rebuild.is_waiting(id);
    let html = negotiation::prefers_html(call.head.headers());
    let mut reply = match server.app.report.build(id) {
        Some(build) if html => page(&build),
        Some(build) => reply::json(StatusCode::OK, &build),
        None if waiting && html => {
            reply::page(StatusCode::OK, "Build waiting", &refresh(Stage::Waiting))
        }
        None if waiting => reply::json(StatusCode::OK, &waits(id)),
        None => nothing_here(),
    };
    reply
        .headers_mut()
        .insert(VARY, HeaderValue::from_static("Accept"));
    reply
}

/// What `BuildState` says of a build that has not begun.
fn waits(id: &str) -> Value {
    json!({
        "id": id, "state": Stage::Waiting, "commit": null, "posts": null, "reason": null,
        "errors": [], "warnings": [], "timings_ms": {},
    })
}

fn page(build: &BuildState) -> Reply {
    let mut html = refresh(build.state);
    if let Some(commit) = &build.commit {
        line(&mut html, "p", &format!("Commit {commit}"));
    }
    if let Some(posts) = build.posts {
        line(&mut html, "p", &format!("{posts} posts"));
    }
    if let Some(reason) = &build.reason {
        line(&mut html, "p", reason);
    }
    for (title, diagnostics) in [("Errors", &build.errors), ("Warnings", &build.warnings)] {
        list(&mut html, title, diagnostics);
    }
    reply::page(
        StatusCode::OK,
        &format!("Build {}", word(build.state)),
        &html,
    )
}

fn list(html: &mut String, title: &str, diagnostics: &[Diagnostic]) {
    if diagnostics.is_empty() {
        return;
    }
    line(html, "h2", title);
    for diagnostic in diagnostics {
        line(html, "pre", &diagnostic.to_string());
    }
}

fn line(html: &mut String, element: &str, text: &str) {
    let text = escape(text);
    writeln!(html, "<{element}>{text}</{element}>").expect("writing to a String cannot fail");
}

/// A page of an unfinished build asks again by itself.
fn refresh(state: Stage) -> String {
    match state {
        Stage::Waiting | Stage::Fetching | Stage::Building => {
            "<meta http-equiv=\"refresh\" content=\"2\">\n".to_owned()
        }
        Stage::Published | Stage::Failed => String::new(),
    }
}

fn word(state: Stage) -> String {
    let value = state.serialize(serde_json::value::Serializer);
    value
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rebuild::BuildId;

    fn failed() -> BuildState {
        BuildState {
            id: BuildId::random().unwrap(),
            state: Stage::Failed,
            commit: Some("abc".to_owned()),
            posts: None,
            reason: Some("<script>alert(1)</script>".to_owned()),
            errors: vec![Diagnostic::error("title", "`<b>` is no title").path("posts/<i>.md")],
            warnings: Vec::new(),
            timings_ms: std::collections::BTreeMap::new(),
        }
    }

    #[test]
    fn a_waiting_build_has_the_fields_of_any_other() {
        let waiting = waits("0");
        let known = serde_json::to_value(failed()).unwrap();
        let names = |value: &Value| {
            value
                .as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&waiting), names(&known));
        assert_eq!(waiting["state"], "waiting");
    }

    #[test]
    fn the_page_shows_markup_as_text() {
        let reply = page(&failed());
        let super::super::body::ReplyBody::Whole(html) = reply.body() else {
            unreachable!("a page is whole")
        };
        let html = std::str::from_utf8(html).unwrap();
        assert!(html.contains("<h1>Build failed</h1>"), "{html}");
        assert!(html.contains("&lt;script&gt;"), "{html}");
        assert!(html.contains("posts/&lt;i&gt;.md"), "{html}");
        assert!(
            !html.contains("<script>") && !html.contains("<b>"),
            "{html}"
        );
    }
}
