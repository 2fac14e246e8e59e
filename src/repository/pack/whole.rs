//! Objects of packs, whole: made from their deltas, with what others are likely to be told by held
//! in memory.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Kind, MAX_CHAIN, Packs, Place, Reader, apply};
use crate::repository::Oid;

/// Reads objects of one kind, one at a time.
pub(in crate::repository) struct Whole {
    packed: Reader,
    kind: Kind,
    bases: Bases,
}

/// Objects read lately. Two generations: what is asked for again moves to the young one, and when
/// that is full the old one is dropped whole.
struct Bases {
    young: HashMap<Place, Arc<Vec<u8>>>,
    old: HashMap<Place, Arc<Vec<u8>>>,
    /// Bytes of the young ones.
    weight: usize,
    /// Bytes of one generation at most.
    room: usize,
}

impl Whole {
    /// Holds at most `room` bytes of what was read.
    pub(in crate::repository) fn new(packs: Arc<Packs>, kind: Kind, room: usize) -> Self {
        Self {
            packed: Reader::new(packs),
            kind,
            bases: Bases {
                young: HashMap::new(),
                old: HashMap::new(),
                weight: 0,
                room: room / 2,
            },
        }
    }

    /// An object of at most `limit` bytes; `None` for whatever else the packs have under this id, and
    /// where it is told by something that is larger.
    pub(in crate::repository) fn read(&mut self, id: Oid, limit: u64) -> Option<Vec<u8>> {
        let place = self.packed.find(id)?;
        self.at(place, limit)
    }

    /// The same for the object at a place.
    pub(in crate::repository) fn at(&mut self, place: Place, limit: u64) -> Option<Vec<u8>> {
        let mut deltas = Vec::new();
        let (mut at, mut room) = (place, limit);
        let mut object = loop {
            if let Some(kept) = self.bases.get(at) {
                break kept;
            }
            let stored = self.packed.read(at, limit.min(room))?;
            match stored.kind {
                kind if kind == self.kind => break self.bases.keep(at, stored.bytes),
                Kind::Delta(base) if deltas.len() < MAX_CHAIN => {
                    room -= stored.bytes.len() as u64;
                    deltas.push((at, stored.bytes));
                    at = base;
                }
                _ => return None,
            }
        };
        for (at, delta) in deltas.into_iter().rev() {
            let made = apply(&object, &delta, limit)?;
            object = self.bases.keep(at, made);
        }
        let fits = object.len() as u64 <= limit;
        fits.then(|| Arc::try_unwrap(object).unwrap_or_else(|kept| kept.to_vec()))
    }

    /// Lets go of all that is held.
    pub(in crate::repository) fn forget(&mut self) {
        self.bases.young = HashMap::new();
        self.bases.old = HashMap::new();
        self.bases.weight = 0;
    }
}

impl Bases {
    fn get(&mut self, place: Place) -> Option<Arc<Vec<u8>>> {
        if let Some(blob) = self.young.get(&place) {
            return Some(Arc::clone(blob));
        }
        let blob = self.old.remove(&place)?;
        self.remember(place, &blob);
        Some(blob)
    }

    fn keep(&mut self, place: Place, blob: Vec<u8>) -> Arc<Vec<u8>> {
        let blob = Arc::new(blob);
        self.remember(place, &blob);
        blob
    }

    fn remember(&mut self, place: Place, blob: &Arc<Vec<u8>>) {
        // One that would take most of the room would only drive out all others.
        if blob.len() > self.room / 4 {
            return;
        }
        if self.weight + blob.len() > self.room {
            self.old = std::mem::take(&mut self.young);
            self.weight = 0;
        }
        self.weight += blob.len();
        self.young.insert(place, Arc::clone(blob));
    }
}
