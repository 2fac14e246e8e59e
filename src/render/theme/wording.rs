//! What pages say besides what authors wrote: texts by name and language, from the theme's `i18n/`.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use super::message::Message;
use crate::diagnostic::Diagnostic;
use crate::language::Language;
use crate::memo::{Key, KeyMaker};

/// Folder of a theme: `i18n/fr.toml`.
pub(super) const FOLDER: &str = "i18n/";
/// What a text is taken from where a language lacks it.
pub(super) const FALLBACK: &str = "en";

/// The texts of all languages.
#[derive(Debug, Default)]
pub(crate) struct Wording {
    /// By language in lower case, then by name.
    languages: BTreeMap<String, BTreeMap<String, Text>>,
    /// Of every file, in the order they came.
    key: Option<Key>,
}

/// A text in the forms that a count gives it, by CLDR's names; one that none changes has only `other`.
pub(super) type Text = BTreeMap<String, Message>;

impl Wording {
    /// Takes the texts of one file, `i18n/fr.toml`, in place of those of the same names.
    pub(super) fn add(&mut self, path: &str, bytes: &[u8]) -> Result<(), Diagnostic> {
        let at = |source: &str, offset, reason: String| {
            let found = Diagnostic::error("theme", reason).at(source, offset);
            let found = found.path(format!("{}{path}", super::FOLDER));
            found.help("mend the file, or delete it to use the built-in texts")
        };
        let language = path.strip_prefix(FOLDER).unwrap_or(path);
        let language = language.strip_suffix(".toml").unwrap_or(language);
        let source = std::str::from_utf8(bytes)
            .map_err(|error| at("", 0, format!("the file is not UTF-8: {error}")))?;
        let table = DeTable::parse(source).map_err(|error| {
            let start = error.span().map_or(source.len(), |span| span.start);
            at(source, start, error.message().replace('\n', ", "))
        })?;
        let before = KeyMaker::new("texts").keys(self.key.into_iter());
        self.key = Some(before.text(path).bytes(bytes).finish());
        let rules = Language::of(language);
        let texts = self.languages.entry(language.to_lowercase()).or_default();
        for (name, value) in table.get_ref() {
            let text = text(value.get_ref(), &rules).map_err(|reason| {
                let reason = format!("`{}` {reason}", name.get_ref());
                at(source, value.span().start, reason)
            })?;
            texts.insert(name.get_ref().to_string(), text);
        }
        Ok(())
    }

    /// A text in a language, else in the one its tag begins with, else in English.
    pub(super) fn find(&self, language: &str, name: &str) -> Option<&Text> {
        let language = language.to_lowercase();
        tags(&language).find_map(|tag| self.languages.get(tag)?.get(name))
    }

    /// The languages there are, in lower case.
    pub(super) fn languages(&self) -> impl Iterator<Item = &str> {
        self.languages.keys().map(String::as_str)
    }

    /// Of all texts.
    pub(super) fn key(&self) -> Option<Key> {
        self.key
    }

    /// The names there are, in any language.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let names = self.languages.values().flat_map(BTreeMap::keys);
        names.map(String::as_str)
    }
}

/// Where a text of a language, in lower case, is looked for: `pt-br`, `pt`, `en`.
pub(super) fn tags(language: &str) -> impl Iterator<Item = &str> {
    let mut tag = Some(language);
    let own = std::iter::from_fn(move || {
        let this = tag?;
        tag = this.rsplit_once('-').map(|(before, _)| before);
        Some(this)
    });
    own.chain([FALLBACK])
}

/// The form of a text for a count; without one, or where it lacks that form, the general one.
pub(super) fn form<'a>(text: &'a Text, language: &str, count: Option<u64>) -> Option<&'a Message> {
    let own = count.and_then(|count| text.get(Language::of(language).plural(count)));
    own.or_else(|| text.get("other"))
}

fn text(value: &DeValue<'_>, rules: &Language) -> Result<Text, String> {
    match value {
        DeValue::String(text) => Ok(Text::from([("other".to_owned(), Message::parse(text)?)])),
        DeValue::Table(forms) => {
            let mut found = Text::new();
            for (form, value) in forms {
                let form = form.get_ref().as_ref();
                if !rules.plurals().any(|known| known == form) {
                    let known: Vec<&str> = rules.plurals().collect();
                    let known = known.join("`, `");
                    return Err(format!(
                        "has a plural form `{form}`; the language's are `{known}`"
                    ));
                }
                let DeValue::String(text) = value.get_ref() else {
                    return Err(format!("says no text for `{form}`"));
                };
                found.insert(form.to_owned(), Message::parse(text)?);
            }
            if !found.contains_key("other") {
                return Err("lacks the plural form `other`".to_owned());
            }
            Ok(found)
        }
        _ => Err("is neither a text nor a table of plural forms".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::render::theme::built_in;

    fn built_in_texts() -> Wording {
        let mut wording = Wording::default();
        for (path, bytes) in built_in("default").unwrap() {
            if path.starts_with(FOLDER) {
                wording.add(&path, &bytes).unwrap();
            }
        }
        wording
    }

    fn added(toml: &str) -> Result<(), Diagnostic> {
        Wording::default().add("i18n/pl.toml", toml.as_bytes())
    }

    #[test]
    fn every_language_says_all_that_english_does_in_all_its_forms() {
        let wording = built_in_texts();
        let english = &wording.languages[FALLBACK];
        assert!(wording.languages.len() > 6 && english.len() > 80);
        let values = |text: &Text| -> BTreeSet<String> {
            let values = text.values().flat_map(Message::values);
            values.map(str::to_owned).collect()
        };
        for (language, texts) in &wording.languages {
            assert!(texts.keys().eq(english.keys()), "{language}");
            for (name, text) in texts {
                let model = &english[name];
                assert_eq!(values(text), values(model), "{name} in {language}");
                let bodies = text.values().map(Message::has_body);
                assert!(
                    bodies
                        .into_iter()
                        .all(|has| has == model["other"].has_body()),
                    "{name} in {language}"
                );
                if model.len() > 1 {
                    let forms: BTreeSet<&str> = text.keys().map(String::as_str).collect();
                    let all: BTreeSet<&str> = Language::of(language).plurals().collect();
                    assert_eq!(forms, all, "{name} in {language}");
                }
            }
        }
    }

    #[test]
    fn a_language_falls_back_to_the_one_its_tag_begins_with_and_to_english() {
        let mut wording = built_in_texts();
        let greeting = b"greeting = \"Hello\"\narchive = \"All of it\"\n";
        wording.add("i18n/en.toml", greeting).unwrap();
        let said = |language, name| {
            let text = wording.find(language, name)?;
            Some(form(text, language, None)?.to_string())
        };
        assert_eq!(said("pt-BR", "archive"), said("pt", "archive"));
        assert_ne!(said("pt-BR", "archive"), said("en", "archive"));
        assert_eq!(said("fr", "greeting").as_deref(), Some("Hello"));
        assert_eq!(said("en-GB", "archive").as_deref(), Some("All of it"));
        assert_eq!(said("xx", "more"), said("en", "more"));
        assert_eq!(said("fr", "nothing-of-the-kind"), None);
    }

    #[test]
    fn a_file_that_cannot_be_meant_is_refused_where_it_stands() {
        for (toml, line, reason) in [
            (
                "a = 1\n",
                1,
                "`a` is neither a text nor a table of plural forms",
            ),
            ("\na = \"{b\"\n", 2, "`a` has a `{` that no `}` closes"),
            (
                "a = { two = \"x\", other = \"y\" }\n",
                1,
                "`a` has a plural form `two`",
            ),
            (
                "a = { one = \"x\" }\n",
                1,
                "`a` lacks the plural form `other`",
            ),
            ("a = \n", 1, ""),
        ] {
            let refused = added(toml).unwrap_err();
            assert_eq!(refused.path.as_deref(), Some("theme/i18n/pl.toml"));
            assert_eq!(refused.line, Some(line), "{refused}");
            assert!(refused.message.starts_with(reason), "{refused}");
        }
        assert!(added("a = { one = \"x\", few = \"y\", many = \"z\", other = \"w\" }\n").is_ok());
    }
}
