//! What somebody searches for, read from what they typed: words, phrases, beginnings of words, tags
//! and authors. Every text means something; what cannot be searched for is left out.

use std::ops::Range;

use super::words::{folded, words};

/// Characters of a query, and words; what is more is not looked for.
pub(crate) const LONGEST: usize = 400;
const WORDS: usize = 32;
const FILTERS: usize = 8;
/// Characters of a word whose beginning is searched for without being asked.
const BEGINNING: usize = 2;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Query {
    /// All of them, in the order they were typed in.
    pub(super) words: Vec<Wanted>,
    /// Which of them belong together.
    pub(super) units: Vec<Unit>,
    /// Folded names.
    tags: Vec<String>,
    authors: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Folded.
    pub(super) text: String,
    /// Longer words count too.
    pub(super) begins: bool,
}

/// Words that stand together: a phrase in quotes, or code such as `std::io::Error`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) words: Range<usize>,
    /// What does not have it is not found.
    pub(super) required: bool,
}

impl Query {
    pub(crate) fn parse(text: &str) -> Self {
        let end = text.char_indices().nth(LONGEST);
        let mut rest = text[..end.map_or(text.len(), |(at, _)| at)].trim_start();
        let mut query = Self::default();
        while !rest.is_empty() {
            rest = query.take(rest).trim_start();
        }
        query
    }

    /// Takes one thing from a text that has one; gives what follows.
    fn take<'t>(&mut self, text: &'t str) -> &'t str {
        if let Some(quoted) = text.strip_prefix('"') {
            let (phrase, rest) = quoted.split_once('"').unwrap_or((quoted, ""));
            self.unit(phrase, true, false);
            return rest;
        }
        for (name, is_tag) in [("tag:", true), ("author:", false)] {
            let begins = text.get(..name.len());
            if !begins.is_some_and(|begins| begins.eq_ignore_ascii_case(name)) {
                continue;
            }
            let value = &text[name.len()..];
            let (value, rest) = match value.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
                None => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
            };
            let filters = if is_tag {
                &mut self.tags
            } else {
                &mut self.authors
            };
            let name = folded(value);
            if !name.is_empty() && filters.len() < FILTERS {
                filters.push(name);
                return rest;
            }
        }
        let (chunk, rest) = text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()));
        let asked = chunk.ends_with('*');
        let last = rest.is_empty() && chunk.ends_with(char::is_alphanumeric);
        self.unit(chunk, false, asked);
        if let Some(word) = self.words.last_mut().filter(|_| last) {
            word.begins |= word.text.chars().nth(BEGINNING - 1).is_some();
        }
        rest
    }

    fn unit(&mut self, text: &str, required: bool, begins: bool) {
        let first = self.words.len();
        words(text, |word, _| {
            if self.words.len() < WORDS {
                self.words.push(Wanted {
                    text: word.to_owned(),
                    begins: false,
                });
            }
        });
        let words = first..self.words.len();
        if words.is_empty() {
            return;
        }
        if let Some(word) = self.words.last_mut() {
            word.begins = begins;
        }
        self.units.push(Unit { words, required });
    }

    /// Whether there is nothing in it to search for.
    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty() && !self.filters()
    }

    pub(crate) fn filters(&self) -> bool {
        !(self.tags.is_empty() && self.authors.is_empty())
    }

    /// Whether what bears these tags and is by these authors passes the filters. Each tag and
    /// author is given by all names it goes by.
    pub(crate) fn admits(&self, tags: &[&[&str]], authors: &[&[&str]]) -> bool {
        let all = |wanted: &[String], given: &[&[&str]]| {
            wanted.iter().all(|wanted| {
                let mut names = given.iter().copied().flatten();
                names.any(|name| folded(name) == *wanted)
            })
        };
        all(&self.tags, tags) && all(&self.authors, authors)
    }

    /// Whether a folded word is one that was searched for; gives which.
    pub(super) fn place(&self, word: &str) -> Option<usize> {
        let is = |wanted: &Wanted| {
            wanted.text == word || (wanted.begins && word.starts_with(&wanted.text))
        };
        self.words.iter().position(is)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Units as text: quotes where one is required, `*` where a word goes on.
    fn shown(text: &str) -> String {
        let query = Query::parse(text);
        let unit = |unit: &Unit| {
            let words = query.words[unit.words.clone()].iter();
            let words: Vec<String> = words
                .map(|word| format!("{}{}", word.text, if word.begins { "*" } else { "" }))
                .collect();
            let words = words.join("+");
            if unit.required {
                format!("\"{words}\"")
            } else {
                words
            }
        };
        let mut shown: Vec<String> = query.units.iter().map(unit).collect();
        shown.extend(query.tags.iter().map(|tag| format!("#{tag}")));
        shown.extend(query.authors.iter().map(|author| format!("@{author}")));
        shown.join(" ")
    }

    #[test]
    fn a_query_is_read_as_it_is_meant() {
        for (text, expected) in [
            ("", ""),
            ("  ,;  ", ""),
            ("Git PUSH ", "git push"),
            ("git pus", "git pus*"),
            ("a", "a"),
            ("wor* la ", "wor* la"),
            ("\"git push\" now ", "\"git+push\" now"),
            ("\"git pus", "\"git+pus\""),
            ("error[E0502]: x ", "error+e0502 x"),
            ("std::io::Err", "std+io+err*"),
            (
                "tag:Rust TAG:\"two words\" author:ann x ",
                "x #rust #two words @ann",
            ),
            ("tag: x tag:\"\" ", "tag x tag"),
            ("tag:", "tag"),
            ("metatag:rust ", "metatag+rust"),
            ("東京 ", "東+京"),
            ("\"\"\"\"", ""),
            ("crème", "creme*"),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }

    #[test]
    fn no_text_is_too_much() {
        for text in [
            "\"".repeat(10_000),
            "a ".repeat(10_000),
            "tag:a ".repeat(5000),
        ] {
            let query = Query::parse(&text);
            assert!(query.words.len() <= WORDS && query.tags.len() <= FILTERS);
        }
        assert!(Query::parse("🎉 \u{202e} \u{0}").is_empty());
        assert_eq!(shown("\u{202e}שלום "), "שלום");
        assert_eq!(shown("tag:é"), "#e");
    }

    #[test]
    fn filters_go_by_any_name() {
        let query = Query::parse("tag:c-sharp author:\"Zoë Q\"");
        assert!(query.filters() && !query.is_empty());
        assert!(query.admits(&[&["c-sharp", "C♯"]], &[&["zq", "Zoë Q"]]));
        assert!(!query.admits(&[&["rust"]], &[&["zq", "Zoë Q"]]));
        assert!(!query.admits(&[&["c-sharp"]], &[]));
    }
}
