//! One file's trail read for its meaning. Blobs are asked about only when an answer turns on
//! them, and each once.

use std::collections::{HashMap, HashSet};

use super::publication::{self, Publication};
use super::trace::{Moves, Walked};
use super::trail::{Event, Trail, Version};
use super::{BULK, FileHistory, Rules, Standing, Texts, is_document, people};
use crate::config::DateRule;
use crate::moment::Moment;
use crate::repository::{Commit, Oid};

/// A file's trail with what is already known of its contents.
pub(super) struct Reading<'a> {
    pub(super) commits: &'a [Commit],
    pub(super) walked: &'a Walked<'a>,
    pub(super) events: &'a [Event],
    path: &'a str,
    trail: &'a Trail,
    texts: &'a dyn Texts,
    document: bool,
    standings: HashMap<Version, Standing>,
    prose: HashMap<Oid, Option<u64>>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(
        commits: &'a [Commit],
        walked: &'a Walked<'a>,
        texts: &'a dyn Texts,
        file: (&'a str, &'a Trail),
    ) -> Self {
        let (path, trail) = file;
        Self {
            commits,
            walked,
            events: &trail.events,
            path,
            trail,
            texts,
            document: is_document(path),
            standings: HashMap::new(),
            prose: HashMap::new(),
        }
    }

    /// All that history says of the file; `None` if no commit ever wrote it.
    pub(super) fn conclude(mut self, rules: &Rules<'_>) -> Option<FileHistory> {
        let publication = publication::find(&mut self, rules.date)?;
        let updated = self.updated(&publication, rules);
        let (authors, contributors) = people::credit(&mut self, publication.event, rules);
        let touches = || self.events.iter().filter(|event| event.touch);
        let mut versions: Vec<Oid> = Vec::new();
        let mut seen = HashSet::new();
        versions.extend(touches().filter_map(|event| event.oid.filter(|&oid| seen.insert(oid))));
        Some(FileHistory {
            published: publication.moment,
            updated: updated.max(publication.moment),
            rule: publication.rule,
            commit: self.commits[publication.commit].id,
            authors,
            contributors,
            revisions: u32::try_from(touches().count()).unwrap_or(u32::MAX),
            former_paths: self.trail.former_paths(self.path, &self.walked.names),
            versions,
        })
    }

    pub(super) fn commit(&self, event: usize) -> &'a Commit {
        &self.commits[self.events[event].commit]
    }

    pub(super) fn standing(&mut self, version: Version) -> Standing {
        if let Some(&known) = self.standings.get(&version) {
            return known;
        }
        let standing = self.ask(version);
        self.standings.insert(version, standing);
        standing
    }

    fn ask(&self, version: Version) -> Standing {
        let name = self.walked.names.name(version.path);
        self.texts.standing(name, version.oid)
    }

    /// Whether a commit brought so many documents into the posts from elsewhere that it moved a
    /// blog; asked once for all of them.
    pub(super) fn is_migration(&self, moves: &Moves) -> bool {
        *moves.migration.get_or_init(|| {
            let came_in = moves.renamed.iter().filter(|&&(old, new)| {
                self.ask(old) == Standing::Elsewhere && self.ask(new) == Standing::Published
            });
            came_in.take(BULK).count() == BULK
        })
    }

    /// Whether a commit changed what readers read, relative to every parent.
    pub(super) fn changed(&mut self, event: usize) -> bool {
        let events = self.events;
        let at = &events[event];
        let Some(oid) = at.oid.filter(|_| at.touch) else {
            return false;
        };
        let absent = at.before.parents().iter().all(Option::is_none);
        // A file that was removed and restored is compared with what it was.
        let removed = events[event + 1..]
            .iter()
            .find(|older| older.touch)
            .filter(|older| absent && older.oid.is_none());
        let before = removed.map_or(&at.before, |removed| &removed.before);
        before
            .parents()
            .iter()
            .all(|version| version.is_none_or(|old| self.differs(old.oid, oid)))
    }

    fn differs(&mut self, old: Oid, new: Oid) -> bool {
        if old == new || !self.document {
            return old != new;
        }
        match (self.fingerprint(old), self.fingerprint(new)) {
            (None, None) => true,
            (old, new) => old != new,
        }
    }

    fn fingerprint(&mut self, oid: Oid) -> Option<u64> {
        let texts = self.texts;
        *self.prose.entry(oid).or_insert_with(|| texts.prose(oid))
    }

    fn updated(&mut self, publication: &Publication, rules: &Rules<'_>) -> Option<Moment> {
        let newest = (0..publication.event).find(|&event| {
            !rules.ignored.contains(&self.commit(event).id) && self.changed(event)
        })?;
        let commit = self.commit(newest);
        let (author, committer) = (commit.author.time, commit.committer.time);
        match rules.date {
            DateRule::Author => author.or(committer),
            DateRule::Landed | DateRule::Committer => committer.or(author),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Edit, Past, day};
    use crate::config::DateRule;

    fn written() -> Past {
        Past::new()
            .commit("ann", "2024-01-01", |t| {
                t.write("posts/a.md", "title: A\none two");
            })
            .commit("bob", "2024-02-01", |t| {
                t.write("posts/a.md", "title: A\none two three");
            })
    }

    fn updated(past: &Past) -> String {
        day(past.file("posts/a.md").updated)
    }

    #[test]
    fn white_space_front_matter_modes_and_renames_are_no_updates_and_the_title_is() {
        let past = written()
            .commit("cat", "2024-03-01", |t| {
                t.write("posts/a.md", "title: A\none  two\nthree\n");
            })
            .commit("cat", "2024-04-01", |t| {
                t.write("posts/a.md", "title: A\ntags: x\none two three");
            })
            .commit("cat", "2024-05-01", |t| {
                t.rename("posts/a.md", "posts/b.md");
            })
            .commit("cat", "2024-06-01", |t| {
                t.rename("posts/b.md", "posts/a.md");
            });
        assert_eq!(updated(&past), "2024-02-01");
        assert_eq!(past.file("posts/a.md").former_paths, ["posts/b.md"]);
        let past = past.commit("cat", "2024-07-01", |t| {
            t.write("posts/a.md", "title: B\none two three");
        });
        assert_eq!(updated(&past), "2024-07-01");
    }

    #[test]
    fn a_change_of_mode_is_no_revision() {
        let past = written().commit("cat", "2024-03-01", |_| {}).but(|commit| {
            let (path, oid) = ("posts/a.md".into(), Some(commit.id));
            let change = crate::repository::Change {
                path,
                old: oid,
                new: oid,
            };
            commit.changes[0].push(change);
        });
        assert_eq!(updated(&past), "2024-02-01");
        assert_eq!(past.file("posts/a.md").revisions, 2);
    }

    #[test]
    fn commits_to_be_ignored_are_no_updates() {
        let past = written()
            .commit("cat", "2024-03-01", |t| {
                t.write("posts/a.md", "reformatted");
            })
            .ignored();
        assert_eq!(updated(&past), "2024-02-01");
    }

    #[test]
    fn a_revert_is_an_update() {
        let past = written().commit("cat", "2024-03-01", |t| {
            t.write("posts/a.md", "title: A\none two");
        });
        assert_eq!(updated(&past), "2024-03-01");
        assert_eq!(past.file("posts/a.md").versions.len(), 2);
    }

    #[test]
    fn the_setting_author_dates_updates_by_the_author_too() {
        let past = written().authored("bob", "2024-01-20").by(DateRule::Author);
        assert_eq!(updated(&past), "2024-01-20");
    }

    #[test]
    fn what_cannot_be_read_counts_as_changed() {
        let past = written()
            .commit("cat", "2024-03-01", |t| t.write("posts/a.md", "\u{0}"))
            .commit("cat", "2024-04-01", |t| t.write("posts/a.md", "\u{0}\n"));
        assert_eq!(updated(&past), "2024-04-01");
    }

    #[test]
    fn a_file_that_is_no_text_is_compared_by_id_alone() {
        let past = Past::new()
            .commit("ann", "2024-01-01", |t| t.write("files/a.png", "pixels"))
            .commit("ann", "2024-02-01", |t| t.write("files/a.png", "pixels "));
        assert_eq!(day(past.file("files/a.png").updated), "2024-02-01");
    }
}
