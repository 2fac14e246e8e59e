//! From a reading to a plan: texts rendered, pages listed. What is kept from one build to the next
//! is kept here.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::beginnings::Beginnings;
use super::look::Themes;
use super::past::LONGEST;
use super::pipeline::{Error, Pipeline, Reading, Stopwatch, chain};
use super::program::program;
use super::sources::Sources;
use crate::config::OnError;
use crate::content::Post;
use crate::diagnostic::Diagnostic;
use crate::memo::Key;
use crate::output::{self, Edition, Entry, Texts};
use crate::publish;
use crate::repository::{Files, ObjectReader, Objects, Oid, SourceFile};
use crate::revisions::Shelf;
use crate::site::{Addresses, Plan};
use crate::tally::Tally;

/// What earlier builds made.
#[derive(Default)]
pub(super) struct Kept {
    texts: Texts,
    pub(super) themes: Themes,
    addresses: Addresses,
    program: String,
    /// Documents that were read, until they are rendered.
    pub(super) sources: Sources,
    pub(super) beginnings: Beginnings,
}

impl Kept {
    /// With `data_dir`, what is made is kept there for the next run.
    pub(super) fn open(data_dir: Option<&Path>, tally: &Tally) -> Self {
        let program = program();
        let kept = |data_dir| Texts::kept(data_dir, &program);
        let texts = data_dir.map_or_else(Texts::default, kept);
        let folder = data_dir.map_or_else(std::env::temp_dir, Path::to_owned);
        Self {
            texts: texts.beside(&folder).counting(tally),
            themes: Themes::default(),
            addresses: Addresses::default(),
            sources: Sources::beside(&folder),
            beginnings: data_dir.map_or_else(Beginnings::default, |data_dir| {
                Beginnings::kept(data_dir, &program)
            }),
            program,
        }
    }

    /// Whether every text has to be rendered.
    pub(super) fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}

impl Pipeline {
    /// Renders the texts of a reading and hands the plan of its site to `finish`, which makes the
    /// pages it needs. The findings of the reading are then all there are about the revision.
    pub(crate) fn make<T>(
        &mut self,
        reading: &mut Reading,
        finish: impl FnOnce(&Plan<'_>, publish::Read<'_>) -> Result<T, publish::Error>,
    ) -> Result<T, Error> {
        let mut watch = Stopwatch::start();
        let files = std::mem::take(&mut reading.theme);
        let theme = self.kept.themes.get(&reading.config, &files)?;
        reading.compiled = Some(Arc::clone(&theme));
        let files = self.repository().files();
        let sources = &self.kept.sources;
        let read = |post: &Post| {
            let aside = post.text.blob.and_then(|oid| sources.get(oid));
            aside.map_or_else(|| text(&files, post), Ok)
        };
        let objects = self.repository().objects();
        let opened = Mutex::new(None);
        let subject = |commit| subject(objects.as_ref()?, &opened, commit);
        let sources = output::Sources {
            config: &reading.config,
            theme: &theme,
            library: &reading.library,
            read: &read,
            subject: &subject,
            read_file: &|file: &SourceFile| files.read(file),
            program: &self.kept.program,
        };
        let texts = &mut self.kept.texts;
        let (edition, problems) = Edition::render(sources, texts);
        reading.findings.extend(problems);
        reading.timings.insert("render", watch.lap());
        let (plan, problems) = Plan::new(
            reading.commit,
            &edition,
            &reading.library,
            &mut self.kept.addresses,
        );
        reading.findings.extend(problems);
        reading.timings.insert("plan", watch.lap());
        reject(reading)?;
        let read = |file: &SourceFile| files.read(file);
        let finished = finish(&plan, &read);
        drop(plan);
        drop(edition);
        self.repository().tally().end();
        reading.timings.insert("pages", watch.lap());
        let texts = &mut self.kept.texts;
        let (made, kept) = (texts.count.made, texts.count.kept);
        reading.counts.insert("texts", (made, kept));
        texts.keep();
        self.kept.beginnings.keep(&reading.library);
        self.kept.sources.clear();
        finished.map_err(|error| match error {
            publish::Error::Page(problem) => Error::Rejected(vec![*problem]),
            error => Error::Write(error),
        })
    }

    /// What is made will be exported with an index to search it by.
    pub(crate) fn count_words(&mut self) {
        self.kept.texts.count_words();
    }

    /// The posts and pages that were rendered last, and the key of what can be found of each.
    pub(super) fn entries(&self) -> (Vec<Arc<Entry>>, Vec<Key>) {
        self.kept.texts.entries()
    }

    /// What a reading that was rendered shows of the past.
    pub(crate) fn shelf(&self, reading: Reading) -> Option<Shelf> {
        let look = (reading.config, reading.compiled?);
        let objects = self.repository().objects();
        Some(Shelf::new(&reading.library, reading.commit, look, objects))
    }
}

/// The first line of a commit's message, read over the one reader that all share: few pages ask.
fn subject(objects: &Objects, opened: &Mutex<Option<ObjectReader>>, commit: Oid) -> Option<String> {
    let mut opened = opened.lock().unwrap_or_else(PoisonError::into_inner);
    if opened.is_none() {
        *opened = Some(objects.open().ok()?);
    }
    opened.as_ref()?.subject(commit).ok()
}

/// `on_error = "reject"`: one error keeps the whole last good site.
fn reject(reading: &Reading) -> Result<(), Error> {
    if reading.config.content.on_error != OnError::Reject {
        return Ok(());
    }
    let errors = reading.findings.iter().filter(|found| found.is_error());
    let errors: Vec<Diagnostic> = errors.cloned().collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Error::Rejected(errors))
    }
}

/// The bytes a post was read from.
pub(super) fn text(files: &Files, post: &Post) -> Result<Vec<u8>, Diagnostic> {
    let oid = post.text.blob.unwrap_or(Oid([0; 20]));
    let read = if post.text.older {
        files.blob(oid, LONGEST)
    } else {
        files.read(&SourceFile {
            path: post.path.as_str().into(),
            oid,
            size: 0,
        })
    };
    read.map_err(|error| unread(&post.path, &error))
}

/// What is said of a file that cannot be read.
pub(super) fn unread(path: &str, error: &crate::repository::Error) -> Diagnostic {
    Diagnostic::error("source", chain(error))
        .path(path)
        .help("the file is left out of this build")
}
