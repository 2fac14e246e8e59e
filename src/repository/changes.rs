//! What differs between two trees, by comparing them raw and descending only where ids differ.
//!
//! Bounded in the entries looked at and the changes found, for one commit and for a history: 25
//! small objects can hold sixteen million files.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use super::names::{self, MAX_DEPTH, MAX_PATH, Verdict};
use super::tree::{self, Entry, Kind, Tree};
use super::trees::Trees;
use super::{Change, Error, Oid};

/// Differing entries looked at in one comparison.
pub(super) const MAX_ENTRIES: usize = 1_000_000;
/// The same over a whole history.
const MAX_ENTRIES_IN_ALL: usize = 50_000_000;
/// Changes kept over a whole history; each takes some 64 bytes.
const MAX_CHANGES_IN_ALL: usize = 5_000_000;

/// Compares trees for one history, sharing what it read and the text of paths.
pub(super) struct Comparison<'o> {
    trees: Trees<'o>,
    /// The content folder inside the repository, `""` for the root.
    folder: String,
    paths: HashSet<Arc<str>>,
    entries: usize,
    changes: usize,
    /// Something was left out for the limits' sake.
    pub(super) cut: bool,
    /// A tree was not to be had.
    pub(super) missing: bool,
}

/// What was looked at and found over a history.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Used {
    entries: usize,
    changes: usize,
}

impl Used {
    pub(super) fn entries(self) -> usize {
        self.entries
    }

    /// What several comparisons used that all went on from `self`.
    pub(super) fn and(self, each: &[Self]) -> Self {
        each.iter().fold(self, |all, one| Self {
            entries: all.entries + one.entries - self.entries,
            changes: all.changes + one.changes - self.changes,
        })
    }

    /// Whether so much is more than one history may hold.
    pub(super) fn is_too_much(self) -> bool {
        self.entries >= MAX_ENTRIES_IN_ALL || self.changes >= MAX_CHANGES_IN_ALL
    }
}

/// A pair of folders still to be compared.
pub(super) struct Pair {
    pub(super) old: Option<Oid>,
    pub(super) new: Option<Oid>,
    pub(super) path: String,
    pub(super) depth: usize,
}

impl<'o> Comparison<'o> {
    pub(super) fn new(trees: Trees<'o>, folder: &str) -> Self {
        Self {
            trees,
            folder: folder.to_owned(),
            paths: HashSet::new(),
            entries: 0,
            changes: 0,
            cut: false,
            missing: false,
        }
    }

    /// Goes on from what other comparisons of the same history used up.
    pub(super) fn after(mut self, used: Used) -> Self {
        (self.entries, self.changes) = (used.entries, used.changes);
        self
    }

    /// What was used up until now.
    pub(super) fn used(&self) -> Used {
        Used {
            entries: self.entries,
            changes: self.changes,
        }
    }

    /// Whether trees are told by what differs from earlier ones, not from later: of two trees, the
    /// earlier first.
    pub(super) fn goes_forward(&self, earlier: Option<Oid>, later: Option<Oid>) -> bool {
        self.trees.place(earlier) < self.trees.place(later)
    }

    /// What differs right in a pair of folders, and the folders inside that differ.
    pub(super) fn folder(&mut self, pair: &Pair) -> (Vec<Change>, Vec<Pair>) {
        let (mut open, mut found) = (Vec::new(), Vec::new());
        match self.load(pair) {
            Ok((old, new)) => self.compare(pair, (&old, &new), (&mut open, &mut found)),
            Err(_) => self.missing = true,
        }
        self.changes += found.len();
        (found, open)
    }

    /// The changes from one root tree to another, by path; `None` is the empty tree.
    pub(super) fn changes(&mut self, old: Option<Oid>, new: Option<Oid>) -> Vec<Change> {
        let mut found = Vec::new();
        let mut open = vec![Pair {
            old,
            new,
            path: String::new(),
            depth: 0,
        }];
        let most = (self.entries + MAX_ENTRIES).min(MAX_ENTRIES_IN_ALL);
        while let Some(pair) = open.pop() {
            if self.entries >= most || self.changes + found.len() >= MAX_CHANGES_IN_ALL {
                self.cut = true;
                break;
            }
            match self.load(&pair) {
                Ok((old, new)) => self.compare(&pair, (&old, &new), (&mut open, &mut found)),
                Err(_) => self.missing = true,
            }
        }
        self.changes += found.len();
        found.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        found
    }

    fn load(&mut self, pair: &Pair) -> Result<(Rc<Tree>, Rc<Tree>), Error> {
        let new = self.trees.get(pair.new)?;
        Ok((self.trees.get(pair.old)?, new))
    }

    /// Merges the two lists of entries between what they share at both ends.
    fn compare(
        &mut self,
        pair: &Pair,
        (old, new): (&Tree, &Tree),
        (open, found): (&mut Vec<Pair>, &mut Vec<Change>),
    ) {
        let (front, back) = old.shared_ends(new);
        let (mut left, mut right) = (front, front);
        loop {
            let a = (left < old.len() - back).then(|| old.entry(left)).flatten();
            let b = (right < new.len() - back)
                .then(|| new.entry(right))
                .flatten();
            let order = match (&a, &b) {
                (None, None) => return,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(a), Some(b)) => tree::order(a, b),
            };
            left += usize::from(order != Ordering::Greater);
            right += usize::from(order != Ordering::Less);
            self.entries += 1;
            let a = a.filter(|_| order != Ordering::Greater);
            let b = b.filter(|_| order != Ordering::Less);
            match self.differ(pair, a, b) {
                Some(Difference::Inside(pair)) => open.push(pair),
                Some(Difference::File(change)) => found.push(change),
                None => {}
            }
        }
    }

    /// One name in both trees, or in one. A folder and a file of one name are two names to git.
    fn differ(
        &mut self,
        pair: &Pair,
        old: Option<Entry<'_>>,
        new: Option<Entry<'_>>,
    ) -> Option<Difference> {
        let Verdict::Plain(name) = names::judge(old.or(new)?.name) else {
            return None;
        };
        let inside = |kind| {
            let id = |entry: Option<Entry<'_>>| {
                entry
                    .filter(|entry| entry.kind == kind)
                    .map(|entry| entry.id)
            };
            let (old, new) = (id(old), id(new));
            (old != new).then_some((old, new))
        };
        if let Some((old, new)) = inside(Kind::Folder) {
            let path = names::join(&pair.path, name);
            let depth = pair.depth + 1;
            let reach = depth < MAX_DEPTH && path.len() <= MAX_PATH;
            return reach.then_some(Difference::Inside(Pair {
                old,
                new,
                path,
                depth,
            }));
        }
        let (old, new) = inside(Kind::File)?;
        let path = self.path(&pair.path, name)?;
        Some(Difference::File(Change { path, old, new }))
    }

    /// The path as `Change` gives it, shared; `None` where nobody asks for such a file.
    fn path(&mut self, folder: &str, name: &str) -> Option<Arc<str>> {
        let full = names::join(folder, name);
        let path = match strip_folder(&full, &self.folder) {
            Some(inside) => inside.to_owned(),
            None if names::is_text(name) || name == "byline.toml" => format!("/{full}"),
            None => return None,
        };
        if path.len() > MAX_PATH {
            return None;
        }
        if let Some(shared) = self.paths.get(path.as_str()) {
            return Some(Arc::clone(shared));
        }
        let shared: Arc<str> = path.into();
        self.paths.insert(Arc::clone(&shared));
        Some(shared)
    }
}

enum Difference {
    Inside(Pair),
    File(Change),
}

/// The rest of a path that lies inside `folder`.
fn strip_folder<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    if folder.is_empty() {
        return Some(path);
    }
    path.strip_prefix(folder)?.strip_prefix('/')
}
