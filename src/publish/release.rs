//! A site on disk: one folder a release, whole or absent.
//!
//! ```text
//! releases/
//!   current -> 00000007        swapped by one rename
//!   00000007/
//!     base.json                every address, and where its forms lie, as of some release before;
//!                              a hard link, unless this is that release
//!     changes.json             what differs from the base
//!     0000000c, 0000000f, ...  segments: bodies one after the other; older ones are hard links
//!   .new-NAME                  under way; swept at the next start
//! ```
//!
//! The order is: segments and manifest are written and flushed in `.new-NAME`, that folder is
//! renamed to its number, then `current` is replaced. A crash before the last rename leaves the old
//! release current; after it, the new one is whole. There is no moment between. Both renames are
//! flushed together: a disk that kept only the second would have a `current` that leads nowhere,
//! which is built anew.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Error;
use super::manifest::{BASE, CHANGES, Manifest};
use super::segment::{Segment, name};

/// Releases kept behind the current one.
const KEPT: usize = 3;
const CURRENT: &str = "current";
const UNDER_WAY: &str = ".new-";

/// The releases of one data directory.
#[derive(Debug)]
pub(super) struct Releases {
    folder: PathBuf,
}

/// A release being written; dropped before it is current, it leaves nothing behind.
#[derive(Debug)]
pub(super) struct Draft {
    folder: PathBuf,
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

    /// The manifest of the current release; `None` where there is none that can be read.
    pub(super) fn current(&self) -> Option<Manifest> {
        match Manifest::read(&self.current_folder()) {
            Ok(manifest) => Some(manifest),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                let path = self.current_folder();
                tracing::warn!(path = %path.display(), %error, "the last release cannot be read; building anew");
                None
            }
        }
    }

    pub(super) fn current_folder(&self) -> PathBuf {
        self.folder.join(CURRENT)
    }

    /// Starts a release.
    pub(super) fn draft(&self) -> Result<Draft, Error> {
        let folder = self.folder.join(format!("{UNDER_WAY}{}", unique()?));
        fs::create_dir(&folder).map_err(|source| Error::io("make", &folder, source))?;
        Ok(Draft {
            folder,
            current: false,
        })
    }

    /// Makes a draft the current release.
    pub(super) fn commit(&self, mut draft: Draft, manifest: &mut Manifest) -> Result<(), Error> {
        for segment in manifest.head.segments.keys() {
            draft.link(self, &name(*segment))?;
        }
        draft.seal(self, manifest)?;
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
        self.point_at(&name)?;
        draft.current = true;
        self.prune(names, name);
        Ok(())
    }

    fn point_at(&self, name: &str) -> Result<(), Error> {
        let link = self.folder.join(format!("{UNDER_WAY}{}", unique()?));
        let current = self.current_folder();
        std::os::unix::fs::symlink(name, &link)
            .map_err(|source| Error::io("link", &link, source))?;
        fs::rename(&link, &current).map_err(|source| Error::io("replace", &current, source))?;
        sync_folder(&self.folder)
    }

    /// Removes all but the newest releases. What is still being served stays readable: its files
    /// are open.
    fn prune(&self, mut names: Vec<String>, newest: String) {
        names.push(newest);
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
    pub(super) fn segment(&self, number: u32) -> Result<Segment, Error> {
        Segment::create(&self.folder, number)
    }

    /// A file of it.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Makes a file of the current release part of this one, without copying it, unless it is.
    fn link(&self, releases: &Releases, name: &str) -> Result<(), Error> {
        let (from, to) = (releases.current_folder().join(name), self.file(name));
        if to.exists() {
            return Ok(());
        }
        fs::hard_link(&from, to).map_err(|source| Error::io("link", &from, source))
    }

    /// Writes the manifest, last, and flushes everything.
    fn seal(&self, releases: &Releases, manifest: &mut Manifest) -> Result<(), Error> {
        if manifest.unwritten {
            self.write(BASE, manifest.base())?;
        } else {
            self.link(releases, BASE)?;
        }
        self.write(CHANGES, manifest.changes())?;
        sync_folder(&self.folder)
    }

    fn write(&self, name: &str, bytes: serde_json::Result<Vec<u8>>) -> Result<(), Error> {
        let path = self.file(name);
        let written = || -> io::Result<()> {
            let mut file = File::create(&path)?;
            file.write_all(&bytes?)?;
            file.sync_all()
        };
        written().map_err(|source| Error::io("write", &path, source))
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
