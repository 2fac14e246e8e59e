//! Bare `Key: value` lines, as Pelican, MultiMarkdown and Blot take them.

use std::ops::Range;

use super::value::{Entry, Node, Value};
use super::{Format, MAX_BYTES, Split};

/// At least one of these must be among the keys, or the lines are prose.
const TELLING: [&str; 20] = [
    "title",
    "date",
    "published",
    "modified",
    "updated",
    "slug",
    "permalink",
    "status",
    "draft",
    "tags",
    "tag",
    "keywords",
    "category",
    "categories",
    "author",
    "authors",
    "summary",
    "description",
    "aliases",
    "question",
];

/// The paragraph that opens `text`, if it can only be headers.
pub(super) fn split(text: &str) -> Option<Split> {
    let mut end = 0;
    let mut told = false;
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() {
            return told.then(|| block(end, end + line.len()));
        }
        let continued = end > 0 && line.starts_with([' ', '\t']);
        if !continued {
            let (key, _) = header(line)?;
            told |= TELLING.contains(&key.to_ascii_lowercase().as_str());
        }
        end += line.len();
        if end > MAX_BYTES {
            return None;
        }
    }
    told.then(|| block(end, end))
}

fn block(end: usize, body: usize) -> Split {
    Split {
        block: Some((Format::Headers, 0..end)),
        body,
    }
}

/// Key and value of a header line.
fn header(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let named = key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    (named && (value.is_empty() || value.starts_with(char::is_whitespace))).then_some((key, value))
}

/// Reads the block at `range`; lines that begin with white space continue the value above.
pub(super) fn read(text: &str, range: Range<usize>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut at = range.start;
    for line in text[range].split_inclusive('\n') {
        match header(line) {
            Some((key, value)) if !line.starts_with([' ', '\t']) => {
                let indent = value.len() - value.trim_start().len();
                entries.push(Entry {
                    key: key.to_owned(),
                    at,
                    node: Node {
                        at: at
                            + key.len()
                            + 1
                            + indent.min(value.trim_end_matches(['\r', '\n']).len()),
                        value: Value::Text(value.trim().to_owned()),
                    },
                });
            }
            _ => {
                if let Some(Value::Text(value)) =
                    entries.last_mut().map(|entry| &mut entry.node.value)
                {
                    value.push(' ');
                    value.push_str(line.trim());
                }
            }
        }
        at += line.len();
    }
    entries
}
