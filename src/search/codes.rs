//! Numbers in as few bytes as they need, and the list of one word's places made of them: for each
//! document how far it is from the one before, how much the word weighs in it, how many bytes
//! follow, and in these the places.

use std::ops::Range;

/// Where a word stands in one document; the places are read only if they are asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Posting {
    pub(super) document: u32,
    /// How much the word says of the document, from how often and where it stands.
    pub(super) weight: u32,
    /// Bytes of the places, within the list.
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Posting {
    pub(super) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

pub(super) fn put(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// A number and what follows it; `None` where the bytes are not what was written.
pub(super) fn take(bytes: &[u8], at: &mut usize) -> Option<u32> {
    let mut number = 0;
    for shift in (0..35).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        number |= u32::from(byte & 0x7f).checked_shl(shift)?;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// The documents of a list.
pub(super) fn postings(list: &[u8]) -> impl Iterator<Item = Posting> {
    let (mut at, mut document) = (0, 0);
    std::iter::from_fn(move || {
        document = take(list, &mut at)?.checked_add(document)?;
        let weight = take(list, &mut at)?;
        let length = take(list, &mut at)?;
        let start = at;
        at = start.checked_add(length as usize)?;
        list.get(start..at)?;
        Some(Posting {
            document,
            weight,
            start: u32::try_from(start).ok()?,
            end: u32::try_from(at).ok()?,
        })
    })
}

/// The places a document's bytes stand for.
pub(super) fn places(bytes: &[u8]) -> impl Iterator<Item = u32> {
    let (mut at, mut place) = (0, 0);
    std::iter::from_fn(move || {
        place = take(bytes, &mut at)?.checked_add(place)?;
        Some(place)
    })
}

/// A list being written.
#[derive(Debug, Default)]
pub(super) struct List {
    bytes: Vec<u8>,
    /// Documents that are written, and the last of them.
    count: u32,
    written: u32,
    /// The document that is under way, its weight, its places and the last of them.
    document: Option<u32>,
    weight: u32,
    places: Vec<u8>,
    place: u32,
}

impl List {
    /// Adds a place; documents and places come in order.
    pub(super) fn add(&mut self, document: u32, place: u32, weight: u32) {
        if self.document != Some(document) {
            self.end_document();
            self.document = Some(document);
        }
        put(&mut self.places, place - self.place);
        self.place = place;
        self.weight = self.weight.saturating_add(weight);
    }

    fn end_document(&mut self) {
        let Some(document) = self.document.take() else {
            return;
        };
        put(&mut self.bytes, document - self.written);
        put(&mut self.bytes, self.weight);
        put(&mut self.bytes, self.places.len() as u32);
        self.bytes.append(&mut self.places);
        self.written = document;
        self.count += 1;
        self.place = 0;
        self.weight = 0;
    }

    /// The list, and how many documents are in it.
    pub(super) fn finish(mut self) -> (Vec<u8>, u32) {
        self.end_document();
        (self.bytes, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_comes_back() {
        let written = [
            (0, vec![0, 1, 127]),
            (3, vec![128]),
            (70_000, vec![5, 20_000, 3_000_000]),
        ];
        let mut list = List::default();
        for (document, places) in &written {
            places
                .iter()
                .for_each(|place| list.add(*document, *place, 2));
        }
        let (bytes, count) = list.finish();
        assert_eq!(count, 3);
        let weights: Vec<u32> = postings(&bytes).map(|found| found.weight).collect();
        assert_eq!(weights, [6, 2, 6]);
        let read = postings(&bytes);
        let read: Vec<(u32, Vec<u32>)> = read
            .map(|found| (found.document, places(&bytes[found.range()]).collect()))
            .collect();
        assert_eq!(read, written);
    }

    #[test]
    fn bytes_that_nobody_wrote_end_early() {
        for bytes in [&[0x80][..], &[1], &[1, 2], &[1, 2, 5, 0], &[0xff; 12]] {
            assert_eq!(postings(bytes).count(), 0, "{bytes:?}");
        }
        assert_eq!(places(&[1, 0xff]).count(), 1);
    }
}
