//! TOML front matter, read with the place of each value.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::value::{Entry, Node, Value};
use crate::diagnostic::Diagnostic;

/// Reads the block at `range`. The parser itself refuses to nest further than it can recurse.
pub(super) fn read(text: &str, range: Range<usize>) -> Result<Vec<Entry>, Box<Diagnostic>> {
    let block = &text[range.clone()];
    let table = DeTable::parse(block).map_err(|error| {
        let at = range.start + error.span().map_or(block.len(), |span| span.start);
        let help = "between `+++` lines front matter is TOML: `title = \"A title\"`";
        super::fault(text, at, &error.message().replace('\n', ", "), help)
    })?;
    Ok(Block {
        text: block,
        start: range.start,
    }
    .entries(table.get_ref()))
}

struct Block<'t> {
    text: &'t str,
    start: usize,
}

impl Block<'_> {
    fn entries(&self, table: &DeTable<'_>) -> Vec<Entry> {
        table
            .iter()
            .map(|(key, value)| Entry {
                key: key.get_ref().to_string(),
                at: self.start + key.span().start,
                node: self.node(value),
            })
            .collect()
    }

    fn node(&self, node: &Spanned<DeValue<'_>>) -> Node {
        let raw = || self.text.get(node.span()).unwrap_or_default().to_owned();
        let value = match node.get_ref() {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(_) | DeValue::Float(_) => Value::Number(raw()),
            DeValue::Boolean(flag) => Value::Bool(*flag),
            DeValue::Datetime(date) => Value::Date(date.to_string()),
            DeValue::Array(items) => {
                Value::List(items.iter().map(|item| self.node(item)).collect())
            }
            DeValue::Table(table) => Value::Table(self.entries(table)),
        };
        Node {
            at: self.start + node.span().start,
            value,
        }
    }
}
