//! Objects that lie in files of their own, as a push leaves them.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use flate2::read::ZlibDecoder;

use super::Oid;

/// The longest beginning of a blob: `blob `, a size in decimal, a zero.
const MAX_HEAD: u64 = 32;

/// A blob of at most `limit` bytes; `None` where there is none that is plain, which is then asked
/// of libgit2.
pub(super) fn blob(objects: &Path, id: Oid, limit: u64) -> Option<Vec<u8>> {
    let name = id.to_string();
    let (folder, rest) = name.split_at(2);
    let file = File::open(objects.join(folder).join(rest)).ok()?;
    let mut inflated = BufReader::new(ZlibDecoder::new(file));
    let size = size(&mut inflated)?;
    if size > limit {
        return None;
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).ok()?);
    // One byte more would show that there is more than was said.
    inflated.take(size + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 == size).then_some(bytes)
}

/// The ids of all that lie there; `None` where that cannot be told.
pub(super) fn list(objects: &Path) -> Option<Vec<Oid>> {
    let mut ids = Vec::new();
    for folder in fs::read_dir(objects).ok()? {
        let folder = folder.ok()?;
        let Some(begin) = folder
            .file_name()
            .to_str()
            .filter(|name| name.len() == 2)
            .map(str::to_owned)
        else {
            continue;
        };
        for file in fs::read_dir(folder.path()).ok()? {
            let name = file.ok()?.file_name();
            let hex = name.to_str().map(|rest| format!("{begin}{rest}"));
            ids.extend(hex.as_deref().and_then(Oid::from_hex));
        }
    }
    Some(ids)
}

/// What the beginning says that follows.
fn size(inflated: &mut impl BufRead) -> Option<u64> {
    let mut head = Vec::new();
    inflated.take(MAX_HEAD).read_until(0, &mut head).ok()?;
    let digits = head.strip_prefix(b"blob ")?.strip_suffix(b"\0")?;
    let digits = std::str::from_utf8(digits).ok()?;
    let plain = digits.bytes().all(|digit| digit.is_ascii_digit());
    digits.parse().ok().filter(|_| plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::fixture::{Fixture, write_file};

    #[test]
    fn a_blob_reads_as_it_was_written_and_nothing_else_is_one() {
        let mut blog = Fixture::new();
        let tip = blog.commit_files(&[("a.md", "one")]);
        let objects = blog.blog().join(".git/objects");
        for text in [&b""[..], b"one", &[7; 100_000]] {
            let id = blog.object("blob", text);
            let size = text.len() as u64;
            assert_eq!(blob(&objects, id, size).as_deref(), Some(text));
            let less = size.checked_sub(1);
            assert_eq!(less.and_then(|less| blob(&objects, id, less)), None);
        }
        assert_eq!(blob(&objects, tip, 1000), None, "a commit");
        assert_eq!(blob(&objects, Oid([7; 20]), 1000), None, "nothing");
    }

    #[test]
    fn what_was_cut_or_flipped_is_no_blob() {
        let blog = Fixture::new();
        let text = b"words that are worth keeping, words that are not".repeat(20);
        let id = blog.object("blob", &text);
        let objects = blog.blog().join(".git/objects");
        let name = id.to_string();
        let path = objects.join(&name[..2]).join(&name[2..]);
        let bytes = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        for place in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[place] ^= 0x55;
            write_file(&path, &flipped);
            let read = blob(&objects, id, 1 << 20);
            assert!(read.is_none_or(|read| read == text), "{place}");
            write_file(&path, &bytes[..place]);
            assert_eq!(blob(&objects, id, 1 << 20), None, "{place}");
        }
    }
}
