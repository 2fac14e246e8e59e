//! `GET /-/builds/ID`: how one build fares, for the script that asked for it and for the person
//! who follows the link: as JSON, as a page, or as events while it goes on. The id is unguessable,
//! so whoever has it may know.

mod events;
mod page;

use hyper::header::{HeaderValue, VARY};
use hyper::{Method, StatusCode};

use super::Server;
use super::negotiation::{self, Telling};
use super::reply::{self, Reply};
use super::routes::{Call, nothing_here};
use crate::rebuild::{BuildState, RebuildHandle, Report, Stage};

const SCRIPT: &str = include_str!("builds.js");

pub(super) fn get(server: &Server, call: &Call) -> Reply {
    let id = call.path.strip_prefix("/-/builds/").unwrap_or_default();
    let mut reply = match state(&server.app.rebuild, &server.app.report, id) {
        Some(build) => match negotiation::telling(call.head.headers()) {
            Telling::Page => page::page(&build),
            Telling::Events if call.head.method() == Method::GET => events::follow(server, id),
            Telling::Events | Telling::Json => reply::json(StatusCode::OK, &build),
        },
        None => nothing_here(),
    };
    reply
        .headers_mut()
        .insert(VARY, HeaderValue::from_static("Accept"));
    reply
}

/// Keeps the page of a build up to date.
pub(super) fn script(_: &Server, _: &Call) -> Reply {
    reply::script(SCRIPT)
}

/// One build as it stands.
fn state(rebuild: &RebuildHandle, report: &Report, id: &str) -> Option<BuildState> {
    // Asked in this order, a build that starts in between is not missed.
    let waiting = rebuild.waiting(id);
    let waiting = waiting.map(|id| BuildState::new(id, Stage::Waiting));
    report.build(id).or(waiting)
}
