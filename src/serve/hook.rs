//! `POST /-/hook`: a forge says "look again". The body is read within limits, proved, and answered
//! at once; the build is somebody else's.

use std::sync::PoisonError;

use http_body_util::BodyExt;
use hyper::StatusCode;
use hyper::body::Body;
use serde_json::json;
use tokio::time::timeout;

use crate::moment::Moment;
use crate::rebuild::{self, Cause};
use crate::webhook::{self, Delivery, Headers, Received, Rejected, Tip, Trust, Verdict};

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
    let Some(trust) = server.app.trust.load_full() else {
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
    let delivery = Delivery {
        headers: Headers(&lines),
        body: &body,
        now: rebuild::now(),
    };
    answer(server, &delivery, &trust)
}

fn answer(server: &Server, delivery: &Delivery<'_>, trust: &Trust) -> Reply {
    let (forge, id) = webhook::origin(delivery.headers);
    let from = Origin { forge, id: &id };
    match webhook::receive(delivery, trust) {
        Ok(Received {
            verdict,
            once: Some(once),
        }) => act_once(server, verdict, &from, (once, delivery.now)),
        Ok(received) => act(server, received.verdict, &from),
        Err(rejected) => {
            tracing::warn!(forge, delivery = id, reason = %rejected, "webhook refused");
            refuse(&rejected)
        }
    }
}

/// Who sent a delivery, for the log.
struct Origin<'a> {
    forge: &'static str,
    id: &'a str,
}

/// Acts unless the same delivery was acted upon already. One that could not be is not remembered:
/// its sender will try again.
fn act_once(
    server: &Server,
    verdict: Verdict,
    from: &Origin<'_>,
    (once, now): (Vec<u8>, Moment),
) -> Reply {
    // Held meanwhile, so that of two at the same time one is the second.
    let mut seen = server.seen.lock().unwrap_or_else(PoisonError::into_inner);
    if seen.has(&once, now) {
        let id = webhook::printable(&once);
        let reason = format!("delivery `{id}` was taken already");
        return act(server, Verdict::Ignored { reason }, from);
    }
    let reply = act(server, verdict, from);
    if reply.status().is_success() {
        seen.insert(once, now);
    }
    reply
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

fn act(server: &Server, verdict: Verdict, from: &Origin<'_>) -> Reply {
    let Origin { forge, id } = *from;
    match verdict {
        Verdict::Pushed(tips) => match published(server, &tips) {
            Some(tip) => queue(server, from, tip.after.as_deref().unwrap_or_default()),
            None => ignore(&webhook::unpublished(&tips), from),
        },
        Verdict::Look => queue(server, from, ""),
        Verdict::Ping => {
            tracing::info!(forge, delivery = id, "webhook ping");
            reply::json(StatusCode::OK, &json!({"status": "pong"}))
        }
        Verdict::Ignored { reason } => ignore(&reason, from),
    }
}

fn ignore(reason: &str, from: &Origin<'_>) -> Reply {
    let Origin { forge, id } = *from;
    tracing::info!(forge, delivery = id, reason, "webhook ignored");
    reply::json(StatusCode::OK, &json!({"ignored": reason}))
}

/// The published branch among those that were pushed. Until it is known every one may be it.
fn published<'t>(server: &Server, tips: &'t [Tip]) -> Option<&'t Tip> {
    let branch = server.app.branch.load();
    tips.iter().find(|tip| {
        branch.as_deref().is_none_or(|branch| {
            tip.branch_ref.strip_prefix("refs/heads/") == Some(branch.as_str())
        })
    })
}

fn queue(server: &Server, from: &Origin<'_>, commit: &str) -> Reply {
    if server.is_draining() {
        return later("the server is stopping");
    }
    let Origin { forge, id } = *from;
    match server.app.rebuild.request(Cause::Pushed) {
        Ok(build) => {
            tracing::info!(forge, delivery = id, commit, %build, "webhook push");
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
        Rejected::Unsigned
        | Rejected::BadSignature
        | Rejected::WrongSecret
        | Rejected::Stale
        | Rejected::Untrusted => StatusCode::UNAUTHORIZED,
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
