//! What `build`, `check`, `list` and `why` share: a source read once, with no state kept unless asked
//! for.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use serde::Serialize;

use crate::config::{self, SourceOptions};
use crate::diagnostic::Diagnostic;
use crate::moment::Moment;
use crate::progress::{Form, Watch};
use crate::rebuild::{Pipeline, Reading, Stopwatch, Timings, now};
use crate::repository::{self, Location, Oid, Repository, Snapshot};
use crate::tally::Tally;

/// A source opened for one look.
///
/// Dropped before anything is said of it, since it shows meanwhile how far it is.
pub(super) struct Opened {
    pub(super) pipeline: Pipeline,
    /// What stands for now, where that was set.
    now: Option<Moment>,
    /// Where the mirror lies if none was named; removed at the end.
    _scratch: Option<Scratch>,
    _watch: Watch,
}

/// A folder that goes when the command ends.
struct Scratch(PathBuf);

/// The report of `build --json` and `check --json`.
#[derive(Debug, Serialize)]
pub(super) struct Report<'a> {
    commit: Option<Oid>,
    posts: usize,
    pages: usize,
    files: usize,
    errors: Vec<&'a Diagnostic>,
    warnings: Vec<&'a Diagnostic>,
    timings_ms: &'a Timings,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    counts: BTreeMap<&'static str, Count>,
}

/// What a stage made, and what it took from earlier builds.
#[derive(Debug, Serialize)]
struct Count {
    made: usize,
    kept: usize,
}

impl Opened {
    pub(super) fn new(options: &SourceOptions, form: Form) -> anyhow::Result<Self> {
        let now = config::source_date_epoch()?;
        let scratch = match &options.data_dir {
            Some(_) => None,
            None => Some(Scratch::new()?),
        };
        let data_dir = match (&options.data_dir, &scratch) {
            (Some(folder), _) | (None, Some(Scratch(folder))) => folder.clone(),
            (None, None) => std::env::temp_dir(),
        };
        fs::create_dir_all(&data_dir)
            .with_context(|| format!("cannot make the data directory `{}`", data_dir.display()))?;
        repository::configure(options.source())?;
        let repository = Repository::open(&Location {
            source: options.source().to_owned(),
            branch: options.branch.clone(),
            subdir: options.subdir.clone(),
            data_dir,
            remote: options.remote.clone(),
        })?;
        let watch = Watch::start(repository.tally(), form);
        Ok(Self {
            pipeline: Pipeline::new(
                repository,
                options.site_config.clone(),
                options.data_dir.as_deref(),
            ),
            now,
            _scratch: scratch,
            _watch: watch,
        })
    }

    /// Fetches the newest revision, and lists it.
    pub(super) fn snapshot(&mut self) -> anyhow::Result<Snapshot> {
        self.pipeline.fetch()?;
        Ok(self.pipeline.snapshot()?)
    }

    /// Told how far it is.
    pub(super) fn tally(&self) -> Tally {
        self.pipeline.repository().tally().clone()
    }

    /// The time that decides which scheduled posts are out.
    pub(super) fn now(&self) -> Moment {
        self.now.unwrap_or_else(now)
    }

    /// Fetches and reads the newest revision.
    pub(super) fn read(&mut self) -> anyhow::Result<Reading> {
        let mut watch = Stopwatch::start();
        let snapshot = self.snapshot()?;
        let fetched = watch.lap();
        let mut reading = self.pipeline.read(snapshot, self.now())?;
        reading.timings.insert("fetch", fetched);
        Ok(reading)
    }
}

impl<'a> Report<'a> {
    pub(super) fn of(reading: &'a Reading) -> Self {
        let (errors, warnings) = reading
            .findings
            .iter()
            .partition(|finding| finding.is_error());
        Self {
            commit: reading.commit,
            posts: reading.library.posts.len(),
            pages: reading.library.pages.len(),
            files: reading.library.files.len(),
            errors,
            warnings,
            timings_ms: &reading.timings,
            counts: BTreeMap::new(),
        }
    }

    /// The same with what each stage made.
    pub(super) fn counted(reading: &'a Reading) -> Self {
        let counts = reading.counts.iter();
        let counts = counts.map(|(stage, &(made, kept))| (*stage, Count { made, kept }));
        Self {
            counts: counts.collect(),
            ..Self::of(reading)
        }
    }
}

impl Scratch {
    fn new() -> anyhow::Result<Self> {
        let mut bytes = [0_u8; 8];
        getrandom::fill(&mut bytes)?;
        let name: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let folder = std::env::temp_dir().join(format!("byline-{name}"));
        std::fs::create_dir(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(path = %self.0.display(), %error, "a temporary folder cannot be removed");
        }
    }
}
