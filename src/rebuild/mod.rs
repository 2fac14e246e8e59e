//! The loop: wait for a cause, look at the source, build, publish, report. One thread owns the
//! source and the releases; nothing else touches them.

mod cause;
mod clock;
mod past;
mod pipeline;
mod queue;
mod report;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;

use crate::diagnostic::Diagnostic;
use crate::moment::Moment;
use crate::publish::{self, Publisher};
use crate::repository::{Oid, SourceFile};
use queue::{Request, Wake};

pub(crate) use cause::Cause;
pub(crate) use clock::now;
pub(crate) use pipeline::{Error, Pipeline, Reading, Stopwatch, Timings, chain};
pub(crate) use queue::RebuildHandle;
pub(crate) use report::{BuildId, BuildState, Health, Report, Stage, Status, Trouble};

/// Waits between attempts that failed for a reason outside the content.
const FIRST_RETRY: Duration = Duration::from_secs(1);
const LAST_RETRY: Duration = Duration::from_secs(300);
/// The clock may be set while a scheduled post waits: look again at least this often.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// The loop and what it owns.
pub(crate) struct Rebuilder {
    pub(crate) pipeline: Pipeline,
    pub(crate) publisher: Publisher,
    pub(crate) queue: RebuildHandle,
    pub(crate) report: Report,
    /// The published branch, told to the webhook once it is known.
    pub(crate) branch: Arc<ArcSwapOption<String>>,
}

/// What is kept from one turn to the next.
#[derive(Debug, Default)]
struct Memory {
    /// What the last finished build looked at, successful or not.
    seen: Option<(Option<Oid>, Vec<SourceFile>)>,
    next_scheduled: Option<Moment>,
    retry: Option<(Instant, Duration)>,
}

/// Why a turn of the loop ended without a new site.
enum Failure {
    Build(Error),
    Write(publish::Error),
    Panic,
}

impl Rebuilder {
    /// Runs until the queue is stopped.
    pub(crate) fn run(mut self) {
        let mut memory = Memory::default();
        loop {
            match self.queue.next(memory.deadline()) {
                Wake::Stop => return,
                Wake::Deadline => memory.wake(&self.queue),
                Wake::Build(request) => self.turn(request, &mut memory),
            }
        }
    }

    /// One build, from the look at the source to the report.
    fn turn(&mut self, request: Request, memory: &mut Memory) {
        let started = Instant::now();
        let mut state = BuildState::new(request.id, Stage::Fetching);
        tracing::debug!(build = %state.id, causes = ?request.causes, "looking");
        self.report.record(state.clone());
        // A defect in one build must not end the service; the site that is served is untouched.
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            self.build(&mut state, &request.causes, memory)
        }));
        match outcome.unwrap_or(Err(Failure::Panic)) {
            Ok(()) => {
                state.state = Stage::Published;
                memory.retry = None;
                self.report.outcome(None);
            }
            Err(failure) => {
                state.state = Stage::Failed;
                state.reason = Some(failure.reason());
                state.errors.extend(failure.diagnostics());
                tracing::error!(build = %state.id, reason = %failure.reason(), "nothing new is published");
                memory.retry = failure.is_passing().then(|| backoff(memory.retry));
                self.report.outcome(Some(failure.trouble()));
            }
        }
        state.timings_ms.insert(
            "total",
            u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        );
        self.report.record(state);
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
        if memory.knows(&snapshot.commit, &snapshot.files)
            && !causes.iter().any(|cause| cause.insists())
        {
            return fetched.and_then(|()| self.unchanged());
        }
        state.state = Stage::Building;
        self.report.record(state.clone());

        memory.seen = Some((snapshot.commit, snapshot.files.clone()));
        memory.next_scheduled = None;
        let mut reading = self
            .pipeline
            .read(snapshot, now())
            .map_err(Failure::Build)?;
        memory.next_scheduled = reading.library.next_scheduled;
        let plan = self.pipeline.plan(&mut reading).map_err(Failure::Build)?;
        state.posts = Some(plan.posts);
        watch.lap();
        let repository = self.pipeline.repository();
        let published = self.publisher.publish(plan, &|file| repository.read(file));
        if let Err(error) = published {
            // The next attempt must not take this revision for built.
            memory.seen = None;
            return Err(Failure::Write(error));
        }
        state.timings_ms.append(&mut reading.timings);
        state.timings_ms.insert("write", watch.lap());
        report(state, reading.findings);
        fetched
    }

    /// Nothing differs from what was built last: that build's outcome still holds.
    fn unchanged(&self) -> Result<(), Failure> {
        match self.report.last_rejected() {
            None => Ok(()),
            Some(errors) => Err(Failure::Build(Error::Rejected(errors))),
        }
    }
}

/// Tells of a published build, in the log and in its state.
fn report(state: &mut BuildState, findings: Vec<Diagnostic>) {
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
        "published"
    );
    state.errors = errors;
    state.warnings = warnings;
}

impl Memory {
    fn knows(&self, commit: &Option<Oid>, files: &[SourceFile]) -> bool {
        self.seen
            .as_ref()
            .is_some_and(|(seen, listed)| seen == commit && listed == files)
    }

    /// When to look again with nobody asking.
    fn deadline(&self) -> Option<Instant> {
        let due = self.next_scheduled.map(|due| {
            let wait = due.timestamp().duration_since(now().timestamp());
            Instant::now()
                + Duration::try_from(wait)
                    .unwrap_or_default()
                    .min(LONGEST_WAIT)
        });
        due.into_iter().chain(self.retry.map(|(at, _)| at)).min()
    }

    /// Asks for what the deadline was about.
    fn wake(&mut self, queue: &RebuildHandle) {
        let retry = self.retry.is_some_and(|(at, _)| at <= Instant::now());
        let due = self.next_scheduled.is_some_and(|due| due <= now());
        let cause = if retry {
            Cause::Retry
        } else if due {
            Cause::Due
        } else {
            return;
        };
        if let Err(error) = queue.request(cause) {
            tracing::error!(%error, "no build can be named");
        }
    }
}

impl Failure {
    fn reason(&self) -> String {
        match self {
            Self::Build(error) => chain(error),
            Self::Write(error) => chain(error),
            Self::Panic => {
                "byline met a defect of its own; please report it with the log".to_owned()
            }
        }
    }

    fn diagnostics(&self) -> Vec<Diagnostic> {
        match self {
            Self::Build(Error::Rejected(findings)) => findings.clone(),
            Self::Build(_) | Self::Write(_) | Self::Panic => Vec::new(),
        }
    }

    /// Whether the same commit may fare better later. What the content is to blame for will not.
    fn is_passing(&self) -> bool {
        matches!(self, Self::Build(Error::Source(_)) | Self::Write(_))
    }

    fn trouble(&self) -> Trouble {
        match self {
            Self::Build(Error::Source(_)) => Trouble::Remote(self.reason()),
            Self::Build(_) | Self::Write(_) | Self::Panic => Trouble::Build(self.reason()),
        }
    }
}

/// The next attempt: twice the wait before, with jitter, so that many daemons do not return to a
/// remote in step.
fn backoff(last: Option<(Instant, Duration)>) -> (Instant, Duration) {
    let wait = last.map_or(FIRST_RETRY, |(_, wait)| (wait * 2).min(LAST_RETRY));
    let mut byte = [0_u8];
    let jitter = getrandom::fill(&mut byte).map_or(0.0, |()| f64::from(byte[0]) / 1024.0);
    (Instant::now() + wait.mul_f64(1.0 + jitter), wait)
}
