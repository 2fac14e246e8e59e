//! One text of a theme's `i18n/`, in which `{name}` stands for a value and `{}` for what the template
//! puts there.

use std::collections::BTreeSet;
use std::fmt;

use crate::render::escape_into;

/// The name of the value that decides on a plural form.
pub(super) const COUNT: &str = "count";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Words(String),
    Value(String),
    /// `{}`.
    Body,
}

impl Message {
    /// What is wrong with it, to stand behind its name.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((words, behind)) = rest.split_once('{') {
            let (name, behind) = behind
                .split_once('}')
                .ok_or("has a `{` that no `}` closes")?;
            if !words.is_empty() {
                pieces.push(Piece::Words(words.to_owned()));
            }
            pieces.push(match name {
                "" => Piece::Body,
                name => Piece::Value(name.to_owned()),
            });
            rest = behind;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Words(rest.to_owned()));
        }
        let bodies = pieces.iter().filter(|piece| **piece == Piece::Body);
        if bodies.count() > 1 {
            return Err("has more than one `{}`".to_owned());
        }
        Ok(Self(pieces))
    }

    /// The names of the values in it.
    pub(super) fn values(&self) -> BTreeSet<&str> {
        let pieces = self.0.iter().filter_map(|piece| match piece {
            Piece::Value(name) => Some(name.as_str()),
            Piece::Words(_) | Piece::Body => None,
        });
        pieces.collect()
    }

    /// Whether something of the template stands in it.
    pub(super) fn has_body(&self) -> bool {
        self.0.contains(&Piece::Body)
    }

    /// Its text with values in their places, before and behind its body.
    fn parts<'v>(
        &self,
        value: impl Fn(&str) -> Option<&'v str>,
        put: impl Fn(&mut String, &str),
    ) -> [String; 2] {
        let mut parts = [String::new(), String::new()];
        let mut at = 0;
        for piece in &self.0 {
            match piece {
                Piece::Words(words) => put(&mut parts[at], words),
                Piece::Value(name) => put(&mut parts[at], value(name).unwrap_or_default()),
                Piece::Body => at = 1,
            }
        }
        parts
    }

    /// As text.
    pub(super) fn plain<'v>(&self, value: impl Fn(&str) -> Option<&'v str>) -> String {
        let [before, behind] = self.parts(value, String::push_str);
        before + &behind
    }

    /// As HTML, fit for an attribute too.
    pub(super) fn escaped<'v>(&self, value: impl Fn(&str) -> Option<&'v str>) -> [String; 2] {
        self.parts(value, escape_into)
    }
}

/// As it was written.
impl fmt::Display for Message {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Words(words) => to.write_str(words),
            Piece::Value(name) => write!(to, "{{{name}}}"),
            Piece::Body => to.write_str("{}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(name: &str) -> Option<&'static str> {
        (name == "who").then_some("<Ann>")
    }

    #[test]
    fn values_and_the_body_have_their_places() {
        let message = Message::parse("by {who} & {}, {who}").unwrap();
        assert_eq!(message.plain(value), "by <Ann> & , <Ann>");
        let [before, behind] = message.escaped(value);
        assert_eq!(before, "by &lt;Ann&gt; &amp; ");
        assert_eq!(behind, ", &lt;Ann&gt;");
        assert!(message.has_body());
        assert_eq!(message.to_string(), "by {who} & {}, {who}");
        assert_eq!(message.values().into_iter().collect::<Vec<_>>(), ["who"]);
    }

    #[test]
    fn a_place_that_cannot_be_meant_is_refused() {
        assert!(Message::parse("{} and {}").is_err());
        assert!(Message::parse("{open").is_err());
        assert_eq!(Message::parse("").unwrap().plain(value), "");
    }
}
