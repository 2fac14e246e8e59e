//! The loop: wait for a cause, look at the source, build, publish, report. One thread owns the
//! source and the releases; nothing else touches them.

mod beginnings;
mod cause;
mod changes;
mod clock;
mod explain;
mod failure;
mod ledger;
mod look;
mod making;
mod memory;
mod past;
mod pipeline;
mod program;
mod provenance;
mod queue;
mod report;
mod searching;
mod signers;
mod sources;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;

use crate::diagnostic::Diagnostic;
use crate::progress::{Form, Watch};
use crate::publish::{self, Publisher};
use crate::repository::Snapshot;
use crate::revisions::Revisions;
use crate::site::Plan;
use failure::Failure;
use memory::{Ending, Memory};
use queue::{Request, Wake};

pub(crate) use cause::Cause;
pub(crate) use changes::{Changes, Readers, Told};
pub(crate) use clock::now;
pub(crate) use explain::Explained;
pub(crate) use past::{Meanings, Past};
pub(crate) use pipeline::{Counts, Error, Pipeline, Reading, Stopwatch, Timings, chain};
pub(crate) use queue::RebuildHandle;
pub(crate) use report::{BuildId, BuildState, Health, Report, Stage, Status};
pub(crate) use searching::Searching;

/// After a build that took so long the source is looked at again: a push meanwhile may have told
/// nobody.
const LONG: Duration = Duration::from_secs(1);

/// The loop and what it owns.
pub(crate) struct Rebuilder {
    pub(crate) pipeline: Pipeline,
    pub(crate) publisher: Publisher,
    pub(crate) queue: RebuildHandle,
    /// What readers have, to tell what is new to them.
    pub(crate) readers: Readers,
    pub(crate) report: Report,
    /// The published branch, told to the webhook once it is known.
    pub(crate) branch: Arc<ArcSwapOption<String>>,
    /// Told of the past of each site that is published.
    pub(crate) revisions: Arc<Revisions>,
    /// Told of each site that is published, and looks it through.
    pub(crate) searching: Searching,
}

impl Rebuilder {
    /// Runs until the queue is stopped.
    pub(crate) fn run(mut self) {
        let _attendance = self.queue.attend();
        let mut memory = Memory::default();
        loop {
            match self.queue.next(memory.deadline()) {
                Wake::Stop => return,
                Wake::Deadline => memory.wake(&self.queue),
                Wake::Build(request) => {
                    self.turn(request, &mut memory);
                    self.enrich();
                }
            }
        }
    }

    /// Makes what readers can wait for, as long as nothing else is to be done.
    fn enrich(&mut self) {
        self.search();
        let wanted = || self.queue.wants();
        while !wanted() {
            let publisher = AssertUnwindSafe(&mut self.publisher);
            let done = catch_unwind(|| { publisher }.enrich(&wanted));
            let reason = match done {
                Ok(Ok(true)) => continue,
                Ok(Ok(false)) => return,
                Ok(Err(error)) => pipeline::chain(&error),
                Err(_) => Failure::Panic.reason(),
            };
            tracing::warn!(reason, "the encoded forms of pages are left out");
            return;
        }
    }

    /// Brings search to what is published.
    fn search(&mut self) {
        let (searching, pipeline) = (&mut self.searching, &self.pipeline);
        let update = || searching.update(pipeline, &|| self.queue.wants());
        let reason = match catch_unwind(AssertUnwindSafe(update)) {
            Ok(Ok(())) => return,
            Ok(Err(error)) => pipeline::chain(&error),
            Err(_) => Failure::Panic.reason(),
        };
        tracing::warn!(reason, "search does not know what was published last");
    }

    /// One build, from the look at the source to the report.
    fn turn(&mut self, request: Request, memory: &mut Memory) {
        let started = Instant::now();
        let mut state = BuildState::new(request.id, Stage::Fetching);
        tracing::debug!(build = %state.id, causes = ?request.causes, "looking");
        self.report.record(state.clone());
        let watch = Watch::start(self.pipeline.repository().tally(), Form::Lines);
        // A defect in one build must not end the service; the site that is served is untouched.
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            self.build(&mut state, &request.causes, memory)
        }));
        drop(watch);
        match outcome.unwrap_or(Err(Failure::Panic)) {
            Ok(()) => {
                state.state = Stage::Published;
                memory.settle();
                self.report.outcome(None);
            }
            Err(failure) => {
                state.state = Stage::Failed;
                state.reason = Some(failure.reason());
                state.errors.extend_from_slice(failure.diagnostics());
                tracing::error!(build = %state.id, reason = %failure.reason(), "nothing new is published");
                if failure.is_passing() {
                    memory.retry_later();
                }
                self.report.outcome(Some(failure.trouble()));
            }
        }
        let took = started.elapsed();
        let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        state.timings_ms.insert("total", milliseconds);
        let again = state.is_new && took >= LONG && self.pipeline.repository().folder().is_none();
        self.report.record(state);
        if again && let Err(error) = self.queue.request(Cause::Polled) {
            tracing::error!(%error, "no build can be named");
        }
    }

    fn build(
        &mut self,
        state: &mut BuildState,
        causes: &[Cause],
        memory: &mut Memory,
    ) -> Result<(), Failure> {
        let mut watch = Stopwatch::start();
        // A remote that is away holds nothing back that is already here: a scheduled post is due
        // all the same.
        let fetched = self.pipeline.fetch().map_err(Failure::Build);
        self.branch
            .store(self.pipeline.repository().branch().map(Arc::new));
        let snapshot = match (self.pipeline.snapshot(), &fetched) {
            (Ok(snapshot), _) => snapshot,
            (Err(_), Err(_)) => return fetched,
            (Err(error), Ok(())) => return Err(Failure::Build(error)),
        };
        state.commit = snapshot.commit.map(|commit| commit.to_string());
        state.timings_ms.insert("fetch", watch.lap());
        let insists = causes.iter().any(|cause| cause.insists());
        if let Some(ending) = memory.ending(&snapshot).filter(|_| !insists) {
            // Nothing differs from what was built last: how that ended still holds.
            return ending.repeat(state).and(fetched);
        }
        let (commit, files) = (snapshot.commit, Arc::clone(&snapshot.files));
        memory.begin();
        let made = self.make(state, snapshot, memory);
        memory.end(commit, files, Ending::of(&made, state));
        made.and(fetched)
    }

    /// Reads, renders and publishes a snapshot.
    fn make(
        &mut self,
        state: &mut BuildState,
        snapshot: Snapshot,
        memory: &mut Memory,
    ) -> Result<(), Failure> {
        state.state = Stage::Building;
        state.is_new = true;
        self.report.record(state.clone());
        let started = now();
        let mut reading = self
            .pipeline
            .read(snapshot, started)
            .map_err(Failure::Build)?;
        memory.schedule(reading.library.next_scheduled);
        state.base_url.clone_from(&reading.config.site.base_url);
        let publisher = &mut self.publisher;
        let publish = |plan: &Plan<'_>, read: publish::Read<'_>| {
            state.posts = Some(plan.posts);
            publisher.publish(plan, read, started)
        };
        let made = self.pipeline.make(&mut reading, publish);
        state.timings_ms.append(&mut reading.timings);
        let (count, difference) = made.map_err(Failure::Build)?;
        state.changes = Some(self.readers.see(&reading.library, difference));
        reading.counts.insert("pages", (count.made, count.kept));
        let findings = std::mem::take(&mut reading.findings);
        let counts = std::mem::take(&mut reading.counts);
        self.searching.follow(&self.pipeline, &reading);
        if let Some(shelf) = self.pipeline.shelf(reading) {
            self.revisions.replace(shelf);
        }
        report(state, findings, &counts);
        Ok(())
    }
}

/// Tells of a published build, in the log and in its state.
fn report(state: &mut BuildState, findings: Vec<Diagnostic>, counts: &Counts) {
    let (errors, warnings): (Vec<_>, Vec<_>) = findings.into_iter().partition(Diagnostic::is_error);
    for finding in errors.iter().chain(&warnings) {
        tracing::warn!("{}", finding.to_string().trim_end());
    }
    tracing::info!(
        commit = state.commit.as_deref().map(|commit| &commit[..7]),
        posts = state.posts,
        errors = errors.len(),
        warnings = warnings.len(),
        timings = ?state.timings_ms,
        made_and_kept = ?counts,
        "published"
    );
    state.errors = errors;
    state.warnings = warnings;
}
