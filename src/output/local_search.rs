//! Search in an export, where no server answers: an index in pieces that a script loads as it needs
//! them, and the script. A piece holds the words that begin alike, so that a large blog's index is
//! never loaded whole.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serializer;

use super::{Edition, Entry};
use crate::address::SEARCH;
use crate::diagnostic::Diagnostic;
use crate::render::escape_into;
use crate::render::view::DateView;
use crate::search::{Weights, folded};

const SCRIPT: &str = include_str!("local.js");
/// Posts that are described in one piece.
const BATCH: usize = 200;
/// Posts whose words are found one after the other.
const PART: usize = 1_000;
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
        let lists = self.weights(&entries).map_err(failed)?.sorted();
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

    fn weights(&self, entries: &[&Entry]) -> Result<Weights, Diagnostic> {
        let entries = entries.par_iter().enumerate().with_min_len(PART);
        let parts = entries.try_fold(Weights::default, |mut weights, (place, entry)| {
            self.weigh(&mut weights, place as u32, entry)?;
            Ok(weights)
        });
        parts.try_reduce(Weights::default, |before, later| {
            Ok(before.followed_by(later))
        })
    }

    /// Adds the words that find an entry, its tags and authors among them.
    fn weigh(&self, weights: &mut Weights, place: u32, entry: &Entry) -> Result<(), Diagnostic> {
        let bytes = (self.read)(&entry.post)?;
        weights.add(
            place,
            &entry.sections(&bytes, self.config.content.dialect()),
        );
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
            weights.put(place, &name, 1);
        }
        Ok(())
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
