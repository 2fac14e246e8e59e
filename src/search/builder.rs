//! A segment being made: documents are added one after the other, and written with the lists of
//! all their words.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::codes::{List, put};
use super::document::{Field, LONGEST, Section, cut, encode};
use super::segment::MAGIC;
use super::words::words;
use crate::memo::{Key, checksum};

/// Words by a quick hash: it is seeded, so that no author can have theirs collide.
type Numbers = HashMap<Box<str>, u32, RandomState>;

/// Places between two sections, so that no phrase goes from one to the next.
const GAP: u32 = 8;

#[derive(Debug, Default)]
pub(super) struct Builder {
    /// Each document's text as it is kept, one after the other.
    texts: Vec<u8>,
    documents: Vec<Kept>,
    numbers: Numbers,
    lists: Vec<List>,
}

#[derive(Debug)]
struct Kept {
    key: Key,
    /// Words in it.
    length: u32,
    /// Bytes of its text.
    text: u32,
}

/// The words of one document, ready to be added.
#[derive(Debug)]
pub(crate) struct Analysed {
    key: Key,
    text: Vec<u8>,
    length: u32,
    /// The distinct words with their numbers, and for each occurrence which, where, and how much it
    /// counts.
    words: Numbers,
    places: Vec<(u32, u32, u8)>,
}

impl Analysed {
    pub(crate) fn new(key: Key, sections: &[Section]) -> Self {
        let mut text = Vec::new();
        encode(sections, &mut text);
        let mut numbers = Numbers::default();
        let mut places = Vec::new();
        let (mut place, mut length, mut room) = (0, 0, LONGEST);
        for Section { field, text } in sections {
            let text = cut(text, room);
            room -= text.len();
            let weight = field.weight() as u8;
            words(text, |word, _| {
                let number = match numbers.get(word) {
                    Some(number) => *number,
                    None => {
                        let number = numbers.len() as u32;
                        numbers.insert(word.into(), number);
                        number
                    }
                };
                places.push((number, place, weight));
                place += 1;
                // What is said twice in the front does not make the text longer.
                length += u32::from(!matches!(field, Field::Title | Field::Tag));
            });
            place += GAP;
        }
        Self {
            key,
            text,
            length,
            words: numbers,
            places,
        }
    }
}

impl Builder {
    /// Bytes of text it holds.
    pub(super) fn size(&self) -> usize {
        self.texts.len()
    }

    pub(super) fn add(&mut self, analysed: Analysed) {
        let document = self.documents.len() as u32;
        let Analysed {
            key,
            text,
            length,
            words,
            places,
        } = analysed;
        let mut known = vec![0; words.len()];
        for (word, own) in words {
            let next = self.lists.len() as u32;
            let number = *self.numbers.entry(word).or_insert(next);
            if number == next {
                self.lists.push(List::default());
            }
            known[own as usize] = number;
        }
        for (number, place, weight) in places {
            let list = &mut self.lists[known[number as usize] as usize];
            list.add(document, place, u32::from(weight));
        }
        self.documents.push(Kept {
            key,
            length,
            text: text.len() as u32,
        });
        self.texts.extend_from_slice(&text);
    }

    /// The bytes of the segment.
    pub(super) fn finish(self, program: Key) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.texts.len() * 2);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&u128::from(program).to_le_bytes());
        bytes.extend_from_slice(&self.texts);
        let mut words: Vec<(Box<str>, u32)> = self.numbers.into_iter().collect();
        words.sort_unstable();
        let mut table = Vec::new();
        put(&mut table, self.documents.len() as u32);
        for Kept { key, length, text } in &self.documents {
            table.extend_from_slice(&u128::from(*key).to_le_bytes());
            put(&mut table, *length);
            put(&mut table, *text);
        }
        put(&mut table, words.len() as u32);
        let mut lists: Vec<Option<List>> = self.lists.into_iter().map(Some).collect();
        for (word, number) in words {
            let list = lists[number as usize].take().unwrap_or_default();
            let (list, count) = list.finish();
            put(&mut table, word.len() as u32);
            table.extend_from_slice(word.as_bytes());
            put(&mut table, count);
            put(&mut table, list.len() as u32);
            bytes.extend_from_slice(&list);
        }
        let length = table.len() as u64;
        let sum = checksum(&table);
        bytes.append(&mut table);
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(&sum.to_le_bytes());
        bytes
    }
}
