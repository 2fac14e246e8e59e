//! The log and its fold together, with whoever can read blobs: what the reading of one file asks
//! of all of them.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use super::fold::{Fold, Node};
use super::log::{CommitId, Log};
use super::state::{NONE, NodeId};
use super::{BULK, Standing, Texts};
use crate::repository::Oid;

/// Everything that happened, and what it meant.
pub(super) struct Past<'a> {
    pub(super) log: &'a Log,
    pub(super) fold: &'a Fold,
    pub(super) texts: &'a dyn Texts,
    /// By commit: whether it moved a blog, once someone asked.
    migrations: Mutex<HashMap<CommitId, bool>>,
}

impl<'a> Past<'a> {
    pub(super) fn new(log: &'a Log, fold: &'a Fold, texts: &'a dyn Texts) -> Self {
        Self {
            log,
            fold,
            texts,
            migrations: Mutex::default(),
        }
    }

    pub(super) fn node(&self, id: NodeId) -> &'a Node {
        self.fold.node(id)
    }

    /// A version and all before it, newest first: children before parents, and of those that may
    /// come next the newest by its committer.
    pub(super) fn newest_first(&self, head: NodeId) -> Vec<NodeId> {
        let mut children: HashMap<NodeId, usize> = HashMap::new();
        let mut chain = Vec::new();
        let mut next = Some(head).filter(|&head| head != NONE);
        while let Some(node) = next {
            chain.push(node);
            next = match self.node(node).before.nodes() {
                [] => None,
                [only] => Some(*only),
                _ => return self.by_date(head, &mut children),
            };
        }
        chain
    }

    fn by_date(&self, head: NodeId, children: &mut HashMap<NodeId, usize>) -> Vec<NodeId> {
        let mut open = vec![head];
        while let Some(node) = open.pop() {
            for &older in self.node(node).before.nodes() {
                let count = children.entry(older).or_default();
                *count += 1;
                if *count == 1 {
                    open.push(older);
                }
            }
        }
        let rank = |node: NodeId| {
            let commit = self.log.entry(self.node(node).commit);
            (commit.committer.time, Reverse(commit.id), node)
        };
        let mut ready = BinaryHeap::from([rank(head)]);
        let mut order = Vec::new();
        while let Some((_, _, node)) = ready.pop() {
            order.push(node);
            for &older in self.node(node).before.nodes() {
                if let Some(count) = children.get_mut(&older) {
                    *count -= 1;
                    if *count == 0 {
                        ready.push(rank(older));
                    }
                }
            }
        }
        order
    }

    /// What a file was to readers in one version.
    pub(super) fn standing(&self, node: &Node) -> Standing {
        let path = self.log.path(node.path);
        node.oid
            .map_or(Standing::Draft, |oid| self.texts.standing(path, oid))
    }

    /// The contents that a version follows. A file that was removed and restored follows what it
    /// was.
    pub(super) fn contents_before(&self, node: &Node) -> Vec<Oid> {
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        let mut open: Vec<NodeId> = node.before.nodes().to_vec();
        while let Some(before) = open.pop() {
            let before = self.node(before);
            match before.oid {
                Some(oid) => found.push(oid),
                None => open.extend(
                    before
                        .before
                        .nodes()
                        .iter()
                        .filter(|&&node| seen.insert(node)),
                ),
            }
        }
        found
    }

    /// Whether a version was moved into the posts together with many others. Then the folder it
    /// came from held posts too, and the move published nothing.
    pub(super) fn is_migrated(&self, node: &Node) -> bool {
        self.came_in(node) && self.is_migration(node.commit)
    }

    /// Whether a version is a file's first among the posts, under another name than before.
    fn came_in(&self, node: &Node) -> bool {
        let before = node.before.nodes().first().map(|&before| self.node(before));
        before.is_some_and(|before| {
            before.path != node.path
                && before.oid.is_some()
                && self.standing(before) == Standing::Elsewhere
        })
    }

    /// Asked once for all files of a commit.
    fn is_migration(&self, commit: CommitId) -> bool {
        let migrations = || {
            self.migrations
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        let known = migrations().get(&commit).copied();
        if let Some(known) = known {
            return known;
        }
        let mut paths = HashSet::new();
        let came_in = self.fold.made_by(commit).iter().filter(|node| {
            self.log.is_document(node.path)
                && self.came_in(node)
                && self.standing(node) == Standing::Published
                && paths.insert(node.path)
        });
        let migration = came_in.take(BULK).count() == BULK;
        migrations().insert(commit, migration);
        migration
    }
}
