//! Which tracked file a path belongs to at some commit, where that is not simply the file of the
//! same path at the tip. A persistent map: commits on parallel branches share all of it but
//! their own renames, so that neither a fork nor a merge copies it.

use std::sync::Arc;

use super::trail::PathId;

const BITS: u32 = 5;
const WIDTH: usize = 1 << BITS;
/// Thirty bits of path ids: more paths than memory could hold.
const LEVELS: u32 = 6;

/// The claims on paths at one commit.
#[derive(Clone, Default)]
pub(super) struct Claims(Option<Arc<Node>>);

/// Whose an older file at some path is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Claim {
    /// No rename said anything: it belongs to the file at this path at the tip, if there is one.
    #[default]
    Unsaid,
    Said(Owners),
}

/// The tracked files that continue one older file: none, if it has no descendant at the tip; and
/// several, if parallel branches made different files of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Owners([u32; Self::MOST]);

/// Decides between two different claims on a path.
type Settle<'s> = &'s dyn Fn(PathId, Claim, Claim) -> Claim;

#[derive(Clone)]
enum Node {
    Branch(Box<[Option<Arc<Self>>; WIDTH]>),
    Leaf(Box<[Claim; WIDTH]>),
}

impl Claims {
    pub(super) fn get(&self, path: PathId) -> Claim {
        let mut node = self.0.as_deref();
        let mut level = LEVELS - 1;
        loop {
            match node {
                None => return Claim::Unsaid,
                Some(Node::Leaf(claims)) => return claims[slot(path, 0)],
                Some(Node::Branch(children)) => node = children[slot(path, level)].as_deref(),
            }
            level = level.saturating_sub(1);
        }
    }

    pub(super) fn set(&mut self, path: PathId, claim: Claim) {
        let mut place = &mut self.0;
        for level in (0..LEVELS).rev() {
            let node = place.get_or_insert_with(|| {
                Arc::new(if level == 0 {
                    Node::Leaf(Box::new([Claim::Unsaid; WIDTH]))
                } else {
                    Node::Branch(Box::default())
                })
            });
            match Arc::make_mut(node) {
                Node::Leaf(claims) => {
                    claims[slot(path, 0)] = claim;
                    return;
                }
                Node::Branch(children) => place = &mut children[slot(path, level)],
            }
        }
    }

    /// What two children of one commit say together; where they differ, `settle` is asked. What
    /// they share is not visited, so this costs their own renames only.
    #[must_use]
    pub(super) fn join(&self, other: &Self, settle: Settle<'_>) -> Self {
        let root = (LEVELS - 1, 0);
        Self(join(self.0.as_ref(), other.0.as_ref(), root, settle))
    }
}

impl Owners {
    /// Of more files than this, the rest go without the history they share.
    const MOST: usize = 4;
    const NONE: u32 = u32::MAX;
    pub(super) const NOBODY: Self = Self([Self::NONE; Self::MOST]);

    pub(super) fn iter(self) -> impl Iterator<Item = u32> {
        self.0.into_iter().take_while(|&file| file != Self::NONE)
    }
}

impl FromIterator<u32> for Owners {
    fn from_iter<I: IntoIterator<Item = u32>>(files: I) -> Self {
        let mut owners = Self::NOBODY;
        for file in files {
            if owners.0.contains(&file) {
                continue;
            }
            if let Some(place) = owners.0.iter_mut().find(|place| **place == Self::NONE) {
                *place = file;
            }
        }
        owners
    }
}

fn slot(path: PathId, level: u32) -> usize {
    (path >> (level * BITS)) as usize % WIDTH
}

fn join(
    ours: Option<&Arc<Node>>,
    theirs: Option<&Arc<Node>>,
    (level, place): (u32, PathId),
    settle: Settle<'_>,
) -> Option<Arc<Node>> {
    match (ours, theirs) {
        (None, None) => return None,
        (Some(a), Some(b)) if Arc::ptr_eq(a, b) => return Some(Arc::clone(a)),
        _ => {}
    }
    let inside = |slot: usize| (place << BITS) | slot as PathId;
    let joined = if level == 0 {
        let claim = |node: Option<&Arc<Node>>, slot: usize| match node.map(|node| &**node) {
            Some(Node::Leaf(claims)) => claims[slot],
            Some(Node::Branch(_)) | None => Claim::Unsaid,
        };
        Node::Leaf(Box::new(std::array::from_fn(|slot| {
            let (a, b) = (claim(ours, slot), claim(theirs, slot));
            if a == b {
                a
            } else {
                settle(inside(slot), a, b)
            }
        })))
    } else {
        Node::Branch(Box::new(std::array::from_fn(|slot| {
            let (a, b) = (child(ours, slot), child(theirs, slot));
            join(a, b, (level - 1, inside(slot)), settle)
        })))
    };
    // Handing back an operand that already says everything keeps later joins cheap.
    let known = [ours, theirs]
        .into_iter()
        .flatten()
        .find(|node| same(node, &joined));
    Some(known.map_or_else(|| Arc::new(joined), Arc::clone))
}

fn child(node: Option<&Arc<Node>>, slot: usize) -> Option<&Arc<Node>> {
    match &**node? {
        Node::Branch(children) => children[slot].as_ref(),
        Node::Leaf(_) => None,
    }
}

fn same(a: &Node, b: &Node) -> bool {
    match (a, b) {
        (Node::Leaf(a), Node::Leaf(b)) => a == b,
        (Node::Branch(a), Node::Branch(b)) => a.iter().zip(b.iter()).all(|pair| match pair {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        }),
        (Node::Leaf(_), Node::Branch(_)) | (Node::Branch(_), Node::Leaf(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(files: &[u32]) -> Claim {
        Claim::Said(files.iter().copied().collect())
    }

    #[test]
    fn a_copy_does_not_see_what_is_set_later() {
        let mut ours = Claims::default();
        ours.set(7, said(&[1]));
        let before = ours.clone();
        ours.set(7, said(&[]));
        ours.set(1 << 20, said(&[2]));
        assert_eq!(before.get(7), said(&[1]));
        assert_eq!(before.get(1 << 20), Claim::Unsaid);
        assert_eq!(ours.get(7), said(&[]));
        assert_eq!(ours.get(1 << 20), said(&[2]));
    }

    #[test]
    fn a_join_asks_only_where_the_two_differ() {
        let (mut first, mut second) = (Claims::default(), Claims::default());
        first.set(1, said(&[1]));
        second.set(1, said(&[1]));
        first.set(2, said(&[2]));
        second.set(70_000, said(&[3]));
        let asked = std::cell::RefCell::new(Vec::new());
        let both = first.join(&second, &|path, a, b| {
            asked.borrow_mut().push((path, a, b));
            said(&[9])
        });
        let expected = [
            (2, said(&[2]), Claim::Unsaid),
            (70_000, Claim::Unsaid, said(&[3])),
        ];
        assert_eq!(asked.into_inner(), expected);
        let all = [1, 2, 70_000].map(|path| both.get(path));
        assert_eq!(all, [said(&[1]), said(&[9]), said(&[9])]);
    }

    #[test]
    fn a_join_that_adds_nothing_hands_back_what_it_was_given() {
        let mut ours = Claims::default();
        ours.set(5, said(&[1]));
        ours.set(99_999, said(&[2]));
        let mut theirs = Claims::default();
        theirs.set(5, said(&[1]));
        let both = ours.join(&theirs, &|_, a, _| a);
        assert!(Arc::ptr_eq(&both.0.unwrap(), &ours.0.unwrap()));
    }

    #[test]
    fn owners_are_few_and_each_once() {
        let owners: Owners = [3, 1, 3, 2, 5, 4].into_iter().collect();
        assert_eq!(owners.iter().collect::<Vec<_>>(), [3, 1, 2, 5]);
    }
}
