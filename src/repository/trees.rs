//! Trees through a cache: a commit's tree is its child's parent tree, and in a pack one tree is
//! told by what differs from another.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use foldhash::fast::RandomState;
use git2::Odb;

use super::objects::{self, MAX_STRUCTURE};
use super::pack::{self, Kind, MAX_CHAIN, Packs, Place, Reader};
use super::tree::Tree;
use super::{Error, Oid};

/// Trees kept in memory, in bytes; twice this at the worst moment.
const CACHE_GENERATION: usize = 8 << 20;

/// Trees read lately. Two generations: what is asked for again moves to the young one, and when
/// that is full the old one is dropped whole.
pub(super) struct Trees<'o> {
    odb: &'o Odb<'o>,
    packed: Reader,
    young: HashMap<Key, Rc<Tree>, RandomState>,
    old: HashMap<Key, Rc<Tree>, RandomState>,
    weight: usize,
    empty: Rc<Tree>,
}

/// Where a tree is from. A delta says of its base only where that lies.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Packed(Place),
    Other(Oid),
}

impl<'o> Trees<'o> {
    pub(super) fn new(odb: &'o Odb<'o>, packs: Arc<Packs>) -> Self {
        Self {
            odb,
            packed: Reader::new(packs),
            young: HashMap::default(),
            old: HashMap::default(),
            weight: 0,
            empty: Rc::new(Tree::parse(Vec::new())),
        }
    }

    /// The tree, or an empty one for none.
    pub(super) fn get(&mut self, id: Option<Oid>) -> Result<Rc<Tree>, Error> {
        let Some(id) = id else {
            return Ok(Rc::clone(&self.empty));
        };
        if let Some(place) = self.packed.find(id)
            && let Some(tree) = self.packed(place)
        {
            return Ok(tree);
        }
        if let Some(tree) = self.kept(Key::Other(id)) {
            return Ok(tree);
        }
        let raw = objects::tree(self.odb, id)?.data().to_vec();
        Ok(self.keep(Key::Other(id), Tree::parse(raw)))
    }

    /// Where a tree lies, if it is in a pack.
    pub(super) fn place(&self, id: Option<Oid>) -> Option<Place> {
        self.packed.find(id?)
    }

    /// The tree at a place in a pack, made from the nearest one that is at hand.
    fn packed(&mut self, place: Place) -> Option<Rc<Tree>> {
        let mut deltas = Vec::new();
        let (mut at, mut room) = (place, MAX_STRUCTURE);
        let mut tree = loop {
            if let Some(tree) = self.kept(Key::Packed(at)) {
                break tree;
            }
            let stored = self.packed.read(at, room)?;
            match stored.kind {
                Kind::Tree => break self.keep(Key::Packed(at), Tree::parse(stored.bytes)),
                Kind::Delta(base) if deltas.len() < MAX_CHAIN => {
                    room -= stored.bytes.len() as u64;
                    deltas.push((at, stored.bytes));
                    at = base;
                }
                _ => return None,
            }
        };
        for (at, delta) in deltas.into_iter().rev() {
            let raw = pack::apply(tree.stored()?, &delta, MAX_STRUCTURE)?;
            tree = self.keep(Key::Packed(at), Tree::parse_like(raw, &tree));
        }
        Some(tree)
    }

    fn kept(&mut self, key: Key) -> Option<Rc<Tree>> {
        if let Some(tree) = self.young.get(&key) {
            return Some(Rc::clone(tree));
        }
        let tree = self.old.remove(&key)?;
        self.remember(key, &tree);
        Some(tree)
    }

    fn keep(&mut self, key: Key, tree: Tree) -> Rc<Tree> {
        let tree = Rc::new(tree);
        self.remember(key, &tree);
        tree
    }

    fn remember(&mut self, key: Key, tree: &Rc<Tree>) {
        if self.weight + tree.weight() > CACHE_GENERATION {
            self.old = std::mem::take(&mut self.young);
            self.weight = 0;
        }
        self.weight += tree.weight();
        self.young.insert(key, Rc::clone(tree));
    }
}
