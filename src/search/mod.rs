//! Full-text search: documents in, and for a query the best of them, with excerpts. Knows words and
//! where they stand; what a document is, and who may see it, is known by whoever asks.
//!
//! Documents lie in segments that are written once. A push adds a small one; what is out of date
//! is passed over until segments are written together.

mod builder;
mod codes;
mod document;
mod excerpt;
mod query;
mod ranking;
mod segment;
mod store;
#[cfg(test)]
mod tests;
mod weights;
mod words;

use std::sync::Arc;

use ranking::{Scan, Scored, Terms, WORK};
use segment::Segment;

pub(crate) use builder::Analysed;
pub(crate) use document::{Field, Section};
pub(crate) use excerpt::Piece;
pub(crate) use query::{LONGEST, Query};
pub(crate) use store::Store;
pub(crate) use weights::{Counted, Counter, Weights};
pub(crate) use words::folded;

/// A document that is no more.
const GONE: u32 = u32::MAX;

/// All that can be found at one moment. Items are numbers to whoever asks; of two that answer as
/// well the lower comes first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
struct Part {
    segment: Arc<Segment>,
    /// By document: which item it is.
    items: Vec<u32>,
}

/// What answers a query, the best first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hits {
    all: Vec<Hit>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit {
    pub(crate) item: u32,
    part: u32,
    document: u32,
}

impl Index {
    /// The best first; only items that are `allowed` are found.
    pub(crate) fn find(&self, query: &Query, allowed: &dyn Fn(u32) -> bool) -> Hits {
        if query.words.is_empty() {
            return match query.filters() {
                true => self.all(allowed),
                false => Hits::default(),
            };
        }
        let terms = Terms::of(&self.parts, query);
        let (mut found, mut work) = (Vec::new(), WORK);
        for (number, part) in self.parts.iter().enumerate() {
            let scan = Scan::new(part, query, &terms, work);
            work = scan.found((number, part), allowed, &mut found);
        }
        let most = found.iter().map(|scored| scored.covered).max();
        let all = query.units.len() as u32;
        // Where nothing has all, what has half is better than nothing.
        let enough = match most {
            Some(most) if most == all => all,
            Some(most) => most.min(all.div_ceil(2)).max(1),
            None => 1,
        };
        found.retain(|scored| scored.covered >= enough);
        found.sort_unstable_by(Scored::order);
        let hits = found.iter().map(|scored| Hit {
            item: scored.item,
            part: scored.part,
            document: scored.document,
        });
        Hits {
            all: hits.collect(),
        }
    }

    /// Every item that is allowed, in order.
    fn all(&self, allowed: &dyn Fn(u32) -> bool) -> Hits {
        let mut all = Vec::new();
        for (part, Part { items, .. }) in self.parts.iter().enumerate() {
            let items = items.iter().enumerate();
            let known = items.filter(|(_, item)| **item != GONE && allowed(**item));
            all.extend(known.map(|(document, item)| Hit {
                item: *item,
                part: part as u32,
                document: document as u32,
            }));
        }
        all.sort_unstable_by_key(|hit| hit.item);
        Hits { all }
    }

    /// Bytes it holds in memory.
    pub(crate) fn held(&self) -> usize {
        let parts = self.parts.iter();
        let held = parts.map(|part| part.segment.held() + part.items.len() * size_of::<u32>());
        held.sum()
    }

    /// The stretch of what was found that shows why.
    pub(crate) fn excerpt(&self, hit: &Hit, query: &Query) -> Vec<Piece> {
        let part = self.parts.get(hit.part as usize);
        let text = part.map(|part| part.segment.text(hit.document as usize));
        excerpt::excerpt(&text.unwrap_or_default(), query)
    }
}

impl Hits {
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// Those of one page, counted from 1.
    pub(crate) fn page(&self, number: usize, length: usize) -> &[Hit] {
        let from = number.saturating_sub(1).saturating_mul(length);
        let from = from.min(self.all.len());
        &self.all[from..self.all.len().min(from + length)]
    }
}
