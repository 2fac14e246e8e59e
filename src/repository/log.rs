//! The commits of a branch in topological order, with what each changed. libgit2's own walk ends
//! at the first malformed commit, so the graph is read object by object.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::sync::Arc;

use git2::Odb;

use super::commit::{self, Parsed};
use super::objects::{self, MAX_STRUCTURE};
use super::pack::{Kind, Whole};
use super::spread::{Comparer, Task};
use super::{Change, Commit, Error, Oid, Person};

/// Commits read; older ones are as if they were not there.
const MAX_COMMITS: usize = 2_000_000;

/// Commits handed on at a time: what they changed is most of what a walk holds in memory.
const BATCH: usize = 20_000;

/// Commits read from libgit2, before it is worth while to look into the packs for more.
const FEW: usize = 500;
/// Bytes held of commits that others are told by.
const HELD: usize = 4 << 20;

/// How the reading of a history ended.
pub(super) struct Ending {
    /// Parents are named that are not there.
    pub(super) shallow: bool,
    /// Trees are named that are not there.
    pub(super) damaged: bool,
    /// There is more than is read.
    pub(super) cut: bool,
}

/// Reads what is reachable from `tip` and not through what is `known`, and hands it to `take`
/// some commits at a time, parents before children.
pub(super) fn read(
    odb: &Odb<'_>,
    (tip, known): (Oid, &dyn Fn(Oid) -> bool),
    comparer: &mut Comparer<'_>,
    take: &mut dyn FnMut(Vec<Commit>),
) -> Result<Ending, Error> {
    let mut graph = Graph::read(&mut Commits::new(odb, comparer), tip, known)?;
    let order = graph.order();
    let trees = graph.first_trees(odb);
    let mut nodes: Vec<Option<Node>> = graph.nodes.drain(..).map(Some).collect();
    for batch in order.chunks(BATCH) {
        let tree = |index: usize| nodes[index].as_ref().and_then(|node| node.parsed.tree);
        let tasks: Vec<Task> = batch
            .iter()
            .map(|&index| match (tree(index), trees[index]) {
                (Some(new), Before::Tree(old)) => Some((old, new)),
                // Without its tree it is unknown what a commit changed; that is not "deleted all".
                _ => None,
            })
            .collect();
        let changes = comparer.compare(&tasks);
        let commits = batch.iter().zip(changes);
        let commits =
            commits.filter_map(|(&index, changes)| Some(nodes[index].take()?.finish(changes)));
        take(commits.collect());
    }
    Ok(Ending {
        shallow: graph.shallow,
        damaged: comparer.missing,
        cut: comparer.cut || graph.cut,
    })
}

/// Reads commits one after the other.
struct Commits<'a> {
    odb: &'a Odb<'a>,
    comparer: &'a Comparer<'a>,
    read: usize,
    packed: Option<Whole>,
}

impl<'a> Commits<'a> {
    fn new(odb: &'a Odb<'a>, comparer: &'a Comparer<'a>) -> Self {
        Self {
            odb,
            comparer,
            read: 0,
            packed: None,
        }
    }

    fn read(&mut self, id: Oid) -> Result<Parsed, Error> {
        self.read += 1;
        if self.read == FEW {
            self.packed = Some(Whole::new(self.comparer.packs(), Kind::Commit, HELD));
        }
        let packed = self.packed.as_mut();
        if let Some(raw) = packed.and_then(|packed| packed.read(id, MAX_STRUCTURE)) {
            return Ok(commit::parse(&raw));
        }
        Ok(commit::parse(objects::commit(self.odb, id)?.data()))
    }
}

struct Node {
    id: Oid,
    parsed: Parsed,
    /// Numbers of the parents among the nodes.
    parents: Vec<usize>,
    /// Parents that are there, also those known before.
    present: Vec<Oid>,
}

/// What a commit is compared with.
#[derive(Clone, Copy)]
enum Before {
    /// `None` for a root.
    Tree(Option<Oid>),
    Unknown,
}

impl Node {
    fn finish(self, changes: Vec<Change>) -> Commit {
        Commit {
            id: self.id,
            parents: self.present,
            author: self.parsed.author,
            committer: self.parsed.committer,
            co_authors: self.parsed.co_authors,
            signed: self.parsed.signed,
            fault: self.parsed.fault,
            changes,
        }
    }
}

/// Commits and their parents, in the order they were found.
struct Graph {
    nodes: Vec<Node>,
    people: HashSet<Arc<Person>>,
    shallow: bool,
    cut: bool,
}

/// What became of a parent that was looked for.
#[derive(Clone, Copy)]
enum Found {
    Node(usize),
    Known,
    Absent,
}

impl Graph {
    fn read(
        commits: &mut Commits<'_>,
        tip: Oid,
        known: &dyn Fn(Oid) -> bool,
    ) -> Result<Self, Error> {
        let mut graph = Self {
            nodes: Vec::new(),
            people: HashSet::new(),
            shallow: false,
            cut: false,
        };
        if known(tip) {
            return Ok(graph);
        }
        let mut found = HashMap::new();
        graph.add(tip, commits.read(tip)?, &mut found);
        let mut next = 0;
        while next < graph.nodes.len() {
            for parent in graph.nodes[next].parsed.parents.clone() {
                let looked = match found.get(&parent) {
                    Some(looked) => *looked,
                    None if known(parent) => Found::Known,
                    None => graph.find(commits, parent, &mut found),
                };
                let node = &mut graph.nodes[next];
                match looked {
                    Found::Node(number) => node.parents.push(number),
                    Found::Known => {}
                    Found::Absent => continue,
                }
                node.present.push(parent);
            }
            next += 1;
        }
        Ok(graph)
    }

    /// The tree of each commit's first parent.
    fn first_trees(&self, odb: &Odb<'_>) -> Vec<Before> {
        let numbers: HashMap<Oid, usize> = self
            .nodes
            .iter()
            .enumerate()
            .map(|(number, node)| (node.id, number))
            .collect();
        let tree = |parent: &Oid| match numbers.get(parent) {
            Some(number) => self.nodes[*number].parsed.tree,
            None => commit::parse(objects::commit(odb, *parent).ok()?.data()).tree,
        };
        let before = |node: &Node| match node.present.first() {
            None => Before::Tree(None),
            Some(parent) => tree(parent).map_or(Before::Unknown, |tree| Before::Tree(Some(tree))),
        };
        self.nodes.iter().map(before).collect()
    }

    /// Reads a parent; one that cannot be read is absent, and asked for only once.
    fn find(
        &mut self,
        commits: &mut Commits<'_>,
        id: Oid,
        found: &mut HashMap<Oid, Found>,
    ) -> Found {
        if self.nodes.len() >= MAX_COMMITS {
            self.cut = true;
            return Found::Absent;
        }
        if let Ok(parsed) = commits.read(id) {
            return self.add(id, parsed, found);
        }
        self.shallow = true;
        found.insert(id, Found::Absent);
        Found::Absent
    }

    fn add(&mut self, id: Oid, mut parsed: Parsed, found: &mut HashMap<Oid, Found>) -> Found {
        let number = Found::Node(self.nodes.len());
        for signature in [&mut parsed.author, &mut parsed.committer] {
            match self.people.get(&signature.person) {
                Some(person) => signature.person = Arc::clone(person),
                None => drop(self.people.insert(Arc::clone(&signature.person))),
            }
        }
        self.nodes.push(Node {
            id,
            parsed,
            parents: Vec::new(),
            present: Vec::new(),
        });
        found.insert(id, number);
        number
    }

    /// Parents before children; of those that may come last, the newest by its committer.
    fn order(&self) -> Vec<usize> {
        let mut children = vec![0u32; self.nodes.len()];
        for parent in self.nodes.iter().flat_map(|node| &node.parents) {
            children[*parent] += 1;
        }
        // The id settles ties, so that the order does not depend on how the graph was found.
        let rank = |node: usize| {
            let Node { id, parsed, .. } = &self.nodes[node];
            (parsed.seconds, Reverse(*id), node)
        };
        let mut ready: BinaryHeap<_> = (0..self.nodes.len())
            .filter(|node| children[*node] == 0)
            .map(rank)
            .collect();
        let mut order = Vec::with_capacity(self.nodes.len());
        while let Some((_, _, node)) = ready.pop() {
            order.push(node);
            for parent in &self.nodes[node].parents {
                children[*parent] -= 1;
                if children[*parent] == 0 {
                    ready.push(rank(*parent));
                }
            }
        }
        order.reverse();
        order
    }
}
