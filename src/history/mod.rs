//! Who wrote each file, and when: one fold over the commits for all files at once. Pure: commits
//! and blobs come in as values, and what a blob says is asked of the caller.

mod bytes;
mod codec;
mod expected;
mod explain;
mod explanation;
mod fingerprint;
#[cfg(test)]
mod fixture;
mod fold;
mod ignored;
mod index;
mod log;
mod mailmap;
mod past;
mod people;
mod publication;
mod reading;
mod renames;
mod similarity;
mod state;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::config::DateRule;
use crate::moment::Moment;
use crate::repository::{Oid, Person};

pub(crate) use bytes::Unreadable;
pub(crate) use codec::Mark;
pub(crate) use explanation::{
    Contribution, Credit, Edited, Explanation, Passed, Rename, Uncredited, Verdict, Version,
    Weighed, WhyNot,
};
pub(crate) use fingerprint::fingerprint;
pub(crate) use ignored::ignored_revisions;
pub(crate) use index::{Index, Query};
pub(crate) use mailmap::Mailmap;

/// What history says of the files of one revision, by path.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    pub(crate) files: HashMap<Arc<str>, Arc<FileHistory>>,
    /// Files that are no more and once were published, by their last path.
    pub(crate) gone: HashMap<Arc<str>, Arc<FileHistory>>,
    pub(crate) step: Step,
}

/// What sets a history apart from the one concluded before it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Step {
    /// No two conclusions of a run have the same; 0 is none.
    pub(crate) number: u64,
    after: u64,
    /// Paths of which something else may be concluded; `None` if all may.
    changed: Option<Vec<Arc<str>>>,
}

impl Step {
    fn after(before: &Self, changed: Option<Vec<Arc<str>>>) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        Self {
            number: NUMBER.fetch_add(1, Ordering::Relaxed) + 1,
            after: before.number,
            changed,
        }
    }

    /// Paths that may have changed since the conclusion of that number, if it can be told.
    pub(crate) fn changed_since(&self, number: u64) -> Option<&[Arc<str>]> {
        match number {
            0 => None,
            same if same == self.number => Some(&[]),
            before if before == self.after => self.changed.as_deref(),
            _ => None,
        }
    }
}

/// What history says of one file.
#[derive(Clone, Debug)]
pub(crate) struct FileHistory {
    /// The moment it first became a published post; for a draft, the moment it was added.
    /// `None` when no commit in reach has a usable date.
    pub(crate) published: Option<Moment>,
    /// The last change of its content, never before `published`.
    pub(crate) updated: Option<Moment>,
    /// Which rule gave `published`.
    pub(crate) rule: Rule,
    /// The commit that gave `published`.
    pub(crate) commit: Oid,
    /// Who wrote the published content, then their co-authors; after `.mailmap`.
    pub(crate) authors: Vec<Person>,
    /// Everyone else who changed it since.
    pub(crate) contributors: Vec<Person>,
    /// The commits that changed the file (differ from every parent), renames included, newest
    /// first.
    pub(crate) revisions: Vec<Revision>,
    /// Earlier paths, newest first, written as in `Change::path`.
    pub(crate) former_paths: Vec<String>,
    /// What readers could see under paths it has no more, newest first.
    pub(crate) former: Vec<Former>,
    /// Every content it had on the mainline, newest first; whether readers could see each is not
    /// looked into, since that takes reading it.
    pub(crate) versions: Vec<Former>,
}

impl FileHistory {
    /// The change that gave the file this path and content last. Its commit holds just this file,
    /// so a signature of that commit is one of this file too.
    pub(crate) fn brought(&self, path: &str, blob: Oid) -> Option<&Revision> {
        let holds = |revision: &&Revision| revision.blob == Some(blob) && &*revision.path == path;
        self.revisions.iter().find(holds)
    }
}

/// One change of a file.
#[derive(Clone, Debug)]
pub(crate) struct Revision {
    pub(crate) commit: Oid,
    /// By the rule that dates updates.
    pub(crate) time: Option<Moment>,
    /// The path it had from then on, written as in `Change::path`.
    pub(crate) path: Arc<str>,
    /// Its content from then on; `None` where it was removed.
    pub(crate) blob: Option<Oid>,
    /// The commit carries a signature, of whatever worth.
    pub(crate) signed: bool,
    /// Whom the commit names, its author first; after `.mailmap`.
    pub(crate) authors: Arc<[Person]>,
}

/// What a file was on the mainline for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Former {
    pub(crate) path: Arc<str>,
    pub(crate) blob: Oid,
    /// When the next version took its place, by its committer; `None` for the present one, or
    /// where that date cannot be read.
    pub(crate) until: Option<Moment>,
}

/// The rule that gave a post's publication date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Rule {
    /// Committer date of the mainline commit that brought it.
    Landed,
    /// Committer date of the commit that published it on its own branch.
    Committer,
    /// Author date of a commit that added ten or more texts.
    Bulk,
    /// Author date, by setting or because the commit's committer date cannot be read.
    Author,
}

/// Which of a commit's two dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Clock {
    Author,
    Committer,
}

/// What a commit did to what readers read of a file. Only `Wrote` is an update, and makes an
/// author or a contributor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Edit {
    Wrote,
    /// It changed white space or front matter other than the title.
    Unread,
    Renamed,
    /// It left path and content as they were.
    Mode,
    Removed,
    /// It merged what others wrote.
    Merged,
    /// It is listed as one that does not count.
    Ignored,
}

/// What was set about history: by the authors in `byline.toml`, and in git's own files.
pub(crate) struct Rules<'a> {
    pub(crate) date: DateRule,
    /// Commits of `.git-blame-ignore-revs`.
    pub(crate) ignored: &'a HashSet<Oid>,
    pub(crate) mailmap: &'a Mailmap,
    /// Whether a name is never to be shown as author or contributor.
    pub(crate) excluded: &'a (dyn Fn(&str) -> bool + Sync),
}

/// What a file was to readers at some revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Standing {
    /// A post, page or served file.
    Published,
    /// Kept back by folder, name or front matter.
    Draft,
    /// Outside every folder of posts and pages.
    Elsewhere,
}

/// What contents mean, answered by whoever can read blobs, and asked by several threads. History
/// asks for few: usually the first version of a file and its newest two.
pub(crate) trait Texts: Sync {
    /// Told what is likely to be asked of these contents soon, to read them in an order of its own.
    fn expect(&self, _contents: &[Oid]) {}
    /// What a file with this content at this path was.
    fn standing(&self, path: &str, oid: Oid) -> Standing;
    /// A fingerprint of what readers read: the body with white space folded, and the title.
    /// `None` if it cannot be read.
    fn prose(&self, oid: Oid) -> Option<u64>;
    /// The bytes of any file, to tell a renamed and edited text by; `None` if missing or too large.
    fn text(&self, oid: Oid) -> Option<Vec<u8>>;
}

/// As many documents added, or moved into the posts, by one commit are an import or a
/// migration, and say nothing of any one post's date.
const BULK: usize = 10;

/// Whether a path names a text document by its extension: what can be a post.
fn is_document(path: &str) -> bool {
    const EXTENSIONS: [&str; 13] = [
        "md", "markdown", "mdown", "mkd", "mkdn", "mdx", "smd", "dj", "txt", "text", "rst", "adoc",
        "org",
    ];
    base_name(path).rsplit_once('.').is_some_and(|(_, found)| {
        EXTENSIONS
            .iter()
            .any(|known| found.eq_ignore_ascii_case(known))
    })
}

/// The last part of a path.
fn base_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// Everything before the last part of a path.
fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
