//! The commits of a branch in topological order, with what each changed. libgit2's own walk ends
//! at the first malformed commit, so the graph is read object by object.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use git2::Odb;

use super::changes::Comparison;
use super::commit::{self, Parsed};
use super::objects::{self, Trees};
use super::{Commit, Error, Oid};
use crate::diagnostic::Diagnostic;

/// Commits read; older ones are as if they were not there.
const MAX_COMMITS: usize = 2_000_000;
/// Malformed commits named one by one.
const MAX_NAMED: usize = 20;

/// What was read of a history.
pub(super) struct Log {
    pub(super) commits: Vec<Commit>,
    pub(super) findings: Vec<Diagnostic>,
    /// Parents are named that are not there.
    pub(super) shallow: bool,
    /// Trees are named that are not there.
    pub(super) damaged: bool,
}

/// Reads everything reachable from `tip`, children before parents; `folder` is the content
/// folder inside the repository.
pub(super) fn read(odb: &Odb<'_>, tip: Oid, folder: &str) -> Result<Log, Error> {
    let graph = Graph::read(odb, tip)?;
    let order = graph.order();
    let mut place = vec![0; order.len()];
    for (index, node) in order.iter().enumerate() {
        place[*node] = index;
    }
    let mut findings = graph.findings(&order);
    let mut comparison = Comparison::new(Trees::new(odb), folder);
    let mut nodes: Vec<Option<Node>> = graph.nodes.into_iter().map(Some).collect();
    let trees: Vec<Option<Oid>> = nodes
        .iter()
        .map(|node| node.as_ref().and_then(|node| node.parsed.tree))
        .collect();
    let mut commits = Vec::with_capacity(order.len());
    for index in order {
        let Some(node) = nodes[index].take() else {
            continue;
        };
        let changes = compare(&mut comparison, &node, &trees);
        commits.push(node.finish(&place, changes));
    }
    if comparison.cut || graph.cut {
        findings.push(too_large());
    }
    Ok(Log {
        commits,
        findings,
        shallow: graph.shallow,
        damaged: comparison.missing,
    })
}

fn compare(
    comparison: &mut Comparison<'_>,
    node: &Node,
    trees: &[Option<Oid>],
) -> Vec<Vec<super::Change>> {
    let Some(tree) = node.parsed.tree else {
        // Without a tree it is unknown what the commit changed; that is not "deleted all".
        return vec![Vec::new(); node.parents.len().max(1)];
    };
    if node.parents.is_empty() {
        return vec![comparison.changes(None, Some(tree))];
    }
    node.parents
        .iter()
        .map(|parent| match trees[*parent] {
            Some(old) => comparison.changes(Some(old), Some(tree)),
            None => Vec::new(),
        })
        .collect()
}

fn too_large() -> Diagnostic {
    Diagnostic::error(
        "history-too-large",
        "the history holds more changes than byline reads, so some dates and authors are missing",
    )
    .help("publish a repository, or a branch, that holds the blog alone")
}

struct Node {
    id: Oid,
    parsed: Parsed,
    /// Numbers of the nodes that are there.
    parents: Vec<usize>,
}

impl Node {
    fn finish(self, place: &[usize], changes: Vec<Vec<super::Change>>) -> Commit {
        Commit {
            id: self.id,
            parents: self.parents.iter().map(|parent| place[*parent]).collect(),
            author: self.parsed.author,
            committer: self.parsed.committer,
            co_authors: self.parsed.co_authors,
            changes,
        }
    }
}

/// Commits and their parents, in the order they were found.
struct Graph {
    nodes: Vec<Node>,
    shallow: bool,
    cut: bool,
}

impl Graph {
    fn read(odb: &Odb<'_>, tip: Oid) -> Result<Self, Error> {
        let mut graph = Self {
            nodes: Vec::new(),
            shallow: false,
            cut: false,
        };
        let mut numbers = HashMap::new();
        graph.add(tip, objects::commit(odb, tip)?.data(), &mut numbers);
        let mut next = 0;
        while next < graph.nodes.len() {
            for parent in graph.nodes[next].parsed.parents.clone() {
                let number = match numbers.get(&parent) {
                    Some(number) => *number,
                    None => graph.find(odb, parent, &mut numbers),
                };
                graph.nodes[next].parents.extend(number);
            }
            next += 1;
        }
        Ok(graph)
    }

    /// Reads a parent; one that cannot be read is absent, and asked for only once.
    fn find(
        &mut self,
        odb: &Odb<'_>,
        id: Oid,
        numbers: &mut HashMap<Oid, Option<usize>>,
    ) -> Option<usize> {
        if self.nodes.len() >= MAX_COMMITS {
            self.cut = true;
            return None;
        }
        if let Ok(object) = objects::commit(odb, id) {
            return self.add(id, object.data(), numbers);
        }
        self.shallow = true;
        numbers.insert(id, None);
        None
    }

    fn add(
        &mut self,
        id: Oid,
        raw: &[u8],
        numbers: &mut HashMap<Oid, Option<usize>>,
    ) -> Option<usize> {
        let number = self.nodes.len();
        self.nodes.push(Node {
            id,
            parsed: commit::parse(raw),
            parents: Vec::new(),
        });
        numbers.insert(id, Some(number));
        Some(number)
    }

    /// Children before parents; of those that may come next, the newest by its committer.
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
        order
    }

    fn findings(&self, order: &[usize]) -> Vec<Diagnostic> {
        let malformed: Vec<(Oid, &str)> = order
            .iter()
            .filter_map(|node| Some((self.nodes[*node].id, self.nodes[*node].parsed.fault?)))
            .collect();
        let mut findings: Vec<Diagnostic> = malformed
            .iter()
            .take(MAX_NAMED)
            .map(|(id, fault)| malformed_commit(format!("commit {id} is malformed: {fault}")))
            .collect();
        if malformed.len() > MAX_NAMED {
            let more = malformed.len() - MAX_NAMED;
            findings.push(malformed_commit(format!(
                "{more} more commits are malformed"
            )));
        }
        findings
    }
}

fn malformed_commit(message: String) -> Diagnostic {
    Diagnostic::warning("malformed-commit", message).help(
        "what could be read of it counts; state `date` and `author` in the front matter of posts it concerns",
    )
}
