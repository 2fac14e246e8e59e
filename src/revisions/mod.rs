//! The pages of a post's past: its list of revisions, and each as it stood with what it changed.
//!
//! They are the only pages made when somebody asks, since a blog has many times more of them than
//! readers. So that nobody can slow the site by asking: one thread makes them, one after the
//! other and with rests between; what waits is bounded, and so is what is kept. Whether an address
//! is one of them is looked up first, in what the build found that readers may see.

mod cache;
mod page;
mod shelf;
mod worker;

use std::collections::HashMap;
use std::io;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::site::{Answer, Resource, Site};

use cache::Cache;
use shelf::Looked;

pub(crate) use shelf::Shelf;

/// Pages that wait to be made.
const WAITING: usize = 32;

/// A page, or `None` if it cannot be made.
pub(crate) type Made = Option<Arc<Resource>>;

/// What an address is answered.
#[derive(Debug)]
pub(crate) enum Found {
    /// No page of any past.
    Nothing,
    /// What is published has not been looked through yet.
    NotYet,
    /// A decoded path of this site.
    Moved(String),
    Made(Made),
    /// It is being made; an error says that the site was replaced meanwhile.
    Soon(oneshot::Receiver<Made>),
    /// Too many wait already.
    Busy,
}

/// The pages of the past of what is served. Only the rebuild loop replaces what is known.
#[derive(Debug)]
pub(crate) struct Revisions {
    desk: Arc<Desk>,
    jobs: SyncSender<Job>,
}

/// What handlers and the worker share.
#[derive(Debug, Default)]
struct Desk(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    shelf: Option<Arc<Shelf>>,
    cache: Cache,
    /// By path: who waits for a page of this shelf.
    waiting: HashMap<String, Vec<oneshot::Sender<Made>>>,
}

/// One page to be made.
#[derive(Debug)]
struct Job {
    shelf: Arc<Shelf>,
    path: String,
}

impl Revisions {
    /// Starts the thread that makes the pages; it ends with this.
    pub(crate) fn start() -> io::Result<Self> {
        let desk = Arc::new(Desk::default());
        let (jobs, waiting) = sync_channel(WAITING);
        worker::start(Arc::clone(&desk), waiting)?;
        Ok(Self { desk, jobs })
    }

    /// Takes what a build that is now being served knows of the past. Whoever waits for a page of
    /// the site before is told to ask again.
    pub(crate) fn replace(&self, shelf: Shelf) {
        *self.desk.state() = State {
            shelf: Some(Arc::new(shelf)),
            ..State::default()
        };
    }

    /// What a path that is no address of `site` is answered.
    pub(crate) fn find(&self, site: &Site, path: &str) -> Found {
        let Some((base, id)) = split(path) else {
            return Found::Nothing;
        };
        let base = match site.lookup(base) {
            Some(Answer::Resource(_)) => base,
            Some(Answer::Redirect(target)) => target.as_str(),
            Some(Answer::Gone) | None => return Found::Nothing,
        };
        let Some(shelf) = self.desk.state().shelf.clone() else {
            return Found::NotYet;
        };
        if shelf.commit != site.commit {
            return Found::NotYet;
        }
        match shelf.look(base, id) {
            None => Found::Nothing,
            Some(Looked { address, .. }) if address != path => Found::Moved(address),
            Some(_) => self.ask(shelf, path),
        }
    }

    fn ask(&self, shelf: Arc<Shelf>, path: &str) -> Found {
        let mut state = self.desk.state();
        if !state.is_of(&shelf) {
            return Found::NotYet;
        }
        if let Some(made) = state.cache.get(path) {
            return Found::Made(made);
        }
        let (sender, receiver) = oneshot::channel();
        if let Some(others) = state.waiting.get_mut(path) {
            others.push(sender);
            return Found::Soon(receiver);
        }
        let path = path.to_owned();
        let job = Job {
            shelf,
            path: path.clone(),
        };
        if self.jobs.try_send(job).is_err() {
            return Found::Busy;
        }
        state.waiting.insert(path, vec![sender]);
        Found::Soon(receiver)
    }
}

/// An address of a post and what follows the `@` below it.
fn split(path: &str) -> Option<(&str, &str)> {
    let at = path.rfind("/@")?;
    Some((&path[..=at], &path[at + 2..]))
}

impl Desk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a page is still worth making.
    fn wants(&self, job: &Job) -> bool {
        self.state().is_of(&job.shelf)
    }

    /// Keeps a page and hands it to all who wait for it.
    fn hand_out(&self, job: Job, made: &Made) {
        let mut state = self.state();
        if !state.is_of(&job.shelf) {
            return;
        }
        let waiting = state.waiting.remove(&job.path).unwrap_or_default();
        state.cache.keep(job.path, made.clone());
        drop(state);
        for reader in waiting {
            // Who has gone away needs no page.
            reader.send(made.clone()).ok();
        }
    }
}

impl State {
    fn is_of(&self, shelf: &Arc<Shelf>) -> bool {
        self.shelf
            .as_ref()
            .is_some_and(|own| Arc::ptr_eq(own, shelf))
    }
}
