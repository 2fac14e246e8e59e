//! What can make the loop look at its source again. Each only says "look"; none says what to build.

/// Why a build was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    Started,
    Pushed,
    FilesChanged,
    Polled,
    /// The operator asked, who may have changed what stands beside the content.
    Asked,
    /// A scheduled post is due.
    Due,
    /// The last attempt failed and its wait is over.
    Retry,
}

impl Cause {
    /// Whether to build even where nothing in the source changed: something else has.
    pub(super) fn insists(self) -> bool {
        matches!(self, Self::Started | Self::Asked | Self::Due)
    }
}
