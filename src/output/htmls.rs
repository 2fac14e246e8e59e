//! The HTML of texts: what a build renders it needs again a moment later, for the post's own page
//! and for feeds. What has no room in memory is put aside.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::memo::{Aside, Key};

/// Bytes held while texts are rendered, while pages are made of them, and from one build to the next.
const WHILE_BUILDING: usize = 64 << 20;
const CROWDED: usize = 24 << 20;
const BETWEEN_BUILDS: usize = 8 << 20;

#[derive(Debug, Default)]
pub(super) struct Htmls {
    held: Mutex<Held>,
    aside: Aside,
}

#[derive(Debug, Default)]
struct Held {
    by_key: HashMap<Key, (Arc<str>, u64)>,
    bytes: usize,
    turn: u64,
}

impl Htmls {
    /// With a folder for what has no room.
    pub(super) fn beside(folder: &Path) -> Self {
        Self {
            aside: Aside::new(0, folder),
            ..Self::default()
        }
    }

    pub(super) fn get(&self, key: Key) -> Option<Arc<str>> {
        self.in_memory(key).or_else(|| {
            let html = String::from_utf8(self.aside.get(key)?);
            html.ok().map(Arc::from)
        })
    }

    fn in_memory(&self, key: Key) -> Option<Arc<str>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = held.turn;
        let (html, asked) = held.by_key.get_mut(&key)?;
        *asked = turn;
        Some(Arc::clone(html))
    }

    /// For the page of the text itself, after which only feeds ask for it: it goes aside if there is
    /// little room.
    pub(super) fn take(&self, key: Key) -> Option<Arc<str>> {
        let html = self.get(key)?;
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.bytes > CROWDED && held.by_key.remove(&key).is_some() {
            held.bytes -= html.len();
            drop(held);
            self.aside.put(key, html.as_bytes());
        }
        Some(html)
    }

    /// Holds it. Who came first stays in memory: a site is made in the order its texts were
    /// rendered in.
    pub(super) fn put(&self, key: Key, html: Arc<str>) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = held.turn;
        if held.by_key.contains_key(&key) {
            return;
        }
        if held.bytes + html.len() <= WHILE_BUILDING {
            held.bytes += html.len();
            held.by_key.insert(key, (html, turn));
        } else {
            drop(held);
            self.aside.put(key, html.as_bytes());
        }
    }

    /// A build ended: what was asked for last stays, and of that a little.
    pub(super) fn settle(&mut self) {
        self.aside.clear();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<(Key, (Arc<str>, u64))> = held.by_key.drain().collect();
        all.sort_unstable_by_key(|(key, (_, turn))| (std::cmp::Reverse(*turn), *key));
        let mut bytes = 0;
        all.retain(|(_, (html, _))| {
            bytes += html.len();
            bytes <= BETWEEN_BUILDS
        });
        held.bytes = all.iter().map(|(_, (html, _))| html.len()).sum();
        held.by_key = all.into_iter().collect();
        held.turn += 1;
    }
}
