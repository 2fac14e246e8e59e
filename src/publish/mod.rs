//! Making a site current: written as a release, then swapped in memory. Disk first, so that what
//! readers have seen is there after a crash. What is quick to make comes first; what is dear and
//! changes nothing that a reader sees follows when nobody waits.

mod current;
mod encode;
mod export;
mod extras;
mod manifest;
mod release;
mod segment;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::diagnostic::Diagnostic;
use crate::output::{Content, Rendition};
use crate::repository::{Oid, SourceFile};
use crate::site::{Answer, Plan, Site};
use crate::tally::{Stage, Tally};
use manifest::{Entry, Forms, Head, Manifest, Resources};
use release::{Draft, Releases};
use segment::{Segment, Segments};

pub(crate) use current::Current;
pub(crate) use export::{export, made, try_all};

/// Renditions made at a time: bounds what is in flight.
const BATCH: usize = 256;
/// A first site of no more renditions is published with its encoded forms.
const SMALL: usize = 256;

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
    /// A page cannot be made, which is the theme's fault.
    #[error("{}", .0.message)]
    Page(Box<Diagnostic>),
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
pub(crate) type Read<'a> =
    &'a (dyn Fn(&SourceFile) -> Result<Vec<u8>, crate::repository::Error> + Sync);

/// How many renditions were made, and how many were at hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) made: usize,
    pub(crate) kept: usize,
}

/// Writes releases and swaps the site that is served.
#[derive(Debug)]
pub(crate) struct Publisher {
    releases: Releases,
    /// What the current release holds: forms that did not change are taken from it.
    last: Option<Last>,
    current: Arc<Current>,
    tally: Tally,
}

/// The current release.
#[derive(Debug)]
struct Last {
    manifest: Manifest,
    segments: Segments,
    site: Arc<Site>,
}

impl Publisher {
    /// Opens the releases of a data directory and, where one is whole, serves it at once.
    pub(crate) fn open(data_dir: &Path, current: Arc<Current>) -> Result<Self, Error> {
        let releases = Releases::open(data_dir)?;
        let last = releases.current().and_then(|manifest| {
            let folder = releases.current_folder();
            Last::open(&folder, manifest)
                .inspect_err(|error| {
                    tracing::warn!(path = %folder.display(), %error, "the last release cannot be read; building anew");
                })
                .ok()
        });
        if let Some(Last { site, .. }) = &last {
            tracing::info!(posts = site.posts, commit = ?site.commit, "serving the last release");
            current.swap(Arc::clone(site));
        }
        Ok(Self {
            releases,
            last,
            current,
            tally: Tally::default(),
        })
    }

    /// The same, telling how far it is.
    pub(crate) fn counting(self, tally: &Tally) -> Self {
        Self {
            tally: tally.clone(),
            ..self
        }
    }

    /// Writes the plan as a release and makes it what readers see.
    pub(crate) fn publish(&mut self, plan: &Plan<'_>, read: Read<'_>) -> Result<Count, Error> {
        let draft = self.releases.draft()?;
        let mut segments = self.segments();
        let mut writing = Writing {
            last: self.last.as_ref(),
            segment: draft.segment(segments.next())?,
            resources: Resources::with_capacity(plan.renditions.len()),
            count: Count::default(),
        };
        writing.all(&plan.renditions, read, &self.tally)?;
        let Writing {
            segment,
            resources,
            count,
            ..
        } = writing;
        let mut head = Head::new(plan.commit.map(|commit| commit.to_string()), plan.posts);
        head.redirects.clone_from(&plan.redirects);
        head.gone.clone_from(&plan.gone);
        head.segments = self.lengths();
        let (number, length) = segment.finish(&mut segments)?;
        head.segments.insert(number, length);
        let is_first = self.last.is_none();
        let mut site = self.release(draft, head, resources, segments)?;
        if is_first && count.made <= SMALL {
            // Nobody waits for a change of a site that never was, and this one is soon whole.
            self.enrich_all()?;
            site = self.site().map_or(site, Arc::clone);
        }
        self.current.swap(site);
        Ok(count)
    }

    fn segments(&self) -> Segments {
        let last = self.last.as_ref();
        last.map(|last| last.segments.clone()).unwrap_or_default()
    }

    fn lengths(&self) -> BTreeMap<u32, u64> {
        let last = self.last.as_ref();
        last.map(|last| last.manifest.head.segments.clone())
            .unwrap_or_default()
    }

    /// Commits a draft; gives its site.
    fn release(
        &mut self,
        draft: Draft,
        mut head: Head,
        resources: Resources,
        mut segments: Segments,
    ) -> Result<Arc<Site>, Error> {
        let used = used(&resources);
        head.segments.retain(|number, _| used.contains_key(number));
        segments.keep(&head.segments);
        let last = self.last.as_ref();
        let mut manifest = Manifest::after(last.map(|last| &last.manifest), head, resources);
        self.releases.commit(draft, &mut manifest)?;
        let folder = self.releases.current_folder();
        let site = site(&manifest, &segments, last);
        let mut site = site.map_err(|source| Error::io("read", &folder, source))?;
        extras::remember(&mut site);
        let site = Arc::new(site);
        self.last = Some(Last {
            manifest,
            segments,
            site: Arc::clone(&site),
        });
        Ok(site)
    }

    /// What is current, for whoever writes it elsewhere.
    pub(crate) fn site(&self) -> Option<&Arc<Site>> {
        self.last.as_ref().map(|last| &last.site)
    }
}

impl Last {
    fn open(folder: &Path, manifest: Manifest) -> io::Result<Self> {
        let segments = Segments::open(folder, &manifest.head.segments)?;
        segments.check(manifest.places().collect())?;
        let site = site(&manifest, &segments, None)?;
        Ok(Self {
            site: Arc::new(site),
            manifest,
            segments,
        })
    }
}

/// Bytes in use of each segment.
fn used(resources: &Resources) -> BTreeMap<u32, u64> {
    let mut used = BTreeMap::new();
    for place in resources.values().flat_map(|entry| entry.forms.places()) {
        *used.entry(place.segment).or_default() += place.length;
    }
    used
}

/// A release being filled.
struct Writing<'a> {
    last: Option<&'a Last>,
    segment: Segment,
    resources: Resources,
    count: Count,
}

impl Writing<'_> {
    /// Takes what is at hand, and makes the rest side by side, some at a time.
    fn all(
        &mut self,
        renditions: &[Rendition<'_>],
        read: Read<'_>,
        tally: &Tally,
    ) -> Result<(), Error> {
        let mut fresh = Vec::new();
        for rendition in renditions {
            match self.known(rendition) {
                Some((path, entry)) => {
                    self.count.kept += 1;
                    self.resources.insert(path, entry);
                }
                None => fresh.push(rendition),
            }
        }
        self.count.made = fresh.len();
        tally.begin(Stage::Pages, fresh.len());
        for batch in fresh.chunks(BATCH) {
            let bodies: Vec<Result<(Vec<u8>, String), Error>> = batch
                .par_iter()
                .map(|rendition| {
                    let bytes = loaded(rendition, read)?;
                    let etag = etag(rendition, &bytes);
                    tally.add(1);
                    Ok((bytes, etag))
                })
                .collect();
            for (rendition, body) in batch.iter().zip(bodies) {
                let (bytes, etag) = body?;
                self.add(rendition, &bytes, etag)?;
            }
        }
        Ok(())
    }

    /// The entry of the last release, if what stands there is what would be made.
    fn known(&self, rendition: &Rendition<'_>) -> Option<(Arc<str>, Arc<Entry>)> {
        let resources = &self.last?.manifest.resources;
        let (path, entry) = resources.get_key_value(rendition.path.as_str())?;
        if entry.key != rendition.key || entry.content_type != rendition.content_type {
            return None;
        }
        let described = Entry {
            last_modified: rendition.last_modified.map(seconds),
            noindex: rendition.noindex,
            immutable: rendition.immutable,
            ..Entry::clone(entry)
        };
        let entry = if described == **entry {
            Arc::clone(entry)
        } else {
            Arc::new(described)
        };
        Some((Arc::clone(path), entry))
    }

    fn add(&mut self, rendition: &Rendition<'_>, bytes: &[u8], etag: String) -> Result<(), Error> {
        let same = |entry: &&Arc<Entry>| {
            entry.etag == etag && entry.content_type == rendition.content_type
        };
        let resources = self.last.map(|last| &last.manifest.resources);
        let before = resources.and_then(|known| known.get(rendition.path.as_str()));
        let (forms, encoded) = match before.filter(same) {
            Some(entry) => (entry.forms, entry.encoded),
            None => {
                let forms = Forms {
                    identity: self.segment.write(bytes)?,
                    brotli: None,
                    gzip: None,
                };
                (forms, !encode::gains(rendition.content_type, bytes.len()))
            }
        };
        let entry = Entry {
            key: rendition.key,
            content_type: rendition.content_type.to_owned(),
            etag,
            last_modified: rendition.last_modified.map(seconds),
            noindex: rendition.noindex,
            immutable: rendition.immutable,
            forms,
            encoded,
        };
        self.resources
            .insert(rendition.path.as_str().into(), Arc::new(entry));
        Ok(())
    }
}

fn seconds(moment: crate::moment::Moment) -> i64 {
    moment.timestamp().as_second()
}

/// The strong validator of a rendition: a hash of its bytes, or the blob's id.
fn etag(rendition: &Rendition<'_>, bytes: &[u8]) -> String {
    match &rendition.content {
        Content::File(file) => file.oid.to_string(),
        Content::Made(_) => Sha256::digest(bytes)
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect(),
    }
}

fn loaded(rendition: &Rendition<'_>, read: Read<'_>) -> Result<Vec<u8>, Error> {
    match &rendition.content {
        Content::Made(make) => make().map_err(|problem| Error::Page(Box::new(problem))),
        Content::File(file) => read(file).map_err(|source| Error::Source {
            path: file.path.clone(),
            source,
        }),
    }
}

/// Lays a site over the segments of a release; answers that did not change are those of the last.
fn site(manifest: &Manifest, segments: &Segments, last: Option<&Last>) -> io::Result<Site> {
    let head = &manifest.head;
    let mut site = Site {
        commit: head.commit.as_deref().and_then(Oid::from_hex),
        posts: head.posts,
        ..Site::default()
    };
    site.answers.reserve(manifest.resources.len());
    let body = |place| segments.body(place);
    for (path, entry) in &manifest.resources {
        let known = last.and_then(|last| {
            let known = last.manifest.resources.get(path)?;
            let answer = last.site.answers.get(path)?;
            Arc::ptr_eq(known, entry).then(|| answer.clone())
        });
        let answer = match known {
            Some(answer) => answer,
            None => Answer::Resource(Arc::new(entry.resource(&body)?)),
        };
        site.answers.insert(Arc::clone(path), answer);
    }
    for (from, to) in &head.redirects {
        let to = Answer::Redirect(to.clone());
        site.answers.insert(from.as_str().into(), to);
    }
    for path in &head.gone {
        site.answers.insert(path.as_str().into(), Answer::Gone);
    }
    Ok(site)
}
