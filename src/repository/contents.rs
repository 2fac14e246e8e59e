//! What files hold, read by many threads side by side: packs and loose objects are read as they
//! lie, and libgit2, which does one thing at a time, is asked only for the rest.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use rayon::prelude::*;

use super::pack::{Kind, Packs, Whole};
use super::reader::{ObjectReader, Objects};
use super::{Error, Oid, loose};

/// Bytes of blobs held by all readers together, since other blobs are told by them.
const HELD: usize = 16 << 20;
/// Whole that one thread reads in a row: enough that one is told by another of them.
const RUN: usize = 250;

/// The blobs of a repository as it was when this was made, and whatever else libgit2 finds.
pub(crate) struct Contents {
    objects: Objects,
    folder: PathBuf,
    packs: Arc<Packs>,
    /// Readers that nobody uses now: there are as many as there were threads at once.
    idle: Mutex<Vec<Whole>>,
    rest: Mutex<Option<ObjectReader>>,
    /// One that was missing or could not be read.
    damaged: Mutex<Option<Oid>>,
}

impl Contents {
    /// Those of the objects in `folder`, which belong to the repository of `objects`.
    pub(super) fn open(objects: Objects, folder: PathBuf) -> Self {
        let packs = Arc::new(Packs::open(&folder));
        Self::new(objects, folder, packs)
    }

    fn new(objects: Objects, folder: PathBuf, packs: Arc<Packs>) -> Self {
        Self {
            objects,
            folder,
            packs,
            idle: Mutex::default(),
            rest: Mutex::default(),
            damaged: Mutex::default(),
        }
    }

    /// The same with the packs that are there now; `None` where they are the same.
    pub(super) fn renewed(&self) -> Option<Self> {
        let packs = Arc::new(self.packs.renewed(&self.folder)?);
        Some(Self::new(self.objects.clone(), self.folder.clone(), packs))
    }

    /// A blob of at most `limit` bytes; a larger one is not loaded.
    pub(crate) fn blob(&self, oid: Oid, limit: u64) -> Result<Vec<u8>, Error> {
        let mut reader = self.take();
        let plain = reader.read(oid, limit);
        self.idle().push(reader);
        self.or_other(plain, oid, limit)
    }

    /// Makes something of each of many blobs, side by side and in the order in which reading them
    /// is the least work; gives it in the order they were asked for.
    pub(crate) fn each<T: Send>(
        &self,
        blobs: &[Oid],
        limit: u64,
        make: impl Fn(Oid, Result<Vec<u8>, Error>) -> T + Sync,
    ) -> Vec<T> {
        let places = self.packs.find_all(blobs);
        let mut order: Vec<usize> = (0..blobs.len()).collect();
        order.sort_unstable_by_key(|&at| (places[at], at));
        let run = |run: &[usize]| {
            let mut reader = self.take();
            let read = |&at: &usize| {
                let plain = places[at].and_then(|place| reader.at(place, limit));
                let oid = blobs[at];
                (at, make(oid, self.or_other(plain, oid, limit)))
            };
            let made: Vec<(usize, T)> = run.iter().map(read).collect();
            self.idle().push(reader);
            made
        };
        let mut made: Vec<_> = order.par_chunks(RUN).flat_map(run).collect();
        made.sort_unstable_by_key(|(at, _)| *at);
        made.into_iter().map(|(_, made)| made).collect()
    }

    /// Lets go of what was held for the next blobs.
    pub(crate) fn forget(&self) {
        self.idle().iter_mut().for_each(Whole::forget);
    }

    /// Closes what libgit2 has open: it keeps packs by their paths, and would take one that is open
    /// for another that came to stand there.
    pub(super) fn let_go(&self) {
        *self.rest.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// An object that could not be had since this was last asked.
    pub(super) fn was_damaged(&self) -> Option<Oid> {
        self.damaged().take()
    }

    fn take(&self) -> Whole {
        let idle = self.idle().pop();
        idle.unwrap_or_else(|| {
            let threads = thread::available_parallelism().map_or(1, usize::from);
            Whole::new(Arc::clone(&self.packs), Kind::Blob, HELD / threads)
        })
    }

    /// A blob that was found in a pack; where it was not, from elsewhere.
    fn or_other(&self, plain: Option<Vec<u8>>, oid: Oid, limit: u64) -> Result<Vec<u8>, Error> {
        if let Some(blob) = plain.or_else(|| loose::blob(&self.folder, oid, limit)) {
            return Ok(blob);
        }
        let blob = self.other(oid, limit);
        if blob.as_ref().is_err_and(Error::is_damage) {
            self.damaged().get_or_insert(oid);
        }
        blob
    }

    /// What libgit2 says of it.
    fn other(&self, oid: Oid, limit: u64) -> Result<Vec<u8>, Error> {
        let mut rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner);
        let reader = match rest.take() {
            Some(reader) => reader,
            None => self.objects.open()?,
        };
        let blob = reader.blob(oid, limit);
        *rest = Some(reader);
        blob
    }

    fn damaged(&self) -> MutexGuard<'_, Option<Oid>> {
        self.damaged.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Whole>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
