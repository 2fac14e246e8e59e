//! What the loop keeps from one turn to the next: what it built last and how that ended, and when
//! to look again with nobody asking.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::cause::Cause;
use super::clock::now;
use super::failure::Failure;
use super::pipeline::Error;
use super::queue::RebuildHandle;
use super::report::BuildState;
use crate::diagnostic::Diagnostic;
use crate::moment::Moment;
use crate::repository::{Oid, Snapshot, SourceFile};

/// Waits between attempts that failed for a reason outside the content.
const FIRST_RETRY: Duration = Duration::from_secs(1);
const LAST_RETRY: Duration = Duration::from_secs(300);
/// The clock may be set while a scheduled post waits: look again at least this often.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// The loop's memory.
#[derive(Debug, Default)]
pub(super) struct Memory {
    built: Option<(Option<Oid>, Arc<Vec<SourceFile>>, Ending)>,
    next_scheduled: Option<Moment>,
    retry: Option<(Instant, Duration)>,
}

/// How the build of a revision ended, as far as it holds for every later look at it.
#[derive(Clone, Debug)]
pub(super) enum Ending {
    Published {
        posts: Option<usize>,
        errors: Vec<Diagnostic>,
        warnings: Vec<Diagnostic>,
    },
    Rejected(Vec<Diagnostic>),
}

impl Memory {
    /// How the build of this very content ended, if it was the last.
    pub(super) fn ending(&self, snapshot: &Snapshot) -> Option<&Ending> {
        let (commit, files, ending) = self.built.as_ref()?;
        (*commit == snapshot.commit && *files == snapshot.files).then_some(ending)
    }

    /// A build begins: what was known of the content before holds no more.
    pub(super) fn begin(&mut self) {
        self.built = None;
        self.next_scheduled = None;
    }

    /// It ended; without an ending the same content is to be built again.
    pub(super) fn end(
        &mut self,
        commit: Option<Oid>,
        files: Arc<Vec<SourceFile>>,
        ending: Option<Ending>,
    ) {
        self.built = ending.map(|ending| (commit, files, ending));
    }

    /// A post is due at that time.
    pub(super) fn schedule(&mut self, due: Option<Moment>) {
        self.next_scheduled = due;
    }

    /// All is well: nothing is to be tried again.
    pub(super) fn settle(&mut self) {
        self.retry = None;
    }

    /// The next attempt: twice the wait before, with jitter, so that many daemons do not return
    /// to a remote in step.
    pub(super) fn retry_later(&mut self) {
        let wait = self
            .retry
            .map_or(FIRST_RETRY, |(_, wait)| (wait * 2).min(LAST_RETRY));
        let mut byte = [0_u8];
        let jitter = getrandom::fill(&mut byte).map_or(0.0, |()| f64::from(byte[0]) / 1024.0);
        self.retry = Some((Instant::now() + wait.mul_f64(1.0 + jitter), wait));
    }

    /// When to look again with nobody asking.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let due = self.next_scheduled.map(|due| {
            let wait = due.timestamp().duration_since(now().timestamp());
            let wait = Duration::try_from(wait).unwrap_or_default();
            Instant::now() + wait.min(LONGEST_WAIT)
        });
        due.into_iter().chain(self.retry.map(|(at, _)| at)).min()
    }

    /// Asks for what the deadline was about.
    pub(super) fn wake(&mut self, queue: &RebuildHandle) {
        let retry = self.retry.is_some_and(|(at, _)| at <= Instant::now());
        let due = self.next_scheduled.is_some_and(|due| due <= now());
        let cause = match (retry, due) {
            (true, _) => Cause::Retry,
            (false, true) => Cause::Due,
            (false, false) => return,
        };
        if let Err(error) = queue.request(cause) {
            tracing::error!(%error, "no build can be named");
        }
    }
}

impl Ending {
    /// The ending of a build, unless it failed for a reason that may pass.
    pub(super) fn of(made: &Result<(), Failure>, state: &BuildState) -> Option<Self> {
        match made {
            Ok(()) => Some(Self::Published {
                posts: state.posts,
                errors: state.errors.clone(),
                warnings: state.warnings.clone(),
            }),
            Err(failure) if failure.is_passing() => None,
            Err(failure) => Some(Self::Rejected(failure.diagnostics().to_vec())),
        }
    }

    /// Ends another look at the same content in the same way.
    pub(super) fn repeat(&self, state: &mut BuildState) -> Result<(), Failure> {
        match self {
            Self::Published {
                posts,
                errors,
                warnings,
            } => {
                state.posts = *posts;
                state.errors.clone_from(errors);
                state.warnings.clone_from(warnings);
                Ok(())
            }
            Self::Rejected(findings) => Err(Failure::Build(Error::Rejected(findings.clone()))),
        }
    }
}
