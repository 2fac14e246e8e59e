//! One file's history read for its meaning. Blobs are asked about only when an answer turns on
//! them, and each once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::fold::Node;
use super::past::Past;
use super::publication;
use super::state::{File, NodeId};
use super::{Edit, FileHistory, Former, Revision, Rules, Standing, people};
use crate::config::DateRule;
use crate::moment::Moment;
use crate::repository::Oid;

/// A file's versions with what is already known of their contents.
pub(super) struct Reading<'a> {
    pub(super) past: &'a Past<'a>,
    /// Versions, newest first, on whatever branch they were made.
    pub(super) trail: Vec<NodeId>,
    /// Versions on the first-parent chain, newest first.
    pub(super) mainline: Vec<NodeId>,
    pub(super) document: bool,
    standings: HashMap<NodeId, Standing>,
    prose: HashMap<Oid, Option<u64>>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(past: &'a Past<'a>, file: File) -> Self {
        let mainline = past.newest_first(file.mainline);
        let trail = if file.trail == file.mainline {
            mainline.clone()
        } else {
            past.newest_first(file.trail)
        };
        let path = trail.first().map(|&node| past.node(node).path);
        Self {
            past,
            trail,
            mainline,
            document: path.is_some_and(|path| past.log.is_document(path)),
            standings: HashMap::new(),
            prose: HashMap::new(),
        }
    }

    /// All that history says of the file; `None` if no commit ever wrote it.
    pub(super) fn conclude(mut self, rules: &Rules<'_>) -> Option<FileHistory> {
        let publication = publication::find(&mut self, rules.date)?;
        let updated = self
            .last_edit(publication.event, rules)
            .and_then(|at| self.time(self.node(at), rules.date));
        let (authors, contributors) = people::credit(&mut self, publication.event, rules);
        let won = publication.won();
        Some(FileHistory {
            published: won.moment,
            updated: updated.max(won.moment),
            rule: won.rule,
            commit: self.past.log.entry(won.commit).id,
            authors,
            contributors,
            revisions: self.revisions(rules),
            former_paths: self.former_paths(),
            former: self.former(),
            versions: self.versions(),
        })
    }

    /// Whether the file is there now.
    pub(super) fn is_present(&self) -> bool {
        let now = self.trail.first().map(|&node| self.past.node(node));
        now.is_some_and(|now| now.oid.is_some())
    }

    pub(super) fn node(&self, at: usize) -> &'a Node {
        self.past.node(self.trail[at])
    }

    fn revisions(&self, rules: &Rules<'_>) -> Vec<Revision> {
        let touches = self.trail.iter().map(|&node| self.past.node(node));
        let mut names = people::Names::default();
        touches
            .filter(|node| node.touch)
            .map(|node| {
                let commit = self.past.log.entry(node.commit);
                Revision {
                    commit: commit.id,
                    time: self.time(node, rules.date),
                    path: Arc::clone(self.past.log.path(node.path)),
                    blob: node.oid,
                    signed: commit.signed,
                    authors: names.of(self.past.log, commit, rules),
                }
            })
            .collect()
    }

    /// Earlier paths, each once, newest first.
    fn former_paths(&self) -> Vec<String> {
        let Some(now) = self.trail.first() else {
            return Vec::new();
        };
        let mut seen = HashSet::from([self.past.node(*now).path]);
        let paths = self.trail.iter().map(|&node| self.past.node(node).path);
        paths
            .filter(|path| seen.insert(*path))
            .map(|path| self.past.log.path(path).to_string())
            .collect()
    }

    /// What was published under paths that the file has no more, the newest version of each.
    fn former(&mut self) -> Vec<Former> {
        let now = self.mainline.first().map(|&node| self.past.node(node));
        let now = now.filter(|node| node.oid.is_some());
        let mut seen: HashSet<_> = now.map(|node| node.path).into_iter().collect();
        let mut found = Vec::new();
        for at in 0..self.mainline.len() {
            let id = self.mainline[at];
            let node = self.past.node(id);
            if node.oid.is_none()
                || seen.contains(&node.path)
                || self.standing(id) != Standing::Published
            {
                continue;
            }
            seen.insert(node.path);
            found.extend(self.version(at));
        }
        found
    }

    /// What a document was, version by version.
    fn versions(&self) -> Vec<Former> {
        let all = 0..if self.document {
            self.mainline.len()
        } else {
            0
        };
        all.filter_map(|at| self.version(at)).collect()
    }

    /// A version of the mainline; `None` where there was no file.
    fn version(&self, at: usize) -> Option<Former> {
        let node = self.past.node(self.mainline[at]);
        let next = at.checked_sub(1).map(|next| self.mainline[next]);
        Some(Former {
            path: Arc::clone(self.past.log.path(node.path)),
            blob: node.oid?,
            until: next.and_then(|next| self.time(self.past.node(next), DateRule::Landed)),
        })
    }

    /// What the file was to readers in one version; of a removed one, a draft.
    pub(super) fn standing(&mut self, id: NodeId) -> Standing {
        if let Some(&known) = self.standings.get(&id) {
            return known;
        }
        let standing = self.past.standing(self.past.node(id));
        self.standings.insert(id, standing);
        standing
    }

    /// What a commit of the trail did to what readers read, relative to every parent.
    pub(super) fn edit(&mut self, at: usize, rules: &Rules<'_>) -> Edit {
        let node = self.node(at);
        if rules.ignored.contains(&self.past.log.entry(node.commit).id) {
            return Edit::Ignored;
        }
        let Some(oid) = node.oid else {
            return Edit::Removed;
        };
        if !node.touch {
            return Edit::Merged;
        }
        let before = self.past.contents_before(node);
        match before.into_iter().find(|&old| !self.differs(old, oid)) {
            None => Edit::Wrote,
            Some(old) if old != oid => Edit::Unread,
            Some(_) => {
                let mut before = node.before.nodes().iter();
                if before.any(|&id| self.past.node(id).path == node.path) {
                    Edit::Mode
                } else {
                    Edit::Renamed
                }
            }
        }
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
        let texts = self.past.texts;
        *self.prose.entry(oid).or_insert_with(|| texts.prose(oid))
    }

    /// Where in the trail what readers read changed last, after it was published at `event`.
    pub(super) fn last_edit(&mut self, event: usize, rules: &Rules<'_>) -> Option<usize> {
        (0..event).find(|&at| self.edit(at, rules) == Edit::Wrote)
    }

    /// When a version was made.
    pub(super) fn time(&self, node: &Node, date: DateRule) -> Option<Moment> {
        let commit = self.past.log.entry(node.commit);
        let (author, committer) = (commit.author.time, commit.committer.time);
        match date {
            DateRule::Author => author.or(committer),
            DateRule::Landed | DateRule::Committer => committer.or(author),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Former;
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
            commit.changes.push(change);
        });
        assert_eq!(updated(&past), "2024-02-01");
        assert_eq!(past.file("posts/a.md").revisions.len(), 2);
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
    fn what_readers_saw_under_other_paths_is_kept_with_the_moment_it_ended() {
        let past = written()
            .commit("ann", "2024-03-01", |t| {
                t.rename("posts/a.md", "posts/b.md");
            })
            .commit("ann", "2024-04-01", |t| {
                t.write("posts/b.md", "title: A\none two three four");
            })
            .commit("ann", "2024-05-01", |t| {
                t.rename("posts/b.md", "drafts/b.md");
            })
            .commit("ann", "2024-06-01", |t| {
                t.rename("drafts/b.md", "posts/c.md");
            });
        let seen = |versions: &[Former]| -> Vec<(String, String)> {
            let told = |seen: &Former| (seen.path.to_string(), day(seen.until));
            versions.iter().map(told).collect()
        };
        let file = past.file("posts/c.md");
        let (a, b) = ("posts/a.md".to_owned(), "posts/b.md".to_owned());
        let expected = [
            (b, "2024-05-01".to_owned()),
            (a.clone(), "2024-03-01".to_owned()),
        ];
        assert_eq!(seen(&file.former), expected);
        assert_eq!(file.versions.len(), 6);
        assert_eq!(file.versions[0].until, None);
        assert_eq!(seen(&file.versions[5..]), [(a, "2024-02-01".to_owned())]);
    }

    #[test]
    fn a_deleted_file_is_gone_only_if_it_was_published_on_the_mainline() {
        let past = written()
            .commit("ann", "2024-03-01", |t| {
                t.write("drafts/b.md", "never seen");
            })
            .commit("ann", "2024-04-01", |t| {
                t.delete("posts/a.md");
                t.delete("drafts/b.md");
            });
        let main = past.len() - 1;
        let past = past
            .commit("bob", "2024-05-01", |t| {
                t.write("posts/c.md", "on a branch");
            })
            .commit("bob", "2024-06-01", |t| t.delete("posts/c.md"));
        let branch = past.len() - 1;
        let past = past
            .at(main)
            .commit("ann", "2024-06-15", |t| t.write("posts/d.md", "other"))
            .merge("ann", "2024-07-01", &[branch], |_| {});
        let history = past.history();
        let gone: Vec<&str> = history.gone.keys().map(|path| &**path).collect();
        assert_eq!(gone, ["posts/a.md"]);
        let file = &history.gone["posts/a.md"];
        assert_eq!(file.former.len(), 1);
        assert_eq!(day(file.former[0].until), "2024-04-01");
        assert_eq!(file.versions.len(), 2);
    }

    #[test]
    fn a_revert_is_an_update() {
        let past = written().commit("cat", "2024-03-01", |t| {
            t.write("posts/a.md", "title: A\none two");
        });
        assert_eq!(updated(&past), "2024-03-01");
        assert_eq!(past.file("posts/a.md").revisions.len(), 3);
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
