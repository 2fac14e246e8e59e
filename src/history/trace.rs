//! The walk: newest commit to oldest, carrying which path is which tracked file, and noting for
//! each file the commits that bear on it. Linear in commits and changes.

use std::cell::OnceCell;
use std::collections::HashMap;

use super::claims::{Claims, Owners};
use super::descent::Descent;
use super::renames::{self, Step};
use super::similarity::Likeness;
use super::trail::{Before, Event, Names, PathId, Trail, Version};
use super::{BULK, Texts, is_document};
use crate::repository::{Change, Commit};

/// What the walk found.
pub(super) struct Walked<'a> {
    /// By number of the tracked path.
    pub(super) trails: Vec<Trail>,
    pub(super) names: Names<'a>,
    /// By commit: whether it added so many documents that it dates none of them.
    pub(super) bulk: Vec<bool>,
    /// By commit that renamed many documents.
    pub(super) moves: HashMap<usize, Moves>,
}

/// Documents renamed by one commit.
pub(super) struct Moves {
    /// Each as it was, and as it became.
    pub(super) renamed: Vec<(Version, Version)>,
    /// Whether it moved a blog, once someone asked.
    pub(super) migration: OnceCell<bool>,
}

type Diff<'a> = Vec<Step<'a>>;

struct Walk<'a> {
    commits: &'a [Commit],
    walked: Walked<'a>,
    likeness: Likeness<'a>,
    descent: Descent,
}

pub(super) fn walk<'a>(
    commits: &'a [Commit],
    tracked: &[&'a str],
    texts: &'a dyn Texts,
) -> Walked<'a> {
    let mut names = Names::default();
    for path in tracked {
        names.id(path);
    }
    let files = names.len();
    let mut walk = Walk {
        commits,
        likeness: Likeness::new(texts),
        descent: Descent::new(commits, files),
        walked: Walked {
            trails: std::iter::repeat_with(Trail::default).take(files).collect(),
            names,
            bulk: vec![false; commits.len()],
            moves: HashMap::new(),
        },
    };
    for at in 0..commits.len() {
        if let Some(claims) = walk.descent.take(at) {
            walk.visit(at, &claims);
        }
    }
    walk.walked.trails.iter_mut().for_each(Trail::root);
    walk.walked
}

impl<'a> Walk<'a> {
    fn visit(&mut self, at: usize, claims: &Claims) {
        let commit = &self.commits[at];
        let mut diffs: Vec<Diff<'a>> = commit
            .changes
            .iter()
            .map(|changes| self.steps(changes))
            .collect();
        for diff in &mut diffs {
            let wanted = |path| self.descent.owners(claims, path) != Owners::NOBODY;
            renames::pair(diff, &wanted, &mut self.likeness);
        }
        if let Some(first) = diffs.first() {
            self.weigh(at, first);
        }
        match diffs.as_slice() {
            [] => {}
            [only] => self.note(at, claims, only),
            [first, others @ ..] => self.note_merge(at, claims, first, others),
        }
        self.hand_on(at, claims, &diffs);
    }

    fn steps(&mut self, changes: &'a [Change]) -> Diff<'a> {
        changes
            .iter()
            // A change of mode is no change to readers.
            .filter(|change| change.old != change.new)
            .map(|change| Step {
                path: self.walked.names.id(&change.path),
                name: &change.path,
                old: change.old,
                new: change.new,
                from: None,
                moved_away: false,
            })
            .collect()
    }

    /// Remembers of a large commit whether it can be an import or a migration.
    fn weigh(&mut self, at: usize, diff: &Diff<'a>) {
        if diff.len() < BULK {
            return;
        }
        let documents = || diff.iter().filter(|step| is_document(step.name));
        self.walked.bulk[at] = documents().filter(|step| step.adds()).count() >= BULK;
        let renamed: Vec<_> = documents()
            .filter_map(|step| {
                let (path, oid) = (step.path, step.new?);
                step.from?;
                Some((before(diff, step)?, Version { path, oid }))
            })
            .collect();
        if renamed.len() >= BULK {
            let migration = OnceCell::new();
            let moves = Moves { renamed, migration };
            self.walked.moves.insert(at, moves);
        }
    }

    fn note(&mut self, commit: usize, claims: &Claims, diff: &Diff<'a>) {
        let landed = self.descent.on_mainline(commit);
        for step in diff.iter().filter(|step| !step.gone_elsewhere()) {
            let event = || Event {
                commit,
                path: step.path,
                oid: step.new,
                touch: true,
                landed,
                before: Before::One(before(diff, step)),
            };
            self.record(self.descent.owners(claims, step.path), event);
        }
    }

    /// A merge changed a file only where it differs from every parent; but on the mainline it is
    /// also what brought the file there.
    fn note_merge(
        &mut self,
        commit: usize,
        claims: &Claims,
        first: &Diff<'a>,
        others: &[Diff<'a>],
    ) {
        let landed = self.descent.on_mainline(commit);
        let found: Vec<(Owners, &Step<'a>)> = first
            .iter()
            .filter(|step| !step.gone_elsewhere())
            .map(|step| (self.descent.owners(claims, step.path), step))
            .filter(|&(owners, _)| owners != Owners::NOBODY)
            .collect();
        if found.is_empty() {
            return;
        }
        let others: Vec<(&Diff<'a>, HashMap<PathId, &Step<'a>>)> = others
            .iter()
            .map(|diff| (diff, diff.iter().map(|step| (step.path, step)).collect()))
            .collect();
        for (owners, step) in found {
            let own = (!renamed_only(first, step)).then(|| before(first, step));
            let befores: Option<Box<[_]>> = std::iter::once(own)
                .chain(others.iter().map(|(diff, steps)| {
                    let step = steps.get(&step.path)?;
                    let changed = !step.gone_elsewhere() && !renamed_only(diff, step);
                    changed.then(|| before(diff, step))
                }))
                .collect();
            let touch = befores.is_some();
            if touch || landed {
                self.record(owners, || Event {
                    commit,
                    path: step.path,
                    oid: step.new,
                    touch,
                    landed,
                    before: match &befores {
                        Some(befores) => Before::Merged(befores.clone()),
                        None => Before::One(before(first, step)),
                    },
                });
            }
        }
    }

    fn record(&mut self, owners: Owners, event: impl Fn() -> Event) {
        for file in owners.iter() {
            let event = event();
            self.descent.see(file, &event);
            self.walked.trails[file as usize].events.push(event);
        }
    }

    /// Tells each parent which of its paths are which files.
    fn hand_on(&mut self, at: usize, claims: &Claims, diffs: &[Diff<'a>]) {
        for order in 0..self.commits[at].parents.len() {
            let mut claims = claims.clone();
            if let Some(diff) = diffs.get(order) {
                self.rename(&mut claims, diff);
            }
            let trails = &self.walked.trails;
            self.descent
                .hand_on(self.commits, (at, order), claims, trails);
        }
    }

    fn rename(&mut self, claims: &mut Claims, diff: &Diff<'a>) {
        let renames: Vec<(PathId, PathId)> = diff
            .iter()
            .filter_map(|step| Some((diff[step.from?].path, step.path)))
            .collect();
        for (from, heirs) in self.descent.rename(claims, &renames) {
            for file in heirs.iter() {
                self.walked.trails[file as usize].former.push(from);
            }
        }
    }
}

/// The file that a step continues, as it was before.
fn before(diff: &[Step<'_>], step: &Step<'_>) -> Option<Version> {
    let old = match step.from {
        Some(from) => &diff[from],
        None => step,
    };
    Some(Version {
        path: old.path,
        oid: old.old?,
    })
}

fn renamed_only(diff: &[Step<'_>], step: &Step<'_>) -> bool {
    step.from.is_some_and(|from| diff[from].old == step.new)
}

impl Walked<'_> {
    /// The tracked paths with what happened to them.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, &Trail)> {
        self.names.iter().zip(&self.trails)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Edit, Past, day, names, prose};

    /// A post on the mainline, edited there and on a branch; the merge is still to be made.
    fn forked() -> Past {
        Past::new()
            .commit("ann", "2024-01-01", |t| t.write("posts/a.md", &prose(1)))
            .commit("bob", "2024-02-01", |t| {
                t.write("posts/a.md", &(prose(1) + "Bob.\n"));
            })
            .at(0)
            .commit("cat", "2024-02-02", |t| t.write("posts/b.md", &prose(2)))
    }

    #[test]
    fn a_merge_that_takes_one_side_leaves_the_file_to_its_author() {
        let past = forked().merge("dan", "2024-03-01", &[1], |t| {
            t.write("posts/a.md", &(prose(1) + "Bob.\n"));
        });
        let file = past.file("posts/a.md");
        assert_eq!(names(&file.contributors), ["bob"]);
        assert_eq!(day(file.updated), "2024-02-01");
        assert_eq!(file.revisions, 2);
    }

    #[test]
    fn an_evil_merge_is_a_change_by_whoever_made_it() {
        let past = forked().merge("dan", "2024-03-01", &[1], |t| {
            t.write("posts/a.md", &(prose(1) + "Dan.\n"));
        });
        let file = past.file("posts/a.md");
        assert_eq!(names(&file.contributors), ["bob", "dan"]);
        assert_eq!(day(file.updated), "2024-03-01");
        assert_eq!(file.revisions, 3);
    }

    #[test]
    fn an_octopus_merge_gives_each_file_to_its_own_branch() {
        let mut past = Past::new().commit("zoe", "2024-01-01", |t| t.write("posts/z.md", "z"));
        for who in ["ann", "bob", "cat"] {
            past = past.at(0).commit(who, "2024-02-01", |t| {
                t.write(&format!("posts/{who}.md"), who);
            });
        }
        let past = past.at(1).merge("dan", "2024-03-01", &[2, 3], |_| {});
        for (who, landed) in [("ann", "02"), ("bob", "03"), ("cat", "03")] {
            let file = past.file(&format!("posts/{who}.md"));
            assert_eq!(names(&file.authors), [who]);
            assert_eq!(day(file.published), format!("2024-{landed}-01"));
            assert_eq!(file.revisions, 1);
        }
    }

    #[test]
    fn criss_cross_merges_count_each_commit_once() {
        let past = Past::new()
            .commit("ann", "2024-01-01", |t| t.write("posts/z.md", "z"))
            .commit("ann", "2024-01-02", |t| t.write("posts/a.md", "a"))
            .at(0)
            .commit("bob", "2024-01-03", |t| t.write("posts/b.md", "b"))
            .at(1)
            .merge("cat", "2024-02-01", &[2], |_| {})
            .at(2)
            .merge("dan", "2024-02-02", &[1], |_| {})
            .at(3)
            .merge("eve", "2024-03-01", &[4], |_| {});
        let (a, b) = (past.file("posts/a.md"), past.file("posts/b.md"));
        assert_eq!(
            (names(&a.authors), names(&b.authors)),
            (vec!["ann"], vec!["bob"])
        );
        assert_eq!((a.revisions, b.revisions), (1, 1));
        assert_eq!(day(a.published), "2024-01-02");
        assert_eq!(day(b.published), "2024-02-01");
    }

    #[test]
    fn a_rename_on_a_branch_and_edits_on_the_mainline_are_one_history() {
        let edited = prose(1) + "Bob.\n";
        let past = Past::new()
            .commit("ann", "2024-01-01", |t| t.write("posts/a.md", &prose(1)))
            .commit("ann", "2024-02-01", |t| {
                t.rename("posts/a.md", "posts/new.md");
            })
            .at(0)
            .commit("bob", "2024-02-02", |t| t.write("posts/a.md", &edited))
            .merge("cat", "2024-03-01", &[1], |t| {
                t.delete("posts/a.md");
                t.write("posts/new.md", &edited);
            });
        let file = past.file("posts/new.md");
        assert_eq!(day(file.published), "2024-01-01");
        assert_eq!(day(file.updated), "2024-02-02");
        assert_eq!(file.former_paths, ["posts/a.md"]);
        assert_eq!(names(&file.authors), ["ann"]);
        assert_eq!(names(&file.contributors), ["bob"]);
        assert_eq!(file.revisions, 3);
    }

    #[test]
    fn renames_on_two_branches_of_different_files_are_both_followed() {
        let past = Past::new()
            .commit("ann", "2024-01-01", |t| t.write("posts/a.md", &prose(1)))
            .commit("ann", "2024-01-02", |t| t.write("posts/b.md", &prose(2)))
            .commit("bob", "2024-02-01", |t| {
                t.rename("posts/a.md", "posts/a2.md");
            })
            .at(1)
            .commit("cat", "2024-02-02", |t| {
                t.rename("posts/b.md", "posts/b2.md");
            })
            .merge("dan", "2024-03-01", &[2], |t| t.delete("posts/a.md"));
        for (path, was, published) in [
            ("posts/a2.md", "posts/a.md", "2024-01-01"),
            ("posts/b2.md", "posts/b.md", "2024-01-02"),
        ] {
            let file = past.file(path);
            assert_eq!(day(file.published), published);
            assert_eq!(file.former_paths, [was]);
        }
    }

    #[test]
    fn two_roots_joined_by_a_merge_keep_both_histories() {
        let past = Past::new()
            .commit("ann", "2020-01-01", |t| t.write("posts/a.md", "a"))
            .orphan()
            .commit("bob", "2021-01-01", |t| t.write("posts/b.md", "b"))
            .merge("cat", "2024-01-01", &[0], |_| {});
        assert_eq!(names(&past.file("posts/a.md").authors), ["ann"]);
        assert_eq!(day(past.file("posts/a.md").published), "2024-01-01");
        assert_eq!(day(past.file("posts/b.md").published), "2021-01-01");
    }

    #[test]
    fn a_commit_without_its_changes_does_no_harm() {
        let past = forked().but(|commit| commit.changes.clear());
        assert!(past.history().files.contains_key("posts/a.md"));
        assert!(!past.history().files.contains_key("posts/b.md"));
    }
}
