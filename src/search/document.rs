//! A document as it is searched: its text in sections, each of a field that says how much a word in
//! it tells of the whole; and the same as the bytes it is kept as, for excerpts.

use super::codes::{put, take};

/// Bytes of text that are indexed of one document, and of those how many are kept for excerpts.
pub(crate) const LONGEST: usize = 1 << 20;
const KEPT: usize = 128 << 10;

/// Where a word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Title,
    Tag,
    Heading,
    Body,
    Code,
}

/// One stretch of text; phrases do not go over its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Section {
    pub(crate) field: Field,
    pub(crate) text: String,
}

impl Field {
    const ALL: [Self; 5] = [
        Self::Title,
        Self::Tag,
        Self::Heading,
        Self::Body,
        Self::Code,
    ];

    /// How much one occurrence counts.
    pub(super) fn weight(self) -> u32 {
        match self {
            Self::Title => 10,
            Self::Tag => 8,
            Self::Heading => 4,
            Self::Body => 2,
            Self::Code => 1,
        }
    }

    /// Whether an excerpt may show it: title and tags stand beside it anyway.
    pub(super) fn is_shown(self) -> bool {
        !matches!(self, Self::Title | Self::Tag)
    }
}

impl Section {
    pub(crate) fn new(field: Field, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { field, text }
    }
}

/// The bytes a document's text is kept as.
pub(super) fn encode(sections: &[Section], bytes: &mut Vec<u8>) {
    let mut room = KEPT;
    for Section { field, text } in sections.iter().filter(|section| section.field.is_shown()) {
        let text = cut(text, room);
        room -= text.len();
        bytes.push(*field as u8);
        put(bytes, text.len() as u32);
        bytes.extend_from_slice(text.as_bytes());
        if room == 0 {
            return;
        }
    }
}

/// The sections that were encoded; those that cannot be read are left out.
pub(super) fn decode(bytes: &[u8]) -> Vec<Section> {
    let mut at = 0;
    let one = || {
        let field = Field::ALL.get(usize::from(*bytes.get(at)?))?;
        at += 1;
        let length = take(bytes, &mut at)? as usize;
        let text = bytes.get(at..at.checked_add(length)?)?;
        at += length;
        let text = String::from_utf8_lossy(text).into_owned();
        Some(Section::new(*field, text))
    };
    std::iter::from_fn(one).collect()
}

/// So much of a text as fits.
pub(super) fn cut(text: &str, room: usize) -> &str {
    &text[..text.floor_char_boundary(room)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_excerpts_need_comes_back() {
        let sections = [
            Section::new(Field::Title, "Title"),
            Section::new(Field::Heading, "Höhe"),
            Section::new(Field::Code, "fn main() {}\n".repeat(20)),
            Section::new(Field::Body, ""),
        ];
        let mut bytes = Vec::new();
        encode(&sections, &mut bytes);
        assert_eq!(decode(&bytes), sections[1..]);
        for end in 0..bytes.len() {
            assert!(decode(&bytes[..end]).len() < 3);
        }
    }

    #[test]
    fn of_a_long_text_the_beginning_is_kept() {
        let mut bytes = Vec::new();
        encode(&[Section::new(Field::Body, "é".repeat(KEPT))], &mut bytes);
        assert!(bytes.len() < KEPT + 10);
        assert_eq!(decode(&bytes)[0].text.len(), KEPT);
    }
}
