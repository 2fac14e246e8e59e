//! Two blocks of code, compared line by line. Highlighting is left out where lines changed: its
//! elements run across lines.

use super::alignment::{Effort, align};
use super::elements::Tag;
use super::tree::{Content, Document, Node, Words, hash};
use super::writer::{Mark, Writer};

/// The text of a block.
pub(super) fn text(node: &Node<'_>) -> String {
    let runs = node
        .children()
        .iter()
        .filter_map(|child| match &child.content {
            Content::Run(pieces) => Some(pieces),
            Content::Element { .. } => None,
        });
    let texts = runs.flatten().filter_map(|piece| match &piece.words {
        Words::Text(text) => Some(&**text),
        Words::Atom(_) => None,
    });
    texts.collect()
}

/// The `<code>` of a block, if it has one.
fn code<'d>(node: &Node<'_>, document: &'d Document<'_>) -> Option<&'d Tag> {
    let Content::Run(pieces) = &node.children().first()?.content else {
        return None;
    };
    let outermost = *document.path(pieces.first()?.inline).first()?;
    let tag = &document.inlines[outermost].tag;
    (tag.name == "code").then_some(tag)
}

/// Writes the newer block with the lines that were removed from the older. The block's own tags
/// are the caller's.
pub(super) fn write(
    old: &Node<'_>,
    (new, document): (&Node<'_>, &Document<'_>),
    writer: &mut Writer<'_>,
    effort: &mut Effort,
) {
    let code = code(new, document);
    if let Some(tag) = code {
        writer.start(tag, false, None);
    }
    let (was, is) = (text(old), text(new));
    let was: Vec<&str> = was.split_inclusive('\n').collect();
    let is: Vec<&str> = is.split_inclusive('\n').collect();
    // A last line is the same line with a line after it.
    let keys = |lines: &[&str]| -> Vec<u64> {
        lines
            .iter()
            .map(|line| hash(&line.trim_end_matches('\n')))
            .collect()
    };
    let mut at = (0, 0);
    let pairs = align(&keys(&was), &keys(&is), effort);
    for (x, y) in pairs.into_iter().chain([(was.len(), is.len())]) {
        marked(&was[at.0..x], Mark::Removed, writer);
        marked(&is[at.1..y], Mark::Added, writer);
        is.get(y).into_iter().for_each(|line| writer.text(line));
        at = (x + 1, y + 1);
    }
    if let Some(tag) = code {
        writer.end(tag.name);
    }
}

fn marked(lines: &[&str], mark: Mark, writer: &mut Writer<'_>) {
    let text = lines.concat();
    if text.is_empty() {
        return;
    }
    writer.open_mark(mark, true);
    writer.text(&text);
    writer.count(&text, Some(mark));
    writer.close_mark(mark);
}
