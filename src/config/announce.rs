//! Who is told what became of a build: the forge, by commit statuses, and one address of the
//! operator's, by a signed message. Secrets are never kept here, only where to find them.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Error;
use super::token::TokenPlaces;

/// What `serve` takes to tell of its builds.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct AnnounceOptions {
    /// Where the blog is reached, for links to builds [default: base_url of byline.toml]
    #[arg(long, value_name = "URL", env = "BYLINE_PUBLIC_URL")]
    pub(crate) public_url: Option<String>,
    /// File with a token that may write commit statuses; read anew each time
    #[arg(long, value_name = "FILE", env = "BYLINE_STATUS_TOKEN_FILE")]
    pub(crate) status_token_file: Option<PathBuf>,
    /// The forge that takes them [default: told by the host, for those everyone knows]
    #[arg(long, value_name = "FORGE", env = "BYLINE_STATUS_FORGE")]
    pub(crate) status_forge: Option<StatusForge>,
    /// The repository's page on the forge [default: the source]
    #[arg(long, value_name = "URL", env = "BYLINE_STATUS_REPOSITORY")]
    pub(crate) status_repository: Option<String>,
    /// Address that is sent a signed message of each publication
    #[arg(long, value_name = "URL", env = "BYLINE_NOTIFY_URL")]
    pub(crate) notify_url: Option<String>,
    /// File with the secret that those messages are signed with
    #[arg(long, value_name = "FILE", env = "BYLINE_NOTIFY_SECRET_FILE")]
    pub(crate) notify_secret_file: Option<PathBuf>,
}

/// A forge that shows commit statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum StatusForge {
    #[value(name = "github")]
    GitHub,
    #[value(name = "gitlab")]
    GitLab,
    /// Takes the same as Gitea.
    Forgejo,
    Gitea,
}

impl AnnounceOptions {
    /// The token for commit statuses, as it is now.
    pub(crate) fn status_token(&self) -> Result<Option<String>, Error> {
        let places = TokenPlaces {
            file: self.status_token_file.as_ref(),
            variable: "BYLINE_STATUS_TOKEN",
            credential: "status-token",
        };
        places.read()
    }

    /// The secret for messages, as it is now.
    pub(crate) fn notify_secret(&self) -> Result<Option<String>, Error> {
        let places = TokenPlaces {
            file: self.notify_secret_file.as_ref(),
            variable: "BYLINE_NOTIFY_SECRET",
            credential: "notify-secret",
        };
        places.read()
    }
}
