//! What was set. Two files, two types: `SiteConfig` is the authors' `byline.toml`, the server's
//! options are the operator's. Nothing an author pushes can set the second.

mod announce;
mod check;
mod check_authors;
mod epoch;
mod keys;
mod params;
mod parse;
mod permalink;
mod remote;
mod security;
mod server;
mod settings;
mod site;
mod supervision;
mod token;

use std::path::{Path, PathBuf};

pub(crate) use announce::{AnnounceOptions, StatusForge};
pub(crate) use epoch::source_date_epoch;
pub(crate) use params::Params;
pub(crate) use permalink::{Pattern, Piece, Token};
pub(crate) use remote::RemoteOptions;
pub(crate) use server::{ServeOptions, SourceOptions, webhook_secrets};
pub(crate) use settings::{Resolved, Settings};
pub(crate) use site::{
    Author, Content, DateRule, Dialect, HistoryPages, HtmlPolicy, MenuEntry, OnError, Provenance,
    Site, SiteConfig, Stream,
};
pub(crate) use supervision::{OURS_ALONE, Supervision};

/// Why the operator's settings cannot be used; the program ends with exit code 2.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("cannot read `{path}`")]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("`{path}` is not a server configuration:\n{reason}")]
    Server { path: PathBuf, reason: String },
    #[error(
        "{origin} holds no secret; write one line of random characters, or leave the setting out to take no triggers"
    )]
    EmptySecret { origin: String },
    #[error(
        "{origin} holds more than two secrets; one for use and one for rotation is all there can be"
    )]
    TooManySecrets { origin: String },
    #[error("{origin} holds no token; write it there, or leave the setting out")]
    EmptyToken { origin: String },
    #[error("there is no folder for state: set `--data-dir`, or `HOME`")]
    NoDataDir,
    #[error(
        "`SOURCE_DATE_EPOCH` is `{value}`, which is no time; write whole seconds since 1970, as `date +%s` prints them, or unset it"
    )]
    SourceDateEpoch { value: String },
}

/// A settings file as text.
#[expect(clippy::disallowed_methods, reason = "this is where settings are read")]
pub(crate) fn read(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })
}
