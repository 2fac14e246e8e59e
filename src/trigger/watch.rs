//! Saved files of a working tree: the only doorway to notify. Folders are watched, never single
//! files, because editors save by renaming; what really changed is decided by content later.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use notify::event::EventKind;
use notify::{Config, Event, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};

use crate::rebuild::{Cause, RebuildHandle};

/// A save is several events: wait until it has been quiet this long,
const QUIET: Duration = Duration::from_millis(40);
/// but never longer than this.
const PATIENCE: Duration = Duration::from_millis(400);
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

type Sender = mpsc::Sender<notify::Result<Event>>;

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
fn wait(folder: &Path, events: &Receiver<notify::Result<Event>>, queue: &RebuildHandle) {
    while let Ok(event) = events.recv() {
        if !matters(&event, folder) {
            continue;
        }
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match events.recv_timeout(QUIET.min(left)) {
                Ok(_) if !left.is_zero() => {}
                Ok(_) | Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        if let Err(error) = queue.request(Cause::FilesChanged) {
            tracing::error!(%error, "no build can be named");
        }
    }
}

/// Whether an event may mean a change of content. A watch that overflowed or broke always may.
fn matters(event: &notify::Result<Event>, folder: &Path) -> bool {
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
