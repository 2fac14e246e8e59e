//! Which documents of a segment answer a query, and how well: those that have its words one after
//! the other first, then those that have more of what belongs together, then by BM25, in which a
//! word counts by where it stands.

use std::sync::Arc;

use super::codes::{Posting, places, postings};
use super::query::{Query, Unit};
use super::segment::Segment;
use super::{GONE, Part};

/// Longer words that stand for the beginning of one, and how much they count.
const LONGER: usize = 24;
const LONGER_COUNT: f32 = 0.5;
/// Of BM25: a word that stands once in the body weighs 2.
const SATURATION: f32 = 2.4;
const LENGTH: f32 = 0.6;
/// A query of so many words is a text that somebody met somewhere, and the order of its words tells
/// more than where they stand.
const LONG: usize = 5;
/// How much it counts that the words follow each other.
const FOLLOWING: f32 = 4.0;
/// Numbers that are read for one query at most: some 20 ms.
pub(super) const WORK: usize = 4_000_000;

/// A document that was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scored {
    pub(super) item: u32,
    pub(super) part: u32,
    pub(super) document: u32,
    /// All words stand in it one after the other: 2, or 1 where the last one goes on.
    whole: u8,
    /// Units that it has.
    pub(super) covered: u32,
    /// Of a long query: how many of its words follow each other, in quarters.
    follow: u8,
    score: f32,
}

impl Scored {
    /// The better one is less; of equals the newer.
    pub(super) fn order(&self, other: &Self) -> std::cmp::Ordering {
        let key = |scored: &Self| (scored.whole, scored.covered, scored.follow);
        key(other)
            .cmp(&key(self))
            .then(other.score.total_cmp(&self.score))
            .then(self.item.cmp(&other.item))
    }
}

/// How a document has what was searched for.
#[derive(Default)]
struct Covers {
    units: u32,
    whole: u8,
    /// Of pairs of words: the share that follow each other.
    pairs: f32,
}

/// What is known of all segments.
pub(super) struct Terms {
    /// Of each word, how much it tells.
    rarity: Vec<f32>,
    average: f32,
}

/// A word in one segment: itself, if it is there, and longer ones.
struct Numbers {
    exact: Option<usize>,
    longer: Vec<usize>,
}

impl Numbers {
    fn of(segment: &Segment, query: &Query) -> Vec<Self> {
        let words = query.words.iter();
        let numbers = words.map(|word| Self {
            exact: segment.word(&word.text),
            longer: match word.begins {
                true => segment.beginning(&word.text, LONGER),
                false => Vec::new(),
            },
        });
        numbers.collect()
    }

    fn all(&self) -> impl Iterator<Item = (usize, bool)> {
        let exact = self.exact.iter().map(|number| (*number, true));
        exact.chain(self.longer.iter().map(|number| (*number, false)))
    }
}

impl Terms {
    pub(super) fn of(parts: &[Part], query: &Query) -> Self {
        let mut counts = vec![(0_u32, 0_u32); query.words.len()];
        let (mut documents, mut length) = (0_u64, 0_u64);
        for Part { segment, .. } in parts {
            documents += segment.documents.len() as u64;
            length += segment.total;
            for (count, numbers) in counts.iter_mut().zip(Numbers::of(segment, query)) {
                for (number, exact) in numbers.all() {
                    let count = if exact { &mut count.0 } else { &mut count.1 };
                    *count += segment.count(number);
                }
            }
        }
        let documents = documents.max(1) as f32;
        let rarity = counts.into_iter().map(|(exact, longer)| {
            let count = if exact > 0 { exact } else { longer };
            let count = (count as f32).min(documents);
            (1.0 + (documents - count + 0.5) / (count + 0.5)).ln()
        });
        Self {
            rarity: rarity.collect(),
            average: (length as f32 / documents).max(1.0),
        }
    }
}

/// The lists of a word in one segment.
#[derive(Default)]
struct Lists(Vec<(Vec<u8>, Vec<Posting>, bool)>);

/// One segment, looked through.
pub(super) struct Scan<'a> {
    segment: &'a Arc<Segment>,
    query: &'a Query,
    words: Vec<Lists>,
    scores: Vec<f32>,
    /// By document: the words that are in it.
    masks: Vec<u32>,
    /// What may still be read.
    pub(super) work: usize,
}

impl<'a> Scan<'a> {
    pub(super) fn new(part: &'a Part, query: &'a Query, terms: &Terms, work: usize) -> Self {
        let segment = &part.segment;
        let mut scan = Self {
            segment,
            query,
            words: Vec::new(),
            scores: vec![0.0; segment.documents.len()],
            masks: vec![0; segment.documents.len()],
            work,
        };
        for (word, numbers) in Numbers::of(segment, query).iter().enumerate() {
            let lists = scan.lists(numbers);
            scan.count(word, &lists, terms);
            scan.words.push(lists);
        }
        scan
    }

    fn lists(&mut self, numbers: &Numbers) -> Lists {
        let mut lists = Lists::default();
        for (number, exact) in numbers.all() {
            let count = self.segment.count(number) as usize;
            if !self.spend(count) {
                break;
            }
            // A list that cannot be read is as good as empty.
            let bytes = self.segment.list(number).unwrap_or_default();
            let known = |posting: &Posting| (posting.document as usize) < self.masks.len();
            let found = postings(&bytes).take_while(known).collect();
            lists.0.push((bytes, found, exact));
        }
        lists
    }

    /// Adds what a word says of the documents that have it.
    fn count(&mut self, word: usize, lists: &Lists, terms: &Terms) {
        let mut found: Vec<(u32, f32)> = Vec::new();
        for (_, postings, exact) in &lists.0 {
            let counts = if *exact { 1.0 } else { LONGER_COUNT };
            found.extend(postings.iter().map(|posting| {
                let length = self.segment.documents[posting.document as usize].length as f32;
                let norm = SATURATION * (1.0 - LENGTH + LENGTH * length / terms.average);
                let weight = posting.weight as f32;
                (posting.document, counts * weight / (weight + norm))
            }));
        }
        if lists.0.len() > 1 {
            found.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
            found.dedup_by_key(|(document, _)| *document);
        }
        for (document, tells) in found {
            self.scores[document as usize] += tells * terms.rarity[word];
            self.masks[document as usize] |= 1 << word;
        }
    }

    fn spend(&mut self, work: usize) -> bool {
        let left = self.work.checked_sub(work);
        self.work = left.unwrap_or_default();
        left.is_some()
    }

    /// What was found among the documents that are `allowed`.
    pub(super) fn found(
        mut self,
        (number, part): (usize, &Part),
        allowed: &dyn Fn(u32) -> bool,
        found: &mut Vec<Scored>,
    ) -> usize {
        for document in 0..self.masks.len() {
            let item = part.items.get(document).copied().unwrap_or(GONE);
            if self.masks[document] == 0 || item == GONE || !allowed(item) {
                continue;
            }
            let Some(covers) = self.covers(document) else {
                continue;
            };
            found.push(Scored {
                item,
                part: number as u32,
                document: document as u32,
                whole: covers.whole,
                covered: covers.units,
                follow: match self.query.words.len() >= LONG {
                    true => (covers.pairs * 4.0).round() as u8,
                    false => 0,
                },
                score: self.scores[document] * (1.0 + FOLLOWING * covers.pairs * covers.pairs),
            });
        }
        self.work
    }

    /// How many units a document has, whether it has all in one, and how many of the words follow
    /// each other as they were typed; `None` where it lacks a unit that it has to have.
    fn covers(&mut self, document: usize) -> Option<Covers> {
        let query = self.query;
        let alone = query.words.len() == 1;
        let places = match alone {
            true => Vec::new(),
            false => (0..query.words.len())
                .map(|word| self.places(document, word))
                .collect(),
        };
        let mut covers = Covers::default();
        for Unit { words, required } in &query.units {
            if alone || follow(&places[words.clone()]) {
                covers.units += 1;
            } else if *required {
                return None;
            }
        }
        let whole = alone || follow(&places);
        covers.whole = u8::from(whole) * (1 + u8::from(self.is_exact(document)));
        if !alone {
            let pairs = places.windows(2).filter(|pair| follow(pair)).count();
            covers.pairs = pairs as f32 / (places.len() - 1) as f32;
        }
        Some(covers)
    }

    /// Whether the last word stands in a document as it was typed.
    fn is_exact(&self, document: usize) -> bool {
        let Some(Lists(lists)) = self.words.last() else {
            return false;
        };
        let in_it = |posting: &Posting| posting.document.cmp(&(document as u32));
        let mut exact = lists.iter().filter(|(.., exact)| *exact);
        exact.any(|(_, postings, _)| postings.binary_search_by(in_it).is_ok())
    }

    /// Where a word stands in a document; nowhere, once too much was read.
    fn places(&mut self, document: usize, word: usize) -> Vec<u32> {
        let mut all = Vec::new();
        let Lists(lists) = &self.words[word];
        for (bytes, postings, _) in lists {
            let in_it = |posting: &Posting| posting.document.cmp(&(document as u32));
            if let Ok(at) = postings.binary_search_by(in_it) {
                all.extend(places(&bytes[postings[at].range()]));
            }
        }
        if lists.len() > 1 {
            all.sort_unstable();
        }
        if !self.spend(all.len()) {
            all.clear();
        }
        all
    }
}

/// Whether there is a place from which on each word follows the one before.
fn follow(words: &[Vec<u32>]) -> bool {
    let Some((first, others)) = words.split_first() else {
        return false;
    };
    let follows = |begin: &u32| {
        let places = others.iter().zip(1..);
        let mut places = places.map(|(word, steps)| word.binary_search(&(begin + steps)));
        places.all(|found| found.is_ok())
    };
    first.iter().any(follows)
}
