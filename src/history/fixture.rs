//! Histories for tests, written as they were made: who committed when, and what. The trees are
//! values, and the changes against each parent are derived from them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::log::Log;
use super::{
    Explanation, FileHistory, History, Index, Mailmap, Query, Rules, Standing, Texts,
    ignored_revisions,
};
use crate::config::DateRule;
use crate::moment::Moment;
use crate::repository::{Change, Commit, Oid, Person, Signature};

/// The files of a commit: path to content.
pub(super) type Tree = BTreeMap<String, String>;

/// A history being made. Commits are numbered from the oldest.
#[derive(Clone)]
pub(super) struct Past {
    commits: Vec<Draft>,
    tip: Option<usize>,
    texts: Contents,
    pub(super) date: DateRule,
    mailmap: Mailmap,
    ignored: HashSet<Oid>,
}

#[derive(Clone)]
struct Draft {
    commit: Commit,
    tree: Tree,
}

/// The blobs by id. A text's first line `title: ...` is its title; a line `draft` or one that
/// begins with `tags:` is front matter.
#[derive(Clone, Default)]
struct Contents {
    blobs: HashMap<Oid, String>,
}

impl Past {
    pub(super) fn new() -> Self {
        Self {
            commits: Vec::new(),
            tip: None,
            texts: Contents::default(),
            date: DateRule::Landed,
            mailmap: Mailmap::default(),
            ignored: HashSet::new(),
        }
    }

    /// A commit on the tip by `who` on a day (`2024-01-31`), authored and committed at once.
    pub(super) fn commit(self, who: &str, day: &str, edit: impl FnOnce(&mut Tree)) -> Self {
        let parents: Vec<usize> = self.tip.into_iter().collect();
        self.add(who, day, &parents, edit)
    }

    /// A merge of earlier commits into the tip; the tree is the union of all (a path at the tip
    /// wins), then edited.
    pub(super) fn merge(
        self,
        who: &str,
        day: &str,
        others: &[usize],
        edit: impl FnOnce(&mut Tree),
    ) -> Self {
        let mut parents: Vec<usize> = self.tip.into_iter().collect();
        parents.extend(others);
        let mut union = Tree::new();
        for &parent in parents.iter().rev() {
            union.extend(self.commits[parent].tree.clone());
        }
        self.add(who, day, &parents, |tree| {
            *tree = union;
            edit(tree);
        })
    }

    /// Goes on from an earlier commit: a branch.
    pub(super) fn at(mut self, commit: usize) -> Self {
        self.tip = Some(commit);
        self
    }

    /// Goes on from nothing: another root.
    pub(super) fn orphan(mut self) -> Self {
        self.tip = None;
        self
    }

    /// Changes the newest commit made.
    pub(super) fn but(mut self, change: impl FnOnce(&mut Commit)) -> Self {
        change(&mut self.commits.last_mut().unwrap().commit);
        self
    }

    /// Gives the newest commit another author and author date.
    pub(super) fn authored(self, who: &str, day: &str) -> Self {
        let author = signature(who, day);
        self.but(|commit| commit.author = author)
    }

    /// Gives the newest commit a `Co-authored-by` trailer.
    pub(super) fn with(self, who: &str) -> Self {
        let person = person(who);
        self.but(|commit| commit.co_authors.push(person))
    }

    /// Lists the newest commit in `.git-blame-ignore-revs`.
    pub(super) fn ignored(mut self) -> Self {
        let id = self.commits.last().unwrap().commit.id;
        self.ignored.extend(ignored_revisions(&id.to_string()));
        self
    }

    pub(super) fn mailmap(mut self, text: &str) -> Self {
        self.mailmap = Mailmap::parse(text);
        self
    }

    pub(super) fn by(mut self, date: DateRule) -> Self {
        self.date = date;
        self
    }

    /// Number of commits so far: the next commit's number.
    pub(super) fn len(&self) -> usize {
        self.commits.len()
    }

    /// The tip's tree.
    pub(super) fn tree(&self) -> &Tree {
        &self.commits[self.tip.unwrap()].tree
    }

    /// What history says of every file of the tip.
    pub(super) fn history(&self) -> Arc<History> {
        self.continued(&mut Index::default())
    }

    /// The same, from what is known of earlier tips.
    pub(super) fn continued(&self, index: &mut Index) -> Arc<History> {
        index.extend(&self.listed(&|id| index.knows(id)), &self.texts);
        self.ask(|query| index.history(query, false))
    }

    /// Why history says what it says of one file.
    pub(super) fn explain(&self, path: &str) -> Explanation {
        let mut index = Index::default();
        self.continued(&mut index);
        self.ask(|query| index.explain(query, path)).unwrap()
    }

    pub(super) fn ask<T>(&self, ask: impl FnOnce(Query<'_>) -> T) -> T {
        let rules = Rules {
            date: self.date,
            ignored: &self.ignored,
            mailmap: &self.mailmap,
            excluded: &|name| name.ends_with("[bot]"),
        };
        ask(Query {
            tip: self.commits[self.tip.unwrap()].commit.id,
            wanted: &|_| true,
            rules: &rules,
            texts: &self.texts,
        })
    }

    /// Adds the commits in reach of the tip to a log.
    pub(super) fn logged(&self, log: &mut Log) {
        let commits = self.listed(&|id| log.knows(id));
        log.extend(&commits, &self.texts, &crate::tally::Tally::default());
    }

    /// What history says of one.
    pub(super) fn file(&self, path: &str) -> FileHistory {
        FileHistory::clone(&self.history().files[path])
    }

    /// The number of the commit that gave a file's date.
    pub(super) fn dated_by(&self, path: &str) -> usize {
        let id = self.file(path).commit;
        let found = self.commits.iter().position(|draft| draft.commit.id == id);
        found.unwrap()
    }

    /// The commits in reach of the tip that are not known, as `repository` lists them: later
    /// numbers are children of earlier ones.
    pub(super) fn listed(&self, known: &dyn Fn(Oid) -> bool) -> Vec<Commit> {
        let tip = self.tip.unwrap();
        let mut reached = vec![false; self.commits.len()];
        reached[tip] = true;
        for at in (0..=tip).rev() {
            if !reached[at] {
                continue;
            }
            for parent in &self.commits[at].commit.parents {
                let place = |draft: &Draft| draft.commit.id == *parent;
                reached[self.commits.iter().position(place).unwrap()] = true;
            }
        }
        let commits = (0..=tip).filter(|&at| reached[at]);
        let commits = commits.map(|at| self.commits[at].commit.clone());
        commits.filter(|commit| !known(commit.id)).collect()
    }

    fn add(
        mut self,
        who: &str,
        day: &str,
        parents: &[usize],
        edit: impl FnOnce(&mut Tree),
    ) -> Self {
        let none = Tree::new();
        let before: Vec<&Tree> = parents
            .iter()
            .map(|&parent| &self.commits[parent].tree)
            .collect();
        let mut tree = before.first().map_or_else(Tree::new, |&tree| tree.clone());
        edit(&mut tree);
        let changes = diff(before.first().copied().unwrap_or(&none), &tree);
        for text in tree.values() {
            self.texts.blobs.insert(oid(text), text.clone());
        }
        let number = self.commits.len();
        let commit = Commit {
            id: oid(&format!("commit {number}")),
            parents: parents
                .iter()
                .map(|&parent| self.commits[parent].commit.id)
                .collect(),
            author: signature(who, day),
            committer: signature(who, day),
            co_authors: Vec::new(),
            signed: false,
            fault: None,
            changes,
        };
        self.commits.push(Draft { commit, tree });
        self.tip = Some(number);
        self
    }
}

impl Texts for Contents {
    fn standing(&self, path: &str, oid: Oid) -> Standing {
        let draft = path.contains("draft") || self.blobs[&oid].lines().any(|line| line == "draft");
        match path {
            _ if draft => Standing::Draft,
            _ if path.starts_with("posts/") || path.starts_with("files/") => Standing::Published,
            _ => Standing::Elsewhere,
        }
    }

    fn prose(&self, oid: Oid) -> Option<u64> {
        let text = self
            .blobs
            .get(&oid)
            .filter(|text| !text.contains('\u{0}'))?;
        let front = |line: &&str| *line != "draft" && !line.starts_with("tags:");
        let words: Vec<&str> = text
            .lines()
            .filter(front)
            .flat_map(str::split_whitespace)
            .collect();
        let mut hasher = DefaultHasher::new();
        words.hash(&mut hasher);
        Some(hasher.finish())
    }

    fn text(&self, oid: Oid) -> Option<Vec<u8>> {
        Some(self.blobs.get(&oid)?.clone().into_bytes())
    }
}

/// What is done to a tree, in words.
pub(super) trait Edit {
    fn write(&mut self, path: &str, text: &str);
    fn delete(&mut self, path: &str);
    fn rename(&mut self, from: &str, to: &str);
}

impl Edit for Tree {
    fn write(&mut self, path: &str, text: &str) {
        self.insert(path.to_owned(), text.to_owned());
    }

    fn delete(&mut self, path: &str) {
        self.remove(path).unwrap();
    }

    fn rename(&mut self, from: &str, to: &str) {
        let text = self.remove(from).unwrap();
        self.insert(to.to_owned(), text);
    }
}

/// A post of some length; each number gives another.
pub(super) fn prose(number: usize) -> String {
    let line = |part: usize| format!("Sentence {part} of the post called {number}.\n");
    (0..6).map(line).collect()
}

/// Names in order, as they would be shown.
pub(super) fn names(people: &[Person]) -> Vec<&str> {
    people.iter().map(|person| person.name.as_str()).collect()
}

/// A moment as its day.
pub(super) fn day(moment: Option<Moment>) -> String {
    moment.unwrap().rfc3339()[..10].to_owned()
}

/// `name`, or `name <address>`.
pub(super) fn person(who: &str) -> Person {
    let (name, email) = match who.split_once(" <") {
        Some((name, email)) => (name, email.trim_end_matches('>').to_owned()),
        None => (who, format!("{who}@example.org")),
    };
    let name = name.to_owned();
    Person { name, email }
}

fn signature(who: &str, day: &str) -> Signature {
    let date: jiff::civil::Date = day.parse().unwrap();
    let noon = date
        .at(12, 0, 0, 0)
        .to_zoned(jiff::tz::TimeZone::UTC)
        .unwrap();
    let time = Moment::from_git(noon.timestamp().as_second(), 120);
    let person = Arc::new(person(who));
    Signature { person, time }
}

/// Not git's id, but for the empty text, which history knows by it.
pub(super) fn oid(text: &str) -> Oid {
    if text.is_empty() {
        return super::renames::EMPTY;
    }
    let mut bytes = [0; 20];
    for (salt, part) in bytes.chunks_mut(8).enumerate() {
        let mut hasher = DefaultHasher::new();
        (salt, text).hash(&mut hasher);
        let length = part.len();
        part.copy_from_slice(&hasher.finish().to_le_bytes()[..length]);
    }
    Oid(bytes)
}

fn diff(old: &Tree, new: &Tree) -> Vec<Change> {
    let paths: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let change = |path: &&String| Change {
        path: Arc::from(path.as_str()),
        old: old.get(*path).map(|text| oid(text)),
        new: new.get(*path).map(|text| oid(text)),
    };
    let changes = paths.iter().map(change);
    changes.filter(|change| change.old != change.new).collect()
}
