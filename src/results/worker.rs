//! The one thread that searches.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::Instant;

use super::{Job, page};

/// Starts it; it ends when nobody can ask any more.
pub(super) fn start(jobs: Receiver<Job>) -> io::Result<()> {
    thread::Builder::new()
        .name("search".to_owned())
        .spawn(move || work(&jobs))?;
    Ok(())
}

/// Takes half of one processor at most: while others wait, it rests after each for as long as that
/// took.
fn work(jobs: &Receiver<Job>) {
    let mut waiting = None;
    while let Some(job) = waiting.take().or_else(|| jobs.recv().ok()) {
        let begun = Instant::now();
        answer(job);
        waiting = jobs.try_recv().ok();
        if waiting.is_some() {
            thread::sleep(begun.elapsed());
        }
    }
}

fn answer(job: Job) {
    let Job {
        catalogue,
        question,
        reader,
    } = job;
    if reader.is_closed() {
        return;
    }
    let made = catch_unwind(AssertUnwindSafe(|| page::make(&catalogue, &question)));
    let made = made.unwrap_or_else(|_| {
        tracing::error!(query = question.text, "a search panicked");
        None
    });
    // Who has gone away needs no answer.
    reader.send(made).ok();
}
