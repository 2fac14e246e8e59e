//! Two bodies, compared block by block: unchanged ones stand or are folded, similar ones are
//! looked into, others are shown as removed or added whole.

use super::alignment::{Effort, align};
use super::elements::{Kind, element, wholes};
use super::inline::Line;
use super::lines;
use super::pairing::pair;
use super::tree::{Content, Document, Node, Piece};
use super::words::WordComparison;
use super::writer::{Mark, Writer};

/// So many unchanged blocks in a row are folded; the one before and the one after a change stay.
const LEAST_FOLDED: usize = 3;

/// What becomes of a block or of several; places count in the two lists compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edit {
    Same(usize),
    Changed(usize, usize),
    Removed(usize, usize),
    Added(usize, usize),
}

/// A comparison at work.
pub(super) struct Blocks<'d, 'p> {
    pub(super) old: &'d Document<'d>,
    pub(super) new: &'d Document<'d>,
    pub(super) writer: Writer<'p>,
    pub(super) effort: Effort,
    /// Marks among words that may still be made.
    pub(super) marks: usize,
    /// Whether to look into blocks at all.
    pub(super) words: bool,
}

impl Blocks<'_, '_> {
    pub(super) fn bodies(&mut self) {
        let (old, new) = (&self.old.nodes, &self.new.nodes);
        let edits = self.edits(old, new);
        let groups = edits.chunk_by(|one, other| is_same(one) && is_same(other));
        let mut at = 0;
        for group in groups {
            let (first, last) = (at == 0, at + group.len() == edits.len());
            at += group.len();
            if is_same(&group[0]) {
                self.unchanged(group, first, last);
            } else {
                group.iter().for_each(|edit| self.top(*edit));
            }
        }
    }

    /// One block of a body, and what lies in it, on lines of its own.
    fn top(&mut self, edit: Edit) {
        let (old, new) = (&self.old.nodes, &self.new.nodes);
        self.edit(edit, old, new);
        self.writer.html.push('\n');
    }

    /// A row of unchanged blocks, folded but for those beside a change.
    fn unchanged(&mut self, group: &[Edit], first: bool, last: bool) {
        let (before, after) = (usize::from(!first), usize::from(!last));
        let folded = group.len().saturating_sub(before + after);
        if folded < LEAST_FOLDED {
            group.iter().for_each(|edit| self.top(*edit));
            return;
        }
        let (shown, rest) = group.split_at(before);
        let (hidden, behind) = rest.split_at(folded);
        shown.iter().for_each(|edit| self.top(*edit));
        self.writer.open_fold(folded);
        hidden.iter().for_each(|edit| self.top(*edit));
        self.writer.end("details");
        self.writer.html.push('\n');
        behind.iter().for_each(|edit| self.top(*edit));
    }

    fn edits(&mut self, old: &[Node<'_>], new: &[Node<'_>]) -> Vec<Edit> {
        let keys = |nodes: &[Node<'_>]| nodes.iter().map(|node| node.key).collect::<Vec<_>>();
        let pairs = align(&keys(old), &keys(new), &mut self.effort);
        let mut edits = Vec::new();
        let mut at = (0, 0);
        for (x, y) in pairs.into_iter().chain([(old.len(), new.len())]) {
            self.replaced((at, (x, y)), old, new, &mut edits);
            edits.extend((y < new.len()).then_some(Edit::Same(y)));
            at = (x + 1, y + 1);
        }
        edits
    }

    /// What lies between two unchanged blocks.
    fn replaced(
        &mut self,
        (from, to): ((usize, usize), (usize, usize)),
        old: &[Node<'_>],
        new: &[Node<'_>],
        edits: &mut Vec<Edit>,
    ) {
        let pairs = if self.words {
            pair(&old[from.0..to.0], &new[from.1..to.1], &mut self.effort)
        } else {
            Vec::new()
        };
        let pairs = pairs.into_iter().map(|(x, y)| (from.0 + x, from.1 + y));
        let mut at = from;
        for (x, y) in pairs.chain([to]) {
            edits.extend((at.0 < x).then_some(Edit::Removed(at.0, x)));
            edits.extend((at.1 < y).then_some(Edit::Added(at.1, y)));
            edits.extend(((x, y) != to).then_some(Edit::Changed(x, y)));
            at = (x + 1, y + 1);
        }
    }

    fn edit(&mut self, edit: Edit, old: &[Node<'_>], new: &[Node<'_>]) {
        match edit {
            Edit::Same(at) => self.show(&new[at], None),
            Edit::Removed(from, to) => self.marked(&old[from..to], Mark::Removed),
            Edit::Added(from, to) => self.marked(&new[from..to], Mark::Added),
            Edit::Changed(x, y) => self.changed(&old[x], &new[y]),
        }
    }

    /// Recursion is as deep as the trees, which are bounded.
    fn changed(&mut self, old: &Node<'_>, new: &Node<'_>) {
        match (&old.content, &new.content) {
            (Content::Run(was), Content::Run(is)) => self.runs(old, was, new, is),
            (Content::Element { children: was, .. }, Content::Element { tag, children: is }) => {
                self.writer.start(tag, false, None);
                if tag.name == "pre" {
                    self.code(old, new);
                } else {
                    for edit in self.edits(was, is) {
                        self.edit(edit, was, is);
                    }
                }
                self.writer.end(tag.name);
            }
            _ => {
                self.marked(std::slice::from_ref(old), Mark::Removed);
                self.marked(std::slice::from_ref(new), Mark::Added);
            }
        }
    }

    /// Code whose lines are the same may be highlighted otherwise; it is shown as it is now.
    fn code(&mut self, old: &Node<'_>, new: &Node<'_>) {
        if lines::text(old) == lines::text(new) {
            new.children()
                .iter()
                .for_each(|child| self.show(child, None));
        } else {
            lines::write(old, (new, self.new), &mut self.writer, &mut self.effort);
        }
    }

    fn runs(&mut self, old: &Node<'_>, was: &[Piece<'_>], new: &Node<'_>, is: &[Piece<'_>]) {
        let words = WordComparison::new((was, self.old), (is, self.new), &mut self.effort);
        if let Some(left) = self.marks.checked_sub(words.marks(self.old, self.new)) {
            self.marks = left;
            words.write(&mut self.writer, self.old, self.new);
        } else {
            self.effort.spent = true;
            self.marked(std::slice::from_ref(old), Mark::Removed);
            self.marked(std::slice::from_ref(new), Mark::Added);
        }
    }

    /// Blocks that were removed or added whole. `<ins>` and `<del>` may stand around blocks and
    /// around words, but not around parts (HTML standard, 4.7): those are marked inside.
    fn marked(&mut self, nodes: &[Node<'_>], mark: Mark) {
        let is_part = |node: &Node<'_>| !wholes(node.name()).is_empty();
        for group in nodes.chunk_by(|one, other| !is_part(one) && !is_part(other)) {
            match group {
                [
                    Node {
                        content: Content::Element { tag, children },
                        ..
                    },
                ] if is_part(&group[0]) => {
                    self.writer.start(tag, mark == Mark::Removed, Some(mark));
                    self.marked(children, mark);
                    self.writer.end(tag.name);
                }
                _ => {
                    let block = group.iter().any(|node| !node.name().is_empty());
                    self.writer.open_mark(mark, block);
                    group.iter().for_each(|node| self.show(node, Some(mark)));
                    self.writer.close_mark(mark);
                }
            }
        }
    }

    /// A block as it is, or was.
    fn show(&mut self, node: &Node<'_>, mark: Option<Mark>) {
        let removed = mark == Some(Mark::Removed);
        match &node.content {
            Content::Run(pieces) => {
                Line::new(&mut self.writer, self.old, self.new).run(pieces, removed, mark);
            }
            Content::Element { tag, children } => {
                self.writer.start(tag, removed, None);
                children.iter().for_each(|child| self.show(child, mark));
                if element(tag.name).is_none_or(|(_, kind)| kind != Kind::Rule) {
                    self.writer.end(tag.name);
                }
            }
        }
    }
}

fn is_same(edit: &Edit) -> bool {
    matches!(edit, Edit::Same(_))
}
