//! The stretch of a document that shows best why it was found, with the words that were searched
//! for marked in it.

use std::ops::Range;

use super::document::{Field, Section};
use super::query::Query;
use super::words::words;

/// Words of an excerpt, and of those how many stand before the first that is marked.
const WORDS: usize = 36;
const BEFORE: usize = 8;
/// Bytes of an excerpt: words may be long.
const BYTES: usize = 600;
/// Marked words that are looked at in one document.
const MARKS: usize = 4000;

/// A piece of an excerpt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) marked: bool,
}

/// A word that was searched for.
#[derive(Debug)]
struct Mark {
    section: usize,
    /// Number of the word in its section, and where it stands.
    word: usize,
    at: Range<usize>,
    /// Place in the query.
    wanted: usize,
}

/// The best stretch; the beginning, where no word is in the text.
pub(super) fn excerpt(sections: &[Section], query: &Query) -> Vec<Piece> {
    let marks = marks(sections, query);
    let Some((first, last)) = best(&marks) else {
        let shown = |section: &&Section| section.field == Field::Body && !section.text.is_empty();
        let body = sections.iter().find(shown).or(sections.first());
        return body.map_or_else(Vec::new, |section| pieces(&section.text, 0, &[]));
    };
    let text = &sections[marks[first].section].text;
    let before = marks[first].word.saturating_sub(BEFORE);
    let mut number = 0;
    let mut start = 0;
    words(text, |_, at| {
        if number == before && before > 0 {
            start = at.start;
        }
        number += 1;
    });
    // What stands right before a word belongs to it: `--no-verify`, `#[test]`.
    let end = text[..start].rfind(char::is_whitespace);
    start = end.map_or(0, |end| {
        end + text[end..].chars().next().map_or(1, char::len_utf8)
    });
    if marks[first].at.start - start > BYTES / 2 {
        start = marks[first].at.start;
    }
    let section = marks[first].section;
    let inside = marks[first..]
        .iter()
        .take_while(|mark| mark.section == section);
    let ranges: Vec<Range<usize>> = inside.map(|mark| mark.at.clone()).collect();
    debug_assert!(last >= first);
    pieces(text, start, &ranges)
}

fn marks(sections: &[Section], query: &Query) -> Vec<Mark> {
    let mut marks = Vec::new();
    if query.words.is_empty() {
        return marks;
    }
    for (section, Section { text, .. }) in sections.iter().enumerate() {
        let mut word = 0;
        words(text, |found, at| {
            if marks.len() < MARKS
                && let Some(wanted) = query.place(found)
            {
                marks.push(Mark {
                    section,
                    word,
                    at,
                    wanted,
                });
            }
            word += 1;
        });
    }
    marks
}

/// The first and last mark of the stretch that holds the most different ones, and of those the one
/// where most follow each other as they were typed.
fn best(marks: &[Mark]) -> Option<(usize, usize)> {
    let value = |first: usize| {
        let from = &marks[first];
        let within =
            |mark: &&Mark| mark.section == from.section && mark.word - from.word < WORDS - BEFORE;
        let inside = marks[first..].iter().take_while(within);
        let (mut different, mut follow, mut last) = (0_u64, 0, first);
        let mut before: Option<&Mark> = None;
        for (index, mark) in inside.enumerate() {
            different |= 1 << mark.wanted;
            last = first + index;
            let follows =
                |before: &Mark| mark.word == before.word + 1 && mark.wanted == before.wanted + 1;
            follow += u32::from(before.is_some_and(follows));
            before = Some(mark);
        }
        let begins = from.wanted == 0;
        ((different.count_ones(), follow, begins), last)
    };
    let mut found: Option<((u32, u32, bool), usize, usize)> = None;
    for first in 0..marks.len() {
        let (worth, last) = value(first);
        if found.is_none_or(|(best, ..)| worth > best) {
            found = Some((worth, first, last));
        }
    }
    found.map(|(_, first, last)| (first, last))
}

/// A stretch of a text with its white space folded, cut between words.
fn pieces(text: &str, start: usize, marks: &[Range<usize>]) -> Vec<Piece> {
    let mut end = text.len();
    let mut count = 0;
    words(&text[start..], |_, at| {
        if count == WORDS {
            end = end.min(start + at.start);
        }
        count += 1;
    });
    let end = text.floor_char_boundary(end.min(start + BYTES));
    let mut pieces = Vec::new();
    let mut add = |range: Range<usize>, marked: bool| {
        let text = &text[range];
        if !text.is_empty() {
            pieces.push(Piece {
                text: spaced(text),
                marked,
            });
        }
    };
    let mut at = start;
    for mark in marks.iter().filter(|mark| mark.end <= end) {
        add(at..mark.start, false);
        add(mark.clone(), true);
        at = mark.end;
    }
    add(at..end, false);
    if start > 0 {
        pieces.insert(0, plain("… "));
    }
    if let Some(last) = pieces.last_mut().filter(|_| end < text.trim_end().len()) {
        last.text.truncate(last.text.trim_end().len());
        pieces.push(plain(" …"));
    }
    pieces
}

fn plain(text: &str) -> Piece {
    Piece {
        text: text.to_owned(),
        marked: false,
    }
}

fn spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len());
    for c in text.chars() {
        if !c.is_whitespace() && !c.is_control() {
            spaced.push(c);
        } else if !spaced.ends_with(' ') {
            spaced.push(' ');
        }
    }
    spaced
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(sections: &[(Field, &str)], query: &str) -> String {
        let sections = sections.iter();
        let sections: Vec<Section> = sections
            .map(|(field, text)| Section::new(*field, *text))
            .collect();
        let pieces = excerpt(&sections, &Query::parse(query));
        let pieces = pieces.iter().map(|piece| match piece.marked {
            true => format!("[{}]", piece.text),
            false => piece.text.clone(),
        });
        pieces.collect()
    }

    #[test]
    fn the_words_that_were_searched_for_are_marked() {
        let text = [(Field::Body, "A cat, and\nCats; no  concatenation.")];
        assert_eq!(shown(&text, "cat "), "A [cat], and Cats; no concatenation.");
        assert_eq!(
            shown(&text, "cat"),
            "A [cat], and [Cats]; no concatenation."
        );
        assert_eq!(shown(&text, "dog "), "A cat, and Cats; no concatenation.");
        assert_eq!(shown(&[(Field::Body, "Crème")], "creme "), "[Crème]");
        assert_eq!(shown(&[], "x"), "");
    }

    #[test]
    fn the_stretch_with_the_phrase_is_shown() {
        let filler = "word ".repeat(50);
        let body = format!("push {filler}");
        let code = format!("{filler}\n$ git push --no-verify origin\n{filler}");
        let text = [(Field::Body, body.as_str()), (Field::Code, code.as_str())];
        let shown = shown(&text, "git push --no-verify ");
        assert!(
            shown.contains("$ [git] [push] --[no]-[verify] origin"),
            "{shown}"
        );
        assert!(shown.starts_with("… ") && shown.ends_with(" …"), "{shown}");
    }

    #[test]
    fn an_excerpt_is_short_whatever_the_text() {
        for text in ["x".repeat(100_000), "a ".repeat(50_000), "é".repeat(9000)] {
            for query in ["x", "a ", "é", "none"] {
                let shown = shown(&[(Field::Code, &text)], query);
                assert!(shown.len() < BYTES * 4, "{}", shown.len());
            }
        }
    }
}
