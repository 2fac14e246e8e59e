//! A mirror and what it costs to bring it up to date.

use std::path::Path;

use super::clock::{Took, Watch};
use crate::config::RemoteOptions;
use crate::repository::{Error, Location, Repository, configure};

/// A mirror of a source.
pub struct Mirror(Repository);

impl Mirror {
    /// Opens or makes it in `data_dir`; nothing is fetched yet.
    ///
    /// # Errors
    /// What the source says where it cannot be read.
    pub fn open(source: &str, data_dir: &Path) -> Result<Self, String> {
        open(source, data_dir)
            .map(Self)
            .map_err(|error| error.to_string())
    }

    /// Fetches, and lists what there is then.
    ///
    /// # Errors
    /// What the source says where it cannot be read.
    pub fn update(&mut self) -> Result<(Took, Took), String> {
        let text = |error: Error| error.to_string();
        let mut watch = Watch::start();
        self.0.fetch().map_err(text)?;
        let fetched = watch.lap();
        self.0.snapshot().map_err(text)?;
        Ok((fetched, watch.lap()))
    }
}

/// A mirror that is up to date.
pub(super) fn mirror(source: &str, data_dir: &Path) -> Result<Repository, Error> {
    let mut repository = open(source, data_dir)?;
    repository.fetch()?;
    Ok(repository)
}

fn open(source: &str, data_dir: &Path) -> Result<Repository, Error> {
    configure(source)?;
    Repository::open(&Location {
        source: source.to_owned(),
        branch: None,
        subdir: None,
        data_dir: data_dir.to_owned(),
        remote: RemoteOptions::default(),
    })
}
