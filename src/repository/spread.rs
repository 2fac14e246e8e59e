//! The comparisons of a whole history, spread over the cores. Each has its own handle on the
//! objects, since libgit2's caches are behind locks.

use std::ops::Range;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use git2::Odb;

use super::changes::Comparison;
use super::objects::Trees;
use super::{Change, Oid};

/// Comparisons in one go: enough that trees are shared, few enough to keep all cores busy.
const TOGETHER: usize = 1000;

/// A tree and what it is compared with; `None` where it is unknown what differs.
pub(super) type Task = Option<(Option<Oid>, Oid)>;

/// What came of all tasks.
pub(super) struct Compared {
    /// In the order of the tasks.
    pub(super) changes: Vec<Vec<Change>>,
    /// Something was left out for the limits' sake.
    pub(super) cut: bool,
    /// A tree was not to be had.
    pub(super) missing: bool,
}

/// Compares all tasks. `objects` is the folder `odb` reads.
pub(super) fn compare(odb: &Odb<'_>, objects: &Path, folder: &str, tasks: &[Task]) -> Compared {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let workers = workers.min(tasks.len() / TOGETHER);
    if workers > 1
        && let Some(compared) = spread(objects, folder, tasks, workers)
    {
        return compared;
    }
    let mut comparison = Comparison::new(Trees::new(odb), folder);
    let changes = run(&mut comparison, tasks);
    Compared {
        changes,
        cut: comparison.cut,
        missing: comparison.missing,
    }
}

fn run(comparison: &mut Comparison<'_>, tasks: &[Task]) -> Vec<Vec<Change>> {
    let compare = |task: &Task| match *task {
        Some((old, new)) => comparison.changes(old, Some(new)),
        None => Vec::new(),
    };
    tasks.iter().map(compare).collect()
}

/// `None` where a limit was met, or a handle is not to be had: what is left out then must not
/// depend on which core came first.
fn spread(objects: &Path, folder: &str, tasks: &[Task], workers: usize) -> Option<Compared> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Vec<Vec<Change>>)>> = Mutex::default();
    let work = || -> Option<(usize, usize, bool)> {
        let odb = Odb::new().ok()?;
        odb.add_disk_alternate(objects.to_str()?).ok()?;
        let mut comparison = Comparison::new(Trees::new(&odb), folder);
        loop {
            let part = part(next.fetch_add(1, Ordering::Relaxed), tasks.len());
            if part.is_empty() || comparison.cut {
                return (!comparison.cut).then(|| comparison.totals());
            }
            let begin = part.start;
            let changes = run(&mut comparison, &tasks[part]);
            done.lock().ok()?.push((begin, changes));
        }
    };
    let totals: Vec<Option<_>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let join = |worker: thread::ScopedJoinHandle<'_, _>| worker.join().ok().flatten();
        workers.into_iter().map(join).collect()
    });
    let mut missing = false;
    let (mut entries, mut changes) = (0, 0);
    for total in totals {
        let (looked_at, found, lacked) = total?;
        (entries, changes) = (entries + looked_at, changes + found);
        missing |= lacked;
    }
    if Comparison::passes(entries, changes) {
        return None;
    }
    let mut parts = done.into_inner().ok()?;
    parts.sort_unstable_by_key(|(begin, _)| *begin);
    Some(Compared {
        changes: parts.into_iter().flat_map(|(_, changes)| changes).collect(),
        cut: false,
        missing,
    })
}

fn part(number: usize, tasks: usize) -> Range<usize> {
    let begin = (number * TOGETHER).min(tasks);
    begin..(begin + TOGETHER).min(tasks)
}
