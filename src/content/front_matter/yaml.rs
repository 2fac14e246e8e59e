//! YAML front matter. Anchors are read as YAML means them, within a budget that no honest block
//! reaches.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_saphyr::options::{DuplicateKeyPolicy, NonFiniteFloatPolicy};
use serde_saphyr::{Location, Options, Spanned, UserMessageFormatter};

use super::value::{Entry, Node, Value};
use crate::diagnostic::Diagnostic;

/// Reads the block at `range`.
pub(super) fn read(text: &str, range: Range<usize>) -> Result<Vec<Entry>, Box<Diagnostic>> {
    let block = &text[range.clone()];
    let node: Located = serde_saphyr::from_str_with_options(block, options())
        .map_err(|error| broken(text, &range, &error))?;
    let reader = Block {
        text: block,
        start: range.start,
    };
    let node = reader.node(node);
    match node.value {
        Value::Table(entries) => Ok(entries),
        Value::Null => Ok(Vec::new()),
        other => {
            let message = format!("the front matter is {}, not a list of keys", other.called());
            Err(super::fault(text, node.at, &message, HELP))
        }
    }
}

const HELP: &str = "between `---` lines front matter is YAML: `title: A title`; text that holds `: ` or begins with a sign needs quotes";

fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: super::MAX_DEPTH + 1,
            flow_nesting_limit: super::MAX_DEPTH + 1,
            max_events: 50_000,
            max_nodes: 25_000,
            max_aliases: 200,
            max_anchors: 200,
            max_documents: 1,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 5_000,
            max_replay_stack_depth: 8,
        },
        // Ruby and JavaScript let the last of two equal keys count, so blogs hold them.
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        with_snippet: false,
    }
}

fn broken(text: &str, range: &Range<usize>, error: &serde_saphyr::Error) -> Box<Diagnostic> {
    let at = error
        .location()
        .map_or(0, |location| offset(&text[range.clone()], location));
    let message = error.render_with_formatter(&UserMessageFormatter);
    let message = message.lines().next().unwrap_or_default();
    // The library's own `line X column Y:` counts from the block; ours counts from the file.
    let message = match message.split_once(": ") {
        Some((place, rest)) if place.starts_with("line ") => rest,
        _ => message,
    };
    super::fault(text, range.start + at, message, HELP)
}

/// The byte of `block` a location means.
fn offset(block: &str, location: Location) -> usize {
    if let Some(byte) = location.span().byte_offset() {
        return usize::try_from(byte)
            .unwrap_or(block.len())
            .min(block.len());
    }
    let line = usize::try_from(location.line().saturating_sub(1)).unwrap_or(0);
    block.split_inclusive('\n').take(line).map(str::len).sum()
}

/// A value as the parser gives it, with where it is used and where it is written.
struct Located(Spanned<Raw>);

enum Raw {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Located>),
    Table(Vec<(Spanned<String>, Located)>),
}

struct Block<'t> {
    text: &'t str,
    start: usize,
}

impl Block<'_> {
    fn node(&self, Located(spanned): Located) -> Node {
        let at = self.start + offset(self.text, spanned.referenced);
        let value = match spanned.value {
            Raw::Null => Value::Null,
            Raw::Bool(flag) => Value::Bool(flag),
            Raw::Number(number) => Value::Number(self.written(spanned.defined).unwrap_or(number)),
            Raw::Text(text) => Value::Text(text),
            Raw::List(items) => {
                Value::List(items.into_iter().map(|item| self.node(item)).collect())
            }
            Raw::Table(entries) => Value::Table(
                entries
                    .into_iter()
                    .map(|(key, value)| Entry {
                        at: self.start + offset(self.text, key.referenced),
                        key: key.value,
                        node: self.node(value),
                    })
                    .collect(),
            ),
        };
        Node { at, value }
    }

    /// A number as it stands in the file.
    fn written(&self, location: Location) -> Option<String> {
        let start = usize::try_from(location.span().byte_offset()?).ok()?;
        let length = usize::try_from(location.span().byte_len()?).ok()?;
        let text = self.text.get(start..start.checked_add(length)?)?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }
}

impl<'de> Deserialize<'de> for Located {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Spanned::deserialize(deserializer).map(Self)
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of front matter")
    }

    fn visit_unit<E: Error>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        Raw::deserialize(deserializer)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(flag))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Raw, E> {
        Ok(Raw::Number(number.to_string()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Raw, E> {
        Ok(Raw::Number(number.to_string()))
    }

    fn visit_i128<E: Error>(self, number: i128) -> Result<Raw, E> {
        Ok(Raw::Number(number.to_string()))
    }

    fn visit_u128<E: Error>(self, number: u128) -> Result<Raw, E> {
        Ok(Raw::Number(number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Raw, E> {
        Ok(Raw::Number(number.to_string()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Raw, E> {
        Ok(Raw::Text(text))
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Raw, E> {
        Ok(Raw::Text(String::from_utf8_lossy(bytes).into_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
        let mut table = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            table.push(entry);
        }
        Ok(Raw::Table(table))
    }
}
