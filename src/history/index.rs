//! The index: log, fold and what was concluded from them, continued from one revision to the next.

use std::sync::Arc;

use super::fold::Fold;
use super::log::{Log, PathId};
use super::past::Past;
use super::people::without_address;
use super::reading::Reading;
use super::{Explanation, FileHistory, History, Mailmap, Mark, Rules, Texts, Unreadable};
use crate::diagnostic::Diagnostic;
use crate::repository::{Commit, Oid};
use crate::signature::Role;

/// All that is known of a history.
#[derive(Debug, Default)]
pub(crate) struct Index {
    log: Log,
    fold: Fold,
    history: Arc<History>,
}

/// What is asked of a history.
#[derive(Clone, Copy)]
pub(crate) struct Query<'a> {
    pub(crate) tip: Oid,
    /// Whether a path inside the content folder is of interest.
    pub(crate) wanted: &'a dyn Fn(&str) -> bool,
    pub(crate) rules: &'a Rules<'a>,
    pub(crate) texts: &'a dyn Texts,
}

impl Index {
    /// Whether a commit need not be read again.
    pub(crate) fn knows(&self, commit: Oid) -> bool {
        self.log.knows(commit)
    }

    /// How much there is to keep.
    pub(crate) fn mark(&self) -> Mark {
        self.log.mark()
    }

    /// What was added since a mark, as bytes for a later run.
    pub(crate) fn encode(&self, since: Mark) -> Vec<u8> {
        self.log.encode(since)
    }

    /// Adds what an earlier run wrote, piece by piece in the order of writing. After an error the
    /// index is of no use.
    pub(crate) fn decode(&mut self, piece: &[u8]) -> Result<(), Unreadable> {
        self.log.decode(piece)
    }

    /// Adds commits, parents before children.
    pub(crate) fn extend(&mut self, commits: &[Commit], texts: &dyn Texts) {
        self.log.extend(commits, texts);
    }

    /// The history of every file of a revision that was added. With `anew`, what the rules or the
    /// texts say may differ from the last time.
    pub(crate) fn history(&mut self, query: Query<'_>, anew: bool) -> Arc<History> {
        let Some(tip) = self.log.number(query.tip) else {
            return Arc::default();
        };
        let changed = self.fold.advance(&self.log, tip).filter(|_| !anew);
        let past = Past::new(&self.log, &self.fold, query.texts);
        let paths = match changed {
            Some(paths) => paths,
            None => {
                self.history = Arc::default();
                self.fold.paths().collect()
            }
        };
        let history = Arc::make_mut(&mut self.history);
        for path in paths {
            conclude(history, &past, path, query);
        }
        Arc::clone(&self.history)
    }

    /// What was concluded of the revision last asked for.
    pub(crate) fn concluded(&self) -> &History {
        &self.history
    }

    /// How the history of one file came about, at the revision last asked for.
    pub(crate) fn explain(&self, query: Query<'_>, path: &str) -> Option<Explanation> {
        let file = self.fold.file(self.log.find_path(path)?)?;
        let past = Past::new(&self.log, &self.fold, query.texts);
        Reading::new(&past, file).explain(query.rules)
    }

    /// The name of a commit's author or committer, after `.mailmap`; `None` where there is none to
    /// show.
    pub(crate) fn named(&self, commit: Oid, role: Role, mailmap: &Mailmap) -> Option<String> {
        let entry = self.log.entry(self.log.number(commit)?);
        let stamp = match role {
            Role::Author => entry.author,
            Role::Committer => entry.committer,
        };
        let person = mailmap.person(self.log.person(stamp.person));
        Some(without_address(&person.name)).filter(|name| !name.is_empty())
    }

    /// What is wrong with the commits of the last revision asked for.
    pub(crate) fn findings(&self) -> Vec<Diagnostic> {
        self.log.findings(&|commit| self.fold.reaches(commit))
    }
}

/// Brings up to date what is said of one path.
fn conclude(history: &mut History, past: &Past<'_>, path: PathId, query: Query<'_>) {
    let name = past.log.path(path);
    history.files.remove(name);
    history.gone.remove(name);
    let Some(file) = past.fold.file(path) else {
        return;
    };
    // A path outside the content folder begins with a slash.
    if name.starts_with('/') || !(query.wanted)(name) {
        return;
    }
    let present = past.node(file.trail).oid.is_some();
    if !present && !past.log.is_document(path) {
        return;
    }
    let Some(concluded) = Reading::new(past, file).conclude(query.rules) else {
        return;
    };
    let concluded: Arc<FileHistory> = Arc::new(concluded);
    if present {
        history.files.insert(Arc::clone(name), concluded);
    } else if !concluded.former.is_empty() {
        history.gone.insert(Arc::clone(name), concluded);
    }
}
