//! A text as plain sections, for whoever searches it: what the Markdown says, without its marks.

use std::time::Instant;

use comrak::Arena;
use comrak::nodes::{AstNode, NodeValue};

use super::markdown::{LONGEST, options};
use crate::config::Dialect;
use crate::content::{Kind, Post};
use crate::search::{Field, Section};

/// What can be found of a post besides its text: title, tags, and what its kind says.
pub(crate) fn facts(post: &Post, name: &str) -> Vec<Section> {
    let mut sections = vec![Section::new(Field::Title, name)];
    let tags = post.tags.iter();
    sections.extend(tags.map(|tag| Section::new(Field::Tag, tag.as_str())));
    let mut add = |text: Option<&str>| {
        let text = text.filter(|text| !text.trim().is_empty());
        sections.extend(text.map(|text| Section::new(Field::Body, text)));
    };
    add(post.summary.as_deref());
    match &post.kind {
        Kind::Photo { images, credit, .. } => {
            for image in images {
                add(Some(&image.alt));
                add(image.caption.as_deref());
            }
            add(credit.as_deref());
        }
        Kind::Quote { source, .. } => add(source.as_deref()),
        Kind::Answer { asked_by, .. } => add(asked_by.as_deref()),
        Kind::Text | Kind::Link { .. } | Kind::Chat | Kind::Video(_) | Kind::Audio(_) => {}
    }
    sections
}

/// Its text, an answer's question among it. One that takes too long to read has none.
pub(crate) fn text(post: &Post, words: &str, dialect: Dialect) -> Vec<Section> {
    let question = match &post.kind {
        Kind::Answer { question, .. } => Some(question.as_str()),
        _ => None,
    };
    let mut sections = Vec::new();
    for text in question.into_iter().chain([words]) {
        read(text, dialect, &mut sections);
    }
    sections
}

fn read(text: &str, dialect: Dialect, sections: &mut Vec<Section>) {
    let arena = Arena::new();
    let deadline = Instant::now() + LONGEST;
    let late = || Instant::now() >= deadline;
    if let Ok(root) = comrak::try_parse_document(&arena, text, &options(dialect, text), &late) {
        read_tree(root, sections);
    }
}

/// The same of a text that is read as Markdown and not changed since.
pub(super) fn read_tree<'a>(root: &'a AstNode<'a>, sections: &mut Vec<Section>) {
    let mut open = Section::new(Field::Body, "");
    let mut close = |open: &mut Section, field| {
        if !open.text.trim().is_empty() {
            sections.push(std::mem::replace(open, Section::new(field, "")));
        }
        open.field = field;
        open.text.clear();
    };
    for node in root.descendants() {
        let data = node.data();
        match &data.value {
            NodeValue::Text(text) => open.text.push_str(text),
            NodeValue::Code(code) => open.text.push_str(&code.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak => open.text.push(' '),
            NodeValue::CodeBlock(code) => {
                close(&mut open, Field::Code);
                open.text.push_str(&code.literal);
            }
            NodeValue::HtmlBlock(block) => {
                close(&mut open, Field::Body);
                without_tags(&block.literal, &mut open.text);
            }
            NodeValue::Heading(_) => close(&mut open, Field::Heading),
            NodeValue::TableCell => open.text.push(' '),
            value if value.block() && !is_same(node) => close(&mut open, Field::Body),
            _ => {}
        }
    }
    close(&mut open, Field::Body);
}

/// Whether a block goes on with the section it is in: items of a list say one thing together, and
/// many sections cost more than they tell.
fn is_same(node: &AstNode<'_>) -> bool {
    let data = node.data();
    matches!(data.value, NodeValue::TableRow(_))
}

/// What a reader sees of HTML, near enough to be searched.
fn without_tags(html: &str, text: &mut String) {
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        rest = tag.split_once('>').map_or("", |(_, after)| after);
    }
    text.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stretch_has_its_field_and_no_marks() {
        let text = "Some **bold** [link](https://x.example) `code`\nnext &amp; line\n\n\
            # A *head*\n\n```rust\nlet a = 1;\nlet b;\n```\n\n- one\n- two\n\n\
            | a | b |\n|---|---|\n| c | d |\n\n<div class=\"x\">in <b>HTML</b></div>\n";
        let mut found = Vec::new();
        read(text, Dialect::default(), &mut found);
        let found: Vec<(Field, &str)> = found
            .iter()
            .map(|section| (section.field, section.text.trim()))
            .collect();
        assert_eq!(
            found,
            [
                (Field::Body, "Some bold link code next & line"),
                (Field::Heading, "A head"),
                (Field::Code, "let a = 1;\nlet b;"),
                (Field::Body, "one"),
                (Field::Body, "two"),
                (Field::Body, "a b c d"),
                (Field::Body, "in  HTML"),
            ]
        );
    }
}
