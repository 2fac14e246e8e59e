//! Texts in quotes, with what in them is none: escapes, placeholders, and code, which stands in a
//! hole of the text.

use super::language::{Escape, Hole, Quote};
use super::{Scanner, is_word, run};

/// What is found within a text, and how long it is.
enum Part {
    Same(usize),
    Escape(usize),
    Variable(usize),
    Hole(usize),
}

impl Hole {
    pub(super) fn opens_with(self, bracket: char) -> bool {
        bracket == if self == Self::Parenthesis { '(' } else { '{' }
    }

    pub(super) fn closes_with(self, bracket: char) -> bool {
        bracket == if self == Self::Parenthesis { ')' } else { '}' }
    }
}

impl Scanner<'_, '_, '_> {
    /// Reads a text if one begins here.
    pub(super) fn quote(&mut self) -> bool {
        let rest = self.rest();
        let mut quotes = self.language.forms.quotes.iter();
        let Some(quote) = quotes.find(|quote| rest.starts_with(quote.open)) else {
            return false;
        };
        if quote.close.is_empty() {
            self.show(Some("hl-string"), raw(rest, quote.open.len()));
        } else {
            self.text(quote, quote.open.len());
        }
        true
    }

    /// Reads a text of which `read` bytes are known to be, up to its end or its first hole.
    pub(super) fn text(&mut self, quote: &'static Quote, read: usize) {
        const STRING: Option<&str> = Some("hl-string");
        let close = quote.close.as_bytes();
        let bytes = self.code.as_bytes();
        let mut end = self.at + read;
        while let Some(&byte) = bytes.get(end) {
            if byte == close[0] && bytes[end..].starts_with(close) {
                let doubled = quote.escape == Escape::Doubled
                    && bytes[end + close.len()..].starts_with(close);
                if !doubled {
                    return self.show(STRING, end + close.len() - self.at);
                }
            }
            if byte == b'\n' && !quote.lines {
                break;
            }
            let (class, length) = match self.part(quote, byte, end) {
                Part::Same(length) => {
                    end += length;
                    continue;
                }
                Part::Escape(length) => (Some("hl-escape"), length),
                Part::Variable(length) => (Some("hl-variable"), length),
                Part::Hole(length) => (None, length),
            };
            self.show(STRING, end - self.at);
            self.show(class, length);
            end = self.at;
            if class.is_none() {
                self.holes.push((quote, 0));
                return;
            }
        }
        self.show(STRING, end - self.at);
    }

    fn part(&self, quote: &Quote, byte: u8, at: usize) -> Part {
        let after = |from: usize| &self.code[at + from..];
        match (byte, quote.hole) {
            // It closes nothing: the other one is there.
            (b'"' | b'\'', _)
                if quote.escape == Escape::Doubled && quote.close == &self.code[at..=at] =>
            {
                Part::Escape(2)
            }
            (b'{', Hole::Brace) if after(1).starts_with('{') => Part::Escape(2),
            (b'}', Hole::Brace) if after(1).starts_with('}') => Part::Escape(2),
            (b'{', Hole::Brace) => Part::Hole(1),
            (b'$', Hole::Dollar) if after(1).starts_with('{') => Part::Hole(2),
            (b'$', Hole::Dollar) => match run(after(1), is_word) {
                0 => Part::Same(1),
                name => Part::Variable(1 + name),
            },
            (b'\\', Hole::Parenthesis) if after(1).starts_with('(') => Part::Hole(2),
            (b'\\', _) if quote.escape == Escape::Backslash => Part::Escape(1 + escaped(after(1))),
            (b'%', _) if self.language.forms.placeholders => {
                placeholder(after(1)).map_or(Part::Same(1), |length| Part::Escape(1 + length))
            }
            _ => Part::Same(1),
        }
    }
}

/// The length of `R"x(…)x"`, whose opening is `open` long. The standard allows no longer name.
fn raw(rest: &str, open: usize) -> usize {
    const LONGEST_NAME: usize = 16;
    let named = &rest[open..rest.floor_char_boundary(open + LONGEST_NAME + 1)];
    let Some((name, _)) = named.split_once('(') else {
        return open;
    };
    let close = format!("){name}\"");
    rest.find(&close)
        .map_or(rest.len(), |start| start + close.len())
}

/// The length of what a backslash before it escapes.
fn escaped(after: &str) -> usize {
    let Some(first) = after.chars().next() else {
        return 0;
    };
    let hexadecimal = |most: usize| {
        let digits = run(&after[1..], |c| c.is_ascii_hexdigit());
        1 + digits.min(most)
    };
    match first {
        'u' if after[1..].starts_with('{') => {
            let digits = run(&after[2..], |c| c.is_ascii_hexdigit());
            let closed = after[2 + digits..].starts_with('}');
            2 + digits + usize::from(closed)
        }
        'x' => hexadecimal(2),
        'u' => hexadecimal(4),
        'U' => hexadecimal(8),
        '0'..='7' => run(after, |c| matches!(c, '0'..='7')).min(3),
        other => other.len_utf8(),
    }
}

/// The length of `-8.3lf` after a `%`, or of another `%`. A space would make `100 % sure` one.
fn placeholder(after: &str) -> Option<usize> {
    let bytes = after.as_bytes();
    if bytes.first() == Some(&b'%') {
        return Some(1);
    }
    let mut end = run(after, |c| "-+#0123456789.*[]".contains(c));
    end += run(&after[end..], |c| "hlLjzt".contains(c));
    let verb = bytes.get(end)?;
    verb.is_ascii_alphabetic().then_some(end + 1)
}
