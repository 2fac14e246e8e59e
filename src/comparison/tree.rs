//! A body as a tree of blocks and runs of words. Each node has a key by which it is found again in
//! the other revision.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::elements::Tag;

/// One revision's body.
#[derive(Debug, Default)]
pub(super) struct Document<'a> {
    pub(super) nodes: Vec<Node<'a>>,
    /// All inline elements; a piece names the innermost it stands in.
    pub(super) inlines: Vec<Inline>,
}

/// A block, or words with no block of their own.
#[derive(Debug)]
pub(super) struct Node<'a> {
    pub(super) content: Content<'a>,
    /// Equal for nodes that say the same in the same form.
    pub(super) key: u64,
}

#[derive(Debug)]
pub(super) enum Content<'a> {
    Element { tag: Tag, children: Vec<Node<'a>> },
    Run(Vec<Piece<'a>>),
}

/// Words of one form.
#[derive(Debug)]
pub(super) struct Piece<'a> {
    pub(super) inline: Option<usize>,
    pub(super) words: Words<'a>,
}

#[derive(Debug)]
pub(super) enum Words<'a> {
    Text(Cow<'a, str>),
    /// `img`, `br` and the like.
    Atom(Tag),
}

/// An inline element, by its place in [`Document::inlines`].
#[derive(Debug)]
pub(super) struct Inline {
    pub(super) tag: Tag,
    pub(super) parent: Option<usize>,
    /// Equal for elements of one form in elements of one form.
    pub(super) key: u64,
    pub(super) depth: usize,
}

impl Document<'_> {
    /// The inline elements around a piece, outermost first.
    pub(super) fn path(&self, inline: Option<usize>) -> Vec<usize> {
        let mut path = Vec::new();
        let mut next = inline;
        while let Some(at) = next {
            path.push(at);
            next = self.inlines[at].parent;
        }
        path.reverse();
        path
    }

    /// What a footnote's number leads to. The numbers change with every note before them, and say
    /// nothing themselves.
    pub(super) fn footnote(&self, inline: Option<usize>) -> Option<&str> {
        let Inline { tag, parent, .. } = &self.inlines[inline?];
        let raised = &self.inlines[(*parent)?].tag;
        raised.has_class("footnote-ref").then(|| tag.target())?
    }
}

impl Document<'_> {
    pub(super) fn is_anchor(&self, piece: &Piece<'_>) -> bool {
        piece
            .inline
            .is_some_and(|at| self.inlines[at].tag.name.is_empty())
    }
}

impl<'a> Node<'a> {
    pub(super) fn element(tag: Tag, children: Vec<Self>) -> Self {
        let keys: Vec<u64> = children.iter().map(|child| child.key).collect();
        let key = hash(&(tag.name, tag.telling().collect::<Vec<_>>(), keys));
        Self {
            content: Content::Element { tag, children },
            key,
        }
    }

    pub(super) fn run(pieces: Vec<Piece<'a>>, document: &Document<'_>, keep: bool) -> Self {
        let mut hasher = DefaultHasher::new();
        for piece in &pieces {
            piece
                .inline
                .map(|at| document.inlines[at].key)
                .hash(&mut hasher);
            if let Some(target) = document.footnote(piece.inline) {
                target.hash(&mut hasher);
                continue;
            }
            match &piece.words {
                Words::Text(text) if keep => text.hash(&mut hasher),
                words => words.hash_words(&mut hasher),
            }
        }
        Self {
            key: hasher.finish(),
            content: Content::Run(pieces),
        }
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.name() == name
    }

    /// The element's name, empty for a run.
    pub(super) fn name(&self) -> &'static str {
        match &self.content {
            Content::Element { tag, .. } => tag.name,
            Content::Run(_) => "",
        }
    }

    pub(super) fn children(&self) -> &[Self] {
        match &self.content {
            Content::Element { children, .. } => children,
            Content::Run(_) => &[],
        }
    }
}

impl Words<'_> {
    /// White space counts as one space, however long: a text wrapped anew is the same text.
    fn hash_words(&self, hasher: &mut impl Hasher) {
        match self {
            Words::Atom(tag) => atom_key(tag).hash(hasher),
            Words::Text(text) => {
                for word in text.split_ascii_whitespace() {
                    word.hash(hasher);
                }
                text.starts_with(|c: char| c.is_ascii_whitespace())
                    .hash(hasher);
                text.ends_with(|c: char| c.is_ascii_whitespace())
                    .hash(hasher);
            }
        }
    }
}

/// Equal for pictures of one address and description.
pub(super) fn atom_key(tag: &Tag) -> u64 {
    hash(&(tag.name, tag.telling().collect::<Vec<_>>()))
}

/// The same on every run, unlike that of a map.
pub(super) fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
