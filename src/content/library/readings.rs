//! What documents were read as, kept from one build to the next: a document whose content, history
//! and configuration are those of the last build is not read again.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::arranged::Arranged;
use crate::config::SiteConfig;
use crate::content::post::Reader;
use crate::content::{DateFrom, Findings, Post};
use crate::history::FileHistory;
use crate::repository::Oid;
use crate::tally::Tally;

/// The documents of the last build.
#[derive(Debug, Default)]
pub(crate) struct Readings {
    terms: Option<Terms>,
    /// By path.
    known: HashMap<String, Reading>,
    /// What they were arranged to, if it can be gone on from.
    pub(super) arranged: Option<Arranged>,
    pub(crate) count: Count,
    /// Files that were found to be what they seem.
    pub(super) plain: HashSet<Oid>,
    /// Told how far the reading is.
    pub(super) tally: Tally,
}

/// How many documents a build read, and how many it knew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) made: usize,
    pub(crate) kept: usize,
}

/// What a document depends on besides its content and its history.
#[derive(Debug, PartialEq)]
struct Terms {
    config: SiteConfig,
    history_pages: bool,
}

/// One document as it was read.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) oid: Oid,
    pub(super) history: Option<Arc<FileHistory>>,
    pub(super) post: Arc<Post>,
    pub(super) warnings: Findings,
}

impl Readings {
    /// None yet.
    pub(crate) fn counting(tally: &Tally) -> Self {
        Self {
            tally: tally.clone(),
            ..Self::default()
        }
    }

    /// Whether every document has to be read.
    pub(crate) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// What was read on other terms is forgotten.
    pub(super) fn heed(&mut self, reader: &Reader<'_>) {
        let terms = Terms {
            config: reader.config.clone(),
            history_pages: reader.history_pages,
        };
        if self.terms.as_ref() != Some(&terms) {
            self.known.clear();
            self.arranged = None;
            self.terms = Some(terms);
        }
        self.count = Count::default();
    }

    /// Begins to read all anew.
    pub(super) fn begin(&mut self) -> HashMap<String, Reading> {
        self.arranged = None;
        std::mem::take(&mut self.known)
    }

    pub(super) fn known(&self, path: &str) -> Option<&Reading> {
        self.known.get(path)
    }

    /// Keeps a document for the next build.
    pub(super) fn keep(&mut self, path: &str, reading: Reading) {
        self.known.insert(path.to_owned(), reading);
    }
}

impl Reading {
    /// Whether the document would be read as the same today.
    pub(super) fn holds(&self, oid: Oid, reader: &Reader<'_>) -> bool {
        let history = reader.provenance(&self.post.path);
        let same = match (&self.history, history) {
            (Some(known), Some(now)) => Arc::ptr_eq(known, now),
            (None, None) => true,
            _ => false,
        };
        let stated = matches!(
            self.post.date_from,
            DateFrom::FrontMatter | DateFrom::FileName
        );
        let scheduled = stated && self.post.published > reader.now;
        // What is not committed is dated now.
        let moving = self.post.date_from == DateFrom::Uncommitted;
        same && self.oid == oid && scheduled == self.post.scheduled && !moving
    }
}
