//! How much each word says of which items, for an index that is searched elsewhere. Items are
//! counted one at a time, on any thread and in any order, and are put in theirs at the end.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use foldhash::fast::RandomState;

use super::codes::{put, take};
use super::document::{LONGEST, Section, cut};
use super::words::words;

type Numbers = HashMap<Box<str>, u32, RandomState>;

/// The words of all items that were counted.
#[derive(Debug, Default)]
pub(crate) struct Weights(Mutex<Counters>);

/// As many as count at a time, each with its own numbers for words.
#[derive(Debug, Default)]
struct Counters {
    idle: Vec<(usize, Counter)>,
    count: usize,
}

/// Counts the words of one item after the other.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    numbers: Numbers,
    /// By number, of the item at hand; and the numbers it has.
    sums: Vec<u32>,
    met: Vec<u32>,
}

/// The words of one item, in pairs: the word's number, and how much it says of the item.
#[derive(Debug)]
pub(crate) struct Counted {
    counter: usize,
    pairs: Box<[u8]>,
}

impl Weights {
    /// The words that `count` finds of an item.
    pub(crate) fn of(&self, count: impl FnOnce(&mut Counter)) -> Counted {
        let counters = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (number, mut counter) = {
            let mut counters = counters();
            counters.idle.pop().unwrap_or_else(|| {
                counters.count += 1;
                (counters.count - 1, Counter::default())
            })
        };
        count(&mut counter);
        let pairs = counter.take();
        counters().idle.push((number, counter));
        Counted {
            counter: number,
            pairs,
        }
    }

    /// By word, in their order, pairs of an item and how much the word says of it. An item is known
    /// by its place, and may have been counted in parts.
    pub(crate) fn lists(&self, items: &[[Counted; 2]]) -> Vec<(Box<str>, Vec<u32>)> {
        let mut counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let counters = std::mem::take(&mut *counters);
        let mut numbers = Numbers::default();
        let mut shared: Vec<Vec<u32>> = vec![Vec::new(); counters.count];
        for (number, counter) in counters.idle {
            shared[number] = vec![0; counter.numbers.len()];
            for (word, own) in counter.numbers {
                let next = numbers.len() as u32;
                shared[number][own as usize] = *numbers.entry(word).or_insert(next);
            }
        }
        let mut lists: Vec<Vec<u32>> = vec![Vec::new(); numbers.len()];
        for (item, parts) in items.iter().enumerate() {
            for Counted { counter, pairs } in parts {
                let mut at = 0;
                while let (Some(own), Some(weight)) = (take(pairs, &mut at), take(pairs, &mut at)) {
                    let list = &mut lists[shared[*counter][own as usize] as usize];
                    match &mut list[..] {
                        [.., last, sum] if *last == item as u32 => *sum += weight,
                        _ => list.extend([item as u32, weight]),
                    }
                }
            }
        }
        let lists = numbers
            .into_iter()
            .map(|(word, number)| (word, std::mem::take(&mut lists[number as usize])));
        let mut lists: Vec<_> = lists.collect();
        lists.sort_unstable_by(|(word, _), (other, _)| word.cmp(other));
        lists
    }
}

impl Counter {
    /// Adds the words of a text.
    pub(crate) fn add(&mut self, sections: &[Section]) {
        let mut room = LONGEST;
        for Section { field, text } in sections {
            let text = cut(text, room);
            room -= text.len();
            words(text, |word, _| self.put(word, field.weight()));
        }
    }

    /// Adds one word.
    pub(crate) fn put(&mut self, word: &str, weight: u32) {
        let number = match self.numbers.get(word) {
            Some(number) => *number,
            None => {
                let number = self.sums.len() as u32;
                self.numbers.insert(word.into(), number);
                self.sums.push(0);
                number
            }
        };
        let sum = &mut self.sums[number as usize];
        if *sum == 0 {
            self.met.push(number);
        }
        *sum += weight;
    }

    fn take(&mut self) -> Box<[u8]> {
        let mut pairs = Vec::with_capacity(self.met.len() * 4);
        for number in self.met.drain(..) {
            put(&mut pairs, number);
            put(&mut pairs, std::mem::take(&mut self.sums[number as usize]));
        }
        pairs.into()
    }
}

#[cfg(test)]
mod tests {
    use super::super::document::Field;
    use super::*;

    #[test]
    fn a_word_says_more_of_what_it_stands_in_the_title_of() {
        let text = |field, text: &str| Section::new(field, text);
        let weights = Weights::default();
        let none = || weights.of(|_| ());
        let later = weights.of(|counter| counter.add(&[text(Field::Body, "Cat")]));
        // Meanwhile another thread counts with numbers of its own.
        let mut inner = None;
        let title = weights.of(|counter| {
            counter.add(&[text(Field::Title, "Cats")]);
            counter.put("#pets", 1);
            inner = Some(weights.of(|counter| counter.add(&[text(Field::Body, "cats, a cat")])));
        });
        let items = [[title, inner.unwrap()], [none(), none()], [later, none()]];
        let all = weights.lists(&items);
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
