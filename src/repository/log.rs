//! The commits of a branch in topological order, with what each changed. libgit2's own walk ends
//! at the first malformed commit, so the graph is read object by object.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use git2::Odb;

use super::commit::{self, Parsed};
use super::commits::Commits;
use super::objects;
use super::spread::{Comparer, Task};
use super::{Change, Commit, Error, Oid, Person, Signature};
use crate::tally::Stage;

/// Commits read; older ones are as if they were not there.
const MAX_COMMITS: usize = 2_000_000;

/// Commits handed on at a time: what they changed is most of what a walk holds in memory.
const BATCH: usize = 20_000;

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
    comparer.tally.begin(Stage::Commits, 0);
    let mut graph = Graph::read(&mut Commits::new(odb, comparer), tip, known)?;
    let order = graph.order();
    for batch in order.chunks(BATCH) {
        let tasks: Vec<Task> = batch
            .iter()
            .map(|&number| graph.task(odb, number as usize))
            .collect();
        let changes = comparer.compare(&tasks);
        let commits = batch.iter().zip(changes);
        let commits = commits.filter_map(|(&number, changes)| graph.take(number as usize, changes));
        take(commits.collect());
    }
    Ok(Ending {
        shallow: graph.shallow,
        damaged: comparer.missing,
        cut: comparer.cut || graph.cut,
    })
}

/// A commit, small enough that all of a history can be held.
struct Node {
    id: Oid,
    tree: Option<Oid>,
    seconds: i64,
    /// Its links end here; they begin where those of the commit before end.
    links_end: u32,
    /// What is said of it to whom the history is told; `None` once it was.
    told: Option<Told>,
}

struct Told {
    author: Signature,
    committer: Signature,
    co_authors: Box<[Person]>,
    signed: bool,
    fault: Option<&'static str>,
}

/// A parent that is there.
struct Link {
    id: Oid,
    /// Its number among the nodes; `KNOWN` where it was known before.
    node: u32,
}

const KNOWN: u32 = u32::MAX;

/// Commits and their parents, in the order they were found.
struct Graph {
    nodes: Vec<Node>,
    links: Vec<Link>,
    people: HashSet<Arc<Person>>,
    shallow: bool,
    cut: bool,
}

/// What became of a parent that was looked for.
#[derive(Clone, Copy)]
enum Found {
    Node(u32),
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
            links: Vec::new(),
            people: HashSet::new(),
            shallow: false,
            cut: false,
        };
        if known(tip) {
            return Ok(graph);
        }
        let mut found = HashMap::new();
        // The parents of those that were read and not looked at yet.
        let mut open = VecDeque::new();
        open.push_back(graph.add(tip, commits.read(tip)?, &mut found));
        let mut next = 0;
        while let Some(parents) = open.pop_front() {
            for id in parents {
                let looked = match found.get(&id) {
                    Some(looked) => *looked,
                    None if known(id) => Found::Known,
                    None => graph.find(commits, id, (&mut found, &mut open)),
                };
                let node = match looked {
                    Found::Node(number) => number,
                    Found::Known => KNOWN,
                    Found::Absent => continue,
                };
                graph.links.push(Link { id, node });
            }
            graph.nodes[next].links_end = short(graph.links.len());
            next += 1;
        }
        Ok(graph)
    }

    /// The parents of a commit that are there.
    fn links(&self, number: usize) -> &[Link] {
        let begin = number.checked_sub(1);
        let begin = begin.map_or(0, |before| self.nodes[before].links_end);
        &self.links[begin as usize..self.nodes[number].links_end as usize]
    }

    /// What a commit is compared with: its first parent. Where a tree is not known it is unknown what
    /// the commit changed; that is not "deleted all".
    fn task(&self, odb: &Odb<'_>, number: usize) -> Task {
        let new = self.nodes[number].tree?;
        let old = match self.links(number).first() {
            None => None,
            Some(Link { id, node: KNOWN }) => {
                Some(commit::parse(objects::commit(odb, *id).ok()?.data()).tree?)
            }
            Some(Link { node, .. }) => Some(self.nodes[*node as usize].tree?),
        };
        Some((old, new))
    }

    /// Hands a commit on; what is said of it is then forgotten here.
    fn take(&mut self, number: usize, changes: Vec<Change>) -> Option<Commit> {
        let parents = self.links(number).iter().map(|link| link.id).collect();
        let node = &mut self.nodes[number];
        let told = node.told.take()?;
        Some(Commit {
            id: node.id,
            parents,
            author: told.author,
            committer: told.committer,
            co_authors: told.co_authors.into_vec(),
            signed: told.signed,
            fault: told.fault,
            changes,
        })
    }

    /// Reads a parent; one that cannot be read is absent, and asked for only once.
    fn find(
        &mut self,
        commits: &mut Commits<'_>,
        id: Oid,
        (found, open): (&mut HashMap<Oid, Found>, &mut VecDeque<Vec<Oid>>),
    ) -> Found {
        if self.nodes.len() >= MAX_COMMITS {
            self.cut = true;
            return Found::Absent;
        }
        let Ok(parsed) = commits.read(id) else {
            self.shallow = true;
            found.insert(id, Found::Absent);
            return Found::Absent;
        };
        let number = Found::Node(short(self.nodes.len()));
        open.push_back(self.add(id, parsed, found));
        number
    }

    /// Adds a commit; gives its parents.
    fn add(&mut self, id: Oid, parsed: Parsed, found: &mut HashMap<Oid, Found>) -> Vec<Oid> {
        let (mut author, mut committer) = (parsed.author, parsed.committer);
        for signature in [&mut author, &mut committer] {
            match self.people.get(&signature.person) {
                Some(person) => signature.person = Arc::clone(person),
                None => drop(self.people.insert(Arc::clone(&signature.person))),
            }
        }
        found.insert(id, Found::Node(short(self.nodes.len())));
        self.nodes.push(Node {
            id,
            tree: parsed.tree,
            seconds: parsed.seconds,
            links_end: 0,
            told: Some(Told {
                author,
                committer,
                co_authors: parsed.co_authors.into(),
                signed: parsed.signed,
                fault: parsed.fault,
            }),
        });
        parsed.parents
    }

    /// Parents before children; of those that may come last, the newest by its committer.
    fn order(&self) -> Vec<u32> {
        let inside = |link: &&Link| link.node != KNOWN;
        let mut children = vec![0u32; self.nodes.len()];
        for parent in self.links.iter().filter(inside) {
            children[parent.node as usize] += 1;
        }
        // The id settles ties, so that the order does not depend on how the graph was found.
        let rank = |number: u32| {
            let node = &self.nodes[number as usize];
            (node.seconds, Reverse(node.id), number)
        };
        let mut ready: BinaryHeap<_> = (0..short(self.nodes.len()))
            .filter(|node| children[*node as usize] == 0)
            .map(rank)
            .collect();
        let mut order = Vec::with_capacity(self.nodes.len());
        while let Some((_, _, number)) = ready.pop() {
            order.push(number);
            for parent in self.links(number as usize).iter().filter(inside) {
                let left = &mut children[parent.node as usize];
                *left -= 1;
                if *left == 0 {
                    ready.push(rank(parent.node));
                }
            }
        }
        order.reverse();
        order
    }
}

/// A number of a commit or a link: `MAX_COMMITS` have few enough.
fn short(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(KNOWN)
}
