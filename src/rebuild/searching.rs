//! Search follows what is published, a moment behind: once a site is served, what is new in it is
//! read again and joins the index.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use rayon::prelude::*;

use super::making::text;
use super::pipeline::{Pipeline, Reading};
use super::program::program;
use crate::config::SiteConfig;
use crate::memo::Key;
use crate::output::Entry;
use crate::render::Theme;
use crate::results::{Catalogue, Results};
use crate::search::{Analysed, Store};

/// The folder of the index in the data directory.
const FOLDER: &str = "search";

/// The index, and what it has to follow.
#[derive(Debug)]
pub(crate) struct Searching {
    store: Store,
    due: Option<Published>,
    results: Arc<Results>,
}

/// What a build published.
#[derive(Debug)]
struct Published {
    entries: Vec<Arc<Entry>>,
    keys: Vec<Key>,
    config: SiteConfig,
    theme: Arc<Theme>,
}

impl Searching {
    pub(crate) fn new(data_dir: &Path, results: Arc<Results>) -> Self {
        Self {
            store: Store::new(Some(data_dir.join(FOLDER)), &program()),
            due: None,
            results,
        }
    }

    /// A site was published.
    pub(super) fn follow(&mut self, pipeline: &Pipeline, reading: &Reading) {
        let Some(theme) = reading.compiled.clone() else {
            return;
        };
        let (entries, keys) = pipeline.entries();
        self.due = Some(Published {
            entries,
            keys,
            config: reading.config.clone(),
            theme,
        });
    }

    /// Does what is left to do, unless something else is `wanted` meanwhile.
    pub(super) fn update(
        &mut self,
        pipeline: &Pipeline,
        wanted: &dyn Fn() -> bool,
    ) -> io::Result<()> {
        let Some(Published {
            entries,
            keys,
            config,
            theme,
        }) = self.due.take()
        else {
            return Ok(());
        };
        let load = |places: &[u32]| {
            let entries: Vec<&Arc<Entry>> =
                places.iter().map(|at| &entries[*at as usize]).collect();
            pipeline.analysed(&entries, &config)
        };
        let begun = Instant::now();
        let index = self.store.update(&keys, &load, wanted)?;
        match index {
            Some(index) => {
                let duration_ms = begun.elapsed().as_millis();
                let (texts, bytes) = (entries.len(), index.held());
                tracing::debug!(texts, bytes, duration_ms, "search is up to date");
                self.results.replace(Catalogue {
                    index,
                    entries,
                    config,
                    theme,
                });
            }
            // What was done is kept, and the rest is done after what is wanted.
            None => {
                self.due = Some(Published {
                    entries,
                    keys,
                    config,
                    theme,
                });
            }
        }
        Ok(())
    }
}

impl Pipeline {
    /// The words of some entries. A file that cannot be read now has none but its title's.
    fn analysed(&self, entries: &[&Arc<Entry>], config: &SiteConfig) -> Vec<Analysed> {
        let files = self.repository().files();
        let analysed = |entry: &&Arc<Entry>| {
            let bytes = text(&files, &entry.post).unwrap_or_default();
            entry.analysed(&bytes, config.content.dialect())
        };
        entries.par_iter().map(analysed).collect()
    }
}
