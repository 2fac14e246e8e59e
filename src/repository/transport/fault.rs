//! What goes wrong on the way to a remote, in words that say what to do. None of them holds a secret:
//! addresses are `Redacted`, and what the other side said is cleaned and cut.

use std::io;

use super::{MAX_BYTES, MAX_OFFER};
use crate::client;
use crate::repository::address::Redacted;

/// Why nothing came over the network.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error(transparent)]
    Client(#[from] client::Error),

    #[error("it sent more than {} GiB; byline serves blogs smaller than that", MAX_BYTES >> 30)]
    TooLarge,

    #[error("its list of branches and tags is longer than {} MiB", MAX_OFFER >> 20)]
    TooManyBranches,

    #[error(transparent)]
    Refused(#[from] Refused),

    #[error(
        "there is no repository (404), or whoever asks may not know of it; check the address, and for a private one give a token with `--remote-token-file`"
    )]
    NotFound,

    #[error("it has trouble of its own ({status}); byline tries again on its own")]
    Trouble { status: u16 },

    #[error("it answers with status {status}, which git does not know")]
    Status { status: u16 },

    #[error(
        "it answers with `{kind}` and not as git does; give the address that `git clone` takes"
    )]
    NotGit { kind: String },

    #[error(
        "it leads on to `{to}`, on another host or without TLS, which is not followed; give that address if it is right"
    )]
    Redirect { to: Redacted },

    #[error("it leads in circles; give the address it should end at")]
    Redirects,

    #[error(
        "there is no program `ssh`; install it (`openssh-client`), or use an `https://` address"
    )]
    NoSsh,

    #[error("`ssh` cannot be run")]
    SshNotRun {
        #[source]
        source: io::Error,
    },

    #[error(
        "the host key of `{host}` is not known; add it with `ssh-keyscan {scan} >> known_hosts` once you have compared its fingerprint, in the file of `--ssh-known-hosts-file` or in `~/.ssh/known_hosts`"
    )]
    UnknownHostKey { host: String, scan: String },

    #[error(
        "the host key of `{host}` is not the one that is known: somebody may be in between; if the host has a new key, replace the old one in `known_hosts`"
    )]
    OtherHostKey { host: String },

    #[error("there is no such repository, or this key may not read it (`{said}`)")]
    NoRepository { said: String },

    #[error("`ssh` ended without an answer (`{said}`)")]
    Ssh { said: String },
}

impl Fault {
    /// Whether the time for the whole is over.
    pub(super) fn is_late(&self) -> bool {
        matches!(self, Self::Client(client::Error::Late))
    }
}

/// What asking again does not change, and what is therefore not asked again at once: who asks too
/// often is locked out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("it asks who is there (401); give a token with `--remote-token-file`")]
    Anonymous,

    #[error(
        "it asks who is there (401), and a token is sent over https alone; use an `https://` address"
    )]
    Withheld,

    #[error(
        "it does not take the token or password (401); see whether it has expired, and whether it is that of the user `{user}`"
    )]
    Unauthorized { user: String },

    #[error(
        "it does not take the user of the address and what was given with it (401); see whether they still hold"
    )]
    Typed,

    #[error(
        "it does not let byline read (403); the token lacks the right to read this repository, or too much was asked for of late"
    )]
    Forbidden,

    #[error(
        "it takes none of the keys (`{said}`); give the right one with `--ssh-key-file`, and put its public half on the other side"
    )]
    Key { said: String },
}
