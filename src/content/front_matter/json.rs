//! JSON front matter. The parser tells where a mistake is, but not where a value stands, so a
//! value is pointed at by its key.

use std::ops::Range;

use serde_json::Value as Json;

use super::value::{Entry, Node, Value};
use super::{Format, Split};
use crate::diagnostic::Diagnostic;

/// Whether `text` opens with an object. Liquid and shortcodes open with braces too, but never
/// with a brace and a quote.
pub(super) fn opens(text: &str) -> bool {
    text.strip_prefix('{')
        .is_some_and(|rest| rest.trim_start().starts_with('"'))
}

/// The object ends where its parser says. One that is broken is taken to the end of the text, to
/// be refused when it is read.
pub(super) fn split(text: &str) -> Split {
    let mut objects = serde_json::Deserializer::from_str(text).into_iter::<serde::de::IgnoredAny>();
    let end = match objects.next() {
        Some(Ok(_)) => objects.byte_offset(),
        _ => {
            // What is broken within the limit is told apart from what is too large.
            let shown = text.floor_char_boundary(super::MAX_BYTES);
            return Split {
                block: Some((Format::Json, 0..shown)),
                body: text.len(),
            };
        }
    };
    let rest = &text[end..];
    let line = rest.find('\n').map_or(rest.len(), |newline| newline + 1);
    let body = if rest[..line].trim().is_empty() {
        end + line
    } else {
        end
    };
    Split {
        block: Some((Format::Json, 0..end)),
        body,
    }
}

/// Reads the block at `range`.
pub(super) fn read(text: &str, range: Range<usize>) -> Result<Vec<Entry>, Box<Diagnostic>> {
    let block = &text[range.clone()];
    let object: serde_json::Map<String, Json> = serde_json::from_str(block).map_err(|error| {
        let at = block
            .split_inclusive('\n')
            .take(error.line().saturating_sub(1))
            .map(str::len)
            .sum::<usize>()
            + error.column().saturating_sub(1);
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        let help = "front matter in braces is JSON: `\"title\": \"A title\",`";
        super::fault(text, range.start + at, message, help)
    })?;
    Ok(object
        .into_iter()
        .map(|(key, value)| {
            let quoted = Json::String(key.clone()).to_string();
            let at = range.start + block.find(&quoted).unwrap_or(0);
            entry(key, value, at, super::MAX_DEPTH + 1)
        })
        .collect())
}

fn entry(key: String, value: Json, at: usize, depth: usize) -> Entry {
    Entry {
        key,
        at,
        node: node(value, at, depth),
    }
}

/// Below `depth` nothing is kept: the whole is refused as too deep anyway.
fn node(value: Json, at: usize, depth: usize) -> Node {
    let below = depth.saturating_sub(1);
    let value = match value {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Bool(flag),
        Json::Number(number) => Value::Number(number.to_string()),
        Json::String(text) => Value::Text(text),
        Json::Array(_) | Json::Object(_) if depth == 0 => Value::Null,
        Json::Array(items) => Value::List(
            items
                .into_iter()
                .map(|item| node(item, at, below))
                .collect(),
        ),
        Json::Object(object) => Value::Table(
            object
                .into_iter()
                .map(|(key, value)| entry(key, value, at, below))
                .collect(),
        ),
    };
    Node { at, value }
}
