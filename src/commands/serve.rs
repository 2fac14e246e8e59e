//! `byline serve`: build and serve; rebuild on triggers.

use std::path::PathBuf;

use clap::Args;

use super::outcome::Outcome;
use crate::config::{ServeOptions, Settings, SourceOptions};
use crate::daemon;

/// Build the blog and serve it; rebuild when it changes
///
/// A folder with a working tree is watched and reloads in the browser as files are saved. A URL or
/// a bare repository is mirrored, and rebuilt by a signed push webhook at /-/hook or a regular look.
#[derive(Args, Debug)]
pub(super) struct Serve {
    #[command(flatten)]
    source: SourceOptions,
    #[command(flatten)]
    options: ServeOptions,
    /// The server's settings as a TOML file
    #[arg(long, value_name = "FILE", env = "BYLINE_CONFIG")]
    config: Option<PathBuf>,
}

impl Serve {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        daemon::serve(Settings {
            source: self.source,
            options: self.options,
            file: self.config,
        })?;
        Ok(Outcome::Done)
    }
}
