//! Search in an export, where no server answers: an index in pieces that a script loads as it needs
//! them, and the script. A piece holds the words that begin alike, so that a large blog's index is
//! never loaded whole.

use std::collections::BTreeMap;
use std::collections::HashMap;

use rayon::prelude::*;

use super::{Edition, Entry};
use crate::address::SEARCH;
use crate::diagnostic::Diagnostic;
use crate::render::escape_into;
use crate::render::view::DateView;
use crate::search::folded;

const SCRIPT: &str = include_str!("local.js");
/// Posts that are described in one piece.
const BATCH: usize = 200;
/// Words of posts, counted in each, up to which an index is in one piece, and in as many as there
/// are first letters.
const ONE_PIECE: usize = 20_000;
const BY_LETTER: usize = 400_000;

/// How much a word says of which posts.
type Lists = BTreeMap<Box<str>, Vec<u32>>;

impl Edition<'_> {
    /// Addresses and contents of what an export is searched with.
    pub(crate) fn local_search(&self) -> Result<Vec<(String, Vec<u8>)>, Diagnostic> {
        let entries: Vec<&Entry> = self
            .posts
            .iter()
            .chain(self.pages)
            .map(AsRef::as_ref)
            .collect();
        let mut lists = Lists::new();
        for (batch, entries) in entries.chunks(BATCH).enumerate() {
            let words = entries.par_iter().map(|entry| self.words(entry));
            let words: Vec<Vec<(Box<str>, u32)>> = words.collect::<Result<_, _>>()?;
            for (place, words) in (batch * BATCH..).zip(words) {
                for (word, weight) in words {
                    lists
                        .entry(word)
                        .or_default()
                        .extend([place as u32, weight]);
                }
            }
        }
        let count: usize = lists.values().map(|list| list.len() / 2).sum();
        let split = usize::from(count > ONE_PIECE) + usize::from(count > BY_LETTER);
        let file = |name: &str, json: serde_json::Result<Vec<u8>>| {
            (format!("{SEARCH}{name}.json"), json.unwrap_or_default())
        };
        let head = serde_json::json!({ "split": split, "posts": entries.len(), "batch": BATCH });
        let mut files = vec![
            (format!("{SEARCH}local.js"), SCRIPT.into()),
            file("index", serde_json::to_vec(&head)),
        ];
        for (number, batch) in entries.chunks(BATCH).enumerate() {
            let described: Vec<[String; 5]> =
                batch.iter().map(|entry| self.described(entry)).collect();
            files.push(file(&format!("p-{number}"), serde_json::to_vec(&described)));
        }
        for (name, lists) in pieces(lists, split) {
            files.push(file(&name, serde_json::to_vec(&lists)));
        }
        Ok(files)
    }

    /// The words that find an entry, its tags and authors among them.
    fn words(&self, entry: &Entry) -> Result<Vec<(Box<str>, u32)>, Diagnostic> {
        let bytes = (self.read)(&entry.post)?;
        let analysed = entry.analysed(&bytes, self.config.content.dialect());
        let words = analysed
            .weighed()
            .map(|(word, weight)| (word.into(), weight));
        let mut words: Vec<(Box<str>, u32)> = words.collect();
        let tags = entry.tags().iter();
        let tags = tags.flat_map(|(slug, name)| [('#', slug), ('#', name)]);
        let authors = entry.post.authors.iter();
        let authors = authors.flat_map(|name| [('@', &name.handle), ('@', &name.shown)]);
        let named = tags
            .chain(authors)
            .map(|(mark, name)| format!("{mark}{}", folded(name)));
        let mut named: Vec<String> = named.collect();
        named.sort_unstable();
        named.dedup();
        words.extend(named.into_iter().map(|name| (name.into(), 1)));
        Ok(words)
    }

    /// An entry as a list of results shows it; the last is HTML.
    fn described(&self, entry: &Entry) -> [String; 5] {
        let mut excerpt = String::new();
        escape_into(&mut excerpt, entry.description());
        let date = DateView::of(entry.post.published, &self.config.site);
        [
            entry.url.clone(),
            entry.name(),
            date.iso,
            date.display,
            excerpt,
        ]
    }
}

/// The lists by the first letters of their words, and the name of each piece.
fn pieces(lists: Lists, split: usize) -> BTreeMap<String, Lists> {
    let mut pieces: HashMap<String, Lists> = HashMap::new();
    for (word, list) in lists {
        let letters = word.chars().take(split);
        let letters: Vec<String> = letters
            .map(|letter| format!("{:x}", letter as u32))
            .collect();
        let name = format!("w-{}", letters.join("-"));
        pieces.entry(name).or_default().insert(word, list);
    }
    pieces.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_holds_the_words_that_begin_alike() {
        let lists = ["to", "tea", "a", "東京"].map(|word| (word.into(), vec![0, 1]));
        let names = |split| {
            pieces(Lists::from(lists.clone()), split)
                .into_keys()
                .collect::<Vec<_>>()
        };
        assert_eq!(names(0), ["w-"]);
        assert_eq!(names(1), ["w-61", "w-6771", "w-74"]);
        assert_eq!(names(2), ["w-61", "w-6771-4eac", "w-74-65", "w-74-6f"]);
    }
}
