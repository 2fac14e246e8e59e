//! What a search finds, as a page of the theme or as JSON: made when somebody asks, since nobody
//! knows beforehand what for.
//!
//! As with the pages of the past, one thread makes them, one after the other and with rests
//! between; what waits is bounded, and so is what is read for one query.

mod page;
mod worker;

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};

use arc_swap::ArcSwapOption;
use tokio::sync::oneshot;

use crate::config::SiteConfig;
use crate::output::Entry;
use crate::render::Theme;
use crate::search::Index;
use crate::site::Resource;

pub(crate) use crate::search::LONGEST;

/// Queries that wait.
const WAITING: usize = 32;
/// Pages of results that are shown.
pub(crate) const PAGES: usize = 100;

/// Everything that can be found in what is published, and how it is shown.
#[derive(Debug)]
pub(crate) struct Catalogue {
    pub(crate) index: Index,
    /// By item of the index.
    pub(crate) entries: Vec<Arc<Entry>>,
    pub(crate) config: SiteConfig,
    pub(crate) theme: Arc<Theme>,
}

/// What somebody asks.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) text: String,
    /// Counted from 1.
    pub(crate) page: usize,
    pub(crate) json: bool,
}

/// Results, or `None` if they cannot be made.
pub(crate) type Made = Option<Resource>;

/// What a question is answered.
#[derive(Debug)]
pub(crate) enum Asked {
    /// What is published has not been looked through yet.
    NotYet,
    /// Too many wait already.
    Busy,
    Soon(oneshot::Receiver<Made>),
}

/// Answers searches in what was last told to it. Only the rebuild loop tells.
#[derive(Debug)]
pub(crate) struct Results {
    catalogue: ArcSwapOption<Catalogue>,
    jobs: SyncSender<Job>,
}

#[derive(Debug)]
struct Job {
    catalogue: Arc<Catalogue>,
    question: Question,
    reader: oneshot::Sender<Made>,
}

impl Results {
    /// Starts the thread that answers; it ends with this.
    pub(crate) fn start() -> io::Result<Self> {
        let (jobs, waiting) = sync_channel(WAITING);
        worker::start(waiting)?;
        Ok(Self {
            catalogue: ArcSwapOption::empty(),
            jobs,
        })
    }

    /// What is searched from now on.
    pub(crate) fn replace(&self, catalogue: Catalogue) {
        self.catalogue.store(Some(Arc::new(catalogue)));
    }

    pub(crate) fn ask(&self, question: Question) -> Asked {
        let Some(catalogue) = self.catalogue.load_full() else {
            return Asked::NotYet;
        };
        let (reader, receiver) = oneshot::channel();
        let job = Job {
            catalogue,
            question,
            reader,
        };
        match self.jobs.try_send(job) {
            Ok(()) => Asked::Soon(receiver),
            Err(_) => Asked::Busy,
        }
    }
}
