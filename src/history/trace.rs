//! The walk: newest commit to oldest, carrying which path is which tracked file, and noting for
//! each file the commits that bear on it. Linear in commits and changes.

use std::cell::OnceCell;
use std::collections::HashMap;

use super::claims::{Claim, Claims};
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
    /// Tracked paths are numbered first, so a path below this number is a file's at the tip.
    tracked: usize,
    mainline: Vec<bool>,
    /// By commit: what its children said, and how far to believe them.
    pending: Vec<Option<(Claims, Weight)>>,
}

/// Whose word counts where children disagree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    MergedInto,
    FirstParent,
    Mainline,
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
        tracked: files,
        mainline: mainline(commits),
        pending: commits.iter().map(|_| None).collect(),
        walked: Walked {
            trails: std::iter::repeat_with(Trail::default).take(files).collect(),
            names,
            bulk: vec![false; commits.len()],
            moves: HashMap::new(),
        },
    };
    if let Some(tip) = walk.pending.first_mut() {
        *tip = Some((Claims::default(), Weight::Mainline));
    }
    for at in 0..commits.len() {
        if let Some((claims, _)) = walk.pending[at].take() {
            walk.visit(at, claims);
        }
    }
    walk.walked
}

fn mainline(commits: &[Commit]) -> Vec<bool> {
    let mut on = vec![false; commits.len()];
    let mut next = Some(0).filter(|_| !commits.is_empty());
    while let Some(at) = next {
        on[at] = true;
        // Parents come later in the list, so this ends whatever it is given.
        next = commits[at]
            .parents
            .first()
            .copied()
            .filter(|&parent| parent > at && parent < commits.len());
    }
    on
}

impl<'a> Walk<'a> {
    fn visit(&mut self, at: usize, claims: Claims) {
        let commit = &self.commits[at];
        let mut diffs: Vec<Diff<'a>> = commit
            .changes
            .iter()
            .map(|changes| self.steps(changes))
            .collect();
        for diff in &mut diffs {
            let wanted = |path| file(&claims, self.tracked, path).is_some();
            renames::pair(diff, &wanted, &mut self.likeness);
        }
        if let Some(first) = diffs.first() {
            self.weigh(at, first);
        }
        match diffs.as_slice() {
            [] => {}
            [only] => self.note(at, &claims, only),
            [first, others @ ..] => self.note_merge(at, &claims, first, others),
        }
        self.hand_on(at, &claims, &diffs);
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
        for step in diff.iter().filter(|step| !gone_elsewhere(step)) {
            if let Some(file) = file(claims, self.tracked, step.path) {
                let event = Event {
                    commit,
                    path: step.path,
                    oid: step.new,
                    touch: true,
                    landed: self.mainline[commit],
                    before: Before::One(before(diff, step)),
                };
                self.walked.trails[file].events.push(event);
            }
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
        let landed = self.mainline[commit];
        let found: Vec<(usize, &Step<'a>)> = first
            .iter()
            .filter(|step| !gone_elsewhere(step))
            .filter_map(|step| Some((file(claims, self.tracked, step.path)?, step)))
            .collect();
        if found.is_empty() {
            return;
        }
        let others: Vec<(&Diff<'a>, HashMap<PathId, &Step<'a>>)> = others
            .iter()
            .map(|diff| (diff, diff.iter().map(|step| (step.path, step)).collect()))
            .collect();
        for (file, step) in found {
            let own = (!renamed_only(first, step)).then(|| before(first, step));
            let befores: Option<Box<[_]>> = std::iter::once(own)
                .chain(others.iter().map(|(diff, steps)| {
                    let step = steps.get(&step.path)?;
                    let changed = !gone_elsewhere(step) && !renamed_only(diff, step);
                    changed.then(|| before(diff, step))
                }))
                .collect();
            let touch = befores.is_some();
            if touch || landed {
                self.walked.trails[file].events.push(Event {
                    commit,
                    path: step.path,
                    oid: step.new,
                    touch,
                    landed,
                    before: befores
                        .map_or_else(|| Before::One(before(first, step)), Before::Merged),
                });
            }
        }
    }

    /// Tells each parent which of its paths are which files.
    fn hand_on(&mut self, at: usize, claims: &Claims, diffs: &[Diff<'a>]) {
        for (order, &parent) in self.commits[at].parents.iter().enumerate() {
            if parent <= at || parent >= self.commits.len() {
                continue;
            }
            let mut claims = claims.clone();
            if let Some(diff) = diffs.get(order) {
                self.rename(&mut claims, diff);
            }
            let weight = match order {
                0 if self.mainline[at] => Weight::Mainline,
                0 => Weight::FirstParent,
                _ => Weight::MergedInto,
            };
            let place = &mut self.pending[parent];
            *place = Some(match place.take() {
                None => (claims, weight),
                Some((said, older)) if older >= weight => (said.join(&claims), older),
                Some((said, _)) => (claims.join(&said), weight),
            });
        }
    }

    fn rename(&mut self, claims: &mut Claims, diff: &Diff<'a>) {
        let renames: Vec<(PathId, PathId, Option<usize>)> = diff
            .iter()
            .filter_map(|step| {
                let owner = file(claims, self.tracked, step.path);
                Some((diff[step.from?].path, step.path, owner))
            })
            .collect();
        for &(_, to, _) in renames.iter().filter(|(_, _, owner)| owner.is_some()) {
            claims.set(to, Claim::Nobody);
        }
        for &(from, _, owner) in &renames {
            match owner {
                Some(file) => {
                    let number = u32::try_from(file).unwrap_or(u32::MAX);
                    claims.set(from, Claim::File(number));
                    self.walked.trails[file].former.push(from);
                }
                // It went on as something that is no more, so that what is at this path at the
                // tip began later.
                None if file(claims, self.tracked, from).is_some() => {
                    claims.set(from, Claim::Nobody);
                }
                None => {}
            }
        }
    }
}

/// The tracked file that a path belongs to under `claims`.
fn file(claims: &Claims, tracked: usize, path: PathId) -> Option<usize> {
    let number = match claims.get(path) {
        Claim::Nobody => return None,
        Claim::File(number) => number,
        // Tracked paths were numbered first, each as its file.
        Claim::Unsaid => path,
    };
    usize::try_from(number)
        .ok()
        .filter(|&number| number < tracked)
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

/// A removed path whose file went on under another: the tip's file of that path is not concerned.
fn gone_elsewhere(step: &Step<'_>) -> bool {
    step.new.is_none() && step.moved_away
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
