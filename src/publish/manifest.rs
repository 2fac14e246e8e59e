//! What a release holds: every address, and where the forms of its body lie. On disk it is a base,
//! shared with the releases before, and what changed since; each a line of JSON and its checksum.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::last::Delta;
use super::retired::Retired;
use super::segment::Place;
use crate::memo::{Key, checksum};
use crate::moment::Moment;
use crate::site::{Body, Resource};

/// Written into each manifest; another number is another format and is built anew.
const FORMAT: u32 = 5;
/// Changes become a new base when they are more than this part of it, and a little: earlier where
/// nobody waits, because a base takes its time.
const PART: usize = 32;
const PART_SOON: usize = 4;
const LITTLE: usize = 256;

pub(super) const BASE: &str = "base.json";
pub(super) const CHANGES: &str = "changes.json";

/// Every address of a release.
#[derive(Clone, Debug, Default)]
pub(super) struct Manifest {
    pub(super) resources: Resources,
    pub(super) head: Head,
    /// What differs from the base; `None` stands for an address that is no more.
    changes: BTreeMap<Arc<str>, Option<Arc<Entry>>>,
    /// There is no base of these yet.
    pub(super) unwritten: bool,
    /// Checksum of the base.
    base: u32,
}

/// Shared with the releases before, as far as they are the same.
pub(super) type Resources = imbl::HashMap<Arc<str>, Arc<Entry>>;

/// What is small, and written whole with each release.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Head {
    format: u32,
    pub(super) commit: Option<String>,
    pub(super) posts: usize,
    /// Length of each segment file, to know a truncated one.
    pub(super) segments: BTreeMap<u32, u64>,
    pub(super) redirects: BTreeMap<String, String>,
    pub(super) gone: BTreeSet<String>,
    /// What is served without being planned.
    #[serde(default)]
    pub(super) retired: Retired,
}

/// One address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// Of everything the body was made of.
    pub(super) key: Key,
    pub(super) content_type: String,
    pub(super) etag: String,
    /// Seconds since 1970.
    pub(super) last_modified: Option<i64>,
    pub(super) noindex: bool,
    pub(super) frames: bool,
    pub(super) immutable: bool,
    pub(super) forms: Forms,
    /// Whether the encoded forms were made, as far as they are worth it.
    pub(super) encoded: bool,
    /// The body is a picture that stands for a copy of it in this width, which is still to be made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) unscaled: Option<u32>,
}

/// Where the forms of a body lie.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Forms {
    pub(super) identity: Place,
    pub(super) brotli: Option<Place>,
    pub(super) gzip: Option<Place>,
}

#[derive(Serialize, Deserialize)]
struct Base {
    format: u32,
    resources: BTreeMap<Arc<str>, Arc<Entry>>,
}

#[derive(Serialize, Deserialize)]
struct Changes {
    /// Checksum of the base they go on from.
    base: u32,
    head: Head,
    changes: BTreeMap<Arc<str>, Option<Arc<Entry>>>,
}

impl Head {
    pub(super) fn new(commit: Option<String>, posts: usize) -> Self {
        Self {
            format: FORMAT,
            commit,
            posts,
            ..Self::default()
        }
    }
}

impl Manifest {
    /// The manifest of a release that goes on from another, for which somebody waits if `soon`.
    pub(super) fn after(last: Option<&Self>, head: Head, delta: &Delta, soon: bool) -> Self {
        let mut manifest = last.cloned().unwrap_or_default();
        for path in &delta.gone {
            manifest.resources.remove(path);
            manifest.changes.insert(Arc::clone(path), None);
        }
        for (path, entry) in &delta.set {
            let (path, entry) = (Arc::clone(path), Arc::clone(entry));
            let change = Some(Arc::clone(&entry));
            manifest.changes.insert(Arc::clone(&path), change);
            manifest.resources.insert(path, entry);
        }
        let part = if soon { PART_SOON } else { PART };
        let many = manifest.changes.len() > manifest.resources.len() / part + LITTLE;
        manifest.unwritten = last.is_none() || many;
        if manifest.unwritten {
            manifest.changes.clear();
        }
        Self { head, ..manifest }
    }

    /// The base as bytes.
    pub(super) fn base(&mut self) -> serde_json::Result<Vec<u8>> {
        let resources = self.resources.iter();
        let bytes = serde_json::to_vec(&Base {
            format: FORMAT,
            resources: resources
                .map(|(path, entry)| (Arc::clone(path), Arc::clone(entry)))
                .collect(),
        })?;
        self.base = checksum(&bytes);
        Ok(sealed(bytes))
    }

    /// All that is not in the base, as bytes.
    pub(super) fn changes(&self) -> serde_json::Result<Vec<u8>> {
        #[derive(Serialize)]
        struct Borrowed<'a> {
            base: u32,
            head: &'a Head,
            changes: &'a BTreeMap<Arc<str>, Option<Arc<Entry>>>,
        }
        let bytes = serde_json::to_vec(&Borrowed {
            base: self.base,
            head: &self.head,
            changes: &self.changes,
        })?;
        Ok(sealed(bytes))
    }

    /// Reads what is in the folder of a release.
    pub(super) fn read(folder: &Path) -> io::Result<Self> {
        let (changes, _) = read(&folder.join(CHANGES))?;
        let Changes {
            base: expected,
            head,
            changes,
        } = changes;
        let (base, found): (Base, u32) = read(&folder.join(BASE))?;
        if expected != found {
            return Err(io::Error::other("its base is that of another"));
        }
        if [head.format, base.format] != [FORMAT; 2] {
            return Err(io::Error::other(format!("its format is not {FORMAT}")));
        }
        let mut resources: Resources = base.resources.into_iter().collect();
        for (path, entry) in &changes {
            match entry {
                Some(entry) => drop(resources.insert(Arc::clone(path), Arc::clone(entry))),
                None => drop(resources.remove(path)),
            }
        }
        Ok(Self {
            resources,
            head,
            changes,
            unwritten: false,
            base: found,
        })
    }

    /// Where every body lies, in each of its forms.
    pub(super) fn places(&self) -> impl Iterator<Item = Place> {
        let entries = self.resources.values();
        entries.flat_map(|entry| entry.forms.places())
    }
}

/// A line, and its checksum in the next.
fn sealed(mut line: Vec<u8>) -> Vec<u8> {
    let seal = format!("\n{:08x}\n", checksum(&line));
    line.extend_from_slice(seal.as_bytes());
    line
}

/// What was sealed in a file, and its checksum.
fn read<T: DeserializeOwned>(path: &Path) -> io::Result<(T, u32)> {
    let damaged = || io::Error::other(format!("`{}` is damaged", path.display()));
    let bytes = fs::read(path)?;
    let end = bytes.iter().position(|&byte| byte == b'\n');
    let line = &bytes[..end.ok_or_else(damaged)?];
    if bytes != sealed(line.to_vec()) {
        return Err(damaged());
    }
    Ok((serde_json::from_slice(line)?, checksum(line)))
}

impl Forms {
    pub(super) fn places(&self) -> impl Iterator<Item = Place> {
        [Some(self.identity), self.brotli, self.gzip]
            .into_iter()
            .flatten()
    }

    /// The same forms in other places.
    pub(super) fn moved<E>(
        &self,
        mut to: impl FnMut(Place) -> Result<Place, E>,
    ) -> Result<Self, E> {
        Ok(Self {
            identity: to(self.identity)?,
            brotli: self.brotli.map(&mut to).transpose()?,
            gzip: self.gzip.map(&mut to).transpose()?,
        })
    }
}

impl Entry {
    /// The answer it stands for, its bodies found by `body`.
    pub(super) fn resource(
        &self,
        body: &dyn Fn(Place) -> io::Result<Body>,
    ) -> io::Result<Resource> {
        Ok(Resource {
            content_type: self.content_type.clone(),
            etag: self.etag.clone(),
            last_modified: self
                .last_modified
                .and_then(|seconds| Moment::from_git(seconds, 0)),
            immutable: self.immutable && self.unscaled.is_none(),
            noindex: self.noindex,
            frames: self.frames,
            identity: body(self.forms.identity)?,
            brotli: self.forms.brotli.map(body).transpose()?,
            gzip: self.forms.gzip.map(body).transpose()?,
        })
    }
}
