//! What can make the loop look at its source again. Each only says "look"; none says what to build.

/// Why a build was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    Started,
    Pushed,
    FilesChanged,
    Polled,
    /// A scheduled post is due.
    Due,
    /// The last attempt failed and its wait is over.
    Retry,
}
