//! Where each object of a pack begins, from the index beside it (gitformat-pack(5), "Version 2
//! pack-*.idx files").

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::repository::Oid;

const MAGIC: [u8; 8] = [0xff, b't', b'O', b'c', 0, 0, 0, 2];
/// How many ids begin with at most each byte, as four bytes each.
const FAN_OUT: usize = 256 * 4;
const ID: usize = 20;
/// Objects of one pack that are looked up here; some 24 bytes of memory each.
const MAX_OBJECTS: usize = 8_000_000;
/// Set in an offset that is a place in the table of large offsets instead.
const LARGE: u32 = 1 << 31;

/// The sorted ids of a pack and their offsets.
pub(super) struct Index {
    fan_out: Vec<u32>,
    ids: Vec<u8>,
    offsets: Vec<u8>,
    large: Vec<u8>,
}

impl Index {
    /// Reads an index; one of another version, or that makes no sense, is an error.
    pub(super) fn read(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        let mut head = vec![0; MAGIC.len() + FAN_OUT];
        file.read_exact_at(&mut head, 0)?;
        let fan_out: Vec<u32> = head[MAGIC.len()..].chunks_exact(4).map(number).collect();
        let objects = fan_out[255] as usize;
        let sorted = fan_out.is_sorted() && objects <= MAX_OBJECTS;
        if head[..MAGIC.len()] != MAGIC || !sorted {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut at = head.len() as u64;
        let mut table = |length: usize| {
            let mut bytes = vec![0; length];
            file.read_exact_at(&mut bytes, at)?;
            at += length as u64;
            Ok::<_, io::Error>(bytes)
        };
        let ids = table(objects * ID)?;
        let checksums = table(objects * 4)?;
        drop(checksums);
        let offsets = table(objects * 4)?;
        let large = offsets
            .chunks_exact(4)
            .map(number)
            .filter(|o| o & LARGE != 0);
        let large = table(large.count() * 8)?;
        if at > size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Self {
            fan_out,
            ids,
            offsets,
            large,
        })
    }

    /// Where an object begins in the pack.
    pub(super) fn find(&self, id: Oid) -> Option<u64> {
        let first = usize::from(id.0[0]);
        let begin = if first == 0 {
            0
        } else {
            self.fan_out[first - 1]
        };
        let (mut low, mut high) = (begin as usize, self.fan_out[first] as usize);
        while low < high {
            let middle = low + (high - low) / 2;
            let here = &self.ids[middle * ID..(middle + 1) * ID];
            match here.cmp(&id.0[..]) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return self.offset(middle),
            }
        }
        None
    }

    fn offset(&self, place: usize) -> Option<u64> {
        let offset = number(self.offsets.get(place * 4..place * 4 + 4)?);
        if offset & LARGE == 0 {
            return Some(u64::from(offset));
        }
        let place = (offset ^ LARGE) as usize * 8;
        let bytes = self.large.get(place..place + 8)?;
        Some(u64::from_be_bytes(bytes.try_into().ok()?))
    }
}

fn number(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .fold(0, |all, byte| all << 8 | u32::from(*byte))
}
