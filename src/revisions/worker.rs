//! The one thread that makes pages of the past.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::thread;

use super::page;
use super::{Desk, Job};

/// Steps behind everything else the process does.
const NICE: i32 = 10;

/// Starts it; it ends when nobody can ask any more.
pub(super) fn start(desk: Arc<Desk>, jobs: Receiver<Job>) -> io::Result<()> {
    thread::Builder::new()
        .name("revisions".to_owned())
        .spawn(move || work(&desk, &jobs))?;
    Ok(())
}

fn work(desk: &Desk, jobs: &Receiver<Job>) {
    // On Linux this is the thread's own; where it is the process's, or is refused, the site is
    // served all the same.
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(NICE) {
        tracing::debug!(%error, "pages of revisions are made with full priority");
    }
    while let Ok(job) = jobs.recv() {
        if !desk.wants(&job) {
            continue;
        }
        let made = catch_unwind(AssertUnwindSafe(|| page::make(&job.shelf, &job.path)));
        let made = made.unwrap_or_else(|_| {
            tracing::error!(path = %job.path, "making a page of a revision panicked");
            None
        });
        desk.hand_out(job, &made);
    }
}
