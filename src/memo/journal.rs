//! A file that grows by pieces, each with its length and a checksum: what a run leaves for the
//! next. It holds nothing that cannot be made again, so a file that is damaged, or was written
//! by another version, is begun anew.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;

/// A file larger than this is begun anew.
const LARGEST: u64 = 1 << 30;

/// The file of one version and purpose.
#[derive(Debug)]
pub(crate) struct Journal {
    path: PathBuf,
    /// What the file has to begin with.
    header: Vec<u8>,
    /// The file holds a header and whole pieces.
    sound: bool,
}

impl Journal {
    /// A journal at a path; `title` is a line that names what is in it and by whose rules.
    pub(crate) fn at(path: PathBuf, title: &str) -> Self {
        Self {
            path,
            header: format!("{title}\n").into_bytes(),
            sound: false,
        }
    }

    /// Hands the pieces to `take` in the order they were written; it says whether it could read
    /// one.
    ///
    /// # Errors
    /// Where the file is not there, is damaged or too large, or `take` refuses a piece: what was
    /// taken until then is of no use, and the next `add` begins the file anew.
    pub(crate) fn read(&mut self, mut take: impl FnMut(&[u8]) -> bool) -> io::Result<()> {
        self.sound = false;
        if fs::metadata(&self.path)?.len() > LARGEST {
            return Err(refused("it is too large"));
        }
        let bytes = fs::read(&self.path)?;
        let mut rest = bytes
            .strip_prefix(self.header.as_slice())
            .ok_or_else(|| refused("another version wrote it"))?;
        while !rest.is_empty() {
            let (piece, after) = piece(rest).ok_or_else(|| refused("it is damaged"))?;
            if !take(piece) {
                return Err(refused("it is damaged"));
            }
            rest = after;
        }
        self.sound = true;
        Ok(())
    }

    /// Whether pieces can be added to what is there.
    pub(crate) fn is_sound(&self) -> bool {
        self.sound
    }

    /// The next piece begins the file anew.
    pub(crate) fn begin_anew(&mut self) {
        self.sound = false;
    }

    /// Adds a piece, the first of the file unless it is sound.
    ///
    /// # Errors
    /// Where the file cannot be written; it is then begun anew by the next piece.
    pub(crate) fn add(&mut self, piece: &[u8]) -> io::Result<()> {
        let framed = frame(piece);
        if self.sound {
            self.sound = false;
            let mut file = OpenOptions::new().append(true).open(&self.path)?;
            file.write_all(&framed)?;
        } else {
            // Written beside and moved, so that no run ever finds half a header.
            let beside = self.path.with_extension("new");
            let mut file = File::create(&beside)?;
            file.write_all(&self.header)?;
            file.write_all(&framed)?;
            fs::rename(&beside, &self.path)?;
        }
        self.sound = true;
        Ok(())
    }
}

fn refused(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

fn frame(piece: &[u8]) -> Vec<u8> {
    let mut framed = (piece.len() as u64).to_le_bytes().to_vec();
    framed.extend_from_slice(&checksum(piece).to_le_bytes());
    framed.extend_from_slice(piece);
    framed
}

/// The first piece and what follows it; `None` if it is not whole.
fn piece(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    let (sum, rest) = rest.split_first_chunk()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
    let (piece, after) = rest.split_at_checked(length)?;
    (checksum(piece) == u32::from_le_bytes(*sum)).then_some((piece, after))
}

/// Tells bytes that a disk gave back as it got them from others.
pub(crate) fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the tests damage files")]
mod tests {
    use super::*;

    fn pieces(journal: &mut Journal) -> Option<Vec<Vec<u8>>> {
        let mut found = Vec::new();
        let read = journal.read(|piece| {
            found.push(piece.to_vec());
            true
        });
        read.ok().map(|()| found)
    }

    #[test]
    fn pieces_come_back_in_order_and_only_to_the_version_that_wrote_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kept");
        let mut journal = Journal::at(path.clone(), "one");
        assert_eq!(pieces(&mut journal), None);
        journal.add(b"first").unwrap();
        journal.add(b"").unwrap();
        let mut again = Journal::at(path.clone(), "one");
        assert_eq!(pieces(&mut again).unwrap(), [b"first".as_slice(), b""]);
        again.add(b"second").unwrap();
        assert_eq!(pieces(&mut journal).unwrap().len(), 3);
        let mut other = Journal::at(path, "two");
        assert_eq!(pieces(&mut other), None);
        other.add(b"theirs").unwrap();
        assert_eq!(pieces(&mut journal), None);
    }

    #[test]
    fn a_file_cut_or_flipped_anywhere_is_begun_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kept");
        let mut journal = Journal::at(path.clone(), "one");
        journal.add(b"what was learnt").unwrap();
        let whole = fs::read(&path).unwrap();
        let flipped = (0..whole.len()).map(|place| {
            let mut bytes = whole.clone();
            bytes[place] ^= 0x10;
            bytes
        });
        // Cut after the header, it is a journal without pieces.
        let cut = (0..whole.len()).filter(|end| *end != b"one\n".len());
        let cut = cut.map(|end| whole[..end].to_vec());
        for bytes in flipped.chain(cut) {
            fs::write(&path, bytes).unwrap();
            assert_eq!(pieces(&mut journal), None);
            journal.add(b"what was learnt").unwrap();
            assert_eq!(fs::read(&path).unwrap(), whole);
        }
    }
}
