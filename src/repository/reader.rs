//! Reading single objects beside the rebuild loop: a handle of its own on the object database, for
//! a thread of its own.

use std::path::PathBuf;

use super::{Error, Oid, commit, objects};

/// Where the objects are. Opened for each look, since a mirror may be replaced as a whole, and one
/// that is open would go on reading what is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Objects {
    pub(super) git_dir: PathBuf,
}

/// The objects as they are now.
pub(crate) struct ObjectReader {
    repository: git2::Repository,
}

impl Objects {
    pub(crate) fn open(&self) -> Result<ObjectReader, Error> {
        let repository = git2::Repository::open(&self.git_dir);
        let repository = repository.map_err(|source| Error::Open {
            path: self.git_dir.clone(),
            source,
        })?;
        Ok(ObjectReader { repository })
    }
}

impl ObjectReader {
    /// A blob of at most `limit` bytes.
    pub(crate) fn blob(&self, oid: Oid, limit: u64) -> Result<Vec<u8>, Error> {
        objects::blob(&self.odb()?, oid, limit)
    }

    /// As `Repository::subject`.
    pub(crate) fn subject(&self, id: Oid) -> Result<String, Error> {
        let odb = self.odb()?;
        let object = objects::commit(&odb, id)?;
        Ok(commit::subject(object.data()))
    }

    fn odb(&self) -> Result<git2::Odb<'_>, Error> {
        let path = self.repository.path();
        self.repository
            .odb()
            .map_err(Error::git("open the objects", path))
    }
}
