//! What a build needs again a moment later: in memory as far as there is room, and else in a file
//! that has no name and goes with the process. What is not there any more is made again.

use std::collections::HashMap;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustix::fs::{Mode, OFlags};

use super::Key;

/// Bytes of the file.
const LARGEST: u64 = 8 << 30;

/// Bytes by key, for the length of a build.
#[derive(Debug, Default)]
pub(crate) struct Aside {
    /// Bytes held in memory.
    room: usize,
    /// Where the file is; without one there is only memory.
    folder: Option<PathBuf>,
    file: OnceLock<Option<File>>,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    by_key: HashMap<Key, Stored>,
    in_memory: usize,
    in_file: u64,
}

#[derive(Clone, Debug)]
enum Stored {
    Memory(Arc<[u8]>),
    File { offset: u64, length: usize },
}

impl Aside {
    pub(crate) fn new(room: usize, folder: &Path) -> Self {
        Self {
            room,
            folder: Some(folder.to_owned()),
            ..Self::default()
        }
    }

    /// Puts bytes aside; that they can be had again is likely and not sure.
    pub(crate) fn put(&self, key: Key, bytes: &[u8]) {
        let offset = {
            let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            if held.by_key.contains_key(&key) {
                return;
            }
            if held.in_memory + bytes.len() <= self.room {
                held.in_memory += bytes.len();
                held.by_key.insert(key, Stored::Memory(bytes.into()));
                return;
            }
            let offset = held.in_file;
            held.in_file += bytes.len() as u64;
            offset
        };
        let written = self.file().filter(|_| offset < LARGEST);
        if written.is_some_and(|file| file.write_all_at(bytes, offset).is_ok()) {
            let length = bytes.len();
            let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            held.by_key.insert(key, Stored::File { offset, length });
        }
    }

    pub(crate) fn holds(&self, key: Key) -> bool {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.by_key.contains_key(&key)
    }

    pub(crate) fn get(&self, key: Key) -> Option<Vec<u8>> {
        let stored = {
            let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            held.by_key.get(&key)?.clone()
        };
        match stored {
            Stored::Memory(bytes) => Some(bytes.to_vec()),
            Stored::File { offset, length } => {
                let mut bytes = vec![0; length];
                let read = self.file()?.read_exact_at(&mut bytes, offset);
                read.ok().map(|()| bytes)
            }
        }
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.held = Mutex::default();
        self.file = OnceLock::new();
    }

    fn file(&self) -> Option<&File> {
        let open = || {
            let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
            let folder = self.folder.as_deref()?;
            match rustix::fs::open(folder, flags, Mode::RUSR | Mode::WUSR) {
                Ok(file) => Some(File::from(file)),
                Err(error) => {
                    let folder = folder.display();
                    tracing::debug!(%folder, %error, "nothing can be put aside; it is made twice");
                    None
                }
            }
        };
        self.file.get_or_init(open).as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memo::KeyMaker;

    fn key(number: u64) -> Key {
        KeyMaker::new("test").number(number).finish()
    }

    #[test]
    fn what_is_put_aside_comes_back_from_memory_and_from_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut aside = Aside::new(100, folder.path());
        for number in 0..50 {
            aside.put(key(number), format!("{number:030}").as_bytes());
        }
        for number in (0..50).rev() {
            let bytes = aside.get(key(number)).unwrap();
            assert_eq!(bytes, format!("{number:030}").as_bytes());
        }
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
        aside.clear();
        assert_eq!(aside.get(key(1)), None);
    }

    #[test]
    fn without_a_file_there_is_what_memory_holds() {
        let aside = Aside::new(10, Path::new("/nowhere/at/all"));
        aside.put(key(1), b"here");
        aside.put(key(2), b"not even here");
        assert_eq!(aside.get(key(1)).as_deref(), Some(b"here".as_slice()));
        assert_eq!(aside.get(key(2)), None);
    }
}
