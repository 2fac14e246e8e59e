//! What a word is, judged by itself and by what stands right beside it.

use super::language::Names;
use super::{Scanner, is_blank, is_line_start, is_word, run};

const KEYWORD: Option<&str> = Some("hl-keyword");
const TYPE: Option<&str> = Some("hl-type");
const FUNCTION: Option<&str> = Some("hl-function");
const CONSTANT: Option<&str> = Some("hl-constant");

/// A word in its place.
#[derive(Clone, Copy)]
struct Place<'c> {
    before: &'c str,
    word: &'c str,
    after: &'c str,
}

impl Scanner<'_, '_, '_> {
    pub(super) fn word(&mut self) {
        let (word, after) = self.rest().split_at(run(self.rest(), is_word));
        let place = Place {
            before: self.before(),
            word,
            after,
        };
        let class = self.reserved(place).or_else(|| self.name(place));
        self.show(class, word.len());
    }

    fn reserved(&self, place: Place<'_>) -> Option<&'static str> {
        let forms = &self.language.forms;
        let class = self.language.class_of(place.word);
        if place.is_member() {
            let always = ["class", "this", "super", "self", "new"].contains(&place.word);
            return class.filter(|_| always);
        }
        if forms.modifiers.contains(&place.word) && place.next_word().is_some() {
            return KEYWORD;
        }
        // `move(in: a)` names an argument.
        let label = forms.names == Names::Java
            && class == KEYWORD
            && place.after.starts_with(':')
            && !place.after.starts_with("::")
            && !["default", "self"].contains(&place.word);
        class.filter(|_| !label)
    }

    fn name(&mut self, place: Place<'_>) -> Option<&'static str> {
        let names = self.language.forms.names;
        let before = place.previous_word();
        let introduced = match names {
            Names::Sql => self.introduces(&before.to_ascii_lowercase()),
            _ => self.introduces(before),
        };
        if names == Names::CSharp && place.is_attribute() {
            return Some("hl-attribute");
        }
        if place.is_call(names) {
            return match (introduced, names) {
                (true, Names::Sql) => None,
                (true, _) => TYPE,
                _ => FUNCTION,
            };
        }
        match names {
            Names::Sql => None,
            Names::Go => self.name_in_go(place, introduced),
            _ if introduced && !place.is_member() => TYPE,
            _ if place.is_shouted() => place.shouted(names),
            Names::C => place.is_type_of_c().then_some("hl-type"),
            Names::CSharp => place.is_type_of_csharp().then_some("hl-type"),
            Names::Java => place.is_capital().then_some("hl-type"),
        }
    }

    fn introduces(&self, word: &str) -> bool {
        self.language.forms.introduce.contains(&word)
    }

    /// A type of Go, whose package, if it is named, comes first.
    fn name_in_go(&mut self, place: Place<'_>, introduced: bool) -> Option<&'static str> {
        let start = self.at;
        let follows = place.previous_word();
        let is_type = self.type_at == start
            || introduced
            || place.after.starts_with('{')
            || place.before.ends_with(']')
            || place.before.ends_with("map[")
            || place.before.ends_with(") ")
            || !follows.is_empty()
                && !follows.starts_with(|c: char| c.is_ascii_digit())
                && self.language.class_of(follows).is_none()
            || place.is_pointed_at();
        match is_type {
            _ if follows == "func" => FUNCTION,
            false => None,
            true if place.after.starts_with('.') => {
                self.type_at = start + place.word.len() + 1;
                None
            }
            true => TYPE,
        }
    }
}

impl<'c> Place<'c> {
    /// `b` of `a.b`, `a->b`, but not of `a..b`.
    fn is_member(self) -> bool {
        self.before.ends_with('.') && !self.before.ends_with("..") || self.before.ends_with("->")
    }

    /// The word before, if but blanks are between.
    fn previous_word(self) -> &'c str {
        let before = self.before.trim_end_matches(is_blank);
        if before.len() == self.before.len() {
            return "";
        }
        before.rsplit(|c| !is_word(c)).next().unwrap_or_default()
    }

    /// The word after, if but blanks are between and it is none that joins two values.
    fn next_word(self) -> Option<&'c str> {
        const JOINING: [&str; 18] = [
            "and",
            "as",
            "ascending",
            "by",
            "descending",
            "equals",
            "group",
            "in",
            "into",
            "is",
            "join",
            "let",
            "on",
            "or",
            "orderby",
            "select",
            "when",
            "where",
        ];
        let after = self.after.trim_start_matches(is_blank);
        let word = &after[..run(after, is_word)];
        let follows = after.len() < self.after.len()
            && word.starts_with(|c: char| !c.is_numeric())
            && !JOINING.contains(&word);
        follows.then_some(word)
    }

    fn is_capital(self) -> bool {
        self.word.starts_with(char::is_uppercase)
    }

    fn is_shouted(self) -> bool {
        self.word.len() > 1 && self.is_capital() && !self.word.contains(|c: char| c.is_lowercase())
    }

    /// `MAX_SIZE` is a constant, `UUID id` and `UUID.of` have a type, `System.IO` has neither.
    fn shouted(self, names: Names) -> Option<&'static str> {
        if self.word.contains('_') || self.previous_word() == "define" {
            return CONSTANT;
        }
        if names == Names::CSharp && self.is_member() {
            return None;
        }
        let is_type = self.after.starts_with(['.', '<', '>'])
            || self.after.starts_with("::")
            || self.declares();
        if is_type { TYPE } else { CONSTANT }
    }

    fn is_call(self, names: Names) -> bool {
        self.after.starts_with('(')
            || names == Names::C && self.after.starts_with(" (")
            || names != Names::Sql && self.has_type_arguments_and_is_called()
    }

    /// `of<List<int>>(`. No more of it is looked at than is common.
    fn has_type_arguments_and_is_called(self) -> bool {
        const LONGEST: usize = 80;
        if !self.after.starts_with('<') {
            return false;
        }
        let mut open = 0_usize;
        for (at, byte) in self.after.bytes().enumerate().take(LONGEST) {
            match byte {
                b'<' => open += 1,
                b'>' => open -= 1,
                b' ' | b',' | b'.' | b':' | b'*' | b'&' | b'?' | b'_' | b'[' | b']' => {}
                _ if byte.is_ascii_alphanumeric() => {}
                _ => return false,
            }
            if open == 0 {
                return self.after[at + 1..].starts_with('(');
            }
        }
        false
    }

    /// `[Attribute]` as the first of its line.
    fn is_attribute(self) -> bool {
        let line = self.before.strip_suffix('[');
        line.is_some_and(is_line_start)
    }

    /// `widget w`, `widget *w`, `widget& w`, but not `a * b`.
    fn declares(self) -> bool {
        let after = self.after.trim_start_matches(is_blank);
        let stars = run(after, |c| c == '*' || c == '&');
        if stars == 0 {
            return self.next_word().is_some();
        }
        let name = after[stars..].trim_start_matches(is_blank);
        let spaced_before = after.len() < self.after.len();
        let spaced_after = name.len() < after.len() - stars;
        spaced_before != spaced_after && name.starts_with(|c: char| is_word(c) && !c.is_numeric())
    }

    fn is_type_of_c(self) -> bool {
        let of_namespace = self.before.ends_with("::");
        self.word.ends_with("_t")
            || self.is_capital() && self.word.len() > 1 && !self.is_member()
            || !self.is_member() && self.declares()
            || of_namespace && self.after.starts_with('<')
    }

    fn is_type_of_csharp(self) -> bool {
        let qualifies = self.after.starts_with('.') && !self.is_member();
        let marked = self.after.starts_with(['<', '>'])
            || ["? ", "?>", "?)", "[]"]
                .iter()
                .any(|mark| self.after.starts_with(mark))
            || self.before.ends_with(['<', ':'])
            || self.before.ends_with(": ")
            || self.before.ends_with("typeof(");
        self.is_capital() && (qualifies || marked || self.next_word().is_some())
    }

    /// `*Widget` and `&pack.Widget`, but neither `*p` nor `a*B`.
    fn is_pointed_at(self) -> bool {
        let Some(before) = self.before.strip_suffix(['*', '&']) else {
            return false;
        };
        let of_package = self.after.strip_prefix('.');
        let capital = of_package.map_or(self.is_capital(), |name| {
            name.starts_with(char::is_uppercase)
        });
        capital && !before.ends_with(|c| is_word(c) || c == ')')
    }
}
