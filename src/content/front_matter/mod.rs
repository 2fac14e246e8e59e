//! What stands above the words: the block that opens a document, whichever generator's habit it
//! follows. This module finds it and reads it into one shape; `fields` says what its keys mean.
//!
//! All positions are bytes of the document, so that a diagnostic counts lines in the file.

mod headers;
mod json;
pub(super) mod plain;
mod tables;
mod value;
mod yaml;

use std::ops::Range;

pub(super) use value::{Entry, Node, Value};

use crate::diagnostic::Diagnostic;

/// Larger blocks are refused unread.
const MAX_BYTES: usize = 64 * 1024;
/// Tables and lists within each other.
const MAX_DEPTH: usize = 32;

/// How a block is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Between lines of `+++`.
    Toml,
    /// Between lines of `---`.
    Yaml,
    /// An object in braces.
    Json,
    /// Bare `Key: value` lines up to the first blank one.
    Headers,
}

/// Where a document's front matter and words are.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Split {
    /// Its format and bytes, without fences; `None` where there is none.
    pub(super) block: Option<(Format, Range<usize>)>,
    /// Where the words begin.
    pub(super) body: usize,
}

/// The front matter of one document.
#[derive(Debug)]
pub(super) struct FrontMatter {
    pub(super) format: Option<Format>,
    pub(super) entries: Vec<Entry>,
    /// Where the words begin.
    pub(super) body: usize,
}

impl FrontMatter {
    /// Reads the block that opens `text`, if any. The diagnostic names no file yet.
    pub(super) fn read(text: &str) -> Result<Self, Box<Diagnostic>> {
        let split = split(text)?;
        let Some((format, range)) = split.block else {
            return Ok(Self {
                format: None,
                entries: Vec::new(),
                body: split.body,
            });
        };
        if range.len() > MAX_BYTES {
            return Err(fault(
                text,
                0,
                "the front matter is larger than 64 KiB",
                "move what is prose below the front matter",
            ));
        }
        let entries = match format {
            Format::Toml => tables::read(text, range),
            Format::Yaml => yaml::read(text, range),
            Format::Json => json::read(text, range),
            Format::Headers => Ok(headers::read(text, range)),
        }?;
        if let Some(at) = value::too_deep(&entries, MAX_DEPTH) {
            return Err(fault(
                text,
                at,
                "the front matter is nested too deeply",
                "byline reads 32 levels",
            ));
        }
        Ok(Self {
            format: Some(format),
            entries,
            body: split.body,
        })
    }
}

/// Finds the block that opens `text`, without reading it. Blank lines above a fence do not count:
/// a draft must not go out for one.
pub(super) fn split(text: &str) -> Result<Split, Box<Diagnostic>> {
    let blank = text.split_inclusive('\n');
    let blank = blank.take_while(|line| line.trim().is_empty());
    let above = blank.map(str::len).sum();
    let first = text[above..].lines().next().unwrap_or_default().trim_end();
    match first {
        "+++" => fenced((text, above), Format::Toml, &["+++"]),
        "---" => fenced((text, above), Format::Yaml, &["---", "..."]),
        _ if json::opens(text) => Ok(json::split(text)),
        _ => Ok(headers::split(text).unwrap_or(Split {
            block: None,
            body: 0,
        })),
    }
}

/// The block whose fence stands below so many bytes of blank lines.
fn fenced(
    (text, above): (&str, usize),
    format: Format,
    closing: &[&str],
) -> Result<Split, Box<Diagnostic>> {
    let mut lines = text[above..].split_inclusive('\n');
    let start = above + lines.next().map_or(0, str::len);
    let mut end = start;
    for line in lines {
        let body = end + line.len();
        if closing.contains(&line.trim_end()) {
            return Ok(Split {
                block: Some((format, start..end)),
                body,
            });
        }
        end = body;
    }
    // A `---` above a blank line or nothing is a rule across the page, and so is one below a blank
    // line and above prose.
    let next = text[start..].lines().next().unwrap_or_default();
    let is_rule = next.trim().is_empty() || above > 0 && !next.contains(':');
    if format == Format::Yaml && is_rule {
        return Ok(Split {
            block: None,
            body: 0,
        });
    }
    let fence = closing[0];
    Err(fault(
        text,
        above,
        &format!("front matter is opened by `{fence}` and never closed"),
        &format!("add a line of `{fence}` below the last key"),
    ))
}

/// An error in the front matter at byte `at` of `text`, and what to do about it.
pub(super) fn fault(text: &str, at: usize, message: &str, help: &str) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error("front-matter", message)
            .at(text, at)
            .help(help),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<(String, Value)> {
        FrontMatter::read(text)
            .unwrap()
            .entries
            .into_iter()
            .map(|entry| (entry.key, entry.node.value))
            .collect()
    }

    fn body(text: &str) -> &str {
        &text[FrontMatter::read(text).unwrap().body..]
    }

    fn refused(text: &str) -> Diagnostic {
        *FrontMatter::read(text).unwrap_err()
    }

    fn title(text: &str) -> (String, Value) {
        ("title".to_owned(), Value::Text(text.to_owned()))
    }

    #[test]
    fn four_formats_say_the_same() {
        for text in [
            "+++\ntitle = \"A\"\n+++\nBody\n",
            "---\ntitle: A\n---\nBody\n",
            "---\r\ntitle: A\r\n...\r\nBody\n",
            "{\n  \"title\": \"A\"\n}\nBody\n",
            "title: A\n\nBody\n",
        ] {
            assert_eq!(keys(text), [title("A")], "{text:?}");
            assert_eq!(body(text).trim_start(), "Body\n", "{text:?}");
        }
        for above in ["\n", "\r\n", "  \n\n"] {
            for fence in ["---\ntitle: A\n---\n", "+++\ntitle = \"A\"\n+++\n"] {
                let text = format!("{above}{fence}Body\n");
                assert_eq!(keys(&text), [title("A")], "{text:?}");
                assert_eq!(body(&text), "Body\n", "{text:?}");
            }
        }
        assert_eq!(refused("\n---\ntitle: A\n").line, Some(2));
        assert_eq!(body("---\n---\nBody"), "Body");
        assert_eq!(body("---\n# nothing yet\n---\nBody"), "Body");
    }

    #[test]
    fn words_are_not_taken_for_front_matter() {
        for text in [
            "",
            "Body",
            "---\n\nA rule above.\n",
            "\n---\nA rule below a blank line.\n",
            "---",
            "{{< figure >}}\n",
            "{% raw %}\n",
            "{: .class}\n",
            "Note: this is prose.\n\nMore",
            "Title: a\nwraps here\n\nx",
            "# Title: x\n",
            "https://example.org: see\n",
        ] {
            assert_eq!(body(text), text, "{text:?}");
        }
    }

    #[test]
    fn an_unclosed_fence_is_shown_where_it_opens() {
        for text in ["+++\ntitle = \"A\"\n\nBody", "---\ntitle: A\n\nBody"] {
            let found = refused(text);
            assert_eq!((found.line, found.column), (Some(1), Some(1)));
            assert!(found.help.unwrap().contains("add a line"));
        }
    }

    #[test]
    fn mistakes_are_counted_in_the_file() {
        let toml = refused("+++\ntitle = \"A\"\ndate = = 3\n+++\n");
        assert_eq!(
            (toml.line, toml.snippet.as_deref()),
            (Some(3), Some("date = = 3"))
        );
        let yaml = refused("---\ntitle: A\ntags: [a, b\n---\nBody\n");
        assert!(matches!(yaml.line, Some(3 | 4)), "{yaml}");
        let json = refused("{\n\"title\": \"A\",\n\"tags\": [,]\n}\n");
        assert_eq!((json.line, json.column), (Some(3), Some(10)));
    }

    #[test]
    fn bombs_are_refused() {
        let mut bomb = "---\na: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for (next, last) in "bcdefghi".chars().zip("abcdefgh".chars()) {
            let copies = vec![format!("*{last}"); 9].join(", ");
            bomb.push_str(&format!("{next}: &{next} [{copies}]\n"));
        }
        bomb.push_str("---\n");
        assert_eq!(refused(&bomb).code, "front-matter");

        let deep = |open: &str, close: &str, levels: usize| {
            format!("{}1{}", open.repeat(levels), close.repeat(levels))
        };
        let nested = deep("[", "]", 30_000);
        for text in [
            format!("---\na: {nested}\n---\n"),
            format!("+++\na = {nested}\n+++\n"),
            format!("{{\"a\": {nested}}}\n"),
            format!("+++\n{}a = 1\n+++\n", "a.".repeat(30_000)),
            format!("---\n{}\n---\n", "- ".repeat(30_000)),
            format!("---\n{}: 1\n---\n", "? ".repeat(30_000)),
            format!("---\na: {}\n---\n", deep("[", "]", 40)),
            format!("+++\na = {}\n+++\n", deep("[", "]", 40)),
            format!("{{\"a\": {}}}\n", deep("[", "]", 40)),
        ] {
            assert_eq!(refused(&text).code, "front-matter", "{}", &text[..40]);
        }
    }

    #[test]
    fn more_than_64_kib_is_refused() {
        let long = "x".repeat(MAX_BYTES);
        for text in [
            format!("+++\ntitle = \"{long}\"\n+++\n"),
            format!("---\ntitle: {long}\n---\n"),
            format!("{{\"title\": \"{long}\"}}\n"),
        ] {
            assert!(refused(&text).message.contains("64 KiB"));
        }
    }

    #[test]
    fn no_truncation_and_no_nul_panics() {
        for good in [
            "+++\ntitle = \"Ünï\"\ndate = 2024-05-01T10:00:00Z\n[taxonomies]\ntags = [\"a\"]\n+++\nBody",
            "---\ntitle: \"Ünï\"\ntags: [a, &x b]\nmore: *x\nlong: >\n  folded\n  text\n---\nBody",
            "{\n\"title\": \"\\u00dc\",\n\"tags\": [\"a\", {\"b\": 1.5}]\n}\nBody",
            "Title: Ünï\nTags: a,\n b\n\nBody",
        ] {
            let mut read = 0;
            for end in (0..=good.len()).filter(|end| good.is_char_boundary(*end)) {
                let cut = format!("{}\0{}", &good[..end], &good[end..]);
                read += usize::from(FrontMatter::read(&good[..end]).is_ok());
                read += usize::from(FrontMatter::read(&cut).is_ok());
                read += usize::from(FrontMatter::read(&cut.replace('\n', "\r\n")).is_ok());
            }
            assert!(read > 3, "{good}");
        }
    }
}
