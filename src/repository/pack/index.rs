//! Where each object of a pack begins, from the index beside it (gitformat-pack(5), "Version 2
//! pack-*.idx files").

use std::cmp::Ordering;
use std::fs::File;
use std::io;
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
        let held = OnceLock::new();
        Ok(Self {
            file,
            fan_out,
            held,
        })
    }

    pub(super) fn objects(&self) -> usize {
        self.fan_out[255] as usize
    }

    /// Keeps all of it in memory, for someone who asks for most of it.
    pub(super) fn hold(&self) {
        self.held.get_or_init(|| {
            Some(Tables {
                ids: self.bytes(self.ids_at(0), self.objects() * ID)?,
                offsets: self.bytes(self.offsets_at(0), self.objects() * 4)?,
            })
        });
    }

    /// Where an object begins in the pack.
    pub(super) fn find(&self, id: Oid) -> Option<u64> {
        let first = usize::from(id.0[0]);
        let begin = first.checked_sub(1).map_or(0, |less| self.fan_out[less]);
        let (begin, end) = (begin as usize, self.fan_out[first] as usize);
        let held = self.held.get().and_then(Option::as_ref);
        let place = match held {
            Some(tables) => begin + search(&tables.ids[begin * ID..end * ID], id).ok()?,
            None => self.look(id, begin, end)?,
        };
        let offset = match held {
            Some(tables) => number(&tables.offsets[place * 4..place * 4 + 4]),
            None => number(&self.bytes(self.offsets_at(place), 4)?),
        };
        if offset & LARGE == 0 {
            return Some(u64::from(offset));
        }
        let large = self.offsets_at(self.objects()) + u64::from(offset ^ LARGE) * 8;
        let large = self.bytes(large, 8)?;
        Some(u64::from_be_bytes(large.try_into().ok()?))
    }

    /// Where an id stands among those from `low` to `high`, in the file.
    fn look(&self, id: Oid, mut low: usize, mut high: usize) -> Option<usize> {
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
        .iter()
        .fold(0, |all, byte| all << 8 | u32::from(*byte))
}
