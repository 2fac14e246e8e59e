//! What happened to one file, commit by commit, in the numbers the walk uses for paths.

use std::collections::{HashMap, HashSet};

use crate::repository::Oid;

/// Number of a path among all paths of the history.
pub(super) type PathId = u32;

/// What happened to one file, newest first.
#[derive(Default)]
pub(super) struct Trail {
    pub(super) events: Vec<Event>,
    /// As met; the same path may be met again.
    pub(super) former: Vec<PathId>,
}

/// A commit that bears on a file.
pub(super) struct Event {
    pub(super) commit: usize,
    pub(super) path: PathId,
    /// `None` where the commit removed the file.
    pub(super) oid: Option<Oid>,
    /// The commit changed the file: it differs from every parent.
    pub(super) touch: bool,
    /// The commit brought this version to the mainline, the first-parent chain from the tip.
    pub(super) landed: bool,
    pub(super) before: Before,
}

/// The file in the parents.
pub(super) enum Before {
    One(Option<Version>),
    Merged(Box<[Option<Version>]>),
}

/// A content under a path.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Version {
    pub(super) path: PathId,
    pub(super) oid: Oid,
}

/// The paths of the history, numbered as they are met.
#[derive(Default)]
pub(super) struct Names<'a> {
    ids: HashMap<&'a str, PathId>,
    names: Vec<&'a str>,
}

impl Trail {
    /// Where parallel renames left a file only the merges that brought it, the oldest of them has
    /// to stand for the commit that wrote it.
    pub(super) fn root(&mut self) {
        let written = |event: &&mut Event| event.oid.is_some();
        if !self
            .events
            .iter()
            .any(|event| event.touch && event.oid.is_some())
            && let Some(oldest) = self.events.iter_mut().rev().find(written)
        {
            oldest.touch = true;
        }
    }

    /// Earlier paths than `now`, each once, newest first.
    pub(super) fn former_paths(&self, now: &str, names: &Names<'_>) -> Vec<String> {
        let mut seen = HashSet::from([now]);
        let mut paths = Vec::new();
        for &path in &self.former {
            let path = names.name(path);
            if seen.insert(path) {
                paths.push(path.to_owned());
            }
        }
        paths
    }
}

impl Before {
    pub(super) fn parents(&self) -> &[Option<Version>] {
        match self {
            Self::One(version) => std::slice::from_ref(version),
            Self::Merged(versions) => versions,
        }
    }
}

impl<'a> Names<'a> {
    pub(super) fn id(&mut self, name: &'a str) -> PathId {
        // Memory ends long before four billion paths do.
        let next = PathId::try_from(self.names.len()).unwrap_or(PathId::MAX);
        *self.ids.entry(name).or_insert_with(|| {
            self.names.push(name);
            next
        })
    }

    pub(super) fn name(&self, id: PathId) -> &'a str {
        self.names.get(id as usize).copied().unwrap_or_default()
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// All, by number.
    pub(super) fn iter(&self) -> impl Iterator<Item = &'a str> {
        self.names.iter().copied()
    }
}
