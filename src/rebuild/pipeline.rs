//! From the source to a plan of the site: the one path every command and every trigger takes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::making::{Kept, unread};
use super::past::LONGEST;
use super::provenance::Provenance;
use super::signers::Signers;
use super::sources::is_text;
use crate::config::{self, SiteConfig};
use crate::content::{
    Count, Input, Judged, Layout, Library, OldVersions, Readings, is_lfs_pointer, lfs_pointer,
};
use crate::diagnostic::Diagnostic;
use crate::history::History;
use crate::moment::Moment;
use crate::publish;
use crate::render::{THEME_FOLDER, Theme, ThemeFile};
use crate::repository::{self, Oid, Repository, Snapshot, SourceFile};

const CONFIG: &str = "byline.toml";

/// Milliseconds by stage.
pub(crate) type Timings = BTreeMap<&'static str, u64>;

/// What a stage made, and what it had at hand.
pub(crate) type Counts = BTreeMap<&'static str, (usize, usize)>;

/// A source and how to read it.
pub(crate) struct Pipeline {
    repository: Repository,
    site_config: Option<PathBuf>,
    pub(super) provenance: Provenance,
    signers: Signers,
    old_versions: OldVersions,
    readings: Readings,
    pub(super) kept: Kept,
    history_pages: bool,
}

/// One revision, read and understood.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) commit: Option<Oid>,
    pub(crate) config: SiteConfig,
    pub(crate) library: Arc<Library>,
    pub(crate) findings: Vec<Diagnostic>,
    pub(crate) timings: Timings,
    pub(crate) counts: Counts,
    pub(super) theme: Vec<ThemeFile>,
    /// Of a reading that was rendered.
    pub(super) compiled: Option<Arc<Theme>>,
}

/// Why there is nothing to publish.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Source(#[from] repository::Error),
    #[error(transparent)]
    Config(#[from] config::Error),
    /// The configuration or the theme is broken, or `on_error = "reject"` met an error.
    #[error("{}", summary(.0))]
    Rejected(Vec<Diagnostic>),
    #[error(transparent)]
    Write(publish::Error),
}

impl Pipeline {
    /// With `data_dir`, what is learnt of the history is kept there for the next run.
    pub(crate) fn new(
        repository: Repository,
        site_config: Option<PathBuf>,
        data_dir: Option<&Path>,
    ) -> Self {
        let provenance = data_dir.map_or_else(Provenance::default, |data_dir| {
            Provenance::kept(data_dir, repository.prefix())
        });
        Self {
            site_config,
            provenance,
            signers: Signers::default(),
            old_versions: OldVersions::default(),
            readings: Readings::counting(repository.tally()),
            kept: Kept::open(data_dir, repository.tally()),
            repository,
            history_pages: false,
        }
    }

    /// The same for a site whose pages of history can be asked for.
    pub(crate) fn with_history_pages(self) -> Self {
        Self {
            history_pages: true,
            ..self
        }
    }

    pub(crate) fn repository(&self) -> &Repository {
        &self.repository
    }

    /// Brings the newest commits; nothing to do for a working tree.
    pub(crate) fn fetch(&mut self) -> Result<(), Error> {
        Ok(self.repository.fetch()?)
    }

    /// What there is to read now.
    pub(crate) fn snapshot(&mut self) -> Result<Snapshot, Error> {
        Ok(self.repository.snapshot()?)
    }

    /// Reads a snapshot: configuration, texts, provenance.
    pub(crate) fn read(&mut self, snapshot: Snapshot, now: Moment) -> Result<Reading, Error> {
        let mut timings = Timings::new();
        let mut watch = Stopwatch::start();
        let config = self.config(&snapshot.files)?;
        let layout = Layout::new(&config.content);
        let mut findings = snapshot.findings;
        let theme = self.theme_files(&config, &snapshot.files, &mut findings)?;
        timings.insert("source", watch.lap());

        self.kept.sources.clear();
        if self.readings.is_empty() && self.kept.is_empty() {
            self.kept.sources.want(&snapshot.files, &layout);
        }
        let history = self.history(snapshot.commit, (&config, &layout), &mut findings)?;
        timings.insert("history", watch.lap());

        self.signatures(&history, &layout, &snapshot.files);
        timings.insert("signatures", watch.lap());

        let names = self.provenance.names();
        let judge = |commit| {
            let verification = self.signers.verification(&self.repository, commit)?;
            let name = names.of(commit, &verification);
            Some(Judged { verification, name })
        };
        let files = self.repository.files();
        self.kept.sources.gather(&files);
        let read = |file: &SourceFile| {
            let whole = |file: &SourceFile| self.kept.sources.read(&files, file);
            let bytes = self.kept.beginnings.read(file, whole);
            bytes.map_err(|error| unread(&file.path, &error))
        };
        let (library, problems) = Library::read(Input {
            config: &config,
            files: &snapshot.files,
            read: &read,
            history: &history,
            uncommitted: &snapshot.uncommitted,
            user_name: snapshot.user_name.as_deref(),
            now,
            older: &|oid| self.repository.blob(oid, LONGEST).ok(),
            judge: &judge,
            keys: self.signers.readings,
            old_versions: &mut self.old_versions,
            readings: &mut self.readings,
            history_pages: self.history_pages,
        });
        findings.extend(problems);
        self.repository.tally().end();
        timings.insert("content", watch.lap());
        let Count { made, kept } = self.readings.count;
        Ok(Reading {
            commit: snapshot.commit,
            config,
            library,
            findings,
            timings,
            counts: Counts::from([("documents", (made, kept))]),
            theme,
            compiled: None,
        })
    }

    /// What the commits say, and whose signatures of them count.
    fn history(
        &mut self,
        commit: Option<Oid>,
        blog: (&SiteConfig, &Layout),
        findings: &mut Vec<Diagnostic>,
    ) -> Result<Arc<History>, Error> {
        let Some(tip) = commit else {
            return Ok(Arc::default());
        };
        let sources = &self.kept.sources;
        let (history, problems) = self.provenance.of(&self.repository, tip, blog, sources)?;
        findings.extend(problems);
        let settings = &blog.0.provenance;
        findings.extend(self.signers.read(&self.repository, tip, settings)?);
        Ok(history)
    }

    /// Learns the signatures of the documents' newest versions.
    fn signatures(&mut self, history: &History, layout: &Layout, files: &[SourceFile]) {
        if !self.signers.go_on(&history.step) {
            let documents = files.iter().filter(|file| is_text(layout, file));
            let signed = signed(history, documents);
            self.signers.learn(&self.repository, signed);
        }
    }

    /// The authors' settings in one listing.
    pub(crate) fn config(&self, files: &[SourceFile]) -> Result<SiteConfig, Error> {
        let (text, path) = match &self.site_config {
            Some(path) => (config::read(path)?, path.display().to_string()),
            None => match files.iter().find(|file| &*file.path == CONFIG) {
                Some(file) => {
                    let bytes = self.repository.read(file)?;
                    (
                        String::from_utf8_lossy(&bytes).into_owned(),
                        CONFIG.to_owned(),
                    )
                }
                None => return Ok(SiteConfig::default()),
            },
        };
        SiteConfig::parse(&text, &path).map_err(|problem| Error::Rejected(vec![*problem]))
    }

    /// The files of the theme, which begins to be compiled.
    fn theme_files(
        &mut self,
        config: &SiteConfig,
        files: &[SourceFile],
        findings: &mut Vec<Diagnostic>,
    ) -> Result<Vec<ThemeFile>, Error> {
        let in_theme = files
            .iter()
            .filter_map(|file| Some((file, file.path.strip_prefix(THEME_FOLDER)?)));
        let mut theme = Vec::new();
        for (file, name) in in_theme {
            let bytes = self.repository.read(file)?;
            if is_lfs_pointer(&bytes) {
                findings.push(lfs_pointer(&file.path));
                continue;
            }
            theme.push(ThemeFile {
                name: name.to_owned(),
                bytes,
            });
        }
        self.kept.themes.begin(config, &theme);
        Ok(theme)
    }
}

/// The signed commits that texts are from.
fn signed<'a>(
    history: &'a History,
    texts: impl Iterator<Item = &'a SourceFile>,
) -> impl Iterator<Item = Oid> {
    let brought = texts.filter_map(|text| {
        let file = history.files.get(&*text.path)?;
        file.brought(&text.path, text.oid)
    });
    brought
        .filter(|revision| revision.signed)
        .map(|revision| revision.commit)
}

/// An error with what caused it, in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// The first finding, and how many there are.
fn summary(findings: &[Diagnostic]) -> String {
    let Some(first) = findings.first() else {
        return "the build was rejected".to_owned();
    };
    let place = match (&first.path, first.line, first.column) {
        (Some(path), Some(line), Some(column)) => format!("{path}:{line}:{column}: "),
        (Some(path), ..) => format!("{path}: "),
        _ => String::new(),
    };
    match findings.len() - 1 {
        0 => format!("{place}{}", first.message),
        more => format!("{place}{} (and {more} more)", first.message),
    }
}

/// Measures stages one after the other.
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// Milliseconds since the start or the last lap.
    pub(crate) fn lap(&mut self) -> u64 {
        let elapsed = self.0.elapsed().as_millis();
        self.0 = Instant::now();
        u64::try_from(elapsed).unwrap_or(u64::MAX)
    }
}
