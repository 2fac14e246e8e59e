//! Which file each path is at one commit. A persistent map: commits on parallel branches share
//! all of it but their own changes, so that a fork copies nothing.

use std::sync::Arc;

use super::log::PathId;

const BITS: u32 = 5;
const WIDTH: usize = 1 << BITS;

/// Number of a node of the fold.
pub(super) type NodeId = u32;
/// No node.
pub(super) const NONE: NodeId = NodeId::MAX;

/// The file at a path, or the one that was removed from it last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct File {
    /// What became of its content, on whatever branch.
    pub(super) trail: NodeId,
    /// What became of it on the first-parent chain.
    pub(super) mainline: NodeId,
}

/// The files at one commit, by path.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    root: Option<Arc<Node>>,
    /// Levels of branches above the leaves.
    height: u32,
}

#[derive(Clone, Debug)]
enum Node {
    Branch(Box<[Option<Arc<Self>>; WIDTH]>),
    Leaf(Box<[File; WIDTH]>),
}

impl File {
    pub(super) const NOWHERE: Self = Self {
        trail: NONE,
        mainline: NONE,
    };
}

impl State {
    /// `File::NOWHERE` for a path that never held a file, or whose file was moved away.
    pub(super) fn get(&self, path: PathId) -> File {
        if path >> BITS >> (self.height * BITS) != 0 {
            return File::NOWHERE;
        }
        let mut node = self.root.as_deref();
        let mut level = self.height;
        loop {
            match node {
                None => return File::NOWHERE,
                Some(Node::Leaf(files)) => return files[slot(path, 0)],
                Some(Node::Branch(children)) => node = children[slot(path, level)].as_deref(),
            }
            level = level.saturating_sub(1);
        }
    }

    pub(super) fn set(&mut self, path: PathId, file: File) {
        while path >> BITS >> (self.height * BITS) != 0 {
            self.grow();
        }
        let mut place = &mut self.root;
        for level in (0..=self.height).rev() {
            let node = place.get_or_insert_with(|| {
                Arc::new(if level == 0 {
                    Node::Leaf(Box::new([File::NOWHERE; WIDTH]))
                } else {
                    Node::Branch(Box::default())
                })
            });
            match Arc::make_mut(node) {
                Node::Leaf(files) => {
                    files[slot(path, 0)] = file;
                    return;
                }
                Node::Branch(children) => place = &mut children[slot(path, level)],
            }
        }
    }

    fn grow(&mut self) {
        if let Some(root) = self.root.take() {
            let mut children: Box<[Option<Arc<Node>>; WIDTH]> = Box::default();
            children[0] = Some(root);
            self.root = Some(Arc::new(Node::Branch(children)));
        }
        self.height += 1;
    }
}

fn slot(path: PathId, level: u32) -> usize {
    (path >> (level * BITS)) as usize % WIDTH
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(number: NodeId) -> File {
        File {
            trail: number,
            mainline: number,
        }
    }

    #[test]
    fn a_copy_does_not_see_what_is_set_later() {
        let mut ours = State::default();
        ours.set(7, file(1));
        let before = ours.clone();
        ours.set(7, File::NOWHERE);
        ours.set(1 << 20, file(2));
        assert_eq!(before.get(7), file(1));
        assert_eq!(before.get(1 << 20), File::NOWHERE);
        assert_eq!(ours.get(7), File::NOWHERE);
        assert_eq!(ours.get(1 << 20), file(2));
    }

    #[test]
    fn every_path_keeps_its_file_while_the_map_grows() {
        let mut state = State::default();
        for path in (0..100_000).step_by(7) {
            state.set(path, file(path));
        }
        assert!(
            (0..100_000)
                .step_by(7)
                .all(|path| state.get(path) == file(path))
        );
        assert_eq!(state.get(1), File::NOWHERE);
        assert_eq!(state.get(PathId::MAX), File::NOWHERE);
    }
}
