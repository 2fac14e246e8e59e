//! What history asks of a version of a document: whether it says that it is a draft, and what of
//! it a reader would see change.

use std::borrow::Cow;

use super::fields;
use super::front_matter::plain::{self, Scalar};
use super::front_matter::{self, Format, FrontMatter};
use super::keys::Keys;
use crate::history::fingerprint;

/// Whether a version says of itself that it is a draft. Where its front matter cannot be read, a
/// line that says so is believed.
pub(super) fn is_draft(bytes: &[u8]) -> bool {
    Meaning::of(bytes).draft
}

/// `draft: true` in any format.
fn says_draft(line: &str) -> bool {
    let line: String = line
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\'' | ','))
        .take(12)
        .collect();
    let line = line.to_ascii_lowercase();
    line == "draft:true" || line == "draft=true"
}

/// What history asks of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Meaning {
    /// It says of itself that it is a draft.
    pub(crate) draft: bool,
    /// A fingerprint of the title stated and the words below, equal for versions that differ only
    /// in white space or in other front matter. The same on every machine and in every run.
    pub(crate) prose: u64,
}

impl Meaning {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let text = text(bytes);
        let said = Said::plainly(&text).unwrap_or_else(|| Said::at_length(&text));
        let mut words = Words::default();
        let title = words.fold(&said.title).fingerprint(0);
        Self {
            draft: said.draft,
            prose: words.fold(&text[said.body..]).fingerprint(title),
        }
    }
}

/// What front matter says of a version.
struct Said<'t> {
    draft: bool,
    title: Cow<'t, str>,
    body: usize,
}

impl<'t> Said<'t> {
    fn at_length(text: &'t str) -> Self {
        match FrontMatter::read(text) {
            Ok(matter) => {
                let mut keys = Keys::of(&matter, text);
                let title = keys.text(&["title"]).unwrap_or_default();
                Self {
                    draft: fields::draft(&mut keys),
                    title: title.into(),
                    body: matter.body,
                }
            }
            Err(_) => Self {
                draft: text.lines().take(200).any(says_draft),
                title: "".into(),
                body: front_matter::split(text).map_or(0, |split| split.body),
            },
        }
    }

    /// The same without reading all of the front matter; `None` where that could differ.
    fn plainly(text: &'t str) -> Option<Self> {
        let split = front_matter::split(text).ok()?;
        let block = match split.block {
            None => "",
            Some((Format::Yaml, range)) => &text[range],
            Some(_) => return None,
        };
        let mut said = Self {
            draft: false,
            title: "".into(),
            body: split.body,
        };
        for (key, value) in plain::read(block)? {
            let is = |name: &str| {
                let letters = key.bytes().filter(|byte| !matches!(byte, b'_' | b'-'));
                letters
                    .map(|byte| byte.to_ascii_lowercase())
                    .eq(name.bytes())
            };
            if is("title") {
                said.title = one_line(value)?.into();
            } else if is("draft") {
                said.draft = match value {
                    Scalar::Bare("true") => true,
                    Scalar::Bare("false") => false,
                    _ => return None,
                };
            } else if ["published", "permalink", "status"].into_iter().any(is) {
                hides_nothing(value)?;
            }
        }
        Some(said)
    }
}

/// A text that is one in every version of YAML.
fn one_line(value: Scalar<'_>) -> Option<&str> {
    match value {
        Scalar::Quoted(text) => Some(text),
        Scalar::Bare(text) => {
            let is_text = text.starts_with(|first: char| first.is_ascii_alphabetic())
                && !plain::is_special(text);
            (is_text || text.contains(' ')).then_some(text)
        }
        Scalar::Nothing | Scalar::List => None,
    }
}

/// A value that is none of those that make a draft.
fn hides_nothing(value: Scalar<'_>) -> Option<()> {
    let (Scalar::Bare(text) | Scalar::Quoted(text)) = value else {
        return None;
    };
    let text = text.to_ascii_lowercase();
    let hides = ["false", "draft", "hidden"]
        .iter()
        .any(|it| text.contains(it));
    (!hides).then_some(())
}

fn text(bytes: &[u8]) -> Cow<'_, str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    // To replace what is no UTF-8 takes longer, also where nothing has to be replaced.
    str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// The words of a text with one space between.
#[derive(Default)]
struct Words {
    bytes: Vec<u8>,
    end: usize,
}

impl Words {
    fn fold(&mut self, text: &str) -> &Self {
        // Behind the last word stands a space for a while.
        let room = self.bytes.len().max(text.len() + 1);
        self.bytes.resize(room, 0);
        self.end = 0;
        let mut gap = true;
        for line in text.split_inclusive('\n') {
            gap = if line.is_ascii() {
                self.ascii(line.as_bytes(), gap)
            } else {
                self.words(line, gap)
            };
        }
        self.end -= usize::from(gap && self.end > 0);
        self
    }

    /// Adds a line; `gap` says whether a space or nothing stands before it, as does the answer for
    /// the next. Most pieces of text have no white space but single spaces, and stay as they are.
    fn ascii(&mut self, line: &[u8], mut gap: bool) -> bool {
        let (pieces, rest) = line.as_chunks();
        for piece in pieces {
            gap = match folded_already(*piece, gap) {
                Some(gap) => {
                    self.add(piece);
                    gap
                }
                None => self.bytes(piece, gap),
            };
        }
        self.bytes(rest, gap)
    }

    /// The same byte by byte; without a branch for each, which could not be foretold.
    fn bytes(&mut self, bytes: &[u8], mut gap: bool) -> bool {
        for &byte in bytes {
            let white = matches!(byte, b' ' | b'\t'..=b'\r');
            self.bytes[self.end] = if white { b' ' } else { byte };
            self.end += usize::from(!(white && gap));
            gap = white;
        }
        gap
    }

    fn words(&mut self, line: &str, gap: bool) -> bool {
        if !gap {
            self.add(b" ");
        }
        for word in line.split_whitespace() {
            self.add(word.as_bytes());
            self.add(b" ");
        }
        true
    }

    fn add(&mut self, bytes: &[u8]) {
        self.bytes[self.end..self.end + bytes.len()].copy_from_slice(bytes);
        self.end += bytes.len();
    }

    fn fingerprint(&self, seed: u64) -> u64 {
        fingerprint(seed, &self.bytes[..self.end])
    }
}

/// Whether eight ASCII characters end with a space, if all white space among them, and before them
/// if there is a `gap`, is single spaces.
fn folded_already(piece: [u8; 8], gap: bool) -> Option<bool> {
    const EACH: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = EACH << 7;
    let piece = u64::from_le_bytes(piece);
    let controls = piece.wrapping_sub(EACH * 0x20) & !piece & HIGH;
    // The high bit of each byte that is a space: no sum of two seven-bit numbers runs over.
    let spaces = !((piece ^ (EACH * 0x20)) + (HIGH - EACH)) & HIGH;
    let doubled = spaces & (spaces << 8 | u64::from(gap) << 7);
    (controls | doubled == 0).then_some(spaces >> 63 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prose(bytes: &[u8]) -> u64 {
        Meaning::of(bytes).prose
    }

    #[test]
    fn a_version_says_whether_it_is_a_draft() {
        assert!(is_draft(b"---\ndraft: true\n---\nx"));
        assert!(is_draft(b"\xef\xbb\xbf+++\r\ndraft = true\r\n+++\r\nx"));
        assert!(is_draft(b"---\ndraft: true\ntitle: [\n---\nx"));
        assert!(!is_draft(b"---\ntitle: [\n---\nx"));
        assert!(!is_draft(b"draft: words\n"));
        assert!(!is_draft(b"\xff\xfe\x00"));
    }

    #[test]
    fn only_words_and_title_count() {
        let first = prose(b"---\ntitle: A\ntags: [x]\n---\nOne  two\r\nthree\n");
        assert_eq!(first, prose(b"+++\ntitle = \"A\"\n+++\n\nOne two three"));
        assert_ne!(first, prose(b"+++\ntitle = \"B\"\n+++\n\nOne two three"));
        assert_ne!(first, prose(b"+++\ntitle = \"A\"\n+++\n\nOne two threE"));
        assert_ne!(prose(b"a b"), prose(b"ab"));
    }

    #[test]
    fn white_space_of_every_kind_is_folded_also_beside_other_letters() {
        let first = prose("Über den\u{a0}Wolken\nin May".as_bytes());
        for same in [
            " Über\tden  Wolken in\u{b}\r\n May \u{2003}\n",
            "Über\n\u{3000}\nden Wolken in\nMay",
        ] {
            assert_eq!(first, prose(same.as_bytes()), "{same:?}");
        }
        assert_ne!(first, prose("Über denWolken in May".as_bytes()));
        assert_ne!(prose(b"12345678"), prose(b"12345678\0"));
    }

    #[test]
    fn pieces_are_folded_as_single_bytes_are() {
        let letters = [b'a', b' ', b'\t', b'\n', 0x1f, b'!', 0x7f, 0];
        for seed in 0..100_000_u64 {
            let dice = |at: u64| {
                seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)
                    .rotate_left(at as u32 * 3)
            };
            let text: Vec<u8> = (0..19).map(|at| letters[dice(at) as usize % 8]).collect();
            let (mut one, mut other) = (Words::default(), Words::default());
            (one.bytes, other.bytes) = (vec![0; 20], vec![0; 20]);
            let gap = seed % 2 == 0;
            assert_eq!(one.ascii(&text, gap), other.bytes(&text, gap));
            assert_eq!(one.bytes[..one.end], other.bytes[..other.end], "{text:?}");
        }
    }

    #[test]
    fn what_plain_lines_say_is_what_the_whole_reader_finds() {
        let lines = [
            "title: A day",
            "title: 'One  day'",
            "title: 10 days",
            "title: 1.10",
            "title: yes",
            "title:",
            "Title: B",
            "draft: true",
            "draft: false",
            "draft: no",
            "published: false",
            "published: 2024-05-01",
            "permalink: false",
            "status: draft",
            "status: published",
            "tags: [a, b]",
        ];
        for first in lines {
            for second in lines {
                let text = format!("---\n{first}\n{second}\n---\nWords\n");
                let long = Said::at_length(&text);
                if let Some(said) = Said::plainly(&text) {
                    let words = |said: &Said<'_>| said.title.split_whitespace().count();
                    assert_eq!((said.draft, said.body), (long.draft, long.body), "{text}");
                    assert_eq!(words(&said), words(&long), "{text}");
                }
            }
        }
    }

    #[test]
    fn the_fingerprint_is_the_same_for_ever() {
        assert_eq!(prose(b""), 0x0e46_461a_a84c_41d3);
    }
}
