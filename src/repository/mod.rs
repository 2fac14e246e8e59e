//! The content repository: the only doorway to git2. What leaves this layer is plain values.
//!
//! Nothing is ever checked out of a mirror; symbolic links and submodules are named and not
//! followed; commits are read by our own tolerant parser, because libgit2's walk ends at the first
//! malformed one.

mod address;
mod adopt;
mod borrowed;
mod changes;
mod commit;
mod commits;
mod committed;
mod contents;
mod disk;
mod error;
mod fetch;
mod files;
#[cfg(test)]
mod fixture;
mod folders;
mod ident;
mod listing;
mod local;
mod log;
mod loose;
mod mirror;
mod mirrored;
mod names;
mod objects;
mod open;
mod pack;
mod reader;
mod settings;
mod source;
mod spread;
mod stat;
#[cfg(test)]
mod tests;
mod transport;
mod tree;
mod trees;
mod worktree;

use std::collections::HashSet;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::config::RemoteOptions;
use crate::diagnostic::Diagnostic;

pub(crate) use contents::Contents;
pub(crate) use error::Error;
pub(crate) use files::Files;
pub(crate) use reader::{ObjectReader, Objects};
pub(crate) use settings::configure;
pub(crate) use source::Repository;

/// Where a blog is, as its operator says it.
#[derive(Clone, Debug)]
pub(crate) struct Location {
    /// A folder, the path of a bare repository, or a URL.
    pub(crate) source: String,
    /// The published branch; without it a remote's HEAD. Given for a folder, the folder is
    /// mirrored and only what is committed counts.
    pub(crate) branch: Option<String>,
    /// The folder inside the source that holds the blog.
    pub(crate) subdir: Option<String>,
    /// Where a mirror is kept.
    pub(crate) data_dir: PathBuf,
    /// How a remote is reached.
    pub(crate) remote: RemoteOptions,
}

/// Everything at one revision.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    /// `None` for a folder without a repository, and before its first commit.
    pub(crate) commit: Option<Oid>,
    /// By path.
    pub(crate) files: Arc<Vec<SourceFile>>,
    /// Paths of `files` that the commit does not hold.
    pub(crate) uncommitted: HashSet<String>,
    /// `user.name`, for who writes what is not committed yet.
    pub(crate) user_name: Option<String>,
    /// Part of the history is not there, so dates may be too late.
    pub(crate) shallow: bool,
    pub(crate) findings: Vec<Diagnostic>,
}

/// A git object id (SHA-1).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Oid(pub(crate) [u8; 20]);

/// One entry of the content folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SourceFile {
    /// Relative to the content folder, `/` between parts; every part passed the allow-list.
    pub(crate) path: Arc<str>,
    /// The content's blob id, also for a file that is not committed.
    pub(crate) oid: Oid,
    /// Length in bytes.
    pub(crate) size: u64,
}

/// One commit as history is folded over it.
#[derive(Clone, Debug)]
pub(crate) struct Commit {
    pub(crate) id: Oid,
    /// First parent first; those that are not in the repository (beyond a shallow clone's
    /// boundary) are left out.
    pub(crate) parents: Vec<Oid>,
    pub(crate) author: Signature,
    pub(crate) committer: Signature,
    /// `Co-authored-by` trailers in order, as name and address.
    pub(crate) co_authors: Vec<Person>,
    /// Whether it carries a signature, of whatever kind and worth.
    pub(crate) signed: bool,
    /// What is wrong with it as an object, the first fault found.
    pub(crate) fault: Option<&'static str>,
    /// What differs from the first parent; for a root, from the empty tree.
    pub(crate) changes: Vec<Change>,
}

/// How a walk over commits ended.
#[derive(Debug)]
pub(crate) struct Walked {
    pub(crate) findings: Vec<Diagnostic>,
    /// Nothing was missing or left out: what comes later can be added.
    pub(crate) whole: bool,
}

/// Who and when, as a commit states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signature {
    /// Shared by all commits of one history that name the same.
    pub(crate) person: Arc<Person>,
    /// `None` where the commit is malformed or its date lies beyond the calendar.
    pub(crate) time: Option<crate::moment::Moment>,
}

/// A name with the address it was committed under. The address never leaves the program.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) email: String,
}

/// One path that differs between a commit and its first parent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// Relative to the content folder where it lies inside; else to the repository's root, with
    /// a leading `/`.
    pub(crate) path: Arc<str>,
    /// The blob before; `None` when the commit adds the path.
    pub(crate) old: Option<Oid>,
    /// The blob after; `None` when the commit removes the path.
    pub(crate) new: Option<Oid>,
}

impl Oid {
    pub(crate) fn from_hex(hex: &str) -> Option<Self> {
        let mut bytes = [0; 20];
        if hex.len() != 40 {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// The first seven digits, for people.
    pub(crate) fn short(&self) -> String {
        self.to_string()[..7].to_owned()
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for Oid {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The tree of the content folder at a commit; `None` where there is no such folder.
fn content_tree(odb: &git2::Odb<'_>, commit: Oid, folder: &str) -> Result<Option<Oid>, Error> {
    let root = commit::parse(objects::commit(odb, commit)?.data())
        .tree
        .ok_or(Error::WrongKind {
            id: commit,
            wanted: "commit with a tree",
        })?;
    let read = |id| objects::tree(odb, id).map(|object| object.data().to_vec());
    let found = tree::find(root, folder, read)?;
    Ok(found.and_then(|(kind, id)| (kind == tree::Kind::Folder).then_some(id)))
}
