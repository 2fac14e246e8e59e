//! Who wrote each file, and when: one fold over the commits for all files at once. Pure: commits
//! and blobs come in as values, and what a blob says is asked of the caller.

use std::collections::HashMap;

use crate::moment::Moment;
use crate::repository::{Oid, Person};

/// What history says of every tracked file of one revision.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    pub(crate) files: HashMap<String, FileHistory>,
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
    /// Commits that changed the file (differ from every parent), renames included.
    pub(crate) revisions: u32,
    /// Earlier paths, newest first, written as in `Change::path`.
    pub(crate) former_paths: Vec<String>,
    /// The file's contents, newest first: where a broken post finds its last good version.
    pub(crate) versions: Vec<Oid>,
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
    /// Author date, by setting.
    Author,
}
