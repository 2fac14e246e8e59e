//! Saved files of a working tree: the only doorway to notify. Folders are watched, never single
//! files, because editors save by renaming; what really changed is decided by content later.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use notify::event::EventKind;
use notify::{Config, Event, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};

use crate::rebuild::{Cause, RebuildHandle};

/// A save is several events: wait until it has been quiet this long,
const QUIET: Duration = Duration::from_millis(20);
/// but never longer than this.
const PATIENCE: Duration = Duration::from_millis(250);
/// How often files are looked at where the system tells of no changes.
const POLL: Duration = Duration::from_secs(2);

/// Watches `folder` and, for commits, the repository it belongs to. Runs for ever on a thread of
/// its own; where the system cannot watch, it polls and says so.
pub(crate) fn watch(folder: &Path, queue: &RebuildHandle) -> notify::Result<()> {
    let (sender, events) = mpsc::channel();
    let git = git_dir(folder);
    let _watcher = start(folder, git.as_deref(), sender)?;
    wait(folder, &events, queue);
    Ok(())
}

type Told = notify::Result<Event>;
type Sender = mpsc::Sender<Told>;

fn start(
    folder: &Path,
    git: Option<&Path>,
    sender: Sender,
) -> notify::Result<Box<dyn Watcher + Send>> {
    let watcher = RecommendedWatcher::new(sender.clone(), Config::default());
    let error = match watcher.and_then(|watcher| watching(watcher, folder, git)) {
        Ok(watcher) => return Ok(Box::new(watcher)),
        Err(error) => error,
    };
    tracing::warn!(
        %error,
        "the system cannot watch the folder; looking every {} s instead (on Linux, raise fs.inotify.max_user_watches)",
        POLL.as_secs()
    );
    let watcher = PollWatcher::new(sender, Config::default().with_poll_interval(POLL))?;
    Ok(Box::new(watching(watcher, folder, git)?))
}

fn watching<W: Watcher>(mut watcher: W, folder: &Path, git: Option<&Path>) -> notify::Result<W> {
    watcher.watch(folder, RecursiveMode::Recursive)?;
    if let Some(git) = git.filter(|git| !git.starts_with(folder)) {
        watcher.watch(git, RecursiveMode::NonRecursive)?;
    }
    Ok(watcher)
}

/// Turns bursts of events into requests, until the watcher is gone.
fn wait(folder: &Path, events: &Receiver<Told>, queue: &RebuildHandle) {
    while let Ok(event) = events.recv() {
        if !matters(&event, folder) {
            continue;
        }
        if !settle(folder, events) {
            return;
        }
        if let Err(error) = queue.request(Cause::FilesChanged) {
            tracing::error!(%error, "no build can be named");
        }
    }
}

/// Waits for the end of a burst; whether the watcher is still there. What does not matter makes no
/// burst longer: a build reads files, and is told of it.
fn settle(folder: &Path, events: &Receiver<Told>) -> bool {
    let latest = Instant::now() + PATIENCE;
    let mut end = Instant::now() + QUIET;
    loop {
        let left = end.min(latest).saturating_duration_since(Instant::now());
        if left.is_zero() {
            return true;
        }
        match events.recv_timeout(left) {
            Ok(event) if matters(&event, folder) => end = Instant::now() + QUIET,
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout) => return true,
            Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
}

/// Whether an event may mean a change of content. A watch that overflowed or broke always may.
fn matters(event: &Told, folder: &Path) -> bool {
    let Ok(event) = event else { return true };
    if event.need_rescan() || event.paths.is_empty() {
        return true;
    }
    if matches!(event.kind, EventKind::Access(_)) {
        return false;
    }
    event.paths.iter().any(|path| {
        let inside = path.strip_prefix(folder).unwrap_or(path);
        // Inside `.git` only a new commit counts, and each writes the log of HEAD or the index;
        // lock files come and go with every `git status`.
        let in_git = path.components().any(|part| part.as_os_str() == ".git");
        !in_git
            || inside.ends_with("index")
            || inside.ends_with("HEAD")
            || inside.ends_with("packed-refs")
    })
}

/// The `.git` folder of the repository `folder` lies in.
fn git_dir(folder: &Path) -> Option<PathBuf> {
    folder
        .ancestors()
        .map(|above| above.join(".git"))
        .find(|git| git.is_dir())
}

#[cfg(test)]
mod tests {
    use std::thread;

    use notify::event::{AccessKind, CreateKind};

    use super::*;

    fn told(kind: EventKind, path: &str) -> Told {
        Ok(Event::new(kind).add_path(PathBuf::from("/blog").join(path)))
    }

    fn saved(path: &str) -> Told {
        told(EventKind::Create(CreateKind::File), path)
    }

    #[test]
    fn a_burst_becomes_one_build() {
        let (sender, events) = mpsc::channel();
        for _ in 0..50 {
            sender.send(saved("posts/a.md")).unwrap();
        }
        assert!(settle(Path::new("/blog"), &events));
        assert_eq!(events.try_iter().count(), 0);
        drop(sender);
        assert!(!settle(Path::new("/blog"), &events), "the watcher is gone");
    }

    /// How long is waited while events go on without end.
    fn without_end(event: fn() -> Told) -> Duration {
        let (sender, events) = mpsc::channel();
        let sending = thread::spawn(move || {
            while sender.send(event()).is_ok() {
                thread::sleep(Duration::from_millis(1));
            }
        });
        let start = Instant::now();
        assert!(settle(Path::new("/blog"), &events));
        let took = start.elapsed();
        drop(events);
        sending.join().unwrap();
        took
    }

    #[test]
    fn a_burst_without_end_does_not_postpone_a_build_for_ever() {
        // That it comes to an end is what is tested: how late depends on the machine.
        assert!(without_end(|| saved("posts/a.md")) >= QUIET);
    }

    #[test]
    fn what_does_not_matter_makes_a_burst_no_longer() {
        let took = without_end(|| told(EventKind::Access(AccessKind::Any), "posts/a.md"));
        assert!(took < PATIENCE, "{took:?}");
    }

    #[test]
    fn of_what_happens_inside_git_only_commits_matter() {
        let folder = Path::new("/blog");
        assert!(matters(&saved("posts/a.md"), folder));
        assert!(matters(&saved(".git/index"), folder));
        assert!(matters(&saved(".git/logs/HEAD"), folder));
        assert!(!matters(&saved(".git/index.lock"), folder));
        assert!(!matters(&saved(".git/objects/ab/cdef"), folder));
    }
}
