//! What can go wrong with the content repository as a whole. What is wrong with single files is
//! a `Diagnostic`.

use std::path::PathBuf;

use super::Oid;
use super::address::Redacted;
use super::transport::Fault;
use crate::config;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(
        "`{path}` is neither a folder, a bare repository nor a URL; give a folder that exists, or an address that begins with `https://`, `ssh://`, `git://`, `http://` or `file://`"
    )]
    SourceNotFound { path: PathBuf },

    #[error(
        "`{source_url}`: byline cannot fetch over `{scheme}`; use an address that begins with `https://`, `ssh://`, `git://`, `http://` or `file://`"
    )]
    UnsupportedScheme {
        source_url: Redacted,
        scheme: String,
    },

    #[error("`{source_url}` is no address to fetch from: {fault}")]
    BadAddress {
        source_url: Redacted,
        fault: &'static str,
    },

    #[error(transparent)]
    Setting(#[from] config::Error),

    #[error(
        "`{subdir}` is not a folder inside the repository; name one without `..` or a leading `/`"
    )]
    BadSubdir { subdir: String },

    #[error("`{branch}` is not the name of a branch")]
    BadBranch { branch: String },

    #[error("there is no folder `{subdir}` in {revision}")]
    NoSuchFolder { subdir: String, revision: String },

    #[error(
        "`{path}` belongs to another user, so git refuses to read it; run byline as its owner, or `git config --global --add safe.directory {path}` where it is yours to trust"
    )]
    NotOwner {
        path: PathBuf,
        #[source]
        source: git2::Error,
    },

    #[error("cannot open the repository at `{path}`")]
    Open {
        path: PathBuf,
        #[source]
        source: git2::Error,
    },

    #[error("`{path}` is not a mirror made by byline; move it away or give another data directory")]
    NotOurMirror { path: PathBuf },

    #[error(
        "the mirror at `{path}` borrows objects from elsewhere (`objects/info/alternates`); delete the mirror"
    )]
    Alternates { path: PathBuf },

    #[error("cannot {action} `{path}`")]
    Io {
        action: &'static str,
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },

    #[error("cannot {action} in `{path}`")]
    Git {
        action: &'static str,
        path: PathBuf,
        #[source]
        source: git2::Error,
    },

    #[error("cannot fetch from `{remote}`")]
    Transfer {
        remote: Redacted,
        #[source]
        fault: Box<Fault>,
    },

    #[error("cannot reach `{remote}`")]
    Unreachable {
        remote: Redacted,
        #[source]
        source: git2::Error,
    },

    #[error(
        "`{remote}` does not answer as git does; if it is a shallow clone, run `git fetch --unshallow` there"
    )]
    NotGit {
        remote: Redacted,
        #[source]
        source: git2::Error,
    },

    #[error("fetching from `{remote}` failed")]
    Fetch {
        remote: Redacted,
        #[source]
        source: git2::Error,
    },

    #[error("fetching from `{remote}` took longer than {seconds} s and was given up")]
    Deadline { remote: Redacted, seconds: u64 },

    #[error("`{remote}` holds more than {limit} objects; byline serves blogs smaller than that")]
    TooManyObjects { remote: Redacted, limit: usize },

    #[error("`{remote}` has no branch `{branch}`{}", known(.branches))]
    NoSuchBranch {
        remote: Redacted,
        branch: String,
        branches: Vec<String>,
    },

    #[error("`{remote}` has no commits yet; push one")]
    EmptyRemote { remote: Redacted },

    #[error("`{remote}` names no default branch; say which one to publish with `--branch`{}", known(.branches))]
    NoDefaultBranch {
        remote: Redacted,
        branches: Vec<String>,
    },

    #[error("nothing has been fetched yet")]
    NothingFetched,

    #[error("object {id} is not in the repository")]
    Missing {
        id: Oid,
        #[source]
        source: git2::Error,
    },

    #[error("object {id} cannot be read")]
    Unreadable {
        id: Oid,
        #[source]
        source: git2::Error,
    },

    #[error("object {id} is not a {wanted}")]
    WrongKind { id: Oid, wanted: &'static str },

    #[error("object {id} has {size} bytes, more than the {limit} allowed")]
    TooLarge { id: Oid, size: u64, limit: u64 },

    #[error("`{path}` changed while it was being read; it will be read again at the next build")]
    Changed { path: String },
}

impl Error {
    pub(super) fn io(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }

    pub(super) fn git(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(git2::Error) -> Self {
        let path = path.into();
        move |source| Self::Git {
            action,
            path,
            source,
        }
    }

    /// Whether the source was named wrongly: trying again cannot help.
    pub(crate) fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::SourceNotFound { .. }
                | Self::UnsupportedScheme { .. }
                | Self::BadAddress { .. }
                | Self::Setting(_)
                | Self::BadSubdir { .. }
                | Self::BadBranch { .. }
                | Self::NoSuchFolder { .. }
                | Self::NotOwner { .. }
                | Self::NotOurMirror { .. }
                | Self::Alternates { .. }
        )
    }

    /// Whether a repository's own objects are at fault, so that a fresh clone would help.
    pub(super) fn is_damage(&self) -> bool {
        match self {
            Self::Missing { .. } | Self::Unreadable { .. } | Self::WrongKind { .. } => true,
            Self::Fetch { source, .. } | Self::Git { source, .. } => damaged(source),
            _ => false,
        }
    }
}

/// Classes of libgit2's errors which no network gives.
fn damaged(error: &git2::Error) -> bool {
    use git2::ErrorClass as Class;
    matches!(
        error.class(),
        Class::Odb
            | Class::Object
            | Class::Zlib
            | Class::Indexer
            | Class::Reference
            | Class::Repository
            | Class::Tree
            | Class::Invalid
    ) || error.code() == git2::ErrorCode::HashsumMismatch
}

fn known(branches: &[String]) -> String {
    if branches.is_empty() {
        return String::new();
    }
    let shown: Vec<String> = branches.iter().take(8).map(|b| format!("`{b}`")).collect();
    let more = if branches.len() > 8 { ", ..." } else { "" };
    format!("; it has {}{more}", shown.join(", "))
}
