//! One connection: hyper with every timer set, and an orderly end when the server drains.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;

use hyper::body::{Body, Incoming};
use hyper::header::{CONNECTION, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;

use super::Server;
use super::body::ReplyBody;
use super::framing;
use super::reply;
use super::routes::{self, Inbound};
use super::shutdown::Phase;
use super::wire::{Traffic, Wire};

/// Request line and headers together.
const HEAD_BYTES: usize = 64 << 10;
const HEADERS: usize = 100;

/// Serves one connection to its end.
pub(super) async fn serve(stream: TcpStream, server: Arc<Server>) {
    let limits = server.limits;
    let (wire, traffic) = Wire::new(stream, limits.write_stall, limits.linger);
    let mut phase = server.phase.clone();
    let service = {
        let traffic = Arc::clone(&traffic);
        service_fn(move |request| {
            let server = Arc::clone(&server);
            let traffic = Arc::clone(&traffic);
            async move { Ok::<_, Infallible>(answer(&server, &traffic, request).await) }
        })
    };
    let mut connection = pin!(
        http1::Builder::new()
            // Without a timer hyper has no timeout at all, whatever is set.
            .timer(TokioTimer::new())
            .header_read_timeout(limits.header_read)
            // Else a client that closes its side after the request may lose the answer.
            .half_close(true)
            .max_buf_size(HEAD_BYTES)
            .max_header_size(HEAD_BYTES)
            .max_headers(HEADERS)
            .serve_connection(TokioIo::new(wire), service)
    );

    tokio::select! {
        result = connection.as_mut() => return ended(result, &traffic),
        // An error means that the server itself is gone.
        _ = phase.wait_for(|phase| *phase != Phase::Serving) => {}
    }
    if traffic.is_silent() {
        // Its request may be on the way, and nobody else will answer it: what waits in the kernel's
        // queue goes to the next process where systemd keeps the socket, but this was accepted.
        tokio::select! {
            result = connection.as_mut() => return ended(result, &traffic),
            () = tokio::time::sleep(limits.first_word) => {}
        }
        if traffic.is_silent() {
            return;
        }
    }
    connection.as_mut().graceful_shutdown();
    tokio::select! {
        result = connection => ended(result, &traffic),
        _ = phase.wait_for(|phase| *phase == Phase::Cut) => {}
    }
}

/// How a connection ends is its client's business: timeouts, resets and probes that never say a
/// word are ordinary, and none is logged as an error.
fn ended(result: hyper::Result<()>, traffic: &Traffic) {
    match result {
        Err(error) if !traffic.is_silent() => tracing::debug!(%error, "connection ended"),
        Ok(()) | Err(_) => tracing::trace!(silent = traffic.is_silent(), "connection ended"),
    }
}

async fn answer(
    server: &Server,
    traffic: &Traffic,
    request: Request<Incoming>,
) -> Response<ReplyBody> {
    let (parts, incoming) = request.into_parts();
    let head = Request::from_parts(parts, ());
    let mut inbound = Inbound::new(incoming);
    let checked = framing::check(&head, traffic);
    let mut reply = match checked {
        Ok(()) => routes::answer(server, head, &mut inbound).await,
        Err(refusal) => reply::text(refusal.status, refusal.message),
    };
    // What was not read of a request cannot be told from the next one: the connection ends. So it
    // does while the server drains.
    let unread = !inbound.ended && !inbound.incoming.is_end_stream();
    if unread || checked.is_err() || server.is_draining() {
        reply
            .headers_mut()
            .insert(CONNECTION, HeaderValue::from_static("close"));
    }
    reply::secure(reply.headers_mut());
    reply
}
