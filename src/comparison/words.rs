//! Two runs of words, compared word by word.

use std::collections::HashMap;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::alignment::{Effort, align};
use super::elements::Tag;
use super::inline::{Layer, Line};
use super::tree::{Document, Piece, Words, atom_key, hash};
use super::writer::{Mark, Writer};

/// So few words between two changes, if they are no longer than half of either, are read more
/// easily as part of one change.
const FEW: usize = 2;

/// A word, a mark of punctuation or a picture. Space belongs to what it follows and is no part of
/// the comparison.
pub(super) struct Token<'a> {
    shown: Shown<'a>,
    inline: Option<usize>,
    space: bool,
    pub(super) key: u64,
}

enum Shown<'a> {
    Text(&'a str),
    Atom(&'a Tag),
}

impl Token<'_> {
    fn length(&self) -> usize {
        match self.shown {
            Shown::Text(text) => text.chars().count(),
            Shown::Atom(_) => 1,
        }
    }

    fn is_word(&self) -> bool {
        match self.shown {
            Shown::Text(text) => text.contains(char::is_alphanumeric),
            Shown::Atom(_) => true,
        }
    }
}

/// The tokens of a run, by the word boundaries of Unicode (UAX 29): ideographs and Thai letters
/// are compared one by one.
pub(super) fn tokens<'a>(run: &'a [Piece<'_>], document: &Document<'_>) -> Vec<Token<'a>> {
    let mut tokens: Vec<Token<'a>> = Vec::new();
    for Piece { inline, words } in run {
        let footnote = document.footnote(*inline).map(|target| hash(&target));
        let token = |shown, key| Token {
            shown,
            inline: *inline,
            space: false,
            key: footnote.unwrap_or(key),
        };
        match words {
            Words::Atom(tag) => tokens.push(token(Shown::Atom(tag), atom_key(tag))),
            Words::Text(text) => {
                for part in text.split_word_bounds() {
                    if !part.trim_ascii().is_empty() {
                        tokens.push(token(Shown::Text(part), hash(&part)));
                    } else if let Some(last) = tokens.last_mut() {
                        last.space = true;
                    }
                }
            }
        }
    }
    tokens
}

/// A stretch of both runs: equal, or replaced.
struct Span {
    old: Range<usize>,
    new: Range<usize>,
    equal: bool,
}

/// Two runs, compared and ready to be written.
pub(super) struct WordComparison<'a> {
    old: Vec<Token<'a>>,
    new: Vec<Token<'a>>,
    spans: Vec<Span>,
}

impl<'a> WordComparison<'a> {
    pub(super) fn new(
        (old, old_document): (&'a [Piece<'_>], &Document<'_>),
        (new, new_document): (&'a [Piece<'_>], &Document<'_>),
        effort: &mut Effort,
    ) -> Self {
        let (old, new) = (tokens(old, old_document), tokens(new, new_document));
        let keys = |tokens: &[Token<'_>]| tokens.iter().map(|token| token.key).collect::<Vec<_>>();
        let pairs = align(&keys(&old), &keys(&new), effort);
        let spans = joined(spans(&pairs, old.len(), new.len()), &old, &new);
        Self { old, new, spans }
    }

    /// How many places will be marked.
    pub(super) fn marks(&self, old: &Document<'_>, new: &Document<'_>) -> usize {
        let marks = |span: &Span| {
            if span.equal {
                let forms = self.restyled(span, old, new);
                forms.chunk_by(PartialEq::eq).filter(|all| all[0]).count()
            } else {
                usize::from(!span.old.is_empty()) + usize::from(!span.new.is_empty())
            }
        };
        self.spans.iter().map(marks).sum()
    }

    /// For each token of an equal stretch, whether its form is another.
    fn restyled(&self, span: &Span, old: &Document<'_>, new: &Document<'_>) -> Vec<bool> {
        let form = |inline: Option<usize>, document: &Document<'_>| {
            inline.map(|at| document.inlines[at].key)
        };
        let pairs = span.old.clone().zip(span.new.clone());
        pairs
            .map(|(x, y)| form(self.old[x].inline, old) != form(self.new[y].inline, new))
            .collect()
    }

    pub(super) fn write(&self, writer: &mut Writer<'_>, old: &Document<'_>, new: &Document<'_>) {
        let mut page = Page {
            line: Line::new(writer, old, new),
            kept: self.kept(old, new),
            comparison: self,
            old,
            new,
            marks: 0,
        };
        for (at, span) in self.spans.iter().enumerate() {
            if span.equal {
                let removed_next = self
                    .spans
                    .get(at + 1)
                    .is_some_and(|next| !next.old.is_empty());
                page.equal(span, removed_next);
            } else {
                page.removed(span.old.clone());
                // What was and what is are two words, also where neither ends with a space.
                page.line
                    .space(!span.old.is_empty() && !span.new.is_empty());
                page.added(span.new.clone());
            }
        }
        page.line.end();
    }

    /// Which inline element of the newer text continues one of the older.
    fn kept(&self, old: &Document<'_>, new: &Document<'_>) -> HashMap<usize, usize> {
        let mut kept = HashMap::new();
        for span in self.spans.iter().filter(|span| span.equal) {
            for (x, y) in span.old.clone().zip(span.new.clone()) {
                let (was, is) = (old.path(self.old[x].inline), new.path(self.new[y].inline));
                for (was, is) in was.into_iter().zip(is) {
                    if old.inlines[was].key == new.inlines[is].key {
                        kept.entry(was).or_insert(is);
                    }
                }
            }
        }
        kept
    }
}

fn spans(pairs: &[(usize, usize)], old: usize, new: usize) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut at = (0, 0);
    for (x, y) in pairs.iter().copied().chain([(old, new)]) {
        if at != (x, y) {
            spans.push(Span {
                old: at.0..x,
                new: at.1..y,
                equal: false,
            });
        }
        if (x, y) == (old, new) {
            break;
        }
        match spans.last_mut().filter(|last| last.equal) {
            Some(last) => {
                last.old.end = x + 1;
                last.new.end = y + 1;
            }
            None => spans.push(Span {
                old: x..x + 1,
                new: y..y + 1,
                equal: true,
            }),
        }
        at = (x + 1, y + 1);
    }
    spans
}

/// Joins changes that only a few short words keep apart.
fn joined(spans: Vec<Span>, old: &[Token<'_>], new: &[Token<'_>]) -> Vec<Span> {
    let (was, is) = (lengths(old), lengths(new));
    let size = |span: &Span| {
        let removed = was[span.old.end] - was[span.old.start];
        removed.max(is[span.new.end] - is[span.new.start])
    };
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        let between = match joined.as_slice() {
            [.., before, between] if !span.equal && between.equal => {
                let stays = &new[between.new.clone()];
                let few = stays.iter().filter(|token| token.is_word()).take(FEW + 1);
                few.count() <= FEW && 2 * size(between) <= size(before).min(size(&span))
            }
            _ => false,
        };
        if between {
            joined.pop();
            if let Some(before) = joined.last_mut() {
                before.old.end = span.old.end;
                before.new.end = span.new.end;
            }
        } else {
            joined.push(span);
        }
    }
    joined
}

/// How many characters stand before each token, and in all.
fn lengths(tokens: &[Token<'_>]) -> Vec<usize> {
    let mut sum = 0;
    let sums = tokens.iter().map(|token| {
        sum += token.length();
        sum
    });
    std::iter::once(0).chain(sums).collect()
}

/// A comparison on its way to the page.
struct Page<'c, 'w, 'p, 'd> {
    line: Line<'w, 'p, 'd>,
    comparison: &'c WordComparison<'c>,
    kept: HashMap<usize, usize>,
    old: &'d Document<'d>,
    new: &'d Document<'d>,
    marks: usize,
}

impl Page<'_, '_, '_, '_> {
    fn equal(&mut self, span: &Span, removed_next: bool) {
        let forms = self.comparison.restyled(span, self.old, self.new);
        let mut from = span.new.start;
        for group in forms.chunk_by(PartialEq::eq) {
            let range = from..from + group.len();
            from = range.end;
            self.newer(range, group[0].then_some(Mark::Restyled));
        }
        if let Some(last) = span.old.clone().next_back().filter(|_| removed_next) {
            self.line.space(self.comparison.old[last].space);
        }
    }

    fn added(&mut self, range: Range<usize>) {
        self.newer(range, Some(Mark::Added));
    }

    /// Words of the newer text. A mark stands inside the elements that all of them stand in, so
    /// that a link with one new word stays one link.
    fn newer(&mut self, range: Range<usize>, mark: Option<Mark>) {
        let tokens = &self.comparison.new[range];
        let paths: Vec<_> = tokens
            .iter()
            .map(|token| self.new.path(token.inline))
            .collect();
        let shared = shared(&paths);
        self.marks += 1;
        for (token, path) in tokens.iter().zip(paths) {
            let mut layers: Vec<_> = path.into_iter().map(Layer::New).collect();
            if let Some(mark) = mark {
                layers.insert(shared, Layer::Mark(mark, self.marks));
            }
            self.line.go_to(&layers);
            self.token(token, mark);
        }
    }

    /// Words of the older text: inside the elements that are open, if those were theirs.
    fn removed(&mut self, range: Range<usize>) {
        let tokens = &self.comparison.old[range];
        let paths: Vec<_> = tokens
            .iter()
            .map(|token| self.old.path(token.inline))
            .collect();
        let Some(first) = paths.first() else { return };
        let theirs = first
            .iter()
            .map(|was| self.kept.get(was).copied().map(Layer::New));
        let open = self.line.around();
        let open: Vec<Layer> = open
            .zip(theirs)
            .take_while(|(open, theirs)| Some(*open) == *theirs)
            .map(|(open, _)| open)
            .take(shared(&paths))
            .collect();
        self.marks += 1;
        for (token, path) in tokens.iter().zip(paths) {
            let mut layers = open.clone();
            layers.push(Layer::Mark(Mark::Removed, self.marks));
            layers.extend(self.line.inert(&path[open.len()..]));
            self.line.go_to(&layers);
            self.token(token, Some(Mark::Removed));
        }
    }

    fn token(&mut self, token: &Token<'_>, mark: Option<Mark>) {
        match token.shown {
            Shown::Text(text) => self.line.text(text, mark),
            Shown::Atom(tag) => self.line.atom(tag, mark == Some(Mark::Removed)),
        }
        self.line.space(token.space);
    }
}

/// How many elements, from the outermost, all paths have in common.
fn shared(paths: &[Vec<usize>]) -> usize {
    let Some((first, others)) = paths.split_first() else {
        return 0;
    };
    others.iter().fold(first.len(), |shared, path| {
        let both = first[..shared].iter().zip(path);
        both.take_while(|(one, other)| one == other).count()
    })
}
