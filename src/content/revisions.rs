//! What readers may see of a document's past: the revisions in which it was published, each with
//! the text that stood on the main line, and none that was a draft or not yet due.

use std::sync::Arc;

use super::keys::{self, Keys};
use super::old_versions::Versions;
use super::post::Reader;
use super::{Input, Layout, Name, OldVersions, Post, Readings};
use crate::config::{HistoryPages, SiteConfig};
use crate::history::{FileHistory, Former, History, Revision};
use crate::moment::Moment;
use crate::repository::Oid;

/// Revisions of one document that are kept, the newest.
const MAX_REVISIONS: usize = 500;

/// The past of a document as its authors let it be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublicHistory {
    /// The texts are shown; else only who changed it when.
    pub(crate) full: bool,
    /// Newest first.
    pub(crate) revisions: Vec<PublicRevision>,
}

/// One published state of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublicRevision {
    /// The commit that wrote it.
    pub(crate) commit: Oid,
    /// As updates are dated: never before publication, on the clock of the blog if it has one.
    pub(crate) time: Moment,
    pub(crate) path: Arc<str>,
    pub(crate) blob: Oid,
    /// Whom the commit names; empty if there is nobody to name.
    pub(crate) authors: Vec<Name>,
}

impl PublicHistory {
    /// Nothing yet, or nothing ever.
    pub(super) fn wanted(pages: HistoryPages) -> Option<Self> {
        (pages != HistoryPages::Off).then(|| Self {
            full: pages == HistoryPages::Full,
            revisions: Vec::new(),
        })
    }
}

/// What front matter says of it.
pub(super) fn stated(keys: &mut Keys<'_>) -> Option<HistoryPages> {
    let entry = keys.find(&["history"])?;
    let word = keys::scalar(&entry.node).unwrap_or_default();
    Some(match word.to_ascii_lowercase().as_str() {
        "off" | "false" => HistoryPages::Off,
        "summary" => HistoryPages::Summary,
        "full" => HistoryPages::Full,
        _ => {
            keys.wrong(entry, "`off`, `summary` or `full`");
            HistoryPages::Off
        }
    })
}

/// Finds the published revisions of each document that shows them.
pub(super) fn find(versions: &mut Versions<'_>, public: &mut [(bool, Arc<Post>)]) {
    for (_, post) in public {
        let (Some(shown), Some(history)) = (&post.public_history, &post.history) else {
            continue;
        };
        let revisions = published(versions, history, post.published);
        if shown.revisions != revisions {
            let full = shown.full;
            let found = PublicHistory { full, revisions };
            Arc::make_mut(post).public_history = Some(found);
        }
    }
}

/// What stood on the main line for readers to see, newest first. Of a branch only the text it was
/// merged with counts: what was mended before anyone saw it was never published.
fn published(
    versions: &mut Versions<'_>,
    history: &Arc<FileHistory>,
    fallback: Moment,
) -> Vec<PublicRevision> {
    let mut writers = Writers::of(&history.revisions);
    let mut found = Vec::new();
    for version in &history.versions {
        let Some(wrote) = writers.take(version) else {
            continue;
        };
        if found.len() == MAX_REVISIONS || versions.seen(version, history).is_none() {
            continue;
        }
        let reader = versions.reader;
        let time = wrote.time.max(history.published).unwrap_or(fallback);
        let names = wrote.authors.iter().map(|person| person.name.as_str());
        found.push(PublicRevision {
            commit: wrote.commit,
            time: reader.shown(time),
            path: Arc::clone(&version.path),
            blob: version.blob,
            authors: reader.registry.names(names),
        });
    }
    found
}

/// The commits that wrote a document, each to be found once by what it wrote.
struct Writers<'a> {
    revisions: &'a [Revision],
    taken: Vec<bool>,
    /// Where to look first: both lists run from the newest to the oldest.
    next: usize,
}

impl<'a> Writers<'a> {
    fn of(revisions: &'a [Revision]) -> Self {
        Self {
            revisions,
            taken: vec![false; revisions.len()],
            next: 0,
        }
    }

    /// Who wrote a version of the main line, on whatever branch.
    fn take(&mut self, version: &Former) -> Option<&'a Revision> {
        let wrote = |at: &usize| {
            let revision = &self.revisions[*at];
            let same = revision.blob == Some(version.blob) && revision.path == version.path;
            same && !self.taken[*at]
        };
        let later = (self.next..self.revisions.len()).find(wrote);
        let at = later.or_else(|| (0..self.next).rev().find(wrote))?;
        self.taken[at] = true;
        self.next = self.next.max(at + 1);
        self.revisions.get(at)
    }
}

impl PublicRevision {
    /// The document as it read then, at its present address; `None` for bytes that are no
    /// published document.
    pub(crate) fn read(
        &self,
        bytes: &[u8],
        (config, history): (&SiteConfig, &Arc<FileHistory>),
        url: &str,
    ) -> Option<Post> {
        let layout = Layout::new(&config.content);
        let input = Input {
            config,
            files: &Arc::default(),
            read: &super::nothing,
            history: &History::default(),
            uncommitted: &std::collections::HashSet::new(),
            user_name: None,
            now: self.time,
            older: &|_| None,
            old_versions: &mut OldVersions::default(),
            readings: &mut Readings::default(),
            judge: &|_| None,
            keys: 0,
            history_pages: false,
        };
        let reader = Reader::new(&input, &layout);
        let read = reader.read_as(&self.path, bytes, Some(history)).ok()?;
        let post = read.post.at_time(Some(self.time));
        (!post.draft).then(|| Post {
            url: url.to_owned(),
            public_history: None,
            ..post
        })
    }
}
