//! What the loop has done: each build's state, and the health of updates as a whole.

use std::collections::VecDeque;
use std::fmt;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::sync::watch;

use super::changes::Changes;
use crate::diagnostic::Diagnostic;

/// Builds remembered for `/-/builds/ID`.
const KEPT: usize = 100;
/// Failing updates make the service `failing` after this long.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// An unguessable name of one build: 128 random bits in hex.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub(crate) struct BuildId(String);

/// One build as it can be asked for.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct BuildState {
    pub(crate) id: BuildId,
    pub(crate) state: Stage,
    pub(crate) commit: Option<String>,
    pub(crate) posts: Option<usize>,
    /// Why it failed, where it did; free of secrets.
    pub(crate) reason: Option<String>,
    pub(crate) errors: Vec<Diagnostic>,
    pub(crate) warnings: Vec<Diagnostic>,
    pub(crate) timings_ms: std::collections::BTreeMap<&'static str, u64>,
    /// What it changed for readers; nothing is said where it had nothing to make.
    pub(crate) changes: Option<Changes>,
    /// It makes something: the content is not what was built last.
    #[serde(skip)]
    pub(crate) is_new: bool,
    /// Where the authors say that the blog is.
    #[serde(skip)]
    pub(crate) base_url: Option<String>,
}

#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Stage {
    Waiting,
    Fetching,
    Building,
    Published,
    Failed,
}

/// How updates fare, for `/-/healthz`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Health {
    pub(crate) status: Status,
    /// Why updates fail, in words for a person.
    pub(crate) reason: Option<String>,
}

#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    Ok,
    Degraded,
    Failing,
}

/// Why an update did not succeed.
#[derive(Clone, Debug)]
pub(crate) enum Trouble {
    /// The remote could not be reached or read: the newest commit is unknown.
    Remote(String),
    /// The newest commit is known and does not build, or could not be written.
    Build(String),
}

/// Shared record of builds; written by the loop, read by requests.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report {
    inner: Arc<Mutex<Inner>>,
    /// Counts builds that ended, for pages that show what is wrong.
    ended: watch::Sender<u64>,
    /// Counts all that was recorded, for whoever follows one build.
    recorded: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Inner {
    builds: VecDeque<BuildState>,
    listeners: Vec<Sender<BuildState>>,
    trouble: Option<(Trouble, Instant)>,
}

impl BuildId {
    /// A fresh id from the system's random source.
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Self(
            bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        ))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BuildId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Stage {
    pub(crate) fn is_end(self) -> bool {
        matches!(self, Self::Published | Self::Failed)
    }
}

impl BuildState {
    /// Nothing is known of it but its stage.
    pub(crate) fn new(id: BuildId, state: Stage) -> Self {
        Self {
            id,
            state,
            commit: None,
            posts: None,
            reason: None,
            errors: Vec::new(),
            warnings: Vec::new(),
            timings_ms: std::collections::BTreeMap::new(),
            changes: None,
            is_new: false,
            base_url: None,
        }
    }
}

impl Report {
    /// Records a new build or the next stage of a known one.
    pub(crate) fn record(&self, state: BuildState) {
        let ended = state.state.is_end();
        self.keep(state);
        self.recorded.send_modify(|count| *count += 1);
        if ended {
            self.ended.send_modify(|count| *count += 1);
        }
    }

    fn keep(&self, state: BuildState) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let listeners = &mut inner.listeners;
        listeners.retain(|listener| listener.send(state.clone()).is_ok());
        if let Some(known) = inner.builds.iter_mut().find(|known| known.id == state.id) {
            *known = state;
            return;
        }
        if inner.builds.len() == KEPT {
            inner.builds.pop_front();
        }
        inner.builds.push_back(state);
    }

    /// One build by its id.
    pub(crate) fn build(&self, id: &str) -> Option<BuildState> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner
            .builds
            .iter()
            .find(|build| build.id.as_str() == id)
            .cloned()
    }

    /// The newest build that has ended.
    pub(crate) fn last(&self) -> Option<BuildState> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let mut newest = inner.builds.iter().rev();
        newest.find(|build| build.state.is_end()).cloned()
    }

    /// Hands over the state of every build from now on, whenever it changes.
    pub(crate) fn listen(&self) -> Receiver<BuildState> {
        let (sender, receiver) = channel();
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.listeners.push(sender);
        receiver
    }

    /// Tells whenever any build changes its state.
    pub(crate) fn follow(&self) -> watch::Receiver<u64> {
        self.recorded.subscribe()
    }

    /// Tells of every build that ends from now on.
    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.ended.subscribe()
    }

    /// Notes that updates work, or since when they do not.
    pub(crate) fn outcome(&self, trouble: Option<Trouble>) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let since = inner
            .trouble
            .as_ref()
            .map_or_else(Instant::now, |(_, since)| *since);
        inner.trouble = trouble.map(|trouble| (trouble, since));
    }

    /// The health of updates now.
    pub(crate) fn health(&self) -> Health {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        match &inner.trouble {
            None => Health {
                status: Status::Ok,
                reason: None,
            },
            Some((Trouble::Build(reason), _)) => Health {
                status: Status::Failing,
                reason: Some(reason.clone()),
            },
            Some((Trouble::Remote(reason), since)) => Health {
                status: if since.elapsed() < PATIENCE {
                    Status::Degraded
                } else {
                    Status::Failing
                },
                reason: Some(reason.clone()),
            },
        }
    }
}
