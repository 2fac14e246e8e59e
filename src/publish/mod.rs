//! Making a site current: written as a release, then swapped in memory. Disk first, so that what
//! readers have seen is there after a crash.

mod current;
mod encode;
mod export;
mod journal;
mod release;
mod segment;

use std::collections::BTreeMap;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::moment::Moment;
use crate::output::{Content, Rendition};
use crate::repository::SourceFile;
use crate::site::{Answer, Body, Plan, Resource, Site};
use encode::{Encoded, encode};
use release::{Draft, Entry, Manifest, Releases};

pub(crate) use current::Current;
pub(crate) use export::export;
pub(crate) use journal::Journal;

/// Bodies up to this length are answered from memory.
const IN_MEMORY: u64 = 256 * 1024;
/// Bytes of bodies held in memory at most; the rest is read from the release.
const MEMORY: u64 = 192 * 1024 * 1024;
/// Segments of one release before all bodies are written afresh.
const SEGMENTS: usize = 24;
/// Renditions compressed at a time: bounds what is in flight.
const BATCH: usize = 256;

/// Why a site could not be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("cannot {verb} `{path}`")]
    Io {
        verb: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error("the system gives no random numbers")]
    Random(#[source] getrandom::Error),
    #[error("cannot read `{path}` from the content repository")]
    Source {
        path: String,
        source: crate::repository::Error,
    },
    #[error("`{path}` holds something byline did not build")]
    Foreign { path: PathBuf },
}

impl Error {
    fn io(verb: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io {
            verb,
            path: path.to_owned(),
            source,
        }
    }
}

/// Reads a file of the revision being published.
pub(crate) type Read<'a> = &'a dyn Fn(&SourceFile) -> Result<Vec<u8>, crate::repository::Error>;

/// Writes releases and swaps the site that is served.
#[derive(Debug)]
pub(crate) struct Publisher {
    releases: Releases,
    /// What the current release holds: forms that did not change are taken from it.
    last: Option<Manifest>,
    current: Arc<Current>,
}

impl Publisher {
    /// Opens the releases of a data directory and, where one is whole, serves it at once.
    pub(crate) fn open(data_dir: &Path, current: Arc<Current>) -> Result<Self, Error> {
        let releases = Releases::open(data_dir)?;
        let mut last = None;
        if let Some((site, manifest)) = releases.current() {
            tracing::info!(posts = site.posts, commit = ?site.commit, "serving the last release");
            current.swap(Arc::new(site));
            last = Some(manifest);
        }
        Ok(Self {
            releases,
            last,
            current,
        })
    }

    /// Writes the plan as a release and makes it what readers see.
    pub(crate) fn publish(&mut self, plan: Plan, read: Read<'_>) -> Result<(), Error> {
        let mut draft = self.releases.draft(plan.commit, plan.posts)?;
        let reusable = self.last.take().filter(|last| last.segments() < SEGMENTS);
        let written = self.write(&mut draft, plan, reusable.as_ref(), read);
        match written.and_then(|()| self.releases.commit(draft)) {
            Ok((mut site, manifest)) => {
                self.last = Some(manifest);
                keep_in_memory(&mut site, self.current.get().as_deref());
                self.current.swap(Arc::new(site));
                Ok(())
            }
            Err(error) => {
                self.last = reusable;
                Err(error)
            }
        }
    }

    fn write(
        &self,
        draft: &mut Draft,
        plan: Plan,
        last: Option<&Manifest>,
        read: Read<'_>,
    ) -> Result<(), Error> {
        let mut segment = draft.segment()?;
        let mut renditions = plan.renditions.into_iter();
        loop {
            let batch: Vec<Rendition> = renditions.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                break;
            }
            let mut fresh = Vec::new();
            for rendition in batch {
                let etag = etag(&rendition);
                match last.and_then(|last| Some((last, unchanged(last, &rendition, &etag)?))) {
                    Some((last, entry)) => {
                        for place in entry.places() {
                            draft.link(&self.releases, last, &place.segment)?;
                        }
                        draft.add(rendition.path.clone(), described(&rendition, entry));
                    }
                    None => fresh.push((loaded(rendition, read)?, etag)),
                }
            }
            let encoded: Vec<Encoded> = fresh
                .par_iter()
                .map(|((rendition, bytes), _)| encode(rendition.content_type, bytes))
                .collect();
            for (((rendition, bytes), etag), forms) in fresh.into_iter().zip(encoded) {
                let entry = Entry {
                    content_type: rendition.content_type.to_owned(),
                    etag,
                    last_modified: rendition.last_modified.map(git_time),
                    noindex: rendition.noindex,
                    immutable: rendition.immutable,
                    identity: segment.write(&bytes)?,
                    brotli: forms.brotli.map(|form| segment.write(&form)).transpose()?,
                    gzip: forms.gzip.map(|form| segment.write(&form)).transpose()?,
                };
                draft.add(rendition.path, entry);
            }
        }
        plan.redirects
            .into_iter()
            .for_each(|(from, to)| draft.redirect(from, to));
        draft.gone(plan.gone);
        draft.close(segment)
    }
}

/// The strong validator of a rendition: a hash of its bytes, or the blob's id.
fn etag(rendition: &Rendition) -> String {
    match &rendition.content {
        Content::File(file) => file.oid.to_string(),
        Content::Bytes(bytes) => Sha256::digest(bytes)
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect(),
    }
}

/// The entry of the last release whose forms are those of this rendition.
fn unchanged<'a>(last: &'a Manifest, rendition: &Rendition, etag: &str) -> Option<&'a Entry> {
    last.entry(&rendition.path)
        .filter(|entry| entry.etag == etag && entry.content_type == rendition.content_type)
}

/// The old forms with the new description.
fn described(rendition: &Rendition, entry: &Entry) -> Entry {
    Entry {
        last_modified: rendition.last_modified.map(git_time),
        noindex: rendition.noindex,
        immutable: rendition.immutable,
        ..entry.clone()
    }
}

fn git_time(moment: Moment) -> (i64, i32) {
    (moment.timestamp().as_second(), 0)
}

fn loaded(mut rendition: Rendition, read: Read<'_>) -> Result<(Rendition, Vec<u8>), Error> {
    let bytes = match &mut rendition.content {
        Content::Bytes(bytes) => std::mem::take(bytes),
        Content::File(file) => read(file).map_err(|source| Error::Source {
            path: file.path.clone(),
            source,
        })?,
    };
    Ok((rendition, bytes))
}

/// Brings short bodies into memory, first come first served; those of the site before are shared.
fn keep_in_memory(site: &mut Site, before: Option<&Site>) {
    let mut left = MEMORY;
    let known: BTreeMap<&str, &Arc<Resource>> = before
        .into_iter()
        .flat_map(|site| site.answers.iter())
        .filter_map(|(path, answer)| match answer {
            Answer::Resource(resource) => Some((path.as_str(), resource)),
            Answer::Redirect(_) | Answer::Gone => None,
        })
        .collect();
    for (path, answer) in &mut site.answers {
        let Answer::Resource(resource) = answer else {
            continue;
        };
        let before = known
            .get(path.as_str())
            .filter(|before| before.etag == resource.etag);
        let Some(resource) = Arc::get_mut(resource) else {
            continue;
        };
        let forms = [
            Some(&mut resource.identity),
            resource.brotli.as_mut(),
            resource.gzip.as_mut(),
        ];
        let old = [
            before.map(|before| &before.identity),
            before.and_then(|before| before.brotli.as_ref()),
            before.and_then(|before| before.gzip.as_ref()),
        ];
        for (form, old) in forms.into_iter().zip(old) {
            if let Some(form) = form {
                remember(form, old, &mut left);
            }
        }
    }
}

fn remember(form: &mut Body, old: Option<&Body>, left: &mut u64) {
    let length = form.length();
    if length > IN_MEMORY || length > *left {
        return;
    }
    if let Some(Body::Memory(bytes)) = old {
        *form = Body::Memory(bytes.clone());
    } else if let Body::File {
        file,
        offset,
        length,
    } = &*form
    {
        let mut bytes = vec![0; usize::try_from(*length).unwrap_or_default()];
        // A body that cannot be read now is tried again when it is asked for.
        if file.read_exact_at(&mut bytes, *offset).is_ok() {
            *form = Body::Memory(Bytes::from(bytes));
        }
    }
    *left -= length;
}
