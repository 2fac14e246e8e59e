//! The comparisons of a whole history, spread over the cores. Each has its own handle on the
//! objects, since libgit2's caches are behind locks.

use std::cell::OnceCell;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use git2::Odb;

use super::changes::{Comparison, Used};
use super::pack::Packs;
use super::trees::Trees;
use super::{Change, Oid};

/// Comparisons in one go: enough that trees are shared, few enough to keep all cores busy.
const TOGETHER: usize = 500;

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
}

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
        }
    }

    /// What differs, in the order of the tasks.
    pub(super) fn compare(&mut self, tasks: &[Task]) -> Vec<Vec<Change>> {
        let workers = thread::available_parallelism().map_or(1, usize::from);
        let workers = workers.min(tasks.len() / TOGETHER);
        if workers > 1
            && let Some(changes) = self.spread(tasks, workers)
        {
            return changes;
        }
        let trees = Trees::new(self.odb, self.packs(tasks.len()));
        let mut comparison = Comparison::new(trees, self.folder).after(self.used);
        let changes = run(&mut comparison, tasks);
        let (used, cut, missing) = (comparison.used(), comparison.cut, comparison.missing);
        self.used = used;
        self.cut |= cut;
        self.missing |= missing;
        changes
    }

    fn packs(&self, tasks: usize) -> Arc<Packs> {
        if tasks < TOGETHER {
            return Arc::default();
        }
        let open = || {
            let packs = Packs::open(self.objects);
            packs.hold();
            Arc::new(packs)
        };
        Arc::clone(self.packs.get_or_init(open))
    }

    /// `None` where a limit was met, or a handle is not to be had: what is left out then must not
    /// depend on which core came first.
    fn spread(&mut self, tasks: &[Task], workers: usize) -> Option<Vec<Vec<Change>>> {
        let next = AtomicUsize::new(0);
        let done: Mutex<Vec<(usize, Vec<Vec<Change>>)>> = Mutex::default();
        let (objects, packs) = (self.objects, self.packs(tasks.len()));
        let (folder, used) = (self.folder, self.used);
        let work = || -> Option<(Used, bool)> {
            let odb = Odb::new().ok()?;
            odb.add_disk_alternate(objects.to_str()?).ok()?;
            let mut comparison =
                Comparison::new(Trees::new(&odb, Arc::clone(&packs)), folder).after(used);
            loop {
                let part = part(next.fetch_add(1, Ordering::Relaxed), tasks.len());
                if part.is_empty() || comparison.cut {
                    return (!comparison.cut).then(|| (comparison.used(), comparison.missing));
                }
                let begin = part.start;
                let changes = run(&mut comparison, &tasks[part]);
                done.lock().ok()?.push((begin, changes));
            }
        };
        let ended: Option<Vec<(Used, bool)>> = thread::scope(|scope| {
            let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
            let join = |worker: thread::ScopedJoinHandle<'_, _>| worker.join().ok().flatten();
            workers.into_iter().map(join).collect()
        });
        let (each, missing): (Vec<Used>, Vec<bool>) = ended?.into_iter().unzip();
        let used = used.and(&each);
        if used.is_too_much() {
            return None;
        }
        self.used = used;
        self.missing |= missing.contains(&true);
        let mut parts = done.into_inner().ok()?;
        parts.sort_unstable_by_key(|(begin, _)| *begin);
        Some(parts.into_iter().flat_map(|(_, changes)| changes).collect())
    }
}

/// Compares from the newest task to the oldest: in a pack an older tree is told by what differs
/// from a newer one, which was then read a moment ago.
fn run(comparison: &mut Comparison<'_>, tasks: &[Task]) -> Vec<Vec<Change>> {
    let compare = |task: &Task| match *task {
        Some((old, new)) => comparison.changes(old, Some(new)),
        None => Vec::new(),
    };
    let mut changes: Vec<_> = tasks.iter().rev().map(compare).collect();
    changes.reverse();
    changes
}

fn part(number: usize, tasks: usize) -> Range<usize> {
    let begin = (number * TOGETHER).min(tasks);
    begin..(begin + TOGETHER).min(tasks)
}
