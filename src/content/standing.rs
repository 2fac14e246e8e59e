//! What history asks of a version of a document: whether it says that it is a draft, and what of
//! it a reader would see change.

use std::borrow::Cow;

use super::fields;
use super::front_matter::{self, FrontMatter};
use super::keys::Keys;

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
    /// in white space or in other front matter. The same on every machine and in every run: FNV-1a.
    pub(crate) prose: u64,
}

impl Meaning {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let text = text(bytes);
        let mut hash = Fnv::default();
        let (draft, body) = match FrontMatter::read(&text) {
            Ok(matter) => {
                let mut keys = Keys::of(&matter, &text);
                hash.words(&keys.text(&["title"]).unwrap_or_default());
                (fields::draft(&mut keys), matter.body)
            }
            Err(_) => {
                let body = front_matter::split(&text).map_or(0, |split| split.body);
                (text.lines().take(200).any(says_draft), body)
            }
        };
        hash.byte(0);
        hash.words(&text[body..]);
        Self {
            draft,
            prose: hash.0,
        }
    }
}

fn text(bytes: &[u8]) -> Cow<'_, str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    String::from_utf8_lossy(bytes)
}

struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }

    /// The words with one space between.
    fn words(&mut self, text: &str) {
        if text.is_ascii() {
            self.joined(text.split_ascii_whitespace());
        } else {
            self.joined(text.split_whitespace());
        }
    }

    fn joined<'t>(&mut self, words: impl Iterator<Item = &'t str>) {
        for (index, word) in words.enumerate() {
            if index > 0 {
                self.byte(b' ');
            }
            word.bytes().for_each(|byte| self.byte(byte));
        }
    }
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
    fn the_fingerprint_is_the_same_for_ever() {
        assert_eq!(prose(b""), 0xaf63_bd4c_8601_b7df);
    }
}
