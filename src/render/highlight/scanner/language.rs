//! What the scanner can know of a language: its words, its comments, its strings.

use std::collections::HashMap;

pub(super) struct Language {
    /// Class by word, of those that mean one thing wherever they stand.
    words: HashMap<&'static str, &'static str>,
    pub(super) forms: Forms,
}

/// All of a language but its words.
#[derive(Clone, Copy)]
pub(super) struct Forms {
    pub(super) names: Names,
    /// Words that are reserved only before another word: `data class`, but `data = 1`.
    pub(super) modifiers: &'static [&'static str],
    /// Words before the name of a type.
    pub(super) introduce: &'static [&'static str],
    pub(super) line_comment: &'static str,
    pub(super) nested_comments: bool,
    /// Longer openings first.
    pub(super) quotes: &'static [Quote],
    /// Whether `%d` within a string stands for a value.
    pub(super) placeholders: bool,
    pub(super) hash: Hash,
    /// What `@name` is, if it is one thing.
    pub(super) at: Option<&'static str>,
}

/// What tells the names of types, constants and values apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// A type is followed by what has it: `widget w`, `widget *w`.
    C,
    /// Types begin with capitals, but so do properties.
    CSharp,
    /// A type follows what has it: `w widget`.
    Go,
    /// Types begin with capitals, and nothing else does.
    Java,
    /// Nothing does, and words have no case.
    Sql,
}

/// What `#` begins.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Nothing,
    /// A directive, if it is the first of its line.
    Line,
    Word,
}

#[derive(Clone, Copy)]
pub(super) struct Quote {
    pub(super) open: &'static str,
    /// Empty where the opening names it, as in raw strings of C++: `R"x(…)x"`.
    pub(super) close: &'static str,
    pub(super) escape: Escape,
    pub(super) hole: Hole,
    /// Whether the text may go on in the next line.
    pub(super) lines: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    Nothing,
    Backslash,
    /// `''` within `'…'`.
    Doubled,
}

/// How code stands within a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hole {
    Nothing,
    /// `{…}`
    Brace,
    /// `${…}` and `$name`
    Dollar,
    /// `\(…)`
    Parenthesis,
}

impl Quote {
    /// A text of one line with escapes.
    pub(super) const fn new(open: &'static str, close: &'static str) -> Self {
        Self {
            open,
            close,
            escape: Escape::Backslash,
            hole: Hole::Nothing,
            lines: false,
        }
    }

    pub(super) const fn of_lines(self) -> Self {
        Self {
            lines: true,
            ..self
        }
    }

    pub(super) const fn escaping(self, escape: Escape) -> Self {
        Self { escape, ..self }
    }

    pub(super) const fn with(self, hole: Hole) -> Self {
        Self { hole, ..self }
    }
}

/// The words of one class, between spaces.
pub(super) type Words = (&'static str, &'static str);

impl Language {
    pub(super) fn new(forms: Forms, words: &[Words]) -> Self {
        let words = words
            .iter()
            .flat_map(|&(class, words)| words.split_whitespace().map(move |word| (word, class)))
            .collect();
        Self { words, forms }
    }

    pub(super) fn class_of(&self, word: &str) -> Option<&'static str> {
        // No word of theirs is longer.
        const LONGEST: usize = 24;
        if word.len() > LONGEST {
            return None;
        }
        if self.forms.names == Names::Sql {
            return self.words.get(word.to_ascii_lowercase().as_str()).copied();
        }
        self.words.get(word).copied()
    }
}
