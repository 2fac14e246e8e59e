//! Looking keys up in front matter under all the names other generators give them, and reading
//! their values in the types asked for. A value of the wrong type is a diagnostic and counts as
//! absent.

use super::date::{self, Stated};
use super::front_matter::{Entry, Format, FrontMatter, Node, Value, fault};
use crate::diagnostic::Diagnostic;

/// Faults shown of one document; finding the line of each takes a walk through it.
const MAX_FAULTS: usize = 20;

/// Front matter being read.
pub(super) struct Keys<'t> {
    text: &'t str,
    format: Option<Format>,
    /// Compared names with their entries.
    entries: Vec<(String, &'t Entry)>,
    pub(super) faults: Vec<Diagnostic>,
}

impl<'t> Keys<'t> {
    pub(super) fn of(matter: &'t FrontMatter, text: &'t str) -> Self {
        Self {
            text,
            format: matter.format,
            entries: matter
                .entries
                .iter()
                .map(|entry| (entry.name(), entry))
                .collect(),
            faults: Vec::new(),
        }
    }

    /// The keys of a table inside, such as Zola's `[taxonomies]`.
    pub(super) fn table(&mut self, name: &str) -> Option<Self> {
        let Value::Table(entries) = &self.find(&[name])?.node.value else {
            return None;
        };
        Some(Self {
            text: self.text,
            format: self.format,
            entries: entries.iter().map(|entry| (entry.name(), entry)).collect(),
            faults: Vec::new(),
        })
    }

    pub(super) fn format(&self) -> Option<Format> {
        self.format
    }

    /// The entry under the first of `names` that has a value; of two equal keys the last.
    pub(super) fn find(&self, names: &[&str]) -> Option<&'t Entry> {
        names.iter().find_map(|wanted| {
            self.entries
                .iter()
                .rev()
                .find(|(name, entry)| name == wanted && entry.node.value != Value::Null)
                .map(|(_, entry)| *entry)
        })
    }

    /// Entries in the order written.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, &'t Entry)> {
        self.entries
            .iter()
            .map(|(name, entry)| (name.as_str(), *entry))
    }

    /// A line of text; numbers, dates and flags count as they are written.
    pub(super) fn text(&mut self, names: &[&str]) -> Option<String> {
        let entry = self.find(names)?;
        let text = scalar(&entry.node);
        if text.is_none() {
            self.wrong(entry, "one line of text");
        }
        text
    }

    /// A line of text that says something.
    pub(super) fn word(&mut self, names: &[&str]) -> Option<String> {
        self.text(names).filter(|text| !text.is_empty())
    }

    /// A yes or no.
    pub(super) fn flag(&mut self, names: &[&str]) -> Option<bool> {
        let entry = self.find(names)?;
        let flag = truth(&entry.node);
        let empty = matches!(&entry.node.value, Value::Text(text) if text.trim().is_empty());
        if flag.is_none() && !empty {
            self.wrong(entry, "`true` or `false`");
        }
        flag
    }

    /// A date; `published: false` is not one and not wrong.
    pub(super) fn date(&mut self, names: &[&str]) -> Option<Stated> {
        let entry = names.iter().find_map(|name| {
            self.find(&[name]).filter(|entry| {
                let empty = scalar(&entry.node).is_none_or(|text| text.is_empty());
                let structured = matches!(entry.node.value, Value::List(_) | Value::Table(_));
                let flag = *name == "published" && truth(&entry.node).is_some();
                (!empty || structured) && !flag
            })
        })?;
        let stated = scalar(&entry.node).and_then(|text| Stated::parse(&text));
        if stated.is_none() {
            let written =
                scalar(&entry.node).unwrap_or_else(|| entry.node.value.called().to_owned());
            let message = format!("`{}: {written}` is not a date", entry.key);
            self.faults.push(
                Diagnostic::error("date", message)
                    .at(self.text, entry.node.at)
                    .help(date::ACCEPTED),
            );
        }
        stated
    }

    /// Names: a list of them, or text that `split` takes apart.
    pub(super) fn names(
        &mut self,
        names: &[&str],
        split: impl Fn(&str) -> Vec<String>,
    ) -> Vec<String> {
        let Some(entry) = self.find(names) else {
            return Vec::new();
        };
        match &entry.node.value {
            Value::List(items) => items
                .iter()
                .filter_map(|item| self.named(entry, item))
                .collect(),
            Value::Table(_) => self.named(entry, &entry.node).into_iter().collect(),
            Value::Text(text) => split(text),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Date(_) => {
                self.wrong(entry, "a list of names");
                Vec::new()
            }
        }
    }

    /// One name of a list, which may be `{ name = ".." }`.
    fn named(&mut self, entry: &Entry, item: &Node) -> Option<String> {
        let text = match &item.value {
            Value::Null => return None,
            Value::Table(inner) => inner
                .iter()
                .find(|inner| inner.name() == "name")
                .and_then(|inner| scalar(&inner.node)),
            _ => scalar(item),
        };
        if text.is_none() {
            self.fault_at(
                item.at,
                &format!("`{}` holds {}", entry.key, item.value.called()),
                "each entry of the list is a name",
            );
        }
        text.filter(|text| !text.is_empty())
    }

    /// Says that `entry` is not `wanted`.
    pub(super) fn wrong(&mut self, entry: &Entry, wanted: &str) {
        let message = format!("`{}` is {}", entry.key, entry.node.value.called());
        self.fault_at(
            entry.node.at,
            &message,
            &format!("`{}` is {wanted}", entry.key),
        );
    }

    fn fault_at(&mut self, at: usize, message: &str, help: &str) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(*fault(self.text, at, message, help));
        }
    }

    /// A warning about `entry`.
    pub(super) fn warn(
        &mut self,
        code: &'static str,
        entry: &Entry,
        message: String,
        help: String,
    ) {
        if self.faults.len() < MAX_FAULTS {
            let warning = Diagnostic::warning(code, message);
            self.faults.push(warning.at(self.text, entry.at).help(help));
        }
    }
}

/// A value that fits on a line, trimmed, without control characters.
pub(super) fn scalar(node: &Node) -> Option<String> {
    match &node.value {
        Value::Text(text) | Value::Number(text) | Value::Date(text) => Some(clean(text)),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::List(_) | Value::Table(_) => None,
    }
}

/// One line: white space folded, control characters dropped.
pub(super) fn clean(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.chars().filter(|c| !c.is_control()));
    }
    line
}

fn truth(node: &Node) -> Option<bool> {
    match &node.value {
        Value::Bool(flag) => Some(*flag),
        Value::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" => Some(true),
            "false" | "no" | "off" => Some(false),
            _ => None,
        },
        _ => None,
    }
}
