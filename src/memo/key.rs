//! Keys: a hash of everything that a value is made of.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The first half of a SHA-256: authors choose what is hashed, so it has to be one that nobody can
/// find two texts for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "u128", into = "u128")]
pub(crate) struct Key([u8; 16]);

/// Puts a key together from its parts.
pub(crate) struct KeyMaker(Sha256);

impl Key {
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self::from(Sha256::digest(bytes).as_slice())
    }

    /// In letters, for a name.
    pub(crate) fn hex(self) -> String {
        format!("{self:?}")
    }

    fn from(digest: &[u8]) -> Self {
        let mut half = [0; 16];
        half.copy_from_slice(&digest[..16]);
        Self(half)
    }
}

impl KeyMaker {
    /// A key of this kind: two kinds never share one.
    pub(crate) fn new(kind: &str) -> Self {
        Self(Sha256::new()).text(kind)
    }

    /// Adds a part whose length may vary.
    #[must_use]
    pub(crate) fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    #[must_use]
    pub(crate) fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    #[must_use]
    pub(crate) fn number(mut self, number: u64) -> Self {
        self.0.update(number.to_le_bytes());
        self
    }

    #[must_use]
    pub(crate) fn key(mut self, key: Key) -> Self {
        self.0.update(key.0);
        self
    }

    #[must_use]
    pub(crate) fn keys(self, keys: impl ExactSizeIterator<Item = Key>) -> Self {
        let counted = self.number(keys.len() as u64);
        keys.fold(counted, Self::key)
    }

    pub(crate) fn finish(self) -> Key {
        Key::from(&self.0.finalize())
    }
}

impl From<u128> for Key {
    fn from(number: u128) -> Self {
        Self(number.to_le_bytes())
    }
}

impl From<Key> for u128 {
    fn from(key: Key) -> Self {
        Self::from_le_bytes(key.0)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_run_together_make_other_keys() {
        let of = |parts: &[&str]| {
            let made = KeyMaker::new("test");
            parts
                .iter()
                .fold(made, |made, part| made.text(part))
                .finish()
        };
        let all = [
            of(&["ab"]),
            of(&["a", "b"]),
            of(&["", "ab"]),
            of(&["ab", ""]),
        ];
        for (at, key) in all.iter().enumerate() {
            assert_eq!(all.iter().position(|other| other == key), Some(at));
        }
        assert_eq!(of(&["ab"]), of(&["ab"]));
        assert_ne!(
            KeyMaker::new("a").finish(),
            KeyMaker::new("b").finish(),
            "kinds are told apart"
        );
    }
}
