//! HTML read into a tree that is well formed and keeps to the content model, whatever it was made
//! from.

use std::borrow::Cow;

use super::elements::{Kind, Tag, element, single, wholes};
use super::markup::{Item, Markup, decoded};
use super::tree::{Document, Inline, Node, Piece, Words, hash};

/// Blocks within blocks; deeper ones lose their tags and keep their words.
const DEEPEST: usize = 48;
/// Inline elements within inline elements; deeper ones lose their tags and keep their words.
const DEEPEST_INLINE: usize = 12;

impl<'a> Document<'a> {
    pub(super) fn read(html: &'a str) -> Self {
        let mut builder = Builder {
            document: Self::default(),
            open: vec![Open::default()],
            inline: None,
            preformatted: 0,
        };
        let mut markup = Markup::new(html);
        while let Some(item) = markup.next() {
            match item {
                Item::Text(text) => builder.text(decoded(text)),
                Item::Close { name } => builder.close(&name),
                Item::Open { name, attributes } => match element(&name) {
                    Some((_, Kind::Swallowed)) => markup.skip_until_end_of(&name),
                    Some((name, kind)) => builder.open(Tag::new(name, &attributes), kind),
                    None => {}
                },
            }
        }
        builder.end()
    }
}

/// A block whose end has not been met.
#[derive(Default)]
struct Open<'a> {
    tag: Tag,
    kind: Option<Kind>,
    children: Vec<Node<'a>>,
    run: Vec<Piece<'a>>,
}

impl Open<'_> {
    /// What holds flow: the root, and elements that say so.
    fn is_flow(&self) -> bool {
        matches!(self.kind, None | Some(Kind::Flow))
    }
}

struct Builder<'a> {
    document: Document<'a>,
    /// Never empty: the root stands at the bottom.
    open: Vec<Open<'a>>,
    inline: Option<usize>,
    /// How many of the open blocks keep white space.
    preformatted: usize,
}

impl<'a> Builder<'a> {
    fn top(&mut self) -> &mut Open<'a> {
        self.open.last_mut().expect("the root is never popped")
    }

    fn text(&mut self, text: Cow<'a, str>) {
        let blank = text.trim_ascii().is_empty() && self.preformatted == 0;
        if blank && self.top().run.is_empty() {
            return;
        }
        let inline = self.inline;
        self.hold_words();
        self.top().run.push(Piece {
            inline,
            words: Words::Text(text),
        });
    }

    /// Opens the parts that stray words need around them.
    fn hold_words(&mut self) {
        while let Some(Kind::Frame(part)) = self.top().kind {
            self.push(Tag::new(part, &[]));
        }
    }

    fn open(&mut self, tag: Tag, kind: Kind) {
        match kind {
            // A heading's link to itself says nothing of the text, and changes with it.
            Kind::Inline if tag.name == "a" && tag.has_class("anchor") => self.open_inline(Tag {
                name: "",
                ..Tag::default()
            }),
            Kind::Inline => self.open_inline(tag),
            Kind::Atom => {
                let inline = self.inline;
                self.hold_words();
                self.top().run.push(Piece {
                    inline,
                    words: Words::Atom(tag),
                });
            }
            Kind::Swallowed => {}
            Kind::Flow | Kind::Text | Kind::Frame(_) | Kind::Rule => self.open_block(tag, kind),
        }
    }

    fn open_inline(&mut self, tag: Tag) {
        // Links do not nest: the next one ends the one before, as in a browser.
        if tag.name == "a" {
            self.close_inline("a");
        }
        let depth = self.inline.map_or(0, |at| self.document.inlines[at].depth) + 1;
        if depth > DEEPEST_INLINE {
            return;
        }
        let above = self.inline.map(|at| self.document.inlines[at].key);
        let key = hash(&(above, tag.name, tag.telling().collect::<Vec<_>>()));
        self.document.inlines.push(Inline {
            tag,
            parent: self.inline,
            key,
            depth,
        });
        self.inline = Some(self.document.inlines.len() - 1);
    }

    fn open_block(&mut self, tag: Tag, kind: Kind) {
        let wholes = wholes(tag.name);
        if self.open.len() >= DEEPEST || !self.make_room(tag.name, wholes) {
            return;
        }
        self.push(tag);
        if kind == Kind::Rule {
            self.pop();
        }
    }

    /// Closes and opens blocks until `name` may stand where we are; `false` if it may not at all.
    fn make_room(&mut self, name: &str, wholes: &[&str]) -> bool {
        if wholes.is_empty() {
            self.hold_words();
            while !self.top().is_flow() {
                self.pop();
            }
            return true;
        }
        let accepts = |open: &Open<'_>| wholes.contains(&open.tag.name) || leads_to(open, name);
        let Some(at) = self.open.iter().rposition(accepts) else {
            return false;
        };
        self.close_above(at);
        while !wholes.contains(&self.top().tag.name) {
            let Some(Kind::Frame(part)) = self.top().kind else {
                return false;
            };
            self.push(Tag::new(part, &[]));
        }
        self.end_run();
        let before = &self.top().children;
        match name {
            "caption" | "summary" => before.is_empty(),
            _ => !single(name) || !before.iter().any(|child| child.is(name)),
        }
    }

    fn push(&mut self, tag: Tag) {
        self.end_run();
        self.inline = None;
        self.preformatted += usize::from(tag.name == "pre");
        self.open.push(Open {
            kind: element(tag.name).map(|(_, kind)| kind),
            tag,
            ..Open::default()
        });
    }

    /// Ends the innermost block.
    fn pop(&mut self) {
        self.end_run();
        self.inline = None;
        if self.open.len() < 2 {
            return;
        }
        if let Some(Open { tag, children, .. }) = self.open.pop() {
            self.preformatted -= usize::from(tag.name == "pre");
            self.top().children.push(Node::element(tag, children));
        }
    }

    fn close_above(&mut self, at: usize) {
        while self.open.len() > at + 1 {
            self.pop();
        }
    }

    /// Makes a node of the words gathered since the last block.
    fn end_run(&mut self) {
        let keep = self.preformatted > 0;
        let mut run = std::mem::take(&mut self.top().run);
        run.retain(|piece| !self.document.is_anchor(piece));
        if !keep {
            trim_end(&mut run);
        }
        if !run.is_empty() {
            let node = Node::run(run, &self.document, keep);
            self.top().children.push(node);
        }
    }

    fn close(&mut self, name: &str) {
        match element(name) {
            Some((name, Kind::Inline)) => self.close_inline(name),
            Some((name, Kind::Flow | Kind::Text | Kind::Frame(_))) => {
                let at = self.open.iter().rposition(|open| open.tag.name == name);
                if let Some(at) = at.filter(|at| *at > 0) {
                    self.close_above(at - 1);
                }
            }
            _ => {}
        }
    }

    fn close_inline(&mut self, name: &str) {
        let mut next = self.inline;
        while let Some(at) = next {
            let Inline { tag, parent, .. } = &self.document.inlines[at];
            next = *parent;
            // A heading's link to itself was opened without a name.
            if tag.name == name || (tag.name.is_empty() && name == "a") {
                self.inline = next;
                return;
            }
        }
    }

    fn end(mut self) -> Document<'a> {
        self.close_above(0);
        self.end_run();
        self.document.nodes = std::mem::take(&mut self.top().children);
        self.document
    }
}

/// Whether parts that `open` can be given lead to a place for `name`: from a table to its cells.
fn leads_to(open: &Open<'_>, name: &str) -> bool {
    match name {
        "tr" => open.tag.name == "table",
        "th" | "td" => matches!(open.tag.name, "table" | "thead" | "tbody" | "tfoot"),
        _ => false,
    }
}

fn trim_end(run: &mut Vec<Piece<'_>>) {
    while let Some(Piece {
        words: Words::Text(text),
        ..
    }) = run.last_mut()
    {
        let kept = text.trim_ascii_end().len();
        if kept > 0 {
            match text {
                Cow::Borrowed(text) => *text = &text[..kept],
                Cow::Owned(text) => text.truncate(kept),
            }
            return;
        }
        run.pop();
    }
}
