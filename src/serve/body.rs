//! The body of an answer: bytes in memory handed on without a copy, a stretch of a file read as
//! the client takes it, or a stream of events.

use std::fs::File;
use std::future::Future;
use std::io;
use std::os::unix::fs::FileExt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::site;

/// Bytes of a file in memory at once, per answer.
const CHUNK: u64 = 64 << 10;

#[derive(Debug)]
pub(super) enum ReplyBody {
    Whole(Bytes),
    File(FileBody),
    Events(mpsc::Receiver<Bytes>),
}

/// A stretch of an open file. Reads are positioned, so that any number of answers share the
/// descriptor.
#[derive(Debug)]
pub(super) struct FileBody {
    file: Arc<File>,
    offset: u64,
    left: u64,
    reading: Option<JoinHandle<io::Result<Bytes>>>,
}

impl ReplyBody {
    pub(super) fn empty() -> Self {
        Self::Whole(Bytes::new())
    }

    /// `length` bytes from `start` on; the caller has checked that they are there.
    pub(super) fn stretch(body: &site::Body, start: u64, length: u64) -> Self {
        match body {
            site::Body::Memory(bytes) => {
                let at = |position: u64| usize::try_from(position).unwrap_or(usize::MAX);
                let end = at(start.saturating_add(length)).min(bytes.len());
                Self::Whole(bytes.slice(at(start).min(end)..end))
            }
            site::Body::File { file, offset, .. } => Self::File(FileBody {
                file: Arc::clone(file),
                offset: offset.saturating_add(start),
                left: length,
                reading: None,
            }),
        }
    }

    pub(super) fn whole(body: &site::Body) -> Self {
        Self::stretch(body, 0, body.length())
    }
}

impl FileBody {
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let reading = self.reading.get_or_insert_with(|| {
            let (file, offset) = (Arc::clone(&self.file), self.offset);
            let mut chunk = vec![0; self.left.min(CHUNK) as usize];
            spawn_blocking(move || {
                // A file shorter than it was when it was published is an error, and the client
                // must see a broken connection rather than a short answer.
                file.read_exact_at(&mut chunk, offset)?;
                Ok(Bytes::from(chunk))
            })
        });
        let chunk = ready!(Pin::new(reading).poll(cx)).map_err(io::Error::other)?;
        self.reading = None;
        match chunk {
            Ok(chunk) => {
                self.offset += chunk.len() as u64;
                self.left -= chunk.len() as u64;
                Poll::Ready(Some(Ok(chunk)))
            }
            Err(error) => {
                tracing::error!(%error, "a file of the site cannot be read");
                self.left = 0;
                Poll::Ready(Some(Err(error)))
            }
        }
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let next = match &mut *self {
            Self::Whole(bytes) if bytes.is_empty() => None,
            Self::Whole(bytes) => Some(Ok(std::mem::take(bytes))),
            Self::File(file) => ready!(file.poll_chunk(cx)),
            Self::Events(events) => ready!(events.poll_recv(cx)).map(Ok),
        };
        Poll::Ready(next.map(|chunk| chunk.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.is_empty(),
            Self::File(file) => file.left == 0,
            Self::Events(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::File(file) => SizeHint::with_exact(file.left),
            Self::Events(_) => SizeHint::new(),
        }
    }
}
