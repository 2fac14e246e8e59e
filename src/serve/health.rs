//! What balancers, monitors and people ask: does it turn, does it serve, do updates work. None of
//! them waits for a build.

use hyper::StatusCode;
use serde_json::json;

use crate::rebuild::{Health, Status};

use super::Server;
use super::reply::{self, Reply};
use super::routes::Call;
use super::site;

/// 200 while the process turns; a restart helps only when this fails.
pub(super) fn livez(server: &Server, _: &Call) -> Reply {
    if !server.app.rebuild.is_attended() {
        let dead = json!({"status": "nothing is built any more"});
        return reply::json(StatusCode::INTERNAL_SERVER_ERROR, &dead);
    }
    reply::json(StatusCode::OK, &json!({"status": "alive"}))
}

/// 200 while a whole site is served, looked up as a reader's request is. A remote that is away
/// does not change it: taking a good site out of the pool is the wrong cure.
pub(super) fn readyz(server: &Server, _: &Call) -> Reply {
    let unready = |status| {
        let reply = reply::json(StatusCode::SERVICE_UNAVAILABLE, &json!({"status": status}));
        reply::retry_after(reply, "5")
    };
    if server.is_draining() {
        return unready("draining");
    }
    let Some(site) = server.app.current.get() else {
        return unready("no site yet");
    };
    if !site::has_front_page(&site) {
        return unready("no front page");
    }
    let commit = site.commit.as_ref().map(ToString::to_string);
    let ready = json!({"status": "ready", "commit": commit, "posts": site.posts});
    reply::json(StatusCode::OK, &ready)
}

/// The truth about updates.
pub(super) fn healthz(server: &Server, _: &Call) -> Reply {
    let mut health = server.app.report.health();
    if health.status == Status::Ok && server.app.current.get().is_none() {
        health = Health {
            status: Status::Degraded,
            reason: Some("no site yet".to_owned()),
        };
    }
    let status = match health.status {
        Status::Ok | Status::Degraded => StatusCode::OK,
        Status::Failing => StatusCode::INTERNAL_SERVER_ERROR,
    };
    reply::json(status, &health)
}
