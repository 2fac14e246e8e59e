//! Who wrote each file, and when: one fold over the commits for all files at once. Pure: commits
//! and blobs come in as values, and what a blob says is asked of the caller.

mod claims;
#[cfg(test)]
mod fixture;
mod ignored;
mod mailmap;
mod people;
mod publication;
mod reading;
mod renames;
mod similarity;
mod trace;
mod trail;

use std::collections::{HashMap, HashSet};

use crate::config::DateRule;
use crate::moment::Moment;
use crate::repository::{Commit, Oid, Person};

pub(crate) use ignored::ignored_revisions;
pub(crate) use mailmap::Mailmap;
use reading::Reading;

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
    /// Author date, by setting or because the commit's committer date cannot be read.
    Author,
}

/// What was set about history: by the authors in `byline.toml`, and in git's own files.
pub(crate) struct Rules<'a> {
    pub(crate) date: DateRule,
    /// Commits of `.git-blame-ignore-revs`.
    pub(crate) ignored: &'a HashSet<Oid>,
    pub(crate) mailmap: &'a Mailmap,
    /// Whether a name is never to be shown as author or contributor.
    pub(crate) excluded: &'a dyn Fn(&str) -> bool,
}

/// What a file was to readers at some revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// A post, page or served file.
    Published,
    /// Kept back by folder, name or front matter.
    Draft,
    /// Outside every folder of posts and pages.
    Elsewhere,
}

/// What contents mean, answered by whoever can read blobs. History asks for few: usually the
/// first version of a file and its newest two.
pub(crate) trait Texts {
    /// What a file with this content at this path was.
    fn standing(&self, path: &str, oid: Oid) -> Standing;
    /// A fingerprint of what readers read: the body with white space folded, and the title.
    /// `None` if it cannot be read.
    fn prose(&self, oid: Oid) -> Option<u64>;
    /// The bytes, to tell a renamed and edited file by; `None` if missing or too large.
    fn text(&self, oid: Oid) -> Option<Vec<u8>>;
}

/// As many documents added, or moved into the posts, by one commit are an import or a
/// migration, and say nothing of any one post's date.
const BULK: usize = 10;

impl History {
    /// Folds `commits` (tip first, children before parents) into what is known of `tracked`,
    /// paths at the tip. A path that no commit mentions is not in the answer.
    pub(crate) fn trace(
        commits: &[Commit],
        tracked: &[&str],
        rules: &Rules<'_>,
        texts: &dyn Texts,
    ) -> Self {
        let walked = trace::walk(commits, tracked, texts);
        let files = walked
            .files()
            .filter_map(|file| {
                let (path, _) = file;
                let history = Reading::new(commits, &walked, texts, file).conclude(rules)?;
                Some((path.to_owned(), history))
            })
            .collect();
        Self { files }
    }
}

/// Whether a path names a text document by its extension: what can be a post, and is read to
/// follow a rename.
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
