//! One pass over a document before it is written: addresses resolved, headings moved below the
//! page's own, plain text gathered.

use std::borrow::Cow;
use std::collections::HashMap;

use comrak::nodes::{AstNode, NodeHeading, NodeLink, NodeValue};

use super::shortcode::{MARK, unmarked};
use super::{Links, Rendered};
use crate::render::excerpt::excerpt;
use crate::render::picture::Picture;

/// Looks at all nodes; how many bytes of HTML are among them, and what is known of the pictures
/// among them, by address.
pub(super) fn survey<'a>(
    root: &'a AstNode<'a>,
    links: &dyn Links,
    rendered: &mut Rendered,
) -> (usize, HashMap<String, Picture>) {
    let demote = has_title(root);
    let mut plain = String::new();
    let mut html = 0;
    let mut pictures = HashMap::new();
    for node in root.descendants() {
        let mut data = node.data_mut();
        let line = data.sourcepos.start.line;
        match &mut data.value {
            NodeValue::Link(link) => {
                if let Some(resolved) = links.resolve(&link.url, line) {
                    link.url = resolved;
                }
            }
            NodeValue::Image(link) => {
                lead(link, (links, line), &mut pictures);
                if rendered.image.is_none() {
                    rendered.image = Some(link.url.clone());
                }
            }
            NodeValue::Heading(heading) => {
                heading.level = (heading.level + u8::from(demote)).min(6);
                plain.push('\n');
            }
            NodeValue::Text(text) => plain.push_str(text),
            NodeValue::Code(code) => plain.push_str(&code.literal),
            NodeValue::Math(math) => {
                if math.dollar_math && !math.display_math && is_within_words(node) {
                    let text = format!("${}$", math.literal);
                    plain.push_str(&text);
                    data.value = NodeValue::Text(Cow::Owned(text));
                } else {
                    plain.push_str(&math.literal);
                }
            }
            NodeValue::ShortCode(emoji) => {
                plain.push_str(&emoji.emoji);
                // In a heading its name has a part in the anchor, as on GitHub.
                let is_in_heading = node
                    .parent()
                    .is_some_and(|above| matches!(above.data().value, NodeValue::Heading(_)));
                if !is_in_heading {
                    data.value = NodeValue::Text(Cow::Owned(std::mem::take(&mut emoji.emoji)));
                }
            }
            NodeValue::SoftBreak | NodeValue::LineBreak => plain.push(' '),
            NodeValue::HtmlInline(written) => html += written.len(),
            NodeValue::HtmlBlock(block) => {
                html += block.literal.len();
                plain.push('\n');
            }
            value if value.block() => plain.push('\n'),
            _ => {}
        }
    }
    if plain.contains(MARK) {
        plain = unmarked(&plain);
    }
    rendered.words = plain.split('\n').map(count_words).sum();
    rendered.excerpt = excerpt(&plain);
    (html, pictures)
}

/// How many words a line has.
fn count_words(line: &str) -> usize {
    if !line.is_ascii() {
        return line.split_whitespace().count();
    }
    // Words begin behind white space. Without a branch many bytes are looked at together.
    let white = |byte: u8| matches!(byte, b' ' | b'\t'..=b'\r');
    let bytes = line.as_bytes();
    let begins = bytes.iter().zip(bytes.iter().skip(1));
    let begins = begins.map(|(before, byte)| usize::from(white(*before) & !white(*byte)));
    begins.sum::<usize>() + usize::from(bytes.first().is_some_and(|byte| !white(*byte)))
}

/// Puts in where a picture leads, and finds out what is known of it.
fn lead(
    link: &mut NodeLink,
    (links, line): (&dyn Links, usize),
    pictures: &mut HashMap<String, Picture>,
) {
    if let Some(resolved) = links.resolve(&link.url, line) {
        let picture = links.picture(&resolved);
        pictures.extend(picture.map(|picture| (resolved.clone(), picture)));
        link.url = resolved;
    }
}

/// A page has one `h1`, its title: a text that uses level 1 itself moves down by one.
fn has_title<'a>(root: &'a AstNode<'a>) -> bool {
    root.descendants().any(|node| {
        matches!(
            node.data().value,
            NodeValue::Heading(NodeHeading { level: 1, .. })
        )
    })
}

/// Whether letters stand right before or behind: `US$5 and A$6` are prices.
fn is_within_words<'a>(node: &'a AstNode<'a>) -> bool {
    let ends = |node: &'a AstNode<'a>| match &node.data().value {
        NodeValue::Text(text) => text.ends_with(char::is_alphanumeric),
        _ => false,
    };
    let begins = |node: &'a AstNode<'a>| match &node.data().value {
        NodeValue::Text(text) => text.starts_with(char::is_alphanumeric),
        _ => false,
    };
    node.previous_sibling().is_some_and(ends) || node.next_sibling().is_some_and(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_as_between_white_space() {
        for line in [
            "",
            " ",
            "a",
            " a",
            "a ",
            "a b",
            "\ta \r b\u{b}c  ",
            "ä b",
            " é\u{a0}f ",
            "a\u{1f}b",
        ] {
            assert_eq!(
                count_words(line),
                line.split_whitespace().count(),
                "{line:?}"
            );
        }
    }
}
