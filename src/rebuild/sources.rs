//! The bytes of documents from the moment they were read, for whatever reason, to the moment they
//! are rendered: to find one in a pack is dearer than to keep it.

use std::collections::HashSet;
use std::path::Path;

use super::past::LONGEST;
use crate::content::{Layout, Place};
use crate::memo::{Aside, Key, KeyMaker};
use crate::repository::{Error, Files, Oid, SourceFile};

/// Bytes of documents held in memory.
const ROOM: usize = 8 << 20;
/// So few documents are looked for one by one.
const FEW: usize = 64;

#[derive(Debug, Default)]
pub(super) struct Sources {
    aside: Aside,
    /// The contents of the documents of this revision, if all of them are to be read.
    wanted: HashSet<Oid>,
}

impl Sources {
    pub(super) fn beside(folder: &Path) -> Self {
        Self {
            aside: Aside::new(ROOM, folder),
            wanted: HashSet::new(),
        }
    }

    /// Every document of a revision is to be read.
    pub(super) fn want(&mut self, files: &[SourceFile], layout: &Layout) {
        let documents = files.iter().filter(|file| is_text(layout, file));
        self.wanted = documents.map(|file| file.oid).collect();
    }

    /// Keeps bytes that were read for another reason, if they are wanted.
    pub(super) fn offer(&self, oid: Oid, bytes: &[u8]) {
        if self.wanted.contains(&oid) {
            self.keep(oid, bytes);
        }
    }

    /// Reads what is wanted and not yet there, in the order that is the least work.
    pub(super) fn gather(&mut self, files: &Files) {
        let wanted = self.wanted.iter().copied();
        let mut missing: Vec<Oid> = wanted.filter(|oid| !self.aside.holds(key(*oid))).collect();
        missing.sort_unstable();
        if missing.len() > FEW {
            files.each(&missing, LONGEST, |oid, bytes| self.keep(oid, &bytes));
        }
    }

    /// Reads a document, and keeps it until it is rendered if all of them will be.
    pub(super) fn read(&self, files: &Files, file: &SourceFile) -> Result<Vec<u8>, Error> {
        if let Some(bytes) = self.aside.get(key(file.oid)) {
            return Ok(bytes);
        }
        let bytes = files.read(file)?;
        self.offer(file.oid, &bytes);
        Ok(bytes)
    }

    fn keep(&self, oid: Oid, bytes: &[u8]) {
        self.aside.put(key(oid), bytes);
    }

    /// The bytes of a document that was read.
    pub(super) fn get(&self, oid: Oid) -> Option<Vec<u8>> {
        self.aside.get(key(oid))
    }

    /// The build ended.
    pub(super) fn clear(&mut self) {
        self.wanted.clear();
        self.aside.clear();
    }
}

fn key(oid: Oid) -> Key {
    KeyMaker::new("source").bytes(&oid.0).finish()
}

/// Whether a file is a text that can be read.
pub(super) fn is_text(layout: &Layout, file: &SourceFile) -> bool {
    let place = layout.place(&file.path);
    matches!(place, Place::Post | Place::Page | Place::Draft) && file.size <= LONGEST
}
