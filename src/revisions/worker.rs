//! The one thread that makes pages of the past.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::Instant;

use super::page;
use super::{Desk, Job};

/// Starts it; it ends when nobody can ask any more.
pub(super) fn start(desk: Arc<Desk>, jobs: Receiver<Job>) -> io::Result<()> {
    thread::Builder::new()
        .name("revisions".to_owned())
        .spawn(move || work(&desk, &jobs))?;
    Ok(())
}

/// Takes half of one processor at most: while others wait, it rests after each page for as long as
/// that took. Not a lower priority: a thread that is kept from running while it holds a lock would
/// hold up those who serve.
fn work(desk: &Desk, jobs: &Receiver<Job>) {
    let mut waiting = None;
    while let Some(job) = waiting.take().or_else(|| jobs.recv().ok()) {
        let begun = Instant::now();
        answer(desk, job);
        waiting = jobs.try_recv().ok();
        if waiting.is_some() {
            thread::sleep(begun.elapsed());
        }
    }
}

fn answer(desk: &Desk, job: Job) {
    if !desk.wants(&job) {
        return;
    }
    let made = catch_unwind(AssertUnwindSafe(|| page::make(&job.shelf, &job.path)));
    let made = made.unwrap_or_else(|_| {
        tracing::error!(path = %job.path, "making a page of a revision panicked");
        None
    });
    desk.hand_out(job, &made);
}
