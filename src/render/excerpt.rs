//! The first words of a text, for lists and for those who describe it elsewhere.

/// Words of an excerpt.
const EXCERPT_WORDS: usize = 40;

/// The first words of a plain text, in one line.
pub(super) fn excerpt(plain: &str) -> String {
    let mut words = plain.split_whitespace();
    let mut excerpt = words
        .by_ref()
        .take(EXCERPT_WORDS)
        .collect::<Vec<_>>()
        .join(" ");
    if words.next().is_some() {
        excerpt.push('…');
    }
    excerpt
}
