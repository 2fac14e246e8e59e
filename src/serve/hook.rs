//! `POST /-/hook`: a forge says "look again". The body is read within limits, proved, and answered
//! at once; the build is somebody else's.

use http_body_util::BodyExt;
use hyper::StatusCode;
use hyper::body::Body;
use serde_json::json;
use tokio::time::timeout;

use crate::rebuild::Cause;
use crate::webhook::{self, Headers, Rejected, Verdict};

use super::Server;
use super::limits::Limits;
use super::reply::{self, Reply};
use super::routes::{Call, Inbound, nothing_here};

/// Why a body was not taken.
#[derive(Debug, PartialEq, Eq)]
enum Untaken {
    TooLarge,
    TooSlow,
    /// No place for a long body became free in time.
    Crowded,
    /// The client went away, or its chunks are malformed.
    Broken,
}

pub(super) async fn post(server: &Server, call: &Call, inbound: &mut Inbound) -> Reply {
    let Some(secrets) = &server.app.secrets else {
        return nothing_here();
    };
    let body = match take(server, inbound).await {
        Ok(body) => body,
        Err(untaken) => return refuse_body(&untaken),
    };
    let lines: Vec<(&str, &[u8])> = call
        .head
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect();
    let headers = Headers(&lines);
    let (forge, delivery) = webhook::origin(headers);
    match webhook::receive(headers, &body, secrets) {
        Ok(verdict) => act(server, verdict, forge, &delivery),
        Err(rejected) => {
            tracing::warn!(forge, delivery, reason = %rejected, "webhook refused");
            refuse(&rejected)
        }
    }
}

/// The whole body, within every limit.
async fn take(server: &Server, inbound: &mut Inbound) -> Result<Vec<u8>, Untaken> {
    if inbound.incoming.size_hint().lower() > server.limits.hook_body {
        return Err(Untaken::TooLarge);
    }
    let mut waits_for_place = false;
    let reading = read(server, inbound, &mut waits_for_place);
    match timeout(server.limits.hook_time, reading).await {
        Ok(outcome) => outcome,
        Err(_) if waits_for_place => Err(Untaken::Crowded),
        Err(_) => Err(Untaken::TooSlow),
    }
}

async fn read(
    server: &Server,
    inbound: &mut Inbound,
    waits_for_place: &mut bool,
) -> Result<Vec<u8>, Untaken> {
    let Limits {
        hook_body,
        hook_small,
        ..
    } = server.limits;
    let mut body = Vec::new();
    let mut place = None;
    while let Some(frame) = inbound.incoming.frame().await {
        let Ok(data) = frame.map_err(|_broken| Untaken::Broken)?.into_data() else {
            // Trailers say nothing here.
            continue;
        };
        let length = (body.len() + data.len()) as u64;
        if length > hook_body {
            return Err(Untaken::TooLarge);
        }
        if length > hook_small && place.is_none() {
            *waits_for_place = true;
            let free = server.hook_places.acquire().await;
            place = Some(free.map_err(|_closed| Untaken::Crowded)?);
            *waits_for_place = false;
        }
        body.extend_from_slice(&data);
    }
    inbound.ended = true;
    Ok(body)
}

fn act(server: &Server, verdict: Verdict, forge: &str, delivery: &str) -> Reply {
    let verdict = match verdict {
        Verdict::Push { branch_ref, .. } if !is_published(server, &branch_ref) => {
            Verdict::Ignored {
                reason: format!("`{branch_ref:.200}` is not the published branch"),
            }
        }
        other => other,
    };
    match verdict {
        Verdict::Push { after, .. } => {
            let commit = after.unwrap_or_default();
            queue(server, forge, delivery, &commit)
        }
        Verdict::Ping => {
            tracing::info!(forge, delivery, "webhook ping");
            reply::json(StatusCode::OK, &json!({"status": "pong"}))
        }
        Verdict::Ignored { reason } => {
            tracing::info!(forge, delivery, reason = reason.as_str(), "webhook ignored");
            reply::json(StatusCode::OK, &json!({"ignored": reason}))
        }
    }
}

/// Until the branch is known every push may be to it.
fn is_published(server: &Server, branch_ref: &str) -> bool {
    let branch = server.app.branch.load();
    branch
        .as_deref()
        .is_none_or(|branch| branch_ref.strip_prefix("refs/heads/") == Some(branch.as_str()))
}

fn queue(server: &Server, forge: &str, delivery: &str, commit: &str) -> Reply {
    if server.is_draining() {
        return later("the server is stopping");
    }
    match server.app.rebuild.request(Cause::Pushed) {
        Ok(build) => {
            tracing::info!(forge, delivery, commit, %build, "webhook push");
            let status_url = format!("/-/builds/{build}");
            let answer = json!({"build": build, "status_url": status_url});
            reply::json(StatusCode::ACCEPTED, &answer)
        }
        Err(error) => {
            tracing::error!(%error, "a build cannot be named");
            later("a build cannot be queued now")
        }
    }
}

fn refuse(rejected: &Rejected) -> Reply {
    let status = match rejected {
        Rejected::Unsigned | Rejected::BadSignature => StatusCode::UNAUTHORIZED,
        Rejected::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Rejected::Malformed(_) => StatusCode::BAD_REQUEST,
    };
    error(status, &rejected.to_string())
}

fn refuse_body(untaken: &Untaken) -> Reply {
    tracing::warn!(reason = ?untaken, "webhook body not taken");
    match untaken {
        Untaken::TooLarge => error(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"),
        Untaken::TooSlow => error(StatusCode::REQUEST_TIMEOUT, "the body took too long"),
        Untaken::Crowded => later("too many long bodies at once"),
        Untaken::Broken => error(StatusCode::BAD_REQUEST, "the body is broken"),
    }
}

fn later(message: &str) -> Reply {
    let reply = error(StatusCode::SERVICE_UNAVAILABLE, message);
    reply::retry_after(reply, "10")
}

fn error(status: StatusCode, message: &str) -> Reply {
    reply::json(status, &json!({"error": message}))
}
