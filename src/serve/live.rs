//! Live reload for an author at work: each page ends with a script that listens for the next swap
//! of the site, and shows what is wrong with the content. Nothing of it is in a built site.

use std::sync::Arc;

use hyper::Method;
use serde::Serialize;

use crate::diagnostic::Diagnostic;
use crate::publish::Current;
use crate::rebuild::{BuildState, Report};

use super::Server;
use super::body::ReplyBody;
use super::events::{self, Listener, Waited};
use super::reply::{self, Reply};
use super::routes::{Call, nothing_here};

const SCRIPT: &str = include_str!("live.js");
/// A page has no room for more; the terminal shows all.
const SHOWN: usize = 20;

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
    reply::script(SCRIPT)
}

/// `GET /-/live`: `site` names the state that is served, `problems` says what is wrong with the
/// content; both now and after each change.
pub(super) fn events(server: &Server, call: &Call) -> Reply {
    if !server.app.live {
        return nothing_here();
    }
    if call.head.method() == Method::HEAD {
        return events::stream(ReplyBody::empty());
    }
    let (reply, listener) = Listener::open(server);
    let stream = Stream {
        current: Arc::clone(&server.app.current),
        report: server.app.report.clone(),
        run: server.run.to_string(),
    };
    tokio::spawn(stream.run(listener));
    reply
}

/// What is wrong with the content, as far as a page shows it.
#[derive(Serialize)]
struct Problems<'a> {
    /// Why nothing new is published, where no file is to blame.
    reason: Option<&'a str>,
    count: usize,
    problems: Vec<Problem<'a>>,
}

#[derive(Serialize)]
struct Problem<'a> {
    #[serde(flatten)]
    diagnostic: &'a Diagnostic,
    snippet: Option<&'a str>,
}

impl<'a> Problems<'a> {
    fn of(build: &'a BuildState) -> Self {
        let errors = build.errors.iter().take(SHOWN);
        let problem = |diagnostic: &'a Diagnostic| Problem {
            diagnostic,
            snippet: diagnostic.snippet.as_deref(),
        };
        Self {
            reason: build.reason.as_deref().filter(|_| build.errors.is_empty()),
            count: build.errors.len(),
            problems: errors.map(problem).collect(),
        }
    }
}

/// Why a listener is told something.
enum Woken {
    Swapped,
    Built,
}

/// One listener's events.
struct Stream {
    current: Arc<Current>,
    report: Report,
    run: String,
}

impl Stream {
    /// Ends when the client goes or the server drains.
    async fn run(self, mut listener: Listener) {
        let (mut swaps, mut builds) = (self.current.subscribe(), self.report.subscribe());
        let mut event = self.site(*swaps.borrow_and_update()) + &self.problems();
        while listener.send(event).await {
            let change = async {
                tokio::select! {
                    _ = swaps.changed() => Woken::Swapped,
                    _ = builds.changed() => Woken::Built,
                }
            };
            event = match listener.wait(change).await {
                Waited::Changed(Woken::Swapped) => self.site(*swaps.borrow_and_update()),
                Waited::Changed(Woken::Built) => self.problems(),
                Waited::Quiet => ":\n\n".to_owned(),
                Waited::Over => return,
            };
        }
    }

    /// Before the first site there is nothing worth a reload.
    fn site(&self, count: u64) -> String {
        if self.current.get().is_none() {
            return "retry: 1000\n\n".to_owned();
        }
        format!("retry: 1000\nevent: site\ndata: {}-{count}\n\n", self.run)
    }

    /// Nothing before the first build has ended.
    fn problems(&self) -> String {
        let build = self.report.last();
        let json = build.and_then(|build| serde_json::to_string(&Problems::of(&build)).ok());
        json.map_or_else(String::new, |json| {
            format!("event: problems\ndata: {json}\n\n")
        })
    }
}
