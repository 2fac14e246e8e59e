//! What a merge does to files. One that is as in some parent goes on as that parent's; only what
//! differs from the first parent needs a look, and the other parents' states say the rest.

use std::collections::{HashMap, HashSet};

use super::{Before, Fold, Node, version};
use crate::history::log::{CommitId, Log, PathId, Step};
use crate::history::state::{File, NONE, NodeId, State};

/// Versions of one file looked at to recognise it in another parent.
const LOOK_BACK: usize = 1000;

/// What a merge did with one path.
struct Merged<'a> {
    step: &'a Step,
    /// The path it has in the first parent, if another.
    from: Option<PathId>,
    /// The trail of another parent that has just this version here.
    same: Option<NodeId>,
}

impl Fold {
    /// Applies a merge to the first parent's state; gives the paths it added there.
    pub(super) fn merge(
        &mut self,
        log: &Log,
        commit: CommitId,
        (state, others): (&mut State, &[State]),
    ) -> Vec<PathId> {
        let mut merged: Vec<Merged<'_>> = log
            .steps(commit)
            .iter()
            .map(|step| Merged {
                step,
                from: step.from,
                same: self.same(step, others),
            })
            .collect();
        self.follow(&mut merged, (state, others));
        let before: Vec<File> = merged
            .iter()
            .map(|file| state.get(file.from.unwrap_or(file.step.path)))
            .collect();
        let moved: HashSet<PathId> = merged.iter().filter_map(|file| file.from).collect();
        for &from in &moved {
            state.set(from, File::NOWHERE);
        }
        let mut added = Vec::new();
        for (file, before) in merged.iter().zip(before) {
            let step = file.step;
            if step.oid.is_none() && moved.contains(&step.path) {
                continue;
            }
            added.extend(self.added(step, before));
            let trail = match file.same {
                Some(trail) => trail,
                None => self.join(commit, step, (before.trail, others)),
            };
            let mainline = self.push(version(commit, step, Before::of(before.mainline)));
            self.settle(state, step.path, File { trail, mainline });
        }
        added
    }

    /// The trail of the first other parent in which the path is as in the merge.
    fn same(&self, step: &Step, others: &[State]) -> Option<NodeId> {
        let files = others.iter().map(|state| state.get(step.path).trail);
        files
            .filter(|&trail| trail != NONE)
            .find(|&trail| self.oid(trail) == step.oid)
    }

    /// Finds for what came from another parent the path it has in the first: a file that the
    /// merge removed there and that both have a version of.
    fn follow(&self, merged: &mut [Merged<'_>], (state, others): (&State, &[State])) {
        let arrived = |file: &Merged<'_>| {
            let present = self.is_present(state.get(file.step.path).trail);
            file.step.oid.is_some() && file.from.is_none() && !present
        };
        if !merged.iter().any(arrived) {
            return;
        }
        let removed = self.removed(merged, state);
        let mut taken: HashSet<PathId> = HashSet::new();
        for file in merged.iter_mut().filter(|file| arrived(file)) {
            // What the merge took as it was is that parent's; what it made of both sides' edits
            // can be any parent's, and several can have something of their own there.
            let there = |state: &State| state.get(file.step.path).trail;
            let merged = others.iter().map(there).filter(|_| file.same.is_none());
            let trails = file.same.into_iter().chain(merged);
            let mut versions = trails
                .filter(|&trail| self.is_present(trail))
                .flat_map(|trail| self.ancestors(trail));
            file.from = versions.find_map(|version| {
                let path = removed.get(&version)?;
                taken.insert(*path).then_some(*path)
            });
        }
    }

    /// By version, the path under which the first parent has what the merge removed from there.
    fn removed(&self, merged: &[Merged<'_>], state: &State) -> HashMap<NodeId, PathId> {
        let mut found = HashMap::new();
        for step in merged.iter().map(|file| file.step) {
            let trail = state.get(step.path).trail;
            if step.oid.is_some() || trail == NONE {
                continue;
            }
            for version in self.ancestors(trail) {
                // Where a merge once kept a file under two names, each goes on from its own.
                let own = self.node(version).path == step.path;
                if own || !found.contains_key(&version) {
                    found.insert(version, step.path);
                }
            }
        }
        found
    }

    /// A version that is in no other parent: it goes on from every parent's version of the file.
    /// Only where it differs from all of them did the merge change it.
    fn join(&mut self, commit: CommitId, step: &Step, sides: (NodeId, &[State])) -> NodeId {
        let (first, others) = sides;
        let mut before: Vec<NodeId> = Some(first)
            .filter(|&node| node != NONE)
            .into_iter()
            .collect();
        for state in others {
            let there = state.get(step.path).trail;
            let removed = Some(there).filter(|&trail| trail != NONE);
            let there = removed
                .filter(|&trail| self.is_present(trail))
                .or_else(|| self.under_former_name(first, state))
                .or(removed);
            before.extend(there.filter(|trail| !before.contains(trail)));
        }
        let lacks = |state: &State| !self.is_present(state.get(step.path).trail);
        let touch = match step.oid {
            Some(_) => before.iter().all(|&node| self.oid(node) != step.oid),
            None => !others.iter().any(lacks),
        };
        self.push(Node {
            touch,
            before: match before.as_slice() {
                [] => Before::Nothing,
                [only] => Before::One(*only),
                _ => Before::Merged(before.into()),
            },
            ..version(commit, step, Before::Nothing)
        })
    }

    /// The same file in another parent, where it still has a name it lost here.
    fn under_former_name(&self, trail: NodeId, state: &State) -> Option<NodeId> {
        if trail == NONE {
            return None;
        }
        let ancestors = self.ancestors(trail);
        let versions: HashSet<NodeId> = ancestors.iter().copied().collect();
        let paths = ancestors.iter().map(|&node| self.node(node).path);
        let mut there = paths.map(|path| state.get(path).trail);
        there.find(|&there| self.is_present(there) && self.shares(there, &versions))
    }

    /// Whether a file goes back to one of some versions.
    fn shares(&self, trail: NodeId, versions: &HashSet<NodeId>) -> bool {
        let older = |trail| self.ancestors(trail);
        trail != NONE && older(trail).iter().any(|node| versions.contains(node))
    }

    /// A version and those before it, in the order they are met, as far as it is looked back.
    fn ancestors(&self, trail: NodeId) -> Vec<NodeId> {
        let mut seen = HashSet::from([trail]);
        let mut found = vec![trail];
        let mut next = 0;
        while let Some(&node) = found.get(next).filter(|_| found.len() < LOOK_BACK) {
            for &older in self.node(node).before.nodes() {
                if seen.insert(older) {
                    found.push(older);
                }
            }
            next += 1;
        }
        found
    }
}
