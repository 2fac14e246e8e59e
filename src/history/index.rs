//! The index: log, fold and what was concluded from them, continued from one revision to the next.

use std::sync::Arc;

use rayon::prelude::*;

use super::fold::Fold;
use super::log::{Log, PathId};
use super::past::Past;
use super::people::without_address;
use super::reading::Reading;
use super::{Explanation, FileHistory, History, Mailmap, Mark, Rules, Step, Texts, Unreadable};
use crate::diagnostic::Diagnostic;
use crate::repository::{Commit, Oid};
use crate::signature::Role;
use crate::tally::{Stage, Tally};

/// All that is known of a history.
#[derive(Debug, Default)]
pub(crate) struct Index {
    log: Log,
    fold: Fold,
    history: Arc<History>,
    /// Told how far this is.
    pub(crate) tally: Tally,
}

/// What is asked of a history.
#[derive(Clone, Copy)]
pub(crate) struct Query<'a> {
    pub(crate) tip: Oid,
    /// Whether a path inside the content folder is of interest.
    pub(crate) wanted: &'a (dyn Fn(&str) -> bool + Sync),
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
        self.log.extend(commits, texts, &self.tally);
    }

    /// The history of every file of a revision that was added. With `anew`, what the rules or the
    /// texts say may differ from the last time.
    pub(crate) fn history(&mut self, query: Query<'_>, anew: bool) -> Arc<History> {
        let Some(tip) = self.log.number(query.tip) else {
            return Arc::default();
        };
        let changed = self.fold.advance(&self.log, tip).filter(|_| !anew);
        let past = Past::new(&self.log, &self.fold, query.texts);
        let named = |path: &PathId| Arc::clone(self.log.path(*path));
        let names = changed
            .as_ref()
            .map(|paths| paths.iter().map(named).collect());
        let step = Step::after(&self.history.step, names);
        let mut paths = match changed {
            Some(paths) => paths,
            None => {
                self.history = Arc::default();
                self.fold.paths().collect()
            }
        };
        paths.sort_unstable();
        paths.dedup();
        let concluded = conclude_all(&past, &paths, query, &self.tally);
        let history = Arc::make_mut(&mut self.history);
        history.step = step;
        for (path, concluded) in paths.into_iter().zip(concluded) {
            history.set(self.log.path(path), concluded);
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

/// What there is to say of a path.
enum Concluded {
    Nothing,
    Present(Arc<FileHistory>),
    Gone(Arc<FileHistory>),
}

impl History {
    fn set(&mut self, path: &Arc<str>, concluded: Concluded) {
        self.files.remove(path);
        self.gone.remove(path);
        match concluded {
            Concluded::Nothing => {}
            Concluded::Present(file) => drop(self.files.insert(Arc::clone(path), file)),
            Concluded::Gone(file) => drop(self.gone.insert(Arc::clone(path), file)),
        }
    }
}

/// What there is to say of each path, found out side by side: no answer depends on another.
fn conclude_all(
    past: &Past<'_>,
    paths: &[PathId],
    query: Query<'_>,
    tally: &Tally,
) -> Vec<Concluded> {
    let expected = |&path: &PathId| {
        let reading = readable(past, path, query)?;
        Some(reading.expected(query.rules))
    };
    let expected: Vec<Vec<Oid>> = paths.par_iter().filter_map(expected).collect();
    past.texts.expect(&expected.concat());
    tally.begin(Stage::Histories, paths.len());
    let conclude = |&path: &PathId| {
        tally.add(1);
        conclude(past, path, query).unwrap_or(Concluded::Nothing)
    };
    paths.par_iter().map(conclude).collect()
}

fn conclude(past: &Past<'_>, path: PathId, query: Query<'_>) -> Option<Concluded> {
    let reading = readable(past, path, query)?;
    let present = reading.is_present();
    let file = Arc::new(reading.conclude(query.rules)?);
    if present {
        Some(Concluded::Present(file))
    } else {
        (!file.former.is_empty()).then_some(Concluded::Gone(file))
    }
}

/// The file at a path, if there is something to say of it.
fn readable<'a>(past: &'a Past<'a>, path: PathId, query: Query<'_>) -> Option<Reading<'a>> {
    let name = past.log.path(path);
    let file = past.fold.file(path)?;
    // A path outside the content folder begins with a slash.
    if name.starts_with('/') || !(query.wanted)(name) {
        return None;
    }
    let reading = Reading::new(past, file);
    (reading.is_present() || past.log.is_document(path)).then_some(reading)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::Mutex;

    use super::super::Standing;
    use super::super::fixture::{Edit, Past, prose};
    use super::*;

    /// Notes what is expected to be asked, and what is asked unexpectedly.
    struct Watched<'a> {
        texts: &'a dyn Texts,
        expected: Mutex<HashSet<Oid>>,
        surprises: Mutex<usize>,
    }

    impl Watched<'_> {
        fn ask(&self, oid: Oid) {
            if !self.expected.lock().unwrap().contains(&oid) {
                *self.surprises.lock().unwrap() += 1;
            }
        }
    }

    impl Texts for Watched<'_> {
        fn expect(&self, contents: &[Oid]) {
            self.expected.lock().unwrap().extend(contents);
        }

        fn standing(&self, path: &str, oid: Oid) -> Standing {
            self.ask(oid);
            self.texts.standing(path, oid)
        }

        fn prose(&self, oid: Oid) -> Option<u64> {
            self.ask(oid);
            self.texts.prose(oid)
        }

        fn text(&self, oid: Oid) -> Option<Vec<u8>> {
            self.texts.text(oid)
        }
    }

    /// How many contents are expected to be read for a history, and how many more are.
    fn read(past: &Past) -> (usize, usize) {
        past.ask(|query| {
            let mut index = Index::default();
            index.extend(&past.listed(&|_| false), query.texts);
            let watched = Watched {
                texts: query.texts,
                expected: Mutex::default(),
                surprises: Mutex::default(),
            };
            let texts = &watched;
            index.history(Query { texts, ..query }, false);
            let surprises = *watched.surprises.lock().unwrap();
            (watched.expected.lock().unwrap().len(), surprises)
        })
    }

    #[test]
    fn a_file_of_one_version_is_not_read() {
        let past = Past::new().commit("ann", "2024-01-01", |t| {
            (0..12).for_each(|n| t.write(&format!("posts/{n}.md"), &prose(n)));
        });
        assert_eq!(read(&past), (0, 0));
    }

    #[test]
    fn what_is_asked_of_words_that_changed_and_files_that_moved_was_expected() {
        let mut past = Past::new().commit("ann", "2024-01-01", |t| {
            t.write("posts/a.md", &prose(0));
            t.write("posts/gone.md", &prose(100));
        });
        for (n, who) in ["ann", "bob", "ann", "ann", "cat", "bob", "ann"]
            .into_iter()
            .enumerate()
        {
            past = past.commit(who, "2024-02-01", |t| t.write("posts/a.md", &prose(n + 1)));
        }
        let past = past.commit("dan", "2024-03-01", |t| {
            t.rename("posts/a.md", "posts/b.md");
            t.delete("posts/gone.md");
        });
        // Of the eight of `a`: the first, that of bob, that of cat and the newest, with what stood
        // before each; and the one of what is gone.
        assert_eq!(read(&past), (8, 0));
    }
}
