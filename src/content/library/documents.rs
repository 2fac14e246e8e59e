//! The documents of a revision: each read on its own and side by side, those that are broken
//! replaced by their last good version.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::Read;
use super::readings::{Reading, Readings};
use crate::content::layout::Place;
use crate::content::post::{Readable, Reader};
use crate::content::signed::signed;
use crate::content::source;
use crate::content::standing::is_draft;
use crate::content::{Findings, Judged, MAX_SOURCE, Post, Signed};
use crate::diagnostic::{Diagnostic, Severity};
use crate::repository::{Oid, SourceFile};
use crate::tally::Stage;

/// Versions of a broken document that are tried.
const MAX_VERSIONS: usize = 100;

/// Reads the documents of a revision.
pub(super) struct Documents<'a> {
    pub(super) reader: &'a Reader<'a>,
    pub(super) read: &'a Read<'a>,
    pub(super) older: &'a dyn Fn(Oid) -> Option<Vec<u8>>,
    pub(super) judge: &'a dyn Fn(Oid) -> Option<Judged>,
}

impl Documents<'_> {
    /// Every document in the order of the files; what earlier builds read is taken from there.
    pub(super) fn read(
        &self,
        files: &[SourceFile],
        readings: &mut Readings,
        findings: &mut Findings,
    ) -> All {
        let (reader, read) = (self.reader, self.read);
        let mut known = readings.begin();
        let documents: Vec<(usize, &SourceFile, Option<Reading>)> = files
            .iter()
            .enumerate()
            .filter(|(_, file)| is_document(self.place(file)))
            .map(|(index, file)| {
                let reading = known.remove(&*file.path);
                let holds = |reading: &Reading| reading.holds(file.oid, reader);
                (index, file, reading.filter(holds))
            })
            .collect();
        let tally = &readings.tally;
        tally.begin(Stage::Documents, documents.len());
        let outcomes: Vec<Option<Result<Readable, Broken>>> = documents
            .par_iter()
            .map(|(_, file, known)| {
                tally.add(1);
                known.is_none().then(|| document(reader, read, file))
            })
            .collect();
        let mut all = All::with_capacity(documents.len());
        for ((index, file, reading), outcome) in documents.into_iter().zip(outcomes) {
            let reading = match (reading, outcome) {
                (Some(reading), _) => {
                    readings.count.kept += 1;
                    reading
                }
                (None, Some(Ok(readable))) => {
                    readings.count.made += 1;
                    self.reading(file, readable)
                }
                (None, Some(Err(broken))) => {
                    all.broken = true;
                    all.posts.extend(self.broken(file, broken, findings));
                    continue;
                }
                (None, None) => continue,
            };
            let mut told = Findings::new();
            let reading = self.checked(reading, &mut told);
            all.posts.push(Arc::clone(&reading.post));
            all.files.push(index);
            if !told.is_empty() {
                all.told.insert(file.path.to_string(), told);
            }
            readings.keep(&file.path, reading);
        }
        all
    }

    /// One document read anew; `None` if it is broken.
    pub(super) fn again(&self, file: &SourceFile, told: &mut Findings) -> Option<Reading> {
        let readable = document(self.reader, self.read, file).ok()?;
        Some(self.checked(self.reading(file, readable), told))
    }

    fn place(&self, file: &SourceFile) -> Place {
        self.reader.layout.place(&file.path)
    }

    fn reading(&self, file: &SourceFile, readable: Readable) -> Reading {
        Reading {
            oid: file.oid,
            history: self.reader.provenance(&file.path).cloned(),
            post: Arc::new(readable.post.of(file.oid, false)),
            warnings: readable.warnings,
        }
    }

    /// Tells what is to be told of a document, and asks what its signature is worth today.
    fn checked(&self, mut reading: Reading, findings: &mut Findings) -> Reading {
        findings.extend_from_slice(&reading.warnings);
        let signed = self.signature(&reading.post, reading.oid, findings);
        if reading.post.signed != signed {
            Arc::make_mut(&mut reading.post).signed = signed;
        }
        reading
    }

    fn broken(
        &self,
        file: &SourceFile,
        broken: Broken,
        findings: &mut Findings,
    ) -> Option<Arc<Post>> {
        if self.place(file) == Place::Draft {
            findings.extend(as_warnings(broken.errors));
            return None;
        }
        self.stand_in(file, broken, findings).map(Arc::new)
    }

    /// The last good version of a broken document, if that was published.
    fn stand_in(&self, file: &SourceFile, broken: Broken, findings: &mut Findings) -> Option<Post> {
        let found = (!broken.taken_back).then(|| self.last_good(file)).flatten();
        let outcome = match &found {
            Some((_, oid)) => format!("its last good version ({}) stays up", oid.short()),
            None => "the document is left out".to_owned(),
        };
        findings.extend(broken.errors.into_iter().map(|mut error| {
            if error.is_error() {
                let help = error.help.take();
                let help = help.map_or(String::new(), |help| format!("{help}; "));
                error.help = Some(format!("{help}{outcome}"));
            }
            error
        }));
        found.map(|(post, oid)| Post {
            signed: self.signature(&post, oid, findings),
            ..post.of(oid, true)
        })
    }

    /// What a post's signature is worth; `oid` is the content it was read from.
    fn signature(&self, post: &Post, oid: Oid, findings: &mut Findings) -> Option<Signed> {
        let file = (post.path.as_str(), oid);
        let history = post.history.as_deref();
        let (signed, bad) = signed(file, history, self.judge, &self.reader.registry);
        findings.extend(bad);
        signed
    }

    /// The newest version that can be read. One that is a draft, or not yet due, ends the search:
    /// what was taken back stays taken back.
    fn last_good(&self, file: &SourceFile) -> Option<(Post, Oid)> {
        if self.reader.uncommitted.contains(&*file.path) {
            return None;
        }
        let history = self.reader.history.files.get(&*file.path)?;
        let mut seen = HashSet::from([file.oid]);
        let versions = history.revisions.iter();
        let older = versions.filter_map(|revision| Some((revision.blob?, revision.time)));
        for (oid, time) in older
            .filter(|(oid, _)| seen.insert(*oid))
            .take(MAX_VERSIONS)
        {
            let Some(bytes) = (self.older)(oid) else {
                continue;
            };
            match self.reader.read(&file.path, &bytes) {
                Ok(Readable { post, .. }) if post.draft || post.scheduled => return None,
                Ok(readable) => return Some((readable.post.at_time(time), oid)),
                Err(_) if is_draft(&bytes) => return None,
                Err(_) => {}
            }
        }
        None
    }
}

/// The documents of a revision.
#[derive(Default)]
pub(super) struct All {
    pub(super) posts: Vec<Arc<Post>>,
    /// Where each lies among the files, unless one of them is broken.
    pub(super) files: Vec<usize>,
    /// What there is to say of each, by path.
    pub(super) told: BTreeMap<String, Findings>,
    pub(super) broken: bool,
}

impl All {
    fn with_capacity(documents: usize) -> Self {
        Self {
            posts: Vec::with_capacity(documents),
            files: Vec::with_capacity(documents),
            ..Self::default()
        }
    }
}

/// A document that cannot be read.
struct Broken {
    errors: Findings,
    /// It says that it is a draft, even so.
    taken_back: bool,
}

/// A broken draft keeps no reader waiting.
fn as_warnings(errors: Findings) -> Findings {
    let soften = |error| Diagnostic {
        severity: Severity::Warning,
        ..error
    };
    errors.into_iter().map(soften).collect()
}

fn document(reader: &Reader<'_>, read: &Read<'_>, file: &SourceFile) -> Result<Readable, Broken> {
    if file.size > MAX_SOURCE {
        return Err(unread(file, source::too_large()));
    }
    let bytes = read(file).map_err(|found| unread(file, found))?;
    let readable = reader.read(&file.path, &bytes);
    readable.map_err(|errors| Broken {
        errors,
        taken_back: is_draft(&bytes),
    })
}

/// A document whose bytes are not to be had.
fn unread(file: &SourceFile, found: Diagnostic) -> Broken {
    Broken {
        errors: vec![found.path(&*file.path)],
        taken_back: false,
    }
}

fn is_document(place: Place) -> bool {
    matches!(place, Place::Post | Place::Page | Place::Draft)
}
