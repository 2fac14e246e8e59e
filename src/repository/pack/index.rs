//! Where each object of a pack begins, from the index beside it (gitformat-pack(5), "Version 2
//! pack-*.idx files").

use std::cmp::Ordering;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::OnceLock;

use crate::repository::Oid;

const MAGIC: [u8; 8] = [0xff, b't', b'O', b'c', 0, 0, 0, 2];
/// How many ids begin with at most each byte, as four bytes each.
const FAN_OUT: usize = 256 * 4;
const HEAD: usize = MAGIC.len() + FAN_OUT;
const ID: usize = 20;
/// The checksum of the pack, and that of the index.
const TRAILER: usize = 2 * ID;
/// Objects of one pack that are looked up here; some 24 bytes of memory each where it is held.
const MAX_OBJECTS: usize = 8_000_000;
/// Set in an offset that is a place in the table of large offsets instead.
const LARGE: u32 = 1 << 31;
/// Ids read at a time around the place where one is likely to stand.
const WINDOW: usize = 200;

/// The sorted ids of a pack and their offsets. Ids are evenly spread, so where one stands can be
/// told within a few, and one read of the file finds it; who asks for very many holds all in memory.
pub(super) struct Index {
    file: File,
    fan_out: Vec<u32>,
    held: OnceLock<Option<Tables>>,
    /// The offsets that are not large, sorted, once someone asked what follows on what.
    order: OnceLock<Vec<u32>>,
}

struct Tables {
    ids: Vec<u8>,
    offsets: Vec<u8>,
}

impl Index {
    /// Opens an index; one of another version, or that makes no sense, is an error.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let mut head = vec![0; HEAD];
        file.read_exact_at(&mut head, 0)?;
        let fan_out: Vec<u32> = head[MAGIC.len()..].chunks_exact(4).map(number).collect();
        let objects = fan_out[255] as usize;
        let sorted = fan_out.is_sorted() && objects <= MAX_OBJECTS;
        if head[..MAGIC.len()] != MAGIC || !sorted {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let least = HEAD + objects * (ID + 4 + 4) + TRAILER;
        if file.metadata()?.len() < least as u64 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Self {
            file,
            fan_out,
            held: OnceLock::new(),
            order: OnceLock::new(),
        })
    }

    pub(super) fn objects(&self) -> usize {
        self.fan_out[255] as usize
    }

    /// Keeps all of it in memory, for someone who asks for most of it.
    pub(super) fn hold(&self) {
        self.held.get_or_init(|| self.tables(0..self.objects()));
    }

    fn tables(&self, places: Range<usize>) -> Option<Tables> {
        Some(Tables {
            ids: self.bytes(self.ids_at(places.start), places.len() * ID)?,
            offsets: self.bytes(self.offsets_at(places.start), places.len() * 4)?,
        })
    }

    /// Where an object begins in the pack.
    pub(super) fn find(&self, id: Oid) -> Option<u64> {
        let places = self.beginning_with(id.0[0]);
        if let Some(held) = self.held.get().and_then(Option::as_ref) {
            let ids = &held.ids[places.start * ID..places.end * ID];
            let place = places.start + search(ids, id).ok()?;
            return self.offset(&held.offsets[place * 4..]);
        }
        let place = self.look(id, places)?;
        self.offset(&self.bytes(self.offsets_at(place), 4)?)
    }

    /// The places of the ids that begin with a byte.
    fn beginning_with(&self, first: u8) -> Range<usize> {
        let begin = first.checked_sub(1);
        let begin = begin.map_or(0, |less| self.fan_out[usize::from(less)]);
        begin as usize..self.fan_out[usize::from(first)] as usize
    }

    /// What the four bytes of an offset say.
    fn offset(&self, bytes: &[u8]) -> Option<u64> {
        let offset = number(bytes);
        if offset & LARGE == 0 {
            return Some(u64::from(offset));
        }
        let large = self.offsets_at(self.objects()) + u64::from(offset ^ LARGE) * 8;
        let large = self.bytes(large, 8)?;
        Some(u64::from_be_bytes(large.try_into().ok()?))
    }

    /// Where objects begin within some bytes of the pack, in order; nothing is known of that where
    /// not all is held.
    pub(super) fn within(&self, bytes: Range<u64>) -> Vec<u64> {
        let held = self.held.get().and_then(Option::as_ref);
        let order = self.order.get_or_init(|| {
            let offsets = held.map_or(&[][..], |held| &held.offsets);
            let small = offsets.chunks_exact(4).map(number);
            let mut order: Vec<u32> = small.filter(|offset| offset & LARGE == 0).collect();
            order.sort_unstable();
            order
        });
        let place = |end| order.partition_point(|offset| u64::from(*offset) < end);
        let within = &order[place(bytes.start)..place(bytes.end)];
        within.iter().copied().map(u64::from).collect()
    }

    /// Tells where many objects begin, given in the order of their ids: of each first byte, all ids
    /// are read at once.
    pub(super) fn find_all(
        &self,
        ids: impl Iterator<Item = (usize, Oid)>,
        mut tell: impl FnMut(usize, u64),
    ) {
        let (mut first, mut tables) = (None, None);
        for (at, id) in ids {
            if first != Some(id.0[0]) {
                first = Some(id.0[0]);
                tables = self.tables(self.beginning_with(id.0[0]));
            }
            let Some(tables) = &tables else { continue };
            let place = search(&tables.ids, id).ok();
            let offset = place.and_then(|place| self.offset(&tables.offsets[place * 4..]));
            if let Some(offset) = offset {
                tell(at, offset);
            }
        }
    }

    /// Where an id stands among those of some places, in the file.
    fn look(&self, id: Oid, places: Range<usize>) -> Option<usize> {
        let (mut low, mut high) = (places.start, places.end);
        let likely = usize::from(u16::from_be_bytes([id.0[1], id.0[2]]));
        let mut guess = low + (((high - low) * likely) >> 16);
        while low < high {
            let from = guess.saturating_sub(WINDOW / 2).clamp(low, high - 1);
            let to = (from + WINDOW).min(high);
            let ids = self.bytes(self.ids_at(from), (to - from) * ID)?;
            match search(&ids, id) {
                Ok(place) => return Some(from + place),
                Err(0) => high = from,
                Err(place) if from + place == to => low = to,
                Err(_) => return None,
            }
            guess = low + (high - low) / 2;
        }
        None
    }

    fn ids_at(&self, place: usize) -> u64 {
        (HEAD + place * ID) as u64
    }

    fn offsets_at(&self, place: usize) -> u64 {
        // A checksum of four bytes for each object stands between.
        (HEAD + self.objects() * (ID + 4) + place * 4) as u64
    }

    fn bytes(&self, at: u64, length: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.file.read_exact_at(&mut bytes, at).ok()?;
        Some(bytes)
    }
}

/// Where an id stands among sorted ones, or where it would.
fn search(ids: &[u8], id: Oid) -> Result<usize, usize> {
    let (mut low, mut high) = (0, ids.len() / ID);
    while low < high {
        let middle = low + (high - low) / 2;
        match ids[middle * ID..(middle + 1) * ID].cmp(&id.0[..]) {
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle,
            Ordering::Equal => return Ok(middle),
        }
    }
    Err(low)
}

fn number(bytes: &[u8]) -> u32 {
    bytes
        .first_chunk()
        .map_or(0, |bytes| u32::from_be_bytes(*bytes))
}
