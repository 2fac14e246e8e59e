//! How alike two texts are, to recognise a file that was renamed and edited in one commit.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::Texts;
use crate::repository::Oid;

/// Larger texts are not compared.
const TEXT_LIMIT: usize = 1 << 20;
/// Bytes read for one commit's renames; beyond, texts count as unlike anything.
const READ_LIMIT: usize = 64 << 20;
/// As git has it: what has a zero byte among its first is no text.
const BINARY_WITHIN: usize = 8000;
/// Pairs remembered from one commit to the next.
const REMEMBERED: usize = 1 << 18;

/// Compares texts by object id; pairs once compared are remembered, since commits that were
/// rebased or picked show the same renames again.
pub(super) struct Likeness<'a> {
    texts: &'a dyn Texts,
    known: HashMap<(Oid, Oid), u8>,
    /// Texts of the commit at hand.
    profiles: HashMap<Oid, Option<Profile>>,
    read: usize,
}

/// A text as the multiset of its clauses: sorted hashes, each with its length in bytes. Clauses
/// rather than lines, because prose is often written a paragraph to the line.
struct Profile {
    clauses: Vec<(u64, u32)>,
    bytes: u64,
}

impl<'a> Likeness<'a> {
    pub(super) fn new(texts: &'a dyn Texts) -> Self {
        Self {
            texts,
            known: HashMap::new(),
            profiles: HashMap::new(),
            read: 0,
        }
    }

    /// The share of the larger text, in per cent, that the other holds too.
    pub(super) fn percent(&mut self, old: Oid, new: Oid) -> u8 {
        if let Some(&percent) = self.known.get(&(old, new)) {
            return percent;
        }
        self.load(old);
        self.load(new);
        let profile = |oid| self.profiles.get(&oid).and_then(Option::as_ref);
        let (Some(before), Some(after)) = (profile(old), profile(new)) else {
            // Not remembered: in another commit there may be room to read them.
            return 0;
        };
        let percent = before.percent(after);
        self.known.insert((old, new), percent);
        percent
    }

    /// Lets go of the texts, before the next commit's.
    pub(super) fn forget_texts(&mut self) {
        self.profiles = HashMap::new();
        self.read = 0;
        if self.known.len() > REMEMBERED {
            self.known = HashMap::new();
        }
    }

    fn load(&mut self, oid: Oid) {
        if self.profiles.contains_key(&oid) {
            return;
        }
        let text = Some(())
            .filter(|()| self.read < READ_LIMIT)
            .and_then(|()| self.texts.text(oid))
            .filter(|text| text.len() <= TEXT_LIMIT);
        self.read += text.as_ref().map_or(0, Vec::len);
        let text = text.filter(|text| !text.iter().take(BINARY_WITHIN).any(|&byte| byte == 0));
        self.profiles
            .insert(oid, text.map(|text| Profile::of(&text)));
    }
}

impl Profile {
    fn of(text: &[u8]) -> Self {
        let mut clauses: Vec<(u64, u32)> = text
            .split(|&byte| byte == b'\n')
            .flat_map(|line| line.split_inclusive(|byte| b".,;:!?".contains(byte)))
            .map(<[u8]>::trim_ascii)
            .filter(|clause| !clause.is_empty())
            .map(|clause| {
                let mut hasher = DefaultHasher::new();
                clause.hash(&mut hasher);
                (
                    hasher.finish(),
                    u32::try_from(clause.len()).unwrap_or(u32::MAX),
                )
            })
            .collect();
        clauses.sort_unstable();
        let bytes = clauses.iter().map(|&(_, length)| u64::from(length)).sum();
        Self { clauses, bytes }
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
