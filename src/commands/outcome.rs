//! How a command ended: the one place a failure becomes words and an exit code.

use std::io::{self, Write};
use std::process::ExitCode;

use crate::diagnostic::Diagnostic;
use crate::rebuild;
use crate::repository;

/// The end of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Done,
    /// The content or the build has errors.
    Errors,
    /// Wrong usage or configuration.
    Usage,
}

impl Outcome {
    pub(super) fn exit_code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Done => 0,
            Self::Errors => 1,
            Self::Usage => 2,
        })
    }

    /// Says what failed and decides what that means.
    pub(super) fn of(error: &anyhow::Error) -> Self {
        if is_broken_pipe(error) {
            return Self::Done;
        }
        if let Some(rebuild::Error::Rejected(findings)) = error.downcast_ref::<rebuild::Error>() {
            show(findings);
            return if findings.iter().any(|finding| finding.code == "config") {
                Self::Usage
            } else {
                Self::Errors
            };
        }
        let mut text = format!("error: {error}\n");
        for cause in error.chain().skip(1) {
            text.push_str(&format!("  because: {cause}\n"));
        }
        say(&text);
        match error.downcast_ref::<rebuild::Error>() {
            Some(rebuild::Error::Source(source)) => Self::of_source(source),
            Some(rebuild::Error::Config(_) | rebuild::Error::Write(_)) => Self::Usage,
            Some(rebuild::Error::Rejected(_)) => Self::Errors,
            None => error
                .downcast_ref::<repository::Error>()
                .map_or(Self::Usage, Self::of_source),
        }
    }

    /// A source that was named wrongly is usage; one that is away is not.
    fn of_source(error: &repository::Error) -> Self {
        if error.is_usage() {
            Self::Usage
        } else {
            Self::Errors
        }
    }

    /// Errors among the findings decide.
    pub(super) fn of_findings(findings: &[Diagnostic]) -> Self {
        if findings.iter().any(Diagnostic::is_error) {
            Self::Errors
        } else {
            Self::Done
        }
    }
}

/// Whoever read our output has seen enough (`byline list | head`).
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// Shows findings to people.
pub(super) fn show(findings: &[Diagnostic]) {
    let mut sorted: Vec<&Diagnostic> = findings.iter().collect();
    sorted.sort_by(|a, b| (a.severity, &a.path, a.line).cmp(&(b.severity, &b.path, b.line)));
    for finding in sorted {
        say(&format!("{finding}\n"));
    }
}

/// Writes to standard error; nobody is left to be told if that fails.
pub(super) fn say(text: &str) {
    drop(io::stderr().write_all(text.as_bytes()));
}

/// Writes a result to standard output.
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// `3 posts`, `1 post`.
pub(super) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
