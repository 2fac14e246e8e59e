//! Reads `byline.toml`: what is unknown, mistyped or meaningless is refused by name, with the
//! line shown and what to do.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::check;
use super::keys;
use super::site::SiteConfig;
use crate::diagnostic::{Diagnostic, nearest};

/// Far above any real one; what is above is no configuration.
const MAX_BYTES: usize = 1024 * 1024;

impl SiteConfig {
    /// Reads the text of `byline.toml`; `path` is the name diagnostics call it by.
    pub(crate) fn parse(text: &str, path: &str) -> Result<Self, Box<Diagnostic>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        read(text, path).map_err(|refusal| Box::new((*refusal).path(path)))
    }
}

fn read(text: &str, path: &str) -> Result<SiteConfig, Box<Diagnostic>> {
    if text.len() > MAX_BYTES {
        return Err(Box::new(Diagnostic::error(
            "config",
            "the configuration is larger than 1 MiB",
        )));
    }
    let table = DeTable::parse(text).map_err(|error| {
        Box::new(from_toml(text, &error).help("this is not valid TOML at this point"))
    })?;
    let table = table.get_ref();
    refuse_unknown(table, text)?;
    let mut config: SiteConfig =
        toml::from_str(text).map_err(|error| Box::new(mistyped(table, text, &error)))?;
    config.params.place(table, text, path);
    check::normalise(&mut config);
    check::refusal(&config).map_or(Ok(config), |refusal| {
        let at = locate(table, &refusal.key).map_or(0, |span| span.start);
        let found = Diagnostic::error("config", refusal.message);
        Err(Box::new(found.at(text, at).help(refusal.help)))
    })
}

fn from_toml(text: &str, error: &toml::de::Error) -> Diagnostic {
    let at = error.span().map_or(text.len(), |span| span.start);
    Diagnostic::error("config", error.message().replace('\n', ", ")).at(text, at)
}

/// Names the key in front of serde's message, and the choices where there are some.
fn mistyped(table: &DeTable<'_>, text: &str, error: &toml::de::Error) -> Diagnostic {
    let diagnostic = from_toml(text, error);
    let Some(key) = error.span().and_then(|span| key_at(table, span.start)) else {
        return diagnostic.help("the manual lists each key with its type");
    };
    let mut quoted = error.message().split('`').skip(1).step_by(2);
    let typed = quoted
        .next()
        .filter(|_| error.message().starts_with("unknown variant"));
    let help = typed.and_then(|typed| nearest(typed, quoted)).map_or_else(
        || format!("see `{key}` in the manual"),
        |near| format!("did you mean `{near}`?"),
    );
    Diagnostic {
        message: format!("`{key}`: {}", diagnostic.message),
        ..diagnostic.help(help)
    }
}

/// Refuses the first key nobody reads, in the order of the file.
fn refuse_unknown(table: &DeTable<'_>, text: &str) -> Result<(), Box<Diagnostic>> {
    let mut unknown = Vec::new();
    for (section, value) in table {
        let name = section.get_ref().as_ref();
        if !keys::of("").contains(&name) {
            unknown.push((section.span(), "", name));
            continue;
        }
        let DeValue::Table(inner) = value.get_ref() else {
            continue;
        };
        if name == "authors" {
            for author in inner.values() {
                collect_unknown("authors.HANDLE", author.get_ref(), &mut unknown);
            }
            continue;
        }
        // The theme knows those.
        if name == "params" {
            continue;
        }
        collect_unknown(name, value.get_ref(), &mut unknown);
        if let Some(DeValue::Array(entries)) = inner.get("menu").map(Spanned::get_ref) {
            for entry in entries.iter() {
                collect_unknown("site.menu", entry.get_ref(), &mut unknown);
            }
        }
    }
    unknown
        .into_iter()
        .min_by_key(|(span, _, _)| span.start)
        .map_or(Ok(()), |(span, section, name)| {
            Err(Box::new(unknown_key(section, name).at(text, span.start)))
        })
}

fn collect_unknown<'t>(
    section: &'t str,
    value: &'t DeValue<'_>,
    unknown: &mut Vec<(Range<usize>, &'t str, &'t str)>,
) {
    let DeValue::Table(table) = value else {
        return;
    };
    for key in table.keys() {
        let name = key.get_ref().as_ref();
        if !keys::of(section).contains(&name) {
            unknown.push((key.span(), section, name));
        }
    }
}

fn unknown_key(section: &str, name: &str) -> Diagnostic {
    let place = if section.is_empty() {
        "the top level".to_owned()
    } else {
        format!("`[{section}]`")
    };
    let known = keys::of(section);
    let elsewhere = || {
        keys::KEYS
            .iter()
            .find(|(other, keys)| !other.is_empty() && keys.contains(&name))
            .map(|(other, _)| format!("`{name}` belongs under `[{other}]`"))
    };
    let help = nearest(name, known.iter().copied())
        .map(|near| format!("did you mean `{near}`?"))
        .or_else(elsewhere)
        .unwrap_or_else(|| format!("the keys of {place} are `{}`", known.join("`, `")));
    Diagnostic::error("config", format!("unknown key `{name}` in {place}")).help(help)
}

/// The dotted name of the key whose value holds byte `at`.
fn key_at(table: &DeTable<'_>, at: usize) -> Option<String> {
    for (section, value) in table {
        // A table's span may be its header alone, so its keys are asked first.
        if let DeValue::Table(inner) = value.get_ref()
            && let Some(key) = key_at(inner, at)
        {
            return Some(format!("{}.{key}", section.get_ref()));
        }
        if value.span().contains(&at) {
            return Some(section.get_ref().to_string());
        }
    }
    None
}

/// Where the value under `key` stands; the nearest enclosing one where it has none of its own.
fn locate(table: &DeTable<'_>, key: &[String]) -> Option<Range<usize>> {
    let (first, rest) = key.split_first()?;
    let value = table.get(first.as_str())?;
    Some(locate_in(value, rest))
}

fn locate_in(value: &Spanned<DeValue<'_>>, key: &[String]) -> Range<usize> {
    let inner = key.split_first().and_then(|(first, rest)| {
        let next = match value.get_ref() {
            DeValue::Table(table) => table.get(first.as_str()),
            DeValue::Array(items) => first.parse().ok().and_then(|index: usize| items.get(index)),
            _ => None,
        }?;
        Some(locate_in(next, rest))
    });
    inner.unwrap_or_else(|| value.span())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Diagnostic {
        *SiteConfig::parse(text, "byline.toml").unwrap_err()
    }

    fn position(diagnostic: &Diagnostic) -> (Option<u32>, Option<u32>) {
        (diagnostic.line, diagnostic.column)
    }

    #[test]
    fn nothing_set_is_the_default() {
        assert_eq!(
            SiteConfig::parse("", "byline.toml").unwrap(),
            SiteConfig::default()
        );
    }

    #[test]
    fn an_unknown_key_is_refused_where_it_stands() {
        let found = refused("[site]\ntitle = \"x\"\n  lanugage = \"en\"\n");
        assert_eq!(position(&found), (Some(3), Some(3)));
        assert_eq!(found.message, "unknown key `lanugage` in `[site]`");
        assert_eq!(found.help.as_deref(), Some("did you mean `language`?"));
        assert_eq!(found.snippet.as_deref(), Some("  lanugage = \"en\""));
        assert_eq!(found.path.as_deref(), Some("byline.toml"));
    }

    #[test]
    fn unknown_sections_author_keys_and_menu_keys_are_refused() {
        let section = refused("[site]\n[contnet]\n");
        assert_eq!(position(&section), (Some(2), Some(2)));
        assert_eq!(section.help.as_deref(), Some("did you mean `content`?"));
        let author = refused("[authors.ann]\nnmae = \"Ann\"\n");
        assert_eq!(author.help.as_deref(), Some("did you mean `name`?"));
        let menu = refused("[site]\nmenu = [{ name = \"a\", link = \"/\" }]\n");
        assert_eq!(position(&menu), (Some(2), Some(23)));
        let moved = refused("permalink = \"/:slug/\"\n");
        assert_eq!(
            moved.help.as_deref(),
            Some("`permalink` belongs under `[content]`")
        );
    }

    #[test]
    fn a_wrong_type_names_the_key_and_shows_the_line() {
        let found = refused("[site]\ntitle = 3\n");
        assert_eq!(position(&found), (Some(2), Some(9)));
        assert!(found.message.starts_with("`site.title`: "), "{found}");
        let choice = refused("[content]\nhtml = \"trused\"\n");
        assert_eq!(choice.help.as_deref(), Some("did you mean `trusted`?"));
    }

    #[test]
    fn what_is_not_toml_is_refused_where_it_ends_to_be() {
        let found = refused("[site]\ntitle = \n");
        assert_eq!(found.line, Some(2));
        assert!(found.help.is_some());
    }

    #[test]
    fn a_meaningless_value_is_refused_where_it_stands() {
        let zone = refused("[site]\ntimezone = \"Europe/Berlni\"\n");
        assert_eq!(position(&zone), (Some(2), Some(12)));
        let folder = refused("[content]\nposts = [\n  \"posts\",\n  \"../up\",\n]\n");
        assert_eq!(position(&folder), (Some(4), Some(3)));
    }

    #[test]
    fn deep_nesting_is_refused_and_not_followed() {
        let arrays = format!("a = {}", "[".repeat(100_000));
        assert_eq!(refused(&arrays).code, "config");
        let dotted = format!("{}a = 1", "a.".repeat(100_000));
        assert_eq!(refused(&dotted).code, "config");
        let header = format!("[{}a]", "a.".repeat(100_000));
        assert_eq!(refused(&header).code, "config");
    }

    #[test]
    fn no_truncation_of_a_good_file_panics() {
        let good = "[site]\ntitle = \"Ünï\"\nbase_url = \"https://example.org\"\nmenu = [{name = \"a\", url = \"/\"}]\n[content]\nposts = [\"p\"]\n[authors.ann]\ngit = [\"Ann\"]\n";
        assert!(SiteConfig::parse(good, "byline.toml").is_ok());
        let mut refusals = 0;
        for end in (0..good.len()).filter(|end| good.is_char_boundary(*end)) {
            refusals += usize::from(SiteConfig::parse(&good[..end], "byline.toml").is_err());
        }
        assert!(refusals > 20);
    }
}
