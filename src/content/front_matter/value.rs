//! One shape for what TOML, YAML, JSON and bare headers can say, with the place of each value.

/// One key with its value.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::content) struct Entry {
    /// As written.
    pub(in crate::content) key: String,
    /// Where the key stands.
    pub(in crate::content) at: usize,
    pub(in crate::content) node: Node,
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::content) struct Node {
    pub(in crate::content) at: usize,
    pub(in crate::content) value: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub(in crate::content) enum Value {
    Null,
    Bool(bool),
    /// As written, so that a title of `1.10` stays one.
    Number(String),
    Text(String),
    /// TOML's own dates, as written; the other formats write text.
    Date(String),
    List(Vec<Node>),
    Table(Vec<Entry>),
}

impl Entry {
    /// The key as compared: `pubDate`, `pub_date` and `Pub-Date` are one.
    pub(in crate::content) fn name(&self) -> String {
        self.key
            .chars()
            .filter(|c| !matches!(c, '_' | '-'))
            .flat_map(char::to_lowercase)
            .collect()
    }
}

impl Value {
    /// What it is, for diagnostics.
    pub(in crate::content) fn called(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "a yes or no",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::Date(_) => "a date",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

/// Where nesting first passes `depth`. Recursion ends at `depth`, whatever the input.
pub(super) fn too_deep(entries: &[Entry], depth: usize) -> Option<usize> {
    entries
        .iter()
        .find_map(|entry| node_too_deep(&entry.node, depth))
}

fn node_too_deep(node: &Node, depth: usize) -> Option<usize> {
    match &node.value {
        Value::List(_) | Value::Table(_) if depth == 0 => Some(node.at),
        Value::List(items) => items.iter().find_map(|item| node_too_deep(item, depth - 1)),
        Value::Table(entries) => too_deep(entries, depth - 1),
        _ => None,
    }
}
