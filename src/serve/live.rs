//! Live reload for an author at work: each page ends with a script that listens for the next swap
//! of the site. Nothing of it is in a built site.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Response};
use tokio::sync::{mpsc, watch};

use crate::publish::Current;

use super::Server;
use super::body::ReplyBody;
use super::reply::Reply;
use super::routes::{Call, nothing_here};
use super::shutdown::Phase;

const SCRIPT: &str = include_str!("live.js");

/// The name of the state that is being served, if pages reload themselves: it differs after each
/// swap, and after a restart. Taken before the site it is to name: a swap in between then reloads
/// the page once too often, never once too seldom.
pub(super) fn shown(server: &Server) -> Option<String> {
    server.app.live.then(|| {
        let count = *server.app.current.subscribe().borrow();
        format!("{}-{count}", server.run)
    })
}

/// What a page ends with.
pub(super) fn tag(shown: &str) -> String {
    format!("\n<script src=\"/-/live.js\" data-shown=\"{shown}\"></script>\n")
}

pub(super) fn script(server: &Server, _: &Call) -> Reply {
    if !server.app.live {
        return nothing_here();
    }
    let body = ReplyBody::Whole(Bytes::from_static(SCRIPT.as_bytes()));
    uncached(body, "text/javascript; charset=utf-8")
}

/// `GET /-/live`: names the state that is served, now and after each swap.
pub(super) fn events(server: &Server, call: &Call) -> Reply {
    if !server.app.live {
        return nothing_here();
    }
    let body = if call.head.method() == Method::HEAD {
        ReplyBody::empty()
    } else {
        let (sender, receiver) = mpsc::channel(4);
        let stream = Stream {
            current: Arc::clone(&server.app.current),
            phase: server.phase.clone(),
            run: server.run.to_string(),
            heartbeat: server.limits.heartbeat,
        };
        tokio::spawn(stream.run(sender));
        ReplyBody::Events(receiver)
    };
    uncached(body, "text/event-stream")
}

fn uncached(body: ReplyBody, content_type: &'static str) -> Reply {
    let mut reply = Response::new(body);
    let headers = reply.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply
}

/// One listener's events.
struct Stream {
    current: Arc<Current>,
    phase: watch::Receiver<Phase>,
    run: String,
    heartbeat: Duration,
}

impl Stream {
    /// Ends when the client goes or the server drains.
    async fn run(mut self, sender: mpsc::Sender<Bytes>) {
        let mut swaps = self.current.subscribe();
        let mut event = self.event(*swaps.borrow_and_update());
        // A client that does not read holds a full channel, and the drain must not wait for it.
        while self.send(&sender, event).await {
            let swapped = tokio::select! {
                changed = swaps.changed() => changed.is_ok(),
                () = tokio::time::sleep(self.heartbeat) => false,
                _ = self.phase.wait_for(|phase| *phase != Phase::Serving) => return,
                () = sender.closed() => return,
            };
            event = if swapped {
                self.event(*swaps.borrow_and_update())
            } else {
                ":\n\n".to_owned()
            };
        }
    }

    async fn send(&mut self, sender: &mpsc::Sender<Bytes>, event: String) -> bool {
        tokio::select! {
            sent = sender.send(Bytes::from(event)) => sent.is_ok(),
            _ = self.phase.wait_for(|phase| *phase != Phase::Serving) => false,
        }
    }

    /// Before the first site there is nothing worth a reload.
    fn event(&self, count: u64) -> String {
        if self.current.get().is_none() {
            return "retry: 1000\n\n".to_owned();
        }
        format!("retry: 1000\ndata: {}-{count}\n\n", self.run)
    }
}
