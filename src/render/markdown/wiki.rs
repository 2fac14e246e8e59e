//! `[[Name]]` and `[[name|label]]`: links to a post or page by what it is called. Found in the text
//! that is left when all else is read, so that `[[1]](address)` stays the link it always was.

use std::borrow::Cow;

use comrak::Arena;
use comrak::nodes::{Ast, AstNode, NodeValue, NodeWikiLink};

use super::Links;

/// Longer ones are text.
const LONGEST: usize = 200;

/// Puts links in the place of what is written as one and leads somewhere; what does not is shown
/// as its label.
pub(super) fn link<'a>(
    arena: &'a Arena<'a>,
    root: &'a AstNode<'a>,
    source: &[&str],
    links: &dyn Links,
) {
    let found: Vec<_> = root
        .descendants()
        .filter(|node| {
            let data = node.data();
            matches!(&data.value, NodeValue::Text(text) if text.contains("[["))
                && !is_escaped(&data, source)
                && !is_in_link(node)
        })
        .collect();
    for node in found {
        split(arena, node, links);
    }
}

/// Where the author wrote `\[[`, brackets are what is meant.
fn is_escaped(data: &Ast, source: &[&str]) -> bool {
    let line = source.get(data.sourcepos.start.line.saturating_sub(1));
    line.is_some_and(|line| line.contains("\\[[") || line.contains("[\\["))
}

fn is_in_link<'a>(node: &'a AstNode<'a>) -> bool {
    node.ancestors().skip(1).any(|above| {
        matches!(
            above.data().value,
            NodeValue::Link(_) | NodeValue::Image(_) | NodeValue::WikiLink(_)
        )
    })
}

fn split<'a>(arena: &'a Arena<'a>, node: &'a AstNode<'a>, links: &dyn Links) {
    let sourcepos = node.data().sourcepos;
    let NodeValue::Text(text) = std::mem::replace(&mut node.data_mut().value, NodeValue::SoftBreak)
    else {
        return;
    };
    let new = |value| {
        let ast = Ast::new_with_sourcepos(value, sourcepos);
        &*arena.alloc(AstNode::new(ast.into()))
    };
    let words = |text: &str| NodeValue::Text(Cow::Owned(text.to_owned()));
    let mut rest = &*text;
    let mut before = String::new();
    while let Some((plain, name, label, after)) = next(rest) {
        before.push_str(plain);
        rest = after;
        let Some(url) = links.named(name, sourcepos.start.line) else {
            before.push_str(label);
            continue;
        };
        node.insert_before(new(words(&before)));
        before.clear();
        let link = new(NodeValue::WikiLink(NodeWikiLink { url, embed: false }));
        link.append(new(words(label)));
        node.insert_before(link);
    }
    before.push_str(rest);
    node.data_mut().value = words(&before);
}

/// The text before the first link, its name and label, and the text behind.
fn next(text: &str) -> Option<(&str, &str, &str, &str)> {
    let mut from = 0;
    loop {
        let open = from + text[from..].find("[[")?;
        let inner = &text[open + 2..];
        let near = &inner[..inner.floor_char_boundary(LONGEST + 2)];
        let Some(close) = near.find("]]") else {
            from = open + 1;
            continue;
        };
        let (name, label) = inner[..close]
            .split_once('|')
            .unwrap_or((&inner[..close], ""));
        let name = name.trim();
        let label = Some(label.trim()).filter(|label| !label.is_empty());
        let is_embed = text[..open].ends_with('!');
        if close <= LONGEST && !name.is_empty() && !inner[..close].contains('[') && !is_embed {
            let label = label.unwrap_or(name);
            return Some((&text[..open], name, label, &inner[close + 2..]));
        }
        from = open + 1;
    }
}
