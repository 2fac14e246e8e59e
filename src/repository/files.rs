//! The files of a snapshot, and older versions of them, read by many threads side by side.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::contents::Contents;
use super::{Error, Oid, SourceFile, disk, listing};

/// Where the bytes of files are.
pub(crate) struct Files {
    /// Of a working tree.
    pub(super) folder: Option<PathBuf>,
    pub(super) contents: Option<Arc<Contents>>,
}

impl Files {
    /// A file of the last snapshot. On disk, one that has changed since is `Error::Changed`.
    pub(crate) fn read(&self, file: &SourceFile) -> Result<Vec<u8>, Error> {
        match &self.folder {
            Some(folder) => on_disk(folder, file),
            None => self.blob(file.oid, listing::MAX_FILE),
        }
    }

    /// Hands over the bytes of many blobs of at most `limit` bytes, those that can be read, side by
    /// side. Files on disk are as quickly read one by one, and are left to that.
    pub(crate) fn each(&self, blobs: &[Oid], limit: u64, take: impl Fn(Oid, Vec<u8>) + Sync) {
        if let (None, Some(contents)) = (&self.folder, &self.contents) {
            let take = |oid, bytes: Result<_, Error>| bytes.ok().map(|bytes| take(oid, bytes));
            contents.each(blobs, limit, take);
            contents.forget();
        }
    }

    /// A blob of at most `limit` bytes from the object database.
    pub(crate) fn blob(&self, oid: Oid, limit: u64) -> Result<Vec<u8>, Error> {
        let contents = self.contents.as_ref().ok_or(Error::NothingFetched)?;
        contents.blob(oid, limit)
    }
}

/// The file's bytes, if they are still those the snapshot saw. Other bytes under the same object
/// id would end up in whatever is kept by object id.
pub(super) fn on_disk(folder: &Path, file: &SourceFile) -> Result<Vec<u8>, Error> {
    let changed = || Error::Changed {
        path: file.path.to_string(),
    };
    let bytes = inside(folder, &file.path)?.ok_or_else(changed)?;
    if Oid::of_blob(&bytes) == file.oid {
        Ok(bytes)
    } else {
        Err(changed())
    }
}

/// A regular file that lies, links resolved, where its path says; `None` if there is none.
pub(super) fn inside(root: &Path, path: &str) -> Result<Option<Vec<u8>>, Error> {
    let full = root.join(path);
    let Ok(real) = fs::canonicalize(&full) else {
        return Ok(None);
    };
    if real != full || !real.is_file() {
        return Ok(None);
    }
    disk::read_file(&full).map(|read| read.map(|(bytes, _)| bytes))
}
