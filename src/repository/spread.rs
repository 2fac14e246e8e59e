//! The comparisons of a whole history, folder by folder and spread over the cores. The trees of one
//! folder are told by what differs from each other, so whoever reads them in a row makes each from
//! the last; commit by commit, all folders would have to be held at once.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use git2::Odb;

use super::changes::{Comparison, MAX_ENTRIES, Pair, Used};
use super::pack::Packs;
use super::trees::Trees;
use super::{Change, Oid};
use crate::tally::{Stage, Tally};

/// Fewer comparisons are made one by one.
const FEW: usize = 500;
/// Pairs of one folder that one core compares in a row.
const RUN: usize = 2000;
/// Pairs of folders kept for later; where there are more, commits are compared one by one.
const MAX_OPEN: usize = 2_000_000;

/// A tree and what it is compared with; `None` where it is unknown what differs.
pub(super) type Task = Option<(Option<Oid>, Oid)>;

/// Compares the tasks of one history, some at a time.
pub(super) struct Comparer<'o> {
    odb: &'o Odb<'o>,
    /// The folder `odb` reads.
    objects: &'o Path,
    /// Opened when there is much to compare: that reads their indexes whole.
    packs: OnceCell<Arc<Packs>>,
    folder: &'o str,
    used: Used,
    /// Something was left out for the limits' sake.
    pub(super) cut: bool,
    /// A tree was not to be had.
    pub(super) missing: bool,
    pub(super) tally: Tally,
}

/// A folder of the two trees of a task.
struct Folder {
    task: usize,
    old: Option<Oid>,
    new: Option<Oid>,
}

/// What one core found.
#[derive(Default)]
struct Found {
    changes: Vec<(usize, Vec<Change>)>,
    inside: Vec<(String, Folder)>,
    /// By task, entries looked at.
    entries: Vec<(usize, usize)>,
}

/// The folders of one depth, by path.
type Level = BTreeMap<String, Vec<Folder>>;

impl<'o> Comparer<'o> {
    pub(super) fn new(odb: &'o Odb<'o>, objects: &'o Path, folder: &'o str) -> Self {
        Self {
            odb,
            objects,
            packs: OnceCell::new(),
            folder,
            used: Used::default(),
            cut: false,
            missing: false,
            tally: Tally::default(),
        }
    }

    /// What differs, in the order of the tasks.
    pub(super) fn compare(&mut self, tasks: &[Task]) -> Vec<Vec<Change>> {
        if tasks.len() >= FEW
            && let Some(changes) = self.spread(tasks)
        {
            return changes;
        }
        let packs = match tasks.len() {
            ..FEW => Arc::default(),
            _ => self.packs(),
        };
        let mut comparison = Comparison::new(Trees::new(self.odb, packs), self.folder);
        comparison = comparison.after(self.used);
        let changes = run(&mut comparison, tasks, &self.tally);
        let (used, cut, missing) = (comparison.used(), comparison.cut, comparison.missing);
        self.used = used;
        self.cut |= cut;
        self.missing |= missing;
        changes
    }

    /// The packs, for someone who reads most of what is in them.
    pub(super) fn packs(&self) -> Arc<Packs> {
        let open = || {
            let packs = Packs::open(self.objects);
            packs.hold();
            Arc::new(packs)
        };
        Arc::clone(self.packs.get_or_init(open))
    }

    /// `None` where a limit was met, or a handle is not to be had: what is left out then must not
    /// depend on which core came first.
    fn spread(&mut self, tasks: &[Task]) -> Option<Vec<Vec<Change>>> {
        let (mut used, mut missing) = (self.used, false);
        let mut changes = vec![Vec::new(); tasks.len()];
        let mut entries = vec![0; tasks.len()];
        let mut level = Level::from([(String::new(), roots(tasks))]);
        for depth in 0.. {
            if level.is_empty() {
                break;
            }
            let found = self.level(&level, depth, used)?;
            let each: Vec<Used> = found.iter().map(|(used, ..)| *used).collect();
            used = used.and(&each);
            level = Level::new();
            for (_, lacks, found) in found {
                missing |= lacks;
                for (task, some) in found.changes {
                    changes[task].extend(some);
                }
                for (task, some) in found.entries {
                    entries[task] += some;
                }
                for (path, folder) in found.inside {
                    level.entry(path).or_default().push(folder);
                }
            }
            if used.is_too_much() || entries.iter().any(|entries| *entries >= MAX_ENTRIES) {
                return None;
            }
            for folders in level.values_mut() {
                folders.sort_unstable_by_key(|folder| folder.task);
            }
        }
        for changes in &mut changes {
            changes.sort_unstable_by(|a: &Change, b| a.path.cmp(&b.path));
        }
        self.used = used;
        self.missing |= missing;
        Some(changes)
    }

    /// Compares the folders of one depth.
    fn level(&self, level: &Level, depth: usize, used: Used) -> Option<Vec<(Used, bool, Found)>> {
        let runs: Vec<(&str, &[Folder])> = level
            .iter()
            .flat_map(|(path, folders)| folders.chunks(RUN).map(|run| (path.as_str(), run)))
            .collect();
        let (next, open) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let (objects, packs, folder) = (self.objects, self.packs(), self.folder);
        let tally = &self.tally;
        tally.begin(Stage::Changes, level.values().map(Vec::len).sum());
        let work = || {
            let odb = Odb::new().ok()?;
            odb.add_disk_alternate(objects.to_str()?).ok()?;
            let trees = Trees::new(&odb, Arc::clone(&packs));
            let mut comparison = Comparison::new(trees, folder).after(used);
            let mut found = Found::default();
            while let Some(&(path, run)) = runs.get(next.fetch_add(1, Ordering::Relaxed)) {
                let before = found.inside.len();
                found.compare(&mut comparison, (path, depth), run, tally);
                let more = found.inside.len() - before;
                if open.fetch_add(more, Ordering::Relaxed) + more > MAX_OPEN {
                    return None;
                }
            }
            Some((comparison.used(), comparison.missing, found))
        };
        let workers = thread::available_parallelism().map_or(1, usize::from);
        thread::scope(|scope| {
            let workers = 0..workers.min(runs.len());
            let workers: Vec<_> = workers.map(|_| scope.spawn(work)).collect();
            let join = |worker: thread::ScopedJoinHandle<'_, _>| worker.join().ok().flatten();
            workers.into_iter().map(join).collect()
        })
    }
}

impl Found {
    /// Compares one folder of some tasks, in the order in which its trees are told by each other.
    fn compare(
        &mut self,
        comparison: &mut Comparison<'_>,
        (path, depth): (&str, usize),
        run: &[Folder],
        tally: &Tally,
    ) {
        let ends = run.first().zip(run.last());
        let forward = ends.is_some_and(|(first, last)| {
            let earliest = first.new.or(first.old);
            comparison.goes_forward(earliest, last.new.or(last.old))
        });
        for at in 0..run.len() {
            tally.add(1);
            let Folder { task, old, new } = run[if forward { at } else { run.len() - 1 - at }];
            let path = path.to_owned();
            let before = comparison.used().entries();
            let (changes, inside) = comparison.folder(&Pair {
                old,
                new,
                path,
                depth,
            });
            let entries = comparison.used().entries() - before;
            self.entries.push((task, entries));
            if !changes.is_empty() {
                self.changes.push((task, changes));
            }
            self.inside.extend(inside.into_iter().map(|pair| {
                let (old, new) = (pair.old, pair.new);
                (pair.path, Folder { task, old, new })
            }));
        }
    }
}

/// The pairs of root trees.
fn roots(tasks: &[Task]) -> Vec<Folder> {
    let folders = tasks.iter().enumerate().filter_map(|(task, pair)| {
        let (old, new) = (*pair)?;
        let new = Some(new);
        (old != new).then_some(Folder { task, old, new })
    });
    folders.collect()
}

/// Compares from the newest task to the oldest: in a pack an older tree is told by what differs
/// from a newer one, which was then read a moment ago.
fn run(comparison: &mut Comparison<'_>, tasks: &[Task], tally: &Tally) -> Vec<Vec<Change>> {
    tally.begin(Stage::Changes, tasks.len());
    let compare = |task: &Task| {
        tally.add(1);
        match *task {
            Some((old, new)) => comparison.changes(old, Some(new)),
            None => Vec::new(),
        }
    };
    let mut changes: Vec<_> = tasks.iter().rev().map(compare).collect();
    changes.reverse();
    changes
}
