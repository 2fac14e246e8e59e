//! The pattern of a post's address: text and `:tokens`.

use crate::diagnostic::nearest;

/// A permalink pattern, checked: it begins with `/`, its tokens are known and its text is safe in
/// a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    pub(crate) pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    Token(Token),
}

/// What a pattern can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// `slug` of the front matter, else the file's name without its date.
    Slug,
    /// The title as a slug, else `Slug`.
    Title,
    Year,
    Month,
    Day,
    /// The folders below the posts folder, then `Slug`.
    Path,
    /// The first category; nothing where there is none.
    Category,
}

/// Why a pattern was refused, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadPattern {
    pub(crate) message: String,
    pub(crate) help: String,
}

impl Token {
    const NAMES: [(&'static str, Self); 7] = [
        ("slug", Self::Slug),
        ("title", Self::Title),
        ("year", Self::Year),
        ("month", Self::Month),
        ("day", Self::Day),
        ("path", Self::Path),
        ("category", Self::Category),
    ];

    fn named(name: &str) -> Result<Self, BadPattern> {
        let known = || Self::NAMES.iter().map(|(name, _)| *name);
        if let Some((_, token)) = Self::NAMES.iter().find(|(known, _)| *known == name) {
            return Ok(*token);
        }
        let all: Vec<String> = known().map(|name| format!("`:{name}`")).collect();
        Err(BadPattern {
            message: format!("unknown token `:{name}` in a permalink"),
            help: nearest(name, known()).map_or_else(
                || format!("the tokens are {}", all.join(", ")),
                |near| format!("did you mean `:{near}`?"),
            ),
        })
    }
}

impl Pattern {
    /// Reads a pattern. Whether it tells posts apart is `distinguishes`.
    pub(crate) fn parse(pattern: &str) -> Result<Self, BadPattern> {
        if !pattern.starts_with('/') {
            return Err(BadPattern {
                message: format!("permalink `{pattern}` does not begin with `/`"),
                help: "write it as `/:slug/` or `/:year/:month/:slug/`".to_owned(),
            });
        }
        let mut pieces = Vec::new();
        let mut rest = pattern;
        while let Some((text, after)) = rest.split_once(':') {
            push_text(&mut pieces, text);
            let end = after
                .find(|c: char| !c.is_ascii_alphabetic())
                .unwrap_or(after.len());
            pieces.push(Piece::Token(Token::named(&after[..end])?));
            rest = &after[end..];
        }
        push_text(&mut pieces, rest);
        let unsafe_text = pieces.iter().any(|piece| match piece {
            Piece::Text(text) => {
                text.contains(|c: char| c.is_control() || "?#%\\ ".contains(c))
                    || text.split('/').any(|part| part == "..")
            }
            Piece::Token(_) => false,
        });
        if unsafe_text || pattern == "/-" || pattern.starts_with("/-/") {
            return Err(BadPattern {
                message: format!("permalink `{pattern}` is no path on this site"),
                help: "a permalink holds no space, `?`, `#`, `%`, `\\` or `..`, and `/-/` is byline's own".to_owned(),
            });
        }
        Ok(Self { pieces })
    }

    /// Whether two posts of different names get different addresses.
    pub(crate) fn distinguishes(&self) -> bool {
        self.pieces.iter().any(|piece| {
            matches!(
                piece,
                Piece::Token(Token::Slug | Token::Title | Token::Path)
            )
        })
    }
}

impl Default for Pattern {
    /// `/:slug/`
    fn default() -> Self {
        Self {
            pieces: vec![
                Piece::Text("/".to_owned()),
                Piece::Token(Token::Slug),
                Piece::Text("/".to_owned()),
            ],
        }
    }
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    if !text.is_empty() {
        pieces.push(Piece::Text(text.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_text_and_tokens() {
        assert_eq!(Pattern::parse("/:slug/"), Ok(Pattern::default()));
        let dated = Pattern::parse("/blog/:year-:month/:title").unwrap();
        assert_eq!(dated.pieces.len(), 6);
        assert!(dated.distinguishes());
        assert!(!Pattern::parse("/:year/").unwrap().distinguishes());
    }

    #[test]
    fn an_unknown_token_is_refused_with_a_suggestion() {
        let refused = Pattern::parse("/:yaer/:slug/").unwrap_err();
        assert_eq!(refused.help, "did you mean `:year`?");
        assert!(Pattern::parse("/:/").is_err());
    }

    #[test]
    fn a_pattern_that_leaves_the_site_is_refused() {
        for pattern in [
            "",
            ":slug",
            "/../:slug",
            "/-/:slug",
            "/a?b/:slug",
            "/a b/:slug",
        ] {
            assert!(Pattern::parse(pattern).is_err(), "{pattern}");
        }
    }
}
