//! The files below a folder on disk, less what git ignores, links not followed.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use git2::Index;
use rayon::prelude::*;

use super::listing::{Listing, MAX_FILE};
use super::stat::{Remembered, Stat};
use super::{Error, Oid, SourceFile, names, stat};
use crate::tally::{Stage, Tally};

/// Folders that are looked at side by side.
const AHEAD: usize = 256;

/// What to walk: a content folder, and the repository around it.
pub(super) struct DiskWalk<'a> {
    pub(super) root: &'a Path,
    pub(super) prefix: &'a str,
    pub(super) repository: Option<&'a git2::Repository>,
    pub(super) data_dir: &'a Path,
    pub(super) tracked: &'a Tracked,
    pub(super) tally: &'a Tally,
}

/// A walk under way.
struct Progress<'a> {
    walk: DiskWalk<'a>,
    listing: Listing,
    remembered: &'a mut Remembered,
    now: SystemTime,
    open: Vec<(String, usize)>,
    /// Files to be read: below the folder, and in full.
    unread: Vec<(String, PathBuf)>,
    /// Folders that were looked at before their turn came.
    looked: HashMap<String, io::Result<Vec<Found>>>,
}

/// An entry of a folder.
struct Found {
    name: OsString,
    metadata: Metadata,
}

/// Lists the files below a folder, hashing those that are not remembered.
pub(super) fn list<'a>(
    walk: DiskWalk<'a>,
    remembered: &'a mut Remembered,
) -> Result<Listing, Error> {
    walk.tally.begin(Stage::Listing, 0);
    let mut progress = Progress {
        walk,
        listing: Listing::default(),
        remembered,
        now: stat::now(),
        open: vec![(String::new(), 0)],
        unread: Vec::new(),
        looked: HashMap::new(),
    };
    while let Some((folder, depth)) = progress.open.pop() {
        if progress.listing.is_full() {
            break;
        }
        progress.folder(&folder, depth)?;
    }
    progress.read()?;
    progress.remembered.forget_unseen();
    Ok(progress.listing)
}

impl Progress<'_> {
    fn folder(&mut self, folder: &str, depth: usize) -> Result<(), Error> {
        let full = self.walk.root.join(folder);
        let entries = match self.look(folder) {
            // A folder deleted while it is walked; the next look sees it gone.
            Err(_) if depth > 0 => return Ok(()),
            other => other.map_err(Error::io("list", &full))?,
        };
        for Found { name, metadata } in entries {
            if let Some(path) = self.listing.admit(folder, name.as_encoded_bytes()) {
                self.entry(path, (&full.join(name), &metadata), depth);
            } else if self.listing.is_full() {
                break;
            }
        }
        Ok(())
    }

    /// The entries of a folder. Those of folders whose turn comes soon are looked at with it.
    fn look(&mut self, folder: &str) -> io::Result<Vec<Found>> {
        if let Some(known) = self.looked.remove(folder) {
            return known;
        }
        let soon = self.open.iter().rev().map(|(path, _)| path.as_str());
        let soon = soon.filter(|path| !self.looked.contains_key(*path));
        let folders: Vec<&str> = std::iter::once(folder).chain(soon.take(AHEAD)).collect();
        let root = self.walk.root;
        let look = |folder: &str| (folder.to_owned(), entries(&root.join(folder)));
        let looked: Vec<_> = folders.into_par_iter().map(look).collect();
        self.looked.extend(looked);
        self.looked.remove(folder).unwrap_or_else(|| Ok(Vec::new()))
    }

    fn entry(&mut self, path: String, (full, metadata): (&Path, &Metadata), depth: usize) {
        if self.ignored(&path, metadata.is_dir()) {
            return;
        }
        if metadata.is_symlink() {
            self.listing.symlink(&path);
        } else if metadata.is_dir() {
            self.subfolder(path, full, depth);
        } else if metadata.is_file() {
            self.file(path, full, &Stat::of(metadata));
        } else {
            self.listing.leave_out(
                "not-a-file",
                &path,
                format!("`{path}` is neither a file nor a folder and is left out"),
                "remove it",
            );
        }
    }

    fn subfolder(&mut self, path: String, full: &Path, depth: usize) {
        if full == self.walk.data_dir {
            return;
        }
        if fs::symlink_metadata(full.join(".git")).is_ok() {
            self.listing.submodule(&path);
        } else if self.listing.within_depth(&path, depth + 1) {
            self.open.push((path, depth + 1));
        }
    }

    fn ignored(&self, path: &str, is_folder: bool) -> bool {
        let Some(repository) = self.walk.repository else {
            return false;
        };
        let known = if is_folder {
            &self.walk.tracked.folders
        } else {
            &self.walk.tracked.files
        };
        if known.contains(path) {
            return false;
        }
        let mut path = names::join(self.walk.prefix, path);
        if is_folder {
            // Patterns such as `build/` match folders alone.
            path.push('/');
        }
        repository.is_path_ignored(&path).unwrap_or(false)
    }

    fn file(&mut self, path: String, full: &Path, stat: &Stat) {
        if !self.listing.take(&path, stat.size) {
            return;
        }
        self.walk.tally.add(1);
        if let Some(oid) = self.remembered.recall(&path, stat) {
            let size = stat.size;
            self.listing.files.push(SourceFile {
                path: path.into(),
                oid,
                size,
            });
        } else {
            self.unread.push((path, full.to_owned()));
        }
    }

    /// Reads and hashes what is not remembered, side by side.
    fn read(&mut self) -> Result<(), Error> {
        let hash = |(path, full): (String, PathBuf)| {
            let Some((bytes, stat)) = read_file(&full)? else {
                return Ok(None);
            };
            let oid = Oid::of_blob(&bytes);
            Ok(Some((path, stat, oid, bytes.len() as u64)))
        };
        let unread = std::mem::take(&mut self.unread);
        let read: Result<Vec<_>, Error> = unread.into_par_iter().map(hash).collect();
        for (path, stat, oid, size) in read?.into_iter().flatten() {
            self.remembered.learn(&path, &stat, oid, self.now);
            self.listing.files.push(SourceFile {
                path: path.into(),
                oid,
                size,
            });
        }
        Ok(())
    }
}

/// The entries of a folder; one gone meanwhile is not there.
fn entries(folder: &Path) -> io::Result<Vec<Found>> {
    let found = |entry: fs::DirEntry| {
        // This does not follow links.
        let metadata = entry.metadata().ok()?;
        let name = entry.file_name();
        Some(Found { name, metadata })
    };
    Ok(fs::read_dir(folder)?.flatten().filter_map(found).collect())
}

/// What the index holds below the content folder: ignored or not, it is part of the blog.
#[derive(Default)]
pub(super) struct Tracked {
    files: HashSet<String>,
    folders: HashSet<String>,
}

impl Tracked {
    pub(super) fn of(index: &Index, prefix: &str) -> Self {
        let mut tracked = Self::default();
        for entry in index.iter() {
            let Ok(path) = std::str::from_utf8(&entry.path) else {
                continue;
            };
            let Some(path) = inside(path, prefix) else {
                continue;
            };
            for (slash, _) in path.rmatch_indices('/') {
                // A folder that is known has its parents known.
                if !tracked.folders.insert(path[..slash].to_owned()) {
                    break;
                }
            }
            tracked.files.insert(path.to_owned());
        }
        tracked
    }
}

fn inside<'a>(path: &'a str, prefix: &str) -> Option<&'a str> {
    if prefix.is_empty() {
        return Some(path);
    }
    path.strip_prefix(prefix)?.strip_prefix('/')
}

/// A file's bytes with its state when they were read; `None` if it is gone, not a regular file
/// any more, a link by now, or grew past the limit.
pub(super) fn read_file(path: &Path) -> Result<Option<(Vec<u8>, Stat)>, Error> {
    let Ok(before) = fs::symlink_metadata(path) else {
        return Ok(None);
    };
    if !before.is_file() {
        return Ok(None);
    }
    let mut file = match fs::File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        other => other.map_err(Error::io("read", path))?,
    };
    let opened = file.metadata().map_err(Error::io("read", path))?;
    if !Stat::of(&before).same_file(&Stat::of(&opened)) {
        return Ok(None);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(opened.len().min(MAX_FILE)).unwrap_or(0));
    let read = Read::by_ref(&mut file)
        .take(MAX_FILE + 1)
        .read_to_end(&mut bytes)
        .map_err(Error::io("read", path))?;
    Ok((read as u64 <= MAX_FILE).then(|| (bytes, Stat::of(&opened))))
}
