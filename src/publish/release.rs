//! A site on disk: one folder a release, whole or absent.
//!
//! ```text
//! releases/
//!   current -> 00000007        swapped by one rename
//!   00000007/
//!     manifest.json            every address, and where its forms lie
//!     SEGMENT, SEGMENT, ...    bodies one after the other; what did not change is a hard link
//!   .new-NAME                  under way; swept at the next start
//! ```
//!
//! The order is: segments and manifest are written and flushed in `.new-NAME`, that folder is
//! renamed to its number, then `current` is replaced. A crash before the last rename leaves the old
//! release current; after it, the new one is whole. There is no moment between.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Error;
use super::segment::{Place, Segment};
use crate::moment::Moment;
use crate::repository::Oid;
use crate::site::{Answer, Body, Resource, Site};

/// Written into each manifest; another number is another format and is built anew.
const FORMAT: u32 = 1;
/// Releases kept behind the current one.
const KEPT: usize = 3;
const MANIFEST: &str = "manifest.json";
const CURRENT: &str = "current";
const UNDER_WAY: &str = ".new-";

/// The releases of one data directory.
#[derive(Debug)]
pub(super) struct Releases {
    folder: PathBuf,
}

/// What `manifest.json` holds.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Manifest {
    format: u32,
    commit: Option<String>,
    posts: usize,
    /// Length of each segment file, to know a truncated one.
    segments: BTreeMap<String, u64>,
    resources: BTreeMap<String, Entry>,
    redirects: BTreeMap<String, String>,
    /// A release from before there were any has none.
    #[serde(default)]
    gone: BTreeSet<String>,
}

/// One address of the manifest.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) content_type: String,
    pub(super) etag: String,
    /// Seconds since 1970 and offset in minutes.
    pub(super) last_modified: Option<(i64, i32)>,
    pub(super) noindex: bool,
    pub(super) immutable: bool,
    pub(super) identity: Place,
    pub(super) brotli: Option<Place>,
    pub(super) gzip: Option<Place>,
}

/// A release being written; dropped before it is current, it leaves nothing behind.
#[derive(Debug)]
pub(super) struct Draft {
    folder: PathBuf,
    manifest: Manifest,
    current: bool,
}

impl Releases {
    /// Opens the folder, making it if need be, and sweeps what a crash left.
    pub(super) fn open(data_dir: &Path) -> Result<Self, Error> {
        let folder = data_dir.join("releases");
        fs::create_dir_all(&folder).map_err(|source| Error::io("make", &folder, source))?;
        let releases = Self { folder };
        for name in releases
            .names()?
            .iter()
            .filter(|name| name.starts_with(UNDER_WAY))
        {
            releases.remove(name);
        }
        Ok(releases)
    }

    /// The current release as a site, with its number; `None` where there is none that is whole.
    pub(super) fn current(&self) -> Option<(Site, Manifest)> {
        let folder = self.folder.join(CURRENT);
        match load(&folder) {
            Ok(loaded) => Some(loaded),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                tracing::warn!(path = %folder.display(), %error, "the last release cannot be read; building anew");
                None
            }
        }
    }

    /// Starts a release.
    pub(super) fn draft(&self, commit: Option<Oid>, posts: usize) -> Result<Draft, Error> {
        let folder = self.folder.join(format!("{UNDER_WAY}{}", unique()?));
        fs::create_dir(&folder).map_err(|source| Error::io("make", &folder, source))?;
        let manifest = Manifest {
            format: FORMAT,
            commit: commit.map(|commit| commit.to_string()),
            posts,
            ..Manifest::default()
        };
        Ok(Draft {
            folder,
            manifest,
            current: false,
        })
    }

    /// Makes a draft the current release and gives its site.
    pub(super) fn commit(&self, mut draft: Draft) -> Result<(Site, Manifest), Error> {
        draft.seal()?;
        let names = self.names()?;
        let last = names
            .iter()
            .filter_map(|name| name.parse::<u64>().ok())
            .max()
            .unwrap_or_default();
        let name = format!("{:08}", last + 1);
        let folder = self.folder.join(&name);
        fs::rename(&draft.folder, &folder).map_err(|source| Error::io("name", &folder, source))?;
        draft.folder.clone_from(&folder);
        sync_folder(&self.folder)?;
        let site =
            site(&folder, &draft.manifest).map_err(|source| Error::io("read", &folder, source))?;
        self.point_at(&name)?;
        draft.current = true;
        self.prune();
        Ok((site, std::mem::take(&mut draft.manifest)))
    }

    fn point_at(&self, name: &str) -> Result<(), Error> {
        let link = self.folder.join(format!("{UNDER_WAY}{}", unique()?));
        let current = self.folder.join(CURRENT);
        std::os::unix::fs::symlink(name, &link)
            .map_err(|source| Error::io("link", &link, source))?;
        fs::rename(&link, &current).map_err(|source| Error::io("replace", &current, source))?;
        sync_folder(&self.folder)
    }

    /// Removes all but the newest releases. What is still being served stays readable: its files
    /// are open.
    fn prune(&self) {
        let Ok(names) = self.names() else { return };
        let mut numbers: Vec<&String> = names
            .iter()
            .filter(|name| name.parse::<u64>().is_ok())
            .collect();
        numbers.sort();
        for name in numbers.iter().rev().skip(KEPT) {
            self.remove(name);
        }
    }

    fn names(&self) -> Result<Vec<String>, Error> {
        let entries =
            fs::read_dir(&self.folder).map_err(|source| Error::io("list", &self.folder, source))?;
        Ok(entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect())
    }

    fn remove(&self, name: &str) {
        let path = self.folder.join(name);
        let removed = if path.is_symlink() {
            fs::remove_file(&path)
        } else {
            fs::remove_dir_all(&path)
        };
        if let Err(error) = removed {
            tracing::warn!(path = %path.display(), %error, "an old release cannot be removed");
        }
    }
}

impl Draft {
    /// Starts a segment of new bodies.
    pub(super) fn segment(&self) -> Result<Segment, Error> {
        Segment::create(&self.folder, unique()?)
    }

    /// Ends a segment: it is flushed to disk and becomes part of the release.
    pub(super) fn close(&mut self, segment: Segment) -> Result<(), Error> {
        let (name, length) = segment.finish()?;
        self.manifest.segments.insert(name, length);
        Ok(())
    }

    /// Makes a segment of an older release part of this one, without copying it.
    pub(super) fn link(
        &mut self,
        older: &Releases,
        manifest: &Manifest,
        name: &str,
    ) -> Result<(), Error> {
        let Some(length) = manifest.segments.get(name) else {
            return Ok(());
        };
        if self
            .manifest
            .segments
            .insert(name.to_owned(), *length)
            .is_none()
        {
            let from = older.folder.join(CURRENT).join(name);
            fs::hard_link(&from, self.folder.join(name))
                .map_err(|source| Error::io("link", &from, source))?;
        }
        Ok(())
    }

    pub(super) fn add(&mut self, path: String, entry: Entry) {
        self.manifest.resources.insert(path, entry);
    }

    pub(super) fn redirect(&mut self, from: String, to: String) {
        self.manifest.redirects.insert(from, to);
    }

    pub(super) fn gone(&mut self, paths: BTreeSet<String>) {
        self.manifest.gone = paths;
    }

    /// Writes the manifest, last, and flushes everything.
    fn seal(&self) -> Result<(), Error> {
        let path = self.folder.join(MANIFEST);
        let failed = |source| Error::io("write", &path, source);
        let file = File::create(&path).map_err(failed)?;
        let mut writer = io::BufWriter::new(file);
        serde_json::to_writer(&mut writer, &self.manifest).map_err(|error| failed(error.into()))?;
        let file = writer
            .into_inner()
            .map_err(|error| failed(error.into_error()))?;
        file.sync_all().map_err(failed)?;
        sync_folder(&self.folder)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if self.current {
            return;
        }
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            tracing::debug!(path = %self.folder.display(), %error, "an unfinished release stays until the next start");
        }
    }
}

impl Manifest {
    pub(super) fn segments(&self) -> usize {
        self.segments.len()
    }

    pub(super) fn entry(&self, path: &str) -> Option<&Entry> {
        self.resources.get(path)
    }
}

impl Entry {
    /// The places of its forms.
    pub(super) fn places(&self) -> impl Iterator<Item = &Place> {
        std::iter::once(&self.identity)
            .chain(&self.brotli)
            .chain(&self.gzip)
    }
}

fn load(folder: &Path) -> io::Result<(Site, Manifest)> {
    let file = io::BufReader::new(File::open(folder.join(MANIFEST))?);
    let manifest: Manifest = serde_json::from_reader(file)?;
    if manifest.format != FORMAT {
        return Err(io::Error::other(format!(
            "format {} is not {FORMAT}",
            manifest.format
        )));
    }
    let site = site(folder, &manifest)?;
    Ok((site, manifest))
}

/// Opens a release's segments and lays the site over them.
fn site(folder: &Path, manifest: &Manifest) -> io::Result<Site> {
    let mut files: BTreeMap<&str, Arc<File>> = BTreeMap::new();
    for (name, length) in &manifest.segments {
        let file = File::open(folder.join(name))?;
        if file.metadata()?.len() != *length {
            return Err(io::Error::other(format!("segment `{name}` is not whole")));
        }
        files.insert(name, Arc::new(file));
    }
    let body = |place: &Place| {
        let file = files
            .get(place.segment.as_str())
            .ok_or_else(|| io::Error::other("a segment is missing"))?;
        Ok::<Body, io::Error>(Body::File {
            file: Arc::clone(file),
            offset: place.offset,
            length: place.length,
        })
    };
    let mut site = Site {
        commit: manifest.commit.as_deref().and_then(Oid::from_hex),
        posts: manifest.posts,
        ..Site::default()
    };
    for (path, entry) in &manifest.resources {
        let resource = Resource {
            content_type: entry.content_type.clone(),
            etag: entry.etag.clone(),
            last_modified: entry
                .last_modified
                .and_then(|(seconds, minutes)| Moment::from_git(seconds, minutes)),
            immutable: entry.immutable,
            noindex: entry.noindex,
            identity: body(&entry.identity)?,
            brotli: entry.brotli.as_ref().map(body).transpose()?,
            gzip: entry.gzip.as_ref().map(body).transpose()?,
        };
        site.answers
            .insert(path.clone(), Answer::Resource(Arc::new(resource)));
    }
    for (from, to) in &manifest.redirects {
        site.answers
            .insert(from.clone(), Answer::Redirect(to.clone()));
    }
    for path in &manifest.gone {
        site.answers.insert(path.clone(), Answer::Gone);
    }
    Ok(site)
}

/// Flushes a folder's entries: a rename is only then sure to outlive a loss of power.
fn sync_folder(folder: &Path) -> Result<(), Error> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|source| Error::io("flush", folder, source))
}

/// A name nothing else bears.
fn unique() -> Result<String, Error> {
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes).map_err(Error::Random)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
