//! The log: who made each commit, when, and what it changed, with renames paired. It only grows,
//! and what it says of a commit depends on that commit and its first parent alone, so it can be
//! kept and continued.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::hash::Hash;
use std::ops::Range;
use std::sync::Arc;

use foldhash::fast::RandomState;
use rayon::prelude::*;

use super::renames::{self, Changed};
use super::similarity::Likeness;
use super::{Texts, base_name, is_document};
use crate::diagnostic::Diagnostic;
use crate::moment::Moment;
use crate::repository::{Commit, Oid, Person, Signature};
use crate::tally::{Stage, Tally};

/// Malformed commits named one by one.
const MAX_NAMED: usize = 20;

/// The sort of text documents.
const DOCUMENT: u32 = 0;

/// Number of a commit in the log.
pub(super) type CommitId = u32;
/// Number of a path among all paths of the log.
pub(super) type PathId = u32;

/// Commits, parents before children.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(super) commits: Vec<Entry>,
    pub(super) steps: Vec<Step>,
    pub(super) people: Interned<Person>,
    pub(super) paths: Interned<Arc<str>>,
    /// By path: 0 for a text document, and a number for each other extension.
    sorts: Vec<u32>,
    extensions: Interned<String>,
    numbers: HashMap<Oid, CommitId, RandomState>,
}

/// One commit.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) id: Oid,
    pub(super) parents: Box<[CommitId]>,
    pub(super) author: Stamp,
    pub(super) committer: Stamp,
    pub(super) co_authors: Box<[u32]>,
    pub(super) signed: bool,
    pub(super) fault: Option<Box<str>>,
    /// Where its steps end; they begin where the last commit's end.
    pub(super) steps_end: u32,
}

/// Who, by number, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stamp {
    pub(super) person: u32,
    pub(super) time: Option<Moment>,
}

/// One file that a commit changed, against its first parent. A path that was only left by a
/// rename has no step of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) path: PathId,
    /// The path it had before, where the commit renamed it.
    pub(super) from: Option<PathId>,
    /// `None` where the commit removed it.
    pub(super) oid: Option<Oid>,
}

/// Values numbered as they are met.
#[derive(Debug)]
pub(super) struct Interned<T> {
    numbers: HashMap<T, u32, RandomState>,
    pub(super) values: Vec<T>,
}

impl Log {
    /// Whether a commit is in the log.
    pub(crate) fn knows(&self, id: Oid) -> bool {
        self.numbers.contains_key(&id)
    }

    /// Adds commits, parents before children; parents that are not in the log are no parents.
    pub(super) fn extend(&mut self, commits: &[Commit], texts: &dyn Texts, tally: &Tally) {
        let mut new = Vec::with_capacity(commits.len());
        for commit in commits {
            let next = number(self.commits.len() + new.len());
            if let Slot::Vacant(slot) = self.numbers.entry(commit.id) {
                slot.insert(next);
                let parents = commit.parents.iter().filter_map(|id| self.number(*id));
                let parents: Box<[_]> = parents.filter(|parent| *parent < next).collect();
                new.push((commit, parents));
            }
        }
        tally.begin(Stage::Renames, new.len());
        let likeness = Likeness::new(texts);
        let paired: Vec<Vec<Changed<'_>>> = new
            .par_iter()
            .map(|(commit, parents)| {
                tally.add(1);
                let mut changed = Changed::list(&commit.changes);
                renames::pair(&mut changed, parents.len() < 2, &likeness);
                changed
            })
            .collect();
        for ((commit, parents), changed) in new.into_iter().zip(paired) {
            self.add(commit, parents, &changed);
        }
    }

    fn add(&mut self, commit: &Commit, parents: Box<[CommitId]>, changed: &[Changed<'_>]) {
        let kept = changed.iter().filter(|step| !step.gone_elsewhere());
        for step in kept {
            let step = Step {
                path: self.path_id(step.path),
                from: step.from.map(|from| self.path_id(changed[from].path)),
                oid: step.new,
            };
            self.steps.push(step);
        }
        let entry = Entry {
            id: commit.id,
            parents,
            author: self.stamp(&commit.author),
            committer: self.stamp(&commit.committer),
            co_authors: commit
                .co_authors
                .iter()
                .map(|person| self.people.number(person))
                .collect(),
            signed: commit.signed,
            fault: commit.fault.map(Box::from),
            steps_end: number(self.steps.len()),
        };
        self.push(entry);
    }

    pub(super) fn push(&mut self, entry: Entry) {
        self.numbers.insert(entry.id, number(self.commits.len()));
        self.commits.push(entry);
    }

    pub(super) fn path_id(&mut self, path: &Arc<str>) -> PathId {
        let id = self.paths.number(path);
        if id as usize == self.sorts.len() {
            let sort = if is_document(path) {
                DOCUMENT
            } else {
                self.extensions.number(&extension(path)) + 1
            };
            self.sorts.push(sort);
        }
        id
    }

    fn stamp(&mut self, signature: &Signature) -> Stamp {
        Stamp {
            person: self.people.number(&signature.person),
            time: signature.time,
        }
    }

    /// The number of a path, if any commit ever changed it.
    pub(super) fn find_path(&self, path: &str) -> Option<PathId> {
        self.paths.numbers.get(path).copied()
    }

    pub(super) fn number(&self, id: Oid) -> Option<CommitId> {
        self.numbers.get(&id).copied()
    }

    pub(super) fn entry(&self, commit: CommitId) -> &Entry {
        &self.commits[commit as usize]
    }

    pub(super) fn steps(&self, commit: CommitId) -> &[Step] {
        &self.steps[self.step_range(commit as usize)]
    }

    pub(super) fn step_range(&self, commit: usize) -> Range<usize> {
        let begin = commit.checked_sub(1);
        let begin = begin.map_or(0, |last| self.commits[last].steps_end as usize);
        begin..self.commits[commit].steps_end as usize
    }

    pub(super) fn person(&self, number: u32) -> &Person {
        &self.people.values[number as usize]
    }

    pub(super) fn path(&self, path: PathId) -> &Arc<str> {
        &self.paths.values[path as usize]
    }

    /// Whether a path names a text document.
    pub(super) fn is_document(&self, path: PathId) -> bool {
        self.sort(path) == DOCUMENT
    }

    /// What sort of file a path names: text documents are one sort, and other files are of the
    /// sort of their extension.
    pub(super) fn sort(&self, path: PathId) -> u32 {
        self.sorts[path as usize]
    }

    /// What is wrong with the commits chosen, the newest first.
    pub(super) fn findings(&self, chosen: &dyn Fn(CommitId) -> bool) -> Vec<Diagnostic> {
        let faults: Vec<(Oid, &str)> = (0..self.commits.len())
            .rev()
            .filter(|&commit| chosen(number(commit)))
            .filter_map(|commit| {
                let entry = &self.commits[commit];
                Some((entry.id, entry.fault.as_deref()?))
            })
            .collect();
        let named = faults.iter().take(MAX_NAMED);
        let mut findings: Vec<Diagnostic> = named
            .map(|(id, fault)| malformed(format!("commit {id} is malformed: {fault}")))
            .collect();
        if faults.len() > MAX_NAMED {
            let more = faults.len() - MAX_NAMED;
            findings.push(malformed(format!("{more} more commits are malformed")));
        }
        findings
    }
}

fn malformed(message: String) -> Diagnostic {
    Diagnostic::warning("malformed-commit", message).help(
        "what could be read of it counts; state `date` and `author` in the front matter of posts it concerns",
    )
}

/// What follows the last dot of a file's name, in small letters; nothing where there is no dot.
pub(super) fn extension(path: &str) -> String {
    let extension = base_name(path).rsplit_once('.').map(|(_, end)| end);
    extension.unwrap_or_default().to_ascii_lowercase()
}

/// A count as a number of the log. Memory ends long before four billion do.
pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Self {
            numbers: HashMap::default(),
            values: Vec::new(),
        }
    }
}

impl<T: Clone + Eq + Hash> Interned<T> {
    pub(super) fn number(&mut self, value: &T) -> u32 {
        if let Some(&known) = self.numbers.get(value) {
            return known;
        }
        let next = number(self.values.len());
        self.numbers.insert(value.clone(), next);
        self.values.push(value.clone());
        next
    }
}
