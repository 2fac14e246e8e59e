//! HTML taken apart: texts, start tags and end tags, as a browser's tokenizer would find them. It
//! never fails: what is no tag is text (HTML standard, section 13.2.5).

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use entities::ENTITIES;

/// Names as written to what they stand for. Only those that end in a semicolon: the others are
/// for compatibility, and Markdown has resolved them already.
static NAMED: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    ENTITIES
        .iter()
        .filter(|entity| entity.entity.ends_with(';'))
        .map(|entity| (entity.entity, entity.characters))
        .collect()
});

/// Bytes of the longest name of a character.
const LONGEST_NAME: usize = 32;

/// One thing found in HTML.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Item<'a> {
    Text(&'a str),
    Open {
        name: Cow<'a, str>,
        attributes: Vec<(&'a str, &'a str)>,
    },
    Close {
        name: Cow<'a, str>,
    },
}

/// Walks over HTML once, from front to back.
pub(super) struct Markup<'a> {
    rest: &'a str,
}

impl<'a> Markup<'a> {
    pub(super) fn new(html: &'a str) -> Self {
        Self { rest: html }
    }

    /// Skips the content of an element that holds no markup (`<script>`), up to its end tag.
    pub(super) fn skip_until_end_of(&mut self, name: &str) {
        let bytes = self.rest.as_bytes();
        let end = self.rest.match_indices("</").find(|(at, _)| {
            bytes
                .get(at + 2..at + 2 + name.len())
                .is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
        });
        self.rest = end.map_or("", |(at, _)| &self.rest[at..]);
    }

    /// Skips comments and declarations. A loop, because a text may hold a hundred thousand.
    fn skip_unseen(&mut self) {
        loop {
            let end = if self.rest.starts_with("<!--") {
                // `<!-->` is a whole comment: the search begins inside the opening.
                self.rest[2..].find("-->").map(|at| at + 5)
            } else if self.rest.starts_with("<!") || self.rest.starts_with("<?") {
                self.rest.find('>').map(|at| at + 1)
            } else {
                return;
            };
            self.rest = end.map_or("", |end| &self.rest[end..]);
        }
    }

    /// What begins with `<`, if it is a tag. One that does not end takes the rest with it.
    fn tag(&mut self) -> Option<Item<'a>> {
        let after = self.rest.strip_prefix('<')?;
        let closing = after.starts_with('/');
        let body = &after[usize::from(closing)..];
        if !body.starts_with(|first: char| first.is_ascii_alphabetic()) {
            return None;
        }
        let end = body.find(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>');
        let (name, behind) = body.split_at(end.unwrap_or(body.len()));
        let (attributes, rest) = attributes(behind);
        self.rest = rest;
        let name = lowercase(name);
        Some(if closing {
            Item::Close { name }
        } else {
            Item::Open { name, attributes }
        })
    }
}

impl<'a> Iterator for Markup<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        self.skip_unseen();
        if self.rest.is_empty() {
            return None;
        }
        if let Some(tag) = self.tag() {
            return Some(tag);
        }
        let first = self.rest.chars().next().map_or(0, char::len_utf8);
        let end = self.rest[first..].find('<').map(|at| at + first);
        let (text, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        Some(Item::Text(text))
    }
}

fn lowercase(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

/// The attributes behind a tag's name, as written, and what follows the tag.
fn attributes(text: &str) -> (Vec<(&str, &str)>, &str) {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() {
            return (found, rest);
        }
        if let Some(behind) = rest.strip_prefix('>') {
            return (found, behind);
        }
        // A name may begin with `=`; so one character is always taken.
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let end = rest[first..].find(|c: char| c.is_ascii_whitespace() || "/>=".contains(c));
        let (name, behind) = rest.split_at(end.map_or(rest.len(), |at| at + first));
        let (value, behind) = match behind.trim_ascii_start().strip_prefix('=') {
            Some(written) => value(written.trim_ascii_start()),
            None => ("", behind),
        };
        found.push((name, value));
        rest = behind;
    }
}

/// An attribute's value, quoted or not, and what follows it.
fn value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote) {
            return inside.split_once(quote).unwrap_or((inside, ""));
        }
    }
    let end = text.find(|c: char| c.is_ascii_whitespace() || c == '>');
    text.split_at(end.unwrap_or(text.len()))
}

/// `text` with its character references resolved; one that names nothing stays as it is.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let name = rest[1..].bytes().take(LONGEST_NAME);
        let end = name
            .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#')
            .count();
        let ended = rest[1 + end..].starts_with(';');
        let (reference, behind) = rest.split_at(if ended { end + 2 } else { 1 });
        match numeric(reference) {
            Some(character) => decoded.push(character),
            None => decoded.push_str(NAMED.get(reference).copied().unwrap_or(reference)),
        }
        rest = behind;
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

/// `&#39;` and `&#x27;`. Control characters, which HTML has no way to write, are replaced.
fn numeric(reference: &str) -> Option<char> {
    let number = reference.strip_prefix("&#")?.strip_suffix(';')?;
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
        None => number.parse().ok()?,
    };
    let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    let unwritable = character.is_control() && !character.is_ascii_whitespace();
    Some(if unwritable {
        char::REPLACEMENT_CHARACTER
    } else {
        character
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(html: &str) -> String {
        let shown = Markup::new(html).map(|item| match item {
            Item::Text(text) => format!("'{text}'"),
            Item::Open { name, attributes } => format!("{name}{attributes:?}"),
            Item::Close { name } => format!("/{name}"),
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn tags_are_found_as_a_browser_finds_them() {
        for (html, expected) in [
            ("a<B c=d>e</b>", r#"'a' b[("c", "d")] 'e' /b"#),
            (
                "<a b='>' c=\"'\" d>",
                r#"a[("b", ">"), ("c", "'"), ("d", "")]"#,
            ),
            ("<a b = c/d>e", r#"a[("b", "c/d")] 'e'"#),
            ("<br/>", "br[]"),
            ("1 < 2 <3", "'1 ' '< 2 ' '<3'"),
            ("<<p>", "'<' p[]"),
            (
                "a<!-- <p> -->b<!-->c<!DOCTYPE x>d<?php e",
                "'a' 'b' 'c' 'd'",
            ),
            ("a<p b=\"", r#"'a' p[("b", "")]"#),
            ("a</", "'a' '</'"),
            ("<p =>>", r#"p[("=", "")] '>'"#),
            ("é<é>", "'é' '<é>'"),
        ] {
            assert_eq!(items(html), expected, "{html}");
        }
    }

    #[test]
    fn a_script_is_skipped_up_to_its_own_end() {
        let mut markup = Markup::new("<script>a</b>'</SCRIPT>c");
        markup.next();
        markup.skip_until_end_of("script");
        let end = Item::Close {
            name: Cow::Borrowed("script"),
        };
        assert_eq!(markup.next(), Some(end));
        assert_eq!(markup.next(), Some(Item::Text("c")));
    }

    #[test]
    fn references_become_characters_once() {
        for (text, expected) in [
            ("a &amp;amp; &lt;", "a &amp; <"),
            ("&#39;&#x27;&#X27;", "'''"),
            ("&eacute;&hellip;", "é…"),
            ("AT&T &amp; co", "AT&T & co"),
            ("&nosuch; & &;", "&nosuch; & &;"),
            (
                "&#0;&#xD800;&#99999999999;",
                "\u{fffd}\u{fffd}&#99999999999;",
            ),
            ("&ééééééééééééééééé;", "&ééééééééééééééééé;"),
        ] {
            assert_eq!(decoded(text), expected);
        }
    }
}
