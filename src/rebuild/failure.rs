//! Why a turn of the loop ended without a new site, and what follows from it.

use super::pipeline::{Error, chain};
use super::report::Trouble;
use crate::diagnostic::Diagnostic;

/// The end of a build that did not succeed.
#[derive(Debug)]
pub(super) enum Failure {
    Build(Error),
    Panic,
}

impl Failure {
    /// In words for a person; free of secrets.
    pub(super) fn reason(&self) -> String {
        match self {
            Self::Build(error) => chain(error),
            Self::Panic => {
                "byline met a defect of its own; please report it with the log".to_owned()
            }
        }
    }

    /// What is wrong with the content, where that is why.
    pub(super) fn diagnostics(&self) -> &[Diagnostic] {
        match self {
            Self::Build(Error::Rejected(findings)) => findings,
            Self::Build(_) | Self::Panic => &[],
        }
    }

    /// Whether the same commit may fare better later. What the content is to blame for will not.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self, Self::Build(Error::Source(_) | Error::Write(_)))
    }

    /// What it means for the health of updates.
    pub(super) fn trouble(&self) -> Trouble {
        match self {
            Self::Build(Error::Source(_)) => Trouble::Remote(self.reason()),
            Self::Build(_) | Self::Panic => Trouble::Build(self.reason()),
        }
    }
}
