//! A real listener and raw sockets: what goes over the wire, byte by byte.

mod answers;
mod hooks;
mod lifetime;
mod rfc;
mod wire;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::limits::Limits;
use super::{App, Error, run_within};
use crate::moment::Moment;
use crate::publish::Current;
use crate::rebuild::{RebuildHandle, Report};
use crate::results::Results;
use crate::revisions::Revisions;
use crate::site::{Answer, Body, Resource, Site};
use crate::webhook::Trust;

/// Nothing here takes longer; a test that waits for more has found a hang.
const PATIENCE: Duration = Duration::from_secs(20);

/// What to serve.
struct Setup {
    site: Option<Site>,
    secret: Option<&'static str>,
    branch: Option<&'static str>,
    live: bool,
    limits: Limits,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            site: Some(blog()),
            secret: Some("hush"),
            branch: Some("main"),
            live: false,
            limits: Limits::default(),
        }
    }
}

/// A server under test; it drains when told to.
struct Served {
    address: SocketAddr,
    current: Arc<Current>,
    rebuild: RebuildHandle,
    report: Report,
    stop: oneshot::Sender<()>,
    /// The second signal.
    hurry: oneshot::Sender<()>,
    task: JoinHandle<Result<(), Error>>,
}

/// One raw connection.
struct Client {
    stream: TcpStream,
    unread: Vec<u8>,
}

/// One answer, taken apart.
#[derive(Debug)]
struct Got {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Setup {
    async fn serve(self) -> Served {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let current = Arc::new(Current::empty());
        if let Some(site) = self.site {
            current.swap(Arc::new(site));
        }
        let (rebuild, report) = (RebuildHandle::default(), Report::default());
        let trust = Trust::new(self.secret.map(|secret| (secret.into(), None)), None).unwrap();
        let app = App {
            current: Arc::clone(&current),
            report: report.clone(),
            rebuild: rebuild.clone(),
            trust: Arc::new(ArcSwapOption::new(trust.map(Arc::new))),
            branch: Arc::new(ArcSwapOption::from_pointee(self.branch.map(str::to_owned))),
            revisions: Arc::new(Revisions::start().unwrap()),
            results: Arc::new(Results::start().unwrap()),
            live: self.live,
        };
        let ((stop, stopped), (hurry, hurried)) = (oneshot::channel(), oneshot::channel());
        let signals = (signalled(stopped), signalled(hurried));
        let task = tokio::spawn(run_within(self.limits, listener, app, signals));
        Served {
            address,
            current,
            rebuild,
            report,
            stop,
            hurry,
            task,
        }
    }
}

impl Served {
    async fn connect(&self) -> Client {
        Client {
            stream: TcpStream::connect(self.address).await.unwrap(),
            unread: Vec::new(),
        }
    }

    /// One GET with these further header lines, each ended by CR LF.
    async fn get(&self, path: &str, headers: &str) -> Got {
        let mut client = self.connect().await;
        client
            .send(&format!("GET {path} HTTP/1.1\r\nHost: a\r\n{headers}\r\n"))
            .await;
        client.answer().await
    }

    /// Everything that comes back for these bytes until the server closes.
    async fn exchange(&self, request: &str) -> String {
        let mut client = self.connect().await;
        client.send(request).await;
        client.rest().await
    }
}

impl Client {
    async fn send(&mut self, bytes: &str) {
        self.stream.write_all(bytes.as_bytes()).await.unwrap();
    }

    async fn answer(&mut self) -> Got {
        self.read(false).await
    }

    async fn answer_to_head(&mut self) -> Got {
        self.read(true).await
    }

    async fn read(&mut self, is_head: bool) -> Got {
        let end = loop {
            if let Some(end) = find(&self.unread, b"\r\n\r\n") {
                break end + 4;
            }
            assert!(self.more().await, "closed before the end of the headers");
        };
        let head = String::from_utf8(self.unread.drain(..end).collect()).unwrap();
        let mut got = Got {
            status: head[9..12].parse().unwrap(),
            head,
            body: Vec::new(),
        };
        let length = got.header("content-length").unwrap_or("0");
        let length = if is_head { 0 } else { length.parse().unwrap() };
        while self.unread.len() < length {
            assert!(self.more().await, "closed before the end of the body");
        }
        got.body = self.unread.drain(..length).collect();
        got
    }

    /// Reads to the end of the connection.
    async fn rest(&mut self) -> String {
        while self.more().await {}
        String::from_utf8(std::mem::take(&mut self.unread)).unwrap()
    }

    /// Reads up to and including `text`.
    async fn until(&mut self, text: &str) {
        let at = loop {
            if let Some(at) = find(&self.unread, text.as_bytes()) {
                break at;
            }
            assert!(self.more().await, "closed before `{text}`");
        };
        self.unread.drain(..at + text.len());
    }

    async fn more(&mut self) -> bool {
        let mut chunk = [0; 4096];
        let read = timeout(PATIENCE, self.stream.read(&mut chunk)).await;
        let length = read.expect("the server answers or closes").unwrap_or(0);
        self.unread.extend_from_slice(&chunk[..length]);
        length > 0
    }
}

impl Got {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (known, value) = line.split_once(": ")?;
            known.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

/// A test that ends without a signal has sent none.
async fn signalled(signal: oneshot::Receiver<()>) {
    if signal.await.is_err() {
        std::future::pending::<()>().await;
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

fn resource(content_type: &str, etag: &str, content: &str) -> Resource {
    Resource {
        content_type: content_type.to_owned(),
        etag: etag.to_owned(),
        last_modified: Moment::from_git(784_111_777, 60),
        immutable: false,
        noindex: false,
        frames: false,
        identity: Body::Memory(Bytes::from(content.to_owned())),
        brotli: None,
        gzip: None,
    }
}

fn page(etag: &str, content: &str) -> Answer {
    let forms = |coding: &str| Some(Body::Memory(Bytes::from(format!("{coding} of {content}"))));
    Answer::Resource(Arc::new(Resource {
        brotli: forms("br"),
        gzip: forms("gzip"),
        ..resource("text/html; charset=utf-8", etag, content)
    }))
}

fn file(content_type: &str, etag: &str, content: &str) -> Answer {
    Answer::Resource(Arc::new(resource(content_type, etag, content)))
}

/// A small site with one of everything.
fn blog() -> Site {
    let answers = [
        ("/", page("front", "the front page")),
        ("/cats/", page("cats", "about cats")),
        ("/café/", page("cafe", "about coffee")),
        ("/old/", Answer::Redirect("/café/".to_owned())),
        ("/gone/", Answer::Gone),
        (
            "/digits.txt",
            file("text/plain; charset=utf-8", "digits", "0123456789"),
        ),
        ("/logo.svg", file("image/svg+xml", "logo", "<svg/>")),
        (Site::NOT_FOUND, page("404", "the page is missing")),
        (Site::GONE, page("410", "the page is gone")),
    ];
    Site {
        commit: None,
        posts: 2,
        answers: answers
            .into_iter()
            .map(|(path, answer)| (path.into(), answer))
            .collect(),
    }
}
