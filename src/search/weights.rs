//! How much each word says of which items, for an index that is searched elsewhere.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::document::{LONGEST, Section, cut};
use super::words::words;

/// By word, in pairs: an item, and how much the word says of it.
#[derive(Debug, Default)]
pub(crate) struct Weights(HashMap<Box<str>, Vec<u32>, RandomState>);

impl Weights {
    /// Adds the words of an item; items come in their order.
    pub(crate) fn add(&mut self, item: u32, sections: &[Section]) {
        let mut room = LONGEST;
        for Section { field, text } in sections {
            let text = cut(text, room);
            room -= text.len();
            words(text, |word, _| self.put(item, word, field.weight()));
        }
    }

    /// Adds one word of an item.
    pub(crate) fn put(&mut self, item: u32, word: &str, weight: u32) {
        let list = match self.0.get_mut(word) {
            Some(list) => list,
            None => self.0.entry(word.into()).or_default(),
        };
        match &mut list[..] {
            [.., last, sum] if *last == item => *sum += weight,
            _ => list.extend([item, weight]),
        }
    }

    /// The same with what was found of later items.
    pub(crate) fn followed_by(mut self, later: Self) -> Self {
        if self.0.is_empty() {
            return later;
        }
        for (word, list) in later.0 {
            self.0.entry(word).or_default().extend(list);
        }
        self
    }

    /// The words in their order, with their pairs.
    pub(crate) fn sorted(self) -> Vec<(Box<str>, Vec<u32>)> {
        let mut all: Vec<_> = self.0.into_iter().collect();
        all.sort_unstable_by(|(word, _), (other, _)| word.cmp(other));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::super::document::Field;
    use super::*;

    #[test]
    fn a_word_says_more_of_what_it_stands_in_the_title_of() {
        let text = |field, text: &str| Section::new(field, text);
        let (mut all, mut later) = (Weights::default(), Weights::default());
        all.add(
            0,
            &[text(Field::Title, "Cats"), text(Field::Body, "cats, a cat")],
        );
        all.put(0, "#pets", 1);
        later.add(2, &[text(Field::Body, "Cat")]);
        let all = Weights::default()
            .followed_by(all)
            .followed_by(later)
            .sorted();
        let all: Vec<(&str, &[u32])> = all.iter().map(|(word, list)| (&**word, &**list)).collect();
        let expected: [(&str, &[u32]); 4] = [
            ("#pets", &[0, 1]),
            ("a", &[0, 2]),
            ("cat", &[0, 2, 2, 2]),
            ("cats", &[0, 12]),
        ];
        assert_eq!(all, expected);
    }
}
