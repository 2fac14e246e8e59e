//! Files of objects taken over from a repository on this machine as they are. Git never changes one
//! that it has written, so a second name for it is a copy that costs nothing.

use std::fs::{self, File, Metadata};
use std::io::{self, Read, Write};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

use super::settings::MAX_PACK_OBJECTS;

const HASH: usize = 20;
const INDEX_MAGIC: [u8; 8] = [0xff, b't', b'O', b'c', 0, 0, 0, 2];
const FAN_OUT: usize = 256 * 4;
/// In the name of a file that is not whole yet; what a killed process leaves of it is swept away.
const UNFINISHED: &str = "adopted_git2_";

/// Takes a pack and its index into `folder`; whether it did. It does not where they are no plain
/// files or do not belong together: then the pack has to be read. `goes_on` ends a long copy.
pub(super) fn pack(pack: &Path, folder: &Path, goes_on: &dyn Fn() -> bool) -> io::Result<bool> {
    let index = pack.with_extension("idx");
    let (Some(pack), Some(index)) = (Plain::open(pack)?, Plain::open(&index)?) else {
        return Ok(false);
    };
    let Some(name) = pack.name().filter(|_| belong_together(&pack, &index)) else {
        return Ok(false);
    };
    fs::create_dir_all(folder)?;
    let target = folder.join(name);
    // The index makes a pack visible, so it comes last.
    let taken =
        take(&pack, &target, goes_on)? && take(&index, &target.with_extension("idx"), goes_on)?;
    if taken {
        File::open(folder)?.sync_all()?;
    }
    Ok(taken)
}

/// Takes a loose object, which was found to be whole, into a folder of objects; whether it did.
pub(super) fn loose(from: &Path, objects: &Path, id: &str) -> io::Result<bool> {
    let (folder, rest) = id.split_at(2);
    let Some(file) = Plain::open(&from.join(folder).join(rest))? else {
        return Ok(false);
    };
    let folder = objects.join(folder);
    fs::create_dir_all(&folder)?;
    Ok(link(&file, &folder.join(rest)))
}

/// A regular file that is open.
struct Plain {
    path: PathBuf,
    file: File,
    metadata: Metadata,
}

impl Plain {
    /// `None` where there is none; a link could lead to a file that is nobody's object.
    fn open(path: &Path) -> io::Result<Option<Self>> {
        let is_file = fs::symlink_metadata(path).is_ok_and(|found| found.is_file());
        if !is_file {
            return Ok(None);
        }
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        let path = path.to_owned();
        Ok(metadata.is_file().then_some(Self {
            path,
            file,
            metadata,
        }))
    }

    /// `pack-` and an id, as git names packs.
    fn name(&self) -> Option<&str> {
        let name = self.path.file_name()?.to_str()?;
        let hash = name.strip_prefix("pack-")?.strip_suffix(".pack")?;
        let is_hash = hash.len() == 2 * HASH && hash.bytes().all(|it| it.is_ascii_hexdigit());
        is_hash.then_some(name)
    }

    fn read<const LENGTH: usize>(&self, at: u64) -> Option<[u8; LENGTH]> {
        let mut bytes = [0; LENGTH];
        self.file.read_exact_at(&mut bytes, at).ok()?;
        Some(bytes)
    }

    fn is(&self, other: &Metadata) -> bool {
        let identity = |it: &Metadata| (it.dev(), it.ino());
        other.is_file() && identity(other) == identity(&self.metadata)
    }
}

/// Whether an index is one of version 2 and made for this pack (gitformat-pack(5)).
fn belong_together(pack: &Plain, index: &Plain) -> bool {
    let check = || {
        let head: [u8; 12] = pack.read(0)?;
        let fan_out: [u8; FAN_OUT] = index.read(INDEX_MAGIC.len() as u64)?;
        let number = |bytes: &[u8]| {
            bytes
                .iter()
                .fold(0, |all, byte| all << 8 | u64::from(*byte))
        };
        let counts: Vec<u64> = fan_out.chunks_exact(4).map(number).collect();
        let objects = counts[255];
        let least = (INDEX_MAGIC.len() + FAN_OUT + 2 * HASH) as u64 + objects * 28;
        let length = index.metadata.len();
        let size = pack.metadata.len();
        let trailer: [u8; HASH] = pack.read(size.checked_sub(HASH as u64)?)?;
        let named: [u8; HASH] = index.read(length.checked_sub(2 * HASH as u64)?)?;
        let is_index = index.read(0)? == INDEX_MAGIC && counts.is_sorted();
        // Large offsets take eight bytes each, and few have one.
        let fits = (least..=least + objects * 8).contains(&length);
        let is_pack = head[..4] == *b"PACK" && matches!(number(&head[4..8]), 2 | 3);
        let same = number(&head[8..]) == objects && trailer == named;
        Some(is_index && fits && is_pack && same && objects <= MAX_PACK_OBJECTS as u64)
    };
    check().unwrap_or(false)
}

fn take(file: &Plain, target: &Path, goes_on: &dyn Fn() -> bool) -> io::Result<bool> {
    if link(file, target) {
        return Ok(true);
    }
    let mut name = UNFINISHED.to_owned();
    name.push_str(&target.file_name().unwrap_or_default().to_string_lossy());
    let draft = target.with_file_name(name);
    let mut copy = File::create(&draft)?;
    let mut from = &file.file;
    let mut buffer = vec![0; 1 << 20];
    loop {
        let count = from.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        copy.write_all(&buffer[..count])?;
        if !goes_on() {
            fs::remove_file(&draft)?;
            return Ok(false);
        }
    }
    copy.sync_all()?;
    fs::rename(&draft, target)?;
    Ok(true)
}

/// Gives the very file that is open a second name; not to be had on another file system, or where
/// the file is another's.
fn link(file: &Plain, target: &Path) -> bool {
    if fs::hard_link(&file.path, target).is_err() {
        return fs::symlink_metadata(target).is_ok_and(|there| file.is(&there));
    }
    let same = fs::symlink_metadata(target).is_ok_and(|linked| file.is(&linked));
    if !same {
        // The name led elsewhere by now.
        fs::remove_file(target).ok();
    }
    same
}
