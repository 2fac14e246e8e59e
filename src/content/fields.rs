//! What the keys of front matter mean, under the names that Jekyll, Hugo, Zola, Pelican, Eleventy
//! and Astro give them. Keys nobody here knows are other people's business and left alone.

use super::date::Stated;
use super::front_matter::{Format, FrontMatter, Value};
use super::keys::Keys;
use super::kind::{self, Particulars};
use super::relation::Ties;
use super::revisions;
use crate::config::HistoryPages;
use crate::diagnostic::Diagnostic;

const DATE: [&str; 11] = [
    "date",
    "pubdate",
    "pubdatetime",
    "publishdate",
    "published",
    "publishedat",
    "datepublished",
    "created",
    "createdat",
    "creationdate",
    "datecreated",
];
const UPDATED: [&str; 9] = [
    "updated",
    "lastmod",
    "modified",
    "updateddate",
    "moddatetime",
    "lastmodifiedat",
    "updatedat",
    "datemodified",
    "lastupdated",
];
/// Keys whose misspelling costs most.
const GUARDED: [&str; 10] = [
    "title", "date", "draft", "slug", "tags", "authors", "aliases", "updated", "summary",
    "question",
];
/// Spellings near a guarded key that mean something else somewhere.
const OTHERS: [&str; 6] = ["tag", "author", "alias", "update", "titles", "dates"];

/// One document's front matter, typed.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// `Some("")` says that there is none.
    pub(super) title: Option<String>,
    pub(super) date: Option<Stated>,
    pub(super) updated: Option<Stated>,
    pub(super) slug: Option<String>,
    /// Address as stated, with where it stands: a path or a pattern.
    pub(super) permalink: Option<(String, usize)>,
    pub(super) draft: bool,
    pub(super) tags: Vec<String>,
    /// The first category, for `:category`.
    pub(super) category: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) aliases: Vec<String>,
    pub(super) summary: Option<String>,
    pub(super) particulars: Particulars,
    pub(super) ties: Ties,
    /// Says otherwise than the configuration.
    pub(super) history: Option<HistoryPages>,
}

impl Fields {
    /// Reads the keys of `matter`, which was read from `text`. Jekyll splits a line of tags at
    /// spaces, nobody else does: `jekyll` says that its rules count.
    pub(super) fn read(matter: &FrontMatter, text: &str, jekyll: bool) -> (Self, Vec<Diagnostic>) {
        let mut keys = Keys::of(matter, text);
        let (tags, category) = tags(&mut keys, jekyll);
        let fields = Self {
            title: keys.text(&["title"]),
            date: keys.date(&DATE),
            updated: keys.date(&UPDATED),
            slug: keys.word(&["slug"]),
            permalink: permalink(&mut keys),
            draft: draft(&mut keys),
            tags,
            category,
            authors: authors(&mut keys),
            aliases: keys.names(&["aliases", "redirectfrom", "alias"], lines),
            summary: keys.word(&["summary", "description", "excerpt", "subtitle"]),
            particulars: kind::particulars(&mut keys),
            ties: Ties::read(&mut keys),
            history: revisions::stated(&mut keys),
        };
        warn_of_misspelt(&mut keys);
        (fields, keys.faults)
    }
}

/// Whether the keys say that this is not to be published.
pub(super) fn draft(keys: &mut Keys<'_>) -> bool {
    let unpublished = keys.find(&["published"]).is_some_and(|entry| {
        matches!(&entry.node.value, Value::Bool(false))
            || matches!(&entry.node.value, Value::Text(text) if text.trim().eq_ignore_ascii_case("false"))
    });
    // Eleventy writes no file for `permalink: false`.
    let nowhere = keys
        .find(&["permalink"])
        .is_some_and(|entry| entry.node.value == Value::Bool(false));
    let status = keys.find(&["status"]).is_some_and(|entry| {
        matches!(&entry.node.value, Value::Text(text)
            if ["draft", "hidden"].contains(&text.trim().to_ascii_lowercase().as_str()))
    });
    keys.flag(&["draft"]).unwrap_or(false) || unpublished || nowhere || status
}

fn permalink(keys: &mut Keys<'_>) -> Option<(String, usize)> {
    let entry = keys.find(&["permalink", "url", "path"])?;
    match &entry.node.value {
        Value::Text(text) if text.trim().is_empty() => None,
        Value::Text(text) => Some((text.trim().to_owned(), entry.node.at)),
        Value::Bool(_) => None,
        _ => {
            keys.wrong(entry, "a path such as `/about/`");
            None
        }
    }
}

/// Tags, then categories, and the first category.
fn tags(keys: &mut Keys<'_>, jekyll: bool) -> (Vec<String>, Option<String>) {
    let format = keys.format();
    let spaced = jekyll && format == Some(Format::Yaml);
    let split = |text: &str| {
        if spaced && !text.contains(',') {
            text.split_whitespace().map(str::to_owned).collect()
        } else {
            commas(text)
        }
    };
    let mut tags = keys.names(&["tags", "tag"], split);
    let mut categories = keys.names(&["categories"], split);
    categories.extend(keys.names(&["category"], commas));
    if let Some(mut taxonomies) = keys.table("taxonomies") {
        tags.extend(taxonomies.names(&["tags", "tag"], commas));
        categories.extend(taxonomies.names(&["categories", "category"], commas));
        keys.faults.append(&mut taxonomies.faults);
    }
    let first = categories.first().cloned();
    tags.append(&mut categories);
    (tags, first)
}

/// `author` is one name, however it reads; a line of `authors` in bare headers holds several.
fn authors(keys: &mut Keys<'_>) -> Vec<String> {
    let headers = keys.format() == Some(Format::Headers);
    let several = keys.names(&["authors"], |text| match text {
        _ if headers && text.contains(';') => apart(text, ';'),
        _ if headers => commas(text),
        _ => lines(text),
    });
    let one = keys.names(&["author", "by"], lines);
    if !several.is_empty() || !one.is_empty() {
        return if several.is_empty() { one } else { several };
    }
    let Some(mut taxonomies) = keys.table("taxonomies") else {
        return Vec::new();
    };
    taxonomies.names(&["authors", "author"], lines)
}

fn commas(text: &str) -> Vec<String> {
    apart(text, ',')
}

fn apart(text: &str, separator: char) -> Vec<String> {
    text.split(separator)
        .map(super::keys::clean)
        .filter(|part| !part.is_empty())
        .collect()
}

/// The whole text as one name.
fn lines(text: &str) -> Vec<String> {
    Some(super::keys::clean(text))
        .filter(|text| !text.is_empty())
        .into_iter()
        .collect()
}

/// Warns of `tilte` where there is no `title`.
fn warn_of_misspelt(keys: &mut Keys<'_>) {
    let found: Vec<_> = keys
        .entries()
        .filter_map(|(name, entry)| misspelt(name).map(|meant| (entry, meant)))
        .filter(|(_, meant)| keys.find(&[meant]).is_none())
        .collect();
    for (entry, meant) in found {
        keys.warn(
            "front-matter-key",
            entry,
            format!("nothing reads the key `{}`", entry.key),
            format!("did you mean `{meant}`?"),
        );
    }
}

/// The guarded key `name` is one slip away from. In words of four letters another letter makes
/// another word (`data`, `rate`), so only a letter more, less or swapped counts there.
fn misspelt(name: &str) -> Option<&'static str> {
    if GUARDED.contains(&name) || OTHERS.contains(&name) || name.len() > 12 {
        return None;
    }
    GUARDED.into_iter().find(|meant| {
        let slip = strsim::damerau_levenshtein(name, meant) == 1;
        slip && (meant.len() > 4 || name.len() != meant.len() || sorted(name) == sorted(meant))
    })
}

fn sorted(word: &str) -> Vec<char> {
    let mut letters: Vec<char> = word.chars().collect();
    letters.sort_unstable();
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Fields, Vec<Diagnostic>) {
        Fields::read(&FrontMatter::read(text).unwrap(), text, false)
    }

    fn fields(text: &str) -> Fields {
        let (fields, faults) = read(text);
        assert_eq!(faults, [], "{text}");
        fields
    }

    fn day(text: &str) -> Option<Stated> {
        Some(Stated::parse(text).unwrap())
    }

    #[test]
    fn dates_go_by_many_names() {
        for key in [
            "date",
            "pubDate",
            "pub_datetime",
            "publishDate",
            "published",
            "created",
            "creation_date",
        ] {
            assert_eq!(
                fields(&format!("---\n{key}: 2024-05-01\n---\n")).date,
                day("2024-05-01"),
                "{key}"
            );
        }
        for key in ["updated", "lastmod", "last_modified_at", "modDatetime"] {
            assert_eq!(
                fields(&format!("---\n{key}: 2024-05-01\n---\n")).updated,
                day("2024-05-01"),
                "{key}"
            );
        }
        let toml = fields("+++\ndate = 2024-05-01T10:00:00Z\nupdated = 2024-05-02\n+++\n");
        assert_eq!(
            (toml.date, toml.updated),
            (day("2024-05-01T10:00:00Z"), day("2024-05-02"))
        );
    }

    #[test]
    fn an_unreadable_date_is_an_error_that_says_what_is_read() {
        let (_, faults) = read("---\ntitle: A\ndate: 31 Feb 2024\n---\n");
        assert_eq!(
            (faults[0].code, faults[0].line, faults[0].column),
            ("date", Some(3), Some(7))
        );
        assert!(faults[0].help.as_deref().unwrap().contains("2024-05-01"));
    }

    #[test]
    fn drafts_are_said_in_many_ways() {
        for line in [
            "draft: true",
            "draft: \"true\"",
            "published: false",
            "status: draft",
            "status: Hidden",
            "permalink: false",
        ] {
            assert!(fields(&format!("---\n{line}\n---\n")).draft, "{line}");
        }
        for line in [
            "draft: false",
            "published: true",
            "published: 2024-05-01",
            "status: published",
        ] {
            assert!(!fields(&format!("---\n{line}\n---\n")).draft, "{line}");
        }
        assert!(fields("Title: x\nStatus: draft\n\nBody").draft);
    }

    #[test]
    fn tags_join_categories() {
        let zola = fields("+++\n[taxonomies]\ntags = [\"a\", \"b\"]\ncategories = [\"c\"]\n+++\n");
        assert_eq!(
            (zola.tags, zola.category.as_deref()),
            (vec!["a".into(), "b".into(), "c".into()], Some("c"))
        );
        assert_eq!(
            fields("---\ntags: web design, rust\n---\n").tags,
            ["web design", "rust"]
        );
        assert_eq!(
            fields("---\ntags: [2024, rust]\n---\n").tags,
            ["2024", "rust"]
        );
        let text = "---\ncategories: a b\n---\n";
        let (jekyll, _) = Fields::read(&FrontMatter::read(text).unwrap(), text, true);
        assert_eq!(jekyll.tags, ["a", "b"]);
    }

    #[test]
    fn authors_are_names() {
        assert_eq!(
            fields("---\nauthor: Ann Lee, Jr.\n---\n").authors,
            ["Ann Lee, Jr."]
        );
        assert_eq!(
            fields("---\nauthors:\n - name: Ann\n - Bob\n---\n").authors,
            ["Ann", "Bob"]
        );
        assert_eq!(
            fields("Title: x\nAuthors: Ann, Bob\n\n").authors,
            ["Ann", "Bob"]
        );
    }

    #[test]
    fn a_value_of_the_wrong_type_is_pointed_at() {
        let (_, faults) = read("+++\ntitle = \"A\"\ntags = 3\n+++\n");
        assert_eq!((faults[0].line, faults[0].column), (Some(3), Some(8)));
        assert_eq!(faults[0].message, "`tags` is a number");
        assert!(faults[0].is_error());
        assert!(read("---\ntitle: [a]\n---\n").1[0].is_error());
        assert!(read("---\ndraft: maybe\n---\n").1[0].is_error());
    }

    #[test]
    fn a_slip_of_a_guarded_key_is_a_warning_and_no_more() {
        for (key, meant) in [
            ("tilte", "title"),
            ("tiltle", "title"),
            ("dtae", "date"),
            ("darft", "draft"),
            ("tasg", "tags"),
        ] {
            let (_, faults) = read(&format!("---\n{key}: x\n---\n"));
            assert_eq!(faults.len(), 1, "{key}");
            assert_eq!(faults[0].help, Some(format!("did you mean `{meant}`?")));
            assert!(!faults[0].is_error());
        }
        for line in [
            "data: x",
            "rate: 5",
            "layout: post",
            "tilte: x\ntitle: y",
            "author: x",
            "toc: true",
        ] {
            assert_eq!(read(&format!("---\n{line}\n---\n")).1, [], "{line}");
        }
    }

    #[test]
    fn a_number_for_a_title_stays_as_written() {
        assert_eq!(
            fields("---\ntitle: 1.10\n---\n").title.as_deref(),
            Some("1.10")
        );
        assert_eq!(
            fields("---\ntitle: 007\n---\n").title.as_deref(),
            Some("007")
        );
        assert_eq!(
            fields("+++\ntitle = 1984\n+++\n").title.as_deref(),
            Some("1984")
        );
        assert_eq!(fields("---\ntitle: \"\"\n---\n").title.as_deref(), Some(""));
    }
}
