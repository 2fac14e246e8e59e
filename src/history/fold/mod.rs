//! The fold: from the oldest commit to the newest, which file each path is. What is known at a
//! commit follows from its ancestors alone, so that continuing gives what starting over would.

mod merge;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};

use super::BULK;
use super::log::{CommitId, Log, PathId, Step};
use super::state::{File, NONE, NodeId, State};
use crate::repository::Oid;

/// States that are held; each takes what its commit changed.
const RECENT: usize = 1000;

/// Everything that happened to files up to one commit.
#[derive(Debug, Default)]
pub(super) struct Fold {
    nodes: Vec<Node>,
    /// By commit, where its nodes are; `None` for those the tip does not reach.
    reached: Vec<Option<Span>>,
    /// By commit and sort of file that it added so many of that it dates none: how many.
    bulk: HashMap<(CommitId, u32), usize>,
    tip: Option<(CommitId, State)>,
    /// States of the commits folded last: a branch that is merged began at one of them, as a rule.
    recent: VecDeque<(CommitId, State)>,
    /// Paths that hold a file or once held one.
    known: Vec<bool>,
}

/// One version of a file.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) commit: CommitId,
    pub(super) path: PathId,
    /// `None` where the commit removed the file.
    pub(super) oid: Option<Oid>,
    /// The commit changed the file: it differs from every parent.
    pub(super) touch: bool,
    pub(super) before: Before,
}

/// The versions that a version follows.
#[derive(Debug)]
pub(super) enum Before {
    Nothing,
    One(NodeId),
    Merged(Box<[NodeId]>),
}

type Span = (NodeId, NodeId);

impl Fold {
    /// Goes on to `tip`; the paths that may have changed, or `None` if it had to start over.
    pub(super) fn advance(&mut self, log: &Log, tip: CommitId) -> Option<Vec<PathId>> {
        let new = self.missing(log, tip);
        let Some(new) = new else {
            *self = Self::default();
            let all = self.missing(log, tip).unwrap_or_default();
            self.run(log, &all, tip);
            return None;
        };
        self.run(log, &new, tip);
        let steps = new.iter().flat_map(|&commit| log.steps(commit));
        Some(
            steps
                .flat_map(|step| [Some(step.path), step.from])
                .flatten()
                .collect(),
        )
    }

    /// The commits still to be folded, parents first; `None` if what is known ends elsewhere than
    /// where they begin.
    fn missing(&self, log: &Log, tip: CommitId) -> Option<Vec<CommitId>> {
        let done = self.tip.as_ref().map(|(commit, _)| *commit);
        if self.has(tip) {
            return (done == Some(tip)).then(Vec::new);
        }
        let mut seen = vec![false; log.commits.len()];
        seen[tip as usize] = true;
        let mut open = vec![tip];
        let mut found = Vec::new();
        while let Some(commit) = open.pop() {
            found.push(commit);
            for &parent in &log.entry(commit).parents {
                if self.has(parent) {
                    self.state(parent)?;
                } else if !std::mem::replace(&mut seen[parent as usize], true) {
                    open.push(parent);
                }
            }
        }
        // Where the main line is another, more has changed than what the new commits changed.
        let continues = done.is_none_or(|done| self.is_mainline(log, tip, done));
        // Numbers are given to parents first.
        found.sort_unstable();
        continues.then_some(found)
    }

    /// Whether the first parents of `tip` lead to `done` before anything else that is known.
    fn is_mainline(&self, log: &Log, tip: CommitId, done: CommitId) -> bool {
        let mut first = Some(tip);
        while let Some(commit) = first.filter(|&commit| !self.has(commit)) {
            first = log.entry(commit).parents.first().copied();
        }
        first == Some(done)
    }

    /// The state at a commit, if it is still held.
    fn state(&self, commit: CommitId) -> Option<&State> {
        let mut held = self.recent.iter().rev();
        held.find_map(|(recent, state)| (*recent == commit).then_some(state))
    }

    fn has(&self, commit: CommitId) -> bool {
        self.span(commit).is_some()
    }

    fn span(&self, commit: CommitId) -> Option<Span> {
        self.reached.get(commit as usize).copied().flatten()
    }

    fn run(&mut self, log: &Log, commits: &[CommitId], tip: CommitId) {
        let mut open = Open::new(log, commits, |commit| self.state(commit).cloned());
        self.reached.resize(log.commits.len(), None);
        self.known.resize(log.paths.values.len(), false);
        for (place, &commit) in commits.iter().enumerate() {
            let begin = self.next();
            let parents = &log.entry(commit).parents;
            let mut states = parents.iter().map(|&parent| open.take(parent));
            let mut state = states.next().unwrap_or_default();
            let others: Vec<State> = states.collect();
            let added = if others.is_empty() {
                self.linear(log, commit, &mut state)
            } else {
                self.merge(log, commit, (&mut state, &others))
            };
            self.weigh(log, commit, &added);
            self.reached[commit as usize] = Some((begin, self.next()));
            if place + RECENT >= commits.len() {
                self.recent.push_back((commit, state.clone()));
            }
            open.put(commit, state);
        }
        let surplus = self.recent.len().saturating_sub(RECENT);
        self.recent.drain(..surplus);
        if !commits.is_empty() {
            self.tip = Some((tip, open.take(tip)));
        }
    }

    fn next(&self) -> NodeId {
        super::log::number(self.nodes.len())
    }

    /// Remembers of what sorts a commit added so many files that it can be an import.
    fn weigh(&mut self, log: &Log, commit: CommitId, added: &[PathId]) {
        if added.len() < BULK {
            return;
        }
        let mut counts: HashMap<u32, usize> = HashMap::new();
        for &path in added {
            *counts.entry(log.sort(path)).or_default() += 1;
        }
        let many = counts.into_iter().filter(|(_, count)| *count >= BULK);
        self.bulk
            .extend(many.map(|(sort, count)| ((commit, sort), count)));
    }

    /// Applies a commit with at most one parent; gives the paths it added.
    fn linear(&mut self, log: &Log, commit: CommitId, state: &mut State) -> Vec<PathId> {
        let steps = log.steps(commit);
        // All are looked up before any is written: files may have taken each other's names.
        let before: Vec<File> = steps
            .iter()
            .map(|step| state.get(step.from.unwrap_or(step.path)))
            .collect();
        for from in steps.iter().filter_map(|step| step.from) {
            state.set(from, File::NOWHERE);
        }
        let mut added = Vec::new();
        for (step, before) in steps.iter().zip(before) {
            added.extend(self.added(step, before));
            let version = |before| version(commit, step, before);
            let trail = self.push(version(Before::of(before.trail)));
            let mainline = if before.mainline == before.trail {
                trail
            } else {
                self.push(version(Before::of(before.mainline)))
            };
            self.settle(state, step.path, File { trail, mainline });
        }
        added
    }

    /// The path, if the mainline had no file there.
    fn added(&self, step: &Step, before: File) -> Option<PathId> {
        (step.oid.is_some() && !self.is_present(before.mainline)).then_some(step.path)
    }

    fn settle(&mut self, state: &mut State, path: PathId, file: File) {
        self.known[path as usize] = true;
        state.set(path, file);
    }

    fn push(&mut self, node: Node) -> NodeId {
        let id = self.next();
        self.nodes.push(node);
        id
    }

    /// Whether there is a node and it holds a version.
    fn is_present(&self, node: NodeId) -> bool {
        self.oid(node).is_some()
    }

    fn oid(&self, node: NodeId) -> Option<Oid> {
        self.nodes.get(node as usize).and_then(|node| node.oid)
    }

    pub(super) fn node(&self, node: NodeId) -> &Node {
        &self.nodes[node as usize]
    }

    /// The nodes that a commit made.
    pub(super) fn made_by(&self, commit: CommitId) -> &[Node] {
        let (begin, end) = self.span(commit).unwrap_or_default();
        &self.nodes[begin as usize..end as usize]
    }

    /// How many files of a version's sort its commit added, where they are so many that it dates
    /// none of them.
    pub(super) fn bulk(&self, log: &Log, node: &Node) -> Option<usize> {
        self.bulk.get(&(node.commit, log.sort(node.path))).copied()
    }

    /// Whether the tip reaches a commit.
    pub(super) fn reaches(&self, commit: CommitId) -> bool {
        self.has(commit)
    }

    /// The file at a path of the tip, or the one removed from there last.
    pub(super) fn file(&self, path: PathId) -> Option<File> {
        let (_, state) = self.tip.as_ref()?;
        Some(state.get(path)).filter(|file| *file != File::NOWHERE)
    }

    /// Every path that ever held a file, up to the tip.
    pub(super) fn paths(&self) -> impl Iterator<Item = PathId> {
        let paths = self.known.iter().zip(0..);
        paths.filter(|(known, _)| **known).map(|(_, path)| path)
    }
}

impl Before {
    fn of(node: NodeId) -> Self {
        if node == NONE {
            Self::Nothing
        } else {
            Self::One(node)
        }
    }

    pub(super) fn nodes(&self) -> &[NodeId] {
        match self {
            Self::Nothing => &[],
            Self::One(node) => std::slice::from_ref(node),
            Self::Merged(nodes) => nodes,
        }
    }
}

fn version(commit: CommitId, step: &Step, before: Before) -> Node {
    Node {
        commit,
        path: step.path,
        oid: step.oid,
        touch: true,
        before,
    }
}

/// The states that commits still to come begin from.
struct Open {
    /// The number of the first commit below.
    first: CommitId,
    /// By commit.
    states: Vec<Option<State>>,
    /// By commit: the children that still want its state.
    wanted: Vec<u32>,
}

impl Open {
    fn new(log: &Log, commits: &[CommitId], known: impl Fn(CommitId) -> Option<State>) -> Self {
        let parents = || {
            commits
                .iter()
                .flat_map(|&commit| &log.entry(commit).parents)
        };
        let first = commits.iter().chain(parents()).copied().min();
        let first = first.unwrap_or_default();
        let count = log.commits.len() - first as usize;
        let mut wanted = vec![0; count];
        for &parent in parents() {
            wanted[(parent - first) as usize] += 1;
        }
        let mut open = Self {
            first,
            states: vec![None; count],
            wanted,
        };
        for &parent in parents() {
            if let Some(state) = known(parent) {
                open.put(parent, state);
            }
        }
        open
    }

    fn put(&mut self, commit: CommitId, state: State) {
        self.states[(commit - self.first) as usize] = Some(state);
    }

    /// A commit's state; the last who asks gets the original, which no one shares.
    fn take(&mut self, commit: CommitId) -> State {
        let at = (commit - self.first) as usize;
        let (state, wanted) = (&mut self.states[at], &mut self.wanted[at]);
        *wanted = wanted.saturating_sub(1);
        if *wanted > 0 {
            return state.clone().unwrap_or_default();
        }
        state.take().unwrap_or_default()
    }
}
