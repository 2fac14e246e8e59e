//! How alike two texts are, to recognise a file that was renamed and edited in one commit.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::{Texts, fingerprint};
use crate::repository::Oid;

/// Larger texts are not compared.
const TEXT_LIMIT: usize = 1 << 20;
/// Bytes read for one commit's renames; beyond, texts count as unlike anything.
const READ_LIMIT: usize = 64 << 20;
/// Texts read side by side, before it is looked at how much was read.
const AT_ONCE: usize = 64;
/// As git has it: what has a zero byte among its first is no text.
const BINARY_WITHIN: usize = 8000;
/// Clauses remembered from one commit to the next; each takes 16 bytes.
const REMEMBERED: usize = 1 << 19;

/// What ends a clause, by byte.
const ENDS: [bool; 256] = {
    let mut ends = [false; 256];
    let marks = b"\n.,;:!?";
    let mut at = 0;
    while at < marks.len() {
        ends[marks[at] as usize] = true;
        at += 1;
    }
    ends
};

/// Compares texts by object id. Commits are looked at side by side; what was made of a text is
/// remembered for all of them, since the same file is renamed again by commits that were rebased or
/// picked.
pub(super) struct Likeness<'a> {
    texts: &'a dyn Texts,
    remembered: Mutex<Remembered>,
}

/// The texts that one commit is asked about.
pub(super) struct Profiles(HashMap<Oid, Arc<Profile>>);

#[derive(Default)]
struct Remembered {
    texts: HashMap<Oid, Arc<Profile>>,
    clauses: usize,
}

/// A text as the multiset of its clauses: sorted hashes, each with its length in bytes. Clauses
/// rather than lines, because prose is often written a paragraph to the line.
#[derive(Default)]
struct Profile {
    clauses: Vec<(u64, u32)>,
    /// Of all clauses.
    bytes: u64,
    /// Bytes read.
    read: usize,
}

impl<'a> Likeness<'a> {
    pub(super) fn new(texts: &'a dyn Texts) -> Self {
        Self {
            texts,
            remembered: Mutex::default(),
        }
    }

    /// Reads texts in this order, as far as one commit may.
    pub(super) fn read(&self, wanted: impl Iterator<Item = Oid>) -> Profiles {
        let mut seen = HashSet::new();
        let wanted: Vec<Oid> = wanted.filter(|oid| seen.insert(*oid)).collect();
        let mut profiles = HashMap::with_capacity(wanted.len());
        let mut read = 0;
        for some in wanted.chunks(AT_ONCE) {
            let made: Vec<_> = some.par_iter().map(|&oid| self.profile(oid)).collect();
            for (&oid, profile) in some.iter().zip(made) {
                if read >= READ_LIMIT {
                    return Profiles(profiles);
                }
                let Some(profile) = profile else { continue };
                read += profile.read;
                profiles.insert(oid, profile);
            }
        }
        Profiles(profiles)
    }

    fn profile(&self, oid: Oid) -> Option<Arc<Profile>> {
        let remembered = || {
            let remembered = self.remembered.lock();
            remembered.unwrap_or_else(PoisonError::into_inner)
        };
        let known = remembered().texts.get(&oid).cloned();
        if known.is_some() {
            return known;
        }
        let text = self.texts.text(oid)?;
        if text.len() > TEXT_LIMIT {
            return None;
        }
        let profile = Arc::new(Profile::of(&text));
        remembered().add(oid, &profile);
        Some(profile)
    }
}

impl Remembered {
    fn add(&mut self, oid: Oid, profile: &Arc<Profile>) {
        self.clauses += profile.clauses.len() + 1;
        if self.clauses > REMEMBERED {
            *self = Self::default();
        }
        self.texts.insert(oid, Arc::clone(profile));
    }
}

impl Profiles {
    /// The share of the larger text, in per cent, that the other holds too; nothing where one of
    /// them was not read.
    pub(super) fn percent(&self, old: Oid, new: Oid) -> u8 {
        match (self.0.get(&old), self.0.get(&new)) {
            (Some(old), Some(new)) => old.percent(new),
            _ => 0,
        }
    }
}

impl Profile {
    fn of(text: &[u8]) -> Self {
        let read = text.len();
        if text[..read.min(BINARY_WITHIN)].contains(&0) {
            return Self {
                read,
                ..Self::default()
            };
        }
        let mut clauses: Vec<(u64, u32)> = text
            .split_inclusive(|&byte| ENDS[usize::from(byte)])
            .map(<[u8]>::trim_ascii)
            .filter(|clause| !clause.is_empty())
            .map(|clause| {
                let length = u32::try_from(clause.len()).unwrap_or(u32::MAX);
                (fingerprint(0, clause), length)
            })
            .collect();
        clauses.sort_unstable();
        let bytes = clauses.iter().map(|&(_, length)| u64::from(length)).sum();
        Self {
            clauses,
            bytes,
            read,
        }
    }

    fn percent(&self, other: &Self) -> u8 {
        let larger = self.bytes.max(other.bytes);
        if larger == 0 || self.bytes.min(other.bytes) * 2 < larger {
            return 0;
        }
        let (mut a, mut b, mut shared) = (0, 0, 0);
        while let (Some(left), Some(right)) = (self.clauses.get(a), other.clauses.get(b)) {
            match left.cmp(right) {
                std::cmp::Ordering::Less => a += 1,
                std::cmp::Ordering::Greater => b += 1,
                std::cmp::Ordering::Equal => {
                    shared += u64::from(left.1);
                    (a, b) = (a + 1, b + 1);
                }
            }
        }
        u8::try_from(shared * 100 / larger).unwrap_or(100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percent(a: &str, b: &str) -> u8 {
        Profile::of(a.as_bytes()).percent(&Profile::of(b.as_bytes()))
    }

    #[test]
    fn order_and_blank_lines_do_not_matter_and_repetition_does() {
        assert_eq!(percent("one\ntwo\n", "two\n\n\none"), 100);
        assert_eq!(percent("one\none\n", "one\n"), 50);
    }

    #[test]
    fn one_changed_clause_of_a_long_line_leaves_the_rest_alike() {
        let before = "It was a day in May, we sat outside, and the cat came back.";
        let after = "It was a day in June, we sat outside, and the cat came back.";
        assert!((60..100).contains(&percent(before, after)));
    }

    #[test]
    fn strangers_and_empty_texts_are_not_alike() {
        assert_eq!(percent("all of this", "none of that"), 0);
        assert_eq!(percent("", ""), 0);
        assert_eq!(
            percent("short", "short\nbut then much longer than the first"),
            0
        );
    }
}
