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
    /// A file of the past, which has no descendant at the tip.
    Nobody,
    /// The tracked file of this number.
    File(u32),
}

#[derive(Clone)]
enum Node {
    Branch([Option<Arc<Self>>; WIDTH]),
    Leaf([Claim; WIDTH]),
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
                    Node::Leaf([Claim::Unsaid; WIDTH])
                } else {
                    Node::Branch(Default::default())
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

    /// What two children of one commit say together; where they differ, `self` is believed. What
    /// they share is not visited, so this costs their own renames only.
    #[must_use]
    pub(super) fn join(&self, other: &Self) -> Self {
        Self(join(self.0.as_ref(), other.0.as_ref()))
    }
}

impl Claim {
    /// A file that was seen to come from this path outweighs a denial.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unsaid, said) | (Self::Nobody, said @ Self::File(_)) => said,
            (said, _) => said,
        }
    }
}

fn slot(path: PathId, level: u32) -> usize {
    (path >> (level * BITS)) as usize % WIDTH
}

fn join(ours: Option<&Arc<Node>>, theirs: Option<&Arc<Node>>) -> Option<Arc<Node>> {
    let (Some(a), Some(b)) = (ours, theirs) else {
        return ours.or(theirs).cloned();
    };
    if Arc::ptr_eq(a, b) {
        return Some(Arc::clone(a));
    }
    // Handing back an operand that already says everything keeps later joins cheap.
    Some(match (&**a, &**b) {
        (Node::Leaf(x), Node::Leaf(y)) => {
            let both: [Claim; WIDTH] = std::array::from_fn(|slot| x[slot].or(y[slot]));
            if both == *x {
                Arc::clone(a)
            } else if both == *y {
                Arc::clone(b)
            } else {
                Arc::new(Node::Leaf(both))
            }
        }
        (Node::Branch(x), Node::Branch(y)) => {
            let both: [Option<Arc<Node>>; WIDTH] =
                std::array::from_fn(|slot| join(x[slot].as_ref(), y[slot].as_ref()));
            if same(&both, x) {
                Arc::clone(a)
            } else if same(&both, y) {
                Arc::clone(b)
            } else {
                Arc::new(Node::Branch(both))
            }
        }
        // Both trees have the same height, so leaves meet leaves.
        (Node::Leaf(_), Node::Branch(_)) | (Node::Branch(_), Node::Leaf(_)) => Arc::clone(a),
    })
}

fn same(a: &[Option<Arc<Node>>], b: &[Option<Arc<Node>>]) -> bool {
    a.iter().zip(b).all(|pair| match pair {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_does_not_see_what_is_set_later() {
        let mut ours = Claims::default();
        ours.set(7, Claim::File(1));
        let before = ours.clone();
        ours.set(7, Claim::Nobody);
        ours.set(1 << 20, Claim::File(2));
        assert_eq!(before.get(7), Claim::File(1));
        assert_eq!(before.get(1 << 20), Claim::Unsaid);
        assert_eq!(ours.get(7), Claim::Nobody);
        assert_eq!(ours.get(1 << 20), Claim::File(2));
    }

    #[test]
    fn a_join_holds_both_and_believes_the_first_unless_it_only_denies() {
        let (mut first, mut second) = (Claims::default(), Claims::default());
        for (path, ours, theirs) in [
            (1, Claim::File(1), Claim::File(2)),
            (2, Claim::Nobody, Claim::File(2)),
            (3, Claim::File(1), Claim::Nobody),
            (70_000, Claim::Unsaid, Claim::File(3)),
            (4, Claim::Nobody, Claim::Unsaid),
        ] {
            first.set(path, ours);
            second.set(path, theirs);
        }
        let both = first.join(&second);
        let said = [1, 2, 3, 70_000, 4].map(|path| both.get(path));
        let file = Claim::File;
        assert_eq!(said, [file(1), file(2), file(1), file(3), Claim::Nobody]);
    }

    #[test]
    fn a_join_that_adds_nothing_hands_back_what_it_was_given() {
        let mut ours = Claims::default();
        ours.set(5, Claim::File(1));
        ours.set(99_999, Claim::File(2));
        let mut theirs = Claims::default();
        theirs.set(5, Claim::File(1));
        let both = ours.join(&theirs);
        assert!(Arc::ptr_eq(&both.0.unwrap(), &ours.0.unwrap()));
    }
}
