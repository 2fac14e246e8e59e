//! What the signature of a document is worth to a reader. A commit's signature covers all its files
//! byte for byte, so it is asked of the commit that gave the file the path and content it has.

use super::Name;
use super::registry::Registry;
use crate::diagnostic::Diagnostic;
use crate::history::{FileHistory, Revision};
use crate::repository::Oid;
use crate::signature::{Fault, Verification};

/// A document that carries a signature. None of them holds an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Signed {
    /// By a key that counts, for the commit's author or committer.
    Verified { by: Name, key: String },
    /// By a forge, which vouches for no author; unless `checked`, the commit only says so.
    Forge { name: &'static str, checked: bool },
    /// By a key that does not count: unknown, not yet or no longer, or another person's.
    Unknown { key: Option<String> },
    /// By nobody: what is signed is not what is there.
    Bad { why: Fault },
}

/// A commit's verification, told with a name.
#[derive(Clone, Debug)]
pub(crate) struct Judged {
    pub(crate) verification: Verification,
    /// Of the person it is verified for, after `.mailmap`.
    pub(crate) name: Option<String>,
}

impl Signed {
    /// Who is verified to have signed.
    pub(crate) fn by(&self) -> Option<&Name> {
        match self {
            Self::Verified { by, .. } => Some(by),
            Self::Forge { .. } | Self::Unknown { .. } | Self::Bad { .. } => None,
        }
    }

    /// The name used in templates.
    pub(crate) fn state(&self) -> &'static str {
        match self {
            Self::Verified { .. } => "verified",
            Self::Forge { .. } => "forge",
            Self::Unknown { .. } => "unknown",
            Self::Bad { .. } => "bad",
        }
    }

    /// `None` for what is not signed.
    fn of(judged: Judged, registry: &Registry) -> Option<Self> {
        let name = judged.name.and_then(|name| registry.name(&name));
        Some(match (judged.verification, name) {
            (Verification::Unsigned, _) => return None,
            (Verification::Verified { key, .. }, Some(by)) => Self::Verified { by, key },
            (Verification::Forge { name, checked }, _) => Self::Forge { name, checked },
            (Verification::Verified { key, .. }, None)
            | (Verification::Mismatch { key } | Verification::Expired { key }, _) => {
                Self::Unknown { key: Some(key) }
            }
            (Verification::UnknownKey { key, .. }, _) => Self::Unknown { key },
            (Verification::Bad { why }, _) => Self::Bad { why },
        })
    }
}

/// Asks for the signature of a document with this content, and tells of a bad one.
pub(super) fn signed(
    (path, blob): (&str, Oid),
    history: Option<&FileHistory>,
    judge: &dyn Fn(Oid) -> Option<Judged>,
    registry: &Registry,
) -> (Option<Signed>, Option<Diagnostic>) {
    let revision = history.and_then(|history| history.brought(path, blob));
    let Some(Revision { commit, .. }) = revision.filter(|revision| revision.signed) else {
        return (None, None);
    };
    let signed = judge(*commit).and_then(|judged| Signed::of(judged, registry));
    let finding = match &signed {
        Some(Signed::Bad { why }) => Some(bad(*commit, *why).path(path)),
        _ => None,
    };
    (signed, finding)
}

fn bad(commit: Oid, why: Fault) -> Diagnostic {
    let short = commit.short();
    Diagnostic::warning(
        "bad-signature",
        format!("commit {short}, which the text is from, has a bad signature: {why}"),
    )
    .help("find out who changed the commit, then commit the text anew")
}
