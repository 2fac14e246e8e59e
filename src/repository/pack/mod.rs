//! Git's packs, read as they lie. libgit2 drops all the delta bases it holds when they come to
//! 16 MB, so that large folders, each told by what differs from a newer one, are built anew from
//! the start of their chains: at 50,000 posts that is most of what reading a history takes. Here
//! whoever asks keeps the bases.
//!
//! Only what is plain is read: whatever is not in a pack, or makes no sense, is `None`, and then
//! asked of libgit2, which knows loose objects, alternates and the words for what is wrong.

mod delta;
mod index;
#[cfg(test)]
mod tests;
mod whole;

use std::fs::{self, File, Metadata};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::{Decompress, FlushDecompress, Status};

use super::Oid;
use index::Index;

pub(super) use delta::apply;
pub(super) use whole::Whole;

/// Bytes read for an object at first: more than most deltas and commits need.
const FIRST_READ: usize = 1 << 10;
/// Bytes read at a time where that is not enough.
const NEXT_READ: usize = 64 << 10;
/// So many objects are looked for by reading the indexes from end to end.
const MANY: usize = 256;
/// What deflating adds to a small object that it cannot make smaller.
const SLACK: usize = 64;

/// Deltas followed to one object; git writes at most 4,095 in a row, and 50 unless told otherwise.
pub(super) const MAX_CHAIN: usize = 4096;

/// The packs of a folder of objects, as they were when they were opened; threads share it.
#[derive(Default)]
pub(super) struct Packs {
    packs: Vec<Arc<Pack>>,
}

struct Pack {
    identity: Identity,
    file: File,
    index: Index,
}

/// Tells a pack from another, also from one that takes its place under the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Identity {
    index: PathBuf,
    device: u64,
    inode: u64,
    size: u64,
    changed: (i64, i64),
}

/// Where an object lies: in which pack, and at which byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Place {
    pack: usize,
    offset: u64,
}

impl Place {
    /// The last place before that is a multiple of so many bytes.
    pub(super) fn rounded(self, bytes: u64) -> Self {
        let offset = self.offset - self.offset % bytes;
        Self { offset, ..self }
    }
}

/// An object of a pack as it is stored.
pub(super) struct Stored {
    pub(super) kind: Kind,
    pub(super) bytes: Vec<u8>,
}

/// What the bytes of a stored object are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Commit,
    Tree,
    Blob,
    /// What differs from the object stored there.
    Delta(Place),
}

impl Packs {
    /// Opens what can be read in `objects/pack`; packs of another kind are left to libgit2.
    pub(super) fn open(objects: &Path) -> Self {
        Self::default().renewed(objects).unwrap_or_default()
    }

    /// The packs that are there now, those that were open before as they are; `None` where nothing
    /// has changed.
    pub(super) fn renewed(&self, objects: &Path) -> Option<Self> {
        let files = fs::read_dir(objects.join("pack")).into_iter().flatten();
        let mut indexes: Vec<_> = files
            .filter_map(|file| Some(file.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == "idx"))
            .collect();
        indexes.sort_unstable();
        let open = |index: PathBuf| {
            let now = fs::metadata(index.with_extension("pack")).ok()?;
            let now = Identity::of(index, &now);
            let before = self.packs.iter().find(|pack| pack.identity == now);
            before
                .cloned()
                .or_else(|| Pack::open(now).map(Arc::new).ok())
        };
        let packs: Vec<Arc<Pack>> = indexes.into_iter().filter_map(open).collect();
        let same = |(a, b): (&Arc<Pack>, &Arc<Pack>)| Arc::ptr_eq(a, b);
        let unchanged = packs.len() == self.packs.len() && packs.iter().zip(&self.packs).all(same);
        (!unchanged).then_some(Self { packs })
    }

    /// Holds all that is known of where objects lie in memory, for someone who reads most of them.
    pub(super) fn hold(&self) {
        self.packs.iter().for_each(|pack| pack.index.hold());
    }

    /// Where an object lies.
    pub(super) fn find(&self, id: Oid) -> Option<Place> {
        self.packs.iter().enumerate().find_map(|(pack, here)| {
            let offset = here.index.find(id)?;
            Some(Place { pack, offset })
        })
    }

    /// Places of the objects that begin within so many bytes from one, in the order they lie; none
    /// where the indexes are not held.
    pub(super) fn following(&self, place: Place, bytes: u64) -> Vec<Place> {
        let pack = place.pack;
        let within = place.offset..place.offset.saturating_add(bytes);
        let offsets = self.packs.get(pack).map(|pack| pack.index.within(within));
        let offsets = offsets.unwrap_or_default().into_iter();
        offsets.map(|offset| Place { pack, offset }).collect()
    }

    /// Where many objects lie, in the order they are asked for.
    pub(super) fn find_all(&self, ids: &[Oid]) -> Vec<Option<Place>> {
        if ids.len() < MANY {
            return ids.iter().map(|id| self.find(*id)).collect();
        }
        let mut places = vec![None; ids.len()];
        let mut order: Vec<usize> = (0..ids.len()).collect();
        order.sort_unstable_by_key(|&at| ids[at]);
        for (pack, here) in self.packs.iter().enumerate() {
            order.retain(|&at| places[at].is_none());
            here.index
                .find_all(order.iter().map(|&at| (at, ids[at])), |at, offset| {
                    places[at] = Some(Place { pack, offset });
                });
        }
        places
    }
}

impl Pack {
    fn open(identity: Identity) -> io::Result<Self> {
        Ok(Self {
            file: File::open(identity.index.with_extension("pack"))?,
            index: Index::open(&identity.index)?,
            identity,
        })
    }
}

impl Identity {
    fn of(index: PathBuf, pack: &Metadata) -> Self {
        Self {
            index,
            device: pack.dev(),
            inode: pack.ino(),
            size: pack.len(),
            changed: (pack.mtime(), pack.mtime_nsec()),
        }
    }
}

/// Reads stored objects, one at a time.
pub(super) struct Reader {
    packs: Arc<Packs>,
    inflate: Decompress,
    buffer: Vec<u8>,
}

impl Reader {
    pub(super) fn new(packs: Arc<Packs>) -> Self {
        Self {
            packs,
            inflate: Decompress::new(true),
            buffer: vec![0; NEXT_READ],
        }
    }

    pub(super) fn find(&self, id: Oid) -> Option<Place> {
        self.packs.find(id)
    }

    /// The object stored at a place, of at most `limit` bytes.
    pub(super) fn read(&mut self, place: Place, limit: u64) -> Option<Stored> {
        let pack = Arc::clone(self.packs.packs.get(place.pack)?);
        let read = read_at(&pack.file, &mut self.buffer[..FIRST_READ], place.offset)?;
        let (kind, size, head) = head(&pack, place, &self.buffer[..read])?;
        if size > limit {
            return None;
        }
        let mut bytes = Vec::with_capacity(usize::try_from(size).ok()?);
        self.inflate.reset(true);
        let (mut from, mut to) = (head, read);
        let mut next = place.offset + read as u64;
        loop {
            let before = self.inflate.total_in();
            let input = &self.buffer[from..to];
            let status = self
                .inflate
                .decompress_vec(input, &mut bytes, FlushDecompress::None)
                .ok()?;
            from += usize::try_from(self.inflate.total_in() - before).ok()?;
            if status == Status::StreamEnd {
                return (bytes.len() as u64 == size).then_some(Stored { kind, bytes });
            }
            if from < to {
                // There is more than was said, and no room for it.
                return None;
            }
            // Deflated it is hardly larger; what was taken of it is not known.
            let most = usize::try_from(size).map_or(NEXT_READ, |size| size + SLACK);
            to = read_at(&pack.file, &mut self.buffer[..most.min(NEXT_READ)], next)?;
            next += to as u64;
            from = 0;
        }
    }
}

/// What kind of object begins here, its size once inflated, and where its data begins.
fn head(pack: &Pack, place: Place, bytes: &[u8]) -> Option<(Kind, u64, usize)> {
    let mut bytes = bytes.iter().copied().enumerate();
    let (_, first) = bytes.next()?;
    let mut size = u64::from(first & 0x0f);
    let (mut shift, mut more) = (4, first & 0x80 != 0);
    while more {
        let (_, byte) = bytes.next().filter(|_| shift < 60)?;
        size |= u64::from(byte & 0x7f) << shift;
        (shift, more) = (shift + 7, byte & 0x80 != 0);
    }
    let kind = match first >> 4 & 0x07 {
        1 => Kind::Commit,
        2 => Kind::Tree,
        3 => Kind::Blob,
        6 => Kind::Delta(earlier(place, &mut bytes)?),
        7 => {
            let id: Vec<u8> = bytes.by_ref().take(20).map(|(_, byte)| byte).collect();
            let offset = pack.index.find(Oid(id.try_into().ok()?))?;
            Kind::Delta(Place { offset, ..place })
        }
        _ => return None,
    };
    Some((kind, size, bytes.next()?.0))
}

/// The place that lies as many bytes before another as a number says.
fn earlier(place: Place, bytes: &mut impl Iterator<Item = (usize, u8)>) -> Option<Place> {
    let mut distance = 0u64;
    loop {
        let (_, byte) = bytes.next()?;
        distance = distance << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            let offset = place.offset.checked_sub(distance)?;
            return (distance > 0).then_some(Place { offset, ..place });
        }
        distance = distance
            .checked_add(1)
            .filter(|distance| distance >> 56 == 0)?;
    }
}

/// Fills the buffer as far as the file goes; `None` at its end.
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> Option<usize> {
    let mut read = 0;
    while read < buffer.len() {
        match file.read_at(&mut buffer[read..], offset + read as u64) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
    (read > 0).then_some(read)
}
