//! Server-sent events (HTML standard, section 9.2): one listener, who may go, and a server that may
//! end. What is told is decided by whoever opens the stream.

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use hyper::Response;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use tokio::sync::{mpsc, watch};

use super::Server;
use super::body::ReplyBody;
use super::reply::{self, Reply};
use super::shutdown::Phase;

/// Events a client may be behind.
const BEHIND: usize = 4;

/// The other end of an answer that goes on.
pub(super) struct Listener {
    sender: mpsc::Sender<Bytes>,
    phase: watch::Receiver<Phase>,
    heartbeat: Duration,
}

/// What a wait ended with.
pub(super) enum Waited<T> {
    Changed(T),
    /// Nothing happened for so long that the client may wonder.
    Quiet,
    /// The client has gone, or the server drains.
    Over,
}

impl Listener {
    /// The answer, and who hears it.
    pub(super) fn open(server: &Server) -> (Reply, Self) {
        let (sender, receiver) = mpsc::channel(BEHIND);
        let listener = Self {
            sender,
            phase: server.phase.clone(),
            heartbeat: server.limits.heartbeat,
        };
        (stream(ReplyBody::Events(receiver)), listener)
    }

    /// Tells it; whether there is somebody to tell more. A client that does not read holds a full
    /// channel, and the drain must not wait for it.
    pub(super) async fn send(&mut self, event: String) -> bool {
        tokio::select! {
            sent = self.sender.send(Bytes::from(event)) => sent.is_ok(),
            _ = self.phase.wait_for(|phase| *phase != Phase::Serving) => false,
        }
    }

    /// A comment, which shows that the connection lives.
    pub(super) async fn beat(&mut self) -> bool {
        self.send(":\n\n".to_owned()).await
    }

    /// Waits for a change.
    pub(super) async fn wait<T>(&mut self, change: impl Future<Output = T>) -> Waited<T> {
        tokio::select! {
            changed = change => Waited::Changed(changed),
            () = tokio::time::sleep(self.heartbeat) => Waited::Quiet,
            _ = self.phase.wait_for(|phase| *phase != Phase::Serving) => Waited::Over,
            () = self.sender.closed() => Waited::Over,
        }
    }
}

/// An answer of events; for a HEAD request it has no body.
pub(super) fn stream(body: ReplyBody) -> Reply {
    let mut reply = Response::new(body);
    let kind = HeaderValue::from_static("text/event-stream");
    reply.headers_mut().insert(CONTENT_TYPE, kind);
    reply::unkept(reply)
}
