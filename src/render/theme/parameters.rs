//! What a blog can set of its theme without a template: `theme.toml` declares parameters with types
//! and defaults, `[params]` in `byline.toml` gives them values.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde_json::{Map, Value};
use toml::Spanned;

use super::FOLDER;
use crate::config::Params;
use crate::diagnostic::{Diagnostic, Severity, nearest};

/// The theme's own file about itself.
pub(super) const FILE: &str = "theme.toml";
/// Contrast that text needs against what is behind it (WCAG 2.2, 1.4.3).
const CONTRAST: f64 = 4.5;

/// `theme.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct About {
    #[expect(dead_code, reason = "checked to be there, and read by people")]
    name: String,
    #[expect(dead_code, reason = "read by people")]
    version: Option<String>,
    #[expect(dead_code, reason = "read by people")]
    license: Option<String>,
    #[expect(dead_code, reason = "read by people")]
    description: Option<String>,
    #[serde(default)]
    params: BTreeMap<String, Spanned<Parameter>>,
}

/// `[params.NAME]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parameter {
    r#type: Type,
    default: toml::Value,
    /// What it is for.
    #[serde(default)]
    #[expect(dead_code, reason = "read by people")]
    about: String,
    /// The values a `choice` has.
    #[serde(default)]
    options: Vec<String>,
    /// The colour behind a `color` that is read as text.
    against: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Type {
    /// `#rrggbb`.
    Color,
    Boolean,
    Integer,
    Text,
    /// One of `options`.
    Choice,
}

/// The parameters a theme has.
#[derive(Debug, Default)]
pub(super) struct Declared(BTreeMap<String, Parameter>);

/// `site.params`: a value for each parameter of the theme.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings {
    pub(super) values: Map<String, Value>,
    /// What a stylesheet sees of them.
    properties: BTreeMap<String, String>,
}

impl Declared {
    /// Takes the parameters of a `theme.toml` in place of those of the same names.
    pub(super) fn add(&mut self, bytes: &[u8]) -> Result<(), Diagnostic> {
        let at = |source: &str, offset, reason: String| {
            let found = Diagnostic::error("theme", reason).at(source, offset);
            let found = found.path(format!("{FOLDER}{FILE}"));
            found.help("see the manual on `theme.toml`, or delete the file to use the built-in one")
        };
        let source = std::str::from_utf8(bytes)
            .map_err(|error| at("", 0, format!("the file is not UTF-8: {error}")))?;
        let about: About = toml::from_str(source).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            at(source, start, error.message().replace('\n', ", "))
        })?;
        for (name, parameter) in about.params {
            let start = parameter.span().start;
            let parameter = parameter.into_inner();
            parameter.value(&parameter.default).map_err(|reason| {
                let reason = format!("the default of `params.{name}` {reason}");
                at(source, start, reason)
            })?;
            self.0.insert(name, parameter);
        }
        Ok(())
    }

    /// The values that a blog sets, with defaults for the rest, and what is wrong with them.
    pub(super) fn settings(&self, params: &Params) -> (Settings, Vec<Diagnostic>) {
        let mut settings = Settings::default();
        let mut found = Vec::new();
        for name in params
            .values
            .keys()
            .filter(|name| !self.0.contains_key(*name))
        {
            let reason = format!("the theme has no parameter `{name}`");
            let known = self.0.keys().map(String::as_str);
            let help = match nearest(name, known.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!(
                    "its parameters are `{}`",
                    known.collect::<Vec<_>>().join("`, `")
                ),
            };
            found.push(params.problem(name, reason).help(help));
        }
        for (name, parameter) in &self.0 {
            let given = params.values.get(name);
            let value = given.map(|given| parameter.value(given));
            let value = match value {
                Some(Err(reason)) => {
                    let reason = format!("`params.{name}` {reason}");
                    found.push(params.problem(name, reason).help(parameter.help()));
                    continue;
                }
                Some(Ok(value)) => {
                    found.extend(parameter.doubt(name, &value, params));
                    value
                }
                None => parameter.value(&parameter.default).unwrap_or_default(),
            };
            if let Some(property) = parameter.property(&value) {
                settings.properties.insert(name.replace('_', "-"), property);
            }
            settings.values.insert(name.clone(), value);
        }
        (settings, found)
    }
}

impl Settings {
    /// A stylesheet with the values of parameters in their places: `var(--accent)`. Any other file
    /// as it is.
    pub(super) fn styled(&self, name: &str, bytes: Vec<u8>) -> Vec<u8> {
        let css = name
            .strip_suffix(".css")
            .and(std::str::from_utf8(&bytes).ok());
        let Some(css) = css else {
            return bytes;
        };
        let set = |css: String, (name, value): (&String, &String)| {
            css.replace(&format!("var(--{name})"), value)
        };
        let properties = self.properties.iter();
        properties.fold(css.to_owned(), set).into_bytes()
    }
}

impl Parameter {
    /// The value as templates see it; what is wrong with it, to stand behind its name.
    fn value(&self, given: &toml::Value) -> Result<Value, String> {
        match (self.r#type, given) {
            (Type::Boolean, toml::Value::Boolean(value)) => Ok((*value).into()),
            (Type::Integer, toml::Value::Integer(value)) => Ok((*value).into()),
            (Type::Text, toml::Value::String(value)) => Ok(value.as_str().into()),
            (Type::Color, toml::Value::String(value)) if channels(value).is_some() => {
                Ok(value.to_lowercase().into())
            }
            (Type::Choice, toml::Value::String(value)) if self.options.contains(value) => {
                Ok(value.as_str().into())
            }
            (wanted, given) => Err(format!("is {given}, and has to be {wanted}")),
        }
    }

    fn help(&self) -> String {
        match self.r#type {
            Type::Choice => format!("use one of `{}`", self.options.join("`, `")),
            Type::Color => "write red, green and blue as `#b8122a`".to_owned(),
            _ => format!("its default is `{}`", self.default),
        }
    }

    /// That a colour can hardly be read.
    fn doubt(&self, name: &str, value: &Value, params: &Params) -> Option<Diagnostic> {
        let against = self.against.as_deref()?;
        let contrast = contrast(value.as_str()?, against)?;
        (contrast < CONTRAST).then(|| {
            let reason = format!(
                "`params.{name}` has a contrast of {contrast:.1} to 1 against `{against}`: text \
                 in it is hard to read"
            );
            let found = Diagnostic {
                severity: Severity::Warning,
                code: "contrast",
                ..params.problem(name, reason)
            };
            found.help(format!("choose a colour with at least {CONTRAST} to 1"))
        })
    }

    /// As the value of a custom property; texts have no place in a stylesheet.
    fn property(&self, value: &Value) -> Option<String> {
        match self.r#type {
            Type::Color | Type::Integer => {
                Some(value.as_str().map_or(value.to_string(), str::to_owned))
            }
            Type::Boolean | Type::Text | Type::Choice => None,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Self::Color => "a colour such as `#b8122a`",
            Self::Boolean => "`true` or `false`",
            Self::Integer => "a whole number",
            Self::Text => "a text in quotes",
            Self::Choice => "one of its options",
        })
    }
}

/// Red, green and blue of `#rrggbb`.
fn channels(colour: &str) -> Option<[u8; 3]> {
    let digits = colour.strip_prefix('#')?;
    let number = (digits.len() == 6).then(|| u32::from_str_radix(digits, 16).ok())??;
    let [_, channels @ ..] = number.to_be_bytes();
    Some(channels)
}

/// WCAG 2.2's contrast ratio, 1 to 21.
fn contrast(one: &str, other: &str) -> Option<f64> {
    let [one, other] = [luminance(channels(one)?), luminance(channels(other)?)];
    Some((one.max(other) + 0.05) / (one.min(other) + 0.05))
}

/// WCAG 2.2's relative luminance.
fn luminance(channels: [u8; 3]) -> f64 {
    let [red, green, blue] = channels.map(|channel| {
        let share = f64::from(channel) / 255.0;
        if share <= 0.04045 {
            share / 12.92
        } else {
            ((share + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SiteConfig;

    const THEME: &str = "name = \"t\"\n[params.accent_dark]\ntype = \"color\"\ndefault = \"#ff7b85\"\n\
        against = \"#151517\"\n[params.wide]\ntype = \"boolean\"\ndefault = false\n[params.font]\n\
        type = \"choice\"\noptions = [\"serif\", \"sans\"]\ndefault = \"serif\"\n";

    fn settings(toml: &str) -> (Settings, Vec<Diagnostic>) {
        let mut declared = Declared::default();
        declared.add(THEME.as_bytes()).unwrap();
        let config = SiteConfig::parse(toml, "byline.toml").unwrap();
        declared.settings(&config.params)
    }

    #[test]
    fn defaults_stand_where_nothing_is_set() {
        let (settings, found) = settings("[params]\nwide = true\n");
        assert_eq!(found, []);
        let values = Value::Object(settings.values.clone());
        let expected = serde_json::json!({"accent_dark": "#ff7b85", "font": "serif", "wide": true});
        assert_eq!(values, expected);
        let css = settings.styled("a.css", b"p{color:var(--accent-dark)}".to_vec());
        assert_eq!(css, b"p{color:#ff7b85}");
        assert_eq!(settings.styled("b.css", b"p{}".to_vec()), b"p{}");
    }

    #[test]
    fn a_value_of_another_type_is_shown_where_it_stands() {
        for (toml, line, message, help) in [
            (
                "[params]\nwide = 1\n",
                2,
                "`params.wide` is 1, and has to be `true` or `false`",
                "its default is `false`",
            ),
            (
                "[params]\n\nfont = \"x\"\n",
                3,
                "`params.font` is \"x\", and has to be one of its options",
                "use one of `serif`, `sans`",
            ),
            (
                "[params]\naccent_drak = \"#000000\"\n",
                2,
                "the theme has no parameter `accent_drak`",
                "did you mean `accent_dark`?",
            ),
        ] {
            let (_, found) = settings(toml);
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!(found[0].message, message);
            assert_eq!(found[0].help.as_deref(), Some(help));
            assert_eq!(
                (found[0].path.as_deref(), found[0].line),
                (Some("byline.toml"), Some(line))
            );
            assert!(found[0].snippet.is_some() && found[0].is_error());
        }
    }

    #[test]
    fn a_colour_that_cannot_be_read_is_warned_of() {
        let (_, found) = settings("[params]\naccent_dark = \"#333333\"\n");
        assert_eq!((found.len(), found[0].is_error()), (1, false));
        assert!(
            found[0].message.contains("a contrast of 1.4 to 1"),
            "{found:?}"
        );
    }

    #[test]
    fn a_theme_that_contradicts_itself_is_refused() {
        for theme in [
            "name = \"t\"\n[params.a]\ntype = \"color\"\ndefault = \"red\"\n",
            "name = \"t\"\n[params.a]\ntype = \"colour\"\ndefault = \"#000000\"\n",
            "nmae = \"t\"\n",
        ] {
            let refused = Declared::default().add(theme.as_bytes()).unwrap_err();
            assert_eq!(refused.path.as_deref(), Some("theme/theme.toml"));
            assert!(refused.line.is_some(), "{refused:?}");
        }
    }
}
