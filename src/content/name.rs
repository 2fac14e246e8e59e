//! What a document's path says: the words of its name, a date, the folders it lies in.

use std::ops::RangeInclusive;

use jiff::civil::Date;

use super::layout::{self, Layout};

/// A document's path below its root, read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FileName<'p> {
    /// The name without date and draft's marks: what the slug is made of.
    pub(super) words: &'p str,
    pub(super) date: Option<Date>,
    /// The language it is in, where the name says another than the blog's.
    pub(super) language: Option<String>,
    /// Folders between the root and the document (or its bundle), drafts folders left out.
    pub(super) folders: Vec<&'p str>,
}

impl<'p> FileName<'p> {
    pub(super) fn read(below: &'p str, layout: &Layout) -> Self {
        let mut folders: Vec<&str> = below.split('/').collect();
        let file = folders.pop().unwrap_or(below);
        let (mut name, language) = layout.language(layout::stem(file).unwrap_or(file));
        if name == "index"
            && let Some(bundle) = folders.pop()
        {
            name = bundle;
        }
        let folders: Vec<&str> = folders
            .into_iter()
            .filter(|folder| !layout.is_drafts_name(folder))
            .collect();
        let name = without_marks(name);
        let (words, date) = leading_date(name).unwrap_or((name, None));
        Self {
            words,
            date: date.or_else(|| folder_date(&folders, name)),
            language: language.map(str::to_owned),
            folders,
        }
    }

    /// A name that is only a date or a number says nothing a title could be made of.
    pub(super) fn is_wordless(&self) -> bool {
        self.words
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '-' | '_' | '.' | ' '))
    }

    /// The name as a title: dashes as spaces, the first letter large.
    pub(super) fn title(&self) -> String {
        let words: Vec<&str> = self
            .words
            .split(|c: char| c == '-' || c == '_' || c.is_whitespace())
            .filter(|word| !word.is_empty())
            .collect();
        let line = super::keys::clean(&words.join(" "));
        let mut letters = line.chars();
        letters.next().map_or(String::new(), |first| {
            first.to_uppercase().chain(letters).collect()
        })
    }
}

fn without_marks(name: &str) -> &str {
    let bare = name
        .trim_start_matches('_')
        .trim_end_matches("_draft")
        .trim_end_matches(".draft");
    if bare.is_empty() { name } else { bare }
}

/// `2024-05-01-title`, `2024-05-01_title`, `2024-5-1-title`, `2024-05-01`. Where only a number follows, the date
/// stays part of the name: notes of many days would all be called `1`.
fn leading_date(name: &str) -> Option<(&str, Option<Date>)> {
    let mut parts = name.splitn(3, '-');
    let (year, month, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let end = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (day, rest) = rest.split_at(end);
    let date = civil(year, month, day)?;
    if rest.is_empty() {
        return Some((name, Some(date)));
    }
    let words = rest.strip_prefix(['-', '_', ' ', '.'])?;
    let wordless = words.chars().all(|c| c.is_ascii_digit() || c == '-');
    Some((if wordless { name } else { words }, Some(date)))
}

/// `2024/05/01/title`, or `2024/05/01` with the day as the name.
fn folder_date(folders: &[&str], name: &str) -> Option<Date> {
    match folders {
        [.., year, month, day] if civil(year, month, day).is_some() => civil(year, month, day),
        [.., year, month] => civil(year, month, name),
        _ => None,
    }
}

fn civil(year: &str, month: &str, day: &str) -> Option<Date> {
    let digits = |text: &str, lengths: RangeInclusive<usize>| {
        lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !digits(year, 4..=4) || !digits(month, 1..=2) || !digits(day, 1..=2) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Content;

    fn read(below: &str) -> (String, Option<String>, Vec<String>) {
        let layout = Layout::new(&Content::default());
        let name = FileName::read(below, &layout);
        (
            name.words.to_owned(),
            name.date.map(|date| date.to_string()),
            name.folders
                .iter()
                .map(|folder| (*folder).to_owned())
                .collect(),
        )
    }

    #[test]
    fn dates_are_read_from_names_and_folders() {
        for (path, words, date) in [
            ("2024-05-01-title.md", "title", Some("2024-05-01")),
            ("2024-05-01_title.md", "title", Some("2024-05-01")),
            ("2024-5-1-title.md", "title", Some("2024-05-01")),
            ("2024-05-01é.md", "2024-05-01é", None),
            ("2024-05-01.md", "2024-05-01", Some("2024-05-01")),
            ("2024-05-01-1.md", "2024-05-01-1", Some("2024-05-01")),
            ("2024-05-01-title/index.md", "title", Some("2024-05-01")),
            ("2024/05/01/title.md", "title", Some("2024-05-01")),
            ("2024/05/01/title/index.md", "title", Some("2024-05-01")),
            ("2024/05/01.md", "01", Some("2024-05-01")),
            ("2024-02-30-title.md", "2024-02-30-title", None),
            ("2024-05-011.md", "2024-05-011", None),
            ("1714.md", "1714", None),
            ("日本語のタイトルです.md", "日本語のタイトルです", None),
            ("drafts/_idea_draft.md", "idea", None),
        ] {
            let (read_words, read_date, _) = read(path);
            assert_eq!(
                (read_words.as_str(), read_date.as_deref()),
                (words, date),
                "{path}"
            );
        }
    }

    #[test]
    fn folders_leave_out_bundles_and_drafts() {
        assert_eq!(read("a/b/x.md").2, ["a", "b"]);
        assert_eq!(read("a/x/index.md").2, ["a"]);
        assert_eq!(read("a/drafts/x.md").2, ["a"]);
        assert_eq!(read("index.md").0, "index");
    }

    #[test]
    fn a_name_becomes_a_title() {
        let layout = Layout::new(&Content::default());
        let title = |path| FileName::read(path, &layout).title();
        assert_eq!(title("2024-05-01-élan-vital_two.md"), "Élan vital two");
        assert!(FileName::read("2024-05-01.md", &layout).is_wordless());
        assert!(!FileName::read("2024-05-01-a.md", &layout).is_wordless());
    }
}
