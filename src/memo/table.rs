//! Small values by key, in memory and from one run to the next in a file. Bounded: what is out of
//! use goes when the file is written afresh.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Journal, Key};

/// The file is written afresh when it holds this many times what is in use, and a little.
const SLACK: usize = 2;
const LITTLE: usize = 1000;
/// Values in one piece of the file: what a damaged byte costs, and what is in memory twice.
const PIECE: usize = 4096;

/// Values of one kind.
#[derive(Debug)]
pub(crate) struct Table<V> {
    journal: Option<Journal>,
    known: HashMap<Key, V>,
    /// Made since the file was last written.
    news: Vec<Key>,
    /// Values in the file, those that are out of use among them.
    written: usize,
}

impl<V> Default for Table<V> {
    fn default() -> Self {
        Self {
            journal: None,
            known: HashMap::new(),
            news: Vec::new(),
            written: 0,
        }
    }
}

impl<V: Clone + Serialize + DeserializeOwned> Table<V> {
    /// The table an earlier run kept under a name; empty where there is none, or it was kept by
    /// another program: `program` tells them apart.
    pub(crate) fn open(data_dir: &Path, name: &str, program: &str) -> Self {
        let mut table = Self::default();
        let title = format!("byline {name} {program}");
        let mut journal = Journal::at(data_dir.join(name), &title);
        let read = journal.read(|piece| {
            let Ok(values) = serde_json::from_slice::<Vec<(Key, V)>>(piece) else {
                return false;
            };
            table.written += values.len();
            table.known.extend(values);
            true
        });
        if let Err(error) = read {
            if error.kind() != std::io::ErrorKind::NotFound {
                tracing::info!(name, %error, "what was kept is not used");
            }
            table = Self::default();
        }
        table.journal = Some(journal);
        table
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// A value, if it is known.
    pub(crate) fn get(&self, key: Key) -> Option<&V> {
        self.known.get(&key)
    }

    /// Adds a value; a later one under the same key stands for the earlier.
    pub(crate) fn put(&mut self, key: Key, value: V) {
        self.known.insert(key, value);
        self.news.push(key);
    }

    /// A build ended: what it made is written down. So many values are `in_use`, and which can be
    /// asked.
    pub(crate) fn keep(&mut self, in_use: usize, which: &dyn Fn() -> HashSet<Key>) {
        if self.news.is_empty() && self.is_sound() {
            return;
        }
        self.written += self.news.len();
        if self.written > in_use * SLACK + LITTLE || !self.is_sound() {
            let in_use = which();
            self.known.retain(|key, _| in_use.contains(key));
            self.news = self.known.keys().copied().collect();
            self.news.sort_unstable();
            self.written = self.news.len();
            self.journal.iter_mut().for_each(Journal::begin_anew);
        }
        let news = std::mem::take(&mut self.news);
        for piece in news.chunks(PIECE) {
            self.write(piece);
        }
    }

    fn is_sound(&self) -> bool {
        self.journal.as_ref().is_none_or(Journal::is_sound)
    }

    fn write(&mut self, keys: &[Key]) {
        let Some(journal) = &mut self.journal else {
            return;
        };
        let values = keys.iter();
        let values = values.filter_map(|key| Some((key, self.known.get(key)?)));
        let piece = serde_json::to_vec(&values.collect::<Vec<_>>());
        let piece = piece.map_err(std::io::Error::from);
        // It costs time at the next start and nothing else.
        if let Err(error) = piece.and_then(|piece| journal.add(&piece)) {
            tracing::warn!(%error, "what was made cannot be kept");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memo::KeyMaker;

    fn key(number: u64) -> Key {
        KeyMaker::new("test").number(number).finish()
    }

    fn open(folder: &Path, program: &str) -> Table<String> {
        Table::open(folder, "texts", program)
    }

    fn keep(table: &mut Table<String>, in_use: &[u64]) {
        let which = || in_use.iter().map(|number| key(*number)).collect();
        table.keep(in_use.len(), &which);
    }

    #[test]
    fn values_outlive_the_run_but_not_the_program() {
        let folder = tempfile::tempdir().unwrap();
        let mut table = open(folder.path(), "1");
        table.put(key(1), "one".to_owned());
        keep(&mut table, &[1]);
        table.put(key(2), "two".to_owned());
        table.put(key(1), "uno".to_owned());
        keep(&mut table, &[1, 2]);
        let again = open(folder.path(), "1");
        assert_eq!(again.get(key(1)).map(String::as_str), Some("uno"));
        assert_eq!(again.get(key(2)).map(String::as_str), Some("two"));
        assert_eq!(open(folder.path(), "2").get(key(1)), None);
    }

    #[test]
    fn what_is_out_of_use_goes() {
        let folder = tempfile::tempdir().unwrap();
        let mut table = open(folder.path(), "1");
        table.put(key(0), "kept".to_owned());
        for number in 1..5000 {
            table.put(key(number), "x".to_owned());
            if number % 50 == 0 {
                keep(&mut table, &[0]);
            }
        }
        keep(&mut table, &[0]);
        assert!(table.known.len() < 1200, "{} are held", table.known.len());
        let again = open(folder.path(), "1");
        assert!(again.known.len() < 1200, "{} are kept", again.known.len());
        assert_eq!(again.get(key(0)).map(String::as_str), Some("kept"));
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test damages the file")]
    fn a_damaged_file_is_as_good_as_none() {
        let folder = tempfile::tempdir().unwrap();
        let mut table = open(folder.path(), "1");
        table.put(key(1), "one".to_owned());
        keep(&mut table, &[1]);
        let path = folder.path().join("texts");
        let whole = std::fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            std::fs::write(&path, bytes).unwrap();
            let table = open(folder.path(), "1");
            assert_eq!(table.get(key(1)), None, "byte {at}");
        }
    }
}
