//! Reading objects: header first, so that what is too large costs nothing.

use git2::{ErrorCode, ObjectType, Odb, OdbObject};
use sha1::{Digest, Sha1};

use super::{Error, Oid};

/// Largest commit or tree object read: a folder of 1.5 million files.
pub(super) const MAX_STRUCTURE: u64 = 64 << 20;

impl Oid {
    pub(super) fn of(id: git2::Oid) -> Option<Self> {
        id.as_bytes().try_into().ok().map(Self)
    }

    pub(super) fn git(self) -> git2::Oid {
        git2::Oid::from_bytes(&self.0).expect("twenty bytes are an object id")
    }

    /// The id these bytes would have as a blob. Not libgit2's own way, which looks for collisions and
    /// takes three times as long: these are files of a folder, whose author could as well write
    /// another text.
    pub(super) fn of_blob(bytes: &[u8]) -> Self {
        let hash = Sha1::new_with_prefix(format!("blob {}\0", bytes.len()));
        Self(hash.chain_update(bytes).finalize().into())
    }
}

/// Reads a commit.
pub(super) fn commit<'o>(odb: &'o Odb<'_>, id: Oid) -> Result<OdbObject<'o>, Error> {
    structure(odb, id, (ObjectType::Commit, "commit"))
}

/// Reads a tree.
pub(super) fn tree<'o>(odb: &'o Odb<'_>, id: Oid) -> Result<OdbObject<'o>, Error> {
    structure(odb, id, (ObjectType::Tree, "tree"))
}

/// Reads a blob of at most `limit` bytes.
pub(super) fn blob(odb: &Odb<'_>, id: Oid, limit: u64) -> Result<Vec<u8>, Error> {
    let object = read(odb, id, (ObjectType::Blob, "blob"), limit)?;
    Ok(object.data().to_vec())
}

/// A blob's size from its header.
pub(super) fn blob_size(odb: &Odb<'_>, id: Oid) -> Result<u64, Error> {
    let (size, kind) = header(odb, id)?;
    match kind {
        ObjectType::Blob => Ok(size),
        _ => Err(Error::WrongKind { id, wanted: "blob" }),
    }
}

/// Reads a commit or a tree. Its header is not asked for first: that would follow the same chain
/// of deltas once more, for every object of a history.
fn structure<'o>(
    odb: &'o Odb<'_>,
    id: Oid,
    (wanted, name): (ObjectType, &'static str),
) -> Result<OdbObject<'o>, Error> {
    let object = odb.read(id.git()).map_err(|source| failed(id, source))?;
    if object.kind() != wanted {
        return Err(Error::WrongKind { id, wanted: name });
    }
    let size = object.len() as u64;
    if size > MAX_STRUCTURE {
        let limit = MAX_STRUCTURE;
        return Err(Error::TooLarge { id, size, limit });
    }
    Ok(object)
}

fn read<'o>(
    odb: &'o Odb<'_>,
    id: Oid,
    (wanted, name): (ObjectType, &'static str),
    limit: u64,
) -> Result<OdbObject<'o>, Error> {
    let (size, kind) = header(odb, id)?;
    if kind != wanted {
        return Err(Error::WrongKind { id, wanted: name });
    }
    if size > limit {
        return Err(Error::TooLarge { id, size, limit });
    }
    odb.read(id.git()).map_err(|source| failed(id, source))
}

fn header(odb: &Odb<'_>, id: Oid) -> Result<(u64, ObjectType), Error> {
    let (size, kind) = odb
        .read_header(id.git())
        .map_err(|source| failed(id, source))?;
    Ok((size as u64, kind))
}

fn failed(id: Oid, source: git2::Error) -> Error {
    if source.code() == ErrorCode::NotFound {
        Error::Missing { id, source }
    } else {
        Error::Unreadable { id, source }
    }
}
