//! The index as it grows: what is new becomes a segment, small segments become one, what is in no
//! text any more goes. Each step is bounded and can end early; what it did is not done again.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::builder::Builder;
use super::segment::{Place, Segment};
use super::{Analysed, GONE, Index, Part};
use crate::memo::{Key, KeyMaker};

/// Bytes of texts in one segment.
const FULL: usize = 8 << 20;
/// Segments with less than this in use are small, and so many of them are left.
const SMALL: u64 = FULL as u64 / 4;
const SMALL_ONES: usize = 8;
/// Documents loaded at a time.
const BATCH: usize = 128;
/// Ends the name of a file that is being written.
const UNDER_WAY: &str = "new";

/// Gives the words of documents by their places, in order.
pub(crate) type Load<'a> = &'a (dyn Fn(&[u32]) -> Vec<Analysed> + 'a);

/// What is kept of an index, on disk if there is a folder.
#[derive(Debug)]
pub(crate) struct Store {
    folder: Option<PathBuf>,
    program: Key,
    /// The newest first.
    segments: Vec<(Arc<Segment>, Option<PathBuf>)>,
    opened: bool,
    next: u64,
}

impl Store {
    /// With a folder, what an earlier run of the same program kept there is used.
    pub(crate) fn new(folder: Option<PathBuf>, program: &str) -> Self {
        Self {
            folder,
            program: KeyMaker::new("search").text(program).finish(),
            segments: Vec::new(),
            opened: false,
            next: 0,
        }
    }

    /// Brings the index to the documents of these keys; `None` if something else is `wanted`
    /// meanwhile.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub(crate) fn update(
        &mut self,
        keys: &[Key],
        load: Load<'_>,
        wanted: &dyn Fn() -> bool,
    ) -> io::Result<Option<Index>> {
        self.open()?;
        loop {
            if wanted() {
                return Ok(None);
            }
            let (index, missing) = self.index(keys);
            let missing = match missing.is_empty() {
                true => self.scattered(&index),
                false => missing,
            };
            if missing.is_empty() {
                self.sweep(&index);
                return Ok(Some(index));
            }
            let mut builder = Builder::default();
            for batch in missing.chunks(BATCH) {
                if wanted() {
                    return Ok(None);
                }
                load(batch).into_iter().for_each(|found| builder.add(found));
                if builder.size() >= FULL {
                    break;
                }
            }
            self.write(builder)?;
            self.sweep(&index);
        }
    }

    fn open(&mut self) -> io::Result<()> {
        if self.opened {
            return Ok(());
        }
        if let Some(folder) = &self.folder {
            fs::create_dir_all(folder)?;
            let mut numbers = Vec::new();
            for entry in fs::read_dir(folder)? {
                let path = entry?.path();
                match number(&path) {
                    Some(number) => numbers.push((number, path)),
                    None => drop(fs::remove_file(&path)),
                }
            }
            numbers.sort_unstable();
            for (number, path) in numbers.into_iter().rev() {
                self.next = self.next.max(number);
                match Segment::open(&path, self.program) {
                    Ok(segment) => self.segments.push((Arc::new(segment), Some(path))),
                    // Of another version, or damaged.
                    Err(_) => drop(fs::remove_file(&path)),
                }
            }
        }
        self.opened = true;
        Ok(())
    }

    fn write(&mut self, builder: Builder) -> io::Result<()> {
        let bytes = builder.finish(self.program);
        self.next += 1;
        let path = self.folder.as_ref();
        let path = path.map(|folder| folder.join(self.next.to_string()));
        let place = match &path {
            None => Place::Memory(bytes),
            Some(path) => {
                let fresh = path.with_extension(UNDER_WAY);
                let mut file = File::create(&fresh)?;
                file.write_all(&bytes)?;
                file.sync_data()?;
                fs::rename(&fresh, path)?;
                Place::File(File::open(path)?)
            }
        };
        let segment = Segment::read(place, self.program)?;
        self.segments.insert(0, (Arc::new(segment), path));
        Ok(())
    }

    /// What can be found now, and the places of keys that no segment has.
    fn index(&self, keys: &[Key]) -> (Index, Vec<u32>) {
        let places = (0..).zip(keys).map(|(at, key)| (*key, at));
        let mut places: HashMap<Key, u32> = places.collect();
        let parts = self.segments.iter().map(|(segment, _)| {
            let items = segment.documents.iter();
            let items = items.map(|document| places.remove(&document.key).unwrap_or(GONE));
            Part {
                items: items.collect(),
                segment: Arc::clone(segment),
            }
        });
        let parts = parts.collect();
        let mut missing: Vec<u32> = places.into_values().collect();
        missing.sort_unstable();
        (Index { parts }, missing)
    }

    /// Lets go of segments that nothing is in use of. Whoever searches in one still has its file.
    fn sweep(&mut self, index: &Index) {
        let idle = |segment: &Arc<Segment>| {
            let part = index.parts.iter();
            let mut part = part.filter(|part| Arc::ptr_eq(&part.segment, segment));
            part.any(|part| part.items.iter().all(|item| *item == GONE))
        };
        self.segments.retain(|(segment, path)| {
            let idle = idle(segment);
            if let Some(path) = path.as_ref().filter(|_| idle)
                && let Err(error) = fs::remove_file(path)
            {
                tracing::debug!(path = %path.display(), %error, "an old segment stays");
            }
            !idle
        });
    }

    /// The documents of small segments, if there are too many of these.
    fn scattered(&self, index: &Index) -> Vec<u32> {
        let small = index.parts.iter().filter(|part| part.in_use() < SMALL);
        let small: Vec<&Part> = small.collect();
        if small.len() <= SMALL_ONES {
            return Vec::new();
        }
        let items = small.iter().flat_map(|part| &part.items);
        let mut items: Vec<u32> = items.copied().filter(|item| *item != GONE).collect();
        items.sort_unstable();
        items
    }

    /// Segments that are held, for tests.
    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.segments.len()
    }
}

impl Part {
    /// Bytes of texts that can be found.
    fn in_use(&self) -> u64 {
        let documents = self.segment.documents.iter().zip(&self.items);
        let live = documents.filter(|(_, item)| **item != GONE);
        live.map(|(document, _)| document.size()).sum()
    }
}

fn number(path: &Path) -> Option<u64> {
    path.file_name()?.to_str()?.parse().ok()
}
