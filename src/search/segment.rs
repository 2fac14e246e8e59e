//! A segment: some documents, all their words, and where each word stands. Written once; its words
//! are held in memory, its lists and texts are read from the file when they are asked for.
//!
//! ```text
//! magic, program      a segment of another program means something else
//! texts               of each document, one after the other
//! lists               of each word, in the order of the words
//! table               documents: key, length, bytes of text; words: the word, documents, bytes
//! length of the table, its checksum
//! ```

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::codes::take;
use super::document::{Section, decode};
use crate::memo::{Key, checksum};

pub(super) const MAGIC: &[u8; 16] = b"byline search 1\n";
/// Bytes after the table.
pub(super) const CHECKED: usize = 12;
const HEAD: u64 = 32;

/// Where the bytes of a segment are.
#[derive(Debug)]
pub(crate) enum Place {
    File(File),
    Memory(Vec<u8>),
}

#[derive(Debug)]
pub(crate) struct Segment {
    place: Place,
    pub(super) documents: Vec<Document>,
    /// The words, in order, one after the other.
    names: String,
    words: Vec<Word>,
    /// Where the lists begin.
    lists: u64,
    /// Words in all documents.
    pub(super) total: u64,
}

#[derive(Debug)]
pub(super) struct Document {
    pub(super) key: Key,
    /// Words in it.
    pub(super) length: u32,
    text: (u64, u32),
}

impl Document {
    /// Bytes of its text.
    pub(super) fn size(&self) -> u64 {
        u64::from(self.text.1)
    }
}

/// Where the name of a word and its list end, and in how many documents it is.
#[derive(Clone, Copy, Debug)]
struct Word {
    name: u32,
    list: u32,
    count: u32,
}

impl Place {
    fn length(&self) -> io::Result<u64> {
        match self {
            Self::File(file) => Ok(file.metadata()?.len()),
            Self::Memory(bytes) => Ok(bytes.len() as u64),
        }
    }

    fn read(&self, at: u64, length: usize) -> io::Result<Vec<u8>> {
        match self {
            Self::File(file) => {
                let mut bytes = vec![0; length];
                file.read_exact_at(&mut bytes, at)?;
                Ok(bytes)
            }
            Self::Memory(bytes) => {
                let at = usize::try_from(at).map_err(|_too_far| damaged())?;
                let end = at.checked_add(length).ok_or_else(damaged)?;
                Ok(bytes.get(at..end).ok_or_else(damaged)?.to_vec())
            }
        }
    }
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "not a whole segment")
}

impl Segment {
    pub(crate) fn open(path: &Path, program: Key) -> io::Result<Self> {
        Self::read(Place::File(File::open(path)?), program)
    }

    /// Reads the table; refuses what another program wrote, or nobody.
    pub(crate) fn read(place: Place, program: Key) -> io::Result<Self> {
        let total = place.length()?;
        let end = total.checked_sub(CHECKED as u64).ok_or_else(damaged)?;
        let head = place.read(0, HEAD as usize)?;
        let tail = place.read(end, CHECKED)?;
        let (length, sum) = tail.split_first_chunk().ok_or_else(damaged)?;
        let length = u64::from_le_bytes(*length);
        let begin = end.checked_sub(length).filter(|begin| *begin >= HEAD);
        let begin = begin.ok_or_else(damaged)?;
        let ours = head[..16] == *MAGIC && head[16..] == u128::from(program).to_le_bytes();
        if !ours {
            return Err(damaged());
        }
        let table = place.read(begin, length as usize)?;
        if checksum(&table).to_le_bytes() != *sum {
            return Err(damaged());
        }
        let mut segment = Self {
            place,
            documents: Vec::new(),
            names: String::new(),
            words: Vec::new(),
            lists: HEAD,
            total: 0,
        };
        segment.take_table(&table).ok_or_else(damaged)?;
        let listed = segment.words.last().map_or(0, |word| u64::from(word.list));
        if segment.lists + listed != begin {
            return Err(damaged());
        }
        Ok(segment)
    }

    fn take_table(&mut self, table: &[u8]) -> Option<()> {
        let mut at = 0;
        for _ in 0..take(table, &mut at)? {
            let key = table.get(at..)?.first_chunk()?;
            at += key.len();
            let length = take(table, &mut at)?;
            let text = take(table, &mut at)?;
            self.total += u64::from(length);
            self.documents.push(Document {
                key: u128::from_le_bytes(*key).into(),
                length,
                text: (self.lists, text),
            });
            self.lists += u64::from(text);
        }
        let mut list = 0_u32;
        for _ in 0..take(table, &mut at)? {
            let length = take(table, &mut at)? as usize;
            let name = table.get(at..at.checked_add(length)?)?;
            at += length;
            self.names.push_str(std::str::from_utf8(name).ok()?);
            let count = take(table, &mut at)?;
            list = list.checked_add(take(table, &mut at)?)?;
            self.words.push(Word {
                name: self.names.len() as u32,
                list,
                count,
            });
        }
        self.names.shrink_to_fit();
        self.words.shrink_to_fit();
        Some(())
    }

    fn name(&self, number: usize) -> &str {
        let begin = number
            .checked_sub(1)
            .map_or(0, |last| self.words[last].name);
        &self.names[begin as usize..self.words[number].name as usize]
    }

    /// The number of the first word that is not before this one.
    fn first(&self, word: &str) -> usize {
        let (mut low, mut high) = (0, self.words.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.name(middle) < word {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    pub(super) fn word(&self, word: &str) -> Option<usize> {
        let number = self.first(word);
        (number < self.words.len() && self.name(number) == word).then_some(number)
    }

    /// The words that begin so and go on, those in most documents first.
    pub(super) fn beginning(&self, prefix: &str, most: usize) -> Vec<usize> {
        let from = self.first(prefix);
        let begins = |number: &usize| self.name(*number).starts_with(prefix);
        let mut all: Vec<usize> = (from..self.words.len())
            .take_while(begins)
            .filter(|number| self.name(*number) != prefix)
            .collect();
        all.sort_by_key(|number| std::cmp::Reverse(self.words[*number].count));
        all.truncate(most);
        all
    }

    /// In how many documents a word is.
    pub(super) fn count(&self, number: usize) -> u32 {
        self.words[number].count
    }

    /// Bytes of the list of a word.
    fn list_length(&self, number: usize) -> (u32, u32) {
        let begin = number
            .checked_sub(1)
            .map_or(0, |last| self.words[last].list);
        (begin, self.words[number].list - begin)
    }

    pub(super) fn list(&self, number: usize) -> io::Result<Vec<u8>> {
        let (begin, length) = self.list_length(number);
        self.place
            .read(self.lists + u64::from(begin), length as usize)
    }

    /// The text of a document, as far as it is kept.
    pub(super) fn text(&self, document: usize) -> Vec<Section> {
        let Some(Document { text, .. }) = self.documents.get(document) else {
            return Vec::new();
        };
        let bytes = self.place.read(text.0, text.1 as usize);
        decode(&bytes.unwrap_or_default())
    }

    /// Bytes it holds in memory.
    pub(super) fn held(&self) -> usize {
        self.names.capacity()
            + self.words.capacity() * size_of::<Word>()
            + self.documents.capacity() * size_of::<Document>()
    }
}
