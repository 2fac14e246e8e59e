//! Commits read for a history: one by one as its graph is followed, and from packs ahead of it and
//! side by side, since git stores commits in about the order in which a history is read.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use git2::Odb;
use rayon::prelude::*;

use super::commit::{self, Parsed};
use super::objects::{self, MAX_STRUCTURE};
use super::pack::{Kind, Packs, Place, Whole};
use super::spread::Comparer;
use super::{Error, Oid};

/// Commits read from libgit2, before it is worth while to look into the packs for more.
const FEW: usize = 500;
/// Bytes held of commits that others are told by, by each reader.
const HELD: usize = 1 << 20;
/// Bytes of a pack that are read together, once.
const WINDOW: u64 = 256 << 10;
/// Commits that one reader reads in a row.
const RUN: usize = 100;
/// Commits in a window, on average, for which it is worth while to look at all of it; where pushes
/// left packs of their own, or trees lie between, there are fewer.
const MANY: usize = 50;
/// Commits that were read ahead and not asked for yet.
const MAX_AHEAD: usize = 20_000;

/// Reads commits.
pub(super) struct Commits<'a> {
    odb: &'a Odb<'a>,
    comparer: &'a Comparer<'a>,
    read: usize,
    packed: Option<(Arc<Packs>, Whole)>,
    ahead: HashMap<Place, Parsed>,
    /// Where the windows begin that were read.
    windows: HashSet<Place>,
    /// How many were read ahead, and how many of them were asked for.
    offered: usize,
    taken: usize,
}

impl<'a> Commits<'a> {
    pub(super) fn new(odb: &'a Odb<'a>, comparer: &'a Comparer<'a>) -> Self {
        Self {
            odb,
            comparer,
            read: 0,
            packed: None,
            ahead: HashMap::new(),
            windows: HashSet::new(),
            offered: 0,
            taken: 0,
        }
    }

    pub(super) fn read(&mut self, id: Oid) -> Result<Parsed, Error> {
        self.read += 1;
        self.comparer.tally.add(1);
        if self.read == FEW {
            let packs = self.comparer.packs();
            self.packed = Some((Arc::clone(&packs), Whole::new(packs, Kind::Commit, HELD)));
        }
        if let Some(parsed) = self.packed(id) {
            return Ok(parsed);
        }
        Ok(commit::parse(objects::commit(self.odb, id)?.data()))
    }

    fn packed(&mut self, id: Oid) -> Option<Parsed> {
        let (packs, reader) = self.packed.as_mut()?;
        let place = packs.find(id)?;
        let window = place.rounded(WINDOW);
        let worth = self.taken * 2 + MAX_AHEAD >= self.offered
            && self.offered + FEW >= self.windows.len() * MANY;
        if worth && self.windows.insert(window) {
            if self.ahead.len() > MAX_AHEAD {
                self.ahead = HashMap::new();
            }
            let read = read_all(packs, window);
            self.offered += read.len();
            self.ahead.extend(read);
        }
        if let Some(parsed) = self.ahead.remove(&place) {
            self.taken += 1;
            return Some(parsed);
        }
        Some(commit::parse(&reader.at(place, MAX_STRUCTURE)?))
    }
}

/// The commits of a window, as far as there are only commits.
fn read_all(packs: &Arc<Packs>, window: Place) -> Vec<(Place, Parsed)> {
    let run = |run: &[Place]| {
        let mut reader = Whole::new(Arc::clone(packs), Kind::Commit, HELD);
        let read = |&place: &Place| {
            let raw = reader.at(place, MAX_STRUCTURE)?;
            Some((place, commit::parse(&raw)))
        };
        run.iter().map_while(read).collect::<Vec<_>>()
    };
    let places = packs.following(window, WINDOW);
    places.par_chunks(RUN).flat_map(run).collect()
}
