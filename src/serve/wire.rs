//! The socket as hyper sees it: writes that stall end, a close lets the client finish, and what
//! hyper hides of a request's framing is counted as it passes.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

pub(super) struct Wire<S> {
    stream: S,
    traffic: Arc<Traffic>,
    lines: LineScan,
    stall: Duration,
    /// Runs while a write waits for the client.
    stalled: Option<Pin<Box<Sleep>>>,
    linger: Duration,
    /// Runs once our side is closed and the client still sends.
    lingering: Option<Pin<Box<Sleep>>>,
}

/// What the socket and the handlers of one connection tell each other.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    received: AtomicBool,
    /// Lines `Content-Length:` that came in.
    length_lines: AtomicUsize,
    /// Those of them that reached a handler as headers.
    length_headers: AtomicUsize,
}

impl Traffic {
    /// Nothing has come in yet, as with a load balancer's probe.
    pub(super) fn is_silent(&self) -> bool {
        !self.received.load(Ordering::Relaxed)
    }

    pub(super) fn saw_length_headers(&self, count: usize) {
        self.length_headers.fetch_add(count, Ordering::Relaxed);
    }

    /// Whether a `Content-Length` line passed that no handler saw. hyper strikes it where a
    /// `Transfer-Encoding` stands beside it. It errs on the side of `true`: a line in a body
    /// counts too.
    pub(super) fn hides_a_length(&self) -> bool {
        self.length_lines.load(Ordering::Relaxed) > self.length_headers.load(Ordering::Relaxed)
    }
}

impl<S> Wire<S> {
    pub(super) fn new(stream: S, stall: Duration, linger: Duration) -> (Self, Arc<Traffic>) {
        let traffic = Arc::new(Traffic::default());
        let wire = Self {
            stream,
            traffic: Arc::clone(&traffic),
            lines: LineScan::default(),
            stall,
            stalled: None,
            linger,
            lingering: None,
        };
        (wire, traffic)
    }

    /// Passes on a write's outcome; a wait that outlasts the limit becomes an error.
    fn timed<T>(
        &mut self,
        cx: &mut Context<'_>,
        outcome: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.stalled = None;
            return outcome;
        }
        let limit = self.stall;
        let timer = self.stalled.get_or_insert_with(|| Box::pin(sleep(limit)));
        ready!(timer.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        let new = &buffer.filled()[before..];
        if !new.is_empty() {
            self.traffic.received.store(true, Ordering::Relaxed);
            let lines = self.lines.count(new);
            self.traffic
                .length_lines
                .fetch_add(lines, Ordering::Relaxed);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.timed(cx, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.timed(cx, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.stream).poll_flush(cx);
        self.timed(cx, outcome)
    }

    /// Says that we are done and reads on until the client is too. A socket closed over bytes it has
    /// not read is reset, and the reset destroys what the client has not yet read of its answer.
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.lingering.is_none() {
            ready!(Pin::new(&mut this.stream).poll_shutdown(cx))?;
        }
        let limit = this.linger;
        let timer = this.lingering.get_or_insert_with(|| Box::pin(sleep(limit)));
        let mut unread = [0; 8192];
        while timer.as_mut().poll(cx).is_pending() {
            let mut buffer = ReadBuf::new(&mut unread);
            match ready!(Pin::new(&mut this.stream).poll_read(cx, &mut buffer)) {
                Ok(()) if !buffer.filled().is_empty() => {}
                // The client has closed or gone: it has had the time it needed.
                Ok(()) | Err(_) => break,
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// Counts lines that begin with `content-length:`, across reads of any size.
#[derive(Debug, Default)]
struct LineScan {
    /// Bytes of the name matched so far in this line; `None` once it cannot match.
    matched: Option<usize>,
}

impl LineScan {
    fn count(&mut self, bytes: &[u8]) -> usize {
        const NAME: &[u8] = b"content-length:";
        let mut found = 0;
        for byte in bytes {
            self.matched = match self.matched {
                _ if *byte == b'\n' => Some(0),
                Some(at) if byte.to_ascii_lowercase() == NAME[at] => {
                    if at + 1 == NAME.len() {
                        found += 1;
                        None
                    } else {
                        Some(at + 1)
                    }
                }
                _ => None,
            };
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_lines_are_counted_however_they_are_cut() {
        let head =
            b"POST / HTTP/1.1\r\nCONTENT-length: 3\nContent-Length:4\r\nX-Content-Length: 1\r\n";
        for size in 1..head.len() {
            let mut scan = LineScan::default();
            let found: usize = head.chunks(size).map(|part| scan.count(part)).sum();
            assert_eq!(found, 2, "in parts of {size}");
        }
    }
}
