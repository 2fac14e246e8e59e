//! One build running, at most one waiting. A cause that comes while one waits joins it, so a burst
//! of triggers becomes one build of the newest revision, and none is lost: a build takes its
//! causes before it looks at the source.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::cause::Cause;
use super::report::BuildId;

/// The waiting place, shared by triggers and the loop.
#[derive(Clone, Debug, Default)]
pub(crate) struct RebuildHandle {
    shared: Arc<(Mutex<Waiting>, Condvar)>,
}

#[derive(Debug, Default)]
struct Waiting {
    build: Option<Request>,
    /// The build the loop took last: it is still to be found in the moment before the loop
    /// reports it.
    taken: Option<BuildId>,
    stopped: bool,
    /// The loop has ended, as told or by a defect.
    abandoned: bool,
}

/// Lasts as long as somebody takes builds from the queue.
#[derive(Debug)]
pub(crate) struct Attendance(RebuildHandle);

impl Drop for Attendance {
    fn drop(&mut self) {
        self.0.lock().abandoned = true;
    }
}

/// The causes of the next build, and its name.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) id: BuildId,
    pub(super) causes: Vec<Cause>,
}

/// Why the loop woke.
#[derive(Debug)]
pub(super) enum Wake {
    Build(Request),
    /// The deadline given to `next` has come.
    Deadline,
    Stop,
}

impl RebuildHandle {
    /// Asks for a look at the source. Returns the build that will take it up: the one already
    /// waiting, or a new one.
    pub(crate) fn request(&self, cause: Cause) -> Result<BuildId, getrandom::Error> {
        let (waiting, bell) = &*self.shared;
        let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(request) = &mut waiting.build {
            if !request.causes.contains(&cause) {
                request.causes.push(cause);
            }
            return Ok(request.id.clone());
        }
        let id = BuildId::random()?;
        waiting.build = Some(Request {
            id: id.clone(),
            causes: vec![cause],
        });
        bell.notify_one();
        Ok(id)
    }

    /// The build of this name, if it is waiting, or was just taken up.
    pub(crate) fn waiting(&self, id: &str) -> Option<BuildId> {
        let waiting = self.lock();
        let next = waiting.build.as_ref().map(|request| &request.id);
        let mut known = next.into_iter().chain(&waiting.taken);
        known.find(|known| known.as_str() == id).cloned()
    }

    /// Says that builds are taken, until what it gives is dropped.
    pub(crate) fn attend(&self) -> Attendance {
        Attendance(self.clone())
    }

    /// Whether builds are taken: false once the loop has ended.
    pub(crate) fn is_attended(&self) -> bool {
        !self.lock().abandoned
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.shared.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the loop has something to do: a build waits, or it is to end.
    pub(super) fn wants(&self) -> bool {
        let waiting = self.lock();
        waiting.build.is_some() || waiting.stopped
    }

    /// Ends the loop after the build that runs.
    pub(crate) fn stop(&self) {
        let (waiting, bell) = &*self.shared;
        waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .stopped = true;
        bell.notify_one();
    }

    /// Waits for a request, or for `deadline`.
    pub(super) fn next(&self, deadline: Option<Instant>) -> Wake {
        let (waiting, bell) = &*self.shared;
        let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if waiting.stopped {
                return Wake::Stop;
            }
            if let Some(request) = waiting.build.take() {
                waiting.taken = Some(request.id.clone());
                return Wake::Build(request);
            }
            waiting = match deadline {
                None => bell.wait(waiting).unwrap_or_else(PoisonError::into_inner),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Wake::Deadline;
                    }
                    bell.wait_timeout(waiting, left)
                        .unwrap_or_else(PoisonError::into_inner)
                        .0
                }
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_becomes_one_waiting_build() {
        let handle = RebuildHandle::default();
        let first = handle.request(Cause::Pushed).unwrap();
        for _ in 0..299 {
            assert_eq!(handle.request(Cause::Pushed).unwrap(), first);
        }
        let Wake::Build(request) = handle.next(None) else {
            unreachable!("a build waits")
        };
        assert_eq!(
            (request.id, request.causes),
            (first.clone(), vec![Cause::Pushed])
        );
        assert_ne!(handle.request(Cause::Polled).unwrap(), first);
    }
}
