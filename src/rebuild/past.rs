//! What old versions of a file meant, for the fold over history: blobs read once each, and only
//! those the fold asks for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::sources::Sources;
use crate::content::{Layout, Meaning, Place};
use crate::history::{Standing, Texts};
use crate::repository::{Contents, Oid, Repository};
use crate::tally::{Stage, Tally};

/// Longer texts are never posts and are not compared.
pub(super) const LONGEST: u64 = 1024 * 1024;

/// Old versions in the object database.
pub(crate) struct Past<'a> {
    contents: Option<Arc<Contents>>,
    layout: &'a Layout,
    known: &'a Mutex<Meanings>,
    /// Whoever may have use for what is read.
    sources: Option<&'a Sources>,
    tally: &'a Tally,
}

/// What blobs were found to mean. It depends on their bytes alone, so it is kept.
#[derive(Debug, Default)]
pub(crate) struct Meanings {
    known: HashMap<Oid, Meaning>,
    /// Learnt since this was last written down.
    news: Vec<Oid>,
}

impl<'a> Past<'a> {
    pub(crate) fn new(
        repository: &'a Repository,
        layout: &'a Layout,
        known: &'a Mutex<Meanings>,
    ) -> Self {
        Self {
            contents: repository.contents(),
            layout,
            known,
            sources: None,
            tally: repository.tally(),
        }
    }

    /// The same, offering what is read to others.
    pub(super) fn offering(self, sources: &'a Sources) -> Self {
        let sources = Some(sources);
        Self { sources, ..self }
    }

    fn meaning(&self, oid: Oid) -> Option<Meaning> {
        let known = self.known().known.get(&oid).copied();
        if let Some(known) = known {
            return Some(known);
        }
        let meaning = Meaning::of(&self.text(oid)?);
        self.known().learn(oid, meaning);
        Some(meaning)
    }

    fn known(&self) -> MutexGuard<'_, Meanings> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Meanings {
    /// Bytes of one as it is kept: id, draft, prose.
    const WIDTH: usize = 20 + 1 + 8;

    pub(super) fn learn(&mut self, oid: Oid, meaning: Meaning) {
        if self.known.insert(oid, meaning).is_none() {
            self.news.push(oid);
        }
    }

    pub(super) fn has_news(&self) -> bool {
        !self.news.is_empty()
    }

    pub(super) fn all_is_news(&mut self) {
        self.news = self.known.keys().copied().collect();
    }

    pub(super) fn told(&mut self) {
        self.news.clear();
    }

    /// What was learnt since it was last told, whichever thread learnt it first.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.news.len() * Self::WIDTH);
        let mut news = self.news.clone();
        news.sort_unstable();
        for oid in &news {
            if let Some(meaning) = self.known.get(oid) {
                bytes.extend_from_slice(&oid.0);
                bytes.push(u8::from(meaning.draft));
                bytes.extend_from_slice(&meaning.prose.to_le_bytes());
            }
        }
        bytes
    }

    /// Adds what was encoded; `None` if it was not.
    pub(super) fn decode(&mut self, bytes: &[u8]) -> Option<()> {
        for one in bytes.chunks(Self::WIDTH) {
            let (oid, rest) = one.split_first_chunk()?;
            let (draft, prose) = rest.split_first()?;
            let prose = u64::from_le_bytes(prose.try_into().ok()?);
            let draft = *draft != 0;
            self.known.insert(Oid(*oid), Meaning { draft, prose });
        }
        Some(())
    }

    #[cfg(test)]
    pub(super) fn knows(&self, oid: Oid) -> bool {
        self.known.contains_key(&oid)
    }
}

impl Texts for Past<'_> {
    fn expect(&self, contents: &[Oid]) {
        let Some(all) = &self.contents else {
            return;
        };
        let mut missing = contents.to_vec();
        let known = self.known();
        missing.retain(|oid| !known.known.contains_key(oid));
        drop(known);
        missing.sort_unstable();
        missing.dedup();
        self.tally.begin(Stage::Versions, missing.len());
        let meanings = all.each(&missing, LONGEST, |oid, blob| {
            self.tally.add(1);
            let blob = blob.ok()?;
            self.sources
                .iter()
                .for_each(|sources| sources.offer(oid, &blob));
            Some(Meaning::of(&blob))
        });
        let mut known = self.known();
        for (oid, meaning) in missing.into_iter().zip(meanings) {
            if let Some(meaning) = meaning {
                known.learn(oid, meaning);
            }
        }
        all.forget();
    }

    fn standing(&self, path: &str, oid: Oid) -> Standing {
        // A path outside the content folder is no place of this blog.
        if path.starts_with('/') {
            return Standing::Elsewhere;
        }
        match self.layout.place(path) {
            Place::Draft => Standing::Draft,
            Place::Post | Place::Page if self.meaning(oid).is_some_and(|meaning| meaning.draft) => {
                Standing::Draft
            }
            Place::Post | Place::Page => Standing::Published,
            Place::File | Place::Hidden => Standing::Elsewhere,
        }
    }

    fn prose(&self, oid: Oid) -> Option<u64> {
        self.meaning(oid).map(|meaning| meaning.prose)
    }

    fn text(&self, oid: Oid) -> Option<Vec<u8>> {
        self.contents.as_ref()?.blob(oid, LONGEST).ok()
    }
}
