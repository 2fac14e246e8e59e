//! What documents are read from, kept from one run to the next: to find each of them in a pack is
//! most of the time a start over kept texts takes.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::content::{Library, beginning};
use crate::memo::{Key, KeyMaker, Table};
use crate::repository::{Error, Oid, SourceFile};

/// The name it is kept under in the data directory.
const NAME: &str = "beginnings";
/// Bytes of one: whoever has more is read anew.
const LONGEST: usize = 4 << 10;

/// Beginnings by content; nothing is kept without a data directory.
#[derive(Debug, Default)]
pub(super) struct Beginnings(Option<Mutex<Table<String>>>);

impl Beginnings {
    /// Goes on from what an earlier run of the same program kept.
    pub(super) fn kept(data_dir: &Path, program: &str) -> Self {
        Self(Some(Mutex::new(Table::open(data_dir, NAME, program))))
    }

    /// What a document is read from, be it less than all of it.
    pub(super) fn read(
        &self,
        file: &SourceFile,
        read: impl FnOnce(&SourceFile) -> Result<Vec<u8>, Error>,
    ) -> Result<Vec<u8>, Error> {
        let Some(table) = &self.0 else {
            return read(file);
        };
        let table = || table.lock().unwrap_or_else(PoisonError::into_inner);
        let key = key(file.oid);
        if let Some(known) = table().get(key) {
            return Ok(known.clone().into_bytes());
        }
        let bytes = read(file)?;
        let beginning = beginning(&bytes);
        if let Ok(text) = str::from_utf8(beginning)
            && text.len() <= LONGEST
        {
            table().put(key, text.to_owned());
        }
        Ok(bytes)
    }

    /// A build ended: those of its documents are kept.
    pub(super) fn keep(&mut self, library: &Library) {
        let Some(table) = &mut self.0 else {
            return;
        };
        let table = table.get_mut().unwrap_or_else(PoisonError::into_inner);
        let all = [&library.posts, &library.pages, &library.unpublished];
        let in_use = all.iter().flat_map(|posts| posts.iter());
        let which = || {
            let oids = in_use.clone().filter_map(|post| post.text.blob);
            oids.map(key).collect()
        };
        table.keep(all.iter().map(|posts| posts.len()).sum(), &which);
    }
}

fn key(oid: Oid) -> Key {
    KeyMaker::new("beginning").bytes(&oid.0).finish()
}
