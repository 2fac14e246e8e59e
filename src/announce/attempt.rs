//! What came of an attempt to tell somebody.

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Taken,
    /// It would not be taken at any other time either.
    Refused {
        reason: String,
    },
    /// Nothing more is to be sent there (410, as Standard Webhooks has it).
    Unwanted,
    Later {
        reason: String,
    },
}

/// As much of what a server says is logged.
const SHOWN: usize = 120;

impl Outcome {
    /// What a status code means for a message.
    pub(super) fn of_status(status: u16, body: &str) -> Self {
        match status {
            200..=299 => Self::Taken,
            410 => Self::Unwanted,
            status => Self::Later {
                reason: said(status, body),
            },
        }
    }
}

/// A status code and the beginning of what came with it, fit for a log line.
pub(super) fn said(status: u16, body: &str) -> String {
    let plain = body.chars().map(|c| if c.is_control() { ' ' } else { c });
    let shown: String = plain.take(SHOWN).collect();
    match shown.trim() {
        "" => format!("status {status}"),
        shown => format!("status {status}: {shown}"),
    }
}
