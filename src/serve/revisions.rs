//! The pages of a post's past: asked of whoever makes them, waited for, and sent like any page of
//! the site.

use hyper::StatusCode;
use tokio::time::timeout;

use crate::revisions::{Found, Made};

use super::reply::{self, Reply};
use super::routes::Call;
use super::{Server, live, site};

/// Seconds after which a page that could not be had is worth another try.
const AGAIN: &str = "5";

/// What is served stands first: a post may have an `@` in its address.
pub(super) async fn get(server: &Server, call: &Call) -> Reply {
    let shown = live::shown(server);
    let shown = shown.as_deref();
    let Some(current) = server.app.current.get() else {
        return site::not_yet(shown);
    };
    if site::knows(&current, &call.path) {
        return site::of_site(&current, call, shown);
    }
    let sent = |made: Made| match made {
        Some(page) => site::page(&page, &call.head, shown),
        None => reply::text(
            StatusCode::INTERNAL_SERVER_ERROR,
            "this revision cannot be shown",
        ),
    };
    match server.app.revisions.find(&current, &call.path) {
        Found::Nothing => site::of_site(&current, call, shown),
        Found::Moved(target) => site::moved(&target, call.head.uri().query()),
        Found::Made(made) => sent(made),
        Found::Soon(page) => match timeout(server.limits.page_wait, page).await {
            Ok(Ok(made)) => sent(made),
            Ok(Err(_)) | Err(_) => busy(),
        },
        Found::NotYet | Found::Busy => busy(),
    }
}

fn busy() -> Reply {
    let reply = reply::text(
        StatusCode::SERVICE_UNAVAILABLE,
        "the pages of revisions are busy; the blog itself is not",
    );
    reply::retry_after(reply, AGAIN)
}
