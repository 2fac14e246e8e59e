//! Renames within one commit: which added path is which removed file under a new name. Exact by
//! object id first, which costs nothing; by likeness of text for what is left. A copy, whose
//! source is still there, is not a rename.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use rayon::prelude::*;

use super::log::extension;
use super::similarity::{Likeness, Profiles};
use super::{base_name, folder, is_document};
use crate::repository::{Change, Oid};

/// Pairs of one sort compared by text in one commit; what passes it is compared only under the
/// same name.
const PAIRS: usize = 400 * 400;
/// Texts less alike than this (per cent) are two files.
const ALIKE: u8 = 50;
/// What an unchanged name, or folder, adds to the likeness when there is a choice.
const SAME_NAME: u8 = 10;
const SAME_FOLDER: u8 = 2;
/// Git's id of the empty blob: all empty files are the same, which says nothing.
pub(super) const EMPTY: Oid = Oid([
    0xe6, 0x9d, 0xe2, 0x9b, 0xb2, 0xd1, 0xd6, 0x43, 0x4b, 0x8b, 0x29, 0xae, 0x77, 0x5a, 0xd8, 0xc2,
    0xe4, 0x8c, 0x53, 0x91,
]);

/// One path of a commit that differs from its first parent.
pub(super) struct Changed<'a> {
    pub(super) path: &'a Arc<str>,
    old: Option<Oid>,
    pub(super) new: Option<Oid>,
    /// The one whose old file this is, renamed.
    pub(super) from: Option<usize>,
    /// The old file of this path went on under another.
    moved_away: bool,
}

impl<'a> Changed<'a> {
    pub(super) fn list(changes: &'a [Change]) -> Vec<Self> {
        changes
            .iter()
            // A change of mode is no change to readers.
            .filter(|change| change.old != change.new)
            .map(|change| Changed {
                path: &change.path,
                old: change.old,
                new: change.new,
                from: None,
                moved_away: false,
            })
            .collect()
    }

    /// The path is gone and its file is not.
    pub(super) fn gone_elsewhere(&self) -> bool {
        self.new.is_none() && self.moved_away
    }

    fn adds(&self) -> bool {
        self.old.is_none() && self.from.is_none()
    }

    fn removes(&self) -> bool {
        self.new.is_none() && !self.moved_away
    }
}

/// Finds the renames in one commit: by id, and if `read`, by likeness of texts too.
pub(super) fn pair(steps: &mut [Changed<'_>], read: bool, likeness: &Likeness<'_>) {
    displaced(steps);
    if steps.iter().any(Changed::adds) && steps.iter().any(Changed::removes) {
        exact(steps);
        if read {
            alike(steps, likeness);
        }
    }
}

fn link(steps: &mut [Changed<'_>], from: usize, to: usize) {
    steps[to].from = Some(from);
    steps[from].moved_away = true;
}

/// Files that took each other's names: swapped, or moved up by one. Their paths exist before and
/// after, so they show only as contents that stand where another stood; and only a chain of them
/// without a gap is a rename, or else a copy would do.
fn displaced(steps: &mut [Changed<'_>]) {
    let modified =
        |step: &Changed<'_>| step.old.is_some() && step.new.is_some() && step.old != step.new;
    if !steps.iter().any(modified) {
        return;
    }
    let olds = unique(steps.iter().map(|step| step.old));
    let news = unique(steps.iter().map(|step| step.new));
    let source = |step: &Changed<'_>| step.new.and_then(|oid| olds.get(&oid).copied().flatten());
    let target = |step: &Changed<'_>| step.old.and_then(|oid| news.get(&oid).copied().flatten());
    let mut whole: HashSet<usize> = (0..steps.len())
        .filter(|&at| modified(&steps[at]))
        .filter(|&at| source(&steps[at]).is_some() && target(&steps[at]).is_some())
        .collect();
    let broken = |at: usize, whole: &HashSet<usize>| {
        [source(&steps[at]), target(&steps[at])]
            .into_iter()
            .flatten()
            .any(|next| modified(&steps[next]) && !whole.contains(&next))
    };
    let mut queue: VecDeque<usize> = whole
        .iter()
        .copied()
        .filter(|&at| broken(at, &whole))
        .collect();
    while let Some(at) = queue.pop_front() {
        if whole.remove(&at) {
            let ends = [source(&steps[at]), target(&steps[at])];
            queue.extend(ends.into_iter().flatten());
        }
    }
    let links: Vec<(usize, usize)> = whole
        .iter()
        .flat_map(|&at| {
            let arrives = source(&steps[at]).map(|from| (from, at));
            let leaves = target(&steps[at]).map(|to| (at, to));
            [arrives, leaves]
        })
        .flatten()
        .collect();
    for (from, to) in links {
        link(steps, from, to);
    }
}

/// The only step of each id; `None` where several have it.
fn unique(oids: impl Iterator<Item = Option<Oid>>) -> HashMap<Oid, Option<usize>> {
    let mut found = HashMap::new();
    for (at, oid) in oids.enumerate() {
        if let Some(oid) = oid {
            found
                .entry(oid)
                .and_modify(|only| *only = None)
                .or_insert(Some(at));
        }
    }
    found
}

/// The same content under another path: under the same name rather than in the same folder, and
/// there rather than anywhere.
fn exact(steps: &mut [Changed<'_>]) {
    let keys: [fn(&str) -> &str; 3] = [base_name, folder, |_| ""];
    for (round, key) in keys.into_iter().enumerate() {
        let mut sources: HashMap<(Oid, &str), VecDeque<usize>> = HashMap::new();
        for (at, step) in steps.iter().enumerate().filter(|(_, step)| step.removes()) {
            let Some(oid) = step.old.filter(|&oid| oid != EMPTY || round == 0) else {
                continue;
            };
            let same = sources.entry((oid, key(step.path))).or_default();
            same.push_back(at);
        }
        let adds: Vec<usize> = (0..steps.len()).filter(|&at| steps[at].adds()).collect();
        for to in adds {
            let from = steps[to]
                .new
                .and_then(|oid| sources.get_mut(&(oid, key(steps[to].path)))?.pop_front());
            if let Some(from) = from {
                link(steps, from, to);
            }
        }
    }
}

fn alike(steps: &mut [Changed<'_>], likeness: &Likeness<'_>) {
    let pairs = pairs(steps);
    let texts = pairs
        .iter()
        .flat_map(|&(from, to)| [steps[from].old, steps[to].new]);
    let profiles = likeness.read(texts.flatten());
    let score = |&(from, to): &(usize, usize)| {
        let score = score(&steps[from], &steps[to], &profiles)?;
        Some((score, from, to))
    };
    let mut scored: Vec<(u8, usize, usize)> = pairs.par_iter().filter_map(score).collect();
    scored.sort_by_key(|&(score, from, to)| (std::cmp::Reverse(score), from, to));
    for (_, from, to) in scored {
        if steps[from].removes() && steps[to].adds() {
            link(steps, from, to);
        }
    }
}

/// What is left, paired with its like: a document with any document, and any other file with
/// those of its extension, since documents have been such files before. Documents come first, so
/// that what may be read is theirs before it is another's.
fn pairs(steps: &[Changed<'_>]) -> Vec<(usize, usize)> {
    let mut sorts: BTreeMap<Option<String>, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (at, step) in steps.iter().enumerate() {
        let (removes, adds) = (step.removes(), step.adds());
        if !removes && !adds {
            continue;
        }
        let other = Some(step.path).filter(|path| !is_document(path));
        let sort = sorts.entry(other.map(|path| extension(path))).or_default();
        let side = if removes { &mut sort.0 } else { &mut sort.1 };
        side.push(at);
    }
    let (removes, adds) = sorts.remove(&None).unwrap_or_default();
    let others = sorts
        .values()
        .flat_map(|(removes, adds)| candidates(steps, removes, adds));
    candidates(steps, &removes, &adds)
        .into_iter()
        .chain(conversions(steps, &adds))
        .chain(others.take(PAIRS))
        .collect()
}

fn candidates(steps: &[Changed<'_>], removes: &[usize], adds: &[usize]) -> Vec<(usize, usize)> {
    if removes.len().saturating_mul(adds.len()) <= PAIRS {
        let pairs = removes
            .iter()
            .flat_map(|&from| adds.iter().map(move |&to| (from, to)));
        return pairs.collect();
    }
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    for &from in removes {
        by_name
            .entry(base_name(steps[from].path))
            .or_default()
            .push(from);
    }
    adds.iter()
        .filter_map(|&to| Some((to, by_name.get(base_name(steps[to].path))?)))
        .flat_map(|(to, froms)| froms.iter().map(move |&from| (from, to)))
        .take(PAIRS)
        .collect()
}

/// Documents that can have been made of files of another sort: `x.html` became `x.md`.
fn conversions(steps: &[Changed<'_>], adds: &[usize]) -> Vec<(usize, usize)> {
    let mut by_stem: HashMap<&str, Vec<usize>> = HashMap::new();
    for &to in adds {
        by_stem.entry(stem(steps[to].path)).or_default().push(to);
    }
    (0..steps.len())
        .filter(|&at| steps[at].removes() && !is_document(steps[at].path))
        .filter_map(|from| Some((from, by_stem.get(stem(steps[from].path))?)))
        .flat_map(|(from, adds)| adds.iter().map(move |&to| (from, to)))
        .take(PAIRS)
        .collect()
}

/// A file's name without its extension.
fn stem(path: &str) -> &str {
    let name = base_name(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn score(from: &Changed<'_>, to: &Changed<'_>, profiles: &Profiles) -> Option<u8> {
    let percent = profiles.percent(from.old?, to.new?);
    let name = base_name(from.path) == base_name(to.path);
    let folder = folder(from.path) == folder(to.path);
    let bonus = u8::from(name) * SAME_NAME + u8::from(folder) * SAME_FOLDER;
    (percent >= ALIKE).then_some(percent + bonus)
}
