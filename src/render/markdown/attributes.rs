//! `{width=300 .right}` behind a picture and `{#name}` at the end of a heading. What is not wholly
//! understood is left as the text it is.

use std::borrow::Cow;
use std::collections::HashMap;

use comrak::nodes::{AstNode, NodeValue};

use crate::render::picture::Wish;

/// What a picture may be told to be; the theme's business.
const CLASSES: [&str; 4] = ["left", "right", "center", "wide"];
const LONGEST_ID: usize = 100;

/// What was said of nodes, by their place in memory.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    ids: HashMap<usize, String>,
    wishes: HashMap<usize, Wish>,
}

impl Attributes {
    /// Of a heading.
    pub(super) fn id(&self, node: &AstNode<'_>) -> Option<&str> {
        self.ids.get(&place(node)).map(String::as_str)
    }

    /// How a picture shall be shown.
    pub(super) fn wish(&self, node: &AstNode<'_>) -> Option<&Wish> {
        self.wishes.get(&place(node))
    }

    /// Takes the attributes out of the text they stand in.
    pub(super) fn take<'a>(root: &'a AstNode<'a>) -> Self {
        let mut all = Self::default();
        let nodes: Vec<_> = root.descendants().collect();
        for node in nodes {
            match &node.data().value {
                NodeValue::Heading(_) => {
                    all.ids.extend(id(node).map(|id| (place(node), id)));
                }
                NodeValue::Image(_) => {
                    let wish = node.next_sibling().and_then(wish);
                    all.wishes.extend(wish.map(|wish| (place(node), wish)));
                }
                _ => {}
            }
        }
        all
    }
}

fn place(node: &AstNode<'_>) -> usize {
    std::ptr::from_ref(node) as usize
}

fn wish<'a>(after: &'a AstNode<'a>) -> Option<Wish> {
    let mut data = after.data_mut();
    let NodeValue::Text(text) = &mut data.value else {
        return None;
    };
    let (inner, rest) = text.strip_prefix('{')?.split_once('}')?;
    let mut wish = Wish::default();
    let mut classes = Vec::new();
    for word in inner.split_whitespace() {
        if let Some(class) = word.strip_prefix('.') {
            classes.push(*CLASSES.iter().find(|known| **known == class)?);
            continue;
        }
        let (name, value) = word.split_once('=')?;
        let side = match name {
            "width" => &mut wish.width,
            "height" => &mut wish.height,
            _ => return None,
        };
        let value: u16 = value.trim_matches('"').parse().ok()?;
        if side.replace(value).is_some() {
            return None;
        }
    }
    wish.classes = classes.join(" ");
    if wish == Wish::default() {
        return None;
    }
    *text = Cow::Owned(rest.to_owned());
    Some(wish)
}

fn id<'a>(heading: &'a AstNode<'a>) -> Option<String> {
    let mut data = heading.last_child()?.data_mut();
    let NodeValue::Text(text) = &mut data.value else {
        return None;
    };
    let (before, id) = text.trim_end().strip_suffix('}')?.rsplit_once("{#")?;
    let is_named = id.starts_with(|c: char| c.is_ascii_alphabetic())
        && id.len() <= LONGEST_ID
        && id
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if !is_named {
        return None;
    }
    let id = id.to_owned();
    *text = Cow::Owned(before.trim_end().to_owned());
    Some(id)
}
