//! Words being written inside their inline elements and marks, with as few tags as that takes.

use super::elements::Tag;
use super::tree::{Document, Piece, Words};
use super::writer::{Mark, Writer};

/// Something open around words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layer {
    /// An inline element of the newer text.
    New(usize),
    /// An inline element of the older text, shown without its links and ids.
    Old(usize),
    /// A mark, and its number: two marks of one kind that follow each other stay two.
    Mark(Mark, usize),
}

/// One run of words being written.
pub(super) struct Line<'w, 'p, 'd> {
    writer: &'w mut Writer<'p>,
    old: &'d Document<'d>,
    new: &'d Document<'d>,
    open: Vec<Layer>,
    /// White space that will stand between what was written and what comes, outside of whatever
    /// ends or begins there.
    space: bool,
}

impl<'w, 'p, 'd> Line<'w, 'p, 'd> {
    pub(super) fn new(
        writer: &'w mut Writer<'p>,
        old: &'d Document<'d>,
        new: &'d Document<'d>,
    ) -> Self {
        Self {
            writer,
            old,
            new,
            open: Vec::new(),
            space: false,
        }
    }

    /// Shows a run that was not taken apart: the newer one as it is, or what was removed.
    pub(super) fn run(&mut self, pieces: &[Piece<'_>], removed: bool, mark: Option<Mark>) {
        for piece in pieces {
            let path = if removed {
                self.inert(&self.old.path(piece.inline))
            } else {
                let path = self.new.path(piece.inline);
                path.into_iter().map(Layer::New).collect()
            };
            self.go_to(&path);
            match &piece.words {
                Words::Text(text) => self.text(text, mark),
                Words::Atom(tag) => self.atom(tag, removed),
            }
        }
        self.end();
    }

    /// The layers of removed words: a link that leads nowhere is no link.
    pub(super) fn inert(&self, path: &[usize]) -> Vec<Layer> {
        let kept = path.iter().copied();
        kept.filter(|at| self.old.inlines[*at].tag.name != "a")
            .map(Layer::Old)
            .collect()
    }

    /// What is open now, without marks.
    pub(super) fn around(&self) -> impl Iterator<Item = Layer> {
        let open = self.open.iter().copied();
        open.take_while(|layer| !matches!(layer, Layer::Mark(..)))
    }

    pub(super) fn atom(&mut self, tag: &Tag, removed: bool) {
        self.writer.atom(tag, removed);
    }

    pub(super) fn text(&mut self, text: &str, mark: Option<Mark>) {
        self.writer.text(text);
        self.writer.count(text, mark);
    }

    pub(super) fn space(&mut self, wanted: bool) {
        self.space |= wanted;
    }

    /// Closes and opens until exactly `path` is open.
    pub(super) fn go_to(&mut self, path: &[Layer]) {
        let common = self.open.iter().zip(path);
        let common = common.take_while(|(open, wanted)| open == wanted).count();
        while self.open.len() > common {
            match self.open.pop() {
                Some(Layer::New(at)) => self.writer.end(self.new.inlines[at].tag.name),
                Some(Layer::Old(at)) => self.writer.end(self.old.inlines[at].tag.name),
                Some(Layer::Mark(mark, _)) => self.writer.close_mark(mark),
                None => {}
            }
        }
        if std::mem::take(&mut self.space) {
            self.writer.text(" ");
        }
        for layer in &path[common..] {
            match layer {
                Layer::New(at) => self.writer.start(&self.new.inlines[*at].tag, false, None),
                Layer::Old(at) => self.writer.start(&self.old.inlines[*at].tag, true, None),
                Layer::Mark(mark, _) => self.writer.open_mark(*mark, false),
            }
            self.open.push(*layer);
        }
    }

    /// Closes everything; space at the end of a block shows nothing.
    pub(super) fn end(&mut self) {
        self.space = false;
        self.go_to(&[]);
    }
}
