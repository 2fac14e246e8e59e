//! The loop: wait for a cause, look at the source, build, publish, report.

mod cause;
mod queue;
mod report;

pub(crate) use cause::Cause;
pub(crate) use queue::RebuildHandle;
pub(crate) use report::{BuildId, BuildState, Health, Report, Stage, Status, Trouble};
