//! Languages read by one scanner of our own, each by its table: those with braces, for which there
//! is no lexer to be had, and SQL. It goes over the code once, and what it looks at ahead is short.

mod language;
mod number;
mod tables;
#[cfg(test)]
mod tests;
mod text;
mod word;

use self::language::{Hash, Language, Names, Quote};
use super::Spans;
use super::lexer::LONGEST;

/// Writes `code` in colours if there is a table for that language.
pub(super) fn colour(spans: &mut Spans<'_>, language: &str, code: &str) -> bool {
    let Some(language) = tables::language(language).filter(|_| code.len() <= LONGEST) else {
        return false;
    };
    let scanner = Scanner {
        spans,
        language,
        code,
        at: 0,
        holes: Vec::new(),
        type_at: usize::MAX,
    };
    scanner.read();
    true
}

struct Scanner<'s, 'h, 'c> {
    spans: &'s mut Spans<'h>,
    language: &'static Language,
    code: &'c str,
    /// How much has been shown.
    at: usize,
    /// The texts the code at hand stands in, and how many brackets are open since.
    holes: Vec<(&'static Quote, usize)>,
    /// Where a type's name is known to be, by what stood before it.
    type_at: usize,
}

impl<'c> Scanner<'_, '_, 'c> {
    fn read(mut self) {
        while let Some(next) = self.rest().chars().next() {
            match next {
                _ if next.is_whitespace() => self.space(),
                '0'..='9' => self.show(Some("hl-number"), number::length(self.rest())),
                _ if self.quote() => {}
                _ if is_word(next) => self.word(),
                _ if self.comment() => {}
                '#' => self.hash(),
                '@' | ':' | '$' => self.sign(next),
                '(' | '{' => self.open(next),
                ')' | '}' => self.close(next),
                '+' | '-' | '*' | '/' | '%' | '=' | '<' | '>' | '!' | '&' | '|' | '^' | '~' => {
                    self.show(Some("hl-operator"), 1);
                }
                _ => self.show(None, next.len_utf8()),
            }
        }
    }

    fn rest(&self) -> &'c str {
        &self.code[self.at..]
    }

    fn before(&self) -> &'c str {
        &self.code[..self.at]
    }

    fn show(&mut self, class: Option<&'static str>, length: usize) {
        self.spans.text(class, &self.rest()[..length]);
        self.at += length;
    }

    fn space(&mut self) {
        let length = run(self.rest(), char::is_whitespace);
        // A text of one line was never closed.
        if self.rest()[..length].contains('\n') && self.holes.last().is_some_and(|h| !h.0.lines) {
            self.holes.clear();
        }
        self.show(None, length);
    }

    fn comment(&mut self) -> bool {
        let rest = self.rest();
        let forms = &self.language.forms;
        let length = if rest.starts_with(forms.line_comment) {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest, forms.nested_comments)
        } else {
            return false;
        };
        self.show(Some("hl-comment"), length);
        true
    }

    /// A directive, and what `#include` includes.
    fn hash(&mut self) {
        let directive = match self.language.forms.hash {
            Hash::Nothing => false,
            Hash::Line => is_line_start(self.before()),
            Hash::Word => true,
        };
        let blanks = 1 + run(&self.rest()[1..], is_blank);
        let length = run(&self.rest()[blanks..], is_word);
        if !directive || length == 0 {
            return self.show(None, 1);
        }
        let include = self.language.forms.hash == Hash::Line
            && &self.rest()[blanks..blanks + length] == "include";
        self.show(Some("hl-keyword"), blanks + length);
        if include {
            self.show(None, run(self.rest(), is_blank));
            let line = self.rest().lines().next().unwrap_or_default();
            if let Some(end) = line.find('>').filter(|_| line.starts_with('<')) {
                self.show(Some("hl-string"), end + 1);
            }
        }
    }

    /// `@Override`, and `:name`, `@name`, `$1` of SQL.
    fn sign(&mut self, sign: char) {
        let forms = &self.language.forms;
        let class = match sign {
            '@' => forms.at,
            ':' => (forms.names == Names::Sql).then_some("hl-variable"),
            _ => Some("hl-variable"),
        };
        let part_of_more = self.before().ends_with(|c| is_word(c) || c == sign);
        let length = 1 + run(&self.rest()[1..], |c| is_word(c) || c == '.' && sign == '@');
        match class {
            Some(_) if length > 1 && !part_of_more => self.show(class, length),
            _ => self.show(None, 1),
        }
    }

    fn open(&mut self, bracket: char) {
        if let Some((quote, depth)) = self.holes.last_mut()
            && quote.hole.opens_with(bracket)
        {
            *depth += 1;
        }
        self.show(None, 1);
    }

    fn close(&mut self, bracket: char) {
        self.show(None, 1);
        if let Some((quote, depth)) = self.holes.last_mut()
            && quote.hole.closes_with(bracket)
        {
            if *depth > 0 {
                *depth -= 1;
            } else {
                let quote = *quote;
                self.holes.pop();
                self.text(quote, 0);
            }
        }
    }
}

fn block_comment(rest: &str, nested: bool) -> usize {
    let mut depth = 1;
    let mut end = 2;
    while depth > 0 {
        let Some(mark) = rest[end..].find(['*', '/']) else {
            return rest.len();
        };
        end += mark;
        if rest[end..].starts_with("*/") {
            depth -= 1;
            end += 2;
        } else if nested && rest[end..].starts_with("/*") {
            depth += 1;
            end += 2;
        } else {
            end += 1;
        }
    }
    end
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t'
}

fn is_line_start(before: &str) -> bool {
    let line = before.trim_end_matches(is_blank);
    line.is_empty() || line.ends_with('\n')
}

/// How long `text` is such characters.
fn run(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is_part(c)).unwrap_or(text.len())
}
