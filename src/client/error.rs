//! What goes wrong on the way to another server, in words that say what to do.

use std::io;
use std::path::PathBuf;

use crate::config;

/// Why another server gave no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
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

    #[error("it does not speak HTTP as it should")]
    Http {
        #[source]
        source: Box<ureq::Error>,
    },

    #[error(
        "its certificate is signed by nobody who is trusted here; if by a CA of your own, name that CA's certificate with `{flag}`"
    )]
    UnknownAuthority { flag: &'static str },

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
}
