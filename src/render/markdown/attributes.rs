//! `{width=300 .right}` behind a picture and `{#name}` at the end of a heading. What is not wholly
//! understood is left as the text it is.

use std::borrow::Cow;
use std::collections::HashMap;

use comrak::nodes::{AstNode, NodeValue};

/// What a picture may be told to be; the theme's business.
const CLASSES: [&str; 4] = ["left", "right", "center", "wide"];
const LONGEST_ID: usize = 100;

/// What was said of nodes, by their place in memory.
#[derive(Debug, Default)]
pub(super) struct Attributes(HashMap<usize, String>);

impl Attributes {
    /// What was said of a node: the id of a heading, the HTML attributes of a picture.
    pub(super) fn of(&self, node: &AstNode<'_>) -> Option<&str> {
        self.0.get(&place(node)).map(String::as_str)
    }

    /// Takes the attributes out of the text they stand in.
    pub(super) fn take<'a>(root: &'a AstNode<'a>) -> Self {
        let mut all = HashMap::new();
        let nodes: Vec<_> = root.descendants().collect();
        for node in nodes {
            let found = match &node.data().value {
                NodeValue::Heading(_) => id(node),
                NodeValue::Image(_) => node.next_sibling().and_then(of_picture),
                _ => None,
            };
            if let Some(found) = found {
                all.insert(place(node), found);
            }
        }
        Self(all)
    }
}

fn place(node: &AstNode<'_>) -> usize {
    std::ptr::from_ref(node) as usize
}

fn of_picture<'a>(after: &'a AstNode<'a>) -> Option<String> {
    let mut data = after.data_mut();
    let NodeValue::Text(text) = &mut data.value else {
        return None;
    };
    let (inner, rest) = text.strip_prefix('{')?.split_once('}')?;
    let mut html = String::new();
    let mut classes = Vec::new();
    for word in inner.split_whitespace() {
        if let Some(class) = word.strip_prefix('.') {
            classes.push(*CLASSES.iter().find(|known| **known == class)?);
            continue;
        }
        let (name, value) = word.split_once('=')?;
        if !matches!(name, "width" | "height") || html.contains(name) {
            return None;
        }
        let value: u16 = value.trim_matches('"').parse().ok()?;
        html.push_str(&format!(" {name}=\"{value}\""));
    }
    if !classes.is_empty() {
        html.push_str(&format!(" class=\"{}\"", classes.join(" ")));
    }
    if html.is_empty() {
        return None;
    }
    *text = Cow::Owned(rest.to_owned());
    Some(html)
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
