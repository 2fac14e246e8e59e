//! Search in an export, where no server answers: an index in pieces that a script loads as it needs
//! them, and the script. A piece holds the words that begin alike, so that a large blog's index is
//! never loaded whole.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serializer;

use super::words::Words;
use super::{Edition, Entry};
use crate::address::SEARCH;
use crate::diagnostic::Diagnostic;
use crate::render::view::DateView;
use crate::render::{escape_into, plain};
use crate::search::{Counted, Counter, folded};

const SCRIPT: &str = include_str!("local.js");
/// Posts that are described in one piece.
const BATCH: usize = 200;
/// Posts whose words are counted one after the other.
const PART: usize = 50;
/// Words of posts, counted in each, up to which an index is in one piece, and in as many as there
/// are first letters.
const ONE_PIECE: usize = 20_000;
const BY_LETTER: usize = 400_000;

/// Words, each with how much it says of which posts.
type Lists = Vec<(Box<str>, Vec<u32>)>;

impl Edition<'_> {
    /// Hands over all that an export is searched with, each with its address.
    pub(crate) fn local_search<E: Send>(
        &self,
        failed: impl FnOnce(Diagnostic) -> E,
        put: impl Fn(&str, Vec<u8>) -> Result<(), E> + Sync,
    ) -> Result<(), E> {
        let entries = self.posts.iter().chain(self.pages);
        let entries: Vec<&Entry> = entries.map(AsRef::as_ref).collect();
        let lists = self.words(&entries).map_err(failed)?;
        let count: usize = lists.iter().map(|(_, list)| list.len() / 2).sum();
        let split = usize::from(count > ONE_PIECE) + usize::from(count > BY_LETTER);
        let file = |name: &str, json: serde_json::Result<Vec<u8>>| {
            put(&format!("{SEARCH}{name}.json"), json.unwrap_or_default())
        };
        put(&format!("{SEARCH}local.js"), SCRIPT.into())?;
        let head = serde_json::json!({ "split": split, "posts": entries.len(), "batch": BATCH });
        file("index", serde_json::to_vec(&head))?;
        let batches = entries.par_chunks(BATCH).enumerate();
        batches.try_for_each(|(number, batch)| {
            let described = batch.iter().map(|entry| self.described(entry));
            let described: Vec<[String; 5]> = described.collect();
            file(&format!("p-{number}"), serde_json::to_vec(&described))
        })?;
        let pieces = pieces(lists, split).into_par_iter();
        pieces.try_for_each(|(name, lists)| {
            let mut json = Vec::new();
            let written = serde_json::Serializer::new(&mut json).collect_map(lists);
            file(&name, written.map(|()| json))
        })
    }

    /// The words of all entries. Those of texts that this build rendered are counted already.
    fn words(&self, entries: &[&Entry]) -> Result<Lists, Diagnostic> {
        let own = Words::default();
        let words = self.texts.words.as_ref().unwrap_or(&own);
        let counted = entries.par_iter().with_min_len(PART).map(|entry| {
            let text = match words.take(entry.rendered.of) {
                Some(counted) => counted,
                None => {
                    let bytes = (self.read)(&entry.post)?;
                    let body = entry.post.body(&bytes).unwrap_or_default();
                    let dialect = self.config.content.dialect();
                    let sections = plain::text(&entry.post, body, dialect);
                    words.weights.of(|counter| counter.add(&sections))
                }
            };
            Ok([words.weights.of(|counter| facts(entry, counter)), text])
        });
        let counted: Vec<[Counted; 2]> = counted.collect::<Result<_, Diagnostic>>()?;
        Ok(words.weights.lists(&counted))
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

/// The words that find an entry besides those of its text: its tags and authors have a mark.
fn facts(entry: &Entry, counter: &mut Counter) {
    counter.add(&plain::facts(&entry.post, &entry.name()));
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
    for name in named {
        counter.put(&name, 1);
    }
}

/// The lists by the first letters of their words, and the name of each piece.
fn pieces(lists: Lists, split: usize) -> BTreeMap<String, Lists> {
    let mut pieces: BTreeMap<String, Lists> = BTreeMap::new();
    for (word, list) in lists {
        let letters = word.chars().take(split);
        let letters: Vec<String> = letters
            .map(|letter| format!("{:x}", letter as u32))
            .collect();
        let name = format!("w-{}", letters.join("-"));
        pieces.entry(name).or_default().push((word, list));
    }
    pieces
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
