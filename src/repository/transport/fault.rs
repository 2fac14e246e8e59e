//! What goes wrong on the way to a remote, in words that say what to do. None of them holds a secret:
//! addresses are `Redacted`, and what the other side said is cleaned and cut.

use std::io;
use std::path::PathBuf;

use super::{MAX_BYTES, MAX_OFFER};
use crate::config;
use crate::repository::address::Redacted;

/// Why nothing came over the network.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error("there is no host `{host}`, or no name server tells of it")]
    NoSuchHost { host: String },

    #[error("`{host}` did not answer within {seconds} s")]
    NoAnswer { host: String, seconds: u64 },

    #[error("no connection to `{host}` can be made")]
    Unreachable {
        host: String,
        #[source]
        source: io::Error,
    },

    #[error("no byte came for {seconds} s")]
    Stalled { seconds: u64 },

    /// The time for the whole is over.
    #[error("it took too long")]
    Late,

    #[error("the connection ended in the middle; byline tries again on its own")]
    Cut,

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

    #[error("it does not speak HTTP as it should")]
    Http {
        #[source]
        source: Box<ureq::Error>,
    },

    #[error(
        "its certificate is signed by nobody who is trusted here; if by a CA of your own, name that CA's certificate with `--remote-ca-file`"
    )]
    UnknownAuthority,

    #[error(
        "its certificate is for another name than `{host}`; give the address by the name it is for"
    )]
    WrongName { host: String },

    #[error(
        "its certificate has expired or is not valid yet; it has to be renewed, or the clock of this machine is wrong"
    )]
    Expired,

    #[error("TLS cannot be agreed on with `{host}`")]
    Tls {
        host: String,
        #[source]
        source: rustls::Error,
    },

    #[error("`{path}` holds no certificate; name a file with `-----BEGIN CERTIFICATE-----` in it")]
    NoCertificate { path: PathBuf },

    #[error(transparent)]
    Setting(#[from] config::Error),

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
